"""What a scenario expects of an advice, compared field by field.

Options, cautions, care and the facts cited are the least that must be there; headings, codes, doses and what must not
be there are exact. An expectation that names something unknown is a problem of the scenario, never a check that passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import get_args

from engine.errors import Findings, did_you_mean, listed
from engine.fields import Fields, mapping_of
from engine.model.advice import Advice, Certainty, Dose, Graded, Standing, Statement
from engine.model.knowledge import KnowledgeBase
from engine.model.quantity import QuantityError, parse_range
from engine.reading import Mapping, Node, Scalar, Sequence
from rulewright.authoring.opposed import Opposed
from rulewright.authoring.prohibition import violations

HEADINGS = {
    "options": "advised",
    "completed": "completed",
    "provisional": "provisional",
    "not-supported-now": "not-supported-now",
    "undetermined": "undetermined",
}
NONE = "none in the source"
BOOLEANS = {"true": "yes", "false": "no"}


class Expectation:
    """Compares one advice with one ``expect``; differences are sentences."""

    def __init__(self, knowledge: KnowledgeBase, expect: Mapping, findings: Findings) -> None:
        self.knowledge = knowledge
        self.expect = expect
        self.findings = findings
        head = knowledge.vocabulary.headings.conclusion
        self.key = tuple(knowledge.vocabulary.conclusions[head].key) if head else ()
        self.kinds = self._kinds()

    def _kinds(self) -> dict[str, str]:
        """The words for each kind of statement: its name, its plural, and its section."""
        found: dict[str, str] = {}
        for kind in self.knowledge.vocabulary.conclusions.values():
            if kind.section:
                found |= {kind.name: kind.name, f"{kind.name}s": kind.name, kind.section: kind.name}
        return found

    def differences(self, advice: Advice) -> list[str]:
        """Every way in which the advice is not what was expected."""
        fields = Fields(self.expect, "`expect`", self.findings)
        if not self.expect.keys:
            self.findings.add(
                "expectation", self.expect.location, "`expect` expects nothing", "one expectation or more"
            )
        found = list(self.listed_parts(fields, advice))
        for word, compare in (("values", self.values), ("missing", self.missing), ("headings", self.headings)):
            node = fields.mapping(word)
            if node is not None:
                found.extend(compare(node, advice))
        fields.done()
        return found

    def listed_parts(self, fields: Fields, advice: Advice) -> Iterator[str]:
        """The expectations that are lists: options under their headings, statements, and what must not be there."""
        for word, heading in HEADINGS.items():
            for node in fields.sequence(word):
                yield from self.row(node, heading, advice)
        for word, kind in self.kinds.items():
            for node in fields.sequence(word):
                yield from self.statement(node, kind, advice)
        for node in fields.sequence("must-not"):
            yield from self.prohibited(node, advice)
        yield from Opposed(self.knowledge, self.findings, advice).differences(fields)
        unused = {entry.path for entry in advice.inputs if not entry.rules}
        for name in fields.texts("not-used"):
            if name not in unused:
                yield f"`{name}` is not reported as a datum that no rule used"

    # Options ---------------------------------------------------------------------------------------------------------

    def row(self, node: Node, heading: str, advice: Advice) -> Iterator[str]:
        """One (drug, role) under one heading."""
        body = mapping_of(node, "an expected option", self.findings)
        if body is None:
            return
        fields = Fields(body, "an expected option", self.findings)
        key = {name: fields.text(name) for name in self.key if fields.has(name)}
        shown = " ".join(key.values())
        standing = next((entry for entry in advice.options if entry.key == key), None)
        if standing is None:
            yield f"{shown}: has no heading"
            fields.done(also=body.entries)
            return
        if standing.heading != heading:
            why = f" ({standing.reason})" if standing.reason else ""
            yield f"{shown}: expected {heading}, is {standing.heading}{why}"
        yield from self.details(fields, standing, shown)
        fields.words("note")
        fields.done()

    def details(self, fields: Fields, standing: Standing, shown: str) -> Iterator[str]:
        """What is expected of an option besides its heading."""
        for name in ("status", "running", "modality"):
            wanted = BOOLEANS.get(fields.words(name), fields.words(name)) if name == "running" else fields.words(name)
            if wanted and wanted != getattr(standing, name):
                yield f"{shown}: expected {name} {wanted}, is {getattr(standing, name) or 'none'}"
        yield from self.codes(fields, standing, shown)
        wanted_facts = fields.texts("claims") + fields.texts("readings")
        cited = {*standing.claims, *standing.readings}
        for fact in wanted_facts:
            self.known(fact, self.knowledge.facts, fields, "fact")
            if fact not in cited:
                yield f"{shown}: does not cite {fact} (cites {listed(cited, 30)})"
        yield from self.dose(fields, standing, shown)
        for name in self.knowledge.vocabulary.headings.marks:
            wanted = fields.text(name)
            if wanted and standing.marks.get(name) != wanted:
                yield f"{shown}: expected {name} {wanted}, is {standing.marks.get(name, 'none')}"
        populations = fields.mapping("populations")
        for fact, value in populations.entries.items() if populations is not None else ():
            fit = standing.populations.get(fact) or next(
                (entry.population for entry in standing.beside if entry.fact == fact), None
            )
            if isinstance(value, Scalar) and fit != value.text:
                yield f"{shown}: expected the population of {fact} to be {value.text}, is {fit or 'not shown'}"
        yield from self.certainty(fields, [standing.certainty], shown)
        if fields.has("assumed") and fields.boolean("assumed") != bool(standing.assumed):
            yield f"{shown}: expected {'a' if not standing.assumed else 'no'} stated default among its premises"

    def certainty(self, fields: Fields, found: list[Certainty], shown: str) -> Iterator[str]:
        """The grade of one of these, or the word for what has none."""
        wanted = fields.text("certainty")
        if wanted:
            grades = self.knowledge.vocabulary.grades
            self.known(wanted, [*grades, *(word for word in get_args(Graded) if word != "graded")], fields, "certainty")
            told = [entry.grade or entry.status for entry in found]
            if told and not any(one == wanted or grades.get(one) == grades.get(wanted, -1) for one in told):
                yield f"{shown}: expected certainty {wanted}, is {told[0]}"

    def codes(self, fields: Fields, standing: Standing, shown: str) -> Iterator[str]:
        """The reason codes: the principal one, some among them, or all of them in order."""
        because = fields.text("because")
        known = self.knowledge.vocabulary.terms.get("reason", {})
        if because:
            self.known(because, known, fields, "reason")
            if standing.reason != because:
                yield f"{shown}: expected the principal reason {because}, is {standing.reason or 'none'}"
        codes = [reason.code for reason in standing.reasons]
        node = fields.node_of("also")
        also = (
            [item.text for item in (node.items if isinstance(node, Sequence) else (node,)) if isinstance(item, Scalar)]
            if node is not None
            else []
        )
        for code in also:
            self.known(code, known, fields, "reason")
            if code not in codes:
                yield f"{shown}: {code} is not among its reasons ({listed(codes) or 'none'})"
        if fields.has("reasons"):
            exact = list(fields.texts("reasons"))
            if exact != codes:
                yield f"{shown}: expected the reasons {', '.join(exact) or 'none'}, are {', '.join(codes) or 'none'}"

    def dose(self, fields: Fields, standing: Standing, shown: str) -> Iterator[str]:
        """The dose with its steps and what its source states."""
        wanted = fields.words("dose")
        dose_code = fields.text("dose-because")
        doses = standing.doses
        if wanted == NONE:
            if doses:
                yield f"{shown}: expected no dose, has {doses[0].text}"
        elif wanted and not any(_same_dose(wanted, dose.text) for dose in doses):
            yield f"{shown}: expected the dose {wanted}, is {', '.join(dose.text for dose in doses) or NONE}"
        if dose_code and not any(dose_code == reason.code for dose in doses for reason in dose.reasons):
            yield f"{shown}: expected its dose to be open because of {dose_code}"
        steps = fields.words("steps")
        if steps and not any(steps == _steps(dose) or steps == _steps(dose, cited=True) for dose in doses):
            actual = ", ".join(repr(_steps(dose)) for dose in doses) or "none"
            yield f"{shown}: expected the steps {steps!r}, are {actual}"
        for name in self.stated_fields():
            if fields.has(name):
                wanted = fields.words(name)
                stated = [dose.stated.get(name, "not stated") for dose in doses]
                if wanted not in stated:
                    yield f"{shown}: expected {name} {wanted}, is {', '.join(stated) or 'no dose'}"

    def stated_fields(self) -> list[str]:
        """The fields that a dosing claim can state."""
        kind = self.knowledge.vocabulary.claims.get(self.knowledge.vocabulary.headings.dosing)
        return [name for name in kind.fields if name not in self.key] if kind else []

    # Statements ------------------------------------------------------------------------------------------------------

    def statement(self, node: Node, kind: str, advice: Advice) -> Iterator[str]:
        """One caution, care or other statement."""
        body = mapping_of(node, f"an expected {kind}", self.findings)
        if body is None:
            return
        fields = Fields(body, f"an expected {kind}", self.findings)
        declared = self.knowledge.vocabulary.conclusions[kind]
        key: dict[str, str] = {}
        for name in declared.key:
            written = name if fields.has(name) else "code" if name == "is" and fields.has("code") else ""
            if written:
                key[name] = fields.text(written)
        value = fields.words("value") or "true"
        found = [entry for entry in self.statements(kind, advice) if key.items() <= entry.key.items()]
        shown = f"{kind} {' '.join(key.values())}"
        if not key:
            self.findings.add(
                "expectation",
                body.location,
                f"an expected {kind} names none of {listed(declared.key)}",
                "at least one of them",
            )
        elif not any(entry.value == value for entry in found):
            yield f"{shown}: expected {value}, is {found[0].value if found else 'not there'}"
        for fact in fields.texts("claims"):
            self.known(fact, self.knowledge.facts, fields, "fact")
            if found and not any(fact in (*entry.claims, *entry.readings) for entry in found):
                yield f"{shown}: does not cite {fact}"
        yield from self.certainty(fields, [entry.certainty for entry in found], shown)
        says = fields.words("says")
        if says and not any(says in text for entry in found for texts in entry.annotations.values() for text in texts):
            yield f"{shown}: does not say {says!r}"
        fields.words("note")
        fields.done(also=("code",))

    def statements(self, kind: str, advice: Advice) -> list[Statement]:
        """The statements of one kind."""
        return [
            entry
            for entries in advice.sections.values()
            for entry in entries
            if entry.conclusion.startswith(f"{kind}(")
        ]

    # The rest --------------------------------------------------------------------------------------------------------

    def values(self, node: Mapping, advice: Advice) -> Iterator[str]:
        """Conclusions by their text, with the value that each must have."""
        for atom, value in node.entries.items():
            wanted = value.text if isinstance(value, Scalar) else ""
            if atom not in advice.values and (wanted != "false" or not self.conceivable(atom)):
                self.findings.add(
                    "expectation",
                    node.keys[atom],
                    f"no rule can draw `{atom}`",
                    "a conclusion of the knowledge base",
                    did_you_mean(atom, advice.values),
                )
            elif advice.values.get(atom, "false") != wanted:
                yield f"{atom}: expected {wanted}, is {advice.values.get(atom, 'false')}"

    def conceivable(self, atom: str) -> bool:
        """Whether a text names a conclusion in declared words, though no rule may draw it."""
        relation, _, inside = atom.removesuffix(")").partition("(")
        kind = self.knowledge.vocabulary.conclusions.get(relation)
        words = inside.split(", ")
        if kind is None or len(words) != len(kind.key):
            return False
        domains = [self.knowledge.vocabulary.domain(type_) for type_ in kind.key.values()]
        return all(not domain or word in domain for word, domain in zip(words, domains, strict=True))

    def missing(self, node: Mapping, advice: Advice) -> Iterator[str]:
        """The sets of data that settle a question, exactly."""
        for question, sets in node.entries.items():
            wanted = {
                frozenset(item.text for item in entry if isinstance(item, Scalar))
                for entry in (sets.items if isinstance(sets, Sequence) else ())
                if isinstance(entry, Sequence)
            }
            found = next((entry for entry in advice.missing if entry.question == question), None)
            actual = {frozenset(data) for data in found.sets} if found is not None else set()
            if found is None:
                known = listed(entry.question for entry in advice.missing) or "none"
                yield f"{question}: is not among the open questions ({known})"
            elif actual != wanted:
                more = " (more needed)" if found.more else ""
                yield f"{question}: expected to be settled by {_sets(wanted)}, is by {_sets(actual)}{more}"

    def headings(self, node: Mapping, advice: Advice) -> Iterator[str]:
        """Every key with its heading: exactly these and no others."""
        found = {" / ".join(standing.key.values()): standing.heading for standing in advice.options}
        wanted = {name: value.text for name, value in node.entries.items() if isinstance(value, Scalar)}
        for name in sorted(found.keys() | wanted.keys()):
            if found.get(name) != wanted.get(name):
                yield f"{name}: expected {wanted.get(name, 'no heading')}, is {found.get(name, 'not there')}"

    def prohibited(self, node: Node, advice: Advice) -> Iterator[str]:
        """What the advice must not contain: a declared prohibition by its sentence or name, or one option or
        statement.
        """
        if isinstance(node, Scalar):
            prohibitions = self.knowledge.vocabulary.prohibitions
            match = next(
                (entry for name, entry in prohibitions.items() if node.text in (name, entry["sentence"])), None
            )
            if match is None:
                known = [str(entry["sentence"]) for entry in prohibitions.values()]
                self.findings.add(
                    "unknown-term",
                    node.location,
                    f"`{node.text}` is no declared prohibition",
                    f"one of {listed(known)}",
                    did_you_mean(node.text, known),
                )
                return
            yield from violations(match, advice, self.knowledge)
            return
        body = mapping_of(node, "an entry of `must-not`", self.findings)
        for word, value in body.entries.items() if body is not None else ():
            inner = mapping_of(value, f"`{word}`", self.findings)
            key = {name: item.text for name, item in inner.entries.items() if isinstance(item, Scalar)} if inner else {}
            head = self.knowledge.vocabulary.headings.conclusion
            declared = head if word in ("option", head) else self.kinds.get(word, "")
            if inner is not None and declared:
                self.sayable(inner, declared)
            if word in ("option", head):
                for standing in advice.options:
                    if key.items() <= standing.key.items() and standing.heading in ("advised", "provisional"):
                        yield f"must not advise {' '.join(standing.key.values())}"
            elif word in self.kinds:
                for entry in self.statements(self.kinds[word], advice):
                    if key.items() <= entry.key.items() and entry.value in ("true", "provisional"):
                        yield f"must not say {entry.conclusion}"
            else:
                self.findings.add(
                    "unknown-term",
                    node.location,
                    f"`{word}` is nothing that can be forbidden",
                    f"option, or one of {listed(self.kinds)}",
                )

    def sayable(self, key: Mapping, conclusion: str) -> None:
        """Record every part of a key that no conclusion of the kind could have: it could never be found."""
        types = self.knowledge.vocabulary.conclusions[conclusion].key
        if not key.entries:
            self.findings.add("expectation", key.location, "nothing is named that must not be", listed(types))
        for name, node in key.entries.items():
            if name not in types:
                message = f"`{conclusion}` has no key field `{name}`"
                self.findings.add("unknown-field", key.keys[name], message, f"one of {listed(types)}")
                continue
            domain = self.knowledge.vocabulary.domain(types[name])
            if domain and isinstance(node, Scalar) and node.text not in domain:
                message = f"`{node.text}` is no declared {name}"
                self.findings.add(
                    "unknown-term", node.location, message, listed(domain), did_you_mean(node.text, domain)
                )

    def known(self, name: str, known: Iterable[str], fields: Fields, what: str) -> None:
        """Record a name that the knowledge base does not have: the expectation could never fail on it."""
        names = tuple(known)
        if name not in names:
            self.findings.add(
                "unknown-term",
                fields.location,
                f"`{name}` is no {what}",
                f"one of {listed(names)}",
                did_you_mean(name, names),
            )


def _same_dose(wanted: str, found: str) -> bool:
    """The same text, or the same range in another notation of it."""
    if wanted == found:
        return True
    for suffix in ("", " per dose", " in total"):
        if wanted.endswith(suffix) and found.endswith(suffix):
            try:
                one, other = parse_range(wanted.removesuffix(suffix)), parse_range(found.removesuffix(suffix))
            except QuantityError:
                continue
            return one.unit.commensurable(other.unit) and one.to(other.unit) == other
    return False


def _steps(dose: Dose, cited: bool = False) -> str:
    """The steps in one line; with ``cited``, the facts of the steps that a declared formula warrants."""
    return "; ".join(
        f"{step.text} ({', '.join(step.facts)})" if cited and not set(step.facts) & {*dose.facts} else step.text
        for step in dose.steps
    )


def _sets(sets: set[frozenset[str]]) -> str:
    return " or ".join(sorted("{" + ", ".join(sorted(data)) + "}" for data in sets)) or "nothing"
