"""Forward chaining on durable-rules derives exactly what the compiled engine does, firing by firing."""

from __future__ import annotations

import copy
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.advising import read_case_text
from engine.compiled import Compiled
from engine.derivation import Derivation
from engine.errors import EnginesDiffer, MatcherUnavailable
from engine.grounding import ground
from engine.loading import load
from engine.matching import MatcherFailure, network
from engine.matching.session import Observed, Session
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from engine.observing import NAMES
from engine.program import Program
from engine.rete import Rete

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "kb" / "scenarios" / "examples").glob("*.yaml"))

# --- the knowledge base that is shipped ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    return load(ROOT / "kb")


@pytest.fixture(scope="module")
def engines(knowledge: KnowledgeBase) -> tuple[Compiled, Rete]:
    program = ground(knowledge)
    return Compiled(program, knowledge.vocabulary), Rete(program, knowledge)


def without_one(node: Any) -> Iterator[Any]:
    """The case without each of its data in turn, without each section, and with each item of a list forgotten."""
    for name, value in node.items():
        if name in ("as-of", "title"):
            continue
        yield {other: part for other, part in node.items() if other != name}
        if isinstance(value, dict):
            for field in value:
                yield {**node, name: {other: part for other, part in value.items() if other != field}}
        elif isinstance(value, list):
            for at, item in enumerate(value):
                yield {**node, name: {"complete": False, "items": value[:at] + value[at + 1 :]}}
                for field in set(item) - {"drug"}:
                    changed = copy.deepcopy(value)
                    del changed[at][field]
                    yield {**node, name: changed}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_and_whatever_is_left_when_one_datum_is_missing(
    path: Path, knowledge: KnowledgeBase, engines: tuple[Compiled, Rete]
) -> None:
    compiled, rete = engines
    body = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)["case"]
    cases = [body, *without_one(body)]
    for node in cases:
        case = read_case_text(yaml.safe_dump(_typed(node)), path.name, knowledge)
        assert rete.evaluate(case) == compiled.evaluate(case)
    assert len(cases) > 5


def _typed(node: Any) -> Any:
    """Numbers and truth values as such again; everything else stays text."""
    if isinstance(node, dict):
        return {name: _typed(part) for name, part in node.items()}
    if isinstance(node, list):
        return [_typed(part) for part in node]
    return {"true": True, "false": False}.get(node, int(node) if str(node).isdigit() else node)


def test_nothing_is_left_of_an_earlier_case(knowledge: KnowledgeBase, engines: tuple[Compiled, Rete]) -> None:
    compiled, rete = engines
    cases = [read_case_text(path.read_text(encoding="utf-8"), path.name, knowledge) for path in EXAMPLES]
    before = rete.cases_run
    for case in cases * 3:
        assert rete.evaluate(case) == compiled.evaluate(case)
    assert rete.cases_run == before + 3 * len(cases)


def test_the_documents_that_are_admitted_decide_what_is_resident(knowledge: KnowledgeBase) -> None:
    program = ground(knowledge, frozenset(fact for fact in knowledge.facts if fact.startswith("G")))
    compiled, rete = Compiled(program, knowledge.vocabulary), Rete(program, knowledge)
    for path in EXAMPLES:
        case = read_case_text(path.read_text(encoding="utf-8"), path.name, knowledge)
        assert rete.evaluate(case) == compiled.evaluate(case)


# --- small knowledge bases -------------------------------------------------------------------------------------------

HEAD = (
    "{name: t, version: 1, title: t, scope: t, intended-use: t, intended-user: t, release: demonstration,"
    " sources-as-of: now}\n"
)
VOCABULARY = """\
terms:
  drug: {a: one, b: {label: two, is-a: a}, c: three}
  role: {r: one, s: two}
  class: {k: one}
  situation: {s1: s1, s2: s2, s3: s3, s4: s4, s5: s5, s6: s6, s7: s7, s8: s8}
  disease: {flu: one, gout: two}
  modality: {strong: strong, weak: weak}
claims:
  therapy:
    fields: {drug: {type: term, of: drug}, role: {type: term, of: role}, situation: {type: term, of: situation}}
  dosing:
    fields:
      drug: {type: term, of: drug}
      rate: {type: range}
      per: {type: datum}
      cap: {type: quantity, unit: mg/d}
      grade: {type: number}
      role: {type: term, of: role}
  member: {fields: {member: {type: term, of: drug}, class: {type: term, of: class}}}
  next: {fields: {drug: {type: term, of: drug}, other: {type: term, of: drug}}}
case:
  patient:
    attributes:
      state: {type: one of, of: [high, low, unsure], unsettled: [unsure]}
      alarm: {type: boolean}
      sign: {type: finding}
      weight: {type: quantity, unit: kg}
      age: {type: quantity, unit: a}
      disease: {type: term, of: disease}
      wanted: {type: set of terms, of: drug, absent: empty}
  courses:
    item: course
    order: started
    attributes:
      drug: {type: term, of: drug}
      started: {type: time}
      response: {type: one of, of: [good, bad]}
  visits:
    item: visit
    order: at
    attributes:
      at: {type: time}
      ward: {type: one of, of: [north, south]}
conclusions:
  situation: {key: {is: {type: term, of: situation}}}
  linked: {key: {drug: {type: term, of: drug}, role: {type: term, of: role}}}
  dose: {key: {drug: {type: term, of: drug}}, annotations: {amount: first}}
  option:
    key: {drug: {type: term, of: drug}, role: {type: term, of: role}}
    annotations: {modality: strongest}
    argued: PRECEDENCE
"""
FACTS = """\
read-in: S
facts:
  - {id: F1, quote: w, modality: strong, claims: [{claim: therapy, drug: a, role: r, situation: s1}]}
  - id: F2
    quote: w
    claims: [{claim: therapy, drug: b, role: r, situation: s1}, {claim: member, member: b, class: k}]
  - id: F3
    quote: w
    claims:
      - {claim: therapy, drug: a, role: s, situation: s2}
      - {claim: dosing, drug: a, role: s, rate: 2 mg/kg/d, per: patient.weight, cap: 50 mg/d, grade: 2}
      - {claim: dosing, drug: b, role: r, rate: 3 mg/kg/d, per: patient.weight, grade: 1}
  - id: F4
    quote: w
    population: {label: the old, within: {patient.disease: gout, patient.alarm: true}}
    claims: [{claim: therapy, drug: c, role: r, situation: s1}]
"""
CASES: list[dict[str, Any]] = [
    {},
    {"patient": {"alarm": True, "state": "high", "weight": "20 kg", "sign": True, "disease": "gout"}},
    {"patient": {"alarm": False, "state": "low", "weight": "> 20 kg", "sign": False, "wanted": ["a", "b"]}},
    {"patient": {"alarm": True, "state": "unsure", "wanted": ["c"]}, "courses": [], "visits": []},
    {
        "patient": {"alarm": True, "state": "high", "age": "30 a"},
        "courses": [
            {"drug": "a", "started": "-48 h", "response": "bad"},
            {"drug": "b", "started": "-24 h", "response": "good"},
            {"drug": "a", "started": "-12 h"},
        ],
        "visits": [{"at": "-30 h", "ward": "north"}, {"at": "-6 h", "ward": "south"}],
    },
    {
        "patient": {"sign": True, "weight": "30 kg"},
        "courses": {"complete": False, "items": [{"drug": "b", "started": "-24 h", "response": "bad"}]},
        "visits": [{"ward": "north"}],
    },
]

Build = Callable[..., "Both"]


class Both:
    """One knowledge base in both engines."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.program: Program = ground(knowledge)
        self.compiled = Compiled(self.program, knowledge.vocabulary)
        self.rete = Rete(self.program, knowledge)

    def case(self, body: dict[str, Any]) -> Case:
        return read_case_text(yaml.safe_dump({"as-of": "2026-03-10T12:00Z", **body}), "case.yaml", self.knowledge)

    def agree(self) -> list[Derivation]:
        """What follows from each of the cases, the same in both."""
        found = []
        for body in CASES:
            case = self.case(body)
            found.append(self.rete.evaluate(case))
            assert found[-1] == self.compiled.evaluate(case), body
        return found

    def values(self, number: int) -> dict[str, str]:
        """The conclusions of a case, in words."""
        return {str(atom): NAMES[value] for atom, value in self.agree()[number].values.items()}


@pytest.fixture
def build(tmp_path: Path) -> Build:
    def written(rules: str, precedence: str = "against", facts: str = FACTS) -> Both:
        files = {
            "kb.yaml": HEAD,
            "vocabulary/v.yaml": VOCABULARY.replace("PRECEDENCE", precedence),
            "sources/S.yaml": "{id: S, kind: secondary, title: a document, identity: verified}\n",
            "facts/S.yaml": facts,
            "rules/r.yaml": textwrap.dedent(rules),
        }
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return Both(load(tmp_path))

    return written


def rule(name: str, when: str = "", then: str = "", unless: str = "", mechanism: bool = False) -> str:
    """One rule on one line; ``then`` is a situation where it is one word."""
    parts = [f"id: {name}, title: t", "mechanism: true" if mechanism else "because: [F1]"]
    parts += [f"when: [{when}]"] if when else []
    parts += [f"unless: [{unless}]"] if unless else []
    drawn = f"{{situation: {{is: {then}}}}}" if then.isalnum() else then
    return f"  - {{{', '.join(parts)}, then: [{drawn}]}}\n"


LINK = rule(
    "link",
    "{fact: {claim: therapy, drug: $d, role: $r}}, {patient: {alarm: true}}",
    "{linked: {drug: $d, role: $r}}",
    mechanism=True,
)


def test_a_cycle_is_drawn_once_it_is_entered(build: Build) -> None:
    both = build(
        "rules:\n"
        + rule("enter", "{patient: {alarm: true}}", "s1")
        + rule("forth", "{situation: s1}", "s2")
        + rule("back", "{situation: s2}", "s1")
        + rule("alone", "{situation: s4}", "s3")
        + rule("again", "{situation: s3}", "s4")
    )
    assert both.values(1) == {"situation(s1)": "true", "situation(s2)": "true"}
    assert both.values(0) == {"situation(s1)": "unknown", "situation(s2)": "unknown"}
    assert both.values(2) == {}


def test_what_is_unknown_neither_holds_nor_fails_under_unless(build: Build) -> None:
    both = build(
        "rules:\n"
        + rule("one", "{patient: {alarm: true}}", "s1")
        + rule("two", "", "s2", "{situation: s1}")
        + rule("three", "", "s3", "{situation: s2}")
        + rule("case", "", "s4", "{patient: {alarm: true}}")
        + rule("item", "", "s5", "{course: {drug: a, response: bad}}")
    )
    assert both.values(0) == dict.fromkeys([f"situation(s{n})" for n in range(1, 6)], "unknown")
    assert both.values(2)["situation(s2)"] == "true"
    assert "situation(s5)" not in both.values(4)


def test_what_stands_is_carried_and_negated_as_provisional(build: Build) -> None:
    both = build(
        "rules:\n"
        + rule("gap", "{patient: {alarm: true}}", "s1")
        + rule("stands", "", "s2", "{situation: s1, if_unknown: stands}")
        + rule("carried", "{situation: s2}", "s3")
        + rule("not", "", "s4", "{situation: s3}")
        + rule("twice", "", "s5", "{situation: s3, if_unknown: stands}")
        + rule("thrice", "", "s6", "{situation: s4, if_unknown: stands}")
        + rule("of-the-case", "", "s7", "{patient: {sign: true}, if_unknown: stands}")
        + rule("mixed", "{situation: s7}, {situation: s3}", "s8")
    )
    assert both.values(0) == {
        "situation(s1)": "unknown",
        "situation(s2)": "provisional",
        "situation(s3)": "provisional",
        "situation(s4)": "unknown",
        "situation(s5)": "unknown",
        "situation(s6)": "provisional",
        "situation(s7)": "provisional",
        "situation(s8)": "provisional",
    }
    assert both.values(2)["situation(s8)"] == "true"


@pytest.mark.parametrize("bounds", ["at_least: 2", "at_most: 1", "at_least: 1, at_most: 2"])
def test_conclusions_are_counted_when_they_are_settled(build: Build, bounds: str) -> None:
    both = build(
        "rules:\n"
        + LINK
        + rule("one", "{patient: {alarm: true}}", "s1")
        + rule("two", "", "s2", "{situation: s1, if_unknown: stands}")
        + rule("count", f"{{count: {{{bounds}, of: [s1, s2, {{patient: {{state: high}}}}]}}}}", "s3")
        + rule(
            "sum",
            f"{{fact: {{claim: therapy, drug: $d, role: $r}}}}, {{sum: {{{bounds}, of: [{{points: 2, if: "
            "{linked: {drug: $d, role: $r}}}, {points: -1, if: s2}, {points: 1, if: s3}]}}",
            "s4",
            mechanism=True,
        )
        + rule("denied", "", "s5", f"{{count: {{{bounds}, of: [s1, s2]}}, if_unknown: stands}}")
        + rule("later", "{situation: s3}, {situation: s5}", "s6")
    )
    assert any("provisional" in both.values(number).values() for number in range(len(CASES)))


@pytest.mark.parametrize("precedence", ["for", "against", "none"])
@pytest.mark.parametrize("preferred", [False, True])
def test_arguments_are_resolved(build: Build, precedence: str, preferred: bool) -> None:
    therapy = "{fact: {claim: therapy, drug: $d, role: $r}}"
    both = build(
        "rules:\n"
        + rule(
            "for",
            f"{therapy}, {{patient: {{state: high}}}}",
            "{for: {option: {drug: $d, role: $r}}}",
            "{patient: {sign: false}, if_unknown: stands}",
            mechanism=True,
        )
        + rule(
            "against",
            f"{therapy}, {{fact: {{claim: dosing}}}}, {{patient: {{alarm: true}}}}",
            "{against: {option: {drug: $d, role: r}}}",
            mechanism=True,
        )
        + rule("after", "{option: {drug: $d, role: $r}}", "{linked: {drug: $d, role: $r}}")
        + rule("clash", "{conflict: {drug: a, role: r}}", "s1")
        + rule("held", "{withheld: {drug: $d, role: $r}}", "s2")
        + ("prefer: {P: {order: [F1, F3], because: x}}\n" if preferred else ""),
        precedence,
    )
    assert any("[" in clause.head.relation for clause in both.program.clauses) == preferred
    assert {"option", "withheld"} <= {atom.relation for derived in both.agree() for atom in derived.values}


def test_items_are_chosen_from_two_lists_and_in_order(build: Build) -> None:
    both = build(
        "rules:\n"
        + rule(
            "between",
            "{course: {is: $x, drug: $d}}, {visit: {is: $v}}, {test: {$v.at: '> $x.started'}}, {course: {is: $y}},"
            " {test: {$y.started: '> $x.started'}}",
            "{linked: {drug: $d, role: r}}",
        )
        + rule("first", "{course: {is: $x, drug: a, order: first}}, {test: {$x.response: bad}}", "s1")
        + rule("latest", "{course: {is: $x, order: latest}}, {visit: {order: latest, ward: south}}", "s2")
        + rule(
            "counted",
            "{course: {is: $x}}, {count: {at_least: 2, of: [{test: {$x.drug: a}}, {test: {$x.response: bad}}, s1]}}",
            "s3",
        )
    )
    four = both.agree()[4]
    assert {firing.items for firing in four.firings if both.program.clauses[firing.clause].rule == "between"} >= {
        (("x", "courses[0]"), ("v", "visits[0]"), ("y", "courses[1]")),
        (("x", "courses[0]"), ("v", "visits[1]"), ("y", "courses[2]")),
    }
    assert any(item == "courses[?]" for firing in both.agree()[5].firings for _, item in firing.items)


def test_constraints_of_every_kind_are_matched(build: Build) -> None:
    both = build(
        "rules:\n"
        + LINK
        + rule(
            "several",
            "{fact: {claim: [therapy, dosing], drug: [a, c], role: s}}, {linked: {drug: [a, c], role: s}}",
            "s1",
            mechanism=True,
        )
        + rule(
            "within",
            "{fact: {claim: therapy, drug: {within: a}, situation: $s}}, {situation: $s}",
            "s2",
            mechanism=True,
        )
        + rule("class", "{linked: {drug: {class: k}, role: r}}, {patient: {wanted: {class: k}}}", "s3")
        + rule(
            "compared",
            "{fact: {claim: dosing, rate: '>= 3 mg/kg/d', drug: $d}}, {linked: {drug: $d, role: r}}",
            "s4",
            mechanism=True,
        )
        + rule(
            "between-facts",
            "{fact: {claim: dosing, grade: $g}}, {fact: {claim: dosing, grade: '< $g', drug: $d}},"
            " {linked: {drug: $d, role: r}}",
            "s5",
            mechanism=True,
        )
        + rule(
            "known",
            "{fact: {claim: dosing, cap: known, drug: $d}}, {patient: {state: high}}",
            "s6",
            "{fact: {claim: therapy, drug: $d, situation: s8}}",
            mechanism=True,
        )
        + rule(
            "never",
            "{fact: {claim: dosing, cap: unknown, drug: $d}}, {patient: {state: high}}",
            "s7",
            "{fact: {claim: therapy, drug: $d}}",
            mechanism=True,
        )
        + rule("denied", "", "s8", "{linked: {drug: [a, b], role: r}}")
    )
    values = both.values(1)
    drawn = sorted(name for name in values if name.startswith("situation"))
    assert drawn == [f"situation(s{n})" for n in (1, 2, 4, 5, 6)]


def test_one_fact_fills_two_patterns(build: Build) -> None:
    both = build(
        "rules:\n"
        + LINK
        + rule(
            "pairs",
            "{fact: {claim: therapy, drug: $d, role: $r}}, {fact: {claim: therapy, drug: $e, role: $r}},"
            " {linked: {drug: $d, role: $r}}, {linked: {drug: $e, role: $r}}",
            "s1",
            mechanism=True,
        )
    )
    pairs = [both.program.clauses[f.clause] for f in both.agree()[1].firings]
    assert {clause.evidence for clause in pairs if clause.rule == "pairs"} >= {
        ("F1", "F1"),
        ("F1", "F2/0"),
        ("F2/0", "F1"),
    }


def test_values_that_are_not_words_are_joined_by_value(build: Build) -> None:
    both = build(
        "rules:\n"
        + rule(
            "dose",
            "{linked: {drug: $d, role: s}}, {fact: {claim: dosing, drug: $d, rate: $rate, per: $p,"
            " cap: {optional: $cap}}}, {datum: {is: $p, value: $m}}",
            "{dose: {drug: $d, amount: {rate: $rate, times: $m, at_most: $cap}}}",
            mechanism=True,
        )
        + rule(
            "same",
            "{fact: {claim: dosing, grade: $g, drug: $d}}, {fact: {claim: dosing, grade: $g}},"
            " {linked: {drug: $d, role: s}}",
            "s1",
            mechanism=True,
        )
        + LINK
    )
    assert {name: str(computed.amount) for (_, name), computed in both.agree()[1].amounts.items()} == {
        "amount": "40 mg/d"
    }
    assert both.agree()[4].amounts == {}


def test_an_optional_value_joins_where_it_is_stated(build: Build) -> None:
    both = build(
        "rules:\n"
        + rule(
            "stated",
            "{fact: {claim: dosing, drug: $d, role: {optional: $r}}},"
            " {fact: {claim: therapy, drug: $d, role: $r}}, {patient: {alarm: true}}",
            "{linked: {drug: $d, role: $r}}",
            mechanism=True,
        ),
        facts=FACTS.replace("drug: b, role: r, rate", "drug: b, rate"),
    )
    assert set(both.values(1)) == {"linked(a, s)", "linked(b, r)"}


def test_the_population_of_a_statement(build: Build) -> None:
    both = build(
        "rules:\n"
        + rule(
            "population",
            "{fact: {is: $f, claim: therapy, drug: $d, role: $r}}, {population: {of: $f}}",
            "{linked: {drug: $d, role: $r}}",
            mechanism=True,
        )
    )
    assert both.values(0)["linked(c, r)"] == "unknown"
    assert both.values(1)["linked(c, r)"] == "true"
    assert "linked(c, r)" not in both.values(2)


def test_several_conclusions_of_one_rule(build: Build) -> None:
    both = build(
        "rules:\n"
        + rule(
            "two",
            "{patient: {alarm: true}}, {patient: {wanted: $d}}",
            "{situation: {is: s1}}, {linked: {drug: $d, role: r}}, {situation: {is: s2}}",
        )
        + rule("next", "{situation: s2}", "s3")
    )
    assert both.values(3) == {f"situation(s{n})": "true" for n in (1, 2, 3)} | {"linked(c, r)": "true"}


def test_rules_that_only_their_clauses_can_order(build: Build) -> None:
    """The rule draws of one drug what it negates of another: no order of rules would do."""
    both = build(
        "rules:\n"
        + rule("begin", "{patient: {alarm: true}}", "{linked: {drug: a, role: r}}")
        + rule(
            "down",
            "{fact: {claim: next, drug: $d, other: $e}}",
            "{linked: {drug: $e, role: r}}",
            "{linked: {drug: $d, role: r}, if_unknown: stands}",
            mechanism=True,
        )
        + rule("read", "{linked: {drug: c, role: r}}", "s1", "{linked: {drug: b, role: r}}"),
        facts=FACTS + "  - {id: F5, quote: w, claims: [{claim: next, drug: a, other: b}]}\n"
        "  - {id: F6, quote: w, claims: [{claim: next, drug: b, other: c}]}\n",
    )
    strata = zip(both.program.clauses, both.rete.translation.stratum_of, strict=True)
    assert len({stratum for clause, stratum in strata if clause.rule == "down"}) == 2
    unknown = {"linked(a, r)": "unknown", "linked(b, r)": "provisional", "linked(c, r)": "unknown"}
    assert both.values(0) == {**unknown, "situation(s1)": "unknown"}
    assert both.values(1) == {"linked(a, r)": "true", "linked(c, r)": "true", "situation(s1)": "true"}
    assert both.values(2) == {"linked(b, r)": "true"}


@pytest.mark.parametrize("unless", ["", "{situation: s8}"])
def test_a_rule_of_many_conditions_is_matched_in_parts(build: Build, unless: str) -> None:
    tests = ["{fact: {claim: therapy, drug: $d, role: $r}}", "{patient: {alarm: true}}", "{course: {is: $x, drug: $d}}"]
    tests += [f"{{patient: {{weight: '> {n} kg'}}}}" for n in range(15)]
    tests += ["{course: {is: $y}}", "{test: {$y.started: '>= $x.started'}}", "{linked: {drug: $d, role: $r}}"]
    tests += [f"{{patient: {{age: '> {n} a'}}}}" for n in range(15)]
    both = build("rules:\n" + LINK + rule("many", ", ".join(tests), "s1", unless, mechanism=True))
    five = [firing for firing in both.agree()[5].firings if both.program.clauses[firing.clause].rule == "many"]
    assert len({firing.items for firing in five}) == 4
    assert any(meaning.draws for meaning in both.rete.meanings.values())
    assert both.values(4)["situation(s1)"] == "unknown"


def test_a_ruleset_of_many_rules_is_split(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "RULES_PER_RULESET", 3)
    both = build(
        "rules:\n"
        + LINK
        + "".join(
            rule(f"r{n}", f"{{patient: {{age: '> {n} a'}}}}, {{linked: {{drug: a, role: r}}}}", "s1") for n in range(20)
        )
    )
    assert len([f for f in both.agree()[4].firings if both.program.clauses[f.clause].rule.startswith("r")]) == 20


# --- what can go wrong -----------------------------------------------------------------------------------------------


def test_a_case_whose_ids_collide_is_run_again(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    both = build("rules:\n" + LINK + rule("next", "{linked: {drug: $d, role: r}}", "s1", "{situation: s2}"))
    case = both.case(CASES[1])
    expected = both.compiled.evaluate(case)
    post, left = Session.post, [3]

    def colliding(session: Session, ruleset: int, message: str) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Observed(message)
        post(session, ruleset, message)

    monkeypatch.setattr(Session, "post", colliding)
    assert both.rete.evaluate(case) == expected
    assert left[0] < -1


def test_a_match_that_is_no_clause_is_served_to_nobody(build: Build) -> None:
    both = build("rules:\n" + LINK)
    both.rete.translation.plan_of[0].clauses.clear()
    with pytest.raises(EnginesDiffer, match="no clause of the program"):
        both.rete.evaluate(both.case(CASES[1]))


def test_a_failure_of_the_matcher_says_so(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    both = build("rules:\n" + LINK)

    def failing(*_: object) -> None:
        raise MatcherFailure("out of memory")

    monkeypatch.setattr(Session, "post", failing)
    with pytest.raises(MatcherUnavailable, match="out of memory"):
        both.rete.evaluate(both.case(CASES[1]))
