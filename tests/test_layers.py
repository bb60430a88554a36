"""Data flows one way: kb → engine → provenance → rulewright. Nothing imports upward."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("engine", "provenance", "rulewright")


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize("layer", LAYERS)
def test_no_module_imports_a_layer_above_its_own(layer: str) -> None:
    modules = sorted((ROOT / layer).rglob("*.py"))
    assert modules
    above = set(LAYERS[LAYERS.index(layer) + 1 :])
    assert {str(path): imported(path) & above for path in modules if imported(path) & above} == {}


def test_kb_holds_no_code() -> None:
    assert list((ROOT / "kb").rglob("*.py")) == []


def test_the_engine_knows_no_medicine() -> None:
    """No word of the vocabulary that is a drug, a disease or a code of the knowledge base stands in the code."""
    from engine.loading import load

    terms = load(ROOT / "kb").vocabulary.terms
    words = {name.casefold() for kind in ("drug", "disease", "caution", "care") for name in terms[kind]} - {"other"}
    found = {}
    for layer in LAYERS:
        for path in (ROOT / layer).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            texts = {
                node.value.casefold()
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
            hits = words & texts
            if hits:
                found[str(path)] = hits
    assert found == {}


def test_importing_the_engine_stays_light() -> None:
    heavy = ("networkx", "fastapi", "typer", "rich", "durable")
    code = f"import sys, engine, engine.advising; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
