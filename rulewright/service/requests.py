"""The text of a request to a question that a worker can answer; every problem at once, with its pointer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.errors import Findings, Location, Problem, Refused, did_you_mean, listed
from engine.fields import Fields, mapping_of, text_of
from engine.loading.case import read_case
from engine.model.case import Case
from engine.model.knowledge import KnowledgeBase
from engine.reading import Mapping, Scalar, Sequence, read_json


@dataclass(frozen=True, slots=True)
class Question:
    """A case to `advise` on or to `trace`, the documents to admit, and the conclusion whose chain is asked for."""

    verb: str
    case: Case
    sources: tuple[str, ...] | None = None
    conclusion: str = ""


def read_question(raw: bytes, knowledge: KnowledgeBase, verb: str) -> Question:
    """What is asked; raises `Refused` with every problem.

    The body is a case, or a mapping with the case under ``case``; beside it may stand ``sources`` (the documents to
    admit), ``as-of`` (instead of the case's own) and, to trace, ``conclusion``.
    """
    findings = Findings()
    question = _question(raw, knowledge, verb, findings)
    if findings.problems or question is None:
        raise Refused(_placed(problem) for problem in findings)
    return question


def _question(raw: bytes, knowledge: KnowledgeBase, verb: str, findings: Findings) -> Question | None:
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
    if "case" not in body.keys:
        case = read_case(body, knowledge.vocabulary, findings)
        return Question(verb, case) if case is not None else None
    fields = Fields(body, "the request", findings)
    inner = fields.mapping("case")
    as_of = _text(fields, "as-of", findings)
    sources = _sources(fields, knowledge, findings)
    conclusion = _text(fields, "conclusion", findings) if verb == "trace" else ""
    fields.done()
    found = _case(inner, knowledge, as_of, findings) if inner is not None else None
    return Question(verb, found, sources, conclusion) if found is not None else None


def _case(body: Mapping, knowledge: KnowledgeBase, as_of: str, findings: Findings) -> Case | None:
    if "case" in body.keys:  # the reader would take the inner one and pass over what stands beside it
        findings.add("unknown-field", body.keys["case"], "the case has no field `case`", "the case itself")
        return None
    return read_case(body, knowledge.vocabulary, findings, as_of)


def _text(fields: Fields, name: str, findings: Findings) -> str:
    """An optional text that is not empty where it is given."""
    found = fields.text(name)
    node = fields.node.get(name)
    if isinstance(node, Scalar) and node.value == "":
        findings.add("blank", node.location, f"`{name}` is empty", "a value, or the entry left out")
    return found


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


def _placed(problem: Problem) -> Problem:
    """The problem of an option of the command line stands here at the entry of the same name."""
    option = problem.location.file
    return replace(problem, location=Location(pointer=f"/{option[2:]}")) if option.startswith("--") else problem
