"""Numbers in claims, regimens, rules and declared quantities that the words they rest on do not say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.errors import Location
from engine.reading import Mapping as Body
from engine.reading import Node, Scalar, Sequence
from rulewright.authoring.checks.amounts import Stated, comparable, end_stands, stands, stated
from rulewright.authoring.checks.finding import Check, Flaw, Severity
from rulewright.authoring.checks.numerals import COMPLEMENTS, Numeral, numerals, shown
from rulewright.authoring.checks.subject import Subject

_MOST_SHOWN = 6


def _find(subject: Subject) -> Iterator[Flaw]:
    facts = subject.knowledge.facts
    for wanted in stated(subject.knowledge):
        words = [numeral for fact in wanted.grounds for numeral in numerals(facts[fact].words)]
        found = [numeral for numeral in words if stands(wanted, numeral)]
        if not found and not _both_ends(wanted, words):
            if wanted.needs_words:
                yield _missing(wanted, words, subject)
        elif wanted.comparison and not _bound_stands(wanted, found):
            yield _other_bound(wanted, found, subject)


def _both_ends(wanted: Stated, words: Iterable[Numeral]) -> bool:
    """Whether both ends of a range stand as numbers of their own."""
    every = tuple(words)
    return wanted.low != wanted.high and all(
        any(end_stands(end, wanted, numeral) for numeral in every) for end in (wanted.low, wanted.high)
    )


def _bound_stands(wanted: Stated, found: Iterable[Numeral]) -> bool:
    """Whether the words make the comparison, or the one that says the opposite; or make none."""
    told = {numeral.bound for numeral in found if numeral.bound}
    return not told or wanted.comparison in told | {COMPLEMENTS[sign] for sign in told}


def _missing(wanted: Stated, words: Iterable[Numeral], subject: Subject) -> Flaw:
    place, end = _place(wanted, subject)
    if not wanted.grounds:
        message = f"`{wanted.words}` in {wanted.what} stands in the words of no fact: it names none"
        return Flaw(place, message, "`because` with the fact that says so, or with an interpretation", "", end)
    said = list(dict.fromkeys(shown(numeral) for numeral in words if comparable(wanted, numeral)))
    named = ", ".join(wanted.grounds)
    message = f"`{wanted.words}` in {wanted.what} does not stand in the words of {named}"
    expected = f"a number that they say: {', '.join(said[:_MOST_SHOWN])}" if said else "a number that they say"
    return Flaw(place, message, expected, _elsewhere(wanted, subject), end)


def _elsewhere(wanted: Stated, subject: Subject) -> str:
    """The interpretations about the same that say the number."""
    facts = subject.knowledge.facts
    about = {*wanted.grounds, *(name for ground in wanted.grounds for name in facts[ground].about)}
    readings = [
        fact.id
        for fact in facts.values()
        if fact.is_interpretation
        and fact.id not in wanted.grounds
        and about.intersection(fact.about)
        and any(stands(wanted, numeral) for numeral in numerals(fact.words))
    ]
    if readings:
        return f"{', '.join(readings)} says it: name it too"
    return "where the words leave it open, an interpretation says how they are read"


def _other_bound(wanted: Stated, found: Iterable[Numeral], subject: Subject) -> Flaw:
    place, end = _place(wanted, subject)
    told = {numeral.bound: numeral for numeral in found if numeral.bound}
    said = " and ".join(f"{sign} {shown(numeral)}" for sign, numeral in sorted(told.items()))
    right = sorted({*told, *(COMPLEMENTS[sign] for sign in told)})
    message = f"`{wanted.words}` in {wanted.what} is not the bound that its words make ({said})"
    return Flaw(
        place,
        message,
        f"one of {', '.join(right)}",
        "where the words can be read in another way, name an interpretation that says so",
        end,
    )


def _place(wanted: Stated, subject: Subject) -> tuple[Location, int]:
    """Where the number is written, and where it ends on its line; the place of its part where it is not found."""
    body: Node | None = subject.body(wanted.place)
    scalar = _scalar(body, wanted) if body is not None else None
    if scalar is None:
        return subject.place(wanted.place, *wanted.path), 0
    return subject.part(scalar.location, scalar.text)


def _scalar(body: Node, wanted: Stated) -> Scalar | None:
    """The value below a part that states the number."""
    for key in wanted.path:
        inner = body.get(key) if isinstance(body, Body) else None
        if inner is None:
            break
        body = inner
    key, _, written = wanted.words.rpartition(": ")
    for name, scalar in _scalars(body, ""):
        text = " ".join(scalar.text.split())
        if (not key or name == key) and (text == written or (wanted.path and written in text)):
            return scalar
    return next((scalar for _, scalar in _scalars(body, "")), None) if wanted.path else None


def _scalars(node: Node, name: str) -> Iterator[tuple[str, Scalar]]:
    """The values below a node, each with the key that it stands under, in the order in which they are written."""
    if isinstance(node, Scalar):
        yield name, node
    elif isinstance(node, Sequence):
        for item in node:
            yield from _scalars(item, name)
    else:
        for key, inner in node.entries.items():
            yield from _scalars(inner, key)


CHECK = Check(
    "numbers",
    Severity.error,
    "A number is stated that the words it rests on do not say, or a bound that they do not make.",
    _find,
)
