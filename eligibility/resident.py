"""Resident numbers: what they say of birth and sex, and whether the last digit fits.

Source: GB 11643-1999 (form of the number); ISO/IEC 7064 MOD 11-2 (the last digit).
"""

from __future__ import annotations

import re
from datetime import date

_FORM = re.compile(r"[1-9][0-9]{16}[0-9X]")


def problem(number: str) -> str | None:
    """Returns what is wrong with a resident number: `form`, `birth`, `digit`, or None."""
    from stdnum.iso7064 import mod_11_2  # noqa: PLC0415 - few profiles state a number, and the import takes a while

    if not _FORM.fullmatch(number):
        return "form"
    if born(number) is None:
        return "birth"
    return None if mod_11_2.is_valid(number) else "digit"


def born(number: str) -> date | None:
    """Returns the birth date in a resident number, or None when its digits name no day."""
    text = number[6:14]
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def sex(number: str) -> str:
    """Returns the sex in a resident number: the second digit from the end is odd for men."""
    return "male" if int(number[16]) % 2 else "female"
