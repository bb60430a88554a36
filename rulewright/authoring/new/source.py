"""A source to begin with: a file of its own, of an identity that nobody claims to know."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from engine.model.source import IDENTITIES
from rulewright.authoring.new.addition import Addition, new_file
from rulewright.authoring.new.mark import to_say
from rulewright.authoring.new.values import Plain, file_of

VERIFIED, PROBABLE, UNRESOLVED = "verified", "probable", "unresolved"
assert {VERIFIED, PROBABLE, UNRESOLVED} == set(IDENTITIES)


@dataclass(frozen=True, slots=True)
class NewSource:
    """What an author says of a document; an empty text is left to say."""

    id: str
    kind: str
    title: str = ""
    identity: str = UNRESOLVED
    cite: str = ""
    known: str = ""
    published: str = ""
    printed_as: str = ""


def source(root: Path, given: NewSource) -> Addition:
    """The file of a source that there is not yet; raises `Refused` where there is one."""
    fields: dict[str, Plain] = {"id": given.id, "kind": given.kind}
    if given.printed_as:
        fields["printed-as"] = given.printed_as
    fields["title"] = given.title or to_say("the title as it is printed")
    fields["identity"] = given.identity
    if given.cite or given.identity != UNRESOLVED:
        fields["cite"] = given.cite or to_say("how it is cited, in full")
    if given.identity == UNRESOLVED:
        fields["known"] = given.known or to_say("what is known of the document")
    elif given.known:
        fields["known"] = given.known
    if given.published:
        fields["published"] = given.published
    said: dict[tuple[str, ...], str] = {(): "ID"} | {(name,): f"--{name}" for name in fields if name != "id"}
    return replace(new_file(root, f"sources/{given.id}.yaml", file_of(fields)), said=said)
