"""`rulewright test --record CASE`: the advice for a case as a new scenario, which its author edits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rulewright.cli.advise import Engines
from rulewright.cli.knowledge import load_knowledge, written_to

if TYPE_CHECKING:
    from engine.errors import Findings

RecordOption = Annotated[
    str | None,
    typer.Option(
        metavar="CASE",
        help="Run none, but write the advice for this case as a new scenario, for its author to compare with the "
        "sources and to edit; - reads standard input.",
        show_default=False,
    ),
]
NameOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="With --record: the name of the scenario; by default that of the file of the case.",
        show_default=False,
    ),
]
RecordedSourcesOption = Annotated[
    str | None,
    typer.Option(
        metavar="IDS",
        help="With --record: admit only statements read in these documents, as in S0 or S0,S9.",
        show_default=False,
    ),
]


def record_scenario(case: str, name: str | None, sources: str | None, engines: Engines, kb: Path | None) -> None:
    """Write the scenario into the folder of scenarios, and say where.

    Raises `Refused` with every problem of the case, of the name and of the sources; a scenario that is there is left as
    it is.
    """
    from engine.advising import ENGINES, Advisor, read_case_node
    from engine.errors import Findings, Refused
    from engine.fields import Fields
    from engine.reading import Mapping, read_text
    from rulewright.authoring.recording import recorded
    from rulewright.authoring.scenarios import shown as named
    from rulewright.authoring.schemas import FOLDER, modeline
    from rulewright.cli.files import read_named, write_new
    from rulewright.cli.output import emit

    knowledge = load_knowledge(kb)
    folder = written_to(kb) / "scenarios"
    findings = Findings()
    chosen = _name(case, name, folder, findings)
    advisor = Advisor(knowledge, ENGINES if engines is Engines.BOTH else (engines.value,))
    wanted = None if sources is None else tuple(name.strip() for name in sources.split(","))
    try:
        text, shown = read_named(case, "a case in YAML or JSON")
        node = read_text(text, shown, findings)
        read = read_case_node(node, knowledge) if node is not None else None
    except Refused as refused:
        advisor.admitted_sources(wanted, findings)
        raise Refused([*findings, *refused.problems]) from None
    if wanted is None and isinstance(node, Mapping) and "sources" in node.keys:
        wanted = Fields(node, "the case", findings).texts("sources")
    admitted = advisor.admitted_sources(wanted, findings)
    findings.refuse_if_any()
    assert isinstance(node, Mapping)
    assert read is not None
    inner = node.entries.get("case", node)
    assert isinstance(inner, Mapping)
    path = folder / f"{chosen}.yaml"
    within = path.relative_to(folder.parent)
    has_schemas = (folder.parent / FOLDER).is_dir()
    schema = f"{modeline(within)}\n" if has_schemas else ""
    write_new(path, schema + recorded(advisor.advise(read, admitted), knowledge, inner, admitted, shown))
    emit(
        f"{named(path)}: recorded from {shown}. It passes, because it expects what the program answered: "
        f"whether that is right, its author says.\n"
    )


def _name(case: str, name: str | None, folder: Path, findings: Findings) -> str:
    """The name of the scenario: the one given, or that of the case's file; what is wrong with it is recorded."""
    from engine.errors import Location
    from engine.fields import ID, LONGEST_ID
    from rulewright.authoring.scenarios import read_each
    from rulewright.cli.files import STANDARD_INPUT

    if name is None and case == STANDARD_INPUT:
        findings.add("missing-field", Location("--name"), "the case has no file that names the scenario", "--name NAME")
        return ""
    chosen = Path(case).stem if name is None else name
    if not (ID.match(chosen) and len(chosen) <= LONGEST_ID):
        findings.add(
            "name",
            Location("--name"),
            f"`{chosen}` is no name of a scenario",
            f"letters, digits, `-`, `.` and `_`, at most {LONGEST_ID} of them",
        )
    taken = next((one.location for one in read_each(folder.parent) if one.name == chosen), None)
    if taken is not None:
        where = f"it stands at {taken}"
        findings.add("duplicate-id", Location("--name"), f"there is a scenario `{chosen}`", "another --name", where)
    return chosen
