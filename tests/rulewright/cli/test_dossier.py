"""`rulewright dossier` as a panel types it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from provenance.model.dossier import Dossier

Run = Callable[..., Any]
PUMPS = Path(__file__).parents[2] / "knowledge" / "pumps"


def test_a_dossier_says_what_falls_and_how_a_verdict_is_recorded(run: Run, tmp_path: Path) -> None:
    root = tmp_path / "pumps"
    shutil.copytree(PUMPS, root)
    done = run("dossier", "RD", "--kb", root)
    assert (done.code, done.err) == (0, "")
    text = " ".join(done.out.split())
    assert "DOSSIER: RD Readings (interpretation)" in text
    assert "· falls: the severity is low (12 scenarios, as in a-quiet-pump): holds → does not hold" in text
    answer = json.loads(run("dossier", "RD", "--no-withdrawals", "--format", "json", "--kb", root).out)
    made = Dossier.model_validate(answer)
    command = made.statements[0].command.replace('"NAME"', "Ann").replace("VERDICT", "approved")
    assert run(*command.replace('"TEXT"', "made-up").split()[1:]).code == 0
    after = json.loads(run("dossier", "RD", "--no-withdrawals", "--format", "json", "--kb", root).out)
    assert after["statements"][0]["review"]["state"] == "approved"
    assert after["statements"][1]["review"]["state"] == "unreviewed"


def test_a_source_of_another_name_is_bad_input(run: Run) -> None:
    done = run("dossier", "S99", "--kb", PUMPS)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("SOURCE: unknown-source: there is no source `S99`")


def test_the_editors_readings_have_a_dossier_too(run: Run) -> None:
    done = run("dossier", "ED", "--no-withdrawals")
    assert "I04 — reading stated by it; unreviewed" in done.out
    assert "about G04: “with the potential addition of cyclosporine A or biological agents like anakinra" in " ".join(
        done.out.split()
    )


def test_a_dossier_is_one_file_of_html(run: Run, tmp_path: Path) -> None:
    where = tmp_path / "dossier.html"
    arguments = ("dossier", "S7", "--no-withdrawals", "--format", "html")
    assert run(*arguments, "--output", where).out == ""
    page = where.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "rulewright review fact:R12" in page
    assert run(*arguments).out == page
