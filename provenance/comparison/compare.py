"""Two advices compared: what appears, disappears, or changes its heading, its dose, its reasons or only its proof.

The two may come from one knowledge base or from two (a source withdrawn, an edit). Nothing that differs is left out,
but for identifiers of the advice and of firings, and the order of lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

from engine.model.advice import Advice, Number, Part, Span
from engine.model.knowledge import KnowledgeBase
from provenance.comparison.lines import ItemNames, Line, Lines
from provenance.comparison.proofs import Proofs, below, proof_changes
from provenance.grounds import Grounds
from provenance.model.comparison import Aspect, Change, Comparison, LineKind, Side, Value

Name = TypeVar("Name", bound=Hashable)

ASPECTS = {"doses": "dose"}
"""Aspects that are not called what their field is called."""

IDENTITIES = ("evidence", "code", "fact", "name", "id", "conclusion")
"""The fields by which entries of a collection are paired, the first that an entry has; else they are by their place."""


def compare(
    before: Advice, after: Advice, knowledge: KnowledgeBase, knowledge_after: KnowledgeBase | None = None
) -> Comparison:
    """How two advices differ; ``knowledge_after`` is the knowledge base of the second where it is another one.

    Raises `Refused` where an advice was made from another knowledge base than the one given for it.
    """
    return compare_to(Grounds(before, knowledge), after, knowledge_after)


def compare_to(before: Grounds, after: Advice, knowledge_after: KnowledgeBase | None = None) -> Comparison:
    """How another advice differs from one whose grounds are at hand, which serve for any number of comparisons.

    ``knowledge_after`` is the knowledge base of the other where it is another one; raises `Refused` where that did not
    make it. The ground program is shared where both admit the same on the same day.
    """
    shared = (
        knowledge_after is None
        and before.advice.admitted == after.admitted
        and before.advice.as_of[:10] == after.as_of[:10]
    )
    knowledge = knowledge_after or before.knowledge
    return compare_grounds(before, Grounds(after, knowledge, before.program if shared else None))


def compare_grounds(before: Grounds, after: Grounds) -> Comparison:
    """How two advices differ whose grounds are at hand."""
    return _Comparing(before, after).comparison()


PARTS: Mapping[LineKind, str] = {
    "option": "options",
    "statement": "sections",
    "opposition": "opposed",
    "question": "missing",
}
"""Parts of an advice: from these, the values of conclusions and the case alone, lines of some kinds are made."""


def _is_same(one: Advice, other: Advice, kind: LineKind) -> bool:
    """Whether two advices are so much the same that no line of a kind can differ."""
    part = PARTS.get(kind)
    if part is None or one.values != other.values or one.case != other.case:
        return False
    return bool(getattr(one, part) == getattr(other, part))


def changed_lines(before: Grounds, after: Grounds, kinds: tuple[LineKind, ...]) -> tuple[Change, ...]:
    """The lines of some kinds that do not say the same, whatever their proofs; for comparisons by the hundred."""
    if all(_is_same(before.advice, after.advice, kind) for kind in kinds):
        return ()
    old, new = (
        keyed(line for line in Lines(grounds, ItemNames(grounds)).shown(kinds) if line.kind in kinds)
        for grounds in (before, after)
    )
    found = []
    for identity in merged(list(old), list(new)):
        one, other = old.get(identity), new.get(identity)
        aspects = differences(one.fields, other.fields) if one and other else ()
        if aspects or one is None or other is None:
            found.append(_change(one, other, aspects, ()))
    return tuple(found)


def _change(before: Line | None, after: Line | None, aspects: tuple[Aspect, ...], through: tuple[str, ...]) -> Change:
    line = after or before
    assert line is not None
    return Change(
        line=line.kind,
        name=line.name,
        text=line.text,
        section=line.section,
        what="appeared" if before is None else "disappeared" if after is None else "changed" if aspects else "proof",
        before=before.said if before else "",
        after=after.said if after else "",
        aspects=aspects,
        through=through,
    )


class _Comparing:
    def __init__(self, before: Grounds, after: Grounds) -> None:
        self.before = before
        self.after = after
        old_items, new_items = ItemNames(before), ItemNames(after)
        self.old_lines, self.new_lines = Lines(before, old_items), Lines(after, new_items)
        self.old_proofs, self.new_proofs = Proofs(before, old_items), Proofs(after, new_items)
        self.proofs = proof_changes(self.old_proofs, self.new_proofs, differences)

    def comparison(self) -> Comparison:
        old, new = list(self.old_lines.shown()), list(self.new_lines.shown())
        about = {root for line in (*old, *new) for root in line.roots}
        rest = [name for name in self.names() if name not in about]
        old += self.old_lines.conclusions(iter(rest))
        new += self.new_lines.conclusions(iter(rest))
        return Comparison(
            before=side(self.before.advice),
            after=side(self.after.advice),
            changes=tuple(self.changes(keyed(old), keyed(new))),
            proofs=tuple(self.proofs.values()),
        )

    def names(self) -> Iterable[str]:
        """Every conclusion of either advice."""
        return dict.fromkeys(
            (
                *self.after.advice.values,
                *self.before.advice.values,
                *self.after.drawn_by,
                *self.before.drawn_by,
            )
        )

    def changes(
        self, old: Mapping[tuple[object, ...], Line], new: Mapping[tuple[object, ...], Line]
    ) -> Iterator[Change]:
        """The lines that differ: in the order of the advice after, a line that is gone where it stood before."""
        for identity in merged(list(old), list(new)):
            before, after = old.get(identity), new.get(identity)
            if before is None or after is None:
                line = before or after
                assert line is not None
                yield _change(before, after, (), self.through(line.roots))
                continue
            through = self.through((*after.roots, *before.roots))
            aspects = differences(before.fields, after.fields)
            if aspects or through:
                yield _change(before, after, aspects, through)

    def through(self, roots: Iterable[str]) -> tuple[str, ...]:
        """The conclusions in the chains of these whose firings differ."""
        if not self.proofs:
            return ()
        return tuple(name for name in below(roots, self.old_proofs, self.new_proofs) if name in self.proofs)


def keyed(lines: Iterable[Line]) -> dict[tuple[object, ...], Line]:
    """Lines by their identity; a second of the same identity keeps a place of its own."""
    found: dict[tuple[object, ...], Line] = {}
    times: Counter[tuple[str, str]] = Counter()
    for line in lines:
        found[(*line.identity, times[line.identity])] = line
        times[line.identity] += 1
    return found


def merged(old: list[Name], new: list[Name]) -> list[Name]:
    """The names of both in the order of the new, those that are gone after the one that they stood behind."""
    there = set(new)
    following: dict[Name | None, list[Name]] = {}
    last: Name | None = None
    for name in old:
        if name in there:
            last = name
        else:
            following.setdefault(last, []).append(name)
    found = list(following.get(None, ()))
    for name in new:
        found += [name, *following.get(name, ())]
    return found


def side(advice: Advice) -> Side:
    """What tells one advice from the other."""
    return Side(
        id=advice.id,
        as_of=advice.as_of,
        knowledge=advice.knowledge.name,
        version=advice.knowledge.version,
        digest=advice.knowledge.digest,
        admitted=advice.admitted,
    )


# Aspects -------------------------------------------------------------------------------------------------------------


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[Aspect, ...]:
    """The fields in which two lines differ, in order."""
    return tuple(
        aspect
        for name in merged(list(before), list(after))
        for aspect in differing(ASPECTS.get(name, name), "", before.get(name), after.get(name))
    )


def differing(name: str, of: str, before: object, after: object) -> Iterator[Aspect]:
    """How one field differs: by its own fields or entries where it has any."""
    if before == after and type(before) is type(after):
        return
    if _is_composed(before) and _is_composed(after):
        yield from _each_field(name, of, _fields(before), _fields(after))
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in merged(list(before), list(after)):
            inner = (f"{name}.{key}", of) if of else (name, str(key))
            yield from differing(*inner, before.get(key), after.get(key))
    elif _holds_parts(before) or _holds_parts(after):
        yield from _paired(name, of, _entries(before), _entries(after))
    elif isinstance(before, tuple) and isinstance(after, tuple):
        gone, new = _apart(before, after)
        yield Aspect(name=name, of=of, before=values(gone), after=values(new))
    else:
        yield Aspect(name=name, of=of, before=values(before), after=values(after))


def _each_field(name: str, of: str, before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[Aspect]:
    for field in merged(list(before), list(after)):
        yield from differing(f"{name}.{field}", of, before.get(field), after.get(field))


def _paired(name: str, of: str, before: tuple[object, ...], after: tuple[object, ...]) -> Iterator[Aspect]:
    """Entries with fields of their own: those on one side alone, and how those on both differ."""
    gone, new = _apart(before, after)
    if sorted(map(str, gone)) == sorted(map(str, new)):  # the same entries in another order
        yield Aspect(name=name, of=of, before=values(gone), after=values(new))
        return
    old_by, new_by = _by_identity(gone), _by_identity(new)
    for key in merged(list(old_by), list(new_by)):
        inner = (f"{name}.{key[0]}", of) if of else (name, str(key[0]))
        yield from differing(*inner, old_by.get(key), new_by.get(key))


def _by_identity(entries: tuple[object, ...]) -> dict[tuple[str, int], object]:
    found: dict[tuple[str, int], object] = {}
    times: Counter[str] = Counter()
    for place, entry in enumerate(entries, 1):
        fields = _fields(entry)
        key = next((str(fields[name]) for name in IDENTITIES if name in fields), str(place))
        found[key, times[key]] = entry
        times[key] += 1
    return found


def _apart(before: tuple[object, ...], after: tuple[object, ...]) -> tuple[tuple[object, ...], tuple[object, ...]]:
    """The entries that are not on both sides; all of them where only their order differs."""
    left, right = list(before), list(after)
    for entry in before:
        if entry in right:
            right.remove(entry)
            left.remove(entry)
    return (tuple(left), tuple(right)) if left or right else (before, after)


def values(found: object) -> tuple[Value, ...]:
    """A field as the values that stand in an aspect; none where it is empty."""
    if found is None or found in ("", (), {}):
        return ()
    if isinstance(found, Number | Span | str):
        return (found,)
    if isinstance(found, bool):
        return ("yes" if found else "no",)
    if isinstance(found, Mapping):
        return tuple(f"{key}: {', '.join(map(str, values(value)))}" for key, value in found.items())
    if isinstance(found, tuple | list):
        return tuple(value for entry in found for value in _entry_values(entry))
    if isinstance(found, Part):
        return (_said(found),)
    return (str(found),)


def _entry_values(entry: object) -> tuple[Value, ...]:
    return (", ".join(map(str, entry)),) if isinstance(entry, tuple) else values(entry)


def _said(part: Part) -> str:
    """A part in its own words, else as it is written."""
    return str(getattr(part, "text", "")) or part.model_dump_json()


def _is_composed(found: object) -> bool:
    return isinstance(found, Part) and not isinstance(found, Number | Span)


def _fields(part: object) -> dict[str, object]:
    assert isinstance(part, Part)
    return {name: getattr(part, name) for name in type(part).model_fields}


def _entries(found: object) -> tuple[object, ...]:
    return found if isinstance(found, tuple) else ()


def _holds_parts(found: object) -> bool:
    return isinstance(found, tuple) and any(_is_composed(entry) for entry in found)
