"""One case under question: its advice, what that rests on, and the advice that a changed case or knowledge would get.

Every question of a reviewer (why, why not, what if, what next, what if it were withdrawn) is put to an `Inquiry`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from engine.advising import Advisor, Derived
from engine.errors import Findings
from engine.model.advice import Advice
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from provenance.grounds import Grounds


class Inquiry:
    """A case, the documents admitted for it (None: all that are current), and the advisor that answers it.

    The advice in question is that of the advisor, with every engine that it runs. What is asked of changed cases, by
    the hundred sometimes, the compiled engine answers alone; `verify` and the tests compare it with the other.
    """

    def __init__(self, advisor: Advisor, case: Case, sources: Iterable[str] | None = None) -> None:
        self.advisor = advisor
        self.case = case
        self.sources = None if sources is None else tuple(sorted(set(sources)))

    @property
    def knowledge(self) -> KnowledgeBase:
        """The knowledge base that is asked."""
        return self.advisor.knowledge

    @cached_property
    def advice(self) -> Advice:
        """The advice for the case; raises `Refused` for an unknown source and `EnginesDiffer` as the advisor does."""
        return self.advisor.write(self.derived)

    @cached_property
    def derived(self) -> Derived:
        """What follows from the case; raises `Refused` and `EnginesDiffer` as `advice` does."""
        findings = Findings()
        sources = self.advisor.admitted_sources(self.sources, findings)
        findings.refuse_if_any()
        return self.advisor.derive(self.case, sources)

    @cached_property
    def grounds(self) -> Grounds:
        """What the advice rests on."""
        return Grounds(self.advice, self.knowledge, self.advisor.program(self.case, self.sources), self.case)

    @cached_property
    def quick(self) -> Advisor:
        """Answers variants of the case, by the compiled engine alone."""
        if self.advisor.engines == ("compiled",):
            return self.advisor
        return Advisor(self.knowledge, ("compiled",))

    def variant(self, case: Case, questions: bool = True) -> Advice:
        """The advice for another case, from the same documents; without its open ``questions`` in less time."""
        return self.quick.advise(case, self.sources, questions)
