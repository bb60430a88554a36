"""What to ask next as a page: data in their order, and what each answer would change."""

from __future__ import annotations

from collections.abc import Mapping

from provenance.model.next import Answer, Effect, MissingDatum, Next, Question
from provenance.render.aspects import kind_words
from provenance.render.layout import Sheet
from provenance.render.naming import count_words
from provenance.render.wording import sentence_words, value_words

FLAGS = {"true": "yes", "false": "no"}
BEHIND = (
    *("annotations", "assumed", "because", "certainty", "claims", "conclusions", "designs", "evidence_levels", "facts"),
    *("limits", "note", "readings", "reason", "unreviewed"),
)
"""Aspects (the first word of their names) that are not told beside others: what a line rests on."""
EXAMPLE = "for example "


def next_page(answer: Next, width: int = 100) -> Sheet:
    """The ranked data with their answers, then the questions that no datum settles by itself."""
    page = Sheet(width)
    asked = [datum for datum in answer.data if not datum.counts_as]
    by_default = [datum for datum in answer.data if datum.counts_as]
    open_ = len(answer.questions)
    if asked:
        page.heading("ask next", f"({count_words(open_, 'question')} open)")
    elif open_:
        page.add(f"No datum by itself changes the advice; {count_words(open_, 'question')} open.")
    else:
        page.add("Nothing is missing that would change the advice.")
    for datum in asked:
        _datum(page, datum, open_)
    if by_default:
        page.heading("taken by default", "(not said, and counts as said below; worth asking where that is doubtful)")
    for datum in by_default:
        _datum(page, datum, open_)
    _questions(page, answer.questions, answer.labels)
    if answer.untried:
        page.gap()
        labels = ", ".join(answer.labels.get(path, path) for path in answer.untried)
        page.add(f"Not tried, because there are too many answers: {labels}.")
    page.rule()
    page.add(f"Advice {answer.advice}.")
    return page


def _datum(page: Sheet, datum: MissingDatum, questions: int) -> None:
    said = []
    if datum.settles:
        whole = "all" if len(datum.settles) == questions else f"{len(datum.settles):,}"
        said.append(f"settles {whole} of {count_words(questions, 'open question')} by itself, {_whatever(datum)}")
    if datum.changes:
        said.append(f"may change {count_words(len(datum.changes), 'line')}")
    counts_as = f" (counts as {datum.counts_as})" if datum.counts_as else ""
    page.add(f"{datum.rank}. {datum.label}{counts_as}: {'; '.join(said)}", 1, 3)
    for answer in datum.answers:
        _answer(page, answer)
    _undecided(page, datum)
    if datum.rest:
        page.add(f"{datum.rest[0].upper()}{datum.rest[1:]}.", 4, 2, "dim")


def _whatever(datum: MissingDatum) -> str:
    """Whatever the answer is; a word that leaves the datum open is no such answer."""
    but = f" other than {' or '.join(datum.undecided)}" if datum.undecided else ""
    return f"whatever the answer{but}"


def _undecided(page: Sheet, datum: MissingDatum) -> None:
    """What answers would do that leave the datum open, none of which is counted."""
    for answer in datum.unsettled:
        _answer(
            page,
            answer,
            f" (leaves it open, and is not counted; {count_words(len(answer.closes), 'question')} settled)",
        )
    tried = [word for answer in datum.unsettled for word in answer.tried]
    if rest := [word for word in datum.undecided if word not in tried]:
        page.add(f"An answer of {' or '.join(rest)} leaves it open, and is not counted.", 4, 2, "dim")


def _condition(answer: Answer) -> str:
    """The answers of a group: "if yes", "if less than 24 h ago (for example …)", "if, for example, 13 kg"."""
    if answer.words.startswith(EXAMPLE):
        return f"if, for example, {value_words(answer.tried[0])}"
    example = f" ({EXAMPLE}{value_words(answer.tried[0])})" if answer.words not in answer.tried else ""
    words = " or ".join(FLAGS.get(word, word) for word in answer.words.split(" or "))
    return f"if {sentence_words(words)}{'' if ' or ' in words else example}"


def _answer(page: Sheet, answer: Answer, note: str = "") -> None:
    lead = f"{_condition(answer)}{note}"
    effects = [effect for effect in answer.effects if effect.before != effect.after]
    same = [effect for effect in answer.effects if effect.before == effect.after]
    if not answer.effects:
        closed = f"; {count_words(len(answer.closes), 'question')} settled" if answer.closes and not note else ""
        page.add(f"{lead}: no line changes{closed}", 4, 2)
        return
    page.add(f"{lead}:", 4, 2)
    sampled = bool(answer.amounts_of) and not answer.words.startswith(EXAMPLE)
    for after, titles in _together(effects, sampled).items():
        page.add(f"{sentence_words(after)} — {'; '.join(titles)}", 6, 2)
    kinds: dict[str, list[str]] = {}
    for effect in same:
        names = [kind_words(name) for name in effect.aspects if name.partition(".")[0] not in BEHIND]
        kinds.setdefault(", ".join(dict.fromkeys(names)), []).append(_title(effect))
    for aspects, titles in kinds.items():
        said = f"says the same, but for {aspects}" if aspects else "says the same, on other evidence"
        page.add(f"{said} — {'; '.join(titles)}", 6, 2)


def _together(effects: list[Effect], sampled: bool) -> dict[str, list[str]]:
    """Lines by what they say then; ``sampled`` says that their doses are those of one of the answers."""
    found: dict[str, list[str]] = {}
    for effect in effects:
        after = effect.after if effect.what != "disappeared" else "does not hold"
        if sampled and any(name.partition(".")[0] == "dose" for name in effect.aspects):
            heading, colon, doses = after.partition(": ")
            after = f"{heading}{colon}{EXAMPLE if doses[:1].isdigit() else ''}{doses}"
        found.setdefault(after, []).append(_title(effect))
    return found


def _title(effect: Effect) -> str:
    return sentence_words(effect.text or effect.name).rstrip(".")


def _questions(page: Sheet, questions: tuple[Question, ...], labels: Mapping[str, str]) -> None:
    """The questions for which one datum is not enough."""
    several = [question for question in questions if question.needs == "several"]
    more = [question for question in questions if question.needs == "more"]
    if several or more:
        page.heading("no datum settles these by itself, whatever the answer is", "(a single answer may, as said above)")
    by_sets: dict[str, list[str]] = {}
    for question in several:
        sets = " or ".join(" with ".join(labels.get(path, path) for path in data) for data in question.together)
        by_sets.setdefault(sets, []).append(sentence_words(question.text).rstrip("."))
    for sets, titles in by_sets.items():
        page.add(f"• {sets}: {'; '.join(titles)}", 1, 4)
    if more:
        titles = [sentence_words(question.text).rstrip(".") for question in more]
        page.add(f"• more than three data: {'; '.join(titles)}", 1, 4)
