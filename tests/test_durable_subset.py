"""What durable-rules does right: the few of its features on which the second engine stands, and the limits that it keeps."""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest
from durable_asking import ALWAYS, OPEN, WELL, Answer, Rules, ask, evaluate

from eligibility.engines import MEASURED, lack

pytestmark = pytest.mark.skipif(lack() is not None, reason=f"durable-rules {MEASURED} cannot be used here")

KIND = {"kind": "p"}
FACT = {"kind": "p", "id": "fact"}
HEAD = {"kind": "h", "id": "head", "h": 1, "one": 1}
JOIN = {"h": {"h": "h"}}
SAME_ONE = {"one": {"h": "one"}}
"""Always true: the last question about another fact must not be answered no."""
Condition = Mapping[str, Any]
PLACES = 64
"""How many tests of one fact may wait at once; the rule that takes every fact is one of them."""


def alone(*conditions: Condition) -> Rules:
    """Returns one rule with one pattern."""
    return {"rule": {"all": [{"x": {"$and": [KIND, *conditions]}}]}}


def joined(*conditions: Condition, negated: bool = False) -> Rules:
    """Returns one rule on a head and a fact of the same `h`: kind, joins, the join that is always true, then what is given."""
    pattern = {"n$not" if negated else "x": {"$and": [{"kind": "~p" if negated else "p"}, JOIN, SAME_ONE, *conditions]}}
    return {"rule": {"all": [{"h": {"kind": "h"}}, pattern]}}


def possible(condition: Condition, field: str) -> Condition:
    """Returns a condition as the possible rail asks it: it holds, or its field is not known."""
    return {"$or": [condition, {"$nex": {field: 1}}]}


def anyone(count: int, name: str = "a") -> Condition:
    """Returns a group of so many alternatives, all of them true of a fact that has them."""
    return {"$or": [{f"{name}{at}": 1} for at in range(count)]}


def full(count: int, names: str = "a") -> dict[str, Any]:
    """Returns a fact of which all these alternatives are true."""
    return {**FACT, **{f"{name}{at}": 1 for name in names for at in range(count)}}


def within(answer: Answer) -> bool:
    """Says whether an evaluation went well, or was refused for too many tests that wait; nothing else is let through."""
    assert answer.said is not None or answer.ended == WELL
    assert answer.said is None or "303" in answer.said
    return answer.said is None


# The two rails


@pytest.mark.parametrize(
    ("known", "certain", "may_be"), [({"v": 1}, True, True), ({"v": 0}, False, False), ({}, False, True)]
)
def test_two_rails_tell_unknown_from_false(known: dict[str, int], certain: bool, may_be: bool) -> None:  # noqa: FBT001 - columns
    """A test fires its certain rail when it is true, and the possible one when it is true or not known."""
    test = {"v": 1}

    assert bool(evaluate(alone(test), {**FACT, **known}).fired) == certain
    assert bool(evaluate(alone(possible(test, "v")), {**FACT, **known}).fired) == may_be


@pytest.mark.parametrize("operator", ["$lt", "$lte", "$gt", "$gte", "$neq"])
@pytest.mark.parametrize("value", [-1, 0, 1, 2**62, None])
def test_the_comparisons_of_whole_numbers(operator: str, value: int | None) -> None:
    """Each comparison of a whole number is what arithmetic says, and is false of what is not there."""
    meant = {
        "$lt": lambda one: one < 0,
        "$lte": lambda one: one <= 0,
        "$gt": lambda one: one > 0,
        "$gte": lambda one: one >= 0,
        "$neq": lambda one: one != 0,
    }
    fact = FACT if value is None else {**FACT, "v": value}

    assert bool(evaluate(alone({operator: {"v": 0}}), fact).fired) == (value is not None and meant[operator](value))


def test_texts_are_what_they_are_in_any_script() -> None:
    """Rules, aliases, kinds, fields and values may be Chinese, with quotes, and long; texts are equal or they are not."""
    rules = {"规则": {"all": [{"甲": {"kind": "户"}}, {"乙": {"$and": [{"kind": "人"}, {"户号": {"甲": "号"}}]}}]}}
    long = "汉" * 20000

    assert evaluate(
        rules, {"kind": "户", "id": "户一", "号": "白银"}, {"kind": "人", "id": "李", "户号": "白银"}
    ).hits == [("规则", ("李", "户一"))]
    for text, other in (("白银", "白银区"), (long, long[:-1] + "字"), (long[:-1], long), ('a"b\\c', 'a"b'), ("", " ")):
        assert evaluate(alone({"v": text}), {**FACT, "v": text}).fired == ["rule"]
        assert evaluate(alone({"v": text}), {**FACT, "v": other}).fired == []


def test_two_words_with_one_hash_are_two_values() -> None:
    """Values with one 32-bit hash are kept apart, in tests and in joins: only names and ids are not."""
    assert evaluate(alone({"v": "altarage"}), {**FACT, "v": "zinke"}).fired == []
    assert evaluate(joined(), {**HEAD, "h": "altarage"}, {**FACT, "h": "zinke", "one": 1}).fired == []
    assert evaluate(joined(), {**HEAD, "h": "zinke"}, {**FACT, "h": "zinke", "one": 1}).fired == ["rule"]


# Patterns


@pytest.mark.parametrize("values", list(product((1, 2), (None, 0, 1), (None, 0, 1))))
def test_groups_stand_last(values: tuple[int, int | None, int | None]) -> None:
    """Join, always-true join, then a test and an `$or` group on the possible rail: fires where it is meant to and nowhere else."""
    own, *given = values
    known = {name: value for name, value in zip("ab", given, strict=True) if value is not None}
    group = {"$or": [{"a": 1}, {"$nex": {"a": 1}}, {"b": 1}]}
    meant = own == 1 and (known.get("a", 1) == 1 or known.get("b") == 1)

    answer = evaluate(joined(group), HEAD, {**FACT, "h": own, "one": 1, **known})

    assert answer.hits == ([("rule", ("head", "fact"))] if meant else [])


@pytest.mark.parametrize("blockers", list(product((None, 1, 2), (0, 1), repeat=2)))
def test_negations_look_at_shadows_that_came_before(blockers: tuple[int | None, int, int | None, int]) -> None:
    """A negated pattern behind the positive ones, on copies asserted earlier in the batch: no blocker of one's own, no more."""
    pairs = [(blockers[0], blockers[1]), (blockers[2], blockers[3])]
    shadows = [
        {"kind": "~p", "id": f"~{at}", "h": own, "one": 1, "v": value}
        for at, (own, value) in enumerate(pairs)
        if own is not None
    ]
    real = [{**shadow, "kind": "p", "id": str(shadow["id"])[1:]} for shadow in shadows]

    answer = evaluate(joined({"v": 1}, negated=True), *shadows, HEAD, *real)

    assert answer.fired == ([] if (1, 1) in pairs else ["rule"])


def test_one_fact_is_never_bound_twice() -> None:
    """Two patterns of one kind bind two facts, both ways round; with `dist: 0` each may be both."""
    rule = {"all": [{"a": {"kind": "p"}}, {"b": {"kind": "p"}}]}
    facts = [{"kind": "p", "id": "1"}, {"kind": "p", "id": "2"}]

    assert sorted(evaluate({"rule": rule}, *facts).hits) == [("rule", ("1", "2")), ("rule", ("2", "1"))]
    assert evaluate({"rule": rule}, facts[0]).hits == []
    assert len(evaluate({"rule": {**rule, "dist": 0}}, *facts).hits) == 4


def test_joins_of_several_rules_are_their_own() -> None:
    """Rules whose patterns begin alike, join included, each keep their join."""
    rules = {f"r{at}": joined({"z": 1})["rule"] for at in range(3)}

    assert evaluate(rules, HEAD, {**FACT, "h": 1, "one": 1, "z": 1}).fired == ["r0", "r1", "r2"]
    assert evaluate(rules, HEAD, {**FACT, "h": 2, "one": 1, "z": 1}).fired == []


def test_a_group_fires_the_first_pattern_for_each_way() -> None:
    """Of three and four true alternatives the first pattern of a rule fires twelve times, and a later one once."""
    groups = anyone(3), anyone(4, "b")

    assert evaluate(alone(*groups), full(4, "ab")).fired == ["rule"] * 12
    assert evaluate(joined(*groups), HEAD, {**full(4, "ab"), "h": 1, "one": 1}).fired == ["rule"]


# One evaluation after the other


def test_the_opening_fact_makes_deleting_safe() -> None:
    """With a fact that always fires a session may be deleted though nothing else fired in it."""
    answer = evaluate(joined(), FACT)

    assert (answer.ended, answer.said, answer.hits) == (WELL, None, [])
    assert answer.acted["completed"] == 1


def test_a_rule_for_every_fact_lets_none_spoil_the_batch() -> None:
    """A fact that no other pattern takes spoils nothing where one rule takes every fact."""
    assert evaluate(alone(), {"kind": "unheard", "id": "u"}, FACT, {"kind": "q", "id": "q"}).fired == ["rule"]


@pytest.mark.parametrize("own", [1, 2], ids=["firing", "silent"])
@pytest.mark.parametrize("times", [2000, pytest.param(20000, marks=pytest.mark.slow)])
def test_many_evaluations_in_one_process(own: int, times: int) -> None:
    """Session after session is made, asked and deleted: one answer, and at most 2 MiB more after the first tenth."""
    facts = [OPEN, HEAD, {**FACT, "h": own, "one": 1}]
    answer = ask({**joined(), **ALWAYS}, ["cycles", times, facts], seconds=120)
    came = answer.lines[-1]["came"]

    assert answer.ended == WELL
    assert len(came["answers"]) == 1
    assert ("rule" in came["answers"][0]) == (own == 1)
    assert came["grown"] <= 2048


# How many tests of one fact may wait


@pytest.mark.parametrize(
    ("groups", "most"), [("a", 64), ("ab", 32), ("abc", 22)], ids=["one group", "two groups", "three groups"]
)
def test_the_groups_of_a_pattern_add_up(groups: str, most: int) -> None:
    """Of a pattern with groups of n true alternatives wait 1 + (n - 1) for each group: a sum, no product; 64 is the most."""
    for count, well in ((most, True), (most + 1, False)):
        pattern = {"all": [{"h": {"kind": "h"}}, {"x": {"$and": [KIND, *(anyone(count, name) for name in groups)]}}]}
        answer = ask({"rule": pattern, "open": ALWAYS["open"]}, ["batch", [OPEN, HEAD, full(count, groups)]])

        assert (answer.said is None) == well
        assert well == (1 + len(groups) * (count - 1) <= PLACES)
        assert well or "303" in str(answer.said)


@pytest.mark.parametrize(
    ("pattern", "fact", "most"),
    [
        (lambda at: [{f"a{at}": 1}], full(70), 64),
        (lambda at: [possible({f"a{at}": 1}, f"a{at}")], full(70), 64),
        (lambda at: [possible({f"a{at}": 1}, f"a{at}")], FACT, 64),
        (lambda at: [{f"a{at}": 1}, anyone(4, "b")], full(70, "ab"), 61),
        (lambda at: [{"$or": [{f"a{each}": 1} for each in range(4 * at, 4 * at + 4)]}], full(70), 16),
        (lambda _: [anyone(4)], full(4), 61),
        (lambda at: [{"a": at}], {**FACT, "a": 5}, 200),
        (lambda _: [{"a": 5}], {**FACT, "a": 5}, 200),
    ],
    ids=["own test", "known", "not known", "group behind", "own group", "same group", "exclusive", "same"],
)
def test_the_patterns_of_all_rules_add_up(pattern: Any, fact: dict[str, Any], most: int) -> None:  # noqa: ANN401 - a lambda
    """What waits is summed over the rules, only where it is true, once where patterns are the same without a group."""
    for count, well in ((most, True), (most + 1, most == 200)):
        rules = {f"r{at}": {"all": [{"x": {"$and": [KIND, *pattern(at)]}}]} for at in range(count)}
        answer = ask({**rules, "open": ALWAYS["open"]}, ["batch", [OPEN, fact]])

        assert answer.ended == WELL
        assert (answer.said is None) == well
        assert well or "303" in str(answer.said)


def test_each_kind_has_places_of_its_own() -> None:
    """60 patterns on one kind and 60 on another are 60 for a fact of either; 40 facts are no more than one."""
    rules = {
        f"{kind}{at}": {"all": [{"x": {"$and": [{"kind": kind}, {f"a{at}": 1}]}}]} for kind in "pq" for at in range(60)
    }
    facts = [{**full(60), "kind": kind, "id": f"{kind}{at}"} for kind in "pq" for at in range(20)]

    assert len(evaluate(rules, *facts).fired) == 2 * 20 * 60


def drawn(seed: int) -> tuple[Rules, int]:
    """Returns random rules whose conditions are all true of a full fact, and the sum that bounds what waits for it."""
    draw = random.Random(seed)  # noqa: S311 - a test has to be the same each time
    rules: dict[str, Any] = {}
    waiting = 1
    wanted = draw.randint(50, 75)
    while waiting < wanted:
        conditions: list[Condition] = [{f"a{draw.randrange(90)}": 1} for _ in range(draw.randrange(3))]
        for size in (draw.randint(1, 5) for _ in range(draw.randrange(4))):
            alternatives: list[Condition] = [{f"a{draw.randrange(90)}": 1} for _ in range(size)]
            conditions.append({"$or": alternatives})
            waiting += size - 1
        waiting += 1
        rules[f"r{len(rules)}"] = {"all": [{"h": {"kind": "h"}}, {"x": {"$and": [KIND, *conditions]}}]}
    return rules, waiting


def test_the_sum_is_a_bound() -> None:
    """Random rules whose sum over patterns of 1 + (n - 1) for each group is 64 or less are never refused."""
    tried = [drawn(seed) for seed in range(32)]
    safe = [(rules, waiting) for rules, waiting in tried if waiting <= PLACES]

    assert len(safe) > 10
    assert [waiting for rules, waiting in safe if not within(evaluate(rules, HEAD, full(90)))] == []


def test_groups_of_two_patterns_may_wait_at_once() -> None:
    """A test that is another pattern's alternative shares its place, so that both groups wait: no less than the sum is safe."""
    first = [KIND, {"l": 1}, anyone(33)]

    def refused(at: int) -> bool:
        second = [KIND, {"l": 1}, {f"a{at}": 1}, anyone(32, "b")]
        rules = {name: {"all": [{"x": {"$and": each}}]} for name, each in (("one", first), ("two", second))}
        return not within(ask(rules, ["one", {**full(33, "ab"), "l": 1}], ["act"]))

    assert any(refused(at) for at in reversed(range(33)))


# Other limits


@pytest.mark.parametrize(
    ("conditions", "most"),
    [
        (lambda count: [possible({f"a{at}": 1}, f"a{at}") for at in range(count)], 14),
        (lambda count: [{f"a{at}": {"h": "h"}} for at in range(count)], 29),
        (lambda count: [{"$or": [{"$and": [{"a": at}, {"b": at}]} for at in range(count)]}], 13),
    ],
    ids=["groups", "joins", "conjunctions in a group"],
)
def test_a_pattern_has_at_most_31_entries(conditions: Any, most: int) -> None:  # noqa: ANN401 - a lambda
    """An `$and` or `$or` takes two of the 31 entries of a pattern and a join one, tests none; more is error 113 at once."""
    for count, well in ((most, True), (most + 1, False)):
        rule = {"all": [{"h": {"kind": "h"}}, {"x": {"$and": [KIND, *conditions(count)]}}]}
        answer = ask({"rule": rule})

        assert (answer.said is None) == well
        assert well or "113" in str(answer.said)


def test_tests_of_the_fact_alone_are_free() -> None:
    """A pattern may have 200 plain tests, and 50 comparisons of two fields of its fact."""
    assert evaluate(alone(*({f"a{at}": 1} for at in range(200))), full(200)).fired == ["rule"]
    assert evaluate(alone(*({f"a{at}": {"$m": "b0"}} for at in range(50))), full(50, "ab")).fired == ["rule"]


def test_a_rule_binds_at_most_16_facts() -> None:
    """A rule may have 16 positive patterns; with a seventeenth the last fact is error 304; negated ones do not count."""
    facts = [{"kind": f"k{at}", "id": f"i{at}"} for at in range(17)]
    patterns = [{f"x{at}": {"kind": f"k{at}"}} for at in range(17)]
    negated = [{f"n{at}$not": {"kind": f"z{at}"}} for at in range(30)]

    assert evaluate({"rule": {"all": patterns[:16] + negated}}, *facts[:16]).fired == ["rule"]
    assert "304" in str(evaluate({"rule": {"all": patterns}}, *facts).said)
