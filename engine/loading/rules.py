"""Reads `kb/rules/`: rules, regimens, and the declared relations between facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from engine.errors import Findings, Location, did_you_mean, listed
from engine.fields import Fields, kind_of, mapping_of, text_of
from engine.loading.facts import read_claim_fields
from engine.loading.patterns import VARIABLE, PatternReader
from engine.loading.types import quantity_of, range_of
from engine.model.rule import (
    Amount,
    Beside,
    Codes,
    Compare,
    Conclusion,
    Condition,
    ConclusionPattern,
    CountPattern,
    DatumPattern,
    FactPattern,
    HeadValue,
    Interaction,
    ItemPattern,
    ItemTest,
    OfClass,
    OneOf,
    Opposes,
    Optional,
    Pattern,
    Phase,
    PopulationPattern,
    Prefer,
    Recorded,
    Reference,
    Regimen,
    Rule,
    Variable,
)
from engine.model.vocabulary import FieldType, Vocabulary
from engine.reading import Mapping, Node, Scalar

CONDITION_WORDS = ("else", "missing", "when_true", "if_unknown")
PARTS = ("rules", "regimens", "beside", "opposes", "prefer", "interactions")


@dataclass(slots=True)
class RuleFiles:
    """What the rule files hold."""

    rules: list[Rule] = field(default_factory=list)
    regimens: list[Regimen] = field(default_factory=list)
    besides: list[Beside] = field(default_factory=list)
    opposes: list[Opposes] = field(default_factory=list)
    prefers: list[Prefer] = field(default_factory=list)
    interactions: list[Interaction] = field(default_factory=list)


def read_rules(root: Mapping, vocabulary: Vocabulary, findings: Findings, into: RuleFiles) -> None:
    """Take in one file of rules."""
    fields = Fields(root, "a rules file", findings)
    reader = RuleReader(vocabulary, findings)
    for node in fields.sequence("rules"):
        body = mapping_of(node, "a rule", findings)
        if body is not None:
            into.rules.append(reader.rule(body))
    for node in fields.sequence("regimens"):
        body = mapping_of(node, "a regimen", findings)
        if body is not None:
            into.regimens.append(reader.regimen(body))
    for node in fields.sequence("beside"):
        body = mapping_of(node, "an entry of `beside`", findings)
        if body is not None:
            into.besides.extend(reader.beside(body))
    relations = _Relations(findings)
    for name, node, place in _named(fields, "opposes", findings):
        into.opposes.append(relations.opposes(name, node, place))
    for name, node, place in _named(fields, "prefer", findings):
        into.prefers.extend(relations.prefer(name, node, place))
    for name, node, place in _named(fields, "interactions", findings):
        interaction = relations.interaction(name, node, place)
        into.interactions.append(interaction)
        into.rules.extend(_interaction_rules(interaction, relations.reads, relations.draws))
    fields.done()


def _named(fields: Fields, part: str, findings: Findings) -> Iterator[tuple[str, Mapping, Location]]:
    node = fields.mapping(part)
    if node is not None:
        for name, inner in node.entries.items():
            body = mapping_of(inner, f"`{name}` of `{part}`", findings)
            if body is not None:
                yield name, body, node.keys[name]


class RuleReader:
    """Reads rules against a vocabulary."""

    def __init__(self, vocabulary: Vocabulary, findings: Findings) -> None:
        self.vocabulary = vocabulary
        self.findings = findings

    def rule(self, body: Mapping) -> Rule:
        """One rule; what is wrong with it is recorded."""
        fields = Fields(body, "the rule", self.findings)
        id_ = fields.text("id", True)
        what = fields.what = f"the rule `{id_}`"
        reader = PatternReader(self.vocabulary, self.findings, what)
        title = fields.words("title", True)
        because = fields.texts("because")
        mechanism = fields.boolean("mechanism")
        note = fields.words("note")
        when = tuple(self.conditions(fields, "when", reader))
        unless = tuple(self.conditions(fields, "unless", reader))
        then = tuple(self.conclusions(fields, reader))
        fields.done()
        rule = Rule(id_, title, when, unless, then, because, mechanism, note, fields.place("id"))
        if not because and not mechanism:
            self.findings.add("unwarranted", rule.location, f"{what} says neither `because` nor `mechanism: true`", "the facts that warrant the rule, or that those it matches do")
        if mechanism and not any(_matches_a_fact(condition.pattern) for condition in when):
            self.findings.add("unwarranted", rule.location, f"{what} says `mechanism: true` and matches no fact", "a `fact` condition, or `because`")
        if not when and not unless:
            self.findings.add("missing-field", rule.location, f"{what} has no condition", "`when`, `unless` or both")
        if not then:
            self.findings.add("missing-field", rule.location, f"{what} draws nothing", "a list `then`")
        return _with_classes(_Scope(self.vocabulary, self.findings, what).checked(rule))

    def conditions(self, fields: Fields, part: str, reader: PatternReader) -> Iterator[Condition]:
        for node in fields.sequence(part):
            body = mapping_of(node, f"a condition of {fields.what}", self.findings)
            if body is None:
                continue
            words = [word for word in body.entries if word not in CONDITION_WORDS]
            if len(words) != 1:
                shown = f"begins with {listed(words)}" if words else "has no pattern"
                self.findings.add("condition", node.location, f"a condition of {fields.what} {shown}", "one pattern, and `else`, `missing`, `when_true` or `if_unknown` beside it")
                continue
            inner = Fields(body, f"a condition of {fields.what}", self.findings)
            codes = Codes(self.reason(inner, "else"), self.reason(inner, "missing"), self.reason(inner, "when_true"))
            stands = inner.choice("if_unknown", ("stands",)) == "stands"
            if part == "when" and (stands or codes.when_true):
                self.findings.add("condition", node.location, "`if_unknown` and `when_true` belong under `unless`", "the condition under `unless`")
            if part == "unless" and codes.when_false:
                self.findings.add("condition", inner.place("else"), "`else` belongs under `when`", "`when_true` under `unless`")
            patterns = reader.patterns(words[0], body.entries[words[0]], body.keys[words[0]])
            if part == "unless" and len(patterns) > 1:
                self.findings.add("condition", node.location, "a condition under `unless` holds several constraints", "one constraint, or a situation that a rule draws from several")
            for pattern in patterns:
                if part == "unless":
                    self.unless_default(pattern, node.location)
                yield Condition(pattern, codes, stands, body.location)

    def reason(self, fields: Fields, name: str) -> str:
        code = fields.text(name)
        known = self.vocabulary.terms.get("reason", {})
        if code and code not in known:
            self.findings.add("unknown-term", fields.place(name), f"`{code}` is not a declared reason", f"one of {listed(known)}", did_you_mean(code, known))
        return code

    def unless_default(self, pattern: Pattern, place: Location) -> None:
        """A stated default may not be read under `unless`: leaving the datum out would then draw the conclusion."""
        named: list[tuple[str, object]] = []
        if isinstance(pattern, DatumPattern) and isinstance(pattern.path, str):
            named.append((pattern.path, self.vocabulary.attribute(pattern.path)))
        if isinstance(pattern, ItemPattern):
            section = self.vocabulary.items[pattern.item]
            named.extend((f"{pattern.item}.{name}", section.attributes.get(name)) for name, _ in pattern.constraints)
        for name, attribute in named:
            if getattr(attribute, "absent", None) is not None:
                self.findings.add("default-under-unless", place, f"`{name}` has a stated default and is read under `unless`", "the opposite test under `when`")

    def conclusions(self, fields: Fields, reader: PatternReader) -> Iterator[Conclusion]:
        for node in fields.sequence("then"):
            body = mapping_of(node, f"a conclusion of {fields.what}", self.findings)
            if body is None:
                continue
            if len(body.entries) != 1:
                self.findings.add("conclusion", node.location, f"a conclusion of {fields.what} has {len(body.entries)} names", "one conclusion an item")
                continue
            (word, inner), = body.entries.items()
            conclusion = self.conclusion(word, inner, body.keys[word])
            if conclusion is not None:
                yield conclusion

    def conclusion(self, word: str, inner: Node, place: Location) -> Conclusion | None:
        kinds = self.vocabulary.conclusions
        body = mapping_of(inner, f"`{word}`", self.findings)
        if body is None:
            return None
        if word in ("for", "against"):
            names = [name for name in body.entries if name in kinds and kinds[name].argued]
            argued = [name for name, kind in kinds.items() if kind.argued]
            if len(names) != 1:
                self.findings.add("conclusion", place, f"`{word}` names no conclusion that is argued for and against", f"one of {listed(argued)}")
                return None
            key_node = body.entries[names[0]]
            if not isinstance(key_node, Mapping):
                self.findings.add("type", key_node.location, f"`{names[0]}` is {kind_of(key_node)}", "a mapping of its key")
                return None
            rest = {name: value for name, value in body.entries.items() if name != names[0]}
            return self.drawn(names[0], key_node.entries, rest, word, body, key_node)
        if word not in kinds:
            self.findings.add("unknown-term", place, f"`{word}` is not a declared conclusion", f"one of {listed(kinds)}", did_you_mean(word, kinds))
            return None
        if kinds[word].argued:
            self.findings.add("conclusion", place, f"`{word}` is argued: only its resolution draws it", f"`for: {{{word}: …}}` or `against: {{{word}: …}}`")
            return None
        keys = {name: value for name, value in body.entries.items() if name in kinds[word].key}
        rest = {name: value for name, value in body.entries.items() if name not in kinds[word].key}
        return self.drawn(word, keys, rest, "", body, body)

    def drawn(self, name: str, keys: dict[str, Node], rest: dict[str, Node], side: str, body: Mapping, key_body: Mapping) -> Conclusion:
        kind = self.vocabulary.conclusions[name]
        key: list[tuple[str, str | Variable]] = []
        for field_name, type_ in kind.key.items():
            node = keys.get(field_name)
            if node is None:
                self.findings.add("missing-field", key_body.location, f"`{name}` has no `{field_name}`", f"every key field: {listed(kind.key)}")
                continue
            value = self.head_value(node, f"`{field_name}` of `{name}`", type_)
            if isinstance(value, (str, Variable)):
                key.append((field_name, value))
        for field_name in keys:
            if field_name not in kind.key:
                self.findings.add("unknown-field", key_body.keys[field_name], f"`{name}` has no key field `{field_name}`", f"one of {listed(kind.key)}", did_you_mean(field_name, kind.key))
        annotations: list[tuple[str, HeadValue]] = []
        for field_name, node in rest.items():
            if field_name not in kind.annotations:
                known = (*kind.key, *kind.annotations)
                self.findings.add("unknown-field", body.keys[field_name], f"`{name}` has no field `{field_name}`", f"one of {listed(known)}", did_you_mean(field_name, known))
                continue
            annotation = self.annotation(field_name, node, name)
            if annotation is not None:
                annotations.append((field_name, annotation))
        return Conclusion(name, tuple(key), tuple(annotations), side, body.location)

    def annotation(self, field_name: str, node: Node, name: str) -> HeadValue | None:
        what = f"`{field_name}` of `{name}`"
        if isinstance(node, Mapping):
            return self.amount(node, what)
        if field_name == "modality":
            return self.head_value(node, what, FieldType("term", "modality"))
        if field_name in ("code", "reason"):
            return self.head_value(node, what, FieldType("term", "reason") if "reason" in self.vocabulary.terms else FieldType("text"))
        return self.head_value(node, what, FieldType("any"))

    def amount(self, node: Mapping, what: str) -> Amount | None:
        fields = Fields(node, what, self.findings)
        rate = self.variable_or(fields.node_of("rate", True), what, "rate")
        times_node = fields.node_of("times", True)
        times = None if times_node is None else text_of(times_node, f"`times` of {what}", self.findings)
        cap = self.variable_or(fields.node_of("at_most"), what, "cap")
        fields.done()
        if rate is None or times is None:
            return None
        match = VARIABLE.match(times)
        if match is None and self.vocabulary.attribute(times) is None and times not in self.vocabulary.quantities:
            self.findings.add("unknown-term", fields.place("times"), f"`{times}` of {what} is no datum and no declared quantity", "section.attribute, a declared quantity or a variable")
            return None
        return Amount(rate, Variable(match[1]) if match else times, cap)  # type: ignore[arg-type]

    def variable_or(self, node: Node | None, what: str, part: str) -> object:
        if node is None:
            return None
        if isinstance(node, Scalar):
            match = VARIABLE.match(node.text)
            if match:
                return Variable(match[1])
        if part == "rate":
            return range_of(node, f"`rate` of {what}", self.findings)
        return quantity_of(node, f"`at_most` of {what}", self.findings)

    def head_value(self, node: Node, what: str, type_: FieldType) -> str | bool | Fraction | Variable | None:
        if isinstance(node, Scalar):
            match = VARIABLE.match(node.text) if isinstance(node.value, str) else None
            if match:
                return Variable(match[1])
            domain = self.vocabulary.domain(type_)
            if domain and node.value not in domain:
                self.findings.add("unknown-term", node.location, f"`{node.text}` is not a declared value of {what}", f"one of {listed(domain)}", did_you_mean(node.text, domain))
                return None
            return node.value
        self.findings.add("type", node.location, f"{what} is {kind_of(node)}", "a word or a variable")
        return None

    def regimen(self, body: Mapping) -> Regimen:
        """One regimen; each phase is a dosing claim that rests on the facts it names."""
        fields = Fields(body, "the regimen", self.findings)
        id_ = fields.text("id", True)
        fields.what = f"the regimen `{id_}`"
        claim_name = fields.text("claim", True)
        kind = self.vocabulary.claims.get(claim_name)
        if kind is None and claim_name:
            self.findings.add("unknown-term", fields.place("claim"), f"`{claim_name}` is not a declared kind of claim", f"one of {listed(self.vocabulary.claims)}", did_you_mean(claim_name, self.vocabulary.claims))
        shared = {name: node for name, node in body.entries.items() if kind is not None and name in kind.fields}
        phases = []
        for node in fields.sequence("phases", True):
            inner = mapping_of(node, f"a phase of {fields.what}", self.findings)
            if inner is None or kind is None:
                continue
            joined = Mapping({**shared, **inner.entries}, {**body.keys, **inner.keys}, inner.location)
            phase = Fields(joined, f"a phase of {fields.what}", self.findings)
            facts = phase.texts("from", True)
            values = read_claim_fields(phase, kind, self.vocabulary, self.findings)
            phase.done(also=(*kind.fields, *(key for key in body.keys if key not in inner.keys)))
            phases.append(Phase(str(values.get("role", "")), values, facts, inner.location))
        fields.done(also=shared)
        return Regimen(id_, claim_name, tuple(phases), fields.place("id"))

    def beside(self, body: Mapping) -> list[Beside]:
        """Facts that stand beside one key of the argued conclusion."""
        head = self.vocabulary.conclusions.get(self.vocabulary.headings.conclusion)
        fields = Fields(body, "an entry of `beside`", self.findings)
        key: list[tuple[str, str]] = []
        for name, type_ in (head.key if head else {}).items():
            value = fields.text(name, True)
            if value and value not in self.vocabulary.domain(type_):
                self.findings.add("unknown-term", fields.place(name), f"`{value}` is not a declared {name}", f"one of {listed(self.vocabulary.domain(type_))}", did_you_mean(value, self.vocabulary.domain(type_)))
            key.append((name, value))
        facts = fields.texts("facts", True)
        fields.done()
        return [Beside(tuple(key), fact, body.location) for fact in facts]


class _Relations:
    """Reads the declared relations between facts, and between terms."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.reads = ""
        self.draws = ""

    def opposes(self, name: str, node: Mapping, place: Location) -> Opposes:
        fields = Fields(node, f"`{name}` of `opposes`", self.findings)
        found = Opposes(name, fields.texts("facts", True), fields.text("settled-by", True), fields.words("note"), place)
        fields.done()
        if len(found.facts) < 2:
            self.findings.add("missing-field", place, f"`{name}` opposes fewer than two facts", "two or more facts")
        return found

    def prefer(self, name: str, node: Mapping, place: Location) -> list[Prefer]:
        fields = Fields(node, f"`{name}` of `prefer`", self.findings)
        order, reason = fields.texts("order", True), fields.words("because", True)
        fields.done()
        if len(order) < 2:
            self.findings.add("missing-field", place, f"`{name}` prefers among fewer than two facts", "two or more facts, the preferred first")
        return [Prefer(name, stronger, weaker, reason, place) for at, stronger in enumerate(order) for weaker in order[at + 1 :]]

    def interaction(self, name: str, node: Mapping, place: Location) -> Interaction:
        fields = Fields(node, f"`{name}` of `interactions`", self.findings)
        between = fields.texts("between", True)
        self.reads, self.draws = fields.text("reads", True), fields.text("draws", True)
        found = Interaction(
            name,
            (between[0], between[1]) if len(between) == 2 else ("", ""),
            fields.boolean("symmetric"),
            fields.text("effect", True),
            fields.texts("because", True),
            fields.words("note"),
            place,
        )
        if len(between) != 2:
            self.findings.add("type", fields.place("between"), f"`{name}` is between {len(between)} terms", "two terms")
        fields.done()
        return found


def _interaction_rules(interaction: Interaction, reads: str, draws: str) -> list[Rule]:
    """An interaction as rules: both terms stand under the conclusion ``reads``, and ``draws`` follows, once a direction."""
    first, second = interaction.between
    pairs = [(first, second), (second, first)] if interaction.symmetric else [(first, second)]
    return [
        Rule(
            f"interaction-{interaction.name}" + ("" if at == 0 else "-reversed"),
            f"{of} and {other} interact ({interaction.effect})",
            tuple(Condition(ConclusionPattern(reads, (("is", OneOf((term,))),)), location=interaction.location) for term in (of, other)),
            (),
            (Conclusion(draws, (("of", of), ("with", other)), (("effect", interaction.effect),), "", interaction.location),),
            because=interaction.because,
            location=interaction.location,
        )
        for at, (of, other) in enumerate(pairs)
    ]


class _Scope:
    """Checks where the variables of a rule are bound and where they are read."""

    def __init__(self, vocabulary: Vocabulary, findings: Findings, what: str) -> None:
        self.vocabulary = vocabulary
        self.findings = findings
        self.what = what

    def checked(self, rule: Rule) -> Rule:
        bound: set[str] = set()
        items: set[str] = set()
        for condition in rule.when:
            self.reads(condition.pattern, bound, items, condition.location)
            bound |= set(binds(condition.pattern))
            if isinstance(condition.pattern, ItemPattern) and condition.pattern.variable:
                items.add(condition.pattern.variable.name)
        for condition in rule.unless:
            self.reads(condition.pattern, bound, items, condition.location)
            for name in binds(condition.pattern):
                if name not in bound:
                    self.unbound(name, condition.location, bound, "a variable under `unless` must be bound under `when`")
            if isinstance(condition.pattern, ItemPattern) and condition.pattern.variable:
                self.findings.add("unbound-variable", condition.location, f"{self.what} names an item under `unless`", "an item pattern without `is`")
        for conclusion in rule.then:
            used = [value for _, value in conclusion.key] + [value for _, value in conclusion.annotations]
            for value in used:
                for name in _head_variables(value):
                    if name in items:
                        self.findings.add("item-in-conclusion", conclusion.location, f"`${name}` is an item of the case, not a term", "a variable bound to a term")
                    elif name not in bound:
                        self.unbound(name, conclusion.location, bound, "a variable that a condition under `when` binds")
        return rule

    def reads(self, pattern: Pattern, bound: set[str], items: set[str], place: Location) -> None:
        for name in required(pattern):
            if name not in bound and name not in items:
                self.unbound(name, place, bound | items, "a variable that an earlier condition binds")

    def unbound(self, name: str, place: Location, known: set[str], expected: str) -> None:
        self.findings.add("unbound-variable", place, f"nothing binds `${name}` in {self.what}", expected, did_you_mean(name, known))


def binds(pattern: Pattern) -> Iterator[str]:
    """The variables that a pattern can bind."""
    if isinstance(pattern, (FactPattern, ConclusionPattern, ItemPattern)):
        for _, constraint in pattern.constraints:
            if isinstance(constraint, Variable):
                yield constraint.name
            elif isinstance(constraint, Optional):
                yield constraint.variable.name
    elif isinstance(pattern, DatumPattern) and isinstance(pattern.constraint, Variable):
        yield pattern.constraint.name
    elif isinstance(pattern, ItemTest) and isinstance(pattern.constraint, Variable):
        yield pattern.constraint.name


def required(pattern: Pattern) -> Iterator[str]:
    """The variables that must be bound before a pattern is read."""
    constraints: list[object] = []
    if isinstance(pattern, (FactPattern, ConclusionPattern, ItemPattern)):
        constraints = [constraint for _, constraint in pattern.constraints]
    elif isinstance(pattern, DatumPattern):
        constraints = [pattern.constraint]
        if isinstance(pattern.path, Variable):
            yield pattern.path.name
    elif isinstance(pattern, ItemTest):
        constraints = [pattern.constraint]
        yield pattern.variable.name
    elif isinstance(pattern, PopulationPattern):
        yield pattern.fact.name
    elif isinstance(pattern, CountPattern):
        for _, member in pattern.members:
            yield from required(member)
            yield from binds(member)
    for constraint in constraints:
        if isinstance(constraint, Compare):
            if isinstance(constraint.bound, Variable):
                yield constraint.bound.name
            elif isinstance(constraint.bound, Reference) and constraint.bound.path.startswith("$"):
                yield constraint.bound.path[1:].partition(".")[0]


def _head_variables(value: object) -> Iterator[str]:
    if isinstance(value, Variable):
        yield value.name
    elif isinstance(value, Amount):
        for part in (value.rate, value.times, value.at_most):
            if isinstance(part, Variable):
                yield part.name


def _matches_a_fact(pattern: Pattern) -> bool:
    if isinstance(pattern, FactPattern):
        return True
    constraints = getattr(pattern, "constraints", ())
    return any(isinstance(constraint, OfClass) for _, constraint in constraints) or isinstance(getattr(pattern, "constraint", None), OfClass)


def _with_classes(rule: Rule) -> Rule:
    """`{class: x}` under `when` becomes a variable and a condition on the fact that says who belongs to the class.

    The membership is thereby a premise, and the trace shows who said it. Under `unless` the class stays a constraint.
    """
    when: list[Condition] = []
    fresh = 0
    for condition in rule.when:
        pattern = condition.pattern
        if isinstance(pattern, (ItemPattern, ConclusionPattern, FactPattern)):
            constraints = []
            for name, constraint in pattern.constraints:
                if isinstance(constraint, OfClass):
                    fresh += 1
                    member = Variable(f"member-{fresh}")
                    when.append(_membership(constraint, member, condition.location))
                    constraints.append((name, member))
                else:
                    constraints.append((name, constraint))
            condition = replace(condition, pattern=replace(pattern, constraints=tuple(constraints)))  # type: ignore[arg-type]
        elif isinstance(pattern, (DatumPattern, ItemTest)) and isinstance(pattern.constraint, OfClass):
            fresh += 1
            member = Variable(f"member-{fresh}")
            when.append(_membership(pattern.constraint, member, condition.location))
            condition = replace(condition, pattern=replace(pattern, constraint=member))
        when.append(condition)
    return replace(rule, when=tuple(when)) if fresh else rule


def _membership(constraint: OfClass, member: Variable, place: Location) -> Condition:
    pattern = FactPattern(("member",), (("class", OneOf((constraint.name,))), ("member", member)))
    return Condition(pattern, location=place)


__all__ = ["RuleFiles", "RuleReader", "binds", "read_rules", "required", "Recorded"]
