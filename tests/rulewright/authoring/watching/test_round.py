"""One save against the last good state: what is wrong, which scenarios differ, what changes in advice."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from rulewright.authoring.watching.page import findings_text, summary, told_sheet
from rulewright.authoring.watching.round import Round, Told, begin
from rulewright.authoring.watching.state import State

PUMPS = Path(__file__).resolve().parents[3] / "knowledge" / "pumps"
DAY = date(2026, 1, 1)


class Author:
    """Edits a copy of the pumps and saves it, time and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state: State | None = None
        self.begun, self.told = self.save()

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, old
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def save(self) -> tuple[Round, Told]:
        self.begun = begin(self.state, self.folder, DAY)
        answers = list(self.begun.answers())
        self.told = self.begun.told(answers)
        self.state = self.begun.after(answers)
        return self.begun, self.told

    def page(self) -> str:
        return told_sheet(self.told, 100, set()).text()


@pytest.fixture
def author(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Author:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(PUMPS, "pumps")
    return Author(Path("pumps"))


def test_at_first_all_are_run_and_nothing_is_called_new_or_changed(author: Author) -> None:
    assert len(author.begun.reached) == len(author.begun.scenarios) > 10
    assert author.told == Told((), (), (), (), ())
    assert summary(author.begun, 0, 0.25) == f"{len(author.begun.scenarios)} scenarios, all run; all pass (0.25 s)."


def test_an_edit_shows_which_scenarios_differ_and_what_is_advised_instead(author: Author) -> None:
    author.edit("facts/handbook.yaml", "above: 7.1 mm/s", "above: 17.1 mm/s")
    begun, told = author.save()
    failing = {found.scenario.name for found in told.failing}
    assert "shaking-and-hot" in failing
    assert failing <= set(begun.reached) < {scenario.name for scenario in begun.scenarios}
    changes = {effect.change.name: effect for effect in told.effects if "shaking-and-hot" in effect.scenarios}
    assert changes["stop, pump"].change.before.startswith("advised")
    assert changes["stop, pump"].change.after.startswith("not supported now")
    page = author.page()
    assert "DIFFERS shaking-and-hot  (pumps/scenarios/pumps.yaml:" in page
    assert "`rulewright test shaking-and-hot` tells why." in page
    assert "Advice changes in" in page


def test_a_failure_that_stays_is_not_told_again_and_one_that_is_mended_is(author: Author) -> None:
    author.edit("facts/handbook.yaml", "above: 7.1 mm/s", "above: 17.1 mm/s")
    author.save()
    author.edit("rules/state.yaml", "title: The seal leaks", "title: A seal leaks")
    _, told = author.save()
    assert "shaking-and-hot" in told.still
    assert not told.failing
    assert not told.effects
    author.edit("facts/handbook.yaml", "above: 17.1 mm/s", "above: 7.1 mm/s")
    _, told = author.save()
    assert "shaking-and-hot" in told.mended
    assert not told.failing
    assert not told.still
    assert told.effects
    assert "Passing again:" in author.page()


def test_what_does_not_load_is_told_and_the_last_good_state_stays(author: Author) -> None:
    good = author.state
    author.edit("facts/handbook.yaml", "facts:", "facts:\n  - id: [")
    begun, told = author.save()
    assert not begun.loads
    assert not begun.reached
    assert author.state is good
    text = findings_text(begun)
    assert re.search(r"pumps/facts/handbook.yaml:\d+:\d+: error syntax:", text)
    assert "does not load; the next save is compared with the state before this one." in text
    author.edit("facts/handbook.yaml", "facts:\n  - id: [", "facts:")
    author.edit("facts/handbook.yaml", "above: 7.1 mm/s", "above: 17.1 mm/s")
    begun, told = author.save()
    assert begun.loads
    assert told.effects, "compared with what was before the broken save"


def test_a_knowledge_base_that_never_loaded_has_no_state(author: Author) -> None:
    author.edit("kb.yaml", "name:", "nome:")
    begun = begin(None, author.folder, DAY)
    assert begun.after(()) is None
    assert findings_text(begun).endswith("\nThe knowledge base does not load.\n")


def test_of_findings_those_that_are_new_or_gone_are_told(author: Author) -> None:
    author.edit("sources/HB.yaml", "kind:", "review-by: 2025-01-01\nkind:")
    begun, _ = author.save()
    assert [found.code for found in begun.new_findings] == ["standing"]
    assert "standing" in findings_text(begun)
    author.edit("sources/HB.yaml", "kind:", "# a line more\nkind:")
    begun, _ = author.save()
    assert findings_text(begun) == "", "a finding that stays where it was, but for its line"
    author.edit("sources/HB.yaml", "review-by: 2025-01-01", "review-by: 2027-01-01")
    begun, _ = author.save()
    assert findings_text(begun) == "1 finding is gone.\n"


def test_scenarios_come_and_go_and_one_that_is_changed_alone_is_run(author: Author) -> None:
    author.edit("scenarios/pumps.yaml", "scenarios:", "# more lines\n\nscenarios:")
    begun, _ = author.save()
    assert not begun.reached, "where they are written does not matter"
    author.edit("scenarios/pumps.yaml", "  - name: a-thick-shaft-is-capped", "  - name: a-shaft-is-capped")
    begun, told = author.save()
    assert begun.reached == ("a-shaft-is-capped",)
    assert told.added == ("a-shaft-is-capped",)
    assert begun.removed == ("a-thick-shaft-is-capped",)
    author.edit("scenarios/pumps.yaml", "dose: 32-40 g", "dose: 32-41 g")
    begun, told = author.save()
    assert begun.reached == ("a-shaft-is-capped",)
    assert [found.scenario.name for found in told.failing] == ["a-shaft-is-capped"]
    assert not told.effects, "the advice is what it was"


def test_a_file_of_scenarios_that_cannot_be_read_takes_none_of_them_away(author: Author) -> None:
    before = author.state
    assert before is not None
    author.edit("scenarios/pumps.yaml", "scenarios:", "scenarios: [")
    begun, told = author.save()
    assert begun.removed == ()
    assert [found.outcome.problems[0].code for found in told.failing] == ["syntax"]
    assert author.state is not None
    assert before.answers.keys() <= author.state.answers.keys()
    author.edit("scenarios/pumps.yaml", "scenarios: [", "scenarios:")
    begun, told = author.save()
    assert told.added == ()
    assert not told.effects


def test_changes_that_were_told_once_are_not_told_again_of_the_others(author: Author) -> None:
    author.edit("facts/handbook.yaml", "above: 7.1 mm/s", "above: 17.1 mm/s")
    begun = begin(author.state, author.folder, DAY)
    answers = list(begun.answers())
    known: set[str] = set()
    first = told_sheet(begun.told(answers[:1]), 100, known).text()
    rest = told_sheet(begun.told(answers), 100, known).text()
    assert "Advice changes in" in first
    assert "Changes that were told above are also in" in rest


def test_a_knowledge_base_without_scenarios_says_that_nothing_is_tested(author: Author) -> None:
    shutil.rmtree(author.folder / "scenarios")
    begun, _ = author.save()
    assert summary(begun, 0, 0.1) == "There are no scenarios: nothing is tested (0.10 s)."
    assert len(begun.removed) > 10
