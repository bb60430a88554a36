"""Every block of docs/language.md is loaded: together they are one knowledge base, and its scenarios pass."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from engine.advising import Advisor, read_case_text
from engine.errors import CODES, Problem, Refused
from engine.grounding import ground
from engine.loading import load
from rulewright.authoring.checks.inspect import inspect
from rulewright.authoring.mutation.equivalent import read_equivalent
from rulewright.authoring.scenario import EQUIVALENT
from rulewright.authoring.scenarios import read_scenarios, run

PAGE = Path(__file__).parents[2] / "docs" / "language.md"
FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# (?P<path>[\w./-]+\.yaml)")
REFUSED = re.compile(r"# refused: (?P<path>[\w./-]+\.yaml), (?P<problems>.+)")
PROBLEM = re.compile(r"(?P<code>[\w-]+) at line (?P<line>\d+)")


@dataclass(frozen=True)
class Block:
    """One fenced block: the file that it is, and the problems that it shows, if it is refused."""

    path: str
    text: str
    line: int
    problems: tuple[tuple[str, int], ...] = ()

    @property
    def name(self) -> str:
        """What tells it from the others in the output of a test."""
        return f"{self.path} (line {self.line})"


def blocks() -> Iterator[Block]:
    """Every fenced block of the page; one that says neither its file nor why it is refused is an error."""
    page = PAGE.read_text(encoding="utf-8")
    for match in FENCE.finditer(page):
        line = page.count("\n", 0, match.start()) + 1
        first = match["body"].partition("\n")[0]
        file, refused = FILE.fullmatch(first), REFUSED.fullmatch(first)
        assert match["info"] == "yaml", f"{PAGE.name}:{line}: a block that is not YAML cannot be checked"
        assert file or refused, f"{PAGE.name}:{line}: the block does not begin with the name of its file"
        if refused:
            shown = tuple((found["code"], int(found["line"])) for found in PROBLEM.finditer(refused["problems"]))
            assert shown, f"{PAGE.name}:{line}: the block names no problem"
            yield Block(refused["path"], match["body"], line, shown)
        elif file:
            yield Block(file["path"], match["body"], line)


BLOCKS = tuple(blocks())
KNOWLEDGE = tuple(block for block in BLOCKS if not block.problems and not block.path.startswith("cases/"))
CASES = tuple(block for block in BLOCKS if not block.problems and block.path.startswith("cases/"))
WRONG = tuple(block for block in BLOCKS if block.problems)
FIRST = KNOWLEDGE[: next(n for n, block in enumerate(KNOWLEDGE, 1) if block.path.startswith("scenarios/"))]


def written(folder: Path, parts: tuple[Block, ...]) -> Path:
    """The folder with each block in its file."""
    for block in parts:
        path = folder / block.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def garden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("garden"), KNOWLEDGE)


def problems_of(garden: Path, block: Block) -> list[Problem]:
    """What is wrong with the garden where the block is one of its files, or with the case that the block is."""
    try:
        if block.path.startswith("cases/"):
            read_case_text(block.text, block.path, load(garden))
        else:
            (garden / block.path).write_text(block.text, encoding="utf-8")
            ground(load(garden))
            run(garden, engines=("compiled",))
    except Refused as refused:
        return list(refused.problems)
    finally:
        (garden / block.path).unlink(missing_ok=True)
    return []


def test_no_fence_escapes_and_every_block_has_its_own_file() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert len(re.findall(r"^\s*(```|~~~)", page, re.MULTILINE)) == 2 * len(BLOCKS)
    right = [block.path for block in (*KNOWLEDGE, *CASES)]
    assert len(right) == len(set(right))
    assert len(KNOWLEDGE) + len(CASES) + len(WRONG) == len(BLOCKS)


def test_the_first_knowledge_base_is_complete_by_itself(tmp_path: Path) -> None:
    assert len(FIRST) == 6
    outcomes = run(written(tmp_path, FIRST), engines=("compiled",))
    assert [outcome.differences for outcome in outcomes] == [()]


def test_all_blocks_together_are_a_knowledge_base(garden: Path) -> None:
    program = ground(load(garden))
    drawn = {clause.rule for clause in program.clauses}
    assert set(load(garden).rules) <= drawn  # every rule of the page has an instance


def test_every_number_and_modality_of_the_page_stands_in_the_words_it_rests_on(garden: Path) -> None:
    checks = ["numbers", "reading-numbers", "modality-printed"]
    inspection = inspect(garden, today=date(2026, 6, 1), only=checks)
    assert inspection.knowledge is not None, inspection.findings
    assert inspection.findings == ()


@pytest.mark.parametrize("day", [date(2026, 6, 1), date(2036, 6, 1)], ids=str)
def test_what_check_finds_in_the_garden_is_what_the_page_says_it_finds(garden: Path, day: date) -> None:
    """Who copies the page into files is warned of nothing else, whatever the day; rules without a scenario are told."""
    found = [each for each in inspect(garden, today=day).findings if each.code != "untested"]
    places = sorted((each.code, each.location.file.removeprefix(f"{garden}/")) for each in found)
    assert places == [("review", "facts/B1.yaml"), ("standing", "sources/S3.yaml"), ("standing", "sources/S3.yaml")]
    page = PAGE.read_text(encoding="utf-8")
    for number, codes in (("6. ", ["standing"]), ("14.3 ", ["review"])):
        section = page.partition(f"# {number}")[2].partition("\n## ")[0]
        assert [
            code for code in codes if "`rulewright check` warns of" in section and f"(`{code}`)" in section
        ] == codes
    assert "`rulewright check` has three warnings about the garden" in page


def test_the_list_of_equivalent_mutants_is_read(garden: Path) -> None:
    assert [entry.mutant for entry in read_equivalent(garden)] == ["F99: drop the statement"]


@pytest.mark.parametrize(
    "path",
    [block.path for block in KNOWLEDGE if block.path.startswith("scenarios/") and EQUIVALENT not in block.path],
)
def test_the_scenarios_of_the_page_pass(garden: Path, path: str) -> None:
    own = {scenario.name for scenario in read_scenarios(garden) if scenario.location.file.endswith(path)}
    assert own
    differences = {each.name: each.differences for each in run(garden, engines=("compiled",)) if each.name in own}
    assert differences == dict.fromkeys(own, ())


@pytest.mark.parametrize("block", CASES, ids=lambda block: block.name)
def test_the_cases_of_the_page_are_advised(garden: Path, block: Block) -> None:
    knowledge = load(garden)
    advice = Advisor(knowledge, ("compiled",)).advise(read_case_text(block.text, block.path, knowledge))
    assert advice.options


@pytest.mark.parametrize("block", WRONG, ids=lambda block: block.name)
def test_what_the_page_calls_refused_is_refused_there(garden: Path, block: Block) -> None:
    found = problems_of(garden, block)
    assert all(problem.location.file.endswith(block.path) for problem in found)
    assert sorted((problem.code, problem.location.line) for problem in found) == sorted(block.problems)


def test_every_link_of_the_page_leads_to_a_heading() -> None:
    page = PAGE.read_text(encoding="utf-8")
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", page), re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= anchors


def test_the_table_of_problem_codes_is_that_of_the_program() -> None:
    section = PAGE.read_text(encoding="utf-8").partition("\n## 16. ")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([\w-]+)` \| (.+) \|$", section, re.MULTILINE)
    assert dict(rows) == CODES
    assert [code for code, _ in rows] == sorted(CODES)
    shown = {code for block in WRONG for code, _ in block.problems}
    assert shown <= CODES.keys()
