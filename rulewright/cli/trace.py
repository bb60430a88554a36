"""`rulewright trace CASE [CONCLUSION]`: the chain from a conclusion to the words it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rulewright.cli.advise import AsOfOption, CaseArgument, Engines, EnginesOption, SourcesOption, advised
from rulewright.cli.knowledge import KnowledgeOption, load_knowledge

if TYPE_CHECKING:
    from engine.model.advice import Advice
    from engine.model.knowledge import KnowledgeBase


def trace(
    case: CaseArgument,
    conclusion: Annotated[
        str | None,
        typer.Argument(
            metavar="[CONCLUSION]",
            help="A conclusion, as in 'option(anakinra, refractory)', or words of it; by default all that are shown.",
            show_default=False,
        ),
    ] = None,
    sources: SourcesOption = None,
    as_of: AsOfOption = None,
    engines: EnginesOption = Engines.BOTH,
    kb: KnowledgeOption = None,
) -> None:
    """Follow conclusions down through rules, case data and facts to quotes, readings and stated defaults."""
    from provenance.render.trace import trace as chains
    from provenance.render.trace import traceable
    from rulewright.cli.output import emit_sheet, width

    knowledge = load_knowledge(kb)
    advice, read = advised(knowledge, case, sources, as_of, engines)
    wanted = traceable(advice, knowledge) if conclusion is None else named(advice, knowledge, conclusion)
    emit_sheet(chains(advice, knowledge, wanted, read, width()))


def named(advice: Advice, knowledge: KnowledgeBase, words: str) -> list[str]:
    """The conclusions that these words name; raises `Refused` with a hint where there is none."""
    from engine.errors import Location, Problem, Refused, did_you_mean, listed
    from provenance.render.trace import matching, traceable

    found = matching(advice, knowledge, words) if words.strip() else []
    if not found:
        shown = traceable(advice, knowledge)
        parts = {part for name in advice.values for part in name.replace("(", ", ").rstrip(")").split(", ")}
        hint = did_you_mean(words, [*advice.values, *sorted(parts)])
        raise Refused(
            [
                Problem(
                    Location("CONCLUSION"),
                    "unknown-conclusion",
                    f"no conclusion is or holds `{words}`",
                    f"one of {listed(shown, 12)}",
                    hint,
                )
            ]
        )
    return found
