"""The entries of one mapping, taken one at a time, with every problem recorded and none raised.

A reader of a rule, a fact or a case asks for the fields that it knows; `Fields.done` then reports those that it was not
asked for, so that a misspelt field is never silently ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

from engine.errors import Findings, Location, clipped
from engine.reading import Mapping, Node, Scalar, Sequence

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
LONGEST_ID = 120


class Fields:
    """A cursor over the entries of a mapping; ``what`` names the thing in messages ("rule `x`")."""

    def __init__(self, node: Mapping, what: str, findings: Findings) -> None:
        self.node = node
        self.what = what
        self.findings = findings
        self._asked: set[str] = set()

    @property
    def location(self) -> Location:
        """Where the mapping begins."""
        return self.node.location

    def place(self, name: str) -> Location:
        """Where the field stands, or the mapping where it is absent."""
        return self.node.keys.get(name, self.node.location)

    def has(self, name: str) -> bool:
        """Whether the field was written, rightly or wrongly; counts as asking for it."""
        self._asked.add(name)
        return name in self.node.keys

    def is_unread(self, name: str) -> bool:
        """Whether the field was written and could not be read, which is told where it stands."""
        return name in self.node.keys and name not in self.node.entries

    def node_of(self, name: str, required: bool = False) -> Node | None:
        """The field's node, or None."""
        self._asked.add(name)
        found = self.node.entries.get(name)
        if found is None and required and name not in self.node.keys:
            self.findings.add("missing-field", self.node.location, f"{self.what} has no `{name}`")
        return found

    def text(self, name: str, required: bool = False, default: str = "") -> str:
        """The field as text; numbers and booleans are refused, so that `012` and `no` cannot slip in."""
        node = self.node_of(name, required)
        if node is None:
            return default
        found = text_of(node, f"`{name}` of {self.what}", self.findings)
        if found is None:
            return default
        if not found.strip():
            self.blank(name, node.location)
            return default
        return found

    def blank(self, name: str, place: Location) -> None:
        """Record that a field says nothing."""
        self.findings.add("blank", place, f"`{name}` of {self.what} is empty", "something, or the field left out")

    def id(self, name: str = "id") -> str:
        """The required field as a name by which other parts of the knowledge base can speak of the thing."""
        found = self.text(name, True)
        if found and not (ID.match(found) and len(found) <= LONGEST_ID):
            self.findings.add(
                "name",
                self.node.entries[name].location,
                f"`{clipped(found)}` is no name",
                f"letters, digits, `-`, `.` and `_`, at most {LONGEST_ID} of them",
            )
            return ""
        return found

    def words(self, name: str, required: bool = False) -> str:
        """The field as text for people: a number is taken as written, line breaks become spaces."""
        node = self.node_of(name, required)
        if node is None:
            return ""
        if isinstance(node, Scalar):
            found = " ".join(node.text.split())
            if required and not found:
                self.blank(name, node.location)
            return found
        self.wrong_type(name, node, "text")
        return ""

    def wrong_type(self, name: str, node: Node, expected: str) -> None:
        """Record that a field holds something else than it should."""
        self.findings.add("type", node.location, f"`{name}` of {self.what} is {kind_of(node)}", expected)

    def boolean(self, name: str, default: bool = False) -> bool:
        """The field as true or false."""
        node = self.node_of(name)
        if node is None:
            return default
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            return node.value
        self.wrong_type(name, node, "true or false")
        return default

    def number(self, name: str, required: bool = False) -> Fraction | None:
        """The field as an exact number."""
        node = self.node_of(name, required)
        if node is None:
            return None
        if isinstance(node, Scalar) and isinstance(node.value, Fraction):
            return node.value
        self.wrong_type(name, node, "a number")
        return None

    def sequence(self, name: str, required: bool = False, filled: bool = False) -> tuple[Node, ...]:
        """The items of the field, at least one where it must be ``filled``.

        A single value is refused, so that a forgotten dash is seen.
        """
        node = self.node_of(name, required)
        if node is None:
            return ()
        if isinstance(node, Sequence):
            if filled and not node.items:
                self.blank(name, node.location)
            return node.items
        example = f", as in `[{clipped(node.text)}]`" if isinstance(node, Scalar) and node.text else ""
        self.wrong_type(name, node, f"a list{example}")
        return ()

    def named(self, name: str, required: bool = False) -> tuple[tuple[str, Location], ...]:
        """The field as a list of texts, each once and with its place; a required list is not empty."""
        found: dict[str, Location] = {}
        for node in self.sequence(name, required, filled=required):
            text = text_of(node, f"an item of `{name}` of {self.what}", self.findings)
            if text is None:
                continue
            if not text.strip():
                self.blank(name, node.location)
            elif text in found:
                self.findings.add(
                    "duplicate-item",
                    node.location,
                    f"`{clipped(text)}` stands twice in `{name}` of {self.what}",
                    "each once",
                )
            else:
                found[text] = node.location
        return tuple(found.items())

    def texts(self, name: str, required: bool = False) -> tuple[str, ...]:
        """The field as a list of texts, each once; a required list is not empty."""
        return tuple(text for text, _ in self.named(name, required))

    def mapping(self, name: str, required: bool = False) -> Mapping | None:
        """The field as a mapping."""
        node = self.node_of(name, required)
        if node is None or isinstance(node, Mapping):
            return node
        self.wrong_type(name, node, "a mapping")
        return None

    def choice(self, name: str, among: Iterable[str], required: bool = False, default: str = "") -> str:
        """The field as one of some words."""
        node = self.node_of(name, required)
        if node is None:
            return default
        found = text_of(node, f"`{name}` of {self.what}", self.findings)
        if found is None:
            return default
        among = tuple(among)
        if found not in among:
            self.findings.unknown_term(found, among, node.location, f"`{clipped(found)}` is not a `{name}`")
            return default
        return found

    def done(self, also: Iterable[str] = ()) -> None:
        """Report every field that was written and never asked for."""
        known = self._asked | set(also)
        for name, place in self.node.keys.items():
            if name not in known:
                self.findings.unknown_field(name, known, place, self.what)


def text_of(node: Node, what: str, findings: Findings) -> str | None:
    """The node as text, or None with a problem recorded."""
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return node.value
    hint = f'quote it: "{node.text}"' if isinstance(node, Scalar) else ""
    findings.add("type", node.location, f"{what} is {kind_of(node)}", "text", hint)
    return None


def kind_of(node: Node) -> str:
    """What a node is, in words for a message."""
    if isinstance(node, Sequence):
        return "a list"
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node.value, bool):
        return f"the boolean `{node.text}`"
    if isinstance(node.value, Fraction):
        return f"the number `{node.text}`"
    return f"the text `{node.text[:60]}`"


def mapping_of(node: Node, what: str, findings: Findings) -> Mapping | None:
    """The node as a mapping, or None with a problem recorded."""
    if isinstance(node, Mapping):
        return node
    findings.add("type", node.location, f"{what} is {kind_of(node)}", "a mapping")
    return None
