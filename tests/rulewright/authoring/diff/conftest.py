from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from rulewright.authoring.diff.compare import compare_versions
from rulewright.authoring.diff.model import Diff
from rulewright.authoring.diff.versions import Version, read_versions

ROOT = Path(__file__).resolve().parents[4]
Change = tuple[str, str, str]
"""A file below the folder, what stands there (once is enough), and what stands there then."""


@dataclass(frozen=True)
class Edited:
    """A knowledge base and an edited copy of it."""

    old: Path
    new: Path

    def versions(self) -> tuple[Version, Version]:
        return read_versions(str(self.old), str(self.new), self.old)

    def diff(self, cases: int = 0, seed: int = 1, processes: int = 1) -> Diff:
        return compare_versions(*self.versions(), cases, seed, processes, lambda *_: None)


Edit = Callable[..., Edited]


@pytest.fixture
def edit(tmp_path: Path) -> Edit:
    """Makes a copy of a knowledge base with changes, each of which must find what it changes."""

    def made(*changes: Change, of: str = "kb") -> Edited:
        old, new = ROOT / of, tmp_path / "edited"
        shutil.copytree(old, new, ignore=shutil.ignore_patterns("__pycache__"))
        for file, before, after in changes:
            path = new / file
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            assert before in text, (file, before)
            path.write_text(text.replace(before, after, 1) if before else text + after, encoding="utf-8")
        return Edited(old, new)

    return made
