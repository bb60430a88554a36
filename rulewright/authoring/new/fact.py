"""A fact to begin with: one statement of a document, or one reading of the editors."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.document import Scalar
from engine.errors import Findings, Location
from engine.loading.files import Document
from engine.model.knowledge import KnowledgeBase
from rulewright.authoring.new.addition import Addition, Said, placed, read
from rulewright.authoring.new.mark import to_say
from rulewright.authoring.new.values import Plain, tree

UNUSED = "not-used-by-rules"
UNUSED_WHY = "what it claims, in `claims`; or why no rule uses it"
"""What is left to say of a fact that nothing uses yet."""

_NUMBERED = re.compile(r"(?P<name>.*?)(?P<number>[0-9]+)\Z")
_MARKED = re.compile(rf"\s+{UNUSED}: \"{re.escape(to_say(UNUSED_WHY))}\"\Z")


@dataclass(frozen=True, slots=True)
class NewFact:
    """What an author says of a statement; an empty text is left to say.

    ``cites`` is None where nothing is said of what the document itself cites; ``about`` and ``states`` are of readings.
    """

    source: str
    id: str = ""
    quote: str = ""
    locator: str = ""
    cites: tuple[str, ...] | None = None
    modality: str = ""
    about: tuple[str, ...] = ()
    states: str = ""
    claim: str = ""
    fields: Mapping[str, Plain] = field(default_factory=dict)


def fact(root: Path, knowledge: KnowledgeBase, documents: Sequence[Document], given: NewFact) -> Addition:
    """A statement at the end of the file of its document, or in a first file of it.

    ``documents`` are the files of the knowledge base: one may be read in that document and list no statement yet.

    Raises `Refused` where there is no such source, a reading is about nothing, or a document's file cannot be read.
    """
    findings = Findings()
    found = knowledge.sources.get(given.source)
    if found is None:
        findings.dangling(given.source, knowledge.sources, Location("--source"), "source")
    reading = found is not None and found.kind == "interpretation"
    if reading and not given.about:
        findings.add("missing-field", Location("--about"), "a reading is about something", "a fact or a source")
    if given.fields and not given.claim:
        findings.add("missing-field", Location("--claim"), "fields are those of a claim", "its kind")
    findings.refuse_if_any()
    entry = tree(_fields(given, given.id or next_id(knowledge, given.source), reading))
    key = "interpretations" if reading else "facts"
    path = _file(root, knowledge, documents, given.source)
    return placed(root, path, key, entry, _said(given), **{"read-in": given.source})


def used(knowledge: KnowledgeBase, ids: Sequence[str]) -> list[Addition]:
    """The files of facts that a rule is to name, without the marks that ask why none does; those alone that have one.

    Raises `Refused` where a file cannot be read.
    """
    marked: dict[str, list[int]] = {}
    for fact_ in map(knowledge.facts.get, ids):
        if fact_ is not None and fact_.not_used_by_rules == to_say(UNUSED_WHY):
            marked.setdefault(fact_.location.file, []).append(fact_.location.line)
    return [without for file, lines in marked.items() if (without := _without_marks(Path(file), lines)) is not None]


def _without_marks(path: Path, begun: Sequence[int]) -> Addition | None:
    """A file without the mark of each fact that begins in one of the lines; None where none stands as it was written.

    It is a line of its own, before the next fact begins.
    """
    before, text = read(path)
    lines = text.split("\n")
    gone = set()
    for start in begun:
        for number in range(start, len(lines)):
            if _MARKED.match(lines[number]):
                gone.add(number)
            if number in gone or lines[number].lstrip().startswith("- "):
                break
    after = "\n".join(line for number, line in enumerate(lines) if number not in gone)
    return Addition(path, before, after, min(gone) + 1, (), text) if gone else None


def _file(root: Path, knowledge: KnowledgeBase, documents: Sequence[Document], source: str) -> Path:
    """The file of the statements of a source; else one that says that it is of the source; else one of its name."""
    files = [one.location.file for one in knowledge.facts.values() if one.quoted_from == source]
    for document in documents if not files else ():
        read_in = document.body.get("read-in") if document.body is not None else None
        if isinstance(read_in, Scalar) and read_in.value == source:
            files.append(document.file)
    return Path(max(files)) if files else root / "facts" / f"{source}.yaml"


def next_id(knowledge: KnowledgeBase, source: str) -> str:
    """The first free id after the last numbered one of the statements of a source; where none is numbered, the id of
    the source with a number.
    """
    ids = [one.id for one in knowledge.facts.values() if one.quoted_from == source]
    numbered = [found for found in map(_NUMBERED.match, ids) if found is not None]
    name, width = (numbered[-1]["name"], len(numbered[-1]["number"])) if numbered else (f"{source}-", 1)
    taken = [_NUMBERED.match(id_) for id_ in knowledge.facts]
    last = max((int(one["number"]) for one in taken if one is not None and one["name"] == name), default=0)
    return f"{name}{last + 1:0{width}}"


def _fields(given: NewFact, id_: str, reading: bool) -> dict[str, Plain]:
    fields: dict[str, Plain] = {"id": id_}
    if reading:
        fields["about"] = list(given.about)
        fields["states"] = given.states or to_say("how it is read, in a sentence")
    else:
        fields["quote"] = given.quote or to_say("the exact words of the document")
    if given.locator or not reading:
        fields["locator"] = given.locator or to_say("where the words stand")
    if given.cites is not None:
        fields["cites"] = list(given.cites)
    if given.modality:
        fields["modality"] = given.modality
    if given.claim:
        fields["claims"] = [{"claim": given.claim, **given.fields}]
    else:
        fields[UNUSED] = to_say(UNUSED_WHY)
    return fields


def _said(given: NewFact) -> Said:
    """The options that say what, by its path in the statement."""
    said: dict[tuple[str, ...], str] = {
        (name,): f"--{name}" for name in ("quote", "locator", "cites", "modality", "about", "states")
    }
    said |= {(): "ID", ("read-in",): "--source", ("claims",): "--field", ("claims", "0", "claim"): "--claim"}
    return said | {("claims", "0", name): f"--field {name}" for name in given.fields}
