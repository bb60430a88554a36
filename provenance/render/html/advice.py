"""One advice as one file of HTML: what to do first, why not the rest next, what it rests on last; as the text page.

Every line opens to the words it rests on and to its chain. The drawings are laid out by Graphviz; where it is not
installed the page says so, and is whole but for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.model.advice import Input, Standing
from engine.model.case import Case
from engine.reviewed import Reviewed
from provenance.graph import graph_of
from provenance.grounds import Grounds
from provenance.model.picture import Picture
from provenance.render.basis import accounted_for, value_or_note
from provenance.render.dot import dot, legend
from provenance.render.html.cards import Card, card
from provenance.render.html.entries import Entries, Entry
from provenance.render.html.page import anchor, rendered
from provenance.render.html.pulling import Pulling, could_pull, pulling
from provenance.render.layout import Sheet
from provenance.render.leaves import file_of
from provenance.render.naming import Names, ordered
from provenance.render.options import Options, nothing_in
from provenance.render.picture import picture
from provenance.render.questions import Questions
from provenance.render.silence import silence, silent_sections
from provenance.render.svg import embedded, is_installed, laid_out, text
from provenance.render.wording import time_words, value_words


@dataclass(frozen=True)
class Group:
    """Lines under one heading; ``title`` is "" where a line stands alone."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Section:
    """A part of the page. ``empty`` is said where it holds nothing; ``asked`` are data with what each would settle."""

    place: str
    title: str
    remark: str
    groups: tuple[Group, ...]
    empty: str = ""
    notes: tuple[str, ...] = ()
    asked: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class Drawing:
    """A drawing of what some lines rest on; ``place`` is that of the line, "" for the drawing of everything."""

    id: str
    title: str
    place: str
    svg: str


@dataclass(frozen=True)
class SourceRow:
    """A source of the page: where it stands, and what rests on it."""

    place: str
    id: str
    name: str
    doubt: str
    known: str
    standing: str
    cited_for: tuple[str, ...]
    read_in: tuple[str, ...]


@dataclass(frozen=True)
class InputRow:
    """One datum of the case, with the titles of the rules that read it."""

    label: str
    value: str
    notes: str
    rules: tuple[str, ...]


def advice_page(grounds: Grounds, case: Case | None = None, drawn: bool = True) -> str:
    """The page of an advice; without the drawings where Graphviz is missing or they are not wanted.

    Raises `Refused` where Jinja2 is not installed.
    """
    return _Page(grounds, case).made(drawn and is_installed())


class _Page:
    def __init__(self, grounds: Grounds, case: Case | None) -> None:
        self.grounds = grounds
        self.advice = grounds.advice
        self.knowledge = grounds.knowledge
        self.names = Names(grounds.advice, grounds.knowledge)
        self.options = Options(self.names, Sheet())
        self.case = case
        self.file = file_of(case) if case else ""
        self.entries = Entries(grounds, self.names, self.options, case)
        self.rules = {rule.id: rule.title for rule in self.advice.rules}

    def made(self, drawn: bool) -> str:
        """The whole page."""
        sections = [*self.consider(), self.not_supported(), *self.declared()]
        missing = self.missing()
        entries = [
            entry
            for section in (*sections[:2], missing, *sections[2:])
            for group in section.groups
            for entry in group.entries
        ]
        apart = pulling(self.grounds, self.names, self.case)
        cards = self.cards(entries, apart)
        accounted = accounted_for(self.advice)
        content: dict[str, object] = {
            "advice": self.advice,
            "knowledge": self.advice.knowledge,
            "title": str(self.advice.case.get("title", "") or "A case without a title"),
            "as_of": time_words(self.advice.as_of),
            "sections": [*sections[:2], missing, *sections[2:]],
            "pulling": apart,
            "could_pull": could_pull(self.grounds),
            "limits": self.advice.limits,
            "sources": self.sources(cards),
            "inputs": [
                (caption, [self.datum(given) for given in these], caption == "Used")
                for caption, these in (
                    ("Used", accounted.used),
                    ("Asked for by rules, and not used", accounted.refused),
                    ("No rule used these", accounted.unread),
                )
                if these or caption != "Asked for by rules, and not used"
            ],
            "file": self.file,
            "cards": cards,
            "entries": entries,
            "relying": self.relying(entries),
            "drawings": self.drawings(entries) if drawn else (),
            "legend": text(laid_out([legend()])[0]) if drawn else "",
        }
        return rendered("advice.html.jinja", content, {id_: one.place for id_, one in cards.items()})

    # What is advised -------------------------------------------------------------------------------------------------

    def consider(self) -> list[Section]:
        """What the sources support now, and what they let follow."""
        advised = self.options.under("advised", "provisional")
        following = [standing for standing in advised if self.options.comes_next(standing)]
        now = [standing for standing in advised if standing not in following]
        nothing = "" if now else "Nothing that the admitted sources support."
        sections = [Section("now", "Consider now", "", self.grouped(now), nothing, self.beside(bool(now)))]
        if self.options.can_follow:
            nothing = "" if following else f"No later {self.names.amount_word} is stated for this case."
            sections.append(Section("then", "Then", "", self.grouped(following), nothing))
        return sections

    def grouped(self, standings: Iterable[Standing]) -> tuple[Group, ...]:
        """Options by the rest of their keys; several of one group are said to be in no order."""
        found = []
        for title, members in self.options.groups(standings):
            name = self.names.subject if title else self.names.key_words
            found.append(Group(title, tuple(self.entries.option(standing, name(standing)) for standing in members)))
        return tuple(found)

    def beside(self, doses: bool) -> tuple[str, ...]:
        """What is unresolved, what is complete, and on what the sources are silent."""
        sheet = Sheet()
        options = Options(self.names, sheet)
        options.unresolved()
        options.completed()
        told, cited = silence(self.names)
        if told:
            lead = "The sources say nothing on these" + (
                f", and no {self.names.amount_word} above takes them into account" if doses else ""
            )
            sheet.add(f"{lead}: {told} {cited}")
        return tuple(said for _, said in sheet.paragraphs)

    def not_supported(self) -> Section:
        """What the sources do not support now, by reason; what was asked for comes first."""
        standings = sorted(self.options.under("not-supported-now"), key=lambda standing: not standing.requested)
        groups = tuple(
            Group(
                f"{reasons[:1].upper()}{reasons[1:]}",
                tuple(self.entries.option(one, self.names.key_words(one), advised=False) for one in members),
            )
            for reasons, members in self.options.by_reason(standings).items()
        )
        remark = "This is no advice to stop anything." if groups else ""
        return Section("not-now", "Not supported now, and why", remark, groups, "" if groups else "Nothing.")

    def declared(self) -> list[Section]:
        """What to watch, and every other section that the vocabulary declares."""
        kinds = self.knowledge.vocabulary.conclusions.values()
        silent = silent_sections(self.knowledge)
        found = []
        for name in dict.fromkeys(kind.section for kind in kinds if kind.section and kind.section not in silent):
            shown = [one for one in self.advice.sections.get(name, ()) if one.value in ("true", "provisional")]
            title = name.replace("-", " ")
            groups = (Group("", tuple(map(self.entries.statement, shown))),) if shown else ()
            empty = "" if shown else f"{nothing_in(self.advice, name).capitalize()}."
            found.append(Section(anchor("section", name), f"{title[:1].upper()}{title[1:]}", "", groups, empty))
        return found

    # What is open ----------------------------------------------------------------------------------------------------

    def missing(self) -> Section:
        """Data that would settle an open question, and every option that is open."""
        questions = Questions(self.names, self.options)
        asked = [
            (questions.wanted(sets), tuple(questions.settled(entries))) for sets, entries in questions.groups.items()
        ]
        groups = tuple(
            Group(
                f"Open because {reasons}",
                tuple(self.entries.option(one, self.names.key_words(one), advised=False) for one in members),
            )
            for reasons, members in self.options.by_reason(self.options.under("undetermined")).items()
        )
        remark = "Each with what it would settle." if asked else ""
        empty = "" if asked or groups else "Nothing."
        return Section("missing", "Missing data that would change this", remark, groups, empty, (), tuple(asked))

    # What it rests on ------------------------------------------------------------------------------------------------

    def cards(self, entries: Iterable[Entry], apart: Iterable[Pulling]) -> dict[str, Card]:
        """The words of every fact that the page names, and of every other that the advice records."""
        wanted = self.names.used | {fact.id for fact in self.advice.facts}
        for entry in entries:
            wanted |= {row.told.name for row in entry.chain.rows if row.told.kind in ("fact", "reading")}
            wanted |= {fact for fact, _ in entry.beside}
        for one in apart:
            wanted |= {row.told.name for row in one.chain.rows if row.told.kind in ("fact", "reading")}
            wanted |= {fact for side in one.sides for fact in side.words}
        reviewed = Reviewed(self.knowledge)
        return {id_: card(self.knowledge, id_, reviewed) for id_ in ordered(wanted) if id_ in self.knowledge.facts}

    def sources(self, cards: Mapping[str, Card]) -> tuple[SourceRow, ...]:
        """The sources of these cards, those that are read in before those that are cited."""
        found: dict[str, SourceRow] = {}
        for citation in (one for shown in cards.values() for one in (shown.read_in, *shown.cited)):
            found.setdefault(
                citation.id,
                SourceRow(
                    citation.place,
                    citation.id,
                    f"{citation.name} ({self.knowledge.sources[citation.id].kind})",
                    citation.doubt,
                    citation.known,
                    citation.standing,
                    tuple(id_ for id_, one in cards.items() if citation.id in {cited.id for cited in one.cited}),
                    tuple(id_ for id_, one in cards.items() if citation.id == one.read_in.id),
                ),
            )
        return tuple(found[name] for name in ordered(found))

    def relying(self, entries: Iterable[Entry]) -> dict[str, tuple[tuple[str, str], ...]]:
        """For every fact the lines whose chain it stands in, as places and titles."""
        found: dict[str, dict[tuple[str, str], None]] = {}
        for entry in entries:
            facts = {row.told.name for row in entry.chain.rows if row.told.kind in ("fact", "reading")}
            for fact in {*facts, *entry.words, *entry.readings}:
                found.setdefault(fact, {})[(entry.place, entry.title)] = None
        return {fact: tuple(lines) for fact, lines in found.items()}

    def datum(self, given: Input) -> InputRow:
        """One datum with its value and notes."""
        value = {"true": "yes", "false": "no"}.get(given.text) or value_words(self.names.word(given.text))
        rules = tuple(self.rules.get(rule) or self.title(rule) for rule in given.rules)
        return InputRow(self.names.datum(given.path), value, "; ".join(map(value_or_note, given.notes)), rules)

    def title(self, rule: str) -> str:
        """A rule's title, whether it fired or not."""
        declared = self.knowledge.rules.get(rule)
        return declared.title if declared else rule

    # Drawings --------------------------------------------------------------------------------------------------------

    def drawings(self, entries: Iterable[Entry]) -> tuple[Drawing, ...]:
        """What each line rests on that is not ruled out, and what all of them do; one run of Graphviz draws them."""
        lines = [entry for entry in entries if entry.value != "false"]
        everything = tuple(dict.fromkeys(name for entry in lines for name in entry.conclusions))
        wanted = [("Everything that is advised or open", "", everything)]
        wanted += [(self.full_title(entry), entry.place, entry.conclusions) for entry in lines]
        places = {f"conclusion:{name}": entry.place for entry in lines for name in entry.conclusions}
        prefixes = [f"d{number}." for number in range(len(wanted))]
        graph = graph_of(self.grounds)
        pictures = [picture(self.grounds, conclusions, graph=graph) for _, _, conclusions in wanted]
        elements = laid_out(
            [
                dot(one, legend=False, links=self.links(one, places), prefix=prefix)
                for one, prefix in zip(pictures, prefixes, strict=True)
            ]
        )
        return tuple(
            Drawing(f"drawing-{prefix[:-1]}", title, place, embedded(one, element, prefix))
            for (title, place, _), one, element, prefix in zip(wanted, pictures, elements, prefixes, strict=True)
        )

    def full_title(self, entry: Entry) -> str:
        """What a line is called where it stands alone."""
        standing = next((one for one in self.advice.options if self.names.atom(one) == entry.conclusions[0]), None)
        return self.names.key_words(standing) if standing else entry.title

    def links(self, shown: Picture, places: Mapping[str, str]) -> dict[str, str]:
        """Where the boxes of a picture lead to: words, sources and the lines of the page."""
        found = {}
        for box in shown.boxes:
            kind, _, name = box.nodes[0].partition(":")
            if kind in ("fact", "interpretation"):
                found[box.id] = f"#{anchor('quote', name)}"
            elif kind == "source":
                found[box.id] = f"#{anchor('source', name)}"
            elif box.nodes[0] in places and not box.asked:
                found[box.id] = f"#{places[box.nodes[0]]}"
        return found
