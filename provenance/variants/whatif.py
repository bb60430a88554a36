"""What if: the case with some data changed, and how its advice differs.

The changed case is read as a file is and answered by the same engines from the same documents. Times that the case gave
as offsets stay the instants that they meant, so that a later as-of time lets time pass.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.errors import Findings
from engine.loading.case import moment_text
from engine.model.vocabulary import Vocabulary
from engine.paths import found_at, items_of, steps
from engine.reading import Mapping, Node, Scalar, Sequence
from provenance.comparison.compare import compare_grounds
from provenance.grounds import Grounds
from provenance.inquiry import Inquiry
from provenance.model.whatif import Changed, WhatIf
from provenance.render.naming import Names
from provenance.variants.changes import CaseChange, apply, changed_case, document


def what_if(
    inquiry: Inquiry, changes: Iterable[CaseChange], as_of: str = "", findings: Findings | None = None
) -> WhatIf:
    """How the advice differs where the case is changed, and where it stands at ``as_of`` (empty: where it does).

    Raises `Refused` with every problem, those found while the changes were read (``findings``) among them: a path that
    is none, a value that the case cannot hold, a change that changes nothing.
    """
    made = tuple(changes)
    findings = findings if findings is not None else Findings()
    case = changed_case(inquiry.case, made, inquiry.knowledge.vocabulary, findings, as_of)
    findings.refuse_if_any()
    assert case is not None
    advice = inquiry.advisor.advise(case, inquiry.sources)
    after = Grounds(advice, inquiry.knowledge, inquiry.advisor.program(case, inquiry.sources), case)
    return WhatIf(
        changes=tuple(_told(inquiry, change, made) for change in made),
        as_of=moment_text(case.as_of) if as_of else "",
        case=dict(case.canonical),
        comparison=compare_grounds(inquiry.grounds, after),
    )


def _told(inquiry: Inquiry, change: CaseChange, changes: tuple[CaseChange, ...]) -> Changed:
    before = document(inquiry.case)
    after = apply(before, [change])
    path = change.path
    vocabulary = inquiry.knowledge.vocabulary
    old = written(found_at(before, path), path, vocabulary)
    if steps(path)[1:] == ["complete"]:
        there = found_at(before, str(steps(path)[0]))
        old = "" if there is None else "yes" if _is_complete(there) else "no"
    new = "" if change.kind == "remove" else written(found_at(after, path), path, vocabulary)
    if change.kind == "add":
        old, new = "", _line(change.value) if change.value is not None else ""
    return Changed(
        kind=change.kind,
        path=path,
        label=label(path, Names(inquiry.advice, inquiry.knowledge)),
        before=old,
        after=new,
        note=_note(change, changes, before),
    )


def label(path: str, names: Names) -> str:
    """What is changed, for people: a datum, an item, a list, or whether a list is complete."""
    way = steps(path)
    section = names.vocabulary.sections.get(str(way[0]))
    if section is None or not section.is_list or isinstance(way[-1], int) or len(way) == 3:
        return names.datum(path)
    title = section.label or section.name.replace("-", " ")
    return f"{title}, complete" if len(way) == 2 else title


def _note(change: CaseChange, changes: tuple[CaseChange, ...], root: Mapping) -> str:
    """What a change of a list leaves unknown."""
    way = steps(change.path)
    name = str(way[0])
    if any(other.path == f"{name}.complete" for other in changes):
        return ""
    if change.kind == "remove" and len(way) == 2 and isinstance(way[1], int):
        return f"whether it was there is then not known; with {name}.complete set to true, it was not"
    if change.kind == "add" and len(way) == 1 and found_at(root, name) is None:
        return f"whether there are others is not known; with {name}.complete set to true, there are none"
    return ""


def written(node: Node | None, path: str, vocabulary: Vocabulary) -> str:
    """What stands at a path, on one line; empty where nothing does."""
    way = steps(path)
    if way[1:] == ["complete"]:
        return "yes" if isinstance(node, Scalar) and node.value is True else "no"
    section = vocabulary.sections.get(path)
    if section is not None and section.is_list and node is not None:
        items = "; ".join(_line(item) for item in items_of(node)) or "none"
        return items if _is_complete(node) else f"{items}, and maybe others"
    return "" if node is None else _line(node)


def _is_complete(node: Node) -> bool:
    if isinstance(node, Mapping):
        flag = node.entries.get("complete")
        return not (isinstance(flag, Scalar) and flag.value is False)
    return isinstance(node, Sequence) and len(items_of(node)) == len(node.items)


def _line(node: Node) -> str:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return ", ".join(_line(item) for item in node.items) or "none"
    if set(node.entries) == {"value", "at"}:
        return f"{_line(node.entries['value'])} (at {_line(node.entries['at'])})"
    return ", ".join(f"{name} {_line(value)}" for name, value in node.entries.items())
