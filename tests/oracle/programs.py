"""Random knowledge bases, as the YAML that an author would write, and random cases for them.

The vocabulary is fixed, so that a counterexample is read as a few facts, a few rules and a case. Most rules keep to an
order of conclusions (what they negate or count lies below what they draw); one in ten does not, so that programs that
must be refused occur, but seldom.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from engine.errors import Findings
from engine.loading import load
from engine.loading.case import read_case
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from engine.model.vocabulary import Vocabulary
from engine.reading import read_text

Node = Any
"""What YAML is made of."""
Draw = Callable[[st.SearchStrategy[Any]], Any]

DRUGS, ROLES = ["d1", "d2", "d3"], ["r1", "r2"]
EARLY, LATE = ["s1", "s2", "s3", "s4"], ["s5", "s6"]
SITUATIONS = [*EARLY, *LATE]
TERMS: dict[str, list[str]] = {
    "drug": DRUGS,
    "role": ROLES,
    "situation": EARLY,
    "modality": ["strong", "weak"],
    "class": ["k1", "k2"],
}

HEAD = """\
{name: random, version: 1, title: random, scope: test, intended-use: test, intended-user: test,
 release: demonstration, sources-as-of: today}
"""
VOCABULARY = """\
terms:
  drug: {d1: one, d2: {label: two, is-a: d1}, d3: three}
  role: {r1: one, r2: two}
  class: {k1: one, k2: two}
  situation: {s1: one, s2: two, s3: three, s4: four, s5: five, s6: six}
  disease: {flu: one, flu-b: {label: two, is-a: flu}, gout: three}
  modality: {strong: strong, weak: weak}
claims:
  therapy:
    fields: {drug: {type: term, of: drug}, role: {type: term, of: role}, situation: {type: term, of: situation}}
  effect:
    fields:
      drug: {type: term, of: drug}
      situation: {type: term, of: situation}
      datum: {type: datum}
      limit: {type: quantity, unit: kg}
      grade: {type: number}
  dosing:
    fields: {drug: {type: term, of: drug}, role: {type: term, of: role}, rate: {type: range}}
  member:
    fields: {member: {type: term, of: drug}, class: {type: term, of: class}}
    required: [member, class]
case:
  patient:
    attributes:
      state: {type: one of, of: [high, low, unsure], unsettled: [unsure]}
      disease: {type: term, of: disease}
      alarm: {type: boolean}
      sign: {type: finding}
      flag: {type: boolean, absent: false, because: [F2]}
      weight: {type: quantity, unit: kg, valid-for: 30 d, because: [I1]}
      height: {type: quantity, unit: cm}
      score: {type: number}
      allergies: {type: set of terms, of: drug}
      wanted: {type: set of terms, of: drug, absent: empty}
  courses:
    item: course
    order: started
    attributes:
      drug: {type: term, of: drug}
      response: {type: one of, of: [good, bad, mixed], unsettled: [mixed], because: [F3]}
      dose: {type: quantity, unit: mg/d, also: [{unit: mg/kg/d, times: patient.weight, because: [F2]}, {unit: mg}]}
      days: {type: number}
      started: {type: time}
      stopped: {type: time, absent: never, because: [F3]}
      urgent: {type: boolean, absent: false}
      elapsed: {type: quantity, unit: h, since: started}
  visits:
    item: visit
    order: at
    attributes:
      at: {type: time, because: [F1]}
      response: {type: one of, of: [north, south]}
      weighed: {type: quantity, unit: kg}
quantities:
  doubled: {formula: "2 * patient.weight[kg]", unit: kg, because: [F1]}
  ratio: {formula: "sqrt(patient.weight[kg]) * 100 / patient.height[cm]", unit: kg, because: [F1]}
  scored: {formula: "patient.weight[kg] + max(patient.score, 2 * patient.score)", unit: kg, because: [F1]}
conclusions:
  linked: {key: {drug: {type: term, of: drug}, situation: {type: term, of: situation}}}
  situation: {key: {is: {type: term, of: situation}}}
  clash:
    key: {of: {type: term, of: situation}, with: {type: term, of: situation}}
    annotations: {effect: all}
  option:
    key: {drug: {type: term, of: drug}, role: {type: term, of: role}}
    annotations: {modality: strongest}
    argued: PRECEDENCE
"""
SOURCE = "{id: S, kind: secondary, title: a document, identity: verified}\n"
EDITORS = "{id: E, kind: interpretation, title: the editors, identity: verified}\n"
AS_OF = "2026-03-10T12:00Z"


class _Plain(yaml.CSafeDumper):
    """Writes the same list twice as two lists; the C emitter, for thousands are written."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def dumped(node: Node) -> str:
    """The node as YAML, its leaves on one line."""
    return yaml.dump(node, Dumper=_Plain, sort_keys=False, default_flow_style=None, width=110, allow_unicode=True)


@dataclass(frozen=True)
class Written:
    """A knowledge base as text, and the facts that are admitted (None: all)."""

    facts: str
    readings: str
    rules: str
    precedence: str
    admitted: frozenset[str] | None = None

    def __repr__(self) -> str:
        admitted = "all" if self.admitted is None else ", ".join(sorted(self.admitted))
        shown = [f"\n# precedence: {self.precedence}; admitted: {admitted}", self.facts, self.readings, self.rules]
        return "\n".join(part.rstrip() for part in shown) + "\n"

    def load(self, vocabulary: str = VOCABULARY) -> KnowledgeBase:
        """Written to a folder and read back as any knowledge base is; with more words, where those do not do."""
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            files = {
                "kb.yaml": HEAD,
                "vocabulary/v.yaml": vocabulary.replace("PRECEDENCE", self.precedence),
                "sources/S.yaml": SOURCE,
                "sources/E.yaml": EDITORS,
                "facts/S.yaml": self.facts,
                "facts/E.yaml": self.readings,
                "rules/r.yaml": self.rules,
            }
            for name, text in files.items():
                path = root / name
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
            return load(root)


@dataclass(frozen=True)
class WrittenCase:
    """A case as what its YAML holds."""

    body: dict[str, Node]

    def __repr__(self) -> str:
        return "\n" + dumped(self.body)

    def read(self, vocabulary: Vocabulary) -> Case:
        """The case as the program reads it."""
        findings = Findings()
        case = read_case(read_text(dumped(self.body), "case.yaml", findings), vocabulary, findings)  # type: ignore[arg-type]
        findings.refuse_if_any()
        assert case is not None
        return case


# Rules ---------------------------------------------------------------------------------------------------------------


@dataclass
class Scope:
    """The variables that a rule has bound so far, by what they stand for, and how high it may read.

    Levels: 0 linked; 1 to 4 the situations s1 to s4; 5 arguments; 6 what they come to; 7 the situations s5 and s6.
    """

    draw: Draw
    level: int
    wild: bool
    terms: dict[str, list[str]] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)
    binds: bool = True

    def one(self, *choices: Node) -> Node:
        """One of some things; a counterexample shrinks to the first."""
        return self.draw(st.sampled_from(choices))

    def maybe(self, chance: int = 2) -> bool:
        """One time in so many."""
        return bool(self.draw(st.integers(0, chance - 1)) == chance - 1)

    def bound(self, kind: str) -> list[str]:
        return self.terms.get(kind, [])

    def fresh(self, kind: str) -> str:
        name = f"{kind[:2]}{len(self.bound(kind)) + 1}"
        self.terms.setdefault(kind, []).append(name)
        return f"${name}"

    def term(self, kind: str, words: list[str] | None = None, free: bool = True) -> Node:
        """A variable or a word of a kind."""
        variables = [f"${name}" for name in self.bound(kind)]
        way = self.one(*(["bound"] * 3 if variables else []), "word", *(["new"] * 2 if self.binds and free else []))
        if way == "bound":
            return self.one(*variables)
        return self.fresh(kind) if way == "new" else self.one(*(words or TERMS[kind]))

    def choice(self, kind: str) -> Node:
        """Any constraint on a field of terms of the kind."""
        words = TERMS[kind]
        way = self.one("term", "term", "term", "term", "several", "class", "both", "within")
        if way == "several":
            return self.one(words[:2], {"any_of": words[-2:]})
        if way == "class" and kind == "drug":
            return {"class": self.one("k1", "k2")}
        if way == "both" and self.binds:
            return {"is": self.fresh(kind), "any_of": words[:2]}
        if way == "within" and kind == "drug":
            return {"within": "d1"}
        return self.term(kind)


CLAIM_FIELDS = {
    "therapy": {"drug": "drug", "role": "role", "situation": "situation"},
    "effect": {"drug": "drug", "situation": "situation", "datum": "datum", "limit": "limit", "grade": "grade"},
    "dosing": {"drug": "drug", "role": "role", "rate": "rate"},
    "member": {"member": "drug", "class": "class"},
}


def fact_pattern(scope: Scope) -> Node:
    kind = scope.one("therapy", "effect", "therapy", "effect", "dosing", "member")
    body: dict[str, Node] = {"claim": kind}
    if kind in ("therapy", "dosing") and scope.maybe(6):
        body["claim"] = ["therapy", "dosing"]
    if scope.binds and kind in ("therapy", "effect") and body["claim"] == kind and scope.maybe(3):
        body["is"] = scope.fresh("fact")
    for name, of in CLAIM_FIELDS[kind].items():
        if (body["claim"] != kind and name in ("situation", "rate")) or not scope.maybe(2):
            continue
        if of in TERMS:
            way = scope.one(*["term"] * 5, *["choice"] * 5, "recorded", *(["optional"] if scope.binds else []))
            if way == "optional":
                joins = scope.bound(of)
                body[name] = {"optional": f"${scope.bound(of)[0]}" if joins else scope.fresh("optional")}
            else:
                body[name] = scope.one("known", "unknown") if way == "recorded" else getattr(scope, way)(of)
        elif of == "datum":
            body[name] = scope.term("datum", ["patient.alarm"])
        elif of in ("limit", "grade"):
            compared = "> 20 kg" if of == "limit" else ">= 2"
            body[name] = scope.fresh(of) if scope.binds and scope.maybe(2) else scope.one(compared, "known")
        else:
            body[name] = scope.one("known", ">= 2 mg/kg/d")
    if scope.maybe(4):
        body["modality"] = scope.term("modality")
    return {"fact": body}


def readable(scope: Scope, strict: bool) -> Node:
    """A conclusion below the level of what the rule draws (at that level too, unless it is read strictly)."""
    top = 7 if scope.wild else scope.level - strict
    levels = [level for level in range(8) if level <= top] or [0]
    level = scope.draw(st.sampled_from(levels))
    several = scope.maybe(6)
    if level == 0 and several:
        if scope.draw(st.booleans()):
            return {"linked": {"drug": ["d1", "d2"], "situation": scope.term("situation")}}
        return {"linked": {"drug": scope.term("drug")}}
    if level == 0:
        return {"linked": {"drug": scope.term("drug"), "situation": scope.term("situation")}}
    if level <= 4 and several:
        return {"situation": {"is": EARLY[:level]}}
    if level <= 4:
        variables = [f"${name}" for name in scope.bound("situation")] if top >= 4 and not (strict and top < 5) else []
        name = scope.one(*(variables or ["s1"])) if scope.maybe(2) and variables else f"s{level}"
        if top >= 7 and scope.binds and scope.maybe(3):
            name = scope.fresh("situation")
        return {"situation": name if scope.maybe(3) else {"is": name}}
    if level == 7:
        return {"situation": {"is": scope.one("s5", "s6")}}
    key = {"drug": scope.term("drug"), "role": scope.term("role")}
    if level == 5:
        return {scope.one("for", "against"): {"option": key}}
    return {scope.one("option", "withheld", "conflict"): key}


NO_DEFAULT = [
    ("state", ["high", ["high", "low"], "unsure", "low", "known"]),
    ("alarm", [True, False, "known"]),
    ("sign", [True, False]),
    ("weight", ["> 20 kg", ">= 20 kg", "< 20 kg", "<= 20000 g", "== 20 kg", "!= 20 kg", "known", "> doubled"]),
    ("height", ["> 100 cm", "known"]),
    ("score", [2, ">= 2", "< 2", [1, 2], "known"]),
    ("disease", ["flu", "flu-b", {"within": "flu"}]),
    ("allergies", ["d1", ["d1", "d3"], {"class": "k1"}, "known"]),
]
DEFAULTED = [("flag", [True, False]), ("wanted", ["d1", ["d1", "d2"], {"class": "k1"}, {"within": "d1"}, "unknown"])]


def datum_pattern(scope: Scope, defaults: bool) -> Node:
    """A test of a record, of a declared quantity, or of a datum that a claim names."""
    way = scope.one("record", "record", "record", "quantity", "variable", "limit", "measure", "datum")
    drugs = [f"${name}" for name in scope.bound("drug")]
    if way == "quantity":
        tests = ["> 40 kg", "<= 40000 g", "== 40 kg", "known", "> patient.weight"]
        return {"test": {scope.one("doubled", "ratio", "scored"): scope.one(*tests)}}
    if way == "variable" and (drugs or scope.binds):
        name = scope.one("allergies", *(["wanted"] if defaults else []))
        return {"patient": {name: scope.term("drug")}}
    if way == "limit" and scope.bound("limit"):
        return {"patient": {"weight": f"{scope.one('>', '<=', '==')} ${scope.one(*scope.bound('limit'))}"}}
    if way == "limit" and scope.bound("grade"):
        return {"patient": {"score": scope.one(">= $", "$").replace("$", f"${scope.one(*scope.bound('grade'))}")}}
    if way == "measure" and scope.binds:
        name = scope.one("weight", "height", "alarm", "score")
        return {"patient": {name: scope.fresh("measure")}}
    if way == "datum":
        path = f"${scope.one(*scope.bound('datum'))}" if scope.bound("datum") else "patient.alarm"
        values = [True, "known"] if path.startswith("$") else [True, False, "known"]
        return {"datum": {"is": path, "value": scope.one(*values)}}
    name, tests = scope.one(*NO_DEFAULT, *(DEFAULTED if defaults else []))
    body = {name: scope.one(*tests)}
    if scope.binds and defaults and scope.maybe(6):
        body["alarm"] = True
    return {"test": {f"patient.{name}": body[name]}} if scope.maybe(6) else {"patient": body}


COURSE_TESTS = [
    ("drug", ["d1", ["d1", "d2"], {"class": "k1"}, {"within": "d1"}]),
    ("response", ["bad", "good", ["bad", "good"], "mixed", "known"]),
    ("dose", [">= 100 mg/d", "< 100 mg/d", "> 5 mg/kg/d", "known"]),
    ("days", [3, ">= 3", "< 3"]),
    ("elapsed", [">= 24 h", "< 48 h", "<= 1 d"]),
    ("stopped", ["unknown"]),
    ("urgent", [True, False]),
]
VISIT_TESTS = [("response", ["north", "south"]), ("weighed", ["> 20 kg", "> patient.weight", "known"])]


def item_pattern(scope: Scope, defaults: bool) -> Node:
    """An item of a list; a new variable stands for it where the rule may bind."""
    item = scope.one("course", "course", "course", "visit")
    tests = COURSE_TESTS if item == "course" else VISIT_TESTS
    tests = [test for test in tests if defaults or test[0] not in ("stopped", "urgent")]
    body: dict[str, Node] = {}
    if scope.binds and scope.draw(st.booleans()):
        name = f"c{len(scope.items) + 1}"
        body["is"] = f"${name}"
    for name_, choices in scope.draw(st.lists(st.sampled_from(tests), max_size=2, unique_by=itemgetter(0))):
        body[name_] = scope.one(*choices)
    if item == "course" and scope.maybe(2):
        body["drug"] = scope.term("drug")
    others = [name for name, section in scope.items.items() if section == item]
    if others and scope.maybe(4):
        body["started" if item == "course" else "at"] = (
            f"{scope.one('>', '<=')} ${others[0]}.{'started' if item == 'course' else 'at'}"
        )
    if scope.maybe(2):
        body["order"] = scope.one("first", "latest")
    if "is" in body:
        scope.items[body["is"][1:]] = item
    return {item: body}


def item_test(scope: Scope, defaults: bool) -> Node:
    """A test of a field of an item that is bound."""
    variable = scope.one(*scope.items)
    if scope.items[variable] == "visit":
        name, choices = scope.one(*VISIT_TESTS)
    else:
        name, choices = scope.one(*[test for test in COURSE_TESTS if defaults or test[0] not in ("stopped", "urgent")])
        others = [other for other, section in scope.items.items() if section == "course"]
        if scope.maybe(4):
            name, choices = "started", [f"{op} ${scope.one(*others)}.started" for op in (">", "<=", "==", "!=")]
        elif defaults and scope.maybe(6):
            name, choices = "stopped", [f">= ${scope.one(*others)}.started"]
        elif scope.maybe(4):
            return {"test": {f"${variable}.drug": scope.term("drug")}}
    return {"test": {f"${variable}.{name}": scope.one(*choices)}}


def counted(scope: Scope, defaults: bool) -> Node:
    """Bounds on how many of some conditions hold, or on their points."""
    binds, scope.binds = scope.binds, False
    word = scope.one("count", "sum")
    body: dict[str, Node] = {scope.one("at_least", "at_most"): scope.one(1, 2, 0)}
    if scope.maybe(6):
        body |= {"at_least": 1, "at_most": scope.one(1, 2)}
    # An upper bound, and points below zero, are an `unless` by another name: no stated default may be read there.
    least = scope.maybe(4)
    defaults = defaults and "at_most" not in body and not least
    members: list[Node] = []
    for _ in range(scope.one(2, 1, 3)):
        ways = ["conclusion", "datum", "item", *(["test"] if scope.items else [])]
        way = scope.one(*ways)
        if way == "conclusion":
            member = readable(scope, strict=True)
            if isinstance(member.get("situation"), str) and not member["situation"].startswith("$"):
                member = member["situation"]
        elif way == "datum":
            member = datum_pattern(scope, defaults)
        else:
            member = item_pattern(scope, defaults) if way == "item" else item_test(scope, defaults)
        members.append(member)
    scope.binds = binds
    if word == "sum":
        members = [{"points": scope.one(1, 2, 3, *([-1] if least else [])), "if": member} for member in members]
    return {word: {**body, "of": members}}


def condition(scope: Scope, negated: bool) -> Node:
    """One condition, under `when` or under `unless`."""
    defaults = not negated
    ways = (
        ["fact", "conclusion", "datum", "item", "conclusion", "datum", "count"]
        if negated
        else [
            "fact",
            "fact",
            "conclusion",
            "conclusion",
            "datum",
            "item",
            "item",
            "count",
        ]
    )
    ways += ["test"] * 6 if scope.items else []
    ways += ["population"] * 4 if scope.bound("fact") else []
    way = scope.one(*ways)
    if way == "fact":
        return fact_pattern(scope)
    if way == "conclusion":
        return readable(scope, strict=negated)
    if way == "datum":
        return datum_pattern(scope, defaults)
    if way == "item":
        return item_pattern(scope, defaults)
    if way == "test":
        return item_test(scope, defaults)
    if way == "population":
        return {"population": {"of": f"${scope.one(*scope.bound('fact'))}"}}
    return counted(scope, defaults)


def head(scope: Scope) -> Node:
    """A conclusion of the rule's level; terms only, and none that was not bound."""
    scope.binds = False
    if scope.level == 0:
        return {"linked": {"drug": scope.term("drug"), "situation": scope.term("situation")}}
    if scope.level < 5:
        variables = [f"${name}" for name in scope.bound("situation")]
        return {
            "situation": {"is": scope.one(*variables, f"s{scope.level}") if scope.level == 4 else f"s{scope.level}"}
        }
    if scope.level == 5:
        key = {"drug": scope.term("drug", ["d1", "d2"]), "role": scope.term("role", ["r1"])}
        body: dict[str, Node] = {"option": key}
        if scope.bound("modality"):
            body["modality"] = f"${scope.bound('modality')[0]}"
        return {scope.one("for", "against"): body}
    return {"situation": {"is": scope.one("s5", "s6")}}


@st.composite
def rules(draw: Draw, number: int, facts: list[str]) -> Node:
    """One rule."""
    level = draw(st.sampled_from([1, 0, 2, 3, 4, 5, 5, 5, 7]))
    scope = Scope(draw, level, draw(st.integers(0, 9)) == 9)
    when = [condition(scope, False) for _ in range(draw(st.integers(0, 3)))]
    scope.binds = False
    unless = []
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2])) if when else 1):
        negated = condition(scope, True)
        unless.append({**negated, "if_unknown": "stands"} if scope.maybe(2) else negated)
    rule: dict[str, Node] = {"id": f"rule-{number}", "title": "a rule"}
    if any("fact" in item for item in when) and scope.maybe(2):
        rule["mechanism"] = True
    else:
        rule["because"] = draw(
            st.lists(st.sampled_from(facts[:2] if level == 5 else facts), min_size=1, max_size=2, unique=True)
        )
    rule |= {name: part for name, part in (("when", when), ("unless", unless)) if part}
    return {**rule, "then": [head(scope) for _ in range(draw(st.sampled_from([1, 1, 1, 2])))]}


# Facts, and the rest -------------------------------------------------------------------------------------------------

VALUES: dict[str, st.SearchStrategy[Any]] = {
    **{kind: st.sampled_from(words) for kind, words in TERMS.items()},
    "datum": st.sampled_from(["patient.alarm", "patient.sign", "patient.weight", "patient.state", "doubled"]),
    "limit": st.sampled_from(["20 kg", "10 kg", "20000 g", "30 kg"]),
    "grade": st.sampled_from([2, 1, 3]),
    "rate": st.sampled_from(["2 mg/kg/d", "2-3 mg/kg/d"]),
}
REQUIRED = {"member": ("member", "class")}
POPULATIONS: list[dict[str, Node]] = [
    {"patient.disease": "flu"},
    {"patient.disease": "flu-b", "patient.sign": True},
    {"patient.state": "high"},
    {},
]


@st.composite
def claims(draw: Draw) -> Node:
    """One claim; a field that is not required may be left out."""
    kind = draw(st.sampled_from(["therapy", "effect", "therapy", "effect", "dosing", "member"]))
    body: dict[str, Node] = {"claim": kind}
    for name, of in CLAIM_FIELDS[kind].items():
        if name in REQUIRED.get(kind, ()) or draw(st.integers(0, 3)) < 3:
            body[name] = draw(VALUES[of])
    if draw(st.integers(0, 4)) == 4:
        body["read-by"] = ["I1"]
    if draw(st.integers(0, 4)) == 4:
        body["modality"] = "weak"
    return body


@st.composite
def facts(draw: Draw, number: int) -> Node:
    """One statement with one or two claims."""
    found: dict[str, Node] = {"id": f"F{number}", "quote": "words"}
    if draw(st.booleans()):
        found["modality"] = "strong"
    if draw(st.integers(0, 2)) == 2:
        population = {"label": "some patients"}
        within = draw(st.sampled_from(POPULATIONS))
        found["population"] = {**population, "within": within} if within else population
    return {**found, "claims": draw(st.lists(claims(), min_size=1, max_size=2))}


@st.composite
def programs(draw: Draw) -> Written:
    """A knowledge base."""
    statements = [draw(facts(number)) for number in range(1, draw(st.integers(3, 6)) + 1)]
    names = [fact["id"] for fact in statements]
    body: dict[str, Node] = {"rules": [draw(rules(n, names)) for n in range(1, draw(st.integers(1, 9)) + 1)]}
    if draw(st.booleans()):
        order = draw(st.permutations(names[:2] if draw(st.booleans()) else names))[: draw(st.integers(2, 4))]
        body["prefer"] = {"P1": {"order": list(order), "because": "a reason"}}
    if draw(st.integers(0, 3)) == 3:
        rates = st.fixed_dictionaries({"rate": VALUES["rate"], "from": st.sampled_from([["F1"], ["F2", "I1"]])})
        phases = [{"role": role, **draw(rates)} for role in ROLES[: draw(st.integers(1, 2))]]
        body["regimens"] = [{"id": "R1", "claim": "dosing", "drug": draw(VALUES["drug"]), "phases": phases}]
    if draw(st.integers(0, 5)) == 5:
        between = draw(st.permutations(EARLY))[:2]
        clash = {"between": list(between), "symmetric": draw(st.booleans()), "effect": "worse"}
        body["interactions"] = {"N1": {**clash, "reads": "situation", "draws": "clash", "because": ["F1"]}}
    admitted, every = None, [*names, "I1"]
    way = draw(st.sampled_from(["all", "all", "all", "some", "most", "most"]))
    if way == "some":
        admitted = frozenset(draw(st.sets(st.sampled_from(every))))
    elif way == "most":
        fallen = st.lists(st.sampled_from(every), min_size=1, max_size=2, unique=True)
        admitted = frozenset(every) - set(draw(fallen))
    readings = [{"id": "I1", "about": ["F1"], "states": "a reading", "not-used-by-rules": "perhaps"}]
    return Written(
        dumped({"read-in": "S", "facts": statements}),
        dumped({"read-in": "E", "interpretations": readings}),
        dumped(body),
        draw(st.sampled_from(["against", "for", "none"])),
        admitted,
    )


# Cases ---------------------------------------------------------------------------------------------------------------

WEIGHTS = ["20 kg", "20.5 kg", "10 kg", "20000 g", "> 20 kg", ">= 20 kg", "< 20 kg", "<= 20 kg"]
STARTED = ["-48 h", "-24 h", "-72 h", "2026-03-09", "2026-03-10"]
STOPPED = ["-12 h", "2026-03-10", "-1 h"]
PATIENT: dict[str, st.SearchStrategy[Any]] = {
    "state": st.sampled_from(["high", "low", "unsure"]),
    "disease": st.sampled_from(["flu", "flu-b", "gout"]),
    "alarm": st.booleans(),
    "sign": st.sampled_from([True, False, "on the left"]),
    "flag": st.booleans(),
    "weight": st.sampled_from(WEIGHTS)
    | st.builds(
        lambda value, at: {"value": value, "at": at},
        st.sampled_from(WEIGHTS),
        st.sampled_from(["-1 d", "-30 d", "-31 d"]),
    ),
    "height": st.sampled_from(["100 cm", "1.1 m", "> 100 cm"]),
    "score": st.sampled_from([2, 1, 3]),
    "allergies": st.lists(st.sampled_from(DRUGS), unique=True),
    "wanted": st.lists(st.sampled_from(DRUGS), unique=True),
}
COURSE: dict[str, st.SearchStrategy[Any]] = {
    "drug": st.sampled_from(DRUGS),
    "response": st.sampled_from(["bad", "good", "mixed"]),
    "dose": st.sampled_from(["100 mg/d", "99 mg/d", "> 100 mg/d", "5 mg/kg/d", "6 mg/kg/d", "100 mg", "< 5 mg/kg/d"]),
    "days": st.sampled_from([3, 2, 4]),
    "started": st.sampled_from(STARTED),
    "stopped": st.sampled_from(STOPPED),
    "urgent": st.booleans(),
}
VISIT: dict[str, st.SearchStrategy[Any]] = {
    "at": st.sampled_from(["-24 h", "-48 h", "2026-03-09"]),
    "response": st.sampled_from(["north", "south"]),
    "weighed": st.sampled_from(WEIGHTS),
}


def records(fields: dict[str, st.SearchStrategy[Any]], without: int) -> st.SearchStrategy[dict[str, Node]]:
    """A record in which each field is left out one time in so many."""
    there = st.integers(0, without - 1).map(lambda number: number != without - 1)

    def perhaps(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return there.flatmap(lambda lucky: value if lucky else st.none())

    options = {name: perhaps(value) for name, value in fields.items()}
    found = st.fixed_dictionaries(options)
    return found.map(lambda record: {name: value for name, value in record.items() if value is not None})


def lists(fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Node]:
    """A list that is complete, or says that it is not, or is absent."""
    items = st.lists(records(fields, 7), max_size=3)
    return items | st.builds(lambda found: {"complete": False, "items": found}, items) | items | st.none()


def cases() -> st.SearchStrategy[WrittenCase]:
    """A case in which everything may be missing."""

    def built(patient: Node, courses: Node, visits: Node) -> WrittenCase:
        body = {"as-of": AS_OF, "patient": patient, "courses": courses, "visits": visits}
        return WrittenCase({name: part for name, part in body.items() if part is not None})

    return st.builds(built, records(PATIENT, 3) | st.none(), lists(COURSE), lists(VISIT))
