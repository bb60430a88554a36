"""The text of an advice: read strictly, and held against the published contract."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from engine.model.advice import Advice
from engine.reading import escape_pointer
from provenance.verify.verdict import Flaws, Tree


class _Malformed(ValueError):
    """The text is not the JSON of an advice."""


def read(advice: Advice | dict[str, Any] | str, flaws: Flaws) -> dict[str, Tree] | None:
    """The advice as a JSON tree; None where it does not follow the contract, with what is wrong recorded.

    Every field must be stated: what is left to a default, or of another type than it is written in, is a flaw.
    """
    try:
        text = advice if isinstance(advice, str) else _written(advice)
        tree = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
        text.encode()
    except (ValueError, TypeError, RecursionError) as error:
        flaws.add("json", "", f"no JSON object of an advice: {' '.join(str(error).split())[:300]}")
        return None
    try:
        model = Advice.model_validate_json(text, strict=True)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_context=False, include_input=False):
            place = "".join(f"/{escape_pointer(str(step))}" for step in detail["loc"])
            flaws.add("contract", place, detail["msg"])
        return None
    whole: dict[str, Tree] = model.model_dump(mode="json")
    flaws.compare("contract", "", tree, whole)
    return whole


def _written(advice: Advice | dict[str, Any]) -> str:
    tree = advice.model_dump(mode="json", warnings=False) if isinstance(advice, Advice) else advice
    return json.dumps(tree, ensure_ascii=False, allow_nan=False)


def _object(pairs: list[tuple[str, Tree]]) -> dict[str, Tree]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for number, (name, _) in enumerate(pairs) if name in [other for other, _ in pairs[:number]])
        raise _Malformed(f"`{twice}` stands twice in one object")
    return found


def _constant(text: str) -> Tree:
    raise _Malformed(f"`{text}` is not a JSON number")
