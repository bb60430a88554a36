"""Rules that draw nothing but what a more general rule draws too, from no more facts."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.places import some
from rulewright.authoring.checks.subject import Subject


def _find(subject: Subject) -> Iterator[Flaw]:
    for found in subject.covered:
        if not found.mutual:
            rule = subject.knowledge.rules[found.rule]
            others = some(f"`{other}`" for other in found.by)
            draw = "draws" if len(found.by) == 1 else "draw"
            yield Flaw(
                subject.place(rule.location, "id"),
                f"wherever `{rule.id}` fires, {others} {draw} the same from no more facts",
                "conditions under which it draws something that no other rule draws, or a warrant of its own",
                "take it out, or see whether the other asks for too little",
            )


CHECK = Check(
    "subsumed",
    Severity.warning,
    "A rule draws nothing but what a more general rule draws too, from no more facts.",
    _find,
)
