"""The rules of a day over whole tables: every entitlement asked of everybody at once, with the meaning of `evaluate`."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw
import polars as pl

from eligibility import derived
from eligibility.columns.answering import MASK, Answering, Told
from eligibility.columns.checks import caught
from eligibility.columns.compiling import Compiler
from eligibility.columns.frames import HOME, ID, to_profiles
from eligibility.columns.plan import Owner
from eligibility.columns.stating import Given
from eligibility.columns.terms import Lowering
from eligibility.columns.vetting import vetted
from eligibility.held import regardless
from eligibility.packs.calendar import Rules
from eligibility.ruled import ruled

ROW = "x_row"
KEPT = 200
"""How many plans of one state of the law are kept."""
OWNERS: tuple[Owner, ...] = ("person", "household")


class Columns:
    """Rules of a day, compiled for two tables.

    Args:
        rules: of the day.
        given: which columns the tables have.
        only: ids of entitlements; all in force where empty.
        missing: whether what answers wait for is told too.
        had: whether each is asked as of somebody who has it already; see `held.regardless`.
    """

    def __init__(
        self, rules: Rules, given: Given, only: Sequence[str] = (), *, missing: bool = True, had: bool = False
    ) -> None:
        """Compiles them."""
        self.missing = missing
        compiler = Compiler(rules, given)
        answering = Answering(compiler)
        for ruling in rules.state.rulings:
            id = ruling.entitlement.id
            if not only or id in only:
                answering.put(regardless(rules, id) if had else ruled(rules, id), missing=missing)
        self.plan, self.outputs = compiler.plan, answering.outputs
        self._polars = Lowering(pl)

    def over(self, persons: Any, households: Any, keep: Sequence[str] = ()) -> tuple[Any, Any]:  # noqa: ANN401 - tables of any engine
        """Returns the answers of persons and of households, as lazy tables of the engine that they came from.

        Args:
            persons: a table of any engine that Narwhals knows.
            households: likewise.
            keep: columns that are carried along.
        """
        if isinstance(persons, pl.DataFrame | pl.LazyFrame):
            return self._over(persons.lazy(), households.lazy(), keep, self._polars)
        frames = [nw.from_native(each).lazy() for each in (persons, households)]
        found = self._over(frames[0], frames[1], keep, Lowering(nw))
        return found[0].to_native(), found[1].to_native()

    def _over(self, persons: Any, households: Any, keep: Sequence[str], lowering: Lowering) -> tuple[Any, Any]:  # noqa: ANN401 - lazy frames
        both, col = self.plan.run(persons, households, lowering), lowering.module.col
        found = []
        for frame, keys, outputs in zip(both, ((HOME, ID), (HOME,)), self.outputs.values(), strict=True):
            columns = [col(column).alias(name) for name, column in outputs.names.items()]
            masks = [column for told in outputs.told.values() for column in told.columns]
            found.append(frame.select(*keys, *keep, *columns, *masks))
        return found[0], found[1]


def compiled(
    rules: Rules, given: Given, only: Sequence[str] = (), *, missing: bool = True, had: bool = False
) -> Columns:
    """Returns the rules of a day for two tables, made once as long as they are among the last ones asked for; see `Columns`."""
    made: OrderedDict[Any, Columns] = rules.state.memo.setdefault("columns", OrderedDict())
    key = (rules.day, given, tuple(only), missing, had)
    found = made.get(key)
    if found is None:
        found = made[key] = Columns(rules, given, only, missing=missing, had=had)
        if len(made) > KEPT:
            made.popitem(last=False)
    made.move_to_end(key)
    return found


def answer(  # noqa: PLR0913 - two tables, and how they are asked about
    rules: Rules,
    persons: pl.DataFrame,
    households: pl.DataFrame,
    only: Sequence[str] = (),
    *,
    own_day: bool = True,
    missing: bool = True,
    had: bool = False,
    vet: bool = True,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns what every entitlement comes to for every person, and for every household.

    Args:
        rules: of the day.
        persons: `household_id`, `id`, and facts of members; see `columns/frames.py`.
        households: `household_id`, and facts of households.
        only: ids of entitlements; all in force where empty.
        own_day: whether the facts were stated for this very day (MEANING M9).
        missing: whether what answers wait for is told too.
        had: whether each is asked as of somebody who has it already; see `held.regardless`.
        vet: whether the tables are looked at first; only for tables that were made out of checked facts not.

    Raises:
        TableError: a column has another type than its fact, a value that the fact cannot have, or a key is there twice.

    Returns:
        Two tables with the keys of `persons` and of `households`, in their order. For each entitlement about persons, or
        about households: `<id>` 0 ineligible, 1 undetermined, 2 eligible, null for who is no subject of it; `<id>.amount`
        in fen, null while unknown or where there is none; `<id>.missing` and `<id>.amount_missing` what each waits for, names
        in the order of the alphabet, null where nothing is: own facts bare, then `household.x`, `members.x`, `pack.x`.
    """
    if vet:
        persons, households = vetted(rules.pack.contents.schema, persons, households)
    given = Given(frozenset(persons.columns), frozenset(households.columns), own_day)
    columns = compiled(rules, given, only, missing=missing, had=had)
    found = columns.over(persons.lazy().with_row_index(ROW), households.lazy().with_row_index(ROW), [ROW])
    both = pl.collect_all([each.sort(ROW).drop(ROW) for each in found])
    p, h = (said(frame, outputs.told) for frame, outputs in zip(both, columns.outputs.values(), strict=True))
    return p, h


def contradictions(rules: Rules, persons: pl.DataFrame, households: pl.DataFrame) -> pl.DataFrame:
    """Returns what cannot both be so, as `derived.contradictions` finds it, in the order of the households.

    Args:
        rules: of the day on which the facts hold.
        persons: see `answer`.
        households: likewise.

    Returns:
        `household_id`, `id` of the member or null for the household, `fact` at which it shows, or an empty text, and what is
        wrong in `zh` and `en`.
    """
    compiler = Compiler(rules, Given(frozenset(persons.columns), frozenset(households.columns)))
    flags = {owner: compiler.plan.named(owner, caught(compiler, owner), "a")[0] for owner in OWNERS}
    both = compiler.plan.run(persons.lazy(), households.lazy(), Lowering(pl))
    lazy = [each.filter(pl.col(flags[owner])).select(HOME) for owner, each in zip(OWNERS, both, strict=True)]
    some = pl.concat(pl.collect_all(lazy)).unique()
    schema = rules.pack.contents.schema
    profiles = to_profiles(
        persons.join(some, on=HOME, how="semi", maintain_order="left"),
        households.join(some, on=HOME, how="semi", maintain_order="left"),
        schema=schema,
    )
    rows = [
        (profile.id, None if each.subject is None else profile.members[each.subject][ID], each.fact, *_words_of(each))
        for profile in profiles
        for each in derived.contradictions(rules, profile.household, _apart(profile.members))
    ]
    return pl.DataFrame(
        rows,
        schema=[HOME, ID, "fact", "zh", "en"],
        schema_overrides=dict.fromkeys((HOME, ID, "fact", "zh", "en"), pl.String),
        orient="row",
    )


def _apart(members: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Returns members under their places, so that two with one id are two."""
    return [{**member, ID: str(index)} for index, member in enumerate(members)]


def _words_of(found: derived.Contradiction) -> tuple[str, str]:
    message, advice = found.message, found.advice
    return (f"{message.zh}：{advice.zh}", f"{message.en}: {advice.en}") if advice else (message.zh, message.en)


def said(frame: pl.DataFrame, told: dict[str, Told]) -> pl.DataFrame:
    """Returns a table with names in words instead of the numbers that tell of them."""
    for name, each in told.items():
        words = pl.Series(name, [None] * len(frame), dtype=pl.String) if not each.columns else _words(frame, name, each)
        frame = frame.with_columns(words.alias(name)).drop(each.columns)
    return frame


def _words(frame: pl.DataFrame, name: str, told: Told) -> pl.Series:
    masks = frame.select(told.columns)
    kinds = masks.unique()
    texts = [_text(told.names, row) for row in kinds.iter_rows()]
    named = kinds.with_columns(pl.Series(name, texts, dtype=pl.String))
    return masks.join(named, on=list(told.columns), how="left", maintain_order="left")[name]


def _text(names: Sequence[str], masks: Sequence[int]) -> str | None:
    held = (name for at, name in enumerate(names) if masks[at // MASK] >> at % MASK & 1)
    return " ".join(held) or None
