"""A case to an advice: both engines, compared, and everything that the advice must show.

`Advisor` prepares a knowledge base once and answers any number of cases. Where the engines differ nothing is served.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date
from functools import lru_cache
from typing import NamedTuple, Protocol

from engine.compiled import Compiled
from engine.derivation import Derivation
from engine.errors import EnginesDiffer, Findings
from engine.grounding import ground
from engine.inputs import Account
from engine.loading.case import moment_text, read_case
from engine.missing import MissingData
from engine.model.advice import FORMAT, SEMANTICS, Advice, Knowledge
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from engine.observing import NAMES, Observer
from engine.oppositions import opposed
from engine.program import Program
from engine.reading import Node, read_text
from engine.reasons import Reasons
from engine.record import Recorder, fact_record, grades_of, rule_records, source_records, values_of
from engine.reviewed import Reviewed
from engine.standing import Standings
from engine.statements import questions, statements
from engine.support import Support
from engine.unreviewed import review_limits

ENGINES = ("compiled", "rete")


class Derived(NamedTuple):
    """What follows from a case, and the program by which it does; ``observer`` answers conditions from the case."""

    program: Program
    observer: Observer
    derivation: Derivation


class Engine(Protocol):
    """What both engines do."""

    def evaluate(self, case: Case, observer: Observer | None = None) -> Derivation:
        """Everything that follows from a case."""
        ...


class Advisor:
    """Answers cases from one knowledge base.

    ``engines`` names those that run; with both, their derivations must be equal. Programs are prepared once for each
    set of admitted facts and kept (a few of them).
    """

    def __init__(self, knowledge: KnowledgeBase, engines: Iterable[str] = ENGINES) -> None:
        self.knowledge = knowledge
        self.engines = tuple(engines)
        unknown = set(self.engines) - set(ENGINES)
        if unknown or not self.engines:
            raise ValueError(f"engines are chosen from {', '.join(ENGINES)}")
        self.reviewed = Reviewed(knowledge)
        self._prepared = lru_cache(maxsize=8)(self._prepare)
        self._admitted_on = lru_cache(maxsize=64)(knowledge.admitted)

    def _prepare(self, admitted: frozenset[str]) -> tuple[Program, dict[str, Engine]]:
        program = ground(self.knowledge, admitted)
        prepared: dict[str, Engine] = {}
        if "compiled" in self.engines:
            prepared["compiled"] = Compiled(program, self.knowledge.vocabulary)
        if "rete" in self.engines:
            from engine.rete import Rete

            prepared["rete"] = Rete(program, self.knowledge)
        return program, prepared

    def admitted_sources(self, sources: Iterable[str] | None, findings: Findings) -> tuple[str, ...] | None:
        """The chosen documents, in order; unknown ones are recorded."""
        from engine.errors import Location, did_you_mean, listed

        if sources is None:
            return None
        chosen = tuple(sorted(set(sources)))
        for name in chosen:
            if name not in self.knowledge.sources:
                findings.add(
                    "unknown-source",
                    Location("--sources"),
                    f"there is no source `{name}`",
                    f"one of {listed(self.knowledge.sources)}",
                    did_you_mean(name, self.knowledge.sources),
                )
        return chosen

    def program(self, case: Case, sources: tuple[str, ...] | None = None) -> Program:
        """The ground program that a case is answered from: over what is admitted on its day, from these documents."""
        return self._prepared(self._admitted(case, sources))[0]

    def _admitted(self, case: Case, sources: tuple[str, ...] | None) -> frozenset[str]:
        return self._admitted_on(case.as_of.astimezone(UTC).date(), sources)

    def derive(self, case: Case, sources: tuple[str, ...] | None = None) -> Derived:
        """What follows from a case, by every engine that runs; raises `EnginesDiffer` where two of them differ."""
        program, prepared = self._prepared(self._admitted(case, sources))
        observer = Observer(self.knowledge.vocabulary, case, program.facts)
        derivations = {name: engine.evaluate(case, observer) for name, engine in prepared.items()}
        names = list(derivations)
        for name in names[1:]:
            _compare(program, names[0], derivations[names[0]], name, derivations[name])
        return Derived(program, observer, derivations[names[0]])

    def advise(self, case: Case, sources: Iterable[str] | None = None, questions: bool = True) -> Advice:
        """The advice for a case; without its open ``questions``, which take most of the time, where nobody reads them.

        Raises `Refused` for an unknown source and `EnginesDiffer` where the engines do not agree.
        """
        findings = Findings()
        chosen = self.admitted_sources(sources, findings)
        findings.refuse_if_any()
        return self.write(self.derive(case, chosen), questions)

    def write(self, derived: Derived, questions: bool = True) -> Advice:
        """The advice that says what this advisor derived from a case."""
        return _Writer(self.knowledge, *derived, self.reviewed).advice(questions)


def read_case_text(text: str, file: str, knowledge: KnowledgeBase, as_of: str = "") -> Case:
    """A case from the text of a YAML or JSON file; raises `Refused` with every problem. ``as_of`` overrides the
    case's.
    """
    findings = Findings()
    node = read_text(text, file, findings)
    case = read_case(node, knowledge.vocabulary, findings, as_of) if node is not None else None
    findings.refuse_if_any()
    assert case is not None
    return case


def read_case_node(node: Node, knowledge: KnowledgeBase, as_of: str = "") -> Case:
    """A case from a document that was read already; raises `Refused` with every problem."""
    findings = Findings()
    case = read_case(node, knowledge.vocabulary, findings, as_of)
    findings.refuse_if_any()
    assert case is not None
    return case


def _compare(program: Program, one: str, first: Derivation, other: str, second: Derivation) -> None:
    """Refuse to go on where two derivations differ, naming the conclusions."""
    if first.values == second.values and first.firings == second.firings and first.amounts == second.amounts:
        return
    differing = {
        f"{atom} ({one}: {NAMES[first.value(atom)]}, {other}: {NAMES[second.value(atom)]})"
        for atom in {*first.values, *second.values}
        if first.value(atom) != second.value(atom)
    }
    firings = set(first.firings) ^ set(second.firings)
    differing |= {f"a firing of {program.clauses[firing.clause].head}" for firing in firings}
    differing |= {
        f"an amount of {program.clauses[key[0]].head}"
        for key in first.amounts.keys() | second.amounts.keys()
        if first.amounts.get(key) != second.amounts.get(key)
    }
    raise EnginesDiffer(f"the engines differ, so nothing is answered: {'; '.join(sorted(differing)[:20])}")


class _Writer:
    """Writes one derivation down as an advice."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        program: Program,
        observer: Observer,
        derivation: Derivation,
        reviewed: Reviewed,
    ) -> None:
        self.knowledge = knowledge
        self.program = program
        self.observer = observer
        self.derivation = derivation
        self.reviewed = reviewed
        self.reasons = Reasons(program, knowledge.vocabulary, observer, derivation)
        self.support = Support(knowledge, program, observer, derivation)
        self.recorder = Recorder(program, observer, derivation, self.reasons, self.support)
        self.standings = Standings(knowledge, program, observer, derivation, self.reasons, self.support, reviewed)

    def advice(self, asks: bool = True) -> Advice:
        knowledge, case = self.knowledge, self.observer.case
        options = self.standings.all()
        sections = statements(knowledge, self.program, self.derivation, self.support, self.standings)
        firings = self.recorder.firings()
        used = {
            fact for firing in self.derivation.firings if firing.value > 1 for fact in self.program.cited[firing.clause]
        }
        shown = used | {fact for standing in options for fact in (*standing.claims, *standing.readings)}
        shown |= {
            fact for entries in sections.values() for entry in entries for fact in (*entry.claims, *entry.readings)
        }
        conflicts = opposed(self.standings, options, sections)
        shown |= {fact for entry in conflicts for fact in (*entry.facts, *entry.because, entry.settled_by)}
        shown |= {fact for entry in conflicts for side in entry.sides for fact in side.readings}
        shown &= knowledge.facts.keys()
        shown |= {fact for firing in self.derivation.firings for fact in self.program.cited[firing.clause]}
        data = MissingData(self.program, knowledge.vocabulary, self.observer, self.derivation)
        admitted = self.admitted()
        return Advice(
            id=self.identity(admitted),
            notice=notice(knowledge, self.reviewed),
            knowledge=Knowledge(
                name=knowledge.name,
                version=knowledge.version,
                title=knowledge.title,
                digest=knowledge.digest,
                release=knowledge.release,  # type: ignore[arg-type]
                scope=knowledge.scope,
                intended_use=knowledge.intended_use,
                intended_user=knowledge.intended_user,
                sources_as_of=knowledge.sources_as_of,
            ),
            as_of=moment_text(case.as_of),
            admitted=admitted,
            case=dict(case.canonical),
            options=options,
            sections=sections,
            opposed=conflicts,
            missing=questions(knowledge, self.program, self.derivation, data, options) if asks else (),
            inputs=Account(knowledge, self.observer, self.recorder, self.program, self.derivation).inputs(),
            limits=(
                *limits(knowledge, shown, case.as_of.astimezone(UTC).date()),
                *review_limits(knowledge, options, sections.values()),
            ),
            values=values_of(self.program, self.derivation),  # type: ignore[arg-type]
            firings=firings,
            rules=rule_records(knowledge, self.program, firings),
            facts=tuple(fact_record(knowledge.facts[fact]) for fact in sorted(shown)),
            sources=source_records(knowledge, shown),
        )

    def admitted(self) -> tuple[str, ...]:
        """The documents whose statements were used."""
        return tuple(sorted({self.knowledge.facts[fact].quoted_from for fact in self.program.facts}))

    def identity(self, admitted: tuple[str, ...]) -> str:
        """The same knowledge, case, as-of time, admitted sources and semantics have the same identity."""
        parts = [
            FORMAT,
            SEMANTICS,
            self.knowledge.digest,
            list(admitted),
            sorted(self.program.facts),
            self.observer.case.canonical,
        ]
        text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return "rw1-" + hashlib.sha256(text.encode()).hexdigest()[:32]


def notice(knowledge: KnowledgeBase, reviewed: Reviewed) -> str:
    """The banner that every advice begins with; it says no more of reviews than was recorded."""
    return (
        f"{reviewed.how_far} {knowledge.intended_use} For: {knowledge.intended_user} "
        f"Sources as of: {knowledge.sources_as_of}."
    )


def limits(knowledge: KnowledgeBase, facts: set[str], day: date) -> tuple[str, ...]:
    """What the reader must know of the basis: unresolved identities, statements that nobody is cited for, bent
    words.
    """
    found = []
    sources = {source for fact in facts for source in (knowledge.facts[fact].quoted_from, *knowledge.facts[fact].cites)}
    unresolved = sorted(source for source in sources if knowledge.sources[source].identity == "unresolved")
    if unresolved:
        found.append(f"The identity of {', '.join(unresolved)} is unresolved.")
    probable = sorted(source for source in sources if knowledge.sources[source].identity == "probable")
    if probable:
        found.append(f"The identity of {', '.join(probable)} is probable and not verified.")
    nobody = sorted(
        fact for fact in facts if not knowledge.facts[fact].is_interpretation and not knowledge.facts[fact].cites
    )
    if nobody:
        found.append(f"The document attributes {', '.join(nobody)} to no source.")
    bent = sorted(fact for fact in facts if knowledge.facts[fact].fidelity == "bent")
    if bent:
        found.append(f"The document bends its source in {', '.join(bent)}.")
    found.extend(ungraded(knowledge, facts, day))
    readings = sorted(fact for fact in facts if knowledge.facts[fact].is_interpretation)
    if readings:
        found.append(f"The advice rests on readings of the editors: {', '.join(readings)}.")
    return tuple(found)


def ungraded(knowledge: KnowledgeBase, facts: set[str], day: date) -> Iterator[str]:
    """That nobody graded anything, or that a grade does not count because its grader does not stand."""
    grades = [(fact, grade.by) for fact in sorted(facts) for grade in grades_of(knowledge.facts[fact])]
    if not grades:
        yield "No source here grades its certainty."
    fallen = dict.fromkeys(
        f"{fact} (by {source})" for fact, source in grades if not knowledge.sources[source].stands_at(day)
    )
    if fallen:
        yield f"Grades do not count where their grader no longer stands: {', '.join(fallen)}."
