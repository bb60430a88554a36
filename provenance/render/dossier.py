"""A dossier as text: the source, then each statement beside its reading, with what stands on it and room to sign."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from provenance.model.dossier import Consequences, Dossier, SourceSheet, StatementSheet
from provenance.model.review import PartReview
from provenance.render.layout import Sheet
from provenance.render.naming import count_words, ordered
from provenance.render.review import SHOUTED, said
from provenance.render.tallies import reach_words, told_tallies
from provenance.render.withdrawal import TITLES
from provenance.withdrawal.effects import EFFECTS, is_said

FIDELITIES = {
    "same": "the cited source says the same",
    "bent": "BENT: the cited source says something else",
    "unread": "unread: nobody compared it with the cited source",
}
SIGN = (
    "Reviewer: ________________________  Verdict:  [ ] approved  [ ] rejected  [ ] needs change",
    "Date: ____________  Signature: ________________________",
)


def page(dossier: Dossier, width: int) -> Sheet:
    """The whole dossier."""
    sheet = Sheet(width)
    sheet.add(f"DOSSIER: {dossier.source.shown}", style="bold")
    sheet.add(
        f"knowledge base {dossier.name}, version {dossier.version} (digest {dossier.digest[:12]}, {dossier.release})",
        style="dim",
    )
    _summary(sheet, dossier)
    sheet.heading("The source")
    _source(sheet, dossier.source)
    sheet.heading("Statements" if dossier.statements else "Statements — none")
    for statement in dossier.statements:
        _statement(sheet, statement)
    return sheet


def _summary(sheet: Sheet, dossier: Dossier) -> None:
    """How many statements there are, how they were compared with what they cite, and how far they were reviewed."""
    statements = dossier.statements
    counts = Counter(statement.role for statement in statements)
    roles = ", ".join(f"{number:,} {role}" for role, number in counts.items())
    sheet.add(f"{count_words(len(statements), 'statement')}{f': {roles}' if roles else ''}.")
    compared = Counter[str](statement.fidelity for statement in statements if statement.fidelity)
    if compared:
        words = ", ".join(f"{compared[word]:,} {word}" for word in FIDELITIES if compared[word])
        sheet.add(f"Compared with the sources they are attributed to: {words}.")
    states = Counter(statement.review.state for statement in statements)
    if states:
        sheet.add(f"Reviews: {', '.join(f'{number:,} {state}' for state, number in states.items())}.")


def _source(sheet: Sheet, source: SourceSheet) -> None:
    sheet.add(source.title, 1)
    confidence = f", confidence {source.confidence}" if source.confidence else ""
    candidates = [
        f"might be: {one.cite}, confidence {one.confidence or 'not stated'}{_identifiers(one.identifiers)}"
        for one in source.candidates
    ]
    _lines(
        sheet,
        (
            ("kind", source.kind),
            ("printed as", source.printed_as),
            ("identity", f"{source.identity}{confidence}"),
            ("cite", source.cite),
            ("known", source.known),
            ("identifiers", _identifiers(source.identifiers).removeprefix(", ")),
        ),
    )
    for line in candidates:
        sheet.add(line, 1)
    note = f": {source.standing_note}" if source.standing_note else ""
    _lines(
        sheet,
        (
            ("evidence level", source.evidence_level),
            ("standing", f"{source.standing}{note}"),
            ("published", source.published or "not recorded"),
            ("review by", source.review_by),
            ("valid from", source.valid_from),
            ("valid to", source.valid_to),
            ("note", source.note),
        ),
    )
    _without(sheet, source.without)
    _room(sheet, source.review, source.command)


def _identifiers(identifiers: Mapping[str, str]) -> str:
    return "".join(f", {name} {value}" for name, value in identifiers.items())


def _statement(sheet: Sheet, statement: StatementSheet) -> None:
    sheet.rule()
    state = statement.review.state
    shown = state.upper() if state in SHOUTED else state
    sheet.add(f"{statement.id} — {statement.kind} {statement.role}; {shown}", style="bold")
    sheet.add(statement.words if statement.kind == "reading" else f"“{statement.words}”", 1)
    _lines(sheet, _facts(statement))
    for name, words in statement.about.items():
        sheet.add(f"about {name}: “{words}”", 1)
    for claim in statement.claims:
        sheet.add(f"read as: {claim}", 1)
    if not statement.claims and statement.kind == "fact":
        sheet.add("read as: no claim", 1)
    for reading in statement.readings:
        lead = "reading" if reading.how == "its claims are read by it" else "reading about it"
        sheet.add(f"{lead} {reading.id} ({reading.state}): {reading.states}", 1)
    for how, who in statement.uses.items():
        if how != "readings about it":
            sheet.add(f"{how}: {', '.join(ordered(who))}", 1)
    if statement.not_used:
        sheet.add(f"used by no rule: {statement.not_used}", 1)
    _without(sheet, statement.without)
    _room(sheet, statement.review, statement.command)


def _facts(statement: StatementSheet) -> Sequence[tuple[str, str]]:
    """What is said of the words, each with its label."""
    where = ", ".join(filter(None, (statement.read_in, statement.locator)))
    joined = (" and " if statement.cites_all else " or ").join(statement.cites)
    cited = "" if statement.kind == "reading" else joined or "no source"
    fidelity = FIDELITIES.get(statement.fidelity, "")
    note = f" — {statement.fidelity_note}" if statement.fidelity_note else ""
    return (
        ("read in" if statement.kind == "fact" else "stated in", where),
        ("attributed to", cited),
        ("how attributed", statement.attribution),
        ("fidelity", f"{fidelity}{note}"),
        ("wording", f"“{statement.modality}”" if statement.modality else ""),
        ("population", statement.population),
        ("evidence level", statement.evidence_level),
        ("note", statement.note),
    )


def _lines(sheet: Sheet, lines: Sequence[tuple[str, str]]) -> None:
    for label, text in lines:
        if text:
            sheet.add(f"{label}: {text}", 1)


def _without(sheet: Sheet, found: Consequences | None) -> None:
    """What falls or changes without it."""
    if found is None:
        return
    lead, lines = consequences(found)
    sheet.add(f"without it: {lead}", 1)
    for line in lines:
        sheet.add(f"· {line}", 3)


def consequences(found: Consequences) -> tuple[str, tuple[str, ...]]:
    """What falls or changes: in short, and line by line where an advice says something else."""
    every = count_words(found.scenarios, "scenario")
    shown = list(filter(is_said, found.lines))
    if not found.differing:
        lead = f"nothing changes in any of {every}"
    elif not found.changed and not found.behind:
        lead = f"every line stands, in {found.differing:,} of {every} by other citations or proofs"
    else:
        cited = found.differing - found.changed - found.behind
        lead = reach_words(found.scenarios, found.changed, found.behind, cited)
    lines = []
    for effect in EFFECTS:
        for told in told_tallies(tally for tally in shown if tally.effect == effect):
            states = "; ".join(told.states if len(told.states) == 1 else (f"in {state}" for state in told.states))
            lines.append(f"{TITLES[effect][0]}: {told.title} ({told.where}): {states}")
    losses: dict[tuple[str, str], list[str]] = {}
    for loss in found.losses:
        losses.setdefault((loss.kind, loss.outcome), []).append(loss.name)
    lines += [f"{kind}, {outcome}: {', '.join(names)}" for (kind, outcome), names in losses.items()]
    return lead, tuple(lines)


def _room(sheet: Sheet, review: PartReview, command: str) -> None:
    """Who judged it so far, and room for who judges it now."""
    for entry in review.entries:
        words = "" if entry.current else " (of words that were changed since)"
        sheet.add(f"{said(entry)}{words}: {entry.note}", 1)
    sheet.add(f"words with the digest {review.digest[:12]}; a verdict is recorded by", 1)
    sheet.add(command, 3)
    for line in SIGN:
        sheet.add(line.replace(" ", chr(0xA0)), 1)
