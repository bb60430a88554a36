"""Lines of plain text with hanging indents, wrapped at a width; styles stand beside the text and are never needed."""

from __future__ import annotations

from dataclasses import dataclass, field
from textwrap import wrap

NARROWEST, WIDEST = 60, 120


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line; ``style`` is a rich style, for terminals that have one."""

    text: str
    style: str = ""


@dataclass(slots=True)
class Sheet:
    """A page under construction. ``width`` is in characters, kept between 60 and 120.

    ``lines`` are what is printed; ``paragraphs`` the same before it was wrapped, each with its indent.
    """

    width: int = 100
    lines: list[Line] = field(default_factory=list)
    paragraphs: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.width = min(max(self.width, NARROWEST), WIDEST)

    def add(self, text: str, indent: int = 0, hang: int = 2, style: str = "", end: str = "") -> None:
        """A paragraph, wrapped; all but its first line hang. ``end`` (fact ids) stays in one piece where it can."""
        whole = f"{text} {end.replace(' ', chr(0xA0))}" if end and len(end) < self.width // 2 else f"{text} {end}"
        self.paragraphs.append((indent, " ".join(f"{text} {end}".split())))
        first, rest = " " * indent, " " * (indent + hang)
        pieces = wrap(
            whole.strip(),
            self.width,
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
        self.lines.extend(Line(piece.replace("\xa0", " "), style) for piece in pieces)

    def line(self, text: str, style: str = "") -> None:
        """A line as it is, of a table that was wrapped by itself."""
        self.paragraphs.append((0, " ".join(text.split())))
        self.lines.append(Line(text, style))

    def heading(self, text: str, remark: str = "") -> None:
        """The heading of a section, in capitals so that it stands out without colour; its remark is not."""
        if self.lines and self.lines[-1].text:
            self.gap()
        self.add(f"{text.upper()}  {remark}".strip(), style="bold")

    def empty(self, text: str, remark: str) -> None:
        """A section in which there is nothing to say, in one line."""
        self.heading(text, f"— {remark}")

    def rule(self) -> None:
        """A line across the page."""
        self.lines.append(Line("─" * self.width, "dim"))

    def gap(self) -> None:
        """An empty line."""
        self.lines.append(Line(""))

    def text(self) -> str:
        """The page as plain text, with a line break at its end."""
        return "\n".join(line.text.rstrip() for line in self.lines) + "\n"
