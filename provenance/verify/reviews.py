"""What an advice must say of reviews: what each line rests on that nobody approved as it stands."""

from __future__ import annotations

from collections.abc import Iterable

from engine.content import digest, subjects
from engine.model.knowledge import KnowledgeBase
from engine.model.review import Subject
from engine.program import Atom, Clause
from provenance.verify.certainty import Certainties
from provenance.verify.truth import bound
from provenance.verify.verdict import Tree

KINDS = {"fact": "", "reading": "", "rule": "rule:", "regimen": "regimen:", "preference": "preference:"}
LIMITS = (
    ("rejected", "REJECTED BY A REVIEWER, AND IN USE: {}."),
    ("needs-change", "A reviewer wants a change of {}."),
    ("stale", "Changed since they were reviewed: {}."),
    ("unreviewed", "Reviewed by nobody: {}."),
)


class Reviews:
    """The entries of a knowledge base, held against its present words."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self._known: dict[tuple[str, str], str] = {}

    def state(self, kind: str, name: str) -> str:
        """What is said of the words as they stand: the worst of what each reviewer said last."""
        key = (kind, name)
        if key not in self._known:
            self._known[key] = self._judged(Subject(kind, name))
        return self._known[key]

    def _judged(self, subject: Subject) -> str:
        about = [review for review in self.knowledge.reviews if review.of == subject]
        if not about:
            return "unreviewed"
        words = digest(self.knowledge, subject)
        last = set()
        for reviewer in {review.by for review in about}:
            said = [review for review in about if review.by == reviewer and review.digest == words]
            newest = max((review.on for review in said), default=None)
            last |= {[review.verdict for review in said if review.on == newest][-1]} if said else set()
        return next((verdict for verdict in ("rejected", "needs-change", "approved") if verdict in last), "stale")

    def notice(self) -> str:
        """The first sentence of the banner."""
        if not self.knowledge.reviews:
            return f"No {self.knowledge.reviewer} has reviewed this knowledge base."
        every = list(subjects(self.knowledge))
        approved = sum(self.state(subject.kind, subject.id) == "approved" for subject in every)
        said = f"{approved} of its {len(every)} parts have a current approving review."
        released = "is a demonstration, not" if self.knowledge.release == "demonstration" else "was"
        return f"This knowledge base {released} released as reviewed: {said}"

    def behind(
        self, certainties: Certainties, atoms: Iterable[Atom], shown: Iterable[str], more: Iterable[Clause] = ()
    ) -> Tree:
        """What a line rests on and nobody approved: all the way down from its conclusions, and what it shows.

        ``certainties`` knows under which facts a condition's data are read.
        """
        knowledge, derivation = self.knowledge, certainties.derivation
        ground = derivation.ground
        fired = [(firing.instance, firing.items) for firing in derivation.below(atoms)]
        fired += [(instance, {}) for instance in more]
        instances = [instance for instance, _ in fired]
        facts = set(shown).union(*(ground.cited(instance) for instance in instances))
        for instance, items in fired:
            for condition in (*instance.when, *instance.unless):
                if bound(condition.literal, items):
                    facts |= ground.facts & set(certainties.read_under(condition.literal, items))
        regimens = {regimen.id for regimen in knowledge.regimens}
        parts = [("reading" if knowledge.facts[name].is_interpretation else "fact", name) for name in facts]
        parts += [("rule", instance.rule) for instance in instances if instance.rule in knowledge.rules]
        named = (evidence.rpartition("/")[0] for instance in instances for evidence in instance.evidence)
        parts += [("regimen", name) for name in named if name in regimens]
        parts += [("preference", entry.name) for entry in knowledge.prefers if {entry.stronger, entry.weaker} <= facts]
        states = {KINDS[kind] + name: self.state(kind, name) for kind, name in parts}
        return {name: state for name, state in states.items() if state != "approved"}


def limits(knowledge: KnowledgeBase, said: Tree) -> list[str]:
    """What the foot of the advice must say of what its lines rest on and nobody approved."""
    lines = [*said["options"], *(entry for entries in said["sections"].values() for entry in entries)]
    found = {name: state for line in lines for name, state in line["unreviewed"].items()}
    if not knowledge.reviews:
        nobody = "Nobody has reviewed any of the facts, readings and rules that this advice rests on."
        return [nobody] if found else []
    told = [(text, sorted(name for name in found if found[name] == state)) for state, text in LIMITS]
    return [text.format(", ".join(names)) for text, names in told if names]
