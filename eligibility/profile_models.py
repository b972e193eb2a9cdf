"""The pydantic models of a profile, built from the facts of a pack: one field for each fact, all of them optional."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema, create_model

from eligibility.errors import did_you_mean, one_of
from eligibility.fields import day, wrong
from eligibility.money import fen, yuan
from eligibility.packs.calendar import RulePack
from eligibility.resident import problem
from eligibility.schema import Fact, Owner, Schema
from eligibility.words import Words

_CODES = {"province": re.compile(r"[1-9][0-9]"), "county": re.compile(r"[1-9][0-9]{5}")}
_PATTERNS = {"province": "^[1-9][0-9]$", "county": "^[1-9][0-9]{5}$"}
PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
    ]
)
"""The province codes of GB/T 2260."""

_RESIDENT = {
    "form": Words("应是 17 位数字加一位数字或 `X`，放在引号里", "17 digits and a digit or `X`, in quotes"),
    "birth": Words("其中的出生日期不存在", "the birth date in it does not exist"),
    "digit": Words("最后一位校验码不对", "the last digit does not fit"),
}


def profile_model(pack: RulePack) -> type[BaseModel]:
    """Returns the model of a profile in the vocabulary of a pack, made once."""
    found: type[BaseModel] | None = pack.__dict__.get("_profile_model")
    if found is None:
        found = pack.__dict__["_profile_model"] = _build(pack.contents.schema)
    return found


def _build(schema: Schema) -> type[BaseModel]:
    closed = ConfigDict(extra="forbid", frozen=True)
    person = _facts(schema, "person")
    household = _facts(schema, "household")
    member_fields: dict[str, Any] = {
        "id": (Annotated[str, BeforeValidator(_text)], Field(description="a local key, not a name"))
    }
    member = create_model("Member", __config__=closed, **member_fields, **person)
    home = create_model("Household", __config__=closed, **household)
    fields: dict[str, Any] = {
        "id": (Annotated[str | None, BeforeValidator(_optional_text)], None),
        "as_of": (Annotated[date | None, BeforeValidator(_day)], None),
        "household": (home | None, None),
        "members": (Annotated[list[member], Field(max_length=100)] | None, None),  # type: ignore[valid-type]
    }
    return create_model("Profile", __config__=closed, **fields)


def _facts(schema: Schema, owner: Owner) -> dict[str, Any]:
    return {
        fact.name: (_field(fact), Field(None, description=fact.label.en, title=fact.label.zh))
        for fact in schema.of(owner)
    }


def _field(fact: Fact) -> Any:  # noqa: ANN401 - a type form
    low, high = fact.limits
    match fact.type:
        case "bool":
            return Annotated[bool | None, BeforeValidator(_flag)]
        case "count":
            return Annotated[int | None, BeforeValidator(partial(_count, low=low, high=high)), Field(ge=low, le=high)]
        case "money":
            shape = WithJsonSchema({"type": ["string", "number", "null"], "description": "yuan, at most two decimals"})
            return Annotated[int | None, BeforeValidator(partial(_money, low=low, high=high)), shape]
        case "date":
            return Annotated[date | None, BeforeValidator(_day)]
        case "choice":
            values = Literal[tuple(fact.values)]  # type: ignore[valid-type]
            return Annotated[values | None, BeforeValidator(partial(_choice, values=tuple(fact.values)))]
        case "place":
            pattern = _PATTERNS[fact.level or "county"]
            shape = WithJsonSchema({"anyOf": [{"type": "string", "pattern": pattern}, {"enum": [*fact.also, None]}]})
            return Annotated[
                str | None, BeforeValidator(partial(_place, level=fact.level or "county", also=fact.also)), shape
            ]
        case "set":
            return Annotated[frozenset[str] | None, BeforeValidator(_set)]
        case _:
            check = _resident if fact.name == "resident_id" else _optional_text
            return Annotated[str | None, BeforeValidator(check), StringConstraints(max_length=200)]


def _flag(value: Any) -> Any:  # noqa: ANN401 - whatever stood in the file
    if value is None or isinstance(value, bool):
        return value
    raise wrong(
        "应为 `true` 或 `false`，不加引号；不知道就不写",
        "this is `true` or `false` without quotes; leave out what is not known",
    )


def _count(value: Any, low: int, high: int) -> Any:  # noqa: ANN401
    if value is None:
        return None
    if type(value) is not int:
        raise wrong("应为整数，不加引号，前面没有 0", "a whole number belongs here, without quotes or leading zeros")
    if not low <= value <= high:
        raise wrong(f"应在 {low} 与 {high} 之间", f"this lies between {low} and {high}")
    return value


def _money(value: Any, low: int, high: int) -> Any:  # noqa: ANN401
    if value is None:
        return None
    try:
        if isinstance(value, bool) or not isinstance(value, (int, str)):
            raise ValueError
        amount = fen(str(value))
    except ValueError:
        raise wrong(
            '应为金额：元，至多两位小数，如 `485` 或 `"1110.50"`',
            'an amount in yuan with at most two decimals: `485` or `"1110.50"`',
        ) from None
    if not low <= amount <= high:
        raise wrong(f"应在 {yuan(low)} 与 {yuan(high)} 元之间", f"this lies between {yuan(low)} and {yuan(high)} yuan")
    return amount


def _day(value: Any) -> Any:  # noqa: ANN401
    if value is None:
        return None
    found = day(value) if isinstance(value, str) else None
    if found is None:
        raise wrong("日期写成 YYYY-MM-DD", "a day is written YYYY-MM-DD")
    return found


def _choice(value: Any, values: tuple[str, ...]) -> Any:  # noqa: ANN401
    if value is None or (isinstance(value, str) and value in values):
        return str(value) if value is not None else None
    near = did_you_mean(value, values) if isinstance(value, str) and value.isascii() else None
    advice = near or one_of(values)
    raise wrong(f"没有这个值；{advice.zh}", f"there is no such value; {advice.en}")


def _place(value: Any, level: str, also: tuple[str, ...]) -> Any:  # noqa: ANN401
    if value is None or value in also:
        return value
    digits = 2 if level == "province" else 6
    if isinstance(value, int):
        raise wrong('代码放在引号里，如 `"620402"`', 'put the code in quotes: `"620402"`')
    if (
        not isinstance(value, str)
        or not value.isascii()
        or not _CODES[level].fullmatch(value)
        or value[:2] not in PROVINCES
    ):
        raise wrong(f"应为 {digits} 位行政区划代码（GB/T 2260）", f"a code of {digits} digits belongs here (GB/T 2260)")
    return str(value)


def _set(value: Any) -> Any:  # noqa: ANN401
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise wrong("应为列表，如 `[a, b]`", "a list belongs here: `[a, b]`")
    return frozenset(str(item) for item in value)


def _text(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, (bool, dict, list)) or value is None:
        raise wrong("这里应是文字", "a text belongs here")
    return str(value)


def _optional_text(value: Any) -> Any:  # noqa: ANN401
    return None if value is None else _text(value)


def _resident(value: Any) -> Any:  # noqa: ANN401
    if value is None:
        return None
    text = str(value) if isinstance(value, str) else ""
    found = problem(text)
    if found is not None:
        raise wrong(f"身份号码不对：{_RESIDENT[found].zh}", f"this is no resident number: {_RESIDENT[found].en}")
    return text
