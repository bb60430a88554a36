"""Checks that span files: every id that is named is the id of something."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from engine.errors import Findings, Location, did_you_mean, listed
from engine.model.knowledge import KnowledgeBase
from engine.model.rule import ConclusionPattern


def check_references(knowledge: KnowledgeBase, findings: Findings) -> None:
    """Record every reference to something that does not exist."""
    _Crossing(knowledge, findings).check()


class _Crossing:
    def __init__(self, knowledge: KnowledgeBase, findings: Findings) -> None:
        self.knowledge = knowledge
        self.findings = findings

    def check(self) -> None:
        self.facts()
        self.vocabulary()
        self.rules()
        self.relations()

    def named(self, names: Iterable[str], known: Iterable[str], place: Location, what: str) -> None:
        for name in names:
            if name not in known:  # type: ignore[operator]
                self.findings.add("dangling", place, f"there is no {what} `{name}`", f"one of {listed(known)}", did_you_mean(name, known))

    def facts(self) -> None:
        sources, facts = self.knowledge.sources, self.knowledge.facts
        for fact in facts.values():
            place = fact.location
            self.named([fact.quoted_from], sources, place, "source")
            self.named(fact.cites, sources, place, "source")
            self.named(fact.restates, facts, place, "fact")
            self.named((about for about in fact.about if about not in sources), facts, place, "fact or source")
            for claim in fact.claims:
                self.interpretations(claim.read_by, claim.location)
                kind = self.knowledge.vocabulary.claims[claim.kind]
                named = (str(value) for name, value in claim.fields.items() if kind.fields[name].kind == "fact")
                self.named(named, facts, claim.location, "fact")
            if not fact.claims and not fact.not_used_by_rules and not self.supports(fact.id):
                self.findings.add("unused", place, f"the fact `{fact.id}` makes no claim, and nothing names it", "a claim, or `not-used-by-rules` with the reason")
            if fact.is_interpretation and fact.quoted_from in sources and sources[fact.quoted_from].kind != "interpretation":
                self.findings.add("attribution", place, f"the interpretation `{fact.id}` is given as the words of `{fact.quoted_from}`", "a source of kind interpretation")
            if not fact.is_interpretation and fact.quoted_from in sources and sources[fact.quoted_from].kind == "interpretation":
                self.findings.add("attribution", place, f"the fact `{fact.id}` quotes the editors' own readings", "a document that was read")

    def interpretations(self, names: Iterable[str], place: Location) -> None:
        names = tuple(names)
        self.named(names, self.knowledge.facts, place, "interpretation")
        for name in names:
            fact = self.knowledge.facts.get(name)
            if fact is not None and not fact.is_interpretation:
                self.findings.add("attribution", place, f"`{name}` is read by, and is a statement", "an interpretation")

    def supports(self, fact: str) -> bool:
        """Whether anything but a claim names the fact."""
        return fact in self.named_facts

    @cached_property
    def named_facts(self) -> frozenset[str]:
        found: set[str] = set()
        knowledge = self.knowledge
        for rule in knowledge.rules.values():
            found.update(rule.because)
        for fact in knowledge.facts.values():
            for claim in fact.claims:
                found.update(claim.read_by)
        for regimen in knowledge.regimens:
            for phase in regimen.phases:
                found.update(phase.facts)
        found.update(beside.fact for beside in knowledge.besides)
        for opposed in knowledge.opposes:
            found.update(opposed.facts)
        vocabulary = knowledge.vocabulary
        for terms in vocabulary.terms.values():
            for term in terms.values():
                found.update(term.because)
        for section in vocabulary.sections.values():
            for attribute in section.attributes.values():
                found.update(attribute.because)
                for conversion in attribute.type.conversions:
                    found.update(conversion.because)
        for quantity in vocabulary.quantities.values():
            found.update(quantity.because)
        for prohibition in vocabulary.prohibitions.values():
            found.update(prohibition.get("because", ()))  # type: ignore[arg-type]
        return frozenset(found)

    def vocabulary(self) -> None:
        facts = self.knowledge.facts
        vocabulary = self.knowledge.vocabulary
        for terms in vocabulary.terms.values():
            for term in terms.values():
                self.named(term.because, facts, term.location, "fact")
        for section in vocabulary.sections.values():
            for attribute in section.attributes.values():
                self.named(attribute.because, facts, attribute.location, "fact")
                for conversion in attribute.type.conversions:
                    self.named(conversion.because, facts, attribute.location, "fact")
                    if isinstance(conversion.factor, str) and vocabulary.attribute(conversion.factor) is None:
                        self.findings.add("dangling", attribute.location, f"`{conversion.factor}` is no datum of the case", "a quantity, or section.attribute")
        for quantity in vocabulary.quantities.values():
            self.named(quantity.because, facts, quantity.location, "fact")
        for prohibition in vocabulary.prohibitions.values():
            place = prohibition["location"]
            self.named(prohibition.get("because", ()), facts, place, "fact")  # type: ignore[arg-type]

    def rules(self) -> None:
        facts = self.knowledge.facts
        conclusions = self.knowledge.vocabulary.conclusions
        for rule in self.knowledge.rules.values():
            self.named(rule.because, facts, rule.location, "fact")
            if rule.id.startswith("interaction-"):
                for condition in rule.when:
                    if isinstance(condition.pattern, ConclusionPattern):
                        self.key([condition.pattern.relation], ("is",), conclusions, rule.location)
                for conclusion in rule.then:
                    self.key([conclusion.relation], ("of", "with"), conclusions, rule.location)
        for regimen in self.knowledge.regimens:
            for phase in regimen.phases:
                self.named(phase.facts, facts, phase.location, "fact")

    def key(self, names: Iterable[str], fields: tuple[str, ...], conclusions: object, place: Location) -> None:
        known = self.knowledge.vocabulary.conclusions
        for name in names:
            if name not in known:
                self.named([name], known, place, "conclusion")
            elif tuple(known[name].key) != fields:
                self.findings.add("conclusion", place, f"the key of `{name}` is {listed(known[name].key)}", f"a conclusion whose key is {', '.join(fields)}")

    def relations(self) -> None:
        facts = self.knowledge.facts
        preferences = {prefer.name for prefer in self.knowledge.prefers}
        for beside in self.knowledge.besides:
            self.named([beside.fact], facts, beside.location, "fact")
        for opposed in self.knowledge.opposes:
            self.named(opposed.facts, facts, opposed.location, "fact")
            if opposed.settled_by != "unresolved":
                self.named([opposed.settled_by], preferences, opposed.location, "preference")
        for prefer in self.knowledge.prefers:
            self.named([prefer.stronger, prefer.weaker], facts, prefer.location, "fact")
