"""The canonical form of a text: the same values in one order and layout, with every comment that stood in it."""

from __future__ import annotations

from collections import Counter

from engine.document import Mapping, Node, Scalar
from engine.errors import Findings, Location, Problem, Refused
from engine.reading import read_text
from rulewright.authoring.form.comments import comments_of, read_document
from rulewright.authoring.form.page import laid_out
from rulewright.authoring.form.tree import parsed


def in_form(text: str, file: str) -> str:
    """The canonical form of a document; ``in_form`` of it is itself.

    Raises `Refused` with everything that is wrong with the text, and where its form would not say the same: what was
    written is then better left as it is.
    """
    findings = Findings()
    node = read_text(text, file, findings)
    findings.refuse_if_any()
    assert node is not None
    found = laid_out(read_document(text))
    after = Findings()
    again = read_text(found, file, after)
    if after.problems or again is None or not same(node, again) or _comments(text) != _comments(found):
        message = "the canonical form of this file would not say the same"
        raise Refused([Problem(Location(file, 1, 1), "no-form", message, "a file in a plainer layout")])
    return found


def same(one: Node, other: Node) -> bool:
    """Whether two documents hold the same values, in mappings whatever their order."""
    if isinstance(one, Scalar):
        return isinstance(other, Scalar) and type(one.value) is type(other.value) and one.value == other.value
    if isinstance(one, Mapping):
        return (
            isinstance(other, Mapping)
            and one.entries.keys() == other.entries.keys()
            and all(same(value, other.entries[key]) for key, value in one.entries.items())
        )
    return (
        not isinstance(other, (Scalar, Mapping))
        and len(one.items) == len(other.items)
        and all(map(same, one.items, other.items))
    )


def _comments(text: str) -> Counter[str]:
    """The comments of a text."""
    return Counter(comment.text for comment in comments_of(text, parsed(text)) if comment.text)
