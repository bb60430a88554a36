"""Cases made from the vocabulary and the thresholds of one or several programs, for what is tried by the thousand.

The sample is stratified: every answer that a datum may have (`rulewright.authoring.answers`), its absence among them,
takes its turn, in an order that is shuffled anew for every datum and every round, so that the answers of different data
meet in all ways. Of every four cases two are such; two are aimed at a clause, each clause in turn, and then spoilt a
little: a datum changed or left out. Cases are numbered, and each depends on the seed and its number alone.

Nothing real is like these: that so many of them show something says nothing of how often it is so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from random import Random

from engine.document import Mapping as Document
from engine.document import Node
from engine.document import Sequence as Listed
from engine.errors import NOWHERE
from engine.loading.canonical import moment_text
from engine.model.knowledge import KnowledgeBase
from engine.model.vocabulary import Section, Vocabulary
from engine.program import Clause, Program
from provenance.variants.cells import text
from provenance.variants.thresholds import Thresholds
from rulewright.authoring.aims import Aims, Draft
from rulewright.authoring.answers import (
    LISTINGS,
    Answer,
    answers,
    flag,
    hours_before,
    joined,
    mapping,
    settable,
    thresholds,
)

ROUND = 4
"""Of so many cases two are drawn over all data, one is aimed at any clause and one at a chosen clause."""
MOST_SPOILT = 2
OPENED = 0.3
"""How often a list of a spoilt case may hold others."""


@dataclass(frozen=True)
class Reading:
    """A program whose clauses cases are aimed at, the knowledge base it was made from, and the ``chosen`` clauses that
    half of the aimed cases are aimed at.
    """

    program: Program
    knowledge: KnowledgeBase
    chosen: tuple[Clause, ...] = ()


class Cases:
    """Numbered cases. ``random`` gives the one number from which they are made: the same seed makes the same cases.

    ``moments`` are the as-of times that they stand at, in turn. In every other case that is aimed at a chosen clause,
    the data at the places ``turned`` have the answer whose turn it is.
    """

    def __init__(
        self,
        readings: Sequence[Reading],
        moments: Sequence[datetime],
        random: Random,
        turned: Sequence[str] = (),
    ) -> None:
        self.vocabulary: Vocabulary = joined(reading.knowledge.vocabulary for reading in readings)
        self.moments = tuple(moments)
        self.seed = random.getrandbits(64)
        known = thresholds((reading.program, reading.knowledge) for reading in readings)
        vocabularies = [self.vocabulary, *(reading.knowledge.vocabulary for reading in readings)]
        self.answers: Mapping[str, tuple[Answer, ...]] = {
            f"{section.name}.{name}": _of_any(f"{section.name}.{name}", known, vocabularies)
            for section in self.vocabulary.sections.values()
            for name in settable(section)
        }
        aims = [Aims(reading.program, reading.knowledge.vocabulary, self.answers) for reading in readings]
        self.any = [(aim, clause) for aim in aims for clause in aim.program.clauses]
        self.chosen = [
            (aim, clause) for aim, reading in zip(aims, readings, strict=True) for clause in reading.chosen
        ] or self.any
        self.turned = [place for place in turned if place in self.answers]
        self._order = lru_cache(maxsize=4096)(self._shuffled)

    def document(self, number: int) -> Document:
        """The case of this number, as a document."""
        random = Random(f"{self.seed}/{number}")
        draft = Draft()
        kind = number % ROUND
        if kind >= 2 and self.any:
            aimed, turn = (self.any, number // ROUND) if kind == 2 else (self.chosen, number // ROUND)
            aim, clause = aimed[turn % len(aimed)]
            aim.aim(clause, draft, random)
            for section in self.vocabulary.sections.values():
                if section.is_list:
                    draft.lists.setdefault(section.name, [])
            if turn // len(aimed) % 2:
                self.spoil(draft, random)
            if kind == ROUND - 1 and turn % 2:
                self.turn_over(draft, turn // 2)
        else:
            self.fill(draft, number)
        return self.written(draft, self.moments[number // ROUND % len(self.moments)])

    # Over all data ---------------------------------------------------------------------------------------------------

    def turn(self, place: str, number: int, size: int) -> int:
        """Which of so many answers of a place has its turn in the case of this number."""
        return self._order(place, number // size, size)[number % size]

    def _shuffled(self, place: str, block: int, size: int) -> list[int]:
        order = list(range(size))
        Random(f"{self.seed}/{place}/{block}").shuffle(order)
        return order

    def answer(self, place: str, number: int, slot: str = "") -> Answer:
        """The answer of a place whose turn it is."""
        known = self.answers[place]
        weights = self._weights(place)
        return known[weights[self.turn(place + slot, number, len(weights))]]

    def _weights(self, place: str) -> list[int]:
        return [number for number, answer in enumerate(self.answers[place]) for _ in range(answer.weight)]

    def fill(self, draft: Draft, number: int) -> None:
        """Every datum by its turn."""
        drawn = number // ROUND * 2 + number % ROUND  # two of each round are drawn so
        listings = [listing for listing in LISTINGS for _ in range(listing.weight)]
        for section in self.vocabulary.sections.values():
            if not section.is_list:
                for name in settable(section):
                    draft.data[f"{section.name}.{name}"] = self.answer(f"{section.name}.{name}", drawn)
                continue
            listing = listings[self.turn(section.name, drawn, len(listings))]
            if listing.items is None:
                continue
            draft.lists[section.name] = [
                {name: self.answer(f"{section.name}.{name}", drawn, f"/{slot}") for name in settable(section)}
                for slot in range(listing.items)
            ]
            if not listing.complete:
                draft.incomplete.add(section.name)

    # Aimed at a clause -----------------------------------------------------------------------------------------------

    def spoil(self, draft: Draft, random: Random) -> None:
        """Give one or two of the data another answer, or leave one out, or leave a list open."""
        places: list[tuple[dict[str, Answer], str, str]] = [(draft.data, path, path) for path in draft.data]
        for name, items in draft.lists.items():
            places += [(item, field, f"{name}.{field}") for item in items for field in item]
        for entries, key, place in random.sample(places, min(len(places), random.randint(1, MOST_SPOILT))):
            entries[key] = random.choice(self.answers[place])
        for name in draft.lists:
            if random.random() < OPENED:
                draft.incomplete.add(name)

    def turn_over(self, draft: Draft, number: int) -> None:
        """Give the data at the places that are turned the answer whose turn it is."""
        for place in self.turned:
            name, _, field = place.partition(".")
            if not self.vocabulary.sections[name].is_list:
                draft.data[place] = self.plainly(place, number)
            for item in draft.lists.get(name, ()):
                item[field] = self.plainly(place, number)

    def plainly(self, place: str, number: int) -> Answer:
        """The answer of a place whose turn it is, where each comes up as often as any other."""
        known = self.answers[place]
        return known[self.turn(place, number, len(known))]

    # As a document ---------------------------------------------------------------------------------------------------

    def written(self, draft: Draft, as_of: datetime) -> Document:
        """A draft as a case's document; what a case may not say together is left out."""
        entries: dict[str, Node] = {"as-of": text(moment_text(as_of))}
        for section in self.vocabulary.sections.values():
            if section.is_list:
                items = [self.item(section, item, as_of) for item in draft.lists.get(section.name, [])]
                node = _listed(_apart(section, items), section.name not in draft.incomplete)
                if section.name in draft.lists or section.name in draft.incomplete:
                    entries[section.name] = node
                continue
            record = {
                name: given
                for name in settable(section)
                if (answer := draft.data.get(f"{section.name}.{name}")) and (given := answer.at(as_of)) is not None
            }
            if record:
                entries[section.name] = mapping(record)
        return mapping(entries)

    def item(self, section: Section, item: Mapping[str, Answer], as_of: datetime) -> Document:
        """One item. What would end before it began changes places with its beginning."""
        given = {name: answer for name in settable(section) if (answer := item.get(name)) is not None}
        start = given.get(section.order)
        for name, answer in given.items():
            if start is not None and name != section.order and section.attributes[name].type.kind == "time":
                began, ended = hours_before(start), hours_before(answer)
                if began is not None and ended is not None and ended > began:
                    given |= {name: start, section.order: answer}
                    break
        return mapping({name: node for name, answer in given.items() if (node := answer.at(as_of)) is not None})


def _of_any(place: str, known: Thresholds, vocabularies: Sequence[Vocabulary]) -> tuple[Answer, ...]:
    """The answers for a place by any of several vocabularies, the first of those of the same name."""
    found: dict[str, Answer] = {}
    name, _, field = place.partition(".")
    for vocabulary in vocabularies:
        section = vocabulary.sections.get(name)
        if section is not None and field in section.attributes:
            for answer in answers(place, section.attributes[field], known, vocabulary):
                found.setdefault(answer.stratum, answer)
    return tuple(found.values())


def _listed(items: Sequence[Document], complete: bool) -> Node:
    """A list, or what is known of one that may hold others."""
    mark = () if complete else (mapping({"complete": flag(False)}),)
    return Listed((*items, *mark), NOWHERE)


def _apart(section: Section, items: Sequence[Document]) -> list[Document]:
    """The items, but for those that have the key of an earlier one."""
    found: dict[object, Document] = {}
    for number, item in enumerate(items):
        key = tuple(str(item.entries[name]) for name in section.key if name in item.entries)
        found.setdefault(key if len(key) == len(section.key) and key else number, item)
    return list(found.values())
