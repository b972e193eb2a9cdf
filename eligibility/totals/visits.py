"""The lists of take-up made ready for a visit: reasons in words, how to apply, and who it is where that may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import polars as pl

from eligibility.asking import answers
from eligibility.columns.frames import HOME, ID, to_profiles
from eligibility.derived import prepare
from eligibility.determinations import Determination, determination
from eligibility.determinations import answer as answered
from eligibility.explain import explanation
from eligibility.held import repeats
from eligibility.leaves import HOUSEHOLD
from eligibility.money import PERIOD_WORDS
from eligibility.packs.calendar import Rules
from eligibility.page import tree
from eligibility.profile import Profile
from eligibility.runs.spoken import Spoken, yuan
from eligibility.summary import deciding
from eligibility.tables.rows import AS_OF
from eligibility.totals.drawn import TOWNSHIP
from eligibility.totals.groups import COUNTY, UNKNOWN, counties
from eligibility.totals.takeup import (
    BARRED,
    CRITERIA,
    LISTS,
    NO_SUBJECT,
    NOT_IN_FORCE,
    UNCLAIMED,
    UNENTITLED,
    UNSETTLED,
)
from eligibility.words import Words

PERSONAL = ("name", "resident_id")
"""What stands in a list only where it is asked for."""
FULL = 200
"""Of how many answers the reasons are told in full; of the others, which criterion decides."""
LABELS = {
    UNCLAIMED: Words("应享未享", "entitled, not received"),
    BARRED: Words("符合，但在享不能同时享受的事项", "entitled, but receives what may not be had beside it"),
    UNENTITLED: Words("在享而不符合，请核实", "received, not entitled: to be checked"),
    UNSETTLED: Words("在享而待定，请核实", "received, still open: to be checked"),
}
_GONE = Words("这一天没有这一事项（未施行或已停止）", "not in force on the day")
_NOBODY = Words(
    "列为已去世或尚未出生，或这一事项不给在世的人", "listed as dead or not born yet, or this is not for the living"
)
_ALL = Words("符合全部条件：{}", "meets every criterion: {}")
_HELD = Words("；在享不能与它同时享受的事项", "; receives something that may not be had together with it")
_LESS = Words(
    "；与另一项不能同时享受，另一项更有利或金额未知",
    "; not together with another one, which is worth more or of unknown worth",
)
_OPEN = Words("还要弄清：{}", "to be found out: {}")
_FAILS = Words("不满足：{}", "not met: {}")
_EXCLUDED = Words("属排除情形：{}", "excluded: {}")
_APPLY = Words("经办：{}；{}", "office: {}; {}")


def gathered(
    rules: Rules,
    rows: pl.DataFrame,
    persons: pl.DataFrame,
    households: pl.DataFrame,
    lang: str,
    *,
    full: int = FULL,
    personal: bool = False,
) -> pl.DataFrame:
    """Returns lists of take-up with what only the core can tell, and names where they may be shown.

    Args:
        rules: of the day.
        rows: of `takeup.take_up`.
        persons: on whose facts they rest.
        households: likewise.
        lang: `zh` or `en`.
        full: of how many answers, from the first, `details` holds the whole explanation.
        personal: whether `name` and `resident_id` stand in the list.

    Returns:
        The columns of `rows`, `fails` (which criteria fail, where one does), `details`, and the personal ones.
    """
    teller = _Teller(rules, lang)
    asked = pl.col("reason") == CRITERIA
    wanted = asked & ((pl.col("list") == UNENTITLED) | (pl.col("at") < full))
    core = dict(teller.determinations(rows.with_row_index("at").filter(wanted), persons, households))
    fails = {at: teller.fails(each) for at, each in core.items() if each.outcome == "ineligible"}
    details = {at: teller.details(each) for at, each in core.items() if at < full}
    made = rows.with_columns(_at(fails, len(rows)).alias("fails"), _at(details, len(rows)).alias("details"))
    return _named(made, persons) if personal else made


def told(rules: Rules, rows: pl.DataFrame, lang: str) -> pl.DataFrame:
    """Returns lists of take-up with their reasons in words: the columns `why` and `apply` in the place of `fails`.

    Args:
        rules: of the day.
        rows: of `gathered`, in the same language.
        lang: `zh` or `en`.
    """
    teller = _Teller(rules, lang)
    ids = rows["entitlement"].unique(maintain_order=True).to_list()
    which, apart = pl.col("list"), pl.col("apart")
    met = {id: teller.all(id) for id in ids}
    why = (
        pl.when(pl.col("reason") == NOT_IN_FORCE).then(pl.lit(_GONE[lang]))
        .when(pl.col("reason") == NO_SUBJECT).then(pl.lit(_NOBODY[lang]))
        .when(which == BARRED).then(_replaced("entitlement", {id: text + _HELD[lang] for id, text in met.items()}))
        .when((which == UNCLAIMED) & apart).then(_replaced("entitlement", {id: met[id] + _LESS[lang] for id in ids}))
        .when(which == UNCLAIMED).then(_replaced("entitlement", met))
        .when(which == UNENTITLED).then("fails")
        .otherwise(pl.format(_OPEN[lang], teller.spoken.missing(rows, "missing")))
    )  # fmt: skip
    apply = _replaced("entitlement", {id: teller.apply(id) for id in ids})
    return rows.with_columns(why.alias("why"), apply.alias("apply")).drop("fails")


def _at(texts: Mapping[int, str], length: int) -> pl.Series:
    return pl.Series([texts.get(at) for at in range(length)], dtype=pl.String)


def _replaced(column: str, texts: Mapping[str, str | None]) -> pl.Expr:
    return pl.col(column).replace_strict(texts, default=None, return_dtype=pl.String)


class _Teller:
    """Tells why somebody is on a list, in one language."""

    def __init__(self, rules: Rules, lang: str) -> None:
        self.rules, self.lang = rules, lang
        self.spoken = Spoken(rules.pack.contents, lang)

    def fails(self, found: Determination) -> str:
        """Returns which criteria fail, or which exclusions hold; that it is drawn already is none of them."""
        again = repeats(answered(found).ruled)
        parts = [part for part in deciding(found) if part.id not in again]
        said = _EXCLUDED if all(part.exclusion for part in parts) else _FAILS
        return said[self.lang].format(self.join(part.label[self.lang] for part in parts))

    def all(self, id: str) -> str:
        """Returns that every criterion of an entitlement is met."""
        ruling = self.rules.ruling(id)
        criteria = (ruling.body.criteria if ruling else None) or ()
        return _ALL[self.lang].format(self.join(each.label[self.lang] for each in criteria))

    def join(self, texts: Iterable[str]) -> str:
        """Returns texts as one."""
        return Words("；", "; ")[self.lang].join(texts)

    def apply(self, id: str) -> str | None:
        """Returns who decides and how one applies."""
        ruling = self.rules.ruling(id)
        if ruling is None or ruling.body.apply is None:
            return None
        return _APPLY[self.lang].format(ruling.entitlement.authority[self.lang], ruling.body.apply.route[self.lang])

    def details(self, found: Determination) -> str:
        """Returns the whole explanation."""
        return "\n".join(lead + text for lead, text, _ in tree(explanation(found, self.lang)))

    def determinations(
        self, rows: pl.DataFrame, persons: pl.DataFrame, households: pl.DataFrame
    ) -> Iterator[tuple[int, Determination]]:
        """Yields the answers of the core to some rows, each with its number."""
        wanted: dict[str, list[tuple[int, str, str]]] = {}
        for at, home, subject, id in rows.select("at", HOME, ID, "entitlement").iter_rows():
            wanted.setdefault(home, []).append((at, subject or HOUSEHOLD, id))
        homes = pl.DataFrame({HOME: list(wanted)}, schema={HOME: pl.String})
        some = [table.join(homes, on=HOME, how="semi", maintain_order="left") for table in (persons, households)]
        days = dict(some[1].select(HOME, AS_OF).iter_rows()) if AS_OF in households.columns else {}
        for profile in to_profiles(some[0], some[1], schema=self.rules.pack.contents.schema):
            yield from self.asked(profile, wanted[profile.id], days.get(profile.id))

    def asked(
        self, profile: Profile, wanted: Sequence[tuple[int, str, str]], as_of: date | None
    ) -> Iterator[tuple[int, Determination]]:
        """Yields the answers of the core for one household."""
        own_day = as_of is None or as_of == self.rules.day
        prepared = prepare(self.rules, profile.household, profile.members, own_day=own_day)
        ids = tuple({id for _, _, id in wanted})
        found = {(each.subject, each.ruled.entitlement.id): each for each in answers(self.rules, prepared, ids)}
        for at, subject, id in wanted:
            yield at, determination(found[subject, id])


def _named(rows: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """Returns lists with the names of persons; that of the whole household is told by its members' ids."""
    null = pl.lit(None, pl.String)
    names = [pl.col(name) if name in persons.columns else null.alias(name) for name in PERSONAL]
    return rows.join(persons.select(HOME, ID, *names), on=[HOME, ID], how="left", maintain_order="left")


def ordered(parts: pl.LazyFrame) -> pl.LazyFrame:
    """Returns the lists of a whole city in the order of visits: by list, county, township, household."""
    return parts.sort("list", COUNTY, TOWNSHIP, HOME, ID, "entitlement", nulls_last=True, maintain_order=True)


_HEADS = {
    "list": Words("清单", "list"),
    COUNTY: Words("县区", "county"),
    TOWNSHIP: Words("乡镇（街道）", "township"),
    HOME: Words("户编号", "household"),
    ID: Words("成员编号", "member"),
    "name": Words("姓名", "name"),
    "resident_id": Words("身份证号", "resident number"),
    "label": Words("事项", "entitlement"),
    "amount_fen": Words("金额（元）", "amount (yuan)"),
    "per": Words("每次或每多久", "paid"),
    "year_fen": Words("每年（元）", "a year (yuan)"),
    "why": Words("理由", "reason"),
    "apply": Words("怎样办", "how to apply"),
    "details": Words("详细理由", "reasons in full"),
    "entitlement": Words("事项代码", "code"),
}


def said(rules: Rules, rows: pl.DataFrame, lang: str) -> pl.DataFrame:
    """Returns lists in words under headings, every cell a text, money in yuan.

    Args:
        rules: of the day.
        rows: of `told`, in the same language.
        lang: `zh` or `en`.
    """
    labels = {id: each.label[lang] for id, each in rules.pack.contents.entitlements.items()}
    where = {code: label[lang] for code, label in counties(rules).items()}
    whole = Words("全家", "household")[lang]
    made = rows.with_columns(
        pl.col("list")
        .cast(pl.String)
        .replace_strict({key: LABELS[key][lang] for key in LISTS}, return_dtype=pl.String),
        pl.col(COUNTY).replace(where).fill_null(UNKNOWN[lang]),
        pl.col(ID).fill_null(whole),
        pl.col("entitlement").replace_strict(labels, return_dtype=pl.String).alias("label"),
        pl.col("per").replace_strict({per: words[lang] for per, words in PERIOD_WORDS.items()}, return_dtype=pl.String),
        yuan("amount_fen"),
        yuan("year_fen"),
    )
    there = [
        key for key in _HEADS if key in made.columns and not (key == TOWNSHIP and made[key].null_count() == len(made))
    ]
    return made.select(pl.col(key).alias(_HEADS[key][lang]) for key in there)
