"""Changes of a case as a request writes them: what is set anew, what is left out, what is added to a list."""

from __future__ import annotations

from typing import Any

from engine.errors import Findings
from engine.fields import Fields, mapping_of, text_of
from engine.paths import PATH
from engine.reading import Mapping
from provenance.variants.changes import CaseChange, Kind

KINDS: tuple[Kind, ...] = ("set", "remove", "add")
SCHEMA: dict[str, Any] = {
    "type": "array",
    "minItems": 1,
    "description": "what is changed, by paths such as `plot.area`, `treatments[0].result` or `treatments`",
    "items": {
        "anyOf": [
            {
                "type": "object",
                "properties": {kind: {"type": "string", "minLength": 1}, "value": True},
                "required": [kind, "value"],
                "additionalProperties": False,
            }
            for kind in ("set", "add")
        ]
        + [
            {
                "type": "object",
                "properties": {"remove": {"type": "string", "minLength": 1}},
                "required": ["remove"],
                "additionalProperties": False,
            }
        ],
    },
}


def read_case_changes(fields: Fields, name: str, findings: Findings) -> tuple[CaseChange, ...]:
    """The changes in a field of a request; what is wrong with them is recorded at its place."""
    found: list[CaseChange] = []
    for node in fields.sequence(name, required=True, filled=True):
        body = mapping_of(node, f"an item of `{name}`", findings)
        change = _change(body, name, findings) if body is not None else None
        if change is not None:
            found.append(change)
    return tuple(found)


def _change(body: Mapping, name: str, findings: Findings) -> CaseChange | None:
    inner = Fields(body, f"a change of `{name}`", findings)
    named: list[Kind] = [kind for kind in KINDS if inner.has(kind)]
    if len(named) != 1:
        said = f"names {' and '.join(named)}" if named else "says neither what is changed nor how"
        findings.add("change", body.location, f"a change {said}", "one of `set`, `remove` and `add`")
        return None
    kind = named[0]
    needs_value = kind in ("set", "add")
    value = inner.node_of("value", required=True) if needs_value else None
    inner.done()
    path_node = inner.node_of(kind)
    path = text_of(path_node, f"`{kind}`", findings) if path_node is not None else None
    place = inner.place(kind)
    if path is None or (value is None and needs_value):
        return None
    if not PATH.match(path):
        findings.add("change", place, f"`{path[:80]}` is no path of a datum", "a path, as in `plot.area`")
        return None
    return CaseChange(kind, path, value, "", place)
