"""How long `watch` takes to tell a save, over edits of every kind that the seeded faults know.

Run as ``python -m benchmarks.watched_edits``. Each edit is made in a copy of the knowledge base, told as `watch` does
(with the second process), and taken back. Prints how many saves are told whole within a second, and the slowest.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import perf_counter

from benchmarks.faults import candidates
from benchmarks.seeded_faults import chosen
from engine.uncollected import uncollected
from rulewright.authoring.watching.beside import Beside, beside
from rulewright.authoring.watching.page import findings_text, told_sheet
from rulewright.authoring.watching.round import begin
from rulewright.authoring.watching.state import State

ROOT = Path(__file__).parents[1]
DAY = date(2026, 3, 1)
SLOWEST = 5


def main() -> None:
    """Save edit after edit, and print what it took."""
    options = _options()
    with tempfile.TemporaryDirectory() as made, beside() as other:
        folder = Path(made) / "kb"
        shutil.copytree(options.kb, folder)
        begun = begin(None, folder, DAY)
        state = begun.after(list(begun.answers()))
        if state is None:
            sys.exit(f"{options.kb} does not load")
        faults = chosen(list(candidates(folder)), options.each, Random(options.seed))
        taken = []
        for fault in faults:
            path = folder / fault.file
            text = path.read_text(encoding="utf-8")
            path.write_text(fault.applied(text), encoding="utf-8")
            taken.append((*save(state, folder, other), str(fault)))
            path.write_text(text, encoding="utf-8")
    seconds = sorted(each[0] for each in taken)
    within = sum(each < 1 for each in seconds)
    print(f"{len(seconds)} edits, {within / len(seconds):.0%} told whole within 1 s")
    print(f"median {median(seconds):.2f} s, nine tenths within {quantiles(seconds, n=10)[-1]:.2f} s")
    for time, answered, what in sorted(taken, reverse=True)[:SLOWEST]:
        print(f"{time:.2f} s, {answered} scenarios: {what}")


def save(state: State, folder: Path, other: Beside) -> tuple[float, int]:
    """The seconds that a save takes, and how many scenarios it runs."""
    with uncollected():
        begun = perf_counter()
        other.read(folder, DAY)
        round_ = begin(state, folder, DAY)
        findings_text(round_)
        answers = list(round_.answers(other))
        told_sheet(round_.told(answers), 100, set())
        return perf_counter() - begun, len(answers)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kb", type=Path, default=ROOT / "kb")
    parser.add_argument("--each", type=int, default=4, help="at most so many edits of each kind")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
