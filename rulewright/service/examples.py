"""Examples for the documentation, from the made-up cases that the knowledge base holds."""

from __future__ import annotations

import json
from importlib.abc import Traversable
from pathlib import Path
from typing import Any

from engine.advising import Advisor, read_case_node
from engine.errors import Findings, Refused
from engine.loading import default_knowledge
from engine.model.knowledge import KnowledgeBase
from engine.reading import Mapping, Node, Sequence, read_json, read_text
from provenance.inquiry import Inquiry


def example_cases(knowledge: KnowledgeBase) -> dict[str, Any]:
    """The example cases as JSON values, by the names of their files; empty where there are none."""
    installed = default_knowledge()
    root: Traversable = installed if knowledge.root == str(installed) else Path(knowledge.root)
    folder = root / "scenarios" / "examples"
    found: dict[str, Any] = {}
    for path in sorted(folder.iterdir(), key=lambda path: path.name) if folder.is_dir() else ():
        if not path.name.endswith(".yaml"):
            continue
        findings = Findings()
        document = read_text(path.read_text(encoding="utf-8"), path.name, findings)
        case = document.get("case") if isinstance(document, Mapping) else None
        if case is not None and not findings.problems and _is_right(case, knowledge):
            found[path.name.removesuffix(".yaml")] = plain(case)
    return found


def example_inquiry(knowledge: KnowledgeBase, case: Any) -> Inquiry:
    """An example case under question, by one engine: it is documentation, not advice."""
    return Inquiry(Advisor(knowledge, ("compiled",)), read_case_node(_node(case), knowledge))


def plain(node: Node) -> Any:
    """A value that was read, as a value of JSON."""
    if isinstance(node, Mapping):
        return {name: plain(value) for name, value in node.entries.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node]
    if isinstance(node.value, (bool, str)):
        return node.value
    return int(node.value) if node.value.denominator == 1 else float(node.value)


def _is_right(case: Node, knowledge: KnowledgeBase) -> bool:
    try:
        read_case_node(case, knowledge)
    except Refused:
        return False
    return True


def _node(value: Any) -> Node:
    findings = Findings()
    node = read_json(json.dumps(value), findings)
    findings.refuse_if_any()
    assert node is not None
    return node
