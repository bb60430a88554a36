"""The list of mutants that nothing could notice, each with the reason: ``scenarios/equivalent-mutants.yaml``.

Only a person can say that a mutant means the same. One that is listed and that a scenario notices does not.
"""

from __future__ import annotations

from importlib.abc import Traversable
from pathlib import Path

from engine.errors import Findings, Location
from engine.fields import Fields, mapping_of
from engine.reading import read_text
from rulewright.authoring.coverage.report import place_of
from rulewright.authoring.mutation.report import Listed
from rulewright.authoring.scenario import EQUIVALENT
from rulewright.authoring.scenarios import shown

FILE = f"{EQUIVALENT}.yaml"


def read_equivalent(root: Traversable | Path) -> list[Listed]:
    """The entries of the list, none where there is no list; raises `Refused` with every problem."""
    path = root / "scenarios" / FILE
    if not path.is_file():
        return []
    findings = Findings()
    place = Location(shown(path), 1, 1)
    try:
        node = read_text(path.read_text(encoding="utf-8"), shown(path), findings)
    except (OSError, UnicodeDecodeError):
        findings.add("unreadable", place, f"{path} cannot be read as UTF-8 text", "a readable file")
        node = None
    body = mapping_of(node, "a list of equivalent mutants", findings) if node is not None else None
    found: dict[str, Listed] = {}
    if body is not None:
        fields = Fields(body, "a list of equivalent mutants", findings)
        for entry in fields.sequence(EQUIVALENT, True):
            inner = mapping_of(entry, "an equivalent mutant", findings)
            if inner is None:
                continue
            own = Fields(inner, "an equivalent mutant", findings)
            name, because = own.words("mutant", True), own.words("because", True)
            own.done()
            if name in found:
                message = f"the mutant `{name}` is listed twice"
                findings.add("duplicate-id", own.location, message, "each once", f"first at {found[name].place}")
            found.setdefault(name, Listed(mutant=name, because=because, place=place_of(own.location)))
        fields.done()
    findings.refuse_if_any()
    return list(found.values())
