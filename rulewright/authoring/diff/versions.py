"""The two versions that are compared: folders, or revisions of the git repository that holds the knowledge base.

A revision is written ``REV`` or ``REV:PATH``, as git writes it; without a path it is the folder of the knowledge base
that it is compared with.
Its files are read from the repository as they were committed, whatever stands in the working folder.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from engine.advising import read_case_node
from engine.errors import Findings, Location, Problem, Refused
from engine.grounding import ground
from engine.loading import load
from engine.model.knowledge import KnowledgeBase
from rulewright.authoring.diff import model
from rulewright.authoring.diff.git import Repository
from rulewright.authoring.diff.parts import Parts, Written
from rulewright.authoring.diff.writing import line
from rulewright.authoring.scenario import Scenario
from rulewright.authoring.scenarios import read_scenarios

MOST_MOMENTS = 3
DAY = timedelta(days=1)
USUAL = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""When cases stand where neither a scenario nor a source names a day."""


@dataclass(frozen=True)
class Version:
    """A version that was loaded: what it is called, its knowledge base, its scenarios and its parts.

    ``moments`` are the times at which its scenarios stand, the most frequent first, and the days before and after which
    its sources are valid.
    """

    about: model.Version
    knowledge: KnowledgeBase
    scenarios: tuple[Scenario, ...]
    parts: dict[tuple[str, str], Written]
    moments: tuple[datetime, ...]


def read_versions(
    old: str, new: str | None, kb: Path, today: date | None = None, revisions_of: Path | None = None
) -> tuple[Version, Version]:
    """Both versions; ``kb`` is the folder of the knowledge base, which is the new one where none is named.

    A revision is one of the folder ``revisions_of``, by default of the other side, or of ``kb`` where that is a
    revision, too.

    Raises `Refused` with the problems of both, and where they are versions of nothing that is one.
    """
    found: list[Version] = []
    findings = Findings()
    later = str(kb) if new is None else new
    for named, other in ((old, later), (later, old)):
        try:
            holding = revisions_of or (Path(other) if Path(other).is_dir() else kb)
            with _folder(named, holding) as (folder, note):
                found.append(_read(folder, named, note, today))
        except Refused as refused:
            findings.problems.extend(refused.problems)
    findings.refuse_if_any()
    _refuse_strangers(*found)
    return found[0], found[1]


def _refuse_strangers(old: Version, new: Version) -> None:
    """Raise `Refused` where two versions have another name and nothing in common: all of both would be told."""
    one, other = old.knowledge, new.knowledge
    shared = one.facts.keys() & other.facts.keys() or one.rules.keys() & other.rules.keys()
    if one.name == other.name or shared or not (one.facts or one.rules):
        return
    message = f"`{one.name}` ({old.about.shown}) and `{other.name}` ({new.about.shown}) share no fact and no rule"
    expected = "two versions of one knowledge base"
    raise Refused([Problem(Location(old.about.shown), "other-knowledge", message, expected)])


def _read(folder: Path, named: str, note: str, today: date | None) -> Version:
    """The version in a folder; places in it are told under the name of the version."""
    findings = Findings()
    try:
        knowledge = load(folder, today=today)
        scenarios = tuple(read_scenarios(folder))
        moments = tuple(_moments(knowledge, scenarios))
        for admitted in {knowledge.admitted(moment.date()) for moment in moments}:
            ground(knowledge, admitted)
    except Refused as refused:
        findings.problems.extend(_named(problem, folder, named) for problem in refused.problems)
    findings.refuse_if_any()
    about = model.Version(
        shown=named, name=knowledge.name, version=knowledge.version, digest=knowledge.digest, note=note
    )
    parts = {
        key: replace(part, place=_named_place(part.place, folder, named))
        for key, part in Parts(knowledge, folder, scenarios).all().items()
    }
    return Version(about, knowledge, scenarios, parts, moments)


def _moments(knowledge: KnowledgeBase, scenarios: Iterable[Scenario]) -> Iterator[datetime]:
    """Raises `Refused` with the problems of every scenario's case."""
    findings = Findings()
    stands: Counter[datetime] = Counter()
    for scenario in scenarios:
        try:
            stands[read_case_node(scenario.case, knowledge).as_of] += 1
        except Refused as refused:
            findings.problems.extend(refused.problems)
    findings.refuse_if_any()
    usual = stands.most_common(MOST_MOMENTS)
    yield from (moment for moment, _ in usual)
    noon = time(12, tzinfo=UTC)
    days = set()
    for source in knowledge.sources.values():
        if source.valid_from:
            days |= {source.valid_from - DAY, source.valid_from}
        if source.valid_to:
            days |= {source.valid_to, source.valid_to + DAY}
    yield from (datetime.combine(day, noon) for day in sorted(days))
    if not usual and not days:
        yield USUAL


def _named(problem: Problem, folder: Path, named: str) -> Problem:
    return replace(
        problem,
        location=_named_place(problem.location, folder, named),
        hint=problem.hint.replace(str(folder), named),
        message=problem.message.replace(str(folder), named),
    )


def _named_place(place: Location, folder: Path, named: str) -> Location:
    """A place in files that were taken from a repository: below the revision, not below where they lie meanwhile."""
    if str(folder) == named or not place.file.startswith(str(folder)):
        return place
    below = place.file[len(str(folder)) :].lstrip("/")
    joint = "" if named.endswith(":") else "/" if ":" in named else ":"
    return replace(place, file=f"{named}{joint}{below}")


@contextmanager
def _folder(named: str, kb: Path) -> Iterator[tuple[Path, str]]:
    """The folder of a version while it is read, and what is to be known of it."""
    if Path(named).is_dir():
        yield Path(named), ""
        return
    repository = Repository.around(kb, named)
    revision, colon, path = named.partition(":")
    commit = repository.commit(revision)
    inner = path if colon else repository.inner(kb)
    with tempfile.TemporaryDirectory(prefix="rulewright-") as folder:
        where = Path(folder).resolve()
        repository.extract(commit, inner, where, named)
        yield where, _note(repository, revision, commit, inner)


def _note(repository: Repository, revision: str, commit: str, inner: str) -> str:
    """Which commit it is, and that the working folder has edits that it does not have."""
    found = f"commit {commit[:12]}"
    if revision in ("HEAD", "@") and repository.is_edited(inner):
        found += f"; edits of {inner or 'the repository'} that were not committed are not in it"
    return found


def scenarios_of(versions: Sequence[Version]) -> list[Scenario]:
    """The scenarios of several versions; those of the same name, case and documents come once."""
    found: dict[tuple[object, ...], Scenario] = {}
    for version in versions:
        for scenario in version.scenarios:
            found.setdefault((scenario.name, line(scenario.case), scenario.sources), scenario)
    return list(found.values())
