"""Formulas of declared quantities: exact arithmetic over data of a case, with the steps shown.

Grammar: numbers, ``path[unit]`` (the datum as a number in that unit), ``path`` (one that is a number already),
``+ - * /``, parentheses, ``sqrt``, ``min``, ``max``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from engine.model.quantity import exact_text, significant, square_root
from engine.model.unit import Unit, UnitError

TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<name>[A-Za-z][A-Za-z0-9-]*(?:\.[A-Za-z][A-Za-z0-9-]*)?)(?:\[(?P<unit>[^\]]*)\])?|(?P<sign>[-+*/(),]))"
)
FUNCTIONS = {"sqrt": 1, "min": 2, "max": 2}
PLAIN = Unit.parse("1")
"""The unit of a plain number, and of a datum that is named without one."""
LONGEST_FORMULA = 400
"""Longer ones could nest deeper than Python calls."""


class FormulaError(ValueError):
    """The formula cannot be read."""


@dataclass(frozen=True, slots=True)
class Number:
    """A constant."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Value:
    """A datum as a number in a unit, which is `PLAIN` where it is a number by itself."""

    path: str
    unit: Unit


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation on other nodes; ``name`` is a sign or a function."""

    name: str
    operands: tuple[Formula, ...]


Formula: TypeAlias = Number | Value | Operation


@lru_cache(maxsize=4096)
def parse_formula(text: str) -> Formula:
    """The formula as a tree; raises `FormulaError` with what is wrong."""
    if len(text) > LONGEST_FORMULA:
        raise FormulaError(f"it has {len(text)} characters; at most {LONGEST_FORMULA} are read")
    tokens = list(_tokens(text))
    parser = _Parser(tokens)
    found = parser.sum()
    if parser.at < len(tokens):
        raise FormulaError(f"`{tokens[parser.at][1]}` stands where the formula should end")
    return found


def inputs(formula: Formula) -> Iterator[Value]:
    """The data that a formula reads."""
    if isinstance(formula, Value):
        yield formula
    elif isinstance(formula, Operation):
        for operand in formula.operands:
            yield from inputs(operand)


def evaluate(formula: Formula, read: Callable[[Value], Fraction]) -> Fraction:
    """The exact value. Division by zero and the square root of a negative number raise `FormulaError`."""
    if isinstance(formula, Number):
        return formula.value
    if isinstance(formula, Value):
        return read(formula)
    values = [evaluate(operand, read) for operand in formula.operands]
    try:
        return _apply(formula.name, values)
    except (ZeroDivisionError, ValueError) as error:
        raise FormulaError(str(error)) from error


def _apply(name: str, values: list[Fraction]) -> Fraction:
    if name == "sqrt":
        return square_root(values[0])
    if name in ("min", "max"):
        return min(values) if name == "min" else max(values)
    first = values[0]
    for value in values[1:]:
        if name == "+":
            first += value
        elif name == "-":
            first -= value
        elif name == "*":
            first *= value
        else:
            first /= value
    return -first if name == "negative" else first


def with_numbers(formula: Formula, read: Callable[[Value], Fraction]) -> str:
    """The formula with the case's numbers in it: ``sqrt(125 x 25 / 3600)``."""
    return _shown(
        formula, lambda value: exact_text(read(value)) if read(value).denominator < 10**9 else significant(read(value))
    )


def _shown(formula: Formula, read: Callable[[Value], str]) -> str:
    if isinstance(formula, Number):
        return exact_text(formula.value)
    if isinstance(formula, Value):
        return read(formula)
    parts = [_shown(operand, read) for operand in formula.operands]
    if formula.name in FUNCTIONS:
        return f"{formula.name}({', '.join(parts)})"
    if formula.name == "negative":
        return f"-{parts[0]}"
    wrapped = [
        f"({part})"
        if isinstance(operand, Operation)
        and _binds(operand.name) < _binds(formula.name) + (index > 0 and formula.name in "-/")
        else part
        for index, (operand, part) in enumerate(zip(formula.operands, parts, strict=True))
    ]
    sign = "x" if formula.name == "*" else formula.name
    return f" {sign} ".join(wrapped)


def _binds(name: str) -> int:
    return {"+": 1, "-": 1, "*": 2, "/": 2}.get(name, 3)


def _tokens(text: str) -> Iterator[tuple[str, str, str]]:
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise FormulaError(f"`{text[at:].strip()[:20]}` is no part of a formula")
        at = match.end()
        kind = match.lastgroup if match.lastgroup != "unit" else "name"
        yield kind or "", match[kind or 0], match["unit"] or ""


class _Parser:
    def __init__(self, tokens: list[tuple[str, str, str]]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    def sign(self, among: str) -> str:
        if self.at < len(self.tokens) and self.tokens[self.at][0] == "sign" and self.tokens[self.at][1] in among:
            self.at += 1
            return self.tokens[self.at - 1][1]
        return ""

    def sum(self) -> Formula:
        found = self.product()
        while sign := self.sign("+-"):
            found = Operation(sign, (found, self.product()))
        return found

    def product(self) -> Formula:
        found = self.atom()
        while sign := self.sign("*/"):
            found = Operation(sign, (found, self.atom()))
        return found

    def atom(self) -> Formula:
        self.depth += 1
        if self.depth > 50:
            raise FormulaError("the formula is nested too deeply")
        if self.sign("-"):
            found: Formula = Operation("negative", (self.atom(),))
        elif self.sign("("):
            found = self.sum()
            if not self.sign(")"):
                raise FormulaError("a parenthesis is not closed")
        else:
            found = self.leaf()
        self.depth -= 1
        return found

    def leaf(self) -> Formula:
        if self.at >= len(self.tokens):
            raise FormulaError("the formula ends where a value should stand")
        kind, text, unit = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return Number(Fraction(text))
        if kind == "name" and text in FUNCTIONS and not unit:
            return self.function(text)
        if kind == "name":
            try:
                return Value(text, Unit.parse(unit) if unit else PLAIN)
            except UnitError as error:
                raise FormulaError(error.message) from error
        raise FormulaError(f"`{text}` stands where a value should")

    def function(self, name: str) -> Formula:
        if not self.sign("("):
            raise FormulaError(f"`{name}` takes its arguments in parentheses")
        operands = [self.sum()]
        while self.sign(","):
            operands.append(self.sum())
        if not self.sign(")"):
            raise FormulaError("a parenthesis is not closed")
        wanted = FUNCTIONS[name]
        if (wanted == 1) != (len(operands) == 1):
            raise FormulaError(f"`{name}` takes {'one argument' if wanted == 1 else 'two or more arguments'}")
        return Operation(name, tuple(operands))
