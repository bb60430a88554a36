"""Where the sources pull apart, on a page: each side with what it does in this case, and what settled it or did not."""

from __future__ import annotations

from engine.model.advice import Bearing, Opposition, Side
from engine.program import Atom
from engine.statements import sentence
from provenance.render.layout import Sheet
from provenance.render.naming import Names
from provenance.render.options import reasons_words
from provenance.render.wording import sentence_words

TITLE = "Where the sources pull apart"
UNRESOLVED = "unresolved"
PRECEDENCE = "precedence"
OPEN = " (open: the data do not settle it)"
WAYS = {
    "speaks-for": "speaks for {on}",
    "would-speak-for": "would speak for {on}, but {reasons}",
    "speaks-against": "speaks against {on}",
    "stands-in-the-way": "stands in the way of {on}: “{said}”",
    "doses": "gives the {amount} of {on}",
    "states": "says “{said}”",
    "beside": "stands beside {on}, and opens nothing",
    "stands-with": "“{said}”",
}


class Opposed:
    """Prints the oppositions of one advice."""

    def __init__(self, names: Names, sheet: Sheet) -> None:
        self.names = names
        self.sheet = sheet
        self.advice = names.advice
        self.knowledge = names.knowledge
        self.standings = {names.atom(standing): standing for standing in self.advice.options}
        self.firings = {firing.id: firing for firing in self.advice.firings}
        self.statements = {
            entry.conclusion: entry.text for entries in self.advice.sections.values() for entry in entries
        }

    def section(self) -> None:
        """The section of the page; a knowledge base that could never show any has none."""
        knowledge = self.knowledge
        if self.advice.opposed:
            self.sheet.heading(TITLE)
            for opposition in self.advice.opposed:
                self.head(opposition)
                for side in opposition.sides:
                    self.side(side)
                self.foot(opposition)
        elif knowledge.opposes or knowledge.prefers or knowledge.interactions:
            self.sheet.empty(TITLE, "nowhere in this case")

    def head(self, opposition: Opposition) -> None:
        """What pulls apart, and in one word or two how it is settled."""
        self.sheet.add(f"• {self.title(opposition)} — {self.outcome(opposition)}", 1, 4, "bold")

    def foot(self, opposition: Opposition, indent: int = 5) -> None:
        """Why it is settled so, and what its authors note."""
        if opposition.reason:
            self.sheet.add(f"{self.settling(opposition)}: {sentence_words(opposition.reason)}", indent)
        if opposition.note:
            end = self.names.cited(*self.parted(opposition.because))
            self.sheet.add(f"note: {sentence_words(opposition.note)}", indent, end=end)
        else:
            self.names.cited(*self.parted(opposition.because))

    def title(self, opposition: Opposition) -> str:
        """What pulls apart: "T3: sulfur dust and oil spray (clash)"."""
        if opposition.kind in ("argued", "preference"):
            on = next(bearing.on for side in opposition.sides for bearing in side.bearings)
            name = "" if opposition.kind == "argued" else f"{opposition.name}: "
            return f"{name}arguments over {self.on(on)}"
        words = opposition.title or " and ".join(side.label for side in opposition.sides)
        return f"{opposition.name}: {words}" + (f" ({opposition.effect})" if opposition.effect else "")

    def outcome(self, opposition: Opposition) -> str:
        """By what it is settled, else "UNRESOLVED"."""
        if opposition.settled_by == UNRESOLVED:
            return "UNRESOLVED"
        if opposition.settled_by == PRECEDENCE:
            return f"settled by precedence{self.beside(opposition)}"
        if opposition.settled_by in self.knowledge.facts:
            return f"settled by a reading {self.names.cited((), [opposition.settled_by])}"
        return f"settled by the preference {opposition.settled_by}"

    def beside(self, opposition: Opposition) -> str:
        """That what is declared about the same conclusion stays open, though precedence decides what is advised."""
        over = {bearing.on for side in opposition.sides for bearing in side.bearings}
        still = [
            entry.name
            for entry in self.advice.opposed
            if entry.settled_by == UNRESOLVED
            and any(bearing.on in over for side in entry.sides for bearing in side.bearings)
        ]
        return f", while {' and '.join(still)} stays unresolved in the sources" if still else ""

    def settling(self, opposition: Opposition) -> str:
        """Which side goes before which, and whether that had to be decided here."""
        first = " and ".join(f"“{side.label}”" for side in opposition.sides if side.standing == "goes before")
        second = " and ".join(f"“{side.label}”" for side in opposition.sides if side.standing == "gives way")
        if not first or not second:
            return opposition.settled_by
        here = "" if opposition.applied else " (they do not both hold here, so nothing had to be chosen)"
        return f"{first} goes before {second}{here}"

    # Sides -----------------------------------------------------------------------------------------------------------

    def side(self, side: Side) -> None:
        """One side in a paragraph: its label, the ways in which it bears, its facts."""
        if not side.facts and not side.bearings:
            words = "none of its facts is admitted"
        elif not side.bearings:
            words = "nothing of it bears on this case"
        else:
            words = "; ".join(dict.fromkeys(self.way(bearing, len(side.facts) > 1) for bearing in side.bearings))
        of = self.of_whom(side)
        end = self.names.cited(side.facts, side.readings)
        self.sheet.add(f"{side.label}: {words}{f'. {of}' if of else ''}", 5, 4, end=end)

    def of_whom(self, side: Side) -> str:
        """Whom the facts are about, and their level of evidence, as far as somebody said."""
        told: dict[str, list[str]] = {}
        for fact, level in side.evidence_levels.items():
            told.setdefault(level, []).append(fact)
        for fact, fit in side.populations.items():
            told.setdefault(f"about {self.names.fit(fit)}", []).append(fact)
        whole = [*side.facts]
        return "; ".join(
            f"{words[:1].upper()}{words[1:]}" if sorted(facts) == sorted(whole) else f"{' '.join(facts)}: {words}"
            for words, facts in told.items()
        )

    def way(self, bearing: Bearing, named: bool) -> str:
        """One way in which a side bears; ``named`` adds the facts that do it."""
        words = WAYS[bearing.way].format(
            on=self.on(bearing.on),
            amount=self.names.amount_word,
            said=self.said(bearing.conclusion),
            reasons=reasons_words(bearing.reasons),
        )
        if bearing.way == "stands-with":
            words = "; ".join(self.standing_by(bearing)) or words
        if bearing.value == "provisional":
            words = f"provisionally {words}"
        facts = f" ({' '.join(bearing.facts)})" if named and bearing.facts else ""
        return f"{words}{OPEN if bearing.value == 'unknown' else ''}{facts}"

    def standing_by(self, bearing: Bearing) -> list[str]:
        """What puts one of two terms that interact in play: the conclusions that its firings read."""
        read = dict.fromkeys(
            premise.conclusion
            for id_ in bearing.firings
            for premise in self.firings[id_].premises
            if premise.conclusion and premise.value in ("provisional", "true")
        )
        return [
            f"{self.on(name)}: {self.standings[name].heading}" if name in self.standings else self.said(name)
            for name in read
        ]

    def on(self, conclusion: str) -> str:
        """What a side bears on, in words."""
        standing = self.standings.get(conclusion)
        return self.names.key_words(standing) if standing is not None else self.said(conclusion)

    def said(self, conclusion: str) -> str:
        """A conclusion as a sentence."""
        if conclusion in self.statements:
            return sentence_words(self.statements[conclusion])
        relation, _, inside = conclusion.partition("(")
        return sentence_words(sentence(self.knowledge, Atom(relation, tuple(inside.removesuffix(")").split(", ")))))

    def parted(self, facts: tuple[str, ...]) -> tuple[list[str], list[str]]:
        """Facts as statements and as readings."""
        known = self.knowledge.facts
        return [fact for fact in facts if not known[fact].is_interpretation], [
            fact for fact in facts if known[fact].is_interpretation
        ]


__all__ = ["OPEN", "PRECEDENCE", "TITLE", "UNRESOLVED", "WAYS", "Opposed"]
