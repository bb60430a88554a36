"""How one line of an advice differs from the same line of another, told by its weightiest difference."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from rulewright.authoring.diff.model import EffectKind, LineKind
from rulewright.authoring.diff.said import Line


@dataclass(frozen=True)
class Change:
    """How a line differs, in short."""

    kind: EffectKind
    before: str = ""
    after: str = ""


def differing(before: Line | None, after: Line | None) -> Change | None:
    """The weightiest way in which two lines differ; None where they say and rest on the same."""
    line = after or before
    assert line is not None
    if before is None or after is None or (before.stands, before.holds) != (after.stands, after.holds):
        return Change(_moved(line.kind, before, after), _stands(before), _stands(after))
    if before.doses != after.doses:
        return Change("dose changed", *_apart(_doses(before), _doses(after)))
    if before.amounts != after.amounts:
        return Change("dose changed", "as stated", "computed otherwise")
    if before.reasons != after.reasons:
        return Change(OF_REASONS[line.kind], *_apart(before.reasons, after.reasons))
    if before.sure != after.sure:
        return Change("certainty changed", *_apart(before.sure, after.sure))
    if before.reviewed != after.reviewed:
        return Change("reviews changed", *_apart(before.reviewed, after.reviewed))
    return Change("other proof") if before.support != after.support else None


OF_REASONS: Mapping[LineKind, EffectKind] = {
    "option": "reasons changed",
    "statement": "statement changed",
    "opposition": "conflict changed",
}


def _moved(kind: LineKind, before: Line | None, after: Line | None) -> EffectKind:
    held, holds = before is not None and before.holds, after is not None and after.holds
    if kind == "opposition":
        return "conflict gained" if before is None else "conflict lost" if after is None else "conflict changed"
    if kind == "statement":
        kinds: tuple[EffectKind, EffectKind, EffectKind] = ("statement gained", "statement lost", "statement changed")
    else:
        kinds = ("option gained", "option lost", "heading changed")
    return kinds[0] if holds and not held else kinds[1] if held and not holds else kinds[2]


def _stands(line: Line | None) -> str:
    return line.stands if line is not None else "not listed"


def _doses(line: Line) -> tuple[str, ...]:
    return tuple(f"{claim}: {name} {value}" for claim, dose in line.doses.items() for name, value in dose.items())


def _apart(before: Collection[str], after: Collection[str]) -> tuple[str, str]:
    """What only one side says, of two collections; in order, all of it, where they differ in order alone."""
    gone = [each for each in before if each not in after]
    new = [each for each in after if each not in before]
    return ("; ".join(gone), "; ".join(new)) if gone or new else ("; ".join(before), "; ".join(after))
