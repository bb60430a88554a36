"""A dossier as one file of HTML: each statement beside its reading, what stands on it, and room to sign on paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from provenance.model.dossier import Dossier
from provenance.render.dossier import consequences
from provenance.render.html.page import anchor, rendered
from provenance.render.naming import LACKING, count_words, ordered

FIDELITIES = {
    "same": "The cited source says the same.",
    "bent": "The document bends its source",
    "unread": "Nobody compared it with the cited source.",
    "": "",
}
SHORT = {"same": "same", "bent": "bent", "unread": "not compared", "": ""}
ALARMING = ("rejected", "needs-change", "stale")


def dossier_page(found: Dossier) -> str:
    """The page of a dossier; raises `Refused` where Jinja2 is not installed."""
    places = {statement.id: anchor("statement", statement.id) for statement in found.statements}
    content: dict[str, object] = {
        "dossier": found,
        "source": found.source,
        "summary": _summary(found),
        "places": places,
        "fidelities": FIDELITIES,
        "short": SHORT,
        "states": {**LACKING, "approved": "approved"},
        "alarming": ALARMING,
        "ordered": ordered,
        "consequences": consequences,
    }
    return rendered("dossier.html.jinja", content, places)


def _summary(found: Dossier) -> tuple[str, ...]:
    """How many statements there are, what they have to do with the source, and how far they were judged."""
    roles = Counter[str](statement.role for statement in found.statements)
    compared = Counter[str](statement.fidelity for statement in found.statements if statement.fidelity)
    states = Counter[str](statement.review.state for statement in found.statements)
    lines = [count_words(len(found.statements), "statement") + _counted(roles)]
    lines += [f"Compared with the sources they are attributed to{_counted(compared)}"] if compared else []
    lines += [f"Reviews{_counted(states)}"] if states else []
    return tuple(f"{line}." for line in lines)


def _counted(counts: Mapping[str, int]) -> str:
    return f": {', '.join(f'{number:,} {name}' for name, number in counts.items())}" if counts else ""
