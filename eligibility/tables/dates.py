"""Days in the form that a mapping gives: `DD/MM/YYYY`, `MM-DD-YYYY`, or numbers of days as a table program counts them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from eligibility.fields import wrong
from eligibility.words import Words

Day = Callable[[str], date | None]
"""Reads a day, or gives None for a text of another form; a day that the calendar lacks raises ValueError."""

_PARTS = re.compile(r"YYYY|MM|M|DD|D")
_EPOCHS = {"serial": date(1899, 12, 30), "serial-1904": date(1904, 1, 1)}
_SERIAL = re.compile(r"[1-9][0-9]{3,4}(?:\.0*)?")
_FIRST, _LAST = 3654, 73415
"""From 2 January 1910 to the end of 2100: other numbers are rather years or slips; see `cell_values`."""


def form(said: str) -> Day:
    """Returns what reads days in a form.

    Args:
        said: `YYYY`, `MM` and `DD` (or `M`, `D`) once each, in any order, with whatever stands between them; or `serial`,
            or `serial-1904`, for the number of a day.

    Raises:
        PydanticCustomError: it is no such form.
    """
    if said in _EPOCHS:
        return lambda text: _counted(text, _EPOCHS[said])
    parts = _PARTS.findall(said)
    rest = _PARTS.sub("", said)
    if sorted(part[0] for part in parts) != ["D", "M", "Y"] or re.search(r"[A-Za-z0-9]", rest):
        advice = Words("如 `DD/MM/YYYY`；日期序号写 `serial`", "as in `DD/MM/YYYY`; `serial` for numbers of days")
        raise wrong(
            "日期的写法要有 `YYYY`、`MM`、`DD` 各一次", "the form of a day has `YYYY`, `MM` and `DD` once each", advice
        )
    digits = "{1,2}" if rest else "{2}"
    pattern = re.compile(
        "".join(
            f"(?P<{piece[0]}>[0-9]{'{4}' if piece == 'YYYY' else digits})" if piece in parts else re.escape(piece)
            for piece in re.split(f"({_PARTS.pattern})", said)
        )
    )
    return lambda text: _matched(pattern, text)


def _matched(pattern: re.Pattern[str], text: str) -> date | None:
    found = pattern.fullmatch(text)
    return date(int(found["Y"]), int(found["M"]), int(found["D"])) if found else None


def _counted(text: str, epoch: date) -> date | None:
    if not _SERIAL.fullmatch(text):
        return None
    number = int(text.partition(".")[0])
    return epoch + timedelta(days=number) if _FIRST <= number <= _LAST else None
