"""What can be wrong with what people write, and where it stands.

The tree of exceptions::

    RulewrightError
    ├── Refused            the input is wrong: carries every problem found, located and with hints
    ├── EnginesDiffer      the two engines disagree: nothing is served (an internal error)
    └── MatcherUnavailable the matcher could not run this case

A problem is a value, not an exception: reading and checking collect problems and stop at none. `CODES` lists every code
that a problem can have.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

CODES: dict[str, str] = {
    # Text, before it means anything
    "alias": "A part of a document stands for another part of it.",
    "character": "A text holds a character that no text has.",
    "document-too-large": "A document is longer than what is read.",
    "duplicate-key": "A key stands twice in one mapping.",
    "empty": "A document holds nothing.",
    "key": "A key of a mapping is no text.",
    "nesting": "A document is nested deeper than what is read.",
    "no-form": "A file cannot be put in its canonical form without a change of what it says.",
    "null": "A null stands where a value should.",
    "number": "A number of a request is no plain decimal number.",
    "number-too-long": "A number has more digits than what is read.",
    "syntax": "A document is neither YAML nor JSON.",
    "tag": "A value has a YAML tag.",
    "yaml-surprise": "A word means different things to different YAML readers.",
    # Files
    "a-folder": "A folder is named where a file is to be read or written.",
    "file-exists": "A file that is to be written is there, and is left as it is.",
    "folder-loop": "A folder leads back to itself.",
    "no-such-file": "A file is named that is not there.",
    "no-such-folder": "A knowledge base is looked for where there is no folder.",
    "unknown-folder": "A file or folder of a knowledge base has a name that nothing reads.",
    "unreadable": "A file or folder is not there, cannot be opened, or is not UTF-8 text.",
    # Fields and names
    "blank": "A text or a list that must say something is empty.",
    "dangling": "A name is that of nothing: a fact, a source, a preference, a scenario.",
    "duplicate-id": "A name is given to two things.",
    "duplicate-item": "A list holds the same thing twice.",
    "missing-field": "A field that must be there is not.",
    "name": "A name is not written as names are.",
    "reserved-name": "A name is a word of the language.",
    "type": "A value is not of the kind that its field holds.",
    "unknown-field": "A field is not one that the thing has.",
    "unknown-term": "A word is not declared.",
    # Values
    "after-as-of": "A time lies after the as-of time of the case.",
    "before-start": "Something ends before it began.",
    "date": "A date is none, or ends before it began.",
    "history": "Several values of one datum do not tell which is the latest.",
    "implausible": "A value is impossible, or outside of the plausible range.",
    "quantity": "A quantity, range or comparison cannot be read.",
    "time": "A time cannot be read, or names no time zone.",
    "too-many-items": "A list of a case is longer than what is read.",
    "unit": "A unit is unknown, missing, or does not fit what it is used with.",
    # The vocabulary
    "absent": "What absence is said to mean is not what it can mean for that type.",
    "cycle": "A term, a quantity or a preference leads back to itself.",
    "formula": "A formula cannot be read or computed.",
    "heading": "A conclusion, section or datum cannot lay the advice out in the way that `headings` asks for.",
    "template": "The sentence of a conclusion names a field that its key does not have.",
    # Facts
    "attribution": "A statement is given to the editors, or a reading to a document.",
    "grade": "A grade of certainty has no grader or no grade, or is given to a reading or by one.",
    "unresolved-cited": "A source whose identity is unresolved is cited as if it were known.",
    "unused": "A fact makes no claim, is named by nothing, and does not say why.",
    # Rules
    "conclusion": "What a rule draws cannot be drawn so.",
    "condition": "A condition has no pattern, several, or reason codes that do not belong to it.",
    "constraint": "A constraint is none of those that the field can have.",
    "default-under-unless": "A datum with a stated default is read under `unless`.",
    "item-in-conclusion": "A conclusion names an item of the case.",
    "negative-cycle": "A conclusion depends on its own absence, or on a count of itself.",
    "no-order": "A pattern asks for the first or latest item of a list without an order.",
    "opposition": "Sides of an opposition have no fact, share one, or are not parted by what is said to settle them.",
    "too-many-instances": "A rule has more instances than what is grounded.",
    "unbound-variable": "A variable is read where nothing has bound it.",
    "unknown-pattern": "A word begins no pattern.",
    "unwarranted": "A rule names no fact that warrants it.",
    "variable-type": "A variable stands for one kind of thing and is read as another.",
    # Reviews
    "digest": "A review does not say by its digest which words were reviewed.",
    "not-appendable": "A file of reviews does not end with its list, so that no entry can be added.",
    "unreviewed": "A release calls itself reviewed, and not all of it is approved as it stands.",
    # What the machine lacks
    "missing-package": "A Python package is not installed.",
    "missing-program": "A program is not installed.",
    "unwritable": "A file cannot be written.",
    # Scenarios and requests
    "no-such-version": "A version to compare is neither a folder nor a revision that git knows.",
    "change": "A change of a case names no datum that can be changed, changes nothing, or contradicts another.",
    "expectation": "A scenario expects what no advice could say.",
    "scenario": "A scenario has no case, or changes one that does not have what it changes.",
    "not-an-advice": "A document is no advice.",
    "not-utf8": "A file is not UTF-8 text.",
    "other-knowledge": "An advice was not made from the knowledge base that is asked, or two versions share nothing.",
    "ambiguous-id": "An id names several things.",
    "already-drawn": "It is asked why a conclusion was not drawn, and it was.",
    "not-drawn": "It is asked why a conclusion was drawn, and it was not.",
    "unknown-conclusion": "What is asked about is no conclusion of the advice.",
    "unknown-opposition": "What is asked about is no opposition, preference or interaction.",
    "unknown-scenario": "Scenarios are chosen by words, a pattern or a file that none of them fits.",
    "unknown-id": "What is asked about is no fact, rule, source or term.",
    "withdrawal": "A withdrawal contradicts itself, or does not say what supersedes what.",
    "identifier": "A line of a list of publications is neither a PMID nor a DOI.",
    "unknown-source": "A source is chosen that the knowledge base does not have.",
}
"""Every code of a problem, and what it means. Codes are stable: a code is never given another meaning."""

SAVE_AS_UTF8 = "save it as UTF-8: editors offer that as the encoding of the file"
LONGEST_WORD = 80
MOST_COMPARED = 200_000
"""After so many words were compared, the one that was meant is no longer searched: that would take minutes."""


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in what somebody wrote: a file with line and column (both from 1), or a JSON pointer in a request."""

    file: str = ""
    line: int = 0
    column: int = 0
    pointer: str = ""

    def __str__(self) -> str:
        if self.line:
            return f"{self.file}:{self.line}:{self.column}"
        return self.pointer or self.file or "/"


NOWHERE = Location()


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong.

    ``code`` is stable (`CODES` lists them), ``expected`` says what would have been right, ``hint`` what the author may
    have meant.
    """

    location: Location
    code: str
    message: str
    expected: str = ""
    hint: str = ""

    def __str__(self) -> str:
        text = f"{self.location}: {self.code}: {self.message}"
        if self.expected:
            text += f" (expected {self.expected})"
        if self.hint:
            text += f". {self.hint}"
        return text


class RulewrightError(Exception):
    """Everything that this program raises on purpose."""


class Refused(RulewrightError):
    """What was written is wrong; ``problems`` holds all that is wrong with it, in the order of their places."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


class EnginesDiffer(RulewrightError):
    """The two engines derived different things from the same program and case; names the conclusions."""


class MatcherUnavailable(RulewrightError):
    """The matcher could not run this case (its library failed, or a limit of it was met)."""


@dataclass(slots=True)
class Findings:
    """The problems found so far while something is read."""

    problems: list[Problem] = field(default_factory=list)
    compared: int = 0

    def add(self, code: str, location: Location, message: str, expected: str = "", hint: str = "") -> None:
        """Record one problem."""
        self.problems.append(Problem(location, code, message, expected, hint))

    def unknown_term(self, word: str, known: Collection[str], location: Location, message: str = "") -> None:
        """Record a word that is none of the known ones; ``message`` says what it was taken for."""
        text = message or f"`{clipped(word)}` is not declared"
        self.add("unknown-term", location, text, *self._alternatives(word, known))

    def unknown_field(self, name: str, known: Collection[str], location: Location, what: str) -> None:
        """Record a field that ``what`` does not have."""
        self.add(
            "unknown-field",
            location,
            f"{what} has no field `{clipped(name)}`",
            *self._alternatives(name, known, at_most=20),
        )

    def dangling(self, name: str, known: Collection[str], location: Location, what: str) -> None:
        """Record a name that is that of no ``what``."""
        self.add("dangling", location, f"there is no {what} `{clipped(name)}`", *self._alternatives(name, known))

    def _alternatives(self, word: str, known: Collection[str], at_most: int = 8) -> tuple[str, str]:
        """What was expected, and a hint."""
        self.compared += len(known)
        if self.compared > MOST_COMPARED:
            return "", ""
        if not known:
            return "nothing here: none is declared", ""
        return f"one of {listed(known, at_most)}", did_you_mean(word, known)

    def __len__(self) -> int:
        return len(self.problems)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.problems)

    def refuse_if_any(self) -> None:
        """Raise `Refused` with everything recorded, if anything was."""
        if self.problems:
            raise Refused(self.problems)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the most similar known word, or an empty string where none is similar."""
    found = similar(word, known)
    return f"did you mean `{found}`?" if found else ""


def similar(word: str, known: Iterable[str]) -> str:
    """The most similar known word, or an empty string where none is similar."""
    if len(word) > LONGEST_WORD:
        return ""
    folded = {name.casefold(): name for name in known if name}
    close = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[close[0]] if close else ""


def listed(words: Iterable[str], at_most: int = 8) -> str:
    """The words as a short list for a message: ``a, b, c, … (12 in all)``."""
    every = sorted(set(words))
    if len(every) <= at_most:
        return ", ".join(every)
    return ", ".join(every[:at_most]) + f", … ({len(every)} in all)"


def clipped(word: str) -> str:
    """The word, or its beginning where it is long."""
    return word if len(word) <= LONGEST_WORD else word[:LONGEST_WORD] + "…"
