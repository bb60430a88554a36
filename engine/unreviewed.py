"""Which parts of the knowledge base carry a line of an advice and have no current approving review.

A line rests on the facts and readings that it shows, and on everything on the way down from its conclusions: the rules
that fired, their evidence, the facts that warrant them, those under which their data are read, converted and computed,
the regimens that state doses, and preferences between two facts that it rests on. What would have spoken against it and
did not apply carries nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.certainty import Certainties
from engine.derivation import Items
from engine.model.advice import Lacking, Standing, Statement
from engine.model.knowledge import KnowledgeBase
from engine.model.review import KINDS, Subject
from engine.program import Atom, Program, is_bound
from engine.reviewed import Reviewed, subject_of
from engine.support import Support

LIMITS: Mapping[Lacking, str] = {
    "rejected": "REJECTED BY A REVIEWER, AND IN USE: {}.",
    "needs-change": "A reviewer wants a change of {}.",
    "stale": "Changed since they were reviewed: {}.",
    "unreviewed": "Reviewed by nobody: {}.",
}
"""What an advice says at its foot of parts that are not approved."""
NOTHING = "Nobody has reviewed any of the facts, readings and rules that this advice rests on."


class Unreviewed:
    """Looks through the support of one derivation; says nothing where nobody asks for it (``reviewed`` is None)."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        program: Program,
        support: Support,
        certainties: Certainties,
        reviewed: Reviewed | None,
    ) -> None:
        self.knowledge = knowledge
        self.program = program
        self.support = support
        self.certainties = certainties
        self.reviewed = reviewed
        self._behind: dict[tuple[int, Items], tuple[set[str], set[Subject]]] = {}
        self._regimen_of = {
            f"{regimen.id}/{phase.role}": regimen.id for regimen in knowledge.regimens for phase in regimen.phases
        }

    def of(self, atoms: Iterable[Atom], facts: Iterable[str], clauses: Iterable[int] = ()) -> dict[str, Lacking]:
        """The parts behind conclusions, behind the clauses of these numbers, and these facts themselves: each that is
        not approved, with what it lacks.
        """
        if self.reviewed is None:
            return {}
        known = set(facts)
        found: set[Subject] = set()
        for number, items in {(firing.clause, firing.items) for firing in self.support.reached(atoms)}:
            own, parts = self.behind(number, items)
            known |= own
            found |= parts
        for number in clauses:
            own, parts = self.behind(number, ())
            known |= own
            found |= parts
        found |= {subject_of(self.knowledge.facts[fact]) for fact in known}
        found |= {
            Subject("preference", prefer.name)
            for prefer in self.knowledge.prefers
            if prefer.stronger in known and prefer.weaker in known
        }
        return lacking(self.reviewed, found)

    def behind(self, number: int, items: Items) -> tuple[set[str], set[Subject]]:
        """The facts behind a clause that was bound to these items, and the rule and regimens."""
        if (number, items) not in self._behind:
            self._behind[number, items] = self._looked_up(number, dict(items))
        return self._behind[number, items]

    def _looked_up(self, number: int, items: dict[str, str]) -> tuple[set[str], set[Subject]]:
        clause = self.program.clauses[number]
        facts = set(self.program.cited[number])
        for condition in (*clause.when, *clause.unless):
            if is_bound(condition.literal, items):
                facts |= self.program.facts.intersection(self.certainties.read_under(condition.literal, items))
        parts = {Subject("rule", clause.rule)} if clause.rule in self.knowledge.rules else set()
        parts |= {Subject("regimen", self._regimen_of[id_]) for id_ in clause.evidence if id_ in self._regimen_of}
        return facts, parts


def lacking(reviewed: Reviewed, subjects: Iterable[Subject]) -> dict[str, Lacking]:
    """Those parts that are not approved, by kind and id, each with its state."""
    found = sorted(subjects, key=lambda subject: (KINDS.index(subject.kind), subject.id))
    states = {subject.short: reviewed.state(subject) for subject in found}
    return {name: state for name, state in states.items() if state != "approved"}  # type: ignore[misc]


def review_limits(
    knowledge: KnowledgeBase, options: Iterable[Standing], sections: Iterable[Iterable[Statement]]
) -> tuple[str, ...]:
    """What of the support of all lines has no current approving review, the worst first."""
    found: dict[str, Lacking] = {}
    for standing in options:
        found |= standing.unreviewed
    for statements in sections:
        for statement in statements:
            found |= statement.unreviewed
    if found and not knowledge.reviews:
        return (NOTHING,)
    names = {state: sorted(name for name in found if found[name] == state) for state in LIMITS}
    return tuple(text.format(", ".join(names[state])) for state, text in LIMITS.items() if names[state])
