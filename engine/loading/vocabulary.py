"""Reads `kb/vocabulary/`: terms, claim kinds, the shape of a case, conclusions, quantities, prohibitions, headings."""

from __future__ import annotations

from typing import Any

from engine.errors import Findings, Location, did_you_mean, listed
from engine.fields import Fields, mapping_of, text_of
from engine.loading.types import field_type, quantity_of, unit_of
from engine.model.vocabulary import (
    Attribute,
    ClaimKind,
    Code,
    ConclusionKind,
    DeclaredQuantity,
    FieldType,
    Headings,
    Section,
    Term,
    Vocabulary,
)
from engine.reading import Mapping, Node, Scalar

PARTS = ("terms", "claims", "case", "conclusions", "quantities", "prohibitions", "headings")
MERGES = ("strongest", "all", "first")
RESERVED_SECTIONS = frozenset(
    {"fact", "test", "datum", "population", "count", "sum", "for", "against", "as-of", "title", "times", "case"}
)


class VocabularyReader:
    """Collects the vocabulary over any number of files; `finish` checks what spans them."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.terms: dict[str, dict[str, Term]] = {}
        self.claims: dict[str, ClaimKind] = {}
        self.sections: dict[str, Section] = {}
        self.conclusions: dict[str, ConclusionKind] = {}
        self.quantities: dict[str, DeclaredQuantity] = {}
        self.prohibitions: dict[str, dict[str, object]] = {}
        self.headings = Headings()

    def read(self, root: Mapping) -> None:
        """Take in one file."""
        fields = Fields(root, "a vocabulary file", self.findings)
        for part in PARTS:
            node = fields.mapping(part)
            if node is not None:
                getattr(self, f"_{part}")(node)
        fields.done()

    def finish(self) -> Vocabulary:
        """The vocabulary, with every cross-reference inside it checked."""
        vocabulary = Vocabulary(
            self.terms, self.claims, self.sections, self.conclusions, self.quantities, self.prohibitions, self.headings
        )
        self._check(vocabulary)
        return vocabulary

    def _new(self, table: dict[str, Any], name: str, place: Location, what: str) -> bool:
        if name in table:
            self.findings.add("duplicate-id", place, f"the {what} `{name}` is declared twice", "each once", f"first at {table[name].location}")
            return False
        return True

    def _terms(self, node: Mapping) -> None:
        for kind, terms in node.entries.items():
            table = self.terms.setdefault(kind, {})
            declared = mapping_of(terms, f"the terms of kind `{kind}`", self.findings)
            if declared is None:
                continue
            for name, body in declared.entries.items():
                if self._new(table, name, declared.keys[name], kind):
                    table[name] = self._term(kind, name, body, declared.keys[name])

    def _term(self, kind: str, name: str, node: Node, place: Location) -> Term:
        if isinstance(node, Scalar):
            return Term(kind, name, text_of(node, f"the label of `{name}`", self.findings) or "", location=place)
        body = mapping_of(node, f"the {kind} `{name}`", self.findings)
        if body is None:
            return Term(kind, name, location=place)
        fields = Fields(body, f"the {kind} `{name}`", self.findings)
        term = Term(
            kind,
            name,
            label=fields.words("label"),
            note=fields.words("note"),
            is_a=fields.text("is-a"),
            synonyms=fields.texts("synonyms"),
            codes=self.codes(fields),
            because=fields.texts("because"),
            when_false=fields.text("else"),
            when_unknown=fields.text("missing"),
            status=fields.text("status"),
            location=place,
        )
        fields.done()
        return term

    def codes(self, fields: Fields) -> tuple[Code, ...]:
        """The codes of a term or attribute."""
        found = []
        for node in fields.sequence("codes"):
            body = mapping_of(node, f"a code of {fields.what}", self.findings)
            if body is None:
                continue
            inner = Fields(body, f"a code of {fields.what}", self.findings)
            found.append(Code(inner.text("system", True), inner.words("code", True), inner.words("status", True), inner.words("note")))
            inner.done()
        return tuple(found)

    def _claims(self, node: Mapping) -> None:
        for name, body in node.entries.items():
            place = node.keys[name]
            inner = mapping_of(body, f"the claim kind `{name}`", self.findings)
            if inner is None or not self._new(self.claims, name, place, "claim kind"):
                continue
            fields = Fields(inner, f"the claim kind `{name}`", self.findings)
            types = self._field_types(fields, "fields")
            required = fields.texts("required")
            unstated = self._texts(fields, "unstated")
            for field in (*required, *unstated):
                self._known(field, types, fields.place("required"), "field")
            self.claims[name] = ClaimKind(name, types, required, fields.words("label"), unstated, place)
            fields.done()

    def _texts(self, fields: Fields, name: str) -> dict[str, str]:
        node = fields.mapping(name)
        if node is None:
            return {}
        return {key: text_of(value, f"`{key}`", self.findings) or "" for key, value in node.entries.items()}

    def _field_types(self, fields: Fields, name: str) -> dict[str, FieldType]:
        node = fields.mapping(name)
        if node is None:
            return {}
        return {key: field_type(value, f"the field `{key}`", self.findings) for key, value in node.entries.items()}

    def _case(self, node: Mapping) -> None:
        for name, body in node.entries.items():
            place = node.keys[name]
            inner = mapping_of(body, f"the section `{name}`", self.findings)
            if inner is None or not self._new(self.sections, name, place, "section"):
                continue
            if name in RESERVED_SECTIONS:
                self.findings.add("reserved-name", place, f"`{name}` is a word of the language", "another name for the section")
            fields = Fields(inner, f"the section `{name}`", self.findings)
            attributes: dict[str, Attribute] = {}
            declared = fields.mapping("attributes", True)
            if declared is not None:
                attributes = {
                    key: self._attribute(key, value, declared.keys[key]) for key, value in declared.entries.items()
                }
            section = Section(
                name,
                attributes,
                item=fields.text("item"),
                key=fields.texts("key"),
                order=fields.text("order"),
                missing=fields.text("missing"),
                label=fields.words("label"),
                location=place,
            )
            fields.done()
            for field in (*section.key, *((section.order,) if section.order else ())):
                self._known(field, attributes, place, "attribute")
            self.sections[name] = section

    def _attribute(self, name: str, node: Node, place: Location) -> Attribute:
        body = mapping_of(node, f"the attribute `{name}`", self.findings)
        if body is None:
            return Attribute(name, FieldType("text"), location=place)
        fields = Fields(body, f"the attribute `{name}`", self.findings)
        type_ = field_type(body, f"the attribute `{name}`", self.findings, fields)
        stale_after = quantity_of(fields.node_of("valid-for"), f"`valid-for` of `{name}`", self.findings)
        attribute = Attribute(
            name,
            type_,
            label=fields.words("label"),
            absent=self._absent(fields, type_),
            required=fields.boolean("required"),
            missing=fields.text("missing"),
            stale_after=stale_after,
            stale=fields.text("stale"),
            because=fields.texts("because"),
            codes=self.codes(fields),
            since=fields.text("since"),
            location=place,
        )
        fields.done()
        return attribute

    def _absent(self, fields: Fields, type_: FieldType) -> bool | str | None:
        node = fields.node_of("absent")
        if node is None:
            return None
        expected: dict[str, bool | str] = {"boolean": False, "set of terms": "empty", "time": "never"}
        if isinstance(node, Scalar) and type_.kind in expected and node.value == expected[type_.kind]:
            return expected[type_.kind]
        shown = {kind: str(value).lower() for kind, value in expected.items()}
        self.findings.add(
            "absent",
            node.location,
            f"absence of {fields.what} cannot mean that",
            f"`absent: {shown[type_.kind]}`, or no `absent` (unknown)" if type_.kind in shown else "no `absent`: absence of a measurement is unknown",
        )
        return None

    def _conclusions(self, node: Mapping) -> None:
        for name, body in node.entries.items():
            place = node.keys[name]
            inner = mapping_of(body, f"the conclusion `{name}`", self.findings)
            if inner is None or not self._new(self.conclusions, name, place, "conclusion"):
                continue
            fields = Fields(inner, f"the conclusion `{name}`", self.findings)
            key = self._field_types(fields, "key")
            annotations = self._texts(fields, "annotations")
            for annotation, merge in annotations.items():
                if merge not in MERGES:
                    self.findings.add("unknown-term", fields.place("annotations"), f"`{merge}` is no way to merge `{annotation}`", f"one of {listed(MERGES)}", did_you_mean(merge, MERGES))
            if not key:
                self.findings.add("missing-field", place, f"the conclusion `{name}` has no key", "a mapping `key` of field to type")
            self.conclusions[name] = ConclusionKind(
                name,
                key,
                annotations,
                label=fields.words("label"),
                argued=fields.choice("argued", ("against", "for", "none")),
                template=fields.words("template"),
                section=fields.words("section"),
                asked_for=fields.boolean("ask"),
                location=place,
            )
            fields.done()

    def _quantities(self, node: Mapping) -> None:
        for name, body in node.entries.items():
            place = node.keys[name]
            inner = mapping_of(body, f"the quantity `{name}`", self.findings)
            if inner is None or not self._new(self.quantities, name, place, "quantity"):
                continue
            fields = Fields(inner, f"the quantity `{name}`", self.findings)
            formula = fields.text("formula", True)
            unit = unit_of(fields.node_of("unit", True), f"the unit of `{name}`", self.findings)
            because = fields.texts("because", True)
            label = fields.words("label")
            fields.done()
            if unit is not None and formula:
                self.quantities[name] = DeclaredQuantity(name, formula, unit, label, because, fields.place("formula"))

    def _prohibitions(self, node: Mapping) -> None:
        for name, body in node.entries.items():
            inner = mapping_of(body, f"the prohibition `{name}`", self.findings)
            if inner is None:
                continue
            fields = Fields(inner, f"the prohibition `{name}`", self.findings)
            entry: dict[str, object] = {"sentence": fields.words("sentence", True), "because": fields.texts("because"), "location": node.keys[name]}
            for part in ("no-dose", "not-cited", "no-order"):
                found = fields.mapping(part)
                if found is not None:
                    inside = Fields(found, f"`{part}` of {fields.what}", self.findings)
                    entry[part] = {key: inside.texts(key) if not isinstance(value, Scalar) else inside.words(key) for key, value in found.entries.items()}
            if not {"no-dose", "not-cited", "no-order"} & entry.keys():
                self.findings.add("missing-field", node.keys[name], f"{fields.what} says nothing that can be tested", "`no-dose`, `not-cited` or `no-order`")
            fields.done()
            self.prohibitions[name] = entry

    def _headings(self, node: Mapping) -> None:
        fields = Fields(node, "`headings`", self.findings)
        self.headings = Headings(
            conclusion=fields.text("conclusion", True),
            completed=fields.text("completed"),
            completed_code=fields.text("completed-code"),
            running=fields.text("running"),
            remark=fields.text("remark"),
            dose=fields.text("dose"),
            no_dose=fields.text("no-dose"),
            asked=fields.text("asked"),
            subject=fields.text("subject"),
            unclaimed_code=fields.text("unclaimed-code"),
            known_by=fields.texts("known-by"),
            dosing=fields.text("dosing"),
            list_section=fields.text("given"),
            marks=fields.texts("marks"),
            running_status=self._texts(fields, "running-status"),
        )
        fields.done()

    def _known(self, name: str, known: Any, place: Location, what: str) -> None:
        if name not in known:
            self.findings.add("unknown-term", place, f"`{name}` is not a declared {what}", f"one of {listed(known)}", did_you_mean(name, known))

    def _check(self, vocabulary: Vocabulary) -> None:
        for kind in vocabulary.terms.values():
            for term in kind.values():
                if term.is_a:
                    self._known(term.is_a, kind, term.location, term.kind)
                    if term.is_a == term.name or term.name in _ancestors(kind, term):
                        self.findings.add("cycle", term.location, f"`{term.name}` is a kind of itself", "a term above it")
                for code in (term.when_false, term.when_unknown):
                    if code:
                        self._known(code, vocabulary.terms.get("reason", {}), term.location, "reason")
        types = [(t, c.location) for c in self.claims.values() for t in c.fields.values()]
        types += [(a.type, a.location) for s in self.sections.values() for a in s.attributes.values()]
        types += [(t, c.location) for c in self.conclusions.values() for t in c.key.values()]
        for type_, place in types:
            if type_.kind in ("term", "set of terms") and type_.of:
                self._known(type_.of, vocabulary.terms, place, "kind of term")
        for section in self.sections.values():
            for attribute in section.attributes.values():
                for code in (attribute.missing, attribute.stale):
                    if code:
                        self._known(code, vocabulary.terms.get("reason", {}), attribute.location, "reason")
                if attribute.since:
                    self._known(attribute.since, section.attributes, attribute.location, "attribute")
            if section.missing:
                self._known(section.missing, vocabulary.terms.get("reason", {}), section.location, "reason")
        self._check_names()
        head = vocabulary.headings
        for name in (head.conclusion, head.completed, head.running, head.remark, head.dose, head.no_dose, *head.marks):
            if name:
                self._known(name, vocabulary.conclusions, Location(), "conclusion")

    def _check_names(self) -> None:
        """A pattern is told by its first word, so sections, items and conclusions share one space of names."""
        taken = {name: "a section" for name in self.sections}
        for section in self.sections.values():
            if section.item and section.item != section.name:
                if section.item in taken or section.item in RESERVED_SECTIONS:
                    self.findings.add("duplicate-id", section.location, f"`{section.item}` has another meaning already", "another name for an item")
                taken[section.item] = "an item"
        for conclusion in self.conclusions.values():
            if conclusion.name in taken or conclusion.name in RESERVED_SECTIONS:
                meaning = taken.get(conclusion.name, "a word of the language")
                self.findings.add("duplicate-id", conclusion.location, f"`{conclusion.name}` is {meaning} already", "another name for the conclusion")


def _ancestors(kind: dict[str, Term] | Any, term: Term) -> set[str]:
    found: set[str] = set()
    at = term.is_a
    while at and at not in found and at in kind:
        found.add(at)
        at = kind[at].is_a
    return found
