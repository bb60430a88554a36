"""Which knowledge base is meant where `--kb` is not given."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path, PurePosixPath

import pytest

from rulewright.cli.knowledge import as_option, folder_of, nearest
from tests.rulewright.cli.conftest import KB, Run

PUMPS = Path(__file__).resolve().parents[2] / "knowledge/pumps"


@pytest.fixture
def pumps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A knowledge base `pumps` in the working folder."""
    shutil.copytree(PUMPS, tmp_path / "pumps")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "pumps"


def test_the_nearest_upwards_is_meant_else_the_installed_one(pumps: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert nearest(None) is None
    assert folder_of(nearest(None)) == KB
    assert as_option(Path("pumps")) == " --kb pumps"
    for folder, found in ((pumps, "."), (pumps / "rules", ".."), (pumps / "scenarios", "..")):
        monkeypatch.chdir(folder)
        assert nearest(None) == Path(found)
        assert nearest(PUMPS) == PUMPS
        assert as_option(pumps) == ""


@pytest.mark.parametrize("verb", ["check", "watch", "serve"])
def test_a_knowledge_base_is_named_with_its_option(run: Run, pumps: Path, verb: str) -> None:
    pumps.rename(pumps.with_name("my pumps"))
    refused = run(verb, "my pumps")
    assert (refused.code, refused.out) == (2, "")
    assert "`my pumps` is no argument: use `--kb 'my pumps'`" in refused.err
    other = run(verb, "elsewhere")
    assert (other.code, other.out) == (2, "")
    assert "unexpected extra argument" in other.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--only", "standing"],
        ["test", "a-quiet-pump"],
        ["show", "H9"],
        ["fmt", "--check"],
        ["new", "fact", "--source", "HB", "--dry-run"],
        ["schema", "--kind", "facts"],
        ["diff", ".", "--cases", "0"],
        ["review"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_every_verb_means_the_nearest(
    arguments: list[str], run: Run, pumps: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pumps)
    here = run(*arguments)
    assert (here.code, here.err) == (0, "")
    assert here == run(*arguments, "--kb", ".")


def test_a_filter_that_means_nothing_names_where_it_looked(
    run: Run, pumps: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for more in ([], ["--coverage"], ["--mutate"]):
        told = run("test", "not-there", *more, "--kb", "pumps").err
        assert "no scenario of the knowledge base in pumps is meant by `not-there`" in told
    monkeypatch.chdir(pumps)
    assert f"the knowledge base in {pumps} is meant by `not-there`" in run("test", "not-there").err


def test_every_command_that_a_finding_names_can_be_pasted(
    run: Run, pumps: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A superseded source, a rule without a scenario and a review of other words: three commands, run as printed."""
    source = pumps / "sources" / "HB.yaml"
    text = source.read_text(encoding="utf-8")
    source.write_text(f"{text}standing: {{is: superseded, note: by another}}\n", encoding="utf-8")
    scenario = "{name: nothing, case: {as-of: 2026-03-01T08:00Z}, expect: {warnings: []}}"
    (pumps / "scenarios" / "pumps.yaml").write_text(f"scenarios:\n  - {scenario}\n", encoding="utf-8")
    reviews = pumps / "reviews" / "a.yaml"
    reviews.parent.mkdir()
    review = f"  - {{of: fact:H1, digest: '{'0' * 64}', verdict: approved, date: 2026-01-02, note: as printed}}\n"
    reviews.write_text(f"reviewer: A. Example\nreviews:\n{review}", encoding="utf-8")
    for folder, option in ((pumps.parent, " --kb pumps"), (pumps, "")):
        monkeypatch.chdir(folder)
        told = run("check", "--fail-level", "never", *option.split()).out
        commands = set(re.findall(r"`rulewright ([^`]+)`", told))
        assert commands == {f"withdraw HB{option}", f"test --coverage{option}", f"review fact:H1{option}"}
        for command in commands:
            ran = run(*shlex.split(command))
            assert (ran.code, ran.err) == (0, ""), command


def test_a_fact_that_no_advice_uses_says_why(run: Run, pumps: Path) -> None:
    assert "in no advice" not in run("show", "H1", "--kb", pumps).out
    source = pumps / "sources" / "HB.yaml"
    text = source.read_text(encoding="utf-8")
    source.write_text(f"{text}standing: {{is: retracted, note: taken back}}\n", encoding="utf-8")
    assert "in no advice, because: HB is retracted (taken back)" in run("show", "H1", "--kb", pumps).out


def test_the_other_question_that_a_refusal_names_can_be_asked(run: Run, pumps: Path) -> None:
    case = pumps.parent / "case.yaml"
    case.write_text("as-of: 2026-03-01T08:00Z\npump: {leak: false}\n", encoding="utf-8")
    told = run("why", case, "situation(leaking)", "--kb", "pumps").err
    (command,) = re.findall(r"`rulewright ([^`]+)`", told)
    ran = run(*shlex.split(command.replace("CASE", "case.yaml")))
    assert (ran.code, ran.err) == (0, "")


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The pumps as if they were installed with the program, and an empty working folder."""
    root = tmp_path / "site-packages" / "kb"
    shutil.copytree(PUMPS, root)
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")

    class Installed(PurePosixPath):
        def locate(self) -> Path:
            return root.parent / self

    monkeypatch.setattr("engine.loading.default_knowledge", lambda: root)
    monkeypatch.setattr(
        "importlib.metadata.files", lambda _: [Installed("kb/facts/others.yaml"), Installed("kb/kb.yaml")]
    )
    return root


@pytest.mark.parametrize(
    "arguments",
    [
        ["new", "source", "S9", "--kind", "guideline"],
        ["new", "fact", "--source", "HB"],
        ["new", "rule", "more", "--because", "H1"],
        ["new", "scenario", "more", "--like", "a-quiet-pump"],
        ["fmt"],
        ["review", "fact:H1", "--by", "A. Example", "--verdict", "approved", "--note", "as printed"],
        ["test", "--record", "case.yaml"],
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_what_is_installed_with_the_program_is_not_written_to(run: Run, packaged: Path, arguments: list[str]) -> None:
    source = packaged / "sources" / "HB.yaml"  # `fmt` would change it
    source.write_text(source.read_text(encoding="utf-8").replace("kind: ", "kind:   "), encoding="utf-8")
    Path("case.yaml").write_text("as-of: 2026-03-01T08:00Z\n", encoding="utf-8")
    before = {path: path.read_bytes() for path in packaged.rglob("*") if path.is_file()}
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert f"--kb: unwritable: the knowledge base in {packaged} is a part of the installed program" in ran.err
    assert "`rulewright new kb NAME` begins one" in ran.err
    assert {path: path.read_bytes() for path in packaged.rglob("*") if path.is_file()} == before
    assert [path.name for path in Path().iterdir()] == ["case.yaml"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["test"],
        ["fmt", "--check"],
        ["fmt", "--diff"],
        ["review"],
        ["new", "fact", "--source", "HB", "--dry-run"],
        ["review", "fact:H1", "--by", "A. Example", "--verdict", "approved", "--note", "as printed", "--dry-run"],
    ],
    ids=" ".join,
)
def test_what_is_installed_with_the_program_is_read(run: Run, packaged: Path, arguments: list[str]) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.err) == (0, "")


def test_check_says_that_it_looked_at_what_is_installed(run: Run, packaged: Path) -> None:
    assert "No folder from here upwards has a kb.yaml: looked at is the knowledge base" in run("check").out
    assert "No folder" not in run("check", "--kb", packaged).out
    assert "No folder" not in run("check", "--format", "compact").out


def test_a_folder_that_is_named_is_written_to_wherever_it_is(run: Run, packaged: Path) -> None:
    assert run("new", "fact", "--source", "HB", "--kb", packaged).code == 0
