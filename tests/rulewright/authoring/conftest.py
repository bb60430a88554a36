from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

PUMPS = Path(__file__).resolve().parents[2] / "knowledge" / "pumps"

QUIET = """\
  - name: NAME
    like: quiet
    EXTRA
    expect: {EXPECT}
"""
BASE = """\
scenarios:
  - name: quiet
    case:
      as-of: 2026-01-15T12:00Z
      pump: {standby: true, leak: false, sealed-bearing: false}
      readings: {vibration: 2 mm/s, bearing-temperature: 60 Cel}
      repairs: []
      inspections: []
    expect: {not-supported-now: [{work: stop, part: pump, because: NOT_DISTRESSED}]}
"""


@pytest.fixture
def pumps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the knowledge base of pumps in `pumps`, with a scenario `quiet` that passes, and none besides."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(PUMPS, "pumps")
    Path("pumps/scenarios/pumps.yaml").write_text(BASE, encoding="utf-8")
    return Path("pumps")


Write = Callable[..., Path]


@pytest.fixture
def write(pumps: Path) -> Write:
    """Adds a scenario to a file: with what it expects, and with other lines of it."""

    def written(name: str, expect: str, extra: str = "set: {pump.leak: false}", file: str = "pumps.yaml") -> Path:
        path = pumps / "scenarios" / file
        text = path.read_text(encoding="utf-8") if path.exists() else "scenarios:\n"
        entry = QUIET.replace("NAME", name).replace("EXTRA", extra).replace("EXPECT", expect)
        path.write_text(text + entry, encoding="utf-8")
        return path

    return written
