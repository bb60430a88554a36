"""An advice as its lines: what each says, and the conclusions whose proofs are the line's proof.

A line is compared field by field with the line of the same name of another advice. Its fields are those of its part of
the advice, so that a field which the contract gains is compared without a change here; identifiers of firings are left
out, and the firings themselves are compared by content.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.model.advice import Missing, Opposition, Part, Standing, Statement
from engine.statements import sentence
from provenance.grounds import Grounds
from provenance.model.comparison import LineKind
from provenance.render.naming import Names

HEADINGS = {"not-supported-now": "not supported now"}
VALUES = {"true": "holds", "provisional": "holds provisionally", "unknown": "open", "false": "does not hold"}
OF_A_RECORD = ("value", "at")
SHOWN: tuple[LineKind, ...] = ("option", "statement", "opposition", "question", "datum", "rule", "frame")
"""The kinds of lines in their order; facts and sources stand with the rules."""


@dataclass(frozen=True)
class Line:
    """One line. ``name`` is what it is called on its own side, ``same_as`` what pairs it with a line of another advice;
    ``roots`` are the conclusions it is about.
    """

    kind: LineKind
    name: str
    said: str
    fields: Mapping[str, object]
    text: str = ""
    section: str = ""
    roots: tuple[str, ...] = ()
    same_as: str = field(default="")

    @property
    def identity(self) -> tuple[str, str]:
        """What is the same of a line in two advices."""
        return self.kind, self.same_as or self.name


class Lines:
    """The lines of one advice; ``items`` names the items of the case's lists by what tells them apart."""

    def __init__(self, grounds: Grounds, items: ItemNames) -> None:
        self.grounds = grounds
        self.advice = grounds.advice
        self.items = items
        self.head = grounds.vocabulary.headings
        self.names = Names(grounds.advice, grounds.knowledge)

    def shown(self, kinds: Collection[LineKind] = SHOWN) -> Iterator[Line]:
        """Every line of these kinds; those of conclusions that no line is about stand apart."""
        made: Mapping[LineKind, Callable[[], Iterable[Line]]] = {
            "option": lambda: map(self.option, self.advice.options),
            "statement": self.statements,
            "opposition": lambda: map(self.opposition, self.advice.opposed),
            "question": lambda: map(self.question, self.advice.missing),
            "datum": self.data,
            "rule": self.records,
            "frame": lambda: [self.frame()],
        }
        for kind, lines in made.items():
            if kind in kinds:
                yield from lines()

    def statements(self) -> Iterator[Line]:
        """The statements of every section."""
        for section, entries in self.advice.sections.items():
            for statement in entries:
                yield self.statement(statement, section)

    def question(self, question: Missing) -> Line:
        """An open question, with the data that would settle it by their labels."""
        sets = [" with ".join(map(self.names.datum, data)) for data in question.sets]
        said = f"would be settled by {' or '.join(sets) or 'more than three data'}"
        return Line("question", question.question, said, fields_of(question, "question"), question.text)

    def records(self) -> Iterator[Line]:
        """The rules that fired, and the facts and sources that are quoted."""
        for rule in self.advice.rules:
            yield Line("rule", rule.id, "fired", fields_of(rule, "id"), rule.title)
        for fact in self.advice.facts:
            yield Line("fact", fact.id, "quoted", fields_of(fact, "id"), fact.quote or fact.states)
        for source in self.advice.sources:
            yield Line("source", source.id, source.standing, fields_of(source, "id"), source.shown)

    def opposition(self, opposition: Opposition) -> Line:
        """Sides that pull apart. Firings are numbered anew in every advice, so they are no part of what is compared."""
        sides = tuple(
            side.model_copy(
                update={"bearings": tuple(bearing.model_copy(update={"firings": ()}) for bearing in side.bearings)}
            )
            for side in opposition.sides
        )
        fields = {**fields_of(opposition, "name"), "sides": sides}
        key = f" ({', '.join(opposition.about.values())})" if opposition.kind == "preference" else ""
        kind = " (interaction)" if opposition.kind == "interaction" else ""
        return Line(
            "opposition", f"{opposition.name}{key}{kind}", outcome(opposition), fields, opposition_title(opposition)
        )

    def option(self, standing: Standing) -> Line:
        """A standing, with every conclusion that has its key."""
        key = tuple(standing.key.values())
        roots = self.about(key)
        fields = {
            **fields_of(standing, "key", "firings"),
            "conclusions": {name: self.advice.values[name] for name in roots if name in self.advice.values},
        }
        return Line(
            "option",
            ", ".join(key),
            option_said(standing),
            fields,
            self.names.key_words(standing),
            roots=roots,
            same_as=json.dumps(standing.key, sort_keys=True),
        )

    def about(self, key: tuple[str, ...]) -> tuple[str, ...]:
        """The conclusions of an option: those for and against it, whether it runs or is complete, and its doses."""
        head = self.head
        relations = [*head.relations, *([head.remark] if head.remark else [])]
        inner = ", ".join(key)
        exact = [f"{relation}({inner})" for relation in dict.fromkeys(relations)]
        found = [name for name in exact if name in self.advice.values or name in self.grounds.drawn_by]
        if head.dose:
            doses = [*self.advice.values, *self.grounds.drawn_by]
            found += [name for name in doses if name.startswith(f"{head.dose}({inner}, ")]
        return tuple(dict.fromkeys(found))

    def statement(self, statement: Statement, section: str) -> Line:
        """A statement of a section."""
        fields = {**fields_of(statement, "conclusion", "firings"), "section": section}
        recorded = self.advice.values.get(statement.conclusion, "")
        if recorded != statement.value:
            fields["conclusions"] = {statement.conclusion: recorded}
        return Line(
            "statement",
            statement.conclusion,
            VALUES[statement.value],
            fields,
            statement.text,
            section,
            (statement.conclusion,),
        )

    def data(self) -> Iterator[Line]:
        """Each datum of the case with the account of who read it."""
        written = dict(case_data(self.advice.case))
        given = {each.path: each for each in self.advice.inputs}
        for path in dict.fromkeys((*written, *given)):
            fields: dict[str, object] = {"path": path}
            if path in written:
                fields["value"] = written[path]
            if path in given:
                fields |= fields_of(given[path], "path")
            said = given[path].text if path in given else written[path]
            yield Line("datum", path, said, fields, self.names.datum(path), same_as=self.items.path(path))

    def frame(self) -> Line:
        """What stands around the lines: who was asked, as of when, and the limits."""
        advice = self.advice
        around = ("id", "options", "sections", "opposed", "missing", "inputs", "case", "values", "firings")
        records = ("rules", "facts", "sources")
        said = f"{advice.knowledge.name} {advice.knowledge.version} as of {advice.as_of}"
        return Line("frame", "advice", said, fields_of(advice, *around, *records))

    def conclusions(self, names: Iterator[str]) -> Iterator[Line]:
        """The lines of conclusions that no line of the advice is about."""
        for name in names:
            if name in self.advice.values or name in self.grounds.drawn_by:
                value = self.advice.values.get(name, "")
                atom = self.grounds.atoms.get(name)
                text = sentence(self.grounds.knowledge, atom) if atom is not None else ""
                yield Line("conclusion", name, VALUES.get(value, value), {"value": value}, text, roots=(name,))


class ItemNames:
    """What the items of a case's lists are called in two advices: by the fields that tell them apart, else by place."""

    def __init__(self, grounds: Grounds) -> None:
        self.names: dict[str, str] = {}
        for name, section in grounds.vocabulary.sections.items():
            if not section.is_list or not section.key:
                continue
            for number, item in enumerate(_items(grounds.advice.case.get(name))):
                key = [item[part] for part in section.key if part in item] if isinstance(item, Mapping) else []
                if len(key) == len(section.key):
                    self.names[f"{name}[{number}]"] = f"{name}[{', '.join(_text(part) for part in key)}]"

    def path(self, path: str) -> str:
        """A path of which the item is named by its key: ``treatments[sulfur dust, 2026-03-01T08:00:00Z].result``."""
        item, bracket, rest = path.partition("]")
        return self.names.get(item + bracket, item + bracket) + rest


def opposition_title(opposition: Opposition) -> str:
    """What pulls apart, in words: its own title, else its sides."""
    words = opposition.title or " and ".join(side.label for side in opposition.sides if side.label)
    return f"{words} ({opposition.effect})" if words and opposition.effect else words


def outcome(opposition: Opposition) -> str:
    """What settled it, or the word "unresolved"."""
    return "unresolved" if opposition.settled_by == "unresolved" else f"settled by {opposition.settled_by}"


def option_said(standing: Standing) -> str:
    """A standing in short."""
    heading = HEADINGS.get(standing.heading, standing.heading)
    if standing.heading in ("advised", "provisional"):
        said = f"{heading} ({standing.status})" if standing.status not in ("", heading) else heading
        doses = "; ".join(dose.text for dose in standing.doses if dose.text)
        said += f": {doses}" if doses else ""
    else:
        reasons = "; ".join(reason.text for reason in standing.reasons)
        said = f"{heading}: {reasons}" if reasons else heading
    return said


def fields_of(part: Part, *apart: str) -> dict[str, object]:
    """The fields of a part of an advice, but for some."""
    return {name: getattr(part, name) for name in type(part).model_fields if name not in apart}


def case_data(case: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Every datum of a case in its fixed form, by path; times and earlier values stand with their value."""
    for name, node in case.items():
        if isinstance(node, Mapping) and ("items" in node or "complete" in node):
            yield f"{name}.complete", _text(node.get("complete"))
        elif isinstance(node, Mapping):
            for inner, value in node.items():
                yield f"{name}.{inner}", _text(value)
            continue
        elif not isinstance(node, list | tuple):
            yield name, _text(node)
            continue
        items = _items(node)
        if not items:
            yield name, "none"
        for number, item in enumerate(items):
            for inner, value in item.items() if isinstance(item, Mapping) else ():
                yield f"{name}[{number}].{inner}", _text(value)


def _items(node: object) -> list[object]:
    found = node.get("items") if isinstance(node, Mapping) else node
    return list(found) if isinstance(found, list | tuple) else []


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping) and set(value) == set(OF_A_RECORD):
        return f"{_text(value['value'])} at {_text(value['at'])}"
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
