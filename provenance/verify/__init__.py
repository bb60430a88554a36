"""The independent checker: an advice, its knowledge base, and nothing else.

An advice emits the value of every conclusion and every firing. `verify` reads the text against the contract, reads
the echoed case back, grounds the rules naively, and works every part of the advice out again *from the emitted values*.
If each instance, value and rank is found as it must be, the values are the only ones that the case allows (the rules
are stratified, and ranks descend); so every heading, dose and sentence is held against the truth. The types of the
knowledge base and of ground literals are those of the engines; none of the code that evaluates them is.

The proof itself, in the order in which to read it:

    contract     the text, strictly, and the published contract
    basis        identity, admitted documents, quotes, limits
    ground       every instance of every rule
    truth        what the case says of a condition
    derivation   values and firings in both directions, ranks, and what conclusions rest on

What is said of it: reasons, doses (the arithmetic), standings (the headings), reviews, statements, oppositions (what
pulls apart), inputs (the account of every datum), answers (missing data).
"""

from __future__ import annotations

import json
from typing import Any

from engine.errors import Findings
from engine.loading.case import moment_text, read_case
from engine.model.advice import Advice
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from engine.reading import read_json
from provenance.verify import contract
from provenance.verify.answers import check_missing
from provenance.verify.basis import check_identity, check_knowledge, check_quotes
from provenance.verify.derivation import Derivation
from provenance.verify.ground import Ground
from provenance.verify.inputs import inputs
from provenance.verify.oppositions import Oppositions
from provenance.verify.standings import Standings
from provenance.verify.statements import sections
from provenance.verify.truth import FALSE, Observed
from provenance.verify.verdict import Flaw, Flaws, Tree, Verdict

__all__ = ["Flaw", "Verdict", "Verifier", "verify"]


class Verifier:
    """Checks advices of one knowledge base; keeps what it grounded, once for each set of admitted facts."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self._grounds: dict[frozenset[str], Ground] = {}

    def verify(self, advice: Advice | dict[str, Any] | str) -> Verdict:
        """What is wrong with an advice; see `verify`."""
        flaws = Flaws()
        tree = contract.read(advice, flaws)
        if tree is not None:
            check_knowledge(self.knowledge, tree, flaws)
            case = self._case(tree, flaws)
            if case is not None:
                self._check(tree, case, flaws)
        return Verdict(tuple(sorted(set(flaws.found))))

    def _case(self, tree: dict[str, Tree], flaws: Flaws) -> Case | None:
        """The echoed case; None where it does not read."""
        findings = Findings()
        try:
            node = read_json(json.dumps(tree["case"], ensure_ascii=False), findings)
            case = read_case(node, self.knowledge.vocabulary, findings) if node is not None else None
        except (ValueError, OverflowError) as error:
            flaws.add("case", "/case", f"the echoed case cannot be read: {error}")
            return None
        for problem in findings:
            flaws.add("case", f"/case{problem.location.pointer.rstrip('/')}", problem.message)
        if case is not None:
            flaws.compare("case", "/case", tree["case"], dict(case.canonical))
            flaws.compare("case", "/as_of", tree["as_of"], moment_text(case.as_of))
        return case

    def _check(self, tree: dict[str, Tree], case: Case, flaws: Flaws) -> None:
        facts = check_identity(self.knowledge, case, tree, flaws)
        ground = self._ground(facts)
        observed = Observed(self.knowledge.vocabulary, case, facts, lambda _: FALSE)
        derivation = Derivation(ground, observed, tree, flaws)
        standings = Standings(derivation)
        said: dict[str, Any] = {"options": standings.all(), "sections": sections(derivation, standings)}
        said["opposed"] = Oppositions(standings, said["options"], said["sections"]).all()
        flaws.compare("standing", "/options", tree["options"], said["options"])
        flaws.compare("statement", "/sections", tree["sections"], said["sections"])
        flaws.compare("opposed", "/opposed", tree["opposed"], said["opposed"])
        check_missing(derivation, said["options"], tree["missing"], flaws)
        flaws.compare("input", "/inputs", tree["inputs"], inputs(derivation))
        check_quotes(derivation, said, tree, flaws)

    def _ground(self, facts: frozenset[str]) -> Ground:
        if facts not in self._grounds:
            if len(self._grounds) >= 8:
                self._grounds.pop(next(iter(self._grounds)))
            self._grounds[facts] = Ground(self.knowledge, facts)
        return self._grounds[facts]


_recent: list[Verifier] = []


def verify(advice: Advice | dict[str, Any] | str, knowledge: KnowledgeBase) -> Verdict:
    """Everything that is wrong with an advice, checked from its own text and the knowledge base alone.

    The advice may be the model, its JSON tree or its JSON text; bad input gives problems and never a traceback. Each
    problem has a code, a JSON pointer into the advice, and words. What was grounded is kept for a few knowledge bases.
    """
    verifier = next((known for known in _recent if known.knowledge is knowledge), None)
    if verifier is None:
        verifier = Verifier(knowledge)
        _recent.append(verifier)
        del _recent[:-4]
    return verifier.verify(advice)
