"""Reads `kb/rules/`: rules, regimens, and the declared relations between facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.errors import Findings, Location, clipped, listed
from engine.fields import Fields, mapping_of
from engine.loading.classes import matches_a_fact, with_classes
from engine.loading.conclusions import ConclusionReader
from engine.loading.mentions import mentioned
from engine.loading.oppositions import OppositionReader
from engine.loading.patterns import PatternReader
from engine.loading.references import References
from engine.loading.regimens import RegimenReader
from engine.loading.relations import RelationReader
from engine.loading.scope import Scope
from engine.model.rule import (
    Amount,
    Beside,
    Codes,
    Condition,
    CountPattern,
    DatumPattern,
    Interaction,
    ItemPattern,
    ItemTest,
    Opposes,
    Pattern,
    Prefer,
    Regimen,
    Rule,
)
from engine.model.vocabulary import Attribute, Section, Vocabulary
from engine.reading import Mapping, Sequence

CONDITION_WORDS = ("else", "missing", "when_true", "if_unknown")


@dataclass(slots=True)
class RuleFiles:
    """What the rule files hold."""

    rules: list[Rule] = field(default_factory=list)
    regimens: list[Regimen] = field(default_factory=list)
    besides: list[Beside] = field(default_factory=list)
    opposes: list[Opposes] = field(default_factory=list)
    prefers: list[Prefer] = field(default_factory=list)
    interactions: list[Interaction] = field(default_factory=list)


def read_rules(
    root: Mapping, vocabulary: Vocabulary, findings: Findings, references: References, into: RuleFiles
) -> None:
    """Take in one file of rules."""
    fields = Fields(root, "a rules file", findings)
    rules = RuleReader(vocabulary, findings, references)
    regimens = RegimenReader(vocabulary, findings, references)
    relations = RelationReader(vocabulary, findings, references)
    oppositions = OppositionReader(relations)
    for body in _bodies(fields, "rules", "a rule"):
        into.rules.append(rules.rule(body))
    for body in _bodies(fields, "regimens", "a regimen"):
        regimen = regimens.regimen(body)
        if regimen is not None:
            into.regimens.append(regimen)
    for body in _bodies(fields, "beside", "an entry of `beside`"):
        into.besides.extend(relations.beside(body))
    for name, body, place in _named(fields, "opposes"):
        into.opposes.append(oppositions.opposes(name, body, place))
    for name, body, place in _named(fields, "prefer"):
        into.prefers.extend(relations.prefer(name, body, place))
    for name, body, place in _named(fields, "interactions"):
        interaction, drawn = relations.interaction(name, body, place)
        into.interactions.append(interaction)
        into.rules.extend(drawn)
    fields.done()


def _bodies(fields: Fields, part: str, what: str) -> Iterator[Mapping]:
    for node in fields.sequence(part):
        body = mapping_of(node, what, fields.findings)
        if body is not None:
            yield body


def _named(fields: Fields, part: str) -> Iterator[tuple[str, Mapping, Location]]:
    node = fields.mapping(part)
    for name, inner in node.entries.items() if node is not None else ():
        body = mapping_of(inner, f"`{clipped(name)}` of `{part}`", fields.findings)
        if body is not None and node is not None:
            yield name, body, node.keys[name]


class RuleReader:
    """Reads rules against a vocabulary."""

    def __init__(self, vocabulary: Vocabulary, findings: Findings, references: References) -> None:
        self.vocabulary = vocabulary
        self.findings = findings
        self.references = references

    def rule(self, body: Mapping) -> Rule:
        """One rule; what is wrong with it is recorded."""
        fields = Fields(body, "the rule", self.findings)
        id_ = fields.id()
        fields.what = f"the rule `{id_}`"
        reader = PatternReader(self.vocabulary, self.findings, fields.what)
        rule = Rule(
            id_,
            title=fields.words("title", True),
            when=tuple(self.conditions(fields, "when", reader)),
            unless=tuple(self.conditions(fields, "unless", reader)),
            then=tuple(ConclusionReader(self.vocabulary, self.findings).read(fields)),
            because=self.references.texts(fields, "because"),
            mechanism=fields.boolean("mechanism"),
            definition=fields.boolean("definition"),
            note=fields.words("note"),
            location=fields.place("id"),
        )
        fields.done()
        self.warranted(rule, fields, reader.is_whole)
        self.computing(rule)
        if not fields.has("when") and not fields.has("unless"):
            message = f"{fields.what} has no condition"
            self.findings.add("missing-field", rule.location, message, "`when`, `unless` or both")
        Scope(self.vocabulary, self.findings, fields.what, reader.items, body, reader.unread).check(rule)
        return with_classes(rule, reader.relations)

    def warranted(self, rule: Rule, fields: Fields, is_whole: bool) -> None:
        """A rule says which facts warrant it, or matches those that do, or only names what the case says.

        That it matches none is told where its conditions are ``is_whole``: of those that cannot be read one may match.
        """
        if rule.definition:
            self.defining(rule)
        elif fields.is_unread("definition"):
            pass  # told there; it may have been meant
        elif not rule.because and not fields.has("because") and not fields.has("mechanism"):
            self.findings.add(
                "unwarranted",
                rule.location,
                f"{fields.what} says neither `because` nor `mechanism: true` nor `definition: true`",
                "the facts that warrant it, or that those it matches do, or that it only names what the case says",
            )
        elif not rule.because and not rule.mechanism and _names_none(fields.node):
            place = fields.place("because" if fields.has("because") else "mechanism")
            self.findings.add("unwarranted", place, f"{fields.what} names no fact", "one fact or more")
        matches = any(matches_a_fact(condition.pattern) for condition in rule.when)
        if rule.mechanism and rule.when and is_whole and not matches:
            self.findings.add(
                "unwarranted",
                rule.location,
                f"{fields.what} says `mechanism: true` and matches no fact",
                "a `fact` condition, or `because`",
            )

    def defining(self, rule: Rule) -> None:
        """A definition needs no evidence, so it may neither use any nor argue, and it draws no dose."""
        argues = any(conclusion.side for conclusion in rule.then)
        computes = any(isinstance(value, Amount) for conclusion in rule.then for _, value in conclusion.annotations)
        uses = rule.because or rule.mechanism or any(matches_a_fact(condition.pattern) for condition in rule.when)
        if argues or computes or uses:
            self.findings.add(
                "unwarranted",
                rule.location,
                f"the rule `{rule.id}` says `definition: true`, and does more than name what the case says",
                "no `because`, no `mechanism`, no fact, no argument and no amount; or no `definition`",
            )

    def computing(self, rule: Rule) -> None:
        """An amount is computed from what a fact states, once for a case."""
        if not any(isinstance(value, Amount) for conclusion in rule.then for _, value in conclusion.annotations):
            return
        patterns = [condition.pattern for condition in rule.when]
        items = any(isinstance(pattern, ItemPattern) and pattern.variable is not None for pattern in patterns)
        if items or not any(matches_a_fact(pattern) for pattern in patterns):
            message = f"the rule `{rule.id}` computes an amount {'of an item' if items else 'and matches no fact'}"
            expected = "a `fact` condition that states the rate, and no item"
            self.findings.add("conclusion", rule.location, message, expected)

    def conditions(self, fields: Fields, part: str, reader: PatternReader) -> Iterator[Condition]:
        """The conditions under `when` or `unless`; one that constrains several data is several."""
        for node in fields.sequence(part, filled=True):
            body = mapping_of(node, f"a condition of {fields.what}", self.findings)
            if body is None:
                continue
            before = len(self.findings)
            yield from self.condition(body, part, fields.what, reader)
            if len(self.findings) > before:
                reader.unread |= mentioned(body)
                reader.is_whole = False

    def condition(self, body: Mapping, part: str, what: str, reader: PatternReader) -> Iterator[Condition]:
        """One condition with its reason codes."""
        words = [word for word in body.keys if word not in CONDITION_WORDS]
        if len(words) != 1:
            shown = f"begins with {listed(words)}" if words else "has no pattern"
            expected = "one pattern, and `else`, `missing`, `when_true` or `if_unknown` beside it"
            self.findings.add("condition", body.location, f"a condition of {what} {shown}", expected)
            return
        (word,) = words
        inner = Fields(body, f"a condition of {what}", self.findings)
        codes = Codes(self.reason(inner, "else"), self.reason(inner, "missing"), self.reason(inner, "when_true"))
        stands = inner.choice("if_unknown", ("stands",)) == "stands"
        self.check_codes(inner, part, word)
        if word not in body.entries:
            return
        patterns = reader.patterns(word, body.entries[word], body.keys[word])
        if part == "unless" and len(patterns) > 1:
            expected = "one constraint, or a situation that a rule draws from several"
            self.findings.add(
                "condition", body.location, "a condition under `unless` holds several constraints", expected
            )
        for pattern in patterns:
            if part == "unless" or _counts_down(pattern):
                self.check_defaults(pattern, body.location, reader.items)
            yield Condition(pattern, codes, stands, body.location)

    def check_codes(self, fields: Fields, part: str, word: str) -> None:
        """Reason codes stand where something can give them."""
        wrong = ("when_true", "if_unknown") if part == "when" else ("else",)
        right = "unless" if part == "when" else "when"
        for name in wrong:
            if fields.has(name):
                message = f"`{name}` belongs under `{right}`"
                self.findings.add("condition", fields.place(name), message, f"the condition under `{right}`")
        for name in ("else", "missing", "when_true") if word == "fact" else ():
            if fields.has(name) and name not in wrong:
                message = f"`{name}` is never given: facts are matched before there is a case"
                self.findings.add("condition", fields.place(name), message, "no code beside a `fact`")

    def reason(self, fields: Fields, name: str) -> str:
        """A declared reason code."""
        code = fields.text(name)
        known = self.vocabulary.terms.get("reason", {})
        if code and code not in known:
            message = f"`{clipped(code)}` is not a declared reason"
            self.findings.unknown_term(code, known, fields.node.entries[name].location, message)
        return code

    def check_defaults(self, pattern: Pattern, place: Location, items: dict[str, Section]) -> None:
        """A stated default may not be read under `unless`: leaving the datum out would then draw the conclusion.

        An upper bound on a count, and points below zero, are an `unless` by another name.
        """
        for name, attribute in self.data(pattern, items):
            if attribute is not None and attribute.absent is not None:
                self.findings.add(
                    "default-under-unless",
                    place,
                    f"`{name}` has a stated default and is read under `unless`, or where it may only hold so often",
                    "the opposite test under `when`",
                )

    def data(self, pattern: Pattern, items: dict[str, Section]) -> Iterator[tuple[str, Attribute | None]]:
        """The data of the case that a pattern tests."""
        if isinstance(pattern, DatumPattern) and isinstance(pattern.path, str):
            yield pattern.path, self.vocabulary.attribute(pattern.path)
        elif isinstance(pattern, ItemPattern):
            section = self.vocabulary.items[pattern.item]
            for name, _ in pattern.constraints:
                yield f"{pattern.item}.{name}", section.attributes.get(name)
        elif isinstance(pattern, ItemTest):
            section = items[pattern.variable.name]
            yield f"{pattern.variable}.{pattern.field}", section.attributes.get(pattern.field)
        elif isinstance(pattern, CountPattern):
            for _, member in pattern.members:
                yield from self.data(member, items)


def _counts_down(pattern: Pattern) -> bool:
    """Whether more that holds can make a count false."""
    return isinstance(pattern, CountPattern) and (
        pattern.at_most is not None or any(points < 0 for points, _ in pattern.members)
    )


def _names_none(rule: Mapping) -> bool:
    """Whether a rule of which no fact was taken in says so itself: a `because` that is no list is told as that."""
    because = rule.entries.get("because")
    return isinstance(because, Sequence) or (because is None and "mechanism" in rule.entries)
