"""Conclusions that are not argued, as sentences."""

from __future__ import annotations

import re
from collections import defaultdict

from engine.program import Atom
from provenance.verify.certainty import design
from provenance.verify.derivation import Derivation
from provenance.verify.standings import Standings
from provenance.verify.truth import NAMES, PROVISIONAL, UNKNOWN
from provenance.verify.verdict import Tree

FIELD = re.compile(r"\{([^{}.]+)(\.label)?\}")


def sections(derivation: Derivation, standings: Standings) -> dict[str, list[Tree]]:
    """Every statement that holds, provisionally holds, or is open and worth asking about."""
    vocabulary = derivation.knowledge.vocabulary
    found: dict[str, list[Tree]] = {kind.section: [] for kind in vocabulary.conclusions.values() if kind.section}
    for atom in derivation.ground.atoms:
        kind, value = vocabulary.conclusions.get(atom.relation), derivation.value(atom)
        if kind is None or not kind.section or value < (UNKNOWN if kind.asked_for else PROVISIONAL):
            continue
        claims, readings = derivation.parted(derivation.facts([atom]) | derivation.readings([atom]))
        notes: dict[str, dict[str, None]] = defaultdict(dict)
        for firing in derivation.by_head[atom]:
            for name, note in firing.instance.annotations if firing.value >= PROVISIONAL else ():
                notes[name][str(note)] = None
        statement = {
            "conclusion": str(atom),
            "key": dict(zip(kind.key, atom.arguments, strict=True)),
            "value": NAMES[value],
            "text": sentence(derivation, atom),
            "annotations": {name: list(texts) for name, texts in notes.items()},
            "claims": claims,
            "readings": readings,
            "populations": standings.populations(derivation.matched([atom])),
            "designs": {fact: told for fact in claims if (told := design(derivation.knowledge, fact))},
            "certainty": standings.certainties.of(atom, value >= PROVISIONAL),
            "unreviewed": standings.reviews.behind(standings.certainties, [atom], [*claims, *readings]),
            "assumed": derivation.assumed([atom]),
            "firings": derivation.ids(atom),
        }
        found[kind.section].append(statement)
    order = {term: number for terms in vocabulary.terms.values() for number, term in enumerate(terms)}
    for entries in found.values():
        entries.sort(key=lambda entry: [order.get(word, 0) for word in entry["key"].values()])
    return found


def sentence(derivation: Derivation, atom: Atom) -> str:
    """A conclusion in the words of its template."""
    vocabulary, kinds = derivation.knowledge.vocabulary, derivation.knowledge.vocabulary.conclusions
    side, relation = derivation.ground.argued.get(atom.relation.partition(" [")[0], ("", atom.relation))
    kind = kinds.get(relation) or next((kind for kind in kinds.values() if kind.argued), None)
    if kind is None or not kind.template:
        text = str(atom)
    else:
        values = dict(zip(kind.key, atom.arguments, strict=False))

        def filled(match: re.Match[str]) -> str:
            type_ = kind.key.get(match[1])
            term = vocabulary.term(type_.of, values[match[1]]) if type_ and match[2] and type_.kind == "term" else None
            return term.title if term else values.get(match[1], match[0])

        text = FIELD.sub(filled, kind.template)
    outcome = {"withheld": "withheld for now: ", "conflict": "unresolved: "}
    prefix = {"for": "an argument for: ", "against": "an argument against: "}.get(side, "")
    return (outcome.get(relation, "") if relation not in kinds else prefix) + text
