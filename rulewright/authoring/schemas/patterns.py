"""The schemas of what stands under `when` and `unless`: patterns, and the constraints on their fields."""

from __future__ import annotations

from collections.abc import Mapping

from engine.loading.constraints import MEMBER
from engine.loading.counts import UNCOUNTED
from engine.loading.patterns import ORDERS
from engine.model.vocabulary import Attribute, FieldType, Section, Vocabulary
from rulewright.authoring.schemas.facts import given
from rulewright.authoring.schemas.forms import (
    A_VARIABLE,
    BOOLEAN,
    CONCLUSION,
    DATUM,
    FACT,
    NUMBER,
    PATTERN,
    TERM,
    Schema,
    closed,
    described,
    fields_of,
    naming_keys,
    one_of,
    reference,
    several,
)
from rulewright.authoring.schemas.words import data, explained, said, term, word

COMPARISON: Schema = {
    "type": "string",
    "pattern": "^(<=|>=|==|!=|<|>)",
    "description": 'a comparison, such as ">= 24 h"',
    "x-names": DATUM,
}
RECORDED = one_of({"known": "it is recorded, or claimed", "unknown": "it is not"})
FACT_TYPE, MODALITY = FieldType("fact"), FieldType("term", "modality")
ANYTHING: Schema = {"not": {"type": "null"}}


class Patterns:
    """The schemas of the patterns that a vocabulary makes possible."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        kinds = vocabulary.conclusions
        self.relations = {name: kind.key for name, kind in kinds.items()}
        self.argued = {name: kind.key for name, kind in kinds.items() if kind.argued}
        for key in self.argued.values():
            self.relations.setdefault("withheld", key)
            self.relations.setdefault("conflict", key)
        self.constraints: dict[str, Schema] = {}
        self.begun = self.patterns()

    def definitions(self) -> dict[str, Schema]:
        """The parts that stand in more than one place."""
        counted = {name: reference(f"pattern-{name}") for name in self.begun if name not in UNCOUNTED}
        member = closed(counted, minProperties=1, maxProperties=1, **naming_keys(PATTERN))
        patterns = {f"pattern-{name}": body for name, body in self.begun.items()}
        return (
            patterns
            | {
                "fact-pattern": self.fact(),
                "test-pattern": self.test(),
                "count-pattern": self.count({"anyOf": [self.named_member(), reference("member")]}),
                "sum-pattern": self.count(
                    closed(
                        {"points": NUMBER, "if": {"anyOf": [self.named_member(), reference("member")]}},
                        ["points", "if"],
                    )
                ),
                "member": member,
            }
            | self.constraints
        )

    def words(self) -> dict[str, Schema]:
        """Every word with which a pattern begins, each with a reference to what follows it."""
        return {name: reference(f"pattern-{name}") for name in self.begun}

    def patterns(self) -> dict[str, Schema]:
        """Every word with which a pattern begins, and what follows it."""
        vocabulary = self.vocabulary
        found: dict[str, Schema] = {
            "fact": described(reference("fact-pattern"), "an admitted fact claims so"),
            "test": described(reference("test-pattern"), "a datum, a declared quantity or a field of an item passes"),
            "datum": described(self.datum(), "the datum whose path a claim gives passes"),
            "population": described(
                closed({"of": A_VARIABLE}, ["of"]), "the case is one of those of whom the fact speaks"
            ),
            "count": described(reference("count-pattern"), "so many of these hold"),
            "sum": described(reference("sum-pattern"), "the points of those that hold"),
        }
        if self.argued:
            found["for"] = described(self.argument(), "something argues for it")
            found["against"] = described(self.argument(), "something argues against it")
        for section in vocabulary.sections.values():
            shown = section.label or section.name
            if section.is_list:
                found[section.item] = described(self.item(section), f"some item of: {shown}")
            else:
                found[section.name] = described(self.record(section), f"data of: {shown}")
        for name, key in self.relations.items():
            kind = vocabulary.conclusions.get(name)
            label = (kind.label if kind is not None else "") or f"the conclusion {name}"
            found[name] = described(self.conclusion(key), label)
        return found

    # Patterns --------------------------------------------------------------------------------------------------------

    def fact(self) -> Schema:
        """A claim of a fact: its kind, or a list of kinds, decides which fields there are."""
        kind = reference("claim-kind")
        beside = {
            "claim": {"anyOf": [kind, several(kind, 1, once=False)]},
            "is": described(self.constraint(FACT_TYPE, "fact"), "binds the fact, or says which"),
            "modality": described(self.constraint(MODALITY, "fact"), "its modality"),
        }
        forms = []
        every: dict[str, list[Schema]] = {}
        for name, declared in self.vocabulary.claims.items():
            own = {field: self.constraint(type_, "fact") for field, type_ in declared.fields.items()}
            forms.append(given("claim", name, closed(beside | own)))
            for field, constraint in own.items():
                if constraint not in every.setdefault(field, []):
                    every[field].append(constraint)
        union = {field: _any(forms_) for field, forms_ in every.items()}
        several_kinds = {"if": {"properties": {"claim": {"type": "array"}}}, "then": closed(beside | union)}
        return {"type": "object", "required": ["claim"], "properties": beside, "allOf": [*forms, several_kinds]}

    def test(self) -> Schema:
        """Tests of data by their paths, and of fields of items by a variable."""
        data_ = {path: described(self.of_path(path), text) for path, text in data(self.vocabulary).items()}
        fields: dict[str, list[Schema]] = {}
        for section in self.vocabulary.items.values():
            for attribute in section.attributes.values():
                fields.setdefault(attribute.name, []).append(self.of_case(attribute))
        patterns = {rf"^\$[A-Za-z][A-Za-z0-9-]*\.{name}$": _any(forms) for name, forms in fields.items()}
        return closed(data_, minProperties=1, patternProperties=patterns, **naming_keys(DATUM))

    def of_path(self, path: str) -> Schema:
        """A constraint on a datum or a declared quantity."""
        attribute = self.vocabulary.attribute(path)
        return self.constraint(FieldType("quantity"), "case") if attribute is None else self.of_case(attribute)

    def datum(self) -> Schema:
        """A datum that a path or a variable names."""
        return closed({"is": {"anyOf": [A_VARIABLE, reference("datum")]}, "value": ANYTHING}, ["is", "value"])

    def record(self, section: Section) -> Schema:
        """Data of a record."""
        fields = {
            attribute.name: described(self.of_case(attribute), said(attribute))
            for attribute in section.attributes.values()
        }
        return closed(fields, minProperties=1, **fields_of(section.name))

    def item(self, section: Section) -> Schema:
        """An item of a list."""
        fields: dict[str, Schema] = {"is": described(A_VARIABLE, "the variable that stands for the item")}
        if section.order:
            fields["order"] = described(one_of(ORDERS), "which of those that pass")
        for attribute in section.attributes.values():
            fields[attribute.name] = described(self.of_case(attribute), said(attribute))
        return closed(fields, **fields_of(section.name))

    def conclusion(self, key: Mapping[str, FieldType]) -> Schema:
        """A conclusion by fields of its key; where there is one field, its value alone will do."""
        long = closed({name: self.constraint(type_, "conclusion") for name, type_ in key.items()})
        if len(key) != 1:
            return long
        (type_,) = key.values()
        return {"anyOf": [self.short(type_), long]}

    def short(self, type_: FieldType) -> Schema:
        """The value of the one field of a key."""
        return {"anyOf": [self.value(type_), A_VARIABLE]}

    def argument(self) -> Schema:
        """An argument for or against the conclusion that is argued."""
        argued = {
            name: closed({field: self.constraint(type_, "conclusion") for field, type_ in key.items()})
            for name, key in self.argued.items()
        }
        return closed(argued, minProperties=1, maxProperties=1, **naming_keys(CONCLUSION))

    def count(self, member: Schema) -> Schema:
        """Bounds on how many members hold, or on their points."""
        fields = {"at_least": NUMBER, "at_most": NUMBER, "of": several(member, 1, once=False)}
        return closed(fields, ["of"], anyOf=[{"required": ["at_least"]}, {"required": ["at_most"]}])

    def named_member(self) -> Schema:
        """A term that alone names a conclusion."""
        kinds = {type_.of: None for key in self.relations.values() for type_ in key.values() if len(key) == 1}
        words = {
            name: explained(found)
            for kind in kinds
            for name, found in self.vocabulary.terms.get(kind, {}).items()
            if kind
        }
        roles = [TERM + kind for kind in kinds if kind in self.vocabulary.terms]
        return one_of(words, roles[0] if len(roles) == 1 else "")

    # Constraints -----------------------------------------------------------------------------------------------------

    def of_case(self, attribute: Attribute) -> Schema:
        """A constraint on a datum."""
        return self.constraint(attribute.type, "case")

    def constraint(self, type_: FieldType, of: str) -> Schema:
        """What a pattern may ask of a field of a claim (``fact``), a conclusion or the case."""
        if type_.kind == "any":
            return ANYTHING
        made = self.made(type_, of)
        name = next((name for name, known in self.constraints.items() if known == made), "")
        name = name or f"{of}-{type_.kind}-{type_.of or len(self.constraints)}".replace(" ", "-")
        self.constraints[name] = made
        return reference(name)

    def made(self, type_: FieldType, of: str) -> Schema:
        """The schema of a constraint."""
        forms: list[Schema] = [A_VARIABLE]
        if of != "conclusion":
            forms.append(RECORDED)
        values = () if type_.kind in ("quantity", "range", "time") else (self.value(type_),)
        for value in values:
            forms = [value, several(value, 1, once=False), *forms]
        if type_.kind in ("quantity", "range", "number", "time"):
            forms.append(COMPARISON)
        return {"anyOf": [*forms, self.long(type_, of, *values)]}

    def long(self, type_: FieldType, of: str, *values: Schema) -> Schema:
        """The constraints that are mappings."""
        longs: dict[str, Schema] = {}
        for value in values:
            longs["any_of"] = described(several(value, 1, once=False), "any of these")
        terms = type_.kind in ("term", "set of terms")
        member = self.vocabulary.claims.get(MEMBER)
        own = member.fields if member is not None else {}
        if terms and {"member", "class"} <= {*own} and own["member"].of == type_.of:
            longs["class"] = described(term(self.vocabulary, own["class"].of), "a member of this class")
        if terms:
            longs["within"] = described(term(self.vocabulary, type_.of), "this term, or a more special one")
        if of == "fact":
            longs["optional"] = described(A_VARIABLE, "bound where the claim states it")
        bound = {"anyOf": [A_VARIABLE, *values]}
        return closed(
            {"is": described(bound, "binds, beside what restricts"), **longs}, minProperties=1, maxProperties=2
        )

    def value(self, type_: FieldType) -> Schema:
        """A value that a field can hold."""
        if type_.kind in ("boolean", "finding"):
            return BOOLEAN
        if type_.kind == "number":
            return NUMBER
        if type_.kind == "fact":
            return {"type": "string", "pattern": r"^[^$]", "x-names": FACT}
        return word(self.vocabulary, type_)


def _any(forms: list[Schema]) -> Schema:
    return forms[0] if len(forms) == 1 else {"anyOf": forms}
