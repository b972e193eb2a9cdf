"""An invented city as it is written down: typed columns, or texts as programs write them, or as offices do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from eligibility.columns.frames import HOME, ID
from eligibility.packs.contents import Contents
from eligibility.schema import Fact, Owner

AS_OF = "as_of"
"""The column of households that says on which day the facts hold."""
_OFFICE_KEYS = {HOME: "家庭编号", ID: "人员编号", AS_OF: "数据日期"}
_NO_PLACE = "无"
"""What an office writes where a fact names no place; `none` is the one word that facts have for that."""
_YUAN = pl.Decimal(18, 2)


@dataclass(frozen=True)
class Hand:
    """How somebody writes a table.

    Args:
        contents: of the pack, for labels.
        day: on which the facts hold.
        office: whether it is an office's hand: Chinese headings and words, 1969/10/08.
        numbers: whether texts of people, their names and numbers, are written at all.
    """

    contents: Contents
    day: date
    office: bool = False
    numbers: bool = False

    def facts(self, owner: Owner) -> list[Fact]:
        """Returns the facts that are written, in the order of the vocabulary."""
        return [fact for fact in self.contents.schema.of(owner) if self.numbers or fact.type != "text"]

    def typed(self, frame: pl.DataFrame, owner: Owner) -> pl.DataFrame:
        """Returns a table with typed columns, money as yuan."""
        money = [self._text(fact).cast(_YUAN).alias(fact.name) for fact in self.facts(owner) if fact.type == "money"]
        return self._columns(frame, owner).with_columns(money)

    def texts(self, frame: pl.DataFrame, owner: Owner) -> pl.DataFrame:
        """Returns a table of texts, its columns named as `typed` names them; `headings` has what stands above them."""
        written = self._columns(frame, owner)
        days = [AS_OF, *(fact.name for fact in self.facts(owner) if fact.type == "date")]
        form = "%Y/%m/%d" if self.office else "%Y-%m-%d"
        return written.with_columns(
            *(self._text(fact).alias(fact.name) for fact in self.facts(owner) if fact.type != "date"),
            *(pl.col(name).dt.strftime(form) for name in days if name in written.columns),
        )

    def headings(self, owner: Owner) -> dict[str, str]:
        """Returns what stands above each column."""
        keys = {HOME: HOME, ID: ID} if owner == "person" else {HOME: HOME, AS_OF: AS_OF}
        facts = self.facts(owner)
        if not self.office:
            return keys | {fact.name: fact.name for fact in facts}
        return {key: _OFFICE_KEYS[key] for key in keys} | {fact.name: fact.label.zh for fact in facts}

    def _columns(self, frame: pl.DataFrame, owner: Owner) -> pl.DataFrame:
        if owner == "household":
            frame = frame.with_columns(pl.lit(self.day).alias(AS_OF))
        return frame.select(list(self.headings(owner)))

    def _text(self, fact: Fact) -> pl.Expr:
        column = pl.col(fact.name)
        if fact.type == "money":
            return pl.concat_str(
                (column // 100).cast(pl.String), pl.lit("."), (column % 100).cast(pl.String).str.zfill(2)
            )
        if fact.type == "bool":
            yes, no = ("是", "否") if self.office else ("true", "false")
            return pl.when(column).then(pl.lit(yes)).when(~column).then(pl.lit(no))
        if fact.type == "set":
            nothing, sign = ("无", "、") if self.office else ("none", ";")
            items = column.list.join(sign)
            return pl.when(column.list.len() == 0).then(pl.lit(nothing)).otherwise(items)
        words = self._words(fact) if self.office else {}
        return column.cast(pl.String).replace(words)

    def _words(self, fact: Fact) -> Mapping[str, str]:
        """Returns what an office writes for the values of a fact."""
        if fact.type == "choice":
            return {value: label.zh for value, label in fact.values.items()}
        if fact.type != "place":
            return {}
        return {code: label.zh for code, label in self.contents.places.items()} | dict.fromkeys(fact.also, _NO_PLACE)
