"""A comparison in the order and the words in which a person reads it; the page and the Markdown say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from provenance.render.wording import sentence_words
from rulewright.authoring.diff.model import OF_THE_PROOF, Diff, Edit, Effect, EffectKind, Example, Sample

MEANING = {
    "added": "added",
    "removed": "removed",
    "changed": "changed in meaning",
    "re-worded": "only re-worded",
}
MOST_NAMED = 4
"""So many scenarios of a difference are named; the JSON names all."""
MOST_TOLD = 30
"""So many differences are told on a page, the weightiest first; the JSON has all."""


@dataclass(frozen=True)
class Told:
    """Lines that differ in the same way, for the same reason and in the same smallest case, told as one."""

    kind: EffectKind
    lines: tuple[str, ...]
    before: str
    after: str
    because: tuple[str, ...]
    cases: int
    scenarios: tuple[str, ...]
    example: Example


def of_the_advice(diff: Diff) -> list[Told]:
    """The differences in what is advised."""
    return list(_joined(effect for effect in diff.effects if effect.kind not in OF_THE_PROOF))


def of_the_proof(diff: Diff) -> list[Told]:
    """The differences that leave what is advised as it was, by what they come from."""
    found: dict[tuple[object, ...], list[Effect]] = {}
    for effect in diff.effects:
        if effect.kind in OF_THE_PROOF:
            found.setdefault((effect.kind, effect.before, effect.after, effect.because), []).append(effect)
    return [_one(effects) for effects in found.values()]


def _joined(effects: Iterable[Effect]) -> Iterator[Told]:
    found: dict[tuple[object, ...], list[Effect]] = {}
    for effect in effects:
        key = (effect.kind, effect.before, effect.after, effect.because, str(effect.example.case), effect.cases)
        found.setdefault(key, []).append(effect)
    return map(_one, found.values())


def _one(effects: list[Effect]) -> Told:
    first = min(effects, key=lambda effect: effect.example.data)
    return Told(
        first.kind,
        tuple(effect.name for effect in effects),
        first.before,
        first.after,
        first.because,
        max(effect.cases for effect in effects),
        tuple(dict.fromkeys(name for effect in effects for name in effect.scenarios)),
        first.example,
    )


def untold(found: list[Told]) -> str:
    """That there are more differences than are told; nothing where there are not."""
    more = len(found) - MOST_TOLD
    return f"… and {more:,} more; --format json has all of them" if more > 0 else ""


def edits_in_short(edits: Iterable[Edit]) -> str:
    """``2 rules changed in meaning, 1 fact added``."""
    count = Counter((edit.kind, edit.what) for edit in edits)
    return ", ".join(f"{_many(number, kind)} {MEANING[what]}" for (kind, what), number in count.items())


def _many(number: int, kind: str) -> str:
    if number == 1:
        return f"1 {kind}"
    return f"{number:,} {kind[:-1]}ies" if kind.endswith(("y", "ty")) else f"{number:,} {kind}s"


def effects_in_short(diff: Diff) -> str:
    """How many scenarios and cases differ, in one sentence."""
    one, other = diff.scenarios, diff.sampled
    tried = f"{one.cases:,} scenarios and {other.cases:,} sampled cases"
    if not (one.changed or other.changed or one.proof_only or other.proof_only):
        return f"None of {tried} gets other advice, or the same by another proof."
    said = f"Of {tried}, {one.changed:,} and {other.changed:,} get other advice"
    if one.proof_only or other.proof_only:
        said += f"; {one.proof_only:,} and {other.proof_only:,} get the same by another proof"
    return f"{said}."


def uncompared(diff: Diff) -> Iterator[str]:
    """What the reader must know of what was not compared."""
    for sample, what in ((diff.scenarios, "scenarios"), (diff.sampled, "sampled cases")):
        yield from _of_sample(sample, what)
    if diff.more:
        yield f"More differences than are kept: {diff.more:,} more were met and are not shown."
    yield (
        "The sample is made from the vocabulary, with every threshold and absence, and aimed at what was edited: it "
        f"says that something can happen, not how often. Seed {diff.seed}."
    )
    yield "Questions for missing data, the banner, limits and the account of inputs are not compared."


def _of_sample(sample: Sample, what: str) -> Iterator[str]:
    if sample.partly:
        yield f"{sample.partly:,} {what} hold data that only one side knows, and were put to the other without them."
    if sample.unread:
        yield f"{sample.unread:,} {what} could not be read by one side, and are not compared."


def because(told: Told) -> str:
    """The edits that a difference rests on."""
    return f"by {', '.join(told.because)}" if told.because else ""


def how_often(told: Told) -> str:
    """``24 sampled cases; scenarios a, b and 3 more``."""
    parts = [f"{told.cases:,} sampled case{'' if told.cases == 1 else 's'}"] if told.cases else []
    if told.scenarios:
        named = ", ".join(told.scenarios[:MOST_NAMED])
        more = len(told.scenarios) - MOST_NAMED
        parts.append(
            f"scenario{'' if len(told.scenarios) == 1 else 's'} {named}" + (f" and {more:,} more" if more > 0 else "")
        )
    return "; ".join(parts)


def change(told: Told) -> str:
    """What changes into what."""
    before, after = sentence_words(told.before), sentence_words(told.after)
    if before and after:
        return f"{before} → {after}"
    return f"no longer: {before}" if before else f"now: {after}" if after else ""


def sides(example: Example) -> tuple[str, str]:
    """The line in the smallest case on both sides; nothing where it is told by the change already."""
    if example.before == example.after:
        return "", ""
    return sentence_words(example.before) or "not there", sentence_words(example.after) or "not there"


def smallest(example: Example) -> str:
    """What the smallest case is called."""
    data = f"{example.data:,} dat{'um' if example.data == 1 else 'a'}" if example.data else "no data"
    return f"smallest case ({data}, from {example.start})"


def case_lines(example: Example) -> Iterator[str]:
    """The smallest case as YAML, one section a line."""
    for name, value in example.case.items():
        yield f"{name}: {flow(value)}"
    if example.sources is not None:
        yield f"# from these documents alone: {', '.join(example.sources)}"


def flow(value: object) -> str:
    """A value in YAML's flow style."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return f'"{text}"' if any(mark in text for mark in ",:{}[]#<>&*!|'\"%@`") and not text[0].isdigit() else text
