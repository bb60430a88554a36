"""How sure conclusions are, for people: what sets each, every derivation, and what stands beside the grade."""

from __future__ import annotations

from engine.model.knowledge import KnowledgeBase
from engine.model.told import Graded
from provenance.model.certainty import Beside, Certainties, Derivation, GradedStatement, HowSure, Step, Way
from provenance.render.grades import NOT_DRAWN, certainty_words
from provenance.render.layout import Sheet
from provenance.render.leaves import fact_words
from provenance.render.naming import count_words, fit_words, ordered

ROLES = {
    "limits": "What sets the grade",
    "bounds": "What sets how sure it could be at most",
    "open": "What nobody graded",
}


def certainty_page(answer: Certainties, knowledge: KnowledgeBase, width: int = 100, whole: bool = True) -> Sheet:
    """How sure conclusions are: each with what sets it and what stands beside it, or (not ``whole``) in a few lines."""
    page = _Page(answer, knowledge, width)
    page.scale()
    for told in answer.conclusions:
        if whole:
            page.whole(told)
        else:
            page.short(told)
    if not answer.conclusions:
        page.sheet.add("Nothing holds in this advice that could be graded.", 1)
    return page.sheet


class _Page:
    def __init__(self, answer: Certainties, knowledge: KnowledgeBase, width: int) -> None:
        self.answer = answer
        self.knowledge = knowledge
        self.sheet = Sheet(width)
        self.quoted: set[str] = set()

    def scale(self) -> None:
        """The scale on which sources grade, and that it is nobody else's."""
        self.sheet.heading("How sure", "(as far as a source graded what it rests on; nothing else grades)")
        words = [word.grade + (f" (or {', '.join(word.also)})" if word.also else "") for word in self.answer.scale]
        scale = f"The scale, strongest first: {' · '.join(words)}." if words else "No scale of certainty is declared."
        self.sheet.add(f"{scale} Along a derivation the weakest grade counts, over derivations the best.", 1)
        graded = [told for told in self.answer.conclusions if told.certainty.grade or told.certainty.at_most]
        if self.answer.conclusions and not graded:
            self.sheet.add("Nobody graded what these conclusions rest on.", 1)

    # In a few lines --------------------------------------------------------------------------------------------------

    def short(self, told: HowSure) -> None:
        """One conclusion in a line, and what stands beside its grade in another."""
        said = certainty_words(told.certainty)
        self.sheet.add(f"• {_capital(told.text)} — {said}", 1, 4, end=f"[{told.conclusion}]")
        beside = self.beside(told.beside, brief=True)
        if beside:
            self.sheet.add("; ".join(beside), 5)

    def beside(self, beside: Beside, brief: bool) -> list[str]:
        """What stands beside a grade: designs, other populations, readings, and what must be absent."""
        facts = self.knowledge.facts
        designs: dict[str, list[str]] = {}
        for fact in ordered(beside.designs):
            designs.setdefault(beside.designs[fact], []).append(fact)
        found = [f"study design: {self.design(name)} ({' '.join(ids)})" for name, ids in designs.items()]
        if beside.undesigned and not brief:
            found.append(f"no study design is stated for {' '.join(ordered(beside.undesigned))}")
        for fact, fit in beside.populations.items():
            population = facts[fact].population
            if population is not None and (fit != "direct" or not brief):
                found.append(f"{fact} is about {population.label}: {fit_words(self.knowledge.vocabulary, fit)}")
        if beside.readings:
            plural = "s" if len(beside.readings) > 1 else ""
            found.append(f"rests on the reading{plural} {' '.join(ordered(beside.readings))}")
        if beside.absences:
            told = f"rests on the absence of {count_words(len(beside.absences), 'other thing')}"
            found.append(told if brief else f"rests on the absence of: {'; '.join(beside.absences)}")
        return found

    def design(self, name: str) -> str:
        """A design in words."""
        term = self.knowledge.vocabulary.term("design", name)
        return term.title if term is not None else name

    # The whole -------------------------------------------------------------------------------------------------------

    def whole(self, told: HowSure) -> None:
        """One conclusion with the ways to what sets it, every derivation, and what stands beside."""
        self.sheet.heading(told.text, f"[{told.conclusion}]")
        if told.certainty.status == "not drawn":
            how = "is open" if told.value == "unknown" else "does not hold"
            self.sheet.add(f"It {how} in this advice: {NOT_DRAWN}.", 1)
            return
        provisional = "; it holds provisionally" if told.value == "provisional" else ""
        self.sheet.add(f"{_capital(certainty_words(told.certainty))}{provisional}.", 1, style="bold")
        for role, title in ROLES.items():
            ways = [way for way in told.ways if way.role == role]
            if ways:
                self.sheet.add(title, 1)
                self.ways(ways, 0)
        if told.derivations:
            self.sheet.add("Every derivation, by what it is worth", 1)
        for derivation in told.derivations:
            self.derivation(derivation)
        beside = self.beside(told.beside, brief=False)
        if beside:
            self.sheet.add("Beside the grade, and no part of it", 1)
        for text in beside:
            self.sheet.add(f"• {_capital(text)}", 3)

    def ways(self, ways: list[Way], depth: int) -> None:
        """From the conclusion down to statements and their words; what ways have in common is told once."""
        onward: dict[Step, list[Way]] = {}
        for way in ways:
            if len(way.steps) > depth:
                onward.setdefault(way.steps[depth], []).append(way)
            else:
                self.statement(way.statement, 3 + 2 * depth)
        for step, same in onward.items():
            self.sheet.add(f"{step.text} — by “{step.title}” [{step.firing}]", 3 + 2 * depth)
            self.ways(same, depth + 1)

    def statement(self, statement: GradedStatement, indent: int) -> None:
        """A statement with its grade, and once its words."""
        fact = statement.fact
        words = f"{fact} (quoted above)" if fact in self.quoted else fact_words(self.knowledge, fact)
        self.quoted.add(fact)
        self.sheet.add(f"{graded_words(statement)}: {words}", indent)

    def derivation(self, derivation: Derivation) -> None:
        """A firing with its worth, its statements and the conclusions it takes."""
        lead = worth_words(derivation.status, derivation.grade, derivation.at_most)
        self.sheet.add(f"• {lead}: by “{derivation.title}” [rule {derivation.rule}, {derivation.firing}]", 3)
        for statement in derivation.statements:
            self.sheet.add(f"{statement.fact}: {graded_words(statement)}", 7)
        for premise in derivation.premises:
            worth = worth_words(premise.status, premise.grade, premise.at_most)
            self.sheet.add(f"{premise.text}: {worth}", 7, end=f"[{premise.conclusion}]")


def worth_words(status: Graded, grade: str, at_most: str) -> str:
    """What a derivation or a premise is worth: "low", "at most high", "not graded"."""
    if status == "graded":
        return f"{grade}, at most {at_most} if all of it were graded" if at_most else grade
    return f"at most {at_most}" if status == "partly graded" else status


def graded_words(statement: GradedStatement) -> str:
    """A statement's grade and who gave it: "graded low by P1"."""
    if statement.does_not_count:
        return f"not graded: {statement.by} graded it {statement.stated}, and {statement.does_not_count}"
    if not statement.grade:
        return "not graded"
    own = f" (as {statement.stated})" if statement.stated != statement.grade else ""
    return f"graded {statement.grade}{own} by {statement.by}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
