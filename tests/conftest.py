from __future__ import annotations

import shutil
from collections import Counter

import pytest

PROGRAMS = {"graphviz": "dot", "chromium": "chromium", "chromium-driver": "chromedriver"}
"""The Debian packages that some tests need, each with the program by which it is recognised."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--random-programs",
        type=int,
        default=None,
        metavar="N",
        help="compare the engines on N new random knowledge bases (by default on a fixed set of a few hundred)",
    )
    parser.addoption(
        "--leave-nothing-out",
        action="store_true",
        help="fail if any test was skipped, as those are that need a Debian package which is not installed",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "debian(package, ...): needs these Debian packages, and is left out without them"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        wanted = [name for mark in item.iter_markers("debian") for name in mark.args]
        lacking = [name for name in dict.fromkeys(wanted) if shutil.which(PROGRAMS[name]) is None]
        if lacking:
            item.add_marker(pytest.mark.skip(reason=f"needs Debian's {' and '.join(lacking)}"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Names what was left out, and what to install for it."""
    left_out = terminalreporter.getreports("skipped")
    if not left_out:
        return
    reasons = Counter(str(report.longrepr[2] if isinstance(report.longrepr, tuple) else "") for report in left_out)
    terminalreporter.section("left out", yellow=True)
    for reason, number in sorted(reasons.items()):
        said = reason.removeprefix("Skipped: ")
        packages = said.removeprefix("needs Debian's ").split(" and ") if said.startswith("needs Debian's ") else []
        remedy = f": apt install {' '.join(packages)}" if packages else ""
        terminalreporter.line(f"{number:,} test{'' if number == 1 else 's'}: {said}{remedy}")
    if config.getoption("leave_nothing_out"):
        terminalreporter.line("Nothing may be left out in this run, which therefore fails.")


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    left_out = reporter.getreports("skipped") if reporter else []
    if session.config.getoption("leave_nothing_out") and left_out and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
