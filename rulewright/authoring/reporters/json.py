"""Findings as a JSON document."""

from __future__ import annotations

import json
from typing import Any

from rulewright.authoring.checks.finding import Finding
from rulewright.authoring.checks.inspect import Inspection


def as_json(inspection: Inspection) -> str:
    """An object: ``findings`` and ``waived``, lists of objects; whether the knowledge base could be ``loaded``, without
    which no check runs and no scenario is looked at; and the codes of the checks that ran.
    """
    document = {
        "findings": [_finding(found) for found in inspection.findings],
        "waived": [_finding(found) for found in inspection.waived],
        "loaded": inspection.loaded,
        "checks": [check.code for check in inspection.ran],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _finding(found: Finding) -> dict[str, Any]:
    place = found.location
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "end_column": found.end or None,
        "code": found.code,
        "severity": found.severity.name,
        "message": found.message,
        "expected": found.expected,
        "hint": found.hint,
    }
