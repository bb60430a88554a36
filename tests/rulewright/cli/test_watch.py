"""`rulewright watch`, driven as its user drives it: a process, saves, and Ctrl-C."""

from __future__ import annotations

import queue
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KB = Path(__file__).resolve().parents[3] / "kb"
KETTLES = KB.parent / "tests" / "knowledge" / "kettles"
PATIENCE = 120
"""Seconds after which a line will not come any more; on an idle machine every line comes within one."""

Run = Callable[..., Any]


@dataclass
class Watching:
    """The process, and the lines that it has printed."""

    process: subprocess.Popen[str]
    lines: queue.Queue[str] = field(default_factory=queue.Queue)

    def until(self, words: str) -> str:
        """Everything up to the first line with these words."""
        found = []
        while True:
            line = self.lines.get(timeout=PATIENCE)
            found.append(line)
            if words in line:
                return "".join(found)


@contextmanager
def watching(folder: Path, *, within: bool = False) -> Iterator[Watching]:
    """The program at work on a folder: named, or the working folder."""
    # Where the tests run in the background an interrupt is ignored, and a program that is started inherits that.
    named = [] if within else ["--kb", str(folder)]
    code = (
        "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"from rulewright.cli import main\nmain({['watch', *named, '--interval', '0.05']})"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=folder if within else None,
    )
    found = Watching(process)
    assert process.stdout is not None
    stdout = process.stdout

    def read() -> None:
        for line in stdout:
            found.lines.put(line)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield found
    finally:
        process.kill()
        process.wait()
        reader.join()
        stdout.close()
        assert process.stderr is not None
        process.stderr.close()


def test_saves_of_a_copy_of_the_knowledge_base_are_told_until_it_is_stopped(tmp_path: Path) -> None:
    folder = tmp_path / "kb"
    shutil.copytree(KB, folder)
    rules, facts = folder / "rules" / "situations.yaml", folder / "facts" / "founding-document.yaml"
    with watching(folder) as watch:
        assert watch.lines.get(timeout=PATIENCE).startswith("Reading "), "while nothing else can be told yet"
        assert "all run; all pass" in watch.until("Watching ")

        text = rules.read_text(encoding="utf-8")
        rules.write_text(text.replace('">= 24 h"', '">= 25 h"'), encoding="utf-8")
        told = watch.until("can be affected")
        assert "rules/situations.yaml" in told
        assert "DIFFERS inadequate-at-24-hours" in told
        assert "cyclosporine A, added when the response is inadequate: advised" in told
        assert "1 does not pass" in told
        hint = f"`rulewright test inadequate-at-24-hours --kb {folder}` tells why."
        assert hint in " ".join(told.split())

        whole = facts.read_text(encoding="utf-8")
        facts.write_text(whole.replace("facts:", "facts:\n  - id: [", 1), encoding="utf-8")
        assert "error syntax:" in watch.until("does not load; the next save is compared")

        facts.write_text(whole, encoding="utf-8")
        rules.write_text(text, encoding="utf-8")
        told = watch.until("all pass")
        assert "Passing again: inadequate-at-24-hours" in told
        assert "The knowledge base loads again.\n" in told
        facts.write_text(whole + "\n", encoding="utf-8")
        assert "loads again" not in watch.until("all pass")

        watch.process.send_signal(signal.SIGINT)
        assert watch.until("Stopped.")
        assert watch.process.wait(PATIENCE) == 0
        assert watch.process.stderr is not None
        assert watch.process.stderr.read() == ""


def test_a_folder_that_is_not_there_is_told(run: Run, tmp_path: Path) -> None:
    done = run("watch", "--kb", tmp_path / "nowhere")
    assert done.code == 2
    assert "no-such-folder" in done.err
    assert "a folder with kb.yaml in it" in done.err


def test_it_ends_where_the_working_folder_goes_away(tmp_path: Path) -> None:
    folder = tmp_path / "kettles"
    shutil.copytree(KETTLES, folder)
    with watching(folder, within=True) as watch:
        watch.until("Watching .")
        shutil.rmtree(folder)
        assert watch.process.wait(PATIENCE) == 2
        assert watch.process.stderr is not None
        told = watch.process.stderr.read()
        assert f"{folder}: no-such-folder: the working folder {folder} is no longer there" in told
