"""What one part of a knowledge base says, in a fixed form, and the digest by which a review knows those words.

The form is made from what was read, not from the text: the order of keys, comments, quotes and line breaks do not
change it. It holds every field of the part (but where it stands), and what the words in it mean:

- of every fact that it names, the words: a rule was judged to follow from the words of its `because`, a claim from
  those of the readings in its `read-by`, a reading from those of what it is about;
- of every term, datum, declared quantity and conclusion that it names, the declaration in the vocabulary.

Lists are in order, and a changed order is a change. Left out are what decides nothing that an advice says: synonyms,
codes of terminologies and notes of the vocabulary, and plausible ranges. A field that has its default is left out too,
so that a field which a later version adds makes no review stale.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, fields, replace
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Any

from engine.model.knowledge import KnowledgeBase
from engine.model.review import Subject
from engine.model.rule import Condition, Reference, Rule, Variable
from engine.model.unit import Unit

FORMAT = "rulewright/review/1"
_DECIDES_NOTHING = frozenset({"synonyms", "codes", "note", "plausible"})


def subjects(knowledge: KnowledgeBase) -> Iterator[Subject]:
    """Every part that can be reviewed, by kind and then in the order in which they were read."""
    parts = knowledge.facts.values()
    yield from (Subject("fact", fact.id) for fact in parts if not fact.is_interpretation)
    yield from (Subject("reading", fact.id) for fact in parts if fact.is_interpretation)
    yield from (Subject("rule", name) for name in knowledge.rules)
    yield from (Subject("regimen", regimen.id) for regimen in knowledge.regimens)
    yield from (Subject("preference", name) for name in dict.fromkeys(entry.name for entry in knowledge.prefers))
    yield from (Subject("opposition", entry.name) for entry in knowledge.opposes)
    yield from (Subject("source", name) for name in knowledge.sources)


def parts_of(knowledge: KnowledgeBase, subject: Subject) -> tuple[Any, ...]:
    """What stands under an id, as it was read; nothing where there is no such part.

    A preference is read as one entry for each two facts of its order.
    """
    kind, id_ = subject.kind, subject.id
    if kind in ("fact", "reading"):
        fact = knowledge.facts.get(id_)
        return (fact,) if fact is not None and fact.is_interpretation == (kind == "reading") else ()
    if kind == "rule":
        return (knowledge.rules[id_],) if id_ in knowledge.rules else ()
    if kind == "source":
        return (knowledge.sources[id_],) if id_ in knowledge.sources else ()
    if kind == "regimen":
        return tuple(regimen for regimen in knowledge.regimens if regimen.id == id_)
    if kind == "preference":
        return tuple(entry for entry in knowledge.prefers if entry.name == id_)
    return tuple(entry for entry in knowledge.opposes if kind == "opposition" and entry.name == id_)


def content(knowledge: KnowledgeBase, subject: Subject) -> list[object]:
    """What a part says, as plain values: its own fields, and what the words in them mean."""
    form = _Form()
    own = [form.plain(part) for part in parts_of(knowledge, subject)]
    meanings = _Meanings(knowledge, frozenset(form.words))
    return [FORMAT, str(subject), own, meanings.facts(subject), meanings.vocabulary()]


def digest(knowledge: KnowledgeBase, subject: Subject) -> str:
    """The SHA-256 of what a part says, as 64 hexadecimal digits."""
    return hashlib.sha256(_text(content(knowledge, subject)).encode()).hexdigest()


class _Form:
    """Turns what was read into plain values; ``words`` are all texts that occurred, those of keys too."""

    def __init__(self, left_out: frozenset[str] = frozenset()) -> None:
        self.left_out = left_out
        self.words: set[str] = set()

    def plain(self, value: object) -> object:
        """A value whose JSON is the same for the same meaning."""
        if isinstance(value, str):
            self.words.add(value)
            return value
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, Fraction | date):
            return {type(value).__name__.lower(): str(value)}
        if isinstance(value, Unit):
            return {"unit": value.text}
        if isinstance(value, Variable):
            return {"variable": value.name}
        if isinstance(value, Reference):
            self.words |= {value.path, value.path.rpartition(".")[2]}
            return {"reference": value.path}
        if isinstance(value, Mapping):
            return self._mapping(value.items())
        if isinstance(value, tuple):
            return self._list(value)
        if isinstance(value, Rule):
            return self._part(replace(value, when=value.written or value.when))
        return self._part(value)

    def _list(self, value: tuple[Any, ...]) -> object:
        """Items in order; entries of a mapping by their keys; and what one entry of a rule was read as, in no order."""
        if value and all(_is_pair(item) for item in value):
            return self._mapping(value)
        if value and all(isinstance(item, Condition) for item in value):
            entries = groupby(value, key=lambda condition: condition.location)
            return [sorted((self.plain(each) for each in group), key=_text) for _, group in entries]
        return [self.plain(item) for item in value]

    def _mapping(self, entries: Iterable[tuple[str, object]]) -> dict[str, object]:
        """Entries by their keys; one key may have two constraints."""
        found = []
        for name, value in entries:
            self.words.add(name)
            found.append([name, self.plain(value)])
        return {"entries": sorted(found, key=_text)}

    def _part(self, value: Any) -> dict[str, object]:
        said = {part.name: self.plain(_of(value, part)) for part in self._said(value)}
        return {"is": type(value).__name__, "says": said}

    def _said(self, value: Any) -> Iterator[Field[Any]]:
        """The fields of a part that say something: not where it stands, and none that has its default."""
        for part in fields(value):
            default = part.default_factory() if part.default_factory is not MISSING else part.default
            if part.compare and part.name not in self.left_out and _of(value, part) != default:
                yield part


class _Meanings:
    """What the words that a part uses mean in its knowledge base."""

    def __init__(self, knowledge: KnowledgeBase, words: frozenset[str]) -> None:
        self.knowledge = knowledge
        self.known = knowledge.vocabulary
        self.words = words

    def facts(self, subject: Subject) -> dict[str, str]:
        """The words of the facts that it names."""
        named = (self.knowledge.facts.get(word) for word in self.words if word != subject.id)
        return {fact.id: fact.words for fact in named if fact is not None}

    def vocabulary(self) -> dict[str, object]:
        """The declarations of the terms, data, quantities and conclusions that it names."""
        found: dict[str, object] = {}
        for kind, terms in self.known.terms.items():
            for word in self.words & terms.keys():
                name = word
                while name in terms and f"{kind} {name}" not in found:  # and of what it is a special case of
                    found[f"{kind} {name}"] = _Form(_DECIDES_NOTHING).plain(terms[name])
                    name = terms[name].is_a
        for section in self.known.sections.values():
            for name, attribute in section.attributes.items():
                path = f"{section.name}.{name}"
                if path in self.words or (section.item in self.words and name in self.words):
                    found[path] = _Form(_DECIDES_NOTHING).plain(attribute)
        for word in self.words & self.known.quantities.keys():
            found[f"quantity {word}"] = _Form().plain(self.known.quantities[word])
        for word in self.words & self.known.conclusions.keys():
            found[f"conclusion {word}"] = _Form().plain(self.known.conclusions[word])
        return found


def _text(value: object) -> str:
    """Plain values as the one JSON text that they have."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _is_pair(value: object) -> bool:
    """Whether a value is one entry of a mapping, as frozen values keep it."""
    return isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str)


def _of(value: object, part: Field[Any]) -> object:
    return getattr(value, part.name)
