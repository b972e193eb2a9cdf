"""Which households may contradict themselves: a net over whole tables, wider than the core's own look, which decides.

A household that contradicts itself is always caught; the core says of those that are caught what is wrong, if anything is.
"""

from __future__ import annotations

from collections.abc import Iterator

from eligibility.columns.cells import NO, Cell, compared, constant, denied, every, some, surely, unknown
from eligibility.columns.compiling import Compiler
from eligibility.columns.stating import Seat
from eligibility.schema import Fact, Owner


def caught(compiler: Compiler, owner: Owner) -> Cell:
    """Returns where persons, or households, may state what cannot be; never unknown.

    Args:
        compiler: of the rules of the day on which the facts hold.
        owner: whose facts.
    """
    schema = compiler.schema
    seat: Seat = "own" if owner == "person" else "home"
    found = [cell for fact in schema.of(owner) for cell in _odd(compiler, fact, seat)]
    found += [
        surely(compiler.cell(rule.holds.expr, seat), is_=False) for rule in schema.integrity if rule.owner == owner
    ]
    return some(NO, *found)


def _odd(compiler: Compiler, fact: Fact, seat: Seat) -> Iterator[Cell]:
    """Yields where a fact does not apply, is not what follows from others, or follows and is out of range."""
    said = compiler.stated(fact.name)
    if fact.only_if is not None:
        yield every(denied(unknown(said)), surely(compiler.cell(fact.only_if.expr, seat), is_=False))
    if fact.derive is None:
        return
    follows = compiler.cell(fact.derive.expr, seat)
    if fact.type in {"count", "money"}:
        low, high = (constant("number", each) for each in fact.limits)
        yield some(surely(compared("<", follows, low), is_=True), surely(compared(">", follows, high), is_=True))
    yield surely(compared("!=", follows, said), is_=True)
