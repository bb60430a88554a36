"""Data flows one way: kb → engine → provenance → rulewright. Nothing imports upward."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("engine", "provenance", "rulewright")
WORD = re.compile(r"[a-z][a-z_-]*[a-z]|[a-z]")
PART = re.compile(r"[a-z]+")


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


MEDICINE = frozenset(
    PART.findall(
        """
    clinic clinical clinically clinician clinicians disease diseases doctor doctors dosage drug drugs hospital
    intramuscular intravenous lab labs medical medication medications medicine medicines nurse patient patients pharmacy
    physician physicians prescribe prescription steroid steroids subcutaneous symptom symptoms syndrome syndromes tablet
    tablets therapeutic therapies therapy vial vials
    """
    )
)
"""Words of the subject of `kb/` that any of its authors might write into the code, whatever its vocabulary holds."""
OWN = frozenset(PART.findall("findings care other early onset requested temperature age weight height inr alt ast"))
"""Words of the vocabulary of `kb/` that the language, units, CSS or plain English have too."""


def words_of_the_subject() -> set[str]:
    """What `kb/` calls its subjects: drugs, diseases and codes, the sections of a case and what it records."""
    from engine.loading import load

    vocabulary = load(ROOT / "kb").vocabulary
    terms = vocabulary.terms
    named = {part for kind in ("drug", "disease") for name in terms[kind] for part in PART.findall(name.casefold())}
    codes = {name.casefold() for kind in ("caution", "care") for name in terms[kind]}
    recorded = {name.casefold() for one in vocabulary.sections.values() if not one.is_list for name in one.attributes}
    return {word for word in named | codes | recorded | {*vocabulary.sections} if len(word) > 2} - OWN | MEDICINE


def test_the_code_knows_no_medicine() -> None:
    """No drug, disease, patient or datum of the knowledge base stands in the code: no name, text, comment or help."""
    words = words_of_the_subject()
    assert {"anakinra", "ferritin", "patient", "courses", "refractory"} <= words
    found: dict[str, set[str]] = {}
    for layer in LAYERS:
        for path in (ROOT / layer).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", path.read_text(encoding="utf-8"))
                hits = words & {*WORD.findall(text.casefold()), *PART.findall(text.casefold())}
                if hits:
                    found[str(path.relative_to(ROOT))] = hits
    assert found == {}


def test_importing_the_engine_stays_light() -> None:
    heavy = ("networkx", "fastapi", "typer", "rich", "durable")
    code = f"import sys, engine, engine.advising; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_check_reads_none_of_the_published_contract() -> None:
    code = (
        "import sys; from rulewright.cli import main\n"
        "try: main(['check', '--kb', 'kb'])\n"
        "finally: sys.exit(int('pydantic' in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr  # it would take a fifth of the time that an author waits
    assert "no problems" in done.stdout
