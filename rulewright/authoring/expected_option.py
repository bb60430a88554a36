"""What a scenario expects of one option: its heading, and everything that the advice says of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.errors import Findings, listed
from engine.fields import Fields, mapping_of
from engine.model.knowledge import KnowledgeBase
from engine.model.quantity import QuantityError, parse_range
from engine.no_dose import says_no_dose
from engine.reading import Mapping, Node, Scalar, Sequence
from rulewright.authoring.difference import HEADING, Difference, Subject, named_in
from rulewright.authoring.known import MOST_CITED, NOT_SHOWN, Known

if TYPE_CHECKING:
    from engine.model.advice import Advice, Dose, Standing

NO_DOSE = "none in the source"
"""Expected of an option of which the advice draws that no source gives a dose; that it has none is not enough."""
NOTHING_SAID = "none, and nothing draws that no source gives one"
BOOLEANS = {"true": "yes", "false": "no"}
RUNNING = ("yes", "no", "unknown")
HEADINGS = ("completed", "advised", "provisional", "not-supported-now", "undetermined")
COMPLETED = "completed"
"""The heading that another conclusion gives than the one that is argued."""


class ExpectedOption(Known):
    """Compares options of one advice with entries under a heading."""

    def __init__(self, knowledge: KnowledgeBase, findings: Findings, advice: Advice) -> None:
        super().__init__(knowledge, findings)
        self.advice = advice
        self.headings = knowledge.vocabulary.headings
        kind = knowledge.vocabulary.conclusions.get(self.headings.conclusion)
        self.names = tuple(kind.key) if kind else ()

    def differences(self, node: Node, heading: str) -> Iterator[Difference]:
        """One key under one heading."""
        body = mapping_of(node, "an expected option", self.findings)
        if body is None:
            return
        fields = Fields(body, "an expected option", self.findings)
        named = [name for name in self.names if fields.has(name)]
        if not self.key(fields, dict(zip(named, named, strict=True)), self.headings.conclusion):
            fields.done(also=body.entries)
            return
        key = {name: fields.text(name) for name in named}
        words = tuple(key.values())
        subject = Subject(" ".join(words), body.location, named_in(self.advice, self.headings.conclusion, words))
        standing = next((entry for entry in self.advice.options if entry.key == key), None)
        if standing is None:
            yield subject.differs(HEADING, heading, "no heading", "has no heading")
            fields.done(also=body.entries)
            return
        if standing.heading != heading:
            why = f" ({standing.reason})" if standing.reason else ""
            drawn = self.behind(words, heading, standing.heading)
            yield subject.differs(HEADING, heading, f"{standing.heading}{why}", because=drawn)
        yield from self.details(fields, standing, subject)
        fields.words("note")
        fields.done()

    def headed(self, headings: Mapping) -> None:
        """Record every name of `headings` in which a word is not declared, and every heading that is none."""
        vocabulary = self.knowledge.vocabulary
        kind = vocabulary.conclusions.get(self.headings.conclusion)
        for name, value in headings.entries.items():
            words = zip(name.split(" / "), kind.key.items() if kind else (), strict=False)
            for word, (field, type_) in words:
                place = headings.keys[name]
                self.word(word, vocabulary.domain(type_), place, f"`{field}` of {self.headings.conclusion}")
            if isinstance(value, Scalar):
                self.word(value.text, HEADINGS, value.location, "heading")

    def behind(self, words: tuple[str, ...], *headings: str) -> tuple[str, ...]:
        """The conclusions that decide between headings of an option with these words as its key."""
        by = self.headings.completed if COMPLETED in headings else ""
        return named_in(self.advice, by or self.headings.conclusion, words)

    def details(self, fields: Fields, standing: Standing, subject: Subject) -> Iterator[Difference]:
        """What is expected of an option besides its heading."""
        terms = self.knowledge.vocabulary.terms
        words = {"status": terms.get("status", ()), "running": RUNNING, "modality": terms.get("modality", ())}
        for name, known in words.items():
            wanted = BOOLEANS.get(fields.words(name), fields.words(name)) if name == "running" else fields.words(name)
            if not wanted or not self.word(wanted, known, fields.node.entries[name].location, name):
                continue
            if wanted != getattr(standing, name):
                yield subject.differs(name, wanted, getattr(standing, name) or "none", at=fields.place(name))
        yield from self.codes(fields, standing, subject)
        yield from self.cited(fields, standing, subject)
        yield from self.dose(fields, standing, subject)
        for name in self.headings.marks:
            wanted = fields.text(name)
            if wanted and standing.marks.get(name) != wanted:
                yield subject.differs(name, wanted, standing.marks.get(name, "none"), at=fields.place(name))
        yield from self.fits(fields, lambda fact: self.fit(standing, fact), subject)
        yield from self.certainty(fields, [standing.certainty], subject)
        if fields.has("assumed") and fields.boolean("assumed") != bool(standing.assumed):
            article = "a" if not standing.assumed else "no"
            yield subject.differs(
                "assumed",
                f"{article} stated default",
                "; ".join(standing.assumed) or "none",
                f"expected {article} stated default among its premises",
                fields.place("assumed"),
            )

    def cited(self, fields: Fields, standing: Standing, subject: Subject) -> Iterator[Difference]:
        """The facts and readings that must be among those that it rests on."""
        cited = {*standing.claims, *standing.readings}
        for name in ("claims", "readings"):
            for fact in fields.texts(name):
                self.known(fact, self.knowledge.facts, fields, "fact")
                if fact not in cited:
                    found = listed(cited, MOST_CITED)
                    text = f"does not cite {fact} (cites {found})"
                    yield subject.differs(name, fact, f"cites {found or 'nothing'}", text, fields.place(name))
        yield from self.exactly(fields, "cites", cited, subject)

    def fit(self, standing: Standing, fact: str) -> set[str]:
        """How the case fits the population of a fact, of those behind the option and of those beside it."""
        beside = (entry.population for entry in standing.beside if entry.fact == fact)
        return {standing.populations.get(fact) or next(beside, NOT_SHOWN)}

    def codes(self, fields: Fields, standing: Standing, subject: Subject) -> Iterator[Difference]:
        """The reason codes: the principal one, some among them, or all of them in order."""
        because = fields.text("because")
        known = self.knowledge.vocabulary.terms.get("reason", {})
        if because:
            self.known(because, known, fields, "reason")
            if standing.reason != because:
                found = standing.reason or "none"
                text = f"expected the principal reason {because}, is {found}"
                yield subject.differs("principal reason", because, found, text, fields.place("because"))
        codes = [reason.code for reason in standing.reasons]
        node = fields.node_of("also")
        listed_codes = node.items if isinstance(node, Sequence) else (node,)
        for code in [item.text for item in listed_codes if isinstance(item, Scalar)]:
            self.known(code, known, fields, "reason")
            if code not in codes:
                text = f"{code} is not among its reasons ({listed(codes) or 'none'})"
                yield subject.differs(
                    "reasons", f"{code} among them", ", ".join(codes) or "none", text, fields.place("also")
                )
        if fields.has("reasons"):
            named = fields.named("reasons")
            for code, place in named:
                self.word(code, known, place, "reason")
            exact = [code for code, _ in named]
            if exact != codes:
                wanted, found = ", ".join(exact) or "none", ", ".join(codes) or "none"
                text = f"expected the reasons {wanted}, are {found}"
                yield subject.differs("reasons", wanted, found, text, fields.place("reasons"))

    def dose(self, fields: Fields, standing: Standing, subject: Subject) -> Iterator[Difference]:
        """The dose with its steps and what its source states."""
        drawn = self.doses(standing)
        wanted = fields.words("dose")
        code = fields.text("dose-because")
        if code:
            self.known(code, self.knowledge.vocabulary.terms.get("reason", {}), fields, "reason")
        doses = standing.doses
        said = not doses and says_no_dose(self.advice, self.headings, standing.key.values())
        shown = ", ".join(dose.text for dose in doses) or (NO_DOSE if said else NOTHING_SAID)
        at = fields.place("dose")
        if wanted == NO_DOSE:
            if not said:
                text = f"expected no dose, has {doses[0].text}" if doses else f"expected the dose {NO_DOSE}, is {shown}"
                yield subject.differs("dose", NO_DOSE, shown, text, at, drawn)
        elif wanted and not any(same_dose(wanted, dose.text) for dose in doses):
            yield subject.differs("dose", wanted, shown, f"expected the dose {wanted}, is {shown}", at, drawn)
        codes = [reason.code for dose in doses for reason in dose.reasons]
        if code and code not in codes:
            text = f"expected its dose to be open because of {code}"
            found = f"open because of {listed(codes)}" if codes else shown
            at = fields.place("dose-because")
            yield subject.differs("dose", f"open because of {code}", found, text, at, drawn)
        steps = fields.words("steps")
        if steps and not any(steps == steps_of(dose) or steps == steps_of(dose, cited=True) for dose in doses):
            quoted = ", ".join(repr(steps_of(dose)) for dose in doses) or "none"
            text = f"expected the steps {steps!r}, are {quoted}"
            found = "; or ".join(steps_of(dose) for dose in doses) or "none"
            yield subject.differs("steps", steps, found, text, fields.place("steps"), drawn)
        for name in stated_fields(self.knowledge):
            if fields.has(name):
                wanted = fields.words(name)
                stated = [dose.stated.get(name, "not stated") for dose in doses]
                if wanted not in stated:
                    found = ", ".join(stated) or "no dose"
                    yield subject.differs(name, wanted, found, at=fields.place(name), because=drawn)

    def doses(self, standing: Standing) -> tuple[str, ...]:
        """The conclusions that draw the doses of an option; none where there is no dose."""
        if not standing.doses:
            return ()
        return named_in(self.advice, self.headings.dose, tuple(standing.key.values()))


def stated_fields(knowledge: KnowledgeBase) -> list[str]:
    """The fields that a dosing claim can state, those of the argued conclusion's key aside."""
    headings = knowledge.vocabulary.headings
    argued = knowledge.vocabulary.conclusions.get(headings.conclusion)
    kind = knowledge.vocabulary.claims.get(headings.dosing)
    return [name for name in kind.fields if not (argued and name in argued.key)] if kind else []


def same_dose(wanted: str, found: str) -> bool:
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


def steps_of(dose: Dose, cited: bool = False) -> str:
    """The steps in one line; with ``cited``, the facts of the steps that a declared formula warrants."""
    return "; ".join(
        f"{step.text} ({', '.join(step.facts)})" if cited and not set(step.facts) & {*dose.facts} else step.text
        for step in dose.steps
    )
