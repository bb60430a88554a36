"""`rulewright serve` where nobody can listen."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any


def test_an_address_that_is_taken_is_bad_input_in_one_line(run: Callable[..., Any]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ran = run("serve", "--port", str(port))
    assert (ran.code, ran.out) == (2, "")
    (line,) = ran.err.splitlines()
    assert line.startswith(f"rulewright serve: 127.0.0.1:{port} is taken")
    assert "--port" in line


def test_an_address_of_no_machine_is_bad_input(run: Callable[..., Any]) -> None:
    ran = run("serve", "--host", "no-such-host.invalid", "--port", "0")
    assert ran.code == 2
    assert len(ran.err.splitlines()) == 1
