"""`rulewright check`: whether a knowledge base is sound, what is probably not meant in it, and what is in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rulewright.cli.knowledge import KnowledgeOption, as_option, existing, folder_of, latest_day, title_of

if TYPE_CHECKING:
    from importlib.abc import Traversable

    from engine.model.knowledge import KnowledgeBase
    from engine.program import Program
    from rulewright.authoring.checks.inspect import Inspection


INSTALLED = (
    "No folder from here upwards has a kb.yaml: looked at is the knowledge base that is installed (else --kb DIR)."
)


class Form(StrEnum):
    """How findings are told."""

    pretty = "pretty"
    compact = "compact"
    json = "json"
    sarif = "sarif"
    github = "github"


class Level(StrEnum):
    """The gravity from which findings are a failure."""

    error = "error"
    warning = "warning"
    info = "info"
    never = "never"


def check(
    kb: KnowledgeOption = None,
    form: Annotated[Form, typer.Option("--format", help="How findings are told.")] = Form.pretty,
    fail_level: Annotated[Level, typer.Option(help="End with 1 on findings as grave as this.")] = Level.warning,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="Run this check alone (may be given again).", show_default=False),
    ] = None,
    texts: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="A folder with texts of sources, ID.txt each, beside those that are registered.",
            show_default=False,
        ),
    ] = None,
    today: Annotated[
        datetime | None,
        typer.Option(
            metavar="DAY",
            formats=["%Y-%m-%d"],
            help="The day that dates are compared with; by default today.",
            show_default=False,
        ),
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="List the checks, and look at no knowledge base.")] = False,
) -> None:
    """Read a knowledge base, ground its rules and run every check: each finding with its place, or a summary."""
    from engine.uncollected import uncollected

    with uncollected():
        from rulewright.authoring.checks.inspect import inspect
        from rulewright.authoring.reporters import REPORTERS
        from rulewright.cli.output import DONE, NEGATIVE, emit

        if listing:
            emit(_listing())
            return
        _refuse_unknown(only or ())
        day = today.date() if today is not None else latest_day()
        option = as_option(folder_of(kb))
        found = inspect(
            _folder(kb), today=day, latest=latest_day(), texts=_texts(texts), only=only or (), option=option
        )
        emit(REPORTERS[form.value](found))
        if form is Form.pretty:
            emit(_summary(found) if kb is not None else f"{INSTALLED}\n{_summary(found)}")
    raise typer.Exit(NEGATIVE if _fails(found, fail_level) else DONE)


def _folder(kb: Path | None) -> Traversable:
    """The folder to inspect; raises `Refused` where there is none."""
    from engine.loading import default_knowledge

    return existing(kb) if kb is not None else default_knowledge()


def _texts(folder: Path | None) -> Path | None:
    """The folder of texts; raises `Refused` where there is none of that name."""
    from engine.errors import Location, Problem, Refused

    if folder is not None and not folder.is_dir():
        place = Location(str(folder))
        raise Refused([Problem(place, "no-such-folder", f"there is no folder {folder}", "a folder with ID.txt files")])
    return folder


def _refuse_unknown(only: Iterable[str]) -> None:
    """Raise `Refused` with every name of no check."""
    from engine.errors import Findings, Location
    from rulewright.authoring.checks.inspect import codes

    findings = Findings()
    known = codes()
    for code in only:
        if code not in known:
            findings.unknown_term(code, known, Location("--only"), f"there is no check `{code}`")
    findings.refuse_if_any()


def _fails(found: Inspection, level: Level) -> bool:
    from rulewright.authoring.checks.finding import Severity

    return level is not Level.never and found.at_least(Severity[level.value]) > 0


def _listing() -> str:
    """The checks: code, severity and what each finds."""
    from rulewright.authoring.checks.catalogue import catalogue

    return "".join(f"{check.code:<18} {check.severity.name:<8} {check.title}\n" for check in catalogue())


def _summary(found: Inspection) -> str:
    """What is in the knowledge base; nothing where it could not be read."""
    if found.knowledge is None or found.program is None:
        return ""
    from provenance.render.naming import count_words

    number = len(found.findings)
    what = "no problems" if not number else count_words(number, "finding")
    lines = [f"{title_of(found.knowledge)}: {what}"]
    counts = _counts(found.knowledge, found.program) | {
        "checks": f"{len(found.ran):,} ({count_words(len(found.waived), 'finding')} waived)"
    }
    lines.extend(f"  {name:<9} {count}" for name, count in counts.items())
    return "\n".join(lines) + "\n"


def _counts(knowledge: KnowledgeBase, program: Program) -> dict[str, str]:
    from engine.reviewed import Reviewed

    vocabulary = knowledge.vocabulary
    readings = sum(fact.is_interpretation for fact in knowledge.facts.values())
    unused = sum(bool(fact.not_used_by_rules) for fact in knowledge.facts.values())
    states = Reviewed(knowledge).counts().values()
    approved, parts = sum(count["approved"] for count in states), sum(sum(count.values()) for count in states)
    return {
        "sources": f"{len(knowledge.sources):,}",
        "facts": f"{len(knowledge.facts) - readings:,} ({unused:,} say why no rule uses them)",
        "readings": f"{readings:,}",
        "terms": f"{sum(len(terms) for terms in vocabulary.terms.values()):,} of {len(vocabulary.terms):,} kinds",
        "rules": f"{len(knowledge.rules):,}",
        "clauses": f"{len(program.clauses):,} for {len(program.atoms):,} conclusions, {len(program.strata):,} strata",
        "reviews": f"{approved:,} of {parts:,} parts have a current approving review",
    }
