from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from oracle.editor import Editor

KB = Path(__file__).resolve().parents[4] / "kb"


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the knowledge base, which nobody writes to."""
    folder = tmp_path_factory.mktemp("saved") / "kb"
    shutil.copytree(KB, folder)
    return folder


@pytest.fixture(scope="module")
def editor(saved: Path) -> Iterator[Editor]:
    """An editor in which the knowledge base is open; the server must end well and have complained of nothing."""
    found = Editor([sys.executable, "-m", "rulewright", "lsp"], saved)
    found.start()
    yield found
    assert found.stop() == (0, "")
