"""One row of tables found again: the household it belongs to, and whom it is about, or why it was refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePath

import polars as pl

from eligibility.columns.frames import HOME, ID, to_profiles
from eligibility.errors import BadChoice, Problem, TableError
from eligibility.ids import without_numbers
from eligibility.leaves import HOUSEHOLD
from eligibility.packs.calendar import Rules
from eligibility.profile_reader import Profile
from eligibility.runs.settling import refuse
from eligibility.tables.chunks import Chunk, People
from eligibility.tables.rows import AS_OF, FILE, ROW
from eligibility.words import Words

_ROW = re.compile(r"(?P<file>.+):(?P<row>[0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Place:
    """Where to look: a row of a file, or a household or somebody in it.

    Args:
        file: the name of the file.
        row: as a table program counts it.
        household: its id.
        member: the id of a member.
    """

    file: str = ""
    row: int = 0
    household: str = ""
    member: str = ""

    @classmethod
    def read(cls, text: str) -> Place:
        """Returns what `FILE:ROW`, `HOUSEHOLD/MEMBER` or `HOUSEHOLD` says."""
        found = _ROW.fullmatch(text)
        if found:
            return cls(file=found["file"], row=int(found["row"]))
        household, _, member = text.partition("/")
        return cls(household=household, member=member)

    def of(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Returns the rows of a table that are meant."""
        if self.file:
            # Tables are called by their names, or by their paths where two have one name; people may say either.
            names = {self.file, PurePath(self.file).name}
            said = [*names, *map(without_numbers, names)]
            return frame.filter(pl.col(FILE).is_in(said) & (pl.col(ROW) == self.row))
        mine = pl.col(HOME) == self.household
        if self.member:
            mine &= pl.col(ID) == self.member if ID in frame.columns else pl.lit(value=False)
        return frame.filter(mine)


@dataclass(frozen=True, slots=True)
class Found:
    """A household in which a row was found.

    Args:
        profile: the household.
        subject: whom the row is about: a member, or `household`; None where the whole household was asked for.
    """

    profile: Profile
    subject: str | None


def find(people: People, rules: Rules, place: Place, work: Path, size: int) -> Found:
    """Returns a row with the household it belongs to; nothing else is answered.

    Args:
        people: the tables.
        rules: of the day.
        place: where to look.
        work: a scratch folder.
        size: about how many rows a chunk has.

    Raises:
        BadChoice: there is no such row.
        TableError: it was refused, with the reasons; or the tables cannot be used.
    """
    for chunk in people.chunks(work, size):
        for table in (chunk.households, chunk.persons):
            rows = place.of(table)
            if rows.height:
                return _found(rules, chunk, rows, place)
        refused = place.of(chunk.rejects) if place.file else chunk.rejects.clear()
        if refused.height:
            raise _refused(refused)
    zh, en = "表里没有这一行或这一户", "the tables have no such row and no such household"
    hint = Words("被拒的户只能用 文件:行 查", "a household that was refused is found by FILE:ROW alone")
    raise BadChoice(Words(f"{zh}；{hint.zh}", f"{en}; {hint.en}"))


def _found(rules: Rules, chunk: Chunk, rows: pl.DataFrame, place: Place) -> Found:
    """Returns the household of a row, unless something in it cannot be so."""
    home = rows.select(HOME).head(1)
    persons, households = (
        each.join(home, on=HOME, how="semi", maintain_order="left") for each in (chunk.persons, chunk.households)
    )
    mine = replace(chunk, persons=persons, households=households, rejects=chunk.rejects.clear())
    _, _, refused = refuse(rules, mine)
    if refused.height:
        raise _refused(refused.filter(pl.col("column") != "") if place.household else place.of(refused))
    stated: date | None = households[AS_OF][0] if AS_OF in households.columns else None
    (profile,) = to_profiles(persons, households, as_of=stated, schema=rules.pack.contents.schema)
    if place.household and not place.member:
        return Found(profile, None)
    return Found(profile, str(rows[ID][0]) if ID in rows.columns else HOUSEHOLD)


def _refused(rejects: pl.DataFrame) -> TableError:
    """Returns why rows were refused."""
    told = list(rejects.unique(maintain_order=True).iter_rows(named=True))
    zh, en = ("；".join(_why(each, lang) for each in told) for lang in ("zh", "en"))
    words = Words(f"这一行被拒：{zh}", f"this row was refused: {en.replace('；', '; ')}")
    return TableError([Problem(words)])


def _why(reject: dict[str, str], lang: str) -> str:
    return f"`{reject['column']}` {reject[lang]}" if reject["column"] else reject[lang]
