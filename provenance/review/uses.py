"""What uses what in a knowledge base: each fact, source, rule, term and datum by those that would notice its loss."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from engine.grounding import ground
from engine.model.knowledge import KnowledgeBase
from engine.model.rule import ConclusionPattern
from engine.program import Program
from provenance.review.mentions import meet, named_conclusion, named_terms, patterns, reads, words

Found = dict[str, list[str]]


class Uses:
    """Looks through one knowledge base; an answer maps how something is used to the ids that use it so."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.vocabulary = knowledge.vocabulary

    @cached_property
    def program(self) -> Program:
        """The ground program over every fact."""
        return ground(self.knowledge)

    # Facts and sources -----------------------------------------------------------------------------------------------

    def of_fact(self, id_: str) -> Found:
        """What uses a fact or a reading."""
        knowledge = self.knowledge
        evidence = {item.id for item in self.program.evidence.values() if id_ in item.facts}
        matched = (clause.rule for clause in self.program.clauses if evidence.intersection(clause.evidence))
        return {
            "rules that it warrants": [rule.id for rule in knowledge.rules.values() if id_ in rule.because],
            "rules that match its claims": list(dict.fromkeys(matched)),
            "claims that are read by it": [
                fact.id for fact in knowledge.facts.values() if any(id_ in claim.read_by for claim in fact.claims)
            ],
            "readings about it": [fact.id for fact in knowledge.facts.values() if id_ in fact.about],
            "facts that restate it": [fact.id for fact in knowledge.facts.values() if id_ in fact.restates],
            "claims that name it": [
                fact.id
                for fact in knowledge.facts.values()
                if any(id_ in claim.fields.values() for claim in fact.claims)
            ],
            "regimens": [
                f"{regimen.id} ({phase.role})"
                for regimen in knowledge.regimens
                for phase in regimen.phases
                if id_ in phase.facts
            ],
            "shown beside": [
                " ".join(value for _, value in beside.key) for beside in knowledge.besides if beside.fact == id_
            ],
            "oppositions": [entry.name for entry in knowledge.opposes if id_ in entry.facts],
            "preferences": [entry.name for entry in knowledge.prefers if id_ in (entry.stronger, entry.weaker)],
            "interactions": [entry.name for entry in knowledge.interactions if id_ in entry.because],
            "vocabulary": list(self._vocabulary_of_fact(id_)),
        }

    def _vocabulary_of_fact(self, id_: str) -> Iterator[str]:
        vocabulary = self.vocabulary
        for kind, terms in vocabulary.terms.items():
            yield from (f"{term.name} ({kind})" for term in terms.values() if id_ in term.because)
        for section in vocabulary.sections.values():
            for attribute in section.attributes.values():
                conversions = [fact for conversion in attribute.type.conversions for fact in conversion.because]
                if id_ in (*attribute.because, *conversions):
                    yield f"{section.name}.{attribute.name}"
        yield from (declared.name for declared in vocabulary.quantities.values() if id_ in declared.because)
        yield from (
            f"{name} (prohibition)"
            for name, body in vocabulary.prohibitions.items()
            if id_ in _texts(body.get("because"))
        )

    def of_source(self, id_: str) -> Found:
        """What was read in a source, what is attributed to it, and the readings about it."""
        facts = self.knowledge.facts.values()
        return {
            "facts read in it": [fact.id for fact in facts if fact.quoted_from == id_ and not fact.is_interpretation],
            "readings that it states": [
                fact.id for fact in facts if fact.quoted_from == id_ and fact.is_interpretation
            ],
            "facts attributed to it alone": [fact.id for fact in facts if fact.cites == (id_,)],
            "facts attributed to it among others": [
                fact.id for fact in facts if id_ in fact.cites and len(fact.cites) > 1
            ],
            "readings about it": [fact.id for fact in facts if id_ in fact.about],
        }

    # Rules -----------------------------------------------------------------------------------------------------------

    def of_rule(self, id_: str) -> Found:
        """The rules that read what a rule concludes."""
        found: Found = {}
        for conclusion in self.knowledge.rules[id_].then:
            readers = [
                rule.id
                for rule in self.knowledge.rules.values()
                if any(
                    isinstance(pattern, ConclusionPattern) and meet(pattern, conclusion) for pattern in patterns(rule)
                )
            ]
            how = f"rules that read its {named_conclusion(conclusion)}"
            found[how] = list(dict.fromkeys([*found.get(how, ()), *readers]))
        clauses = sum(clause.rule == id_ for clause in self.program.clauses)
        found[f"{clauses:,} ground instance{'' if clauses == 1 else 's'}, over"] = list(
            dict.fromkeys(
                evidence for clause in self.program.clauses if clause.rule == id_ for evidence in clause.evidence
            )
        )
        return found

    def read_by_rule(self, id_: str) -> Found:
        """The rules whose conclusions a rule reads."""
        found: Found = {}
        for pattern in patterns(self.knowledge.rules[id_]):
            if isinstance(pattern, ConclusionPattern):
                named = [word for _, constraint in pattern.constraints for word in words(constraint)]
                which = f" ({', '.join(named)})" if named else ""
                found[f"{pattern.relation}{which}, drawn by"] = [
                    rule.id
                    for rule in self.knowledge.rules.values()
                    if any(meet(pattern, conclusion) for conclusion in rule.then)
                ]
        return found

    def readers(self, relation: str) -> list[str]:
        """The rules that read a relation."""
        return [
            rule.id
            for rule in self.knowledge.rules.values()
            if any(
                isinstance(pattern, ConclusionPattern) and pattern.relation == relation for pattern in patterns(rule)
            )
        ]

    def drawers(self, relation: str) -> list[str]:
        """The rules that draw a relation, or argue for or against it."""
        return [
            rule.id
            for rule in self.knowledge.rules.values()
            if any(conclusion.relation == relation for conclusion in rule.then)
        ]

    def of_relation(self, relation: str) -> Found:
        """What draws and what reads a kind of conclusion."""
        return {"rules that draw it": self.drawers(relation), "rules that read it": self.readers(relation)}

    # Terms and data --------------------------------------------------------------------------------------------------

    def of_term(self, kind: str, name: str) -> Found:
        """What speaks of a term."""
        knowledge, vocabulary = self.knowledge, self.vocabulary
        claims = [
            fact.id
            for fact in knowledge.facts.values()
            if any(
                self._claimed(claim.kind, claim.fields, kind, name) or (kind == "modality" and claim.modality == name)
                for claim in fact.claims
            )
            or (kind == "modality" and fact.modality == name)
        ]
        option = vocabulary.conclusions.get(vocabulary.headings.conclusion)
        regimens = [
            regimen.id
            for regimen in knowledge.regimens
            if any(self._claimed(regimen.claim, phase.claim, kind, name) for phase in regimen.phases)
        ]
        return {
            "facts whose claims name it": claims,
            "rules that name it": [
                rule.id for rule in knowledge.rules.values() if (kind, name) in set(named_terms(rule, self.vocabulary))
            ],
            "regimens": regimens,
            "shown beside it": [
                beside.fact
                for beside in knowledge.besides
                if any(
                    value == name and field in option.key and option.key[field].of == kind
                    for field, value in beside.key
                )
            ]
            if option
            else [],
            "interactions": [entry.name for entry in knowledge.interactions if name in entry.between],
            "populations of": [
                fact.id
                for fact in knowledge.facts.values()
                if fact.population and name in (value for _, value in fact.population.conditions)
            ],
            "terms of which it is the more general": [
                term.name for term in vocabulary.terms.get(kind, {}).values() if term.is_a == name
            ],
            "data whose values it is among": [
                f"{section.name}.{attribute.name}"
                for section in vocabulary.sections.values()
                for attribute in section.attributes.values()
                if attribute.type.of == kind
            ],
            "reason codes of": list(self._coded(name)) if kind == "reason" else [],
        }

    def _claimed(self, claim: str, fields: Mapping[str, object], kind: str, name: str) -> bool:
        declared = self.vocabulary.claims.get(claim)
        return declared is not None and any(
            value == name and field in declared.fields and declared.fields[field].of == kind
            for field, value in fields.items()
        )

    def _coded(self, code: str) -> Iterator[str]:
        for section in self.vocabulary.sections.values():
            if section.missing == code:
                yield section.name
            yield from (
                f"{section.name}.{attribute.name}"
                for attribute in section.attributes.values()
                if code in (attribute.missing, attribute.stale)
            )
        for kind, terms in self.vocabulary.terms.items():
            yield from (
                f"{term.name} ({kind})" for term in terms.values() if code in (term.when_false, term.when_unknown)
            )

    def of_datum(self, path: str) -> Found:
        """What reads a datum of the case, or a declared quantity."""
        section, _, field = path.partition(".")
        item = self.vocabulary.sections[section].item if section in self.vocabulary.sections else ""
        return {
            "rules that read it": [
                rule.id
                for rule in self.knowledge.rules.values()
                if any(reads(pattern, path, item, field) for pattern in patterns(rule))
            ],
            "claims about it": [
                fact.id
                for fact in self.knowledge.facts.values()
                if any(path in claim.fields.values() for claim in fact.claims)
            ],
            "regimens": [
                regimen.id
                for regimen in self.knowledge.regimens
                if any(path in phase.claim.values() for phase in regimen.phases)
            ],
            "quantities computed from it": [
                declared.name
                for declared in self.vocabulary.quantities.values()
                if re.search(rf"(?<![\w.-]){re.escape(path)}(?![\w.-])", declared.formula)
            ],
            "populations of": [
                fact.id
                for fact in self.knowledge.facts.values()
                if fact.population and path in (name for name, _ in fact.population.conditions)
            ],
            "conversions of": [
                f"{other.name}.{attribute.name}"
                for other in self.vocabulary.sections.values()
                for attribute in other.attributes.values()
                if any(conversion.factor == path for conversion in attribute.type.conversions)
            ],
        }


def _texts(value: object) -> tuple[str, ...]:
    return (
        tuple(map(str, value))
        if isinstance(value, Iterable) and not isinstance(value, str)
        else (str(value),)
        if value
        else ()
    )


__all__ = ["Uses"]
