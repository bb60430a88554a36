"""The scenarios of a knowledge base as items of a pytest run, and nothing in any other run."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from rulewright.authoring import failure, scenarios  # noqa: F401  what the inner runs import is imported once

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parents[3]
PUMPS = ROOT / "tests" / "knowledge" / "pumps"
MODULE = "rulewright.authoring.pytest_plugin"
TOTAL = 20

Inner = Callable[..., pytest.RunResult]


@pytest.fixture
def inner(pytester: pytest.Pytester, request: pytest.FixtureRequest) -> Inner:
    """Runs pytest in a folder with a knowledge base in `pumps`, and a test of another kind in `test_own.py`."""
    shutil.copytree(PUMPS, pytester.path / "pumps")
    (pytester.path / "test_own.py").write_text("def test_own():\n    assert True\n", encoding="utf-8")
    installed = request.config.pluginmanager.has_plugin("rulewright")
    own = () if installed else ("-p", MODULE)

    def ran(*arguments: str) -> pytest.RunResult:
        return pytester.runpytest_inprocess(*own, "-p", "no:xdist", "-p", "no:benchmark", *arguments)

    return ran


def edit(pytester: pytest.Pytester, old: str, new: str, file: str = "scenarios/pumps.yaml") -> None:
    path = pytester.path / "pumps" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_package_offers_the_plugin_to_pytest() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"rulewright": MODULE}


def test_it_does_nothing_unless_a_knowledge_base_is_named(inner: Inner) -> None:
    inner().assert_outcomes(passed=1)
    inner("pumps").assert_outcomes()


def test_the_scenarios_join_the_run_and_are_named_by_file_and_name(inner: Inner) -> None:
    ran = inner("--rulewright-kb", "pumps", "--rulewright-engines", "compiled", "-v")
    ran.assert_outcomes(passed=TOTAL + 1)
    ran.stdout.fnmatch_lines(["pumps/scenarios/pumps.yaml::shaking-and-hot PASSED*", "test_own.py::test_own PASSED*"])


@pytest.mark.parametrize(
    ("arguments", "number"),
    [
        (["pumps/scenarios/pumps.yaml::shaking-and-hot"], 1),
        (["pumps", "-k", "shaking or quiet"], 2),
        (["pumps/scenarios"], TOTAL),
        (["test_own.py"], TOTAL + 1),
        (["."], TOTAL + 1),
    ],
)
def test_scenarios_are_chosen_as_other_tests_are(inner: Inner, arguments: list[str], number: int) -> None:
    ran = inner("--rulewright-kb", "./pumps/", "--rulewright-engines", "compiled", *arguments)
    ran.assert_outcomes(passed=number, deselected=TOTAL - 2 if "-k" in arguments else 0)


def test_the_configuration_can_name_the_folder_and_leaves_other_choices_alone(
    inner: Inner, pytester: pytest.Pytester
) -> None:
    pytester.makeini("[pytest]\nrulewright_kb = pumps\ntestpaths = test_own.py\n")
    inner().assert_outcomes(passed=TOTAL + 1)
    inner("test_own.py").assert_outcomes(passed=1)


def test_a_failure_is_printed_as_the_program_prints_it(inner: Inner, pytester: pytest.Pytester) -> None:
    edit(pytester, "dose: 20-30 g,", "dose: 20-31 g,")
    edit(pytester, "vibration: 2 mm/s", "vibration: 2 mm/S")
    ran = inner("--rulewright-kb", "pumps", "pumps", "-k", "shaking-and-hot or a-quiet-pump", "-v")
    ran.assert_outcomes(failed=2, deselected=TOTAL - 2)
    ran.stdout.fnmatch_lines(
        [
            "*a-quiet-pump*",
            "REFUSED a-quiet-pump*",
            "*Its case is refused:*",
            "DIFFERS shaking-and-hot  (pumps/scenarios/pumps.yaml:*:5)",
            "*expected *actual*",
            "*dose *20-31 g *20-30 g*",
            "*computed: 4 to 6 g/cm × 5 cm = 20 to 30 g*",
            "FAILED pumps/scenarios/pumps.yaml::shaking-and-hot*",
        ]
    )
    assert "Traceback" not in ran.stdout.str()
    assert "pytest_plugin.py" not in ran.stdout.str()
    short = inner("--rulewright-kb", "pumps", "pumps", "-k", "shaking-and-hot", "--tb", "short").stdout.str()
    assert "20-31 g" in short
    assert "computed" not in short
    words = "5 cm = 20 to 30 g"
    full = inner("--rulewright-kb", "pumps", "pumps", "-k", "shaking-and-hot", "--tb", "long").stdout.str()
    assert words in full
    assert "“" in full.partition(words)[0]


def test_what_is_no_scenario_fails_and_keeps_no_other_from_running(inner: Inner, pytester: pytest.Pytester) -> None:
    edit(pytester, "like: shaking-and-hot", "like: shaking-and-hat")
    (pytester.path / "pumps" / "scenarios" / "zigzag.yaml").write_text("scenarios: [\n", encoding="utf-8")
    ran = inner("--rulewright-kb", "pumps", "--rulewright-engines", "compiled", "pumps")
    ran.assert_outcomes(passed=TOTAL - 1, failed=2)
    ran.stdout.fnmatch_lines(["*did you mean `shaking-and-hot`?*", "REFUSED zigzag*", "*It cannot be read:*"])


def test_a_knowledge_base_that_cannot_be_loaded_is_told_once(inner: Inner, pytester: pytest.Pytester) -> None:
    edit(pytester, "name:", "nome:", "kb.yaml")
    shutil.copy(
        pytester.path / "pumps" / "scenarios" / "pumps.yaml", pytester.path / "pumps" / "scenarios" / "other.yaml"
    )
    ran = inner("--rulewright-kb", "pumps", "pumps")
    ran.assert_outcomes(errors=2)
    assert ran.stdout.str().count("has no field `nome`") == 1


def test_a_folder_that_is_not_there_is_a_wrong_command_line(inner: Inner) -> None:
    ran = inner("--rulewright-kb", "pump")
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    ran.stderr.fnmatch_lines(["*--rulewright-kb: there is no folder *pump*"])
