"""Conclusions that are not argued, as sentences; facts that pull apart; and the account of every datum."""

from __future__ import annotations

import re
from collections import defaultdict

from engine.derivation import Derivation
from engine.model.advice import Input, Missing, Opposition, Standing, Statement
from engine.model.knowledge import KnowledgeBase
from engine.model.vocabulary import Attribute
from engine.missing import MissingData
from engine.observing import NAMES, PROVISIONAL, TRUE, UNKNOWN, Observer
from engine.program import Atom, Program
from engine.record import Recorder
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


def statements(knowledge: KnowledgeBase, program: Program, derivation: Derivation, support: Support, standings: Standings) -> dict[str, tuple[Statement, ...]]:
    """The conclusions of each section that hold, provisionally hold, or are open."""
    found: dict[str, list[Statement]] = {kind.section: [] for kind in knowledge.vocabulary.conclusions.values() if kind.section}
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
                value=NAMES[value],  # type: ignore[arg-type]
                text=sentence(knowledge, atom),
                annotations={name: tuple(values) for name, values in annotations.items()},
                claims=claims,
                readings=readings,
                populations=standings.populations(support.own([atom])),
                assumed=support.assumed([atom]),
                firings=tuple(support.firing_ids(atom)),
            )
        )
    order = {term: number for terms in knowledge.vocabulary.terms.values() for number, term in enumerate(terms)}
    return {
        section: tuple(sorted(entries, key=lambda entry: [order.get(value, 0) for value in entry.key.values()]))
        for section, entries in found.items()
    }


def opposed(knowledge: KnowledgeBase, options: tuple[Standing, ...], sections: dict[str, tuple[Statement, ...]], facts: set[str]) -> tuple[Opposition, ...]:
    """Declared oppositions of which every fact bears on what the advice says."""
    used = facts | {entry.fact for standing in options if standing.heading != "not-supported-now" for entry in standing.beside}
    used |= {fact for entries in sections.values() for entry in entries if entry.value in ("true", "provisional") for fact in entry.claims}
    return tuple(
        Opposition(name=entry.name, facts=entry.facts, settled_by=entry.settled_by, note=entry.note)
        for entry in knowledge.opposes if all(fact in used for fact in entry.facts)
    )


def questions(knowledge: KnowledgeBase, program: Program, derivation: Derivation, data: MissingData, options: tuple[Standing, ...], observer: Observer) -> tuple[Missing, ...]:
    """The open questions of the advice, with the data that would settle each."""
    head = knowledge.vocabulary.headings
    asked: list[tuple[Atom, str]] = []
    for standing in options:
        if standing.heading in ("undetermined", "provisional") and not standing.unresolved:
            atom = Atom(head.conclusion, tuple(standing.key.values()))
            asked.append((atom, sentence(knowledge, atom)))
        if standing.heading in ("advised", "provisional"):
            for clause in program.clauses:
                if clause.head.relation == head.dose and clause.head.arguments[: len(standing.key)] == tuple(standing.key.values()) and UNKNOWN <= derivation.value(clause.head) < TRUE:
                    if standing.heading == "advised":
                        asked.append((clause.head, sentence(knowledge, clause.head)))
    for atom in program.atoms:
        kind = knowledge.vocabulary.conclusions.get(atom.relation)
        if kind is not None and kind.asked_for and derivation.value(atom) in (UNKNOWN, PROVISIONAL):
            asked.append((atom, sentence(knowledge, atom)))
    found = []
    for atom, text in dict(asked).items():
        sets, more = data.sets(atom)
        found.append(Missing(question=str(atom), text=text, sets=sets, more=more))
    return tuple(found)


def inputs_used(knowledge: KnowledgeBase, observer: Observer, recorder: Recorder, program: Program, derivation: Derivation) -> tuple[Input, ...]:
    """Every datum of the case, with the rules that read it; one that no rule read says so by an empty list.

    A rule reads a datum where a condition on it decided the rule, for or against, and not only where the rule fired.
    """
    readers: dict[str, dict[str, None]] = defaultdict(dict)
    for firing in derivation.firings:
        clause = program.clauses[firing.clause]
        items = dict(firing.items)
        for condition in (*clause.when, *clause.unless):
            for path in recorder.data(condition.literal, items):
                readers[path][clause.rule] = None
    for clause in program.clauses:
        for condition in (*clause.when, *clause.unless):
            for path in read_by_failure(condition.literal, observer, recorder):
                readers[path][clause.rule] = None
    case, vocabulary = observer.case, knowledge.vocabulary
    found = []
    for path, entry in case.data.items():
        attribute = vocabulary.attribute(path)
        notes = []
        if attribute is not None and attribute.stale_after is not None and entry.at is None:
            notes.append("undated: counts as measured at the as-of time")
        if attribute is not None and observer.is_stale(attribute, entry):
            notes.append(f"not used: measured more than {attribute.stale_after} before the as-of time")
        notes.extend(f"earlier: {old.text}" for old in case.earlier.get(path, ()))
        found.append(Input(path=path, label=_label(attribute, path), text=_shown(entry.text, entry.at), rules=tuple(sorted(readers.get(path, ()))), notes=tuple(notes)))
    for name, given in case.lists.items():
        section = vocabulary.sections[name]
        rules = tuple(sorted({rule for path, rules in readers.items() if path == name or path.startswith(f"{name}[") for rule in rules}))
        kind = "complete" if given.complete else "not complete"
        found.append(Input(path=name, label=section.label or name, text=f"{len(given.items)} listed, {kind}", rules=rules))
        for number, item in enumerate(given.items):
            for field, entry in item.items():
                path = f"{name}[{number}].{field}"
                found.append(Input(path=path, label=_label(section.attributes[field], path), text=_shown(entry.text, entry.at), rules=tuple(sorted(readers.get(path, ())))))
    return tuple(found)


def read_by_failure(literal: object, observer: Observer, recorder: Recorder) -> list[str]:
    """The recorded data of a record on which a condition fails: the rule looked at them and did not fire."""
    from engine.program import Count, Datum, Item

    if isinstance(literal, Datum) and observer.datum(literal.path, literal.test) == 0:
        return list(recorder.data(literal, {}))
    if isinstance(literal, Count):
        return [path for _, member in literal.members if isinstance(member, (Datum, Count)) for path in read_by_failure(member, observer, recorder)]
    if isinstance(literal, Item) and not any(getattr(getattr(test, "bound", None), "path", "").startswith("$") for _, test in literal.tests):
        section = observer.section(literal.item)
        found = []
        for number in range(len(observer.listed(section).items)):
            name = f"{section.name}[{number}]"
            for field, test in literal.tests:
                if observer.entry(section, name, field) is not None:
                    found.append(f"{name}.{section.attributes[field].since or field}")
                if not observer.field(section, name, field, test, {}):
                    break
        return found
    return []


def _label(attribute: Attribute | None, path: str) -> str:
    return attribute.title if attribute is not None else path


def _shown(text: str, at: object) -> str:
    low = getattr(at, "low", None)
    return f"{text} (measured {low.date().isoformat()})" if low is not None else text
