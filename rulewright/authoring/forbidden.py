"""What a scenario says that an advice must not contain: an option, a statement, or a declared prohibition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.errors import Findings, did_you_mean, listed
from engine.fields import mapping_of
from engine.model.knowledge import KnowledgeBase
from engine.reading import Mapping, Node, Scalar
from rulewright.authoring.difference import HEADING, Difference, Subject, named_in
from rulewright.authoring.expected_statement import kinds, statements
from rulewright.authoring.known import Known
from rulewright.authoring.prohibition import violations

if TYPE_CHECKING:
    from engine.model.advice import Advice


class Forbidden(Known):
    """Looks in one advice for what must not be there."""

    def __init__(self, knowledge: KnowledgeBase, findings: Findings, advice: Advice) -> None:
        super().__init__(knowledge, findings)
        self.advice = advice

    def differences(self, node: Node) -> Iterator[Difference]:
        """What is there of one entry of `must-not`: a declared prohibition by its sentence or name, or one option or
        statement.
        """
        if isinstance(node, Scalar):
            yield from self.declared(node)
            return
        body = mapping_of(node, "an entry of `must-not`", self.findings)
        for word, value in body.entries.items() if body is not None else ():
            yield from self.named(word, value, node)

    def declared(self, node: Scalar) -> Iterator[Difference]:
        """What breaks a prohibition of the vocabulary."""
        prohibitions = self.knowledge.vocabulary.prohibitions
        match = next((entry for name, entry in prohibitions.items() if node.text in (name, entry["sentence"])), None)
        if match is None:
            known = [str(entry["sentence"]) for entry in prohibitions.values()]
            self.findings.add(
                "unknown-term",
                node.location,
                f"`{node.text}` is no declared prohibition",
                f"one of {listed(known)}" if known else "an option or a statement, for none is declared",
                did_you_mean(node.text, known),
            )
            return
        for found in violations(match, self.advice, self.knowledge):
            yield replace(found, location=node.location)

    def named(self, word: str, value: Node, entry: Node) -> Iterator[Difference]:
        """The options that are advised, or the statements that are made, though they must not be."""
        inner = mapping_of(value, f"`{word}`", self.findings)
        key = {name: item.text for name, item in inner.entries.items() if isinstance(item, Scalar)} if inner else {}
        head = self.knowledge.vocabulary.headings.conclusion
        known = kinds(self.knowledge)
        declared = head if word in ("option", head) else known.get(word, "")
        if inner is not None and declared:
            self.sayable(inner, declared)
        if not declared:
            self.findings.add(
                "unknown-term",
                entry.location,
                f"`{word}` is nothing that can be forbidden",
                f"option, or one of {listed(known)}",
            )
        elif declared == head:
            for standing in self.advice.options:
                if key.items() <= standing.key.items() and standing.heading in ("advised", "provisional"):
                    words = tuple(standing.key.values())
                    shown = " ".join(words)
                    subject = Subject(shown, entry.location, named_in(self.advice, head, words))
                    yield subject.says(HEADING, "not advised", standing.heading, f"must not advise {shown}")
        else:
            for statement in statements(declared, self.advice):
                if key.items() <= statement.key.items() and statement.value in ("true", "provisional"):
                    name = statement.conclusion
                    subject = Subject(f"{declared} {' '.join(statement.key.values())}", entry.location, (name,))
                    yield subject.says("", "not said", statement.value, f"must not say {name}")

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
