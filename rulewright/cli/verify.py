"""`rulewright verify ADVICE`: whether an advice follows from its case and the knowledge base."""

from __future__ import annotations

from typing import Annotated

import typer

from rulewright.cli.knowledge import KnowledgeOption, load_knowledge, title_of


def verify(
    advice: Annotated[
        str, typer.Argument(metavar="ADVICE", help="An advice as JSON; - reads standard input.", show_default=False)
    ],
    kb: KnowledgeOption = None,
) -> None:
    """Check an advice from its own text and the knowledge base alone; the checker shares nothing with the engines."""
    from provenance.verify import verify as check
    from rulewright.cli.files import read_named
    from rulewright.cli.output import NEGATIVE, emit

    knowledge = load_knowledge(kb)
    text, file = read_named(advice, "an advice as JSON")
    refuse_unless_json(text, file)
    verdict = check(text, knowledge)
    lines = [f"{file}: {problem}" for problem in verdict.problems]
    lines += (
        [f"{len(verdict.problems):,} problem{'' if len(verdict.problems) == 1 else 's'}: the advice does not follow"]
        if lines
        else []
    )
    lines += [f"{file} follows from its case and from {title_of(knowledge)}"] if verdict.ok else []
    lines += ["", "Checked:", *(f"  {said}" for said in verdict.checked)]
    lines += ["", "Not checked:", *(f"  {said}" for said in verdict.not_checked)]
    emit("\n".join(lines) + "\n")
    if not verdict.ok:
        raise typer.Exit(NEGATIVE)


def refuse_unless_json(text: str, file: str) -> None:
    """Raise `Refused` where the text is no JSON object in the format of an advice."""
    import json

    from engine.errors import Location, Problem, Refused
    from engine.model.advice import FORMAT

    expected = f"an advice as JSON, of the format {FORMAT}"
    try:
        tree = json.loads(text)
    except json.JSONDecodeError as error:
        raise Refused(
            [Problem(Location(file, error.lineno, error.colno), "syntax", f"not JSON: {error.msg}", expected)]
        ) from None
    except (RecursionError, ValueError) as error:
        raise Refused([Problem(Location(file), "syntax", f"not JSON that can be read: {error}", expected)]) from None
    if not isinstance(tree, dict) or tree.get("format") != FORMAT:
        raise Refused([Problem(Location(file, 1, 1), "not-an-advice", "the document is no advice", expected)])
