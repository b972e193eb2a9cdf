"""The forms of an assumption about invented people: what follows, how often, which of several, how much, since when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from eligibility.invented.draws import Cases, Draws, full_months, of_cases, picked, spread

DAYS_OLD = "_days_old"
"""The column of how many days ago somebody was born."""
_YEAR = 365.25
_EVERYBODY = pl.lit(value=True)


@dataclass(frozen=True)
class Assumption:
    """What is assumed of one fact.

    Args:
        fact: its name.
        form: how its values come about: `is`, `chance`, `pick`, `number`, `money` or `since`.
        cases: whom it holds for and what, the first that applies.
        count: for `since`, the fact that counts the time since.
        months: for `since`, how many months make one of what is counted.
        youngest: for `since`, how old somebody is on that day at least, in years.
    """

    fact: str
    form: str
    cases: Cases
    count: str = ""
    months: int = 1
    youngest: int = 0

    @classmethod
    def read(cls, fact: str, said: Mapping[str, Any]) -> Assumption:
        """Returns the assumption that an entry of the table says."""
        form = next(iter(said))
        cases = [_case(form, each) for each in said[form]]
        return cls(fact, form, cases, said.get("count", ""), said.get("months", 1), said.get("from", 0))

    @property
    def reads(self) -> set[str]:
        """The columns that it leans on."""
        found = {name for condition, _ in self.cases for name in condition.meta.root_names()}
        for _, value in self.cases:
            if isinstance(value, pl.Expr):
                found |= set(value.meta.root_names())
            elif isinstance(value, Mapping):
                found |= {name[1:] for name in value if name.startswith("=")}
        return found

    def columns(self, draws: Draws, key: str, day: date) -> Iterator[pl.Expr]:
        """Yields the columns of the fact.

        Args:
            draws: of the city.
            key: the column that numbers the rows.
            day: the day on which the facts hold.
        """
        value = _FORMS[self.form](draws(self.fact, key), self.cases)
        if self.form != "since":
            yield value.alias(self.fact)
            return
        longest = (pl.col(DAYS_OLD) - self.youngest * _YEAR).clip(0)
        since = ago((draws(self.fact, key) * pl.min_horizontal(value, longest)).floor(), day)
        yield pl.when(value.is_not_null()).then(since).alias(self.fact)
        yield pl.when(value.is_not_null()).then(full_months(since, day) // self.months).alias(self.count)


def _case(form: str, said: Any) -> tuple[pl.Expr, Any]:  # noqa: ANN401 - whatever stood in the table
    conditional = isinstance(said, list) and isinstance(said[0], str)
    condition, value = said if conditional else (None, said)
    whom = _EVERYBODY if condition is None else pl.sql_expr(condition)
    return whom, pl.sql_expr(str(value)) if form == "is" else value


def ago(days: pl.Expr, day: date) -> pl.Expr:
    """Returns the day so many days before a day, null where the number is."""
    return (day.toordinal() - date(1970, 1, 1).toordinal() - days.cast(pl.Int32)).cast(pl.Date)


def _is(drawn: pl.Expr, cases: Cases) -> pl.Expr:
    del drawn
    return of_cases(cases)


def _chance(drawn: pl.Expr, cases: Cases) -> pl.Expr:
    return drawn < of_cases([*cases, (_EVERYBODY, 0.0)])


def _pick(drawn: pl.Expr, cases: Cases) -> pl.Expr:
    return of_cases([(condition, picked(drawn, shares)) for condition, shares in cases]).cast(pl.String)


def _marked(drawn: pl.Expr, cases: Cases) -> pl.Expr:
    return of_cases([(condition, spread(drawn, marks)) for condition, marks in cases])


def _number(drawn: pl.Expr, cases: Cases) -> pl.Expr:
    return _marked(drawn, cases).floor().cast(pl.Int64)


def _money(drawn: pl.Expr, cases: Cases) -> pl.Expr:
    fen = (_marked(drawn, cases) * 100).floor().cast(pl.Int64)
    # The last digits of what was drawn are as good as another draw: one sum in eight keeps its fen.
    return pl.when((drawn * 2**20).floor().cast(pl.Int64) % 8 == 0).then(fen).otherwise(fen // 100 * 100)


def _since(drawn: pl.Expr, cases: Cases) -> pl.Expr:
    del drawn
    return of_cases(cases)


_FORMS = {"is": _is, "chance": _chance, "pick": _pick, "number": _number, "money": _money, "since": _since}


def stages(table: Sequence[Assumption]) -> list[list[Assumption]]:
    """Returns assumptions in stages, each leaning on columns of earlier ones or on those that were there before all."""
    level: dict[str, int] = {}
    found: list[list[Assumption]] = []
    for each in table:
        at = 1 + max((level.get(name, -1) for name in each.reads), default=-1)
        level |= dict.fromkeys((each.fact, each.count), at)
        found += [[] for _ in range(at + 1 - len(found))]
        found[at].append(each)
    return found


def assumed(frame: pl.LazyFrame, table: Sequence[Assumption], draws: Draws, day: date, key: str) -> pl.LazyFrame:
    """Returns a table with a column for each fact of which something is assumed."""
    for stage in stages(table):
        frame = frame.with_columns(column for each in stage for column in each.columns(draws, key, day))
    return frame
