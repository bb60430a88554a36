"""Every check, one module each: a module of this package that defines ``CHECK`` is in the catalogue."""

from __future__ import annotations

import importlib
import pkgutil

from rulewright.authoring.checks.finding import Check


def catalogue() -> tuple[Check, ...]:
    """The checks in the order of their codes."""
    modules = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    checks: list[Check] = [module.CHECK for module in modules]
    return tuple(sorted(checks, key=lambda check: check.code))
