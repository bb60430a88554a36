"""A release that calls itself reviewed: every part that an advice can rest on has a current approving review."""

from __future__ import annotations

from engine.content import parts_of
from engine.errors import Findings
from engine.model.knowledge import KnowledgeBase
from engine.reviewed import Reviewed

WORDS = {
    "unreviewed": "was reviewed by nobody",
    "stale": "was changed since it was reviewed",
    "rejected": "was rejected by a reviewer",
    "needs-change": "needs a change, by a reviewer's verdict",
}


def check_release(knowledge: KnowledgeBase, findings: Findings) -> None:
    """Record what is not approved of a knowledge base that calls itself reviewed."""
    if knowledge.release != "reviewed":
        return
    reviewed = Reviewed(knowledge)
    for subject in reviewed.open:
        findings.add(
            "unreviewed",
            parts_of(knowledge, subject)[0].location,
            f"the release calls itself reviewed, and `{subject}` {WORDS[reviewed.state(subject)]}",
            "a review of its present words with the verdict approved, or `release: demonstration`",
        )
