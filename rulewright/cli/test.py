"""`rulewright test`: whether the scenarios of a knowledge base get the advice that their authors expect."""

from __future__ import annotations

from typing import Annotated

import typer

from rulewright.cli.knowledge import KnowledgeOption


def run_scenarios(
    pattern: Annotated[
        str, typer.Argument(metavar="[PATTERN]", help="Only scenarios whose name contains this.", show_default=False)
    ] = "",
    kb: KnowledgeOption = None,
) -> None:
    """Run the scenarios: each case is advised, and the advice compared with what is expected."""
    from rulewright.authoring.scenarios import run
    from rulewright.cli.output import NEGATIVE, emit

    outcomes = run(kb, pattern)
    lines = []
    for outcome in outcomes:
        lines.append(f"{'ok     ' if not outcome.differences else 'DIFFERS'} {outcome.name}  ({outcome.path})")
        lines.extend(f"          {difference}" for difference in outcome.differences)
    failed = sum(bool(outcome.differences) for outcome in outcomes)
    if not outcomes:
        lines.append(f"no scenario's name contains “{pattern}”" if pattern else "there are no scenarios")
    lines.append(
        f"{len(outcomes):,} scenario{'' if len(outcomes) == 1 else 's'}, {failed:,} differ{'s' if failed == 1 else ''}"
    )
    emit("\n".join(lines) + "\n")
    if failed or not outcomes:
        raise typer.Exit(NEGATIVE)
