"""The command line: `rulewright VERB`. One module per verb; each imports what it needs only when it runs.

Exit codes: 0 done; 1 a negative result (a knowledge base with problems, a scenario that differs or is refused, an
advice that does not verify, a withdrawal that changes advice); 2 bad input, with every problem on standard error and
nothing on standard output; 70 an internal error; 130 interrupted; 141 the reader of the output went away.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

EXIT_CODES = (
    "Exit codes: 0 done; 1 a negative result (problems in the knowledge base, a scenario that differs or is refused, "
    "an advice that does not verify, a withdrawal that changes advice); 2 bad input, with every problem on standard "
    "error and nothing on standard output; 70 an internal error; 130 interrupted; 141 the reader of the output went "
    "away."
)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one verb and exit; no traceback reaches the user."""
    from engine.errors import Refused
    from rulewright.cli.output import INTERRUPTED, problems

    try:
        code = _run(arguments)
    except Refused as refused:
        code = problems(refused.problems)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as error:  # noqa: BLE001  the last resort: one line for the user, never a traceback
        code = _internal_error(error)
    sys.exit(code)


def _run(arguments: Sequence[str] | None) -> int:
    from rulewright.cli.verbs import program

    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        program(words)(args=words, prog_name="rulewright")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0
    return 0


def _internal_error(error: Exception) -> int:
    """Say in one line what happened (`EnginesDiffer` names the conclusions); RULEWRIGHT_DEBUG=1 shows the traceback."""
    from rulewright.cli.output import INTERNAL_ERROR

    if os.environ.get("RULEWRIGHT_DEBUG"):
        raise error
    line = " ".join(f"{type(error).__name__}: {error}".split())[:500]
    print(f"rulewright: internal error, please report it: {line}", file=sys.stderr)
    return INTERNAL_ERROR


__all__ = ["EXIT_CODES", "main"]
