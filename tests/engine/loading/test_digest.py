"""The digest of a knowledge base is of what its files say, however their lines end."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.loading import load

PUMPS = Path(__file__).resolve().parents[2] / "knowledge" / "pumps"
ENDS = {"CRLF": (b"\n", b"\r\n", b""), "a byte-order mark": (b"", b"", b"\xef\xbb\xbf")}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PUMPS, tmp_path / "pumps"))


@pytest.mark.parametrize("name", ENDS)
def test_another_end_of_lines_is_no_other_knowledge(name: str, copy: Path) -> None:
    old, new, mark = ENDS[name]
    for path in copy.rglob("*.yaml"):
        raw = path.read_bytes()
        path.write_bytes(mark + (raw.replace(old, new) if old else raw))
    one, other = load(PUMPS), load(copy)
    assert one.digest == other.digest
    assert [fact.quote for fact in one.facts.values()] == [fact.quote for fact in other.facts.values()]


def test_another_word_is_other_knowledge(copy: Path) -> None:
    path = copy / "facts" / "handbook.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("7.1 mm/s", "7.2 mm/s", 1), encoding="utf-8")
    assert load(copy).digest != load(PUMPS).digest
