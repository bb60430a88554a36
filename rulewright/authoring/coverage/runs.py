"""The scenarios as they ran: the program of each, what its case says, what was derived, and its advice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from engine.advising import Advisor
from engine.derivation import Derivation
from engine.model.advice import Advice
from engine.model.knowledge import KnowledgeBase
from engine.observing import Observer
from engine.program import Program
from provenance.withdrawal.drill import Trial


@dataclass(frozen=True)
class Run:
    """One scenario, advised. Scenarios with the same admitted facts share their program."""

    name: str
    program: Program
    observer: Observer
    derivation: Derivation
    advice: Advice


def run_trials(
    knowledge: KnowledgeBase, trials: Iterable[Trial], tell: Callable[[str], None] | None = None
) -> list[Run]:
    """Advise every scenario by the compiled engine, without its open questions; ``tell`` hears the name of each."""
    advisor = Advisor(knowledge, ("compiled",))
    found = []
    for trial in trials:
        if tell is not None:
            tell(trial.name)
        derived = advisor.derive(trial.case, trial.sources)
        found.append(Run(trial.name, *derived, advisor.write(derived, questions=False)))
    return found
