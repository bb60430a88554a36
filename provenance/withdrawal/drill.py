"""The withdrawal drill: a withdrawal over one case, and over every scenario of a knowledge base.

The advice without what is withdrawn is made by the program itself, from `withdrawal.without`; nothing is predicted.
Scenarios are brought by those who read them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import TypeVar

from engine.advising import Advisor
from engine.errors import Location, Problem, Refused, clipped, did_you_mean
from engine.grounding import ground
from engine.model.advice import Advice
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from engine.statements import sentence
from provenance.comparison.compare import compare_grounds
from provenance.grounds import Grounds
from provenance.inquiry import Inquiry
from provenance.model.withdrawal import (
    CaseWithdrawal,
    Drill,
    Effect,
    LineEffect,
    Retractions,
    ScenarioEffect,
    Tally,
)
from provenance.withdrawal.effects import EFFECTS, is_said, line_effects
from provenance.withdrawal.losses import Admission, fall
from provenance.withdrawal.withdrawal import Withdrawal, without

GATES: dict[str, tuple[Effect, ...]] = {
    "falls": ("appeared", "fell"),
    "changes": ("appeared", "fell", "standing", "dose", "certainty", "reasons"),
    "any": EFFECTS,
}
"""What makes a withdrawal a negative result: that something falls or appears; that an advice changes in more than what
is cited; anything at all."""


@dataclass(frozen=True)
class Trial:
    """A scenario: its case, its documents, and the sentences by which an advice differs from its expectation."""

    name: str
    place: str
    case: Case
    sources: tuple[str, ...] | None
    differences: Callable[[Advice, KnowledgeBase], Sequence[str]]

    @property
    def day(self) -> date:
        """The day on which its documents must stand."""
        return self.case.as_of.astimezone(UTC).date()


def over_case(inquiry: Inquiry, withdrawal: Withdrawal) -> CaseWithdrawal:
    """What a withdrawal does to the advice of one case; raises as the advisor does.

    Without what is withdrawn the compiled engine answers alone, as it does for variants of a case: a matcher's session
    for every withdrawal would be memory that is never given back.
    """
    knowledge = inquiry.knowledge
    after = Inquiry(Advisor(without(knowledge, withdrawal), ("compiled",)), inquiry.case, inquiry.sources)
    lines, unchanged = line_effects(inquiry.grounds, after.grounds)
    admission = Admission(inquiry.grounds.program, after.grounds.program)
    return CaseWithdrawal(
        fall=fall(knowledge, after.knowledge, withdrawal, [admission]),
        lines=lines,
        unchanged=unchanged,
        comparison=compare_grounds(inquiry.grounds, after.grounds),
    )


def over_scenarios(
    knowledge: KnowledgeBase,
    withdrawal: Withdrawal,
    trials: Iterable[Trial],
    tell: Callable[[str], None] | None = None,
    kept: dict[str, Advice] | None = None,
    day: date | None = None,
) -> Drill:
    """What a withdrawal does over some scenarios, by the compiled engine; ``tell`` hears the name of each.

    A scenario whose expectation did not hold before is counted apart, and not as broken. ``kept`` holds the advices
    before by their scenarios: where one dictionary is given to several withdrawals from one knowledge base, each is
    made once. ``day`` is when the documents must stand of which it is told what falls; without it they are those of the
    scenarios.
    """
    drilling = _Drilling(knowledge, without(knowledge, withdrawal), {} if kept is None else kept)
    effects, already, scenarios = [], [], 0
    for trial in trials:
        scenarios += 1
        if tell is not None:
            tell(trial.name)
        effect, held = drilling.effect(trial)
        if not held:
            already.append(trial.name)
        if effect.lines or effect.broken:
            effects.append(effect)
    if day is not None:
        drilling.admission(day, None)
    return Drill(
        fall=fall(knowledge, drilling.after.knowledge, withdrawal, drilling.admissions.values()),
        scenarios=scenarios,
        **reach(effects, scenarios),
        tallies=tuple(tallies(effects)),
        effects=tuple(effects),
        already=tuple(already),
    )


class _Drilling:
    """Both knowledge bases, prepared once; the programs of each choice of documents are kept."""

    def __init__(self, before: KnowledgeBase, after: KnowledgeBase, kept: dict[str, Advice]) -> None:
        self.kept = kept
        self.before = Advisor(before, ("compiled",))
        self.after = Advisor(after, ("compiled",))
        self.admissions: dict[tuple[frozenset[str], frozenset[str]], Admission] = {}
        fallen = {id_ for id_, source in before.sources.items() if source.standing != after.sources[id_].standing}
        self.lessened = {fact.id for fact in before.facts.values() if not fallen.isdisjoint(fact.cites)}

    def effect(self, trial: Trial) -> tuple[ScenarioEffect, bool]:
        """What happens to one scenario, and whether its expectation held before."""
        admission = self.admission(trial.day, trial.sources)
        if not self.touches(admission):
            held = not trial.differences(self.advice_before(trial), self.before.knowledge)
            return ScenarioEffect(name=trial.name, place=trial.place, lines=()), held
        before = Grounds(self.advice_before(trial), self.before.knowledge, admission.before, trial.case)
        advice = self.after.advise(trial.case, trial.sources)
        after = Grounds(advice, self.after.knowledge, admission.after, trial.case)
        held = not trial.differences(before.advice, before.knowledge)
        broken = trial.differences(after.advice, after.knowledge) if held else ()
        lines, _ = line_effects(before, after)
        return ScenarioEffect(name=trial.name, place=trial.place, lines=lines, broken=tuple(broken)), held

    def advice_before(self, trial: Trial) -> Advice:
        """The advice of a scenario before anything is withdrawn."""
        if trial.name not in self.kept:
            self.kept[trial.name] = self.before.advise(trial.case, trial.sources)
        return self.kept[trial.name]

    def touches(self, admission: Admission) -> bool:
        """Whether any fact falls, or is attributed to fewer sources that stand."""
        return admission.before.facts != admission.after.facts or not self.lessened.isdisjoint(admission.before.facts)

    def admission(self, day: date, sources: tuple[str, ...] | None) -> Admission:
        """The programs of some documents (None: all that stand) on a day."""
        old, new = (advisor.knowledge.admitted(day, sources) for advisor in (self.before, self.after))
        if (old, new) not in self.admissions:
            self.admissions[old, new] = Admission.of(self.before.knowledge, self.after.knowledge, old, new)
        return self.admissions[old, new]


def reach(effects: Sequence[ScenarioEffect], scenarios: int) -> dict[str, int]:
    """How far a withdrawal reaches: in each scenario that differs, to what is said, behind it, or to what is cited."""
    differing = [effect.lines for effect in effects if effect.lines]
    otherwise = sum(any(map(is_said, lines)) for lines in differing)
    cited = sum(all(line.effect in ("basis", "proof") for line in lines) for lines in differing)
    return {
        "otherwise": otherwise,
        "behind": len(differing) - otherwise - cited,
        "cited": cited,
        "unchanged": scenarios - len(differing),
    }


def tallies(effects: Iterable[ScenarioEffect]) -> Iterator[Tally]:
    """Each effect on each line with how many scenarios have it: the most dangerous first, then the most frequent line.

    Scenarios in which the line is not the same before, or after, are told apart.
    """
    found: dict[tuple[str, str, Effect], dict[tuple[str, str], list[tuple[str, LineEffect]]]] = {}
    for effect in effects:
        for line in effect.lines:
            states = found.setdefault((line.line, line.name, line.effect), {})
            states.setdefault((line.before, line.after), []).append((effect.name, line))
    lines = [sorted(states.values(), key=len, reverse=True) for states in found.values()]
    lines.sort(key=lambda states: (EFFECTS.index(states[0][0][1].effect), -sum(map(len, states))))
    for same in (same for states in lines for same in states):
        example, line = same[0]
        yield Tally(
            line=line.line,
            name=line.name,
            text=line.text,
            effect=line.effect,
            scenarios=len(same),
            example=example,
            before=line.before,
            after=line.after,
        )


def fails(found: CaseWithdrawal | Drill | Retractions, gate: str) -> bool:
    """Whether some effect is one that a gate of `GATES` does not let pass.

    What only may be retracted is let pass no more than what is: somebody has to look. An expectation that no longer
    holds, of an advice that changes in nothing else, fails "any". Where there is no scenario nothing was tried, and
    nothing passes.
    """
    if isinstance(found, Retractions):
        every = [*([found.certain] if found.certain else []), *(possible.over for possible in found.possible)]
        return any(fails(one, gate) for one in every)
    lines = found.lines if isinstance(found, CaseWithdrawal) else [line for one in found.effects for line in one.lines]
    broken = isinstance(found, Drill) and any(one.broken for one in found.effects)
    if isinstance(found, Drill) and not found.scenarios:
        return True
    return any(line.effect in GATES[gate] for line in lines) or (broken and gate == "any")


Answer = TypeVar("Answer", CaseWithdrawal, Drill)


def only(found: Answer, words: str | None, knowledge: KnowledgeBase) -> Answer:
    """The answer with those lines alone that hold every word, in their name or their text (None: all lines).

    Raises `Refused` where no conclusion of the knowledge base does.
    """
    if words is None:
        return found
    wanted = words.casefold().split()

    def named(name: str, text: str) -> bool:
        told = f"{name} {text}".casefold()
        return all(word in told for word in wanted)

    atoms = ground(knowledge).atoms
    if not wanted or not any(named(str(atom), sentence(knowledge, atom)) for atom in atoms):
        parts = {atom.relation for atom in atoms} | {word for atom in atoms for word in atom.arguments}
        hint = did_you_mean(words, sorted(parts))
        message = f"no conclusion is or holds `{clipped(words)}`"
        raise Refused([Problem(Location("--conclusions"), "unknown-conclusion", message, "words of one", hint)])
    if isinstance(found, CaseWithdrawal):
        lines = tuple(line for line in found.lines if named(f"{line.line} {line.name}", line.text))
        return found.model_copy(update={"lines": lines, "unchanged": found.unchanged})
    effects = [
        effect.model_copy(
            update={"lines": tuple(line for line in effect.lines if named(f"{line.line} {line.name}", line.text))}
        )
        for effect in found.effects
    ]
    left = tuple(effect for effect in effects if effect.lines)
    return found.model_copy(update={"effects": left, "tallies": tuple(tallies(left)), **reach(left, found.scenarios)})
