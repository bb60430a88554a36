"""The smallest case: data are taken away as long as the same difference is still shown.

What is taken away may be a section, an item (the list is then no longer complete), a datum, the time of a value or the
values before it. First much at once, then little; at the end nothing can be taken away alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.document import Mapping, Node, Sequence
from engine.errors import NOWHERE
from engine.paths import ABOUT_A_CASE, changed, data_paths, found_at, items_of, steps, without

Shows = Callable[[Mapping], bool]


def data_of(document: Mapping) -> list[str]:
    """The paths of the data of a case: of records, of items, and of lists that hold none."""
    found = []
    for path in data_paths(document):
        node, way = found_at(document, path), steps(path)
        is_record = len(way) == 1 and isinstance(node, Mapping) and "items" not in node.entries
        is_item = len(way) == 2 and isinstance(way[1], int)
        if not is_record and not is_item and not (len(way) == 1 and items_of(node)):
            found.append(path)
    return found


def size(document: Mapping) -> int:
    """How many data a case holds; times and earlier values count too."""
    return sum(_weight(found_at(document, path)) for path in data_of(document))


def _weight(node: Node | None) -> int:
    if isinstance(node, Mapping) and {"value", "at"} <= node.entries.keys():
        return 2
    if isinstance(node, Sequence):
        return sum(map(_weight, node.items)) or 1
    return 1


def smallest(document: Mapping, shows: Shows) -> Mapping:
    """The case with nothing left that can be taken away without losing the difference."""
    for name in [name for name in document.entries if name in ABOUT_A_CASE and name != "as-of"]:
        document = without(document, name) or document
    document = _halved(document, shows)
    taken = True
    while taken:
        taken = False
        for path in sorted(data_paths(document), key=lambda path: (len(steps(path)), path)):
            smaller = without(document, path)
            if smaller is not None and shows(_tidied(smaller)):
                document, taken = _tidied(smaller), True
                break
        else:
            for simpler in _simpler(document):
                if shows(simpler):
                    document, taken = simpler, True
                    break
    return document


def _halved(document: Mapping, shows: Shows) -> Mapping:
    """Without as many of the data of records as can go by halves, quarters, eighths."""
    parts = 2
    while True:
        paths = [path for path in data_of(document) if "[" not in path and "." in path]
        if len(paths) < parts:
            return document
        length = -(-len(paths) // parts)
        for at in range(0, len(paths), length):
            smaller = document
            for path in paths[at : at + length]:
                smaller = without(smaller, path) or smaller
            if shows(_tidied(smaller)):
                document = _tidied(smaller)
                break
        else:
            parts *= 2


def _tidied(document: Mapping) -> Mapping:
    """Without records that hold nothing any more."""
    for name, node in list(document.entries.items()):
        if isinstance(node, Mapping) and not node.entries:
            document = without(document, name) or document
    return document


def _simpler(document: Mapping) -> Iterator[Mapping]:
    """The case with the latest of several values alone, with a value without its time, with one word of a set less."""
    for path in data_of(document):
        node = found_at(document, path)
        if isinstance(node, Mapping) and {"value", "at"} <= node.entries.keys():
            yield changed(document, path, node.entries["value"], NOWHERE)
        elif isinstance(node, Sequence) and node.items and "." in path:
            for place in range(len(node.items)):
                fewer = node.items[:place] + node.items[place + 1 :]
                is_value = len(fewer) == 1 and isinstance(fewer[0], Mapping)
                yield changed(document, path, fewer[0] if is_value else Sequence(fewer, NOWHERE), NOWHERE)
