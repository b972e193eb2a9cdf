"""A second reading of the rulings: a slow, simple evaluator, written from `docs/meaning.md` and from nothing else.

It shares no code with `eligibility.evaluate`: it walks the ir anew each time, keeps unknown as `None`, asks every member every
time, and settles a count by trying each number that it may still be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from eligibility import ir
from eligibility.ir import Expr

Facts = Mapping[str, Any]
UNITS = {"fen": 1, "jiao": 10, "yuan": 100}


@dataclass(frozen=True)
class Table:
    """A figure or an attribute on one day.

    Args:
        places: what it is by place, for one selected by place.
        county: the fact that selects the place.
        province: the fact that knows its province.
        rows: what it is by row.
        row: the fact that selects the row.
        further: what each step above the last row adds.
        otherwise: what an attribute is for places that are not listed.
        listed: the places that the pack lists.
    """

    places: Mapping[str, Any] = field(default_factory=dict)
    county: str = ""
    province: str = ""
    rows: Mapping[int, Any] = field(default_factory=dict)
    row: str = ""
    further: int | None = None
    otherwise: Any = None
    listed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class World:
    """One household on one day, and the law of that day.

    Args:
        day: the day.
        household: its facts.
        members: the living members' facts.
        closed: whether these are all.
        concepts: what each means.
        figures: by name.
        attributes: of places, by name.
    """

    day: date
    household: Facts
    members: tuple[Facts, ...]
    closed: bool
    concepts: Mapping[str, Expr]
    figures: Mapping[str, Table]
    attributes: Mapping[str, Table]


def value(expr: Expr, world: World, own: Facts, member: Facts | None = None) -> Any:  # noqa: ANN401, C901, PLR0911 - any value; a line for each node
    """Returns what an expression comes to; None is unknown."""
    whose = {"own": own, "household": world.household, "member": member or {}}

    def part(inner: Expr) -> Any:  # noqa: ANN401 - a truth or a value
        return value(inner, world, own, member)

    match expr:
        case ir.Literal(constant):
            return constant
        case ir.Fact(scope, name):
            return whose[scope].get(name)
        case ir.Concept(scope, name):
            return value(world.concepts[name], world, {} if scope == "household" else whose[scope])
        case ir.Figure(name):
            return of_figure(world.figures[name], {**world.household, **own})
        case ir.PlaceOf(place, attribute):
            return of_place(part(place), attribute, world)
        case ir.AsOf():
            return world.day
        case ir.Size():
            return len(world.members) if world.closed else None
        case ir.Quantifier():
            return over_members(expr, world, own)
        case ir.Compare():
            return compared(expr, world, own, member)
        case ir.In(ir.Quantifier("count") as count, values):
            return some([part(ir.Compare("==", count, ir.Literal(each))) for each in values])
        case _:
            return combined(expr, [part(child) for child in ir.children(expr)])


def combined(expr: Expr, parts: list[Any]) -> Any:  # noqa: ANN401, PLR0911 - any value; a line for each node
    """Returns what an operator makes of the values of its parts."""
    match expr:
        case ir.And():
            return every(parts)
        case ir.Or():
            return some(parts)
        case ir.Choice():
            return None if parts[0] is None else parts[1] if parts[0] else parts[2]
    if None in parts:
        return None
    match expr:
        case ir.Not():
            return not parts[0]
        case ir.In(_, values):
            return any(parts[0] == each for each in values)
        case ir.Arithmetic(sign):
            return reckoned(sign, Fraction(parts[0]), Fraction(parts[1]))
        case ir.Call(name, _, unit):
            return called(name, parts, UNITS.get(unit or "", 1))
    raise AssertionError(expr)


def every(truths: Iterable[bool | None]) -> bool | None:
    """Returns whether all hold: one that does not settles it, else one that is unknown leaves it open."""
    found = list(truths)
    return False if False in found else None if None in found else True


def some(truths: Iterable[bool | None]) -> bool | None:
    """Returns whether any holds: one that does settles it, else one that is unknown leaves it open."""
    found = list(truths)
    return True if True in found else None if None in found else False


def reckoned(sign: str, left: Fraction, right: Fraction) -> Fraction:
    """Returns a sum, difference, product or quotient, exactly."""
    return {"+": left + right, "-": left - right, "*": left * right}[sign] if sign != "/" else left / right


def called(name: str, parts: list[Any], unit: int) -> Any:  # noqa: ANN401 - a number or a day
    """Returns what a built-in function makes of known values."""
    if name in {"years", "months"}:
        months = full_months(*parts)
        return None if months is None else months if name == "months" else months // 12
    if name in {"min", "max"}:
        return sorted(parts)[0 if name == "min" else -1]
    exact = Fraction(parts[0])
    if name in {"yearly", "monthly"}:
        return exact * 12 if name == "yearly" else exact / 12
    below = exact // unit * unit
    if name == "round_down":
        return below
    if name == "round_up":
        return below if below == exact else below + unit
    return below if exact - below < Fraction(unit, 2) else below + unit


def full_months(start: date, end: date) -> int | None:
    """Returns how many months are over, counted one by one; a month that lacks the day is over on its last day."""
    if end < start:
        return None
    count = 0
    while month_later(start, count + 1) <= end:
        count += 1
    return count


def month_later(start: date, months: int) -> date:
    """Returns the same day some months later, or the last day of a month that lacks it."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    for day in (start.day, 30, 29, 28):
        if day <= start.day:
            try:
                return date(year, month + 1, day)
            except ValueError:
                continue
    raise AssertionError(start)


def of_place(code: str | None, attribute: str, world: World) -> Any:  # noqa: ANN401 - a truth or a code
    """Returns an attribute of a place: from its digits, or from the pack."""
    if code is None:
        return None
    if attribute in {"province", "city"}:
        return code[: 2 if attribute == "province" else 4]
    table = world.attributes[attribute]
    for each in (code, code[:4], code[:2], "everywhere"):
        if each in table.places:
            return table.places[each]
    return None if code in table.listed else table.otherwise


def of_figure(table: Table, facts: Facts) -> Any:  # noqa: ANN401 - a value of any type
    """Returns what a figure is where the facts that select it are known, or cannot change it."""
    if table.row:
        return of_row(table, facts.get(table.row))
    county, province = facts.get(table.county), facts.get(table.province)
    if county is not None:
        wider = [county, county[:4], county[:2], "everywhere"]
    elif province is not None:
        wider = [province, "everywhere"]
    else:
        wider = ["everywhere"]
    around = "" if wider[0] == "everywhere" else wider[0]
    inside = [code for code in table.places if code not in wider and code.startswith(around)]
    if county is None and inside:
        return None
    return next((table.places[code] for code in wider if code in table.places), None)


def of_row(table: Table, key: int | None) -> Any:  # noqa: ANN401 - a value of any type
    """Returns a row of a table; above the last one each step adds the same."""
    if key is None or key in table.rows:
        return None if key is None else table.rows[key]
    last = max(table.rows)
    return None if key < last or table.further is None else table.rows[last] + (key - last) * table.further


def over_members(expr: ir.Quantifier, world: World, own: Facts) -> Any:  # noqa: ANN401 - a truth or a number
    """Returns what a quantifier comes to over the living members."""
    pairs = [
        (
            True if expr.condition is None else value(expr.condition, world, own, each),
            value(expr.body, world, own, each),
        )
        for each in world.members
    ]
    others = [] if world.closed else [None]
    if expr.gathering == "any":
        return some([*(every([among, holds]) for among, holds in pairs), *others])
    if expr.gathering == "all":
        return every([*(some([None if among is None else not among, holds]) for among, holds in pairs), *others])
    if expr.gathering == "count":
        counts = possible_counts(expr, world, own, 0)
        return next(iter(counts)) if len(counts) == 1 and world.closed else None
    counted = [found for among, found in pairs if among is not False]
    if not world.closed or None in counted or any(among is None for among, _ in pairs):
        return None
    if expr.gathering == "sum":
        return sum(counted, Fraction(0))
    return None if not counted else min(counted) if expr.gathering == "min" else max(counted)


def possible_counts(expr: ir.Quantifier, world: World, own: Facts, limit: int) -> set[int]:
    """Returns every number that a count may still be; of an open list, up to past `limit`."""
    truths = [
        every(
            [
                True if expr.condition is None else value(expr.condition, world, own, each),
                value(expr.body, world, own, each),
            ]
        )
        for each in world.members
    ]
    least, most = truths.count(True), len(truths) - truths.count(False)
    return set(range(least, (most if world.closed else max(most, limit) + 2) + 1))


ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def compared(expr: ir.Compare, world: World, own: Facts, member: Facts | None) -> bool | None:
    """Returns how two values compare; a count against a whole constant as far as its bounds tell."""
    sides = [{value(side, world, own, member)} for side in (expr.left, expr.right)]
    for at, (side, other) in enumerate(((expr.left, expr.right), (expr.right, expr.left))):
        if not isinstance(side, ir.Quantifier) or side.gathering != "count":
            continue
        if isinstance(other, ir.Literal) and isinstance(other.value, int):
            sides[at] = possible_counts(side, world, own, other.value)
    if None in sides[0] | sides[1]:
        return None
    found = {ORDERS[expr.order](a, b) for a in sides[0] for b in sides[1]}
    return found.pop() if len(found) == 1 else None
