"""Why a conclusion was not drawn, for people: each rule that could draw it, nearest first, and what would draw it.

A conclusion on the way has a number and is told once, below; so is every quote.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.model.knowledge import KnowledgeBase
from provenance.model.whynot import (
    Bound,
    Change,
    Changes,
    Check,
    Instance,
    Mark,
    NotDrawn,
    Novelty,
    Undrawn,
    WhyCondition,
    WhyNot,
)
from provenance.render.layout import Sheet
from provenance.render.leaves import fact_words
from provenance.render.naming import count_words, ordered
from provenance.render.options import reasons_words
from provenance.render.wording import sentence_words, time_words, value_words

STEP = 2
SAID: dict[Mark, str] = {"met": "met", "provisional": "met for now", "unknown": "UNKNOWN", "failed": "FAILED"}
SIDES = {"": "by", "for": "argued for by", "against": "AGAINST it:"}
NOVELTIES: dict[Novelty, str] = {
    "fills": "Filling in what is not known:",
    "adds": "Adding to what is recorded:",
    "alters": "Altering what is recorded:",
}
WARRANTED = "which of the rule's facts sets it cannot be told"


def why_not_page(answer: WhyNot, knowledge: KnowledgeBase, width: int = 100, brief: bool = False) -> Sheet:
    """The answer for one conclusion; in ``brief`` without the words of facts and the conditions that are met."""
    page = _Page(answer, knowledge, width, brief)
    page.write()
    return page.sheet


def not_drawn_page(answer: NotDrawn, width: int = 100) -> Sheet:
    """One line for each option that is not drawn."""
    sheet = Sheet(width)
    sheet.heading("Not drawn", "ask `why-not` with a conclusion for every rule that could draw it")
    if not answer.lines:
        sheet.add("Every option that this knowledge base knows is drawn for this case.")
    for line in answer.lines:
        why = f"{line.reason.text} ({line.reason.code})" if line.reason else f"it is {line.value}"
        sheet.add(
            f"{line.text}: {line.heading.replace('-', ' ') or line.value}, because {why}", end=f"[{line.conclusion}]"
        )
        if line.rule:
            sheet.add(f"nearest: “{line.title}” [rule {line.rule}], {_away(line.distance)}", STEP)
    return sheet


def _away(distance: int | None) -> str:
    if distance is None:
        return "out of reach"
    return f"{count_words(distance, 'test')} short" if distance else "nothing short"


class _Page:
    def __init__(self, answer: WhyNot, knowledge: KnowledgeBase, width: int, brief: bool) -> None:
        self.answer = answer
        self.brief = brief
        self.knowledge = knowledge
        self.sheet = Sheet(width)
        self.numbers = {undrawn.conclusion: undrawn.number for undrawn in answer.undrawn}
        self.quoted: set[str] = set()
        self.sources: set[str] = set()

    def add(self, text: str, depth: int, style: str = "") -> None:
        self.sheet.add(text, depth * STEP, 2, style)

    def write(self) -> None:
        answer = self.answer
        self.add(f"{answer.conclusion} is {answer.value.upper()}: {sentence_words(answer.text)}", 0, "bold")
        if answer.heading:
            said = f", because {reasons_words(answer.reasons)}" if answer.reasons else ""
            self.add(f"heading: {answer.heading.replace('-', ' ')}{said}", 1)
        elif answer.reasons:
            self.add(f"because {reasons_words(answer.reasons)}", 1)
        if not answer.instances:
            self.add("No rule that the admitted evidence matches could draw it.", 1)
        self.instances(answer.instances, 1)
        for undrawn in answer.undrawn:
            self.sheet.gap()
            self.undrawn(undrawn)
        if answer.changes is not None:
            self.changes(answer.changes)

    def undrawn(self, undrawn: Undrawn) -> None:
        self.add(
            f"({undrawn.number}) {undrawn.conclusion} is {undrawn.value.upper()}: {sentence_words(undrawn.text)}",
            0,
            "bold",
        )
        if undrawn.drawn_by:
            titles = [
                f"“{self.knowledge.rules[rule].title if rule in self.knowledge.rules else rule}” [rule {rule}]"
                for rule in undrawn.drawn_by
            ]
            self.add(f"drawn by {'; '.join(titles)}", 1)
            self.facts(undrawn.evidence, 2)
        elif not undrawn.instances:
            self.add("no rule that the admitted evidence matches could draw it", 1)
        self.instances(undrawn.instances, 1)

    def instances(self, instances: Iterable[Instance], depth: int) -> None:
        for instance in instances:
            self.instance(instance, depth)

    def instance(self, instance: Instance, depth: int) -> None:
        said = [f"rule {instance.rule}"]
        said += [_away(instance.distance)] if instance.side != "against" else [f"this is {instance.value}"]
        said += [f"modality “{word}”" for word in instance.modality]
        self.add(f"{SIDES[instance.side]} “{instance.title}” [{'; '.join(said)}]", depth)
        self.facts(instance.evidence, depth + 1)
        self.facts(instance.warrants, depth + 1)
        for name, item in instance.items.items():
            if item.endswith("[?]"):
                self.add(f"${name} would have to be an item that is not listed", depth + 1)
        for beaten in instance.gives_way:
            self.add(f"gives way to {beaten}", depth + 1)
        if instance.side != "against" or instance.value != "true":
            for condition in instance.conditions:
                self.condition(condition, depth + 1)

    def condition(self, condition: WhyCondition, depth: int) -> None:
        if self.brief and condition.mark == "met":
            return
        lead = "unless " if condition.unless else ""
        codes = f" [{' '.join(condition.codes)}]" if condition.codes else ""
        below = f": see ({self.numbers[condition.conclusion]})" if condition.conclusion in self.numbers else ""
        own = condition.checks[0] if len(condition.checks) == 1 and not condition.items else None
        seen = f" — {_seen(own)}" if own else ""
        notes = f" — {condition.note}" if condition.note else ""
        shown = "" if condition.mark == "met" and not condition.conclusion else below
        style = "bold" if condition.mark in ("failed", "unknown") else ""
        self.add(
            f"{SAID[condition.mark]}: {lead}{sentence_words(condition.text)}{codes}{seen}{notes}{shown}", depth, style
        )
        for check in condition.checks:
            self.bound(check.bound, check.mark, depth + 1)
        for item in condition.items:
            checks = "; ".join(
                f"{sentence_words(check.test)}: {SAID[check.mark]} ({_seen(check)})" for check in item.checks
            )
            self.add(f"{item.label}: {checks or SAID[item.mark]}", depth + 1)
        told: set[str] = set()
        for check in (check for item in condition.items for check in item.checks):
            if check.bound and check.bound.text not in told:
                told.add(check.bound.text)
                self.bound(check.bound, check.mark, depth + 1)
        for member in condition.members:
            self.condition(member, depth + 1)

    def bound(self, bound: Bound | None, mark: Mark, depth: int) -> None:
        """Which words set a bound, in full where they were not quoted yet."""
        if bound is None or bound.told_by in ("case", "nobody") or (mark == "met" and bound.told_by == "warrants"):
            return
        how = {"words": "set by", "claim": "set by", "reading": "set by the reading", "formula": "computed by"}
        names = " ".join(bound.facts)
        text = sentence_words(f"the bound {bound.text}")
        if bound.told_by == "warrants":
            self.add(f"{text}: {WARRANTED} ({names})", depth)
            return
        self.add(f"{text} is {how[bound.told_by]} {names}", depth)
        if not self.brief:
            self.facts([fact for fact in bound.facts if fact not in self.quoted], depth + 1)

    def facts(self, ids: Iterable[str], depth: int) -> None:
        """Facts in their document's words, and readings; those quoted before, and in brief all, by their ids alone."""
        again = []
        every = ordered(ids)
        if self.brief and every:
            self.add(f"[{' '.join(every)}]", depth, "dim")
            return
        for id_ in every:
            if id_ in self.quoted:
                again.append(id_)
            elif id_ in self.knowledge.facts:
                self.quoted.add(id_)
                self.add(fact_words(self.knowledge, id_, self.sources), depth, "dim")
                self.sources.update(self.knowledge.facts[id_].cites)
        if again:
            self.add(f"{' '.join(again)} (quoted above)", depth, "dim")

    # What would have drawn it ----------------------------------------------------------------------------------------

    def changes(self, changes: Changes) -> None:
        self.sheet.heading("What would have drawn it")
        stopped = (
            "" if changes.whole else f" The search was stopped after {changes.tried:,} cases; there may be others."
        )
        if not changes.size:
            self.add(f"No set of at most three changes of the data does: more are needed.{stopped}", 0)
            return
        reached = (
            "" if changes.value == "true" else f" Nothing of at most three changes makes it more than {changes.value}."
        )
        enough = "is enough" if changes.size == 1 else "together are enough, and no fewer"
        shown = f", {len(changes.sets)} of them shown" if len(changes.sets) < changes.number else ""
        ways = f"in {count_words(changes.number, 'way')}{shown}"
        self.add(f"{count_words(changes.size, 'change')} {enough}, {ways}.{reached}{stopped}", 0)
        if changes.meaning:
            self.add(f"Drawn means here: {changes.meaning}.", 0)
        self.sets(changes)
        self.provisionally(changes.provisionally)

    def provisionally(self, changes: Changes | None) -> None:
        """Fewer changes that draw it provisionally."""
        if changes is None:
            return
        shown = f" ({len(changes.sets)} of {changes.number} ways shown)" if len(changes.sets) < changes.number else ""
        self.add(f"With {count_words(changes.size, 'change')} it stands provisionally{shown}:", 0)
        self.sets(changes)

    def sets(self, changes: Changes) -> None:
        """Each set of changes, under what it does to what is recorded."""
        told = ""
        for number, one in enumerate(changes.sets, 1):
            novelty = _novelty(one.changes)
            if novelty != told:
                self.add(NOVELTIES[novelty], 0)
                told = novelty
            parts = [change_words(change) for change in one.changes]
            if len(parts) == 1:
                self.add(f"{number}. {parts[0]}", 1)
            else:
                self.add(f"{number}. {parts[0]}; and", 1)
                for part in parts[1:-1]:
                    self.add(f"{part}; and", 2)
                self.add(parts[-1], 2)


def _novelty(changes: Sequence[Change]) -> Novelty:
    order: tuple[Novelty, ...] = ("fills", "adds", "alters")
    return max((change.novelty for change in changes), key=order.index)


def change_words(change: Change) -> str:
    """A change in a line: what becomes of which datum, and what it is now."""
    now = f" (now: {value_words(change.before)})" if change.before else ""
    tried = "" if change.exact or change.operation == "complete" else "; other values were not looked into one by one"
    return f"{time_words(sentence_words(change.cell))}{now}{tried}"


def _seen(check: Check) -> str:
    """What the case says of the datum of a test."""
    said = value_words(time_words(check.value)) if check.value else ""
    if not said:
        said = f"not recorded, counts as {check.counts_as}" if check.counts_as else "not recorded" if check.path else ""
    return "; ".join(part for part in (said, check.note) if part)
