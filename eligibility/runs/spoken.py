"""Tables of answers in words: headings, names, outcomes and what is missing, in Chinese or English, money in yuan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from eligibility import speech
from eligibility.columns.frames import HOME, ID
from eligibility.columns.onebyone import AMOUNT, AMOUNT_MISSING, MISSING
from eligibility.leaves import HOUSEHOLD, PACK
from eligibility.money import PERIOD_WORDS
from eligibility.packs.calendar import Ruling
from eligibility.packs.contents import Contents
from eligibility.words import Words

HEADS = {
    HOME: Words("户编号", "household"),
    ID: Words("成员编号", "member"),
    "entitlement": Words("事项代码", "code"),
    "label": Words("事项", "entitlement"),
    "outcome": Words("结果", "result"),
    "amount_fen": Words("金额（元）", "amount (yuan)"),
    "per": Words("每次或每多久", "paid"),
    "missing": Words("还要弄清", "to be found out"),
    "amount_missing": Words("金额还要弄清", "to be found out for the amount"),
}
"""What the columns of a long table are called, in their order."""
WHOLE = Words("全家", "household")
PARTS = {
    AMOUNT: Words("{}：金额（元）", "{}: amount (yuan)"),
    MISSING: Words("{}：还要弄清", "{}: to be found out"),
    AMOUNT_MISSING: Words("{}：金额还要弄清", "{}: to be found out for the amount"),
}
"""What the columns beside an outcome are called in a wide table."""
_WHOSE = {
    HOUSEHOLD: Words("家庭：{}", "household: {}"),
    "members": Words("成员：{}", "members: {}"),
    PACK: Words("规定：{}", "rules: {}"),
}


class Spoken:
    """Says tables of answers in one language.

    Args:
        contents: of the pack, which has the words.
        lang: `zh` or `en`.
    """

    def __init__(self, contents: Contents, lang: str) -> None:
        """Keeps both."""
        self.contents, self.lang = contents, lang

    def long(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Returns a long table in words, every cell a text."""
        entitlements = self.contents.entitlements
        told = frame.with_columns(
            pl.col(ID).fill_null(WHOLE[self.lang]),
            _said("entitlement", frame, lambda code: entitlements[code].label[self.lang]).alias("label"),
            self.outcome(frame, "outcome"),
            yuan("amount_fen"),
            _said("per", frame, lambda per: PERIOD_WORDS[per][self.lang]),
            self.missing(frame, "missing"),
            self.missing(frame, "amount_missing"),
        )
        return told.select(pl.col(key).alias(words[self.lang]) for key, words in HEADS.items())

    def wide(self, rulings: Sequence[Ruling], frame: pl.DataFrame) -> pl.DataFrame:
        """Returns a wide table in words, every cell a text."""
        columns = [pl.col(key).alias(HEADS[key][self.lang]) for key in (HOME, ID) if key in frame.columns]
        names = self.names(rulings)
        for id in (each.entitlement.id for each in rulings):
            if id in frame.columns:
                name = names[id]
                columns.append(self.outcome(frame, id).alias(name))
                columns.append(yuan(id + AMOUNT).alias(PARTS[AMOUNT][self.lang].format(name)))
                ends = (MISSING, AMOUNT_MISSING)
                columns += [self.missing(frame, id + end).alias(PARTS[end][self.lang].format(name)) for end in ends]
        return frame.select(columns)

    def names(self, rulings: Sequence[Ruling]) -> dict[str, str]:
        """Returns what each entitlement is called, with its id where two of them share a name."""
        return told_apart({each.entitlement.id: each.entitlement.label[self.lang] for each in rulings})

    def outcome(self, frame: pl.DataFrame, column: str) -> pl.Expr:
        """Returns outcomes in words."""
        return _said(column, frame, lambda outcome: speech.OUTCOMES[outcome][self.lang])

    def missing(self, frame: pl.DataFrame, column: str) -> pl.Expr:
        """Returns what is missing, each fact and figure by its name."""
        return _said(column, frame, self.listed)

    def listed(self, text: str) -> str:
        """Returns what `columns/onebyone.told` wrote, in words."""
        return Words("；", "; ")[self.lang].join(self.item(each) for each in text.split(" "))

    def item(self, text: str) -> str:
        """Returns one missing fact or figure in words."""
        whose, dot, name = text.partition(".")
        if dot and whose in _WHOSE:
            return _WHOSE[whose][self.lang].format(speech.question(name, self.contents, self.lang)[0])
        return speech.question(text, self.contents, self.lang)[0]


def told_apart(labels: Mapping[str, str]) -> dict[str, str]:
    """Returns labels by id, with the id beside those that two of them share."""
    several = {label for label in labels.values() if list(labels.values()).count(label) > 1}
    return {id: f"{label} ({id})" if label in several else label for id, label in labels.items()}


def _said(column: str, frame: pl.DataFrame, say: Callable[[str], str]) -> pl.Expr:
    """Returns a column in other words: each text that it has is said once."""
    texts = frame[column].cast(pl.String).drop_nulls().unique(maintain_order=True).to_list()
    told = [say(text) for text in texts]
    return pl.col(column).cast(pl.String).replace_strict(texts, told, return_dtype=pl.String, default=None)


def yuan(column: str) -> pl.Expr:
    """Returns fen as yuan without needless zeros, as `money.yuan` does."""
    fen = pl.col(column)
    sign = pl.when(fen < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    whole, rest = (fen.abs() // 100).cast(pl.String), fen.abs() % 100
    cents = pl.when(rest > 0).then("." + rest.cast(pl.String).str.zfill(2)).otherwise(pl.lit(""))
    return (sign + whole + cents).alias(column)
