"""A comparison as a page: what a reader of the advice would see differently first, what lies behind it last."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator

from engine.model.advice import Number, Span
from provenance.model.comparison import Aspect, Change, Comparison, Value
from provenance.render.aspects import aspect_value, aspect_words
from provenance.render.layout import Sheet
from provenance.render.naming import count_words, ordered
from provenance.render.wording import amount_words, sentence_words, span_words, time_words, value_words

TOLD = ("heading", "status", "modality", "reason", "reasons", "value", "conclusions", "sets", "text", "settled_by")
"""Aspects that the short forms of a line tell already, where these differ."""
FOLLOWING = (
    "claims",
    "readings",
    "populations",
    "evidence_levels",
    "designs",
    "beside",
    "unreviewed",
    "assumed",
    "limits",
    "certainty.conclusion",
    "certainty.ungraded",
    "certainty.graded_by",
)
"""What follows where a line says something else: not told again."""
UNTOLD = ("path", "text", "rank")
"""Aspects that say nothing to a reader beside the others: JSON has them."""
BESIDE_A_DOSE = ("dose.measure", "dose.measured_at", "dose.rate", "dose.cap", "dose.times")
ADVISED = ("option", "statement", "opposition", "question")
"""The lines that a reader of the advice acts on."""
FOLLOWS_EVIDENCE = ("unreviewed", "designs", "certainty.ungraded", "certainty.conclusion")
"""What is said of the facts behind a line: it comes and goes with them, and is told where it differs of the same."""
UNGRADED = ("not drawn", "not graded")
FEW = 8


def comparison_page(comparison: Comparison, width: int = 100) -> Sheet:
    """The comparison as a page of its own."""
    page = Sheet(width)
    add_comparison(page, comparison)
    return page


def add_comparison(page: Sheet, comparison: Comparison, told: frozenset[str] = frozenset()) -> None:
    """The comparison on a page that says more; ``told`` are the paths of data that the page has told already."""
    _Page(page, told).comparison(comparison)


class _Page:
    def __init__(self, page: Sheet, told: frozenset[str]) -> None:
        self.page = page
        self.told = told

    def comparison(self, comparison: Comparison) -> None:
        """The sections that have something to say."""
        changes = comparison.changes
        if not changes:
            self.page.add("Nothing changes: both say the same, and rest on the same.")
            return
        seen = [change for change in changes if change.what != "proof"]
        if not any(change.line in ADVISED for change in seen):
            self.page.add("No line of the advice changes.")
        self.section("options", [change for change in seen if change.line == "option"], self.line)
        by_section: dict[str, list[Change]] = {}
        for change in seen:
            if change.line == "statement":
                by_section.setdefault(change.section, []).append(change)
        for section, entries in by_section.items():
            self.section(section.replace("-", " "), entries, self.line)
        self.section("facts that pull apart", [change for change in seen if change.line == "opposition"], self.line)
        self.questions([change for change in seen if change.line == "question"])
        self.proofs([change for change in changes if change.what == "proof"])
        self.behind([change for change in seen if change.line == "conclusion"])
        data = [change for change in seen if change.line == "datum" and not self.is_told(change)]
        self.section("data of the case", data, self.datum)
        self.basis(seen)

    def is_told(self, change: Change) -> bool:
        """Whether a datum's new value stands on the page, and nothing else of it differs."""
        if change.name.endswith(".complete") or (change.name == "as-of" and "as-of" in self.told):
            return True  # the line of the list, or the page, says so
        told = any(change.name == path or change.name.startswith((f"{path}.", f"{path}[")) for path in self.told)
        return told and not any(aspect.name == "rules" for aspect in change.aspects)

    def section(self, title: str, changes: list[Change], tell: Callable[[Change], None]) -> None:
        if changes:
            self.page.heading(title)
            for change in changes:
                tell(change)

    def line(self, change: Change) -> None:
        """An option, a statement, a question: before and after, and what else of it differs."""
        title = sentence_words(change.text or change.name).rstrip(".")
        before, after = sentence_words(change.before), sentence_words(change.after)
        told: tuple[str, ...] = (*TOLD, *FOLLOWING) if before != after else ()
        turned = any(aspect.name in ("heading", "value") for aspect in change.aspects)
        shown = [
            aspect
            for aspect in change.aspects
            if aspect.name not in (*told, *UNTOLD)
            and not (before != after and aspect.name.startswith("dose") and not told_beside(aspect))
            and not only_said_again(aspect, change.aspects)
            and not follows(aspect)
            and not (turned and aspect.name.startswith("certainty"))
        ]
        behind = [aspect for aspect in shown if aspect.name == "conclusions"]
        texts = list(self.aspects([each for each in shown if each.name != "conclusions"] or behind))
        if change.what == "appeared":
            self.bullet(f"{title}: appears — {after}")
        elif change.what == "disappeared":
            self.bullet(f"{title}: disappears — it was: {before}")
        elif before != after:
            self.bullet(f"{title}: {before} → {after}")
        else:
            self.bullet(f"{title}: still {after}{'; what differs:' if texts else ', with other evidence behind it'}")
        for text in texts:
            self.page.add(text, 5)

    def aspects(self, aspects: list[Aspect]) -> Iterator[str]:
        """What differs, one line each; entries of one field that are on one side alone together."""
        kinds: dict[tuple[str, bool], list[str]] = {}
        for aspect in aspects:
            if aspect.of and not (aspect.before and aspect.after):
                kinds.setdefault((aspect.name, bool(aspect.after)), []).append(aspect.of)
        for aspect in aspects:
            one_sided = bool(aspect.of) and not (aspect.before and aspect.after)
            together = kinds.get((aspect.name, bool(aspect.after)), []) if one_sided else []
            if aspect.name.startswith("sides") or len(together) < 2:
                yield self.aspect(aspect)
            elif aspect.of == together[0]:
                yield f"{aspect_words(aspect.name)}: {'now' if aspect.after else 'no longer'} {', '.join(together)}"

    def questions(self, changes: list[Change]) -> None:
        """Questions that open, close or would be settled otherwise; those of one kind together."""
        kinds: dict[tuple[str, str, str], list[str]] = {}
        for change in changes:
            title = sentence_words(change.text or change.name).rstrip(".")
            kinds.setdefault((change.what, change.before, change.after), []).append(title)
        if kinds:
            self.page.heading("missing data")
        for (what, before, after), titles in kinds.items():
            said = {
                "appeared": f"open, {after}",
                "disappeared": f"no longer open; {before.replace('would be', 'was to be')}",
            }.get(what, f"{before} → {after}")
            self.bullet(f"{said}: {'; '.join(titles)}")

    def aspect(self, aspect: Aspect) -> str:
        """What differs of one field: "populations of R12: indirect → direct"."""
        before, after = self.values(aspect.before, aspect.name), self.values(aspect.after, aspect.name)
        name = aspect_words(aspect.name, aspect.of)
        if before and after and len(aspect.before) == len(aspect.after) == 1:
            return f"{name}: {before} → {after}"
        parts = ([f"no longer {before}"] if before else []) + ([f"now {after}"] if after else [])
        return f"{name}: {'; '.join(parts)}"

    def values(self, found: Iterable[Value], name: str = "") -> str:
        """Values of an aspect of this name."""
        words = (aspect_value(name, value) if isinstance(value, str) else value for value in found)
        return "; ".join(dict.fromkeys(value_text(value) for value in words))

    def datum(self, change: Change) -> None:
        """A datum of the case with its values, or with who reads it now."""
        title = change.text or change.name
        before, after = value_words(change.before), value_words(change.after)
        if change.what == "appeared":
            self.bullet(f"{title}: {after} (not given before)")
        elif change.what == "disappeared":
            self.bullet(f"{title}: no longer given; it was {before}")
        elif before != after:
            self.bullet(f"{title}: {before} → {after}")
        rules = [aspect for aspect in change.aspects if aspect.name == "rules"]
        for aspect in rules if change.what == "changed" else ():
            self.readers(title, aspect)

    def readers(self, title: str, aspect: Aspect) -> None:
        parts = [f"no longer read by {self.values(aspect.before)}"] if aspect.before else []
        parts += [f"now read by {self.values(aspect.after)}"] if aspect.after else []
        self.bullet(f"{title}: {'; '.join(parts)}")

    def proofs(self, changes: list[Change]) -> None:
        """What says the same for other reasons."""
        if not changes:
            return
        self.page.heading("the same, drawn in another way", "(what differs in the chain)")
        for change in changes:
            if change.line != "conclusion":
                title = sentence_words(change.text or change.name).rstrip(".")
                self.bullet(f"{title}: {sentence_words(change.after)} — through {listed(change.through)}")
        inner = [change.name for change in changes if change.line == "conclusion"]
        if inner:
            self.bullet(f"behind the lines: {listed(inner)}")

    def behind(self, changes: list[Change]) -> None:
        """Conclusions that no line shows: those that come to hold, or no longer do."""
        told = [change for change in changes if {change.before, change.after} - {"does not hold", ""}]
        untold = len(changes) - len(told)
        if told:
            self.page.heading("conclusions behind it")
        for change in told:
            self.bullet(
                f"{change.name}: {change.before or 'not drawn by any rule'} → {change.after or 'not drawn by any rule'}"
            )
        if untold:
            said = count_words(untold, "conclusion that does not hold", "conclusions that do not hold")
            self.page.add(f"{said} can be drawn by the one knowledge base alone.", 1)

    def basis(self, changes: list[Change]) -> None:
        """Facts, rules, sources and what stands around the lines."""
        told = [change for change in changes if change.line in ("fact", "rule", "source", "frame")]
        if not any(change.line != "frame" or self.around(change) for change in told):
            return
        self.page.heading("basis")
        for kind, noun in (("fact", "facts"), ("source", "sources"), ("rule", "rules")):
            for what, words in (("appeared", "now also"), ("disappeared", "no longer"), ("changed", "changed")):
                found = [change.name for change in told if change.line == kind and change.what == what]
                if found:
                    self.page.add(
                        f"{noun} {words}: {' '.join(ordered(found)) if kind != 'rule' else ', '.join(found)}", 1
                    )
        for change in told:
            if change.what == "changed":
                for aspect in self.around(change):
                    name = "" if change.line == "frame" else f"{change.name}: "
                    self.page.add(f"{name}{self.aspect(aspect)}", 1)

    def around(self, change: Change) -> list[Aspect]:
        """What differs of a record or of what stands around the lines, and is not told already."""
        told = (*FOLLOWING, *(["as_of"] if "as-of" in self.told else []))
        return [aspect for aspect in change.aspects if aspect.name not in told]

    def bullet(self, text: str) -> None:
        self.page.add(f"• {text}", 1, 4)


def follows(aspect: Aspect) -> bool:
    """Whether an aspect only follows from other facts being cited, or says that neither is graded."""
    if aspect.name in FOLLOWS_EVIDENCE:
        return not (aspect.before and aspect.after) or aspect.name.startswith("certainty")
    return aspect.name == "certainty.status" and {*aspect.before, *aspect.after} <= {*UNGRADED}


def told_beside(aspect: Aspect) -> bool:
    """Whether an aspect of a dose is told beside another dose: on both sides, what it is computed from; what is stated.

    What appears or goes with the dose itself, and how it is computed, only follows.
    """
    if aspect.name.startswith("dose.stated"):
        return True
    return aspect.name in BESIDE_A_DOSE and bool(aspect.before and aspect.after)


def only_said_again(aspect: Aspect, aspects: tuple[Aspect, ...]) -> bool:
    """Whether another aspect of the line says what this one does: of a bearing, its way says whether it holds."""
    bearing, _, field = aspect.name.rpartition(".")
    if not bearing.startswith("sides.bearings."):
        return False
    if field in ("facts", "readings"):
        return True
    return field == "value" and any(other.name == f"{bearing}.way" for other in aspects)


def value_text(value: Value) -> str:
    """A value of an aspect in words; of a part with fields of its own, the conclusion that it is about."""
    if isinstance(value, Span):
        return span_words(value)
    if isinstance(value, Number):
        return amount_words(value)
    return sentence_words(time_words(_named(value)))


def _named(value: str) -> str:
    if not value.startswith('{"'):
        return value
    try:
        return str(json.loads(value).get("conclusion", value))
    except ValueError:
        return value


def listed(names: tuple[str, ...] | list[str]) -> str:
    """Names, the first few of many."""
    more = len(names) - FEW
    return ", ".join(names[:FEW]) + (f" and {more:,} more" if more > 0 else "")
