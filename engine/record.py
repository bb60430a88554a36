"""A derivation as the contract writes it: values, firings with their premises and ranks, and what they quote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.derivation import Derivation, ranks
from engine.formula import inputs, parse_formula
from engine.model.advice import FactRecord, FiringRecord, GradeRecord, Premise, RuleRecord, SourceRecord
from engine.model.fact import Fact
from engine.model.knowledge import KnowledgeBase
from engine.model.rule import Reference
from engine.observing import NAMES, Observer
from engine.program import Count, Datum, GroundCondition, Holds, Item, ItemField, Literal, Program
from engine.reasons import Reasons
from engine.resolution import RESOLUTION
from engine.support import Support


def values_of(program: Program, derivation: Derivation) -> dict[str, str]:
    """The value of every ground conclusion, those that are false too."""
    return {name: NAMES[derivation.value(atom)] for name, atom in program.names.items()}


class Recorder:
    """Writes firings down."""

    def __init__(
        self, program: Program, observer: Observer, derivation: Derivation, reasons: Reasons, support: Support
    ) -> None:
        self.program = program
        self.observer = observer
        self.derivation = derivation
        self.reasons = reasons
        self.support = support

    def firings(self) -> tuple[FiringRecord, ...]:
        """Every firing, in the order of the program."""
        _, rank_of = ranks(self.program, self.derivation)
        found = []
        for firing in self.derivation.firings:
            clause = self.program.clauses[firing.clause]
            items = dict(firing.items)
            found.append(
                FiringRecord(
                    id=self.support.ids[firing],
                    rule=clause.rule,
                    number=clause.number,
                    evidence=clause.evidence,
                    bindings=dict(clause.bindings),
                    items=items,
                    premises=tuple(self.premise(condition, items) for condition in clause.when),
                    absent=tuple(self.premise(condition, items) for condition in clause.unless),
                    conclusion=str(clause.head),
                    value=NAMES[firing.value],
                    rank=rank_of[firing],
                )
            )
        return tuple(found)

    def premise(self, condition: GroundCondition, items: dict[str, str]) -> Premise:
        """A condition with its value and the data that it reads."""
        literal = condition.literal
        value = self._value(literal, items)
        atom = str(literal.atom) if isinstance(literal, Holds) else ""
        return Premise(
            condition=str(literal),
            value=NAMES[value],
            conclusion=atom,
            data=tuple(dict.fromkeys(self.data(literal, items))),
        )

    def _value(self, literal: Literal, items: dict[str, str]) -> int:
        if isinstance(literal, Item) and literal.variable:
            return dict(self.observer.items(literal, items)).get(items[literal.variable], 0)
        return self.reasons.literal(literal, items)

    def data(self, literal: Literal, items: dict[str, str]) -> Iterator[str]:
        """The paths of the recorded data that a literal reads."""
        if isinstance(literal, Datum):
            yield from self.paths(literal.path)
            yield from self._referred(literal.test, items)
        elif isinstance(literal, ItemField):
            yield from self._field(items[literal.variable], literal.field)
            yield from self._referred(literal.test, items)
        elif isinstance(literal, Item):
            section = self.observer.section(literal.item)
            names = (
                [items[literal.variable]]
                if literal.variable
                else [name for name, _ in self.observer.items(literal, items)]
            )
            for name in names:
                for field, test in literal.tests:
                    yield from self._field(name, field)
                    yield from self._referred(test, items)
                if literal.order:
                    yield from self._field(name, section.order)
            if section.name in self.observer.case.lists and not names:
                yield section.name
        elif isinstance(literal, Count):
            for _, member in literal.members:
                yield from self.data(member, items)

    def paths(self, path: str) -> Iterator[str]:
        """The recorded data behind a path: of a declared quantity, those of its formula."""
        declared = self.observer.vocabulary.quantities.get(path)
        for one in [value.path for value in inputs(parse_formula(declared.formula))] if declared else [path]:
            if one in self.observer.case.data:
                yield one

    def _field(self, name: str, field: str) -> Iterator[str]:
        if name.endswith("[?]"):
            return
        section = self.observer.vocabulary.sections[name.partition("[")[0]]
        attribute = section.attributes[field]
        if self.observer.entry(section, name, field) is not None:
            yield f"{name}.{attribute.since or field}"

    def _referred(self, test: object, items: dict[str, str]) -> Iterator[str]:
        bound = getattr(test, "bound", None)
        if isinstance(bound, Reference):
            if bound.path.startswith("$"):
                variable, _, field = bound.path[1:].partition(".")
                yield from self._field(items[variable], field)
            else:
                yield from self.paths(bound.path)


def fact_record(fact: Fact) -> FactRecord:
    """A fact as it is quoted."""
    return FactRecord(
        id=fact.id,
        quote=fact.quote,
        states=fact.states,
        quoted_from=fact.quoted_from,
        locator=fact.locator,
        cites=fact.cites,
        modality=fact.modality,
        population=fact.population.label if fact.population else "",
        evidence_level=fact.evidence_level,
        design=fact.design,
        grades=tuple(grades_of(fact)),
        fidelity="" if fact.is_interpretation else fact.fidelity,
        fidelity_note=fact.fidelity_note,
        note=fact.note,
    )


def grades_of(fact: Fact) -> Iterator[GradeRecord]:
    """The grades that were stated: of the fact, then of those of its claims that have another."""
    if fact.grade is not None:
        yield GradeRecord(claim=0, certainty=fact.grade.certainty, by=fact.grade.by)
    for number, claim in enumerate(fact.claims, 1):
        if claim.grade is not None and claim.grade != fact.grade:
            yield GradeRecord(claim=number, certainty=claim.grade.certainty, by=claim.grade.by)


def source_records(knowledge: KnowledgeBase, facts: Iterable[str]) -> tuple[SourceRecord, ...]:
    """The sources that facts were read in or are attributed to, and those that graded them."""
    named = set[str]()
    for fact in (knowledge.facts[name] for name in facts):
        named |= {fact.quoted_from, *fact.cites, *(grade.by for grade in grades_of(fact))}
    return tuple(
        SourceRecord(
            id=source.id,
            printed_as=source.printed_as,
            kind=source.kind,
            identity=source.identity,
            shown=source.shown,
            standing=source.standing,
            evidence_level=source.evidence_level,
            design=source.design,
            note=source.note,
        )
        for source in sorted((knowledge.sources[name] for name in named), key=lambda source: source.id)
    )


def rule_records(knowledge: KnowledgeBase, program: Program, firings: Iterable[FiringRecord]) -> tuple[RuleRecord, ...]:
    """The rules that fired."""
    found: dict[str, RuleRecord] = {}
    for firing in firings:
        rule = knowledge.rules.get(firing.rule)
        if rule is not None:
            found[rule.id] = RuleRecord(id=rule.id, title=rule.title, because=program.rule_facts.get(rule.id, ()))
        elif firing.rule.startswith(RESOLUTION):
            found[firing.rule] = RuleRecord(
                id=firing.rule, title="Arguments for and against are resolved by declared precedence"
            )
    return tuple(found[name] for name in sorted(found))
