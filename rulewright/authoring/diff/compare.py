"""Two versions compared: what was edited, and what that does to every scenario and to a sample of cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rulewright.authoring.diff.bench import Bench, Cut, Plan, Span
from rulewright.authoring.diff.edits import edits
from rulewright.authoring.diff.effects import Difference
from rulewright.authoring.diff.model import OF_THE_PROOF, Diff, Effect, EffectKind, Example, Sample
from rulewright.authoring.diff.tally import Tally
from rulewright.authoring.diff.versions import Version, scenarios_of
from rulewright.authoring.diff.workers import Work, workers

BLOCK = 100
"""So many cases are one task."""
FEW = 400
"""So many cases are done sooner by one process."""
BEFORE_ALL = -1_000_000
"""Scenarios come before sampled cases of the same size."""

Tell = Callable[[int, int, str], None]
"""Is told how much is done, of how much, of what."""


def compare_versions(old: Version, new: Version, cases: int, seed: int, processes: int, tell: Tell) -> Diff:
    """How two versions differ, tried on the scenarios of both and on so many sampled cases."""
    found = edits(old.parts, new.parts)
    plan = Plan(old.knowledge, new.knowledge, found, tuple(dict.fromkeys((*new.moments, *old.moments))), seed)
    scenarios = of_scenarios(Bench(plan), old, new, tell)
    sampled = Tally()
    with workers(plan, processes if cases > FEW else 1) as work:
        spans = [Span(first, min(first + BLOCK, cases)) for first in range(0, cases, BLOCK)]
        tell(0, cases, "cases")
        for _, tally in work(spans):
            assert isinstance(tally, Tally)
            sampled.take(tally)
            tell(sampled.tried, cases, "cases")
        whole = Tally()
        whole.take(scenarios)
        whole.take(sampled)
        effects = told(whole, work, tell)
    return Diff(
        before=old.about,
        after=new.about,
        seed=seed,
        edits=found,
        effects=effects,
        more=whole.more,
        scenarios=_sample(scenarios),
        sampled=_sample(sampled),
    )


def of_scenarios(bench: Bench, old: Version, new: Version, tell: Tell) -> Tally:
    """What the scenarios of both versions show."""
    tally = Tally()
    scenarios = scenarios_of((new, old))
    for number, scenario in enumerate(scenarios):
        outcome = bench.versions.outcome(scenario.case, scenario.sources)
        tally.count(outcome, scenario.case, BEFORE_ALL + number, scenario.name, scenario.sources)
        tell(number + 1, len(scenarios), "scenarios")
    return tally


def told(tally: Tally, work: Work, tell: Tell) -> tuple[Effect, ...]:
    """The differences, the weightiest and most frequent first, each with the smallest case that shows it."""
    order = list(EffectKind.__args__)  # type: ignore[attr-defined]
    found = sorted(tally.shown.items(), key=lambda entry: (order.index(entry[0].kind), -entry[1].cases, entry[0]))
    examples: dict[int, Example] = {}
    for place, example in work([Cut(difference, shown) for difference, shown in found]):
        assert isinstance(example, Example)
        examples[place] = example
        tell(len(examples), len(found), "differences cut down")
    return tuple(
        _effect(difference, shown.cases, shown.scenarios, examples[place])
        for place, (difference, shown) in enumerate(found)
    )


def _effect(difference: Difference, cases: int, scenarios: Iterable[str], example: Example) -> Effect:
    return Effect(
        kind=difference.kind,
        line=difference.line,
        name=difference.name,
        before=difference.before,
        after=difference.after,
        because=difference.because,
        cases=cases,
        scenarios=tuple(sorted(set(scenarios))),
        example=example,
    )


def _sample(tally: Tally) -> Sample:
    return Sample(
        cases=tally.tried,
        changed=tally.changed,
        proof_only=tally.proof_only,
        partly=tally.partly,
        unread=tally.unread,
    )


def fails(diff: Diff, on: str) -> bool:
    """Whether something differs for which the exit code is 1: what is advised (``advice``), proofs too (``any``)."""
    kinds = {effect.kind for effect in diff.effects} if on != "never" else set()
    return bool(kinds if on == "any" else kinds - set(OF_THE_PROOF))
