"""What counts as an edit: of the meaning, of the words, or none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from rulewright.authoring.diff.edits import edits
from tests.rulewright.authoring.diff.conftest import Edited

CASES = yaml.safe_load((Path(__file__).parent / "edits.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_is_an_edit(edit: Callable[..., Edited], case: dict[str, object]) -> None:
    changes = case["change"]
    assert isinstance(changes, list)
    old, new = edit(*(tuple(change) for change in changes), of=str(case.get("of", "kb"))).versions()
    found = {
        each.name: [each.what, *(f"{field.path}: {field.before} -> {field.after}" for field in each.fields)]
        for each in edits(old.parts, new.parts)
    }
    assert found == case["edits"]
