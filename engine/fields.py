"""The entries of one mapping, taken one at a time, with every problem recorded and none raised.

A reader of a rule, a fact or a case asks for the fields that it knows; `Fields.done` then reports those it was not asked
for, so that a misspelt field is never silently ignored.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from engine.errors import Findings, Location, did_you_mean, listed
from engine.reading import Mapping, Node, Scalar, Sequence


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
        """Whether the field was written; counts as asking for it."""
        self._asked.add(name)
        return name in self.node.entries

    def node_of(self, name: str, required: bool = False) -> Node | None:
        """The field's node, or None."""
        self._asked.add(name)
        found = self.node.entries.get(name)
        if found is None and required and name not in self.node.keys:
            self.findings.add("missing-field", self.node.location, f"{self.what} has no `{name}`", f"a field `{name}`")
        return found

    def text(self, name: str, required: bool = False, default: str = "") -> str:
        """The field as text; numbers and booleans are refused, so that `012` and `no` cannot slip in."""
        node = self.node_of(name, required)
        if node is None:
            return default
        found = text_of(node, f"`{name}` of {self.what}", self.findings)
        return default if found is None else found

    def words(self, name: str, required: bool = False) -> str:
        """The field as text for people: a number is taken as written, line breaks become spaces."""
        node = self.node_of(name, required)
        if node is None:
            return ""
        if isinstance(node, Scalar):
            return " ".join(node.text.split())
        self.findings.add("type", node.location, f"`{name}` of {self.what} is {kind_of(node)}", "text")
        return ""

    def boolean(self, name: str, default: bool = False) -> bool:
        """The field as true or false."""
        node = self.node_of(name)
        if node is None:
            return default
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            return node.value
        self.findings.add("type", node.location, f"`{name}` of {self.what} is {kind_of(node)}", "true or false")
        return default

    def number(self, name: str, required: bool = False) -> Fraction | None:
        """The field as an exact number."""
        node = self.node_of(name, required)
        if node is None:
            return None
        if isinstance(node, Scalar) and isinstance(node.value, Fraction):
            return node.value
        self.findings.add("type", node.location, f"`{name}` of {self.what} is {kind_of(node)}", "a number")
        return None

    def sequence(self, name: str, required: bool = False) -> tuple[Node, ...]:
        """The items of the field; a single value is refused, so that a forgotten dash is seen."""
        node = self.node_of(name, required)
        if node is None:
            return ()
        if isinstance(node, Sequence):
            return node.items
        self.findings.add("type", node.location, f"`{name}` of {self.what} is {kind_of(node)}", "a list")
        return ()

    def texts(self, name: str, required: bool = False) -> tuple[str, ...]:
        """The field as a list of texts."""
        found = (
            text_of(item, f"an item of `{name}` of {self.what}", self.findings)
            for item in self.sequence(name, required)
        )
        return tuple(item for item in found if item is not None)

    def mapping(self, name: str, required: bool = False) -> Mapping | None:
        """The field as a mapping."""
        node = self.node_of(name, required)
        if node is None or isinstance(node, Mapping):
            return node
        self.findings.add("type", node.location, f"`{name}` of {self.what} is {kind_of(node)}", "a mapping")
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
            self.findings.add(
                "unknown-term",
                node.location,
                f"`{found}` is not a `{name}`",
                f"one of {listed(among)}",
                did_you_mean(found, among),
            )
            return default
        return found

    def done(self, also: Iterable[str] = ()) -> None:
        """Report every field that was written and never asked for."""
        known = self._asked | set(also)
        for name, place in self.node.keys.items():
            if name not in known:
                self.findings.add(
                    "unknown-field",
                    place,
                    f"{self.what} has no field `{name}`",
                    f"one of {listed(known, 20)}",
                    did_you_mean(name, known),
                )


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
