"""A conclusion's chain, indented: by firings, rules and premises down to quotes, readings, data and defaults.

A sub-chain is printed once and has a number; where it is needed again its number stands. So is every quote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from engine.model.advice import Advice, Dose, FiringRecord, Premise, Standing
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from engine.observing import FALSE, NAMES, TRUE
from engine.program import Atom, Clause, Count, Datum, Holds, Item, ItemField, Literal
from engine.statements import sentence
from provenance.grounds import MEANS, Grounds
from provenance.render.layout import WIDEST, Sheet
from provenance.render.leaves import fact_words, file_of, places_of
from provenance.render.naming import ITEM, Names, ordered
from provenance.render.options import RUNNING, reasons_words
from provenance.render.selection import doses_of, matching, traceable
from provenance.render.told import Told, ToldKind
from provenance.render.wording import sentence_words, value_words

__all__ = ["matching", "trace", "traceable"]

NOT_RECORDED = "not recorded in the case"
STEP = 2
DEEPEST = 20
"""How far the indent grows; deeper chains go on at this indent."""


def outline(grounds: Grounds, conclusions: Iterable[str], case: Case | None = None) -> tuple[Told, ...]:
    """The chains of these conclusions as paragraphs with their depths, for other forms than lines of text."""
    tracer = Tracer(grounds, case, WIDEST)
    for conclusion in conclusions:
        tracer.conclusion(conclusion, 0)
    return tuple(tracer.told)


def trace(
    advice: Advice, knowledge: KnowledgeBase, conclusions: Iterable[str], case: Case | None = None, width: int = 100
) -> Sheet:
    """The chains of these conclusions of an advice, in this order.

    ``case`` adds the place at which each datum was written. Raises `Refused` where the advice was made from another
    knowledge base.
    """
    tracer = Tracer(Grounds(advice, knowledge, case=case), case, width)
    file = file_of(case) if case else ""
    if file:
        tracer.add(f"Data of the case are followed by their line:column in {file}.", 0, "dim")
    for conclusion in conclusions:
        if tracer.sheet.lines:
            tracer.sheet.gap()
        tracer.conclusion(conclusion, 0)
    return tracer.sheet


class Tracer:
    """Prints chains of one advice, one after the other; what was printed once is referred to."""

    def __init__(self, grounds: Grounds, case: Case | None, width: int) -> None:
        self.grounds = grounds
        self.advice = grounds.advice
        self.knowledge = grounds.knowledge
        self.sheet = Sheet(width)
        self.told: list[Told] = []
        self.names = Names(self.advice, self.knowledge)
        self.case = case
        self.places = places_of(case) if case else {}
        self.sources: set[str] = set()
        self.numbers: dict[str, int] = {}
        self.quoted: set[str] = set()
        self.atoms = grounds.atoms
        self.rules = {rule.id: rule.title for rule in self.advice.rules}
        self.standings = {self.names.atom(standing): standing for standing in self.advice.options}
        self.doses = doses_of(grounds)

    def add(
        self, text: str, depth: int, style: str = "", kind: ToldKind = "note", name: str = "", number: int = 0
    ) -> None:
        """A paragraph at a depth of the chain."""
        self.told.append(Told(depth, text, kind, name, number))
        self.sheet.add(text, min(depth, DEEPEST) * STEP, 2, style)

    # Conclusions -----------------------------------------------------------------------------------------------------

    def conclusion(self, name: str, depth: int, lead: str = "") -> None:
        """A conclusion with its value, and all that gives it that value."""
        value = self.advice.values.get(name, "false")
        if name in self.numbers:
            self.add(
                f"{lead}{name} is {value}: see ({self.numbers[name]})", depth, "", "again", name, self.numbers[name]
            )
            return
        if name not in self.atoms:
            self.add(f"{lead}{name} is false: nothing in the knowledge base draws it", depth)
            return
        self.numbers[name] = len(self.numbers) + 1
        said = sentence_words(sentence(self.knowledge, self.atoms[name]))
        text = f"{lead}({self.numbers[name]}) {name} is {value.upper()}: {said}"
        self.add(text, depth, "bold" if depth == 0 else "", "conclusion", name, self.numbers[name])
        standing = self.standings.get(name)
        if standing is not None:
            self.standing(standing, depth + 1)
        fired = [firing for firing in self.grounds.drawn_by.get(name, ()) if firing.value == value]
        if fired:
            self.firings(fired, depth + 1)
        else:
            self.why_not(self.atoms[name], depth + 1)
        if name in self.doses:
            self.dose(self.doses[name], depth + 1)

    def standing(self, standing: Standing, depth: int) -> None:
        """Where the advice puts it, and why."""
        heading = standing.heading.replace("-", " ")
        if standing.heading == "advised":
            self.add(f"heading: {heading}{f' ({standing.status})' if standing.status else ''}", depth, kind="heading")
        else:
            running = f"; {RUNNING[standing.running]}" if RUNNING[standing.running] else ""
            self.add(f"heading: {heading}, because {reasons_words(standing.reasons)}{running}", depth, kind="heading")

    def firings(self, fired: Sequence[FiringRecord], depth: int) -> None:
        """The firings of one conclusion: those that differ in their evidence alone are told together."""
        groups: dict[tuple[object, ...], list[FiringRecord]] = {}
        for firing in sorted(fired, key=lambda firing: firing.rank):
            groups.setdefault((firing.rule, tuple(firing.items.items()), firing.premises, firing.absent), []).append(
                firing
            )
        for members in groups.values():
            first = members[0]
            bound = [f"${name}: {self.item(item)}" for name, item in first.items.items()]
            ids = " ".join(firing.id for firing in members)
            told_as = "; ".join([f"rule {first.rule}", ids, *bound])
            self.add(f"by “{self.title(first.rule)}” [{told_as}]", depth, kind="rule")
            facts = dict.fromkeys(fact for firing in members for fact in self.grounds.evidence(firing))
            self.facts(facts, depth + 1)
            self.facts([fact for fact in self.grounds.warrants(first.rule) if fact not in facts], depth + 1)
            told: set[str] = set()
            for premise, literal, under_unless in self.grounds.premises(first):
                if premise.condition not in told:
                    told.add(premise.condition)
                    self.premise(premise, literal, first.items, under_unless, depth + 1)

    def item(self, name: str) -> str:
        match = ITEM.match(name)
        return self.names.item(match["section"], match["number"]) if match else name

    def premise(
        self, premise: Premise, literal: Literal, items: dict[str, str], under_unless: bool, depth: int
    ) -> None:
        """A condition: a conclusion with its chain, or data of the case."""
        lead = "unless " if under_unless else ""
        if premise.conclusion:
            self.conclusion(premise.conclusion, depth, lead)
            return
        given = self.data(premise.data)
        defaults = dict(self.grounds.defaults(premise, literal, items))
        given += [f"DEFAULT: {path} was not said, and counts as {means}" for path, means in defaults.items()]
        condition = f"{lead or 'when '}{sentence_words(premise.condition)} ({premise.value})"
        self.add(f"{condition} — {'; '.join(given) or NOT_RECORDED}", depth, kind="datum")
        for path in dict.fromkeys(premise.data):
            self.facts(self.grounds.readings_of(path), depth + 1)
        for name in self.grounds.quantities(literal):
            declared = self.knowledge.vocabulary.quantities[name]
            self.add(f"computed: {declared.label or name} = {declared.formula}, in {declared.unit.text}", depth + 1)
            self.facts(declared.because, depth + 1)
        if isinstance(literal, Count):
            for name in dict.fromkeys(self.grounds.conclusions(premise, literal)):
                self.conclusion(name, depth + 1)

    # Leaves ----------------------------------------------------------------------------------------------------------

    def facts(self, ids: Iterable[str], depth: int) -> None:
        """Facts in their document's words, and readings; those quoted before by their ids alone."""
        again = []
        for id_ in ordered(ids):
            if id_ in self.quoted:
                again.append(id_)
            elif id_ in self.knowledge.facts:
                self.quoted.add(id_)
                kind: ToldKind = "reading" if self.knowledge.facts[id_].is_interpretation else "fact"
                self.add(fact_words(self.knowledge, id_, self.sources), depth, kind=kind, name=id_)
                self.sources.update(self.knowledge.facts[id_].cites)
        if again:
            self.add(f"{' '.join(again)} (quoted above)", depth)

    def data(self, paths: Iterable[str]) -> list[str]:
        """Data of the case with their places (line:column); those of one item of a list together."""
        found: dict[str, list[str]] = {}
        for path in dict.fromkeys(paths):
            given = self.names.inputs.get(path)
            match = ITEM.match(path)
            item = self.names.item(match["section"], match["number"]) if match else ""
            place = f" ({self.places[path]})" if path in self.places else ""
            label = given.label if given else self.names.datum(path)
            found.setdefault(item, []).append(f"{label} {value_words(given.text)}{place}" if given else label)
        return [f"case: {item + ': ' if item else ''}{', '.join(texts)}" for item, texts in found.items()]

    def dose(self, dose: Dose, depth: int) -> None:
        """The arithmetic of a dose, each step with its facts."""
        for step in dose.steps:
            self.add(f"computed: {sentence_words(step.text)} {self.names.cited(step.facts)}", depth, kind="dose")
            self.facts([fact for fact in step.facts if fact not in self.quoted], depth + 1)
        self.add(f"dose: {sentence_words(dose.text)}", depth, kind="dose")

    # Why not ---------------------------------------------------------------------------------------------------------

    def why_not(self, atom: Atom, depth: int) -> None:
        """What each rule that could draw a conclusion lacks, each thing once."""
        self.lacking(self.grounds.clauses_of.get(atom, ()), depth)

    def lacking(self, every: Iterable[Clause], depth: int) -> None:
        """What clauses that do not hold lack, each thing once."""
        groups: dict[tuple[str, str, bool], list[Clause]] = {}
        lacking: dict[tuple[str, str, bool], Literal | None] = {}
        for clause in every:
            failing, positive = self.failing(clause)
            key = (clause.rule, str(failing), positive)
            groups.setdefault(key, []).append(clause)
            lacking[key] = failing
        for key, clauses in groups.items():
            rule, _, positive = key
            self.add(f"not by “{self.title(rule)}” [rule {rule}]", depth, kind="rule")
            evidence = self.grounds.program.evidence
            facts = dict.fromkeys(fact for clause in clauses for id_ in clause.evidence for fact in evidence[id_].facts)
            self.facts([*facts, *(fact for fact in self.grounds.warrants(rule) if fact not in facts)], depth + 1)
            self.lacks(lacking[key], positive, clauses[0], depth + 1)

    def lacks(self, failing: Literal | None, positive: bool, clause: Clause, depth: int) -> None:
        """What keeps a clause from firing, down to the data."""
        lead = "it needs" if positive else "it must not be that"
        if failing is None:
            self.add(
                "no item of the case meets: "
                + sentence_words("; ".join(str(condition.literal) for condition in clause.when)),
                depth,
            )
            data = dict.fromkeys(text for condition in clause.when for text in self.seen(condition.literal))
            if data:
                self.add("; ".join(data), depth)
        elif isinstance(failing, Holds):
            self.conclusion(str(failing.atom), depth, f"{lead}: ")
        else:
            self.add(
                f"{lead}: {sentence_words(str(failing))} — {'; '.join(self.seen(failing)) or NOT_RECORDED}",
                depth,
            )

    def title(self, rule: str) -> str:
        """A rule's title, whether it fired or not."""
        declared = self.knowledge.rules.get(rule)
        return self.rules.get(rule) or (declared.title if declared else rule)

    def failing(self, clause: Clause) -> tuple[Literal | None, bool]:
        """The first condition that keeps a clause from firing, and whether it is one that must hold."""
        for condition in clause.when:
            if self.value(condition.literal) == FALSE:
                return condition.literal, True
        for condition in clause.unless:
            if self.value(condition.literal) == TRUE:
                return condition.literal, False
        return None, True

    def value(self, literal: Literal) -> int | None:
        """The value of a condition that speaks of no bound item; None where it does."""
        if isinstance(literal, Holds):
            return NAMES.index(self.advice.values.get(str(literal.atom), "false"))
        if isinstance(literal, ItemField) or "$" in str(literal).replace(f"${getattr(literal, 'variable', '')} ", ""):
            return None
        return self.grounds.reasons.literal(literal, {})

    def seen(self, literal: Literal) -> list[str]:
        """The data, or the stated default, on which a condition was decided."""
        if isinstance(literal, Datum):
            if literal.path in self.grounds.recorded:
                return self.data([literal.path])
            attribute = self.knowledge.vocabulary.attribute(literal.path)
            if attribute is not None and attribute.absent is not None:
                means = MEANS.get(attribute.absent, str(attribute.absent))
                return [f"DEFAULT: {literal.path} was not said, and counts as {means}"]
            return []
        if isinstance(literal, Item):
            section = self.knowledge.vocabulary.items[literal.item].name
            wanted = [re.compile(rf"{re.escape(section)}\[\d+\]\.{re.escape(field)}\Z") for field, _ in literal.tests]
            shown = sorted(path for path in self.grounds.recorded if any(pattern.match(path) for pattern in wanted))
            return self.data([section, *shown] if section in self.grounds.recorded else shown)
        if isinstance(literal, Count):
            return [text for _, member in literal.members for text in self.seen(member)]
        return []
