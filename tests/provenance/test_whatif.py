"""What if: a changed case is advised as its edited text would be, and a change that cannot be made is refused."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.advising import Advisor, read_case_node, read_case_text
from engine.errors import Findings, Refused
from engine.loading import load
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from provenance.comparison.compare import compare
from provenance.inquiry import Inquiry
from provenance.model.whatif import WhatIf
from provenance.render.whatif import what_if_page
from provenance.variants.changes import read_changes
from provenance.variants.whatif import what_if
from rulewright.authoring.scenarios import read_scenarios

ROOT = Path(__file__).resolve().parents[2]
PUMPS = ROOT / "tests" / "knowledge" / "pumps"
CHILD = """
as-of: 2026-03-06T08:00Z
patient: {age: 8 a, weight: 25 kg, height: 125 cm, mas: confirmed, underlying-disease: sJIA}
labs: {ferritin: 38000 ng/mL}
courses:
  - {drug: methylprednisolone, dose: 750 mg/d, route: IV, started: -5 d, days-given: 3, response: inadequate}
  - {drug: cyclosporine A, dose: 100 mg/d, route: IV, started: -3 d, response: inadequate}
"""
Asked = Callable[..., WhatIf]


@pytest.fixture(scope="module")
def advisor(knowledge: KnowledgeBase) -> Advisor:
    return Advisor(knowledge, ("compiled",))


@pytest.fixture(scope="module")
def asked(advisor: Advisor) -> Asked:
    """Asks about the child, or about the case in another text."""

    def answered(*changes: str, text: str = CHILD, as_of: str = "") -> WhatIf:
        case = read_case_text(text, "case.yaml", advisor.knowledge)
        return ask(Inquiry(advisor, case), changes, as_of)

    return answered


def ask(inquiry: Inquiry, changes: tuple[str, ...] | list[str], as_of: str = "") -> WhatIf:
    """Each change is written as on the command line, after a word that says what it is."""
    kinds: dict[str, list[str]] = {"set": [], "remove": [], "add": []}
    for change in changes:
        kind, _, text = change.partition(" ")
        kinds[kind].append(text)
    findings = Findings()
    made = read_changes(kinds["set"], kinds["remove"], kinds["add"], findings)
    return what_if(inquiry, made, as_of, findings)


# The oracle: the text of the case, edited ----------------------------------------------------------------------------

EDITS: list[tuple[list[str], list[tuple[str, str]]]] = [
    (["set patient.weight=30 kg"], [("weight: 25 kg", "weight: 30 kg")]),
    (
        ["set courses[0].response=adequate"],
        [("given: 3, response: inadequate", "given: 3, response: adequate")],
    ),
    (["set patient={mas: suspected}"], [(CHILD.splitlines()[2], "patient: {mas: suspected}")]),
    (["set findings.infection=pneumonia"], [("labs:", "findings: {infection: pneumonia}\nlabs:")]),
    (["set patient.weight={value: 26 kg, at: 2026-03-01}"], [("25 kg", "{value: 26 kg, at: 2026-03-01}")]),
    (["remove labs.ferritin"], [("{ferritin: 38000 ng/mL}", "{}")]),
    (["remove labs"], [("labs: {ferritin: 38000 ng/mL}\n", "")]),
    (["remove courses"], [(CHILD[CHILD.index("courses") :], "")]),
    (["set courses=[]"], [(CHILD[CHILD.index("courses") :], "courses: []\n")]),
    (["remove courses[1]"], [(CHILD.splitlines()[-1], "  - {complete: false}")]),
    (["remove courses[0]", "remove courses[1]"], [(CHILD[CHILD.index("  - ") :], "  - {complete: false}\n")]),
    (["remove courses[1]", "set courses.complete=true"], [(CHILD.splitlines()[-1] + "\n", "")]),
    (["set courses.complete=false"], [(CHILD.splitlines()[-1], CHILD.splitlines()[-1] + "\n  - {complete: false}")]),
    (["add courses={drug: anakinra, started: -30 h}"], [(CHILD, CHILD + "  - {drug: anakinra, started: -30 h}\n")]),
    (
        ["remove courses[0]", "set courses[1].response=adequate", "add courses={drug: IVIG, started: -1 h}"],
        [
            (CHILD.splitlines()[-2] + "\n", ""),
            (
                "-3 d, response: inadequate}",
                "-3 d, response: adequate}\n  - {drug: IVIG, started: -1 h}\n  - {complete: false}",
            ),
        ],
    ),
    (
        ["add patient.requested=anakinra", "set patient.height=1.3 m"],
        [("height: 125 cm", "height: 1.3 m, requested: [anakinra]")],
    ),
]


@pytest.mark.parametrize(("changes", "edits"), EDITS, ids=lambda value: " ".join(map(str, value))[:60])
def test_a_changed_case_is_advised_as_its_edited_text_is(
    asked: Asked, advisor: Advisor, knowledge: KnowledgeBase, changes: list[str], edits: list[tuple[str, str]]
) -> None:
    text = CHILD
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    before = advisor.advise(read_case_text(CHILD, "case.yaml", knowledge))
    after = advisor.advise(read_case_text(text, "edited.yaml", knowledge))
    answer = asked(*changes)
    assert answer.comparison == compare(before, after, knowledge)
    assert answer.comparison.after.id == after.id != before.id
    assert answer.case == after.case
    assert what_if_page(answer).text()


def edited(tree: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each datum of a case with the case that lacks it, by operations on plain lists and dictionaries."""
    for name, section in tree.items():
        if name in ("title", "as-of", "note"):
            continue
        yield name, {key: value for key, value in tree.items() if key != name}
        if isinstance(section, dict) and "items" not in section and "complete" not in section:
            for field in section:
                other = copy.deepcopy(tree)
                del other[name][field]
                yield f"{name}.{field}", other
        elif isinstance(section, list):
            places = [place for place, item in enumerate(section) if set(item) != {"complete"}]
            for number, place in enumerate(places):
                other = copy.deepcopy(tree)
                other[name] = [item for at, item in enumerate(section) if at != place and set(item) != {"complete"}]
                other[name].append({"complete": False})
                yield f"{name}[{number}]", other
                for field in section[place]:
                    other = copy.deepcopy(tree)
                    del other[name][place][field]
                    yield f"{name}[{number}].{field}", other


@pytest.mark.parametrize("kb", [ROOT / "kb", PUMPS], ids=["kb", "pumps"])
def test_removing_any_datum_of_any_scenario_is_leaving_it_out_of_the_text(kb: Path) -> None:
    knowledge = load(kb)
    advisor = Advisor(knowledge, ("compiled",))
    tried = refused = 0
    for at, scenario in enumerate(read_scenarios(kb)):
        tree = plain(scenario.case)
        inquiry = Inquiry(advisor, read_case_node(scenario.case, knowledge), scenario.sources)
        for number, (path, other) in enumerate(edited(tree)):
            if (number + at) % 8:
                continue  # one in eight of each scenario's, another one in the next
            text = yaml.safe_dump(other, sort_keys=False)
            try:
                case: Case | None = read_case_text(text, "edited.yaml", knowledge)
            except Refused:
                case = None
            if case is None:
                refused += 1
                with pytest.raises(Refused):
                    ask(inquiry, [f"remove {path}"])
            elif case.canonical == inquiry.case.canonical:
                assert path.count(".") == 0
            else:
                tried += 1
                expected = inquiry.variant(case, questions=False).id
                assert ask(inquiry, [f"remove {path}"]).comparison.after.id == expected, path
    assert tried > 20


def plain(node: Any) -> Any:
    if hasattr(node, "entries"):
        return {key: plain(value) for key, value in node.entries.items()}
    if hasattr(node, "items"):
        return [plain(item) for item in node.items]
    return node.value if isinstance(node.value, bool) else int(node.text) if node.text.isdigit() else node.text


# Time ----------------------------------------------------------------------------------------------------------------


def test_at_a_later_time_the_case_is_the_same_and_time_has_passed(asked: Asked, advisor: Advisor) -> None:
    text = """
as-of: 2026-03-01T08:00Z
patient: {mas: confirmed, weight: 25 kg}
courses: [{drug: methylprednisolone, route: IV, started: -20 h, response: inadequate}]
"""
    later = asked(text=text, as_of="2026-03-01T12:00Z")
    written = text.replace("08:00Z", "12:00Z").replace("-20 h", "-24 h")
    expected = advisor.advise(read_case_text(written, "case.yaml", advisor.knowledge))
    assert later.comparison.after.id == expected.id
    added = [change for change in later.comparison.changes if change.name == "cyclosporine A, add-on"]
    assert [(change.before.partition(":")[0], change.after.partition(":")[0]) for change in added] == [
        ("not supported now", "advised (indicated)")
    ]
    assert "as of: 2026-03-01 08:00 UTC → 2026-03-01 12:00 UTC" in what_if_page(later).text()


# What is refused -----------------------------------------------------------------------------------------------------

SURPRISE = "some YAML readers take this word for a boolean: write `true` or `false`, or quote it"
FIRST = "`courses[0].response` is that of the first course"
AT = "first at /courses/0"
REFUSED = [
    (["set patient.wieght=30 kg"], [("--set patient.wieght", "unknown-field", "did you mean `weight`?")]),
    (["set weight=30 kg"], [("--set weight", "unknown-field", "did you mean `patient.weight`?")]),
    (["set patient.weight=30"], [("--set patient.weight:1:1", "unit", "write `30 kg` if that is the unit")]),
    (["set patient.weight=30 s"], [("--set patient.weight:1:1", "unit", "")]),
    (["set patient.mas=confirmd"], [("--set patient.mas:1:1", "unknown-term", "did you mean `confirmed`?")]),
    (
        ["set patient.mas=yes"],
        [
            (
                "--set patient.mas:1:1",
                "yaml-surprise",
                "some YAML readers take this word for a boolean: write `true` or `false`, or quote it",
            )
        ],
    ),
    (["set patient.weight="], [("--set patient.weight", "change", "`--remove patient.weight` leaves it out")]),
    (["set patient.weight=25 kg"], [("--set patient.weight", "change", "")]),
    (["set courses.complete=true"], [("--set courses.complete", "change", "")]),
    (["set courses[2].response=adequate"], [("--set courses[2].response", "change", "`--add courses={…}` adds one")]),
    (["set courses[-1].response=adequate"], [("--set courses[-1].response", "change", "")]),
    (
        ["set courses.response=adequate"],
        [("--set courses.response", "change", FIRST)],
    ),
    (["set courses[0].elapsed=3 h"], [("--set courses[0].elapsed", "unknown-field", "")]),
    (["set as-of=2026-03-07T08:00Z"], [("--set as-of", "change", "")]),
    (["set title=x"], [("--set title", "change", "")]),
    (["set patient[0].weight=3 kg"], [("--set patient[0].weight", "change", "")]),
    (["remove labs.fibrinogen"], [("--remove labs.fibrinogen", "change", "")]),
    (["remove labs.feritin"], [("--remove labs.feritin", "unknown-field", "did you mean `ferritin`?")]),
    (["remove courses[2]"], [("--remove courses[2]", "change", "")]),
    (["remove labs.ferritin=3"], [("--remove labs.ferritin", "change", "")]),
    (["add patient={weight: 3 kg}"], [("--add patient", "change", "`--set` gives a datum a value")]),
    (["add patient.weight=3 kg"], [("--add patient.weight", "change", "`--set` gives a datum a value")]),
    (["add courses={drug: anakinra, started: 3 h}"], [("--add courses:1:27", "after-as-of", "")]),
    (
        ["add courses={drug: methylprednisolone, started: -5 d}"],
        [("--add courses:1:1", "duplicate-item", AT)],
    ),
    (["set patient.weight=30 kg", "set patient.weight=31 kg"], [("--set patient.weight", "change", "")]),
    (["set patient={}", "remove patient.weight"], [("--remove patient.weight", "change", "")]),
    ([], [("CASE", "change", "")]),
    (
        ["set patient.weight=30", "set x=1", "remove labs.feritin", "set y ="],
        [
            ("--remove labs.feritin", "unknown-field", "did you mean `ferritin`?"),
            ("--set patient.weight:1:1", "unit", "write `30 kg` if that is the unit"),
            ("--set x", "unknown-field", ""),
            ("--set y", "change", "`--remove y` leaves it out"),
        ],
    ),
]


@pytest.mark.parametrize(("changes", "expected"), REFUSED, ids=lambda value: " ".join(map(str, value))[:60])
def test_what_cannot_be_changed_is_refused_with_its_place(
    asked: Asked, changes: list[str], expected: list[tuple[str, str, str]]
) -> None:
    with pytest.raises(Refused) as refused:
        asked(*changes)
    found = [(str(problem.location), problem.code, problem.hint) for problem in refused.value.problems]
    assert found == expected


def test_a_time_that_is_the_same_changes_nothing(asked: Asked) -> None:
    with pytest.raises(Refused) as refused:
        asked(as_of="2026-03-06T08:00Z")
    assert [str(problem.location) for problem in refused.value.problems] == ["--as-of-then"]


def test_a_list_that_was_not_given_a_list_of_nothing_and_an_incomplete_one_are_three(asked: Asked) -> None:
    text = "{as-of: 2026-03-01T08:00Z, patient: {mas: confirmed, weight: 25 kg}}"
    empty, one = asked("set courses=[]", text=text), asked("add courses={drug: anakinra, started: -3 h}", text=text)
    assert (empty.changes[0].before, empty.changes[0].after) == ("", "none")
    assert empty.case["courses"] == []
    assert isinstance(one.case["courses"], dict)
    assert one.case["courses"]["complete"] is False
    assert one.changes[0].note == (
        "whether there are others is not known; with courses.complete set to true, there are none"
    )
    open_, closed = asked("set courses.complete=false", text=text), asked("set courses.complete=true", text=text)
    assert open_.case["courses"] == {"complete": False, "items": []}
    assert closed.comparison.after.id == empty.comparison.after.id


def test_a_change_that_no_rule_reads_changes_no_line(asked: Asked) -> None:
    answer = asked("set labs.ferritin=20 ng/mL")
    assert {change.line for change in answer.comparison.changes} == {"datum"}
    assert "No line of the advice changes." in what_if_page(answer).text()
