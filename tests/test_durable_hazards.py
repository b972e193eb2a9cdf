"""What durable-rules does that nobody wants: each hazard that the second engine steers clear of, held as it was measured.

A new version of the library that behaves otherwise fails here, and says which rule of avoidance may go. Everything happens
in child processes: `durable_asking.py` says how.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from durable_asking import ALWAYS, DEAD, HANGING, OPEN, WELL, Rules, ask, evaluate, plain

from eligibility.engines import MEASURED, lack

pytestmark = pytest.mark.skipif(lack() is not None, reason=f"durable-rules {MEASURED} cannot be used here")

ROOT = Path(__file__).resolve().parent.parent
KIND = {"kind": "p"}
FACT = {"kind": "p", "id": "fact"}
ONE, OTHER = "altarage", "zinke"
"""Two words with one 32-bit hash (FNV-1a), which is all that the library knows of a name or an id."""
NOT_USED = (
    "durable.lang",
    "retract_fact",
    "assert_event",
    "start_timer",
    "renew_action_lease",
    "create_rulesets",
    "Statechart",
    "Flowchart",
    "$div",
    "Host(",
)
"""What the documentation of the library offers and the second engine must not use."""


def rule(condition: Mapping[str, Any]) -> Rules:
    """Returns one rule with one pattern: the kind, and a condition."""
    return {"rule": {"all": [{"x": {"$and": [KIND, condition]}}]}}


def fires(condition: Mapping[str, Any], **values: object) -> bool:
    """Says whether a fact with these values fires a rule with this condition."""
    return bool(evaluate(rule(condition), {**FACT, **values}).fired)


def pair(*conditions: Mapping[str, Any]) -> Rules:
    """Returns one rule on two facts: `h` of kind h, and `x` of kind p that meets these conditions."""
    return {"rule": {"all": [{"h": {"kind": "h"}}, {"x": {"$and": [KIND, *conditions]}}]}}


def many(count: int, condition: str = "value") -> dict[str, Any]:
    """Returns so many rules, each with a value of its own to test, or with the same pattern."""
    return {f"r{at}": {"all": [{"x": {"v": at} if condition == "value" else KIND}]} for at in range(count)}


# What nobody may call


def test_nothing_of_ours_uses_what_is_unsafe() -> None:
    """No module of ours names what the library cannot do safely, hosts and threads among it: H3 and H17 rest on this alone."""
    texts = {path: path.read_text("utf-8") for path in (ROOT / "eligibility").rglob("*.py")}

    assert texts
    assert [(str(path), word) for path, text in texts.items() for word in NOT_USED if word in text] == []


def test_h1_retracting_what_matched_together_kills() -> None:
    """Consequents that retract the facts they fired on kill the process: three of ten runs, so that one of 40 has to."""
    patterns = [{f"b{at}": {"$and": [{"kind": f"q{at}"}, {"h": {"a": "h"}}]}} for at in range(5)]
    first = ({"a": {"$and": [KIND, {"t": at}]}} for at in range(3))
    rules = {f"r{at}": {"all": [one, *patterns], "and_then": "retract"} for at, one in enumerate(first)}
    kinds = ["p", *(f"q{at}" for at in range(5))]
    ends = (ask(rules, ["churn", seed, 100, kinds], seconds=5).ended for seed in range(1, 41))

    assert DEAD in ends


def test_h2_deleting_a_silent_session_kills() -> None:
    """Deleting a session in which no rule ever fired frees memory that was never given, and the process dies."""
    rules = {"rule": {"all": [{"a": {"kind": "p"}}, {"b": {"kind": "q"}}]}}

    assert ask(rules, ["one", FACT], ["act"], ["delete", "0"]).ended == DEAD
    assert ask(rules, ["one", FACT], ["one", {"kind": "q", "id": "q"}], ["act"], ["delete", "0"]).ended == WELL


def test_h4_a_ruleset_holds_1024_sessions() -> None:
    """The 1025th session of a ruleset is refused for want of memory, and deleting one does not make room."""
    rules = {"rule": {"all": [{"x": KIND}]}}
    full = [["one", {**FACT, "sid": f"s{at}"}] for at in range(1025)]
    answer = ask(rules, full[0], ["act"], *full[1:], ["delete", "s0"], ["one", {**FACT, "sid": "s2000"}])
    said = [line.get("said", "") for line in answer.lines if line["step"] == "one"]

    assert not any(said[:1024])
    assert said[1024].startswith("MemoryError")
    assert said[1025].startswith("MemoryError")


# What is known by 32 bits


def test_h5_two_sessions_with_one_hash_are_one() -> None:
    """A fact of one session fires a rule for another whose id has the same 32-bit hash."""
    rules = {"rule": {"all": [{"a": {"kind": "disabled"}}, {"b": {"kind": "poor"}}]}}
    facts = [{"kind": "disabled", "id": "1", "sid": ONE}, {"kind": "poor", "id": "2", "sid": OTHER}]
    mixed = ask(rules, *(["one", fact] for fact in facts), ["act"], ["facts", OTHER])
    apart = ask(rules, ["one", facts[0]], ["one", {**facts[1], "sid": "else"}], ["act"], ["facts", "else"])

    assert mixed.hits == [("rule", ("1", "2"))]
    assert mixed.lines[-1]["came"] == ["1", "2"]
    assert apart.hits == []
    assert apart.lines[-1]["came"] == ["2"]


def test_h6_two_facts_with_one_hash_are_one() -> None:
    """A second fact whose id has the same 32-bit hash as that of a first is refused as seen before."""
    rules = {"rule": {"all": [{"x": KIND}]}}
    answer = plain(rules, {**KIND, "id": ONE}, {**KIND, "id": OTHER}, {**KIND, "id": "else"})

    assert answer.said is not None
    assert answer.said.startswith("MessageObservedException")
    assert sorted(ids for _, ids in answer.hits) == [(ONE,), ("else",)]


def test_h20_two_fields_with_one_hash_are_one() -> None:
    """A test of one field is answered by another field whose name has the same 32-bit hash."""
    assert fires({ONE: 1}, **{OTHER: 1})
    assert not fires({ONE: 1}, **{"else": 1})


def test_a_fact_without_id_is_known_by_its_content_without_types() -> None:
    """Two facts without ids whose contents differ in type alone are one; one id with other content is not news either."""
    rules = {"rule": {"all": [{"x": KIND}]}}

    for first, second in (({"v": True}, {"v": "true"}), ({"id": "a", "v": 1}, {"id": "a", "v": 2})):
        answer = plain(rules, {**KIND, **first}, {**KIND, **second})
        assert answer.said is not None
        assert answer.said.startswith("MessageObservedException")


# Conditions that do not mean what they say


def test_h7_dividing_by_zero_kills() -> None:
    """A whole number divided by a whole zero ends the process by a signal."""
    condition = {"x": {"$div": {"$l": {"$m": "y"}, "$r": {"$m": "z"}}}}

    assert evaluate(rule(condition), {**FACT, "x": 3, "y": 7, "z": 2}).fired == ["rule"]
    assert evaluate(rule(condition), {**FACT, "x": 3, "y": 7, "z": 0}).ended == DEAD


def test_h8_a_join_after_a_group_is_ignored() -> None:
    """A join behind an `$or` group is not asked, so that the rule fires on a fact of somebody else."""
    group, join = {"$or": [{"k": 5}, {"k": 6}]}, {"a": {"h": "a"}}
    facts = {"kind": "h", "id": "h", "a": 1}, {**FACT, "a": 2, "k": 5}

    assert evaluate(pair(group, join), *facts).fired == ["rule"]
    assert evaluate(pair(join, group), *facts).fired == []


def test_h8_a_join_inside_a_group_hides_the_other_alternative() -> None:
    """In a group of a join and a test of the fact's own, the fact that passes its own test alone is missed."""
    group = {"$or": [{"k": 5}, {"a": {"h": "a"}}]}

    assert evaluate(pair(group), {"kind": "h", "id": "h", "a": 1}, {**FACT, "a": 2, "k": 5}).fired == []
    assert evaluate(pair(group), {"kind": "h", "id": "h", "a": 1}, {**FACT, "a": 1, "k": 5}).fired == ["rule"]


NEGATED: Rules = {"rule": {"all": [{"x": KIND}, {"n$not": {"kind": "b"}}]}, **ALWAYS}
BLOCKERS = ({"kind": "b", "id": "b1"}, {"kind": "b", "id": "b2"})


def test_h9_retracting_one_of_two_blockers_fires() -> None:
    """A rule that two facts forbid fires as soon as one of them is retracted."""
    answer = ask(NEGATED, ["batch", [OPEN, *BLOCKERS, FACT]], ["act"], ["retract", BLOCKERS[0]], ["act"])

    assert answer.fired == ["rule"]


def test_h9_a_blocker_that_comes_later_does_not_block() -> None:
    """In one batch a negated pattern is blocked by a fact before the match and not by one behind it."""
    assert evaluate(NEGATED, BLOCKERS[0], FACT).fired == []
    assert evaluate(NEGATED, FACT, BLOCKERS[0]).fired == ["rule"]


def test_h9_a_rule_that_begins_with_a_negation_does_not_fire() -> None:
    """A negated pattern before the positive one keeps the rule from firing though nothing forbids it."""
    first: Rules = {"rule": {"all": [{"n$not": {"kind": "b"}}, {"x": KIND}]}}

    assert evaluate(first, FACT).fired == []
    assert evaluate(NEGATED, FACT).fired == ["rule"]


def test_h13_an_alias_that_is_not_there_drops_the_condition() -> None:
    """A condition that names no pattern, or its own, is not asked in the first pattern, and the rule fires."""
    assert fires({"a": {"nobody": "a"}}, a=1)
    assert fires({"$lt": {"a": {"x": "b"}}}, a=3, b=2)


def test_h13_an_own_alias_in_a_later_pattern_breaks_the_batch() -> None:
    """A later pattern that names its own alias raises error 305 and leaves the opening fact unfired, so that deleting kills."""
    answer = evaluate(pair({"$lt": {"a": {"x": "b"}}}), {"kind": "h", "id": "h"}, {**FACT, "a": 3, "b": 2})

    assert "305" in str(answer.said)
    assert answer.ended == DEAD


def test_h13_of_two_keys_in_a_condition_one_counts() -> None:
    """A condition with two fields asks the first and forgets the other."""
    assert evaluate({"rule": {"all": [{"x": {"kind": "p", "b": 2}}]}}, {**FACT, "b": 3}).fired == ["rule"]


@pytest.mark.parametrize("pattern", [{"$and": []}, {"$and": [KIND, {"$and": []}]}, {"$nex": {"v": 1}}])
def test_h13_a_pattern_without_anchor_never_ends(pattern: Mapping[str, Any]) -> None:
    """An empty `$and`, or a bare `$nex`, matches the fact of the engine's own state, which each firing renews: no end."""
    answer = ask({"rule": {"all": [{"x": pattern}]}}, ["one", FACT], ["act"], seconds=2)

    assert [line["step"] for line in answer.lines] == ["create", "one"]
    assert answer.ended == HANGING


# What is missing


@pytest.mark.parametrize("condition", [{"$lt": {"a": {"$m": "b"}}}, {"$gt": {"a": {"$m": "b"}}}, {"a": {"$m": "b"}}])
def test_comparing_with_a_missing_field_of_the_same_fact_is_guarded(condition: Mapping[str, Any]) -> None:
    """Of two fields of a fact the second is missing: what is compared then is memory that nobody wrote; a guard keeps it out.

    Whether the unguarded rule fires depends on what lay there (it did on one machine each time, in another run never), so that
    only the guarded one is held.
    """
    values = (5, -5, 0, 2**40)
    assert {fires(condition, a=value) for value in values} <= {True, False}
    assert not any(fires({"$and": [{"$ex": {"b": 1}}, condition]}, a=value) for value in values)
    assert [fires({"$and": [{"$ex": {"b": 1}}, condition]}, a=5, b=5) for _ in values] == [
        condition == {"a": {"$m": "b"}}
    ] * 4


@pytest.mark.parametrize(
    "pattern", [{"k": {"h": "k"}}, {"$lt": {"k": {"h": "k"}}}, {"$and": [KIND, {"$lt": {"k": {"h": "k"}}}]}]
)
def test_joining_with_a_missing_field_raises(pattern: Mapping[str, Any]) -> None:
    """A join that stands alone or is no equality raises error 311 when the earlier fact lacks the field."""
    rules: Rules = {"rule": {"all": [{"h": {"kind": "h"}}, {"x": pattern}]}, **ALWAYS}

    assert "311" in str(plain(rules, OPEN, {"kind": "h", "id": "h"}, {**FACT, "k": 1}).said)
    assert plain(rules, OPEN, {"kind": "h", "id": "h", "k": 0}, {**FACT, "k": 0}).said is None


def test_a_join_that_raised_raises_again() -> None:
    """The fact without the field stays, and each later fact that would join it raises too."""
    rules: Rules = {"rule": {"all": [{"h": {"kind": "h"}}, {"x": {"$lt": {"k": {"h": "k"}}}}]}, **ALWAYS}
    answer = plain(rules, OPEN, {"kind": "h", "id": "h"}, *({"kind": "p", "id": f"f{at}", "k": at} for at in range(3)))

    assert [("311" in line.get("said", "")) for line in answer.lines if line["step"] == "one"] == [False] * 2 + [
        True
    ] * 3


# Values


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ({"v": "5"}, 5),
        ({"v": True}, 1),
        ({"v": True}, "true"),
        ({"$gte": {"v": 3}}, "abc"),
        ({"$gt": {"v": "2024-01-31"}}, 20240201),
        ({"v": None}, None),
        ({"$ex": {"v": 1}}, None),
        ({"v": 2**63 - 1}, 2**64 + 1),
        ({"v": "x" * 65536}, "x" * 65535),
    ],
    ids=["digits", "one", "true", "letters", "date", "null", "null-exists", "clamped", "long"],
)
def test_values_that_are_not_the_same_pass(condition: Mapping[str, Any], value: object) -> None:
    """Types are not kept apart, null exists, whole numbers stop at 64 bits, and texts are cut behind 65,535 bytes."""
    assert fires(condition, v=value)


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ({"v": 5}, "5"),
        ({"$lt": {"v": "ab!"}}, "ab"),
        ({"$neq": {"v": 1}}, None),
        ({"$lt": {"v": 2**53 + 1}}, float(2**53)),
    ],
    ids=["digits", "prefix", "null", "float"],
)
def test_values_that_ought_to_pass_do_not(condition: Mapping[str, Any], value: object) -> None:
    """A number is not a text of digits the other way round, a text is not before a longer one, and null differs from nothing."""
    assert not fires(condition, v=value)


def test_a_number_with_an_exponent_is_not_read() -> None:
    """A float that JSON writes with an exponent is error 204 in a rule, and is silently another value in a fact."""
    assert "204" in str(ask(rule({"v": 1e16})).said)
    assert not fires({"$gt": {"v": 1}}, v=1e16)


def test_a_join_knows_no_types_either() -> None:
    """1 joins the text "1", and does not join 1.0."""
    joined = pair({"k": {"h": "k"}})

    assert evaluate(joined, {"kind": "h", "id": "h", "k": 1}, {**FACT, "k": "1"}).fired == ["rule"]
    assert evaluate(joined, {"kind": "h", "id": "h", "k": 1}, {**FACT, "k": 1.0}).fired == []


# Limits


def test_h12_256_rules_with_one_pattern_break() -> None:
    """255 rules may have the same pattern; from 256 on the process dies, the ruleset is refused, or not all of them fire."""
    assert len(plain(many(255, "same"), FACT).fired) == 255
    for count in (256, 300):
        answer = plain(many(count, "same"), FACT)
        assert answer.ended == DEAD or answer.said or len(answer.fired) < count


def test_h12_512_different_first_tests_never_end() -> None:
    """511 rules may begin with different tests; one more finds no end of the table when a fact comes, two when it is made."""
    fact = {"v": 3, "id": "fact"}

    assert plain(many(511), fact).fired == ["r3"]
    assert "303" in str(plain(many(512), fact, seconds=3).said)
    assert plain(many(513), fact, seconds=2).ended == HANGING


def test_h12_129_missing_fields_are_refused() -> None:
    """128 patterns may ask for the absence of a field behind the same tests; 129 are error 107."""
    absent = [{"all": [{"x": {"$and": [KIND, {"$nex": {f"z{at}": 1}}]}}]} for at in range(129)]

    assert ask({f"r{at}": each for at, each in enumerate(absent[:128])}).said is None
    assert "107" in str(ask({f"r{at}": each for at, each in enumerate(absent)}).said)


@pytest.mark.parametrize(("fields", "code"), [(253, ""), (254, "302")])
def test_h20_a_fact_has_at_most_253_fields(fields: int, code: str) -> None:
    """A fact of 253 fields is taken, id and kind among them, and one of 254 is error 302."""
    answer = plain({"rule": {"all": [{"x": KIND}]}}, {**FACT, **{f"f{at}": 1 for at in range(fields - 2)}})

    assert code in (answer.said or "")
    assert (answer.said is None) == (not code)
    assert len(answer.fired) == (not code)


# What is lost


def test_h14_an_exception_in_a_consequent_is_swallowed() -> None:
    """A consequent that raises ends there, nothing is raised, and only the state tells of it."""
    answer = ask({"rule": {"all": [{"x": KIND}], "and_then": "fail"}}, ["one", FACT], ["act"], ["exception", "0"])

    assert answer.said is None
    assert answer.fired == ["rule"]
    assert answer.acted["after"] == []
    assert answer.acted["error"] is None
    assert answer.lines[-1]["came"].startswith("exception caught")


def test_h15_a_slow_consequent_loses_the_rest() -> None:
    """When the clock goes on by more than ten seconds in a consequent, the rest never runs, and nothing says so."""
    facts = [{**KIND, "id": f"f{at}"} for at in range(3)]
    rules = {"rule": {"all": [{"x": KIND}]}}
    quick, slow = (ask(rules, ["slow_clock", each], ["batch", facts], ["act"]) for each in (0.1, 11))

    assert (len(quick.fired), quick.acted["completed"]) == (3, 1)
    assert (len(slow.fired), slow.acted["completed"], slow.said) == (1, 0, None)


def test_h16_a_fact_that_no_rule_takes_spoils_its_batch() -> None:
    """A batch with one fact that no pattern takes raises, and what the others fire does not run."""
    answer = ask({"rule": {"all": [{"x": KIND}]}}, ["batch", [FACT, {"kind": "unheard", "id": "u"}]], ["act"])

    assert answer.said is not None
    assert answer.said.startswith("MessageNotHandledException")
    assert answer.fired == []


def test_h16_a_batch_over_two_sessions_runs_the_last() -> None:
    """Of a batch for two sessions only the second one's consequents run."""
    facts: Sequence[Mapping[str, Any]] = [{**FACT, "sid": "1"}, {**FACT, "sid": "2", "id": "second"}]

    assert ask({"rule": {"all": [{"x": KIND}]}}, ["batch", facts], ["act"]).hits == [("rule", ("second",))]


def test_h18_the_language_of_the_library_replaces_builtins() -> None:
    """`from durable.lang import *` leaves other functions under the names `all` and `any`."""
    program = "import builtins\nfrom durable.lang import *\nprint(all is builtins.all, any is builtins.any)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=20)

    assert done.stdout.split() == ["False", "False"]
