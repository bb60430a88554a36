"""What is known where some conditions hold: the cells of data, and which conclusions hold and which are false."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.model.vocabulary import Vocabulary
from engine.program import Atom, Clause, Datum, GroundTest, Item, ItemField, Literal
from rulewright.authoring.checks.domains import Key, Masks


@dataclass(frozen=True, slots=True)
class Need:
    """What holds wherever a conclusion does: in which cells a case lies, and which conclusions hold."""

    masks: Masks
    atoms: frozenset[Atom]

    def joined(self, other: Need) -> Need:
        """What holds wherever either does."""
        masks = {key: mask | other.masks[key] for key, mask in self.masks.items() if key in other.masks}
        return Need(masks, self.atoms & other.atoms)


NO_NEED = Need({}, frozenset())


@dataclass(frozen=True, slots=True)
class Never:
    """Why a clause holds in no case: the condition at which that shows (its place in the rule), and in words."""

    position: int
    under_unless: bool
    words: str


NO_CASE = "which no case can meet"
"""The end of a reason that lies in the datum alone."""


@dataclass
class Context:
    """What is known where some conditions hold.

    ``masks`` are the cells of data, those of the fields of items too (under ``$variable``); ``held`` the conclusions
    that hold, ``lacking`` those that are false, ``literals`` the conditions themselves, ``facts`` those that are
    admitted for certain. ``said`` are the conditions that speak of a key, in words.
    """

    masks: Masks = field(default_factory=dict)
    held: set[Atom] = field(default_factory=set)
    lacking: set[Atom] = field(default_factory=set)
    literals: set[Literal] = field(default_factory=set)
    facts: frozenset[str] = frozenset()
    said: dict[Key, list[str]] = field(default_factory=dict)

    def narrow(self, masks: Masks, words: str) -> str:
        """Take in that data lie in these cells; the reason where they cannot, with what stands against it."""
        for key, mask in masks.items():
            said = self.said.setdefault(key, [])
            left = self.masks.get(key, -1) & mask
            if not left:
                before = " and ".join(dict.fromkeys(said))
                return f"{_name(key)}: {words}" + (f", and {before}" if before else f", {NO_CASE}")
            self.masks[key] = left
            said.append(words)
        return ""


def items_of(clause: Clause) -> dict[str, str]:
    """The item that each variable of a clause stands for one of."""
    literals = (condition.literal for condition in clause.when)
    return {literal.variable: literal.item for literal in literals if isinstance(literal, Item) and literal.variable}


def places(literal: Literal, items: dict[str, str], vocabulary: Vocabulary) -> Iterator[tuple[str, str, GroundTest]]:
    """The tests of a condition: the place of the domain, what is narrowed (an item's field is its own), the test.

    An item that no variable names is one of its own each time.
    """
    if isinstance(literal, Datum):
        yield literal.path, literal.path, literal.test
    elif isinstance(literal, ItemField):
        section = vocabulary.items[items[literal.variable]].name
        yield f"{section}.{literal.field}", f"${literal.variable}.{literal.field}", literal.test
    elif isinstance(literal, Item):
        section = vocabulary.items[literal.item].name
        name = literal.variable or f"{id(literal)} {literal.item}"
        for field_name, test in literal.tests:
            yield f"{section}.{field_name}", f"${name}.{field_name}", test


def _name(key: Key) -> str:
    """What a key is of, in words; an item without a variable is called by its kind."""
    return key[0].partition(" ")[2] or key[0]
