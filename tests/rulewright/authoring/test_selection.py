"""Which scenarios a filter means."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.errors import Location, Refused
from rulewright.authoring.selection import chosen


@dataclass(frozen=True)
class One:
    name: str
    location: Location


EVERY = [
    One("Pump-is-quiet", Location("kb/scenarios/pumps.yaml", 2, 5)),
    One("pump-is-loud", Location("kb/scenarios/pumps.yaml", 10, 5)),
    One("valve", Location("kb/scenarios/more/valve.yaml", 1, 1)),
    One("quiet-valve", Location("kb/scenarios/more/valves.yaml", 3, 5)),
]

MEANT = {
    "quiet": [0, 3],
    "QUIET": [0, 3],
    "quiet pump": [0],
    "pump-is-*": [0, 1],
    "*quiet": [0],
    "valve?yaml": None,
    "valve": [2, 3],
    "valve*": [2],
    "*valve": [2, 3],
    "[pv]*e": [2],
    "valve.yaml": [2],
    "more/valve.yaml": [2],
    "ore/valve.yaml": None,
    "pumps.yaml:2": [0],
    "kb/scenarios/pumps.yaml:9:80": [0],
    "pumps.yaml:10:5": [1],
    "pumps.yaml:999": [1],
    "pumps.yaml:1": None,
    "kb/scenarios": [0, 1, 2, 3],
    "kb/scenarios/": [0, 1, 2, 3],
    "kb/scenarios/more/": [2, 3],
    "more/": [2, 3],
    "more/*.yaml": [2, 3],
    "./kb/scenarios/more": [2, 3],
    "nowhere/": None,
    " ": None,
}


@pytest.mark.parametrize("text", MEANT)
def test_a_filter_means(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    meant = MEANT[text]
    if meant is None:
        with pytest.raises(Refused) as refused:
            chosen(EVERY, [text])
        assert [problem.code for problem in refused.value.problems] == ["unknown-scenario"]
    else:
        assert chosen(EVERY, [text]) == [EVERY[number] for number in meant]


def test_a_folder_here_is_meant_where_no_name_holds_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("kb/scenarios", "elsewhere", "valve"):
        (tmp_path / folder).mkdir(parents=True)
    every = [One(one.name, Location(str(tmp_path / one.location.file), one.location.line)) for one in EVERY]
    assert chosen(every, ["kb"]) == every
    monkeypatch.chdir(tmp_path / "kb")
    assert chosen(every, ["scenarios"]) == every
    monkeypatch.chdir(tmp_path)
    assert chosen(every, ["valve"]) == every[2:], "a name goes before a folder"
    for empty in ("elsewhere", "scenarios"):
        with pytest.raises(Refused):
            chosen(every, [empty])


def test_a_line_that_is_of_no_scenario_is_told_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kb" / "scenarios").mkdir(parents=True)
    (tmp_path / "kb" / "scenarios" / "pumps.yaml").write_text("scenarios:\n" + 18 * "  # a line\n", encoding="utf-8")
    assert chosen(EVERY, ["pumps.yaml:20"]) == [EVERY[1]], "the empty one at the end is one that an editor shows"
    for line, hint in ((1, "the first scenario there begins in line 2"), (21, "the file has 20 lines")):
        with pytest.raises(Refused) as refused:
            chosen(EVERY, [f"pumps.yaml:{line}"])
        assert [problem.hint for problem in refused.value.problems] == [hint]


def test_without_a_filter_all_are_meant_and_several_add_up_in_the_order_of_the_scenarios() -> None:
    assert chosen(EVERY, []) == EVERY
    assert chosen(EVERY, ["quiet-valve", "pump-is-quiet", "quiet"]) == [EVERY[0], EVERY[3]]


def test_every_filter_that_means_none_is_told_with_what_may_have_been_meant() -> None:
    with pytest.raises(Refused) as refused:
        chosen(EVERY, ["valve", "pump-is-qiet", "x"])
    messages = [(problem.message, problem.hint) for problem in refused.value.problems]
    assert messages == [
        ("no scenario is meant by `pump-is-qiet`", "did you mean `Pump-is-quiet`?"),
        ("no scenario is meant by `x`", ""),
    ]


def test_a_path_is_read_from_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kb").mkdir()
    monkeypatch.chdir(tmp_path / "kb")
    here = [One(one.name, Location(str(tmp_path / one.location.file), one.location.line)) for one in EVERY]
    assert chosen(here, ["./scenarios/more"]) == here[2:]
    with pytest.raises(Refused):
        chosen(here, ["./kb/scenarios/more"])
