"""A waiver lets a finding stand, at its place and with a reason; one that does nothing is found itself."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from rulewright.authoring.checks.inspect import Inspection, inspect

PUMPS = Path(__file__).parents[3] / "knowledge" / "pumps"
STALE = "id: HB\nkind: guideline\ntitle: The handbook\nidentity: verified\n"
DAY = "review-by: 2020-01-01"


def inspected(source: str, tmp_path: Path, *only: str) -> Inspection:
    root = tmp_path / "kb"
    if not root.exists():
        shutil.copytree(PUMPS, root)
    (root / "sources" / "HB.yaml").write_text(STALE + source, encoding="utf-8")
    return inspect(root, today=date(2026, 1, 1), only=only or ("standing", "waiver"))


def found(inspection: Inspection) -> list[tuple[str, int, str]]:
    return [(finding.code, finding.location.line, finding.message) for finding in inspection.findings]


@pytest.mark.parametrize(
    "text",
    [
        f"{DAY} # waive standing: the new edition is not in print",
        f"# waive standing: the new edition is not in print\n{DAY}",
        f"# waive standing: the new edition is not in print\n# and this is why\n\n{DAY}",
        f"{DAY} #waive standing: no blank after the sign",
        f"{DAY} # Waive standing: as a sentence begins",
    ],
)
def test_a_waiver_with_a_reason_waives(text: str, tmp_path: Path) -> None:
    inspection = inspected(text + "\n", tmp_path)
    assert found(inspection) == []
    assert [finding.code for finding in inspection.waived] == ["standing"]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (f"{DAY} # waive standing:", 5, "the waiver of `standing` gives no reason"),
        (f"{DAY} # waive standing", 5, "the waiver of `standing` gives no reason"),
        (f"{DAY} # waive", 5, "this waiver cannot be read"),
        (f"{DAY} # waive standing and more: why", 5, "this waiver cannot be read"),
        (f"{DAY} # waive standnig: a reason", 5, "there is no check `standnig` to waive"),
        (f"# waive standing: a reason\nnote: something\n{DAY}", 5, "nothing on line 6 is found by `standing`"),
        (f"{DAY}\n# waive standing: too late", 6, "nothing on line 6 is found by `standing`"),
    ],
)
def test_a_waiver_that_waives_nothing_is_found(text: str, line: int, said: str, tmp_path: Path) -> None:
    inspection = inspected(text + "\n", tmp_path)
    assert inspection.waived == ()
    codes = [code for code, _, _ in found(inspection)]
    assert sorted(codes) == ["standing", "waiver"]
    assert ("waiver", line, said) in found(inspection)


def test_words_in_a_text_are_no_waiver(tmp_path: Path) -> None:
    text = f'note: "say # waive standing: why"\n{DAY}\n'
    assert [code for code, _, _ in found(inspected(text, tmp_path))] == ["standing"]
    block = f"note: |\n  say\n  # waive nonsense: why\n{DAY}\n"
    assert [code for code, _, _ in found(inspected(block, tmp_path))] == ["standing"]


def test_a_waiver_of_a_check_that_did_not_run_is_left_alone(tmp_path: Path) -> None:
    text = "note: something # waive standing: a reason\n"
    assert found(inspected(text, tmp_path, "waiver")) == []
    assert [code for code, _, _ in found(inspected(text, tmp_path))] == ["waiver"]


def test_what_loading_refuses_cannot_be_waived(tmp_path: Path) -> None:
    inspection = inspected("unheard-of: 1 # waive unknown-field: a reason\n", tmp_path)
    assert [code for code, _, _ in found(inspection)] == ["unknown-field"]
    assert inspection.knowledge is None
