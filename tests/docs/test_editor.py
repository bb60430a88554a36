"""What docs/editor.md shows is so."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path, PurePath

import pytest

from rulewright.authoring.schemas import modeline
from rulewright.cli import main

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "editor.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


def test_its_commands_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    commands = BLOCKS["sh"].splitlines()
    assert len(commands) == 2
    monkeypatch.chdir(ROOT)
    for command in commands:
        name, *arguments = command.replace("--output kb/.schemas", f"--output {tmp_path}").split()
        assert name == "rulewright"
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 0


def test_its_line_is_the_one_in_the_files() -> None:
    assert BLOCKS["yaml"].strip() == modeline(PurePath("facts/founding-document.yaml"))


def test_it_names_the_extension_of_the_workspace_and_the_verb() -> None:
    (extension,) = json.loads((ROOT / ".vscode" / "extensions.json").read_text(encoding="utf-8"))["recommendations"]
    assert extension in PAGE
    server = tomllib.loads(BLOCKS["toml"])["language-server"]["rulewright"]
    assert [server["command"], *server["args"]] == ["rulewright", "lsp"]
    assert "{ 'rulewright', 'lsp' }" in BLOCKS["lua"]
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert "pygls" in extras["editor"]
