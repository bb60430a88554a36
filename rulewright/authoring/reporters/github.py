"""Findings as the workflow commands that GitHub shows beside the changed lines of a pull request.

Source of the form: GitHub Docs, "Workflow commands for GitHub Actions", setting an error, warning or notice message.
"""

from __future__ import annotations

from rulewright.authoring.checks.finding import Finding, Severity
from rulewright.authoring.checks.inspect import Inspection

_COMMANDS = {Severity.error: "error", Severity.warning: "warning", Severity.info: "notice"}


def github(inspection: Inspection) -> str:
    """One command for each finding, a line each; nothing where nothing is found."""
    return "".join(f"{_command(found)}\n" for found in inspection.findings)


def _command(found: Finding) -> str:
    place = found.location
    fields = {"file": place.file}
    if place.line:
        fields |= {"line": str(place.line), "col": str(max(place.column, 1))}
    if place.line and found.end:
        fields["endColumn"] = str(found.end)
    fields["title"] = found.code
    said = found.message
    if found.expected:
        said += f" (expected {found.expected})"
    if found.hint:
        said += f"\n{found.hint}"
    shown = ",".join(f"{name}={_property(value)}" for name, value in fields.items())
    return f"::{_COMMANDS[found.severity]} {shown}::{_data(said)}"


def _data(text: str) -> str:
    """A message with the characters escaped that would end it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A value with the characters escaped that would end it or its line."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
