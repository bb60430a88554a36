from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine.advising import Advisor, read_case_node
from engine.loading import load
from engine.model.advice import Advice
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from provenance.grounds import Grounds
from provenance.render.html.advice import advice_page
from rulewright.authoring.scenarios import read_scenarios

ROOT = Path(__file__).resolve().parents[4]
PUMPS = ROOT / "tests" / "knowledge" / "pumps"
NAMES = ("untreated-child", "refractory-child", "biologic-asked-for-first", "crowded", "nothing-known", "pumps")
"""The examples, a crowded case and an empty one, and a case of another knowledge base."""

Paged = Callable[[str], "Page"]


@dataclass(frozen=True)
class Page:
    """A page with the advice it was made from."""

    advice: Advice
    knowledge: KnowledgeBase
    html: str


@pytest.fixture(scope="session")
def paged(knowledge: KnowledgeBase, cases: dict[str, Case], advised: Callable[[str], Advice]) -> Paged:
    """The page of a case, made once."""

    @cache
    def made(name: str) -> Page:
        if name == "pumps":
            pumps = load(PUMPS)
            case = read_case_node(read_scenarios(PUMPS)[0].case, pumps)
            advice = Advisor(pumps, ("compiled",)).advise(case)
            return Page(advice, pumps, advice_page(Grounds(advice, pumps, case=case), case))
        advice = advised(name)
        return Page(advice, knowledge, advice_page(Grounds(advice, knowledge, case=cases[name]), cases[name]))

    return made


class Browser:
    """Chromium without a window and without a network, with a page open in it."""

    def __init__(self, driver: Any, folder: Path) -> None:
        self.driver = driver
        self.folder = folder

    def open(self, html: str, width: int = 1366, height: int = 800, dark: bool = False, script: bool = True) -> str:
        """Open a page from a file, as a reader would who got it by mail; returns its address."""
        where = self.folder / "page.html"
        where.write_text(html, encoding="utf-8")
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.command("Emulation.setEmulatedMedia", features=[scheme])
        self.command("Emulation.setScriptExecutionDisabled", value=not script)
        self.driver.get("about:blank")
        for kind in ("browser", "performance"):
            self.driver.get_log(kind)
        self.driver.get(where.as_uri())
        return where.as_uri()

    def command(self, name: str, **arguments: object) -> Any:
        """A command of the Chrome DevTools Protocol."""
        return self.driver.execute_cdp_cmd(name, arguments)

    def ask(self, script: str, *arguments: object) -> Any:
        """What a script returns; it runs outside of the page's own policy."""
        return self.driver.execute_script(script, *arguments)

    def complaints(self) -> list[str]:
        """What the browser complains of: scripts that fail, what a policy forbids, what cannot be found."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """The addresses that were asked for since the page was opened."""
        messages = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        return [
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]

    def keys(self, *keys: str) -> None:
        """Press keys, wherever the focus is."""
        from selenium.webdriver import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()

    def find(self, selector: str) -> list[Any]:
        """The elements of the page that a CSS selector names."""
        return list(self.driver.find_elements("css selector", selector))

    def open_all(self) -> None:
        """Open everything that can be opened."""
        self.ask("for (const one of document.querySelectorAll('details')) one.open = true")


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests: its start takes seconds."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    folder = tmp_path_factory.mktemp("chromium")
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--proxy-server=127.0.0.1:9",  # nothing listens there: no request can leave the machine
        f"--user-data-dir={folder / 'profile'}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    driver.set_script_timeout(240)
    try:
        yield Browser(driver, folder)
    finally:
        driver.quit()
