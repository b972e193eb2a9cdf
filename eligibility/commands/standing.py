"""What is asked about has to be in force: a proof about nothing at all would look like a good one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eligibility.commands.usage import Wrong

if TYPE_CHECKING:
    from eligibility.packs.calendar import Rules


def in_force(only: tuple[str, ...], *laws: Rules) -> None:
    """Sees to it that everything that is asked about is in force by one of some laws.

    Args:
        only: ids of entitlements that the packs have; anything that is in force where empty.
        laws: of the days that are asked about.

    Raises:
        Wrong: it is not.
    """
    there = {each.entitlement.id for rules in laws for each in rules.state.rulings}
    days = list(dict.fromkeys(rules.day.isoformat() for rules in laws))
    zh, en = "或".join(days), " or ".join(days)
    for id in only:
        if id not in there:
            raise Wrong(f"`{id}` 在 {zh} 没有施行", f"`{id}` is not in force on {en}")
    if not there:
        raise Wrong(f"在 {zh} 没有施行的事项", f"nothing is in force on {en}")
