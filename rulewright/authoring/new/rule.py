"""A rule to begin with: its conditions and conclusions as its author gives them, in the file of its topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.document import Mapping
from engine.document import Sequence as Items
from engine.errors import Findings, Location, Problem
from engine.fields import Fields
from engine.loading.conclusions import ConclusionReader
from engine.loading.files import Document
from engine.loading.patterns import PatternReader
from engine.loading.references import References
from engine.loading.rules import RuleReader
from engine.model.vocabulary import Attribute, Vocabulary
from engine.reading import read_text
from rulewright.authoring.form.tree import Collection, Value
from rulewright.authoring.new.addition import Addition, Said, placed
from rulewright.authoring.new.mark import to_say
from rulewright.authoring.new.values import Plain, given, tree

ARGUING = ("for", "against")


@dataclass(frozen=True, slots=True)
class NewRule:
    """What an author says of a rule; conditions and conclusions as YAML (``plot: {crop: tomato}``).

    ``basis`` is ``mechanism`` or ``definition``, or empty where ``because`` names the facts that warrant it.
    """

    id: str
    title: str = ""
    because: tuple[str, ...] = ()
    basis: str = ""
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    topic: str = ""


def rule(root: Path, documents: Sequence[Document], vocabulary: Vocabulary, new: NewRule) -> Addition:
    """A rule at the end of a file of rules: that of its topic, else the one whose rules draw most of what it draws.

    Raises `Refused` where it has no conclusion, no condition or no warrant, or one of them cannot be read.
    """
    findings = Findings()
    when, unless, then = (
        [value for text in texts if (value := given(text, option, findings)) is not None]
        for option, texts in (("--when", new.when), ("--unless", new.unless), ("--then", new.then))
    )
    if not new.then:
        findings.problems.append(_lacking(vocabulary, "then", "--then"))
    if not new.when and not new.unless:
        findings.problems.append(_lacking(vocabulary, "when", "--when"))
    if not new.because and not new.basis:
        expected = "the ids of facts, --mechanism or --definition"
        findings.add("unwarranted", Location("--because"), f"nothing warrants the rule `{new.id}`", expected)
    findings.refuse_if_any()
    fields: dict[str, Plain] = {"id": new.id, "title": new.title or to_say("what the rule says, in a sentence")}
    if new.because:
        fields["because"] = list(new.because)
    if new.basis:
        fields[new.basis] = True
    fields |= {name: values for name, values in (("when", when), ("unless", unless), ("then", then)) if values}
    path = (None if new.topic else _file_for(documents, then)) or root / "rules" / f"{new.topic or 'rules'}.yaml"
    return placed(root, path, "rules", tree(fields), _said(new))


def wrong_part(vocabulary: Vocabulary, part: str, text: str) -> list[Problem]:
    """What is wrong with one condition (``part``: ``when`` or ``unless``) or conclusion (``then``), as far as it can be
    told alone; nothing said is a problem, too.
    """
    if not text:
        return [_lacking(vocabulary, part, part)]
    findings = Findings()
    node = read_text(text, part, findings)
    if node is None or findings.problems:
        return findings.problems
    place = node.location
    fields = Fields(Mapping({part: Items((node,), place)}, {part: place}, place), "the rule", findings)
    if part == "then":
        list(ConclusionReader(vocabulary, findings).read(fields))
    else:
        reader = PatternReader(vocabulary, findings, fields.what)
        list(RuleReader(vocabulary, findings, References()).conditions(fields, part, reader))
    return findings.problems


def _said(new: NewRule) -> Said:
    """The options that say what, by its path in the rule; one that is given again has a number."""
    said: dict[tuple[str, ...], str] = {(): "ID"} | {
        (name,): f"--{name}" for name in ("title", "because", "mechanism", "definition")
    }
    for name, texts in (("because", new.because), ("when", new.when), ("unless", new.unless), ("then", new.then)):
        for number in range(len(texts)):
            said[name, str(number)] = f"--{name} ({number + 1})" if len(texts) > 1 else f"--{name}"
    return said


def _file_for(documents: Sequence[Document], then: Sequence[Value]) -> Path | None:
    """The file of rules in which most rules draw what the new one draws."""
    drawn = {name for value in then if (name := _head(value))}
    counts: dict[str, int] = {}
    for document in documents:
        rules = document.body.get("rules") if document.body is not None else None
        for item in rules.items if isinstance(rules, Items) else ():
            heads = item.get("then") if isinstance(item, Mapping) else None
            for head in heads.items if isinstance(heads, Items) else ():
                if isinstance(head, Mapping) and drawn & _names(head):
                    counts[document.file] = counts.get(document.file, 0) + 1
    return Path(max(sorted(counts), key=lambda file: counts[file])) if counts else None


def _names(head: Mapping) -> set[str]:
    """The conclusions that an item of `then` names."""
    found = set()
    for key, value in head.entries.items():
        found |= set(value.entries) if key in ARGUING and isinstance(value, Mapping) else {key}
    return found


def _head(value: Value) -> str:
    """The conclusion that an item of `then` draws, or that it argues about."""
    if not isinstance(value, Collection) or not value.is_mapping or not value.entries:
        return ""
    first = value.entries[0]
    name = first.key.value if first.key is not None else ""
    return _head(first.value) if name in ARGUING else name


def _lacking(vocabulary: Vocabulary, part: str, option: str) -> Problem:
    """That a rule says nothing where it must, with an example."""
    message, expected = (
        ("a rule draws something", _conclusion(vocabulary))
        if part == "then"
        else ("a rule has conditions", _condition(vocabulary))
    )
    return Problem(Location(option), "missing-field", message, expected)


def _conclusion(vocabulary: Vocabulary) -> str:
    for name, kind in vocabulary.conclusions.items():
        for field, type_ in kind.key.items():
            words = vocabulary.domain(type_)
            if words and len(kind.key) == 1:
                return f"such as `{name}: {{{field}: {next(iter(words))}}}`"
    return "a conclusion, as YAML"


def _condition(vocabulary: Vocabulary) -> str:
    for section in vocabulary.sections.values():
        for attribute in section.attributes.values() if not section.is_list else ():
            value = _value(attribute, vocabulary)
            if value:
                return f"such as `{section.name}: {{{attribute.name}: {value}}}`"
    return "a pattern, as YAML"


def _value(attribute: Attribute, vocabulary: Vocabulary) -> str:
    if attribute.type.kind in ("boolean", "finding"):
        return "true"
    return next(iter(vocabulary.domain(attribute.type)), "")
