"""The store of `watch`: open cases, what was last told of them, which events were seen, and how far the output reaches."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from eligibility.changes import Told
from eligibility.errors import BadChoice
from eligibility.outlet import Disk, Mark, hold, named_once
from eligibility.words import Words

APPLICATION, VERSION = 0x454C4947, 1
"""By which a store is known, and the version of its tables."""
_TABLES = """
CREATE TABLE facts_of_store (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE laws (number INTEGER PRIMARY KEY, given TEXT NOT NULL, digest TEXT NOT NULL, day TEXT, event TEXT,
    pack TEXT, local TEXT);
CREATE TABLE cases (id TEXT PRIMARY KEY, open INTEGER NOT NULL, day TEXT NOT NULL, due TEXT, passes TEXT NOT NULL,
    law INTEGER NOT NULL, profile TEXT NOT NULL, told BLOB NOT NULL);
CREATE INDEX cases_due ON cases (due, id) WHERE open AND due IS NOT NULL;
CREATE TABLE events (id TEXT NOT NULL, digest TEXT NOT NULL, run INTEGER NOT NULL, refused TEXT,
    PRIMARY KEY (id, digest)) WITHOUT ROWID;
CREATE TABLE outputs (path TEXT PRIMARY KEY, length INTEGER NOT NULL, digest TEXT NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Case:
    """One household.

    Args:
        id: of the household.
        open: whether it is watched.
        day: on which it was last looked at.
        due: when it has to be looked at again without an event; None where never.
        passes: what passes on that day.
        law: the number of the law under which it was last looked at.
        profile: its facts, in the published form.
        told: what was last told.
    """

    id: str
    open: bool
    day: date
    due: date | None
    passes: tuple[str, ...]
    law: int
    profile: dict[str, Any]
    told: Told


@dataclass(frozen=True, slots=True)
class Law:
    """A rule pack that counted from some day on.

    Args:
        number: counted from 1.
        given: the digest of the pack that the command was given when it began to count.
        digest: of the pack itself.
        day: from which it counts, after another one; None for the first.
        event: the id of the event that brought it; None where the command was given another pack.
        pack: the folder that the event names.
        local: the files of local figures that it names.
    """

    number: int
    given: str
    digest: str
    day: date | None = None
    event: str | None = None
    pack: str | None = None
    local: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """An event that was answered.

    Args:
        digest: over what it said.
        run: in which run of the command.
        refused: why it was refused, in each language; None where it was taken.
    """

    digest: str
    run: int
    refused: Words | None


class Casebook:
    """The store, held by one process alone."""

    def __init__(self, path: Path | None, disk: Disk | None = None) -> None:
        """Opens the store, which is made where there is none; nobody else may read it.

        Args:
            path: where it is; None for one that is gone when it is closed, and never on a disk.
            disk: what writes.

        Raises:
            OSError: there is no such folder, or a folder stands there.
            BadChoice: another process watches, or the file is no store of this version.
        """
        self.disk, self.begun = disk or Disk(), False
        self.lock = _held(path) if path is not None else None
        try:
            if path is not None:
                os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self.database = sqlite3.connect(path or ":memory:", isolation_level=None)
            self._prepare(path)
            self.run = int(self.get("run") or 0) + 1
            self.set("run", str(self.run))
            self.commit()
        except sqlite3.DatabaseError as error:
            self.close()
            if isinstance(error, sqlite3.OperationalError):
                raise
            raise BadChoice(Words(f"`{path}` 不是案件库", f"`{path}` is no store of cases")) from None
        except BaseException:
            self.close()
            raise

    def _prepare(self, path: Path | None) -> None:
        run = self.database.execute
        # What was committed is on the disk before anybody hears of it.
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = FULL")
        (mine,), (version,) = run("PRAGMA application_id").fetchone(), run("PRAGMA user_version").fetchone()
        (tables,) = run("SELECT count(*) FROM sqlite_master").fetchone()
        if not tables and not mine:
            statements = f"BEGIN IMMEDIATE; {_TABLES} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; COMMIT;"
            self.database.executescript(statements)
        elif mine != APPLICATION:
            raise BadChoice(Words(f"`{path}` 不是案件库", f"`{path}` is no store of cases"))
        elif version != VERSION:
            zh, en = f"`{path}` 是另一版本的案件库", f"`{path}` is a store of another version"
            raise BadChoice(Words(zh, en))

    def close(self) -> None:
        """Lets go of the store; what was not committed is gone."""
        if hasattr(self, "database"):
            self.database.close()
        if self.lock is not None:
            self.lock.close()

    def change(self, statement: str, *values: Any) -> None:  # noqa: ANN401 - what SQLite takes
        """Changes the store, inside a transaction that lasts until `commit`."""
        if not self.begun:
            self.disk.run(self.database, "BEGIN IMMEDIATE")
            self.begun = True
        self.disk.run(self.database, statement, values)

    def commit(self) -> None:
        """Makes every change since the last commit last, all of them or none."""
        if self.begun:
            self.disk.commit(self.database)
            self.begun = False

    def get(self, name: str) -> str | None:
        """Returns something that the store knows of itself, or None."""
        row = self.database.execute("SELECT value FROM facts_of_store WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set(self, name: str, value: str) -> None:
        """Keeps something that the store knows of itself."""
        self.change("INSERT OR REPLACE INTO facts_of_store VALUES (?, ?)", name, value)

    @property
    def day(self) -> date:
        """The day that the log has come to."""
        found = self.get("day")
        return date.fromisoformat(found) if found else date.min

    def reach(self, day: date) -> None:
        """Lets the log come to a day, unless it is there already."""
        if day > self.day:
            self.set("day", day.isoformat())

    def law(self) -> Law | None:
        """Returns the law that counts, or None in a new store."""
        row = self.database.execute("SELECT * FROM laws ORDER BY number DESC LIMIT 1").fetchone()
        if row is None:
            return None
        number, given, digest, day, event, pack, local = row
        return Law(number, given, digest, _day(day), event, pack, tuple(json.loads(local or "[]")))

    def enact(self, law: Law) -> None:
        """Lets a law count; every open case is due on its day."""
        day = law.day.isoformat() if law.day else None
        local = json.dumps(law.local, ensure_ascii=False)
        values = (law.number, law.given, law.digest, day, law.event, law.pack, local)
        self.change("INSERT OR REPLACE INTO laws VALUES (?, ?, ?, ?, ?, ?, ?)", *values)
        if day is not None and law.day is not None:
            self.reach(law.day)
            self.change("UPDATE cases SET due = ? WHERE open AND (due IS NULL OR due > ?)", day, day)

    def case(self, id: str) -> Case | None:
        """Returns a case, or None."""
        return self._case("SELECT * FROM cases WHERE id = ?", id)

    def next_due(self, day: date) -> Case | None:
        """Returns the open case that is due first, by day and then by id, up to a day; None where none is."""
        where = "open AND due IS NOT NULL AND due <= ?"
        return self._case(f"SELECT * FROM cases WHERE {where} ORDER BY due, id LIMIT 1", day.isoformat())  # noqa: S608 - no part of it comes from outside

    def _case(self, query: str, *values: str) -> Case | None:
        row = self.database.execute(query, values).fetchone()
        if row is None:
            return None
        id, is_open, day, due, passes, law, profile, told = row
        days = date.fromisoformat(day), _day(due)
        told = json.loads(zlib.decompress(told))
        return Case(id, bool(is_open), *days, tuple(passes.split()), law, json.loads(profile), told)

    def put(self, case: Case) -> None:
        """Keeps a case."""
        due = case.due.isoformat() if case.due else None
        profile = json.dumps(case.profile, ensure_ascii=False, separators=(",", ":"))
        told = zlib.compress(json.dumps(case.told, ensure_ascii=False, separators=(",", ":")).encode(), 1)
        values = (case.id, case.open, case.day.isoformat(), due, " ".join(case.passes), case.law, profile, told)
        self.change("INSERT OR REPLACE INTO cases VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *values)

    def count(self) -> int:
        """Returns how many cases are open."""
        found: int = self.database.execute("SELECT count(*) FROM cases WHERE open").fetchone()[0]
        return found

    def seen(self, event: str) -> Iterator[Seen]:
        """Yields every answer that was given to an event of this id; what it said may have differed."""
        query = "SELECT digest, run, refused FROM events WHERE id = ?"
        for digest, run, refused in self.database.execute(query, (event,)).fetchall():
            yield Seen(digest, run, Words(*json.loads(refused)) if refused else None)

    def remember(self, event: str, digest: str, refused: Words | None = None) -> None:
        """Keeps that an event was answered."""
        why = json.dumps([refused.zh, refused.en], ensure_ascii=False) if refused else None
        self.change("INSERT INTO events VALUES (?, ?, ?, ?)", event, digest, self.run, why)

    def take_back(self, event: str, digest: str) -> None:
        """Forgets that an event was refused: it is judged again."""
        self.change("DELETE FROM events WHERE id = ? AND digest = ? AND refused IS NOT NULL", event, digest)

    def refuse_again(self, event: str, digest: str) -> None:
        """Keeps that a refusal was told in this run too."""
        self.change("UPDATE events SET run = ? WHERE id = ? AND digest = ?", self.run, event, digest)

    def forget_refusals(self) -> None:
        """Forgets every refusal: the input came to its end, and what is sent again is judged by what holds then."""
        self.change("DELETE FROM events WHERE refused IS NOT NULL")

    def mark(self, path: Path) -> Mark | None:
        """Returns how far the store vouches for a file, or None where it does not know it."""
        query = "SELECT length, digest FROM outputs WHERE path = ?"
        row = self.database.execute(query, (str(path),)).fetchone()
        return Mark(*row) if row else None

    def set_mark(self, path: Path, mark: Mark) -> None:
        """Keeps how far a file reaches."""
        self.change("INSERT OR REPLACE INTO outputs VALUES (?, ?, ?)", str(path), mark.length, mark.digest)


def _held(path: Path) -> sqlite3.Connection:
    """Returns the lock on a store; one file under two names would be two stores with one content."""
    if path.is_dir() or not path.parent.is_dir():
        code = errno.EISDIR if path.is_dir() else errno.ENOENT
        raise OSError(code, "no store", str(path if path.is_dir() else path.parent))
    named_once(path)
    busy = Words(f"另一个进程正在用案件库 `{path}`", f"another process watches with the store `{path}`")
    return hold(path, busy)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
