"""Rules that no case can ever make fire, and claims of which no case can ever make use."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model.quantity import exact_text
from engine.model.rule import ConclusionPattern, Condition, FactPattern, OneOf, Rule
from engine.model.vocabulary import Vocabulary
from engine.program import Clause, Datum, Holds
from engine.resolution import argument
from rulewright.authoring.checks.contexts import NO_CASE, Never
from rulewright.authoring.checks.demands import Demands
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.matching import Matching
from rulewright.authoring.checks.places import claim_place, condition_at, some
from rulewright.authoring.checks.subject import Subject

WHY = "as it stands, it changes no advice for anybody"


def _find(subject: Subject) -> Iterator[Flaw]:
    knowledge, demands = subject.knowledge, subject.demands
    instances: dict[str, list[int]] = {}
    for index, clause in enumerate(subject.program.clauses):
        if clause.rule in knowledge.rules:
            instances.setdefault(clause.rule, []).append(index)
    dead = set()
    for rule in knowledge.rules.values():
        found = instances.get(rule.id, [])
        if not found:
            yield from _without_instance(rule, subject)
        elif all(index in demands.never for index in found):
            dead.add(rule.id)
            yield _never(rule, found[0], subject)
    yield from _claims(subject, dead)


def _never(rule: Rule, index: int, subject: Subject) -> Flaw:
    """A rule of which no instance holds in any case; told is why the first does not."""
    why = subject.demands.never[index]
    condition = condition_at(subject.knowledge, rule.id, why.position, why.under_unless)
    place = condition.location if condition is not None else rule.location
    clause = subject.program.clauses[index]
    above = _drawers(clause, why, subject.demands)
    return Flaw(
        place,
        f"the rule `{rule.id}` can never fire: {why.words}",
        "conditions that some case meets together",
        f"look first at {above}, which should draw it and can never fire either"
        if above
        else _limits(clause, why, subject.knowledge.vocabulary) or WHY,
    )


def _limits(clause: Clause, why: Never, vocabulary: Vocabulary) -> str:
    """The plausible range of the datum that can never be so; empty where another thing is why."""
    conditions = () if why.under_unless or not why.words.endswith(NO_CASE) else clause.when
    for condition in conditions:
        literal = condition.literal
        if condition.position == why.position and isinstance(literal, Datum):
            attribute = vocabulary.attribute(literal.path)
            if attribute is not None and attribute.type.plausible is not None:
                plain = attribute.type.kind == "number"
                low, high = (exact_text(end.value) if plain else end.text() for end in attribute.type.plausible)
                return f"`plausible` of {literal.path} is {low} to {high} ({attribute.location})"
    return ""


def _drawers(clause: Clause, why: Never, demands: Demands) -> str:
    """The rules that draw what a clause waits for in vain; empty where that is not why it never holds."""
    conditions = () if why.under_unless else clause.when
    waited = [
        each.literal.atom for each in conditions if each.position == why.position and isinstance(each.literal, Holds)
    ]
    found = (
        demands.program.clauses[index].rule
        for atom in waited
        if not demands.is_possible(atom)
        for index in demands.by_head.get(atom, ())
    )
    return some(f"`{name}`" for name in found)


def _without_instance(rule: Rule, subject: Subject) -> Iterator[Flaw]:
    """A rule that matches no evidence; nothing is said where it does with fewer facts admitted."""
    if any(isinstance(condition.pattern, FactPattern) for condition in rule.unless):
        return
    for condition in rule.when:
        words = _unmet(condition, subject)
        if words:
            yield Flaw(condition.location, f"the rule `{rule.id}` can never fire: {words}", "", WHY)
            return
    yield Flaw(
        rule.location,
        f"the rule `{rule.id}` can never fire: no facts meet its conditions together",
        "facts that state what it asks for, with the same words wherever a variable stands twice",
        WHY,
    )


def _unmet(condition: Condition, subject: Subject) -> str:
    """Why one condition alone is met by nothing that is written; empty where something meets it."""
    pattern = condition.pattern
    if isinstance(pattern, FactPattern):
        matching = Matching(subject.knowledge, subject.program)
        of_kind = [one for one in subject.program.evidence.values() if one.kind in pattern.kinds]
        if not of_kind:
            return f"no fact makes a claim of the kind {' or '.join(f'`{kind}`' for kind in pattern.kinds)}"
        missed = [matching.misses(pattern, one) for one in of_kind]
        if all(missed):
            fewest = min(missed, key=len)
            return f"no claim has {' and '.join(f'`{name}`' for name in fewest)} as it asks"
    if isinstance(pattern, ConclusionPattern) and not _drawn(pattern, subject):
        return f"nothing draws such a conclusion (`{argument(pattern.relation, pattern.side)}`)"
    return ""


def _drawn(pattern: ConclusionPattern, subject: Subject) -> bool:
    declared = subject.knowledge.vocabulary.conclusions.get(pattern.relation)
    fields = list(declared.key) if declared is not None else []
    wanted = {
        fields.index(name): set(map(str, constraint.values))
        for name, constraint in pattern.constraints
        if isinstance(constraint, OneOf) and name in fields
    }
    relation = argument(pattern.relation, pattern.side)
    return any(
        atom.relation == relation and all(atom.arguments[at] in words for at, words in wanted.items())
        for atom in subject.program.atoms
    )


def _claims(subject: Subject, dead: set[str]) -> Iterator[Flaw]:
    """Claims that only instances match which hold in no case, though other instances of the same rules may."""
    demands: Demands = subject.demands
    reasons: dict[str, Never] = {}
    alive: set[str] = set()
    for index, clause in enumerate(subject.program.clauses):
        if index not in demands.never:
            alive.update(clause.evidence)
        elif clause.rule not in dead:
            for name in clause.evidence:
                reasons.setdefault(name, _told(clause, demands.never[index]))
    for name, why in reasons.items():
        if name not in alive:
            evidence = subject.program.evidence[name]
            yield Flaw(
                claim_place(subject.knowledge, name),
                f"no case can make use of this claim of {evidence.name}: {why.words}",
                "a claim for what some case meets",
                WHY,
            )


def _told(clause: Clause, why: Never) -> Never:
    return Never(why.position, why.under_unless, f"in the rule `{clause.rule}`, {why.words}")


CHECK = Check(
    "unreachable",
    Severity.error,
    "A rule that no case can make fire, or a claim that none can make use of.",
    _find,
)
