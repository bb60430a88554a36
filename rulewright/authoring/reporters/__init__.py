"""How findings are told: for people, one line each, or as a document that another program reads."""

from __future__ import annotations

from collections.abc import Callable

from rulewright.authoring.checks.inspect import Inspection
from rulewright.authoring.reporters.compact import compact
from rulewright.authoring.reporters.github import github
from rulewright.authoring.reporters.json import as_json
from rulewright.authoring.reporters.pretty import pretty
from rulewright.authoring.reporters.sarif import sarif

REPORTERS: dict[str, Callable[[Inspection], str]] = {
    "pretty": pretty,
    "compact": compact,
    "json": as_json,
    "sarif": sarif,
    "github": github,
}
"""Each form by its name: an inspection to a text that ends with a line break, or is empty."""
