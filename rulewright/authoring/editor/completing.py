"""What may be written where the cursor stands: the words, ids, variables and keys that there are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from rulewright.authoring.editor.desk import Desk
from rulewright.authoring.editor.grammar import Place, keys, words
from rulewright.authoring.editor.names import mentions, rule_of
from rulewright.authoring.editor.outline import Leaf, Outline, Row, Spot, Table
from rulewright.authoring.editor.telling import title, told
from rulewright.authoring.schemas.forms import VARIABLE

CURSOR = "\0"
"""A character that no document holds, in the place of the cursor."""
_PLAIN = re.compile(r"[A-Za-z$][A-Za-z0-9 ./$()'%*+_-]*\Z")
_SURPRISING = re.compile(r"(?i)(yes|no|on|off|y|n|null)\Z")
_COMPARED = re.compile(r"(<=|>=|==|!=|<|>)\s*\Z")


class Sort(Enum):
    """What is offered."""

    KEY = "key"
    WORD = "word"
    ID = "id"
    VARIABLE = "variable"


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that may be written: what is shown, what is put in place of ``start`` to the cursor, and what it is."""

    text: str
    written: str
    sort: Sort
    start: Spot
    what: str = ""
    more: str = ""


def offers(desk: Desk, path: Path, spot: Spot) -> list[Offer]:
    """Everything that may be written at a spot of a document, each once."""
    page = desk.page(path)
    if spot[0] >= len(page.lines):
        return []
    line = page.lines[spot[0]]
    column = min(spot[1], len(line))
    lines = [*page.lines]
    lines[spot[0]] = line[:column] + CURSOR + line[column:]
    typed = desk.page_of(path, "\n".join(lines))
    place = next((place for place in typed.places if CURSOR in place.leaf.text), None)
    if place is None:
        return []
    found = _Offers(desk, place, (spot[0], column), line[column:])
    return list({offer.text: offer for offer in found.every()}.values())  # the id of a thing tells more than the word


class _Offers:
    """What may be written at a place in which the cursor stands."""

    def __init__(self, desk: Desk, place: Place, spot: Spot, rest: str) -> None:
        self.desk = desk
        self.place = place
        self.spot = spot
        self.before = place.leaf.text.partition(CURSOR)[0]
        self.quoted = place.leaf.quoted
        self.rest = rest

    def every(self) -> Iterator[Offer]:
        """All of it; what is written is most probably one of the first."""
        if self.place.is_key:
            yield from self.keys()
            yield from self.fields_of_items()
            return
        if "$" not in self.before:
            yield from self.words()
            yield from self.ids()
        yield from self.variables()
        if not self.before or re.fullmatch(r"[A-Za-z-]+", self.before):
            yield from self.keys()

    def offer(self, text: str, sort: Sort, what: str = "", more: str = "", behind: str = "") -> Offer:
        """An offer in place of what was typed of it."""
        typed = re.search(r"\$[A-Za-z0-9-]*\Z", self.before) if sort is Sort.VARIABLE else None
        taken = typed[0] if typed else "" if _COMPARED.match(self.before) else self.before
        start = self.spot[0], max(0, self.spot[1] - len(taken))
        plain = self.quoted or (_PLAIN.match(text) and not _SURPRISING.match(text))
        return Offer(text, (text if plain else json.dumps(text, ensure_ascii=False)) + behind, sort, start, what, more)

    def keys(self) -> Iterator[Offer]:
        """The keys that a mapping may have and does not have yet."""
        holder = self.place.holders[-1] if self.place.is_key and self.place.holders else None
        there = {entry.key.text for entry in holder.entries} if isinstance(holder, Table) else set[str]()
        behind = "" if re.match(r"[A-Za-z0-9-]*\s*:", self.rest) else ": "
        for name, form in keys(self.place.forms).items():
            if name not in there:
                yield self.offer(name, Sort.KEY, form.get("description", ""), behind=behind)

    def words(self) -> Iterator[Offer]:
        """The words of the vocabulary, and those of the language."""
        for word, said in words(self.place.forms).items():
            yield self.offer(word, Sort.WORD, said)

    def ids(self) -> Iterator[Offer]:
        """The names of things that there are."""
        for what in dict.fromkeys(self.place.roles()):
            for name, stand in self.desk.names.declared_as(what):
                yield self.offer(name, Sort.ID, title(stand), told(stand, self.desk.names))

    def variables(self) -> Iterator[Offer]:
        """The variables of the rule."""
        rule = rule_of(self.place)
        if rule is None or not (VARIABLE in self.place.roles() or "$" in self.before):
            return
        for name in dict.fromkeys(found.name for found in mentions(rule)):
            if f"${name}" != self.before or self.rest[:1].isalnum():
                yield self.offer(f"${name}", Sort.VARIABLE, "variable of the rule")

    def fields_of_items(self) -> Iterator[Offer]:
        """Under `test`: the fields of the items that variables of the rule stand for."""
        rule = rule_of(self.place)
        tested = any(
            pattern.startswith(r"^\$") for form in self.place.forms for pattern in form.get("patternProperties", {})
        )
        if rule is None or not tested:
            return
        for variable, item in _item_variables(rule, {*self.desk.vocabulary.items}):
            for attribute in self.desk.vocabulary.items[item].attributes.values():
                yield self.offer(f"{variable}.{attribute.name}", Sort.KEY, attribute.title, behind=": ")


def _item_variables(node: Outline, items: set[str]) -> Iterator[tuple[str, str]]:
    """The variables that stand for items, each with the name of the item."""
    if isinstance(node, Row):
        for inner in node.items:
            yield from _item_variables(inner, items)
    elif isinstance(node, Table):
        for entry in node.entries:
            if entry.key.text in items and isinstance(entry.value, Table):
                bound = entry.value.get("is")
                if isinstance(bound, Leaf) and bound.text.startswith("$") and CURSOR not in bound.text:
                    yield bound.text, entry.key.text
            elif entry.value is not None:
                yield from _item_variables(entry.value, items)
