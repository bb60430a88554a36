"""setup/check-machine names everything that a machine lacks, before anything is installed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SYSTEMS = ("Debian, Ubuntu", "Fedora", "macOS")


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """The one folder on PATH: a machine with no program at all, until a test puts one there."""
    folder = tmp_path / "programs"
    folder.mkdir()
    return folder


def put(folder: Path, name: str, script: str) -> str:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    return str(program)


def python_that_fails(folder: Path, *words: str) -> str:
    """This Python, except that code containing one of `words` ends with an error."""
    failing = "|".join(f"*{word}*" for word in words)
    return put(folder, "python3", f'case "$*" in {failing}) exit 1 ;; esac\nexec "{sys.executable}" "$@"')


def check(programs: Path, python: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(ROOT / "setup" / "check-machine"), python],
        env={"PATH": str(programs), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def missing(checked: subprocess.CompletedProcess[str]) -> list[str]:
    """What the check named, one item for each missing thing; each comes with its remedy on every system."""
    named = [line.removeprefix("Missing: ") for line in checked.stderr.splitlines() if line.startswith("Missing: ")]
    for system in SYSTEMS:
        assert checked.stderr.count(f"    {system}") == len(named)
    return named


def test_a_machine_that_has_everything_passes_in_silence(programs: Path) -> None:
    compiler = put(programs, "a-compiler", "exit 0")
    checked = check(programs, sys.executable, CC=compiler)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


@pytest.mark.skipif(shutil.which("cc") is None, reason="no cc on this machine")
def test_a_real_compiler_passes(programs: Path) -> None:
    checked = check(programs, sys.executable, CC="cc", PATH=os.environ["PATH"])
    assert (checked.returncode, checked.stderr) == (0, "")


def test_a_path_without_a_compiler_is_told_what_to_install(programs: Path) -> None:
    checked = check(programs, sys.executable)
    assert checked.returncode == 1
    (what,) = missing(checked)
    assert what.startswith("a C compiler")
    for remedy in ("apt install build-essential", "dnf install gcc", "xcode-select --install"):
        assert remedy in checked.stderr


def test_a_compiler_under_another_name_is_offered(programs: Path) -> None:
    put(programs, "clang", "exit 0")
    checked = check(programs, sys.executable, CC="no-such-compiler -pthread")
    assert missing(checked) == ["a C compiler ($CC asks for no-such-compiler)"]
    assert "put CC=clang before the make command" in checked.stderr


def test_a_compiler_without_the_c_library_is_told_so(programs: Path) -> None:
    compiler = put(programs, "a-compiler", "exit 1")
    checked = check(programs, sys.executable, CC=compiler)
    (what,) = missing(checked)
    assert what.startswith("the C library's headers")


@pytest.mark.parametrize("version", ["2.7", "3.6", "3.9", "3.10"])
def test_an_old_python_is_named_with_its_version(programs: Path, version: str) -> None:
    old = put(programs, "python3", f"echo {version}")
    checked = check(programs, old, CC=put(programs, "a-compiler", "exit 0"))
    assert checked.returncode == 1
    assert missing(checked) == [f"Python 3.11 or later ({old} is {version})"]


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.20", "4.0"])
def test_a_recent_python_is_not_taken_for_an_old_one(programs: Path, version: str) -> None:
    recent = put(programs, "python3", f"echo {version}")
    checked = check(programs, recent, CC=put(programs, "a-compiler", "exit 0"))
    assert (checked.returncode, checked.stderr) == (0, "")


def test_a_recent_python_beside_the_old_one_is_offered(programs: Path) -> None:
    old = put(programs, "python3", "echo 3.9")
    put(programs, "python3.12", "echo 3.12")
    assert "add PYTHON=python3.12 to the make command" in check(programs, old).stderr


def test_no_python_at_all(programs: Path) -> None:
    checked = check(programs, "python3", CC=put(programs, "a-compiler", "exit 0"))
    assert missing(checked) == ["Python 3.11 or later (python3 does not run)"]


def test_a_python_without_venv(programs: Path) -> None:
    python = python_that_fails(programs, "ensurepip")
    checked = check(programs, python, CC=put(programs, "a-compiler", "exit 0"))
    (what,) = missing(checked)
    assert what.startswith(f"venv for {python}")
    assert f"apt install python{sys.version_info.major}.{sys.version_info.minor}-venv" in checked.stderr


def test_a_python_without_its_headers(programs: Path) -> None:
    python = python_that_fails(programs, "Python.h")
    checked = check(programs, python, CC=put(programs, "a-compiler", "exit 0"))
    assert missing(checked) == [f"Python.h, the C headers of {python}"]
    assert f"apt install python{sys.version_info.major}.{sys.version_info.minor}-dev" in checked.stderr


def test_every_missing_thing_is_named_at_once(programs: Path) -> None:
    python = python_that_fails(programs, "ensurepip", "Python.h")
    checked = check(programs, python, CC="no-such-compiler")
    assert [what.split()[0] for what in missing(checked)] == ["venv", "Python.h,", "a"]


def test_make_says_what_is_missing_before_it_makes_anything(programs: Path, tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, checkout)
    shutil.copytree(ROOT / "setup", checkout / "setup")
    before = sorted(checkout.rglob("*"))
    made = subprocess.run(
        ["make", "advise", f"PYTHON={put(programs, 'python3', 'echo 3.9')}"],
        cwd=checkout,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode != 0
    assert "Missing: Python 3.11 or later" in made.stderr
    assert sorted(checkout.rglob("*")) == before
