"""Numbers as people write them in running text, in digits and in words, and what they are worth.

In digits: 12, 2.5, 1,000, 50 000, 1½, 2 1/2, 3 million. In words: three, two and a half, one hundred and fifty, a
thousand, two dozen; and parts of something, with the words up to its name: half an (hour), a quarter of an (hour).
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
)
_SMALL = {word: number for number, word in enumerate(f"{_ONES} eighteen nineteen".split())}
_TENS = {
    word: 10 * number
    for number, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1000, "million": 1_000_000}

_SIGNS = "½¼¾⅓⅔"
_WHOLE = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]{1,3}(?: [0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
_DIGITS = (
    rf"(?:{_WHOLE}(?:\s?[{_SIGNS}]|\s[1-3]/[2-4](?![\w/])|(?i:\s(?:{'|'.join(_SCALES)})\b))?|(?<![0-9/])[{_SIGNS}])"
)
_TO_99 = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(list(_SMALL)[1:10])}))?|{'|'.join(_SMALL)})\b"
_REST = rf"(?![- ](?:{'|'.join(_SCALES)})\b)"
"""In "between one hundred and two hundred" the second number does not belong to the first."""
_TO_999 = rf"(?:(?:an?|{_TO_99}) hundred\b(?:(?: and)? {_TO_99}{_REST})?|{_TO_99})"
_CARDINAL = (
    rf"(?:(?:an?|{_TO_999}) (?:thousand|million)\b(?:(?: and)? {_TO_999}{_REST})?|(?:an?|{_TO_99}) dozen\b|{_TO_999})"
)
_AND_A_PART = r"(?: and (?:a half|a quarter|three[- ]quarters)\b(?! of\b))?"
_PERIOD = r"(?:minute|hour|day|week|month|year)"
_PART = (
    r"(?:(?:(?:a|one) )?half(?: of)? an?(?= )|(?:(?:a|one)[- ]quarter|three[- ]quarters|(?:a|one)[- ]third"
    rf"|two[- ]thirds) of an?(?= )|(?:(?:a|one) )?half(?=[- ]{_PERIOD}s?\b))"
)
NUMBER = rf"(?:{_DIGITS}|(?i:\b(?:{_PART}|{_CARDINAL}{_AND_A_PART})))"
"""What a number looks like, as a regular expression without groups."""

_PARTS = [
    (re.compile(r"(?:(?:^| and )three[- ]quarters)"), Fraction(3, 4)),
    (re.compile(r"two[- ]thirds"), Fraction(2, 3)),
    (re.compile(r"(?:^(?:a|one)[- ]| and a )quarter"), Fraction(1, 4)),
    (re.compile(r"^(?:a|one)[- ]third"), Fraction(1, 3)),
    (re.compile(r"(?:(?:^|^a |^one )| and a )half"), Fraction(1, 2)),
]


def value_of(number: str) -> Fraction:
    """The value of a number that `NUMBER` matches."""
    return _of_digits(number) if number[0].isdigit() or number[0] in _SIGNS else _of_words(number.lower())


def _of_digits(number: str) -> Fraction:
    digits, _, scale = number.rpartition(" ") if number[-1].isalpha() else (number, "", "")
    value = Fraction(0)
    if digits[-1] in _SIGNS:
        value += Fraction(unicodedata.numeric(digits[-1])).limit_denominator(12)
        digits = digits[:-1]
    whole, _, part = digits.rpartition(" ") if "/" in digits else (digits, "", "0")
    digits = re.sub(r"[,\s]", "", whole)
    value += Fraction(part) + Fraction(digits or 0)
    return value * (_SCALES[scale.lower()] if scale else 1)


def _of_words(number: str) -> Fraction:
    for pattern, worth in _PARTS:
        if found := pattern.search(number):
            return worth + (_cardinal(number[: found.start()]) if found.start() else 0)
    return Fraction(_cardinal(number))


def _cardinal(words: str) -> int:
    """One hundred and fifty: what is before a scale is multiplied, what is after it is added."""
    total = current = 0
    for word in re.split("[- ]", words):
        if word in _SCALES and _SCALES[word] >= _SCALES["thousand"]:
            total += max(current, 1) * _SCALES[word]
            current = 0
        elif word in _SCALES:
            current = max(current, 1) * _SCALES[word]
        else:
            current += _SMALL.get(word, 0) + _TENS.get(word, 0)
    return total + current
