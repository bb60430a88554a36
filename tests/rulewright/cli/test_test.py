"""`rulewright test`: what it runs, what it prints, and how it ends."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

Run = Callable[..., Any]
PUMPS = Path(__file__).resolve().parents[2] / "knowledge" / "pumps"
FEW = ("shaking-and-hot", "a-quiet-*")


@pytest.fixture
def pumps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(PUMPS, "pumps")
    return Path("pumps")


def edit(pumps: Path, old: str, new: str) -> None:
    path = pumps / "scenarios" / "pumps.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def differing(pumps: Path) -> Path:
    """The dose of the second scenario differs."""
    edit(pumps, "dose: 20-30 g,", "dose: 20-31 g,")
    return pumps


@pytest.fixture
def refused(differing: Path) -> Path:
    """And the case of the first is refused; the second replaces the datum."""
    edit(differing, "vibration: 2 mm/s", "vibration: 2 MM/s")
    return differing


def test_those_that_pass_are_counted_and_listed_on_demand(run: Run, pumps: Path) -> None:
    ran = run("test", *FEW, "--kb", pumps)
    assert (ran.code, ran.out, ran.err) == (0, "2 scenarios, 0 differ\n", "")
    listed = run("test", *FEW, "--kb", pumps, "--verbose").out.splitlines()
    assert listed == [
        "ok      a-quiet-pump  (pumps/scenarios/pumps.yaml:2:5)",
        "ok      shaking-and-hot  (pumps/scenarios/pumps.yaml:30:5)",
        "2 scenarios, 0 differ",
    ]


def test_a_failure_is_told_and_ends_with_1(run: Run, differing: Path) -> None:
    ran = run("test", *FEW, "--kb", differing)
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith("DIFFERS shaking-and-hot  (pumps/scenarios/pumps.yaml:30:5)\n")
    row = next(line for line in ran.out.splitlines() if "20-31 g" in line)
    assert row.split() == ["dose", "20-31", "g", "20-30", "g"]
    assert "computed: 4 to 6 g/cm × 5 cm = 20 to 30 g" in ran.out
    assert ran.out.endswith("\n\n2 scenarios, 1 differs\n")
    assert "computed" not in run("test", *FEW, "--kb", differing, "--trace", "none").out


def test_a_refused_case_is_told_and_those_after_it_are_run(run: Run, refused: Path) -> None:
    ran = run("test", *FEW, "--kb", refused)
    assert ran.code == 1
    assert [line.split()[0] for line in ran.out.splitlines() if line[:1].isupper()] == ["REFUSED", "DIFFERS"]
    assert "Its case is refused:" in ran.out
    assert "did you mean `mm/s`?" in " ".join(ran.out.split())
    assert ran.out.endswith("2 scenarios, 1 differs, 1 refused\n")
    stopped = run("test", "--fail-fast", "--kb", refused).out
    assert stopped.endswith("1 scenario, 0 differ, 1 refused, 19 not run\n")
    assert "DIFFERS" not in stopped


def test_the_results_are_written_as_junit_too(run: Run, refused: Path) -> None:
    ran = run("test", "--kb", refused, "--junit", "results.xml", "--fail-fast", "--trace", "none")
    assert ran.code == 1
    (suite,) = ET.parse("results.xml").getroot()
    assert (suite.get("tests"), suite.get("errors"), suite.get("skipped")) == ("20", "1", "19")
    told = next(suite.iter("error")).text or ""
    assert told.strip() in ran.out


def test_a_file_that_cannot_be_written_is_bad_input(run: Run, pumps: Path) -> None:
    ran = run("test", *FEW, "--kb", pumps, "--junit", "no/such/folder.xml")
    assert (ran.code, ran.out) == (2, "")
    assert "unwritable" in ran.err


def test_a_filter_that_means_none_is_bad_input(run: Run, pumps: Path) -> None:
    ran = run("test", "shaking-and-hat", "quiet", "--kb", pumps)
    assert (ran.code, ran.out) == (2, "")
    assert "unknown-scenario: no scenario of the knowledge base in pumps is meant by `shaking-and-hat`" in ran.err
    assert "did you mean `shaking-and-hot`?" in ran.err
    assert "1 problem\n" in ran.err


def test_a_knowledge_base_without_scenarios_says_so(run: Run, pumps: Path) -> None:
    shutil.rmtree(pumps / "scenarios")
    for arguments in ([], ["quiet"]):
        ran = run("test", *arguments, "--kb", pumps)
        assert ran.code == 1
        assert ran.out.startswith("There are no scenarios in pumps/scenarios: nothing is tested.\n")


def test_one_engine_can_be_asked_alone(run: Run, pumps: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine import rete

    def none(*_: object) -> None:
        raise AssertionError("the matcher was asked")

    monkeypatch.setattr(rete.Rete, "evaluate", none)
    assert run("test", *FEW, "--kb", pumps, "--engines", "compiled").code == 0
    assert run("test", *FEW, "--kb", pumps).code == 70


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_shows_on_a_terminal_alone_and_is_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    from rulewright.cli.output import progress

    monkeypatch.setenv("TERM", "xterm")
    for stream, shown in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        with progress(3, "scenarios") as tell:
            tell("a[b]")
            tell("c")
        assert ("scenarios" in stream.getvalue()) is shown
        assert ("2/3" in stream.getvalue()) is shown
        assert stream.getvalue().endswith("\x1b[2K") is shown


# --record -------------------------------------------------------------------------------------------------------------

CASE = """\
as-of: 2026-01-15T12:00Z
pump: {standby: true, leak: true}
readings: {vibration: 9 mm/s, bearing-temperature: 95 Cel}
"""


@pytest.fixture
def case(pumps: Path) -> Path:
    path = Path("leaking.yaml")
    path.write_text(CASE, encoding="utf-8")
    return path


def test_the_advice_of_a_case_is_recorded_as_a_scenario_that_passes(run: Run, pumps: Path, case: Path) -> None:
    ran = run("test", "--record", case, "--kb", pumps)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("pumps/scenarios/leaking.yaml: recorded from leaking.yaml.")
    text = (pumps / "scenarios" / "leaking.yaml").read_text(encoding="utf-8")
    assert text.startswith("# Recorded from leaking.yaml: what pumps 1.2.0 answered, and nobody confirmed.")
    assert run("test", "leaking.yaml", "--kb", pumps, "-v").out.startswith("ok      leaking  (")
    assert [path.name for path in (pumps / "scenarios").iterdir() if path.name.startswith(".")] == []


def test_nothing_is_ever_overwritten(run: Run, pumps: Path, case: Path) -> None:
    assert run("test", "--record", case, "--kb", pumps).code == 0
    path = pumps / "scenarios" / "leaking.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")
    before = {path: path.read_bytes() for path in (pumps / "scenarios").iterdir()}
    again = run("test", "--record", case, "--kb", pumps)
    other = run("test", "--record", case, "--kb", pumps, "--name", "a-quiet-pump")
    taken = run("test", "--record", case, "--kb", pumps, "--name", "pumps")  # a file, whose scenarios have other names
    assert [ran.code for ran in (again, other, taken)] == [2, 2, 2]
    assert "duplicate-id: there is a scenario `leaking`" in again.err
    assert "it stands at pumps/scenarios/pumps.yaml:2:5" in other.err
    assert "file-exists: there is a file pumps/scenarios/pumps.yaml" in taken.err
    assert {path: path.read_bytes() for path in (pumps / "scenarios").iterdir()} == before


def test_a_case_that_is_refused_is_not_recorded_and_everything_wrong_is_told(run: Run, pumps: Path) -> None:
    ran = run(
        "test",
        "--record",
        "-",
        "--name",
        "x/y",
        "--sources",
        "HBB",
        "--kb",
        pumps,
        stdin="pump: {leak: 12, leek: true}",
    )
    assert (ran.code, ran.out) == (2, "")
    for code in ("--name: name:", "--sources: unknown-source:", "type:", "unknown-field:", "missing-field:"):
        assert code in ran.err, code
    assert [path.name for path in (pumps / "scenarios").iterdir()] == ["pumps.yaml"]


def test_standard_input_needs_a_name_and_sources_are_kept(run: Run, pumps: Path) -> None:
    assert "--name NAME" in run("test", "--record", "-", "--kb", pumps, stdin=CASE).err
    assert run("test", "--record", "-", "--name", "new", "--sources", "HB, BU", "--kb", pumps, stdin=CASE).code == 0
    assert "sources: [BU, HB]\n" in (pumps / "scenarios" / "new.yaml").read_text(encoding="utf-8")
    document = f"case:\n{''.join(f'  {line}' for line in CASE.splitlines(True))}sources: [HB]\nname: else\n"
    assert run("test", "--record", "-", "--name", "newer", "--kb", pumps, stdin=document).code == 0
    assert "sources: [HB]\n" in (pumps / "scenarios" / "newer.yaml").read_text(encoding="utf-8")
    assert run("test", "newer.yaml", "--kb", pumps).code == 0


@pytest.mark.parametrize(
    "arguments", [["quiet", "--record", "x.yaml"], ["--record", "x.yaml", "--junit", "y.xml"], ["--name", "x"]]
)
def test_options_that_do_not_go_together_are_bad_input(run: Run, pumps: Path, arguments: list[str]) -> None:
    ran = run("test", *arguments, "--kb", pumps)
    assert (ran.code, ran.out) == (2, "")
    assert "--record" in ran.err
