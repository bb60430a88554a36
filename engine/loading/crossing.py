"""Checks that span files: every name is the name of something, of one thing, and what it should be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.errors import Findings, Location
from engine.loading.oppositions import check_oppositions
from engine.loading.references import References
from engine.model.fact import Fact
from engine.model.knowledge import KnowledgeBase
from engine.model.rule import ConclusionPattern, FactPattern, OneOf
from engine.reachable import named_facts


def check_references(knowledge: KnowledgeBase, references: References, findings: Findings) -> None:
    """Record every name that is that of nothing, of two things, or of something that it cannot name."""
    _Crossing(knowledge, references, findings).check()


class _Crossing:
    def __init__(self, knowledge: KnowledgeBase, references: References, findings: Findings) -> None:
        self.knowledge = knowledge
        self.references = references
        self.findings = findings
        self.named_facts = named_facts(knowledge)

    def check(self) -> None:
        """Record what is wrong."""
        knowledge = self.knowledge
        known = {
            "fact": knowledge.facts,
            "interpretation": knowledge.facts,
            "source": knowledge.sources,
            "grader": knowledge.sources,
            "fact or source": {**knowledge.sources, **knowledge.facts},
            "preference or interpretation": {prefer.name for prefer in knowledge.prefers}
            | {fact.id for fact in knowledge.facts.values() if fact.is_interpretation},
        }
        self.references.check(known, self.findings)
        for what, name, place in self.references.named:
            fact = knowledge.facts.get(name)
            if what == "interpretation" and fact is not None and not fact.is_interpretation:
                self.findings.add("attribution", place, f"`{name}` is read by, and is a statement", "an interpretation")
            source = knowledge.sources.get(name)
            if what == "grader" and source is not None and source.kind == "interpretation":
                expected = "a source that is not the editors'"
                self.findings.add("grade", place, f"`{name}` is the editors' own, and grades nothing", expected)
        for fact in knowledge.facts.values():
            self.fact(fact)
        self.patterns()
        self.regimens()
        self.once(((entry.name, entry.location) for entry in knowledge.opposes), "opposition")
        self.once({(entry.name, entry.location) for entry in knowledge.prefers}, "preference")
        self.preferences()
        check_oppositions(knowledge, self.findings)

    def fact(self, fact: Fact) -> None:
        """A fact is used, stands in the right kind of document, and shares its id with no source."""
        place = fact.location
        source = self.knowledge.sources.get(fact.quoted_from)
        if not fact.claims and not fact.not_used_by_rules and fact.id not in self.named_facts:
            self.findings.add(
                "unused",
                place,
                f"the fact `{fact.id}` makes no claim, and nothing names it",
                "a claim, or `not-used-by-rules` with the reason",
            )
        if source is not None and fact.is_interpretation and source.kind not in ("interpretation", ""):
            self.findings.add(
                "attribution",
                place,
                f"the interpretation `{fact.id}` is given as the words of `{fact.quoted_from}`",
                "a source of kind interpretation",
            )
        if source is not None and not fact.is_interpretation and source.kind == "interpretation":
            self.findings.add(
                "attribution",
                place,
                f"the fact `{fact.id}` quotes the editors' own readings",
                "a document that was read",
            )
        subjects = [self.knowledge.facts.get(about) for about in fact.about if about != fact.id]
        if subjects and all(subject is not None and subject.is_interpretation for subject in subjects):
            self.findings.add(
                "attribution",
                place,
                f"the interpretation `{fact.id}` is about interpretations alone, and would never be admitted",
                "a statement or a source in `about`",
            )
        other = self.knowledge.sources.get(fact.id)
        if other is not None:
            self.taken(place, f"`{fact.id}` is a source already", "another id for the fact", other.location)

    def taken(self, place: Location, message: str, expected: str, first: Location) -> None:
        """Record a name that something else has."""
        self.findings.add("duplicate-id", place, message, expected, f"first at {first}")

    def once(self, named: Iterable[tuple[str, Location]], what: str) -> None:
        """Record names that are given twice."""
        places: dict[str, Location] = {}
        for name, place in sorted(named, key=lambda pair: (pair[0], pair[1])):
            if name in places:
                self.taken(place, f"the {what} `{name}` stands twice", "each name once", places[name])
            places.setdefault(name, place)

    def regimens(self) -> None:
        """A regimen's name stands in traces beside those of facts."""
        self.once(((regimen.id, regimen.location) for regimen in self.knowledge.regimens), "regimen")
        for regimen in self.knowledge.regimens:
            fact = self.knowledge.facts.get(regimen.id)
            if fact is not None:
                message = f"`{regimen.id}` is a fact already"
                self.taken(regimen.location, message, "another id for the regimen", fact.location)

    def patterns(self) -> None:
        """The facts that patterns name by `is`, or in a field that holds facts."""
        known = {*self.knowledge.facts}
        known |= {f"{regimen.id}/{phase.role}" for regimen in self.knowledge.regimens for phase in regimen.phases}
        for rule in self.knowledge.rules.values():
            for condition in (*rule.when, *rule.unless):
                if isinstance(condition.pattern, FactPattern | ConclusionPattern):
                    for name in self.fact_names(condition.pattern):
                        if name not in known:
                            self.findings.dangling(name, self.knowledge.facts, condition.location, "fact")
            for conclusion in rule.then:
                kind = self.knowledge.vocabulary.conclusions[conclusion.relation]
                for field, value in conclusion.key:
                    if kind.key[field].kind == "fact" and isinstance(value, str) and value not in known:
                        self.findings.dangling(value, self.knowledge.facts, conclusion.location, "fact")

    def fact_names(self, pattern: FactPattern | ConclusionPattern) -> Iterator[str]:
        """The constants of a pattern that name facts."""
        vocabulary = self.knowledge.vocabulary
        for field, constraint in pattern.constraints:
            if not isinstance(constraint, OneOf):
                continue
            if isinstance(pattern, FactPattern):
                types = [vocabulary.claims[kind].fields.get(field) for kind in pattern.kinds]
            else:
                kind = vocabulary.conclusions.get(pattern.relation)
                types = [kind.key.get(field)] if kind is not None else []
            of_facts = any(type_ is not None and type_.kind == "fact" for type_ in types)
            if of_facts or (isinstance(pattern, FactPattern) and field == "is"):
                yield from (value for value in constraint.values if isinstance(value, str))

    def preferences(self) -> None:
        """No fact goes before itself, by any chain of preferences."""
        for name, place in sorted({(entry.name, entry.location) for entry in self.knowledge.prefers}):
            if name in self.knowledge.facts:
                self.taken(place, f"`{name}` is a fact already", "another name", self.knowledge.facts[name].location)
        above: dict[str, set[str]] = {}
        for prefer in self.knowledge.prefers:
            above.setdefault(prefer.weaker, set()).add(prefer.stronger)
        for prefer in self.knowledge.prefers:
            reached, waiting = set[str](), [prefer.stronger]
            while waiting:
                for fact in above.get(waiting.pop(), set()) - reached:
                    reached.add(fact)
                    waiting.append(fact)
            if prefer.weaker in reached:
                self.findings.add(
                    "cycle",
                    prefer.location,
                    f"`{prefer.name}` prefers `{prefer.stronger}` to `{prefer.weaker}`, and others the reverse",
                    "an order without a way back",
                )
