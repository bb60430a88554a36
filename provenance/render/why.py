"""Why a conclusion has its value, for people: what draws it, what evidence suffices, and what it falls by.

A conclusion is told once and has a number; where it is read, the number stands. Facts are named by their ids, and their
words stand once, at the foot.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.model.advice import Advice
from engine.model.knowledge import KnowledgeBase
from provenance.model.why import DrawnConclusion, DrawnCondition, DrawnFiring, SoleSupport, Unfolded, Why
from provenance.render.layout import Sheet
from provenance.render.leaves import fact_words
from provenance.render.naming import ITEM, Names, count_words, ordered
from provenance.render.wording import sentence_words, value_words

STEP = 2
ROLES = {
    "cited": "statements are attributed to it",
    "document": "statements were read in it",
    "editors": "it states the editors' readings",
}
"""Why facts fall with a source."""
SPELLED_OUT = 10**30
"""From here on a number of ways is told by its power of ten."""
SHOWN_SETS = 12
"""How many sets are printed where nobody asks for another number."""


def why_page(answer: Why, advice: Advice, knowledge: KnowledgeBase, width: int = 100, most: int = SHOWN_SETS) -> Sheet:
    """The answer for one conclusion, with at most so many sufficient sets printed."""
    page = _Page(answer, advice, knowledge, width)
    page.write(most)
    return page.sheet


class _Page:
    def __init__(self, answer: Why, advice: Advice, knowledge: KnowledgeBase, width: int) -> None:
        self.answer = answer
        self.knowledge = knowledge
        self.names = Names(advice, knowledge)
        self.sheet = Sheet(width)
        self.numbers = {drawn.conclusion: number for number, drawn in enumerate(answer.drawn, 1)}
        self.values = advice.values

    def add(self, text: str, depth: int = 0, style: str = "", end: str = "") -> None:
        self.sheet.add(text, depth * STEP, 2, style, end)

    def write(self, most: int) -> None:
        answer = self.answer
        text = sentence_words(answer.text).rstrip(".")
        self.add(f"{answer.conclusion} is {answer.value.upper()}: {text}. {self.proofs()}", style="bold")
        self.sheet.heading("What draws it", "every firing; each conclusion once")
        for drawn in answer.drawn:
            self.drawn(drawn)
        if answer.unfolded is not None:
            self.sheet.heading("Unfolded", "each conclusion wherever it is used, down to the facts")
            self.place(answer.unfolded, 0, "")
        self.evidence(most)
        self.falls()
        self.warnings()
        self.words()

    def proofs(self) -> str:
        number = self.answer.proofs
        many = count_words(number, "way") if number < SPELLED_OUT else f"10^{len(str(number)) - 1} ways"
        return f"It can be drawn in {'' if self.answer.proofs_exact else 'at least '}{many}."

    # What draws it ---------------------------------------------------------------------------------------------------

    def drawn(self, drawn: DrawnConclusion) -> None:
        """A conclusion with its firings: those that differ in their evidence alone are told together."""
        number = self.numbers[drawn.conclusion]
        self.add(f"({number}) {drawn.conclusion} is {drawn.value}: {sentence_words(drawn.text)}")
        groups: dict[tuple[object, ...], list[DrawnFiring]] = {}
        for firing in drawn.firings:
            key = (firing.rule, tuple(firing.items.items()), firing.premises, firing.absent, firing.value)
            groups.setdefault(key, []).append(firing)
        for members in groups.values():
            self.firings(members)

    def firings(self, members: Sequence[DrawnFiring]) -> None:
        first = members[0]
        bound = "".join(f"; ${name}: {self.item(item)}" for name, item in first.items.items())
        less = "" if first.attains else f" — only {first.value}, which is less than it has"
        self.add(f"by “{first.title}” [rule {first.rule}{bound}]{less}", 1)
        for firing in members:
            self.add(self.firing(firing), 2)
        for condition in first.premises:
            self.add(self.condition(condition, "when"), 2)
        for condition in first.absent:
            self.add(self.condition(condition, "unless"), 2)

    def firing(self, firing: DrawnFiring) -> str:
        """A firing's own evidence and warrants."""
        parts = [f"matching {self.cited(firing.facts)}"] if firing.facts else []
        warrants = [fact for fact in firing.warrants if fact not in firing.facts]
        parts += [f"warranted by {self.cited(warrants)}"] if warrants else []
        return f"{firing.id}, rank {firing.rank}: {', '.join(parts) or 'by no evidence of its own'}"

    def condition(self, condition: DrawnCondition, lead: str) -> str:
        """A condition: the conclusions that it reads by their numbers, else the data of the case."""
        if condition.conclusions:
            read = [self.read(name) for name in condition.conclusions]
            if len(read) == 1 and condition.condition == condition.conclusions[0]:
                return f"{lead} {read[0]}"
            return f"{lead} {sentence_words(condition.condition)} ({condition.value}), reading {'; '.join(read)}"
        data = self.data(condition.data)
        data += [f"{path} was not said, which has a stated meaning" for path in condition.assumed]
        under = f"; read under {self.cited(condition.read_under)}" if condition.read_under else ""
        said = "; ".join(data) or "not recorded"
        return f"{lead} {sentence_words(condition.condition)} ({condition.value}) — {said}{under}"

    def read(self, name: str) -> str:
        number = f"({self.numbers[name]}) " if name in self.numbers else ""
        return f"{number}{name}, which is {self.values.get(name, 'false')}"

    def data(self, paths: Iterable[str]) -> list[str]:
        """Data of the case; those of one item of a list together."""
        found: dict[str, list[str]] = {}
        for path in dict.fromkeys(paths):
            match = ITEM.match(path)
            item = self.names.item(match["section"], match["number"]) if match else ""
            given = self.names.inputs.get(path)
            text = f"{given.label} {value_words(given.text)}" if given else self.names.datum(path)
            found.setdefault(item, []).append(text)
        return [f"{item + ': ' if item else ''}{', '.join(texts)}" for item, texts in found.items()]

    def item(self, name: str) -> str:
        match = ITEM.match(name)
        return self.names.item(match["section"], match["number"]) if match else name

    def cited(self, facts: Iterable[str]) -> str:
        """Facts and readings by their ids: "G04 and reading I04"."""
        known = self.knowledge.facts
        ids = ordered(facts)
        self.names.used.update(ids)
        statements = [fact for fact in ids if not known[fact].is_interpretation]
        readings = [fact for fact in ids if known[fact].is_interpretation]
        parts = [" ".join(statements)] if statements else []
        parts += [f"{'reading' if len(readings) == 1 else 'readings'} {' '.join(readings)}"] if readings else []
        return " and ".join(parts) or "nothing"

    def place(self, place: Unfolded, depth: int, lead: str) -> None:
        """A place of the unfolded tree."""
        self.add(f"{lead}{place.conclusion} is {place.value}{': not unfolded further' if place.cut else ''}", depth)
        for number, way in enumerate(place.ways, 1):
            which = f"way {number} of {len(place.ways)}, " if len(place.ways) > 1 else ""
            facts = self.cited(way.facts) if way.facts else "no evidence of its own"
            under = f"; its data read under {self.cited(way.read_under)}" if way.read_under else ""
            self.add(f"{which}{way.id} [rule {way.rule}]: {facts}{under}", depth + 1)
            for premise in way.premises:
                self.place(premise, depth + 2, "and " if len(way.premises) > 1 else "with ")

    # Evidence --------------------------------------------------------------------------------------------------------

    def evidence(self, most: int) -> None:
        """The sufficient sets: what all have in common, then what differs."""
        found = self.answer.evidence
        self.sheet.heading("What evidence suffices", "with the case as it is; what is absent stays absent")
        if not found.number and not found.listed:
            self.add("None: it is not drawn.")
            return
        if found.listed == 1 and found.number == 1:
            whole = self.cited((*found.common, *found.sets[0]))
            self.add(
                f"One set, and all of it is needed: {whole}."
                if found.common or found.sets[0]
                else "No fact is needed: the case alone draws it."
            )
            return
        self.add(self.how_many())
        lead = f"Every set holds {self.cited(found.common)}, and one of these besides:" if found.common else ""
        shown = found.sets[:most]
        if all(len(facts) == 1 for facts in shown):  # what differs is one fact
            self.add(f"{lead or 'One of these:'} {', '.join(facts[0] for facts in shown)}{self.left_out(len(shown))}.")
            self.names.used.update(facts[0] for facts in shown)
            return
        if lead:
            self.add(lead)
        for facts in shown:
            self.add(f"· {self.cited(facts)}", 1)
        if self.left_out(len(shown)):
            self.add(self.left_out(len(shown)).removeprefix(", "), 1)

    def how_many(self) -> str:
        found = self.answer.evidence
        if found.number is not None:
            return f"Any one of {found.number:,} sets suffices; none of their facts can be spared."
        bound = f"at most {found.bound:,}" if found.bound is not None else "too many to write their bound down"
        return (
            f"There are more sets than were counted ({bound}). Each of the {found.listed:,} that were found suffices, "
            "and none of its facts can be spared; there are others."
        )

    def left_out(self, printed: int) -> str:
        found = self.answer.evidence
        if found.number is None:
            return ", … and others"
        left = found.number - printed
        return f", … and {left:,} more, none of them of fewer facts (--most N prints more)" if left else ""

    def falls(self) -> None:
        """The facts without which it falls, those that guard it, and those that something would replace."""
        answer = self.answer
        sure = "" if answer.confirmed else "not confirmed: too many facts to derive the case again without each"
        self.sheet.heading("What it falls without", sure)
        if len(answer.falls_without) == 1:
            self.add(f"It falls without {self.cited(answer.falls_without)}.")
        elif answer.falls_without:
            self.add(f"It falls without any one of these: {self.cited(answer.falls_without)}.")
        else:
            self.add("No fact that it rests on is needed in every way to draw it.")
        for guard in answer.guarded_by:
            lets_in = "; ".join(guard.lets_in)
            self.add(
                f"{self.cited([guard.fact])} proves nothing of it, and keeps something out of its way: without that, "
                + (f"it falls, because this would hold: {lets_in}." if lets_in else "it falls.")
            )
        if answer.replaced:
            self.add(
                f"{self.cited(answer.replaced)}: in every set above, yet if withdrawn something else draws it, because "
                "what stood in the way of another rule falls too."
            )

    def warnings(self) -> None:
        """Sources and readings that carry it alone; the one document in which everything was read."""
        answer = self.answer
        sources = [one for one in answer.alone if one.kind == "source"]
        readings = [one.id for one in answer.alone if one.kind == "interpretation"]
        if not sources and not readings and len(answer.read_in) != 1:
            return
        self.sheet.heading("Warnings")
        if sources:
            one_of = "the source" if len(sources) == 1 else f"any one of {count_words(len(sources), 'source')}"
            self.add(f"It falls if {one_of} {' '.join(one.id for one in sources)} is withdrawn:")
        for one in sources:
            self.add(f"· {self.source(one)}", 1)
        if readings:
            many = len(readings) > 1
            self.add(
                f"It stands on {'readings' if many else 'a reading'} of the editors: withdraw "
                f"{'any one of ' if many else ''}{' '.join(readings)}, and it falls."
            )
        if len(answer.read_in) == 1:
            self.add(f"Every statement that it rests on was read in one document, {answer.read_in[0]}.")

    def source(self, one: SoleSupport) -> str:
        levels = f"; {', '.join(one.evidence_levels)}" if one.evidence_levels else ""
        standing = f"; {one.standing}" if one.standing != "current" else ""
        because = " and ".join(ROLES[role] for role in one.roles)
        return f"{one.text}{levels}{standing}: {because}; with it fall {self.cited(one.facts)}."

    def words(self) -> None:
        """The words of every fact and reading that the page names."""
        if self.names.used:
            self.sheet.heading("In their words")
        told: set[str] = set()
        for fact in ordered(self.names.used):
            self.add(fact_words(self.knowledge, fact, told))
            told.update(self.knowledge.facts[fact].cites)
