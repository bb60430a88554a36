"""A scenario to begin with: a case, and a mark where its author says what she expects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.document import Mapping as Body
from engine.document import Sequence as Items
from engine.errors import Findings, Location
from engine.loading.files import shown
from engine.model.vocabulary import Vocabulary
from engine.reading import read_text
from rulewright.authoring.form.tree import Collection, Entry, Text
from rulewright.authoring.new.addition import Addition, Said, placed
from rulewright.authoring.new.mark import to_say
from rulewright.authoring.new.values import Plain, tree
from rulewright.authoring.scenario import Broken, Scenario

AS_OF = "as-of"
EXPECTED = "what the advice must contain, from the sources and not from the program"


@dataclass(frozen=True, slots=True)
class NewScenario:
    """What an author says of a case: ``like`` another one with data changed, or one of its own with data recorded.

    ``data`` are values by their paths (``plot.area``): changes of the case that it is like, or what is recorded.
    ``as_of`` is the moment of the case; empty where that is the one of the case that it is like.
    """

    name: str
    like: str = ""
    data: Mapping[str, Plain] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    as_of: str = ""
    topic: str = ""


def scenario(root: Path, vocabulary: Vocabulary, known: Sequence[Scenario | Broken], new: NewScenario) -> Addition:
    """A scenario at the end of the file of its topic, else of the one that it is like, else in a file of its own.

    Raises `Refused` where it is like none, or a datum is none of the case's.
    """
    findings = Findings()
    names = {one.name: one for one in known}
    if new.like and new.like not in names:
        findings.dangling(new.like, names, Location("--like"), "scenario")
    if new.without and not new.like:
        findings.add("scenario", Location("--without"), "nothing is left out of a case of its own", "`--like` another")
    if isinstance(names.get(new.name), Scenario):
        message = f"the scenario `{new.name}` is there already"
        findings.add("duplicate-id", Location("NAME"), message, "a name of its own", f"at {names[new.name].location}")
    for path in sorted(new.data.keys() & set(new.without)):
        message = f"`{path}` is set and left out"
        findings.add("scenario", Location("--without"), message, "one of the two")
    if new.like and new.as_of and AS_OF in new.data:
        findings.add("duplicate-key", Location("--as-of"), "the moment of the case is given twice", "it once")
    sections = {} if new.like else _sections(new.data, vocabulary, findings)
    findings.refuse_if_any()
    fields: dict[str, Plain] = {"name": new.name}
    if new.like:
        changes = ({AS_OF: new.as_of} if new.as_of else {}) | dict(new.data)
        fields |= {"like": new.like} | ({"set": changes} if changes else {})
        fields |= {"without": list(new.without)} if new.without else {}
    else:
        fields["case"] = _case(new.as_of, sections, vocabulary)
    body = tree(fields)
    assert isinstance(body, Collection)
    body.entries.append(Entry(Text("expect"), Collection(True), above=[f"# {to_say(EXPECTED)}"]))
    return placed(root, _file(root, names.get(new.like), new), "scenarios", body, _said(new))


def _said(new: NewScenario) -> Said:
    """The options that say what, by its path in the scenario."""
    said: dict[tuple[str, ...], str] = {
        (): "NAME",
        ("like",): "--like",
        ("without",): "--without",
        ("set",): "--set",
        ("case", AS_OF): "--as-of",
        ("set", AS_OF): "--as-of",
    }
    said |= {("set", path): f"--set {path}" for path in new.data}
    return said | {("case", *path.split(".")): f"--set {path}" for path in new.data}


def _case(as_of: str, sections: Mapping[str, Plain], vocabulary: Vocabulary) -> Collection:
    """A case with what is recorded, or a mark with what could be."""
    case = tree({"title": to_say("one line about the case"), AS_OF: as_of, **sections})
    assert isinstance(case, Collection)
    if not sections:
        case.tail.append(f"# {to_say('what is recorded of the case')}: {', '.join(vocabulary.sections)}")
    return case


def _sections(data: Mapping[str, Plain], vocabulary: Vocabulary, findings: Findings) -> dict[str, Plain]:
    """What is recorded, by the sections of a case; a path that is none is recorded as a problem."""
    found: dict[str, dict[str, Plain] | Plain] = {}
    for path, value in data.items():
        section, dot, name = path.partition(".")
        known = vocabulary.sections.get(section)
        if known is None or known.is_list == bool(dot):
            expected = "the path of a datum, as `section.attribute`, or a list as a whole"
            findings.add("unknown-field", Location("--set"), f"a case has no `{path}`", expected)
        elif dot:
            inner = found.setdefault(section, {})
            assert isinstance(inner, dict)
            inner[name] = value
        else:
            found[section] = value
    return found


def _file(root: Path, like: Scenario | Broken | None, new: NewScenario) -> Path:
    """The file of the topic; else that of the scenario that it is like, where it lists several; else one of its own."""
    folder = root / "scenarios"
    if new.topic:
        return folder / f"{new.topic}.yaml"
    if like is not None:
        path = Path(like.location.file)
        node = read_text(path.read_text(encoding="utf-8-sig"), shown(path), Findings())
        if isinstance(node, Body) and isinstance(node.get("scenarios"), Items):
            return path
    return folder / f"{new.name}.yaml"
