"""Which conclusions a trace speaks of: all that an advice shows, or those that some words mean."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from engine.model.advice import Advice, Dose
from engine.model.knowledge import KnowledgeBase
from engine.statements import sentence
from provenance.graph import shown_conclusions
from provenance.grounds import Grounds


def traceable(advice: Advice, knowledge: KnowledgeBase) -> list[str]:
    """What the advice shows, in its order: every standing with its doses, then every statement."""
    return traceable_of(Grounds(advice, knowledge))


def traceable_of(grounds: Grounds) -> list[str]:
    """The same of an advice whose grounds are at hand."""
    doses = doses_of(grounds)
    found: dict[str, None] = {}
    for name in shown_conclusions(grounds.advice, grounds.knowledge):
        found[name] = None
        arguments = name.partition("(")[2].removesuffix(")")
        for dose in doses:
            if dose.partition("(")[2].startswith(f"{arguments}, "):
                found[dose] = None
    return list(found)


def matching(advice: Advice, knowledge: KnowledgeBase, words: str) -> list[str]:
    """The conclusions that ``words`` mean: an exact one, else those shown that hold every word, else any that does."""
    if words in advice.values:
        return [words]
    wanted = words.casefold().split()
    atoms = Grounds(advice, knowledge).program.names

    def told(name: str) -> str:
        return f"{name} {sentence(knowledge, atoms[name]) if name in atoms else ''}".casefold()

    shown = [name for name in traceable(advice, knowledge) if all(word in told(name) for word in wanted)]
    return shown or [name for name in advice.values if all(word in told(name) for word in wanted)]


def parts(name: str) -> list[str]:
    """The relation of a conclusion and its arguments."""
    relation, _, arguments = name.strip().partition("(")
    return [relation.strip(), *(part.strip() for part in arguments.removesuffix(")").split(",") if part.strip())]


def similar(words: str, names: Iterable[str]) -> list[str]:
    """Conclusions by what they share with words: relation, arguments, letters; without words, as given."""
    relation, *asked = [part.casefold() for part in parts(words)] or [""]

    def order(name: str) -> tuple[bool, int, float]:
        own, *arguments = [part.casefold() for part in parts(name)]
        shared = sum(argument in asked for argument in arguments)
        return own != relation, -shared, -difflib.SequenceMatcher(None, words.casefold(), name.casefold()).ratio()

    return sorted(names, key=order) if words.strip() else list(names)


def doses_of(grounds: Grounds) -> dict[str, Dose]:
    """The doses of an advice by the conclusion that draws each."""
    head = grounds.vocabulary.headings
    kind = grounds.vocabulary.conclusions.get(head.conclusion)
    found: dict[str, Dose] = {}
    for standing in grounds.advice.options:
        for dose in standing.doses:
            evidence = grounds.program.evidence.get(dose.evidence)
            if kind is not None and evidence is not None:
                key = [standing.key[field] for field in kind.key if field in standing.key]
                found[f"{head.dose}({', '.join([*key, evidence.name])})"] = dose
    return found
