"""What the aspects of a comparison are called: fields of an advice in words for a reader who does not know its fields.

A name that stands in no table is told as it is written, with spaces.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from provenance.render.naming import FITS

KINDS = {
    "heading": "where it stands",
    "status": "where it stands",
    "modality": "how strongly it is advised",
    "running": "whether a course of it goes on",
    "requested": "whether it was asked for",
    "unresolved": "whether the arguments about it are settled",
    "reason": "the main reason",
    "reasons": "the reasons",
    "marks": "how it is marked",
    "doses": "the dose",
    "dose": "the dose",
    "dose.measure": "what the dose is computed from",
    "dose.measured_at": "the date of the measure that the dose is computed from",
    "dose.reasons": "why a dose is not computed",
    "dose.steps": "how the dose is computed",
    "dose.stated": "what the source states of the dose",
    "dose.facts": "the statements behind the dose",
    "dose.readings": "the readings behind the dose",
    "claims": "the statements behind it",
    "readings": "the readings behind it",
    "conclusions": "the conclusions behind it",
    "populations": "whether the cases of its evidence are like this one",
    "evidence_levels": "the evidence levels behind it",
    "designs": "the study designs behind it",
    "certainty": "how certain it is",
    "certainty.grade": "its grade of certainty",
    "certainty.at_most": "the certainty that it could have at most",
    "certainty.ungraded": "the statements that nobody graded",
    "certainty.limiting": "the statements that limit its certainty",
    "certainty.bounding": "the statements that bound its certainty",
    "beside": "the research shown beside it",
    "beside.population": "whether the cases of the research beside it are like this one",
    "unreviewed": "what has no approving review",
    "assumed": "what is assumed",
    "annotations": "what is said with it",
    "value": "whether it holds",
    "section": "the part of the advice",
    "sides": "what stands on its sides",
    "sides.populations": "whether the cases of a side's evidence are like this one",
    "sides.evidence_levels": "the evidence levels of a side",
    "sides.facts": "the statements of a side",
    "sides.readings": "the readings of a side",
    "sides.standing": "which side goes before",
    "sides.bearings": "how its sides bear on the case",
    "settled_by": "what settles it",
    "applied": "whether a choice had to be made between sides that both hold",
    "because": "why it is settled so",
    "facts": "the statements that pull apart",
    "sets": "the data that would settle it",
}
"""Names, or their beginnings up to a point, in words that stand alone; the longest that fits is taken."""
OF = {
    "marks": "mark “{of}”",
    "populations": "whether the cases of {of} are like this one",
    "evidence_levels": "evidence level of {of}",
    "designs": "study design of {of}",
    "beside.population": "whether the cases of {of}, shown beside it, are like this one",
    "dose.measure": "what the dose of {of} is computed from",
    "dose.measured_at": "date of the measure that the dose of {of} is computed from",
    "dose.reasons": "why the dose of {of} is not computed",
    "dose.facts": "the statements behind the dose of {of}",
    "dose.readings": "the readings behind the dose of {of}",
    "conclusions": "{of}",
}
"""The same where an entry is named: a fact, the statement that a dose is by, a mark."""
BEARING = {
    "way": "what a side does",
    "value": "whether what a side does holds",
    "reasons": "why a side does not speak for it",
    "facts": "the statements by which a side bears on it",
    "readings": "the readings under which a side bears on it",
}
WAYS = {
    "speaks-for": "speaks for it",
    "would-speak-for": "would speak for it, but is held back",
    "speaks-against": "speaks against it",
    "stands-in-the-way": "stands in its way",
    "doses": "gives its dose",
    "states": "states it",
    "beside": "stands beside it, and opens nothing",
    "stands-with": "is one of the two",
}
TRUTHS = {"true": "holds", "provisional": "holds provisionally", "unknown": "open", "false": "does not hold"}
_BEARING = re.compile(r"sides\.bearings\..+?\.(way|value|reasons|facts|readings)(?:\.[A-Z0-9_]+)?\Z")
_OF_A_FACT = re.compile(r"sides\.(populations|evidence_levels)\.(.+)\Z")


def kind_words(name: str) -> str:
    """What kind of thing differs, without saying of what: "the dose", "how its sides bear on the case"."""
    return KINDS[beginning] if (beginning := _beginning(name, KINDS)) else _plain(name)


def aspect_words(name: str, of: str = "") -> str:
    """What differs, and of what: ``populations`` of R12 is "whether the cases of R12 are like this one".

    Sides are not named: an aspect does not know which it is of.
    """
    if found := _BEARING.match(name):
        return BEARING[found[1]]
    if found := _OF_A_FACT.match(name):
        return OF[found[1]].format(of=found[2])
    if name.startswith("sides"):
        return kind_words(name)
    if name.startswith("dose.stated."):
        return _with(_plain(name.replace("dose.stated.", "dose: ")), of)
    beginning = _beginning(name, OF)
    if beginning and of:
        return OF[beginning].format(of=of)
    if name in KINDS or name.startswith(("dose.reasons", "dose.steps")):
        return _with(kind_words(name), of)
    return _with(_plain(name), of)


def aspect_value(name: str, value: str) -> str:
    """A value of an aspect in words, where its field has words for its values; else as it is."""
    if name.startswith("sides.bearings"):
        return WAYS.get(way := _way(value), TRUTHS.get(way, value if way == value else f"{way} {value}"))
    if "population" in name:
        return FITS[value].format(word="case") if value in FITS else value
    if name == "marks":
        return value.replace("-", " ")
    return TRUTHS.get(value, value) if name in ("value", "conclusions", "dose.value") else value


def _way(value: str) -> str:
    """The way of a bearing that is told whole, as it is written; any other value itself."""
    if not value.startswith('{"'):
        return value
    try:
        return str(json.loads(value).get("way", value))
    except ValueError:
        return value


def _beginning(name: str, table: Mapping[str, str]) -> str:
    while name and name not in table:
        name = name.rpartition(".")[0]
    return name


def _plain(name: str) -> str:
    return re.sub(r"[_-]", " ", name.replace(".", ": "))


def _with(words: str, of: str) -> str:
    return f"{words} of {of}" if of else words
