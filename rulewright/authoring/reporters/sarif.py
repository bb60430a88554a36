"""Findings as SARIF 2.1.0, which code hosts and editors read.

Source of the format: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0, 27 March 2020.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from engine.errors import CODES
from rulewright.authoring.checks.finding import Check, Finding, Severity
from rulewright.authoring.checks.inspect import Inspection
from rulewright.authoring.checks.waivers import CODE as WAIVER

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.error: "error", Severity.warning: "warning", Severity.info: "note"}
_ABOUT_WAIVERS = "A waiver waives nothing, names no check, or gives no reason."


def sarif(inspection: Inspection) -> str:
    """One run: a rule for each check that ran and each code that was found; a waived finding is a suppressed result."""
    from importlib.metadata import version

    rules = _rules(inspection)
    order = {rule["id"]: number for number, rule in enumerate(rules)}
    results = [_result(found, order) for found in inspection.findings]
    results.extend(_result(found, order) | {"suppressions": [{"kind": "inSource"}]} for found in inspection.waived)
    driver = {"name": "rulewright", "version": version("rulewright"), "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _rules(inspection: Inspection) -> list[dict[str, Any]]:
    """What each code means, in the order of the codes."""
    rules = {check.code: _rule(check) for check in inspection.ran}
    for found in (*inspection.findings, *inspection.waived):
        said = _ABOUT_WAIVERS if found.code == WAIVER else CODES.get(found.code, "")
        rules.setdefault(found.code, _described(found.code, said, found.severity))
    return [rules[code] for code in sorted(rules)]


def _rule(check: Check) -> dict[str, Any]:
    return _described(check.code, check.title, check.severity)


def _described(code: str, said: str, severity: Severity) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": code, "defaultConfiguration": {"level": _LEVELS[severity]}}
    return rule | {"shortDescription": {"text": said}} if said else rule


def _result(found: Finding, order: dict[str, int]) -> dict[str, Any]:
    return {
        "ruleId": found.code,
        "ruleIndex": order[found.code],
        "level": _LEVELS[found.severity],
        "message": {"text": "\n".join(_said(found))},
        "locations": [{"physicalLocation": _place(found)}],
    }


def _said(found: Finding) -> Iterable[str]:
    """The message, and on lines of their own what was expected and the hint."""
    yield found.message
    if found.expected:
        yield f"expected: {found.expected}"
    if found.hint:
        yield f"hint: {found.hint}"


def _place(found: Finding) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(found.location.file)}}
    if found.location.line:
        region = {"startLine": found.location.line, "startColumn": max(found.location.column, 1)}
        place["region"] = region | ({"endColumn": found.end} if found.end else {})
    return place


def _uri(file: str) -> str:
    """A path as a URI: relative to where the program runs, or with the scheme of files."""
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
