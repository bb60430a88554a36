"""Pictures as SVG, laid out by Graphviz's program ``dot`` (Debian: ``apt install graphviz``).

The layout depends on the version of Graphviz and on the fonts of the machine; what is drawn does not.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

from engine.errors import Location, Problem, Refused, RulewrightError
from provenance.model.picture import Picture
from provenance.render.dot import FONT, described, dot, printable

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
PROGRAM = "dot"
INSTALL = "Graphviz: apt install graphviz (Debian, Ubuntu), dnf install graphviz, or brew install graphviz"

ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK)


class DrawingFailed(RulewrightError):
    """Graphviz could not lay a drawing out."""


def is_installed() -> bool:
    """Whether Graphviz is on this machine."""
    return shutil.which(PROGRAM) is not None


def svg(picture: Picture) -> str:
    """A picture with its legend as an SVG document; raises `Refused` where Graphviz is missing."""
    root = laid_out([dot(picture)])[0]
    _tell(root, described(picture))
    name(root, heading(picture), description(picture), "img")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + text(root) + "\n"


def embedded(picture: Picture, drawing: ElementTree.Element, prefix: str) -> str:
    """A laid-out drawing for a page of HTML: what it is, and what each of its links leads to, can be read out."""
    texts = described(picture)
    _tell(drawing, texts, prefix)
    name(drawing, heading(picture), description(picture), "group", prefix)
    for group in drawing.iter(f"{{{SVG}}}g"):
        said = texts.get(group.get("id", "").removeprefix(prefix), "")
        for link in group.iter(f"{{{SVG}}}a") if said else ():
            link.set("href", link.attrib.pop(f"{{{XLINK}}}href"))
            link.set("aria-label", printable(said))
    return text(drawing)


def laid_out(drawings: Sequence[str]) -> list[ElementTree.Element]:
    """DOT texts as SVG elements, in one run of the program; raises `Refused` where it is missing."""
    if not is_installed():
        raise Refused(
            [Problem(Location(PROGRAM), "missing-program", f"the program `{PROGRAM}` is not on this machine", INSTALL)]
        )
    done = subprocess.run(
        [PROGRAM, "-Tsvg"], input="\n".join(drawings), capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise DrawingFailed(f"{PROGRAM} ended with {done.returncode}: {done.stderr.strip()[:300]}")
    parts = done.stdout.split("<?xml ")[1:]
    if len(parts) != len(drawings):
        raise DrawingFailed(f"{PROGRAM} drew {len(parts)} of {len(drawings)} drawings: {done.stderr.strip()[:300]}")
    return [_cleaned(ElementTree.fromstring(part.partition("?>")[2])) for part in parts]


def heading(picture: Picture) -> str:
    """What a drawing is called."""
    if len(picture.conclusions) == 1:
        return f"What {picture.conclusions[0]} rests on"
    return "What the conclusions rest on"


def description(picture: Picture) -> str:
    """What a drawing holds, for those who do not see it."""
    asked = [box.title for box in picture.boxes if box.asked]
    kinds: dict[str, int] = {}
    for box in picture.boxes:
        kinds[box.kind] = kinds.get(box.kind, 0) + 1
    counted = ", ".join(f"{kind} {number}" for kind, number in kinds.items())
    left_out = f" Not drawn, and therefore left out: {', '.join(picture.omitted)}." if picture.omitted else ""
    return (
        f"{picture.title}. Advice {picture.advice}. Arrows lead from conclusions to what they rest on. "
        f"Conclusions: {'; '.join(asked)}. Number of boxes by kind: {counted}.{left_out}"
    )


def name(root: ElementTree.Element, title: str, desc: str, role: str, prefix: str = "") -> None:
    """Gives a drawing a role, a title and a description."""
    for position, (tag, said) in enumerate((("title", title), ("desc", desc))):
        element = ElementTree.Element(f"{{{SVG}}}{tag}", {"id": f"{prefix}picture-{tag}"})
        element.text = printable(said)
        element.tail = "\n"
        root.insert(position, element)
    root.set("role", role)
    root.set("aria-labelledby", f"{prefix}picture-title")
    root.set("aria-describedby", f"{prefix}picture-desc")


def text(root: ElementTree.Element) -> str:
    """An element as text."""
    return ElementTree.tostring(root, encoding="unicode")


def _cleaned(root: ElementTree.Element) -> ElementTree.Element:
    """Without Graphviz's own titles (they are ids) and links that lead nowhere; the font is named once."""
    root.set("font-family", FONT)
    for parent in list(root.iter()):
        for child in list(parent):
            child.attrib.pop("font-family", None)
            if child.tag == f"{{{SVG}}}title":
                parent.remove(child)
            elif child.tag == f"{{{SVG}}}a":
                child.attrib.pop(f"{{{XLINK}}}title", None)
                if f"{{{XLINK}}}href" not in child.attrib:
                    child.tag = f"{{{SVG}}}g"
    return root


def _tell(root: ElementTree.Element, texts: Mapping[str, str], prefix: str = "") -> None:
    """Gives every box its words as a title: shown where a pointer rests, and read out."""
    for group in root.iter(f"{{{SVG}}}g"):
        said = texts.get(group.get("id", "").removeprefix(prefix))
        if said is not None:
            element = ElementTree.Element(f"{{{SVG}}}title")
            element.text = printable(said)
            group.insert(0, element)
