from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--random-programs",
        type=int,
        default=None,
        metavar="N",
        help="compare the engines on N new random knowledge bases (by default on a fixed set of a few hundred)",
    )
