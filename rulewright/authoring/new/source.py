"""A source to begin with: a file of its own, of an identity that nobody claims to know, and its text beside it."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import Location, Problem, Refused
from engine.loading.files import shown
from engine.loading.sources import TEXT
from engine.model.source import IDENTITIES
from rulewright.authoring.new.addition import Addition, new_file
from rulewright.authoring.new.mark import to_say
from rulewright.authoring.new.values import Plain, file_of

INTERPRETATION = "interpretation"
VERIFIED, PROBABLE, UNRESOLVED = "verified", "probable", "unresolved"
assert {VERIFIED, PROBABLE, UNRESOLVED} == set(IDENTITIES)


@dataclass(frozen=True, slots=True)
class NewSource:
    """What an author says of a document; an empty word is left to say.

    An empty ``identity`` is what it is of that kind (`usual_identity`). ``text`` is the path of a file with its words,
    below the folder of the knowledge base.
    """

    id: str
    kind: str
    title: str = ""
    identity: str = ""
    cite: str = ""
    known: str = ""
    published: str = ""
    printed_as: str = ""
    text: str = ""


def usual_identity(kind: str) -> str:
    """What is known of the identity of a source of which nobody says it: nothing; but editors know their own readings,
    which have no other document.
    """
    return VERIFIED if kind == INTERPRETATION else UNRESOLVED


def text_beside(root: Path, id_: str, file: Path, words: str) -> tuple[str, Addition | None]:
    """The path below the folder at which the text of a source is registered, and the file that is to be put there.

    A text that stands below the folder already stays where it is; another is copied to ``texts/``. Raises `Refused`
    where another text stands there.
    """
    below = Path(os.path.relpath(file, root)).as_posix()
    if TEXT.fullmatch(below):
        return below, None
    name = f"texts/{id_}.txt"
    path = root / name
    if not path.exists():
        return name, Addition(path, None, words, 1, ())
    if path.read_bytes().decode("utf-8-sig", "replace") == words:
        return name, None
    message = f"there is another text {shown(path)} already"
    raise Refused([Problem(Location("--text"), "file-exists", message, f"`--text {shown(path)}`, or that file gone")])


def source(root: Path, given: NewSource) -> Addition:
    """The file of a source that there is not yet.

    Raises `Refused` where there is one, or a source is cited of which nobody says whether it is known.
    """
    if given.cite and not given.identity and given.kind != INTERPRETATION:
        message, expected = (
            f"the source `{given.id}` is cited, and nothing says how sure that is",
            f"{VERIFIED} or {PROBABLE}",
        )
        raise Refused([Problem(Location("--identity"), "missing-field", message, expected)])
    identity = given.identity or usual_identity(given.kind)
    own = given.kind == INTERPRETATION
    fields: dict[str, Plain] = {"id": given.id, "kind": given.kind}
    if given.printed_as:
        fields["printed-as"] = given.printed_as
    fields["title"] = given.title or to_say(
        "what the readings are about, as a title" if own else "the title as it is printed"
    )
    fields["identity"] = identity
    if given.cite or (identity != UNRESOLVED and not own):
        fields["cite"] = given.cite or to_say("how it is cited, in full")
    if identity == UNRESOLVED:
        fields["known"] = given.known or to_say("what is known of the document")
    elif given.known:
        fields["known"] = given.known
    if given.published:
        fields["published"] = given.published
    if given.text:
        fields["text"] = given.text
    said: dict[tuple[str, ...], str] = {(): "ID"} | {(name,): f"--{name}" for name in fields if name != "id"}
    return replace(new_file(root, f"sources/{given.id}.yaml", file_of(fields)), said=said)
