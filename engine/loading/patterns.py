"""Reads the patterns of rules: the left-hand words of a condition and the constraints on their fields."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingType
from fractions import Fraction

from engine.errors import Findings, Location, did_you_mean, listed
from engine.fields import Fields, kind_of, text_of
from engine.loading.facts import paths
from engine.model.quantity import QuantityError, parse_quantity
from engine.model.rule import (
    Compare,
    ConclusionPattern,
    Constraint,
    CountPattern,
    DatumPattern,
    FactPattern,
    ItemPattern,
    ItemTest,
    OfClass,
    OneOf,
    Optional,
    Pattern,
    PopulationPattern,
    Recorded,
    Reference,
    Variable,
    Within,
)
from engine.model.unit import UnitError
from engine.model.vocabulary import FieldType, Section, Vocabulary
from engine.reading import Mapping, Node, Scalar, Sequence

VARIABLE = re.compile(r"\$([A-Za-z][A-Za-z0-9-]*)\Z")
ITEM_FIELD = re.compile(r"\$([A-Za-z][A-Za-z0-9-]*)\.([A-Za-z][A-Za-z0-9-]*)\Z")
COMPARISON = re.compile(r"(<=|>=|==|!=|<|>)\s*(.*)\Z")
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?\Z")
TEXT = FieldType("text")
ORDERS = ("first", "latest")
FACT_FIELDS = ("is", "modality")


class PatternReader:
    """Reads the patterns of one rule; ``items`` remembers which section each item variable ranges over."""

    def __init__(self, vocabulary: Vocabulary, findings: Findings, what: str) -> None:
        self.vocabulary = vocabulary
        self.findings = findings
        self.what = what
        self.items: dict[str, Section] = {}

    def words(self) -> tuple[str, ...]:
        """The words with which a pattern can begin."""
        vocabulary = self.vocabulary
        records = (section.name for section in vocabulary.sections.values() if not section.is_list)
        return ("fact", "test", "datum", "population", "count", "sum", "for", "against", *records, *vocabulary.items, *self.relations())

    def relations(self) -> dict[str, dict[str, FieldType]]:
        """Key fields of every conclusion that a rule can read, `withheld` and `conflict` among them."""
        found = {name: dict(kind.key) for name, kind in self.vocabulary.conclusions.items()}
        for kind in self.vocabulary.conclusions.values():
            if kind.argued:
                found.setdefault("withheld", dict(kind.key))
                found.setdefault("conflict", dict(kind.key))
        return found

    def patterns(self, word: str, node: Node, place: Location) -> list[Pattern]:
        """The pattern or patterns (a record or a test may constrain several data) that begin with ``word``."""
        vocabulary = self.vocabulary
        if word in ("count", "sum"):
            return self.count(word, node)
        if isinstance(node, Scalar) and isinstance(node.value, str) and word in self.relations():
            return self.short_conclusion(word, node)
        if not isinstance(node, Mapping):
            self.findings.add("type", node.location, f"`{word}` of {self.what} is {kind_of(node)}", "a mapping of fields")
            return []
        if word == "fact":
            return self.fact(node)
        if word == "test":
            return [found for key in node.entries if (found := self.test(key, node)) is not None]
        if word == "datum":
            return self.datum(node)
        if word == "population":
            return self.population(node)
        if word in ("for", "against"):
            return self.argument(word, node)
        if word in vocabulary.items:
            return self.item(vocabulary.items[word], node)
        if word in vocabulary.sections:
            return [found for key in node.entries if (found := self.record(word, key, node)) is not None]
        relations = self.relations()
        if word in relations:
            return [self.conclusion(word, relations[word], node)]
        self.findings.add("unknown-pattern", place, f"`{word}` begins no pattern", f"one of {listed(self.words(), 30)}", did_you_mean(word, self.words()))
        return []

    def short_conclusion(self, word: str, node: Scalar) -> list[Pattern]:
        key = self.relations()[word]
        if len(key) != 1:
            self.findings.add("type", node.location, f"`{word}` has several key fields", f"a mapping with {listed(key)}")
            return []
        (name, type_), = key.items()
        constraint = self.constraint(node, type_, f"`{name}` of `{word}`")
        return [] if constraint is None else [ConclusionPattern(word, ((name, constraint),))]

    def fact(self, node: Mapping) -> list[Pattern]:
        kinds_node = node.get("claim")
        kinds = self.one_or_many(kinds_node, "`claim` of `fact`") if kinds_node is not None else ()
        if kinds_node is None:
            self.findings.add("missing-field", node.location, "`fact` does not say which kind of `claim`", f"one of {listed(self.vocabulary.claims)}")
        known: dict[str, FieldType] = {"is": TEXT, "modality": FieldType("term", "modality")}
        for kind in kinds:
            declared = self.vocabulary.claims.get(kind)
            if declared is None:
                place = kinds_node.location if kinds_node is not None else node.location
                self.findings.add("unknown-term", place, f"`{kind}` is not a declared kind of claim", f"one of {listed(self.vocabulary.claims)}", did_you_mean(kind, self.vocabulary.claims))
                return []
            known |= declared.fields
        constraints = self.constraints(node, known, "fact", skip=("claim",))
        return [FactPattern(kinds, constraints)]

    def one_or_many(self, node: Node, what: str) -> tuple[str, ...]:
        nodes = node.items if isinstance(node, Sequence) else (node,)
        return tuple(found for item in nodes if (found := text_of(item, what, self.findings)) is not None)

    def constraints(
        self, node: Mapping, known: MappingType[str, FieldType], word: str, skip: tuple[str, ...] = ()
    ) -> tuple[tuple[str, Constraint], ...]:
        found = []
        for name, value in node.entries.items():
            if name in skip:
                continue
            if name not in known:
                self.findings.add("unknown-field", node.keys[name], f"`{word}` has no field `{name}`", f"one of {listed((*known, *skip), 20)}", did_you_mean(name, (*known, *skip)))
                continue
            for part in self.parts(value):
                constraint = self.constraint(part, known[name], f"`{name}` of `{word}`")
                if constraint is not None:
                    found.append((name, constraint))
        return tuple(found)

    def parts(self, node: Node) -> tuple[Node, ...]:
        """`{is: $x, any_of: […]}` binds and restricts: two constraints on one field."""
        if isinstance(node, Mapping) and "is" in node.entries and len(node.entries) == 2:
            rest = {name: value for name, value in node.entries.items() if name != "is"}
            return node.entries["is"], Mapping(rest, node.keys, node.location)
        return (node,)

    def record(self, section: str, name: str, node: Mapping) -> Pattern | None:
        attribute = self.vocabulary.sections[section].attributes.get(name)
        if attribute is None:
            known = self.vocabulary.sections[section].attributes
            self.findings.add("unknown-field", node.keys[name], f"`{section}` has no attribute `{name}`", f"one of {listed(known, 20)}", did_you_mean(name, known))
            return None
        constraint = self.constraint(node.entries[name], attribute.type, f"`{section}.{name}`")
        return None if constraint is None else DatumPattern(f"{section}.{name}", constraint)

    def test(self, key: str, node: Mapping) -> Pattern | None:
        place, value = node.keys[key], node.entries[key]
        match = ITEM_FIELD.match(key)
        if match:
            section = self.items.get(match[1])
            if section is None:
                self.findings.add("unbound-variable", place, f"nothing before this condition binds `${match[1]}` to an item", f"an earlier pattern such as `{next(iter(self.vocabulary.items), 'item')}: {{is: ${match[1]}}}`", did_you_mean(match[1], self.items))
                return None
            attribute = section.attributes.get(match[2])
            if attribute is None:
                self.findings.add("unknown-field", place, f"an item of `{section.name}` has no field `{match[2]}`", f"one of {listed(section.attributes, 20)}", did_you_mean(match[2], section.attributes))
                return None
            constraint = self.constraint(value, attribute.type, f"`{key}`")
            return None if constraint is None else ItemTest(Variable(match[1]), match[2], constraint)
        type_ = self.path_type(key, place)
        if type_ is None:
            return None
        constraint = self.constraint(value, type_, f"`{key}`")
        return None if constraint is None else DatumPattern(key, constraint)

    def path_type(self, path: str, place: Location) -> FieldType | None:
        """The type of a datum or declared quantity; None with a problem recorded."""
        quantity = self.vocabulary.quantities.get(path)
        if quantity is not None:
            return FieldType("quantity", unit=quantity.unit)
        attribute = self.vocabulary.attribute(path)
        if attribute is None:
            known = (*paths(self.vocabulary), *self.vocabulary.quantities)
            self.findings.add("unknown-term", place, f"`{path}` is no datum of the case and no declared quantity", "section.attribute, $item.field or a declared quantity", did_you_mean(path, known))
            return None
        return attribute.type

    def datum(self, node: Mapping) -> list[Pattern]:
        fields = Fields(node, f"`datum` of {self.what}", self.findings)
        path = fields.text("is", True)
        value = fields.node_of("value", True)
        fields.done()
        if not path or value is None:
            return []
        match = VARIABLE.match(path)
        type_ = FieldType("any") if match else self.path_type(path, fields.place("is"))
        if type_ is None:
            return []
        constraint = self.constraint(value, type_, "`value` of `datum`")
        return [] if constraint is None else [DatumPattern(Variable(match[1]) if match else path, constraint)]

    def population(self, node: Mapping) -> list[Pattern]:
        fields = Fields(node, f"`population` of {self.what}", self.findings)
        text = fields.text("of", True)
        fields.done()
        match = VARIABLE.match(text)
        if not match:
            self.findings.add("type", node.location, "`population` takes a fact's variable", "`population: {of: $fact}` after `fact: {is: $fact, …}`")
            return []
        return [PopulationPattern(Variable(match[1]))]

    def argument(self, side: str, node: Mapping) -> list[Pattern]:
        argued = {name: kind for name, kind in self.vocabulary.conclusions.items() if kind.argued}
        for name, value in node.entries.items():
            if name in argued and isinstance(value, Mapping):
                found = self.conclusion(name, dict(argued[name].key), value)
                return [ConclusionPattern(found.relation, found.constraints, side)]
        self.findings.add("type", node.location, f"`{side}` names no conclusion that is argued for and against", f"one of {listed(argued)}")
        return []

    def conclusion(self, word: str, key: dict[str, FieldType], node: Mapping) -> ConclusionPattern:
        return ConclusionPattern(word, self.constraints(node, key, word))

    def item(self, section: Section, node: Mapping) -> list[Pattern]:
        variable = None
        bound = node.get("is")
        if bound is not None:
            text = text_of(bound, f"`is` of `{section.item}`", self.findings) or ""
            match = VARIABLE.match(text)
            if match is None:
                self.findings.add("type", bound.location, f"`is` of `{section.item}` is no variable", "a variable such as `$c`")
            else:
                variable = Variable(match[1])
                if match[1] in self.items:
                    self.findings.add("duplicate-id", bound.location, f"`{variable}` names another item already", "a new variable")
                self.items[match[1]] = section
        order = ""
        order_node = node.get("order")
        if order_node is not None:
            order = text_of(order_node, "`order`", self.findings) or ""
            if order not in ORDERS:
                self.findings.add("unknown-term", order_node.location, f"`{order}` is no order", "`first` or `latest`", did_you_mean(order, ORDERS))
            elif not section.order:
                self.findings.add("no-order", order_node.location, f"the vocabulary declares no `order` for `{section.name}`", "a field of type time named as its `order`")
        types = {name: attribute.type for name, attribute in section.attributes.items()}
        return [ItemPattern(section.item, variable, self.constraints(node, types, section.item, skip=("is", "order")), order)]

    def count(self, word: str, node: Node) -> list[Pattern]:
        if not isinstance(node, Mapping):
            self.findings.add("type", node.location, f"`{word}` of {self.what} is {kind_of(node)}", "a mapping with `at_least` or `at_most`, and `of`")
            return []
        fields = Fields(node, f"`{word}` of {self.what}", self.findings)
        at_least, at_most = fields.number("at_least"), fields.number("at_most")
        if at_least is None and at_most is None:
            self.findings.add("missing-field", node.location, f"`{word}` has no bound", "`at_least`, `at_most` or both")
        members = []
        for item in fields.sequence("of", True):
            found = self.points(item) if word == "sum" else self.member(item)
            if found is not None:
                members.append(found if isinstance(found, tuple) else (Fraction(1), found))
        fields.done()
        return [CountPattern(tuple(members), at_least, at_most, word == "sum")] if members else []

    def points(self, node: Node) -> tuple[Fraction, Pattern] | None:
        if not isinstance(node, Mapping):
            self.findings.add("type", node.location, f"an item of `sum` is {kind_of(node)}", "{points: …, if: …}")
            return None
        fields = Fields(node, "an item of `sum`", self.findings)
        points, inner = fields.number("points", True), fields.node_of("if", True)
        fields.done()
        pattern = self.member(inner) if inner is not None else None
        return None if points is None or pattern is None else (points, pattern)

    def member(self, node: Node) -> Pattern | None:
        """A situation by its name, or a pattern; it must not bind anything."""
        if isinstance(node, Scalar) and isinstance(node.value, str):
            return self.named_member(node)
        if not isinstance(node, Mapping) or len(node.entries) != 1:
            self.findings.add("type", node.location, f"a member is {kind_of(node)}", "the name of a situation, or one pattern")
            return None
        (word, inner), = node.entries.items()
        if word == "fact" or word in ("count", "sum", "population"):
            self.findings.add("type", node.location, f"`{word}` cannot be counted", "a datum, an item, a test or a conclusion")
            return None
        found = self.patterns(word, inner, node.keys[word])
        if len(found) > 1:
            self.findings.add("type", node.location, "a member holds several conditions", "one condition each")
        return found[0] if found else None

    def named_member(self, node: Scalar) -> Pattern | None:
        names = [(name, key) for name, key in self.relations().items() if len(key) == 1]
        for name, key in names:
            (field, type_), = key.items()
            if type_.kind == "term" and node.text in self.vocabulary.terms.get(type_.of, {}):
                return ConclusionPattern(name, ((field, OneOf((node.text,))),))
        every = [term for _, key in names for type_ in key.values() for term in self.vocabulary.terms.get(type_.of, {})]
        self.findings.add("unknown-term", node.location, f"`{node.text}` names no situation", f"one of {listed(every)}", did_you_mean(node.text, every))
        return None

    def constraint(self, node: Node, type_: FieldType, what: str) -> Constraint | None:
        """One constraint on a field of the given type; None with a problem recorded."""
        if isinstance(node, Mapping):
            return self.long_constraint(node, type_, what)
        if isinstance(node, Sequence):
            values = [value for item in node if (value := self.value(item, type_, what)) is not None]
            return OneOf(tuple(values))
        if isinstance(node.value, str):
            text = node.value
            match = VARIABLE.match(text)
            if match:
                return Variable(match[1])
            if text in ("known", "unknown"):
                return Recorded(text == "known")
            compared = COMPARISON.match(text)
            if compared:
                return self.comparison(compared[1], compared[2].strip(), type_, what, node.location)
        if isinstance(node.value, Fraction) and type_.kind in ("number", "any"):
            return Compare("==", node.value)
        value = self.value(node, type_, what)
        return None if value is None else OneOf((value,))

    def long_constraint(self, node: Mapping, type_: FieldType, what: str) -> Constraint | None:
        if len(node.entries) == 1:
            (word, inner), = node.entries.items()
            if word == "any_of" and isinstance(inner, Sequence):
                return self.constraint(inner, type_, what)
            text = text_of(inner, f"`{word}` of {what}", self.findings) if not isinstance(inner, Sequence) else None
            if text is None:
                return None
            if word == "class":
                if text not in self.vocabulary.terms.get("class", {}):
                    self.unknown(text, self.vocabulary.terms.get("class", {}), inner.location, "class")
                return OfClass(text)
            if word == "within":
                self.value(inner, type_, what)
                return Within(text)
            if word == "optional" and VARIABLE.match(text):
                return Optional(Variable(text[1:]))
        self.findings.add("constraint", node.location, f"{what} has a constraint that is none", "a value, a list, a comparison, a variable, known, unknown, {class: …}, {within: …}, {any_of: …} or {optional: $…}")
        return None

    def value(self, node: Node, type_: FieldType, what: str) -> str | bool | Fraction | None:
        """A constant that the field can hold; None with a problem recorded."""
        if not isinstance(node, Scalar):
            self.findings.add("type", node.location, f"{what} is {kind_of(node)}", "a value")
            return None
        kind = type_.kind
        if isinstance(node.value, bool) and kind in ("boolean", "finding", "any"):
            return node.value
        if isinstance(node.value, Fraction) and kind in ("number", "any"):
            return node.value
        if isinstance(node.value, str) and kind in ("term", "set of terms", "one of", "text", "datum", "any"):
            domain = self.vocabulary.domain(type_)
            if kind in ("term", "set of terms", "one of") and node.value not in domain:
                self.unknown(node.value, domain, node.location, f"value of {what}")
                return None
            return node.value
        wanted = {"quantity": "a comparison such as `>= 24 h`", "range": "a comparison", "time": "a comparison, known or unknown", "boolean": "true or false", "finding": "true or false", "number": "a number or a comparison"}
        self.findings.add("type", node.location, f"{what} is {kind_of(node)}", wanted.get(kind, "text"))
        return None

    def comparison(self, op: str, text: str, type_: FieldType, what: str, place: Location) -> Constraint | None:
        match = VARIABLE.match(text)
        if match:
            return Compare(op, Variable(match[1]))
        if ITEM_FIELD.match(text) or self.vocabulary.attribute(text) is not None or text in self.vocabulary.quantities:
            return Compare(op, Reference(text))
        if type_.kind == "time":
            self.findings.add("type", place, f"{what} is compared with `{text}`", "a comparison with another time, such as `< $d.started`")
            return None
        if type_.kind not in ("quantity", "range", "number", "any"):
            self.findings.add("type", place, f"{what} cannot be compared in size", "a value")
            return None
        if NUMBER.match(text):
            if type_.kind in ("quantity", "range"):
                unit = type_.unit.text if type_.unit else "the field's unit"
                self.findings.add("unit", place, f"{what} is compared with a number without a unit", f"a unit, such as `{op} {text} {unit}`")
                return None
            return Compare(op, Fraction(text))
        try:
            bound = parse_quantity(text)
        except (QuantityError, UnitError) as error:
            self.findings.add("quantity", place, f"{what}: {error.message}", "a comparison such as `>= 24 h`", error.hint)
            return None
        allowed = [type_.unit, *(conversion.unit for conversion in type_.conversions)]
        if type_.kind == "number":
            self.findings.add("unit", place, f"{what} is a number without a unit", "a comparison with a number")
            return None
        if type_.unit is not None and not any(unit is not None and unit.commensurable(bound.unit) for unit in allowed):
            self.findings.add("unit", place, f"{what} is measured in `{type_.unit.text}` and compared in `{bound.unit.text}`", f"a unit commensurable with `{type_.unit.text}`")
            return None
        return Compare(op, bound)

    def unknown(self, name: str, known: object, place: Location, what: str) -> None:
        """Record that a word is not declared."""
        names = tuple(known)  # type: ignore[arg-type]
        self.findings.add("unknown-term", place, f"`{name}` is not a declared {what}", f"one of {listed(names)}", did_you_mean(name, names))
