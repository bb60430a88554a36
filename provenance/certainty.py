"""How sure: the certainty of conclusions, the ways to the statements that set it, and what stands beside it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime

from engine.certainty import Certainties as Computed
from engine.maxmin import NEUTRAL, Body, Bound, Leaf
from engine.model.advice import Certainty, Fit
from engine.model.told import Graded
from engine.observing import NAMES, PROVISIONAL, TRUE
from engine.program import Atom, Holds
from engine.record import fact_record
from engine.resolution import RESOLUTION
from engine.statements import sentence
from provenance.grounds import Grounds
from provenance.model.certainty import (
    Beside,
    Certainties,
    Derivation,
    GradedPremise,
    GradedStatement,
    GradeWord,
    HowSure,
    Step,
    Way,
)


def certainties(grounds: Grounds, conclusions: Iterable[str]) -> Certainties:
    """How sure these conclusions of an advice are, each named as the advice names it.

    One that does not hold, provisionally at least, is told as not drawn.
    """
    return _Answering(grounds).certainties(conclusions)


def held(grounds: Grounds) -> list[str]:
    """The conclusions that an advice shows and that hold, provisionally at least; of what is withheld, that it is."""
    found: dict[str, None] = {}
    for standing in grounds.advice.options:
        if standing.certainty.conclusion:
            found[standing.certainty.conclusion] = None
    for entries in grounds.advice.sections.values():
        found.update((entry.conclusion, None) for entry in entries if entry.value in NAMES[PROVISIONAL:])
    return list(found)


class _Answering:
    def __init__(self, grounds: Grounds) -> None:
        self.grounds = grounds
        self.knowledge = grounds.knowledge
        self.vocabulary = grounds.vocabulary
        self.program = grounds.program
        self.derivation = grounds.derivation
        day = datetime.fromisoformat(grounds.advice.as_of).date()
        self.computed = Computed(self.knowledge, self.program, grounds.reasons, self.derivation, day)
        self.ids = {firing: f"f{number}" for number, firing in enumerate(self.derivation.firings, 1)}
        self.bodies: dict[Atom, list[Body]] = {}
        for body in self.computed.bodies:
            self.bodies.setdefault(body.head, []).append(body)
        self.titles = {rule.id: rule.title for rule in grounds.advice.rules}

    def certainties(self, conclusions: Iterable[str]) -> Certainties:
        told = tuple(self.how_sure(name) for name in dict.fromkeys(conclusions))
        named = {fact for one in told for way in one.ways for fact in [way.statement.fact]}
        named |= {statement.fact for one in told for way in one.derivations for statement in way.statements}
        named |= {fact for one in told for fact in (*one.beside.populations, *one.beside.readings)}
        return Certainties(
            advice=self.grounds.advice.id,
            scale=tuple(self.scale()),
            conclusions=told,
            facts=tuple(fact_record(self.knowledge.facts[fact]) for fact in sorted(named)),
        )

    def scale(self) -> Iterator[GradeWord]:
        """The declared scale, strongest first."""
        words = self.vocabulary.terms.get("certainty", {})
        ranks = self.vocabulary.grades
        for position, (name, term) in enumerate(words.items()):
            if ranks[name] == position:
                same = tuple(other for other, rank in ranks.items() if rank == position and other != name)
                yield GradeWord(grade=name, label=term.label, also=same)

    def how_sure(self, name: str) -> HowSure:
        """How sure one conclusion is."""
        atom = self.grounds.atoms.get(name)
        value = self.derivation.value(atom) if atom is not None else 0
        if atom is None or value < PROVISIONAL:
            text = sentence(self.knowledge, atom) if atom is not None else name
            return HowSure(conclusion=name, text=text, value=NAMES[value], certainty=Certainty(conclusion=name))
        return HowSure(
            conclusion=name,
            text=sentence(self.knowledge, atom),
            value=NAMES[value],
            certainty=self.computed.of(atom),
            ways=tuple(self.ways(atom)),
            derivations=tuple(self.derivations(atom, set())),
            beside=self.beside(atom),
        )

    # Ways ------------------------------------------------------------------------------------------------------------

    def ways(self, atom: Atom) -> Iterator[Way]:
        """The shortest way to each statement that sets the certainty, or that leaves it open."""
        told = self.computed.of(atom)
        lower, upper = self.computed.lower, self.computed.upper
        if told.grade:
            yield from self.shortest(atom, lower.rank[atom], lower)
        if told.ungraded:
            yield from self.shortest(atom, upper.rank[atom], upper)

    def shortest(self, atom: Atom, rank: int, bound: Bound) -> Iterator[Way]:
        """The ways of one bound; whatever carries a conclusion was reached before it, so none goes round."""
        came: dict[Atom, tuple[Atom, Body] | None] = {atom: None}
        waiting, found = deque([atom]), set[tuple[str, bool]]()
        sets = "limits" if bound is self.computed.lower else "bounds"
        while waiting:
            at = waiting.popleft()
            for body in self.computed.bodies_at(at, rank, bound):
                for leaf in body.leaves:
                    is_open = leaf.rank is None
                    if (leaf.fact, is_open) not in found and (is_open or leaf.rank == rank):
                        found.add((leaf.fact, is_open))
                        steps = tuple(self.steps(body, came))
                        role = "open" if is_open else sets
                        yield Way(role=role, statement=self.statement(leaf), steps=steps)  # type: ignore[arg-type]
                for premise in self.computed.followed(body, rank):
                    if premise not in came:
                        came[premise] = (at, body)
                        waiting.append(premise)

    def steps(self, last: Body, came: dict[Atom, tuple[Atom, Body] | None]) -> list[Step]:
        """The way to a body, from the conclusion down."""
        found = [self.step(last)]
        before = came[last.head]
        while before is not None:
            at, body = before
            found.append(self.step(body))
            before = came[at]
        return found[::-1]

    def step(self, body: Body) -> Step:
        """A conclusion with the firing that draws it."""
        rule = self.program.clauses[body.firing.clause].rule
        return Step(
            conclusion=str(body.head),
            text=sentence(self.knowledge, body.head),
            firing=self.ids[body.firing],
            rule=rule,
            title=self.titles.get(rule, rule),
        )

    # Derivations -----------------------------------------------------------------------------------------------------

    def derivations(self, atom: Atom, met: set[Atom]) -> Iterator[Derivation]:
        """The firings that give a conclusion its value; those that resolve arguments are seen through."""
        met.add(atom)
        for body in self.bodies.get(atom, ()):
            clause = self.program.clauses[body.firing.clause]
            if not clause.rule.startswith(RESOLUTION):
                yield self.drawn(body)
                continue
            for premise in dict.fromkeys(body.read()):
                if premise not in met:
                    yield from self.derivations(premise, met)

    def drawn(self, body: Body) -> Derivation:
        """One firing, with what it is worth."""
        step = self.step(body)
        status, grade, at_most = self.worth(self.computed.lower.of(body), self.computed.upper.of(body))
        return Derivation(
            firing=step.firing,
            conclusion=step.conclusion,
            rule=step.rule,
            title=step.title,
            status=status,
            grade=grade,
            at_most=at_most,
            statements=tuple(self.statement(leaf) for leaf in dict.fromkeys(body.leaves)),
            premises=tuple(map(self.premise, dict.fromkeys(body.read()))),
        )

    def worth(self, low: int | None, high: int | None) -> tuple[Graded, str, str]:
        """Status, grade, and what is at most possible where that is better, of something with these two bounds."""
        words = self.computed.words
        if low == NEUTRAL:
            return "no evidence", "", ""
        better = words[high] if high is not None and high != NEUTRAL and (low is None or high < low) else ""
        if low is not None:
            return "graded", words[low], better
        return ("partly graded" if better else "not graded"), "", better

    def premise(self, atom: Atom) -> GradedPremise:
        """A conclusion that a firing reads."""
        status, grade, at_most = self.worth(self.computed.lower.rank.get(atom), self.computed.upper.rank.get(atom))
        return GradedPremise(
            conclusion=str(atom), text=sentence(self.knowledge, atom), status=status, grade=grade, at_most=at_most
        )

    def statement(self, leaf: Leaf) -> GradedStatement:
        """A statement as it was graded."""
        if leaf.rank is not None:
            return GradedStatement(fact=leaf.fact, grade=self.computed.words[leaf.rank], stated=leaf.stated, by=leaf.by)
        if leaf.by:
            standing = self.knowledge.sources[leaf.by].standing
            why = f"{leaf.by} {'is no longer valid' if standing == 'current' else f'is {standing}'}"
            return GradedStatement(fact=leaf.fact, stated=leaf.stated, by=leaf.by, does_not_count=why)
        return GradedStatement(fact=leaf.fact)

    # Beside ----------------------------------------------------------------------------------------------------------

    def beside(self, atom: Atom) -> Beside:
        """The other axes, of every firing that the conclusion rests on."""
        bodies = list(self.below(atom))
        statements = sorted({leaf.fact for body in bodies for leaf in body.leaves})
        cited = {fact for body in bodies for fact in self.cited(body)}
        designs = {fact: design for fact in statements if (design := self.knowledge.design(fact))}
        absences = dict.fromkeys(
            sentence(self.knowledge, literal.atom) if isinstance(literal, Holds) else str(literal)
            for body in bodies
            for literal in (condition.literal for condition in self.program.clauses[body.firing.clause].unless)
        )
        return Beside(
            designs=designs,
            undesigned=tuple(fact for fact in statements if fact not in designs),
            populations={fact: self.fit(fact) for fact in statements if self.knowledge.facts[fact].population},
            readings=tuple(sorted(fact for fact in cited if self.knowledge.facts[fact].is_interpretation)),
            absences=tuple(absences),
        )

    def below(self, atom: Atom) -> Iterator[Body]:
        """Every firing on the way down that gives a conclusion its value."""
        seen, waiting = {atom}, [atom]
        while waiting:
            for body in self.bodies.get(waiting.pop(), ()):
                yield body
                fresh = [premise for premise in dict.fromkeys(body.read()) if premise not in seen]
                seen.update(fresh)
                waiting.extend(fresh)

    def cited(self, body: Body) -> Iterator[str]:
        """The facts and readings of a firing, and those under which it reads its data."""
        clause = self.program.clauses[body.firing.clause]
        for id_ in clause.evidence:
            yield from self.program.evidence[id_].facts
        yield from self.program.rule_facts.get(clause.rule, ())
        yield from self.computed.read(clause, dict(body.firing.items))

    def fit(self, fact: str) -> Fit:
        """Whether the case belongs to the population of a statement."""
        value = self.grounds.reasons.literal(self.program.population(fact), {})
        return "direct" if value == TRUE else "unknown" if value else "indirect"
