"""What each thing of a knowledge base says of itself, and what uses it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from engine.model.fact import Fact
from engine.model.knowledge import KnowledgeBase
from engine.model.rule import Rule
from engine.model.source import Source
from engine.model.vocabulary import Attribute, Code, ConclusionKind, DeclaredQuantity, Term
from provenance.render.layout import Sheet
from provenance.render.naming import ordered
from provenance.render.rules import claim_in_words, conclusion_in_words, condition_in_words
from provenance.review.uses import Uses


class Entries:
    """Prints the entries of one knowledge base on a sheet."""

    def __init__(self, knowledge: KnowledgeBase, sheet: Sheet) -> None:
        self.knowledge = knowledge
        self.vocabulary = knowledge.vocabulary
        self.sheet = sheet
        self.uses = Uses(knowledge)

    def names(self) -> list[str]:
        """Everything that can be shown."""
        knowledge, vocabulary = self.knowledge, self.vocabulary
        found = [
            *knowledge.facts,
            *knowledge.rules,
            *knowledge.sources,
            *vocabulary.conclusions,
            *vocabulary.quantities,
        ]
        found += [name for terms in vocabulary.terms.values() for name in terms]
        found += [
            synonym for terms in vocabulary.terms.values() for term in terms.values() for synonym in term.synonyms
        ]
        found += [f"{section.name}.{name}" for section in vocabulary.sections.values() for name in section.attributes]
        return list(dict.fromkeys(found))

    def show(self, name: str) -> bool:
        """Print all that ``name`` names, in any case of letters where none is exact; False where it names nothing."""
        found = self.named(lambda known: known == name) or self.named(lambda known: known.casefold() == name.casefold())
        for show in found:
            if self.sheet.lines:
                self.sheet.gap()
            show()
        return bool(found)

    def named(self, same: Callable[[str], bool]) -> list[Callable[[], None]]:
        """What to print for every thing whose name is the one that is sought."""
        knowledge, vocabulary = self.knowledge, self.vocabulary
        found: list[Callable[[], None]] = []
        found += [partial(self.fact, fact) for fact in knowledge.facts.values() if same(fact.id)]
        found += [partial(self.rule, rule) for rule in knowledge.rules.values() if same(rule.id)]
        found += [partial(self.source, source) for source in knowledge.sources.values() if same(source.id)]
        for terms in vocabulary.terms.values():
            for term in terms.values():
                if same(term.name) or any(map(same, term.synonyms)):
                    found.append(partial(self.term, term))
        for section in vocabulary.sections.values():
            for attribute in section.attributes.values():
                path = f"{section.name}.{attribute.name}"
                if same(path) or same(attribute.name):
                    found.append(partial(self.attribute, path, attribute))
        found += [partial(self.conclusion, kind) for kind in vocabulary.conclusions.values() if same(kind.name)]
        found += [
            partial(self.quantity, declared) for declared in vocabulary.quantities.values() if same(declared.name)
        ]
        return found

    # Lines -----------------------------------------------------------------------------------------------------------

    def title(self, name: str, kind: str, place: object) -> None:
        """The first line of an entry."""
        self.sheet.add(f"{name} — {kind} ({place})", style="bold")

    def line(self, label: str, text: str) -> None:
        """One thing that is said; nothing where there is nothing to say."""
        if text:
            self.sheet.add(f"{label}: {text}", 2)

    def block(self, label: str, lines: Iterable[str]) -> None:
        """Several things of one kind; nothing where there are none."""
        every = [line for line in lines if line]
        if every:
            self.sheet.add(f"{label}:", 2)
            for line in every:
                self.sheet.add(line, 4)

    def used_by(self, uses: dict[str, list[str]], why_not: str = "") -> None:
        """What uses it, by how it does."""
        lines = [f"{how}: {', '.join(ordered(who))}" for how, who in uses.items() if who]
        self.block("used by", lines or [why_not or "nothing"])

    def codes(self, codes: Iterable[Code]) -> None:
        """Codes of terminologies, each with how far it was verified."""
        self.block(
            "codes",
            (f"{code.system} {code.code} ({code.status})" + (f": {code.note}" if code.note else "") for code in codes),
        )

    def quoted(self, label: str, facts: Iterable[str]) -> None:
        """Facts with their words."""
        self.block(label, (f"{id_} {self.words(id_)}" for id_ in facts))

    def words(self, id_: str) -> str:
        """The words of a fact, or of a reading."""
        fact = self.knowledge.facts.get(id_)
        return (f"(reading) {fact.states}" if fact.is_interpretation else f"“{fact.quote}”") if fact else ""

    # Entries ---------------------------------------------------------------------------------------------------------

    def fact(self, fact: Fact) -> None:
        """A fact, or a reading of the editors."""
        sources = self.knowledge.sources
        self.title(fact.id, "reading" if fact.is_interpretation else "fact", fact.location)
        self.sheet.add(fact.states if fact.is_interpretation else f"“{fact.quote}”", 2)
        self.line(
            "stated in" if fact.is_interpretation else "read in",
            f"{sources[fact.quoted_from].shown}{', ' + fact.locator if fact.locator else ''}",
        )
        if not fact.is_interpretation:
            joined = " and " if fact.cites_all else " or "
            self.line("attributed to", joined.join(sources[name].shown for name in fact.cites) or "no source")
            self.line("how attributed", fact.attribution)
            self.line(
                "against the cited source",
                f"{fact.fidelity}{': ' + fact.fidelity_note if fact.fidelity_note else ''}" if fact.cites else "",
            )
        fallen = (sources[name] for name in self.knowledge.fallen(fact))
        said = (f"{one.id} is {one.standing} ({one.standing_note})" for one in fallen)
        self.line("in no advice, because", " and ".join(said))
        self.line("wording read as", fact.modality)
        self.line("population", fact.population.label if fact.population else "")
        self.line("evidence level", fact.evidence_level)
        self.quoted("about", [id_ for id_ in fact.about if id_ in self.knowledge.facts])
        self.line("about the documents", ", ".join(id_ for id_ in fact.about if id_ in sources))
        self.line("defines", ", ".join(fact.defines))
        self.line("restates", ", ".join(fact.restates))
        self.line("note", fact.note)
        self.block("claims", (claim_in_words(claim) for claim in fact.claims))
        self.used_by(self.uses.of_fact(fact.id), f"nothing: {fact.not_used_by_rules}" if fact.not_used_by_rules else "")

    def source(self, source: Source) -> None:
        """A document, with its identity as far as it is known."""
        self.title(source.id, "source", source.location)
        self.sheet.add(source.title, 2)
        self.line("kind", source.kind)
        self.line("printed as", source.printed_as)
        self.line("identity", source.identity + (f", confidence {source.confidence}" if source.confidence else ""))
        self.line("cite", source.cite if source.identity != "unresolved" else "")
        self.line("known", source.known)
        self.line("identifiers", ", ".join(f"{name} {value}" for name, value in source.identifiers))
        self.block(
            "candidates",
            (
                f"{candidate.cite}"
                + (f", confidence {candidate.confidence}" if candidate.confidence else "")
                + "".join(f", {name} {value}" for name, value in candidate.identifiers)
                for candidate in source.candidates
            ),
        )
        self.line("evidence level", source.evidence_level)
        self.line("standing", source.standing + (f": {source.standing_note}" if source.standing_note else ""))
        for label, day in (
            ("published", source.published),
            ("review by", source.review_by),
            ("valid from", source.valid_from),
            ("valid to", source.valid_to),
        ):
            self.line(label, day.isoformat() if day else "")
        self.line("note", source.note)
        self.used_by(self.uses.of_source(source.id))

    def rule(self, rule: Rule) -> None:
        """A rule in words."""
        self.title(rule.id, "rule", rule.location)
        self.sheet.add(rule.title, 2)
        self.block("when", (condition_in_words(condition) for condition in rule.when))
        self.block("unless", (condition_in_words(condition) for condition in rule.unless))
        self.block("then", (conclusion_in_words(conclusion) for conclusion in rule.then))
        self.quoted("because", rule.because)
        self.line("mechanism", "warranted by the facts that it matches" if rule.mechanism else "")
        self.line("definition", "names what the case says" if rule.definition else "")
        self.line("note", rule.note)
        self.block(
            "reads",
            (f"{how}: {', '.join(ordered(who))}" for how, who in self.uses.read_by_rule(rule.id).items() if who),
        )
        self.used_by(self.uses.of_rule(rule.id))

    def term(self, term: Term) -> None:
        """A word of the vocabulary."""
        self.title(term.name, f"term, {term.kind}", term.location)
        self.line("label", term.label)
        self.line("also called", ", ".join(term.synonyms))
        self.line("is a", term.is_a)
        self.line("note", term.note)
        self.line("an option of this wording is called", term.status)
        self.line("reason where it does not hold", term.when_false)
        self.line("reason where it is not known", term.when_unknown)
        self.codes(term.codes)
        self.quoted("defined by", term.because)
        self.used_by(self.uses.of_term(term.kind, term.name))

    def attribute(self, path: str, attribute: Attribute) -> None:
        """A datum that a case may hold."""
        from rulewright.cli.template import explanation

        self.title(path, "datum of a case", attribute.location)
        self.sheet.add(explanation(attribute, self.vocabulary), 2)
        self.line("counted from", attribute.since)
        self.line("reason where it is missing", attribute.missing)
        self.line("reason where it is too old", attribute.stale)
        self.codes(attribute.codes)
        self.quoted("read under", attribute.because)
        self.used_by(self.uses.of_datum(path))

    def conclusion(self, kind: ConclusionKind) -> None:
        """A kind of conclusion."""
        self.title(kind.name, "conclusion", kind.location)
        self.line("label", kind.label)
        self.line("key", ", ".join(kind.key))
        self.line("annotations", ", ".join(f"{name} ({merge})" for name, merge in kind.annotations.items()))
        self.line(
            "argued, and where both sides are",
            {"against": "against goes before for", "for": "for goes before against", "none": "unresolved"}.get(
                kind.argued, ""
            ),
        )
        self.line("printed in the section", kind.section)
        self.line("in words", kind.template)
        self.used_by(self.uses.of_relation(kind.name))

    def quantity(self, declared: DeclaredQuantity) -> None:
        """A quantity with a formula."""
        self.title(declared.name, "declared quantity", declared.location)
        self.line("label", declared.label)
        self.line("formula", f"{declared.formula}, in {declared.unit.text}")
        self.quoted("because", declared.because)
        self.used_by(self.uses.of_datum(declared.name))
