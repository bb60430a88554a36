"""Reads the patterns of rules: the word with which a condition begins, and the fields that it constrains."""

from __future__ import annotations

from collections.abc import Callable, Collection
from collections.abc import Mapping as MappingType

from engine.errors import Findings, Location, clipped, did_you_mean, listed
from engine.fields import Fields, kind_of, text_of
from engine.loading.constraints import ITEM_FIELD, VARIABLE, ConstraintReader, Position
from engine.loading.counts import CountReader
from engine.model.rule import (
    ConclusionPattern,
    Constraint,
    DatumPattern,
    FactPattern,
    ItemPattern,
    ItemTest,
    Pattern,
    PopulationPattern,
    Variable,
)
from engine.model.vocabulary import Attribute, FieldType, Section, Vocabulary
from engine.reading import Mapping, Node, Scalar, Sequence

ORDERS = ("first", "latest")
FACT = FieldType("fact")
MODALITY = FieldType("term", "modality")
WORDS = ("fact", "test", "datum", "population", "count", "sum", "for", "against")


class PatternReader:
    """Reads the patterns of one rule.

    ``items`` remembers which section each item variable ranges over, ``unread`` the variables of conditions that could
    not be read, and ``is_whole`` says that there is no such condition.
    """

    def __init__(self, vocabulary: Vocabulary, findings: Findings, what: str) -> None:
        self.vocabulary = vocabulary
        self.findings = findings
        self.what = what
        self.items: dict[str, Section] = {}
        self.unread: set[str] = set()
        self.is_whole = True
        self.constraint_reader = ConstraintReader(vocabulary, findings, self.items)
        self.relations = _relations(vocabulary)
        self.readers: dict[str, Callable[[Mapping], list[Pattern]]] = {
            "fact": self.fact,
            "test": self.test,
            "datum": self.datum,
            "population": self.population,
            "for": lambda node: self.argument("for", node),
            "against": lambda node: self.argument("against", node),
        }

    def words(self) -> tuple[str, ...]:
        """The words with which a pattern can begin."""
        records = (section.name for section in self.vocabulary.sections.values() if not section.is_list)
        return (*WORDS, *records, *self.vocabulary.items, *self.relations)

    def patterns(self, word: str, node: Node, place: Location) -> list[Pattern]:
        """The pattern or patterns (a record or a test may constrain several data) that begin with ``word``."""
        vocabulary = self.vocabulary
        section = vocabulary.sections.get(word)
        if section is None and word not in (*WORDS, *self.relations, *vocabulary.items):
            self.findings.add("unknown-pattern", place, f"`{clipped(word)}` begins no pattern", *self.begun_by(word))
            return []
        if section is not None and section.is_list and word != section.item:
            message = f"`{word}` begins no pattern: it lists items"
            self.findings.add("unknown-pattern", place, message, f"`{section.item}`", f"did you mean `{section.item}`?")
            return []
        if word in ("count", "sum"):
            return CountReader(self, self.findings).count(word, node)
        if isinstance(node, Scalar) and isinstance(node.value, str) and word in self.relations:
            return self.short_conclusion(word, node)
        if not isinstance(node, Mapping):
            message = f"`{word}` of {self.what} is {kind_of(node)}"
            self.findings.add("type", node.location, message, "a mapping of fields")
            return []
        if word in self.readers:
            return self.readers[word](node)
        if word in vocabulary.items:
            return self.item(vocabulary.items[word], node)
        if section is not None:
            return self.record(section, node)
        return [self.conclusion(word, self.relations[word], node)]

    def begun_by(self, word: str) -> tuple[str, str]:
        """What would have begun a pattern."""
        return f"one of {listed(self.words(), 30)}", did_you_mean(word, self.words())

    def constraints(
        self,
        node: Mapping,
        known: Collection[str],
        at: Callable[[str], Position],
        word: str,
        skip: tuple[str, ...] = (),
    ) -> tuple[tuple[str, Constraint], ...]:
        """The constraints on the fields of one thing; ``at`` says what each of those known holds."""
        found = []
        for name, value in node.entries.items():
            if name in skip:
                continue
            if name not in known:
                self.findings.unknown_field(name, (*known, *skip), node.keys[name], f"`{word}`")
                continue
            for part in _parts(value):
                constraint = self.constraint_reader.read(part, at(name))
                if constraint is not None:
                    found.append((name, constraint))
        return tuple(found)

    def filled(self, node: Mapping, word: str) -> bool:
        """Whether a record or test says anything; a problem is recorded where it does not."""
        if not node.keys:
            self.findings.add("blank", node.location, f"`{word}` of {self.what} is empty", "one field or more")
        return bool(node.keys)

    # Evidence --------------------------------------------------------------------------------------------------------

    def fact(self, node: Mapping) -> list[Pattern]:
        """A claim of a fact."""
        claim = node.get("claim")
        if claim is None:
            if "claim" not in node.keys:
                known = ", ".join(self.vocabulary.claims)
                message = "`fact` does not say which kind of `claim`"
                self.findings.add("missing-field", node.location, message, f"one of {known}")
            return []
        kinds = self.kinds(claim)
        if not kinds:
            return []
        types = {"is": FACT, "modality": MODALITY}
        for kind in kinds:
            types |= self.vocabulary.claims[kind].fields

        def at(name: str) -> Position:
            return Position(f"`{name}` of `fact`", types[name], "fact")

        return [FactPattern(kinds, self.constraints(node, types, at, "fact", skip=("claim",)))]

    def kinds(self, node: Node) -> tuple[str, ...]:
        """The kinds of claim that are named; none where one of them is not declared."""
        nodes = node.items if isinstance(node, Sequence) else (node,)
        found: list[str] = []
        for item in nodes:
            name = text_of(item, "`claim` of `fact`", self.findings)
            if name is None:
                return ()
            if name not in self.vocabulary.claims:
                message = f"`{clipped(name)}` is not a declared kind of claim"
                self.findings.unknown_term(name, self.vocabulary.claims, item.location, message)
                return ()
            found.append(name)
        if not found:
            self.findings.add("blank", node.location, "`claim` of `fact` is empty", "one kind of claim or more")
        return tuple(dict.fromkeys(found))

    def population(self, node: Mapping) -> list[Pattern]:
        """The case belongs to the population of a fact."""
        fields = Fields(node, f"`population` of {self.what}", self.findings)
        text = fields.text("of", True)
        fields.done()
        match = VARIABLE.match(text)
        if match:
            return [PopulationPattern(Variable(match[1]))]
        if text:
            message = "`population` takes a fact's variable"
            expected = "`population: {of: $fact}` after `fact: {is: $fact, …}`"
            self.findings.add("type", node.entries["of"].location, message, expected)
        return []

    # The case --------------------------------------------------------------------------------------------------------

    def record(self, section: Section, node: Mapping) -> list[Pattern]:
        """Data of a record, each a pattern of its own."""
        if not self.filled(node, section.name):
            return []

        def at(name: str) -> Position:
            return _of_case(f"`{section.name}.{name}`", section.attributes[name])

        found = self.constraints(node, section.attributes, at, section.name)
        return [DatumPattern(f"{section.name}.{name}", constraint) for name, constraint in found]

    def test(self, node: Mapping) -> list[Pattern]:
        """Tests of fields of items, of data and of declared quantities, each a pattern of its own."""
        if not self.filled(node, "test"):
            return []
        found: list[Pattern] = []
        for key, value in node.entries.items():
            type_ = self.constraint_reader.reference_type(key, node.keys[key])
            if type_ is None:
                continue
            match = ITEM_FIELD.match(key)
            attribute = (
                self.items[match[1]].attributes[match[2]] if match is not None else self.vocabulary.attribute(key)
            )
            defaulted = attribute is not None and attribute.absent is not None
            for part in _parts(value):
                constraint = self.constraint_reader.read(part, Position(f"`{key}`", type_, "case", defaulted))
                if constraint is not None:
                    found.append(
                        ItemTest(Variable(match[1]), match[2], constraint)
                        if match is not None
                        else DatumPattern(key, constraint)
                    )
        return found

    def datum(self, node: Mapping) -> list[Pattern]:
        """A datum that a path names, or a variable that a claim binds to a path."""
        fields = Fields(node, f"`datum` of {self.what}", self.findings)
        path = fields.text("is", True)
        value = fields.node_of("value", True)
        fields.done()
        if not path or value is None:
            return []
        match = VARIABLE.match(path)
        place = node.entries["is"].location
        type_ = FieldType("any") if match else self.constraint_reader.path_type(path, place)
        if type_ is None:
            return []
        attribute = self.vocabulary.attribute(path)
        defaulted = match is not None or (attribute is not None and attribute.absent is not None)
        constraint = self.constraint_reader.read(value, Position("`value` of `datum`", type_, "case", defaulted))
        return [] if constraint is None else [DatumPattern(Variable(match[1]) if match else path, constraint)]

    def item(self, section: Section, node: Mapping) -> list[Pattern]:
        """An item of a list, bound to a variable where it has `is`."""
        bound = node.get("is")
        variable = self.item_variable(section, bound) if bound is not None else None
        order = node.get("order")

        def at(name: str) -> Position:
            return _of_case(f"`{name}` of `{section.item}`", section.attributes[name])

        constraints = self.constraints(node, section.attributes, at, section.item, skip=("is", "order"))
        return [ItemPattern(section.item, variable, constraints, self.order(section, order) if order else "")]

    def item_variable(self, section: Section, node: Node) -> Variable | None:
        """The variable that stands for an item."""
        text = text_of(node, f"`is` of `{section.item}`", self.findings)
        if text is None:
            return None
        match = VARIABLE.match(text)
        if match is None:
            message = f"`is` of `{section.item}` is no variable"
            self.findings.add("type", node.location, message, "a variable such as `$c`")
            return None
        if match[1] in self.items:
            self.findings.add("duplicate-id", node.location, f"`{text}` names another item already", "a new variable")
        self.items[match[1]] = section
        return Variable(match[1])

    def order(self, section: Section, node: Node) -> str:
        """Which of the items that match is meant."""
        order = text_of(node, "`order`", self.findings)
        if order is None:
            return ""
        if order not in ORDERS:
            self.findings.unknown_term(order, ORDERS, node.location, f"`{clipped(order)}` is no order")
        elif not section.order:
            message = f"the vocabulary declares no `order` for `{section.name}`"
            self.findings.add("no-order", node.location, message, "a field of type time named as its `order`")
        return order

    # Conclusions -----------------------------------------------------------------------------------------------------

    def conclusion(self, word: str, key: MappingType[str, FieldType], node: Mapping) -> ConclusionPattern:
        """A conclusion that other rules draw."""

        def at(name: str) -> Position:
            return Position(f"`{name}` of `{word}`", key[name], "conclusion")

        return ConclusionPattern(word, self.constraints(node, key, at, word))

    def short_conclusion(self, word: str, node: Scalar) -> list[Pattern]:
        """A conclusion with one key field, whose value stands alone."""
        key = self.relations[word]
        if len(key) != 1:
            expected = f"a mapping with {', '.join(key)}"
            self.findings.add("type", node.location, f"`{word}` has several key fields", expected)
            return []
        ((name, type_),) = key.items()
        constraint = self.constraint_reader.read(node, Position(f"`{name}` of `{word}`", type_, "conclusion"))
        return [] if constraint is None else [ConclusionPattern(word, ((name, constraint),))]

    def argument(self, side: str, node: Mapping) -> list[Pattern]:
        """An argument for or against a conclusion."""
        argued = {name: kind for name, kind in self.vocabulary.conclusions.items() if kind.argued}
        if len(node.keys) != 1 or next(iter(node.keys)) not in argued:
            message = f"`{side}` does not name one conclusion that is argued for and against"
            expected = f"`{side}: {{{next(iter(argued), 'a conclusion with `argued`')}: …}}`"
            self.findings.add("conclusion", node.location, message, expected)
            return []
        for name, value in node.entries.items():
            if isinstance(value, Mapping):
                found = self.conclusion(name, argued[name].key, value)
                return [ConclusionPattern(found.relation, found.constraints, side)]
            self.findings.add("type", value.location, f"`{name}` is {kind_of(value)}", "a mapping of its key")
        return []


def _relations(vocabulary: Vocabulary) -> dict[str, MappingType[str, FieldType]]:
    """Key fields of every conclusion that a rule can read, `withheld` and `conflict` among them."""
    found: dict[str, MappingType[str, FieldType]] = {name: kind.key for name, kind in vocabulary.conclusions.items()}
    for kind in vocabulary.conclusions.values():
        if kind.argued:
            found.setdefault("withheld", kind.key)
            found.setdefault("conflict", kind.key)
    return found


def _of_case(what: str, attribute: Attribute) -> Position:
    return Position(what, attribute.type, "case", attribute.absent is not None)


def _parts(node: Node) -> tuple[Node, ...]:
    """`{is: $x, any_of: […]}` binds and restricts: two constraints on one field."""
    if isinstance(node, Mapping) and "is" in node.entries and len(node.keys) == 2:
        rest = {name: value for name, value in node.entries.items() if name != "is"}
        keys = {name: place for name, place in node.keys.items() if name != "is"}
        return node.entries["is"], Mapping(rest, keys, node.location)
    return (node,)
