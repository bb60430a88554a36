"""`rulewright review [ID]`: record who judged a part of a knowledge base, and see how every part stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from rulewright.cli.knowledge import KnowledgeOption, folder_of, latest_day, load_under_review, written_to

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from engine.errors import Findings
    from engine.model.knowledge import KnowledgeBase
    from engine.model.review import Review, Subject
    from provenance.model.review import KnowledgeReview, PartReview, Recorded
    from provenance.render.layout import Sheet


class Format(StrEnum):
    """How the answer is printed."""

    TEXT = "text"
    JSON = "json"


class Verdict(StrEnum):
    """What a reviewer says of the words."""

    APPROVED = "approved"
    REJECTED = "rejected"
    NEEDS_CHANGE = "needs-change"


class Status(StrEnum):
    """How a part stands."""

    UNREVIEWED = "unreviewed"
    APPROVED = "approved"
    REJECTED = "rejected"
    NEEDS_CHANGE = "needs-change"
    STALE = "stale"


def review(
    id: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]",
            help="A fact, reading, rule, regimen, preference, opposition or source; with its kind where others share "
            "the id, as in rule:ID. Without it: how all parts stand.",
            show_default=False,
        ),
    ] = None,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="Who judged it.", show_default=False)] = None,
    verdict: Annotated[Verdict | None, typer.Option(help="What they say of the words.", show_default=False)] = None,
    note: Annotated[
        str | None, typer.Option(metavar="TEXT", help="On what the verdict rests.", show_default=False)
    ] = None,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="The day of the verdict; by default today.", show_default=False)
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be recorded, and record nothing.")] = False,
    status: Annotated[
        list[Status] | None, typer.Option(help="Only parts that stand so; may be repeated.", show_default=False)
    ] = None,
    format: Annotated[Format, typer.Option(help="text, or json.")] = Format.TEXT,
    kb: KnowledgeOption = None,
) -> None:
    """Record a review of one part (with --by, --verdict and --note), show how one part stands, or how all do."""
    from rulewright.cli.output import emit, emit_sheet, width

    knowledge = load_under_review(kb)
    given = Given(id, by, verdict.value if verdict else None, note, on, dry_run)
    answer: KnowledgeReview | PartReview | Recorded
    if given.records or id is not None:
        subject, made = _asked(knowledge, given, status or [])
        answer = _recorded(knowledge, made, dry_run, kb) if made is not None else _shown(knowledge, subject)
    else:
        from provenance.review.reviews import knowledge_review

        answer = knowledge_review(knowledge, status or ())
    if format is Format.JSON:
        emit(answer.model_dump_json(indent=2) + "\n")
    else:
        emit_sheet(_page(answer, width(), bool(status), kb))


@dataclass(frozen=True)
class Given:
    """What was said on the command line of a review."""

    id: str | None
    by: str | None
    verdict: str | None
    note: str | None
    on: str | None
    dry_run: bool

    @property
    def records(self) -> bool:
        """Whether a review is to be recorded."""
        return self.dry_run or any(said is not None for said in (self.by, self.verdict, self.note, self.on))


def _asked(knowledge: KnowledgeBase, given: Given, status: Sequence[Status]) -> tuple[Subject, Review | None]:
    """The part that is meant and the review to record, if any; raises `Refused` with all that is wrong with both."""
    from engine.content import digest
    from engine.errors import Findings, Location, Refused
    from engine.model.review import Review, Subject
    from provenance.review.reviews import subject_named

    findings = Findings()
    subject = Subject("", "")
    if given.id is None:
        findings.add("missing-field", Location("ID"), "a review of nothing", "the id of what was reviewed")
    else:
        try:
            subject = subject_named(knowledge, given.id)
        except Refused as refused:
            findings.problems += refused.problems
    if status:
        findings.add("unknown-field", Location("--status"), "one part stands as it stands", "--status without an ID")
    by, note, on = "", "", None
    if given.records:
        by = _said("--by", given.by, "the name of who judged it", findings)
        note = _said("--note", given.note, "on what the verdict rests", findings)
        if given.verdict is None:
            findings.add("missing-field", Location("--verdict"), "no verdict is given", f"one of {', '.join(Verdict)}")
        on = _day(given.on, findings)
    findings.refuse_if_any()
    if on is None or given.verdict is None:
        return subject, None
    return subject, Review(subject, by, given.verdict, on, digest(knowledge, subject), note)


def _said(option: str, value: str | None, expected: str, findings: Findings) -> str:
    """An option that must say something, on one line; what is wrong with it is recorded."""
    from engine.document import is_text
    from engine.errors import Location

    words = " ".join((value or "").split())
    if value is None:
        findings.add("missing-field", Location(option), f"{option} is not given", expected)
    elif not words:
        findings.add("blank", Location(option), f"{option} is empty", expected)
    else:
        is_text(words, Location(option), findings)
    return words


def _day(text: str | None, findings: Findings) -> date | None:
    """The day of a verdict, today where none is given; one in the future, or that there is not, is recorded."""
    import re
    from datetime import date, datetime

    from engine.errors import Location

    if text is None:
        return datetime.now().astimezone().date()
    try:
        found = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        found = None
    if found is None:
        findings.add("date", Location("--on"), f"`{text}` is not a date", "such as 2026-03-01")
    elif found > latest_day():
        findings.add("date", Location("--on"), f"{text} lies in the future", "today or before")
        return None
    return found


def _recorded(knowledge: KnowledgeBase, made: Review, dry_run: bool, kb: Path | None) -> Recorded:
    """Record a review in the folder of its knowledge base."""
    from dataclasses import replace

    from engine.loading.files import shown
    from engine.reviewed import Reviewed
    from provenance.model.review import Recorded
    from provenance.review.reviews import entry_of, part_review
    from rulewright.authoring.reviewing import record

    path, made = record(folder_of(kb) if dry_run else written_to(kb), made, dry_run)
    after = Reviewed(replace(knowledge, reviews=(*knowledge.reviews, made)))
    part = part_review(after, made.of)
    return Recorded(file=shown(path), dry_run=dry_run, entry=entry_of(made, part.digest), part=part)


def _shown(knowledge: KnowledgeBase, subject: Subject) -> PartReview:
    from engine.reviewed import Reviewed
    from provenance.review.reviews import part_review

    return part_review(Reviewed(knowledge), subject)


def _page(answer: KnowledgeReview | PartReview | Recorded, width: int, filtered: bool, kb: Path | None) -> Sheet:
    """The answer as text."""
    from engine.model.review import Subject
    from provenance.model.review import KnowledgeReview, Recorded
    from provenance.render.review import overview, part_page, recorded
    from provenance.review.reviews import recording

    if isinstance(answer, Recorded):
        return recorded(answer, width)
    if isinstance(answer, KnowledgeReview):
        return overview(answer, width, filtered)
    return part_page(answer, width, recording(Subject(*answer.id.split(":", 1)), str(kb or "")))
