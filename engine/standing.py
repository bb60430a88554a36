"""One heading for every key of the argued conclusion that the knowledge base knows.

The first that applies: completed, advised, provisional, not supported now, undetermined. "Not supported now" never
reads as "stop": whether a course is running is said beside every heading.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC

from engine.certainty import Certainties
from engine.derivation import Derivation
from engine.doses import Doses
from engine.model.advice import Beside, Certainty, Fit, Heading, Kind, Lacking, Reason, Running, Standing
from engine.model.knowledge import KnowledgeBase
from engine.observing import FALSE, PROVISIONAL, TRUE, UNKNOWN, Observer
from engine.program import Atom, Clause, Program
from engine.reasons import Reasons, Why
from engine.reviewed import Reviewed
from engine.support import Support
from engine.unreviewed import Unreviewed

RUNNING: tuple[Running, ...] = ("no", "unknown", "yes", "yes")
"""Whether a course goes on, by the value of the conclusion that says so."""


class Standings:
    """Lays out the argued conclusion of one derivation."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        program: Program,
        observer: Observer,
        derivation: Derivation,
        reasons: Reasons,
        support: Support,
        reviewed: Reviewed | None,
    ) -> None:
        self.knowledge = knowledge
        self.vocabulary = knowledge.vocabulary
        self.head = knowledge.vocabulary.headings
        self.program = program
        self.observer = observer
        self.derivation = derivation
        self.reasons = reasons
        self.support = support
        day = observer.case.as_of.astimezone(UTC).date()
        self.certainties = Certainties(knowledge, program, reasons, derivation, day)
        self.unreviewed = Unreviewed(knowledge, program, support, self.certainties, reviewed)
        self.doses = Doses(knowledge, program, observer, derivation, reasons, support)
        self.fields = tuple(self.vocabulary.conclusions[self.head.conclusion].key) if self.head.conclusion else ()

    def all(self) -> tuple[Standing, ...]:
        """Every standing: in the order of the vocabulary, so that no order among equals is implied; then subjects
        without a claim.
        """
        if not self.fields:
            return ()
        keys = sorted(self.keys(), key=self._position)
        found = [self.standing(key) for key in keys]
        return (*found, *self.unclaimed({key[0] for key in keys}))

    def keys(self) -> set[tuple[str, ...]]:
        """The keys that some claim or rule knows."""
        relation = self.head.conclusion
        found = {
            clause.head.arguments
            for clause in self.program.clauses
            if clause.head.relation.partition(" [")[0] in (f"for {relation}", f"against {relation}")
        }
        for evidence in self.program.evidence.values():
            if evidence.kind in self.head.known_by:
                key = tuple(evidence.value(field) for field in self.fields)
                if all(isinstance(part, str) for part in key):
                    found.add(tuple(map(str, key)))
        return found

    def _position(self, key: tuple[str, ...]) -> tuple[int, ...]:
        """Roles in their declared order, then the subjects by name: no order among the options of one role is
        implied.
        """
        kind = self.vocabulary.conclusions[self.head.conclusion]
        places = []
        for field, value in list(zip(self.fields, key, strict=True))[1:]:
            domain = self.vocabulary.domain(kind.key[field])
            places.append(domain.index(value) if value in domain else len(domain))
        names = sorted(self.vocabulary.domain(kind.key[self.fields[0]]), key=str.casefold)
        return (*places, names.index(key[0]) if key[0] in names else len(names))

    def standing(self, key: tuple[str, ...]) -> Standing:
        """Where one key stands."""
        relation = self.head.conclusion
        option, withheld = Atom(relation, key), Atom("withheld", key)
        argued_for, argued_against = Atom(f"for {relation}", key), Atom(f"against {relation}", key)
        conflict = self.value("conflict", key) >= PROVISIONAL
        heading = self.heading(key, conflict)
        clause = self.governing(argued_for)
        modality = clause.modality if clause else ""
        status = ""
        running = RUNNING[self.value(self.head.running, key)]
        if heading in ("advised", "provisional") and clause:
            term = self.vocabulary.term("modality", modality)
            status = term.status if term else ""
            if running == "yes":
                status = self.head.running_status.get(status, status)
        reasons = self.explained(key, heading, argued_for, argued_against, withheld)
        roots = [option, argued_for, withheld, argued_against, *self.completed_atoms(key)]
        atoms = [atom for atom in roots if self.derivation.value(atom)]
        # Claims are those of the instances themselves; readings are gathered all the way down, because whoever
        # changes one
        # changes this. The trace shows the rest.
        facts = self.support.own_facts([*atoms, *([Atom(self.head.no_dose, key)] if self.head.no_dose else [])])
        facts |= self.support.readings(atoms) if heading in ("advised", "provisional", "completed") else set()
        facts |= self.support.instance_facts(argued_for, failing=heading in ("not-supported-now", "undetermined"))
        doses = self.doses.of(key) if heading in ("advised", "provisional") else ()
        facts |= {fact for dose in doses for fact in (*dose.facts, *dose.readings)}
        beside = self.beside(key)
        claims, readings = self.support.parted(facts | {entry.fact for entry in beside})
        return Standing(
            key=dict(zip(self.fields, key, strict=True)),
            heading=heading,
            status=status,
            modality=modality,
            running=running,
            requested=self.asked(key[0]),
            unresolved=conflict,
            reason=reasons[0].code if reasons and heading not in ("advised",) else "",
            reasons=reasons,
            marks=self.marks(key),
            doses=doses,
            claims=claims,
            readings=readings,
            populations=self.populations(
                self.support.own(atoms) | self.support.instance_facts(argued_for, failing=False)
            ),
            evidence_levels={fact: level for fact in claims if (level := self.knowledge.facts[fact].evidence_level)},
            designs=self.designs(claims),
            certainty=self.certainty(key, heading),
            beside=beside,
            unreviewed=self.lacking(key, [*atoms, *self.said_beside(key)], {*claims, *readings}, heading),
            assumed=self.support.assumed(
                [
                    *([option] if heading in ("advised", "provisional") else []),
                    *([Atom(self.head.running, key)] if running == "yes" else []),
                ]
            ),
            firings=tuple(self.support.firing_ids(option)),
        )

    def said_beside(self, key: tuple[str, ...]) -> list[Atom]:
        """What else holds of a key: its doses or that none is stated, that a course runs, remarks and marks."""
        head = self.head
        relations = {head.dose, head.no_dose, head.running, head.remark, *head.marks}
        return [
            atom
            for atom, value in self.derivation.values.items()
            if value and atom.relation in relations and atom.arguments[: len(key)] == key
        ]

    def lacking(self, key: tuple[str, ...], atoms: list[Atom], facts: set[str], heading: Heading) -> dict[str, Lacking]:
        """What a standing rests on and has no current approving review; where it is not advised, that is also what
        could have advised it.
        """
        could = Atom(f"for {self.head.conclusion}", key)
        open_ = heading in ("not-supported-now", "undetermined")
        return self.unreviewed.of(atoms, facts, self.support.instances(could) if open_ else ())

    def value(self, relation: str, key: tuple[str, ...]) -> int:
        """The value of a conclusion with this key."""
        return self.derivation.value(Atom(relation, key)) if relation else FALSE

    def completed_atoms(self, key: tuple[str, ...]) -> list[Atom]:
        """The conclusion that a course is complete, where the vocabulary names one."""
        return [Atom(self.head.completed, key)] if self.head.completed else []

    def heading(self, key: tuple[str, ...], conflict: bool) -> Heading:
        """The first heading that applies."""
        option = self.value(self.head.conclusion, key)
        if self.value(self.head.completed, key) == TRUE:
            return "completed"
        if option == TRUE:
            return "advised"
        if option == PROVISIONAL:
            return "provisional"
        if option == FALSE and not conflict:
            return "not-supported-now"
        return "undetermined"

    def governing(self, argued_for: Atom) -> Clause | None:
        """The argument whose modality governs: the strongest of what holds best and is not beaten.

        An argument is beaten by one that holds, for or against, and rests on a fact preferred to one of its own.
        """
        best = self.derivation.value(argued_for)
        numbers = list(self.support.instances(argued_for))
        if best:
            held = {firing.clause for firing in self.support.best(argued_for)}
            numbers = [number for number in numbers if number in held]
        against = {
            firing.clause
            for firing in self.support.by_head.get(opposite(argued_for), ())
            if firing.value >= PROVISIONAL
        }
        cited = self.program.cited
        beaten = {
            number
            for number in numbers
            for other in (*numbers, *against)
            if any(
                prefer.stronger in cited[other] and prefer.weaker in cited[number] for prefer in self.knowledge.prefers
            )
        }
        ranks = self.vocabulary.modalities
        left = [self.program.clauses[number] for number in numbers if number not in beaten]
        return min(left, key=lambda clause: ranks.get(clause.modality, len(ranks)), default=None)

    def explained(
        self, key: tuple[str, ...], heading: str, argued_for: Atom, argued_against: Atom, withheld: Atom
    ) -> tuple[Reason, ...]:
        """Every reason, the principal one first."""
        found: list[Reason] = []
        if heading == "completed" and self.head.completed_code:
            found.append(self.reason(self.head.completed_code, "completed"))
        if heading in ("not-supported-now", "undetermined"):
            found.extend(self.withheld(argued_against, withheld))
            # Where an argument for it holds, what keeps other ones from holding is no reason why it is not advised.
            holds = self.derivation.value(argued_for) == TRUE
            every = [] if holds else self.reasons.of(argued_for, ("false", "unknown"))
            if self.derivation.value(argued_against) == UNKNOWN:
                every += self.reasons.of(argued_against, ("unknown",))
            if heading == "undetermined":
                # What is missing explains it; a stronger instance that fails is told after.
                every.sort(key=lambda why: why.kind != "unknown")
            found.extend(self.told(why) for why in every)
        if heading == "provisional":
            found.extend(self.told(why) for why in self.reasons.of(argued_for, ("gap",)))
        found.extend(self.remarks(key))
        kept: dict[str, Reason] = {}
        for reason in found:
            kept.setdefault(reason.code, reason)
        return tuple(kept.values())

    def withheld(self, argued_against: Atom, withheld: Atom) -> list[Reason]:
        """The codes of the arguments against, where they prevail."""
        if self.derivation.value(withheld) < PROVISIONAL:
            return []
        return [
            self.reason(str(value), "withheld", self.program.clauses[index].rule)
            for index in self.support.instances(argued_against)
            if self.support.fired(index)
            for name, value in self.program.clauses[index].annotations
            if name == "reason"
        ]

    def told(self, why: Why) -> Reason:
        """A reason that the rules give, in the words of the vocabulary."""
        return self.reason(why.code, why.kind, self.program.clauses[why.clause].rule)

    def reason(self, code: str, kind: Kind, rule: str = "") -> Reason:
        """A reason with its words from the vocabulary."""
        term = self.vocabulary.term("reason", code)
        return Reason(code=code, text=term.title if term else code, kind=kind, rule=rule)

    def remarks(self, key: tuple[str, ...]) -> list[Reason]:
        """Codes that rules put beside a key."""
        if not self.head.remark:
            return []
        return [self.reason(atom.arguments[-1], "remark") for atom in self.held({self.head.remark}, key)]

    def marks(self, key: tuple[str, ...]) -> dict[str, str]:
        """What else is said of a key, by conclusions whose key is this one and a word more."""
        return {atom.relation: atom.arguments[-1] for atom in self.held(self.head.marks, key)}

    def held(self, relations: Collection[str], key: tuple[str, ...]) -> list[Atom]:
        """The conclusions of some kinds that hold of a key, in order."""
        return sorted(
            atom
            for atom, value in self.derivation.values.items()
            if atom.relation in relations and atom.arguments[: len(key)] == key and value >= PROVISIONAL
        )

    def asked(self, subject: str) -> bool:
        """Whether the case asks for it."""
        entry = self.observer.case.data.get(self.head.asked)
        return entry is not None and isinstance(entry.value, frozenset) and subject in entry.value

    def populations(self, facts: set[str]) -> dict[str, Fit]:
        """How the case fits the population of each fact that names one."""
        return {
            fact: self.fit(fact)
            for fact in sorted(facts)
            if fact in self.knowledge.facts and self.knowledge.facts[fact].population is not None
        }

    def designs(self, claims: tuple[str, ...]) -> dict[str, str]:
        """The study designs behind statements, as far as they are stated."""
        return {fact: design for fact in claims if (design := self.knowledge.design(fact))}

    def certainty(self, key: tuple[str, ...], heading: Heading) -> Certainty:
        """The certainty of the conclusion that gives a key its heading: of what is withheld, that of withholding it."""
        name = {"completed": self.head.completed, "advised": self.head.conclusion, "provisional": self.head.conclusion}
        relation = name.get(heading, "withheld" if self.value("withheld", key) >= PROVISIONAL else "")
        return self.certainties.of(Atom(relation, key)) if relation else Certainty()

    def fit(self, fact: str) -> Fit:
        """Whether the case belongs to the population of a fact."""
        if self.knowledge.facts[fact].population is None:
            return "unspecified"
        value = self.reasons.literal(self.program.population(fact), {})
        return "direct" if value == TRUE else "unknown" if value else "indirect"

    def beside(self, key: tuple[str, ...]) -> tuple[Beside, ...]:
        """Research that is declared to stand beside this key, as far as it is admitted."""
        wanted = dict(zip(self.fields, key, strict=True))
        facts = (entry.fact for entry in self.knowledge.besides if dict(entry.key) == wanted)
        return tuple(Beside(fact=fact, population=self.fit(fact)) for fact in facts if fact in self.program.facts)

    def unclaimed(self, claimed: set[str]) -> list[Standing]:
        """Subjects of the case that no claim names: they have no role, and the advice says so."""
        named: dict[str, Running] = {}
        entry = self.observer.case.data.get(self.head.asked)
        if entry is not None and isinstance(entry.value, frozenset):
            named.update(dict.fromkeys(sorted(entry.value), "no"))
        named.update(self.given())
        if not self.head.unclaimed_code:
            return []
        reason = self.reason(self.head.unclaimed_code, "false")
        return [
            Standing(
                key={self.head.subject: subject},
                heading="not-supported-now",
                running=running,
                requested=self.asked(subject),
                reason=reason.code,
                reasons=(reason,),
            )
            for subject, running in named.items()
            if subject not in claimed
        ]

    def given(self) -> dict[str, Running]:
        """The subjects that were given, and whether each goes on: no time but that of its start is recorded."""
        section = self.vocabulary.sections.get(self.head.list_section)
        listed = self.observer.case.lists.get(self.head.list_section)
        found: dict[str, Running] = {}
        for item in listed.items if listed is not None and section is not None else ():
            subject = item.get(self.head.subject)
            if section is not None and subject is not None and isinstance(subject.value, str):
                times = {name for name, attribute in section.attributes.items() if attribute.type.kind == "time"}
                found[subject.value] = "no" if times & item.keys() - {section.order} else "yes"
        return found


def opposite(argued_for: Atom) -> Atom:
    """The argument against what is argued for."""
    return Atom(f"against {argued_for.relation.partition(' ')[2]}", argued_for.arguments)
