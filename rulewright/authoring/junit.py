"""A run of scenarios as JUnit XML, which continuous integration reads: a suite for each file, a case for each scenario.

There is no one schema of JUnit XML. What is written keeps to what the two in common use (that of Ant's task, and that
of Jenkins' xUnit plugin) have in common, in the order in which Ant's wants it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import PurePath
from xml.etree import ElementTree as ET

from rulewright.authoring.failure import status
from rulewright.authoring.scenario import Broken, Scenario
from rulewright.authoring.scenarios import Outcome
from rulewright.authoring.testing import Report

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document can hold (XML 1.0, section 2.2)."""


def junit(report: Report, begun: datetime, told: Callable[[Outcome], str]) -> str:
    """The document. ``begun`` is when the run began; ``told`` gives what a person reads of a scenario that failed.

    A scenario that differs is a ``failure``; one that is refused or that the engines could not answer an ``error``;
    one that was not run is ``skipped``.
    """
    root = ET.Element("testsuites")
    for number, (file, members) in enumerate(_by_file(report).items()):
        root.append(_suite(number, file, members, begun, told))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _by_file(report: Report) -> dict[str, list[Outcome | Scenario | Broken]]:
    found: dict[str, list[Outcome | Scenario | Broken]] = {}
    for one in (*report.outcomes, *report.left_out):
        found.setdefault(one.location.file, []).append(one)
    return found


def _suite(
    number: int,
    file: str,
    members: Iterable[Outcome | Scenario | Broken],
    begun: datetime,
    told: Callable[[Outcome], str],
) -> ET.Element:
    suite = ET.Element("testsuite", {"name": _text(PurePath(file).stem), "package": _text(file), "id": str(number)})
    ET.SubElement(suite, "properties")
    counts = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    seconds = 0.0
    for one in members:
        took = one.seconds if isinstance(one, Outcome) else 0.0
        case = ET.SubElement(
            suite,
            "testcase",
            {"name": _text(one.name), "classname": _text(_dotted(file)), "time": f"{took:.6f}"},
        )
        counts["tests"] += 1
        seconds += took
        if not isinstance(one, Outcome):
            counts["skipped"] += 1
            ET.SubElement(case, "skipped")
        elif not one.passed:
            kind = "failure" if status(one) == "differs" else "error"
            counts[f"{kind}s"] += 1
            found = ET.SubElement(case, kind, {"type": status(one), "message": _text(_message(one))})
            found.text = _text(told(one))
    ET.SubElement(suite, "system-out")
    ET.SubElement(suite, "system-err")
    for name, count in counts.items():
        suite.set(name, str(count))
    suite.set("time", f"{seconds:.6f}")
    suite.set("timestamp", begun.strftime("%Y-%m-%dT%H:%M:%S"))
    suite.set("hostname", "localhost")
    return suite


def _message(outcome: Outcome) -> str:
    """What is wrong in one line."""
    return outcome.failure or "; ".join(map(str, outcome.problems or outcome.differences))


def _dotted(file: str) -> str:
    """A file as the class that readers group by: its path without the suffix, with dots."""
    return ".".join(part for part in PurePath(file).with_suffix("").parts if part not in ("/", ".."))


def _text(text: str) -> str:
    return NOT_XML.sub("�", text)
