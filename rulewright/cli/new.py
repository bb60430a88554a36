"""`rulewright new kb | source | fact | rule | scenario`: a beginning, with a mark where only its author knows."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from rulewright.cli.beginning import claimed, file_name, finish, new_id, new_name, opened, parted, patterns, text_file
from rulewright.cli.knowledge import KnowledgeOption

app = typer.Typer(
    help="Begin a knowledge base, a source, a fact, a rule or a scenario. On a terminal it asks for what no option "
    "says; `author-must-say` marks what only the author knows, and `check` finds the marks. Nothing is overwritten.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show what would be written, and write nothing.")]
TopicOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="The file to write to, without .yaml.", show_default=False)
]


class SourceKind(StrEnum):
    """What kind of document a source is."""

    GUIDELINE = "guideline"
    LABEL = "label"
    RESEARCH = "research"
    SECONDARY = "secondary"
    INTERPRETATION = "interpretation"


class Identity(StrEnum):
    """How far it is known which document a source is."""

    VERIFIED = "verified"
    PROBABLE = "probable"
    UNRESOLVED = "unresolved"


def kb(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="A folder that is not there yet, or empty.", show_default=False),
    ] = None,
    title: Annotated[str | None, typer.Option(help="What it is about.", show_default=False)] = None,
    dry_run: DryRunOption = False,
) -> None:
    """Begin a knowledge base that loads, runs and passes its scenarios."""
    from shlex import quote

    from engine.errors import Findings
    from engine.loading.files import shown
    from rulewright.authoring.new.knowledge import begin, files, refuse_taken
    from rulewright.cli.asking import words
    from rulewright.cli.beginning import answered
    from rulewright.cli.output import emit

    if folder is None:
        findings = Findings()
        folder = Path(answered("DIR", "Folder of the knowledge base", findings))
        findings.refuse_if_any()
    refuse_taken(folder)
    content = files(folder.resolve().name or "knowledge", words(title, "Title"))
    if dry_run:
        emit("\n".join(f"# {shown(folder / name)}\n{text}" for name, text in content.items()))
        return
    begin(folder, content)
    emit(
        "\n".join([*(shown(folder / name) for name in content), f"next: rulewright check --kb {quote(str(folder))}"])
        + "\n"
    )


def source(
    id: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="Its id, which is also the name of its file.", show_default=False),
    ] = None,
    kind: Annotated[SourceKind | None, typer.Option(help="What kind of document it is.", show_default=False)] = None,
    title: Annotated[str | None, typer.Option(help="Its title, as printed.", show_default=False)] = None,
    identity: Annotated[
        Identity | None,
        typer.Option(
            help="How far it is known which document it is; by default unresolved, of interpretations verified.",
            show_default=False,
        ),
    ] = None,
    cite: Annotated[str | None, typer.Option(help="How it is cited, in full.", show_default=False)] = None,
    known: Annotated[str | None, typer.Option(help="What is known of it.", show_default=False)] = None,
    published: Annotated[str | None, typer.Option(metavar="DAY", help="When.", show_default=False)] = None,
    printed_as: Annotated[
        str | None, typer.Option(metavar="TEXT", help="How the document that was read names it.", show_default=False)
    ] = None,
    text: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="A file with its words, which quotes are compared with: copied to texts/ID.txt, unless it is below "
            "the folder already.",
            show_default=False,
        ),
    ] = None,
    kb: KnowledgeOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Begin a source, in a file of its own."""
    from engine.errors import Findings
    from rulewright.authoring.new.addition import taken
    from rulewright.authoring.new.source import NewSource, text_beside
    from rulewright.authoring.new.source import source as begun
    from rulewright.cli import asking

    root, _, knowledge = opened(kb, dry_run)
    findings = Findings()
    name = new_id(
        id, knowledge.sources, "source", findings, taken=lambda name: taken(root / "sources" / f"{name}.yaml")
    )
    what = asking.choice(kind, "Kind", list(SourceKind))
    asking.require(what, "--kind", "the kind of the source", findings)
    findings.refuse_if_any()
    own = what == SourceKind.INTERPRETATION
    called = asking.words(title, "Title" if own else "Title, as printed")
    known_as: str = identity or ""
    if not own and not identity:
        known_as = asking.choice(None, "How far is its identity known", list(Identity), required=bool(cite))
    if not own and known_as in (Identity.VERIFIED, Identity.PROBABLE):
        cite = asking.words(cite, "How it is cited, in full")
    elif not own and asking.asks() and not cite:
        known = asking.words(known, "What is known of it")
    words = text_file(text, name, root, asked=not own)
    registered, copied = text_beside(root, name, *words) if words is not None else ("", None)
    new = NewSource(
        name, what, called, known_as, cite or "", known or "", published or "", printed_as or "", registered
    )
    finish(root, begun(root, new), dry_run, copied)


def fact(
    id: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="Its id; by default the next of its source.", show_default=False),
    ] = None,
    source: Annotated[
        str | None, typer.Option(metavar="ID", help="The document it was read in.", show_default=False)
    ] = None,
    quote: Annotated[str | None, typer.Option(help="The exact words.", show_default=False)] = None,
    locator: Annotated[str | None, typer.Option(help="Where they stand.", show_default=False)] = None,
    cites: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="A source that the document itself names for it.", show_default=False),
    ] = None,
    modality: Annotated[str | None, typer.Option(metavar="WORD", help="The wording.", show_default=False)] = None,
    about: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Of a reading: what it is about.", show_default=False)
    ] = None,
    states: Annotated[str | None, typer.Option(help="Of a reading: what it says.", show_default=False)] = None,
    claim: Annotated[str | None, typer.Option(metavar="KIND", help="What it claims.", show_default=False)] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A field of its claim (may be given again).", show_default=False),
    ] = None,
    kb: KnowledgeOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Begin a fact, or a reading where its source is one of interpretations, at the end of the file of its source."""
    from engine.errors import Findings
    from rulewright.authoring.new.fact import NewFact, next_id
    from rulewright.authoring.new.fact import fact as begun
    from rulewright.authoring.new.values import paired
    from rulewright.cli import asking

    root, now, knowledge = opened(kb, dry_run)
    findings = Findings()
    name = "" if id is None else new_id(id, knowledge.facts, "fact", findings)
    where = asking.choice(source, "Source", knowledge.sources)
    asking.require(where, "--source", "the document that the fact was read in", findings)
    parted(cites, "--cites", findings)
    parted(about, "--about", findings)
    fields = paired(field or [], "--field", findings)
    findings.refuse_if_any()
    found = knowledge.sources.get(where)
    reading = found is not None and found.kind == "interpretation"
    name = name or new_id(None, knowledge.facts, "fact", findings, next_id(knowledge, where))
    ids = {**knowledge.facts, **knowledge.sources}
    new = NewFact(
        where,
        name,
        (quote or "") if reading else asking.words(quote, "The exact words"),
        (locator or "") if reading else asking.words(locator, "Where they stand"),
        tuple(cites) if cites is not None else None,
        asking.choice(modality, "Modality", knowledge.vocabulary.terms.get("modality", {}), required=False),
        tuple((asking.several(about, "What the reading is about", ids) if reading else about) or ()),
        asking.words(states, "What it says") if reading else states or "",
        kind := asking.choice(claim, "Kind of claim", knowledge.vocabulary.claims, required=False),
        claimed(knowledge, kind, fields, findings),
    )
    findings.refuse_if_any()
    finish(root, begun(root, knowledge, now.documents, new), dry_run)


def rule(
    id: Annotated[str | None, typer.Argument(metavar="[ID]", help="Its id.", show_default=False)] = None,
    title: Annotated[str | None, typer.Option(help="What it says, in a sentence.", show_default=False)] = None,
    because: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="A fact that warrants it.", show_default=False)
    ] = None,
    mechanism: Annotated[bool, typer.Option("--mechanism", help="The facts that it matches warrant it.")] = False,
    definition: Annotated[bool, typer.Option("--definition", help="It gives a name to what the case says.")] = False,
    when: Annotated[
        list[str] | None, typer.Option(metavar="YAML", help="A condition that must be true.", show_default=False)
    ] = None,
    unless: Annotated[
        list[str] | None, typer.Option(metavar="YAML", help="A condition that must be false.", show_default=False)
    ] = None,
    then: Annotated[list[str] | None, typer.Option(metavar="YAML", help="What it draws.", show_default=False)] = None,
    topic: TopicOption = None,
    kb: KnowledgeOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Begin a rule, in the file of its topic, else in that whose rules draw the same."""
    from functools import partial

    from engine.errors import Findings, Location
    from rulewright.authoring.new.fact import used
    from rulewright.authoring.new.rule import NewRule, wrong_part
    from rulewright.authoring.new.rule import rule as begun
    from rulewright.cli import asking

    root, now, knowledge = opened(kb, dry_run)
    findings = Findings()
    name = new_id(id, knowledge.rules, "rule", findings)
    file_name(topic, findings)
    parted(because, "--because", findings)
    if mechanism and definition:
        findings.add("unwarranted", Location("--mechanism"), "a rule is a mechanism or a definition", "one of the two")
    findings.refuse_if_any()
    words = knowledge.vocabulary
    basis = "mechanism" if mechanism else "definition" if definition else ""
    unwarranted = "" if basis else "A rule rests on facts; one that does not is begun with --mechanism or --definition"
    warrant = because if basis else asking.several(because, "Facts that warrant it", knowledge.facts, unwarranted)
    new = NewRule(
        name,
        asking.words(title, "What it says, in a sentence"),
        tuple(warrant or ()),
        basis,
        tuple(patterns(when, "A condition, as YAML", partial(wrong_part, words, "when"), required=not unless)),
        tuple(unless or ()),
        tuple(patterns(then, "What it draws, as YAML", partial(wrong_part, words, "then"))),
        topic or "",
    )
    finish(root, begun(root, now.documents, words, new), dry_run, used=used(knowledge, new.because))


def scenario(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Its name.", show_default=False)] = None,
    like: Annotated[
        str | None, typer.Option(metavar="NAME", help="The scenario whose case it starts from.", show_default=False)
    ] = None,
    change: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="PATH=VALUE", help="A datum of the case (may be given again).", show_default=False
        ),
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(metavar="PATH", help="A datum to leave out.", show_default=False)
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="The moment of the case; by default now, or that of the scenario that it is like.",
            show_default=False,
        ),
    ] = None,
    topic: TopicOption = None,
    kb: KnowledgeOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Begin a scenario: a case, and a mark where its author says what she expects."""
    from datetime import UTC, datetime

    from engine.errors import Findings
    from rulewright.authoring.new.scenario import NewScenario
    from rulewright.authoring.new.scenario import scenario as begun
    from rulewright.authoring.new.values import paired
    from rulewright.authoring.scenario import Scenario
    from rulewright.authoring.scenarios import read_each
    from rulewright.cli import asking

    root, _, knowledge = opened(kb, dry_run)
    findings = Findings()
    known = read_each(root)
    chosen = new_name(name, [one for one in known if isinstance(one, Scenario)], topic, findings)
    data = paired(change or [], "--set", findings)
    findings.refuse_if_any()
    start = asking.choice(like, "Like which scenario", [one.name for one in known], required=False)
    moment = as_of or ("" if start else datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ"))
    new = NewScenario(chosen, start, data, tuple(without or ()), moment, topic or "")
    finish(root, begun(root, knowledge.vocabulary, known, new), dry_run)


app.command("kb", epilog="Example: rulewright new kb my-knowledge")(kb)
app.command("source", epilog="Example: rulewright new source S9 --kind guideline")(source)
app.command("fact", epilog="Example: rulewright new fact --source S9 --quote 'the exact words' --locator 'p. 3'")(fact)
app.command("rule", epilog="Example: rulewright new rule it-is-cold --because G1 --when '…' --then '…'")(rule)
app.command("scenario", epilog="Example: rulewright new scenario a-day-later --like the-first-day")(scenario)
