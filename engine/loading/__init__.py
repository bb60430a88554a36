"""A folder of YAML to a `KnowledgeBase`: every problem is collected, and nothing is half-loaded."""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from importlib.abc import Traversable
from pathlib import Path
from typing import Protocol, TypeVar

from engine.errors import Findings, Location, Problem, Refused
from engine.fields import Fields
from engine.loading.crossing import check_references
from engine.loading.facts import read_facts
from engine.loading.files import FOLDERS, Document, Files, shown
from engine.loading.oppositions import with_claims
from engine.loading.references import References
from engine.loading.release import check_release
from engine.loading.reviews import ReviewReader, check_reviewed
from engine.loading.rules import RuleFiles, read_rules
from engine.loading.sources import read_source
from engine.loading.vocabulary import VocabularyReader
from engine.model.fact import Fact
from engine.model.knowledge import RELEASES, REVIEWER, KnowledgeBase
from engine.model.source import Source
from engine.model.vocabulary import Vocabulary
from engine.reading import Mapping
from engine.uncollected import uncollected

__all__ = ["Document", "Reading", "Refused", "default_knowledge", "load", "read"]


class Named(Protocol):
    """What has an id and a place."""

    @property
    def id(self) -> str:
        """Its name."""
        ...

    @property
    def location(self) -> Location:
        """Where it stands."""
        ...


Thing = TypeVar("Thing", bound=Named)


def default_knowledge() -> Traversable:
    """The knowledge base that is installed with the program."""
    return importlib.resources.files("kb")


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of reading a folder: every problem in the order of places, and every file that was read.

    ``knowledge`` is None where there is any problem. ``partial`` is what could be read all the same, for whoever goes
    on writing it and never for an advice: None where a file of the vocabulary could not be read, or there is no folder.
    """

    knowledge: KnowledgeBase | None
    problems: tuple[Problem, ...]
    documents: tuple[Document, ...]
    partial: KnowledgeBase | None


def load(
    root: Traversable | Path | str | None = None, *, today: date | None = None, under_review: bool = False
) -> KnowledgeBase:
    """Read a knowledge base; raises `Refused` with every problem found.

    ``root`` is its folder, by default the one that is installed. Where ``today`` is given, no review may be of a later
    day. A release that calls itself reviewed must be (``under_review``: not yet, while its reviews are made; nothing
    may be advised from what was loaded so). What only grounding can tell (that no conclusion depends on its own
    absence, and that the units of claims fit each other) `engine.grounding.ground` refuses.
    """
    found = read(root, today=today, under_review=under_review)
    if found.knowledge is None:
        raise Refused(found.problems)
    return found.knowledge


def read(
    root: Traversable | Path | str | None = None, *, today: date | None = None, under_review: bool = False
) -> Reading:
    """Read a knowledge base as `load` does, and keep its documents; never raises for what is written in them.

    The cyclic garbage collector rests meanwhile: nothing that is read is garbage, and its sweeps cost most of the time.
    """
    findings = Findings()
    where: Traversable = default_knowledge() if root is None else Path(root) if isinstance(root, str) else root
    files = Files(where, findings)
    with uncollected():
        knowledge = _read(where, files, findings, today)
    if not findings.problems and knowledge is not None and not under_review:
        check_release(knowledge, findings)
    problems = tuple(sorted(set(findings.problems)))
    return Reading(None if problems else knowledge, problems, tuple(files.documents), knowledge)


def _read(root: Traversable, found: Files, findings: Findings, today: date | None) -> KnowledgeBase | None:
    if not root.is_dir():
        findings.add("no-such-folder", Location(str(root)), "there is no such folder", "a folder with kb.yaml in it")
        return None
    head = found.head()
    documents = {name: found.folder(name) for name in FOLDERS}
    if "vocabulary" in found.lost:
        return None  # words of an unreadable file would be reported as unknown wherever they are used
    if not documents["vocabulary"] and (documents["facts"] or documents["rules"]):
        place, message = Location(shown(root / "vocabulary")), "there is no vocabulary: no file declares a word"
        findings.add("unreadable", place, message, "a folder `vocabulary` with a YAML file")
        return None  # every word would be reported as unknown
    references = References()
    vocabulary_reader = VocabularyReader(findings, references)
    for document in documents["vocabulary"]:
        vocabulary_reader.read(document)
    vocabulary = vocabulary_reader.finish()
    parts = _Parts(vocabulary, findings, references, ReviewReader(findings, today))
    parts.read(documents)
    fields = Fields(head or Mapping({}, {}, Location(str(root))), "kb.yaml", findings if head else Findings())
    knowledge = parts.knowledge(fields, found.digest.hexdigest(), str(root))
    if not found.lost - {"reviews"}:
        check_references(knowledge, references, findings)
        check_reviewed(knowledge, parts.reviews.named, findings)
    return knowledge


class _Parts:
    """The sources, facts, rules and reviews of a knowledge base while they are read."""

    def __init__(
        self, vocabulary: Vocabulary, findings: Findings, references: References, reviews: ReviewReader
    ) -> None:
        self.vocabulary = vocabulary
        self.findings = findings
        self.references = references
        self.sources: dict[str, Source] = {}
        self.facts: dict[str, Fact] = {}
        self.rules = RuleFiles()
        self.reviews = reviews

    def read(self, documents: dict[str, list[Mapping]]) -> None:
        """Take in every document but the vocabulary's."""
        for document in documents["sources"]:
            source = read_source(document, self.vocabulary, self.findings)
            self.sources |= self.once([source] if source is not None else [], self.sources, "source")
        for document in documents["facts"]:
            facts = read_facts(document, self.vocabulary, self.findings, self.references)
            self.facts |= self.once(facts, self.facts, "fact")
        for document in documents["rules"]:
            read_rules(document, self.vocabulary, self.findings, self.references, self.rules)
        for document in documents["reviews"]:
            self.reviews.read(document)

    def once(self, things: Iterable[Thing], known: dict[str, Thing], what: str) -> dict[str, Thing]:
        """Those things that are the first of their name."""
        found: dict[str, Thing] = {}
        for thing in things:
            first = known.get(thing.id) or found.get(thing.id)
            if first is None:
                found[thing.id] = thing
            elif thing.id:
                self.findings.add(
                    "duplicate-id",
                    thing.location,
                    f"the {what} `{thing.id}` stands twice",
                    "each id once",
                    f"first at {first.location}",
                )
        return found

    def knowledge(self, fields: Fields, digest: str, root: str) -> KnowledgeBase:
        """The knowledge base, with what `kb.yaml` says of it."""
        found = KnowledgeBase(
            name=fields.text("name", True),
            version=fields.words("version", True),
            title=fields.words("title", True),
            scope=fields.words("scope", True),
            intended_use=fields.words("intended-use", True),
            intended_user=fields.words("intended-user", True),
            release=fields.choice("release", RELEASES, required=True, default="demonstration"),
            sources_as_of=fields.words("sources-as-of", True),
            reviewer=fields.words("reviewer") or REVIEWER,
            vocabulary=self.vocabulary,
            sources=self.sources,
            facts=self.facts,
            rules=self.once(self.rules.rules, {}, "rule"),
            regimens=tuple(self.rules.regimens),
            besides=tuple(self.rules.besides),
            opposes=tuple(with_claims(entry, self.facts) for entry in self.rules.opposes),
            prefers=tuple(self.rules.prefers),
            interactions=tuple(self.rules.interactions),
            digest=digest,
            root=root,
            reviews=tuple(self.reviews.reviews),
        )
        fields.done()
        return found
