"""What an advice must say of reviews: what each line rests on that nobody approved as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.content import digest, subjects
from engine.formula import parse_formula
from engine.model.knowledge import KnowledgeBase
from engine.model.review import Subject
from engine.model.rule import Compare, Reference
from engine.model.vocabulary import Section
from engine.program import Atom, Clause, Count, Datum, GroundTest, Item, ItemField, Literal
from provenance.verify.derivation import Derivation
from provenance.verify.truth import Items, leaves
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
            return "No clinician has reviewed this knowledge base."
        every = list(subjects(self.knowledge))
        approved = sum(self.state(subject.kind, subject.id) == "approved" for subject in every)
        said = f"{approved} of its {len(every)} parts have a current approving review."
        released = "is a demonstration, not" if self.knowledge.release == "demonstration" else "was"
        return f"This knowledge base {released} released as reviewed: {said}"

    def behind(
        self, derivation: Derivation, atoms: Iterable[Atom], shown: Iterable[str], more: Iterable[Clause] = ()
    ) -> Tree:
        """What a line rests on and nobody approved: all the way down from its conclusions, and what it shows."""
        knowledge, ground = self.knowledge, derivation.ground
        fired = [(firing.instance, firing.items) for firing in derivation.below(atoms)]
        fired += [(instance, {}) for instance in more]
        instances = [instance for instance, _ in fired]
        facts = set(shown).union(*(ground.cited(instance) for instance in instances))
        for instance, items in fired:
            for condition in (*instance.when, *instance.unless):
                facts |= ground.facts & set(self._read_under(condition.literal, items))
        regimens = {regimen.id for regimen in knowledge.regimens}
        parts = [("reading" if knowledge.facts[name].is_interpretation else "fact", name) for name in facts]
        parts += [("rule", instance.rule) for instance in instances if instance.rule in knowledge.rules]
        named = (evidence.rpartition("/")[0] for instance in instances for evidence in instance.evidence)
        parts += [("regimen", name) for name in named if name in regimens]
        parts += [("preference", entry.name) for entry in knowledge.prefers if {entry.stronger, entry.weaker} <= facts]
        states = {KINDS[kind] + name: self.state(kind, name) for kind, name in parts}
        return {name: state for name, state in states.items() if state != "approved"}

    def _read_under(self, literal: Literal, items: Items) -> Iterator[str]:
        """The facts that say what the data and quantities of a condition mean."""
        vocabulary = self.knowledge.vocabulary
        if isinstance(literal, Count):
            for _, member in literal.members:
                yield from self._read_under(member, items)
        tests: list[tuple[Section | None, str, GroundTest]] = []
        if isinstance(literal, Datum):
            tests = [(None, literal.path, literal.test)]
        elif isinstance(literal, ItemField) and literal.variable in items:
            section = vocabulary.sections[items[literal.variable].partition("[")[0]]
            tests = [(section, literal.field, literal.test)]
        elif isinstance(literal, Item):
            tests = [(vocabulary.items[literal.item], field, test) for field, test in literal.tests]
        for where, name, test in tests:
            yield from self._field_under(where, name) if where else self._path_under(name)
            bound = test.bound if isinstance(test, Compare) else None
            if isinstance(bound, Reference) and not bound.path.startswith("$"):
                yield from self._path_under(bound.path)

    def _field_under(self, section: Section, field: str) -> Iterator[str]:
        attribute = section.attributes[field]
        for name in filter(None, (field, attribute.since)):
            yield from section.attributes[name].because

    def _path_under(self, path: str) -> Iterator[str]:
        declared, attribute = self.knowledge.vocabulary.quantities.get(path), self.knowledge.vocabulary.attribute(path)
        if declared is not None:
            yield from declared.because
            for value in leaves(parse_formula(declared.formula)):
                yield from self._path_under(value.path)
        elif attribute is not None:
            yield from attribute.because


def limits(knowledge: KnowledgeBase, said: Tree) -> list[str]:
    """What the foot of the advice must say of what its lines rest on and nobody approved."""
    lines = [*said["options"], *(entry for entries in said["sections"].values() for entry in entries)]
    found = {name: state for line in lines for name, state in line["unreviewed"].items()}
    if not knowledge.reviews:
        nobody = "Nobody has reviewed any of the facts, readings and rules that this advice rests on."
        return [nobody] if found else []
    told = [(text, sorted(name for name in found if found[name] == state)) for state, text in LIMITS]
    return [text.format(", ".join(names)) for text, names in told if names]
