"""Generated knowledge bases for questions of support: conclusions that share what carries them, around cycles too.

`shared` draws one conclusion from thousands, each of which is drawn from others below it and shared by others above;
`diamonds` is a chain of which every link can be proved in two ways. The same seed gives the same text.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from pathlib import Path

SEED = 20261125
CASE = "{as-of: 2026-03-10T12:00Z, patient: {ill: true}}"

HEAD = """\
{name: support, version: 1, title: generated, scope: none, intended-use: Measuring., intended-user: Nobody.,
 release: demonstration, sources-as-of: "2026"}
"""
VOCABULARY = """\
case: {{patient: {{attributes: {{ill: {{type: boolean}}}}}}}}
terms: {{situation: {{{situations}}}}}
conclusions: {{situation: {{key: {{is: {{type: term, of: situation}}}}}}}}
"""

Link = tuple[str, Sequence[str], Sequence[str]]
"""A rule: what it draws, from which conclusions, by which facts. Without conclusions it reads the case."""


def write(folder: Path, links: Sequence[Link]) -> Path:
    """A knowledge base with one rule for each link."""
    situations = dict.fromkeys(head for head, _, _ in links)
    facts = dict.fromkeys(fact for _, _, some in links for fact in some)
    files = {
        "kb.yaml": HEAD,
        "sources/S.yaml": "{id: S, kind: guideline, title: Made up, identity: verified, cite: Made up}\n",
        "vocabulary/v.yaml": VOCABULARY.format(situations=", ".join(f"{name}: {name}" for name in situations)),
        "facts/S.yaml": "read-in: S\nfacts:\n" + "".join(f"  - {{id: {fact}, quote: words}}\n" for fact in facts),
        "rules/r.yaml": "rules:\n" + "".join(_rule(number, link) for number, link in enumerate(links)),
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def _rule(number: int, link: Link) -> str:
    head, reads, facts = link
    when = [f"{{situation: {{is: {name}}}}}" for name in reads] or ["{patient: {ill: true}}"]
    return (
        f"  - {{id: r{number}, title: Rule {number}, because: [{', '.join(facts)}], when: [{', '.join(when)}], "
        f"then: [{{situation: {{is: {head}}}}}]}}\n"
    )


def diamonds(length: int, distinct: bool) -> list[Link]:
    """A chain of diamonds: each end is drawn through either of two sides.

    With ``distinct`` facts there are 2 to the power of ``length`` minimal sets; else the two sides of every diamond
    share the facts of two sides, and there are two.
    """
    links: list[Link] = [("start", (), ("F0",))]
    below = "start"
    for number in range(1, length + 1):
        for side in ("left", "right"):
            fact = f"F{number}-{side}" if distinct else f"F-{side}"
            links += [(f"{side}-{number}", (below,), (fact,)), (f"end-{number}", (f"{side}-{number}",), ("F0",))]
        below = f"end-{number}"
    return links


def shared(conclusions: int, alternatives: int, seed: int = SEED) -> list[Link]:
    """So many conclusions, each read by some above it; every fiftieth is read from below too, around a cycle.

    ``alternatives`` of the last ones can be drawn in a second way. `top` is drawn from the last of all.
    """
    chance = random.Random(seed)
    names = [f"c{number}" for number in range(conclusions)]
    links: list[Link] = []
    seconds = set(chance.sample(range(conclusions - 200, conclusions - 10), alternatives))
    for at, name in enumerate(names):
        links.append((name, _below(chance, names, at), _facts(chance, at)))
        if at in seconds:
            links.append((name, _below(chance, names, at), (f"A{at}",)))
        if at % 50 == 0 and at + 30 < conclusions:
            # What is drawn from it, and so proves nothing of it that it does not have already.
            links.append((name, (f"back-{at}",), ("B",)))
            links.append((f"back-{at}", (name, names[at + chance.randrange(1, 30)]), ("B",)))
    links.append(("top", names[-10:], ("T",)))
    return links


def _below(chance: random.Random, names: Sequence[str], at: int) -> Iterable[str]:
    window = names[max(0, at - 40) : at]
    return tuple(chance.sample(window, min(len(window), chance.choice((1, 2, 2, 3)))))


def _facts(chance: random.Random, at: int) -> Sequence[str]:
    return tuple(dict.fromkeys(f"F{max(0, at - chance.randrange(0, 30))}" for _ in range(chance.choice((1, 1, 2)))))
