"""One written form of a column for its value: what offices write, then what a profile would be held to (MEANING M16)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError

from eligibility.cell_values import NotTaken, as_written, is_unknown, same_unit, say, taken_as
from eligibility.columns.frames import ID
from eligibility.ids import unfit
from eligibility.money import yuan
from eligibility.packs.calendar import EARLIEST, LATEST
from eligibility.packs.contents import Contents
from eligibility.profile_models import field_type
from eligibility.schema import Fact
from eligibility.spoken_values import amount, plain
from eligibility.tables.cells import LOST, MARKS, Marked, held, looks, miscoded, unreadable
from eligibility.tables.columns import Column
from eligibility.tables.rows import AS_OF, digits_hidden, joined, plainly, shape
from eligibility.tables.units import inexact
from eligibility.words import Words


@dataclass(frozen=True, slots=True)
class Heard:
    """What a cell was taken for.

    Args:
        value: of the fact; None where it is unknown, or wrong.
        wrong: why it is no value.
        told: what it was taken for, where it says so in other words than a profile would.
    """

    value: Any = None
    wrong: Words | None = None
    told: Words | None = None


class _Wrong(Exception):  # noqa: N818 - it is no fault: it says what is wrong with a cell
    def __init__(self, words: Words, advice: Words | None = None) -> None:
        self.words = joined(words, advice)
        super().__init__(words.en)


class Hearing:
    """Takes what stands in the cells of a column for values."""

    def __init__(self, column: Column, contents: Contents, *, from_1904: bool = False) -> None:
        """Makes ready to hold each value to what a profile may state."""
        self.column, self.contents, self.from_1904 = column, contents, from_1904
        fact = column.about
        self.strict: TypeAdapter[Any] | None = (
            TypeAdapter(field_type(fact, contents)) if isinstance(fact, Fact) else None
        )

    def __call__(self, text: str) -> Heard:
        """Returns what a cell holds for the fact of the column, or what is wrong with it."""
        found = self._taken(text)
        return Heard(wrong=LOST) if found.wrong is not None and miscoded(text) else found

    def _taken(self, text: str) -> Heard:
        try:
            return self._heard(text)
        except _Wrong as error:
            return Heard(wrong=error.words)
        except NotTaken as error:
            return Heard(wrong=joined(error.words, error.advice))
        except ValidationError as error:
            context = error.errors(include_url=False, include_input=False)[0].get("ctx", {})
            return Heard(wrong=joined(Words(context["zh"], context["en"]), context["advice"]))

    def _heard(self, text: str) -> Heard:
        found = held(text)
        if isinstance(found, Marked):
            raise _Wrong(MARKS[found])
        if isinstance(found, str):
            if len(found) > _LONGEST:
                raise _Wrong(_TOO_LONG)
            if unreadable(found):
                raise _Wrong(LOST)
            if is_unknown(found) or plain(found) in self.column.unknown:
                return Heard()
        if self.column.codes or self.column.unknown:
            bare = plain(_bare(found))
            if bare in self.column.unknown:
                return Heard()
            if bare in self.column.codes:
                return Heard(self.column.codes[bare])
        if isinstance(self.column.about, str):
            return self._key(self.column.about, found)
        return self._fact(self.column.about, text, found)

    def _key(self, key: str, found: Any) -> Heard:  # noqa: ANN401 - whatever a cell holds
        said = say(found, AS_OF if key == AS_OF else ID, from_1904=self.from_1904)
        if key == AS_OF:
            stated = taken_as(said, AS_OF, self.contents)
            day = date.fromisoformat(str(stated))
            if not EARLIEST <= day <= LATEST:
                raise _Wrong(
                    Words(f"日期要在 {EARLIEST} 与 {LATEST} 之间", f"the day lies between {EARLIEST} and {LATEST}")
                )
            return Heard(day)
        id = unicodedata.normalize("NFC", said)
        why = unfit(id, member=key == ID)
        if why is not None:
            raise _Wrong(*why)
        return Heard(id)

    def _fact(self, fact: Fact, text: str, found: Any) -> Heard:  # noqa: ANN401 - whatever a cell holds
        if self.column.day is not None and isinstance(found, (str, float)):
            day = self._day(_bare(found))
            if day is not None:
                return Heard(day)
        if self.column.scale is not None:
            return Heard(self._strictly(fact, self._scaled(found)))
        if self.column.fen:
            return Heard(self._strictly(fact, _fen(_bare(found))))
        said = say(found, fact, from_1904=self.from_1904)
        stated = taken_as(said, fact, self.contents)
        value = self._strictly(fact, stated)
        number = fact.type in {"count", "money"} and isinstance(found, float)
        plainly_so = number or as_written(said, stated, fact, found, self.contents)
        forced = isinstance(found, str) and found != text
        return Heard(value, told=None if plainly_so and not forced else self._told(fact, looks(text), value))

    def _strictly(self, fact: Fact, stated: str | tuple[str, ...]) -> Any:  # noqa: ANN401 - a value of the fact
        """Returns the value that a profile has for what it states."""
        plain_data: Any = stated
        if fact.type == "bool":
            plain_data = {"true": True, "false": False}.get(str(stated), stated)
        elif fact.type == "count":
            plain_data = int(str(stated))
        elif fact.type == "set":
            plain_data = list(stated)
        if self.strict is None:
            raise _Wrong(Words("这里不能写值", "no value belongs here"))
        value = self.strict.validate_python(plain_data)
        return sorted(value) if isinstance(value, frozenset) else value

    def _day(self, text: str) -> date | None:
        """Returns the day that a text of the form of the mapping names; None where it has another form."""
        if self.column.day is None:
            return None
        try:
            return self.column.day(plain(text))
        except ValueError:
            raise _Wrong(Words("没有这一天", "there is no such day")) from None

    def _scaled(self, found: Any) -> str:  # noqa: ANN401 - whatever a cell holds
        """Returns a number in the unit of the fact, as a profile writes it."""
        scale, fact = self.column.scale, self.column.about
        said = say(found, "number")
        number = amount(said)
        if scale is None or isinstance(fact, str) or number is None:
            raise _Wrong(Words("这里应是数", "a number belongs here"))
        if scale.unit is not None:
            same_unit(said, scale.unit)
        elif _PERIOD.search(said):
            raise _Wrong(_OTHER_PERIOD)
        value = scale.of(number)
        if value is None:
            raise _Wrong(inexact(fact))
        return yuan(value) if fact.type == "money" else str(value)

    def _told(self, fact: Fact, text: str, value: Any) -> Words:  # noqa: ANN401 - a value of the fact
        """Returns what a form was taken for; what is no word of the vocabulary is told by its shape."""
        label = Words(str(value), str(value))
        if fact.type == "bool":
            label = Words("是", "yes") if value else Words("否", "no")
        elif fact.type == "choice":
            label = fact.values[value]
        elif fact.type == "place":
            label = self.contents.places.get(value, label)
            bare = plain(text)
            text = text if any(bare in plain(each) for each in (value, label.zh, label.en)) else f"…{label.zh}"
        elif fact.type == "date":
            text, label = shape(text), Words("年-月-日", "a day")
        elif fact.type in {"count", "money"}:
            times = _TIMES.get(plain(text)[-1:])
            text, label = digits_hidden(text), times or Words("数", "a number")
        else:
            text, label = plainly(text), Words("其中的文字", "the text in it")
        heading = self.column.heading
        return Words(
            f"“{heading}”列：`{text}` 读作“{label.zh}”", f"column `{heading}`: `{text}` was taken as `{label.en}`"
        )


_TIMES = {"k": Words("千", "thousands"), "w": Words("万", "ten thousands")}
"""Letters after a number that are guessed to be what people mean by them."""
_LONGEST = 20_000
_TOO_LONG = Words(f"这一格超过 {_LONGEST:,} 字", f"this cell holds over {_LONGEST:,} characters")
_PERIOD = re.compile("[/月年日天]|month|year|day")
_OTHER_PERIOD = Words("映射已写明单位，这里只写数字", "the mapping states the unit: the number alone belongs here")


def _bare(found: Any) -> str:  # noqa: ANN401 - whatever a cell holds
    """Returns what a cell holds as a code: a number without its point, a boolean as 1 or 0, a day as it is."""
    if isinstance(found, bool):
        return str(int(found))
    if isinstance(found, (int, float)):
        return say(found, ID)
    return str(found).strip()


def _fen(text: str) -> str:
    """Returns an amount in whole fen as a profile writes it."""
    if not re.fullmatch(r"-?[0-9]{1,15}", text):
        raise _Wrong(Words("这里是整分", "whole fen belong here"))
    return yuan(int(text))
