"""What a case comes to in words: what was expected, what came, and the reasons behind it with their facts and clauses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eligibility import speech
from eligibility.determinations import Amount, Determination, Reason
from eligibility.leaves import PACK
from eligibility.money import fen, yuan
from eligibility.words import Words


def differs(subject: str, field: str, wanted: str, got: str, reasons: Sequence[Reason] = ()) -> Words:
    """Returns that something is not what was expected, with the reasons behind it."""
    zh = [f"{subject}: {field}：期望 {wanted}，实得 {got}", *(_told(each, "zh") for each in reasons)]
    en = [f"{subject}: {field}: expected {wanted}, got {got}", *(_told(each, "en") for each in reasons)]
    return Words("\n    ".join(zh), "\n    ".join(en))


def behind(got: Determination, because: Sequence[str]) -> list[Reason]:
    """Returns the reasons that made an outcome: those that refuse, those that are open, or those expected to refuse."""
    if got.outcome == "ineligible":
        return [each for each in got.reasons if decides(each)]
    if got.outcome == "undetermined":
        return [each for each in got.reasons if each.truth == "unknown"]
    return [each for each in got.reasons if not because or each.criterion in because]


def decides(reason: Reason) -> bool:
    """Returns whether a reason refuses."""
    return reason.truth == ("true" if reason.exclusion else "false")


def _told(reason: Reason, lang: str) -> str:
    """Returns a reason on one line: its id, what it came to, what it read, and where it is written."""
    truth = (speech.EXCLUSION_TRUTHS if reason.exclusion else speech.TRUTHS)[reason.truth][lang]
    told = {name: speech.UNKNOWN[lang] if value is None else _plain(value) for name, value in reason.facts.items()}
    facts = f" ({', '.join(f'{name} = {value}' for name, value in told.items())})" if told else ""
    return f"{reason.criterion}: {truth}{facts}" + (f"; {reason.cite}" if reason.cite else "")


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else listed(value) if isinstance(value, list) else str(value)


def listed(names: Sequence[str]) -> str:
    """Returns names as a case lists them."""
    return f"[{', '.join(names)}]"


def named(whose: str, name: str, subject: str) -> str:
    """Returns what is missing as a case names it: own facts and parameters bare, else `household.x` or `<id>.x`."""
    return name if whose in {subject, PACK} else f"{whose}.{name}"


def in_fen(amount: Amount | None) -> int | None:
    """Returns an amount in fen; None where there is none."""
    return None if amount is None else fen(amount.yuan)


def in_yuan(amount: int | None) -> str:
    """Returns an amount as a case writes it."""
    return "null" if amount is None else yuan(amount)


def number(value: int | None) -> str:
    """Returns a number as a case writes it."""
    return "null" if value is None else str(value)


def paired(said: Mapping[str, str]) -> str:
    """Returns names with their values as a case writes them."""
    return f"{{{', '.join(f'{name}: {value}' for name, value in said.items())}}}"
