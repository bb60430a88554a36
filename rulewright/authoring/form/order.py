"""The order of fields in every kind of record, and which records always stand on lines of their own."""

from __future__ import annotations

from dataclasses import dataclass, field

ANY = "*"
"""Any key of a mapping, or any item of a list; in an order of fields, the place of those that it does not name."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of a value: the order of its fields, whether it never stands in brackets, and what is below it."""

    fields: tuple[str, ...] = ()
    block: bool = False
    below: dict[str, Shape] = field(default_factory=dict)

    def under(self, key: str) -> Shape:
        """The shape of what stands under a key; items of a list stand under ``ANY``."""
        return self.below.get(key) or self.below.get(ANY) or PLAIN

    def rank(self, key: str) -> int:
        """Where a field stands among the others; those of one rank keep the order in which they were written."""
        for name in (key, ANY):
            if name in self.fields:
                return self.fields.index(name)
        return len(self.fields)


def _of(fields: str = "", /, *, block: bool = False, **below: Shape) -> Shape:
    return Shape(tuple(fields.split()), block, {name.replace("_", "-"): shape for name, shape in below.items()})


def _each(shape: Shape, *, block: bool = True) -> Shape:
    return Shape((), block, {ANY: shape})


PLAIN = Shape()
_CODES = _each(_of("system code status note"), block=False)
_GRADED = "certainty graded-by"
_DATUM = _of(
    "type of unit plausible also unsettled absent label missing required valid-for stale since because codes",
    codes=_CODES,
)
_CONDITION = _of("* else when_true missing if_unknown", block=True)
_RULES = _of(
    block=True,
    rules=_each(
        _of(
            "id title because mechanism definition when unless then note",
            block=True,
            when=_each(_CONDITION),
            unless=_each(_CONDITION),
            then=_each(_CONDITION),
        )
    ),
    regimens=_each(
        _of(
            "id title claim * per amount-is phases note",
            block=True,
            phases=_each(PLAIN),
        )
    ),
    interactions=_each(_of("title between symmetric reads draws effect because note")),
    opposes=_each(
        _of("title about facts sides settled-by because note", sides=_each(_of("label claims facts"), block=False))
    ),
    prefer=_each(_of("order because note")),
    beside=_each(PLAIN),
)
_CLAIM = _of(f"claim * modality {_GRADED} read-by")
_FACT = _of(
    "id about quote states locator cites attribution modality fidelity fidelity-note restates defines "
    f"{_GRADED} evidence-level design population claims not-used-by-rules note",
    block=True,
    population=_of("label within"),
    claims=_each(_CLAIM),
)
_FACTS = _of("read-in facts interpretations", block=True, facts=_each(_FACT), interpretations=_each(_FACT))
_SCENARIO_FIELDS = "name case like set without sources expect"
_CASE = _of("title as-of", block=True)
_SCENARIO = _of(_SCENARIO_FIELDS, block=True, case=_CASE, expect=_of("", block=True))
_SCENARIOS = Shape((*_SCENARIO.fields, "scenarios"), True, {**_SCENARIO.below, "scenarios": _each(_SCENARIO)})
_SOURCE = _of(
    "id printed-as kind title identity cite confidence identifiers known candidates evidence-level design published "
    "review-by standing valid text note",
    block=True,
    candidates=_each(_of("cite confidence identifiers")),
    standing=_of("is note"),
    valid=_of("from to"),
)
_VOCABULARY = _of(
    block=True,
    terms=_each(
        _each(_of("label note is-a synonyms status because else missing codes", codes=_CODES)),
    ),
    case=_each(_of("label item key order missing attributes", block=True, attributes=_each(_DATUM))),
    claims=_each(_of("label fields required unstated", block=True, fields=_each(_DATUM))),
    conclusions=_each(
        _of("label key annotations argued section ask template", block=True, key=_each(_DATUM, block=False))
    ),
    quantities=_each(_of("label formula unit because", block=True)),
    headings=_of("", block=True),
    prohibitions=_each(_of("sentence because no-dose not-cited no-order", block=True)),
)
_REVIEWS = _of("reviewer reviews", block=True, reviews=_each(_of("of verdict date digest note", block=True)))
_HEAD = _of(
    "name version title scope intended-use intended-user reviewer release sources-as-of",
    block=True,
)
_TELLING: tuple[tuple[str, Shape], ...] = (
    ("read-in", _FACTS),
    ("facts", _FACTS),
    ("interpretations", _FACTS),
    ("reviews", _REVIEWS),
    ("scenarios", _SCENARIOS),
    ("expect", _SCENARIOS),
    *((name, _RULES) for name in _RULES.below),
    ("intended-use", _HEAD),
    ("sources-as-of", _HEAD),
    ("identity", _SOURCE),
    ("kind", _SOURCE),
    *((name, _VOCABULARY) for name in _VOCABULARY.below),
)
_UNKNOWN = _of("", block=True)


def shape_of(keys: list[str]) -> Shape:
    """The shape of a file by its outermost keys: what the file is, it says itself, wherever it lies."""
    return next((shape for name, shape in _TELLING if name in keys), _UNKNOWN)
