"""What an advice page says of the options: to consider now, with doses; what follows; what is not supported now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from engine.formula import inputs, parse_formula
from engine.model.advice import Advice, Dose, Fit, Reason, Standing, Statement
from engine.no_dose import says_no_dose
from provenance.render.grades import remark
from provenance.render.layout import Sheet
from provenance.render.naming import Names, count_words, stated_words
from provenance.render.wording import amount_words, product_words, sentence_words, span_words

CAPS = {
    "below": "below the maximum of {cap}",
    "at": "at the maximum of {cap}",
    "capped": "held at the maximum of {cap}",
    "partly capped": "its upper end held at the maximum of {cap}",
}
RUNNING = {
    "yes": "already running; this is no advice to stop it",
    "unknown": "whether it is running is not recorded",
    "no": "",
}
FOLLOWS = "starts"
"""The field of a dosing claim that says when a dose begins: what has it comes after something else."""


class Options:
    """Prints the standings of one advice."""

    def __init__(self, names: Names, sheet: Sheet) -> None:
        self.names = names
        self.sheet = sheet
        self.advice = names.advice
        self.knowledge = names.knowledge
        self.headings = names.vocabulary.headings
        dosing = names.vocabulary.claims.get(self.headings.dosing)
        self.unstated: Mapping[str, str] = dosing.unstated if dosing else {}
        self.facts = {fact.id: fact for fact in self.advice.facts}

    def under(self, *headings: str) -> list[Standing]:
        """The standings under these headings."""
        return [standing for standing in self.advice.options if standing.heading in headings]

    # Consider now, and then ------------------------------------------------------------------------------------------

    def comes_next(self, standing: Standing) -> bool:
        """Whether the source lets its dose begin after something that is not complete yet."""
        starting = [
            dose for dose in standing.doses if dose.stated.get(FOLLOWS) not in (None, self.unstated.get(FOLLOWS))
        ]
        return bool(starting) and not any(self.phase_before_is_complete(dose) for dose in starting)

    @property
    def can_follow(self) -> bool:
        """Whether a dosing claim has a field for when a dose begins: without one nothing is ever stated to follow."""
        dosing = self.names.vocabulary.claims.get(self.headings.dosing)
        return dosing is not None and FOLLOWS in dosing.fields

    def phase_before_is_complete(self, dose: Dose) -> bool:
        """Whether the phase of the regimen that the dose follows is complete in this case."""
        for regimen in self.knowledge.regimens:
            ids = [f"{regimen.id}/{phase.role}" for phase in regimen.phases]
            at = ids.index(dose.evidence) if dose.evidence in ids else 0
            if at:
                earlier = regimen.phases[at - 1].claim
                key = {field: str(earlier[field]) for field in self.names.key_types if field in earlier}
                return any(other.key == key for other in self.under("completed"))
        return False

    def block(self, standings: Sequence[Standing]) -> None:
        """Options with their doses, by group; several of one group are said to be in no order."""
        for title, members in self.groups(standings):
            if title:
                self.sheet.add(title, 1, style="italic")
            for standing in members:
                self.option(standing, self.names.subject(standing) if title else self.names.key_words(standing))
        self.assumed(standings)

    def groups(self, standings: Iterable[Standing]) -> list[tuple[str, list[Standing]]]:
        """Options by the rest of their keys, each group with its heading; none has one where each is of one option."""
        groups: dict[tuple[str, ...], list[Standing]] = {}
        for standing in standings:
            groups.setdefault(self.names.group(standing), []).append(standing)
        headed = any(len(members) > 1 for members in groups.values())
        return [(self.group_heading(members) if headed else "", members) for members in groups.values()]

    def group_heading(self, members: Sequence[Standing]) -> str:
        """What stands above the options of one group: "While the plants grow: 4 options, in no order"."""
        words = self.names.group_words(members[0])
        lead = f"{words[:1].upper()}{words[1:]}: " if words else ""
        return f"{lead}{count_words(len(members), 'option')}{', in no order' if len(members) > 1 else ''}"

    def assumed(self, standings: Sequence[Standing]) -> None:
        """The stated defaults that options rest on, each once with the options that do."""
        who: dict[str, dict[str, None]] = {}
        for standing in standings:
            for text in standing.assumed:
                who.setdefault(text, {})[self.names.subject(standing)] = None
        texts: dict[tuple[str, ...], list[str]] = {}
        for text, subjects in who.items():
            texts.setdefault(tuple(subjects), []).append(text)
        for names, said in texts.items():
            self.sheet.add(f"Assumed for {', '.join(names)}: {'; '.join(said)}", 1, 4)

    def option(self, standing: Standing, name: str) -> None:
        """One option: what and how much, how it is computed, and what stands beside it."""
        beside = {entry.fact for entry in standing.beside}
        own = [fact for fact in standing.claims if fact not in beside]
        ids = self.names.cited(own or standing.claims, standing.readings, standing.unreviewed)
        several = len(standing.doses) > 1
        amount = self.headline(standing)
        self.sheet.add(f"• {name}{': ' if amount else ''}{amount} — {self.strength(standing)}", 1, 4, "bold", ids)
        for dose in standing.doses:
            self.dose(dose, several)
        for text in self.remarks(standing):
            self.sheet.add(text, 5)
        if standing.beside:
            shown = "; ".join(self.fact_beside(entry.fact, entry.population) for entry in standing.beside)
            self.names.cited(beside)
            self.sheet.add(f"beside it (it opened nothing): {shown}", 5)

    def headline(self, standing: Standing) -> str:
        """The amount, with what the source states of its use."""
        if not self.headings.dose:
            return ""
        if not standing.doses:
            said = says_no_dose(self.advice, self.headings, standing.key.values())
            return f"the source gives no {self.names.amount_word}" if said else ""
        if len(standing.doses) > 1:
            return f"{count_words(len(standing.doses), self.names.amount_word)} are stated, in no order"
        return self.amount(standing.doses[0])

    def amount(self, dose: Dose) -> str:
        """The amount with what its source states: "600 mL per day, form liquid, duration 3 days"."""
        said, _ = stated_words(dose.stated, self.unstated, self.unsaid(dose))
        parts = [sentence_words(dose.text) if dose.amount else f"{self.names.amount_word} {sentence_words(dose.text)}"]
        parts += [f"{field} {sentence_words(self.names.word(value))}" for field, value in said if field != FOLLOWS]
        for field, value in said:
            if field == FOLLOWS:
                parts.append(f"{field} {value}" + (" (complete)" if self.phase_before_is_complete(dose) else ""))
        return ", ".join(parts)

    def unsaid(self, dose: Dose) -> set[str]:
        """The fields that are said elsewhere: what the amount is per, and the cap where there is one."""
        return {"amount-is"} | ({"cap"} if dose.cap else set())

    def dose(self, dose: Dose, several: bool) -> None:
        """The arithmetic of a dose, with what its source does not state."""
        _, silent = stated_words(dose.stated, self.unstated, self.unsaid(dose))
        parts = [self.arithmetic(dose)]
        if dose.cap is not None:
            parts.append(CAPS.get(dose.outcome, "the maximum is {cap}").format(cap=amount_words(dose.cap, None)))
        for words, fields in silent.items():
            parts.append(f"{words}: {', '.join('maximum' if field == 'cap' else field for field in fields)}")
        lead = f"{self.amount(dose)}: " if several else ""
        cited = self.names.cited(dose.facts, dose.readings)
        self.sheet.add(lead + "; ".join(part for part in parts if part), 5, end=cited if several else "")

    def arithmetic(self, dose: Dose) -> str:
        """How the amount was computed: "2 to 3 g/m² × 8 m² (area of 2026-03-01) = 16 to 24 g"."""
        rate = span_words(dose.rate, None)
        if dose.measure is None or dose.product is None:
            return f"the source's rate: {rate}, by {self.names.datum(dose.times)}"
        measure = f"{amount_words(dose.measure)} ({self.measured(dose)})"
        return f"{rate} × {measure} = {product_words(dose.product, dose.cap)}"

    def measured(self, dose: Dose) -> str:
        """What a rate is multiplied with, and its date: "area, undated"."""
        label = self.names.datum(dose.times)
        declared = self.names.vocabulary.quantities.get(dose.times)
        if declared is None:
            return (
                f"{label}, undated"
                if dose.measured_at == "undated"
                else f"{label} of {dose.measured_at}"
                if dose.measured_at
                else label
            )
        said = [sentence_words(dose.steps[0].text).partition(" = ")[0]] if dose.steps else []
        dates = dict.fromkeys(
            (self.names.datum(value.path), self.names.dated(value.path))
            for value in inputs(parse_formula(declared.formula))
        )
        for name, date in dates:
            day = date if date == "undated" else f"of {date}"
            said.append(day if name == label else f"{name} {day}")
        return f"{label}: {', '.join(said)}"

    def strength(self, standing: Standing) -> str:
        """How strongly, in the source's own word, and whether a course is running."""
        term = self.names.vocabulary.term("modality", standing.modality)
        word = (
            f"“{standing.modality}”" + (f", {term.label}" if term and term.label else "") if standing.modality else ""
        )
        parts = []
        if standing.heading == "provisional":
            gaps = "; ".join(reason.text for reason in standing.reasons if reason.kind == "gap")
            parts.append(f"PROVISIONAL, in spite of a gap: {gaps}" if gaps else "PROVISIONAL")
        parts.append(
            f"{standing.status} ({word})" if standing.status and word else standing.status or word or "considered"
        )
        if standing.running == "yes":
            parts.append("already running")
        if standing.requested:
            parts.append("asked for")
        return "; ".join(parts)

    def remarks(self, standing: Standing) -> list[str]:
        """What else is said of an option: reasons beside it, marks, levels of evidence, other populations."""
        beside = {entry.fact for entry in standing.beside}
        found = [reason.text for reason in standing.reasons if reason.kind == "remark"]
        found += [f"{mark}: {value.replace('-', ' ')}" for mark, value in standing.marks.items()]
        levels = [f"{level} [{fact}]" for fact, level in standing.evidence_levels.items() if fact not in beside]
        found += [f"evidence: {'; '.join(levels)}"] if levels else []
        said = remark(standing.certainty)
        found += [said] if said else []
        for fact, fit in standing.populations.items():
            if fact not in beside and self.names.fit(fit):
                found.append(f"{fact} is about {self.population(fact)}: {self.names.fit(fit)}")
        return found

    def population(self, fact: str) -> str:
        """Whom a fact is about."""
        record = self.facts.get(fact)
        return record.population if record and record.population else "a population of its own"

    def fact_beside(self, fact: str, fit: Fit) -> str:
        """A fact beside an option, with its level of evidence and whom it is about."""
        record = self.facts.get(fact)
        said = [record.evidence_level] if record and record.evidence_level else []
        said += [self.names.fit(fit)] if self.names.fit(fit) else []
        return f"{fact} ({'; '.join(said)})" if said else fact

    # Not now ---------------------------------------------------------------------------------------------------------

    def by_reason(self, standings: Iterable[Standing]) -> dict[str, list[Standing]]:
        """Standings that share every reason, so that each reason is read once."""
        found: dict[str, list[Standing]] = {}
        for standing in standings:
            found.setdefault(reasons_words(standing.reasons), []).append(standing)
        return found

    def listing(self, standings: Iterable[Standing]) -> str:
        """Subjects by group, with what must be said of each and their facts."""
        groups: dict[tuple[str, str, bool], list[Standing]] = {}
        for standing in standings:
            groups.setdefault((self.names.group_words(standing), standing.running, standing.requested), []).append(
                standing
            )
        parts = []
        for (group, running, requested), members in groups.items():
            marks = (["asked for"] if requested else []) + ([RUNNING[running]] if RUNNING[running] else [])
            remark = f" ({'; '.join(marks)})" if marks else ""
            subjects = ", ".join(self.listed(standing) for standing in members)
            parts.append(f"{group + ': ' if group else ''}{subjects}{remark}")
        return " · ".join(parts)

    def listed(self, standing: Standing) -> str:
        """A subject with its facts: "sulfur dust [G04 G13; reading I04]"."""
        return f"{self.names.subject(standing)} {self.cited(standing)}".rstrip()

    def cited(self, standing: Standing) -> str:
        """What a standing rests on, and what of it lacks a review."""
        return self.names.cited(standing.claims, standing.readings, standing.unreviewed)

    def not_supported(self) -> None:
        """Each reason with what it keeps from being supported; what was asked for comes first."""
        standings = self.under("not-supported-now")
        standings.sort(key=lambda standing: not standing.requested)
        for reasons, members in self.by_reason(standings).items():
            self.sheet.add(f"• {reasons[:1].upper()}{reasons[1:]} — {self.listing(members)}", 1)

    def completed(self) -> None:
        """What is complete, in a line."""
        for standing in self.under("completed"):
            beside = {entry.fact for entry in standing.beside}
            ids = self.names.cited(
                (fact for fact in standing.claims if fact not in beside), standing.readings, standing.unreviewed
            )
            self.sheet.add(
                f"Complete: {self.names.key_words(standing)} — {reasons_words(standing.reasons)}", 1, 4, end=ids
            )

    def unresolved(self) -> None:
        """Conflicts that no declared precedence settles."""
        for standing in self.advice.options:
            if standing.unresolved:
                name = self.names.key_words(standing)
                text = f"Unresolved: {name} is argued for and against, and nothing declared settles it"
                self.sheet.add(text, 1, 4, "bold", self.cited(standing))


def reasons_words(reasons: Iterable[Reason]) -> str:
    """Reasons in words, the principal one first, each once; remarks are told elsewhere."""
    told = dict.fromkeys(reason.text for reason in reasons if reason.kind != "remark")
    return "; also: ".join(told) or "no reason is recorded"


def nothing_in(advice: Advice, section: str) -> str:
    """What is said of a section that shows nothing: whether some of its conclusions are open."""
    is_open = any(entry.value == "unknown" for entry in advice.sections.get(section, ()))
    return "nothing yet; see missing data" if is_open else "nothing"


def statement_notes(entry: Statement, names: Names) -> list[str]:
    """What stands beside a statement: its annotations, whom it is about, and how sure it is where anybody graded it."""
    notes = [f"{'' if name == 'note' else name + ' '}{', '.join(values)}" for name, values in entry.annotations.items()]
    notes += [
        f"{fact} is about {names.fit(fit)}" for fact, fit in entry.populations.items() if fit in ("indirect", "unknown")
    ]
    notes += [told] if (told := remark(entry.certainty)) else []
    return notes
