"""A part that was changed since its review, or that a reviewer does not approve of, is found where it stands."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from engine.content import digest
from engine.loading import load
from engine.model.review import Subject
from rulewright.authoring.checks.inspect import inspect

PUMPS = Path(__file__).parents[3] / "knowledge" / "pumps"
FILES = {"fact:H10": "handbook.yaml", "rule:low": "severity.yaml", "source:HB": "HB.yaml"}


def found(root: Path) -> list[tuple[str, int, str]]:
    inspection = inspect(root, today=date(2026, 6, 1), only=["review"])
    assert inspection.knowledge is not None, inspection.findings
    return [(Path(each.location.file).name, each.location.line, each.message) for each in inspection.findings]


def record(root: Path, of: str, *verdicts: str, now: bool = True) -> None:
    kind, _, id_ = of.partition(":")
    words = digest(load(root), Subject(kind, id_)) if now else "0" * 64
    (root / "reviews").mkdir(exist_ok=True)
    entries = [
        f"  - {{of: '{of}', verdict: {verdict}, date: 2026-05-0{day}, digest: '{words}', note: looked at}}\n"
        for day, verdict in enumerate(verdicts, 1)
    ]
    file = root / "reviews" / f"{kind}-{id_}.yaml"
    file.write_text(f"reviewer: Reviewer of {id_}\nreviews:\n" + "".join(entries), encoding="utf-8")


@pytest.fixture
def pumps(tmp_path: Path) -> Path:
    root = tmp_path / "kb"
    shutil.copytree(PUMPS, root)
    return root


@pytest.mark.parametrize("of", FILES)
@pytest.mark.parametrize(
    ("verdicts", "now", "said"),
    [
        (["approved"], True, ""),
        (["rejected", "approved"], True, ""),
        (["approved"], False, "was changed since it was reviewed (approved by Reviewer of {} on 2026-05-01)"),
        (["approved", "rejected"], True, "was rejected by a reviewer (rejected by Reviewer of {} on 2026-05-02)"),
        (["needs-change"], True, "needs a change, by the verdict of a reviewer (needs-change by"),
    ],
)
def test_a_review_and_the_words_as_they_stand(pumps: Path, of: str, verdicts: list[str], now: bool, said: str) -> None:
    record(pumps, of, *verdicts, now=now)
    problems = found(pumps)
    if not said:
        assert problems == []
        return
    ((file, line, message),) = problems
    assert file == FILES[of]
    (path,) = pumps.rglob(file)
    assert path.read_text(encoding="utf-8").split("\n")[line - 1].strip(" -") == f"id: {of.partition(':')[2]}"
    assert message.startswith(f"`{of}` {said.format(of.partition(':')[2])}")


def test_a_changed_word_makes_a_review_stale(pumps: Path) -> None:
    record(pumps, "fact:H10", "approved")
    assert found(pumps) == []
    facts = pumps / "facts" / "handbook.yaml"
    facts.write_text(facts.read_text(encoding="utf-8").replace("since antiquity", "since long ago"), encoding="utf-8")
    assert [message.split(" (")[0] for _, _, message in found(pumps)] == [
        "`fact:H10` was changed since it was reviewed"
    ]
