"""What a rule speaks of: its patterns, the terms that it names, the data and conclusions that it reads."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model.rule import (
    Compare,
    Conclusion,
    ConclusionPattern,
    Condition,
    Constraint,
    CountPattern,
    DatumPattern,
    FactPattern,
    ItemPattern,
    ItemTest,
    OfClass,
    OneOf,
    Pattern,
    Reference,
    Rule,
    Within,
)
from engine.model.vocabulary import Vocabulary


def patterns(rule: Rule) -> Iterator[Pattern]:
    """Every pattern of a rule, those inside counts too."""
    waiting = [condition.pattern for condition in conditions(rule)]
    while waiting:
        pattern = waiting.pop(0)
        yield pattern
        if isinstance(pattern, CountPattern):
            waiting.extend(member for _, member in pattern.members)


def conditions(rule: Rule) -> tuple[Condition, ...]:
    """The conditions of a rule, those under ``unless`` too."""
    return (*rule.when, *rule.unless)


def words(constraint: Constraint) -> Iterator[str]:
    """The words that a constraint allows."""
    if isinstance(constraint, OneOf):
        yield from (value for value in constraint.values if isinstance(value, str))
    elif isinstance(constraint, Within):
        yield constraint.term


def classes(constraint: Constraint) -> Iterator[tuple[str, str]]:
    """The class that a constraint names, with its kind of term."""
    if isinstance(constraint, OfClass):
        yield "class", constraint.name


def reads(pattern: Pattern, path: str, item: str, field: str) -> bool:
    """Whether a pattern reads the datum at ``path`` (field ``field`` of the items called ``item``)."""
    if isinstance(pattern, DatumPattern):
        return pattern.path == path or refers(pattern.constraint, path)
    if isinstance(pattern, ItemPattern):
        return any(
            (pattern.item == item and name == field) or refers(constraint, path)
            for name, constraint in pattern.constraints
        )
    if isinstance(pattern, ItemTest):
        return (bool(item) and pattern.field == field) or refers(pattern.constraint, path)
    return False


def refers(constraint: Constraint, path: str) -> bool:
    """Whether a constraint compares with the datum at ``path``."""
    return isinstance(constraint, Compare) and isinstance(constraint.bound, Reference) and constraint.bound.path == path


def meet(pattern: ConclusionPattern, conclusion: Conclusion) -> bool:
    """Whether a pattern can read what a rule draws."""
    if pattern.relation != conclusion.relation or (pattern.side and pattern.side != conclusion.side):
        return False
    drawn = dict(conclusion.key)
    for field, constraint in pattern.constraints:
        wanted, value = set(words(constraint)), drawn.get(field)
        if wanted and isinstance(value, str) and value not in wanted:
            return False
    return True


def named_conclusion(conclusion: Conclusion) -> str:
    """What a rule draws, by its constants: "situation (pulse-complete)"."""
    constants = [value for _, value in conclusion.key if isinstance(value, str)]
    return conclusion.relation + (f" ({', '.join(constants)})" if constants else "")


def named_terms(rule: Rule, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """The terms that a rule names, with their kinds."""
    for condition in (*rule.when, *rule.unless):
        codes = condition.codes
        yield from (("reason", code) for code in (codes.when_false, codes.when_unknown, codes.when_true))
    for pattern in patterns(rule):
        yield from _named_by(pattern, vocabulary)
    for conclusion in rule.then:
        declared = vocabulary.conclusions[conclusion.relation]
        yield from ((declared.key[field].of, value) for field, value in conclusion.key if isinstance(value, str))
        yield from (
            (name, value)
            for _, value in conclusion.annotations
            if isinstance(value, str)
            for name in ("reason", "modality")
        )


def _named_by(pattern: Pattern, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    if isinstance(pattern, FactPattern):
        for field, constraint in pattern.constraints:
            kinds = {
                vocabulary.claims[kind].fields[field].of
                for kind in pattern.kinds
                if field in vocabulary.claims[kind].fields
            }
            kinds |= {"modality"} if field == "modality" else set()
            yield from ((kind, name) for kind in kinds for name in words(constraint))
            yield from classes(constraint)
    elif isinstance(pattern, ConclusionPattern):
        declared = vocabulary.conclusions.get(pattern.relation)
        for field, constraint in pattern.constraints:
            yield from (
                (declared.key[field].of, name) for name in words(constraint) if declared and field in declared.key
            )
    elif isinstance(pattern, ItemPattern):
        for field, constraint in pattern.constraints:
            yield from ((vocabulary.items[pattern.item].attributes[field].type.of, name) for name in words(constraint))
            yield from classes(constraint)
    elif isinstance(pattern, DatumPattern) and isinstance(pattern.path, str):
        attribute = vocabulary.attribute(pattern.path)
        yield from ((attribute.type.of, name) for name in words(pattern.constraint) if attribute)
        yield from classes(pattern.constraint)
