"""What two runs answer differently: who gained and lost, whose amount changed, and what became open or was settled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

import polars as pl

from eligibility.columns.frames import HOME, ID
from eligibility.errors import BadChoice
from eligibility.totals.beside import CHANGES, ELIGIBLE, Beside, beside
from eligibility.totals.finished import Finished, What
from eligibility.totals.groups import COUNTY
from eligibility.totals.index import FACTS, MEMBERS
from eligibility.words import Words
from eligibility.worth import SUMMED

KINDS = SUMMED
_SUMS = ("before", "after", "before_once", "after_once")
"""Known amounts in fen, by the year or paid once, as both runs have them."""


class Key(NamedTuple):
    """What tells one kind of change from another: the entitlement, the county, the change."""

    entitlement: str
    county: str | None
    change: str


@dataclass(frozen=True, slots=True, order=True)
class Example:
    """A household that shows a change: of all that do it has the fewest members, and of those the least is known of it."""

    members: int
    facts: int
    household: str
    subject: str

    @property
    def place(self) -> str:
        """The household, and the member where it is about one."""
        return f"{self.household}/{self.subject}" if self.subject else self.household


@dataclass
class Difference:
    """What two runs answer differently.

    Args:
        old: the one run.
        new: the other.
        ids: of the entitlements that both were asked for.
        counts: answers, and known amounts before and after, by kind of change.
        people: how many persons and households each kind of change concerns, once each, services open to all left out.
        examples: the smallest household, by entitlement and kind of change.
        households: how many are in both runs, in the old one only, in the new one only.
        persons: likewise, of the households in both.
    """

    old: Finished
    new: Finished
    ids: tuple[str, ...]
    counts: dict[Key, Counter[str]] = field(default_factory=dict)
    people: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], Example] = field(default_factory=dict)
    households: list[int] = field(default_factory=lambda: [0, 0, 0])
    persons: list[int] = field(default_factory=lambda: [0, 0, 0])

    def what(self, id: str) -> What:
        """Returns an entitlement, as the new run has it where both do."""
        return self.new.what.get(id) or self.old.what[id]

    def summed(self, id: str) -> bool:
        """Returns whether the amounts of an entitlement are added up (MEANING M23)."""
        return self.what(id).kind in SUMMED and self.what(id).promise not in {"may", "open"}

    def open(self, id: str) -> bool:
        """Returns whether an entitlement is a service open to all, which is counted apart, as in the totals of each run."""
        return self.what(id).promise == "open"

    def by(self, key: Callable[[Key], Hashable]) -> dict[Any, Counter[str]]:
        """Returns the counts by a key: `answers`, answers by kind of change, and money by kind: `before cash`, `after_once waiver`.

        Services open to all are in none of these; how many answers they have is `open`.
        """
        found: dict[Hashable, Counter[str]] = {}
        for each, counts in self.counts.items():
            told = found.setdefault(key(each), Counter())
            for name in ("open",) if self.open(each.entitlement) else ("answers", each.change):
                told[name] += counts["answers"]
            for name in _SUMS:
                told[f"{name} {self.what(each.entitlement).kind}"] += counts[name]
        return found

    def smallest(self) -> dict[str, tuple[str, Example]]:
        """Returns the smallest household for each kind of change, with the entitlement that it shows: one open to all where there is no other."""
        found: dict[str, tuple[str, Example]] = {}
        order = sorted(self.examples.items(), key=lambda pair: (self.open(pair[0][0]), pair[1], pair[0]))
        for (id, change), each in order:
            found.setdefault(change, (id, each))
        return {change: found[change] for change in CHANGES if change in found}

    def add(self, part: Beside) -> None:
        """Adds a part of all households."""
        for total, more in ((self.households, part.households), (self.persons, part.persons)):
            total[:] = [one + other for one, other in zip(total, more, strict=True)]
        for row in part.changed.group_by(_GROUPS).agg(*_sums(self)).iter_rows(named=True):
            counts = self.counts.setdefault(Key(*(row[name] for name in _GROUPS)), Counter())
            counts.update({name: int(row[name] or 0) for name in ("answers", *_SUMS)})
        open_ = [id for id in self.ids if self.open(id)]
        for row in (
            part.changed.filter(~pl.col("entitlement").is_in(open_))
            .group_by("change")
            .agg(
                pl.struct(HOME, ID).filter(pl.col(ID).is_not_null()).n_unique().alias("persons"),
                pl.col(HOME).n_unique().alias("households"),
            )
            .iter_rows(named=True)
        ):
            self.people[row["change"], "persons"] += row["persons"]
            self.people[row["change"], "households"] += row["households"]
        first = (
            part.changed.sort(MEMBERS, FACTS, HOME, ID).group_by("entitlement", "change", maintain_order=True).first()
        )
        for row in first.iter_rows(named=True):
            key, each = (row["entitlement"], row["change"]), Example(row[MEMBERS], row[FACTS], row[HOME], row[ID] or "")
            self.examples[key] = min(each, self.examples.get(key, each))


_GROUPS = ["entitlement", COUNTY, "change"]


def _sums(found: Difference) -> list[pl.Expr]:
    """Returns how many answers changed, and what they come to before and after, where that is added up."""
    summed = pl.col("entitlement").is_in([id for id in found.ids if found.summed(id)])
    exprs = [pl.len().alias("answers")]
    for name, outcome, amount, run in (("before", "was", "had", found.old), ("after", "now", "has", found.new)):
        times = {id: each.times for id, each in run.what.items()}
        once = [id for id, each in run.what.items() if each.per == "once"]
        often = pl.col("entitlement").replace_strict(times, default=None, return_dtype=pl.Int64)
        due = summed & (pl.col(outcome) == ELIGIBLE)
        fen = pl.col(amount).cast(pl.Int128)
        exprs.append((fen * often).filter(due).sum().alias(name))
        exprs.append(fen.filter(due & pl.col("entitlement").is_in(once)).sum().alias(f"{name}_once"))
    return exprs


def money(fen: int) -> Decimal:
    """Returns fen as yuan, exactly."""
    return Decimal(fen).scaleb(-2)


def paid(totals: Iterable[Counter[str]]) -> list[tuple[str, str]]:
    """Returns the kinds of money of which there is any: `cash` or `waiver`, and an empty text by the year, `_once` else."""
    some = list(totals)
    return [
        (kind, period)
        for kind in KINDS
        for period in ("", "_once")
        if any(counts[f"{side}{period} {kind}"] for counts in some for side in ("before", "after"))
    ]


def compared(
    old: Finished,
    new: Finished,
    *,
    other_input: bool = False,
    each: Callable[[Difference, pl.DataFrame], None] | None = None,
) -> Difference:
    """Returns what two runs answer differently.

    Args:
        old: the one run.
        new: the other.
        other_input: whether they may rest on other tables; only whom both have is compared then.
        each: is given every answer that differs, a part at a time.

    Raises:
        BadChoice: they rest on other tables, which was not asked for, or on rules of another place.
        OSError: a file cannot be read.
    """
    before, after = old.manifest.basis, new.manifest.basis
    if before.pack != after.pack:
        zh, en = "两次用的规则包不同", "the runs rest on two packs"
        raise BadChoice(Words(f"{zh}：`{before.pack}`、`{after.pack}`", f"{en}: `{before.pack}` and `{after.pack}`"))
    if before.input != after.input and not other_input:
        zh = "两次读的表不同；加 --other-input 只比较两边都有的户"
        raise BadChoice(Words(zh, "the runs read other tables: add --other-input to compare the households in both"))
    ids = tuple(id for id in dict.fromkeys((*new.what, *old.what)) if old.asked(id) and new.asked(id))
    found = Difference(old, new, ids)
    for part in beside(old, new, ids):
        found.add(part)
        if each is not None:
            each(found, part.changed)
    return found
