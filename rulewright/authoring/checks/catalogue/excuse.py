"""Facts that say that no rule uses them, while one does."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model.knowledge import KnowledgeBase
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.matching import Matching
from rulewright.authoring.checks.subject import Subject


def _find(subject: Subject) -> Iterator[Flaw]:
    excused = [fact for fact in subject.knowledge.facts.values() if fact.not_used_by_rules]
    if not excused:
        return
    used = _used(subject)
    for fact in excused:
        if fact.id in used:
            yield Flaw(
                subject.place(fact.location, "not-used-by-rules"),
                f"{fact.id} says that no rule uses it, and {used[fact.id]}",
                "no `not-used-by-rules`, or a use less",
                "whoever reads the excuse will believe that withdrawing the fact changes no advice",
            )


def _used(subject: Subject) -> dict[str, str]:
    """The facts that rules rest on, with one way in which they do."""
    knowledge, program = subject.knowledge, subject.program
    found: dict[str, str] = dict(_read_under(knowledge))
    for regimen in knowledge.regimens:
        for phase in regimen.phases:
            found.update(dict.fromkeys(phase.facts, f"a phase of the regimen `{regimen.id}` is from it"))
    for rule in knowledge.rules.values():
        found.update(dict.fromkeys(rule.because, f"the rule `{rule.id}` names it in `because`"))
    for name, rules in Matching(knowledge, program).rules_of.items():
        evidence = program.evidence[name]
        rule_id = min(rules)
        for fact in evidence.needs:
            own = fact == evidence.name
            how = "matches what it claims" if own else f"matches a claim of {evidence.name} that needs it"
            found[fact] = f"the rule `{rule_id}` {how}"
    return found


def _read_under(knowledge: KnowledgeBase) -> Iterator[tuple[str, str]]:
    """The facts without which a datum is not read, a value not converted or a quantity not computed."""
    for section in knowledge.vocabulary.sections.values():
        for name, attribute in section.attributes.items():
            for fact in attribute.because:
                yield fact, f"`{section.name}.{name}` is read under it"
            for conversion in attribute.type.conversions:
                for fact in conversion.because:
                    yield fact, f"values of `{section.name}.{name}` are converted by it"
    for declared in knowledge.vocabulary.quantities.values():
        for fact in declared.because:
            yield fact, f"`{declared.name}` is computed by it"


CHECK = Check(
    "excuse",
    Severity.warning,
    "A fact says that no rule uses it, and one does.",
    _find,
)
