"""The foot of an advice page: what it rests on, its limits, and the account of every datum."""

from __future__ import annotations

from dataclasses import dataclass

from engine.model.advice import Advice, FactRecord, Input
from provenance.render.layout import Sheet
from provenance.render.naming import ITEM, Names, ordered
from provenance.render.wording import sentence_words, time_words, value_words

REFUSED = "not used: "
"""How the note on a datum begins that no rule may use, as one measured too long ago."""


@dataclass(frozen=True)
class Accounted:
    """The data of a case: those that rules used, those that rules asked for and could not use, and all others."""

    used: list[Input]
    refused: list[Input]
    unread: list[Input]


def accounted_for(advice: Advice) -> Accounted:
    """The data of an advice's case, by what became of them."""
    read = [given for given in advice.inputs if given.rules]
    refused = [given for given in read if any(note.startswith(REFUSED) for note in given.notes)]
    unread = [given for given in advice.inputs if not given.rules]
    return Accounted([given for given in read if given not in refused], refused, unread)


class Basis:
    """Prints the words behind the ids of a page. ``cited`` are the ids that the page printed."""

    def __init__(self, names: Names, sheet: Sheet, cited: set[str]) -> None:
        self.names = names
        self.sheet = sheet
        self.advice = names.advice
        self.cited = cited
        self.facts = {fact.id: fact for fact in self.advice.facts}
        self.sources = {source.id: source for source in self.advice.sources}

    def limits(self) -> None:
        """What the reader must know of the basis."""
        self.sheet.add(" ".join(self.advice.limits), 1)

    def source_list(self) -> None:
        """The sources of the page, each with its identity said honestly and the facts that are attributed to it."""
        cited = [self.facts[id_] for id_ in ordered(self.cited) if id_ in self.facts]
        told = []
        for source in self.advice.sources:
            attributed = [fact.id for fact in cited if source.id in fact.cites]
            readings = [fact.id for fact in cited if fact.quoted_from == source.id and fact.states]
            read = any(fact.quoted_from == source.id and not fact.states for fact in cited)
            said = [f"cited for {' '.join(attributed)}"] if attributed else []
            said += ["where the statements were read"] if read else []
            said += [f"readings {' '.join(readings)}"] if readings else []
            if said:
                standing = "" if source.standing == "current" else f"; {source.standing}"
                told.append(f"{source.shown}{standing}: {', '.join(said)}")
        if told:
            self.sheet.add("Sources: " + " · ".join(told), 1)
        notes: dict[str, list[str]] = {}
        for fact in cited:
            if fact.fidelity_note:
                notes.setdefault(fact.fidelity_note, []).append(fact.id)
        for note, ids in notes.items():
            self.sheet.add(f"{' '.join(ids)}: {note}", 1)

    def words(self, ids: set[str]) -> None:
        """The words of these facts and readings; the same words are printed once."""
        quotes: dict[str, list[str]] = {}
        readings: list[FactRecord] = []
        for id_ in ordered(ids):
            fact = self.facts.get(id_)
            if fact is not None and fact.states:
                readings.append(fact)
            elif fact is not None:
                quotes.setdefault(fact.quote, []).append(id_)
        for quote, same in quotes.items():
            self.sheet.add(f"{' '.join(same)} “{quote}” {self.attributed(same)}", 1)
        for fact in readings:
            self.sheet.add(f"{fact.id} (reading) {sentence_words(fact.states)}", 1)

    def attributed(self, ids: list[str]) -> str:
        """To whom the document attributes a statement: "[1]", "[5] or [6]", "(attributed to no source)"."""
        cites = dict.fromkeys(source for id_ in ids for source in self.facts[id_].cites)
        shown = [record.printed_as or name if (record := self.sources.get(name)) else name for name in cites]
        return " or ".join(shown) if shown else "(attributed to no source)"

    # Inputs ----------------------------------------------------------------------------------------------------------

    def inputs(self) -> None:
        """Every datum of the case: those that a rule read, and those that no rule used."""
        accounted = accounted_for(self.advice)
        self.sheet.add(f"Used: {self.grouped(accounted.used) or 'nothing'}", 1)
        if accounted.refused:
            self.sheet.add(f"Asked for by rules, and not used: {self.grouped(accounted.refused)}", 1)
        self.sheet.add(f"No rule used this: {self.grouped(accounted.unread) or 'nothing'}", 1)

    def grouped(self, inputs: list[Input]) -> str:
        """Data in one run of text: those of one item of a list together."""
        parts: dict[str, list[str]] = {}
        for number, given in enumerate(inputs):
            match = ITEM.match(given.path)
            if match is None:
                parts[str(number)] = [self.datum(given)]
                continue
            item = self.names.item(match["section"], match["number"])
            parts.setdefault(item, [])
            if f"({given.text})" not in item:
                parts[item].append(self.datum(given))
        return "; ".join(
            f"{key}: {', '.join(texts)}" if not key.isdigit() and texts else key if not texts else texts[0]
            for key, texts in parts.items()
        )

    def datum(self, given: Input) -> str:
        """One datum with its value and notes: "area 25 m2 (undated: counts as measured at the as-of time)"."""
        text = {"true": "yes", "false": "no"}.get(given.text) or value_words(self.names.word(given.text))
        notes = f" ({'; '.join(value_or_note(note) for note in given.notes)})" if given.notes else ""
        return f"{given.label} {text}{notes}"

    def identity(self) -> None:
        """By what the advice can be found and repeated."""
        advice, knowledge = self.advice, self.advice.knowledge
        self.sheet.add(
            f"Advice {advice.id} of {time_words(advice.as_of)}; knowledge base {knowledge.name}, "
            f"version {knowledge.version} (digest {knowledge.digest[:12]}); "
            f"documents admitted: {', '.join(advice.admitted)}.",
            style="dim",
        )


def value_or_note(note: str) -> str:
    """A note on a datum, with an earlier value in words."""
    lead, found, value = note.partition(": ")
    return f"{lead}: {value_words(value)}" if found and lead == "earlier" else note
