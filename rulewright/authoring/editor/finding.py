"""From a spot in a document to what stands there: what it is, where it gets its name, and where it is spoken of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rulewright.authoring.editor.desk import Desk
from rulewright.authoring.editor.grammar import Place, keys, words
from rulewright.authoring.editor.names import Mention, Stand, mention_at, mentions, rule_of
from rulewright.authoring.editor.outline import Spot, Table
from rulewright.authoring.editor.telling import told, told_variable


@dataclass(frozen=True, slots=True)
class Span:
    """From one spot of a file to another."""

    path: Path
    start: Spot
    end: Spot


@dataclass(frozen=True, slots=True)
class Note:
    """What is shown of a text, in Markdown."""

    text: str
    span: Span


def note(desk: Desk, path: Path, spot: Spot) -> Note | None:
    """What there is to say of the text at a spot; None where there is nothing."""
    page = desk.page(path)
    place = page.at(spot)
    if place is None:
        return None
    mention = mention_at(place, spot)
    rule = rule_of(place)
    if mention is not None and rule is not None:
        return Note(told_variable(mention, rule, page.lines), Span(path, mention.start, mention.end))
    parts = [told(desk.names.declared[key][0], desk.names) for key in dict.fromkeys(desk.names.meant(place))]
    text = "\n\n---\n\n".join(parts) or _described(place)
    return Note(text, Span(path, place.leaf.start, place.leaf.end)) if text else None


def definitions(desk: Desk, path: Path, spot: Spot) -> list[Span]:
    """Where what is spoken of at a spot gets its name."""
    place = desk.page(path).at(spot)
    if place is None:
        return []
    found = _mentions(place, spot)
    if found:
        return [Span(path, found[0].start, found[0].end)]
    stands = [stand for key in dict.fromkeys(desk.names.meant(place)) for stand in desk.names.declared[key]]
    return [_span(stand) for stand in stands]


def uses(desk: Desk, path: Path, spot: Spot, declaration: bool = False) -> list[Span]:
    """Where what is spoken of at a spot is spoken of; with ``declaration``, where it gets its name too."""
    place = desk.page(path).at(spot)
    if place is None:
        return []
    found = _mentions(place, spot)
    if found:
        return [Span(path, mention.start, mention.end) for mention in found[0 if declaration else 1 :]]
    stands: list[Stand] = []
    for kind, name in dict.fromkeys(desk.names.meant(place)):
        if declaration:
            stands.extend(desk.names.declared[kind, name])
        stands.extend(desk.names.uses(kind, name))
    return sorted({_span(stand) for stand in stands}, key=lambda span: (span.path, span.start))


def _mentions(place: Place, spot: Spot) -> list[Mention]:
    """Every mention in its rule of the variable at a spot, in order."""
    mention, rule = mention_at(place, spot), rule_of(place)
    if mention is None or rule is None:
        return []
    return [found for found in mentions(rule) if found.name == mention.name]


def _span(stand: Stand) -> Span:
    return Span(stand.path, stand.place.leaf.start, stand.place.leaf.end)


def _described(place: Place) -> str:
    """What the language says of a key or a word."""
    text = place.leaf.text
    if not place.is_key:
        return _headed(text, words(place.forms).get(text, ""))
    form = keys(place.forms).get(text)
    if form is None or not isinstance(place.holders[-1], Table):
        return ""
    return _headed(text, str(form.get("description", "")))


def _headed(text: str, said: str) -> str:
    return f"**{text}**\n\n{said}" if said else ""
