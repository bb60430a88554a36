from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from engine.errors import Refused
from engine.loading import load
from engine.model.advice import Advice
from engine.model.knowledge import KnowledgeBase
from provenance.grounds import Grounds
from provenance.model.picture import Box, Line, Picture
from provenance.render.dot import FAINT, INK, LOOKS, PAPER, dot, legend, printable
from provenance.render.picture import picture
from provenance.render.svg import SVG, XLINK, laid_out, svg
from rulewright.authoring.scenarios import read_scenarios

KB = Path(__file__).resolve().parents[3] / "kb"
NASTY = 'a "quoted" \\N \\" <b>&amp; — é 漢 \x01 end'


def contrast(first: str, second: str) -> float:
    """The contrast of two colours, by WCAG 2.2's formula."""

    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def words(root: ElementTree.Element) -> str:
    """All that can be read in a drawing, a space between its lines."""
    return " ".join(" ".join(element.itertext()) for element in root.iter(f"{{{SVG}}}text"))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.fixture
def refractory(advised: Callable[[str], Advice], knowledge: KnowledgeBase) -> Picture:
    return picture(Grounds(advised("refractory-child"), knowledge))


def test_kinds_differ_in_shape_and_every_text_has_contrast() -> None:
    shapes = [(look.shape, "rounded" in look.style, "dashed" in look.style) for look in LOOKS.values()]
    assert len(set(shapes)) == len(LOOKS)
    for look in LOOKS.values():
        assert contrast(INK, look.fill) >= 4.5
        assert contrast(FAINT, look.fill) >= 4.5
        assert contrast(look.outline, PAPER) >= 3
    assert contrast(FAINT, PAPER) >= 4.5


def test_the_formula_of_contrast() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_text_depends_on_the_picture_alone(refractory: Picture) -> None:
    assert dot(refractory) == dot(Picture.model_validate_json(refractory.model_dump_json()))


def test_values_and_what_must_not_hold_are_told_without_colour() -> None:
    values = ("true", "provisional", "unknown", "false")
    boxes = tuple(
        Box.model_validate({"id": f"c.{value}", "kind": "conclusion", "title": "t", "value": value}) for value in values
    )
    lines = (Line(start="c.true", end="c.false", kind="unless", label="unless"),)
    text = dot(Picture(advice="a", title="t", conclusions=(), boxes=boxes, lines=lines), legend=False)
    outlines = {}
    for value in values:
        row = next(row for row in text.splitlines() if row.startswith(f'  "c.{value}" ['))
        assert f"<B>{value.upper()}</B>" in row
        outlines[value] = re.search(r'style="([^"]+)"', row)
    found = {value: match[1] for value, match in outlines.items() if match}
    assert found == {
        "true": "filled,rounded",
        "provisional": "filled,rounded,dashed",
        "unknown": "filled,rounded,dotted",
        "false": "filled,rounded,dotted",
    }
    arrow = next(row for row in text.splitlines() if "->" in row)
    assert 'style="dashed"' in arrow
    assert 'label="unless"' in arrow


@pytest.mark.debian("graphviz")
def test_whatever_stands_in_a_text_comes_through_graphviz_as_it_was() -> None:
    box = Box(id="fact.X", kind="fact", title=NASTY, text=(NASTY * 9,), nodes=("fact:X",))
    made = Picture(advice="a", title=NASTY, conclusions=(NASTY,), boxes=(box,), lines=())
    root = ElementTree.fromstring(svg(made))
    shown = squeezed(words(root))
    assert squeezed(NASTY.replace("\x01", "�")) in shown
    assert squeezed(NASTY.replace("\x01", "�") * 9) in shown


@pytest.mark.debian("graphviz")
def test_an_address_and_an_id_with_escapes_of_graphviz_come_through() -> None:
    box = Box(id="fact.X", kind="fact", title="t", nodes=("fact:X",))
    made = Picture(advice="a", title="t", conclusions=(), boxes=(box,), lines=())
    (root,) = laid_out([dot(made, legend=False, links={"fact.X": "#quote-\\N\\G&x"}, prefix="p1.")])
    assert [link.get(f"{{{XLINK}}}href") for link in root.iter(f"{{{SVG}}}a")] == ["#quote-%5CN%5CG%26x"]
    assert [group.get("id") for group in root.iter(f"{{{SVG}}}g") if group.get("class") == "node fact"] == ["p1.fact.X"]


@pytest.mark.debian("graphviz")
def test_the_drawing_holds_every_word_and_says_what_it_is(refractory: Picture) -> None:
    root = ElementTree.fromstring(svg(refractory))
    shown = squeezed(words(root))
    for box in refractory.boxes:
        for text in (box.title, *box.text):
            assert squeezed(text) in shown, text
    assert root.get("role") == "img"
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(set(ids)) == len(ids)
    for reference, tag in (("aria-labelledby", "title"), ("aria-describedby", "desc")):
        told = [element for element in root.iter(f"{{{SVG}}}{tag}") if element.get("id") == root.get(reference)]
        assert len(told) == 1
        assert told[0].text
    boxes = {group.get("id") for group in root.iter(f"{{{SVG}}}g") if (group.get("class") or "").startswith("node")}
    assert {box.id for box in refractory.boxes} <= boxes
    assert not list(root.iter(f"{{{SVG}}}a"))
    assert not list(root.iter(f"{{{SVG}}}script"))


@pytest.mark.debian("graphviz")
def test_every_scenario_can_be_drawn(knowledge: KnowledgeBase) -> None:
    """The largest too: no text of a box reaches beyond the drawing, and the legend is there."""
    from engine.advising import Advisor, read_case_node

    advisor = Advisor(knowledge, ("compiled",))
    drawn = [
        picture(Grounds(advisor.advise(read_case_node(scenario.case, knowledge), scenario.sources), knowledge))
        for scenario in read_scenarios(KB)
    ]
    largest = max(drawn, key=lambda one: len(one.boxes))
    assert len(largest.boxes) > 150
    (root,) = laid_out([dot(largest)])
    width, height = (float(part) for part in root.get("viewBox", "").split()[2:])
    assert (width, height) < (6000, 8000)
    sizes = {float(element.get("font-size", "0")) for element in root.iter(f"{{{SVG}}}text")}
    assert min(sizes) >= 9
    shown = squeezed(words(root))
    assert all(squeezed(text) in shown for box in largest.boxes for text in box.text)
    assert squeezed(LOOKS["interpretation"].called) in shown


@pytest.mark.debian("graphviz")
def test_a_second_knowledge_base_and_a_legend_can_be_drawn() -> None:
    from engine.advising import Advisor, read_case_node

    pumps = load(KB.parent / "tests" / "knowledge" / "pumps")
    advisor = Advisor(pumps, ("compiled",))
    texts = [
        dot(picture(Grounds(advisor.advise(read_case_node(scenario.case, pumps)), pumps)))
        for scenario in read_scenarios(KB.parent / "tests" / "knowledge" / "pumps")
    ]
    assert len(laid_out([*texts, legend()])) == len(texts) + 1


def test_a_missing_program_is_named_with_what_to_install(refractory: Picture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Refused, match=r"missing-program.*apt install graphviz"):
        svg(refractory)


def test_what_no_xml_may_hold_is_replaced() -> None:
    assert printable("a\x00\x0b\ufffe\tb") == "a���\tb"
