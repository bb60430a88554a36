"""Data of the case on which the sources say nothing: a line of its own beside the doses that they might change."""

from __future__ import annotations

from engine.model.advice import Statement
from engine.model.knowledge import KnowledgeBase
from provenance.render.naming import Names
from provenance.render.wording import value_words


def silent_sections(knowledge: KnowledgeBase) -> set[str]:
    """The sections of conclusions that are about data alone."""
    return {
        kind.section
        for kind in knowledge.vocabulary.conclusions.values()
        if kind.section and kind.key and all(type_.kind == "datum" for type_ in kind.key.values())
    }


def silence(names: Names) -> tuple[str, str]:
    """What the sources do not address, in words, and the facts that say so; both empty where there is nothing."""
    sections = sorted(silent_sections(names.knowledge))
    statements = [entry for section in sections for entry in names.advice.sections.get(section, ())]
    if not statements:
        return "", ""
    claims = {fact for entry in statements for fact in entry.claims}
    readings = {fact for entry in statements for fact in entry.readings}
    unreviewed = {name: state for entry in statements for name, state in entry.unreviewed.items()}
    said = "; ".join(_unaddressed(names, entry) for entry in statements)
    return said, names.cited(claims, readings, unreviewed)


def _unaddressed(names: Names, entry: Statement) -> str:
    """A datum with its value and the topic that the sources leave out."""
    path = next(iter(entry.key.values()))
    given = names.inputs.get(path)
    label = names.datum(path)
    value = value_words(given.text) if given else ""
    topics = [topic for topic in entry.annotations.get("topic", ()) if topic != label]
    said = label if value in ("", "true") else f"{label} {value}"
    return said + (f" ({', '.join(topics)})" if topics else "")
