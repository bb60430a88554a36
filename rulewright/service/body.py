"""The body of a request, read within a bound."""

from __future__ import annotations

from fastapi import Request

from rulewright.service.problems import Failed, OneProblem

LARGEST_BODY = 1_000_000


async def json_body(request: Request) -> bytes:
    """The bytes of a body that is declared as JSON; raises `Failed` where it is not, or is too large."""
    declared = request.headers.get("content-type", "")
    if declared.partition(";")[0].strip().lower() != "application/json":
        message = f"the Content-Type is `{declared[:60]}`" if declared else "there is no Content-Type"
        raise Failed("media-type", f"{message}; expected application/json", headers={"Accept-Post": "application/json"})
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > LARGEST_BODY:
        raise _too_large()
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > LARGEST_BODY:
            raise _too_large()
    return bytes(found)


def _too_large() -> Failed:
    expected = f"at most {LARGEST_BODY} bytes"
    problem = OneProblem(code="document-too-large", message="the body is too large", expected=expected)
    # What is left of the body is not read, so the connection cannot be used again.
    return Failed(
        "too-large", f"the body is too large; expected {expected}", [problem], headers={"Connection": "close"}
    )
