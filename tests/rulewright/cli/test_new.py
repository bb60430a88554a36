"""`rulewright new` as its users type it: what it begins passes `check` but for its marks; nothing is overwritten."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import mkstemp
from typing import Any

import pytest
import yaml

from engine.document import Mapping
from engine.errors import Refused
from engine.loading import load
from rulewright.authoring.checks.inspect import Inspection, inspect
from rulewright.authoring.form.tree import Entry
from rulewright.authoring.new import trial
from rulewright.authoring.new.addition import added
from rulewright.authoring.new.values import tree
from rulewright.authoring.scenarios import read_scenarios, run

Run = Callable[..., Any]
ROOT = Path(__file__).parents[3]
PUMPS = ROOT / "tests" / "knowledge" / "pumps"
MARK = "author-must-say"
NL = "\n"
LISTS = {"facts": ("facts", "interpretations"), "rules": ("rules",), "scenarios": ("scenarios",)}


@pytest.fixture
def pumps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(PUMPS, tmp_path / "pumps")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "pumps"


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sits at a terminal."""
    monkeypatch.setattr("rulewright.cli.asking.asks", lambda: True)


def contents(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in root.rglob("*")
        if path.is_file()
    }


def inspected(root: Path) -> Inspection:
    return inspect(root, today=date(2026, 11, 25))


def marks(root: Path) -> set[tuple[str, int]]:
    """Where marks are left, with every other finding that was not there in the pumps as they are."""
    found = inspected(root)
    assert found.knowledge is not None, found.findings
    before = {(one.code, one.message) for one in inspected(PUMPS).findings}
    new = [one for one in found.findings if (one.code, one.message) not in before]
    assert {one.code for one in new} <= {MARK}
    return {(Path(one.location.file).relative_to("pumps").as_posix(), one.location.line) for one in new}


# kb -------------------------------------------------------------------------------------------------------------------


def test_a_knowledge_base_is_begun_that_lacks_nothing_but_the_words_of_its_author(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    begun = run("new", "kb", "in/garden", "--title", "A garden")
    assert (begun.code, begun.err) == (0, "")
    root = tmp_path / "in" / "garden"
    *names, last = begun.out.splitlines()
    assert {name.removeprefix("in/garden/") for name in names} == set(contents(root))
    assert last == "next: rulewright check --kb in/garden"
    found = inspected(root)
    assert found.knowledge is not None
    assert {one.code for one in found.findings} == {MARK}
    assert len(found.findings) == sum(text.count(MARK) for text in contents(root).values()) >= 10
    assert (found.knowledge.name, found.knowledge.title) == ("garden", "A garden")
    tested = run("test", "--kb", root)
    assert (tested.code, tested.out) == (0, "3 scenarios, 0 differ\n")
    assert run("fmt", "--check", root).code == 0
    mutated = run("test", "--mutate", "--kb", root)
    assert (mutated.code, mutated.err) == (0, "")
    assert re.match(r"(?!0)\d+ mutants, 3 scenarios, seed 0: 100 % noticed or explained\n", mutated.out), mutated.out


def test_a_knowledge_base_is_begun_nowhere_else(run: Run, pumps: Path) -> None:
    before = contents(pumps)
    refused = run("new", "kb", "pumps")
    assert (refused.code, refused.out) == (2, "")
    assert "pumps: duplicate-id: pumps is there already, and not empty" in refused.err
    assert run("new", "kb", pumps / "kb.yaml").code == 2
    assert run("new", "kb", "other", "--dry-run").out.startswith("# other/kb.yaml\nname: other\n")
    assert contents(pumps) == before
    assert [path.name for path in pumps.parent.iterdir()] == ["pumps"]
    (pumps.parent / "empty").mkdir()
    assert run("new", "kb", "empty").code == 0
    assert load(pumps.parent / "empty").name == "empty"


@pytest.mark.parametrize("inside", ["pumps/garden", "pumps/facts/garden", "pumps/empty/../garden"])
def test_no_knowledge_base_is_begun_within_another(run: Run, pumps: Path, inside: str) -> None:
    (pumps / "empty").mkdir()
    before = contents(pumps.parent)
    for dry in ((), ("--dry-run",)):
        refused = run("new", "kb", inside, *dry)
        assert (refused.code, refused.out) == (2, "")
        assert f"{inside}: unknown-folder: {inside} would be in the knowledge base {pumps}, which" in refused.err
        assert f"`rulewright new kb {pumps.parent / 'garden'}`" in refused.err
    assert contents(pumps.parent) == before


def test_the_next_command_can_be_pasted(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("new", "kb", "my bees").out.endswith("\nnext: rulewright check --kb 'my bees'\n")


@pytest.mark.usefixtures("answers")
def test_nothing_is_asked_where_something_stands(run: Run, pumps: Path) -> None:
    refused = run("new", "kb", pumps, stdin="A title\n")
    assert refused.code == 2
    assert "Title" not in refused.err
    assert run("new", "kb", pumps, "--dry-run", "--title", "A title").code == 2


# source ---------------------------------------------------------------------------------------------------------------


def test_a_source_is_begun_as_one_that_nobody_claims_to_know(run: Run, pumps: Path) -> None:
    done = run("new", "source", "B2", "--kind", "guideline", "--kb", "pumps")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("pumps/sources/B2.yaml:1: added; 2 places are left to say (`author-must-say`)\nid: B2\n")
    assert marks(pumps) == {("sources/B2.yaml", 3), ("sources/B2.yaml", 5)}
    assert load(pumps).sources["B2"].identity == "unresolved"


def test_a_source_that_is_known_is_cited(run: Run, pumps: Path) -> None:
    say = ("--title", "A leaflet", "--identity", "verified", "--published", "2026-01-02", "--kb", "pumps")
    assert run("new", "source", "B2", "--kind", "label", "--cite", "The works, 2026: a leaflet", *say).code == 0
    assert run("new", "source", "B3", "--kind", "label", *say).code == 0
    source = load(pumps).sources["B2"]
    assert (source.cite, source.kind, source.published) == ("The works, 2026: a leaflet", "label", date(2026, 1, 2))
    assert marks(pumps) == {("sources/B3.yaml", 5)}


def test_the_text_of_a_source_is_put_beside_it_and_registered(run: Run, pumps: Path) -> None:
    (pumps.parent / "leaflet").write_text("Seals: µ\nno more.\n", encoding="utf-8")
    new = ("new", "source", "B2", "--kind", "label", "--text", "leaflet", "--kb", "pumps")
    before = contents(pumps)
    would = run(*new, "--dry-run").out.splitlines()
    assert contents(pumps) == before
    done = run(*new)
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[1] == "pumps/texts/B2.txt: added"
    assert lines[-1] == "text: texts/B2.txt"
    assert "Seals" not in done.out
    assert [line.replace("would be added", "added") for line in would] == lines
    assert contents(pumps)["texts/B2.txt"] == "Seals: µ\nno more.\n"
    assert load(pumps).sources["B2"].text == "texts/B2.txt"
    assert run("new", "fact", "--source", "B2", "--quote", "Seals: no less.", "--kb", "pumps").code == 0
    assert "the quote of B2-1 is not verbatim" in run("check", "--kb", "pumps", "--only", "verbatim").out


@pytest.mark.parametrize("name", ["pumps/texts/all/leaflet.txt", "texts/all/leaflet.txt"])
def test_a_text_below_the_folder_stays_where_it_is(run: Run, pumps: Path, name: str) -> None:
    (pumps / "texts" / "all").mkdir(parents=True)
    (pumps / "texts" / "all" / "leaflet.txt").write_text("Seals.\n", encoding="utf-8")
    before = contents(pumps)
    assert run("new", "source", "B2", "--kind", "label", "--text", name, "--kb", "pumps").code == 0
    assert load(pumps).sources["B2"].text == "texts/all/leaflet.txt"
    assert contents(pumps).keys() - before.keys() == {"sources/B2.yaml"}


def test_no_text_takes_the_place_of_another(run: Run, pumps: Path) -> None:
    (pumps / "texts").mkdir(exist_ok=True)
    (pumps / "texts" / "B2.txt").write_text("Seals.\n", encoding="utf-8")
    (pumps.parent / "other").write_text("Bearings.\n", encoding="utf-8")
    (pumps.parent / "same").write_text("Seals.\n", encoding="utf-8")
    before = contents(pumps)
    new = ("new", "source", "B2", "--kind", "label", "--kb", "pumps", "--text")
    for name, told in (
        ("other", "--text: file-exists: there is another text pumps/texts/B2.txt already (expected `--text pumps/"),
        ("missing", "missing: no-such-file"),
        ("pumps", "pumps: a-folder"),
    ):
        refused = run(*new, name)
        assert (refused.code, refused.out) == (2, "")
        assert told in refused.err
        assert contents(pumps) == before
    assert run(*new, "same").code == 0
    assert load(pumps).sources["B2"].text == "texts/B2.txt"


def test_editors_know_their_own_readings(run: Run, pumps: Path) -> None:
    done = run("new", "source", "R9", "--kind", "interpretation", "--title", "The readings", "--kb", "pumps")
    assert done.out.splitlines()[1:] == [
        "id: R9",
        "kind: interpretation",
        "title: The readings",
        "identity: verified",
    ]
    assert marks(pumps) == set()
    assert run("new", "source", "R8", "--kind", "interpretation", "--kb", "pumps").code == 0
    assert marks(pumps) == {("sources/R8.yaml", 3)}


def test_who_cites_a_source_says_how_far_it_is_known(run: Run, pumps: Path) -> None:
    before = contents(pumps)
    refused = run("new", "source", "B2", "--kind", "label", "--cite", "The works, 2026", "--kb", "pumps")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("--identity: missing-field: the source `B2` is cited"), refused.err
    assert contents(pumps) == before


@pytest.mark.usefixtures("answers")
def test_a_source_is_asked_about_by_what_it_is(run: Run, pumps: Path) -> None:
    (pumps.parent / "leaflet").write_text("Seals.\n", encoding="utf-8")
    done = run("new", "source", "R9", "--kind", "interpretation", "--kb", "pumps", stdin="The readings\n")
    assert (done.code, done.err) == (0, "Title:")
    said = "label\nA leaflet\nunresolved\nno author is printed\nleaf\nleaflet\n"
    done = run("new", "source", "B2", "--kb", "pumps", stdin=said)
    assert done.code == 0, done.err
    assert "there is no file leaf " in done.err
    assert "How it is cited" not in done.err
    source = load(pumps).sources["B2"]
    assert (source.identity, source.known, source.text) == ("unresolved", "no author is printed", "texts/B2.txt")
    done = run("new", "source", "B3", "--kind", "label", "--kb", "pumps", stdin="A leaflet\nprobable\nThe works\n\n")
    assert done.code == 0, done.err
    source = load(pumps).sources["B3"]
    assert (source.identity, source.cite, source.text) == ("probable", "The works", "")
    assert marks(pumps) == set()


# fact -----------------------------------------------------------------------------------------------------------------


def test_a_fact_goes_to_the_end_of_the_file_of_its_source(run: Run, pumps: Path) -> None:
    before = contents(pumps)["facts/handbook.yaml"]
    done = run("new", "fact", "--source", "HB", "--kb", "pumps")
    assert done.out.splitlines()[0].startswith(
        f"pumps/facts/handbook.yaml:{before.count(chr(10)) + 1}: added; 3 places"
    )
    after = contents(pumps)["facts/handbook.yaml"]
    assert after.startswith(before)
    assert load(pumps).facts["H11"].quote == f"{MARK}: the exact words of the document"
    assert {line for _, line in marks(pumps)} == {before.count("\n") + line for line in (2, 3, 4)}


def test_a_fact_with_all_that_its_author_knows_has_no_mark(run: Run, pumps: Path) -> None:
    assert run(
        *("new", "fact", "H12", "--source", "HB", "--quote", "Hot: replace the seal", "--locator", "8"),
        *("--cites", "OM", "--modality", "should", "--claim", "work", "--field", "work=replace"),
        *("--field", "part=seal", "--field", "situation=bearing-hot", "--kb", "pumps"),
    ).code == 0  # fmt: skip
    fact = load(pumps).facts["H12"]
    assert (fact.quote, fact.cites, fact.modality) == ("Hot: replace the seal", ("OM",), "should")
    assert fact.claims[0].fields == {"work": "replace", "part": "seal", "situation": "bearing-hot"}
    assert marks(pumps) == set()
    assert run("fmt", "--check", "pumps").code == 0


def test_a_first_fact_makes_the_file_of_its_source(run: Run, pumps: Path) -> None:
    run("new", "source", "B2", "--kind", "guideline", "--kb", "pumps")
    assert run("new", "fact", "--source", "B2", "--kb", "pumps").code == 0
    assert run("new", "fact", "--source", "B2", "--kb", "pumps").code == 0
    assert [fact.id for fact in load(pumps).facts.values() if fact.quoted_from == "B2"] == ["B2-1", "B2-2"]


@pytest.mark.parametrize("named", ["hot-seals", "H10a", "HB-x"])
def test_an_id_without_a_number_is_no_end_of_numbers(run: Run, pumps: Path, named: str) -> None:
    assert run("new", "fact", named, "--source", "HB", "--kb", "pumps").code == 0
    for wanted in ("H11", "H12"):
        assert run("new", "fact", "--source", "HB", "--kb", "pumps").code == 0
        assert wanted in load(pumps).facts


def test_the_first_id_of_a_source_is_one_that_is_free(run: Run, pumps: Path) -> None:
    run("new", "source", "B2", "--kind", "guideline", "--kb", "pumps")
    for id_, source in (("B2-1", "HB"), ("seals", "B2")):
        assert run("new", "fact", id_, "--source", source, "--kb", "pumps").code == 0
    assert run("new", "fact", "--source", "B2", "--kb", "pumps").code == 0
    assert [fact.id for fact in load(pumps).facts.values() if fact.quoted_from == "B2"] == ["seals", "B2-2"]


def test_a_reading_is_about_something_and_stands_among_readings(run: Run, pumps: Path) -> None:
    refused = run("new", "fact", "--source", "RD", "--kb", "pumps")
    assert (refused.code, refused.out) == (2, "")
    assert "--about: missing-field" in refused.err
    assert run("new", "fact", "--source", "RD", "--about", "H2", "--about", "O1", "--kb", "pumps").code == 0
    reading = load(pumps).facts["R4"]
    assert (reading.is_interpretation, reading.about) == (True, ("H2", "O1"))
    assert len(marks(pumps)) == 2


# rule -----------------------------------------------------------------------------------------------------------------


def test_a_rule_goes_after_those_that_draw_the_same_and_before_what_follows_them(run: Run, pumps: Path) -> None:
    before = contents(pumps)["rules/state.yaml"]
    done = run(
        *("new", "rule", "it-shakes", "--because", "H9", "--when", "situation: {is: vibration-high}"),
        *("--unless", "pump: {leak: true}", "--then", "situation: {is: distressed}", "--kb", "pumps"),
    )
    assert (done.code, done.err) == (0, "")
    after = contents(pumps)["rules/state.yaml"]
    new = "\n".join(done.out.splitlines()[1:]) + "\n"
    assert after.replace(new, "") == before
    assert after.index("interactions:") > after.index(new) > after.index("id: lubricant-in-use")
    rule = load(pumps).rules["it-shakes"]
    assert (rule.because, len(rule.when), len(rule.unless)) == (("H9",), 1, 1)
    assert len(marks(pumps)) == 1


def test_a_fact_that_a_rule_uses_is_not_asked_why_none_does(run: Run, pumps: Path) -> None:
    before = contents(pumps)["facts/handbook.yaml"]
    for quote in ("One", "Two", "Three"):
        run("new", "fact", "--source", "HB", "--quote", quote, "--locator", "1", "--kb", "pumps")
    say = ("--when", "pump: {leak: true}", "--then", "situation: {is: leaking}", "--title", "It leaks")
    new = ("new", "rule", "x", *say, "--because", "H11", "--because", "H13", "--because", "H9", "--kb", "pumps")
    shown = run(*new, "--dry-run")
    assert f":{before.count(NL) + 4}: would be taken away: the mark" in shown.out
    done = run(*new)
    assert (done.code, done.err) == (0, "")
    taken = f"pumps/facts/handbook.yaml:{before.count(NL) + 4}: taken away: the mark of a fact that no rule used"
    assert done.out.splitlines()[1] == taken
    after = contents(pumps)["facts/handbook.yaml"]
    assert after.startswith(before)
    facts = load(pumps).facts
    assert [MARK in facts[id_].not_used_by_rules for id_ in ("H11", "H12", "H13")] == [False, True, False]
    assert [facts[id_].quote for id_ in ("H11", "H12", "H13")] == ["One", "Two", "Three"]
    found = [one for one in inspected(pumps).findings if one.code in ("excuse", MARK)]
    assert [(one.code, one.location.line) for one in found] == [(MARK, before.count(NL) + 7)]
    again = ("new", "rule", "y", *say, "--because", "H9", "--kb", "pumps")
    assert "taken away" not in run(*again).out


def test_a_rule_of_another_topic_makes_its_file(run: Run, pumps: Path) -> None:
    say = ("--definition", "--when", "pump: {leak: true}", "--then", "situation: {is: leaking}", "--title", "It leaks")
    assert run("new", "rule", "leak", *say, "--topic", "leaks", "--kb", "pumps").code == 0
    assert contents(pumps)["rules/leaks.yaml"].startswith(
        "rules:\n  - id: leak\n    title: It leaks\n    definition: true\n"
    )
    assert marks(pumps) == set()


# scenario -------------------------------------------------------------------------------------------------------------


def test_a_scenario_stands_beside_the_one_that_it_is_like(run: Run, pumps: Path) -> None:
    before = contents(pumps)["scenarios/pumps.yaml"]
    change = ("--set", "pump.leak=true", "--set", "readings.vibration=9 mm/s", "--without", "pump.noise")
    done = run("new", "scenario", "it-leaks", "--like", "a-quiet-pump", *change, "--kb", "pumps")
    assert (done.code, done.err) == (0, "")
    after = contents(pumps)["scenarios/pumps.yaml"]
    assert after.startswith(before.rstrip("\n") + "\n\n  - name: it-leaks\n")
    assert marks(pumps) == {("scenarios/pumps.yaml", after.count("\n") - 1)}
    (scenario,) = [one for one in read_scenarios(pumps) if one.name == "it-leaks"]
    pump = scenario.case.entries["pump"]
    assert isinstance(pump, Mapping)
    assert "leak" in pump.entries
    assert "noise" not in pump.entries
    path = pumps / "scenarios" / "pumps.yaml"
    path.write_text(
        after.replace("    expect: {}\n", "    expect:\n      values: {situation(leaking): true}\n"), encoding="utf-8"
    )
    assert [one.passed for one in run_scenarios(pumps, "it-leaks")] == [True]


@pytest.mark.parametrize(("above", "code"), [(f"# {MARK}: what", MARK), ("# nothing yet", "refused-expectation")])
def test_an_expectation_of_nothing_is_found_once(pumps: Path, above: str, code: str) -> None:
    text = f"scenarios:\n  - name: x\n    like: a-quiet-pump\n    {above}\n    expect: {{}}\n"
    (pumps / "scenarios" / "x.yaml").write_text(text, encoding="utf-8")
    found = [one.code for one in inspected(pumps).findings if one.location.file.endswith("x.yaml")]
    assert found == [code]


def test_a_scenario_like_another_has_a_moment_of_its_own(run: Run, pumps: Path) -> None:
    like = ("--like", "a-quiet-pump", "--kb", "pumps")
    say = ("--as-of", "2026-07-21T08:00Z", "--set", "pump.leak=true")
    assert run("new", "scenario", "later", *like, *say).code == 0
    assert run("new", "scenario", "same", *like).code == 0
    whens = {one.name: one.case.entries["as-of"] for one in read_scenarios(pumps)}
    assert [getattr(whens[name], "value", None) for name in ("later", "same")] == [
        "2026-07-21T08:00Z",
        getattr(whens["a-quiet-pump"], "value", ""),
    ]
    assert contents(pumps)["scenarios/pumps.yaml"].count("as-of: 2026-07-21T08:00Z") == 1
    refused = run("new", "scenario", "when", *like, "--as-of", "tomorrow")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("--as-of: "), refused.err


def run_scenarios(root: Path, name: str) -> list[Any]:
    return run(root, (name,), ("compiled",))


def test_a_scenario_of_its_own_records_a_case(run: Run, pumps: Path) -> None:
    say = ("--set", "pump.leak=true", "--set", "repairs=[{part: seal, begun: -3 d}]", "--as-of", "2026-01-02T03:04Z")
    assert run("new", "scenario", "alone", *say, "--kb", "pumps").code == 0
    assert contents(pumps)["scenarios/alone.yaml"].splitlines()[3:8] == [
        f'      title: "{MARK}: one line about the case"',
        "      as-of: 2026-01-02T03:04Z",
        "      pump: {leak: true}",
        "      repairs:",
        "        - {part: seal, begun: -3 d}",
    ]
    assert len(marks(pumps)) == 2


# What is refused ------------------------------------------------------------------------------------------------------

WRONG = Path(__file__).with_name("new_refused.yaml")
REFUSED = {row["name"]: row for row in yaml.safe_load(WRONG.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_told_and_nothing_is_written(name: str, run: Run, pumps: Path) -> None:
    before = contents(pumps)
    refused = run("new", *REFUSED[name]["new"], "--kb", "pumps")
    assert (refused.code, refused.out) == (2, "")
    assert [words for words in REFUSED[name]["told"] if words not in refused.err] == [], refused.err
    assert contents(pumps) == before


def test_no_line_is_named_that_no_file_has(run: Run, pumps: Path) -> None:
    say = ("--when", "pump: {leak: true}", "--then", "situation: {is: leaking}", "--because", "H99")
    assert run("new", "rule", "x", *say, "--kb", "pumps").err.startswith("--because: dangling")
    run("new", "source", "B2", "--kind", "guideline", "--kb", "pumps")
    assert run("new", "fact", "--source", "B2", "--modality", "x", "--kb", "pumps").err.startswith("--modality: ")


def test_a_dry_run_shows_what_would_be_written_and_writes_nothing(run: Run, pumps: Path) -> None:
    before = contents(pumps)
    shown = run("new", "fact", "--source", "HB", "--kb", "pumps", "--dry-run")
    assert contents(pumps) == before
    done = run("new", "fact", "--source", "HB", "--kb", "pumps")
    assert shown.out == done.out.replace(": added", ": would be added")


FIRST = {
    "source": ["B2", "--kind", "guideline"],
    "fact": ["--source", "HB"],
    "rule": ["x", "--because", "H9", "--when", "pump: {leak: true}", "--then", "situation: {is: leaking}"],
    "scenario": ["x", "--set", "pump.leak=true"],
}
BEFORE: dict[str, tuple[str, str | bytes, int]] = {
    "a scenario": ("scenarios/wrong.yaml", "case: {as-of: 2026-01-01T00:00Z}\nexpects: {}\n", 2),
    "a case": ("scenarios/wrong.yaml", "case: {as-of: 2026-01-01T00:00Z, pmup: {}}\nexpect: {}\n", 1),
    "syntax": ("scenarios/wrong.yaml", "case: [\n", 1),
    "a source": ("sources/wrong.yaml", "id: W\n", 3),
    "a name": ("rules/wrong.yaml", "rules:\n  - {id: w, because: [H99], when: [{pump: {leak: true}}], then: []}\n", 3),
    "no text": ("rules/wrong.yaml", b"rules: [\xff]\n", 1),
}


@pytest.mark.parametrize("what", FIRST)
@pytest.mark.parametrize("wrong", BEFORE)
def test_what_was_wrong_before_is_told_and_no_reason_to_refuse(run: Run, pumps: Path, what: str, wrong: str) -> None:
    clean = run("new", what, *FIRST[what], "--kb", "pumps", "--dry-run").out
    assert "before" not in clean
    name, text, number = BEFORE[wrong]
    (pumps / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    before = contents(pumps) if wrong != "no text" else {}
    done = run("new", what, *FIRST[what], "--kb", "pumps")
    assert (done.code, done.err) == (0, "")
    first, *rest = done.out.splitlines()
    were = "1 problem was" if number == 1 else f"{number} problems were"
    assert first.endswith(f"; {were} there before (`rulewright check --kb pumps`)"), first
    assert rest == clean.splitlines()[1:]
    assert wrong == "no text" or len(contents(pumps)) - len(before) in (0, 1)


def test_a_problem_that_is_there_before_may_not_be_brought_again(run: Run, pumps: Path) -> None:
    path = pumps / "facts" / "handbook.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count("modality: should\n") > 0
    path.write_text(text.replace("modality: should\n", "modality: shuold\n", 1), encoding="utf-8")
    before = contents(pumps)
    refused = run("new", "fact", "--source", "HB", "--modality", "shuold", "--kb", "pumps")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.count("\n") == 2, refused.err
    assert "`shuold`" in refused.err
    assert contents(pumps) == before
    assert run("new", "fact", "--source", "HB", "--modality", "should", "--kb", "pumps").code == 0


def test_what_only_the_rules_together_are_is_refused(run: Run, pumps: Path) -> None:
    say = ["--definition", "--when", "pump: {leak: true}", "--then", "situation: {is: leaking}"]
    cycle = ["new", "rule", "x", *say, "--unless", "situation: {is: leaking}", "--kb", "pumps"]
    refused = run(*cycle)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("--unless: negative-cycle: "), refused.err
    (pumps / "sources" / "wrong.yaml").write_text("id: W\n", encoding="utf-8")
    done = run(*cycle)
    assert done.code == 0, "it cannot be told while something keeps the knowledge base from being loaded"
    (pumps / "sources" / "wrong.yaml").unlink()
    again = run("new", "fact", "--source", "HB", "--kb", "pumps")
    assert "; 1 problem was there before (" in again.out.splitlines()[0]
    (pumps / "facts" / "B2.yaml").write_text("read-in: B2\nfacts: []\n", encoding="utf-8")
    mends = run("new", "source", "B2", "--kind", "guideline", "--kb", "pumps")
    assert mends.code == 0, "that it loads now, so that the cycle is seen, is no fault of the source"


def test_what_a_mended_file_brings_to_light_was_there_before(run: Run, pumps: Path) -> None:
    (pumps / "sources" / "B2.yaml").write_text(
        "id: B2\nkind: label\ntitle: A\nidentity: unresolved\n", encoding="utf-8"
    )
    (pumps / "facts" / "B2.yaml").write_text("", encoding="utf-8")
    rules = pumps / "rules" / "state.yaml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("H9", "H99"), encoding="utf-8")
    done = run("new", "fact", "--source", "B2", "--kb", "pumps")
    assert (done.code, done.err) == (0, "")
    assert "; 1 problem was there before (" in done.out.splitlines()[0], "the others are only seen now"
    assert "dangling" in run("check", "--kb", "pumps").out


@pytest.mark.parametrize("what", FIRST)
def test_without_words_to_check_it_with_nothing_is_added(run: Run, pumps: Path, what: str) -> None:
    (pumps / "vocabulary" / "wrong.yaml").write_text("terms: [\n", encoding="utf-8")
    before = contents(pumps)
    refused = run("new", what, *FIRST[what], "--kb", "pumps")
    assert (refused.code, refused.out) == (2, "")
    assert "pumps/vocabulary/wrong.yaml:2:1: syntax" in refused.err
    assert contents(pumps) == before
    (pumps / "vocabulary" / "wrong.yaml").unlink()
    (pumps / "kb.yaml").unlink()
    refused = run("new", what, *FIRST[what], "--kb", "pumps")
    assert (refused.code, refused.out) == (2, "")
    assert "pumps/kb.yaml: unreadable" in refused.err


# Asking ---------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("answers")
def test_on_a_terminal_it_asks_for_what_no_option_says(run: Run, pumps: Path) -> None:
    said = "HP\nHB\n\nHot seals are replaced\n\nshould\nwork\nreplace\nbearing-hot\n"
    done = run("new", "fact", "--field", "part=seal", "--kb", "pumps", stdin=said)
    assert done.code == 0, done.err
    assert "`HP` is none of them." in done.err
    fact = load(pumps).facts["H11"]
    assert (fact.quote, fact.modality) == ("Hot seals are replaced", "should")
    assert fact.claims[0].fields == {"part": "seal", "work": "replace", "situation": "bearing-hot"}
    assert len(marks(pumps)) == 1


ARGUMENTS = {"kb": "DIR", "source": "ID", "rule": "ID", "scenario": "NAME"}


@pytest.mark.parametrize("what", ARGUMENTS)
def test_what_is_to_be_begun_is_named_where_nobody_answers(run: Run, pumps: Path, what: str) -> None:
    before = contents(pumps.parent)
    refused = run("new", what, *([] if what == "kb" else ["--kb", "pumps"]))
    assert (refused.code, refused.out) == (2, "")
    assert f"{ARGUMENTS[what]}: missing-field: `{ARGUMENTS[what]}` is not given" in refused.err
    assert ("--kind: missing-field" in refused.err) is (what == "source"), "every problem is told at once"
    assert contents(pumps.parent) == before


@pytest.mark.usefixtures("answers")
def test_on_a_terminal_it_asks_for_the_name_of_what_is_begun(run: Run, pumps: Path) -> None:
    done = run("new", "kb", stdin="\ngarden\nA garden\n")
    assert done.code == 0, done.err
    assert load(pumps.parent / "garden").title == "A garden"
    say = ("--kind", "interpretation", "--title", "The readings", "--kb", "pumps")
    done = run("new", "source", *say, stdin="a b\nR9\n")
    assert done.code == 0, done.err
    assert "`a b` is no id" in done.err
    assert "R9" in load(pumps).sources
    rule = ("--definition", "--title", "x", "--when", "pump: {leak: true}", "--then", "situation: {is: leaking}")
    assert run("new", "rule", *rule, "--kb", "pumps", stdin="leaks\n").code == 0
    assert "leaks" in load(pumps).rules
    done = run("new", "scenario", "--kb", "pumps", stdin="a-quiet-pump\nalone\n\n")
    assert done.code == 0, done.err
    assert "alone" in [one.name for one in read_scenarios(pumps)]


@pytest.mark.usefixtures("answers")
def test_conditions_are_asked_for_until_there_are_no_more(run: Run, pumps: Path) -> None:
    said = "H9, H7\nIt leaks\npump: {leak: true}\npump: {noise: true}\n\nsituation: {is: leaking}\n\n"
    done = run("new", "rule", "leaks", "--kb", "pumps", stdin=said)
    assert done.code == 0, done.err
    rule = load(pumps).rules["leaks"]
    assert (rule.because, rule.title, len(rule.when)) == (("H9", "H7"), "It leaks", 2)


@pytest.mark.usefixtures("answers")
def test_an_id_is_told_to_be_wrong_at_once_and_asked_for_again(run: Run, pumps: Path) -> None:
    done = run("new", "fact", "--source", "HB", "--kb", "pumps", stdin="H1\na b\nH20\nHot seals are replaced\n\n\n\n")
    assert done.code == 0, done.err
    assert done.err.index("there is a fact `H1` already (expected an id of its own). it is at pumps/facts/") < (
        done.err.index("`a b` is no id (expected at most 120 letters")
    )
    assert done.err.count("Id of the fact [H11]:") == 3
    assert load(pumps).facts["H20"].quote == "Hot seals are replaced"
    done = run("new", "fact", "H1", "--source", "HB", "--kb", "pumps", stdin="H21\n\n\n\n\n")
    assert done.code == 0, done.err
    assert done.err.index("there is a fact `H1` already") < done.err.index("The exact words")
    assert "H21" in load(pumps).facts


@pytest.mark.usefixtures("answers")
def test_so_is_every_other_id(run: Run, pumps: Path) -> None:
    (pumps / "sources" / "BU.yaml").rename(pumps / "sources" / "B2.yaml")
    done = run("new", "source", "HB", "--kind", "label", "--kb", "pumps", stdin="B2\nB3\n" + 9 * "\n")
    assert done.code == 0, done.err
    assert "there is a source `HB` already" in done.err
    assert "there is a file pumps/sources/B2.yaml already" in done.err
    assert done.out.lstrip().startswith("pumps/sources/B3.yaml:1: added")
    say = ("--when", "pump: {leak: true}", "--then", "situation: {is: leaking}", "--title", "It leaks")
    done = run("new", "rule", "severe", *say, "--kb", "pumps", stdin="leaks\nH9, H77\nH9\n")
    assert done.code == 0, done.err
    assert "there is a rule `severe` already" in done.err
    assert "There is no `H77`. did you mean `H7`?" in done.err
    assert load(pumps).rules["leaks"].because == ("H9",)
    done = run("new", "scenario", "a-quiet-pump", "--kb", "pumps", stdin="a/b\nanother\na-quite-pump\na-quiet-pump\n")
    assert done.code == 0, done.err
    assert "the scenario `a-quiet-pump` is there already" in done.err
    assert "`a/b` is no name of a file" in done.err
    assert "`a-quite-pump` is none of them." in done.err
    assert [one.location.file for one in read_scenarios(pumps) if one.name == "another"]


@pytest.mark.usefixtures("answers")
def test_a_condition_that_is_no_yaml_is_told_at_once(run: Run, pumps: Path) -> None:
    said = "pump: {leak: [\npump: {leak: true}\n\nsituation: {is: leaking}\n\n"
    done = run("new", "rule", "x", "--title", "It leaks", "--because", "H9", "--kb", "pumps", stdin=said)
    assert done.code == 0, done.err
    assert len(load(pumps).rules["x"].when) == 1


@pytest.mark.usefixtures("answers")
def test_what_is_wrong_with_an_answer_is_told_at_once_and_no_other_is_lost(run: Run, pumps: Path) -> None:
    said = ["", "H9", "", "pmup: {leak: true}", "pump: {leak: yes it does}", "pump: {leak: true}", ""]
    said += ["", "situation: {is: leeking}", "situation: {is: leaking}", ""]
    done = run("new", "rule", "x", "--title", "It leaks", "--kb", "pumps", stdin="\n".join(said) + "\n")
    assert done.code == 0, done.err
    told = (
        "A rule rests on facts; one that does not is begun with --mechanism or --definition",
        "a rule has conditions (expected such as `pump: {critical: true}`)",
        "`pmup` begins no pattern",
        "a rule draws something (expected such as ",
        "did you mean `leaking`?",
    )
    places = [done.err.find(words) for words in told]
    assert -1 not in places, done.err
    assert places == sorted(places)
    rule = load(pumps).rules["x"]
    assert (rule.because, len(rule.when), len(rule.then)) == (("H9",), 1, 1)


@pytest.mark.usefixtures("answers")
def test_an_option_that_names_nothing_is_asked_for(run: Run, pumps: Path) -> None:
    done = run("new", "fact", "--source", "HP", "--kb", "pumps", stdin="HB\n\n\n\n\n\n")
    assert done.code == 0, done.err
    assert "`HP` is none of them." in done.err
    assert "H11" in load(pumps).facts


# Where entries go -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "root", [PUMPS, ROOT / "kb", ROOT / "tests" / "knowledge" / "graded"], ids=lambda path: path.name
)
def test_every_line_of_a_file_stays_as_it_is(root: Path) -> None:
    seen = 0
    for folder, keys in LISTS.items():
        for path in (root / folder).rglob("*.yaml"):
            text = path.read_text(encoding="utf-8")
            for key in keys:
                if f"\n{key}:\n" not in f"\n{text}":
                    continue
                found = added(path, key, Entry(None, tree({"id": "x", "name": "a # b"}), above=["# begun"]))
                lines = found.after.split("\n")
                at = found.line - 1
                assert lines[at : at + len(found.lines)] == list(found.lines)
                rest = lines[:at] + lines[at + len(found.lines) :]
                assert [line for line in rest if line] == [line for line in text.split("\n") if line]
                seen += 1
    assert seen > 3


def test_a_list_in_brackets_or_empty_or_missing_is_laid_out(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    kept = "read-in: S  # c\n"
    for before, opened in (
        ("facts: [{id: F1}]\n", "facts:\n  - id: F1\n"),
        ("facts: []\n", "facts:\n"),
        ("facts: [ ]  # none yet\n", "facts:  # none yet\n"),
        ("facts:\n", "facts:\n"),
        ("facts:  # none yet\n# nor here", "facts:  # none yet\n"),
        ("", "facts:\n"),
    ):
        path.write_text(kept + before, encoding="utf-8")
        found = added(path, "facts", Entry(None, tree({"id": "F2"})))
        assert found.after.startswith(f"{kept}{opened}  - id: F2\n"), found.after
        assert found.after.split("\n")[found.line - 1] == "  - id: F2"
        assert ("# nor here" in found.after) is ("# nor here" in before)
    for wrong in ("facts: 3\n", "facts: {}\n", "facts: {a: b}\n", "facts: [\n"):
        path.write_text(wrong, encoding="utf-8")
        with pytest.raises(Refused):
            added(path, "facts", Entry(None, tree({"id": "F2"})))


def test_what_follows_an_empty_list_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    for empty in ("rules: []", "rules:"):
        path.write_text(f"{empty}\ninteractions:   [ {{id:  I}} ] # c\n", encoding="utf-8")
        found = added(path, "rules", Entry(None, tree({"id": "R"})))
        assert found.after == "rules:\n  - id: R\ninteractions:   [ {id:  I} ] # c\n"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("read-in: B2\nfacts: []\n", "read-in: B2\nfacts:\n"),
        ("read-in: B2  # a leaflet\n", "read-in: B2  # a leaflet\nfacts:\n"),
    ],
    ids=["an empty list", "no list"],
)
def test_a_first_fact_goes_to_the_file_that_waits_for_it(run: Run, pumps: Path, text: str, kept: str) -> None:
    run("new", "source", "B2", "--kind", "guideline", "--kb", "pumps")
    (pumps / "facts" / "leaflets.yaml").write_text(text, encoding="utf-8")
    done = run("new", "fact", "--source", "B2", "--kb", "pumps")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("pumps/facts/leaflets.yaml:3: added")
    assert contents(pumps)["facts/leaflets.yaml"].startswith(f"{kept}  - id: B2-1\n")
    assert [fact.id for fact in load(pumps).facts.values() if fact.quoted_from == "B2"] == ["B2-1"]


@pytest.mark.parametrize(
    "key", ["facts:", "facts: []", "facts: [{id: H0, quote: 'Q', locator: l, not-used-by-rules: why}]"]
)
def test_lines_end_as_they_did(run: Run, pumps: Path, key: str) -> None:
    path = pumps / "facts" / "B2.yaml"
    run("new", "source", "B2", "--kind", "guideline", "--kb", "pumps")
    path.write_bytes(f"read-in: B2\r\n{key}\r\n".encode())
    assert run("new", "fact", "--source", "B2", "--quote", "Seals", "--kb", "pumps").code == 0
    after = path.read_bytes()
    assert after.startswith(b"read-in: B2\r\nfacts:\r\n")
    assert after.count(b"\n") == after.count(b"\r\n") > 4
    assert [one.quote for one in load(pumps).facts.values() if one.quoted_from == "B2"][-1] == "Seals"


def test_lines_in_a_longer_file_end_as_they_did(run: Run, pumps: Path) -> None:
    path = pumps / "facts" / "handbook.yaml"
    before = path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(before)
    assert run("new", "fact", "--source", "HB", "--kb", "pumps").code == 0
    after = path.read_bytes()
    assert after.startswith(before)
    assert after.count(b"\n") == after.count(b"\r\n") > before.count(b"\n")


def test_a_link_stays_a_link(run: Run, pumps: Path) -> None:
    path, elsewhere = pumps / "facts" / "handbook.yaml", pumps.parent / "elsewhere.yaml"
    shutil.move(path, elsewhere)
    path.symlink_to(elsewhere)
    before = elsewhere.read_bytes()
    assert run("new", "fact", "--source", "HB", "--kb", "pumps").code == 0
    assert path.is_symlink()
    assert elsewhere.read_bytes().startswith(before)
    assert "H11" in load(pumps).facts


@pytest.mark.parametrize("before", ["", "\n\n", "# Leaks.\n"], ids=["empty", "blank", "a comment"])
def test_a_file_that_says_nothing_yet_is_begun(run: Run, pumps: Path, before: str) -> None:
    (pumps / "scenarios" / "leaks.yaml").write_text(before, encoding="utf-8")
    assert run("new", "scenario", "it-leaks", "--topic", "leaks", "--kb", "pumps").code == 0
    assert contents(pumps)["scenarios/leaks.yaml"].startswith(f"{before.strip()}\nscenarios:\n  - name:".lstrip())
    assert "it-leaks" in [one.name for one in read_scenarios(pumps)]


def test_a_new_file_names_its_schema_where_the_schemas_are(run: Run, pumps: Path) -> None:
    (pumps / ".schemas").mkdir()
    assert run("new", "source", "B2", "--kind", "guideline", "--kb", "pumps").code == 0
    first, second, *_ = contents(pumps)["sources/B2.yaml"].splitlines()
    assert (first, second) == ("# yaml-language-server: $schema=../.schemas/sources.schema.json", "id: B2")


def test_a_file_that_holds_another_source_is_not_written_over(run: Run, pumps: Path) -> None:
    (pumps / "sources" / "BU.yaml").rename(pumps / "sources" / "B2.yaml")
    before = contents(pumps)
    refused = run("new", "source", "B2", "--kind", "guideline", "--kb", "pumps")
    assert (refused.code, refused.out) == (2, "")
    assert "pumps/sources/B2.yaml: duplicate-id: there is a file pumps/sources/B2.yaml already" in refused.err
    assert contents(pumps) == before


# What may only be read -----------------------------------------------------------------------------------------------


@pytest.fixture
def by_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the program may write what its mode lets its owner write, and no more."""

    def access(path: Path, wanted: int) -> bool:
        return bool(Path(path).stat().st_mode >> 6 & wanted == wanted)

    def temporary(dir: Path, prefix: str, suffix: str) -> tuple[int, str]:
        if not access(dir, os.W_OK):
            raise PermissionError(13, "Permission denied", f"{dir}/.temporary")
        return mkstemp(dir=dir, prefix=prefix, suffix=suffix)

    monkeypatch.setattr("os.access", access)
    monkeypatch.setattr("rulewright.authoring.writing.tempfile.mkstemp", temporary)


@pytest.mark.parametrize("what", FIRST)
def test_what_is_tried_can_be_written_to_where_the_folder_may_only_be_read(
    run: Run, pumps: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def put(path: Path, text: str | None) -> None:
        copy = next(folder for folder in path.parents if (folder / "kb.yaml").is_file())
        tried.extend(one.stat().st_mode & 0o200 for one in (copy, *copy.rglob("*")))
        put_(path, text)

    put_ = trial._put
    monkeypatch.setattr(trial, "_put", put)
    for path in (*pumps.rglob("*"), pumps):
        path.chmod(0o555 if path.is_dir() else 0o444)
    done = run("new", what, *FIRST[what], "--kb", "pumps", "--dry-run")
    for path in (pumps, *pumps.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert (done.code, done.err) == (0, "")
    assert len(tried) > 10
    assert all(tried)


@pytest.mark.usefixtures("by_mode")
def test_a_file_that_may_only_be_read_is_not_written_to(run: Run, pumps: Path) -> None:
    (pumps / "facts" / "handbook.yaml").chmod(0o444)
    before = contents(pumps)
    refused = run("new", "fact", "--source", "HB", "--kb", "pumps")
    assert (refused.code, refused.out) == (2, "")
    named = "pumps/facts/handbook.yaml"
    assert refused.err.startswith(f"{named}: unwritable: {named} cannot be written (Permission denied)"), refused.err
    assert contents(pumps) == before


@pytest.mark.usefixtures("by_mode")
@pytest.mark.parametrize("folder", ["texts", "sources"])
def test_where_one_file_cannot_be_written_no_other_is(run: Run, pumps: Path, folder: str) -> None:
    (pumps / "texts").mkdir(exist_ok=True)
    (pumps.parent / "leaflet").write_text("Seals.\n", encoding="utf-8")
    (pumps / folder).chmod(0o555)
    before = contents(pumps)
    refused = run("new", "source", "B2", "--kind", "label", "--text", "leaflet", "--kb", "pumps")
    (pumps / folder).chmod(0o755)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith(f"pumps/{folder}/B2."), refused.err
    assert "unwritable" in refused.err
    assert contents(pumps) == before


def test_a_file_that_cannot_be_read_is_told(run: Run, pumps: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = pumps / "facts" / "handbook.yaml"
    read = Path.read_bytes

    def read_bytes(path: Path) -> bytes:
        if path.resolve() == closed.resolve():
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    with pytest.raises(Refused) as caught:
        added(closed, "facts", Entry(None, tree({"id": "F2"})))
    (problem,) = caught.value.problems
    assert (problem.code, problem.message.endswith("cannot be read (Permission denied)")) == ("unreadable", True)
    monkeypatch.undo()
    closed.write_bytes(b"facts:\n  - id: \xff\n")
    with pytest.raises(Refused, match="not UTF-8"):
        added(closed, "facts", Entry(None, tree({"id": "F2"})))
