"""One line for each finding: place, severity, code and message."""

from __future__ import annotations

from rulewright.authoring.checks.inspect import Inspection


def compact(inspection: Inspection) -> str:
    """``FILE:LINE:COLUMN: SEVERITY CODE: MESSAGE``, a line each; nothing where nothing is found."""
    return "".join(
        f"{found.location}: {found.severity.name} {found.code}: {' '.join(found.message.splitlines())}\n"
        for found in inspection.findings
    )
