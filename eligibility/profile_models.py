"""The pydantic models of a profile, built from the facts of a pack: one field for each fact, all of them optional."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, create_model

from eligibility.errors import one_of
from eligibility.fields import day, no_day, wrong
from eligibility.kinds import PROVINCES
from eligibility.money import fen, yuan
from eligibility.packs.calendar import RulePack
from eligibility.packs.contents import Contents
from eligibility.resident import problem
from eligibility.schema import Fact, Owner
from eligibility.spoken_values import names, no_item, plain
from eligibility.words import Words

_CODES = {"province": re.compile(r"[1-9][0-9]"), "county": re.compile(r"[1-9][0-9]{5}")}
_PATTERNS = {"province": "^[1-9][0-9]$", "county": "^[1-9][0-9]{5}$"}
_RESIDENT = {
    "form": Words("应是 17 位数字加一位数字或 `X`，放在引号里", "17 digits and a digit or `X`, in quotes"),
    "birth": Words("其中的出生日期不存在", "the birth date in it does not exist"),
    "digit": Words("最后一位校验码不对", "the last digit does not fit the others"),
    "table": Words(
        "表格软件把它改成了 6.2E+17，末几位已丢失", "a table program made it 6.2E+17: its last digits are lost"
    ),
}
_FROM_A_TABLE = re.compile(r"[0-9.]+[eE]\+?[0-9]+")


def profile_model(pack: RulePack) -> type[BaseModel]:
    """Returns the model of a profile in the vocabulary of a pack, made once."""
    found: type[BaseModel] | None = pack.__dict__.get("_profile_model")
    if found is None:
        found = pack.__dict__["_profile_model"] = _build(pack.contents)
    return found


def _build(contents: Contents) -> type[BaseModel]:
    closed = ConfigDict(extra="forbid", frozen=True)
    person = _facts(contents, "person")
    household = _facts(contents, "household")
    key = WithJsonSchema({"type": ["string", "integer"]})
    member_fields: dict[str, Any] = {
        "id": (Annotated[str, BeforeValidator(_text), key], Field(description="a local key, not a name"))
    }
    member = create_model("Member", __config__=closed, **member_fields, **person)
    home = create_model("Household", __config__=closed, **household)
    fields: dict[str, Any] = {
        "id": (Annotated[str | None, BeforeValidator(_optional_text), WithJsonSchema(_TEXT_SHAPE)], None),
        "as_of": (Annotated[date | None, BeforeValidator(_day)], None),
        "household": (home | None, None),
        "members": (Annotated[list[member], Field(max_length=100)] | None, None),
    }
    return create_model("Profile", __config__=closed, **fields)


def _facts(contents: Contents, owner: Owner) -> dict[str, Any]:
    return {
        fact.name: (field_type(fact, contents), Field(None, description=fact.label.en, title=fact.label.zh))
        for fact in contents.schema.of(owner)
    }


def field_type(fact: Fact, contents: Contents) -> Any:  # noqa: ANN401 - a type form
    """Returns the type of the field of a fact: what it holds, what reads it, and what JSON Schema says of it.

    Args:
        fact: of any type.
        contents: of the pack, whose entitlements the items of a set are.
    """
    low, high = fact.limits
    level = fact.level or "county"
    values = tuple(fact.values)
    forms: dict[str, tuple[Any, Any, dict[str, Any]]] = {
        "bool": (bool, _flag, {"type": ["boolean", "null"]}),
        "count": (
            int,
            partial(_count, low=low, high=high),
            {"type": ["integer", "null"], "minimum": low, "maximum": high},
        ),
        "money": (int, partial(_money, low=low, high=high), _yuan_shape(low, high)),
        "date": (date, _day, {"type": ["string", "null"], "format": "date"}),
        "choice": (str, partial(_choice, values=values), {"enum": [*values, None]}),
        "place": (
            str,
            partial(_place, level=level, also=fact.also),
            {"anyOf": [{"type": "string", "pattern": _PATTERNS[level]}, {"enum": [*fact.also, None]}]},
        ),
        "set": (
            frozenset[Annotated[str, BeforeValidator(partial(_item, fact=fact, contents=contents))]],
            _set,
            {"type": ["array", "null"], "items": {"type": "string"}},
        ),
        "text": (str, _optional_text, _TEXT_SHAPE),
        "resident": (str, _resident, {"type": ["string", "null"], "pattern": "^[1-9][0-9]{16}[0-9X]$"}),
    }
    base, read, shape = forms["resident" if fact.name == "resident_id" else fact.type]
    return Annotated[base | None, BeforeValidator(read), WithJsonSchema(shape)]


_LONGEST_TEXT = 200
_TEXT_SHAPE: dict[str, Any] = {"type": ["string", "integer", "null"], "maxLength": _LONGEST_TEXT}


def _yuan_shape(low: int, high: int) -> dict[str, Any]:
    """Returns the shape of an amount in yuan: a number, or a text that keeps its decimals as they are written."""
    sign = "-?" if low < 0 else ""
    return {
        "type": ["string", "number", "null"],
        "pattern": rf"^{sign}(0|[1-9][0-9]*)(\.[0-9]{{1,2}})?$",
        "minimum": low // 100,
        "maximum": -(-high // 100),
        "$comment": "yuan, at most two decimals",
    }


def _flag(value: Any) -> Any:  # noqa: ANN401 - whatever stood in the file
    if value is None or isinstance(value, bool):
        return value
    advice = Words("不加引号；不知道就不写", "without quotes; leave out what is not known")
    raise wrong("这里应是 `true` 或 `false`", "`true` or `false` belongs here", advice)


def _count(value: Any, low: int, high: int) -> Any:  # noqa: ANN401 - whatever stood in the file
    if value is None:
        return None
    if type(value) is not int:
        advice = Words("写成 `20` 这样：半角，不加引号，前面没有 0", "write it like `20`: no quotes, no leading zero")
        raise wrong("这里应是整数", "a whole number belongs here", advice)
    if not low <= value <= high:
        raise wrong(f"这个数要在 {low} 与 {high} 之间", f"this number lies between {low} and {high}")
    return value


def _money(value: Any, low: int, high: int) -> Any:  # noqa: ANN401 - whatever stood in the file
    if value is None:
        return None
    try:
        # A boolean, a list or a mapping is no amount either: its text is none.
        amount = fen(str(value))
    except ValueError:
        advice = Words("至多两位小数，如 `485`、`1110.50`", "with at most two decimals: `485`, `1110.50`")
        raise wrong("这里应是以元为单位的金额", "an amount in yuan belongs here", advice) from None
    if not low <= amount <= high:
        least, most = yuan(low), yuan(high)
        raise wrong(f"金额要在 {least} 与 {most} 元之间", f"this amount lies between {least} and {most} yuan")
    return amount


def _day(value: Any) -> Any:  # noqa: ANN401 - whatever stood in the file
    if value is None:
        return None
    text = value if isinstance(value, str) else ""
    found = day(text)
    if found is None:
        raise no_day(text)
    return found


def _choice(value: Any, values: tuple[str, ...]) -> Any:  # noqa: ANN401 - whatever stood in the file
    if value is None or (isinstance(value, str) and value in values):
        return str(value) if value is not None else None
    # All of them, not the nearest: that would give away what stands there.
    raise wrong("这里没有这个值", "there is no such value here", one_of(values))


def _place(value: Any, level: str, also: tuple[str, ...]) -> Any:  # noqa: ANN401 - whatever stood in the file
    if value is None or value in also:
        return value
    digits = 2 if level == "province" else 6
    like = Words(f'如 `"{"620402"[:digits]}"`', f'as in `"{"620402"[:digits]}"`')
    if isinstance(value, int):
        raise wrong("代码要加引号", "a code stands in quotes", like)
    if not isinstance(value, str) or not value.isascii() or not _CODES[level].fullmatch(value):
        zh, en = f"这里应是 {digits} 位行政区划代码", f"a code of {digits} digits belongs here (GB/T 2260)"
        raise wrong(zh, en, like)
    if value[:2] not in PROVINCES:
        raise wrong("没有这样开头的省份代码", "no province has a code that begins like this", like)
    return str(value)


def _set(value: Any) -> Any:  # noqa: ANN401 - whatever stood in the file
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise wrong("这里应是文字的列表", "a list of texts belongs here", Words("如 `[a, b]`", "as in `[a, b]`"))
    return [str(item) for item in value]


def _item(value: Any, fact: Fact, contents: Contents) -> str:  # noqa: ANN401 - whatever stood in the file
    found = names(fact, contents).get(plain(value))
    if found is None:
        words, advice = no_item(fact, value, contents)
        raise wrong(words.zh, words.en, advice)
    return found


def _text(value: Any) -> str:  # noqa: ANN401 - whatever stood in the file
    if isinstance(value, (bool, dict, list)) or value is None:
        raise wrong("这里应是文字", "a text belongs here")
    return str(value)


def _optional_text(value: Any) -> Any:  # noqa: ANN401 - whatever stood in the file
    text = None if value is None else _text(value)
    if text is not None and len(text) > _LONGEST_TEXT:
        raise wrong(f"这里的文字超过 {_LONGEST_TEXT} 字", f"this text is over {_LONGEST_TEXT} characters")
    return text


def _resident(value: Any) -> Any:  # noqa: ANN401 - whatever stood in the file
    if value is None:
        return None
    text = str(value) if isinstance(value, str) else ""
    found = problem(text)
    if found is not None:
        lost = found == "form" and _FROM_A_TABLE.fullmatch(text) is not None
        raise wrong("身份号码不对", "this is no resident number", _RESIDENT["table" if lost else found])
    return text
