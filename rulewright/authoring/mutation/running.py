"""Runs every mutant of a knowledge base against its scenarios, in a seeded order, on as many processes as asked for."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.abc import Traversable
from multiprocessing import get_context
from pathlib import Path

from engine.errors import Location, Problem, Refused, clipped, did_you_mean, listed
from engine.loading import load
from engine.model.knowledge import KnowledgeBase
from rulewright.authoring.mutation.exams import Exam, exams
from rulewright.authoring.mutation.judging import Judge
from rulewright.authoring.mutation.mutant import Mutant
from rulewright.authoring.mutation.mutants import mutants
from rulewright.authoring.mutation.report import Listed, Mutation, Verdict
from rulewright.authoring.scenario_files import folder_shown
from rulewright.authoring.scenarios import read_scenarios
from rulewright.authoring.selection import chosen

Tell = Callable[[str], None]
CHUNK = 4
"""Mutants that a process is given at a time."""


class Mutating:
    """The mutants of one knowledge base and the scenarios that judge them; raises `Refused` where one of these is
    wrong, or fails already, or nothing is chosen.

    ``of`` chooses the mutants whose name holds it, ``filters`` the scenarios (`selection`).
    """

    def __init__(self, root: Traversable | Path, filters: Sequence[str] = (), of: str = "", seed: int = 0) -> None:
        self.knowledge = load(root)
        self.mutants = _named(mutants(self.knowledge), of)
        self.exams = exams(self.knowledge, chosen(read_scenarios(root), filters, folder_shown(root)))
        self.judge = Judge(self.knowledge, self.exams)
        self.order = list(range(len(self.mutants)))
        random.Random(seed).shuffle(self.order)
        _refuse_failing(self.knowledge, self.exams)

    def verdict(self, number: int) -> Verdict:
        """What becomes of one mutant."""
        return self.judge.verdict(self.mutants[number])

    def verdicts(self, tell: Tell) -> Iterator[tuple[int, Verdict]]:
        """What becomes of every mutant, one after the other, in the seeded order."""
        for number in self.order:
            yield number, self.verdict(number)
            tell(self.mutants[number].name)


def mutate(
    root: Path,
    listed: Sequence[Listed] = (),
    filters: Sequence[str] = (),
    of: str = "",
    seed: int = 0,
    jobs: int = 1,
    tell: Callable[[int], Tell] | None = None,
) -> Mutation:
    """What the scenarios of the knowledge base in a folder make of its mutants.

    ``listed`` are those that are said to be equivalent. The answer depends on ``seed`` and ``jobs`` only in its
    record of the seed. ``tell`` is given the number of mutants, and returns what hears of each that is judged.
    """
    made = Mutating(root, filters, of, seed)
    hear = tell(len(made.mutants)) if tell is not None else lambda _: None
    if jobs == 1:
        found = dict(made.verdicts(hear))
    else:
        found = {}
        with ProcessPoolExecutor(jobs, get_context("spawn"), _begin, (str(root), tuple(filters), of)) as pool:
            for number, verdict in zip(made.order, pool.map(_judged, made.order, chunksize=CHUNK), strict=True):
                found[number] = verdict
                hear(verdict.name)
    verdicts = [found[number] for number in range(len(made.mutants))]
    return summed_up(verdicts, [entry for entry in listed if of in entry.mutant], len(made.exams), seed)


def summed_up(verdicts: Sequence[Verdict], listed: Sequence[Listed], scenarios: int, seed: int) -> Mutation:
    """The verdicts beside the list of equivalent mutants."""
    by_name = {verdict.name: verdict for verdict in verdicts}
    excused = {entry.mutant for entry in listed}
    survivors = [verdict for verdict in verdicts if verdict.fate == "survived"]
    return Mutation(
        scenarios=scenarios,
        seed=seed,
        mutants=len(verdicts),
        killed=sum(verdict.fate == "killed" for verdict in verdicts),
        refused=sum(verdict.fate == "refused" for verdict in verdicts),
        survivors=tuple(verdict for verdict in survivors if verdict.name not in excused),
        equivalent=tuple(_with_fate(listed, by_name, survived=True)),
        noticed=tuple(_with_fate(listed, by_name, survived=False)),
        unknown=tuple(entry for entry in listed if entry.mutant not in by_name),
        verdicts=tuple(verdicts),
    )


def _with_fate(listed: Iterable[Listed], by_name: dict[str, Verdict], survived: bool) -> Iterator[Listed]:
    for entry in listed:
        if entry.mutant in by_name and (by_name[entry.mutant].fate == "survived") is survived:
            yield entry


def _named(every: Sequence[Mutant], of: str) -> list[Mutant]:
    """Those whose name holds a text; raises `Refused` where that is none of some."""
    found = [mutant for mutant in every if of in mutant.name]
    if every and not found:
        changed = {mutant.of for mutant in every}
        message = f"no mutant has a name that holds `{clipped(of)}`"
        expected = f"a part of a name, as `--verbose` lists them; what is changed is {listed(changed)}"
        raise Refused([Problem(Location("--mutants"), "dangling", message, expected, did_you_mean(of, changed))])
    return found


def _refuse_failing(knowledge: KnowledgeBase, found: Iterable[Exam]) -> None:
    """Raise `Refused` with every scenario that fails before anything is changed: it would notice every mutant."""
    problems = []
    for exam in found:
        differences = exam.differences(exam.run.advice, knowledge)
        if differences:
            message = f"the scenario `{exam.trial.name}` fails already: {differences[0]}"
            problems.append(Problem(exam.location, "scenario", message, "scenarios that pass"))
    if problems:
        raise Refused(problems)


_work: list[Mutating] = []
"""What a process of the pool works with: made once when it begins."""


def _begin(root: str, filters: tuple[str, ...], of: str) -> None:
    _work.append(Mutating(Path(root), filters, of))


def _judged(number: int) -> Verdict:
    return _work[0].verdict(number)
