"""A matcher in strata on durable-rules: patterns with joins and negation over flat facts of text.

It knows nothing of any subject nor of the rule language. This package is the only one of the project that
imports durable-rules, and it keeps to the discipline under which that library was measured to be right.

    patterns.py   the nouns: Assertion, Pattern, MatchRule, Match, and what can go wrong
    network.py    match rules to rulesets of durable-rules, within its limits
    session.py    the library itself: one fact in, recorded firings out
    matcher.py    Matcher: a case through the strata to the fixpoint
"""

from engine.matching.matcher import Matcher, resident_megabytes
from engine.matching.patterns import Assertion, Match, MatcherFailure, MatcherLimit, MatchRule, Pattern

__all__ = [
    "Assertion",
    "Match",
    "MatchRule",
    "Matcher",
    "MatcherFailure",
    "MatcherLimit",
    "Pattern",
    "resident_megabytes",
]
