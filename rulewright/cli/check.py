"""`rulewright check`: whether a knowledge base is sound, and what is in it."""

from __future__ import annotations

import typer

from rulewright.cli.knowledge import KnowledgeOption, load_knowledge, title_of


def check(kb: KnowledgeOption = None) -> None:
    """Read a knowledge base and ground its rules: every problem with its place, or a summary."""
    from engine.compiled import Compiled
    from engine.errors import Location, Problem, Refused
    from engine.grounding import ground
    from engine.model.unit import QuantityError
    from engine.reviewed import Reviewed
    from rulewright.cli.output import NEGATIVE, emit, problems

    if kb is not None and not kb.is_dir():
        what = "is a file" if kb.exists() else "does not exist"
        raise Refused(
            [Problem(Location(str(kb)), "no-such-folder", f"the folder {kb} {what}", "a folder with kb.yaml in it")]
        )
    try:
        knowledge = load_knowledge(kb)
        program = ground(knowledge)
        try:
            Compiled(program, knowledge.vocabulary)
        except QuantityError as error:
            place = Location(str(kb or knowledge.root))
            raise Refused([Problem(place, "unit", error.message, "a dose whose units fit", error.hint)]) from None
    except Refused as refused:
        raise typer.Exit(problems(refused.problems, NEGATIVE)) from None
    vocabulary = knowledge.vocabulary
    readings = sum(fact.is_interpretation for fact in knowledge.facts.values())
    unused = sum(bool(fact.not_used_by_rules) for fact in knowledge.facts.values())
    states = Reviewed(knowledge).counts().values()
    approved, parts = sum(count["approved"] for count in states), sum(sum(count.values()) for count in states)
    counts = {
        "sources": f"{len(knowledge.sources):,}",
        "facts": f"{len(knowledge.facts) - readings:,} ({unused:,} say why no rule uses them)",
        "readings": f"{readings:,}",
        "terms": f"{sum(len(terms) for terms in vocabulary.terms.values()):,} of {len(vocabulary.terms):,} kinds",
        "rules": f"{len(knowledge.rules):,}",
        "clauses": f"{len(program.clauses):,} for {len(program.atoms):,} conclusions, {len(program.strata):,} strata",
        "reviews": f"{approved:,} of {parts:,} parts have a current approving review",
    }
    lines = [f"{title_of(knowledge)}: no problems", *(f"  {name:<9} {count}" for name, count in counts.items())]
    emit("\n".join(lines) + "\n")
