"""What may be drawn together: the best lawful combination, the runner-up, and what falls away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain, combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from packs_for_tests import benefit, figure, rule, screened

from eligibility import RulePack
from eligibility.packages import Key, Rivalry, _lawful, falling, packages

PackMaker = Callable[..., RulePack]
FIGURES = "".join(figure(f"f{value}", f"from: 2000-01-01, value: {value}") for value in (10, 30, 40, 50)) + figure(
    "open", "from: 2000-01-01, unknown: LABEL"
)


def pack(make: PackMaker, rules: Mapping[str, tuple[str, dict[str, Any]]]) -> RulePack:
    """Returns a pack of entitlements that everybody has, each with its monthly amount and further fields."""
    texts = {id: rule(id, benefit=benefit(amount), **more) for id, (amount, more) in rules.items()}
    return make(rules=texts, parameters=FIGURES)


def test_the_combination_with_the_most_money_is_kept(make: PackMaker) -> None:
    """Of one at 50 against two at 30 and 40 the two are kept, and the one stands as the next best, with its reason."""
    rules = pack(make, {"a": ("f50", {"not_with": "[b, c]"}), "b": ("f30", {}), "c": ("f40", {}), "d": ("f10", {})})

    (found,) = packages(screened(rules, {}))

    assert found.best is not None
    assert found.runner_up is not None
    assert [key[0] for key in found.best.keys] == ["b", "c"]
    assert (found.best.yearly, found.runner_up.yearly) == (7000 * 12, 5000 * 12)
    assert found.dropped == ((("a", "a"), ("b", "a"), "not_with"),)


def test_of_two_of_one_kind_the_higher_is_kept(make: PackMaker) -> None:
    """`higher_of` keeps the higher one, whichever of the two rules says so."""
    rules = pack(make, {"a": ("f30", {"higher_of": "[b]"}), "b": ("f50", {})})

    (found,) = packages(screened(rules, {}))

    assert found.best is not None
    assert found.best.keys == (("b", "a"),)
    assert found.dropped == ((("a", "a"), ("b", "a"), "higher_of"),)


def test_an_unknown_amount_leaves_it_open(make: PackMaker) -> None:
    """Where one amount is unknown both are shown and none is dropped."""
    rules = pack(make, {"a": ("open", {"higher_of": "[b]"}), "b": ("f50", {})})

    (found,) = packages(screened(rules, {}))

    assert (found.best, found.runner_up, found.dropped) == (None, None, ())
    assert found.keys == (("a", "a"), ("b", "a"))


def test_members_compete_with_themselves_and_with_the_household(make: PackMaker) -> None:
    """What one member draws does not touch another member; what the household draws touches all."""
    apart = pack(make, {"a": ("f50", {"not_with": "[b]"}), "b": ("f30", {})})
    assert len(packages(screened(apart, {}, {}))) == 2

    whole = pack(make, {"a": ("f50", {"not_with": "[b]", "subject": "household"}), "b": ("f30", {})})
    (found,) = packages(screened(whole, {}, {}))
    assert found.best is not None
    assert found.best.keys == (("b", "a"), ("b", "b"))


def test_no_outcome_is_changed(make: PackMaker) -> None:
    """Both stay eligible: a package says what is best, it grants and refuses nothing."""
    rules = pack(make, {"a": ("f50", {"not_with": "[b]"}), "b": ("f30", {})})

    assert {each.outcome for each in screened(rules, {}).determinations} == {"eligible"}


def test_what_falls_away_beside_an_open_answer_is_told(make: PackMaker) -> None:
    """An undetermined entitlement says what would fall away if it were granted, and is in no package."""
    texts = {
        "a": rule("a", criteria={"c": "disabled"}, not_with="[b]"),
        "b": rule("b"),
        "c": rule("c", not_with="[a]"),
    }
    found = screened(make(rules=texts), {})

    assert packages(found) == []
    assert [(each.granted[0], each.falls[0]) for each in falling(found)] == [("a", "b"), ("a", "c")]


def test_what_is_refused_competes_with_nothing(make: PackMaker) -> None:
    """A refused entitlement is in no package, and nothing falls away for it."""
    texts = {"a": rule("a", criteria={"c": "disabled"}, not_with="[b]"), "b": rule("b")}
    found = screened(make(rules=texts), {"disabled": False})

    assert (packages(found), falling(found)) == ([], [])


EDGES = st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda pair: pair[0] < pair[1]), max_size=12)


@given(EDGES)
def test_every_lawful_combination_is_gone_through(edges: set[tuple[int, int]]) -> None:
    """Exactly the combinations are found that hold no rivals and to which nothing can be added."""
    keys: tuple[Key, ...] = tuple((str(index), "a") for index in range(7))
    rivalries = [Rivalry(keys[one], keys[other], "not_with") for one, other in edges]

    def lawful(kept: tuple[int, ...]) -> bool:
        return not any(one in kept and other in kept for one, other in edges)

    sets = [each for size in range(8) for each in combinations(range(7), size) if lawful(each)]
    whole = [each for each in sets if not any(set(each) < set(other) for other in sets)]

    assert sorted(_lawful(keys, rivalries)) == sorted(tuple(keys[index] for index in each) for each in whole)


def test_too_many_combinations_are_left_open(make: PackMaker) -> None:
    """A household whose combinations cannot be gone through in reasonable time is told so, not kept waiting."""
    rules = pack(
        make,
        {
            "hub": ("f10", {"subject": "household", "not_with": "[a]"}),
            "a": ("f50", {"not_with": "[b]"}),
            "b": ("f30", {}),
        },
    )

    (found,) = packages(screened(rules, *([{}] * 8)))
    assert found.best is not None

    (found,) = packages(screened(rules, *([{}] * 40)))
    assert found.best is None
    assert len(set(chain(found.keys))) == 81


def test_what_is_paid_once_counts_once(make: PackMaker) -> None:
    """An amount paid once is weighed as it is, one paid by the month as that of a year."""
    texts = {
        "a": rule("a", benefit=benefit("f50"), not_with="[b]"),
        "b": rule("b", benefit=benefit("lump", per="once")),
    }
    rules = make(rules=texts, parameters=FIGURES + figure("lump", "from: 2000-01-01, value: 599", "money, per: once"))

    (found,) = packages(screened(rules, {}))

    assert found.best is not None
    assert found.best.keys == (("a", "a"),)
