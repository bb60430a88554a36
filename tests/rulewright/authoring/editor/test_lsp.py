"""The language server, driven over its protocol as an editor does."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from oracle.editor import Editor

from engine.document import Mapping, Node, Scalar
from engine.errors import Findings, Location
from engine.loading import load
from engine.reading import read_text

QUESTIONS = yaml.safe_load(Path(__file__).with_name("questions.yaml").read_text(encoding="utf-8"))
FACTS, RULES = "facts/founding-document.yaml", "rules/therapies.yaml"


def name_of(question: dict[str, Any]) -> str:
    return str(question.get("at") or question.get("line"))


def spot(text: str, at: str) -> tuple[int, int]:
    """Line and character, from 0, of what `|` stands before."""
    before, _, behind = at.partition("|")
    start = text.index(before + behind)
    whole = text[: start + len(before)]
    return whole.count("\n"), len(whole) - whole.rfind("\n") - 1


def read(editor: Editor, path: str) -> str:
    return str((editor.root / path).read_text(encoding="utf-8"))


def show(editor: Editor, path: str) -> str:
    """Open a document as it is saved."""
    text = read(editor, path)
    if path in editor.versions:
        editor.change(path, text)
    else:
        editor.open(path)
    return text


def problems(editor: Editor, path: str, text: str) -> list[dict[str, Any]]:
    """What is wrong once a document has this text."""
    show(editor, path)
    editor.change(path, text)
    found = editor.diagnostics(path, editor.versions[path])
    editor.ask("textDocument/hover", editor.at(path, 0, 0))  # what is told of other files came before the answer
    return list(found)


# What is wrong -------------------------------------------------------------------------------------------------------


def test_nothing_is_wrong_with_what_is_saved(editor: Editor) -> None:
    assert problems(editor, FACTS, read(editor, FACTS)) == []


def test_a_misspelt_word_is_marked_as_it_is_typed(editor: Editor) -> None:
    text = read(editor, FACTS)
    typed = text.replace("drug: anakinra, role", "drug: anakinar, role", 1)
    (found,) = problems(editor, FACTS, typed)
    line, start = spot(typed, "drug: |anakinar, role")
    assert found["range"] == {
        "start": {"line": line, "character": start},
        "end": {"line": line, "character": start + len("anakinar")},
    }
    assert (found["code"], found["severity"], found["source"]) == ("unknown-term", 1, "rulewright")
    assert "did you mean `anakinra`?" in found["message"]
    assert read(editor, FACTS) == text
    assert problems(editor, FACTS, text) == []


def test_another_file_is_marked_where_it_spoke_of_what_is_gone(editor: Editor) -> None:
    text = read(editor, FACTS)
    problems(editor, FACTS, text.replace("id: G27", "id: G127"))
    marked = editor.published[editor.uri(RULES)][-1]["diagnostics"]
    assert {found["code"] for found in marked} == {"dangling"}
    assert all("G27" in found["message"] for found in marked)
    problems(editor, FACTS, text)
    assert editor.published[editor.uri(RULES)][-1]["diagnostics"] == []


def test_a_file_that_is_not_saved_yet_is_part_of_the_knowledge_base(editor: Editor) -> None:
    path = "facts/more.yaml"
    editor.open(path, "read-in: S0\nfacts:\n  - {id: X01, quote: words, modality: shuold}\n")
    codes = {found["code"] for found in editor.diagnostics(path, 1)}
    assert codes == {"unknown-term", "unused"}
    rules = show(editor, RULES)
    cited = rules.replace("because: [G27]", "because: [G27, X01]", 1)
    editor.change(RULES, cited)
    places = editor.ask("textDocument/definition", editor.at(RULES, *spot(cited, "because: [G27, |X01]")))
    assert [place["uri"] for place in places] == [editor.uri(path)]
    editor.change(RULES, rules)
    editor.tell("textDocument/didClose", {"textDocument": {"uri": editor.uri(path)}})
    assert problems(editor, FACTS, read(editor, FACTS)) == []
    assert editor.published[editor.uri(path)][-1]["diagnostics"] == []


def test_places_are_counted_as_the_protocol_does(editor: Editor) -> None:
    """In UTF-16: a character beyond the first plane counts twice."""
    typed = read(editor, FACTS) + '  - {id: X02, quote: "🙂🙂", modality: shuold, not-used-by-rules: an example}\n'
    (found,) = problems(editor, FACTS, typed)
    line, start = spot(typed, "modality: |shuold")
    assert found["range"]["start"] == {"line": line, "character": start + 2}
    assert found["range"]["end"] == {"line": line, "character": start + 2 + len("shuold")}
    hover = editor.ask("textDocument/hover", editor.at(FACTS, line, start + 2 - len("modality: ")))
    assert "the strength of the wording" in hover["contents"]["value"]
    typed = typed.replace("🙂🙂", "🙂" * 8).replace("shuold", "should")
    editor.change(FACTS, typed)
    hover = editor.ask("textDocument/hover", editor.at(FACTS, line, start + 2 * 8 - 1))
    assert hover["contents"]["value"].startswith("**should**")
    show(editor, FACTS)


def test_a_file_of_no_knowledge_base_is_left_alone(editor: Editor, tmp_path: Path) -> None:
    uri = (tmp_path / "other.yaml").as_uri()
    document = {"uri": uri, "languageId": "yaml", "version": 1, "text": "a: b"}
    editor.tell("textDocument/didOpen", {"textDocument": document})
    at = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}}
    assert editor.ask("textDocument/hover", at) is None
    assert editor.ask("textDocument/completion", at) == []
    assert uri not in editor.published


# What is there -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", QUESTIONS["definitions"], ids=name_of)
def test_a_name_leads_to_where_it_is_given_and_tells_what_it_is(editor: Editor, question: dict[str, Any]) -> None:
    at = editor.at(question["file"], *spot(show(editor, question["file"]), question["at"]))
    places = editor.ask("textDocument/definition", at)
    file, begun = question["is"]
    found = [
        (Path(place["uri"]).name, _rest(editor, file, place["range"]["start"]))
        for place in places
        if place["uri"] == editor.uri(file)
    ]
    assert any(rest.startswith(begun) for _, rest in found), places
    shown = editor.ask("textDocument/hover", at)["contents"]["value"]
    assert [words for words in question["says"] if words not in shown] == []


def _rest(editor: Editor, path: str, start: dict[str, int]) -> str:
    return read(editor, path).split("\n")[start["line"]][start["character"] :]


@pytest.mark.parametrize("id_", ["G07", "G27", "I04", "R11"])
def test_uses_are_found_in_every_file(editor: Editor, id_: str) -> None:
    """They are the texts that are the id and nothing else, as the loader reads them."""
    at = editor.at("facts/interpretations.yaml" if id_[0] == "I" else FACTS, 0, 0)
    file = Path(at["textDocument"]["uri"]).name
    before, after = f"- id: {id_[0]}", id_[1:]
    at = editor.at(f"facts/{file}", *spot(show(editor, f"facts/{file}"), f"{before}|{after}"))
    places = editor.ask("textDocument/references", {**at, "context": {"includeDeclaration": True}})
    found = {(place["uri"], *place["range"]["start"].values()) for place in places}
    wanted = {
        (path.as_uri(), place.line - 1, place.column - 1)
        for path in sorted(editor.root.rglob("*.yaml"))
        for text, place in texts(read_text(path.read_text(encoding="utf-8"), path.name, Findings()))
        if text == id_
    }
    assert found == wanted
    assert len(wanted) > 3


def texts(node: Node | None) -> Iterator[tuple[str, Location]]:
    if isinstance(node, Scalar):
        yield node.text, node.location
    elif isinstance(node, Mapping):
        yield from node.keys.items()
        for inner in node.entries.values():
            yield from texts(inner)
    elif node is not None:
        for inner in node.items:
            yield from texts(inner)


def test_uses_of_a_word_are_not_those_of_a_word_of_another_kind(editor: Editor) -> None:
    """A role and a situation may have one name."""
    text = show(editor, FACTS)
    for kind, other in (("role", "situation"), ("situation", "role")):
        at = editor.at(FACTS, *spot(text, f"{kind}: |refractory"))
        places = editor.ask("textDocument/references", {**at, "context": {"includeDeclaration": False}})
        lines = [(place["uri"], place["range"]["start"]) for place in places]
        before = [text.split("\n")[at["line"]][: at["character"]] for uri, at in lines if uri == editor.uri(FACTS)]
        assert any(words.endswith(f"{kind}: ") for words in before)
        assert not any(words.endswith(f"{other}: ") for words in before)


def test_uses_of_a_variable_are_those_of_its_rule(editor: Editor) -> None:
    text = show(editor, RULES)
    at = editor.at(RULES, *spot(text, "for: {option: {drug: $d|rug"))
    places = editor.ask("textDocument/references", {**at, "context": {"includeDeclaration": True}})
    rule = text[text.index("  - id: therapy-in-") : text.index("  - id: therapy-by-class")]
    assert len(places) == rule.count("$drug")
    assert all(_rest(editor, RULES, place["range"]["start"]).startswith("$drug") for place in places)


# What may be written -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", QUESTIONS["offers"], ids=name_of)
def test_what_may_be_written_is_offered(editor: Editor, question: dict[str, Any]) -> None:
    path = question["file"]
    lines, number, character = typed(show(editor, path), question["line"])
    editor.change(path, "\n".join(lines))
    offered = editor.ask("textDocument/completion", editor.at(path, number, character))
    labels = [offer["label"] for offer in offered]
    assert len(labels) == len(set(labels))
    assert [name for name in question["has"] if name not in labels] == []
    assert [name for name in question.get("not", ()) if name in labels] == []
    if "only" in question:
        terms = load(editor.root).vocabulary.terms[question["only"].partition(":")[2]]
        assert {*labels} <= {*terms} | {"known", "unknown"} | {label for label in labels if label.startswith("$")}
        assert {*terms} <= {*labels}
    show(editor, path)


def typed(text: str, line: str) -> tuple[list[str], int, int]:
    """The lines of a document with a line that is being typed after the first one indented like it that can precede."""
    lines = text.split("\n")
    indent = len(line) - len(line.lstrip(" "))
    dash = line.lstrip().startswith("- ")
    for number, before in enumerate(lines):
        here = len(before) - len(before.lstrip(" "))
        if here == indent and before.strip() and (before.lstrip().startswith("- ") == dash) and number > 4:
            written = line.replace("|", "")
            return [*lines[: number + 1], written, *lines[number + 1 :]], number + 1, line.index("|")
    raise AssertionError(line)


def test_what_is_offered_is_put_in_the_place_of_what_was_typed(editor: Editor) -> None:
    """Whichever drug is taken, nothing is wrong with the word any more."""
    text = show(editor, FACTS)
    typed_text = text.replace("drug: anakinra, role: refractory", "drug: ana, role: refractory", 1)
    editor.change(FACTS, typed_text)
    line, character = spot(typed_text, "drug: ana|, role")
    offered = editor.ask("textDocument/completion", editor.at(FACTS, line, character))
    for wanted in ("anakinra", "cyclosporine A"):
        edit = next(offer["textEdit"] for offer in offered if offer["label"] == wanted)
        lines = typed_text.split("\n")
        start, end = (edit["range"][end]["character"] for end in ("start", "end"))
        lines[line] = lines[line][:start] + edit["newText"] + lines[line][end:]
        assert f"drug: {wanted}, role: refractory" in lines[line]
        assert "unknown-term" not in {found["code"] for found in problems(editor, FACTS, "\n".join(lines))}
    show(editor, FACTS)


def test_an_id_is_offered_with_its_words(editor: Editor) -> None:
    lines, number, character = typed(show(editor, FACTS), "    restates: [|")
    editor.change(FACTS, "\n".join(lines))
    offered = editor.ask("textDocument/completion", editor.at(FACTS, number, character))
    facts = load(editor.root).facts
    assert {offer["label"] for offer in offered} == {*facts}
    for offer in offered:
        assert facts[offer["label"]].words[:60] in offer["documentation"]["value"]
    show(editor, FACTS)


# While it is half typed ----------------------------------------------------------------------------------------------


def test_what_is_half_typed_costs_nothing_of_the_rest(editor: Editor) -> None:
    text = show(editor, FACTS)
    line, character = spot(text, "- {claim: named-example, of: |G01")
    lines = text.split("\n")
    half = [*lines[: line - 8], "  - {id: X03, quote: [", *lines[line - 8 :]]
    (found,) = problems(editor, FACTS, "\n".join(half))
    assert found["code"] == "syntax"
    at = editor.at(FACTS, line + 1, character)
    assert "should prioritize" in editor.ask("textDocument/hover", at)["contents"]["value"]
    words = show(editor, "vocabulary/terms.yaml")
    editor.change("vocabulary/terms.yaml", words.replace("terms:", "terms: [", 1))
    offered = editor.ask("textDocument/completion", editor.at(FACTS, *_of_a_drug(half)))
    assert "anakinra" in [offer["label"] for offer in offered]
    show(editor, "vocabulary/terms.yaml")
    show(editor, FACTS)


def _of_a_drug(lines: list[str]) -> tuple[int, int]:
    number = next(number for number, line in enumerate(lines) if "drug: anakinra" in line)
    return number, lines[number].index("drug: anakinra") + len("drug: ana")


def test_a_new_word_is_known_as_soon_as_it_is_declared(editor: Editor) -> None:
    words = show(editor, "vocabulary/terms.yaml")
    editor.change("vocabulary/terms.yaml", words.replace("    anakinra:", "    newly declared: {}\n    anakinra:", 1))
    text = show(editor, FACTS)
    offered = editor.ask("textDocument/completion", editor.at(FACTS, *_of_a_drug(text.split("\n"))))
    assert "newly declared" in [offer["label"] for offer in offered]
    show(editor, "vocabulary/terms.yaml")


@pytest.mark.parametrize("path", [FACTS, RULES, "scenarios/initial.yaml", "vocabulary/case.yaml", "sources/S1.yaml"])
def test_nothing_that_is_typed_ends_the_server(editor: Editor, path: str) -> None:
    """A document cut off anywhere, with and without what follows the line, is asked about everything."""
    text = show(editor, path)
    choice = random.Random(path)
    for _ in range(12):
        cut = choice.randrange(len(text))
        tail = choice.choice(["", text[text.find("\n", cut) :], choice.choice("[]{}:\"'|>-#&*!%@`\t\0$"), "\ufeff🙂"])
        whole = text[:cut] + tail
        editor.change(path, whole)
        before = whole[:cut]
        at = editor.at(path, before.count("\n"), len(before) - before.rfind("\n") - 1)
        editor.ask("textDocument/completion", at)
        editor.ask("textDocument/hover", at)
        editor.ask("textDocument/definition", at)
        editor.ask("textDocument/references", {**at, "context": {"includeDeclaration": True}})
    assert problems(editor, path, text) == []


# The verb ------------------------------------------------------------------------------------------------------------


def test_without_its_package_the_verb_says_what_to_install() -> None:
    code = "import sys; sys.modules['pygls'] = None; from rulewright.cli import main; main(['lsp'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "missing-package" in done.stderr
    assert "pip install 'rulewright[editor]'" in done.stderr
    assert "Traceback" not in done.stderr
