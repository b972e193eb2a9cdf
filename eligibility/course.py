"""The course of cases: an event happens, a day comes, the law changes, and every change is told in one transaction with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from eligibility.casebook import Case, Casebook, Law
from eligibility.changes import Cause, Change
from eligibility.dossier import Unfit, changed, kept, opened, refused, taken_up
from eligibility.due import due, touched
from eligibility.errors import EligibilityError, EventError
from eligibility.events import Event
from eligibility.examining import Engine, Examiner, Look
from eligibility.outlet import FileOutlet, Outlet
from eligibility.packs.calendar import RulePack
from eligibility.packs.nodes import Scalar, SequenceNode
from eligibility.patches import patch
from eligibility.profile import Profile
from eligibility.secondopinion import SecondOpinion
from eligibility.words import Words

_PASSING = "passing"
"""Under which the store keeps that time is passing, and up to which day."""
BATCH = 200
"""How many events and looks stand at most in one transaction."""


class Said(NamedTuple):
    """Something that whoever runs the watcher should know: what, where in the input, and of which kind."""

    words: Words
    error: EventError | None = None


@dataclass
class Summary:
    """What a run came to.

    Args:
        events: how many lines were read.
        taken: how many were taken.
        earlier: how many an earlier run had taken already.
        repeated: how many stood twice in this run.
        refused: how many were refused, now or by an earlier run.
        changes: how many lines went out.
        looks: how many times a case was looked at.
        differences: how many times two engines differed.
        missing: how many times a second engine gave no answer.
    """

    events: int = 0
    taken: int = 0
    earlier: int = 0
    repeated: int = 0
    refused: int = 0
    changes: int = 0
    looks: int = 0
    differences: int = 0
    missing: int = 0


@dataclass
class Course:
    """What happens to the cases of a store.

    Args:
        book: the store.
        pack: the rules that the command was given.
        out: where lines go.
        write: a change as a line of text, by the pack that counts; None where nobody asked for it.
        say: tells whoever runs the watcher.
        load: a pack that an event names: its folder, or None for the same one, and files of local figures.
        latest: the last day of which an event may speak.
        engine: whose answers count.
        second: the second engine.
        only: ids of the entitlements that are watched; all where empty.
    """

    book: Casebook
    pack: RulePack
    out: Outlet
    write: Callable[[Change, RulePack], str | None]
    say: Callable[[Said], None]
    load: Callable[[str | None, tuple[str, ...]], RulePack]
    latest: date
    engine: Engine = "core"
    second: SecondOpinion | None = None
    only: tuple[str, ...] = ()
    summary: Summary = field(default_factory=Summary)
    _pending: int = 0
    _told_missing: bool = False
    _told_unfit: bool = False

    def __post_init__(self) -> None:
        """Finds the law that counts; another pack than the last time takes its place on the day that the log has come to."""
        given, law = self._identity(self.pack), self.book.law()
        if law is None:
            self.law = Law(1, given, given)
            self.book.enact(self.law)
        elif law.given != given:
            zh, en = (
                "规则包与上次不同：每个在册家庭都重新审视",
                "the rules are others than the last time: each open case is looked at",
            )
            self.say(Said(Words(f"{zh}（{self.book.day}）", f"{en} again on {self.book.day}")))
            self._enact(Law(law.number + 1, given, given, self.book.day))
        else:
            self.law = law
            if law.event is not None:
                self.pack = self.load(law.pack, law.local)
                if (digest := self._identity(self.pack)) != law.digest:
                    again = Law(law.number + 1, given, digest, self.book.day, law.event, law.pack, law.local)
                    self._enact(again)
        self.settle()

    def _identity(self, pack: RulePack) -> str:
        """Returns what tells two laws apart: the digest over the files, the readings that are chosen, and what is watched."""
        chosen = sorted(pack.contents.chosen.items())
        return ";".join([pack.contents.digest, *(f"{id}={other}" for id, other in chosen), *self.only])

    def _enact(self, law: Law) -> None:
        """Lets a law take the place of another; every case will be looked at on its day, whatever breaks off before."""
        self.book.enact(law)
        self.book.set(_PASSING, (law.day or self.book.day).isoformat())
        self.law = law

    def settle(self) -> None:
        """Makes everything last: the output is on the disk before the store says so."""
        mark = self.out.settle()
        if mark is not None and isinstance(self.out, FileOutlet):
            self.book.set_mark(self.out.path, mark)
        self.book.commit()
        self._pending = 0

    def step(self) -> None:
        """Counts an event or a look; after so many, what was done is made to last."""
        self._pending += 1
        if self._pending >= BATCH:
            self.settle()

    def happen(self, event: Event) -> None:
        """Lets an event happen: time passes to its day, then it does."""
        if event.day > self.latest:
            zh, en = (
                f"这一天还没有到（今天或 --until 是 {self.latest}）",
                f"this day has not come yet (it is {self.latest})",
            )
            raise refused(event, zh, en, "day", Words("到那天再报；或用 --until", "send it then, or use --until"))
        if event.kind == "law_changed":
            self._law_changed(event)
            return
        case = self.book.case(event.case)
        profile, unfit = self._after(event, case)
        if event.day > self.book.day:
            self.pass_time(event.day)
        case = self._up_to(event)
        if event.kind == "case_closed" and case is not None:
            self.book.put(replace(case, open=False, day=event.day, due=None))
            self.book.remember(event.id, event.digest)
            return
        opening = event.kind == "case_opened"
        told = {} if case is None or opening else case.told
        earlier = None if case is None or opening else (self._taken_up(case)[0], case.day)
        look = Look(event.case, profile, event.day, Cause("event", event.id), told, None, earlier, opening)
        self._look(look, unfit)
        # In one transaction with what it brought about, before anything else may be made to last.
        self.book.remember(event.id, event.digest)

    def _after(self, event: Event, case: Case | None) -> tuple[Profile, Unfit]:
        """Returns the facts of a case after an event; an event that comes too late, or about no open case, is refused."""
        if case is not None and event.day < case.day:
            zh = f"来得太晚：这个家庭已处理到 {case.day}"
            advice = Words(f"改写 {case.day} 或以后的日期", f"state it with that day or a later one ({case.day})")
            raise refused(event, zh, f"it comes too late: this case stands at {case.day}", "day", advice)
        is_open = case is not None and case.open
        rules = self.pack.on(event.day)
        if event.kind == "case_opened":
            if is_open:
                raise refused(event, "这个家庭已经建档", "this case is open already", "case")
            return opened(event, rules), {}
        if case is None or not is_open:
            zh, en = "没有建档，或已经结案", "there is no open case of this id"
            raise refused(event, zh, en, "case")
        profile, unfit = self._taken_up(case)
        closing = event.kind == "case_closed"
        return profile if closing else changed(profile, event, patch(event, rules), rules), unfit

    def _law_changed(self, event: Event) -> None:
        """Lets another pack count from the day of the event on; every open case is looked at on it."""
        if event.day < self.book.day:
            zh, en = f"来得太晚：记录已到 {self.book.day}", f"it comes too late: the log stands at {self.book.day}"
            raise refused(event, zh, en, "day")
        listed = event.get("local")
        local = tuple(
            str(Path(each.text).resolve()) for each in getattr(listed, "items", ()) if isinstance(each, Scalar)
        )
        folder = str(Path(event.text("pack")).resolve()) if event.text("pack") else None
        if isinstance(listed, SequenceNode) and len(local) != len(listed.items):
            raise refused(event, "`local` 里应是文件名", "`local` is a list of files")
        try:
            pack = self.load(folder, local)
        except (OSError, EligibilityError) as error:
            zh, en = "事件所写的规则包打不开", "the pack that it names cannot be opened"
            raise refused(event, zh, en, "pack") from error
        self.pass_time(date.fromordinal(event.day.toordinal() - 1))
        self.pack = pack
        number = self.law.number + 1
        self._enact(Law(number, self.law.given, self._identity(pack), event.day, event.id, folder, local))
        self.book.remember(event.id, event.digest)
        self.pass_time(event.day)

    def pass_time(self, day: date) -> None:
        """Looks at each case on each of its days up to a day, in order of the days, then of the ids."""
        self.book.reach(day)
        if self.book.next_due(day) is None:
            return
        # Should this be broken off, the next run ends it before it takes an event.
        self.book.set(_PASSING, day.isoformat())
        while (case := self.book.next_due(day)) is not None:
            self._came(case)
            self.step()
        self.book.set(_PASSING, "")

    def go_on(self) -> None:
        """Ends what an earlier run was about when it broke off."""
        if passing := self.book.get(_PASSING):
            self.pass_time(date.fromisoformat(passing))

    def _up_to(self, event: Event) -> Case | None:
        """Returns the case of an event, looked at on each of its own days up to that of the event.

        One that was opened behind the others stays behind until time passes for all, so that its own events still come in time.
        """
        while (case := self.book.case(event.case)) is not None:
            if not case.open or case.due is None or case.due > event.day:
                break
            self._came(case)
            self.step()
        return case

    def _came(self, case: Case) -> None:
        """Looks at a case on the day on which it is due."""
        on = case.due or case.day
        profile, unfit = self._taken_up(case)
        if case.law != self.law.number:
            cause = Cause("law", self.law.event, (), self.law.digest)
            self._look(Look(case.id, profile, on, cause, case.told), unfit)
            return
        ids = touched(self.pack, on, case.passes)
        self._look(
            Look(case.id, profile, on, Cause("day", None, case.passes), case.told, ids, (profile, case.day)), unfit
        )

    def _look(self, look: Look, unfit: Unfit) -> None:
        """Looks at a household, writes what changed, and keeps it."""
        found = Examiner(self.pack, self.engine, self.second, self.only).look(look)
        self.summary.looks += 1
        for change in found.changes:
            line = self.write(change, self.pack)
            if line is not None:
                self.out.write(line)
                self.summary.changes += 1
        self.summary.differences += found.differences
        if found.missing is not None:
            self.summary.missing += 1
            if not self._told_missing:
                self.say(Said(found.missing))
            self._told_missing = True
        soon = due(self.pack, look.profile, look.day)
        profile = kept(self.pack, look.profile, unfit)
        next_day, passes = (soon.day, soon.what) if soon else (None, ())
        case = Case(look.case, True, look.day, next_day, passes, self.law.number, profile, found.told)  # noqa: FBT003 - a row
        self.book.put(case)

    def _taken_up(self, case: Case) -> tuple[Profile, Unfit]:
        """Returns the facts of a case, and those that the pack does not know, which is said once."""
        profile, unfit = taken_up(self.pack, case.profile)
        if unfit and not self._told_unfit:
            zh = "有的家庭有现在的规则包不认识的事实，按未知处理，仍保存着"
            self.say(Said(Words(zh, "some cases have facts that this pack does not know: they are unknown, and kept")))
            self._told_unfit = True
        return profile, unfit
