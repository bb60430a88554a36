"""Where each thing of a knowledge base gets its name, and where it is spoken of, as the documents stand now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rulewright.authoring.editor.grammar import Named, Place
from rulewright.authoring.editor.outline import Leaf, Outline, Row, Spot, Table
from rulewright.authoring.schemas.forms import (
    CONCLUSION,
    DATUM,
    FACT,
    FACT_OR_SOURCE,
    INTERACTION,
    ITEM,
    OPPOSITION,
    PATTERN,
    PREFERENCE,
    READING,
    RELATION,
    SECTION,
    SETTLES,
    SOURCE,
)

MEANT = {
    READING: (FACT,),
    FACT_OR_SOURCE: (FACT, SOURCE),
    SETTLES: (PREFERENCE, FACT),
    PATTERN: (CONCLUSION, SECTION, ITEM),
    RELATION: (OPPOSITION, PREFERENCE, INTERACTION),
    DATUM: (DATUM, SECTION),
}
"""What a name may be that of, where it is not said by one word."""
_VARIABLE = re.compile(r"\$([A-Za-z][A-Za-z0-9-]*)(?:\.([A-Za-z][A-Za-z0-9-]*))?")
_OF_A_DATUM = re.compile(r"([A-Za-z][A-Za-z0-9-]*)(?:\[\d+\])?(?:\.([A-Za-z][A-Za-z0-9-]*))?")


@dataclass(frozen=True, slots=True, eq=False)
class Stand:
    """A text at a place of a file."""

    path: Path
    place: Place
    named: Named

    @property
    def body(self) -> Outline | None:
        """What is said of the thing that gets its name here."""
        holder = self.place.holders[-1]
        if self.place.is_key and isinstance(holder, Table):
            return next((entry.value for entry in holder.entries if entry.key is self.place.leaf), None)
        return holder


def stands(path: Path, places: Iterable[Place]) -> Iterator[Stand]:
    """What the texts of a document name and declare."""
    for place in places:
        for named in place.named():
            yield Stand(path, place, named)


class Names:
    """The names of all documents of a knowledge base; a document that changes is put in anew."""

    def __init__(self) -> None:
        self.declared: dict[tuple[str, str], list[Stand]] = {}
        self.spoken: dict[str, list[Stand]] = {}
        self._of: dict[Path, list[tuple[Stand, list[Stand]]]] = {}

    def put(self, path: Path, stands: Iterable[Stand]) -> None:
        """These are the names of a document now."""
        for stand, among in self._of.pop(path, ()):
            among.remove(stand)
        kept = self._of[path] = []
        for stand in stands:
            named = stand.named
            if named.declares:
                among = self.declared.setdefault((named.what, named.name), [])
            else:
                among = self.spoken.setdefault(_stem(named), [])
            among.append(stand)
            kept.append((stand, among))

    def declared_as(self, what: str) -> Iterator[tuple[str, Stand]]:
        """Everything that a name of this sort could be that of."""
        for kind in MEANT.get(what, (what,)):
            for (other, name), stands in self.declared.items():
                if other == kind and stands:
                    yield name, stands[0]

    def meant(self, place: Place) -> Iterator[tuple[str, str]]:
        """What a text names or declares: kinds and names of things that there are."""
        for named in place.named():
            for key in self.things(named):
                if self.declared.get(key):
                    yield key

    def things(self, named: Named) -> Iterator[tuple[str, str]]:
        """What a name may be that of."""
        if named.declares:
            yield named.what, named.name
            return
        for kind in MEANT.get(named.what, (named.what,)):
            yield kind, named.name
        if named.what == DATUM and (match := _OF_A_DATUM.match(named.name)):
            section, field = match.groups()
            yield (DATUM, f"{section}.{field}") if field else (SECTION, section)

    def uses(self, kind: str, name: str) -> list[Stand]:
        """Where a thing is spoken of, besides where it gets its name."""
        stems = {name, name.partition(".")[0]}
        return [
            stand
            for stem in sorted(stems)
            for stand in self.spoken.get(stem, ())
            if (kind, name) in self.things(stand.named)
        ]


def _stem(named: Named) -> str:
    match = _OF_A_DATUM.match(named.name) if named.what == DATUM else None
    return match[1] if match and match[2] else named.name


# Variables -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mention:
    """A variable where a rule mentions it: its name, from where to where, and the text that it stands in."""

    name: str
    start: Spot
    end: Spot
    field: str
    holder: Outline


def rule_of(place: Place) -> Table | None:
    """The rule in which a text stands."""
    if len(place.steps) > 1 and place.steps[0] == "rules" and len(place.holders) > 2:
        found = place.holders[2]
        return found if isinstance(found, Table) else None
    return None


def mentions(rule: Outline, holder: Outline | None = None) -> Iterator[Mention]:
    """Every mention of a variable in a rule, in its order."""
    if isinstance(rule, Leaf):
        shift = rule.start[1] + (1 if rule.quoted else 0)
        if rule.start[0] == rule.end[0]:
            for match in _VARIABLE.finditer(rule.text):
                start = rule.start[0], shift + match.start()
                yield Mention(match[1], start, (start[0], start[1] + 1 + len(match[1])), match[2] or "", holder or rule)
    elif isinstance(rule, Row):
        for item in rule.items:
            yield from mentions(item, rule)
    else:
        for entry in rule.entries:
            yield from mentions(entry.key, rule)
            if entry.value is not None:
                yield from mentions(entry.value, rule)


def mention_at(place: Place, spot: Spot) -> Mention | None:
    """The variable that is mentioned at a spot of a text."""
    return next((found for found in mentions(place.leaf) if found.start <= spot <= found.end), None)
