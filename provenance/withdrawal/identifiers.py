"""Identifiers of publications, PMIDs and DOIs: as lists have them, one a line, and as sources and candidates do.

A PMID is written as digits, with or without ``PMID:``; a DOI as ``10.…/…``, with or without ``doi:`` or the address of
a resolver. Letters of a DOI mean the same in either case (DOI Handbook, 2.4), leading zeros of a PMID nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from engine.errors import Findings, Location, clipped
from engine.model.source import Source

_PMID = re.compile(r"(?:pmid\s*:?\s*)?0*([1-9][0-9]{0,8})", re.IGNORECASE)
_PMID_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/0*([1-9][0-9]{0,8})/?",
    re.IGNORECASE,
)
_DOI = re.compile(r"(?:doi\s*:\s*)?(10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+)", re.IGNORECASE)
_DOI_ADDRESS = re.compile(r"(?:https?://)?(?:dx\.|www\.)?doi\.org/(10\.\S+)", re.IGNORECASE)
_ALTERNATIVES = re.compile(r"\s+or\s+|\s*[,;]\s+", re.IGNORECASE)
_COMMENT = re.compile(r"(?:^|\s)#.*")
DOUBTFUL_ENDS = ".,;:"
"""At the end of a DOI they are rather the end of a sentence; a list that has one could miss the source it means."""


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """A PMID in digits, or a DOI in small letters."""

    kind: Literal["pmid", "doi"]
    value: str

    def __str__(self) -> str:
        return f"{'PMID' if self.kind == 'pmid' else 'doi'}:{self.value}"


@dataclass(frozen=True, slots=True)
class Listed:
    """An identifier of a list, and the first line that has it (from 1)."""

    identifier: Identifier
    line: int


@dataclass(frozen=True, slots=True)
class Known:
    """The identifiers of one publication as a source has them.

    ``alternatives`` are the identifiers that one entry gives, more than one where it does not say which; ``candidate``
    is how the publication is cited where it is only a candidate, with its ``confidence``.
    """

    alternatives: tuple[Identifier, ...]
    candidate: str = ""
    confidence: str = ""


def parse_identifier(text: str) -> Identifier | None:
    """The PMID or DOI that a text is; None where it is neither."""
    text = text.strip()
    for pattern in (_PMID, _PMID_ADDRESS):
        if match := pattern.fullmatch(text):
            return Identifier("pmid", match[1])
    for pattern, decoded in ((_DOI, False), (_DOI_ADDRESS, True)):
        if match := pattern.fullmatch(text):
            value = unquote(match[1]) if decoded else match[1]
            if _DOI.fullmatch(value) and value[-1] not in DOUBTFUL_ENDS:
                return Identifier("doi", value.lower())
    return None


def read_list(text: str, file: str) -> tuple[Listed, ...]:
    """The identifiers of a list, one a line; ``#`` begins a comment, and empty lines count for nothing.

    Raises `Refused` with every line that is neither, and where the list holds none at all.
    """
    findings = Findings()
    found: dict[Identifier, Listed] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        written = _COMMENT.sub("", line).strip()
        if not written:
            continue
        identifier = parse_identifier(written)
        if identifier is None:
            column = len(line) - len(line.lstrip()) + 1
            hint = "a full stop or comma ends it: is that part of it?" if written[-1] in DOUBTFUL_ENDS else ""
            findings.add(
                "identifier",
                Location(file, number, column),
                f"`{clipped(written)}` is neither a PMID nor a DOI",
                "one of the two on each line, such as 21169853 or 10.1000/182",
                hint,
            )
        else:
            found.setdefault(identifier, Listed(identifier, number))
    if not found and not findings:
        findings.add("empty", Location(file), "the list holds no identifier", "a PMID or DOI on each line")
    findings.refuse_if_any()
    return tuple(found.values())


def known_of(source: Source) -> tuple[list[Known], list[str]]:
    """The PMIDs and DOIs of a source and of its candidates; and, as sentences, those of its entries that are neither.

    An entry under another name (an ISBN, a label's id) is taken for what it is where it is written as a PMID's address
    or as a DOI, and else is no matter of these lists.
    """
    found: list[Known] = []
    unread: list[str] = []
    parts = [("", "", source.identifiers)]
    parts += [(entry.cite, entry.confidence, entry.identifiers) for entry in source.candidates]
    for cite, confidence, identifiers in parts:
        for name, text in identifiers:
            alternatives = tuple(dict.fromkeys(_entry(name, part) for part in _ALTERNATIVES.split(text)))
            read = tuple(one for one in alternatives if one is not None)
            if read and len(read) == len(alternatives):
                found.append(Known(read, cite, confidence))
            elif _is_ours(name):
                whose = f"a candidate of {source.id}" if cite else source.id
                unread.append(f"`{clipped(text)}` as {name} of {whose}")
    return found, unread


def _is_ours(name: str) -> bool:
    return name.casefold() in ("pmid", "doi", "pubmed")


def _entry(name: str, text: str) -> Identifier | None:
    """The identifier that one entry has; bare digits are a PMID only where the entry says so."""
    identifier = parse_identifier(text)
    if identifier is None or name.casefold() in ("pmid", "pubmed", identifier.kind):
        return identifier
    return None if text.strip().isdigit() else identifier
