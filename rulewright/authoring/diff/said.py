"""What an advice says, line by line, in a form that is compared: only what one case and its knowledge decide.

Amounts depend on every case's own numbers, so that a class of differences is told by the rate, the cap and what is
stated besides. Words (labels, sentences) are left out: how a part is worded is told with the edits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from engine.derivation import Derivation
from engine.model.advice import Certainty, Dose, Opposition, Standing, Statement
from engine.model.knowledge import KnowledgeBase
from engine.observing import Observer
from engine.oppositions import opposed
from engine.program import Atom, Program
from engine.reasons import Reasons
from engine.reviewed import Reviewed
from engine.standing import Standings
from engine.statements import statements
from engine.support import Support
from provenance.comparison.lines import HEADINGS, VALUES, option_said, outcome
from rulewright.authoring.diff.model import LineKind
from rulewright.authoring.diff.pairing import Key, roots_of

HELD = ("advised", "provisional")


@dataclass(frozen=True)
class Line:
    """One line. ``stands`` is where it stands in short; ``holds`` whether that is advised or said to hold.

    ``roots`` are the conclusions that it is about. ``amounts`` are the computed doses, which are compared and not told
    in the class of a difference.
    """

    kind: LineKind
    name: str
    stands: str
    holds: bool
    section: str = ""
    text: str = ""
    said: str = ""
    doses: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    amounts: tuple[object, ...] = ()
    reasons: tuple[str, ...] = ()
    sure: tuple[str, ...] = ()
    reviewed: tuple[str, ...] = ()
    support: tuple[object, ...] = ()
    roots: tuple[Atom, ...] = ()


class Sayings:
    """Writes the lines of one derivation."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        program: Program,
        observer: Observer,
        derivation: Derivation,
        reviewed: Reviewed,
    ) -> None:
        self.knowledge = knowledge
        self.program = program
        self.derivation = derivation
        reasons = Reasons(program, knowledge.vocabulary, observer, derivation)
        self.support = Support(knowledge, program, observer, derivation)
        asked = reviewed if knowledge.reviews else None  # `lacking` says nothing of them where nobody reviews
        self.standings = Standings(knowledge, program, observer, derivation, reasons, self.support, asked)

    def all(self) -> dict[tuple[str, str], Line]:
        """Every line of the advice."""
        options = self.standings.all()
        sections = statements(self.knowledge, self.program, self.derivation, self.support, self.standings)
        found = [self.option(standing) for standing in options]
        found += [self.statement(entry, section) for section, entries in sections.items() for entry in entries]
        found += [self.opposition(entry) for entry in opposed(self.standings, options, sections)]
        return {(line.kind, line.name): line for line in found}

    def some(self, options: Collection[Key], told: Collection[Atom]) -> dict[tuple[str, str], Line]:
        """The lines of some options, and of some conclusions that are printed as statements."""
        there = self.standings.keys() if options else set()
        found = [self.option(self.standings.standing(key)) for key in sorted(options) if key in there]
        if told:
            sections = statements(self.knowledge, self.program, self.derivation, self.support, self.standings)
            names = set(map(str, told))
            found += [
                self.statement(entry, section)
                for section, entries in sections.items()
                for entry in entries
                if entry.conclusion in names
            ]
        return {(line.kind, line.name): line for line in found}

    def option(self, standing: Standing) -> Line:
        """Where one option stands."""
        key = tuple(standing.key.values())
        stands = HEADINGS.get(standing.heading, standing.heading)
        details = [standing.status if standing.status != stands else "", standing.modality]
        details += ["running" if standing.running == "yes" else "", "unresolved" if standing.unresolved else ""]
        held = standing.heading in HELD
        return Line(
            "option",
            ", ".join(key),
            stands + (f" ({', '.join(filter(None, details))})" if held and any(details) else ""),
            held,
            said=option_said(standing),
            doses={dose.evidence: dict(dose_said(dose)) for dose in standing.doses},
            amounts=tuple((dose.evidence, dose.measure, dose.amount, dose.outcome) for dose in standing.doses),
            reasons=(
                f"first {standing.reason}",
                *sorted({f"{reason.code} ({reason.kind})" for reason in standing.reasons}),
                *(f"{name} {value}" for name, value in sorted(standing.marks.items())),
            ),
            sure=(
                *sure(standing.certainty),
                *fits(standing.populations),
                *(f"{fact} of level {level}" for fact, level in sorted(standing.evidence_levels.items())),
                *(f"{fact} by {design}" for fact, design in sorted(standing.designs.items())),
                *(f"{entry.fact} beside ({entry.population})" for entry in standing.beside),
            ),
            reviewed=self.lacking(standing.unreviewed),
            support=(standing.claims, standing.readings, standing.assumed),
            roots=roots_of(key, self.knowledge, self.program.atoms),
        )

    def statement(self, statement: Statement, section: str) -> Line:
        """One statement."""
        return Line(
            "statement",
            statement.conclusion,
            VALUES[statement.value],
            statement.value in ("true", "provisional"),
            section,
            statement.text,
            f"{VALUES[statement.value]}: {statement.text}",
            reasons=tuple(f"{name}: {', '.join(values)}" for name, values in sorted(statement.annotations.items())),
            sure=(
                *sure(statement.certainty),
                *fits(statement.populations),
                *(f"{fact} by {design}" for fact, design in sorted(statement.designs.items())),
            ),
            reviewed=self.lacking(statement.unreviewed),
            support=(statement.claims, statement.readings, statement.assumed),
            roots=(self.program.names[statement.conclusion],),
        )

    def lacking(self, unreviewed: Mapping[str, str]) -> tuple[str, ...]:
        """What has no approving review; nothing where nobody reviews, since it then is all that the line rests on."""
        if not self.knowledge.reviews:
            return ()
        return tuple(f"{part} {state}" for part, state in sorted(unreviewed.items()))

    def opposition(self, entry: Opposition) -> Line:
        """What pulls apart, and what settled it."""
        about = f" ({', '.join(entry.about.values())})" if entry.kind == "preference" else ""
        kind = " (interaction)" if entry.kind == "interaction" else ""
        bearings = sorted(
            f"{side.label or ', '.join(side.facts)} {bearing.way} {bearing.on}"
            for side in entry.sides
            for bearing in side.bearings
            if bearing.value in ("true", "provisional")
        )
        return Line(
            "opposition",
            f"{entry.name}{about}{kind}",
            outcome(entry),
            True,
            text=entry.title,
            said=outcome(entry),
            reasons=(*bearings, f"effect {entry.effect}" if entry.effect else ""),
            roots=self.atoms_of(entry),
            support=(entry.facts, entry.because, entry.applied, tuple(side.standing for side in entry.sides)),
        )

    def atoms_of(self, entry: Opposition) -> tuple[Atom, ...]:
        """The conclusions that the sides of an opposition bear on, and by which they do."""
        names = {
            name
            for side in entry.sides
            for bearing in side.bearings
            for name in (bearing.conclusion, bearing.on)
            if bearing.value in ("true", "provisional")
        }
        return tuple(atom for name, atom in self.program.names.items() if name in names)


def sure(certainty: Certainty) -> Iterator[str]:
    """How sure a line is, as far as somebody graded it."""
    yield f"certainty {certainty.status}"
    if certainty.grade:
        yield f"grade {certainty.grade}"
    if certainty.at_most:
        yield f"at most {certainty.at_most}"


def fits(populations: Mapping[str, str]) -> Iterator[str]:
    """How the case fits the populations of the statements that name one."""
    return (f"{fact} about this population: {fit}" for fact, fit in sorted(populations.items()))


def dose_said(dose: Dose) -> Iterator[tuple[str, str]]:
    """What is stated of a dose, by name; not what comes out for one case."""
    rate = dose.rate
    yield "rate", f"{rate.low if rate.low == rate.high else f'{rate.low}-{rate.high}'} {rate.unit}"
    yield "times", dose.times
    yield "cap", f"{dose.cap.value} {dose.cap.unit}" if dose.cap else "none"
    yield "known", dose.value
    if dose.reasons:
        yield "reasons", ", ".join(sorted(reason.code for reason in dose.reasons))
    yield from sorted(dose.stated.items())
