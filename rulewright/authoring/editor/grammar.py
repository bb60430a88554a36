"""What may stand at a place of a document, read off the schema of its kind of file.

The schemas say what each text is (``x-names``, ``x-declares``), so that an editor and a validator share one description
of the language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.model.vocabulary import Vocabulary
from rulewright.authoring.editor.outline import Leaf, Outline, Row, Table
from rulewright.authoring.schemas import schema
from rulewright.authoring.schemas.forms import DATUM, FORMULA, Schema

_COMPARED = re.compile(r"^(<=|>=|==|!=|<|>)\s*")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*(\.[A-Za-z][A-Za-z0-9-]*)?")
Forms = tuple[Schema, ...]
"""The schemas that hold for one place, references followed and alternatives spread out."""


@dataclass(frozen=True, slots=True)
class Named:
    """That a text names something, or (``declares``) gives it its name; ``what`` is one of the words of `forms`."""

    what: str
    name: str
    declares: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A text of a document, with what may stand there and what holds it, from the outermost mapping or list inwards.

    ``steps`` are the key or index taken in each of ``holders``.
    """

    leaf: Leaf
    forms: Forms
    holders: tuple[Table | Row, ...]
    steps: tuple[str | int, ...]
    is_key: bool = False

    def roles(self, declares: bool = False) -> Iterator[str]:
        """What texts at this place name, or declare."""
        word = "x-declares" if declares else "x-names"
        for form in self.forms:
            source = form.get("propertyNames", {}) if self.is_key else form
            if word in source:
                yield source[word]

    def named(self) -> Iterator[Named]:
        """What the text names or declares; a variable is left to whoever reads the rule."""
        for declares in (True, False):
            for what in dict.fromkeys(self.roles(declares)):
                if what == FORMULA:
                    yield from (Named(DATUM, match[0]) for match in _NAME.finditer(self.leaf.text))
                else:
                    yield Named(what, self.whole_name(what), declares)

    def whole_name(self, what: str) -> str:
        """The name by which others speak of it: that of a field of the case is its path."""
        keyed = (form.get("propertyNames", {}) for form in self.forms)
        within = next((names["x-within"] for names in keyed if "x-within" in names), "")
        if self.is_key and within == "..":
            within = str(self.steps[-3])
        if self.is_key and within and what == DATUM:
            return f"{within}.{self.leaf.text}"
        return _COMPARED.sub("", self.leaf.text) if what == DATUM else self.leaf.text


class Grammar:
    """The schema of one kind of file.

    What may stand below a place is worked out once for each key: the same tuple of forms then stands for it everywhere.
    """

    def __init__(self, kind: str, vocabulary: Vocabulary) -> None:
        schema_ = schema(kind, vocabulary)
        self.definitions: Mapping[str, Schema] = schema_.get("definitions", {})
        self.root: Forms = self._spread(schema_)
        self._below_key: dict[tuple[int, str | None], tuple[Forms, Forms]] = {}
        self._held: dict[tuple[int, tuple[int, ...]], tuple[Forms, Forms]] = {}

    def places(self, document: Outline | None) -> Iterator[Place]:
        """Every text of a document, keys too, in its order."""
        if document is not None:
            yield from self._places(document, self.root, (), ())

    def _places(
        self, node: Outline, forms: Forms, holders: tuple[Table | Row, ...], steps: tuple[str | int, ...]
    ) -> Iterator[Place]:
        if isinstance(node, Leaf):
            yield Place(node, forms, holders, steps)
        elif isinstance(node, Row):
            for index, item in enumerate(node.items):
                yield from self._places(item, self.below(forms, None, item), (*holders, node), (*steps, index))
        else:
            within = (*holders, node)
            for entry in node.entries:
                name = entry.key.text
                way = (*steps, name)
                yield Place(entry.key, forms, within, way, is_key=True)
                value = entry.value if entry.value is not None else Leaf("", entry.key.end, entry.key.end)
                yield from self._places(value, self.below(forms, name, value), within, way)

    def below(self, forms: Forms, key: str | None, node: Outline) -> Forms:
        """What may stand under a key (None: as an item of a list), where this node does.

        Of what holds under a condition (``if``) only that is kept which holds for the node.
        """
        known = self._below_key.get((id(forms), key))
        if known is None:
            inner = [form.get("items") if key is None else _property(form, key) for form in forms]
            spread = [one for found in inner if isinstance(found, dict) for one in self._spread(found)]
            known = forms, tuple({id(one): one for one in spread}.values())
            self._below_key[id(forms), key] = known  # with the forms themselves, so that their id is not used again
        found = known[1]
        held = tuple(number for number, one in enumerate(found) if "if" in one and _holds(one["if"], node))
        if not held:
            return found
        whole = self._held.get((id(found), held))
        if whole is None:
            whole = found, (*found, *(one for number in held for one in self._spread(found[number]["then"])))
            self._held[id(found), held] = whole
        return whole[1]

    def _spread(self, form: Schema) -> Forms:
        """A schema with all that it refers to, and each of its alternatives."""
        if "$ref" in form:
            return self._spread(self.definitions[str(form["$ref"]).rpartition("/")[2]])
        found = [form]
        for word in ("allOf", "anyOf", "oneOf"):
            for inner in form.get(word, ()):
                if word != "oneOf" or "const" not in inner:
                    found.extend(self._spread(inner))
        return tuple(found)


def words(forms: Forms) -> dict[str, str]:
    """The words that may stand at a place, each with what there is to say of it."""
    found: dict[str, str] = {}
    for form in forms:
        for one in (form, *form.get("oneOf", ())):
            if isinstance(one.get("const"), str):
                found.setdefault(one["const"], one.get("description", ""))
            elif one.get("const") is True or one.get("type") == "boolean":
                found |= {"true": "", "false": ""}
    return found


def keys(forms: Forms) -> dict[str, Schema]:
    """The keys that a mapping may have, each with its schema."""
    return {name: inner for form in forms for name, inner in form.get("properties", {}).items()}


def _property(form: Schema, name: str) -> Schema | None:
    properties = form.get("properties", {})
    if name in properties:
        return _schema(properties[name])
    for pattern, inner in form.get("patternProperties", {}).items():
        if re.search(pattern, name):
            return _schema(inner)
    more = form.get("additionalProperties")
    return more if isinstance(more, dict) else None


def _schema(found: Any) -> Schema | None:
    return found if isinstance(found, dict) else None


def _holds(condition: Schema, node: Outline) -> bool:
    """Whether a condition of ours holds: a field has a value, or is a list."""
    if not isinstance(node, Table):
        return False
    for name, wanted in condition["properties"].items():
        value = node.get(name)
        if "const" in wanted:
            return isinstance(value, Leaf) and value.text == wanted["const"]
        if wanted.get("type") == "array":
            return isinstance(value, Row)
    return False
