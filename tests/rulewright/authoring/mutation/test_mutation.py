"""What scenarios make of changed knowledge bases, against running every scenario on every one of them."""

from __future__ import annotations

import random
import shutil
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from engine.advising import Advisor
from engine.errors import Refused
from engine.grounding import ground
from engine.loading import load
from engine.model.knowledge import KnowledgeBase
from engine.model.quantity import parse_quantity
from engine.model.rule import Compare, OneOf, Recorded
from engine.model.unit import QuantityError
from engine.model.vocabulary import FieldType
from engine.observing import ordered
from rulewright.authoring.mutation.constraints import moved, negated, shifted
from rulewright.authoring.mutation.equivalent import read_equivalent
from rulewright.authoring.mutation.exams import exams
from rulewright.authoring.mutation.judging import Judge
from rulewright.authoring.mutation.mutant import Mutant
from rulewright.authoring.mutation.mutants import mutants
from rulewright.authoring.mutation.report import Mutation
from rulewright.authoring.mutation.running import mutate
from rulewright.authoring.mutation.sheet import page
from rulewright.authoring.scenarios import outcome, read_scenarios

FOLDERS = Path(__file__).parents[3] / "knowledge"
KETTLES = FOLDERS / "kettles"
FATES = yaml.safe_load((Path(__file__).parent / "kettles.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def found() -> Mutation:
    return mutate(KETTLES)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(KETTLES, tmp_path / "kettles")
    return tmp_path / "kettles"


def test_every_mutant_of_a_small_knowledge_base(found: Mutation) -> None:
    fates: dict[str, list[str]] = {}
    for verdict in found.verdicts:
        fates.setdefault(verdict.fate, []).append(verdict.name)
    assert fates == FATES
    assert not found.passed
    assert (found.mutants, found.killed, len(found.survivors)) == (40, 35, 5)


def fate(mutant: Mutant, knowledge: KnowledgeBase, root: Path) -> str:
    """What becomes of a mutant where every scenario is run, by the runner of scenarios, whole and in order."""
    try:
        changed = mutant.change(knowledge)
        ground(changed)
        advisor = Advisor(changed, ("compiled",))
        passed = [outcome(scenario, advisor).passed for scenario in read_scenarios(root)]
    except (Refused, QuantityError):
        return "refused"
    return "survived" if all(passed) else "killed"


@pytest.mark.parametrize(("folder", "number"), [("kettles", 40), ("pumps", 25), ("graded", 20)])
def test_leaving_out_untouched_scenarios_changes_no_verdict(folder: str, number: int) -> None:
    root = FOLDERS / folder
    knowledge = load(root)
    judge = Judge(knowledge, exams(knowledge, read_scenarios(root)))
    some = random.Random(4).sample(mutants(knowledge), number)
    assert {mutant.name: judge.verdict(mutant).fate for mutant in some} == {
        mutant.name: fate(mutant, knowledge, root) for mutant in some
    }


@pytest.mark.parametrize("folder", ["kettles", "pumps", "graded"])
def test_each_mutant_is_another_knowledge_base_and_has_a_name_of_its_own(folder: str) -> None:
    knowledge = load(FOLDERS / folder)
    every = mutants(knowledge)
    assert len({mutant.name for mutant in every}) == len(every)
    for mutant in every:
        assert mutant.change(knowledge) != knowledge, mutant.name
        assert mutant.location.line, mutant.name


def test_what_says_that_no_rule_uses_it_is_not_mutated() -> None:
    assert not [mutant for mutant in mutants(load(KETTLES)) if mutant.of == "T4"]


def test_order_and_processes_change_nothing(found: Mutation) -> None:
    other = mutate(KETTLES, seed=7, jobs=2)
    assert (other.seed, other.verdicts) == (7, found.verdicts)


@pytest.mark.parametrize("op", ["<", "<=", ">", ">=", "==", "!="])
def test_a_comparison_turned_round_holds_where_it_did_not(op: str) -> None:
    test = Compare(op, Fraction(3))
    other = negated(test, None, load(KETTLES).vocabulary)
    assert isinstance(other, Compare)
    for value in (Fraction(2), Fraction(3), Fraction(4)):
        assert ordered(op, value, Fraction(3)) != ordered(other.op, value, Fraction(3))


def test_words_are_turned_round_within_what_a_field_can_hold() -> None:
    vocabulary = load(KETTLES).vocabulary
    assert negated(OneOf((True,)), None, vocabulary) == OneOf((False,))
    assert negated(OneOf(("tea",)), FieldType("term", "drink"), vocabulary) == OneOf(("coffee",))
    assert negated(OneOf(("tea",)), FieldType("set of terms", "drink"), vocabulary) is None
    assert negated(Recorded(True), None, vocabulary) == Recorded(False)


def test_a_bound_is_shifted_across_the_value_it_stands_at() -> None:
    day = parse_quantity("24 h")
    assert list(shifted(Compare(">=", day))) == [
        Compare(">", day),
        Compare(">=", parse_quantity("23 h")),
        Compare(">=", parse_quantity("25 h")),
    ]
    assert list(moved(Fraction(5, 2))) == [Fraction(9, 4), Fraction(11, 4)]


def listing(root: Path, names: list[str]) -> None:
    entries = [{"mutant": name, "because": "nothing tells it"} for name in names]
    text = yaml.safe_dump({"equivalent-mutants": entries}, width=1000)
    (root / "scenarios" / "equivalent-mutants.yaml").write_text(text, encoding="utf-8")


def test_survivors_are_excused_by_name_and_mistakes_of_the_list_are_found(copy: Path) -> None:
    survivors = FATES["survived"]
    listing(copy, survivors)
    found = mutate(copy, read_equivalent(copy))
    assert found.passed
    assert [entry.mutant for entry in found.equivalent] == survivors
    killed = FATES["killed"][0]
    listing(copy, [*survivors[1:], killed, "C9: drop the reading"])
    found = mutate(copy, read_equivalent(copy))
    assert not found.passed
    assert [verdict.name for verdict in found.survivors] == survivors[:1]
    assert [entry.mutant for entry in found.noticed] == [killed]
    assert [(entry.mutant, entry.place.line) for entry in found.unknown] == [("C9: drop the reading", 12)]
    text = " ".join(page(found, 100).text().split())
    assert "LISTED AS EQUIVALENT, AND NO SUCH MUTANT (1)" in text
    assert "97 % noticed or explained" in text


def test_a_list_without_reasons_is_refused(copy: Path) -> None:
    (copy / "scenarios" / "equivalent-mutants.yaml").write_text("equivalent-mutants: [{mutant: x}, {mutant: x}]\n")
    with pytest.raises(Refused) as refused:
        read_equivalent(copy)
    assert {problem.code for problem in refused.value.problems} == {"missing-field", "duplicate-id"}


def test_the_list_is_no_scenario(copy: Path) -> None:
    before = [scenario.name for scenario in read_scenarios(copy)]
    listing(copy, [])
    assert [scenario.name for scenario in read_scenarios(copy)] == before


def test_scenarios_that_fail_already_are_refused(copy: Path) -> None:
    path = copy / "scenarios" / "tea.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("dose: 15 g", "dose: 16 g"), encoding="utf-8")
    with pytest.raises(Refused, match="a-large-kettle` fails already: tea: expected the dose 16 g"):
        mutate(copy)


def test_some_mutants_and_some_scenarios(copy: Path) -> None:
    listing(copy, FATES["survived"])
    chosen = mutate(copy, read_equivalent(copy), of="valid-for")
    assert (chosen.mutants, len(chosen.equivalent), chosen.passed) == (3, 2, True)
    found = mutate(copy, filters=("just-hot",), of="kettle.heat")
    assert found.scenarios == 1
    assert {verdict.of for verdict in found.verdicts} == {"hot"}
    assert {verdict.by for verdict in found.verdicts} == {"", "just-hot"}
