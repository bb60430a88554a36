"""A picture as a DOT text for Graphviz: kinds told apart by shape and words as well as colour.

The text depends on the picture alone. Colours are after Okabe and Ito (Color Universal Design, 2008), tinted so that
text in black has a contrast of more than 4.5 to 1 on each; values are told by words and by the box's outline.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from textwrap import wrap
from urllib.parse import quote

from provenance.model.picture import Box, BoxKind, Line, LineKind, Picture

FONT = "DejaVu Sans,Verdana,Geneva,sans-serif"
"""DejaVu Sans and Verdana have the same widths: boxes that were laid out with the one fit the other."""
INK, FAINT, PAPER = "#1a1a1a", "#5c5c5c", "#ffffff"
TITLE_WIDTH, TEXT_WIDTH = 40, 48
"""Characters to a line: of a box's title, which is bold, and of its text, which is smaller."""
FEW = 45
"""So many boxes are drawn from top to bottom, as a page is read; more, which would grow wide, from left to right."""

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 text may hold."""


@dataclass(frozen=True, slots=True)
class Look:
    """How one kind of box is drawn, and what a legend calls it."""

    shape: str
    fill: str
    outline: str
    called: str
    style: str = "filled"


LOOKS: Mapping[BoxKind, Look] = {
    "conclusion": Look("box", "#d7e9f7", "#0b4f8a", "conclusion", "filled,rounded"),
    "rule": Look("cds", "#f4f4f4", "#3d3d3d", "rule that drew it"),
    "absent": Look("box", PAPER, "#5c5c5c", "what would have ruled it out", "filled,dashed"),
    "datum": Look("cylinder", "#d5f0e4", "#00664b", "data of the case"),
    "default": Look("tab", PAPER, "#00664b", "a stated default", "filled,dashed"),
    "quantity": Look("box3d", "#f3e3ee", "#7a2e5f", "computed quantity"),
    "fact": Look("note", "#fff3c4", "#6b5200", "statement, in its document's words"),
    "interpretation": Look("component", "#fde3d3", "#943800", "reading of the editors"),
    "source": Look("folder", "#e4e4e4", "#3d3d3d", "source that it is attributed to"),
}
_VALUES = {"true": "", "provisional": "dashed", "unknown": "dotted", "false": "dotted"}
_ARROWS: Mapping[LineKind, Mapping[str, str]] = {
    "drawn-by": {"penwidth": "1.8"},
    "reads": {},
    "unless": {"style": "dashed", "arrowhead": "tee"},
    "assumes": {"style": "dotted"},
    "computes": {},
    "rests-on": {},
    "warranted-by": {"arrowhead": "odiamond"},
    "read-under": {"arrowhead": "odiamond"},
    "attributed-to": {"arrowhead": "vee", "color": FAINT},
}
LEGEND = (
    "Arrows lead from a conclusion to what it rests on.",
    "A diamond: it warrants the rule or the reading.",
    "Dashes and a bar, “unless”: it must not hold.",
    "f12 on an arrow: of the firings that share a rule's",
    "box, only f12 has this evidence; each suffices alone.",
)
_LEGEND_VALUES = (
    ("true", "it holds"),
    ("provisional", "it holds in spite of a gap"),
    ("unknown", "data are missing"),
    ("false", "it does not hold"),
)


def dot(picture: Picture, legend: bool = True, links: Mapping[str, str] | None = None, prefix: str = "") -> str:
    """The DOT text of a picture.

    ``links`` are the places of the page that boxes lead to (``#quote-G07``), by their ids. ``prefix`` stands before
    every id of the drawing, so that several drawings can share a page.
    """
    down = len(picture.boxes) <= FEW
    writer = _Writer(prefix, links or {}, down)
    lines = writer.opening()
    lines += [writer.box(box) for box in picture.boxes]
    lines += [writer.line(line) for line in picture.lines]
    if legend:
        lines += writer.legend({box.kind for box in picture.boxes}, cluster=True)
    return "\n".join([*lines, "}", ""])


def legend(prefix: str = "legend.") -> str:
    """A drawing of every kind of box and of every value, as a DOT text."""
    writer = _Writer(prefix, {}, down=False)
    return "\n".join([*writer.opening(), *writer.legend(set(LOOKS), cluster=False), "}", ""])


def described(picture: Picture) -> dict[str, str]:
    """Every box of a picture in a sentence, by its id."""
    return {box.id: _plain(box) for box in picture.boxes}


def printable(text: str) -> str:
    """A text without the characters that no XML may hold: each is replaced, so that its place is seen."""
    return _UNPRINTABLE.sub("\ufffd", text)


class _Writer:
    def __init__(self, prefix: str, links: Mapping[str, str], down: bool) -> None:
        self.prefix = prefix
        self.links = links
        self.down = down

    def opening(self) -> list[str]:
        """The attributes of the whole drawing."""
        graph = {
            "id": self.prefix + "picture",
            "rankdir": "TB" if self.down else "LR",
            "ranksep": "0.45",
            "nodesep": "0.16",
            "pad": "0.2",
            "bgcolor": PAPER,
        }
        node = {"fontname": FONT, "fontsize": "11", "fontcolor": INK, "margin": "0.14,0.07"}
        edge = {"fontname": FONT, "fontsize": "9", "fontcolor": INK, "color": "#3d3d3d", "arrowsize": "0.7"}
        return [
            f"digraph {_quoted(self.prefix + 'picture')} {{",
            f"  graph [{_attributes(graph)}];",
            f"  node [{_attributes(node)}];",
            f"  edge [{_attributes(edge)}];",
        ]

    def box(self, box: Box) -> str:
        """One box; an outline of dashes or dots, and the word, where its value is not simply true."""
        look = LOOKS[box.kind]
        style = ",".join(filter(None, dict.fromkeys([*look.style.split(","), _VALUES.get(box.value, "")])))
        faint = not box.support
        fill = PAPER if faint or box.value in ("unknown", "false") else look.fill
        attributes = {
            "id": self.prefix + box.id,
            "class": " ".join(
                filter(None, [box.kind, box.value, "faint" if faint else "", "asked" if box.asked else ""])
            ),
            "shape": look.shape,
            "style": style,
            "fillcolor": fill,
            "color": FAINT if faint else look.outline,
            "penwidth": "3" if box.asked else "1.4",
            "margin": "0.2,0.13" if look.shape == "cds" else "0.14,0.07",
            "tooltip": _plain(box),
        }
        if box.id in self.links:
            attributes["URL"] = quote(self.links[box.id], safe="#")
        return f"  {_quoted(self.prefix + box.id)} [{_attributes(attributes)}, label=<{_label(box, faint)}>];"

    def line(self, line: Line) -> str:
        """One arrow."""
        attributes = {**_ARROWS[line.kind], "class": line.kind}
        if line.label:
            attributes["label"] = line.label
        if not line.support:
            attributes |= {"color": "#9a9a9a", "class": f"{line.kind} faint"}
        start, end = _quoted(self.prefix + line.start), _quoted(self.prefix + line.end)
        return f"  {start} -> {end} [{_attributes(attributes)}];"

    def legend(self, kinds: set[BoxKind], cluster: bool) -> list[str]:
        """Boxes that say what each shape and outline means: a column beside the drawing, or a row of their own."""
        samples = [
            Box(id=f"kind-{kind}", kind=kind, title=look.called) for kind, look in LOOKS.items() if kind in kinds
        ]
        for value, meaning in _LEGEND_VALUES:
            made = {"id": f"value-{value}", "kind": "conclusion", "title": meaning, "value": value}
            samples.append(Box.model_validate(made))
        found = [f"  subgraph {_quoted('cluster_legend' if cluster else 'legend')} {{"]
        if cluster:
            style = {
                "id": f"{self.prefix}legend",
                "label": "Legend",
                "labeljust": "l",
                "fontname": FONT,
                "fontsize": "11",
                "color": FAINT,
            }
            found.append(f"    graph [{_attributes(style)}];")
        found += [f"  {self.box(sample)}" for sample in samples]
        names = [_quoted(f"{self.prefix}{sample.id}") for sample in samples]
        note = "".join(f'{escape(line, quote=False)}<BR ALIGN="LEFT"/>' for line in LEGEND)
        found.append(f"    {_quoted(self.prefix + 'arrows')} [shape=plaintext, label=<{note}>];")
        names.append(_quoted(self.prefix + "arrows"))
        if cluster and not self.down:
            names.reverse()  # Graphviz stacks what shares a rank from the bottom
        apart = "minlen=0" if cluster and not self.down else "minlen=1"
        found += [f"    {before} -> {after} [style=invis, weight=9, {apart}];" for before, after in pairwise(names)]
        return [*found, "  }"]


def _label(box: Box, faint: bool) -> str:
    """The words of a box in Graphviz's HTML-like notation, wrapped; nothing is cut."""
    colour = f' COLOR="{FAINT}"' if faint or box.value == "false" else ""
    title = "".join(f'<B>{line}</B><BR ALIGN="LEFT"/>' for line in _wrapped(box.title, TITLE_WIDTH))
    said = [line for text in box.text for line in _wrapped(text, TEXT_WIDTH)]
    if box.kind == "conclusion" and box.value:
        said.append(f"<B>{box.value.upper()}</B>")
    text = "".join(f'{line}<BR ALIGN="LEFT"/>' for line in said)
    small = f'<FONT POINT-SIZE="10"{colour}>{text}</FONT>' if text else ""
    return f"<FONT{colour}>{title}</FONT>{small}" if colour else f"{title}{small}"


def _wrapped(text: str, width: int) -> Iterable[str]:
    return [
        escape(line, quote=False).replace("\\", "\\\\") for line in wrap(printable(text), width, break_on_hyphens=False)
    ]


def _plain(box: Box) -> str:
    """The box in a sentence, for a pointer that rests on it and for a screen reader."""
    value = f" ({box.value})" if box.value and box.kind == "conclusion" else ""
    return f"{LOOKS[box.kind].called}{value}: {'. '.join([box.title, *box.text])}"


def _attributes(found: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={_quoted(value)}" for name, value in found.items())


def _quoted(text: str) -> str:
    """A DOT string. Backslashes are doubled, because Graphviz reads them as escapes in ids, addresses and tooltips."""
    clean = printable(" ".join(text.split()))
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '"'
