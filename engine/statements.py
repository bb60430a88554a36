"""Conclusions that are not argued, as sentences, and the questions that are open."""

from __future__ import annotations

import re
from collections import defaultdict

from engine.derivation import Derivation
from engine.missing import MissingData
from engine.model.advice import Certainty, Missing, Standing, Statement
from engine.model.knowledge import KnowledgeBase
from engine.observing import NAMES, PROVISIONAL, TRUE, UNKNOWN
from engine.program import Atom, Program
from engine.standing import Standings
from engine.support import Support

FIELD = re.compile(r"\{([^{}.]+)(\.label)?\}")


def sentence(knowledge: KnowledgeBase, atom: Atom) -> str:
    """A conclusion as a sentence, by the template that the vocabulary gives its kind."""
    relation = atom.relation.partition(" [")[0].rpartition(" ")[2]
    kind = knowledge.vocabulary.conclusions.get(relation)
    if kind is None:
        kind = next((kind for kind in knowledge.vocabulary.conclusions.values() if kind.argued), None)
    if kind is None:
        return str(atom)
    values = dict(zip(kind.key, atom.arguments, strict=False))

    def filled(match: re.Match[str]) -> str:
        value = values.get(match[1], match[0])
        type_ = kind.key.get(match[1])
        term = knowledge.vocabulary.term(type_.of, value) if type_ is not None and type_.kind == "term" else None
        return term.title if match[2] and term else value

    text = FIELD.sub(filled, kind.template) if kind.template else str(atom)
    prefix = {"for": "an argument for: ", "against": "an argument against: "}.get(atom.relation.partition(" ")[0], "")
    if atom.relation in ("withheld", "conflict") and atom.relation not in knowledge.vocabulary.conclusions:
        prefix = {"withheld": "withheld for now: ", "conflict": "unresolved: "}[atom.relation]
    return prefix + text


def statements(
    knowledge: KnowledgeBase, program: Program, derivation: Derivation, support: Support, standings: Standings
) -> dict[str, tuple[Statement, ...]]:
    """The conclusions of each section that hold, provisionally hold, or are open."""
    found: dict[str, list[Statement]] = {
        kind.section: [] for kind in knowledge.vocabulary.conclusions.values() if kind.section
    }
    for atom in program.atoms:
        kind = knowledge.vocabulary.conclusions.get(atom.relation)
        value = derivation.value(atom)
        if kind is None or not kind.section or value < (UNKNOWN if kind.asked_for else PROVISIONAL):
            continue
        facts = support.own_facts([atom]) | support.readings([atom])
        claims, readings = support.parted(facts)
        firings = support.by_head.get(atom, [])
        annotations: dict[str, dict[str, None]] = defaultdict(dict)
        for firing in firings:
            if firing.value >= PROVISIONAL:
                for name, found_value in program.clauses[firing.clause].annotations:
                    annotations[name][str(found_value)] = None
        found[kind.section].append(
            Statement(
                conclusion=str(atom),
                key=dict(zip(kind.key, atom.arguments, strict=True)),
                value=NAMES[value],
                text=sentence(knowledge, atom),
                annotations={name: tuple(values) for name, values in annotations.items()},
                claims=claims,
                readings=readings,
                populations=standings.populations(support.own([atom])),
                designs=standings.designs(claims),
                certainty=standings.certainties.of(atom) if value >= PROVISIONAL else Certainty(),
                unreviewed=standings.unreviewed.of([atom], facts),
                assumed=support.assumed([atom]),
                firings=tuple(support.firing_ids(atom)),
            )
        )
    order = {term: number for terms in knowledge.vocabulary.terms.values() for number, term in enumerate(terms)}
    return {
        section: tuple(sorted(entries, key=lambda entry: [order.get(value, 0) for value in entry.key.values()]))
        for section, entries in found.items()
    }


def questions(
    knowledge: KnowledgeBase,
    program: Program,
    derivation: Derivation,
    data: MissingData,
    options: tuple[Standing, ...],
) -> tuple[Missing, ...]:
    """The open questions of the advice, with the data that would settle each."""
    head = knowledge.vocabulary.headings
    asked: list[tuple[Atom, str]] = []
    for standing in options:
        if standing.heading in ("undetermined", "provisional") and not standing.unresolved:
            atom = Atom(head.conclusion, tuple(standing.key.values()))
            asked.append((atom, sentence(knowledge, atom)))
        if standing.heading == "advised":
            key = tuple(standing.key.values())
            for atom in program.atoms:
                open_ = UNKNOWN <= derivation.value(atom) < TRUE
                if open_ and atom.relation == head.dose and atom.arguments[: len(key)] == key:
                    asked.append((atom, sentence(knowledge, atom)))
    for atom in program.atoms:
        kind = knowledge.vocabulary.conclusions.get(atom.relation)
        if kind is not None and kind.asked_for and derivation.value(atom) in (UNKNOWN, PROVISIONAL):
            asked.append((atom, sentence(knowledge, atom)))
    found = []
    for atom, text in dict(asked).items():
        sets, more = data.sets(atom)
        found.append(Missing(question=str(atom), text=text, sets=sets, more=more))
    return tuple(found)
