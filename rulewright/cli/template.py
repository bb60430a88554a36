"""A commented case, generated from the vocabulary: all that a case may say, with units and what absence means.

What stands behind ``##`` explains; lines that begin with ``# `` are examples that become part of the case when these
two characters are deleted. As it is generated the case loads, and knows nothing but its as-of time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from textwrap import wrap

from engine.model.knowledge import KnowledgeBase
from engine.model.quantity import Quantity, significant
from engine.model.vocabulary import Attribute, Section, Vocabulary
from provenance.render.wording import unit_words

PLAIN = re.compile(r"[A-Za-z0-9<>][A-Za-z0-9 ./<>_*'-]*\Z")
SURPRISING = re.compile(r"(?i)(yes|no|on|off|y|n|true|false|null|[-+.0-9_]+)\Z")
WIDTH = 120
SPOKEN = frozenset({"a", "mo", "wk", "d", "h", "min", "Cel"})
"""Units whose symbols few people read."""
LATEST = "-6 h"
FIRST = "-30 h"


def template(knowledge: KnowledgeBase, as_of: str) -> str:
    """The text of the template; ``as_of`` is the one thing that it states."""
    return "\n".join(_lines(knowledge, as_of)) + "\n"


def _lines(knowledge: KnowledgeBase, as_of: str) -> Iterator[str]:
    yield from _explained(f"A case for {knowledge.name} {knowledge.version}: {knowledge.title}.")
    yield from _explained(
        "To record something, delete the '# ' before its line and before the name of its section, and change the "
        "example: this is a form, not a suggestion. Units are always written, in UCUM; any unit that converts will do, "
        'and so will a bound such as "> 40 kg". A value that was measured at another time is {value: 40 kg, at: '
        "2026-02-28}; several are a list of those. What is not recorded is unknown, unless its absence is said to mean "
        "something else."
    )
    yield ""
    yield _noted(
        f"as-of: {as_of}", "the moment for which advice is asked, with its time zone; nothing in the case lies after it"
    )
    yield _noted("# title: one line about the case", "for people; nothing that tells whose case it is")
    for section in knowledge.vocabulary.sections.values():
        yield ""
        yield from _section(section, knowledge.vocabulary)


def _section(section: Section, vocabulary: Vocabulary) -> Iterator[str]:
    yield from _explained(
        f"{section.label or section.name}"
        + (
            f": a list. What it holds is all there is, so `{section.name}: []` says that there was nothing; left out, "
            "it is unknown. An item `- complete: false` says that there may be more than is listed."
            if section.is_list
            else ""
        )
    )
    yield f"# {section.name}:"
    lead = "  - " if section.is_list else "  "
    for attribute in section.attributes.values():
        if attribute.since:
            continue
        line = f"# {lead}{attribute.name}: {example(attribute, vocabulary, section)}"
        noted = _noted(line, explanation(attribute, vocabulary))
        if len(noted) > WIDTH:
            yield from _explained(f"{attribute.name}: {explanation(attribute, vocabulary)}")
            yield line
        else:
            yield noted
        lead = "    " if section.is_list else "  "


def _noted(line: str, note: str) -> str:
    return f"{line:<44} ## {note}"


def explanation(attribute: Attribute, vocabulary: Vocabulary) -> str:
    """What may be recorded, and what its absence means."""
    type_ = attribute.type
    parts = [attribute.title] if attribute.title != attribute.name else []
    if type_.kind == "quantity" and type_.unit is not None:
        units = " or ".join([type_.unit.text, *(conversion.unit.text for conversion in type_.conversions)])
        parts.append(f"in {units}" + (f" ({unit_words(units)})" if units in SPOKEN else ""))
    else:
        words = vocabulary.domain(type_)
        listed = ", ".join(words)
        parts.append(
            {
                "term": listed,
                "one of": listed,
                "set of terms": f"a list of these: {listed}",
                "boolean": "true or false",
                "finding": "true, false, or words for what it is",
                "number": "a number",
                "time": "an instant, a day, or an offset from as-of such as -30 h",
            }.get(type_.kind, "text")
        )
    if type_.plausible:
        low, high = type_.plausible
        parts.append(f"{significant(low.value)} to {_bound(high)}")
    if attribute.stale_after is not None:
        parts.append(f"not used when measured more than {attribute.stale_after} before as-of")
    absent = {None: "unknown", False: "false", "empty": "nothing", "never": "that it did not happen"}[attribute.absent]
    parts.append("required" if attribute.required else f"absent means {absent}")
    return "; ".join(parts)


def _bound(high: Quantity) -> str:
    return significant(high.value) + ("" if high.unit.text == "1" else f" {high.unit.text}")


def example(attribute: Attribute, vocabulary: Vocabulary, section: Section) -> str:
    """A value that the attribute may have, as YAML."""
    type_ = attribute.type
    words = vocabulary.domain(type_)
    if type_.kind == "set of terms":
        return f"[{quoted(words[0])}]" if words else "[]"
    if words:
        return quoted(words[0])
    if type_.kind == "quantity" and type_.unit is not None:
        value = quoted(f"{significant(_middling(type_.plausible))} {type_.unit.text}")
        return f"{{value: {value}, at: {LATEST}}}" if attribute.stale_after is not None else value
    if type_.kind == "number":
        return significant(_middling(type_.plausible).__round__() * Fraction(1))
    if type_.kind == "time":
        return FIRST if attribute.name == section.order else LATEST
    return "true" if type_.kind in ("boolean", "finding") else quoted("words")


def _middling(plausible: tuple[Quantity, Quantity] | None) -> Fraction:
    """A value in the lower part of a plausible range."""
    if plausible is None:
        return Fraction(5)
    low, high = plausible[0].value, plausible[1].value
    return Fraction(significant(low + (high - low) / 10, 2))


def quoted(text: str) -> str:
    """Text as a YAML scalar: plain where every reader takes it for text, else in quotes."""
    return text if PLAIN.match(text) and not SURPRISING.match(text) else json.dumps(text, ensure_ascii=False)


def _explained(text: str) -> Iterator[str]:
    yield from wrap(
        text, WIDTH, initial_indent="## ", subsequent_indent="## ", break_long_words=False, break_on_hyphens=False
    )
