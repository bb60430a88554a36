"""What can be asked about a case over HTTP: with which fields beside the case, who answers, and by which contract.

Each entry of `QUESTIONS` becomes a path `/v1/VERB`, the schema of its body and its example; a new one is one entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from engine.errors import Findings, Location
from engine.fields import Fields
from engine.model.advice import Advice, Part
from engine.model.knowledge import KnowledgeBase
from engine.reading import Scalar
from provenance.certainty import certainties, held
from provenance.conflict import conflicts
from provenance.inquiry import Inquiry
from provenance.model.certainty import Certainties
from provenance.model.conflict import Conflicts
from provenance.model.next import Next
from provenance.model.whatif import WhatIf
from provenance.model.why import Why
from provenance.model.whynot import WhyNot
from provenance.model.withdrawal import CaseWithdrawal
from provenance.variants.next import next_data
from provenance.variants.whatif import what_if
from provenance.why.answer import why
from provenance.whynot.answer import why_not
from provenance.withdrawal.drill import over_case
from provenance.withdrawal.withdrawal import KINDS, read_withdrawal
from rulewright.service.case_changes import SCHEMA, read_case_changes
from rulewright.service.models import Trace
from rulewright.service.tracing import trace

Schema: TypeAlias = dict[str, Any]
Values: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """A field that a request may hold beside the case; ``read`` takes it from the body and records what is wrong."""

    name: str
    schema: Schema
    read: Callable[[Fields, str, Findings], Any]
    required: bool = False


@dataclass(frozen=True)
class Question:
    """A question: its verb, the contract of its answer, what answers it, and what an example would ask of an advice."""

    verb: str
    summary: str
    answer: type[Part]
    respond: Callable[[Inquiry, Values], Part]
    fields: tuple[Field, ...] = ()
    example: Callable[[Advice, KnowledgeBase], Values] | None = None

    @property
    def takes_a_bare_case(self) -> bool:
        """Whether a case by itself asks it."""
        return not any(field.required for field in self.fields)

    @property
    def body(self) -> str:
        """The name of the schema of its body."""
        return "".join(word.capitalize() for word in self.verb.split("-")) + "Request"


def read_words(fields: Fields, name: str, findings: Findings, required: bool = False) -> str:
    """A text that is not empty where it is given."""
    found = fields.text(name, required)
    node = fields.node.get(name)
    if isinstance(node, Scalar) and node.value == "":
        findings.add("blank", node.location, f"`{name}` is empty", "a value, or the entry left out")
    return found


def conclusion_field(description: str, required: bool = False) -> Field:
    """The conclusion that a question is about."""
    return Field(
        "conclusion",
        {"type": "string", "minLength": 1, "description": description},
        lambda fields, name, findings: read_words(fields, name, findings, required),
        required,
    )


def known_conclusion(inquiry: Inquiry, values: Values) -> str:
    """The conclusion that is asked about; raises `Refused` with a hint where the advice has none of that name."""
    conclusion: str = values.get("conclusion", "")
    findings = Findings()
    if conclusion and conclusion not in inquiry.advice.values:
        findings.dangling(conclusion, inquiry.advice.values, Location(pointer="/conclusion"), "conclusion")
    findings.refuse_if_any()
    return conclusion


def drawn(advice: Advice, knowledge: KnowledgeBase) -> Values:
    """An example of a conclusion: the first option that holds."""
    start = f"{knowledge.vocabulary.headings.conclusion}("
    found = next((name for name, value in advice.values.items() if value == "true" and name.startswith(start)), "")
    return {"conclusion": found} if found else {}


def undrawn(advice: Advice, knowledge: KnowledgeBase) -> Values:
    """An example of a conclusion that is not drawn: the first option that does not hold."""
    start = f"{knowledge.vocabulary.headings.conclusion}("
    found = next((name for name, value in advice.values.items() if value == "false" and name.startswith(start)), "")
    return {"conclusion": found} if found else {}


def first_datum_removed(advice: Advice, _: KnowledgeBase) -> Values:
    """An example of a change: the first datum of the case that some rule read is not known."""
    found = next((given.path for given in advice.inputs if given.rules and "[" not in given.path), "")
    return {"changes": [{"remove": found}]} if found else {}


def first_source(advice: Advice, _: KnowledgeBase) -> Values:
    """An example of a withdrawal: a source that some statement of the advice is attributed to."""
    found = next((source for fact in advice.facts for source in fact.cites), "")
    return {"ids": [found]} if found else {}


_ALL = (
    Question(
        "advise",
        "Advice on a case, with everything it rests on",
        Advice,
        lambda inquiry, _: inquiry.advice,
    ),
    Question(
        "trace",
        "The chain from a conclusion back to the words it rests on",
        Trace,
        lambda inquiry, values: trace(inquiry.grounds, known_conclusion(inquiry, values)),
        (conclusion_field("the conclusion whose chain is wanted, as an advice writes it; all where this is left out"),),
        drawn,
    ),
    Question(
        "why",
        "Every firing that draws a conclusion, the minimal sets of evidence that suffice, and what it falls without",
        Why,
        lambda inquiry, values: why(inquiry, known_conclusion(inquiry, values)),
        (conclusion_field("a conclusion of the advice", required=True),),
        drawn,
    ),
    Question(
        "why-not",
        "What each rule lacks that could draw a conclusion, and the smallest changes of data that would draw it",
        WhyNot,
        lambda inquiry, values: why_not(inquiry, known_conclusion(inquiry, values)),
        (conclusion_field("a conclusion that the advice does not hold true", required=True),),
        undrawn,
    ),
    Question(
        "what-if",
        "How the advice differs where the case is changed",
        WhatIf,
        lambda inquiry, values: what_if(inquiry, values["changes"], values["as-of-then"]),
        (
            Field("changes", SCHEMA, read_case_changes, required=True),
            Field(
                "as-of-then",
                {"type": "string", "minLength": 1, "description": "another time at which the changed case stands"},
                read_words,
            ),
        ),
        first_datum_removed,
    ),
    Question(
        "next",
        "The missing data, ranked by how much of the advice each would settle",
        Next,
        lambda inquiry, _: next_data(inquiry),
    ),
    Question(
        "certainty",
        "How sure conclusions are, as far as somebody graded the statements that they rest on",
        Certainties,
        lambda inquiry, values: certainties(
            inquiry.grounds, [known_conclusion(inquiry, values)] if values.get("conclusion") else held(inquiry.grounds)
        ),
        (conclusion_field("a conclusion of the advice; all that it holds where this is left out"),),
        drawn,
    ),
    Question(
        "withdraw",
        "What falls, survives or changes without some sources, statements or readings: a drill, nothing is written",
        CaseWithdrawal,
        lambda inquiry, values: over_case(
            inquiry, read_withdrawal(inquiry.knowledge, values["ids"], values["kind"] or "withdrawn", values["by"])
        ),
        (
            Field(
                "ids",
                {
                    "type": "array",
                    "items": {"type": "string", "minLength": 1},
                    "minItems": 1,
                    "uniqueItems": True,
                    "description": "sources, statements or readings, withdrawn together",
                },
                lambda fields, name, _: fields.texts(name, required=True),
                required=True,
            ),
            Field("kind", {"enum": list(KINDS), "description": "how; withdrawn where it is left out"}, read_words),
            Field("by", {"type": "string", "minLength": 1, "description": "what supersedes them"}, read_words),
        ),
        first_source,
    ),
    Question(
        "conflicts",
        "Where the sources pull apart on this case, with the chains of every side",
        Conflicts,
        lambda inquiry, _: conflicts(inquiry.grounds),
    ),
)
QUESTIONS: Mapping[str, Question] = {question.verb: question for question in _ALL}
