"""What was edited between two versions: parts added, removed, changed in meaning, or only re-worded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.errors import Location
from rulewright.authoring.diff.model import Edit, FieldChange
from rulewright.authoring.diff.parts import KINDS, Written
from rulewright.authoring.diff.writing import field_changes

Parts = Mapping[tuple[str, str], Written]


def edits(before: Parts, after: Parts) -> tuple[Edit, ...]:
    """Every part that is not the same, by kind, in the order of the version after; what is gone comes last."""
    found = []
    for key in dict.fromkeys((*after, *before)):
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            part = new or old
            assert part is not None
            found.append(_edit(part, old, new, "added" if old is None else "removed", ()))
        elif old.means != new.means:
            found.append(_edit(new, old, new, "changed", tuple(_fields(old, new))))
        elif old.words != new.words:
            found.append(_edit(new, old, new, "re-worded", tuple(_fields(old, new))))
    return tuple(sorted(found, key=lambda edit: KINDS.index(edit.kind)))


def _edit(part: Written, old: Written | None, new: Written | None, what: str, fields: tuple[FieldChange, ...]) -> Edit:
    if what != "changed" and not fields and part.kind != "scenario":  # a scenario is read where it stands
        fields = (FieldChange(path="", before=_whole(old), after=_whole(new)),)
    return Edit(
        kind=part.kind,
        id=part.id,
        what=what,  # type: ignore[arg-type]
        title=part.title,
        place_before=_place(old),
        place_after=_place(new),
        fields=fields,
    )


def _whole(part: Written | None) -> str:
    return part.text if part is not None else ""


def _place(part: Written | None) -> str:
    return str(part.place) if part is not None and part.place != Location() else ""


def _fields(old: Written, new: Written) -> Iterator[FieldChange]:
    names = ("case", "expect") if old.kind == "scenario" else ("",)
    for name, one, other in zip(names, old.nodes, new.nodes, strict=False):
        yield from field_changes(one, other, name)
    if old.kind == "scale":
        yield FieldChange(path="order", before=old.means, after=new.means)
