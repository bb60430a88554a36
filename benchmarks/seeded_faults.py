"""Faults put into a copy of a knowledge base, one at a time: which of them do `check` and `test` see?

Run as ``python -m benchmarks.seeded_faults``. Every fault is one that an author could make with a slip of the hand, at
a place chosen by ``--seed``: as many of each kind as ``--each`` says, or as there are places for. What loading refuses
counts as caught by check: it is the same command. Prints a row for each kind, and every fault that was missed.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import zip_longest
from multiprocessing import Pool
from pathlib import Path
from random import Random

from benchmarks.faults import Fault, candidates
from engine.advising import Advisor
from rulewright.authoring.checks.finding import Severity
from rulewright.authoring.checks.inspect import inspect
from rulewright.authoring.scenarios import outcome, read_each

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Verdict:
    """What saw a fault: ``load``, ``check``, ``test``, or nothing; and its first words."""

    fault: Fault
    by: str
    said: str


def main() -> None:
    """Run the campaign and print what came of it."""
    options = _options()
    faults = chosen(list(candidates(options.kb)), options.each, Random(options.seed))
    judge = partial(judged, options.kb, options.today)
    verdicts = []
    with Pool(options.jobs) as pool:
        for number, verdict in enumerate(pool.imap(judge, faults), 1):
            verdicts.append(verdict)
            if sys.stderr.isatty():
                sys.stderr.write(f"\r{number} of {len(faults)}")
    sys.stderr.write("\n")
    print(report(verdicts))


def chosen(every: Sequence[Fault], each: int, random: Random) -> list[Fault]:
    """At most so many of each kind, the kinds in turn."""
    kinds: dict[str, list[Fault]] = defaultdict(list)
    for fault in every:
        kinds[fault.kind].append(fault)
    drawn = [random.sample(found, min(each, len(found))) for _, found in sorted(kinds.items())]
    return [fault for row in zip_longest(*drawn) for fault in row if fault is not None]


def judged(kb: Path, today: date, fault: Fault) -> Verdict:
    """What sees one fault, in a copy of the knowledge base of its own."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "kb"
        shutil.copytree(kb, copy)
        path = copy / fault.file
        path.write_text(fault.applied(path.read_text(encoding="utf-8")), encoding="utf-8")
        found = inspect(copy, today=today)
        if found.knowledge is None:
            return Verdict(fault, "load", found.findings[0].message)
        for finding in found.findings:
            if finding.severity >= Severity.warning:
                return Verdict(fault, "check", f"{finding.code}: {finding.message}")
        failing = next(_failing(copy, Advisor(found.knowledge, ("compiled",))), None)
        return Verdict(fault, "test" if failing else "", failing or "")


def _failing(root: Path, advisor: Advisor) -> Iterator[str]:
    """The scenarios that do not pass, each with the first thing that is wrong."""
    for scenario in read_each(root):
        result = outcome(scenario, advisor)
        if not result.passed:
            said = [*map(str, result.differences), *map(str, result.problems), result.failure]
            yield f"{scenario.name}: {said[0]}"


def report(verdicts: Sequence[Verdict]) -> str:
    """A table of the kinds, and every miss."""
    kinds = sorted({verdict.fault.kind for verdict in verdicts})
    lines = ["| fault | seeded | refused | check | test | missed |", "|---|---|---|---|---|---|"]
    for kind in [*kinds, ""]:
        counts = Counter(verdict.by for verdict in verdicts if not kind or verdict.fault.kind == kind)
        row = [kind or "all", sum(counts.values()), *(counts[by] for by in ("load", "check", "test", ""))]
        lines.append("| " + " | ".join(map(str, row)) + " |")
    caught = sum(bool(verdict.by) for verdict in verdicts)
    lines.append(f"\ncaught: {caught} of {len(verdicts)}, {100 * caught / len(verdicts):.1f} %\n")
    lines.extend(f"missed: {verdict.fault}" for verdict in verdicts if not verdict.by)
    return "\n".join(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kb", type=Path, default=ROOT / "kb")
    parser.add_argument("--each", type=int, default=25, help="how many faults of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--today", type=date.fromisoformat, default=date(2026, 11, 25))
    return parser.parse_args()


if __name__ == "__main__":
    main()
