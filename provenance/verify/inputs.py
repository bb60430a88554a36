"""The account of every datum of the case, and of the rules that read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from engine.model.case import Entry
from engine.program import Clause, Count, Datum, Item, ItemField, Literal
from provenance.verify.derivation import Derivation
from provenance.verify.truth import FALSE, refers
from provenance.verify.verdict import Tree


def inputs(derivation: Derivation) -> list[Tree]:
    """Every datum once, with the rules that read it: records, then lists with their items."""
    readers = _readers(derivation)
    case, vocabulary = derivation.observed.case, derivation.knowledge.vocabulary
    found = []
    for path, entry in case.data.items():
        attribute = vocabulary.attribute(path)
        notes = []
        if attribute and attribute.stale_after is not None and entry.at is None:
            notes.append("undated: counts as measured at the as-of time")
        if attribute and derivation.observed.is_stale(path):
            notes.append(f"not used: measured more than {attribute.stale_after} before the as-of time")
        notes += [f"earlier: {_text(old)}" for old in case.earlier.get(path, ())]
        found.append(_input(path, attribute.title if attribute else path, _text(entry), readers[path], notes))
    for name, listed in case.lists.items():
        section = vocabulary.sections[name]
        count = f"{len(listed.items)} listed, {'complete' if listed.complete else 'not complete'}"
        found.append(_input(name, section.label or name, count, readers[name], []))
        for number, item in enumerate(listed.items):
            for field, entry in item.items():
                path = f"{name}[{number}].{field}"
                notes = [f"earlier: {_text(old)}" for old in case.earlier.get(path, ())]
                found.append(_input(path, section.attributes[field].title, _text(entry), readers[path], notes))
    return found


def _input(path: str, label: str, text: str, rules: set[str], notes: list[str]) -> Tree:
    return {"path": path, "label": label, "text": text, "rules": sorted(rules), "notes": notes}


def _text(entry: Entry) -> str:
    return f"{entry.text} (measured {entry.at.low.date().isoformat()})" if entry.at else entry.text


def _readers(derivation: Derivation) -> dict[str, set[str]]:
    """The rules for which a datum decided something: where they fired, and where a condition on it fails."""
    found: dict[str, set[str]] = defaultdict(set)
    for firing in derivation.firings:
        for condition in (*firing.instance.when, *firing.instance.unless):
            for path in derivation.observed.data(condition.literal, firing.items):
                found[path].add(firing.instance.rule)
    for instance in derivation.ground.instances:
        for condition in (*instance.when, *instance.unless):
            for path in _failing(derivation, condition.literal):
                found[path].add(instance.rule)
        for path in _failing_fields(derivation, instance):
            found[path].add(instance.rule)
    return found


def _failing(derivation: Derivation, literal: Literal) -> Iterator[str]:
    """The data on which a condition fails: of each item up to the test on which it does, and the list itself."""
    observed = derivation.observed
    if isinstance(literal, Datum) and observed.datum(literal.path, literal.test) == FALSE:
        yield from observed.data(literal, {})
    elif isinstance(literal, Count):
        for _, member in literal.members:
            yield from _failing(derivation, member)
    elif isinstance(literal, Item):
        section, listed = observed.section(literal.item)
        if section.name in observed.case.lists:
            yield section.name
        for number in range(0 if any(refers(test) for _, test in literal.tests) else len(listed.items)):
            name = f"{section.name}[{number}]"
            for field, test in literal.tests:
                if observed.entry(name, field) is not None:
                    yield f"{name}.{section.attributes[field].since or field}"
                if observed.field(name, field, test, {}) == FALSE:
                    break


def _failing_fields(derivation: Derivation, instance: Clause) -> Iterator[str]:
    """The fields on which a test fails, of items that a rule could take: no test of the pattern fails on them."""
    observed = derivation.observed
    literals = [condition.literal for condition in instance.when]
    for literal in literals:
        if isinstance(literal, Count):
            literals.extend(member for _, member in literal.members)
    for pattern in literals:
        if isinstance(pattern, Item) and pattern.variable:
            section, listed = observed.section(pattern.item)
            for number in range(len(listed.items)):
                name = f"{section.name}[{number}]"
                own = [(field, test) for field, test in pattern.tests if not refers(test)]
                if FALSE in (observed.field(name, field, test, {}) for field, test in own):
                    continue
                for test in literals:
                    if not isinstance(test, ItemField) or test.variable != pattern.variable or refers(test.test):
                        continue
                    if observed.field(name, test.field, test.test, {}) == FALSE:
                        yield from observed.data(test, {pattern.variable: name})
