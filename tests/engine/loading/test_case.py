"""A case means the same in YAML and in JSON, in any order and notation; its canonical form can be read again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.spoilt import base, read

from engine.errors import Findings
from engine.loading.case import moment_text, read_case
from engine.model.case import Case, Moment
from engine.model.knowledge import KnowledgeBase
from engine.reading import read_json, read_text

NOW = "2026-03-10T12:00Z"
AS_OF = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    assert base()
    found: KnowledgeBase = read({}, tmp_path_factory.mktemp("kb"))
    return found


def from_yaml(text: str, knowledge: KnowledgeBase, as_of: str = "") -> Case:
    findings = Findings()
    node = read_text(text, "case.yaml", findings)
    case = read_case(node, knowledge.vocabulary, findings, as_of) if node is not None else None
    assert list(map(str, findings)) == []
    assert case is not None
    return case


def from_json(text: str, knowledge: KnowledgeBase) -> Case:
    findings = Findings()
    node = read_json(text, findings)
    case = read_case(node, knowledge.vocabulary, findings) if node is not None else None
    assert list(map(str, findings)) == []
    assert case is not None
    return case


# Random cases --------------------------------------------------------------------------------------------------------

decimals = st.decimals(0, 10, places=3, allow_nan=False).map(lambda value: f"{value.normalize():f}")
times = st.sampled_from(
    ["-30 h", "-1 d", "0 h", "-0.5 h", "2026-03-01", "2026-03-10", "2026-03-01T08:00Z", "2026-03-01T08:00:30.5+05:30"]
) | st.integers(1, 10**9).map(lambda seconds: (AS_OF - timedelta(seconds=seconds, microseconds=seconds)).isoformat())
sayings = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=12)
words = sayings.filter(lambda text: text.strip())
drugs = st.sampled_from(["anakinra", "tocilizumab", "cyclosporine A"])


def quantities(unit: str, low: int, high: int) -> st.SearchStrategy[str]:
    number = st.decimals(low, high, places=2).map(str)
    return st.builds(
        lambda sign, value: f"{sign}{value} {unit}", st.sampled_from(["", "", "", "> ", ">= ", "<= "]), number
    )


def timed(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return value | st.fixed_dictionaries({"value": value}, optional={"at": times})


def history(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    def dated(values: list[Any]) -> list[dict[str, Any]]:
        return [{"value": value, "at": f"-{30 * number + 1} d"} for number, value in enumerate(values)]

    return timed(value) | st.lists(value, min_size=1, max_size=3).map(dated)


def numbers(text: str) -> Any:
    """A number as a document writes it: exact, and not as a float."""
    return int(text) if "." not in text else text


patients = st.fixed_dictionaries(
    {},
    optional={
        "weight": history(quantities("kg", 2, 300)),
        "height": timed(quantities("cm", 20, 200)),
        "state": st.sampled_from(["good", "bad", "unsure"]),
        "disease": timed(st.sampled_from(["flu", "bird-flu"])),
        "alarm": history(st.booleans()),
        "sign": timed(st.booleans() | st.sampled_from(["a rash", "of the left knee", "pneumonia, on 3 March"])),
        "flag": st.booleans(),
        "score": timed(decimals.map(numbers)),
        "wanted": st.lists(drugs, unique=True),
        "words": words,
        "temperature": quantities("Cel", -40, 45),
    },
)
courses = st.lists(
    st.fixed_dictionaries(
        {"drug": drugs},
        optional={"dose": timed(quantities("mg/kg/d", 1, 30) | quantities("g/d", 1, 2)), "started": times},
    ),
    max_size=3,
    unique_by=lambda course: course["drug"],
)
cases = st.fixed_dictionaries(
    {"as-of": st.just(NOW)},
    optional={
        "title": words,
        "patient": patients,
        "courses": courses | st.builds(lambda items: {"complete": False, "items": items}, courses),
        "visits": st.lists(st.fixed_dictionaries({"ward": st.sampled_from(["north", "south"])}), max_size=2),
    },
)


def settled(case: Case) -> tuple[Any, ...]:
    """What a case says, without where it says so."""
    return case.title, case.as_of, dict(case.data), dict(case.lists), dict(case.earlier), dict(case.canonical)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(body=cases)
def test_yaml_and_json_give_the_same_case_and_its_canonical_form_gives_it_again(
    knowledge: KnowledgeBase, body: dict[str, Any]
) -> None:
    text = json.dumps(body)
    case = from_json(text, knowledge)
    written = yaml.safe_dump(body, allow_unicode=True, sort_keys=False, width=10_000)
    assert settled(from_yaml(text, knowledge)) == settled(case)
    assert settled(from_yaml(written, knowledge)) == settled(case)
    again = json.dumps(case.canonical, ensure_ascii=False)
    assert from_json(again, knowledge).canonical == case.canonical
    assert settled(from_json(again, knowledge)) == settled(case)
    assert settled(from_yaml(again, knowledge)) == settled(case)


@settings(max_examples=50, derandomize=True, deadline=None)
@given(body=cases, data=st.data())
def test_the_order_in_which_a_case_is_written_says_nothing(
    knowledge: KnowledgeBase, body: dict[str, Any], data: st.DataObject
) -> None:
    def shuffled(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: shuffled(node[key]) for key in data.draw(st.permutations(list(node)))}
        return [shuffled(item) for item in node] if isinstance(node, list) else node

    one, other = (from_json(json.dumps(node), knowledge) for node in (body, shuffled(body)))
    assert repr(settled(one)) == repr(settled(other))


def test_the_canonical_form(knowledge: KnowledgeBase) -> None:
    case = from_yaml(
        """
title: "a  case"
as-of: 2026-03-10T13:00+01:00
courses: {items: [{started: -30 h, drug: anakinra}, {drug: tocilizumab, started: 2026-03-10}], complete: false}
patient:
  wanted: [tocilizumab, anakinra]
  weight: [{value: "> 20 kg", at: -1 d}, {at: 2026-03-01, value: 19.50 kg}]
  sign: a rash
  score: 1.50
  alarm: {value: false, at: 2026-03-09T00:00-02:00}
visits: []
""",
        knowledge,
    )
    assert case.canonical == {
        "as-of": "2026-03-10T12:00:00Z",
        "title": "a case",
        "courses": {
            "complete": False,
            "items": [
                {"drug": "anakinra", "started": "2026-03-09T06:00:00Z"},
                {"drug": "tocilizumab", "started": "2026-03-10"},
            ],
        },
        "patient": {
            "alarm": {"value": False, "at": "2026-03-09T02:00:00Z"},
            "score": "1.5",
            "sign": "a rash",
            "wanted": ["anakinra", "tocilizumab"],
            "weight": [
                {"value": "19.50 kg", "at": "2026-03-01"},
                {"value": "> 20 kg", "at": "2026-03-09T12:00:00Z"},
            ],
        },
        "visits": [],
    }


# Times ---------------------------------------------------------------------------------------------------------------


def started(text: str, knowledge: KnowledgeBase, as_of: str = NOW) -> Moment:
    case = from_yaml(f"as-of: {as_of}\ncourses: [{{drug: anakinra, started: {text}}}]", knowledge)
    value = case.lists["courses"].items[0]["started"].value
    assert isinstance(value, Moment)
    return value


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2026-03-10T12:00Z", AS_OF, AS_OF),
        ("2026-03-10T14:00+02:00", AS_OF, AS_OF),
        ("2026-03-10 07:00-05:00", AS_OF, AS_OF),
        ("0 h", AS_OF, AS_OF),
        ("-30 h", AS_OF - timedelta(hours=30), AS_OF - timedelta(hours=30)),
        ("-90 min", AS_OF - timedelta(minutes=90), AS_OF - timedelta(minutes=90)),
        ("-2 wk", AS_OF - timedelta(days=14), AS_OF - timedelta(days=14)),
        ("2026-03-09", AS_OF.replace(day=9, hour=0), AS_OF.replace(hour=0) - timedelta(microseconds=1)),
        ("2026-03-10", AS_OF.replace(hour=0), AS_OF),  # the day of the as-of time ends with it
        ("2024-02-29", datetime(2024, 2, 29, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC) - timedelta(microseconds=1)),
    ],
)
def test_a_time_is_an_instant_a_day_or_an_offset(
    text: str, low: datetime, high: datetime, knowledge: KnowledgeBase
) -> None:
    assert started(text, knowledge) == Moment(low, high)


def test_a_day_that_begins_with_the_as_of_time_is_that_instant(knowledge: KnowledgeBase) -> None:
    at = datetime(2026, 3, 10, tzinfo=UTC)
    assert started("2026-03-10", knowledge, "2026-03-10T00:00Z") == Moment(at, at)


@pytest.mark.parametrize(
    "text", ["2026-03-10T12:00:00.000001Z", "2026-03-11", "1 h", "2026-03-10T12:00-00:01", "9999-12-31"]
)
def test_nothing_lies_after_the_as_of_time(text: str, knowledge: KnowledgeBase) -> None:
    findings = Findings()
    node = read_text(f"as-of: {NOW}\ncourses: [{{drug: anakinra, started: {text}}}]", "case.yaml", findings)
    assert node is not None
    assert read_case(node, knowledge.vocabulary, findings) is None
    assert [problem.code for problem in findings] in (
        ["after-as-of"],
        ["time"],
    )  # the last day of the calendar has no end


def test_the_as_of_time_can_be_asked_for(knowledge: KnowledgeBase) -> None:
    text = "as-of: 2026-03-10T12:00Z\npatient: {weight: {value: 20 kg, at: -1 d}}"
    case = from_yaml(text, knowledge, as_of="2026-03-12T00:00+01:00")
    assert moment_text(case.as_of) == "2026-03-11T23:00:00Z"
    assert case.data["patient.weight"].at == Moment(*[datetime(2026, 3, 10, 23, tzinfo=UTC)] * 2)
    assert case.canonical["as-of"] == "2026-03-11T23:00:00Z"
    assert from_yaml("patient: {}", knowledge, as_of=NOW).as_of == AS_OF


def test_an_as_of_time_that_is_asked_for_must_be_one_and_does_not_hide_that_of_the_case(
    knowledge: KnowledgeBase,
) -> None:
    findings = Findings()
    node = read_text("as-of: yesterday\npatient: {}", "case.yaml", findings)
    assert node is not None
    assert read_case(node, knowledge.vocabulary, findings, "2026-03-10") is None
    assert sorted(str(problem.location) for problem in findings) == ["--as-of", "case.yaml:1:8"]
