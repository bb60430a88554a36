"""A folder of YAML to a `KnowledgeBase`: every problem is collected, and nothing is half-loaded."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterable, Iterator
from importlib.abc import Traversable
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from engine.errors import Findings, Location, Refused
from engine.fields import Fields
from engine.loading.crossing import check_references
from engine.loading.facts import read_facts
from engine.loading.rules import RuleFiles, read_rules
from engine.loading.sources import read_source
from engine.loading.vocabulary import VocabularyReader
from engine.model.fact import Fact
from engine.model.knowledge import RELEASES, KnowledgeBase
from engine.model.rule import Rule
from engine.model.source import Source
from engine.reading import Mapping, read_text

UNREADABLE = ("syntax", "empty", "unreadable", "nesting", "document-too-large")
Thing = TypeVar("Thing")

FOLDERS = ("vocabulary", "sources", "facts", "rules")


def default_knowledge() -> Traversable:
    """The knowledge base that is installed with the program."""
    return files("kb")


def load(root: Traversable | Path | str | None = None) -> KnowledgeBase:
    """Read a knowledge base; raises `Refused` with every problem found.

    ``root`` is its folder, by default the one that is installed. The cyclic garbage collector rests meanwhile: nothing
    that is read is garbage, and its sweeps cost most of the time.
    """
    findings = Findings()
    where: Traversable = default_knowledge() if root is None else Path(root) if isinstance(root, str) else root
    collecting = gc.isenabled()
    gc.disable()
    try:
        knowledge = _read(where, findings)
    finally:
        if collecting:
            gc.enable()
    findings.refuse_if_any()
    assert knowledge is not None
    return knowledge


def _read(root: Traversable, findings: Findings) -> KnowledgeBase | None:
    digest = hashlib.sha256()
    if not root.is_dir():
        findings.add("no-such-folder", Location(str(root)), "there is no such folder", "a folder with kb.yaml in it")
        return None
    head = _documents([root / "kb.yaml"], findings, digest)
    if not head:
        return None
    vocabulary_reader = VocabularyReader(findings)
    for document in _documents(_yaml_files(root / "vocabulary"), findings, digest):
        vocabulary_reader.read(document)
    vocabulary = vocabulary_reader.finish()
    if any(problem.code in UNREADABLE for problem in findings):
        return None  # words of an unreadable file would be reported as unknown wherever they are used
    sources: dict[str, Source] = {}
    for document in _documents(_yaml_files(root / "sources"), findings, digest):
        source = read_source(document, findings)
        if source is not None:
            _add(sources, source.id, source, source.location, "source", findings)
    facts: dict[str, Fact] = {}
    for document in _documents(_yaml_files(root / "facts"), findings, digest):
        for fact in read_facts(document, vocabulary, findings):
            _add(facts, fact.id, fact, fact.location, "fact", findings)
    found = RuleFiles()
    for document in _documents(_yaml_files(root / "rules"), findings, digest):
        read_rules(document, vocabulary, findings, found)
    rules: dict[str, Rule] = {}
    for rule in found.rules:
        _add(rules, rule.id, rule, rule.location, "rule", findings)
    knowledge = _knowledge(head[0], findings, digest.hexdigest(), KnowledgeBase(
        "", "", "", "", "", "", "", "", vocabulary, sources, facts, rules, tuple(found.regimens), tuple(found.besides),
        tuple(found.opposes), tuple(found.prefers), tuple(found.interactions), "", str(root),
    ))
    check_references(knowledge, findings)
    return knowledge


def _knowledge(head: Mapping, findings: Findings, digest: str, parts: KnowledgeBase) -> KnowledgeBase:
    fields = Fields(head, "kb.yaml", findings)
    knowledge = KnowledgeBase(
        name=fields.text("name", True),
        version=fields.words("version", True),
        title=fields.words("title", True),
        scope=fields.words("scope", True),
        intended_use=fields.words("intended-use", True),
        intended_user=fields.words("intended-user", True),
        release=fields.choice("release", RELEASES, required=True, default="demonstration"),
        sources_as_of=fields.words("sources-as-of", True),
        vocabulary=parts.vocabulary,
        sources=parts.sources,
        facts=parts.facts,
        rules=parts.rules,
        regimens=parts.regimens,
        besides=parts.besides,
        opposes=parts.opposes,
        prefers=parts.prefers,
        interactions=parts.interactions,
        digest=digest,
        root=parts.root,
    )
    fields.done()
    return knowledge


def _add(table: dict[str, Thing], name: str, thing: Thing, place: Location, what: str, findings: Findings) -> None:
    first = table.get(name)
    if first is None:
        table[name] = thing
    else:
        findings.add("duplicate-id", place, f"the {what} `{name}` stands twice", "each id once", f"first at {getattr(first, 'location', '')}")


def _yaml_files(folder: Traversable) -> Iterator[Traversable]:
    """The YAML files below a folder, in the order of their names."""
    if not folder.is_dir():
        return
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _yaml_files(entry)
        elif entry.name.endswith((".yaml", ".yml")):
            yield entry


def _documents(paths: Iterable[Traversable], findings: Findings, digest: hashlib._Hash) -> list[Mapping]:
    found = []
    for path in paths:
        shown = _shown(path)
        try:
            raw = path.read_bytes()
            text = raw.decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            reason = "is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else "cannot be read"
            findings.add("unreadable", Location(shown), f"{shown} {reason}", "a readable file of UTF-8 text")
            continue
        digest.update(f"{path.name}\0{len(raw)}\0".encode())
        digest.update(raw)
        node = read_text(text, shown, findings)
        if isinstance(node, Mapping):
            found.append(node)
        elif node is not None:
            findings.add("type", node.location, "the document is no mapping", "a mapping")
    return found


def _shown(path: Traversable) -> str:
    """A path as a person would type it: below the working folder, relative to it."""
    text = str(path)
    try:
        return str(Path(text).resolve().relative_to(Path.cwd()))
    except ValueError:
        return text


__all__ = ["Refused", "default_knowledge", "load"]
