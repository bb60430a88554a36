"""The scenarios of a knowledge base as items of a pytest run: ``pytest --rulewright-kb DIR``.

Each scenario is an item, ``DIR/scenarios/FILE::NAME``, to be chosen, repeated and distributed as any other. A failure
is printed as `rulewright test` prints it: with ``--tb=long`` in full, with ``short`` or ``line`` without its trace.

The plugin is loaded by every pytest run where this package is installed, and does nothing unless a folder is named, by
the option or by ``rulewright_kb`` in the configuration. It imports the engine when the first scenario is collected.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from engine.advising import Advisor
    from engine.errors import Refused
    from rulewright.authoring.failure import Chains
    from rulewright.authoring.scenario import Broken, Scenario
    from rulewright.authoring.scenarios import Outcome

OPTION, INI = "--rulewright-kb", "rulewright_kb"
SUFFIXES = (".yaml", ".yml")
CHAINS: dict[str, Chains] = {"long": "full", "short": "none", "line": "none"}
"""How much of why is told for each style of tracebacks; in brief for every other."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options that this plugin adds."""
    group = parser.getgroup("rulewright", "scenarios of a knowledge base")
    group.addoption(OPTION, metavar="DIR", help="collect the scenarios of the knowledge base in this folder")
    group.addoption(
        "--rulewright-engines",
        choices=("both", "compiled"),
        default="both",
        help="both: a scenario fails where the two engines differ (the default). compiled: faster, one engine",
    )
    parser.addini(INI, "the folder of a knowledge base whose scenarios are collected", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Collect scenarios where a folder is named; else nothing.

    What the configuration names is collected with all that a run without arguments collects; what the option names
    always is, unless the arguments choose among its scenarios. Raises `pytest.UsageError` where there is no such
    folder.
    """
    asked, configured = config.getoption(OPTION), config.getini(INI)
    if asked:
        root = config.invocation_params.dir / asked
    elif configured:
        root = (config.inipath.parent if config.inipath else config.rootpath) / configured
    else:
        return
    if not root.is_dir():
        raise pytest.UsageError(f"{OPTION if asked else INI}: there is no folder {root}")
    scenarios = (root / "scenarios").resolve()
    if asked or config.args_source is not pytest.Config.ArgsSource.ARGS:
        named = [(config.invocation_params.dir / one.partition("::")[0]).resolve() for one in config.args]
        if not any(one == scenarios or one in scenarios.parents or scenarios in one.parents for one in named):
            config.args.append(str(scenarios))
    engines = config.getoption("--rulewright-engines")
    config.pluginmanager.register(Scenarios(root, scenarios, engines), "rulewright-scenarios")


class Scenarios:
    """Collects the files below one folder of scenarios, and holds what all of them need: read and prepared once."""

    def __init__(self, root: Path, folder: Path, engines: str) -> None:
        self.root = root
        self.folder = folder
        self.engines = engines
        self.told = False

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """A file of scenarios, where it is one of this knowledge base."""
        if file_path.suffix in SUFFIXES and self.folder in file_path.resolve().parents:
            return ScenarioFile.from_parent(parent, path=file_path, scenarios=self)
        return None

    @cached_property
    def by_file(self) -> dict[Path, list[Scenario | Broken]]:
        """The scenarios, by the file in which they are written."""
        from rulewright.authoring.scenarios import read_each

        found: dict[Path, list[Scenario | Broken]] = {}
        for one in read_each(self.root):
            found.setdefault(Path(one.location.file).resolve(), []).append(one)
        return found

    @cached_property
    def prepared(self) -> Advisor | Refused:
        """The advisor; or what is wrong with the knowledge base."""
        from engine.advising import ENGINES, Advisor
        from engine.errors import Refused
        from engine.loading import load

        try:
            return Advisor(load(self.root), ENGINES if self.engines == "both" else (self.engines,))
        except Refused as refused:
            return refused

    def problems(self) -> str:
        """What is wrong with the knowledge base: all of it the first time, then that it was told; empty if nothing."""
        from engine.errors import Refused

        if not isinstance(self.prepared, Refused):
            return ""
        problems = self.prepared.problems
        if self.told:
            return f"the knowledge base in {self.root} cannot be loaded (told above)"
        self.told = True
        return "\n".join([f"the knowledge base in {self.root} cannot be loaded:", *map(str, problems)])


class ScenarioFile(pytest.File):
    """A file of scenarios."""

    def __init__(self, *, scenarios: Scenarios, **known: Any) -> None:
        super().__init__(**known)
        self.scenarios = scenarios

    def collect(self) -> Iterator[pytest.Item]:
        """Its scenarios, those that cannot be read too; an error where the knowledge base cannot be loaded."""
        problems = self.scenarios.problems()
        if problems:
            raise self.CollectError(problems)
        for one in self.scenarios.by_file.get(self.path.resolve(), []):
            yield ScenarioItem.from_parent(self, name=one.name, scenario=one, scenarios=self.scenarios)


class ScenarioFailed(Exception):
    """A scenario did not pass."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.name)
        self.outcome = outcome


class ScenarioItem(pytest.Item):
    """One scenario."""

    def __init__(self, *, scenario: Scenario | Broken, scenarios: Scenarios, **known: Any) -> None:
        super().__init__(**known)
        self.scenario = scenario
        self.scenarios = scenarios

    def runtest(self) -> None:
        """Raises `ScenarioFailed` where the advice is not what is expected, or the scenario is wrong."""
        from engine.advising import Advisor
        from rulewright.authoring.scenarios import outcome

        advisor = self.scenarios.prepared
        assert isinstance(advisor, Advisor)
        found = outcome(self.scenario, advisor)
        if not found.passed:
            raise ScenarioFailed(found)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What an author reads of a scenario that did not pass; a traceback for whatever else happened."""
        if not isinstance(excinfo.value, ScenarioFailed):
            return super().repr_failure(excinfo, style)
        from rulewright.authoring.failure import failure_page

        width = self.config.get_terminal_writer().fullwidth
        chains = CHAINS.get(self.config.getoption("tbstyle"), "brief")
        return failure_page(excinfo.value.outcome, width, chains).text()

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the scenario is written (lines from 0, as pytest counts them), and its name."""
        return self.path, max(self.scenario.location.line - 1, 0), self.name
