"""The text of a request to a question that a worker can answer; every problem at once, with its pointer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from engine.errors import Findings, Location, Problem, Refused, did_you_mean, listed
from engine.fields import Fields, mapping_of, text_of
from engine.loading.case import read_case
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from engine.reading import Mapping, Sequence, read_json
from rulewright.service.questions import QUESTIONS, Question, Values, read_words

FIELDS = {"ID": "ids"}
"""Arguments of the command line whose fields have another name."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a case: the documents to admit, and the values of the question's own fields."""

    question: Question
    case: Case
    sources: tuple[str, ...] | None = None
    values: Values = field(default_factory=dict)


def read_asked(raw: bytes, knowledge: KnowledgeBase, verb: str) -> Asked:
    """What is asked; raises `Refused` with every problem.

    The body is a case, or a mapping with the case under ``case``; beside it may stand ``sources`` (the documents to
    admit), ``as-of`` (instead of the case's own) and the fields of the question.
    """
    findings = Findings()
    asked = _asked(raw, knowledge, QUESTIONS[verb], findings)
    if findings.problems or asked is None:
        raise Refused(findings)
    return asked


def _asked(raw: bytes, knowledge: KnowledgeBase, question: Question, findings: Findings) -> Asked | None:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        findings.add("unreadable", Location(), "the body is not UTF-8 text", "one JSON object in UTF-8")
        return None
    root = read_json(text, findings)
    if root is None:
        return None
    body = mapping_of(root, "the body", findings)
    if body is None:
        return None
    if "case" not in body.keys and question.takes_a_bare_case:
        case = read_case(body, knowledge.vocabulary, findings)
        return Asked(question, case) if case is not None else None
    fields = Fields(body, "the request", findings)
    inner = fields.mapping("case", required=True)
    as_of = read_words(fields, "as-of", findings)
    sources = _sources(fields, knowledge, findings)
    values = {field.name: field.read(fields, field.name, findings) for field in question.fields}
    fields.done()
    found = _case(inner, knowledge, as_of, findings) if inner is not None else None
    return Asked(question, found, sources, values) if found is not None else None


def _case(body: Mapping, knowledge: KnowledgeBase, as_of: str, findings: Findings) -> Case | None:
    if "case" in body.keys:  # the reader would take the inner one and pass over what stands beside it
        findings.add("unknown-field", body.keys["case"], "the case has no field `case`", "the case itself")
        return None
    return read_case(body, knowledge.vocabulary, findings, as_of)


def _sources(fields: Fields, knowledge: KnowledgeBase, findings: Findings) -> tuple[str, ...] | None:
    if not fields.has("sources"):
        return None
    items = fields.sequence("sources")
    if not items and isinstance(fields.node.get("sources"), Sequence):
        findings.add(
            "blank", fields.place("sources"), "`sources` is an empty list", "at least one source, or the entry left out"
        )
    found: list[str] = []
    for item in items:
        name = text_of(item, "an item of `sources`", findings)
        if name is None:
            continue
        if name not in knowledge.sources:
            known = knowledge.sources
            findings.add(
                "unknown-source",
                item.location,
                f"there is no source `{name[:60]}`",
                f"one of {listed(known)}",
                did_you_mean(name, known),
            )
        elif name in found:
            findings.add("duplicate-item", item.location, f"`{name}` stands twice in `sources`", "each once")
        found.append(name)
    return tuple(sorted(found))


def placed(problem: Problem) -> Problem:
    """The problem of an argument or option of the command line stands at the entry of the same name."""
    argument = problem.location.file
    if argument.startswith("--") or argument.isupper():
        name = FIELDS.get(argument, argument.removeprefix("--").partition(" ")[0].lower())
        return replace(problem, location=Location(pointer=f"/{name}"))
    return problem
