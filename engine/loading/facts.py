"""Reads `kb/facts/`: the statements of a document, or the editors' interpretations."""

from __future__ import annotations

from collections.abc import Collection

from engine.errors import Findings, Location, clipped
from engine.fields import Fields, mapping_of, text_of
from engine.loading.claims import ClaimReader, paths
from engine.loading.grades import GradeReader, claimed_design, read_design
from engine.loading.references import References
from engine.model.fact import Claim, Fact, Population
from engine.model.vocabulary import Vocabulary
from engine.reading import Mapping, Node, Scalar

FIDELITIES = ("same", "bent", "unread")


def read_facts(root: Mapping, vocabulary: Vocabulary, findings: Findings, references: References) -> list[Fact]:
    """The facts of one file."""
    fields = Fields(root, "a facts file", findings)
    read_in = references.text(fields, "read-in", "source", required=True)
    interpretations = fields.has("interpretations")
    if interpretations == fields.has("facts"):
        findings.add(
            "missing-field",
            root.location,
            "a facts file holds `facts` or `interpretations`, one of the two",
            "a list `facts` or `interpretations`",
        )
    reader = _Reader(vocabulary, findings, references, read_in, interpretations)
    facts = []
    for node in fields.sequence("interpretations" if interpretations else "facts"):
        body = mapping_of(node, "a fact", findings)
        fact = reader.fact(body) if body is not None else None
        if fact is not None:
            facts.append(fact)
    fields.done()
    return facts


class _Reader:
    def __init__(
        self,
        vocabulary: Vocabulary,
        findings: Findings,
        references: References,
        read_in: str,
        interpretations: bool,
    ) -> None:
        self.vocabulary = vocabulary
        self.findings = findings
        self.references = references
        self.claim_reader = ClaimReader(vocabulary, findings, references)
        self.read_in = read_in
        self.interpretations = interpretations

    def fact(self, body: Mapping) -> Fact | None:
        """One statement or interpretation; None where it has no id."""
        fields = Fields(body, "the fact", self.findings)
        id_ = fields.id()
        fields.what = f"the fact `{id_}`"
        modality = self.modality(fields)
        cites, cites_all = self.cites(fields)
        grades = GradeReader(fields, self.vocabulary, self.references, self.interpretations)
        claims = tuple(self.claims(fields, modality, grades))
        grades.done()
        fact = Fact(
            id_,
            quoted_from=self.read_in,
            quote="" if self.interpretations else fields.words("quote", True),
            states=fields.words("states", True) if self.interpretations else "",
            locator=fields.words("locator"),
            cites=cites,
            cites_all=cites_all,
            attribution=fields.words("attribution"),
            fidelity=fields.choice("fidelity", FIDELITIES, default="unread"),
            fidelity_note=fields.words("fidelity-note"),
            modality=modality,
            population=self.population(fields),
            claims=claims,
            about=self.about(fields, id_) if self.interpretations else (),
            defines=self.defines(fields),
            restates=self.references.texts(fields, "restates"),
            evidence_level=fields.words("evidence-level"),
            design=claimed_design(
                read_design(fields, self.vocabulary),
                [(self.vocabulary.claims[claim.kind], claim.fields) for claim in claims],
            ),
            grade=grades.of_fact,
            note=fields.words("note"),
            not_used_by_rules=fields.words("not-used-by-rules"),
            is_interpretation=self.interpretations,
            location=fields.place("id"),
        )
        fields.done()
        return fact if id_ else None

    def modality(self, fields: Fields) -> str:
        """The modality of a statement or of one of its claims."""
        found = fields.text("modality")
        if found:
            place = fields.node.entries["modality"].location
            self.known(found, self.vocabulary.terms.get("modality", {}), place, "modality")
        return found

    def about(self, fields: Fields, id_: str) -> tuple[str, ...]:
        """What an interpretation is about: facts or whole sources, and not itself."""
        found = fields.named("about", True)
        for name, place in found:
            if name == id_:
                self.findings.add("cycle", place, f"the interpretation `{id_}` is about itself", "a fact or a source")
            self.references.add("fact or source", name, place)
        return tuple(name for name, _ in found)

    def defines(self, fields: Fields) -> tuple[str, ...]:
        """The terms that a statement defines."""
        found = fields.named("defines")
        known = {name for terms in self.vocabulary.terms.values() for name in terms} if found else set()
        for name, place in found:
            self.known(name, known, place, "term")
        return tuple(name for name, _ in found)

    def cites(self, fields: Fields) -> tuple[tuple[str, ...], bool]:
        """The sources that the document names for a statement, and whether all of them together."""
        node = fields.node_of("cites")
        if isinstance(node, Mapping):
            inner = Fields(node, f"`cites` of {fields.what}", self.findings)
            every = inner.has("all-of")
            found = self.references.texts(inner, "all-of" if every else "any-of", "source", required=True)
            inner.done()
            return found, every
        return self.references.texts(fields, "cites", "source"), False

    def population(self, fields: Fields) -> Population | None:
        """The cases that a statement is about."""
        node = fields.mapping("population")
        if node is None:
            return None
        inner = Fields(node, f"`population` of {fields.what}", self.findings)
        label = inner.words("label", True)
        conditions: list[tuple[str, str | bool]] = []
        within = inner.mapping("within")
        for path, value in within.entries.items() if within is not None else ():
            checked = self.population_value(path, value, within.keys[path] if within is not None else node.location)
            if checked is not None:
                conditions.append((path, checked))
        inner.done()
        return Population(label, tuple(conditions))

    def population_value(self, path: str, value: Node, place: Location) -> str | bool | None:
        """A term, a word or a boolean that a datum must be; None with a problem recorded."""
        attribute = self.vocabulary.attribute(path)
        if attribute is None:
            self.known(path, paths(self.vocabulary), place, "datum of the case")
            return None
        if attribute.type.kind in ("boolean", "finding"):
            if isinstance(value, Scalar) and isinstance(value.value, bool):
                return value.value
            self.findings.add("type", value.location, f"the population's `{path}` is no boolean", "true or false")
            return None
        text = text_of(value, f"the population's `{path}`", self.findings)
        if text is None:
            return None
        if attribute.type.kind not in ("term", "set of terms", "one of"):
            self.findings.add("type", place, f"`{path}` does not tell populations apart", "a term, a word or a boolean")
            return None
        return text if self.known(text, self.vocabulary.domain(attribute.type), value.location, path) else None

    def claims(self, fields: Fields, modality: str, grades: GradeReader) -> list[Claim]:
        """What a statement claims."""
        found = []
        for node in fields.sequence("claims"):
            body = mapping_of(node, f"a claim of {fields.what}", self.findings)
            inner = Fields(body, f"a claim of {fields.what}", self.findings) if body else None
            claim = self.claim(inner, modality, grades) if inner else None
            if claim is not None:
                found.append(claim)
        return found

    def claim(self, fields: Fields, modality: str, grades: GradeReader) -> Claim | None:
        """One claim; None where its kind is not known."""
        name = fields.text("claim", True)
        kind = self.vocabulary.claims.get(name)
        if kind is None:
            if name:
                self.known(name, self.vocabulary.claims, fields.node.entries["claim"].location, "kind of claim")
            return None
        own = self.modality(fields)
        read_by = self.references.texts(fields, "read-by", "interpretation")
        grade = grades.of_claim(fields)
        values = self.claim_reader.fields(fields, kind)
        fields.done(also=kind.fields)
        return Claim(name, values, own or modality, read_by, grade, fields.location)

    def known(self, name: str, known: Collection[str], place: Location, what: str) -> bool:
        """Whether a word is declared; a problem is recorded where it is not."""
        if name in known:
            return True
        self.findings.unknown_term(name, known, place, f"`{clipped(name)}` is not a declared {what}")
        return False
