"""Open cases watched: life events in, one a line, each answered once whatever it says, and out come changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from eligibility.course import Course, Said, Summary
from eligibility.dossier import refused
from eligibility.errors import EventError
from eligibility.events import Event, EventFormError, read_event
from eligibility.words import Words


class Line(NamedTuple):
    """One line of the input: its number, counted from 1, and its bytes."""

    number: int
    raw: bytes


@dataclass(frozen=True)
class Monitor:
    """Answers each line of the input once.

    Args:
        course: what happens to the cases.
        name: what the reader calls the input.
    """

    course: Course
    name: str = "<stdin>"

    def run(self, lines: Iterable[Line | None], until: date | None = None) -> Summary:
        """Takes every event in order, and lets time pass.

        Args:
            lines: the input; None where nothing more has come yet, so that what was done is made to last.
            until: the day up to which time passes at the end.
        """
        self.course.go_on()
        for line in lines:
            if line is None:
                self.course.settle()
            else:
                self.take(line)
        self.course.pass_time(max(until or date.min, self.course.book.day))
        self.course.book.forget_refusals()
        self.course.settle()
        return self.course.summary

    def take(self, line: Line) -> None:
        """Answers one line, and never raises for what it says."""
        self.course.summary.events += 1
        try:
            event = read_event(line.raw, self.name, line.number)
            if not self._answered(event):
                self.course.happen(event)
                self.course.summary.taken += 1
        except EventFormError as error:
            if not (error.event and self._answered_badly(error)):
                self._refuse(error, error.event, error.digest)
        except EventError as error:
            # What came before its day may come again on it, and is another matter then.
            early = event.day > self.course.latest
            self._refuse(error, "" if early else event.id, event.digest)
        self.course.step()

    def _answered(self, event: Event) -> bool:
        """Returns whether an event was answered already; the same id with other content is refused."""
        answers = list(self.course.book.seen(event.id))
        same = next((each for each in answers if each.digest == event.digest), None)
        if same is None:
            if any(each.refused is None for each in answers):
                zh, en = (
                    "这个标识的事件已有，内容不同",
                    "an event of this id was taken already, and it said something else",
                )
                advice = Words("另用一个标识", "give it an id of its own")
                raise refused(event, zh, en, "id", advice)
            return False
        if same.refused is not None and same.run == self.course.book.run:
            # Sent again after it was refused: what stood against it may be gone.
            self.course.book.take_back(event.id, event.digest)
            return False
        self._again(same.run, same.refused, event)
        return True

    def _answered_badly(self, error: EventFormError) -> bool:
        """Returns whether an event that is wrong in itself was answered already, and answers it in the same way."""
        same = next((each for each in self.course.book.seen(error.event) if each.digest == error.digest), None)
        if same is not None:
            self.course.summary.refused += 1
            self.course.say(Said(Words("", ""), error))
        return same is not None

    def _again(self, run: int, why: Words | None, event: Event) -> None:
        """Says of an event that it was answered already: what stands twice, and what was refused."""
        where = event.span("id").where
        if why is not None:
            # Told in a run that broke off: this one takes the same way, so that it comes to the same.
            self.course.book.refuse_again(event.id, event.digest)
            self.course.summary.refused += 1
            self.course.say(Said(Words(f"{where}: {why.zh}", f"{where}: {why.en}")))
        elif run == self.course.book.run:
            self.course.summary.repeated += 1
            self.course.say(
                Said(
                    Words(
                        f"{where}: 这个事件已处理过，不再处理",
                        f"{where}: this event was taken already: nothing is done",
                    )
                )
            )
        else:
            self.course.summary.earlier += 1

    def _refuse(self, error: EventError, id: str, digest: str) -> None:
        self.course.summary.refused += 1
        self.course.say(Said(Words("", ""), error))
        if id and not any(each.digest == digest for each in self.course.book.seen(id)):
            words = [each.message for each in error.problems]
            why = Words("；".join(each.zh for each in words), "; ".join(each.en for each in words))
            self.course.book.remember(id, digest, why)
