"""One save: the files as they are now, against the last good state.

`begin` reads and checks the knowledge base and says which scenarios the edit can reach; `Round.answers` runs them,
first those that are known to differ; `Round.told` says what has changed by what was answered. The last good state stays
the one to compare with as long as the knowledge base does not load.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Lookup
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from engine.advising import Advisor, read_case_node
from engine.errors import Refused
from engine.model.advice import Advice
from engine.reading import Mapping, Node, Scalar
from engine.reading import Sequence as ListNode
from provenance.comparison.compare import changed_lines
from provenance.inquiry import Inquiry
from provenance.model.comparison import Change, LineKind
from rulewright.authoring.checks.finding import Finding
from rulewright.authoring.checks.inspect import Inspection, inspect
from rulewright.authoring.failure import status
from rulewright.authoring.scenario import Broken, Scenario
from rulewright.authoring.scenarios import Outcome, answered, read_each
from rulewright.authoring.watching.beside import ENGINES, Beside
from rulewright.authoring.watching.reach import Edit
from rulewright.authoring.watching.state import Answer, Given, State, given

FEW = 6
"""So few scenarios are sooner answered here than divided."""
LINES: tuple[LineKind, ...] = ("option", "statement", "opposition", "question")
"""The lines that a reader of an advice acts on; what only changes behind them `diff` and `why` tell."""


@dataclass(frozen=True)
class Effect:
    """A line that changes alike in some scenarios; ``before`` and ``after`` are what the first of them was given."""

    change: Change
    scenarios: tuple[str, ...]
    before: Given
    after: Given


@dataclass(frozen=True)
class Told:
    """What has changed by a save, as far as scenarios were answered.

    ``failing`` are the answers that do not pass and did (or failed otherwise, or are new), ``still`` those that failed
    in the same way before, ``mended`` those that pass now; ``effects`` are the differences in what is advised.
    """

    failing: tuple[Answer, ...]
    still: tuple[str, ...]
    mended: tuple[str, ...]
    added: tuple[str, ...]
    effects: tuple[Effect, ...]


@dataclass(frozen=True)
class Round:
    """A save under way. ``state`` is the last good state (None: there is none yet), ``inspection`` is of the files now.

    ``scenarios`` are all that there are; ``reached`` names those that the edit can reach, in the order in which they
    are run, and ``inquiries`` are those of them that were begun to see it. ``removed`` are those that are no longer
    written.
    """

    state: State | None
    inspection: Inspection
    advisor: Advisor | None
    scenarios: tuple[Scenario | Broken, ...] = ()
    reached: tuple[str, ...] = ()
    kept: tuple[Answer, ...] = ()
    removed: tuple[str, ...] = ()
    inquiries: Lookup[str, Inquiry] = field(default_factory=dict)

    @property
    def loads(self) -> bool:
        """Whether the knowledge base loads as it is now."""
        return self.advisor is not None

    @property
    def new_findings(self) -> tuple[Finding, ...]:
        """What `check` finds now and did not find in the last good state; a finding that only moved is not new."""
        return _beyond(self.inspection, self.state.inspection if self.state else None)

    @property
    def findings_gone(self) -> int:
        """How many findings of the last good state are there no longer."""
        return len(_beyond(self.state.inspection, self.inspection)) if self.state and self.loads else 0

    def answers(self, other: Beside | None = None) -> Iterator[Answer]:
        """Run the scenarios that the edit can reach, some of them by another process that read the same files."""
        if self.advisor is None:
            return
        by_name = {scenario.name: scenario for scenario in self.scenarios}
        reached = [by_name[name] for name in self.reached]
        if other is None or len(reached) < FEW or not other.has(self.advisor.knowledge.digest):
            yield from (answer(each, self.advisor, self.inquiries.get(each.name)) for each in reached)
            return
        for scenario, found in other.shared(reached):
            inquiry = self.inquiries.get(scenario.name)
            if found is None or not isinstance(scenario, Scenario):
                yield answer(scenario, self.advisor, inquiry)
            else:
                yield _taken(scenario, *found, self.advisor, inquiry)

    def told(self, answers: Sequence[Answer]) -> Told:
        """What these answers say that the last good state does not."""
        before = self.state.answers if self.state else {}
        failing, still, mended, added = [], [], [], []
        for found in answers:
            old = before.get(found.scenario.name)
            if old is None and self.state is not None:
                added.append(found.scenario.name)
            if not found.outcome.passed:
                if old is not None and _same_failure(old, found):
                    still.append(found.scenario.name)
                else:
                    failing.append(found)
            elif old is not None and not old.outcome.passed:
                mended.append(found.scenario.name)
        return Told(tuple(failing), tuple(still), tuple(mended), tuple(added), tuple(self._effects(answers)))

    def _effects(self, answers: Iterable[Answer]) -> Iterator[Effect]:
        """What changes in the advice for scenarios whose case and documents did not, each line once."""
        where: dict[str, tuple[Change, list[str], Given, Given]] = {}
        for name, before, after in self._pairs(answers):
            for change in changed_lines(before.grounds, after.grounds, LINES):
                where.setdefault(change.model_dump_json(), (change, [], before, after))[1].append(name)
        for change, names, before, after in where.values():
            yield Effect(change, tuple(names), before, after)

    def _pairs(self, answers: Iterable[Answer]) -> Iterator[tuple[str, Given, Given]]:
        """Scenarios that ask what they asked, with the advice that they had and the one that they have."""
        known = self.state.answers if self.state else {}
        for found in answers:
            old = known.get(found.scenario.name)
            if old is None or old.given is None or found.given is None:
                continue
            if same_question(old.scenario, found.scenario):
                yield found.scenario.name, old.given, found.given

    def after(self, answers: Iterable[Answer]) -> State | None:
        """The state after this save: the new one where the knowledge base loads, else the last good one.

        Scenarios of a file that cannot be read are kept as they were.
        """
        if self.advisor is None:
            return self.state
        found = {each.scenario.name: each for each in (*self.kept, *answers)}
        if self.state is not None and any(isinstance(scenario, Broken) for scenario in self.scenarios):
            found = {**self.state.answers, **found}
        return State(self.inspection, self.advisor, found)


def begin(state: State | None, root: Path, today: date, latest: date | None = None, option: str = "") -> Round:
    """Read, check and compare what stands in a folder; ``today``, ``latest`` and ``option`` are as in `inspect`."""
    scenarios = tuple(read_each(root))
    inspection = inspect(root, today=today, latest=latest, option=option, scenarios=scenarios)
    if inspection.knowledge is None:
        return Round(state, inspection, None)
    advisor = Advisor(inspection.knowledge, ENGINES)
    names = {scenario.name for scenario in scenarios}
    unreadable = any(isinstance(scenario, Broken) for scenario in scenarios)
    gone = () if state is None or unreadable else tuple(name for name in state.answers if name not in names)
    inquiries: dict[str, Inquiry] = {}
    reached, kept = _parted(state, advisor, scenarios, inquiries)
    return Round(state, inspection, advisor, scenarios, reached, kept, gone, inquiries)


def answer(scenario: Scenario | Broken, advisor: Advisor, inquiry: Inquiry | None = None) -> Answer:
    """Advise one scenario and compare, and keep what the advice was made from; ``inquiry`` is as in `answered`."""
    found = answered(scenario, advisor, inquiry)
    made = given(found.inquiry) if found.inquiry is not None else None
    return Answer(scenario, found if not found.passed else replace(found, inquiry=None), made)


def _taken(scenario: Scenario, outcome: Outcome, advice: Advice, advisor: Advisor, inquiry: Inquiry | None) -> Answer:
    """The answer that another process gave; what follows from the case is derived here, as the next save needs it."""
    begun = inquiry or Inquiry(advisor, read_case_node(scenario.case, advisor.knowledge), scenario.sources)
    return Answer(scenario, outcome, Given(advisor.knowledge, begun.derived, advice))


def _parted(
    state: State | None, advisor: Advisor, scenarios: Iterable[Scenario | Broken], inquiries: dict[str, Inquiry]
) -> tuple[tuple[str, ...], tuple[Answer, ...]]:
    """The scenarios that an edit can reach, those first whose derivation differs; and the answers that stay.

    The inquiries that are begun to tell it are put into ``inquiries``, by the scenario's name.
    """
    edit = Edit(state.knowledge, advisor.knowledge) if state else None
    differing: list[str] = []
    others: list[str] = []
    kept: list[Answer] = []
    for scenario in scenarios:
        old = state.answers.get(scenario.name) if state else None
        if edit is None or old is None or old.given is None or not _is_settled(old, scenario):
            differing.append(scenario.name)
            continue
        now = _kept(edit, old, old.given, scenario, advisor, inquiries)
        if isinstance(now, Answer):
            kept.append(now)
        else:
            (differing if now else others).append(scenario.name)
    return (*differing, *others), tuple(kept)


def _kept(
    edit: Edit,
    old: Answer,
    before: Given,
    scenario: Scenario | Broken,
    advisor: Advisor,
    inquiries: dict[str, Inquiry],
) -> Answer | bool:
    """The old answer over the new knowledge base where the edit cannot reach it; else whether its derivation differs.

    The advice is then the old one in every line; its id and the words of conditions behind it nothing here reads.
    """
    assert isinstance(scenario, Scenario)
    case = before.derived.observer.case
    now = before.derived if edit.is_nothing else edit.spares(before, advisor.program(case, scenario.sources))
    if now is None:
        try:
            if edit.rereads:
                case = read_case_node(scenario.case, advisor.knowledge)
            inquiry = inquiries[scenario.name] = Inquiry(advisor, case, scenario.sources)
            one, other = before.derived.derivation, inquiry.derived.derivation
        except Refused:
            return True
        return one.values != other.values or one.amounts != other.amounts
    knowledge = before.advice.knowledge.model_copy(update={"digest": advisor.knowledge.digest})
    advice = before.advice.model_copy(update={"knowledge": knowledge})
    return Answer(scenario, replace(old.outcome, location=scenario.location), Given(advisor.knowledge, now, advice))


def _is_settled(old: Answer, new: Scenario | Broken) -> bool:
    """Whether a scenario passed, and asks and expects the same now, wherever it is written."""
    if not old.outcome.passed or not isinstance(old.scenario, Scenario) or not isinstance(new, Scenario):
        return False
    return same_question(old.scenario, new) and content(old.scenario.expect) == content(new.expect)


def same_question(old: Scenario | Broken, new: Scenario | Broken) -> bool:
    """Whether two scenarios have the same case and admit the same documents."""
    if not isinstance(old, Scenario) or not isinstance(new, Scenario):
        return False
    return old.sources == new.sources and content(old.case) == content(new.case)


def content(node: Node) -> object:
    """What a document says, without the places where it says so."""
    if isinstance(node, Scalar):
        return (type(node.value), node.value, node.text)
    if isinstance(node, ListNode):
        return [content(item) for item in node.items]
    assert isinstance(node, Mapping)
    return {key: content(value) for key, value in node.entries.items()}


def _same_failure(old: Answer, new: Answer) -> bool:
    """Whether a scenario fails now as it failed before."""

    def told(found: Answer) -> tuple[object, ...]:
        outcome = found.outcome
        said = tuple(problem.message for problem in outcome.problems)
        return status(outcome), outcome.failure, said, tuple(map(str, outcome.differences))

    return told(old) == told(new)


def _beyond(found: Inspection, known: Inspection | None) -> tuple[Finding, ...]:
    """The findings of one inspection that are not among those of another, wherever in their file they stand."""
    there = Counter(map(_identity, known.findings if known is not None else ()))
    beyond = []
    for each in found.findings:
        if there[_identity(each)]:
            there[_identity(each)] -= 1
        else:
            beyond.append(each)
    return tuple(beyond)


def _identity(found: Finding) -> tuple[str, str, str]:
    return found.location.file, found.code, found.message
