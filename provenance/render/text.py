"""The advice page: what to do first, why not the rest next, what it rests on last. Readable without colour.

The order is that of the design, section 6: banner, consider now, then, missing data, not supported now, watch (and the
other sections that the vocabulary declares), where the sources pull apart, basis and limits, inputs used and not used.
"""

from __future__ import annotations

from engine.model.advice import Advice, Statement
from engine.model.knowledge import KnowledgeBase
from provenance.render.basis import Basis
from provenance.render.layout import Sheet
from provenance.render.naming import Names
from provenance.render.oppositions import Opposed
from provenance.render.options import Options, nothing_in, statement_notes
from provenance.render.questions import Questions
from provenance.render.silence import silence, silent_sections
from provenance.render.wording import sentence_words, time_words

DEFAULT_WIDTH = 100


def page(advice: Advice, knowledge: KnowledgeBase, width: int = DEFAULT_WIDTH, words: str = "considered") -> Sheet:
    """The page of an advice, at ``width`` characters; ``knowledge`` supplies the words for its terms.

    Below it stand the words of the facts and readings behind what is to be considered, behind every line (``words``
    "all"), or no words ("none").
    """
    return _Page(advice, knowledge, width, words).made()


class _Page:
    def __init__(self, advice: Advice, knowledge: KnowledgeBase, width: int, words: str) -> None:
        self.words = words
        self.advice = advice
        self.knowledge = knowledge
        self.sheet = Sheet(width)
        self.names = Names(advice, knowledge)
        self.options = Options(self.names, self.sheet)
        self.questions = Questions(self.names, self.options)
        self.about_data = silent_sections(knowledge)

    def made(self) -> Sheet:
        """The whole page."""
        self.banner()
        if self.names.key_types:
            self.consider()
            self.then()
        considered = set(self.names.used)
        self.missing()
        if self.names.key_types:
            self.not_supported()
        self.sections()
        Opposed(self.names, self.sheet).section()
        self.basis(considered | self.pulling())
        return self.sheet

    def pulling(self) -> set[str]:
        """The facts of what pulls apart: their words stand below the page with those of what is to be considered."""
        return {fact for opposition in self.advice.opposed for fact in opposition.facts}

    def banner(self) -> None:
        """What this is, of whom it speaks, and that nobody reviewed it."""
        knowledge = self.advice.knowledge
        self.sheet.add(knowledge.title.upper(), style="bold")
        title = str(self.advice.case.get("title", "") or "")
        self.sheet.add(f"{title or 'A case without a title'} · as of {time_words(self.advice.as_of)}", style="bold")
        self.sheet.add(self.advice.notice, hang=0, style="yellow")
        self.sheet.rule()

    # Options ---------------------------------------------------------------------------------------------------------

    def consider(self) -> None:
        """What the sources support now, with doses; what the sources do not address stands beside them."""
        self.sheet.heading("Consider now")
        now = [
            standing
            for standing in self.options.under("advised", "provisional")
            if not self.options.comes_next(standing)
        ]
        self.options.block(now)
        if not now:
            self.sheet.add("nothing that the admitted sources support", 1)
        self.options.unresolved()
        self.options.completed()
        self.not_addressed(bool(now))

    def then(self) -> None:
        """What the sources let follow."""
        following = [
            standing for standing in self.options.under("advised", "provisional") if self.options.comes_next(standing)
        ]
        if following:
            self.sheet.heading("Then")
            self.options.block(following)
        elif self.options.can_follow:
            self.sheet.empty("Then", f"no later {self.names.amount_word} is stated for this case")

    def not_supported(self) -> None:
        """What the sources do not support now; never a reason to stop."""
        title = "Not supported now, and why"
        if self.options.under("not-supported-now"):
            self.sheet.heading(title, "(this is no advice to stop anything)")
            self.options.not_supported()
        else:
            self.sheet.empty(title, "nothing")

    def not_addressed(self, doses: bool) -> None:
        """Data on which the sources are silent, beside the doses that they might change."""
        told, cited = silence(self.names)
        if told:
            lead = "The sources say nothing on these" + (
                f", and no {self.names.amount_word} above takes them into account" if doses else ""
            )
            self.sheet.add(f"! {lead}: {told}", 1, 4, "bold", cited)

    # What is open ----------------------------------------------------------------------------------------------------

    def missing(self) -> None:
        """Data that would settle an open question, with what each would settle."""
        groups, rest = self.questions.groups, self.questions.rest
        title = "Missing data that would change this"
        if not groups and not rest:
            self.sheet.empty(title, "nothing")
            return
        self.sheet.heading(title, "(and what each would settle)")
        for sets, entries in groups.items():
            settled = self.questions.settled(entries)
            if len(settled) == 1:
                self.sheet.add(f"• {self.questions.wanted(sets)} — {settled[0]}", 1, 4)
            else:
                self.sheet.add(f"• {self.questions.wanted(sets)}", 1)
                for text in settled:
                    self.sheet.add(text, 5)
        for reasons, members in self.options.by_reason(rest).items():
            self.sheet.add(f"• Open because {reasons} — {self.options.listing(members)}", 1)

    # Sections of the vocabulary --------------------------------------------------------------------------------------

    def sections(self) -> None:
        """What to watch, and every other section that the vocabulary declares, in its order."""
        declared = dict.fromkeys(
            kind.section for kind in self.knowledge.vocabulary.conclusions.values() if kind.section
        )
        for section in declared:
            if section in self.about_data:
                continue
            shown = [entry for entry in self.advice.sections.get(section, ()) if entry.value in ("true", "provisional")]
            if shown:
                self.sheet.heading(section.replace("-", " "))
            else:
                self.sheet.empty(section.replace("-", " "), nothing_in(self.advice, section))
            for entry in shown:
                self.statement(entry)

    def statement(self, entry: Statement) -> None:
        """A conclusion as a sentence, with its notes and its facts."""
        notes = statement_notes(entry, self.names)
        said = sentence_words(entry.text)
        extra = "; ".join(notes)
        lead = "PROVISIONAL: " if entry.value == "provisional" else ""
        self.sheet.add(
            f"• {lead}{said}{f' — {extra}' if extra else ''}",
            1,
            end=self.names.cited(entry.claims, entry.readings, entry.unreviewed),
        )

    def basis(self, considered: set[str]) -> None:
        """What the page rests on, the account of the case, and on a second sheet the words themselves."""
        basis = Basis(self.names, self.sheet, self.names.used)
        self.sheet.heading("Basis and limits")
        basis.limits()
        basis.source_list()
        self.sheet.heading("Inputs used and not used")
        basis.inputs()
        self.sheet.rule()
        basis.identity()
        wanted = {"all": self.names.used, "considered": considered, "none": set[str]()}[self.words]
        if wanted:
            pulling = " and what pulls apart" if self.pulling() else ""
            of = "every id of this page" if self.words == "all" else f"what is to be considered{pulling}"
            self.sheet.heading(f"The words behind {of}")
            basis.words(wanted)
