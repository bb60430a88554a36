"""Adds an entry to a list of a file, or a file to a knowledge base: nothing is overwritten, all of it is read first.

Text is inserted where the list ends, so that every other line of a file stays as its author wrote it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping as StrMapping
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import TypeAlias

from engine.document import Mapping, Node
from engine.document import Sequence as Items
from engine.errors import Findings, Location, Problem, Refused
from engine.loading.files import shown
from engine.reading import read_text
from rulewright.authoring.form.comments import last_line, read_document
from rulewright.authoring.form.form import same
from rulewright.authoring.form.order import ANY, shape_of
from rulewright.authoring.form.page import STEP, entry_lines, laid_out
from rulewright.authoring.form.tree import Collection, Document, Entry, Text, Value
from rulewright.authoring.new.values import file_of
from rulewright.authoring.schemas import FOLDER as SCHEMAS
from rulewright.authoring.schemas import modeline
from rulewright.authoring.writing import locked, write_whole

_EMPTY = r"^{key}:[ \t]*\[[ \t]*\](?P<more>[ \t]*(?:#.*)?)$"
"""A list that holds nothing, on a line of its own."""

BROKEN = "the file would not be read as it was, with the entry added"

Said: TypeAlias = StrMapping[tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class Addition:
    """What a file holds now (None: there is none), what it will hold, and the lines from ``line`` that are new.

    ``start`` is the text that the lines were added to, None where there was none: what the file holds now, with an
    empty list where it has the key of one and nothing below it. ``said`` are the options of the command line that the
    author said its parts with, by the path of each in the last entry of the list ``key``, or in the file where that is
    empty.
    """

    path: Path
    before: bytes | None
    after: str
    line: int
    lines: tuple[str, ...]
    start: str | None = None
    key: str = ""
    said: Said = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """What the file will hold, its lines ended as they are now."""
        after = self.after.encode()
        return after.replace(b"\n", b"\r\n") if self.before is not None and _ends_in_crlf(self.before) else after


def placed(root: Path, path: Path, key: str, entry: Value, said: Said, **head: str) -> Addition:
    """An entry at the end of the list ``key`` of a file, or in a first file that begins with the fields of ``head``.

    Raises `Refused` where the file cannot be read.
    """
    if _stands(path) and _head(path) is None:
        found = added(path, key, Entry(None, entry))
    else:
        name = Path(os.path.relpath(path, root)).as_posix()
        found = new_file(root, name, file_of({**head, key: [entry]}))
    return replace(found, key=key, said=said)


def new_file(root: Path, name: str, document: Document) -> Addition:
    """A file of a knowledge base that there is not yet, by its path in the folder; raises `Refused` where there is one
    that says something.

    It names its schema where the schemas of the knowledge base stand beside it.
    """
    path = root / name
    said = _head(path) if _stands(path) else []
    if said is None:
        raise Refused(taken(path))
    schema = [modeline(PurePath(name))] if (root / SCHEMAS).is_dir() else []
    head = [*(line for line in schema if line not in said), *said]
    text = laid_out(replace(document, head=[*head, *document.head]))
    before = path.read_bytes() if _stands(path) else None
    return Addition(path, before, text, 1, tuple(text.removesuffix("\n").split("\n")))


def taken(path: Path) -> list[Problem]:
    """That there is a file already that says something; nothing where there is none."""
    if not _stands(path) or _head(path) is not None:
        return []
    message = f"there is a file {shown(path)} already"
    return [Problem(Location(shown(path)), "duplicate-id", message, "the name of a file that there is not")]


def _ends_in_crlf(content: bytes) -> bool:
    """Whether every line ends as those of Windows do."""
    return content.count(b"\r\n") == content.count(b"\n") > 0


def _stands(path: Path) -> bool:
    """Whether there is a file, as far as the folders that it is in let one see."""
    try:
        return path.exists()
    except OSError:
        return False


def _head(path: Path) -> list[str] | None:
    """The comments of a file that says nothing yet; None of one that says something, or cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    found = [line.strip() for line in lines if line.strip()]
    return found if all(line.startswith("#") for line in found) else None


def added(path: Path, key: str, entry: Entry) -> Addition:
    """A file with one more entry at the end of its list ``key``; raises `Refused` where the file cannot be read."""
    before, written = read(path)
    text = _with_a_list(written, key)
    findings = Findings()
    node = read_text(text, shown(path), findings)
    findings.refuse_if_any()
    document = read_document(text)
    root = document.root
    if not isinstance(root, Collection) or not isinstance(node, Mapping):
        raise Refused([Problem(Location(shown(path)), "type", "the document is no mapping", "a mapping")])
    shape = shape_of([*(one.key.value for one in root.entries if one.key is not None), key]).under(key).under(ANY)
    owner = next((one for one in root.entries if one.key is not None and one.key.value == key), None)
    listed = owner.value if owner is not None else None
    whole = text if text.endswith("\n") else text + "\n"
    empty = _EMPTY.format(key=re.escape(key))
    if isinstance(listed, Collection) and not listed.is_mapping and not listed.flow and listed.entries:
        spaced = len(listed.entries) > 1 and listed.entries[-1].above[:1] == [""]
        lines = entry_lines(entry, shape, listed.start[1])
        after, line = _inserted(whole, last_line(listed) + 1, [""] if spaced else [], lines)
    elif found := re.search(empty, whole, re.MULTILINE):
        lines = entry_lines(entry, shape, STEP)
        opened = whole[: found.start()] + f"{key}:{found['more']}" + whole[found.end() :]
        after, line = _inserted(opened, whole[: found.start()].count("\n") + 1, [], lines)
    elif owner is None and not root.flow:
        lines = entry_lines(entry, shape, STEP)
        after, line = _inserted(whole, whole.count("\n"), [f"{key}:"], lines)
    else:
        after, line, lines = _laid_out_anew(document, root, key, owner, entry)
    if not _is_added(node, read_text(after, shown(path), Findings()), key):
        raise Refused([Problem(Location(shown(path)), "not-appendable", BROKEN, "`rulewright fmt` of it, first")])
    return Addition(path, before, after, line, tuple(lines), text)


def read(path: Path) -> tuple[bytes, str]:
    """What a file holds, and the text that it is; raises `Refused` where it cannot be read."""
    try:
        before = path.read_bytes()
        text = before.decode("utf-8-sig")
        return before, text.replace("\r\n", "\n") if _ends_in_crlf(before) else text
    except OSError as error:
        message, expected = f"{shown(path)} cannot be read ({error.strerror})", "a file that can be read"
    except UnicodeDecodeError:
        message, expected = f"{shown(path)} is not UTF-8 text", "UTF-8 text"
    raise Refused([Problem(Location(shown(path)), "unreadable", message, expected)])


def _with_a_list(text: str, key: str) -> str:
    """The text with an empty list under the key where it has the key and nothing under it."""
    for found in re.finditer(rf"^{re.escape(key)}:(?=[ \t]*(?:#.*)?\r?$)", text, re.MULTILINE):
        after = [line for line in text[found.end() :].split("\n")[1:] if line.strip() and line.strip()[0] != "#"]
        if not after or after[0][0] not in " \t-":
            return f"{text[: found.end()]} []{text[found.end() :]}"
    return text


def _inserted(text: str, at: int, between: Sequence[str], lines: Sequence[str]) -> tuple[str, int]:
    """A text with lines put in before the line number ``at`` (from 0), and where they stand then (from 1)."""
    kept = text.split("\n")
    return "\n".join([*kept[:at], *between, *lines, *kept[at:]]), at + len(between) + 1


def _laid_out_anew(
    document: Document, root: Collection, key: str, owner: Entry | None, entry: Entry
) -> tuple[str, int, list[str]]:
    """The file in its canonical form with the entry, where its list is in brackets."""
    if owner is None or not isinstance(owner.value, Collection):
        root.entries.append(Entry(Text(key), Collection(False, entries=[entry])))
    else:
        owner.value = replace(owner.value, flow=False, entries=[*owner.value.entries, entry])
    after = laid_out(document)
    shape = shape_of([one.key.value for one in root.entries if one.key is not None]).under(key).under(ANY)
    lines = [line for line in entry_lines(entry, shape, STEP) if line]
    return after, after.split("\n").index(lines[0]) + 1, lines


def _is_added(before: Node, after: Node | None, key: str) -> bool:
    """Whether a document is what it was, with one item more at the end of a list."""
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return False
    old, new = before.entries.get(key, Items((), before.location)), after.entries.get(key)
    if not isinstance(old, Items) or not isinstance(new, Items) or len(new.items) != len(old.items) + 1:
        return False
    kept = {**after.entries, key: Items(new.items[:-1], new.location)}
    whole = {**before.entries, key: old}
    return whole.keys() == kept.keys() and all(same(value, kept[name]) for name, value in whole.items())


def write(root: Path, additions: Sequence[Addition]) -> None:
    """Write what is added to the knowledge base in a folder; raises `Refused` where that cannot be done, with nothing
    written.
    """
    at, done = root, ExitStack()
    try:
        with locked(root), done:
            for addition in additions:
                at = addition.path
                at.parent.mkdir(parents=True, exist_ok=True)
                write_whole(_led_to(addition), addition.before, addition.content)
                done.callback(_take_back, addition)
            done.pop_all()
    except OSError as error:
        message = f"{shown(at)} cannot be written ({error.strerror or error})"
        expected = "a file and a folder that can be written to"
        raise Refused([Problem(Location(shown(at)), "unwritable", message, expected)]) from None


def _take_back(addition: Addition) -> None:
    """Let a file hold what it held before it was added to."""
    if addition.before is None:
        addition.path.unlink()
    else:
        write_whole(_led_to(addition), addition.content, addition.before)


def _led_to(addition: Addition) -> Path:
    """The file that is written: where a link leads, which stays a link, if something stands there."""
    return addition.path if addition.before is None else addition.path.resolve()
