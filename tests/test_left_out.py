"""A machine without a Debian package runs every other test, and is told which it leaves out and what to install."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NEEDS_IT = "tests/rulewright/cli/test_graph.py::test_graph_draws_what_a_conclusion_rests_on_into_a_file"
NEEDS_NONE = "tests/rulewright/cli/test_graph.py::test_dot_and_json_need_no_program"


@pytest.mark.parametrize(("options", "code"), [([], 0), (["--leave-nothing-out"], 1)])
def test_what_is_left_out_is_named(options: list[str], code: int) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, NEEDS_IT, NEEDS_NONE],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**environment, "PATH": "/nowhere"},
    )
    assert "1 passed, 1 skipped" in done.stdout
    assert "1 test: needs Debian's graphviz: apt install graphviz" in done.stdout
    assert ("Nothing may be left out" in done.stdout) is bool(options)
    assert done.returncode == code
