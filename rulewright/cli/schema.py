"""`rulewright schema advice`: the published contract of what `advise --format json` prints."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Contract(StrEnum):
    """The contracts that are published."""

    ADVICE = "advice"


def schema(contract: Annotated[Contract, typer.Argument(help="Which contract.", show_default=False)]) -> None:
    """Print the JSON Schema of an advice."""
    from provenance.render.json import schema_text
    from rulewright.cli.output import emit_bytes

    assert contract is Contract.ADVICE
    emit_bytes(schema_text().encode())
