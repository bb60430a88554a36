"""What to ask next: every claim is recomputed by putting answers into the text of the case, many more than were tried.

The oracle knows no thresholds: its answers are every word of the vocabulary and a dense grid of numbers and times, and
it compares advices field by field in its own way.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.advising import Advisor, read_case_text
from engine.errors import Refused
from engine.loading import load
from engine.model.advice import Advice
from engine.model.knowledge import KnowledgeBase
from engine.model.vocabulary import Attribute
from provenance.inquiry import Inquiry
from provenance.model.next import Answer, Effect, MissingDatum, Next
from provenance.render.next import next_page
from provenance.variants.next import next_data

ROOT = Path(__file__).resolve().parents[2]
CASES = {
    "second-response-open": (
        "kb",
        """
as-of: 2026-03-06T08:00Z
patient: {mas: confirmed}
courses:
  - {drug: methylprednisolone, route: IV, started: -2 d, response: inadequate}
  - {drug: cyclosporine A, dose: 100 mg/d, route: IV}
""",
    ),
    "stale-weight": (
        "kb",
        """
as-of: 2026-03-06T08:00Z
patient: {weight: {value: 20 kg, at: 2026-01-05}, mas: confirmed}
courses: [{drug: methylprednisolone, dose: 400 mg/d, route: IV, started: -30 h}]
""",
    ),
    "open-diagnosis": ("kb", "{as-of: 2026-03-06T08:00Z, patient: {underlying-disease: sJIA}}"),
    "suspected": ("kb", "{as-of: 2026-03-06T08:00Z, patient: {mas: suspected, weight: 20 kg}, courses: []}"),
    "undated-start": (
        "kb",
        """
as-of: 2026-03-06T08:00Z
patient: {mas: confirmed, weight: 20 kg, underlying-disease: sJIA}
findings: {infection: false, coagulopathy: false}
courses: [{drug: methylprednisolone, route: IV, dose: 600 mg/d, response: inadequate}]
""",
    ),
    "a-pump": (
        "tests/knowledge/pumps",
        "{as-of: 2026-01-15T12:00Z, pump: {leak: false}, repairs: [], inspections: []}",
    ),
    "a-hot-pump": (
        "tests/knowledge/pumps",
        """
as-of: 2026-01-15T12:00Z
pump: {sealed-bearing: false, leak: false}
readings: {bearing-temperature: "> 80 Cel"}
repairs: []
""",
    ),
}


@cache
def advisor(kb: str) -> Advisor:
    return Advisor(load(ROOT / kb), ("compiled",))


@cache
def asked(name: str) -> tuple[Inquiry, Next]:
    kb, text = CASES[name]
    inquiry = Inquiry(advisor(kb), read_case_text(text, "case.yaml", advisor(kb).knowledge))
    return inquiry, next_data(inquiry)


# The oracle ----------------------------------------------------------------------------------------------------------


def grid(attribute: Attribute, knowledge: KnowledgeBase) -> Iterator[Any]:
    """Answers of a datum, dense enough to meet every cell."""
    type_ = attribute.type
    if type_.kind in ("term", "one of"):
        yield from (word for word in knowledge.vocabulary.domain(type_) if word not in type_.unsettled)
    elif type_.kind in ("boolean", "finding"):
        yield from (True, False)
    elif type_.kind == "quantity":
        numbers = [
            0.3,
            1,
            2,
            5,
            7,
            7.1,
            7.2,
            10,
            20,
            33,
            34,
            50,
            60,
            80,
            89,
            90,
            91,
            99,
            100,
            101,
            150,
            500,
            1000,
            5000,
        ]
        yield from (f"{number} {type_.unit}" for number in numbers)
    elif type_.kind == "number":
        yield from range(8)
    elif type_.kind == "time":
        yield from (f"-{hours} h" for hours in (0.5, 1, 10, 23, 24, 25, 47, 48, 49, 71, 72, 73, 100, 200))


def flagged(tree: Any) -> Any:
    """A tree of texts with its booleans."""
    if isinstance(tree, dict):
        return {key: flagged(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [flagged(value) for value in tree]
    return {"true": True, "false": False}.get(tree, tree)


@cache
def answered(name: str, path: str) -> tuple[tuple[Any, Advice], ...]:
    """The advice for each answer, from the edited text."""
    found = []
    kb, text = CASES[name]
    knowledge = advisor(kb).knowledge
    tree = flagged(yaml.load(text, yaml.BaseLoader))
    section, _, field = path.rpartition(".")
    record, _, number = section.partition("[")
    attribute = knowledge.vocabulary.sections[record].attributes[field]
    for value in grid(attribute, knowledge):
        other = copy.deepcopy(tree)
        holder = other.setdefault(record, {})
        (holder[int(number.rstrip("]"))] if number else holder)[field] = value
        try:
            case = read_case_text(yaml.safe_dump(other), "edited.yaml", knowledge)
        except Refused:
            continue
        found.append((value, advisor(kb).advise(case, questions=False)))
    return tuple(found)


def said(advice: Advice, knowledge: KnowledgeBase) -> dict[str, Any]:
    """What an advice says, by line: all but what stands behind it."""
    found: dict[str, Any] = {}
    behind = {"assumed", "readings", "firings", "unreviewed"}
    for standing in advice.options:
        found[", ".join(standing.key.values())] = standing.model_dump(exclude=behind)
    for entries in advice.sections.values():
        for statement in entries:
            if knowledge.vocabulary.conclusions[statement.conclusion.partition("(")[0]].asked_for:
                found[statement.conclusion] = statement.model_dump(exclude=behind)
    for opposition in advice.opposed:
        key = f" ({', '.join(opposition.about.values())})" if opposition.kind == "preference" else ""
        kind = " (interaction)" if opposition.kind == "interaction" else ""
        found[f"{opposition.name}{key}{kind}"] = unnumbered(opposition.model_dump())
    return found


def unnumbered(tree: Any) -> Any:
    """A tree without the numbers of firings."""
    if isinstance(tree, dict):
        return {key: unnumbered(value) for key, value in tree.items() if key != "firings"}
    return [unnumbered(value) for value in tree] if isinstance(tree, list | tuple) else tree


def changed(before: Advice, after: Advice, knowledge: KnowledgeBase) -> set[str]:
    old, new = said(before, knowledge), said(after, knowledge)
    return {name for name in {*old, *new} if old.get(name) != new.get(name)}


def closed(before: Advice, after: Advice) -> set[str]:
    return {
        entry.question for entry in before.missing if after.values.get(entry.question, "false") in ("true", "false")
    }


def every_datum(name: str) -> Iterator[str]:
    """The path of everything that the case does not record: records, and fields of the items it lists."""
    inquiry, _ = asked(name)
    for section in inquiry.knowledge.vocabulary.sections.values():
        if not section.is_list:
            yield from (f"{section.name}.{field}" for field in section.attributes)
            continue
        listed = inquiry.case.lists.get(section.name)
        for number, item in enumerate(listed.items if listed else ()):
            for field, attribute in section.attributes.items():
                if not attribute.since and field not in item:
                    yield f"{section.name}[{number}].{field}"


# The claims ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_what_is_settled_whatever_the_answer_is_settled_by_every_answer(name: str) -> None:
    inquiry, found = asked(name)
    for datum in found.data:
        if "." not in datum.path:
            continue  # a list: its answers are not few
        outcomes = [closed(inquiry.advice, after) for _, after in answered(name, datum.path)]
        assert outcomes, datum.path
        assert all(set(datum.settles) <= outcome for outcome in outcomes), datum.path
        if datum.exhaustive:
            assert set(datum.settles) == set.intersection(*outcomes), datum.path


@pytest.mark.parametrize("name", CASES)
def test_answers_that_stand_for_all_do_what_any_other_does(name: str) -> None:
    inquiry, found = asked(name)
    for datum in found.data:
        if not datum.exhaustive:
            continue
        outcomes = {frozenset(answer.closes) for answer in datum.answers}
        lines = {frozenset(effect.name for effect in answer.effects) for answer in datum.answers}
        for value, after in answered(name, datum.path):
            assert frozenset(closed(inquiry.advice, after)) in outcomes, (datum.path, value)
            differing = changed(inquiry.advice, after, inquiry.knowledge)
            assert any(differing == line for line in lines), (datum.path, value)


@pytest.mark.parametrize("name", CASES)
def test_no_other_datum_changes_what_the_advice_says(name: str) -> None:
    """Whatever the grid finds is listed, with at least the lines that the grid changes."""
    inquiry, found = asked(name)
    listed = {datum.path: datum for datum in found.data}
    tried = 0
    for path in every_datum(name):
        if path in inquiry.case.data and path not in listed:
            continue
        if path == inquiry.knowledge.vocabulary.headings.asked:
            continue
        lines = set[str]()
        for _, after in answered(name, path):
            lines |= changed(inquiry.advice, after, inquiry.knowledge)
        tried += 1
        assert lines <= set(listed[path].changes if path in listed else ()), path
        if path in listed and listed[path].exhaustive:
            assert lines == set(listed[path].changes), path
    assert tried > 5


@pytest.mark.parametrize("name", CASES)
def test_the_order_is_by_what_is_settled_then_by_what_may_change(name: str) -> None:
    _, found = asked(name)
    weights = [(bool(datum.counts_as), -len(datum.settles), -len(datum.changes)) for datum in found.data]
    assert weights == sorted(weights)
    ranks = [1 + weights.index(weight) for weight in weights]
    assert [datum.rank for datum in found.data] == ranks
    assert next_data(asked(name)[0]) == found


@pytest.mark.parametrize("name", CASES)
def test_every_open_question_says_what_it_needs(name: str) -> None:
    inquiry, found = asked(name)
    alone = {question for datum in found.data for question in datum.settles}
    assert [question.question for question in found.questions] == [entry.question for entry in inquiry.advice.missing]
    for question, entry in zip(found.questions, inquiry.advice.missing, strict=True):
        assert (question.needs == "one") == (question.question in alone)
        assert question.needs == "one" or (question.needs == "more") == entry.more
        singles = {data[0] for data in entry.sets if len(data) == 1}
        assert singles <= {datum.path for datum in found.data if question.question in datum.settles}
    assert any(question.needs == "one" for question in found.questions)


# What is said --------------------------------------------------------------------------------------------------------


def the(name: str, path: str) -> MissingDatum:
    return next(datum for datum in asked(name)[1].data if datum.path == path)


def test_words_are_told_with_what_follows_from_each() -> None:
    response = the("second-response-open", "courses[1].response")
    assert (response.rank, response.exhaustive, len(response.settles)) == (1, True, 6)
    effects = {
        answer.words: {effect.name: effect.after.partition(":")[0] for effect in answer.effects}
        for answer in response.answers
    }
    assert effects["adequate"]["cyclosporine A, add-on"] == "advised (continue)"
    assert effects["inadequate"]["cyclosporine A, add-on"] == "not supported now"
    assert effects["inadequate"]["anakinra, refractory"] == "advised (option)"
    page = next_page(asked("second-response-open")[1]).text()
    assert "1. response of course 2 (cyclosporine A): settles 6 of 17 open questions by itself" in page


def test_an_unsettled_answer_is_none_and_its_datum_is_asked_for() -> None:
    answers = {answer.words: answer for answer in the("suspected", "patient.mas").answers}
    assert set(answers) == {"confirmed", "excluded"}


def advised(name: str, datum: str, value: str) -> Advice:
    """The advice of a case with one datum of the patient's record written anew."""
    kb, text = CASES[name]
    tree = yaml.load(text, yaml.BaseLoader)
    tree["patient"][datum] = value
    return advisor(kb).advise(read_case_text(yaml.safe_dump(tree), "edited.yaml", advisor(kb).knowledge))


def test_no_band_is_told_where_the_threshold_comes_from_another_datum() -> None:
    """400 mg/d is below the source's 30 mg/kg/d above 400/30 kg: a number that no rule holds."""
    inquiry, _ = asked("stale-weight")
    caution = next(name for name in inquiry.advice.values if "BELOW" in name)
    threshold = Fraction(400, 30)
    below, above = threshold - Fraction(1, 10), threshold + Fraction(1, 10)
    assert advised("stale-weight", "weight", f"{float(below):.4f} kg").values.get(caution, "false") == "false"
    assert advised("stale-weight", "weight", f"{float(above):.4f} kg").values[caution] == "true"

    weight = the("stale-weight", "patient.weight")
    assert not weight.exhaustive
    assert len(weight.answers) == 2
    for answer in weight.answers:
        assert answer.words == f"for example {answer.tried[0]}"
        assert answer.amounts_of == answer.tried[0]
        for value in answer.tried:
            held = advised("stale-weight", "weight", value).values.get(caution, "false") == "true"
            assert held == (Fraction(value.removesuffix(" kg")) > threshold)
            [effect] = [effect for effect in answer.effects if effect.name == caution]
            assert held == (effect.after == "holds")
    page = next_page(asked("stale-weight")[1]).text()
    assert re.search(r"if, for example, 13 kg:\n +advised \(continue\): 390 mg per day", page)
    assert "less than 25 kg" not in page
    assert "at least 25 kg" not in page


@pytest.mark.parametrize("name", CASES)
def test_a_band_is_told_only_where_the_answers_stand_for_all(name: str) -> None:
    banded = re.compile(r"(at least|at most|more than|less than|any value)")
    for datum in asked(name)[1].data:
        for answer in datum.answers:
            assert datum.exhaustive or not banded.search(answer.words), datum.path


def test_doses_under_a_band_are_those_of_an_example() -> None:
    effect = Effect(
        line="option",
        name="x",
        text="x",
        what="changed",
        before="advised (option): not computed: the weight is not recorded",
        after="advised (option): 50 to 250 mg/d",
        aspects=("dose.amount",),
    )
    answer = Answer(words="less than 30 kg", tried=("13 kg",), effects=(effect,), amounts_of="13 kg")
    datum = MissingDatum(rank=1, path="p", label="weight", changes=("x",), answers=(answer,), exhaustive=True)
    whole = Next(advice="rw1", questions=(), data=(datum,), labels={"p": "weight"})
    assert "advised (option): for example 50 to 250 mg per day — x" in next_page(whole).text()
    single = datum.model_copy(update={"answers": (answer.model_copy(update={"amounts_of": ""}),)})
    assert (
        "advised (option): 50 to 250 mg per day — x" in next_page(whole.model_copy(update={"data": (single,)})).text()
    )


def test_a_word_that_leaves_the_datum_open_is_tried_apart_and_said_not_to_be_counted() -> None:
    inquiry, found = asked("open-diagnosis")
    datum = the("open-diagnosis", "patient.mas")
    [suspected] = datum.unsettled
    after = advised("open-diagnosis", "mas", "suspected")
    assert (suspected.words, datum.undecided) == ("suspected", ("suspected",))
    assert set(suspected.closes) == closed(inquiry.advice, after)
    assert {effect.name for effect in suspected.effects} == changed(inquiry.advice, after, inquiry.knowledge)
    assert not set(datum.settles) <= set(suspected.closes)
    page = " ".join(next_page(found).text().split())
    assert "by itself, whatever the answer other than suspected; may change" in page
    assert "if suspected (leaves it open, and is not counted; 1 question settled):" in page
    assert "NO DATUM SETTLES THESE BY ITSELF, WHATEVER THE ANSWER IS" in page


def test_a_word_that_the_case_has_now_is_still_said_not_to_be_counted() -> None:
    datum = the("suspected", "patient.mas")
    assert (datum.unsettled, datum.undecided) == ((), ("suspected",))
    page = next_page(asked("suspected")[1]).text()
    assert "whatever the answer other than suspected" in " ".join(page.split())
    assert "An answer of suspected leaves it open, and is not counted." in page


def test_numbers_are_told_by_the_bounds_that_tell_them_apart() -> None:
    assert [answer.words for answer in the("a-pump", "readings.vibration").answers] == [
        "at most 7.1 mm/s",
        "more than 7.1 mm/s",
    ]
    [cool, hot] = the("a-hot-pump", "readings.bearing-temperature").answers
    assert (cool.words, hot.words) == ("at most 90 Cel", "more than 90 Cel")


def test_a_list_is_asked_for_with_none_given_as_its_one_answer() -> None:
    inspections = the("a-hot-pump", "inspections")
    assert ([answer.words for answer in inspections.answers], inspections.exhaustive) == (["none given"], False)
    assert inspections.rest


def test_a_stated_default_is_told_after_what_is_unknown() -> None:
    _, found = asked("second-response-open")
    by_default = [bool(datum.counts_as) for datum in found.data]
    assert by_default == sorted(by_default)
    assert the("second-response-open", "patient.refractory").counts_as == "false"


def test_nothing_is_asked_where_nothing_is_missing() -> None:
    kb, _ = CASES["a-pump"]
    text = """
as-of: 2026-01-15T12:00Z
pump: {critical: false, standby: true, sealed-bearing: true, leak: false, noise: false, shaft-diameter: 5 cm}
readings: {vibration: 2 mm/s, bearing-temperature: 60 Cel, pressure: 400 kPa, flow: 300 L/min}
repairs: []
inspections: []
"""
    found = next_data(Inquiry(advisor(kb), read_case_text(text, "case.yaml", advisor(kb).knowledge)))
    assert (found.data, found.questions) == ((), ())
    assert "Nothing is missing that would change the advice." in next_page(found).text()
