"""The canonical form says the same, keeps every comment, and is its own form."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, note, settings
from hypothesis import strategies as st
from oracle.programs import Written, programs

from engine.content import digest, subjects
from engine.errors import Refused
from engine.loading import load
from engine.model.knowledge import KnowledgeBase
from engine.reading import Loader
from rulewright.authoring.form.files import formed, write
from rulewright.authoring.form.form import in_form

ROOT = Path(__file__).parents[4]
CASES = yaml.safe_load(Path(__file__).with_name("form_cases.yaml").read_text(encoding="utf-8"))
KNOWLEDGE = {
    name: ROOT / name
    for name in ("kb", *(f"tests/knowledge/{one.name}" for one in sorted((ROOT / "tests/knowledge").iterdir())))
}
WIDTH = 120


class _Words(Loader):  # type: ignore[misc]
    """Reads every scalar as it is written, with a mark where it had no quotes and is no text."""


def _word(loader: Any, node: Any) -> str:
    typed = not node.style and re.fullmatch(r"true|false|-?(0|[1-9][0-9]*)(\.[0-9]+)?", node.value)
    return f"<{node.value}>" if typed else str(node.value)


for kind in ("null", "bool", "int", "float", "str", "timestamp", "merge", "value", "binary"):
    _Words.add_constructor(f"tag:yaml.org,2002:{kind}", _word)


def said(text: str) -> Any:
    """What a document says, read without the program."""
    return yaml.load(text, Loader=_Words)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_form_of_what_was_written(case: dict[str, str]) -> None:
    assert in_form(case["written"], "x.yaml") == case["form"]
    assert in_form(case["form"], "x.yaml") == case["form"]


@pytest.mark.parametrize("name", KNOWLEDGE)
def test_every_file_is_in_its_form(name: str) -> None:
    changing = [str(file.path) for file in formed([KNOWLEDGE[name]]) if file.changes]
    assert changing == [], "run `rulewright fmt`"


@pytest.mark.parametrize("name", KNOWLEDGE)
def test_a_knowledge_base_torn_out_of_form_is_put_back_and_means_the_same(name: str, tmp_path: Path) -> None:
    """Every file is dumped by PyYAML, with other line breaks, quotes and brackets; order of fields and comments go."""
    root = tmp_path / "kb"
    shutil.copytree(KNOWLEDGE[name], root)
    before = load(root)
    for path in root.rglob("*.yaml"):
        body = yaml.load(path.read_text(encoding="utf-8"), Loader=_Kept)
        path.write_text(yaml.dump(body, Dumper=_Torn, width=60, sort_keys=False, allow_unicode=True), encoding="utf-8")
    torn = load(root)
    assert torn.digest != before.digest
    assert write(formed([root]))
    after = load(root)
    assert meaning(after) == meaning(torn) == meaning(before)
    assert [digest(after, part) for part in subjects(after)] == [digest(before, part) for part in subjects(before)]
    assert not any(file.changes for file in formed([root]))
    without_comments = [strip_comments(path) for path in sorted(KNOWLEDGE[name].rglob("*.yaml"))]
    assert [path.read_text(encoding="utf-8") for path in sorted(root.rglob("*.yaml"))] == without_comments


def meaning(knowledge: KnowledgeBase) -> KnowledgeBase:
    """A knowledge base without where it stands and how it was written down."""
    prohibitions = {
        name: {part: value for part, value in entry.items() if part != "location"}
        for name, entry in knowledge.vocabulary.prohibitions.items()
    }
    return replace(knowledge, digest="", root="", vocabulary=replace(knowledge.vocabulary, prohibitions=prohibitions))


def strip_comments(path: Path) -> str:
    """The form of a file without its comments and blank lines."""
    return in_form(
        "".join(
            line
            for line in re.sub(r"  # .*", "", path.read_text(encoding="utf-8")).splitlines(keepends=True)
            if line.strip() and not line.lstrip().startswith("#")
        ),
        str(path),
    )


class _Kept(Loader):  # type: ignore[misc]
    """Reads scalars so that `_Torn` can write them as they were."""


class _Torn(yaml.SafeDumper):
    """Writes blocks, quotes of another kind, and plain numbers as they were."""

    def ignore_aliases(self, data: object) -> bool:
        return True


class _Number(str):
    """What stood without quotes."""


for kind in ("null", "bool", "int", "float", "str", "timestamp", "merge", "value"):
    _Kept.add_constructor(
        f"tag:yaml.org,2002:{kind}",
        lambda _, node: _Number(node.value) if _word(None, node) != node.value else node.value,
    )


def _unquoted(dumper: Any, value: _Number) -> yaml.ScalarNode:
    return yaml.ScalarNode(dumper.resolve(yaml.ScalarNode, str(value), (True, False)), str(value))


_Torn.add_representer(_Number, _unquoted)
_Torn.add_representer(str, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:str", value, style="'"))


@settings(max_examples=30, deadline=None)
@given(programs())
def test_random_knowledge_bases_mean_the_same(written: Written) -> None:
    parts = {name: in_form(getattr(written, name), name) for name in ("facts", "readings", "rules")}
    for name, text in parts.items():
        assert in_form(text, name) == text
    try:
        before = written.load()
    except Refused:
        return
    assert meaning(replace(written, **parts).load()) == meaning(before)


def test_a_text_whose_form_would_not_be_read_is_left(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(f"? {'k' * 1100}\n: v\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        formed([path])
    assert [problem.code for problem in refused.value.problems] == ["no-form"]


# Random documents, written with a free hand ---------------------------------------------------------------------------

WORDS = st.text(st.sampled_from("ab1-.:#,[]{}?'\" \n\té\u2028>|&*!%@`~"), max_size=12) | st.sampled_from(
    ["yes", "012", "1e3", "null", "12", "-1.5", "true", "2026-01-01", "a b", "- a", "x " * 70, "y" * 130, "> 3 kg"]
)
KEYS = st.sampled_from(["id", "quote", "facts", "rules", "when", "else", "a", "b (c, d)", "no", "e[0].f"]) | WORDS
VALUES = st.recursive(
    WORDS.map(lambda text: ("text", text)) | st.sampled_from([("plain", "true"), ("plain", "-1.50")]),
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda items: ("list", items))
        | st.dictionaries(KEYS, inner, max_size=4).map(lambda entries: ("map", entries))
    ),
    max_leaves=12,
)


class Hand:
    """Writes a value as YAML, each part in a style that is drawn, with comments where a comment can stand."""

    def __init__(self, draw: Any, comments: bool) -> None:
        self.draw = draw
        self.comments = comments
        self.count = 0

    def chance(self, odds: int) -> bool:
        return bool(self.draw(st.integers(0, odds)) == 0)

    def comment(self) -> str:
        if not self.comments or not self.chance(2):
            return ""
        self.count += 1
        return f"# comment {self.count} '\" [ {{"

    def lines(self, indent: int) -> str:
        """Perhaps a comment or a blank line before an entry."""
        if self.comments and self.chance(4):
            return "\n"
        own = self.comment()
        return f"{' ' * indent}{own}\n" if own else ""

    def beside(self) -> str:
        own = self.comment()
        return f" {own}" if own else ""

    def scalar(self, value: Any) -> str:
        return value[1] if value[0] == "plain" else json.dumps(value[1]).replace("\x7f", "\\u007f")

    def flow(self, value: Any, indent: int) -> str:
        """In brackets, perhaps on several lines with comments between."""
        if value[0] in ("text", "plain"):
            return self.scalar(value)
        parts = (
            [self.flow(item, indent + 1) for item in value[1]]
            if value[0] == "list"
            else [f"{json.dumps(key)}: {self.flow(item, indent + 1)}" for key, item in value[1].items()]
        )
        opening, closing = "[]" if value[0] == "list" else "{}"
        text = opening
        for part in parts:
            if self.chance(2):
                text += f"{self.beside()}\n{self.lines(indent + 1)}{' ' * (indent + 1)}"
            text += f"{part}, "
        if self.chance(2):
            text += f"{self.beside()}\n{self.lines(indent + 1)}{' ' * (indent + 1)}"
        return text + closing

    def block(self, value: Any, indent: int) -> str:
        """What follows a key or a dash, with the end of its line."""
        if value[0] in ("text", "plain") or not value[1] or self.chance(3):
            return f" {self.flow(value, indent)}{self.beside()}\n"
        text = f"{self.beside()}\n"
        for entry in value[1].items() if value[0] == "map" else [(None, item) for item in value[1]]:
            lead = "-" if entry[0] is None else f"{json.dumps(entry[0])}:"
            text += f"{self.lines(indent)}{' ' * indent}{lead}{self.block(entry[1], indent + 2)}"
        return text + self.lines(indent)

    def document(self, value: Any) -> str:
        if value[0] in ("text", "plain") or not value[1] or self.chance(5):
            return f"{self.lines(0)}{self.flow(value, 1)}{self.beside()}\n{self.lines(0)}"
        return self.lines(0) + self.block(value, 0).lstrip(" ")


@settings(max_examples=300, deadline=None)
@given(VALUES, st.data())
def test_random_documents_say_the_same_and_keep_every_comment(value: Any, data: st.DataObject) -> None:
    text = Hand(data.draw, comments=True).document(value)
    note(text)
    form = in_form(text, "x.yaml")
    note(form)
    assert said(form) == said(text)
    marks = re.compile(r"# comment \d+ '\" \[ \{")
    assert Counter(marks.findall(form)) == Counter(marks.findall(text))
    assert in_form(form, "x.yaml") == form
    assert all(line == line.rstrip() for line in form.split("\n"))


@settings(max_examples=150, deadline=None)
@given(VALUES, st.data())
def test_the_form_does_not_depend_on_the_hand(value: Any, data: st.DataObject) -> None:
    one, other = (Hand(data.draw, comments=False).document(value) for _ in range(2))
    assert in_form(one, "x.yaml") == in_form(other, "x.yaml")


def test_lines_are_no_longer_than_the_width_where_they_can_be_broken() -> None:
    for root in KNOWLEDGE.values():
        for file in formed([root]):
            for number, line in enumerate(file.text.split("\n"), 1):
                assert len(line) <= WIDTH or "# " in line or "quote: " in line, f"{file.path}:{number}"
