"""Reads `headings` and `prohibitions` of the vocabulary: how an advice is laid out, and what none may contain."""

from __future__ import annotations

from engine.errors import Location, clipped
from engine.fields import Fields
from engine.loading.draft import Draft
from engine.loading.types import quantity_of
from engine.model.vocabulary import Attribute, Headings, Vocabulary
from engine.reading import Mapping

PROHIBITIONS = ("no-dose", "not-cited", "no-order")
CITABLE = ("option", "dose")


def read_headings(draft: Draft, node: Mapping) -> None:
    """Take in how the advice lays out the conclusion that is argued; one file says it."""
    if draft.headings_at is not None:
        draft.findings.add(
            "duplicate-id",
            node.location,
            "`headings` is declared twice",
            "once",
            f"first at {draft.headings_at}",
        )
        return
    draft.headings_at = node.location
    fields = Fields(node, "`headings`", draft.findings)
    draft.headings = Headings(
        conclusion=fields.text("conclusion", True),
        completed=fields.text("completed"),
        completed_code=draft.term(fields, "completed-code", "reason"),
        running=fields.text("running"),
        remark=fields.text("remark"),
        dose=fields.text("dose"),
        no_dose=fields.text("no-dose"),
        asked=fields.text("asked"),
        subject=fields.text("subject"),
        unclaimed_code=draft.term(fields, "unclaimed-code", "reason"),
        known_by=fields.texts("known-by"),
        dosing=fields.text("dosing"),
        list_section=fields.text("given"),
        marks=fields.texts("marks"),
        running_status=draft.texts(fields, "running-status"),
    )
    fields.done()
    draft.checks.append(lambda vocabulary: _Layout(draft, vocabulary, fields).check())


class _Layout:
    """Checks that the conclusions named by `headings` have keys that fit the one that is laid out."""

    def __init__(self, draft: Draft, vocabulary: Vocabulary, fields: Fields) -> None:
        self.findings = draft.findings
        self.vocabulary = vocabulary
        self.head = vocabulary.headings
        self.fields = fields
        kind = vocabulary.conclusions.get(self.head.conclusion)
        self.key = tuple(kind.key) if kind is not None else ()

    def check(self) -> None:
        """Record what does not fit."""
        if not self.head.conclusion or not self.known("conclusion", self.head.conclusion):
            return
        if not self.vocabulary.conclusions[self.head.conclusion].argued:
            self.wrong("conclusion", f"`{self.head.conclusion}` is not argued", "a conclusion with `argued`")
        for part, name in (("completed", self.head.completed), ("running", self.head.running)):
            self.keyed(part, name, 0, 0)
        self.keyed("no-dose", self.head.no_dose, 0, 0)
        self.keyed("remark", self.head.remark, 1, 1)
        self.keyed("dose", self.head.dose, 0, 9)
        for name in self.head.marks:
            self.keyed("marks", name, 1, 1)
        if not self.key:
            return
        if self.head.subject != self.key[0]:
            self.wrong("subject", f"`{clipped(self.head.subject)}` does not begin the key", f"`{self.key[0]}`")
        self.claims()
        self.data()
        self.statuses()

    def known(self, part: str, name: str) -> bool:
        """Whether the conclusion is declared."""
        if name in self.vocabulary.conclusions:
            return True
        message = f"`{clipped(name)}` is not a declared conclusion"
        self.findings.unknown_term(name, self.vocabulary.conclusions, self.place(part), message)
        return False

    def place(self, part: str) -> Location:
        """Where a part of `headings` says what it says."""
        node = self.fields.node.entries.get(part)
        return node.location if node is not None else self.fields.location

    def wrong(self, part: str, message: str, expected: str) -> None:
        """Record that a part of `headings` cannot be used."""
        self.findings.add("heading", self.place(part), message, expected)

    def keyed(self, part: str, name: str, least: int, most: int) -> None:
        """A conclusion whose key is that of the heading, with so many fields more."""
        if not name or not self.known(part, name):
            return
        key = tuple(self.vocabulary.conclusions[name].key)
        if key[: len(self.key)] != self.key or not least <= len(key) - len(self.key) <= most:
            more = {(0, 0): "", (1, 1): " and one field more"}.get((least, most), ", and perhaps more")
            self.wrong(part, f"the key of `{name}` is {', '.join(key)}", f"the key {', '.join(self.key)}{more}")

    def claims(self) -> None:
        """The kinds of claim that know a key, and that of doses."""
        for part, names in (("known-by", self.head.known_by), ("dosing", (self.head.dosing,))):
            for name in names:
                kind = self.vocabulary.claims.get(name)
                if name and kind is None:
                    message = f"`{clipped(name)}` is not a declared kind of claim"
                    self.findings.unknown_term(name, self.vocabulary.claims, self.place(part), message)
                elif kind is not None and not set(self.key) <= set(kind.fields):
                    self.wrong(part, f"a claim `{name}` does not have every key field", f"fields {', '.join(self.key)}")

    def data(self) -> None:
        """What was asked for is a set of subjects, and what was given a list of them."""
        head, vocabulary = self.head, self.vocabulary
        subject = vocabulary.conclusions[head.conclusion].key[self.key[0]]
        asked = vocabulary.attribute(head.asked) if head.asked else None
        if head.asked and (asked is None or not self.lists(asked, "set of terms", subject.of)):
            self.wrong("asked", f"`{clipped(head.asked)}` is no set of {self.key[0]}s", "the path of a set of terms")
        section = vocabulary.sections.get(head.list_section)
        given = section.attributes.get(self.key[0]) if section is not None and section.is_list else None
        if head.list_section and (given is None or not self.lists(given, "term", subject.of)):
            self.wrong(
                "given", f"`{clipped(head.list_section)}` is no list of {self.key[0]}s", "a section that lists items"
            )

    @staticmethod
    def lists(attribute: Attribute, kind: str, of: str) -> bool:
        """Whether an attribute holds terms of the subject's kind."""
        return attribute.type.kind in (kind, "any") and attribute.type.of == of

    def statuses(self) -> None:
        """The words for what runs are statuses."""
        declared = self.vocabulary.terms.get("status")
        for one, other in self.head.running_status.items() if declared is not None else ():
            for word in (one, other):
                if word and declared is not None and word not in declared:
                    place = self.place("running-status")
                    self.findings.unknown_term(word, declared, place, f"`{clipped(word)}` is not a declared status")


def read_prohibitions(draft: Draft, node: Mapping) -> None:
    """Take in what no advice may contain, as it can be tested."""
    for name, fields, place in draft.entries(node, "prohibition", draft.prohibitions):
        entry: dict[str, object] = {
            "sentence": fields.words("sentence", True),
            "because": draft.references.texts(fields, "because"),
            "location": place,
        }
        for part in PROHIBITIONS:
            found = fields.mapping(part)
            if found is not None:
                inner = Fields(found, f"`{part}` of {fields.what}", draft.findings)
                entry[part] = _part(draft, part, inner)
                inner.done()
        if not any(fields.has(part) for part in PROHIBITIONS):
            draft.findings.add(
                "missing-field", place, f"{fields.what} says nothing that can be tested", " or ".join(PROHIBITIONS)
            )
        fields.done()
        draft.prohibitions[name] = entry


def _part(draft: Draft, part: str, fields: Fields) -> dict[str, object]:
    if part == "not-cited":
        source = draft.references.text(fields, "source", "source", required=True)
        places = fields.named("in", True)
        for word, place in places:
            if word not in CITABLE:
                draft.findings.unknown_term(word, CITABLE, place, f"`{clipped(word)}` cites nothing")
        return {"source": source, "in": tuple(word for word, _ in places)}
    found: dict[str, object] = {}
    if part == "no-dose":
        amount = fields.node_of("amount", True)
        if quantity_of(amount, f"`amount` of {fields.what}", draft.findings) is not None:
            found["amount"] = fields.text("amount")
    for name in fields.node.entries:
        if name != "amount":
            found[name] = fields.text(name)
    draft.checks.append(lambda vocabulary: _check_key(draft, vocabulary, part, fields))
    return found


def _check_key(draft: Draft, vocabulary: Vocabulary, part: str, fields: Fields) -> None:
    """What a prohibition speaks of is part of the key that the advice is laid out by."""
    head = vocabulary.conclusions.get(vocabulary.headings.conclusion)
    key = dict(head.key) if head is not None else {}
    subject = vocabulary.headings.subject
    if part == "no-dose" and subject:
        fields.text(subject, True)
    for name, place in fields.node.keys.items():
        if name == "amount" and part == "no-dose":
            continue
        if name not in key:
            draft.findings.unknown_field(name, key, place, fields.what)
            continue
        word = fields.text(name)
        domain = vocabulary.domain(key[name])
        if word and domain and word not in domain:
            at = fields.node.entries[name].location
            draft.findings.unknown_term(word, domain, at, f"`{clipped(word)}` is not a declared {name}")
