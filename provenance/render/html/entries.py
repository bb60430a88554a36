"""The lines of an advice for a page of HTML: each with its doses, the words it rests on, and its chain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.model.advice import Dose, Standing, Statement
from engine.model.case import Case
from provenance.grounds import Grounds
from provenance.render.html.cards import ALARMING
from provenance.render.html.chain import Chain, nested
from provenance.render.html.page import anchor
from provenance.render.naming import Names, ordered, stated_words
from provenance.render.options import CAPS, Options, statement_notes
from provenance.render.selection import doses_of
from provenance.render.trace import outline
from provenance.render.wording import amount_words, sentence_words


@dataclass(frozen=True)
class DoseLines:
    """A dose with its arithmetic, the sentences it is taken from, and the readings under which it is read."""

    evidence: str
    amount: str
    arithmetic: str
    notes: tuple[str, ...]
    steps: tuple[str, ...]
    words: tuple[str, ...]
    readings: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One line of the page. ``words`` and ``readings`` are the facts that its body quotes; ``cited`` how it names them.

    ``alarming`` says that a reviewer objects to something of it, or judged words that were changed since.
    ``conclusions`` are those whose chain it opens to; ``value`` is that of the first.
    """

    place: str
    title: str
    amount: str
    strength: str
    arithmetic: str
    cited: str
    alarming: bool
    doses: tuple[DoseLines, ...]
    remarks: tuple[str, ...]
    words: tuple[str, ...]
    readings: tuple[str, ...]
    beside: tuple[tuple[str, str], ...]
    conclusions: tuple[str, ...]
    value: str
    chain: Chain


class Entries:
    """Makes the lines of one advice."""

    def __init__(self, grounds: Grounds, names: Names, options: Options, case: Case | None) -> None:
        self.grounds = grounds
        self.advice = grounds.advice
        self.names = names
        self.options = options
        self.case = case
        self.dose_conclusions = {id(dose): name for name, dose in doses_of(grounds).items()}

    def option(self, standing: Standing, name: str, advised: bool = True) -> Entry:
        """An option; of one that is not advised, only whether it was asked for or is running stands beside it."""
        beside = {entry.fact for entry in standing.beside}
        own = [fact for fact in standing.claims if fact not in beside] or list(standing.claims)
        doses = tuple(self.dose(dose) for dose in standing.doses)
        root = self.names.atom(standing)
        conclusions = (root, *(self.dose_conclusions[id(dose)] for dose in standing.doses))
        dosed = {fact for dose in standing.doses for fact in (*dose.facts, *dose.readings)}
        assumed = [f"Assumed: {text}" for text in standing.assumed]
        running = [] if advised else self.marks(standing)
        return Entry(
            place=anchor("line", root),
            title=name,
            amount=self.options.headline(standing) if advised else "",
            strength=self.options.strength(standing) if advised else "; ".join(running),
            arithmetic=doses[0].arithmetic if len(doses) == 1 else "",
            cited=self.names.cited(own, standing.readings, standing.unreviewed),
            alarming=alarming(standing.unreviewed),
            doses=doses,
            remarks=(*(self.options.remarks(standing) if advised else ()), *assumed),
            words=tuple(fact for fact in ordered(own) if fact not in dosed),
            readings=tuple(fact for fact in ordered(standing.readings) if fact not in dosed),
            beside=tuple((entry.fact, self.names.fit(entry.population)) for entry in standing.beside),
            conclusions=conclusions,
            value=self.advice.values.get(root, "false"),
            chain=self.chain(conclusions),
        )

    def marks(self, standing: Standing) -> list[str]:
        """What must be said beside an option that is not advised."""
        from provenance.render.options import RUNNING

        return (["asked for"] if standing.requested else []) + (
            [RUNNING[standing.running]] * bool(RUNNING[standing.running])
        )

    def dose(self, dose: Dose) -> DoseLines:
        """A dose, its arithmetic first."""
        options = self.options
        _, silent = stated_words(dose.stated, options.unstated, options.unsaid(dose))
        notes = []
        if dose.cap is not None:
            notes.append(CAPS.get(dose.outcome, "the maximum is {cap}").format(cap=amount_words(dose.cap, None)))
        for words, fields in silent.items():
            notes.append(f"{words}: {', '.join('maximum' if field == 'cap' else field for field in fields)}")
        return DoseLines(
            evidence=dose.evidence,
            amount=options.amount(dose),
            arithmetic=options.arithmetic(dose),
            notes=tuple(notes),
            steps=tuple(f"{sentence_words(step.text)} {self.names.cited(step.facts)}".strip() for step in dose.steps),
            words=tuple(ordered(dose.facts)),
            readings=tuple(ordered(dose.readings)),
        )

    def statement(self, entry: Statement) -> Entry:
        """A caution, care and the like."""
        return Entry(
            place=anchor("line", entry.conclusion),
            title=sentence_words(entry.text),
            amount="",
            strength="PROVISIONAL" if entry.value == "provisional" else "",
            arithmetic="; ".join(statement_notes(entry, self.names)),
            cited=self.names.cited(entry.claims, entry.readings, entry.unreviewed),
            alarming=alarming(entry.unreviewed),
            doses=(),
            remarks=tuple(f"Assumed: {text}" for text in entry.assumed),
            words=tuple(ordered(entry.claims)),
            readings=tuple(ordered(entry.readings)),
            beside=(),
            conclusions=(entry.conclusion,),
            value=entry.value,
            chain=self.chain((entry.conclusion,)),
        )

    def chain(self, conclusions: Iterable[str]) -> Chain:
        """The chain of these conclusions, down to data, words and sources."""
        return nested(outline(self.grounds, conclusions, self.case))


def alarming(unreviewed: Mapping[str, str]) -> bool:
    """Whether a line rests on something that a reader must be warned of."""
    return any(state in ALARMING for state in unreviewed.values())
