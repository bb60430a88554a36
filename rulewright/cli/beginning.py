"""What the verbs of `rulewright new` share: the knowledge base, names that are free, and what is written in the end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from engine.errors import Findings, Problem
    from engine.loading import Named, Reading
    from engine.model.knowledge import KnowledgeBase
    from rulewright.authoring.new.addition import Addition
    from rulewright.authoring.new.values import Plain
    from rulewright.authoring.scenario import Broken, Scenario


def opened(folder: Path | None, dry_run: bool) -> tuple[Path, Reading, KnowledgeBase]:
    """The folder of the knowledge base, what reading it gave, and what it holds, as far as that can be read.

    Raises `Refused` with every problem where that is too little to tell what an addition would be: there is no such
    folder, no `kb.yaml` in it, or its vocabulary cannot be read; and where it is not to be written to, unless this is a
    dry run.
    """
    from engine.errors import Refused
    from engine.loading import read
    from engine.loading.files import HEAD
    from rulewright.cli.knowledge import folder_of, latest_day, written_to

    root = folder_of(folder) if dry_run else written_to(folder)
    reading = read(root, today=latest_day(), under_review=True)
    if reading.partial is None or not (root / HEAD).is_file():
        raise Refused(reading.problems)
    return root, reading, reading.partial


def answered(what: str, question: str, findings: Findings) -> str:
    """What is answered in the place of an argument that was not given; that nobody answers is recorded."""
    from rulewright.cli import asking

    found = ""
    while asking.asks() and not found:
        found = asking.words(None, question)
    return asking.require(found, what, f"`{what}`", findings)


def new_id(
    given: str | None,
    known: Mapping[str, Named],
    what: str,
    findings: Findings,
    default: str = "",
    taken: Callable[[str], list[Problem]] = lambda _: [],
) -> str:
    """The id that was given, or is answered: one that is written as none is, that something has already, or that is
    ``taken`` otherwise, is asked for again on a terminal; elsewhere what is wrong is recorded.
    """
    from rulewright.cli import asking

    def wrong(id_: str) -> list[Problem]:
        return _wrong_id(id_, known, what) or taken(id_)

    if given is None and not default and not (given := answered("ID", f"Id of the {what}", findings)):
        return ""
    found = asking.until_right(given, f"Id of the {what}", wrong, default)
    findings.problems.extend(wrong(found))
    return found


def _wrong_id(id_: str, known: Mapping[str, Named], what: str) -> list[Problem]:
    from engine.errors import Location, Problem, clipped
    from engine.fields import ID, LONGEST_ID

    if not ID.match(id_) or len(id_) > LONGEST_ID:
        expected = f"at most {LONGEST_ID} letters, digits, points, hyphens and underscores, a letter or digit first"
        return [Problem(Location("ID"), "name", f"`{clipped(id_)}` is no id", expected)]
    if id_ in known:
        message = f"there is a {what} `{id_}` already"
        return [Problem(Location("ID"), "duplicate-id", message, "an id of its own", f"it is at {known[id_].location}")]
    return []


def new_name(given: str | None, known: Iterable[Scenario | Broken], topic: str | None, findings: Findings) -> str:
    """The name of a scenario, as `new_id`; without a topic it is that of its file, too."""
    from engine.errors import Findings, Location
    from rulewright.cli import asking

    places = {one.name: one.location for one in known}

    def wrong(name: str) -> list[Problem]:
        problems = Findings()
        file_name(topic or name, problems, "--topic" if topic else "NAME")
        if name in places:
            message, where = f"the scenario `{name}` is there already", f"it is at {places[name]}"
            problems.add("duplicate-id", Location("NAME"), message, "a name of its own", where)
        return problems.problems

    if given is None and not (given := answered("NAME", "Name of the scenario", findings)):
        return ""
    found = asking.until_right(given, "Name of the scenario", wrong)
    findings.problems.extend(wrong(found))
    return found


def file_name(name: str | None, findings: Findings, option: str = "--topic") -> None:
    """Record a word that is to be the name of a file and is none."""
    from engine.errors import Location
    from engine.fields import ID

    if name is not None and not ID.match(name):
        expected = "letters, digits, points, hyphens and underscores, a letter or digit first"
        own = option == "--topic"
        message = f"`{name}` is no name of a file" + ("" if own else ", and the file of a scenario has its name")
        findings.add("name", Location(option), message, expected, "" if own else "`--topic NAME` names another file")


def patterns(
    given: list[str] | None, question: str, wrong: Callable[[str], list[Problem]], required: bool = True
) -> list[str]:
    """What was given, else the answers until one is empty; what is ``wrong`` with one is told, and it does not count.

    Where some are ``required``, an empty answer ends it after a first one.
    """
    from rulewright.cli import asking

    if given is not None or not asking.asks():
        return given or []
    found: list[str] = []
    while (answer := asking.words(None, question)) or (required and not found):
        problems = wrong(answer)
        asking.tell_problems(problems)
        found.extend([] if problems else [answer])
    return found


def parted(given: list[str] | None, option: str, findings: Findings) -> None:
    """Record ids that were given in one word, parted by commas."""
    from engine.errors import Location, clipped

    for word in given or ():
        if "," in word:
            hint = " ".join(f"{option} {one.strip()}" for one in word.split(",") if one.strip())
            findings.add(
                "name", Location(option), f"`{clipped(word)}` is no id", "the option once for each", f"`{hint}`"
            )


def claimed(knowledge: KnowledgeBase, kind: str, given: dict[str, Plain], findings: Findings) -> dict[str, Plain]:
    """The fields of a claim: those that were given, and what is answered for the others that it must have."""
    from rulewright.authoring.new.values import given as read
    from rulewright.cli import asking

    found = dict(given)
    declared = knowledge.vocabulary.claims.get(kind)
    for name in declared.required if declared is not None and asking.asks() else ():
        if name in found or declared is None:
            continue
        known = knowledge.vocabulary.domain(declared.fields[name])
        answer = asking.choice(None, name, known) if known else asking.words(None, name)
        value = read(answer, name, findings) if answer else None
        if value is not None:
            found[name] = value
    return found


def text_file(given: str | None, id_: str, root: Path, asked: bool) -> tuple[Path, str] | None:
    """The file with the text of a source, and what it holds: given, or answered where it is ``asked``; None for none.

    A path is one as seen from the working folder, else from the folder of the knowledge base. Raises `Refused` where
    there is no such file, or it cannot be read; on a terminal it is asked for again.
    """
    from engine.errors import Refused
    from rulewright.cli import asking
    from rulewright.cli.files import read_named

    def found(name: str) -> Path:
        return Path(name) if Path(name).exists() or not (root / name).exists() else root / name

    def wrong(name: str) -> list[Problem]:
        try:
            read_named(str(found(name)), "the text of the source")
        except Refused as refused:
            return list(refused.problems) if name else []
        return []

    usual = root / "texts" / f"{id_}.txt"
    name = given
    if given is not None or (asked and asking.asks()):
        question = "A file with its text, where you have one"
        name = asking.until_right(given, question, wrong, str(usual) if usual.is_file() else "")
    if not name:
        return None
    return found(name), read_named(str(found(name)), "the text of the source")[0]


def finish(
    root: Path,
    addition: Addition,
    dry_run: bool,
    beside: Addition | None = None,
    used: Sequence[Addition] = (),
) -> None:
    """Write what is added, or only show it; and say which words are still the author's to write.

    What is ``beside`` it is added with it, and only named; so are the files of facts that are ``used`` now.
    """
    from engine.loading.files import shown
    from rulewright.authoring.new.addition import write
    from rulewright.authoring.new.mark import MARK
    from rulewright.authoring.new.trial import refuse_what_breaks
    from rulewright.cli.knowledge import as_option
    from rulewright.cli.output import emit

    additions = [addition, *([] if beside is None else [beside]), *used]
    before = refuse_what_breaks(root, additions)
    if not dry_run:
        write(root, additions)
    done = "would be added" if dry_run else "added"
    number = sum(MARK in line for line in addition.lines)
    said = f"{shown(addition.path)}:{addition.line}: {done}"
    if number:
        said += f"; {number} {'place is' if number == 1 else 'places are'} left to say (`{MARK}`)"
    if before:
        were = "1 problem was" if before == 1 else f"{before:,} problems were"
        said += f"; {were} there before (`rulewright check{as_option(root)}`)"
    also = [f"{shown(beside.path)}: {done}"] if beside is not None else []
    gone = "would be taken away" if dry_run else "taken away"
    also += [f"{shown(one.path)}:{one.line}: {gone}: the mark of a fact that no rule used" for one in used]
    emit("\n".join([said, *also, *addition.lines]) + "\n")
