"""The faults that a slip of the hand puts into the files of a knowledge base."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.loading import Document, load, read
from engine.model.knowledge import KnowledgeBase
from engine.reading import Mapping, Node, Scalar, Sequence

Path_ = tuple[str, ...]
WORDY = {"id", "title", "note", "quote", "states", "locator", "label", "attribution", "not-used-by-rules", "about"}
"""Keys below which no number is one of the language."""
UNITS = {
    "mg": "g", "g": "mg", "kg": "g", "d": "h", "h": "d", "m2": "kg", "cm": "m", "a": "mo", "day": "week", "U": "mg",
    "Cel": "K", "mm": "cm", "kPa": "Pa",
}  # fmt: skip
STRICTER = {">=": ">", ">": ">=", "<=": "<", "<": "<="}
TURNED = {">=": "<=", ">": "<", "<=": ">=", "<": ">"}
SWAPPED = {
    "may": "must", "should": "may", "not": "", "no": "the", "or": "and", "and": "or", "adequate": "inadequate",
    "before": "after", "after": "before", "with": "without", "early": "late", "high": "low",
}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """One edit of one file: what stands from ``start`` to ``end`` becomes ``new``."""

    kind: str
    file: str
    line: int
    start: int
    end: int
    old: str
    new: str

    def applied(self, text: str) -> str:
        """The text of the file with the fault in it."""
        assert text[self.start : self.end] == self.old
        return text[: self.start] + self.new + text[self.end :]

    def __str__(self) -> str:
        old, new = (" ".join(words.split()) for words in (self.old, self.new))
        return f"{self.kind} in {self.file}:{self.line}: {old[:90]!r} becomes {new[:90]!r}"


@dataclass(frozen=True)
class Place:
    """A scalar of a document, with the keys that lead to it."""

    document: Document
    file: str
    keys: Path_
    value: Scalar

    @property
    def key(self) -> str:
        """The key that it stands under."""
        return self.keys[-1] if self.keys else ""

    @property
    def wordy(self) -> bool:
        """Whether it is prose, or a name."""
        return bool(WORDY & set(self.keys))

    def becomes(self, kind: str, new: str) -> Iterator[Fault]:
        """The fault of writing something else here; none where the text does not stand as it is read."""
        start = offset(self.document.text, self.value.location.line, self.value.location.column)
        for quote in ("", '"', "'"):
            old = f"{quote}{self.value.text}{quote}"
            if self.document.text.startswith(old, start) and new != self.value.text:
                written = f"{quote}{new}{quote}"
                yield Fault(kind, self.file, self.value.location.line, start, start + len(old), old, written)
                return


def candidates(kb: Path) -> Iterator[Fault]:
    """Every fault of every kind that the knowledge base in a folder has a place for.

    The population of a fact that says why no rule uses it is left alone: nothing that anybody is told depends on it.
    """
    knowledge = load(kb)
    excused = {fact.id for fact in knowledge.facts.values() if fact.not_used_by_rules}
    for document in read(kb).documents:
        if document.body is None:
            continue
        file = Path(document.file).absolute().relative_to(kb.absolute()).as_posix()
        for place in scalars(document, file, document.body, ()):
            if "population" in place.keys and owner(document.text, place.value.location.line) in excused:
                continue
            for kind in KINDS:
                yield from kind(place, knowledge)
        for fault in dropped(document, file, document.body):
            if "population" not in fault.kind or owner(document.text, fault.line) not in excused:
                yield fault
        yield from whole(document, file)


def owner(text: str, line: int) -> str:
    """The id of the entry of a list that a line belongs to; empty where it belongs to none."""
    found = re.findall(r"^  - id: (\S+)", "\n".join(text.split("\n")[:line]), re.MULTILINE)
    return found[-1] if found else ""


def scalars(document: Document, file: str, node: Node, keys: Path_) -> Iterator[Place]:
    """Every scalar of a document."""
    if isinstance(node, Mapping):
        for key, value in node.entries.items():
            yield from scalars(document, file, value, (*keys, key))
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from scalars(document, file, item, keys)
    else:
        yield Place(document, file, keys, node)


def offset(text: str, line: int, column: int) -> int:
    """Where a line and column (from 1) stand in a text."""
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    return start + column - 1


def other(word: str, among: list[str]) -> str:
    """A word beside that one: the next of the list."""
    return among[(among.index(word) + 1) % len(among)]


# The kinds -----------------------------------------------------------------------------------------------------------


def digit(place: Place, _: KnowledgeBase) -> Iterator[Fault]:
    """A digit of a dose, threshold or window."""
    if place.wordy or place.file.startswith(("vocabulary", "sources", "kb.yaml")):
        return
    for match in re.finditer(r"(?<![\w.*])\d", place.value.text):
        changed = str((int(match[0]) + 1) % 10 or 1)
        text = place.value.text
        if re.search(r"[ \d]", text) and not re.match(r"[A-Z]\d", text):
            kind = "a digit of a dose" if _of_dose(place) else "a digit of a threshold or window"
            yield from place.becomes(kind, text[: match.start()] + changed + text[match.end() :])


def unit(place: Place, _: KnowledgeBase) -> Iterator[Fault]:
    """Another unit."""
    if place.wordy or not re.search(r"\d", place.value.text) or place.file.startswith(("sources", "kb.yaml")):
        return
    for match in re.finditer(r"(?<=[\d /])(?:[a-zA-Z]+\d?)\b", place.value.text):
        if match[0] in UNITS:
            text = place.value.text
            yield from place.becomes("a unit", text[: match.start()] + UNITS[match[0]] + text[match.end() :])


def bound(place: Place, _: KnowledgeBase) -> Iterator[Fault]:
    """A bound made strict (or not), or turned round."""
    match = re.match(r"(>=|>|<=|<)", place.value.text)
    if match and not place.wordy:
        rest = place.value.text[match.end() :]
        yield from place.becomes("a bound made strict, or no longer", STRICTER[match[0]] + rest)
        yield from place.becomes("a bound turned round", TURNED[match[0]] + rest)


def modality(place: Place, knowledge: KnowledgeBase) -> Iterator[Fault]:
    """A stronger modality, or another."""
    if place.key != "modality" or place.value.text not in knowledge.vocabulary.terms.get("modality", {}):
        return
    terms = list(knowledge.vocabulary.terms["modality"])
    yield from place.becomes("a modality raised", "should" if place.value.text != "should" else other("should", terms))


def quote(place: Place, _: KnowledgeBase) -> Iterator[Fault]:
    """A quote altered by a word."""
    if place.key != "quote":
        return
    words = place.value.text.split(" ")
    for index, word in enumerate(words):
        bare = word.strip(".,()")
        new = SWAPPED.get(bare, words[index - 1] if index else "the")
        changed = [*words[:index], word.replace(bare, new) if bare else new, *words[index + 1 :]]
        yield from place.becomes("a quote altered by a word", " ".join(filter(None, changed)))


def source(place: Place, knowledge: KnowledgeBase) -> Iterator[Fault]:
    """A claim attributed to another source."""
    if place.key in ("cites", "read-in") and place.value.text in knowledge.sources:
        yield from place.becomes("another source", other(place.value.text, list(knowledge.sources)))


def reference(place: Place, knowledge: KnowledgeBase) -> Iterator[Fault]:
    """Another fact or reading in the place of the one that warrants."""
    if place.key in ("because", "read-by", "from", "of", "settled-by", "facts") and place.value.text in knowledge.facts:
        yield from place.becomes("another warrant", other(place.value.text, list(knowledge.facts)))


def term(place: Place, knowledge: KnowledgeBase) -> Iterator[Fault]:
    """Another term of the same kind."""
    if place.wordy or place.key in ("cites", "modality") or place.file.startswith(("vocabulary", "sources")):
        return
    for kind, terms in knowledge.vocabulary.terms.items():
        if place.value.text in terms and len(terms) > 1 and kind not in ("modality", "reason"):
            yield from place.becomes("another term", other(place.value.text, list(terms)))
            return


def reason(place: Place, knowledge: KnowledgeBase) -> Iterator[Fault]:
    """Another reason code, or another answer to what is unknown."""
    codes = knowledge.vocabulary.terms.get("reason", {})
    if place.key in ("else", "missing", "when_true", "reason") and place.value.text in codes:
        yield from place.becomes("another reason code", other(place.value.text, list(codes)))


def reading(place: Place, _: KnowledgeBase) -> Iterator[Fault]:
    """A number in the words of a reading."""
    if place.key == "states":
        start = offset(place.document.text, place.value.location.line, place.value.location.column)
        end = place.document.text.find("\n  - id:", start)
        body = place.document.text[start : end if end > 0 else len(place.document.text)]
        body = body.split("\n    claims:")[0]
        for match in re.finditer(r"(?<![\w.])\d+(?= ?(?:h|mg|g|kg|d|days)\b)", body):
            at = start + match.start()
            line = place.document.text.count("\n", 0, at) + 1
            new = str(int(match[0]) + 1)
            yield Fault("a number of a reading", place.file, line, at, at + len(match[0]), match[0], new)


def _of_dose(place: Place) -> bool:
    return place.key in ("rate", "cap", "doses", "duration", "amount") or "phases" in place.keys


KINDS: tuple[Callable[[Place, KnowledgeBase], Iterator[Fault]], ...] = (
    digit, unit, bound, modality, quote, source, reference, term, reason, reading,
)  # fmt: skip


def dropped(document: Document, file: str, node: Node, keys: Path_ = ()) -> Iterator[Fault]:
    """A premise left out, or an exception, or a claim; a population, or an answer to what is unknown."""
    if isinstance(node, Sequence):
        for item in node.items:
            yield from dropped(document, file, item, keys)
    if not isinstance(node, Mapping):
        return
    for key, value in node.entries.items():
        yield from dropped(document, file, value, (*keys, key))
        if isinstance(value, Sequence) and key in ("when", "unless", "claims", "sides", "phases", "of"):
            kind = {"when": "a premise dropped", "unless": "an exception dropped"}.get(
                key, f"an item of `{key}` dropped"
            )
            for item in value.items:
                own_line = document.text.split("\n")[item.location.line - 1].lstrip().startswith("-")
                if len(value.items) > 1 and own_line:
                    yield from _lines(document, file, kind, item.location.line)
        if key in ("population", "if_unknown", "definition", "valid-for", "symmetric", "absent"):
            line = node.keys[key].line
            if document.text.split("\n")[line - 1].strip().startswith(f"{key}:"):
                yield from _lines(document, file, f"`{key}` dropped", line)


def _lines(document: Document, file: str, kind: str, first: int) -> Iterator[Fault]:
    """The fault of leaving out an item of a block: its line, and all that are indented deeper."""
    lines = document.text.split("\n")
    depth = len(lines[first - 1]) - len(lines[first - 1].lstrip())
    last = first
    while last < len(lines) and lines[last].strip() and len(lines[last]) - len(lines[last].lstrip()) > depth:
        last += 1
    start = offset(document.text, first, 1)
    end = min(offset(document.text, last, 1) + len(lines[last - 1]) + 1, len(document.text))
    yield Fault(kind, file, first, start, end, document.text[start:end], "")


def whole(document: Document, file: str) -> Iterator[Fault]:
    """What becomes of a source: superseded, or taken for verified, or of another kind."""
    text = document.text
    if not file.startswith("sources/"):
        return
    end = len(text)
    yield Fault("a source's standing", file, 1, end, end, "", "standing: {is: superseded, note: a new edition}\n")
    yield Fault("a source's standing", file, 1, end, end, "", "standing: {is: retracted, note: by its authors}\n")
    for pattern, new in (
        (r"^identity: (?!verified)\w+", "identity: verified"),
        (r"^kind: (?!guideline)\w+", "kind: guideline"),
    ):
        for match in re.finditer(pattern, text, re.MULTILINE):
            line = text.count("\n", 0, match.start()) + 1
            yield Fault("a source's identity or kind", file, line, match.start(), match.end(), match[0], new)
