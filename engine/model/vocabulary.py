"""Every term, declared once: words, claim kinds, what a case may say, conclusions, and reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from engine.errors import NOWHERE, Location
from engine.model.quantity import Interval, Quantity
from engine.model.unit import Unit


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a terminology for a term; ``status`` says how far it was verified, and is shown wherever the code
    is.
    """

    system: str
    code: str
    status: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the knowledge base.

    ``is_a`` names the more general term of the same kind. ``when_false`` and ``when_unknown`` are the reason codes of a
    condition on this term (a situation, usually); ``because`` the facts that define it.
    """

    kind: str
    name: str
    label: str = ""
    note: str = ""
    is_a: str = ""
    synonyms: tuple[str, ...] = ()
    codes: tuple[Code, ...] = ()
    because: tuple[str, ...] = ()
    when_false: str = ""
    when_unknown: str = ""
    status: str = ""
    location: Location = field(default=NOWHERE, compare=False)

    @property
    def title(self) -> str:
        """The label for people, else the name."""
        return self.label or self.name


@dataclass(frozen=True, slots=True)
class Conversion:
    """A value in ``unit`` is multiplied by ``factor`` (a quantity, or the path of a datum) to reach the attribute's
    unit.

    Without a factor the unit is accepted and cannot be compared with the attribute's: such a test stays unknown.
    """

    unit: Unit
    factor: Quantity | str | None
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldType:
    """What a field may hold.

    ``kind`` is one of: term, one of, set of terms, quantity, range, number, boolean, finding, time, text, datum, any.
    For terms ``of`` names the kind of term; ``words`` are the words of a ``one of``; ``unit`` is a quantity's reference
    unit; ``plausible`` its range in that unit.
    """

    kind: str
    of: str = ""
    words: tuple[str, ...] = ()
    unit: Unit | None = None
    plausible: tuple[Quantity, Quantity] | None = None
    conversions: tuple[Conversion, ...] = ()
    unsettled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attribute:
    """One datum that a case may hold, and what its absence means.

    ``absent`` is None where absence means *unknown*; otherwise it is the stated default: False for a declaration,
    "empty" for a set, "never" for an event that did not happen. ``missing`` is the reason code for an unknown value,
    ``stale_after`` and ``stale`` the validity of a measurement and the code for one past it.
    """

    name: str
    type: FieldType
    label: str = ""
    absent: bool | str | None = None
    required: bool = False
    missing: str = ""
    stale_after: Quantity | None = None
    stale: str = ""
    because: tuple[str, ...] = ()
    codes: tuple[Code, ...] = ()
    since: str = ""
    location: Location = field(default=NOWHERE, compare=False)

    @property
    def title(self) -> str:
        """The label for people, else the name."""
        return self.label or self.name.replace("-", " ")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a case: a record of attributes, or a list of items.

    A list has a ``name`` for one item (``course``), a ``key``, and the field that gives the items their ``order``.
    """

    name: str
    attributes: Mapping[str, Attribute]
    item: str = ""
    key: tuple[str, ...] = ()
    order: str = ""
    missing: str = ""
    label: str = ""
    location: Location = field(default=NOWHERE, compare=False)

    @property
    def is_list(self) -> bool:
        """Whether the section is a list of items."""
        return bool(self.item)


@dataclass(frozen=True, slots=True)
class ClaimKind:
    """A kind of claim that facts make, and its fields."""

    name: str
    fields: Mapping[str, FieldType]
    required: tuple[str, ...] = ()
    label: str = ""
    unstated: Mapping[str, str] = field(default_factory=dict)
    location: Location = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class ConclusionKind:
    """A kind of conclusion.

    ``key`` identifies a conclusion; the remaining ``annotations`` (name to merge rule: strongest | all | first) say
    more about it and never make two of one. ``argued`` is the precedence where rules may argue for and against it:
    "against", "for" or "none" (unresolved); an empty text where rules draw it directly.
    ``section`` is where the advice prints it; ``asked_for`` says that data which would settle it are worth asking for.
    """

    name: str
    key: Mapping[str, FieldType]
    annotations: Mapping[str, str] = field(default_factory=dict)
    label: str = ""
    argued: str = ""
    template: str = ""
    section: str = ""
    asked_for: bool = False
    location: Location = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Headings:
    """How the advice lays the argued conclusion out: one heading for every key.

    Each name is that of a conclusion with the same key: ``completed`` is the first heading, ``running`` marks a course
    that goes on, ``remark`` adds a reason code. ``asked`` is the path of the datum that lists what was asked for.
    """

    conclusion: str = ""
    completed: str = ""
    completed_code: str = ""
    running: str = ""
    remark: str = ""
    dose: str = ""
    no_dose: str = ""
    asked: str = ""
    subject: str = ""
    unclaimed_code: str = ""
    known_by: tuple[str, ...] = ()
    dosing: str = ""
    list_section: str = ""
    marks: tuple[str, ...] = ()
    running_status: Mapping[str, str] = field(default_factory=dict)

    @property
    def relations(self) -> tuple[str, ...]:
        """The relations with the key of the argued conclusion: for and against it, how it was resolved, and what its
        headings read.
        """
        argued = (self.conclusion, f"for {self.conclusion}", f"against {self.conclusion}", "withheld", "conflict")
        return (*argued, *(name for name in (self.completed, self.running, self.no_dose) if name))


@dataclass(frozen=True, slots=True)
class DeclaredQuantity:
    """A quantity with a formula over the case, and the facts that warrant the formula."""

    name: str
    formula: str
    unit: Unit
    label: str = ""
    because: tuple[str, ...] = ()
    location: Location = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Vocabulary:
    """All that may be said."""

    terms: Mapping[str, Mapping[str, Term]]
    claims: Mapping[str, ClaimKind]
    sections: Mapping[str, Section]
    conclusions: Mapping[str, ConclusionKind]
    quantities: Mapping[str, DeclaredQuantity]
    prohibitions: Mapping[str, Mapping[str, object]]
    headings: Headings

    @cached_property
    def items(self) -> Mapping[str, Section]:
        """The list sections by the name of one item (``course``)."""
        return {section.item: section for section in self.sections.values() if section.is_list}

    @cached_property
    def modalities(self) -> Mapping[str, int]:
        """Rank of each modality, 0 for the strongest: the order in which the vocabulary declares them, "=" sharing a
        rank.
        """
        ranks: dict[str, int] = {}
        for position, term in enumerate(self.terms.get("modality", {}).values()):
            ranks[term.name] = ranks.get(term.is_a, position)
        return ranks

    @cached_property
    def grades(self) -> Mapping[str, int]:
        """Rank of each grade of certainty, 0 for the strongest: the order in which the scale is declared.

        A word with ``is-a`` has the rank of the word at the end of that way.
        """
        scale = self.terms.get("certainty", {})
        positions = {name: position for position, name in enumerate(scale)}
        ranks = {}
        for name in scale:
            at, met = name, set[str]()
            while scale[at].is_a in scale and at not in met:
                met.add(at)
                at = scale[at].is_a
            ranks[name] = positions[at]
        return ranks

    def attribute(self, path: str) -> Attribute | None:
        """The attribute of a record at ``section.attribute``, or None."""
        section_name, _, name = path.partition(".")
        section = self.sections.get(section_name)
        if section is None or section.is_list:
            return None
        return section.attributes.get(name)

    def term(self, kind: str, name: str) -> Term | None:
        """The term of that kind and name, or None."""
        return self.terms.get(kind, {}).get(name)

    def within(self, kind: str, name: str) -> frozenset[str]:
        """The term and every more special term of its kind."""
        return self._within.get(kind, {}).get(name, frozenset({name}))

    @cached_property
    def _within(self) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """Of each term, by its kind, itself and every term from which ``is-a`` leads to it."""
        found: dict[str, dict[str, frozenset[str]]] = {}
        for kind, terms in self.terms.items():
            below: dict[str, set[str]] = {name: {name} for name in terms}
            for name in terms:
                at, met = name, {name}
                while at in terms and terms[at].is_a and terms[at].is_a not in met:
                    at = terms[at].is_a
                    met.add(at)
                    below.setdefault(at, {at}).add(name)
            found[kind] = {name: frozenset(names) for name, names in below.items()}
        return found

    def domain(self, type_: FieldType) -> tuple[str, ...]:
        """Every value that a field of terms or words can hold; empty for an unbounded type."""
        if type_.kind in ("term", "set of terms"):
            return tuple(self.terms.get(type_.of, {}))
        if type_.kind == "one of":
            return type_.words
        return ()


def exactly(value: Fraction, unit: Unit) -> Interval:
    """The interval that holds one value."""
    return Interval(value, value, False, False, unit)
