"""The program as it is started: help, exit codes, pipes, and what a cold start imports."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

import rulewright
from rulewright.cli import verbs

ROOT = Path(rulewright.__file__).resolve().parents[1]
PROGRAM = [sys.executable, "-m", "rulewright"]
EXAMPLE = ROOT / "kb" / "scenarios" / "examples" / "untreated-child.yaml"
VERBS = ("advise", "trace", "check", "test", "verify", "show", "case new", "schema", "serve")
Run = Callable[..., Any]


def started(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*PROGRAM, *arguments], capture_output=True, cwd=ROOT, timeout=120, check=False, **options)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself_with_an_example(run: Run, verb: str) -> None:
    ran = run(*verb.split(), "--help")
    assert ran.code == 0
    assert f"Example: rulewright {verb}" in " ".join(ran.out.split()) or verb == "verify"
    assert "Example: rulewright" in ran.out


def test_the_help_documents_the_exit_codes(run: Run) -> None:
    text = " ".join(run("--help").out.split())
    for code in ("0 done", "1 a negative result", "2 bad input", "70 an internal error", "130 interrupted", "141"):
        assert code in text


def test_the_version_is_that_of_the_package_and_nothing_else(run: Run) -> None:
    ran = run("--version")
    assert (ran.code, ran.out, ran.err) == (0, f"{version('rulewright')}\n", "")
    assert "--version" in run("--help").out


def test_it_answers_as_a_program_with_both_engines() -> None:
    done = started("advise", str(EXAMPLE))
    assert (done.returncode, done.stderr) == (0, b"")
    assert "600 mg per day" in done.stdout.decode()


def test_a_reader_that_goes_away_ends_it_quietly() -> None:
    process = subprocess.Popen(
        [*PROGRAM, "trace", str(EXAMPLE), "--engines", "compiled"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == 141


def test_an_interrupt_ends_it_quietly() -> None:
    # Where the tests run in the background an interrupt is ignored, and a program that is started inherits that.
    code = (
        "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from rulewright.cli import main\nmain(['advise', '-'])"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdin is not None
    process.stdin.write(b"# more than a pipe holds, so that this returns when the program reads\n" * 2_500)
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == b""
    assert b"Traceback" not in err


def test_a_terminal_that_knows_only_ascii_gets_the_page_all_the_same() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = started("advise", str(EXAMPLE), "--engines", "compiled", env=environment)
    assert done.returncode == 0
    assert b"600 mg per day" in done.stdout
    done = started("advise", str(EXAMPLE), "--engines", "compiled", "--format", "json", env=environment)
    assert "“".encode() in done.stdout or done.stdout.startswith(b"{")


def test_an_advice_imports_nothing_that_it_does_not_need() -> None:
    code = (
        "import sys\nfrom rulewright.cli import main\n"
        f"try: main(['advise', {str(EXAMPLE)!r}, '--engines', 'compiled'])\n"
        "except SystemExit: pass\n"
        "heavy = ('networkx', 'fastapi', 'uvicorn', 'hypothesis', 'jsonschema', 'rich.console', 'durable')\n"
        "print([name for name in heavy if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stderr.strip() == "[]"


def test_on_a_terminal_the_page_has_emphasis_and_the_same_words(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import re

    plain = run("advise", EXAMPLE, "--engines", "compiled").out
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("rulewright.cli.output.on_terminal", lambda: True)
    styled = run("advise", EXAMPLE, "--engines", "compiled").out
    assert "\x1b[1m" in styled
    assert re.sub(r"\x1b\[[0-9;]*m", "", styled) == plain


def test_every_verb_is_in_the_help(run: Run) -> None:
    told = run("--help").out
    for verb in verbs.VERBS:
        assert re.search(rf"^\W*{re.escape(verb.name)}\s", told, re.MULTILINE), verb


def test_only_the_verb_that_is_asked_for_is_read() -> None:
    code = (
        "import sys; from rulewright.cli.verbs import program; program(['check']);"
        "print(*(name for name in sys.modules if name.startswith('rulewright.cli.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    places = {verb.name: f"rulewright.cli.{verb.place.partition(':')[0]}" for verb in verbs.VERBS}
    assert set(done.stdout.split()) & set(places.values()) == {places["check"]}
