"""A withdrawal as a page: what stands that was held back, then what falls, changes or survives; the why of it last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from provenance.model.withdrawal import (
    Carried,
    CaseWithdrawal,
    Drill,
    Effect,
    Fall,
    Hit,
    LineEffect,
    Loss,
    Retractions,
    ScenarioEffect,
    Way,
    Withdrawn,
)
from provenance.render.layout import Sheet
from provenance.render.naming import count_words, ordered
from provenance.render.tallies import Told, reach_words, told_tallies
from provenance.render.wording import sentence_words
from provenance.withdrawal.effects import EFFECTS

TITLES: dict[Effect, tuple[str, str]] = {
    "appeared": ("now stands", "it was held back by what is withdrawn"),
    "fell": ("falls", "it stood, and no longer does"),
    "standing": ("stands otherwise", "another heading or value, though nothing comes to stand or ceases to"),
    "dose": ("another dose", ""),
    "certainty": ("another certainty", "grade, modality, status, or what is provisional"),
    "reasons": ("other reasons", ""),
    "basis": ("survives: what is cited is another", "facts, or the sources that they are attributed to"),
    "proof": ("survives: only the proof is another", ""),
}
FEW = 6
WORDS = 90


def withdrawal_page(found: CaseWithdrawal | Drill | Retractions, width: int = 100) -> Sheet:
    """What a withdrawal does, or a list of retracted identifiers."""
    if isinstance(found, Retractions):
        return retractions_page(found, width)
    return case_page(found, width) if isinstance(found, CaseWithdrawal) else drill_page(found, width)


def case_page(found: CaseWithdrawal, width: int = 100) -> Sheet:
    """A withdrawal over one case."""
    page = _Page(Sheet(width))
    page.withdrawn(found.fall.withdrawn)
    page.effects(found.lines)
    page.summary(f"{count_words(found.unchanged, 'line')} of the advice unchanged, conclusions behind it among them.")
    page.fall(found.fall)
    return page.sheet


def drill_page(found: Drill, width: int = 100) -> Sheet:
    """A withdrawal over the scenarios of a knowledge base."""
    page = _Page(Sheet(width))
    page.withdrawn(found.fall.withdrawn)
    page.drill(found)
    page.fall(found.fall)
    return page.sheet


def retractions_page(found: Retractions, width: int = 100) -> Sheet:
    """A list of retracted identifiers against the sources."""
    page = _Page(Sheet(width))
    page.retractions(found)
    return page.sheet


class _Page:
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    def bullet(self, text: str, indent: int = 1, style: str = "") -> None:
        self.sheet.add(f"· {text}", indent, 2, style)

    def summary(self, text: str) -> None:
        self.sheet.gap()
        self.sheet.add(text)

    def withdrawn(self, entries: Iterable[Withdrawn]) -> None:
        """What is withdrawn, and that nothing was written."""
        for entry in entries:
            by = f" by {entry.by}" if entry.by else ""
            note = f" ({entry.note})" if entry.note else ""
            words = entry.words if entry.what == "source" else f"{entry.id} {_quoted(entry.words)}"
            self.sheet.add(f"If the {entry.what} {words} were {entry.kind}{by}{note}:", style="bold")
        self.sheet.add("A drill: nothing is written to the knowledge base.", style="dim")

    # One case --------------------------------------------------------------------------------------------------------

    def effects(self, lines: Sequence[LineEffect]) -> None:
        """The lines that differ, by what happens to them; conclusions that no line shows in short."""
        if not lines:
            self.summary("Nothing changes: every conclusion stands as it did, drawn in the same ways.")
        for effect in EFFECTS:
            same = [line for line in lines if line.effect == effect]
            if same:
                self.sheet.heading(*TITLES[effect])
                for line in same:
                    if line.line != "conclusion":
                        self.line(line)
                self.behind([line.name for line in same if line.line == "conclusion"])

    def line(self, line: LineEffect) -> None:
        """One line before and after, and what carries it now."""
        title = sentence_words(line.text or line.name).rstrip(".")
        before, after = sentence_words(line.before), sentence_words(line.after)
        what = f"still {after}" if before == after else f"{before} → {after}"
        self.bullet(f"{line.line if line.line == 'opposition' else ''} {title}: {what}".strip())
        for carried in line.carried[:FEW]:
            self.carried(carried)
        if len(line.carried) > FEW:
            self.sheet.add(f"and {count_words(len(line.carried) - FEW, 'conclusion')} more below it", 4)

    def carried(self, carried: Carried) -> None:
        lost, by = _ways(carried.lost), _ways(carried.by)
        self.sheet.add(f"{carried.conclusion}: lost {lost}; carried now by {by}", 4)

    def behind(self, names: Sequence[str]) -> None:
        """Conclusions that no line shows."""
        if names:
            self.bullet(f"behind the lines: {'; '.join(names)}")

    # Scenarios -------------------------------------------------------------------------------------------------------

    def drill(self, found: Drill) -> None:
        """The table of lines over all scenarios, and the expectations that no longer hold."""
        broken = [effect for effect in found.effects if effect.broken]
        if not found.scenarios:
            self.summary("The knowledge base has no scenario: nothing was tried. With --case it is tried on a case.")
            return
        self.summary(
            f"{reach_words(found.scenarios, found.otherwise, found.behind, found.cited)}, and {found.unchanged:,} "
            f"{'is' if found.unchanged == 1 else 'are'} unchanged; {len(broken):,} no longer "
            f"{'meets' if len(broken) == 1 else 'meet'} what is expected."
        )
        for effect in EFFECTS:
            same = [tally for tally in found.tallies if tally.effect == effect]
            if same:
                self.sheet.heading(*TITLES[effect])
                for told in told_tallies(tally for tally in same if tally.line != "conclusion"):
                    self.tally(told)
                behind = Counter[str]()
                for tally in same:
                    if tally.line == "conclusion":
                        behind[tally.name] += tally.scenarios
                self.behind([f"{name} ({number:,})" for name, number in behind.items()])
        self.broken(broken)
        if found.already:
            self.summary(
                f"{count_words(len(found.already), 'scenario')} did not hold before either: {', '.join(found.already)}."
            )

    def tally(self, told: Told) -> None:
        """A line with its state; where it has several, each with the scenarios that have it."""
        if len(told.states) == 1:
            self.bullet(f"{told.title}: in {told.where}: {told.states[0]}")
            return
        self.bullet(f"{told.title}: in {told.where}")
        for state in told.states:
            self.sheet.add(f"in {state}", 4)

    def broken(self, effects: Sequence[ScenarioEffect]) -> None:
        if not effects:
            return
        self.sheet.heading("expectations that no longer hold")
        for effect in effects:
            more = f"; and {len(effect.broken) - 1:,} more" if len(effect.broken) > 1 else ""
            self.bullet(f"{effect.name} ({effect.place}): {effect.broken[0]}{more}")

    # What falls ------------------------------------------------------------------------------------------------------

    def fall(self, fall: Fall) -> None:
        """Facts, and what rests on them."""
        if fall.facts:
            self.sheet.heading("facts that fall")
        for fact in fall.facts:
            self.bullet(f"{fact.id} {_quoted(fact.words, fact.what)} — {fact.because}")
        if fall.kept:
            self.sheet.heading("facts that stay, with less behind them")
        for kept in fall.kept:
            what = "about" if kept.what == "reading" else "attributed to"
            self.bullet(
                f"{kept.id} {_quoted(kept.words, kept.what)} — no longer {what} {', '.join(kept.lost)}; "
                f"still {what} {', '.join(kept.left)}"
            )
        if fall.losses:
            self.sheet.heading("what rests on them")
        grouped: dict[tuple[str, str], list[Loss]] = {}
        for loss in fall.losses:
            grouped.setdefault((loss.kind, loss.outcome), []).append(loss)
        for (kind, outcome), losses in grouped.items():
            names = "; ".join(
                f"{loss.name}{f' (rests on {_listed(loss.facts)})' if loss.facts else ''}" for loss in losses
            )
            self.bullet(f"{kind}, {outcome}: {names}")

    # Retracted identifiers -------------------------------------------------------------------------------------------

    def retractions(self, found: Retractions) -> None:
        """What was looked for, what was found, and what falls with it; what only may be stands apart."""
        sources = len(found.identified) + len(found.unidentified)
        self.sheet.add(
            f"{count_words(found.identifiers, 'identifier')} looked for among {count_words(sources, 'source')}: "
            f"{len(found.identified):,} with a PMID or DOI of their own or of a candidate, {len(found.unidentified):,} "
            "without.",
            style="bold",
        )
        if found.unidentified:
            self.sheet.add(f"No list can find {', '.join(found.unidentified)}: no PMID or DOI of theirs is known.", 1)
        for text in found.unread:
            self.sheet.add(f"Not read: {text}.", 1)
        if found.unmatched:
            few = f": {', '.join(found.unmatched)}" if len(found.unmatched) <= FEW else ""
            self.sheet.add(f"{count_words(len(found.unmatched), 'identifier')} of the list hit nothing{few}.", 1)
        if not found.hits:
            self.summary("No source is on the list, and none may be.")
        self.hits("on the list", [hit for hit in found.hits if hit.certain])
        self.hits("may be on the list", [hit for hit in found.hits if not hit.certain])
        if found.certain is not None:
            self.over("what falls with those on the list", found.certain)
        for possible in found.possible:
            self.over(f"what would fall if {possible.source} is the one that was retracted", possible.over)

    def hits(self, title: str, hits: Sequence[Hit]) -> None:
        if hits:
            self.sheet.heading(title)
        for hit in hits:
            confidence = f"; confidence {hit.confidence}" if hit.confidence else ""
            candidate = f": “{hit.candidate}”" if hit.candidate else ""
            self.bullet(f"{hit.shown} — {hit.identifier} (line {hit.line:,}); {hit.why}{candidate}{confidence}")

    def over(self, title: str, found: CaseWithdrawal | Drill) -> None:
        self.sheet.gap()
        self.sheet.rule()
        self.sheet.heading(title)
        self.sheet.gap()
        self.sheet.lines.extend(withdrawal_page(found, self.sheet.width).lines)


def _quoted(words: str, what: str = "") -> str:
    """The words of a fact, or their beginning where they are long."""
    short = words if len(words) <= WORDS else words[:WORDS].rsplit(" ", 1)[0] + " …"
    return f"(reading) {short}" if what == "reading" else f"“{short}”"


def _ways(ways: Sequence[Way]) -> str:
    """Firings by their facts, or by their rule where they match none."""
    told = [_listed(way.facts) or f"the rule {way.rule}" for way in ways[:FEW]]
    more = f" and {len(ways) - FEW:,} more" if len(ways) > FEW else ""
    return " or ".join(dict.fromkeys(told)) + more


def _listed(facts: Iterable[str]) -> str:
    return " ".join(ordered(facts))
