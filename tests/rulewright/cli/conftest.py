from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from rulewright.cli import main

KB = Path(__file__).resolve().parents[3] / "kb"


@dataclass(frozen=True)
class Ran:
    """What a run of the program did."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the program in this interpreter, with `stdin` as its standard input."""
    monkeypatch.delenv("RULEWRIGHT_DEBUG", raising=False)
    monkeypatch.setenv("COLUMNS", "100")

    def ran(*arguments: str | Path, stdin: bytes | str = b"") -> Ran:
        content = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        captured = capsysbinary.readouterr()
        assert isinstance(ended.value.code, int)
        return Ran(ended.value.code, captured.out.decode(), captured.err.decode())

    return ran


@pytest.fixture
def kb() -> Path:
    return KB


@pytest.fixture
def example(kb: Path) -> Callable[[str], Path]:
    return lambda name: kb / "scenarios" / "examples" / f"{name}.yaml"
