"""The matcher on durable-rules finds every match once, against a naive evaluator, and nothing of an earlier case."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.matching import (
    Assertion,
    Match,
    Matcher,
    MatcherFailure,
    MatcherLimit,
    MatchRule,
    Pattern,
    network,
    resident_megabytes,
)
from engine.matching import matcher as matcher_module
from engine.matching.session import Observed, Session

Draw = Callable[[Match], Assertion | None]
Chosen = tuple[tuple[Assertion, ...], dict[str, str]]


def fact(relation: str, level: str = "certain", /, **fields: str) -> Assertion:
    return Assertion(relation, level, tuple(fields.items()))


def pattern(relation: str, level: str = "certain", /, **fields: str) -> Pattern:
    return Pattern(relation, level, tuple(fields.items()))


def unless(relation: str, level: str = "certain", /, **fields: str) -> Pattern:
    return Pattern(relation, level, tuple(fields.items()), negated=True)


def nothing(_: Match) -> Assertion | None:
    return None


# --- a naive evaluator: all combinations, again and again ------------------------------------------------------------


def bind(pattern: Pattern, fact: Assertion, bound: dict[str, str]) -> dict[str, str] | None:
    if (pattern.relation, pattern.level) != (fact.relation, fact.level):
        return None
    fields, bound = dict(fact.fields), dict(bound)
    for name, term in pattern.fields:
        if name not in fields:
            return None
        if (bound.setdefault(term, fields[name]) if term.startswith("$") else term) != fields[name]:
            return None
    return bound


def solutions(patterns: Sequence[Pattern], facts: Iterable[Assertion], bound: dict[str, str]) -> Iterator[Chosen]:
    if not patterns:
        yield (), bound
        return
    for one in facts:
        extended = bind(patterns[0], one, bound)
        if extended is not None:
            for rest, final in solutions(patterns[1:], facts, extended):
                yield (one, *rest), final


def naive(
    strata: Sequence[Sequence[MatchRule]], resident: Iterable[Assertion], case: Iterable[Assertion], draw: Draw
) -> tuple[set[Match], set[Assertion]]:
    facts, matches = {*resident, *case}, set[Match]()
    for rules in strata:
        changed = True
        while changed:
            found = {
                Match(rule.name, chosen)
                for rule in rules
                for chosen, bound in solutions([p for p in rule.patterns if not p.negated], facts, {})
                if not any(bind(p, one, bound) is not None for p in rule.patterns if p.negated for one in facts)
            }
            drawn = {conclusion for match in found if (conclusion := draw(match)) is not None}
            changed = not drawn <= facts
            facts |= drawn
            matches |= found
    return matches, facts


# --- random stratified programs --------------------------------------------------------------------------------------

TEXTS = ["26", "a", 'say "é" $not\n', "null"]
LEVELS = ["certain", "certain", "certain", "possible"]


@st.composite
def facts_of(draw: st.DrawFn, relations: Sequence[str], most: int) -> list[Assertion]:
    names = st.sampled_from([("x", "y")] * 4 + [("x",), ("x", "y", "z")])
    return draw(
        st.lists(
            st.builds(
                lambda relation, level, names, texts: Assertion(
                    relation, level, tuple(zip(names, texts, strict=False))
                ),
                st.sampled_from(relations),
                st.sampled_from(LEVELS),
                names,
                st.tuples(*[st.sampled_from(TEXTS)] * 3),
            ),
            min_size=most // 2,
            max_size=most,
        )
    )


@st.composite
def programs(draw: st.DrawFn) -> tuple[list[list[MatchRule]], Draw]:
    heads: dict[str, tuple[str, str, list[int | str], bool]] = {}
    strata = []
    term = st.sampled_from(["$p", "$p", "$q", "$q", "$r", "$s", TEXTS[0]])

    def some_pattern(relations: Sequence[str], negated: bool) -> Pattern:
        names = draw(st.sampled_from([("x", "y")] * 3 + [("x",), ("y",), ("x", "y", "z"), ()]))
        level = draw(st.sampled_from(LEVELS))
        return Pattern(draw(st.sampled_from(relations)), level, tuple((name, draw(term)) for name in names), negated)

    for stratum in range(draw(st.integers(1, 3))):
        below = ["a", "b", "e", "f", *(f"d{i}" for i in range(stratum))]
        rules = []
        for number in range(draw(st.integers(1, 5))):
            name = f"r{stratum}.{number}"
            patterns = [
                some_pattern([*below, f"d{stratum}"], False)
                for _ in range(draw(st.sampled_from([0, 1, 1, 2, 2, 3, 3, 4])))
            ]
            patterns += [some_pattern(below, True) for _ in range(draw(st.integers(0, 2)))]
            heads[name] = (
                f"d{stratum}",
                draw(st.sampled_from(LEVELS)),
                draw(st.lists(st.one_of(st.integers(0, 7), st.sampled_from(TEXTS)), min_size=2, max_size=2)),
                draw(st.integers(0, 5)) > 0,
            )
            rules.append(MatchRule(name, tuple(draw(st.permutations(patterns)))))
        strata.append(rules)

    def conclude(match: Match) -> Assertion | None:
        relation, level, terms, draws = heads[match.rule]
        texts = [text for one in match.facts for _, text in one.fields] or ["a"]
        chosen = [texts[one % len(texts)] if isinstance(one, int) else one for one in terms]
        return Assertion(relation, level, tuple(zip(("x", "y"), chosen, strict=True))) if draws else None

    return strata, conclude


def agree(
    matcher: Matcher,
    strata: Sequence[Sequence[MatchRule]],
    resident: Iterable[Assertion],
    case: Iterable[Assertion],
    draw: Draw,
) -> int:
    drawn: set[Assertion] = set()

    def noting(match: Match) -> Assertion | None:
        conclusion = draw(match)
        drawn.update([conclusion] if conclusion is not None else [])
        return conclusion

    found = matcher.run(case, noting)
    matches, facts = naive(strata, resident, case, draw)
    assert Counter(found) == Counter(matches)
    assert drawn | {*resident, *case} == facts
    return len(found)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs(), facts_of(["e", "f"], 6), st.lists(facts_of(["a", "b"], 7), min_size=1, max_size=3))
def test_random_stratified_programs_agree_with_a_naive_evaluator(
    program: tuple[list[list[MatchRule]], Draw], resident: list[Assertion], cases: list[list[Assertion]]
) -> None:
    strata, draw = program
    matcher = Matcher(strata, resident)
    for case in cases:
        agree(matcher, strata, resident, case, draw)
    assert matcher.cases_run == len(cases)


# --- behaviour by behaviour ------------------------------------------------------------------------------------------

EDGE = MatchRule("edge", (pattern("edge", x="$a", y="$b"),))
STEP = MatchRule("step", (pattern("path", x="$a", y="$b"), pattern("edge", x="$b", y="$c")))
MISS = MatchRule("unreached", (pattern("node", n="$n"), unless("path", y="$n")))


def reach(match: Match) -> Assertion | None:
    if match.rule == "unreached":
        return fact("unreached", n=dict(match.facts[0].fields)["n"])
    return fact("path", x=dict(match.facts[0].fields)["x"], y=dict(match.facts[-1].fields)["y"])


def test_recursion_keeps_every_derivation_and_negation_waits_for_the_stratum_below() -> None:
    case = [fact("edge", x=x, y=y) for x, y in ("ab", "bc", "ca", "ac")] + [fact("node", n=n) for n in "abcd"]
    matcher = Matcher([[EDGE, STEP], [MISS]])
    assert agree(matcher, [[EDGE, STEP], [MISS]], [], case, reach) > 12
    assert [m.facts for m in matcher.run(case, reach) if m.rule == "unreached"] == [(fact("node", n="d"),)]


def test_one_fact_may_fill_two_patterns() -> None:
    same = MatchRule("same", (pattern("p", x="$a"), pattern("p", x="$b")))
    assert [match.facts for match in Matcher([[same]]).run([fact("p", x="1")], nothing)] == [(fact("p", x="1"),) * 2]


def test_facts_of_a_match_stand_in_the_written_order() -> None:
    rule = MatchRule("r", (pattern("e", k="$k"), unless("n", k="$k"), pattern("c", k="$k")))
    evidence, case = fact("e", k="1"), fact("c", k="1")
    assert Matcher([[rule]], [evidence]).run([case], nothing) == (Match("r", (evidence, case)),)


def test_a_match_may_draw_several_facts() -> None:
    rules = [MatchRule("one", (pattern("p", x="$a"),)), MatchRule("two", (pattern("q", x="$a"), pattern("r", x="$a")))]

    def draw(match: Match) -> list[Assertion] | None:
        return [fact("q", x="1"), fact("r", x="1"), fact("q", x="2")] if match.rule == "one" else None

    assert [match.rule for match in Matcher([rules]).run([fact("p", x="0")], draw)] == ["one", "two"]


def test_a_rule_of_negated_patterns_only_fires_once() -> None:
    rule = MatchRule("none", (unless("p"),))
    matcher = Matcher([[rule]])
    assert matcher.run([], nothing) == (Match("none", ()),)
    assert matcher.run([fact("p", x="1")], nothing) == ()
    assert matcher.run([], nothing) == (Match("none", ()),)


def test_a_variable_that_only_a_negated_pattern_holds_is_existential() -> None:
    rule = MatchRule("r", (pattern("p", x="$a"), unless("q", x="$a", y="$z", z="$z")))
    matcher = Matcher([[rule]])
    p = fact("p", x="1")
    assert len(matcher.run([p, fact("q", x="1", y="2", z="3")], nothing)) == 1
    assert len(matcher.run([p, fact("q", x="1", y="2", z="2")], nothing)) == 0


def test_rules_over_evidence_alone_fire_in_every_case() -> None:
    rule = MatchRule("pair", (pattern("e", x="$a"), pattern("e", y="$a")))
    evidence = [fact("e", x=str(i), y=str(i + 1)) for i in range(4)]
    matcher = Matcher([[rule]], evidence)
    for _ in range(3):
        assert len(matcher.run([], nothing)) == 3


def test_before_each_stratum_the_facts_so_far_can_be_counted() -> None:
    lone = MatchRule("lone", (pattern("count", n="1"), pattern("d", x="$a")))
    rule = MatchRule("d", (pattern("p", x="$a"),))

    def count(stratum: int, facts: frozenset[Assertion]) -> list[Assertion]:
        return [fact("count", n=str(sum(one.relation == "d" for one in facts)))] if stratum else []

    def draw(match: Match) -> Assertion | None:
        return fact("d", x="1") if match.rule == "d" else None

    found = Matcher([[rule], [lone]]).run([fact("p", x="1"), fact("p", x="2")], draw, count)
    assert Counter(match.rule for match in found) == {"d": 2, "lone": 1}


def test_a_rule_that_becomes_able_late_still_sees_what_it_negates() -> None:
    seed = MatchRule("seed", (pattern("p", x="$a"), unless("other", x="$a")))
    late = MatchRule("late", (pattern("d", x="$a"), pattern("p", x="$a"), unless("q", x="$a")))
    strata = [[seed, late]]

    def draw(match: Match) -> Assertion | None:
        return fact("d", x=dict(match.facts[0].fields)["x"]) if match.rule == "seed" else None

    case = [fact("p", x="1"), fact("p", x="2"), fact("q", x="1")]
    matcher = Matcher(strata)
    for _ in range(3):
        assert agree(matcher, strata, [], case, draw) == 3


def test_a_rule_with_negation_that_becomes_able_late_fires() -> None:
    seed = MatchRule("seed", (pattern("p", x="$a"),))
    late = MatchRule("late", (pattern("d", x="$a"), unless("q", x="$a")))

    def draw(match: Match) -> Assertion | None:
        return fact("d", x=dict(match.facts[0].fields)["x"]) if match.rule == "seed" else None

    agree(Matcher([[seed, late]]), [[seed, late]], [], [fact("p", x="1"), fact("p", x="2"), fact("q", x="1")], draw)


def test_a_rule_whose_evidence_does_not_exist_costs_nothing() -> None:
    rule = MatchRule("r", (pattern("p", x="$a"), pattern("e", x="1")))
    matcher = Matcher([[EDGE, rule]], [fact("e", x="2")])
    assert [planned.name for planned in matcher._rules] == ["edge"]
    assert matcher.run([fact("p", x="1")], nothing) == ()


@given(st.lists(st.tuples(st.text(max_size=6), st.text(max_size=6)), max_size=6, unique=True))
@settings(max_examples=60, deadline=None)
def test_any_text_joins_only_with_itself(pairs: list[tuple[str, str]]) -> None:
    rule = MatchRule("r", (pattern("p", **{"x": "$a", 'f "é"\n$': "$b"}), pattern("q", x="$b")))
    case = [Assertion("p", "certain", (("x", x), ('f "é"\n$', y))) for x, y in pairs]
    case += [fact("q", x=x) for x, _ in pairs]
    agree(TEXT_MATCHER, [[rule]], [], case, nothing)


TEXT_MATCHER = Matcher([[MatchRule("r", (pattern("p", **{"x": "$a", 'f "é"\n$': "$b"}), pattern("q", x="$b")))]])


@pytest.mark.parametrize("text", ["26", "true", "null", "1e308", "$not", '"', "\\", "\x00", "é", "", " ", "v0", "w0"])
def test_text_that_looks_like_something_else_is_text(text: str) -> None:
    rule = MatchRule("r", (pattern("p", x=text), pattern("e", x="$a"), pattern("p", x="$a")))
    if text.startswith("$"):  # a constant cannot start with $, since a variable does
        rule = MatchRule("r", (pattern("p", x="$b"), pattern("e", x="$a"), pattern("p", x="$a")))
    evidence = [fact("e", x=text), fact("e", x="26.0"), fact("e", x="True")]
    assert len(Matcher([[rule]], evidence).run([fact("p", x=text)], nothing)) == 1


def test_a_run_sees_nothing_of_earlier_runs_and_the_tables_do_not_grow() -> None:
    strata = [[EDGE, STEP], [MISS]]
    matcher = Matcher(strata)
    before = len(matcher._labels._texts), len(matcher._labels._names)
    for i in range(40):
        case = [fact("edge", x=f"{i}a", y="b"), fact("edge", x="b", y=f"{i}c"), fact("node", n=f"{i - 1}c")]
        assert agree(matcher, strata, [], case, reach) == 4
    assert (len(matcher._labels._texts), len(matcher._labels._names)) == before


def test_a_fact_given_or_drawn_twice_is_one_fact() -> None:
    assert len(Matcher([[EDGE]]).run([fact("edge", x="a", y="b"), fact("edge", y="b", x="a")], reach)) == 1


def test_no_threads_are_started() -> None:
    before = threading.active_count()
    Matcher([[EDGE]]).run([fact("edge", x="a", y="b")], nothing)
    assert threading.active_count() == before


# --- refusals and failures -------------------------------------------------------------------------------------------


def test_a_case_cannot_add_evidence() -> None:
    matcher = Matcher([[EDGE]], [fact("edge", x="a", y="b")])
    with pytest.raises(ValueError, match="relation of the evidence"):
        matcher.run([fact("edge", x="c", y="d")], nothing)


def test_nothing_arrives_after_it_was_negated() -> None:
    matcher = Matcher([[MISS]])
    with pytest.raises(ValueError, match="stratum 0 negates path"):
        matcher.run([fact("node", n="a")], lambda _: fact("path", x="a", y="b"))
    assert len(matcher.run([fact("node", n="a")], nothing)) == 1  # the interrupted run left nothing behind


def test_a_draw_that_raises_leaves_nothing_behind() -> None:
    matcher = Matcher([[EDGE, STEP]])

    def fails(_: Match) -> Assertion | None:
        raise KeyError("draw")

    case = [fact("edge", x=str(i), y=str(i + 1)) for i in range(5)]
    with pytest.raises(KeyError):
        matcher.run(case, fails)
    agree(matcher, [[EDGE, STEP]], [], case, reach)


def test_two_rules_with_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="same name"):
        Matcher([[EDGE], [EDGE]])


def test_sixteen_patterns_work_and_seventeen_are_refused() -> None:
    chain = [pattern("n", x=f"$v{i}", y=f"$v{i + 1}") for i in range(17)]
    case = [fact("n", x=str(i), y=str(i + 1)) for i in range(17)]
    assert len(Matcher([[MatchRule("r", tuple(chain[:16]))]]).run(case, nothing)) == 2
    gated = (*chain[:15], unless("m"))
    assert len(Matcher([[MatchRule("r", gated)]]).run(case, nothing)) == 3
    for patterns in (tuple(chain), (*chain[:16], unless("m"))):
        with pytest.raises(MatcherLimit, match="intermediate conclusion"):
            Matcher([[MatchRule("r", patterns)]])


def test_joined_fields_up_to_the_limit() -> None:
    def rule(count: int) -> MatchRule:
        fields = {f"f{i}": f"$v{i}" for i in range(count)}
        return MatchRule("r", (pattern("p", **fields), pattern("q", **fields)))

    values = {f"f{i}": str(i) for i in range(27)}
    assert len(Matcher([[rule(27)]]).run([fact("p", **values), fact("q", **values)], nothing)) == 1
    with pytest.raises(MatcherLimit, match="at most 28"):
        Matcher([[rule(28)]])


def test_hundreds_of_rules_on_one_relation_are_spread_within_the_limits() -> None:
    rules = [MatchRule(f"j{i}", (pattern("p", x="$a"), pattern("q", x="$a", y=f"k{i % 7}"))) for i in range(300)]
    rules += [MatchRule(f"k{i}", (pattern("p", x=f"{i}"), pattern("q", x="$a"))) for i in range(600)]
    case = [fact("p", x="1"), fact("q", x="1", y="k3"), fact("q", x="1", y="k4")]
    agree(Matcher([rules]), [rules], [], case, nothing)


def collide(monkeypatch: pytest.MonkeyPatch, which: Callable[[int, str], bool]) -> list[str]:
    """Let the library answer "already observed" to the posts that `which` chooses, by number and message."""
    real, seen, refused = Session.post, [0], list[str]()

    def post(self: Session, ruleset: int, message: str) -> None:
        seen[0] += 1
        if which(seen[0], message):
            refused.append(message)
            raise Observed(message)
        real(self, ruleset, message)

    monkeypatch.setattr(Session, "post", post)
    return refused


@pytest.mark.parametrize("number", range(1, 9))
def test_a_case_whose_ids_collide_is_run_again(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    strata = [[EDGE, STEP], [MISS]]
    matcher = Matcher(strata)
    case = [fact("edge", x="a", y="b"), fact("edge", x="b", y="c"), fact("node", n="a")]
    refused = collide(monkeypatch, lambda count, _: count == number)
    assert agree(matcher, strata, [], case, reach) == 4
    assert agree(matcher, strata, [], case, reach) == 4
    assert len(refused) == 1
    assert matcher.cases_run == 2


def test_a_real_collision_of_two_ids_is_found() -> None:
    matcher = Matcher([[EDGE]])
    edge = fact("edge", x="a", y="b")
    matcher.run([edge], nothing)
    matcher._next_id = 0  # the next run takes the id of the last one, as a collision would
    assert len(matcher.run([edge], nothing)) == 1
    assert matcher._next_id == 2


def test_evidence_whose_id_collides_gets_another(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = collide(monkeypatch, lambda count, message: '"e' in message and count % 3 == 0)
    rule = MatchRule("r", (pattern("e", x="$a"), pattern("p", x="$a")))
    matcher = Matcher([[rule]], [fact("e", x=str(i)) for i in range(20)])
    assert refused
    assert len(matcher.run([fact("p", x=str(i)) for i in range(20)], nothing)) == 20


def test_collisions_without_end_are_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    matcher = Matcher([[EDGE]])
    collide(monkeypatch, lambda *_: True)
    with pytest.raises(MatcherFailure, match="16 times"):
        matcher.run([fact("edge", x="a", y="b")], nothing)


def test_a_matcher_that_failed_stays_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def assert_fact(self, *_: object) -> None:
            raise RuntimeError("Could not assert fact, error code: 303")

    matcher = Matcher([[EDGE]])
    with monkeypatch.context() as patch:
        patch.setattr("engine.matching.session.durable_rules_engine", Broken())
        with pytest.raises(MatcherFailure, match="error code: 303"):
            matcher.run([fact("edge", x="a", y="b")], nothing)
    with pytest.raises(MatcherFailure, match="must not be used again"):
        matcher.run([], nothing)


def test_a_fact_that_no_rule_mentions_is_a_failure_of_the_session() -> None:
    session = Session([{"q": [{"p0": {"$ex": {"r1": 1}}}]}])
    with pytest.raises(MatcherFailure, match="answered 1"):
        session.post(0, '{"id":"c1","r2":"t1"}')


def test_names_whose_hashes_collide_get_other_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "fnv32", lambda text: sum(text.encode()))  # collides all the time
    labels = network.Labels()
    names = [labels.field(str(i)) for i in range(20)]
    assert len({sum(name.encode()) for name in names}) == 20


def test_only_this_package_imports_durable_rules() -> None:
    program = "import sys, engine.matching.session as s; print(s.durable.__name__, 'durable.lang' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert out.split() == ["durable.engine", "False"]


# --- size ------------------------------------------------------------------------------------------------------------


def large(rules: int, facts: int) -> tuple[list[list[MatchRule]], list[Assertion], list[Assertion]]:
    """Rules about drugs in four strata over evidence about each drug, and a case that touches a few of them."""
    drugs = max(1, rules // 8)
    strata: list[list[MatchRule]] = [[], [], [], []]
    for i in range(rules):
        drug, level = f"drug{i % drugs}", ("certain", "possible")[i // 4 % 2]
        about = pattern("claim", drug=drug, of=f"k{i % 3}", source="$s")
        patterns: tuple[Pattern, ...]
        if i % 4 == 0:
            patterns = (pattern("asked", level, drug=drug), about)
        elif i % 4 == 1:
            patterns = (pattern("drawn", level, drug=drug), pattern("attribute", level, name=f"n{i % 30}", value="$v"))
        elif i % 4 == 2:
            patterns = (pattern("drawn", level, drug=drug), about, unless("against", level, drug=drug))
        else:
            patterns = (pattern("drawn", level, drug="$d"), pattern("class", drug="$d", of=f"c{i % 9}"))
        strata[i % 4].append(MatchRule(f"rule{i}", patterns))
    evidence = [fact("claim", drug=f"drug{i % drugs}", of=f"k{i % 5}", source=f"s{i}") for i in range(facts)]
    evidence += [fact("class", drug=f"drug{i}", of=f"c{i % 9}") for i in range(drugs)]
    case = [fact("asked", ("certain", "possible")[i // 4 % 2], drug=f"drug{i % drugs}") for i in range(0, 60, 3)]
    case += [fact("attribute", level, name=f"n{i}", value="x") for i in range(20) for level in ("certain", "possible")]
    return strata, evidence, case


def conclude(match: Match) -> Assertion | None:
    fields = dict(match.facts[0].fields)
    return fact("drawn", match.facts[0].level, drug=fields["drug"]) if match.facts[0].relation == "asked" else None


def test_two_thousand_rules_over_ten_thousand_facts() -> None:
    strata, evidence, case = large(2000, 10_000)
    matcher = Matcher(strata, evidence)
    found = matcher.run(case, conclude)
    near = {text for one in case for name, text in one.fields if name == "drug"}  # the naive evaluator is slow
    relevant = [one for one in evidence if dict(one.fields)["drug"] in near]
    mentions = [
        [rule for rule in rules if all(near >= {t for n, t in p.constants if n == "drug"} for p in rule.patterns)]
        for rules in strata
    ]
    matches, _ = naive(mentions, relevant, case, conclude)
    assert Counter(found) == Counter(matches)
    assert len(matches) > 50
    assert len({rule.ruleset for rule in matcher._rules}) < 60


def test_memory_can_be_read() -> None:
    assert 10 < resident_megabytes() < 100_000
    assert matcher_module.ATTEMPTS > 1
