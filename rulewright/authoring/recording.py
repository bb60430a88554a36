"""The advice of a case written down as a scenario, for an author to compare with the sources and to edit.

What is written expects each option with its heading, each statement and each open question; what else a scenario can
pin (`reasons`, `rests-on`, `must-not`) its author adds. That the program said so does not make it right: what a line
rests on beyond the words of a source (a reading of the editors, a stated default, arithmetic, other populations) stands
above it, for the author to confirm.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

from engine.model.advice import Advice, Certainty, Dose, Opposition, Standing, Statement
from engine.model.knowledge import KnowledgeBase
from engine.no_dose import says_no_dose
from engine.reading import Mapping as MappingNode
from rulewright.authoring.expectation import HEADINGS
from rulewright.authoring.expected_option import NO_DOSE, stated_fields, steps_of
from rulewright.authoring.flow import Value, block, flow, value_of
from rulewright.authoring.form.form import in_form

CONFIRM = "confirm"
WIDTH = 120
NOT_STATED = "not stated"
Entry = dict[str, Value]


def recorded(
    advice: Advice, knowledge: KnowledgeBase, case: MappingNode, sources: Iterable[str] | None, taken_from: str
) -> str:
    """The text of a scenario file with this case, in which the advice is expected, in its canonical form.

    ``case`` is the case as it was written, and ``taken_from`` where; ``sources`` are those that it was asked to admit
    (None: all that stand).
    """
    text = "\n".join(_lines(advice, knowledge, case, sources, taken_from)) + "\n"
    return in_form(text, taken_from)


def _lines(
    advice: Advice, knowledge: KnowledgeBase, case: MappingNode, sources: Iterable[str] | None, taken_from: str
) -> Iterator[str]:
    yield from _comment(
        f"Recorded from {taken_from}: what {knowledge.name} {knowledge.version} answered, and nobody confirmed. "
        f"Compare each line with the sources. Where it rests on more than their words, `{CONFIRM}` says on what: the "
        f"arithmetic of a dose, readings of the editors, stated defaults for what the case does not say, evidence "
        f"about others. Correct what is wrong, delete what this scenario is not about, add what must not be said, and "
        f"delete these comments."
    )
    yield from block({"case": value_of(case)})
    if sources is not None:
        yield f"sources: {flow(list(sources))}"
    yield "expect:"
    recorder = _Recorder(advice, knowledge)
    for word, heading in HEADINGS.items():
        standings = [standing for standing in advice.options if standing.heading == heading]
        if standings:
            yield f"  {word}:"
            for standing in standings:
                yield from _entries(recorder.option(standing), recorder.confirm_option(standing))
    for word, statements in recorder.statements().items():
        yield f"  {word}:"
        for statement in statements:
            yield from _entries([recorder.statement(statement)], recorder.confirm(statement))
    yield from block(recorder.rest(), 2)


def _entries(entries: Iterable[Entry], remarks: Iterable[str]) -> Iterator[str]:
    said = "; ".join(remarks)
    if said:
        yield from _comment(f"{CONFIRM}: {said}", 4)
    for entry in entries:
        yield f"    - {flow(entry)}"


def _comment(text: str, indent: int = 0) -> Iterator[str]:
    lead = f"{' ' * indent}# "
    yield from wrap(
        text, WIDTH, initial_indent=lead, subsequent_indent=lead, break_long_words=False, break_on_hyphens=False
    )


class _Recorder:
    """What one advice says, as a scenario expects it."""

    def __init__(self, advice: Advice, knowledge: KnowledgeBase) -> None:
        self.advice = advice
        self.knowledge = knowledge
        self.vocabulary = knowledge.vocabulary
        self.stated = stated_fields(knowledge)

    # Options ---------------------------------------------------------------------------------------------------------

    def option(self, standing: Standing) -> Iterator[Entry]:
        """One option; one entry more for each dose after the first."""
        codes = [reason.code for reason in standing.reasons]
        marks = {name: word for name in self.vocabulary.headings.marks if (word := standing.marks.get(name))}
        fits = {entry.fact: entry.population for entry in standing.beside} | dict(standing.populations)
        entry: Entry = dict(standing.key)
        entry |= {name: word for name in ("status", "modality") if (word := getattr(standing, name))}
        entry |= {"running": standing.running} if standing.running != "no" else {}
        entry |= {"because": standing.reason} if standing.reason not in codes[:1] and standing.reason else {}
        entry |= {"reasons": codes} if codes or standing.heading != "advised" else {}
        entry |= marks
        doses = [self.dose(dose) for dose in standing.doses] or [self.no_dose(standing)]
        entry |= doses[0]
        entry |= self.cited(standing.claims, standing.readings, standing.certainty)
        known = {fact: fit for fact, fit in fits.items() if fit != "unspecified"}
        entry |= {"populations": known} if known else {}
        entry |= {"assumed": True} if standing.assumed else {}
        yield entry
        for more in doses[1:]:
            yield {**standing.key, **more}

    def dose(self, dose: Dose) -> Entry:
        """A dose with what its source states besides."""
        entry: Entry = {"dose": dose.text}
        entry |= {"dose-because": dose.reasons[0].code} if dose.reasons else {}
        steps = steps_of(dose)
        entry |= {"steps": steps} if steps else {}
        stated = {name: dose.stated.get(name, NOT_STATED) for name in self.stated}
        return entry | {name: words for name, words in stated.items() if words != NOT_STATED}

    def no_dose(self, standing: Standing) -> Entry:
        """That no source gives a dose of what is advised, where the advice draws that."""
        said = standing.heading in ("advised", "provisional") and says_no_dose(
            self.advice, self.vocabulary.headings, standing.key.values()
        )
        return {"dose": NO_DOSE} if said else {}

    def cited(self, claims: Iterable[str], readings: Iterable[str], certainty: Certainty) -> Entry:
        """What an entry rests on, and how sure that is where somebody graded it."""
        found: Entry = {}
        found |= {"claims": list(claims)} if claims else {}
        found |= {"readings": list(readings)} if readings else {}
        graded = certainty.status in ("graded", "partly graded")
        return found | ({"certainty": certainty.grade or certainty.status} if graded else {})

    # Statements ------------------------------------------------------------------------------------------------------

    def statements(self) -> dict[str, list[Statement]]:
        """The statements by the word under which a scenario expects them."""
        found: dict[str, list[Statement]] = {}
        for statement in (one for section in self.advice.sections.values() for one in section):
            name = statement.conclusion.partition("(")[0]
            kind = self.vocabulary.conclusions[name]
            found.setdefault(name if kind.section == name else f"{name}s", []).append(statement)
        return found

    def statement(self, statement: Statement) -> Entry:
        """One statement, with the beginning of what it says besides."""
        entry: Entry = dict(statement.key)
        entry |= {"value": statement.value} if statement.value != "true" else {}
        entry |= self.cited((*statement.claims, *statement.readings), (), statement.certainty)
        said = [" ".join(text.split()) for texts in statement.annotations.values() for text in texts]
        return entry | ({"says": said[0]} if said and said[0] else {})

    # The rest --------------------------------------------------------------------------------------------------------

    def rest(self) -> dict[str, Value]:
        """Open questions, what pulls apart, data that no rule used, and every heading."""
        found: dict[str, Value] = {}
        missing = {entry.question: [list(data) for data in entry.sets] for entry in self.advice.missing}
        found |= {"missing": missing} if missing else {}
        if self.knowledge.opposes or self.knowledge.prefers or self.knowledge.interactions:
            found["opposed"] = [self.opposition(entry) for entry in self.advice.opposed]
        unused = [entry.path for entry in self.advice.inputs if not entry.rules]
        found |= {"not-used": unused} if unused else {}
        headings = {" / ".join(standing.key.values()): standing.heading for standing in self.advice.options}
        return found | ({"headings": headings} if headings else {})

    def opposition(self, opposition: Opposition) -> Entry:
        """What pulls apart, with each side and what settled it."""
        sides: dict[str, Value] = {
            side.label: sorted({bearing.way for bearing in side.bearings}) for side in opposition.sides
        }
        chosen: Entry = {"applied": True} if opposition.applied else {}
        return {"is": opposition.name, "settled-by": opposition.settled_by, **chosen, "sides": sides}

    # What its author alone can confirm -------------------------------------------------------------------------------

    def confirm_option(self, standing: Standing) -> Iterator[str]:
        """What an option rests on beyond the words of sources."""
        if standing.unresolved:
            yield "unresolved: arguments for and against pull apart, and nothing settles it"
        if standing.heading == "provisional":
            yield f"it stands although something is not known ({standing.reason})"
        for dose in standing.doses:
            if dose.steps:
                yield f"arithmetic {' '.join((*dose.facts, *dose.readings))}"
        yield from self.confirm(standing)

    def confirm(self, told: Standing | Statement) -> Iterator[str]:
        """Readings, defaults and other populations that a line rests on."""
        if told.readings:
            yield f"readings {' '.join(told.readings)}"
        if told.assumed:
            yield f"defaults: {', '.join(assumed.partition(': ')[0] for assumed in told.assumed)}"
        others = [fact for fact, fit in told.populations.items() if fit in ("indirect", "unknown")]
        if others:
            yield f"about others, or perhaps: {' '.join(others)}"
