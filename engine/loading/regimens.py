"""Reads regimens: phases that follow one another, each a claim that rests on the facts it names."""

from __future__ import annotations

from collections.abc import Collection

from engine.errors import Findings, Location, clipped
from engine.fields import Fields, mapping_of
from engine.loading.claims import ClaimReader
from engine.loading.references import References
from engine.model.rule import Phase, Regimen
from engine.model.vocabulary import ClaimKind, Vocabulary
from engine.reading import Mapping


class RegimenReader:
    """Reads regimens against a vocabulary."""

    def __init__(self, vocabulary: Vocabulary, findings: Findings, references: References) -> None:
        self.vocabulary = vocabulary
        self.findings = findings
        self.references = references
        self.claims = ClaimReader(vocabulary, findings, references)

    def regimen(self, body: Mapping) -> Regimen | None:
        """One regimen; None where it is not known what its phases claim."""
        fields = Fields(body, "the regimen", self.findings)
        id_ = fields.id()
        fields.what = f"the regimen `{id_}`"
        name = fields.text("claim", True)
        kind = self.vocabulary.claims.get(name)
        if kind is None:
            if name:
                message = f"`{clipped(name)}` is not a declared kind of claim"
                place = fields.node.entries["claim"].location
                self.findings.unknown_term(name, self.vocabulary.claims, place, message)
            return None
        if "role" not in kind.fields:
            message = f"a claim `{name}` has no `role`, by which phases are told apart"
            self.findings.add("type", fields.place("claim"), message, "a kind of claim with a field `role`")
            return None
        phases = self.phases(fields, kind)
        fields.done(also=kind.fields)
        return Regimen(id_, name, phases, fields.place("id")) if id_ else None

    def phases(self, fields: Fields, kind: ClaimKind) -> tuple[Phase, ...]:
        """The phases, each of another role."""
        shared = {name: node for name, node in fields.node.entries.items() if name in kind.fields}
        found: list[Phase] = []
        roles: dict[str, Location] = {}
        for node in fields.sequence("phases", True, filled=True):
            body = mapping_of(node, f"a phase of {fields.what}", self.findings)
            if body is None:
                continue
            phase = self.phase(body, shared, fields, kind)
            if phase.role and phase.role in roles:
                self.findings.add(
                    "duplicate-id",
                    phase.location,
                    f"{fields.what} has two phases `{phase.role}`",
                    "each role once",
                    f"first at {roles[phase.role]}",
                )
            roles.setdefault(phase.role, phase.location)
            found.append(phase)
        return tuple(found)

    def phase(self, body: Mapping, shared: Collection[str], fields: Fields, kind: ClaimKind) -> Phase:
        """One phase, with the fields that all of them share."""
        what = f"a phase of {fields.what}"
        entries = {**{name: fields.node.entries[name] for name in shared}, **body.entries}
        keys = {name: fields.node.keys[name] for name in fields.node.keys if name in kind.fields}
        inner = Fields(Mapping(entries, {**keys, **body.keys}, body.location), what, self.findings)
        facts = self.references.texts(inner, "from", required=True)
        values = self.claims.fields(inner, kind)
        if "role" not in inner.node.keys and "role" not in kind.required:
            self.findings.add("missing-field", body.location, f"{what} has no `role`", "a field `role`")
        inner.done(also=kind.fields)
        return Phase(str(values.get("role", "")), values, facts, body.location)
