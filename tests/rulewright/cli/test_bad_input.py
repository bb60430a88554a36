"""What is wrong is told with its place, all at once; standard output stays empty and no traceback is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

CASES = {
    "empty": ("", ["empty"]),
    "only a comment": ("# nothing\n", ["empty"]),
    "a list": ("- 1\n- 2\n", ["type"]),
    "not YAML": ("a: [1\n", ["syntax"]),
    "a duplicate key": ("as-of: 2026-03-01T08:00Z\nas-of: 2026-03-01T08:00Z\n", ["duplicate-key"]),
    "no as-of": ("patient: {mas: confirmed}\n", ["missing-field"]),
    "no time zone": ("as-of: 2026-03-01T08:00\n", ["time"]),
    "an unknown field": ("as-of: 2026-03-01T08:00Z\npatient: {wieght: 20 kg}\n", ["unknown-field"]),
    "no unit": ("as-of: 2026-03-01T08:00Z\npatient: {weight: 20}\n", ["unit"]),
    "a wrong unit": ("as-of: 2026-03-01T08:00Z\npatient: {weight: 20 mg/L}\n", ["unit"]),
    "an impossible value": ("as-of: 2026-03-01T08:00Z\npatient: {weight: 900 kg}\n", ["implausible"]),
    "an unknown term": ("as-of: 2026-03-01T08:00Z\ncourses: [{drug: anakinara, started: -3 d}]\n", ["unknown-term"]),
    "a time to come": ("as-of: 2026-03-01T08:00Z\ncourses: [{drug: anakinra, started: 2027-01-01}]\n", ["after-as-of"]),
    "several at once": ("patient: {weight: 20, mas: maybe}\n", ["missing-field", "unit", "unknown-term"]),
}


def codes(err: str) -> list[str]:
    return [line.split(": ")[1] for line in err.splitlines()[:-1]]


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
@pytest.mark.parametrize("verb", ["advise", "trace"])
def test_a_wrong_case_gets_every_problem_and_nothing_else(
    run: Run, tmp_path: Path, verb: str, text: str, expected: list[str]
) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    ran = run(verb, path, "--engines", "compiled")
    assert ran.code == 2
    assert ran.out == ""
    assert sorted(set(codes(ran.err))) == sorted(set(expected))
    lines = ran.err.splitlines()
    assert all(line.startswith(f"{path}:") for line in lines[:-1])
    assert lines[-1] == f"{len(lines) - 1} problem{'' if len(lines) == 2 else 's'}"


def test_a_problem_is_told_with_place_code_expectation_and_hint(run: Run) -> None:
    ran = run("advise", "-", stdin="as-of: 2026-03-01T08:00Z\npatient:\n  requested: [anakinara]\n")
    (problem, count) = ran.err.splitlines()
    assert problem.startswith("<stdin>:3:15: unknown-term: ")
    assert "`anakinara`" in problem
    assert "(expected one of " in problem
    assert problem.endswith("did you mean `anakinra`?")
    assert count == "1 problem"


def test_problems_stand_in_the_order_of_their_places(run: Run) -> None:
    ran = run("advise", "-", stdin="as-of: tomorrow\npatient:\n  weight: 20\n  age: 900 a\n  mas: maybe\n")
    lines = [int(line.split(":")[1]) for line in ran.err.splitlines()[:-1]]
    assert lines == sorted(lines)
    assert len(lines) == 4


@pytest.mark.parametrize("folder", ["", "../"])
def test_what_is_alike_is_named_as_it_can_be_typed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "my case.yaml").write_text("{}", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "in" if folder else tmp_path)
    assert f"did you mean `{folder}my case.yaml`?" in run("advise", f"{folder}my-case.yaml").err
    assert "did you mean" not in run("advise", f"{folder}nothing.of-it").err


@pytest.mark.parametrize("verb", ["advise", "trace", "verify"])
def test_what_cannot_be_read_is_told_by_its_name(run: Run, tmp_path: Path, verb: str) -> None:
    (tmp_path / "case.yaml").write_text("{}", encoding="utf-8")
    missing = run(verb, tmp_path / "caes.yaml")
    assert (missing.code, missing.out) == (2, "")
    assert f"{tmp_path / 'caes.yaml'}: no-such-file" in missing.err
    assert f"did you mean `{tmp_path / 'case.yaml'}`?" in missing.err
    folder = run(verb, tmp_path)
    assert (folder.code, codes(folder.err)) == (2, ["a-folder"])
    (tmp_path / "binary").write_bytes(b"as-of: \xff\xfe\n")
    binary = run(verb, tmp_path / "binary")
    assert (binary.code, binary.out) == (2, "")
    assert binary.err.startswith(f"{tmp_path / 'binary'}:1:8: not-utf8")
    assert "save it as UTF-8" in binary.err
    nowhere = run(verb, tmp_path / "no" / "case.yaml")
    assert (nowhere.code, codes(nowhere.err)) == (2, ["no-such-file"])
    assert run(verb, tmp_path / "case\0.yaml").code == 2


def test_a_refusal_by_the_system_is_a_problem(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def refuse(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == "advice.json":
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)
    ran = run("verify", tmp_path / "advice.json")
    assert (ran.code, codes(ran.err)) == (2, ["unreadable"])
    assert "permission denied" in ran.err


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        (["--sources", "S0,S99"], "--sources: unknown-source"),
        (["--sources", ""], "--sources: missing-field"),
        (["--as-of", "yesterday"], "--as-of: time"),
        (["--as-of", "2020-01-01T00:00Z"], ":"),
    ],
)
def test_a_wrong_option_is_a_problem_at_its_name(
    run: Run, example: Callable[[str], Path], arguments: list[str], place: str
) -> None:
    ran = run("advise", example("refractory-child"), *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert place in ran.err


def test_problems_of_options_and_of_the_case_are_told_together(run: Run) -> None:
    ran = run("advise", "-", "--sources", "S99", stdin="as-of: 2026-03-01T08:00Z\npatient: {weight: 20}\n")
    assert sorted(codes(ran.err)) == ["unit", "unknown-source"]
    assert ran.err.splitlines()[-1] == "2 problems"


@pytest.mark.parametrize(
    "arguments",
    [
        ["advise"],
        ["advise", "x", "--format", "xml"],
        ["advize"],
        ["serve", "--port", "99999"],
        ["schema", "case"],
        ["trace", "a", "b", "c"],
        ["check", "--kb"],
    ],
)
def test_a_wrong_command_line_is_bad_input(run: Run, arguments: list[str]) -> None:
    ran = run(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "verb",
    [
        ["check"],
        ["test"],
        ["show", "G01"],
        ["case", "new"],
        ["advise", "-"],
        ["trace", "-"],
        ["verify", "-"],
        ["serve"],
    ],
)
def test_a_folder_that_is_no_knowledge_base_is_bad_input(run: Run, tmp_path: Path, verb: list[str]) -> None:
    ran = run(*verb, "--kb", tmp_path / "nowhere", stdin="{}")
    assert (ran.code, ran.out) == (2, "")
    assert "no-such-folder" in ran.err


def test_an_unexpected_failure_is_one_line_and_its_own_exit_code(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import rulewright.authoring.checks.inspect

    def fail(root: object, **said: object) -> None:
        raise ZeroDivisionError("division\nby zero")

    monkeypatch.setattr(rulewright.authoring.checks.inspect, "read", fail)
    ran = run("check")
    assert ran.code == 70
    assert ran.out == ""
    assert ran.err == "rulewright: internal error, please report it: ZeroDivisionError: division by zero\n"


def test_engines_that_differ_are_an_internal_error_that_names_the_conclusions(
    run: Run, example: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.advising import Advisor
    from engine.errors import EnginesDiffer

    def differ(*arguments: object) -> None:
        raise EnginesDiffer("the engines differ, so nothing is answered: option(a, b)")

    monkeypatch.setattr(Advisor, "derive", differ)
    ran = run("advise", example("untreated-child"), "--engines", "compiled")
    assert (ran.code, ran.out) == (70, "")
    assert "option(a, b)" in ran.err
