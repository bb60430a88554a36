"""`rulewright trace CASE [CONCLUSION]`: the chain from a conclusion to the words it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rulewright.cli.advise import AsOfOption, CaseArgument, Engines, EnginesOption, SourcesOption, advised
from rulewright.cli.knowledge import KnowledgeOption, load_knowledge

MOST_OFFERED = 12

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from engine.model.advice import Advice
    from engine.model.knowledge import KnowledgeBase


def trace(
    case: CaseArgument,
    conclusion: Annotated[
        str | None,
        typer.Argument(
            metavar="[CONCLUSION]",
            help="A conclusion, as in 'option(tomato feed, top)', or words of it; by default all that are shown.",
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


def named(
    advice: Advice, knowledge: KnowledgeBase, words: str, fits: Callable[[str], bool] = lambda _: True
) -> list[str]:
    """The conclusions that these words name; raises `Refused` with a hint where there is none.

    ``fits`` says of the value of a conclusion whether the question can be asked of it: those are offered.
    """
    from engine.errors import Location, Problem, Refused
    from provenance.render.selection import parts, similar
    from provenance.render.trace import matching, traceable

    found = matching(advice, knowledge, words) if words.strip() else []
    if not found:
        # A relation of two words is a side of an argument, and no conclusion that one asks about.
        every = [name for name in (*traceable(advice, knowledge), *advice.values) if " " not in parts(name)[0]]
        offered = [name for name in dict.fromkeys(every) if fits(advice.values.get(name, "false"))]
        nearest = similar(words, offered)[:MOST_OFFERED]
        more = f", … ({len(offered)} in all)" if len(offered) > len(nearest) else ""
        empty = "the conclusion is empty: it names none, and leaving it out asks of all"
        raise Refused(
            [
                Problem(
                    Location("CONCLUSION"),
                    "unknown-conclusion",
                    f"no conclusion is or holds `{words}`" if words.strip() else empty,
                    f"one of {', '.join(nearest)}{more}",
                    meant(words, advice.values),
                )
            ]
        )
    return found


def meant(words: str, names: Iterable[str]) -> str:
    """A hint at the conclusion, or the word of one, that these words misspell; empty where there is none.

    A whole conclusion is hinted at only where each argument is like the one that is written in its place.
    """
    from engine.errors import did_you_mean
    from provenance.render.selection import parts

    names = list(names)
    written = parts(words)

    def is_like(name: str) -> bool:
        own = parts(name)
        return len(own) == len(written) and all(
            one.casefold() == other.casefold() or did_you_mean(one, [other])
            for one, other in zip(written, own, strict=True)
        )

    single = {part for name in names for part in parts(name)} if len(written) == 1 else set()
    return did_you_mean(words, [*filter(is_like, names), *sorted(single)])
