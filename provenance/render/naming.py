"""What keys, data and facts are called for people: labels from the vocabulary, never texts from code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from engine.model.knowledge import KnowledgeBase
from engine.model.vocabulary import Vocabulary

if TYPE_CHECKING:  # the contract takes a tenth of a second to read, which `check` spends on nothing else
    from engine.model.advice import Advice, Fit, Standing

ITEM = re.compile(r"(?P<section>[^\[\]]+)\[(?P<number>\d+|\?)\](?:\.(?P<field>.+))?\Z")
MEASURED = re.compile(r" \(measured ([0-9-]+)\)\Z")
ABBREVIATION = "abbreviation"
"""The kind of the words that are printed in full, by their labels, where they stand as values."""

LACKING = {
    "rejected": "REJECTED BY A REVIEWER",
    "needs-change": "A REVIEWER WANTS A CHANGE",
    "stale": "CHANGED SINCE ITS REVIEW",
    "unreviewed": "not reviewed",
}
FITS: Mapping[str, str] = {
    "direct": "{word}s like this one",
    "indirect": "other {word}s, so indirect evidence here",
    "unknown": "whether this {word} is one of them is not recorded",
    "unspecified": "",
}
"""How those that a fact is about compare with a case, whatever a case is called."""
MOST_NAMED = 6
"""So many parts that nobody reviewed are named at the end of a line; the foot of the page names them all."""


class Names:
    """Labels for what one advice speaks of."""

    def __init__(self, advice: Advice, knowledge: KnowledgeBase) -> None:
        self.advice = advice
        self.knowledge = knowledge
        self.vocabulary = knowledge.vocabulary
        kind = self.vocabulary.conclusions.get(self.vocabulary.headings.conclusion)
        self.key_types = dict(kind.key) if kind else {}
        self.inputs = {given.path: given for given in advice.inputs}
        self.used: set[str] = set()
        """The facts cited so far, so that a page can print their words at its foot."""

    # Keys of standings -----------------------------------------------------------------------------------------------

    @property
    def subject_field(self) -> str:
        """The field of a standing's key that names what is considered (``product``)."""
        return self.vocabulary.headings.subject or next(iter(self.key_types), "")

    def subject(self, standing: Standing) -> str:
        """What is considered, in full: "what organic growing excludes (synthetic)"."""
        name = standing.key.get(self.subject_field, "") or ", ".join(standing.key.values())
        return self.full_name(self.subject_field, name)

    def full_name(self, field: str, name: str) -> str:
        """The label of a term of a key's field, with its short name behind it."""
        type_ = self.key_types.get(field)
        term = self.vocabulary.term(type_.of, name) if type_ is not None and type_.kind == "term" else None
        if term is None or not term.label or term.label.casefold() == name.casefold():
            return name
        return f"{term.label} ({name})"

    def fit(self, fit: Fit) -> str:
        """How those that a fact is about compare with the case; empty where the fact does not say whom it is about."""
        return fit_words(self.vocabulary, fit)

    @property
    def amount_word(self) -> str:
        """What a computed amount is called."""
        return amount_word(self.vocabulary)

    def group(self, standing: Standing) -> tuple[str, ...]:
        """The rest of a standing's key, by which options are grouped (the role)."""
        return tuple(
            standing.key[field] for field in self.key_types if field != self.subject_field and field in standing.key
        )

    def group_words(self, standing: Standing) -> str:
        """The rest of the key in words: "while the plants grow"; empty where there is none."""
        found = []
        for field, type_ in self.key_types.items():
            value = standing.key.get(field)
            if field == self.subject_field or value is None:
                continue
            term = self.vocabulary.term(type_.of, value) if type_.kind == "term" else None
            found.append(term.title if term else value)
        return ", ".join(found)

    def key_words(self, standing: Standing) -> str:
        """A standing's key in words: "tomato feed, while the plants grow"."""
        words = self.group_words(standing)
        return f"{self.subject(standing)}, {words}" if words else self.subject(standing)

    def atom(self, standing: Standing) -> str:
        """The conclusion that a standing is about, as the advice writes it: ``option(tomato feed, top)``."""
        values = [standing.key[field] for field in self.key_types if field in standing.key]
        return f"{self.vocabulary.headings.conclusion}({', '.join(values)})"

    # Data of the case ------------------------------------------------------------------------------------------------

    def datum(self, path: str) -> str:
        """A datum for people: "area", "result of treatment 1 (sulfur dust)"."""
        match = ITEM.match(path)
        if match:
            section = self.vocabulary.sections.get(match["section"])
            item = self.item(match["section"], match["number"])
            if not match["field"]:
                return item
            attribute = section.attributes.get(match["field"]) if section else None
            return f"{attribute.title if attribute else match['field']} of {item}"
        attribute = self.vocabulary.attribute(path)
        if attribute is not None:
            return attribute.title
        if path in self.vocabulary.quantities:
            return self.vocabulary.quantities[path].label or path.replace("-", " ")
        section = self.vocabulary.sections.get(path)
        return f"all {section.label or path.replace('-', ' ')}" if section is not None and section.is_list else path

    def item(self, section_name: str, number: str) -> str:
        """An item of a list: "treatment 1 (sulfur dust)"."""
        section = self.vocabulary.sections.get(section_name)
        word = section.item if section else section_name
        if number == "?":
            return f"a {word} that is not listed"
        named = self.inputs.get(f"{section_name}[{number}].{section.key[0]}") if section and section.key else None
        return f"{word} {int(number) + 1}" + (f" ({named.text})" if named else "")

    def dated(self, path: str) -> str:
        """When a datum was measured: a day, or "undated"."""
        given = self.inputs.get(path)
        found = MEASURED.search(given.text) if given else None
        return found[1] if found else "undated"

    def word(self, value: str) -> str:
        """A value with every abbreviation that the vocabulary declares written out."""
        full = self.vocabulary.terms.get(ABBREVIATION, {})
        parts = re.split(r"( or |, )", value)
        return "".join(full[part].title if part in full else part for part in parts)

    # Facts -----------------------------------------------------------------------------------------------------------

    def cited(
        self, claims: Iterable[str], readings: Iterable[str] = (), unreviewed: Mapping[str, str] | None = None
    ) -> str:
        """Fact ids as every line of a page ends: "[G01 G02; readings I02 I06]"; empty where there are none.

        ``unreviewed`` is what the line rests on without a current approving review: "[G08; not reviewed: I06]".
        """
        facts, read = ordered(claims), ordered(readings)
        self.used.update(facts, read)
        if not facts and not read:
            return ""
        plural = "readings" if len(read) > 1 else "reading"
        parts = [" ".join(facts)] if facts else []
        parts += [f"{plural} {' '.join(read)}"] if read else []
        parts += review_words([*facts, *read], unreviewed or {}, bool(self.knowledge.reviews))
        return f"[{'; '.join(parts)}]"


def fit_words(vocabulary: Vocabulary, fit: Fit) -> str:
    """How those that a fact is about compare with the case: "plots like this one"; empty where nobody says.

    A case is called by its first record, as the vocabulary names it, and else "case".
    """
    first = next(iter(vocabulary.sections.values()), None)
    word = "case" if first is None or first.is_list else first.label or first.name.replace("-", " ")
    return FITS[fit].format(word=word)


def amount_word(vocabulary: Vocabulary) -> str:
    """What the vocabulary calls a computed amount: the name of its conclusion where ``no-`` that name is declared too.

    Else "amount": the name of a conclusion alone may say what is given, and not how much.
    """
    head = vocabulary.headings
    return head.dose.replace("-", " ") if head.dose and head.no_dose == f"no-{head.dose}" else "amount"


def review_words(shown: Sequence[str], unreviewed: Mapping[str, str], any_reviews: bool) -> list[str]:
    """What a line rests on without a current approving review, the worst first and shouted.

    "none reviewed" where the knowledge base has no review at all, "none of these reviewed" where nobody judged any of
    the ids ``shown``; else those that nobody judged, what is shown before what is not.
    """
    if unreviewed and not any_reviews:
        return ["none reviewed"]
    found = []
    for state, words in LACKING.items():
        names = [name for name, lacking in unreviewed.items() if lacking == state]
        names = [*ordered(set(names) & {*shown}), *ordered(set(names) - {*shown})]
        if state == "unreviewed" and shown and {*shown} <= {*names}:
            found.append("none of these reviewed")
            continue
        if state == "unreviewed" and len(names) > MOST_NAMED:
            names = [*names[: MOST_NAMED - 1], f"{len(names) - MOST_NAMED + 1} more"]
        if names:
            found.append(f"{words}: {', '.join(name.replace(':', ' ', 1) for name in names)}")
    return found


def ordered(names: Iterable[str]) -> list[str]:
    """Ids in the order that a person expects: G2 before G10."""
    return sorted(
        set(names),
        key=lambda name: [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", name)],
    )


def count_words(number: int, singular: str, plural: str = "") -> str:
    """A number with its noun: "1 option", "4 options"."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def stated_words(
    stated: Mapping[str, str], unstated: Mapping[str, str], skipped: Iterable[str]
) -> tuple[list[tuple[str, str]], dict[str, list[str]]]:
    """What a claim states, and the fields it does not state by the words that the vocabulary has for that."""
    said: list[tuple[str, str]] = []
    silent: dict[str, list[str]] = {}
    for field, value in stated.items():
        if field in skipped:
            continue
        if field in unstated and value == unstated[field]:
            silent.setdefault(value, []).append(field.replace("-", " "))
        else:
            said.append((field.replace("-", " "), value))
    return said, silent


__all__ = ["ITEM", "Names", "count_words", "ordered", "stated_words"]
