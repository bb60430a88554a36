"""The heading of every key of the argued conclusion, and all that is said beside it, from the emitted values."""

from __future__ import annotations

from collections.abc import Iterable

from engine.program import Atom, Clause, Holds
from provenance.verify.certainty import Certainties, design
from provenance.verify.derivation import Derivation
from provenance.verify.doses import Doses, reason
from provenance.verify.reasons import Reasons
from provenance.verify.reviews import Reviews
from provenance.verify.truth import FALSE, PROVISIONAL, TRUE, UNKNOWN
from provenance.verify.verdict import Tree

RUNNING = {TRUE: "yes", PROVISIONAL: "yes", UNKNOWN: "unknown", FALSE: "no"}


class Standings:
    """What the advice must say of every key of the argued conclusion."""

    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.ground = derivation.ground
        self.knowledge = derivation.knowledge
        self.vocabulary = derivation.knowledge.vocabulary
        self.head = self.vocabulary.headings
        self.reasons = Reasons(derivation)
        self.reviews = Reviews(self.knowledge)
        self.doses = Doses(derivation, self.reasons)
        self.certainties = Certainties(derivation)

    def all(self) -> list[Tree]:
        """Every standing: by role as declared, then by name; then what no claim names."""
        if not self.head.conclusion:
            return []
        keys = sorted(self._keys(), key=self._place)
        return [*map(self._standing, keys), *self._unclaimed({key[0] for key in keys})]

    def _keys(self) -> set[tuple[str, ...]]:
        """The keys that some argument or some claim knows."""
        fields = self.ground.fields(self.head.conclusion)
        found = {atom.arguments for atom in self.ground.atoms if self._argues(atom)}
        for claim in self.ground.evidence.values():
            values = tuple(claim.value(field) for field in fields)
            if claim.kind in self.head.known_by and all(isinstance(value, str) for value in values):
                found.add(tuple(map(str, values)))
        return found

    def _argues(self, atom: Atom) -> bool:
        return self.ground.argued.get(atom.relation.partition(" [")[0], ("", ""))[1] == self.head.conclusion

    def _place(self, key: tuple[str, ...]) -> tuple[int, ...]:
        types = list(self.vocabulary.conclusions[self.head.conclusion].key.values())
        domains = [list(self.vocabulary.domain(type_)) for type_ in types]
        domains[0].sort(key=str.casefold)
        places = [
            domain.index(word) if word in domain else len(domain) for domain, word in zip(domains, key, strict=True)
        ]
        return (*places[1:], places[0])

    def _value(self, relation: str, key: tuple[str, ...]) -> int:
        return self.derivation.value(Atom(relation, key)) if relation else FALSE

    def _standing(self, key: tuple[str, ...]) -> Tree:
        derivation, head = self.derivation, self.head
        option, pro = Atom(head.conclusion, key), Atom(f"for {head.conclusion}", key)
        withheld, con = Atom("withheld", key), Atom(f"against {head.conclusion}", key)
        unresolved = self._value("conflict", key) >= PROVISIONAL
        heading = self._heading(key, unresolved)
        runs = Atom(head.running, key)
        running = RUNNING[self._value(head.running, key)]
        governing = self._governing(pro)
        modality = governing.modality if governing else ""
        term = self.vocabulary.term("modality", modality)
        status = term.status if term and heading in ("advised", "provisional") else ""
        codes = self._codes(key, heading)
        doses = self.doses.of(key) if heading in ("advised", "provisional") else []
        beside = [
            {"fact": entry.fact, "population": self.fit(entry.fact)}
            for entry in self.knowledge.besides
            if tuple(value for _, value in entry.key) == key and entry.fact in self.ground.facts
        ]
        roots = [atom for atom in (option, pro, withheld, con, Atom(head.completed, key)) if derivation.value(atom)]
        facts = derivation.facts([*roots, Atom(head.no_dose, key)])
        if heading in ("advised", "provisional", "completed"):
            facts |= derivation.readings(roots)
        fired = {fact for firing in derivation.by_head.get(pro, ()) for fact in self.ground.matched(firing.instance)}
        facts |= self._in_the_way(pro) if heading in ("not-supported-now", "undetermined") else fired
        facts |= {fact for dose in doses for fact in (*dose["facts"], *dose["readings"])} | {
            entry["fact"] for entry in beside
        }
        claims, readings = derivation.parted(facts)
        levels = {fact: self.knowledge.facts[fact].evidence_level for fact in claims}
        return {
            "key": dict(zip(self.ground.fields(head.conclusion), key, strict=True)),
            "heading": heading,
            "status": head.running_status.get(status, status) if running == "yes" else status,
            "modality": modality,
            "running": running,
            "requested": self._asked(key[0]),
            "unresolved": unresolved,
            "reason": codes[0]["code"] if codes and heading != "advised" else "",
            "reasons": codes,
            "marks": self._marks(key),
            "doses": doses,
            "claims": claims,
            "readings": readings,
            "populations": self.populations(derivation.matched(roots) | fired),
            "evidence_levels": {fact: level for fact, level in levels.items() if level},
            "designs": {fact: told for fact in claims if (told := design(self.knowledge, fact))},
            "certainty": self.certainties.of(*self._concluded(key, heading)),
            "beside": beside,
            "unreviewed": self._unreviewed(key, heading, roots, [*claims, *readings]),
            "assumed": derivation.assumed(
                [
                    atom
                    for atom, said in ((option, heading in ("advised", "provisional")), (runs, running == "yes"))
                    if said
                ]
            ),
            "firings": derivation.ids(option),
        }

    def _concluded(self, key: tuple[str, ...], heading: str) -> tuple[Atom, bool]:
        """The conclusion that the heading tells, and whether it tells one."""
        if heading == "completed":
            return Atom(self.head.completed, key), True
        if heading in ("advised", "provisional"):
            return Atom(self.head.conclusion, key), True
        return Atom("withheld", key), self._value("withheld", key) >= PROVISIONAL

    def _unreviewed(self, key: tuple[str, ...], heading: str, roots: list[Atom], shown: list[str]) -> Tree:
        """What nobody approved behind a key, its doses and what is said beside it; and behind what could advise it."""
        head = self.head
        said = self._said((head.dose, head.no_dose, head.running, head.remark, *head.marks), key, UNKNOWN)
        pro = self.ground.by_head.get(Atom(f"for {head.conclusion}", key), ())
        could = pro if heading in ("not-supported-now", "undetermined") else ()
        instances = (self.ground.instances[number] for number in could)
        return self.reviews.behind(self.certainties, [*roots, *said], shown, instances)

    def _heading(self, key: tuple[str, ...], unresolved: bool) -> str:
        """The first that applies."""
        value = self._value(self.head.conclusion, key)
        if self._value(self.head.completed, key) == TRUE:
            return "completed"
        if value >= PROVISIONAL:
            return "advised" if value == TRUE else "provisional"
        return "undetermined" if value or unresolved else "not-supported-now"

    def _governing(self, pro: Atom) -> Clause | None:
        """The argument whose modality counts: of those that hold best and that none is preferred to, the strongest."""
        best = [firing.instance for firing in self.derivation.best(pro)] if self.derivation.value(pro) else None
        every = [self.ground.instances[number] for number in self.ground.by_head.get(pro, ())]
        held = [instance for instance in every if best is None or any(instance is one for one in best)]
        beats = [(prefer.stronger, prefer.weaker) for prefer in self.knowledge.prefers]
        con = Atom(f"against {pro.relation.partition(' ')[2]}", pro.arguments)
        opposing = [firing.instance for firing in self.derivation.by_head.get(con, ()) if firing.value >= PROVISIONAL]
        cited = [self.ground.cited(instance) for instance in held]
        rivals = cited + [self.ground.cited(instance) for instance in opposing]
        left = [
            instance
            for instance, own in zip(held, cited, strict=True)
            if not any(stronger in other and weaker in own for other in rivals for stronger, weaker in beats)
        ]
        strength = self.vocabulary.modalities
        return min(left, key=lambda instance: strength.get(instance.modality, len(strength)), default=None)

    def _in_the_way(self, pro: Atom) -> set[str]:
        """The facts of every instance that could argue for a key, and of what it may not meet and does."""
        found: set[str] = set()
        for number in self.ground.by_head.get(pro, ()):
            instance = self.ground.instances[number]
            found |= self.ground.cited(instance)
            literals = (condition.literal for condition in instance.unless)
            met = [
                literal.atom
                for literal in literals
                if isinstance(literal, Holds) and self.derivation.value(literal.atom)
            ]
            found |= self.derivation.facts(met)
        return found

    def _codes(self, key: tuple[str, ...], heading: str) -> list[Tree]:
        """Every reason, the principal one first."""
        pro, con = Atom(f"for {self.head.conclusion}", key), Atom(f"against {self.head.conclusion}", key)
        withheld = self._value("withheld", key)
        found: list[tuple[str, str, str]] = []
        if heading == "completed" and self.head.completed_code:
            found.append((self.head.completed_code, "completed", ""))
        if heading in ("not-supported-now", "undetermined"):
            if withheld >= PROVISIONAL:
                found += [(code, "withheld", instance.rule) for instance, code in self._objections(con)]
            # What is missing explains "undetermined"; a stronger instance that fails is told after.
            # Of an argument for it that holds nothing is told: what keeps others from holding does not keep it back.
            every = [] if self._value(pro.relation, key) == TRUE else self.reasons.of(pro, ("false", "unknown"))
            every += self.reasons.of(con, ("unknown",)) if self.derivation.value(con) == UNKNOWN else []
            found += sorted(every, key=lambda told: heading == "undetermined" and told[1] != "unknown")
        if heading == "provisional":
            found += self.reasons.of(pro, ("gap",))
        found += [(atom.arguments[-1], "remark", "") for atom in self._said((self.head.remark,), key)]
        kept: dict[str, Tree] = {}
        for code, kind, rule in found:
            kept.setdefault(code, reason(self.derivation, code, kind, rule))
        return list(kept.values())

    def _objections(self, con: Atom) -> list[tuple[Clause, str]]:
        fired = self.derivation.by_head.get(con, ())
        instances = [self.ground.instances[number] for number in self.ground.by_head.get(con, ())]
        return [
            (instance, str(note))
            for instance in instances
            if any(firing.instance is instance for firing in fired)
            for name, note in instance.annotations
            if name == "reason"
        ]

    def _said(self, relations: Iterable[str], key: tuple[str, ...], least: int = PROVISIONAL) -> list[Atom]:
        """The conclusions that hold of a key and a word more; those that are open too where ``least`` says so."""
        return [
            atom
            for atom in self.ground.atoms
            if atom.relation in relations and atom.arguments[: len(key)] == key and self.derivation.value(atom) >= least
        ]

    def _marks(self, key: tuple[str, ...]) -> dict[str, str]:
        return {atom.relation: atom.arguments[-1] for atom in self._said(self.head.marks, key)}

    def _asked_for(self) -> frozenset[str]:
        entry = self.derivation.observed.case.data.get(self.head.asked)
        return entry.value if entry is not None and isinstance(entry.value, frozenset) else frozenset()

    def _asked(self, subject: str) -> bool:
        return subject in self._asked_for()

    def populations(self, facts: Iterable[str]) -> dict[str, str]:
        """How the case fits the population of each fact that names one."""
        return {fact: self.fit(fact) for fact in sorted(facts) if self.knowledge.facts[fact].population is not None}

    def fit(self, fact: str) -> str:
        """Whether the case is of the population of a fact."""
        if self.knowledge.facts[fact].population is None:
            return "unspecified"
        value = self.derivation.observed.value(self.ground.population(fact), {})
        return "direct" if value == TRUE else "unknown" if value else "indirect"

    def _unclaimed(self, claimed: set[str]) -> list[Tree]:
        """What is asked for or was given and no claim names: it has no role, and the advice says so."""
        named = dict.fromkeys(sorted(self._asked_for()), "no")
        section = self.vocabulary.sections.get(self.head.list_section)
        listed = self.derivation.observed.case.lists.get(self.head.list_section)
        for item in listed.items if section and listed else ():
            subject = item.get(self.head.subject)
            if section and subject is not None and isinstance(subject.value, str):
                times = [name for name, attribute in section.attributes.items() if attribute.type.kind == "time"]
                named[subject.value] = "no" if any(name != section.order and name in item for name in times) else "yes"
        code = self.head.unclaimed_code
        nothing: Tree = {
            "status": "",
            "modality": "",
            "unresolved": False,
            "marks": {},
            "unreviewed": {},
            "populations": {},
            "evidence_levels": {},
            "designs": {},
            "certainty": self.certainties.of(Atom("", ()), said=False),
        }
        nothing |= {part: [] for part in ("doses", "claims", "readings", "beside", "assumed", "firings")}
        return [
            nothing
            | {
                "key": {self.head.subject: name},
                "heading": "not-supported-now",
                "running": running,
                "requested": self._asked(name),
            }
            | {"reason": code, "reasons": [reason(self.derivation, code, "false")]}
            for name, running in named.items()
            if code and name not in claimed
        ]
