"""Reads `kb/facts/`: the statements of a document, or the editors' interpretations."""

from __future__ import annotations

from fractions import Fraction

from engine.errors import Findings, Location, did_you_mean, listed
from engine.fields import Fields, kind_of, mapping_of, text_of
from engine.loading.types import quantity_of, range_of
from engine.model.fact import Claim, ClaimValue, Fact, Population
from engine.model.vocabulary import ClaimKind, FieldType, Vocabulary
from engine.reading import Mapping, Node, Scalar

FIDELITIES = ("same", "bent", "unread")


def read_facts(root: Mapping, vocabulary: Vocabulary, findings: Findings) -> list[Fact]:
    """The facts of one file."""
    fields = Fields(root, "a facts file", findings)
    read_in = fields.text("read-in", True)
    interpretations = fields.has("interpretations")
    if interpretations == fields.has("facts"):
        findings.add("missing-field", root.location, "a facts file holds `facts` or `interpretations`, one of the two", "a list `facts` or `interpretations`")
    facts = []
    for node in fields.sequence("interpretations" if interpretations else "facts"):
        body = mapping_of(node, "a fact", findings)
        if body is not None:
            fact = _Reader(vocabulary, findings, read_in, interpretations).fact(body)
            if fact is not None:
                facts.append(fact)
    fields.done()
    return facts


class _Reader:
    def __init__(self, vocabulary: Vocabulary, findings: Findings, read_in: str, interpretations: bool) -> None:
        self.vocabulary = vocabulary
        self.findings = findings
        self.read_in = read_in
        self.interpretations = interpretations

    def fact(self, body: Mapping) -> Fact | None:
        fields = Fields(body, "the fact", self.findings)
        id_ = fields.text("id", True)
        fields.what = f"the fact `{id_}`"
        modality = fields.text("modality")
        if modality:
            self.known(modality, self.vocabulary.terms.get("modality", {}), fields.place("modality"), "modality")
        cites, cites_all = self.cites(fields)
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
            claims=tuple(self.claims(fields, modality)),
            about=fields.texts("about", self.interpretations),
            defines=fields.texts("defines"),
            restates=fields.texts("restates"),
            evidence_level=fields.words("evidence-level"),
            note=fields.words("note"),
            not_used_by_rules=fields.words("not-used-by-rules"),
            is_interpretation=self.interpretations,
            location=fields.place("id"),
        )
        fields.done()
        return fact if id_ else None

    def cites(self, fields: Fields) -> tuple[tuple[str, ...], bool]:
        node = fields.node_of("cites")
        if isinstance(node, Mapping):
            inner = Fields(node, f"`cites` of {fields.what}", self.findings)
            every = inner.has("all-of")
            found = inner.texts("all-of" if every else "any-of", True)
            inner.done()
            return found, every
        return fields.texts("cites"), False

    def population(self, fields: Fields) -> Population | None:
        node = fields.mapping("population")
        if node is None:
            return None
        inner = Fields(node, f"`population` of {fields.what}", self.findings)
        label = inner.words("label", True)
        conditions: list[tuple[str, str | bool]] = []
        within = inner.mapping("within")
        if within is not None:
            for path, value in within.entries.items():
                checked = self.population_value(path, value, within.keys[path])
                if checked is not None:
                    conditions.append((path, checked))
        inner.done()
        return Population(label, tuple(conditions))

    def population_value(self, path: str, value: Node, place: Location) -> str | bool | None:
        attribute = self.vocabulary.attribute(path)
        if attribute is None:
            self.findings.add("unknown-term", place, f"`{path}` is no datum of the case", "section.attribute of a record", did_you_mean(path, paths(self.vocabulary)))
            return None
        if isinstance(value, Scalar) and isinstance(value.value, bool) and attribute.type.kind in ("boolean", "finding"):
            return value.value
        text = text_of(value, f"the population's `{path}`", self.findings)
        if text is not None:
            self.known(text, self.vocabulary.domain(attribute.type), value.location, "value of " + path)
        return text

    def claims(self, fields: Fields, modality: str) -> list[Claim]:
        found = []
        for node in fields.sequence("claims"):
            body = mapping_of(node, f"a claim of {fields.what}", self.findings)
            if body is None:
                continue
            inner = Fields(body, f"a claim of {fields.what}", self.findings)
            kind_name = inner.text("claim", True)
            kind = self.vocabulary.claims.get(kind_name)
            if kind is None:
                if kind_name:
                    self.known(kind_name, self.vocabulary.claims, inner.place("claim"), "kind of claim")
                continue
            own = inner.text("modality")
            if own:
                self.known(own, self.vocabulary.terms.get("modality", {}), inner.place("modality"), "modality")
            read_by = inner.texts("read-by")
            values = read_claim_fields(inner, kind, self.vocabulary, self.findings)
            inner.done(also=kind.fields)
            found.append(Claim(kind_name, values, own or modality, read_by, body.location))
        return found

    def known(self, name: str, known: object, place: Location, what: str) -> None:
        if name not in known:  # type: ignore[operator]
            self.findings.add("unknown-term", place, f"`{name}` is not a declared {what}", f"one of {listed(known)}", did_you_mean(name, known))  # type: ignore[arg-type]


def read_claim_fields(fields: Fields, kind: ClaimKind, vocabulary: Vocabulary, findings: Findings) -> dict[str, ClaimValue]:
    """The values of a claim's own fields, each of its declared type."""
    values: dict[str, ClaimValue] = {}
    for name, type_ in kind.fields.items():
        node = fields.node_of(name, required=name in kind.required)
        if node is not None:
            value = claim_value(node, type_, f"`{name}` of {fields.what}", vocabulary, findings)
            if value is not None:
                values[name] = value
    return values


def claim_value(node: Node, type_: FieldType, what: str, vocabulary: Vocabulary, findings: Findings) -> ClaimValue | None:
    """One value of a claim, or None with a problem recorded."""
    if type_.kind == "range":
        found = range_of(node, what, findings)
        if found is not None and type_.unit is not None and not found.unit.commensurable(type_.unit):
            findings.add("unit", node.location, f"{what} is in `{found.unit.text}`", f"a unit commensurable with `{type_.unit.text}`")
        return found
    if type_.kind == "quantity":
        quantity = quantity_of(node, what, findings)
        if quantity is not None and type_.unit is not None and not quantity.unit.commensurable(type_.unit):
            findings.add("unit", node.location, f"{what} is in `{quantity.unit.text}`", f"a unit commensurable with `{type_.unit.text}`")
        return quantity
    if type_.kind in ("number", "boolean"):
        wanted = Fraction if type_.kind == "number" else bool
        if isinstance(node, Scalar) and isinstance(node.value, wanted):
            return node.value
        findings.add("type", node.location, f"{what} is {kind_of(node)}", f"a {type_.kind}")
        return None
    text = text_of(node, what, findings)
    if text is None:
        return None
    if type_.kind == "datum":
        known: tuple[str, ...] = (*paths(vocabulary), *vocabulary.quantities)
    elif type_.kind in ("term", "one of"):
        known = vocabulary.domain(type_)
    else:
        return text
    if text not in known:
        findings.add("unknown-term", node.location, f"{what} is `{text}`, which is not declared", f"one of {listed(known)}", did_you_mean(text, known))
        return None
    return text


def paths(vocabulary: Vocabulary) -> tuple[str, ...]:
    """Every `section.attribute` of the records of a case."""
    return tuple(
        f"{section.name}.{name}" for section in vocabulary.sections.values() if not section.is_list for name in section.attributes
    )
