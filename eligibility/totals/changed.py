"""The difference of two runs for machines and tables: as one JSON object, and every answer that differs as a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import polars as pl

from eligibility.columns.frames import HOME, ID
from eligibility.columns.onebyone import OUTCOMES
from eligibility.leaves import HOUSEHOLD
from eligibility.money import PERIOD_WORDS
from eligibility.packs.contents import Contents
from eligibility.runs.spoken import WHOLE, yuan
from eligibility.speech import ABSENT as NOT_IN_FORCE
from eligibility.speech import MARKS
from eligibility.speech import OUTCOMES as SAID
from eligibility.totals.beside import ABSENT, CHANGES
from eligibility.totals.difference import KINDS, Difference, money
from eligibility.totals.finished import Finished
from eligibility.totals.groups import COUNTY, UNKNOWN
from eligibility.totals.resting import differing
from eligibility.words import Words

_SPLIT = ("both", "old_only", "new_only")
_SUMS = ("before", "after", "before_once", "after_once")
_HEADS = {
    "change": Words("变化", "change"),
    COUNTY: Words("县区", "county"),
    HOME: Words("户编号", "household"),
    ID: Words("成员编号", "member"),
    "label": Words("事项", "entitlement"),
    "was": Words("原结果", "result before"),
    "now": Words("现结果", "result now"),
    "had": Words("原金额（元）", "amount before (yuan)"),
    "had_per": Words("原每次或每多久", "paid before"),
    "has": Words("现金额（元）", "amount now (yuan)"),
    "has_per": Words("现每次或每多久", "paid now"),
    "mark": Words("说明", "note"),
    "entitlement": Words("事项代码", "code"),
}


def data(found: Difference, contents: Contents, profiles: Mapping[str, str]) -> dict[str, Any]:
    """Returns the difference as JSON has it.

    Args:
        found: the difference.
        contents: of the pack, which says what every output must say.
        profiles: the smallest households as files of their own, by id.
    """
    totals = found.by(lambda key: key.change)
    people = {
        change: {
            "answers": totals[change]["answers"],
            **{whose: found.people[change, whose] for whose in ("persons", "households")},
            "open": totals[change]["open"],
        }
        for change in CHANGES
        if change in totals
    }
    return {
        "schema": "1",
        "differs": list(differing(found.old.manifest.basis, found.new.manifest.basis)),
        "old": _run(found.old),
        "new": _run(found.new),
        "households": dict(zip(_SPLIT, found.households, strict=True)),
        "persons": dict(zip(_SPLIT, found.persons, strict=True)),
        "changes": people,
        "rows": list(_rows(found)),
        "examples": [_example(found, pair, profiles) for pair in sorted(found.examples)],
        "notice": {"zh": contents.file.notice.zh, "en": contents.file.notice.en},
    }


def _run(run: Finished) -> dict[str, Any]:
    basis = run.manifest.basis
    told: dict[str, Any] = {"pack": basis.pack, "version": basis.version, "digest": basis.digest, "input": basis.input}
    local = [{**asdict(each), "sources": [dict(title) for title in each.sources]} for each in basis.local]
    told |= {"as_of": basis.as_of.isoformat(), "readings": dict(basis.readings), "local": local}
    return told | {"entitlements": len(run.what)}


def _rows(found: Difference) -> list[dict[str, Any]]:
    order = sorted(found.counts, key=lambda key: (key.entitlement, key.county is None, key.county or "", key.change))
    rows = []
    for key in order:
        counts, kind = found.counts[key], found.what(key.entitlement).kind
        sums = {f"{each}_yuan": str(money(counts[each])) for each in _SUMS} if kind in KINDS else {}
        apart = {"open": found.open(key.entitlement)}
        rows.append({**key._asdict(), "kind": kind or None, **apart, "answers": counts["answers"], **sums})
    return rows


def _example(found: Difference, pair: tuple[str, str], profiles: Mapping[str, str]) -> dict[str, Any]:
    each = found.examples[pair]
    told = {
        "entitlement": pair[0],
        "change": pair[1],
        "household": each.household,
        "subject": each.subject or HOUSEHOLD,
    }
    return told | {"members": each.members, "facts": each.facts, "profile": profiles.get(each.household)}


def said(found: Difference, changed: pl.DataFrame, contents: Contents, lang: str) -> pl.DataFrame:
    """Returns answers that differ in words under headings, every cell a text, money in yuan.

    Args:
        found: of which runs.
        changed: see `beside.Beside`.
        contents: of the pack, which names counties.
        lang: `zh` or `en`.
    """
    outcomes = {at: SAID[name][lang] for at, name in enumerate(OUTCOMES)} | {ABSENT: NOT_IN_FORCE[lang]}
    places = {code: label[lang] for code, label in contents.places.items()}
    marks = {id: MARKS["open"][lang] if found.open(id) else None for id in found.ids}
    order = list(CHANGES)
    made = changed.sort(
        pl.col("change").replace_strict(order, range(len(order))), HOME, "entitlement", ID
    ).with_columns(
        pl.col("change").replace_strict({key: words[lang] for key, words in CHANGES.items()}),
        pl.col(COUNTY).replace(places).fill_null(UNKNOWN[lang]),
        pl.col(ID).fill_null(WHOLE[lang]),
        pl.col("entitlement").replace_strict({id: found.what(id).label[lang] for id in found.ids}).alias("label"),
        pl.col("entitlement").replace_strict(marks, return_dtype=pl.String).alias("mark"),
        *(pl.col(each).replace_strict(outcomes, return_dtype=pl.String) for each in ("was", "now")),
        *(_per(each, run, lang) for each, run in (("had", found.old), ("has", found.new))),
        yuan("had"),
        yuan("has"),
    )
    return made.select(pl.col(key).alias(words[lang]) for key, words in _HEADS.items())


def _per(amount: str, run: Finished, lang: str) -> pl.Expr:
    """Returns the period of an amount, where there is one."""
    periods = {id: PERIOD_WORDS[each.per][lang] if each.per else None for id, each in run.what.items()}
    per = pl.col("entitlement").replace_strict(periods, default=None, return_dtype=pl.String)
    return pl.when(pl.col(amount).is_not_null()).then(per).alias(f"{amount}_per")
