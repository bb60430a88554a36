"""What a scenario expects of the sources that an advice names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.errors import listed
from engine.fields import Fields
from engine.model.source import IDENTITIES, KINDS, STANDINGS
from engine.reading import Mapping
from rulewright.authoring.difference import Difference, Subject
from rulewright.authoring.known import Known

if TYPE_CHECKING:
    from engine.model.advice import Advice

ASPECTS = {"kind": KINDS, "identity": IDENTITIES, "standing": STANDINGS}
"""What is compared, and the words that each can have."""


class ExpectedSource(Known):
    """Compares the sources that one advice names with those that are expected."""

    def differences(self, fields: Fields, advice: Advice) -> Iterator[Difference]:
        """Each source that is not there, or is shown as something else."""
        node = fields.mapping("cited-sources")
        if node is None:
            return
        named = {source.id: source for source in advice.sources}
        for id_, body in node.entries.items():
            self.known(id_, self.knowledge.sources, fields, "source")
            subject = Subject(f"source {id_}", node.keys[id_])
            if not isinstance(body, Mapping):
                self.findings.add(
                    "type", body.location, f"the source `{id_}` is no mapping", f"{{{', '.join(ASPECTS)}}}"
                )
                continue
            if not body.keys:
                self.findings.add(
                    "expectation",
                    body.location,
                    f"of the source `{id_}` nothing is expected",
                    f"one of {listed(ASPECTS)}",
                )
            wanted = Fields(body, f"the expected source `{id_}`", self.findings)
            for aspect, words in ASPECTS.items():
                word = wanted.choice(aspect, words, default="")
                actual = getattr(named[id_], aspect) if id_ in named else ""
                if word and id_ in named and word != actual:
                    yield subject.differs(aspect, word, actual, at=wanted.place(aspect))
            wanted.done()
            if id_ in self.knowledge.sources and id_ not in named:
                yield subject.differs("", "named", "not named")
