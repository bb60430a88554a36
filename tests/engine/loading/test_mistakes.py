"""Whatever is written is read or refused: nothing else is raised, and every problem has a place.

The mistakes are the same in every run; `MISTAKES=5000 pytest tests/engine/loading/test_mistakes.py` makes as many new
ones of each kind.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle.mistakes import SNIPPETS, spoilt
from oracle.spoilt import base, write

from engine.advising import read_case_text
from engine.compiled import Compiled
from engine.errors import CODES, Findings, Refused
from engine.grounding import ground
from engine.loading import load
from engine.loading.case import read_case
from engine.model.knowledge import KnowledgeBase
from engine.reading import read_json, read_text

KB = Path(__file__).parents[3] / "kb"
MORE = int(os.environ.get("MISTAKES", "0"))
EXAMPLES = sorted((KB / "scenarios" / "examples").glob("*.yaml"))


def mistakes(few: int) -> settings:
    """So many mistakes, the same in every run, or as many new ones as were asked for."""
    return settings(
        max_examples=MORE or few,
        derandomize=not MORE,
        database=None,
        deadline=10_000,
        suppress_health_check=list(HealthCheck),
    )


def told(refused: Refused) -> None:
    """Each problem has a code of the table, a message and a place."""
    assert refused.problems
    for problem in refused.problems:
        assert problem.code in CODES
        assert problem.message
        assert problem.location.line or problem.location.pointer or problem.code in ("unreadable", "unknown-folder")
        str(problem).encode("utf-8", "replace")


def read_or_refused(root: Path) -> None:
    try:
        knowledge = load(root)
        Compiled(ground(knowledge), knowledge.vocabulary)
    except Refused as refused:
        told(refused)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The knowledge base, to be spoilt one file at a time."""
    files = {str(path.relative_to(KB)): path.read_text(encoding="utf-8") for path in KB.rglob("*.yaml")}
    kept = {name: text for name, text in files.items() if "scenarios" not in name}
    return Path(write(kept, tmp_path_factory.mktemp("kb")))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small knowledge base, to be spoilt one file at a time."""
    kept = {name: text for name, text in base().items() if name != "case"}
    return Path(write(kept, tmp_path_factory.mktemp("small")))


def one_spoilt(root: Path, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(root.rglob("*.yaml"))))
    text = path.read_text(encoding="utf-8")
    others = "\n".join(other.read_text(encoding="utf-8") for other in sorted(root.rglob("*.yaml")))
    try:
        path.write_bytes(data.draw(spoilt(text, others)).encode("utf-8", "surrogatepass"))
        read_or_refused(root)
    finally:
        path.write_text(text, encoding="utf-8")


@mistakes(40)
@given(data=st.data())
def test_a_knowledge_base_with_mistakes_is_read_or_refused(copy: Path, data: st.DataObject) -> None:
    one_spoilt(copy, data)


@mistakes(200)
@given(data=st.data())
def test_a_small_knowledge_base_with_mistakes_is_read_or_refused(small: Path, data: st.DataObject) -> None:
    one_spoilt(small, data)


@mistakes(60)
@given(data=st.data())
def test_a_knowledge_base_with_another_value_somewhere_is_read_or_refused(small: Path, data: st.DataObject) -> None:
    """The document stays YAML: what is wrong is what it says."""
    path = data.draw(st.sampled_from(sorted(small.rglob("*.yaml"))))
    text = path.read_text(encoding="utf-8")
    root = yaml.load(text, Loader=yaml.BaseLoader)
    other = data.draw(st.sampled_from([part for _, _, part in parts(root)] + SNIPPETS))
    holder, key, _ = data.draw(st.sampled_from([found for found in parts(root) if found[0] is not None]))
    holder[key] = other
    try:
        path.write_text(yaml.dump(root, default_flow_style=True, width=1000, allow_unicode=True), encoding="utf-8")
        read_or_refused(small)
    except yaml.YAMLError:
        pass  # a value inside itself
    finally:
        path.write_text(text, encoding="utf-8")


def parts(node: Any, holder: Any = None, key: Any = None) -> list[tuple[Any, Any, Any]]:
    """Every part of a document, with what holds it and where."""
    found = [(holder, key, node)]
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return found + [part for name, value in inner for part in parts(value, node, name)]


# Cases ---------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    return load(KB)


@mistakes(300)
@given(data=st.data())
def test_a_case_with_mistakes_is_read_or_refused(knowledge: KnowledgeBase, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(EXAMPLES)).read_text(encoding="utf-8").partition("\nexpect:")[0]
    try:
        read_case_text(data.draw(spoilt(text)), "case.yaml", knowledge)
    except Refused as refused:
        told(refused)


@mistakes(300)
@given(data=st.data())
def test_a_request_with_mistakes_is_read_or_refused(knowledge: KnowledgeBase, data: st.DataObject) -> None:
    case = read_case_text(data.draw(st.sampled_from(EXAMPLES)).read_text(encoding="utf-8"), "case.yaml", knowledge)
    text = data.draw(spoilt(json.dumps(case.canonical, indent=1)))
    for node, findings in [request(text), document(text)]:
        found = read_case(node, knowledge.vocabulary, findings) if node is not None else None
        assert (found is None) == bool(findings.problems)
        if findings.problems:
            told(Refused(findings))


def request(text: str) -> tuple[Any, Findings]:
    findings = Findings()
    return read_json(text, findings), findings


def document(text: str) -> tuple[Any, Findings]:
    findings = Findings()
    return read_text(text, "case.json", findings), findings
