"""Judges mutants: the scenarios that a mutant can touch are run until one of them notices it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.advising import Advisor
from engine.errors import Refused
from engine.model.knowledge import KnowledgeBase
from engine.model.unit import QuantityError
from engine.program import Clause, Program
from rulewright.authoring.coverage.report import place_of
from rulewright.authoring.mutation.exams import Exam, changed_clauses
from rulewright.authoring.mutation.mutant import Mutant
from rulewright.authoring.mutation.report import Fate, Verdict


class Judge:
    """Judges any number of mutants of one knowledge base by the same scenarios."""

    def __init__(self, knowledge: KnowledgeBase, exams: Sequence[Exam]) -> None:
        self.knowledge = knowledge
        self.exams = exams

    def verdict(self, mutant: Mutant) -> Verdict:
        """What becomes of a mutant. Scenarios in which what is changed plays a part are tried first."""
        tried = 0
        try:
            knowledge = mutant.change(self.knowledge)
            advisor = Advisor(knowledge, ("compiled",))
            for exam in self._touched(mutant, advisor):
                tried += 1
                found = exam.differences(exam.advise(advisor), knowledge)
                if found:
                    return _verdict(mutant, "killed", tried, exam.trial.name, found[0])
        except Refused as refused:
            return _verdict(mutant, "refused", tried, because=str(refused.problems[0]))
        except QuantityError as error:
            return _verdict(mutant, "refused", tried, because=error.message)
        return _verdict(mutant, "survived", tried)

    def _touched(self, mutant: Mutant, advisor: Advisor) -> Iterable[Exam]:
        """The scenarios that a mutant can touch: all of them, unless nothing but a rule is changed."""
        ordered = sorted(self.exams, key=lambda exam: exam.rank(mutant, advisor))
        changes: dict[tuple[int, int], tuple[tuple[Clause, ...], tuple[Clause, ...]]] = {}
        for exam in ordered:
            if mutant.in_rule:
                program: Program = advisor.program(exam.trial.case, exam.trial.sources)
                pair = id(exam.run.program), id(program)
                if pair not in changes:
                    changes[pair] = changed_clauses(exam.run.program, program)
                if not exam.is_touched(changes[pair]):
                    continue
            yield exam


def _verdict(mutant: Mutant, fate: Fate, tried: int, by: str = "", because: str = "") -> Verdict:
    return Verdict(
        name=mutant.name,
        of=mutant.of,
        operator=mutant.operator,
        what=mutant.what,
        into=mutant.into,
        place=place_of(mutant.location),
        fate=fate,
        by=by,
        because=because,
        tried=tried,
    )
