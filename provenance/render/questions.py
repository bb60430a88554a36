"""What is open in an advice: the data that would settle it, and what each would settle."""

from __future__ import annotations

from engine.model.advice import Missing, Standing
from provenance.render.naming import Names
from provenance.render.options import Options
from provenance.render.wording import sentence_words


class Questions:
    """The open questions of one advice in words.

    ``groups`` are the questions by the sets of data that would settle them; ``rest`` the open options that
    are no such question.
    """

    def __init__(self, names: Names, options: Options) -> None:
        self.names = names
        self.options = options
        self.advice = names.advice
        self.groups: dict[tuple[tuple[str, ...], ...], list[Missing]] = {}
        for entry in self.advice.missing:
            self.groups.setdefault(entry.sets, []).append(entry)
        asked = {entry.question for entry in self.advice.missing}
        self.rest: list[Standing] = [
            standing
            for standing in options.under("undetermined")
            if not standing.unresolved and names.atom(standing) not in asked
        ]

    def wanted(self, sets: tuple[tuple[str, ...], ...]) -> str:
        """The data of each set: "area", "result of treatment 1 together with all treatments, or …"."""
        if not sets:
            return "More than three data are missing"
        found = ", or ".join(" together with ".join(self.names.datum(path) for path in data) for data in sets)
        return found[:1].upper() + found[1:]

    def settled(self, entries: list[Missing]) -> list[str]:
        """What a set of data would settle: options by their reasons, then other questions."""
        standings = {self.names.atom(standing): standing for standing in self.advice.options}
        open_, provisional, others = [], [], []
        for entry in entries:
            standing = standings.get(entry.question)
            if standing is None:
                others.append(self.question(entry))
            elif standing.heading == "provisional":
                provisional.append(self.names.key_words(standing))
            else:
                open_.append(standing)
        found = [f"confirms or ends what is provisional: {', '.join(provisional)}"] if provisional else []
        for reasons, members in self.options.by_reason(open_).items():
            found.append(f"open because {reasons} — {self.options.listing(members)}")
        return found + (["; ".join(others)] if others else [])

    def question(self, entry: Missing) -> str:
        """An open question that is not an option, with the facts that bear on it."""
        for section, statements in self.advice.sections.items():
            for statement in statements:
                if statement.conclusion == entry.question:
                    ids = self.names.cited(statement.claims, statement.readings, statement.unreviewed)
                    return f"{section}: “{sentence_words(statement.text)}” {ids}".rstrip()
        return sentence_words(entry.text)
