"""The law of rises: a figure of a benefit that is higher never lowers what a household comes to in a year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from eligibility.determinations import Claim
from eligibility.errors import Problem
from eligibility.money import plain, yuan
from eligibility.packs.calendar import Rules, State
from eligibility.packs.figures import Entry, Table
from eligibility.ruled import ruled
from eligibility.screening import Screening, screen
from eligibility.summary import Summary, counts
from eligibility.testing.breach import AS_IS, Breach
from eligibility.testing.searching import Scope, Trial
from eligibility.testing.waiving import sought, unused
from eligibility.words import Words

RISES = Words(
    "待遇的数字提高，家庭一年的合计不会减少", "a figure of a benefit that rises never lowers what a household comes to"
)
RAISES = (1, 10_000)
"""By how much a figure is raised, in fen."""


def figures(rules: Rules) -> dict[str, list[str]]:
    """Returns the figures of money that amounts read on a day, each with the entitlements whose amounts do."""
    found: dict[str, list[str]] = {}
    for ruling in rules.state.rulings:
        id = ruling.entitlement.id
        for name in ruled(rules, id).amount_reads.figures:
            held = any(_values(entry) for entry in rules.state.figures[name].entries.values())
            if rules.state.figures[name].series.kind.kind == "money" and held:
                found.setdefault(name, []).append(id)
    return found


@dataclass
class Rise:
    """The law of rises, tried on one figure.

    Args:
        scope: on what it is tried.
        name: of the figure.
        used: the waivers that excused something; it grows.
    """

    scope: Scope
    name: str
    used: set[str] = field(default_factory=set)
    _raised: dict[tuple[State, int], State] = field(default_factory=dict)

    def look(self, trial: Trial) -> Iterator[Breach]:
        """Yields that a household comes to less once the figure is higher."""
        before = screen(trial.rules, trial.profile)
        for fen in RAISES:
            after = screen(self.raised(trial.rules, fen), trial.profile)
            if _open(before) != _open(after) or _total(after) >= _total(before):
                continue
            if self.name in self.scope.declared.waivers("rises"):
                self.used.add(self.name)
                continue
            yield self.breach(trial, fen, before, after)

    def raised(self, rules: Rules, fen: int) -> Rules:
        """Returns the rules of a day with the figure raised at every place and in every row."""
        key = rules.state, fen
        if key not in self._raised:
            tables = dict(rules.state.figures)
            tables[self.name] = raised(tables[self.name], fen)
            self._raised[key] = replace(rules.state, figures=tables, memo={})
        return Rules(rules.pack, rules.day, self._raised[key])

    def breach(self, trial: Trial, fen: int, before: Screening, after: Screening) -> Breach:
        """Returns what is told of a household that comes to less."""
        changed = _changed(before, after)
        label = trial.rules.pack.contents.parameters[self.name].label
        more = [plain(yuan(fen), lang) for lang in ("zh", "en")]
        asked = Words(f"{label.zh}（{self.name}）提高{more[0]}", f"{label.en} ({self.name}) raised by {more[1]}")
        answers = ((AS_IS, _sum(before)), (asked, _sum(after)))
        claim = (changed.entitlement, changed.subject)
        return Breach("rises", RISES, *claim, trial.rules, trial.profile, answers)

    def unused(self) -> Iterator[Problem]:
        """Yields the waiver of the figure, if it excuses nothing."""
        waived = self.scope.declared.waivers("rises")
        if self.name in waived and self.name not in self.used:
            readers = {
                id for day in self.scope.pack.changes for id in figures(self.scope.pack.on(day)).get(self.name, ())
            }
            for id in sorted(readers):
                sought(self.scope.pack, id, self.used, self.name, self.look)
        yield from unused(self.scope, "rises", self.used, self.name)


def raised(table: Table, fen: int) -> Table:
    """Returns a figure that is higher by some fen at every place and in every row; what is unknown stays so."""
    return replace(table, entries={place: _raise(entry, fen) for place, entry in table.entries.items()})


def _raise(entry: Entry, fen: int) -> Entry:
    value = entry.value + fen if isinstance(entry.value, int) else entry.value
    rows = {row: each + fen if isinstance(each, int) else each for row, each in entry.rows.items()}
    return replace(entry, value=value, rows=rows)


def _values(entry: Entry) -> list[Any]:
    return [value for value in (entry.value, *entry.rows.values()) if isinstance(value, int)]


def _total(screening: Screening) -> int:
    """Returns what a household comes to in a year by the best lawful combination, in fen; what is paid once counts once."""
    return sum(each.yearly + each.once for each in Summary(screening, everything=True).sums().values())


def _open(screening: Screening) -> tuple[set[Claim], set[Claim]]:
    """Returns what keeps two totals from being compared: amounts that are not known, and combinations that are open."""
    unknown = {each.claim for each in screening.eligible if not counts(each)}
    return unknown, {claim for each in screening.packages if each.best is None for claim in each.claims}


def _changed(before: Screening, after: Screening) -> Claim:
    """Returns the first claim whose answer is another one."""
    for one in before.determinations:
        two = after.of(one.claim)
        if two is None or (one.outcome, one.amount) != (two.outcome, two.amount):
            return one.claim
    return before.determinations[0].claim


def _sum(screening: Screening) -> Words:
    total = yuan(_total(screening))
    return Words(f"一年合计{plain(total, 'zh')}", f"{plain(total, 'en')} in a year")
