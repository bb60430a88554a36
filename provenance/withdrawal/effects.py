"""What a withdrawal does to each line of an advice, as one word: the first of `EFFECTS` that applies.

What stands is what is advised, if only provisionally, and what is concluded. A line that is there in one advice alone
is compared with a line that does not stand. Conclusions that no line shows are lines of their own, so that nothing that
falls is hidden by what survives it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.model.advice import Advice, Certainty, Dose, FiringRecord, Opposition, Standing, Statement
from provenance.comparison.lines import VALUES, ItemNames, opposition_title, option_said, outcome
from provenance.comparison.proofs import Key, Proofs, below
from provenance.grounds import Grounds
from provenance.model.withdrawal import Carried, Effect, LineEffect, Tally, Way
from provenance.render.grades import certainty_words
from provenance.render.naming import Names

EFFECTS: tuple[Effect, ...] = ("appeared", "fell", "standing", "dose", "certainty", "reasons", "basis", "proof")
"""From the most dangerous (what was held back stands now) to what changes no word."""
STANDING = ("advised", "provisional")
NOT_NAMED = "named by no claim"
NAMED_ELSEWHERE = "told in the lines of its claims"
"""Of an option that stands by itself only where no claim names it: where claims do, they have lines of their own."""


@dataclass(frozen=True)
class View:
    """One line of one advice, apart by what may change of it; ``stands`` as the words above say."""

    line: str
    name: str
    text: str
    section: str
    said: str
    stands: bool
    standing: object
    dose: object = ()
    certainty: object = ()
    reasons: object = ()
    basis: object = ()
    sure: str = ""
    roots: tuple[str, ...] = ()

    @property
    def identity(self) -> tuple[str, str]:
        """What is the same of a line in two advices; a conclusion may be shown as a statement in one of them alone."""
        return ("conclusion" if self.line == "statement" else self.line), self.name

    def told(self, effect: Effect) -> str:
        """The line in short, with its certainty or the lack of a dose where that is what changes."""
        more = self.sure if effect == "certainty" else "no dose" if effect == "dose" and not self.dose else ""
        return f"{self.said}, {more}" if more else self.said

    def absent(self, said_of_option: str) -> View:
        """The line where an advice does not have it."""
        said = {"option": said_of_option, "opposition": "not there"}.get(self.line, VALUES["false"])
        standing = "false" if self.line in ("statement", "conclusion") else ""
        return View(self.line, self.name, self.text, self.section, said, False, standing)


def line_effects(before: Grounds, after: Grounds) -> tuple[tuple[LineEffect, ...], int]:
    """The lines that differ, the most dangerous first, and how many do not."""
    old, new = _views(before), _views(after)
    chains = _Chains(before, after)
    found = []
    names = list(dict.fromkeys((*new, *old)))
    for name in names:
        one, other = old.get(name), new.get(name)
        first = one or (other.absent(_unnamed(other, old)) if other else None)
        second = other or (one.absent(f"{NOT_NAMED} any more") if one else None)
        assert first is not None
        assert second is not None
        effect = _effect(first, second) or ("proof" if chains.differ((*second.roots, *first.roots)) else None)
        if effect is not None:
            shown = first if other is None or (first.section and not other.section) else other
            found.append(
                LineEffect(
                    line=shown.line,  # type: ignore[arg-type]
                    name=shown.name,
                    text=shown.text,
                    section=shown.section,
                    effect=effect,
                    before=first.told(effect),
                    after=second.told(effect),
                    carried=tuple(chains.carried(second.roots)) if second.stands and first.stands else (),
                )
            )
    found.sort(key=lambda entry: EFFECTS.index(entry.effect))
    return tuple(found), len(names) - len(found)


def is_said(line: LineEffect | Tally) -> bool:
    """Whether an effect is on what an advice says: not only on what it cites, or how it is proven."""
    return line.line != "conclusion" and line.effect not in ("basis", "proof")


def _unnamed(view: View, before: Iterable[tuple[str, str]]) -> str:
    """Why an option had no line of its own before."""
    elsewhere = any(line == view.line and name.startswith(f"{view.name}, ") for line, name in before)
    return NAMED_ELSEWHERE if elsewhere else NOT_NAMED


def _effect(before: View, after: View) -> Effect | None:
    if before.stands != after.stands:
        return "appeared" if after.stands else "fell"
    parts: tuple[tuple[Effect, Callable[[View], object]], ...] = (
        ("standing", lambda view: view.standing),
        ("dose", lambda view: view.dose),
        ("certainty", lambda view: view.certainty),
        ("reasons", lambda view: view.reasons),
        ("basis", lambda view: view.basis),
    )
    return next((effect for effect, part in parts if part(before) != part(after)), None)


# Lines ---------------------------------------------------------------------------------------------------------------


def _views(grounds: Grounds) -> dict[tuple[str, str], View]:
    """Every line of an advice, options first, and then the conclusions that none of them shows."""
    advice, names = grounds.advice, Names(grounds.advice, grounds.knowledge)
    found = [_option(standing, names, grounds) for standing in advice.options]
    found += [_statement(entry, name, grounds) for name, entries in advice.sections.items() for entry in entries]
    found += [_opposition(entry) for entry in advice.opposed]
    shown = {root for view in found for root in view.roots}
    found += [_conclusion(name, advice) for name in _unshown(grounds, shown)]
    return {view.identity: view for view in found}


def _option(standing: Standing, names: Names, grounds: Grounds) -> View:
    key = tuple(standing.key.values())
    relation = grounds.vocabulary.headings.conclusion
    dose = grounds.vocabulary.headings.dose
    roots = [f"{relation}({', '.join(key)})"]
    roots += [name for name in grounds.advice.values if dose and name.startswith(f"{dose}({', '.join(key)}, ")]
    provisional, stands = standing.heading == "provisional", standing.heading in STANDING
    return View(
        "option",
        ", ".join(key),
        names.key_words(standing),
        "",
        option_said(standing),
        stands,
        (("advised" if provisional else standing.heading), standing.running, standing.unresolved, standing.requested),
        tuple(map(_dose, standing.doses)),
        (provisional, standing.modality, standing.status, _grade(standing.certainty)) if stands else (),
        (standing.reason, tuple((reason.code, reason.kind) for reason in standing.reasons), standing.marks),
        (
            standing.modality,
            standing.certainty,
            standing.designs,
            standing.beside,
            standing.assumed,
            standing.populations,
            standing.evidence_levels,
            *_cited(grounds, standing.claims, standing.readings),
        ),
        f"{f'read as “{standing.modality}”, ' if standing.modality else ''}{certainty_words(standing.certainty)}",
        tuple(roots),
    )


def _dose(dose: Dose) -> object:
    """What a dose says, but for what it rests on."""
    said = dose.model_dump(exclude={"evidence", "facts", "readings", "steps", "text"})
    return tuple(sorted((name, repr(value)) for name, value in said.items()))


def _grade(certainty: Certainty) -> object:
    """How sure a line is, whatever sets it."""
    return certainty.status, certainty.grade, certainty.at_most


def _cited(grounds: Grounds, *facts: tuple[str, ...]) -> Iterator[object]:
    """Facts that are cited, each with the sources that it is attributed to and that stand."""
    known = grounds.knowledge
    for id_ in dict.fromkeys(fact for some in facts for fact in some):
        yield id_, tuple(name for name in known.facts[id_].cites if known.sources[name].standing == "current")


def _statement(statement: Statement, section: str, grounds: Grounds) -> View:
    stands = statement.value in ("true", "provisional")
    return View(
        "statement",
        statement.conclusion,
        statement.text,
        section,
        VALUES[statement.value],
        stands,
        "stands" if stands else statement.value,
        (),
        (statement.value, _grade(statement.certainty)) if stands else (),
        statement.annotations,
        (
            statement.assumed,
            statement.populations,
            statement.certainty,
            statement.designs,
            *_cited(grounds, statement.claims, statement.readings),
        ),
        certainty_words(statement.certainty),
        (statement.conclusion,),
    )


def _opposition(entry: Opposition) -> View:
    name = " ".join((entry.name, *entry.about.values())).strip()
    words = opposition_title(entry) or " and ".join(entry.facts)
    return View("opposition", name, words, "", outcome(entry), True, entry.settled_by, (), (), (), entry)


def _conclusion(name: str, advice: Advice) -> View:
    value = advice.values[name]
    stands = value in ("true", "provisional")
    standing = "stands" if stands else value
    return View("conclusion", name, "", "", VALUES[value], stands, standing, (), (value,) * stands, roots=(name,))


def _unshown(grounds: Grounds, shown: set[str]) -> Iterator[str]:
    """The conclusions of declared kinds that no line shows; what lies between arguments and options is not one."""
    declared = grounds.vocabulary.conclusions
    for name, atom in grounds.atoms.items():
        if atom.relation in declared and name not in shown and name in grounds.advice.values:
            yield name


# Proofs --------------------------------------------------------------------------------------------------------------


class _Chains:
    """The firings of both advices by content, and where in the chain of a line some are gone or new."""

    def __init__(self, before: Grounds, after: Grounds) -> None:
        self.before = before
        self.after = after
        self.old, self.new = Proofs(before, ItemNames(before)), Proofs(after, ItemNames(after))
        self.names = {
            name
            for name in {*self.old.ways, *self.new.ways}
            if _keys(self.old.ways.get(name, {})) != _keys(self.new.ways.get(name, {}))
        }

    def differ(self, roots: Iterable[str]) -> bool:
        """Whether some conclusion in the chains of these is drawn in other ways."""
        return bool(self.names) and not self.names.isdisjoint(below(roots, self.old, self.new))

    def carried(self, roots: Iterable[str]) -> Iterator[Carried]:
        """The conclusions on the way to these that lost a firing and still hold, and what draws them now."""
        for name in below(roots, self.old, self.new) if self.names else ():
            if name not in self.names:
                continue
            old, new = self.old.ways.get(name, {}), self.new.ways.get(name, {})
            lost = [firing for key, firing in old.items() if key not in new]
            value = self.after.advice.values.get(name, "false")
            left = [firing for firing in new.values() if firing.value == value]
            if lost and left and any(way.facts for way in (*_ways(lost, self.before), *_ways(left, self.after))):
                yield Carried(conclusion=name, lost=_ways(lost, self.before), by=_ways(left, self.after))


def _keys(ways: Mapping[Key, FiringRecord]) -> set[object]:
    return {(key, firing.value) for key, firing in ways.items()}


def _ways(firings: Iterable[FiringRecord], grounds: Grounds) -> tuple[Way, ...]:
    """Firings by rule and facts, each once."""
    found: dict[Way, None] = {}
    for firing in firings:
        facts = dict.fromkeys((*grounds.evidence(firing), *grounds.warrants(firing.rule)))
        found[Way(rule=firing.rule, facts=tuple(facts))] = None
    return tuple(found)
