"""What an editor shows of a thing: its words, where they come from, and what else was written of it, in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rulewright.authoring.editor.names import Mention, Names, Stand, mentions
from rulewright.authoring.editor.outline import Leaf, Outline, Row, Table
from rulewright.authoring.schemas.forms import FACT, SOURCE, TERM

TITLES = ("title", "label", "sentence", "quote", "states")
"""The fields that say what a thing is, the best first."""


def title(stand: Stand) -> str:
    """One line that says what a thing is."""
    body = stand.body
    if isinstance(body, Leaf):
        return body.text
    return next((body.text(name) for name in TITLES if body.text(name)), "") if isinstance(body, Table) else ""


def told(stand: Stand, names: Names) -> str:
    """All that is shown of a thing."""
    what = stand.named.what.removeprefix(TERM)
    head = f"**{stand.named.name}** · {what}"
    body = stand.body
    if isinstance(body, Leaf):
        return f"{head}\n\n{body.text}"
    if not isinstance(body, Table):
        return head
    tell = TELLERS.get(stand.named.what, _other)
    return "\n\n".join([head, *(part for part in tell(body, stand, names) if part)])


def _quoted(body: Table, stand: Stand, names: Names) -> Iterator[str]:
    """A fact: its words, where they stand, and whom the document names for them."""
    yield f"> {body.text('quote') or body.text('states')}"
    document = stand.place.holders[0]
    read_in = document.text("read-in") if isinstance(document, Table) else ""
    place = f"{body.text('locator')} of " if body.text("locator") else ""
    yield f"{place}{_source(read_in, names)}" if read_in else ""
    cites, word = _cites(body.get("cites"))
    if cites:
        yield f"which attributes it to {f' {word} '.join(_source(id_, names) for id_ in cites)}"
    elif body.get("cites") is not None:
        yield "which attributes it to nobody"
    if body.texts("about"):
        yield f"about {', '.join(body.texts('about'))}"
    yield from _fields(body, "modality", "certainty", "note", "not-used-by-rules")


def _cites(node: Outline | None) -> tuple[tuple[str, ...], str]:
    if isinstance(node, Table):
        every = node.texts("all-of")
        return (every, "and") if every else (node.texts("any-of"), "or")
    items = node.items if isinstance(node, Row) else ()
    return tuple(item.text for item in items if isinstance(item, Leaf)), "or"


def _source(id_: str, names: Names) -> str:
    """A source by its id and what is known of it, its identity said honestly."""
    stands = names.declared.get((SOURCE, id_))
    body = stands[0].body if stands else None
    if not isinstance(body, Table):
        return id_
    identity = body.text("identity")
    if identity == "unresolved":
        known = body.text("known")
        return f"{id_} ({body.text('kind')}; identity unresolved{': ' + known if known else ''})"
    shown = body.text("cite") or body.text("title")
    return f"{id_} {shown} ({body.text('kind')}{'' if identity == 'verified' else f'; identity {identity}'})"


def _document(body: Table, stand: Stand, names: Names) -> Iterator[str]:
    """A source: what it is, and how it stands."""
    yield body.text("title")
    yield _source(stand.named.name, names)
    standing = body.get("standing")
    if isinstance(standing, Table):
        yield ": ".join(part for part in (standing.text("is"), standing.text("note")) if part)
    yield from _fields(body, "printed-as", "evidence-level", "review-by", "note")


def _other(body: Table, stand: Stand, names: Names) -> Iterator[str]:
    """Anything else: its title, then what is written of it."""
    first = title(stand)
    yield first
    for entry in body.entries:
        name = entry.key.text
        if name in ("id", "name", *TITLES) and first:
            continue
        if isinstance(entry.value, Leaf):
            yield f"{name}: {entry.value.text}"
        elif isinstance(entry.value, Row):
            items = [item.text for item in entry.value.items if isinstance(item, Leaf)]
            if items and len(items) == len(entry.value.items):
                yield f"{name}: {', '.join(_with_words(item, names) for item in items)}"


def _with_words(text: str, names: Names) -> str:
    """An id with the words of the fact, where it is that of one."""
    stands = names.declared.get((FACT, text))
    words = title(stands[0]) if stands else ""
    return f"{text} (“{words}”)" if words else text


def _fields(body: Table, *names: str) -> Iterator[str]:
    for name in names:
        if body.text(name):
            yield f"{name}: {body.text(name)}"


Teller = Callable[[Table, Stand, Names], Iterator[str]]
TELLERS: dict[str, Teller] = {FACT: _quoted, SOURCE: _document}


# Variables -----------------------------------------------------------------------------------------------------------


def told_variable(mention: Mention, rule: Table, lines: list[str]) -> str:
    """What binds a variable: the condition that mentions it first."""
    first = next((found for found in mentions(rule) if found.name == mention.name), mention)
    number = sum(found.name == mention.name for found in mentions(rule))
    where = lines[first.start[0]].strip() if first.start[0] < len(lines) else ""
    head = f"**${mention.name}** · variable of `{rule.text('id')}`"
    return f"{head}\n\nfirst in `{where}`\n\n{number} mention{'' if number == 1 else 's'} in the rule"
