"""How a scalar of a pack becomes a value: strict forms, one voice for what is wrong."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, GetCoreSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from eligibility.ir import Expr, Literal
from eligibility.money import fen
from eligibility.source import Passage
from eligibility.words import Words

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_RATIO = re.compile(r"-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,4})?")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


class Model(BaseModel):
    """The base of everything that a pack says: closed, unchanging."""

    conditions: ClassVar[frozenset[str]] = frozenset()
    """The fields that hold a condition or a value in it; inside `{…}` a comma would end them, silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True)


def wrong(zh: str, en: str, advice: Words | None = None, key: str | None = None) -> PydanticCustomError:
    """Returns the error of a value, in both languages, to raise inside a validator.

    Args:
        zh: what is wrong.
        en: likewise.
        advice: what to do.
        key: the key to point at, where the value is a group of keys.
    """
    return PydanticCustomError("words", "{en}", {"zh": zh, "en": en, "advice": advice, "key": key})


def _text(value: Any) -> str:  # noqa: ANN401 - whatever stood in the file
    if isinstance(value, Passage):
        return value.text
    if isinstance(value, str):
        return value
    raise wrong("这里应是一个值", "a single value belongs here", _NOT_A_VALUE)


def day(text: str) -> date | None:
    """Returns the day that `YYYY-MM-DD` names, or None when the text is no such day."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def whole(text: str) -> int | None:
    """Returns the whole number a text writes plainly (no `020`, no `1e3`, no full-width digits), or None."""
    return int(text) if _WHOLE.fullmatch(text) else None


def ratio(text: str) -> Fraction | None:
    """Returns the exact value of a decimal with at most four places, or None."""
    return Fraction(text) if _RATIO.fullmatch(text) else None


def _filled(value: Any) -> str:  # noqa: ANN401 - whatever stood in the file
    text = _text(value)
    if not text.strip():
        raise wrong("这里不能留空", "this must not be empty")
    return text


def _day(value: Any) -> date:  # noqa: ANN401 - whatever stood in the file
    found = value if isinstance(value, date) else day(_text(value))
    if found is None:
        raise no_day(_text(value))
    return found


def no_day(text: str) -> PydanticCustomError:
    """Returns the error of a text that is no day."""
    if _DAY.fullmatch(text):
        return wrong("没有这一天", "there is no such day")
    return wrong("日期写成 YYYY-MM-DD", "a day is written YYYY-MM-DD", Words("如 `2017-03-01`", "as in `2017-03-01`"))


def _flag(value: Any) -> bool:  # noqa: ANN401 - whatever stood in the file
    text = "true" if value is True else "false" if value is False else _text(value)
    if text not in {"true", "false"}:
        raise wrong("这里应是 `true` 或 `false`", "`true` or `false` belongs here")
    return text == "true"


def _whole(value: Any) -> int:  # noqa: ANN401 - whatever stood in the file
    found = value if type(value) is int else whole(_text(value))
    if found is None:
        raise wrong("这里应是整数", "a whole number belongs here", Words("如 `12`", "as in `12`"))
    return found


def _yuan(value: Any) -> int:  # noqa: ANN401 - whatever stood in the file
    try:
        return fen(_text(value))
    except ValueError:
        raise wrong(
            "应为金额（元，至多两位小数）", "an amount in yuan with at most two decimals belongs here"
        ) from None


def misnamed(text: str, *, names: bool) -> Words | None:
    """Returns what is wrong with an id, or with a name that conditions use; None where it is well."""
    if names:
        en = "a name is made of ASCII letters, digits and `_`, a letter first"
        return None if _NAME.fullmatch(text) else Words("名称只用英文字母、数字和下划线，以字母开头", en)
    en = "an id is made of ASCII letters, digits, `-`, `_` and `.`"
    return None if _IDENTIFIER.fullmatch(text) else Words("标识只用英文字母、数字、`-`、`_`、`.`", en)


def _name(value: Any) -> str:  # noqa: ANN401 - whatever stood in the file
    return _called(value, names=True)


def _identifier(value: Any) -> str:  # noqa: ANN401 - whatever stood in the file
    return _called(value, names=False)


def _called(value: Any, *, names: bool) -> str:  # noqa: ANN401 - whatever stood in the file
    text = _text(value)
    found = misnamed(text, names=names)
    if found is not None:
        raise wrong(found.zh, found.en)
    return text


_NOT_A_VALUE = Words("不能是列表，也不能是一组键", "not a list, and not a group of keys")
_LABEL = Words("写成 `{zh: …, en: …}`", "write `{zh: …, en: …}`")
_COMMA = Words("花括号里逗号会截断文字：文字写在引号里", "inside `{…}` a comma ends the text: put the text in quotes")


def _words(value: Any) -> Words:  # noqa: ANN401 - whatever stood in the file
    if isinstance(value, Words):
        return value
    if not isinstance(value, dict):
        raise wrong("这里应有中英两种文字", "a label in both languages belongs here", _LABEL)
    for key in value:
        if key not in {"zh", "en"}:
            message = f"标签里没有 `{key}`，只有 `zh` 和 `en`", f"a label has no `{key}`, only `zh` and `en`"
            raise wrong(*message, _COMMA, key)
    for key in ("zh", "en"):
        if key not in value or not _text(value[key]).strip():
            raise wrong(f"标签缺少 `{key}`", f"the label lacks `{key}`", _LABEL, key)
    return Words(_text(value["zh"]), _text(value["en"]))


def listed(value: Any) -> Any:  # noqa: ANN401 - whatever stood in the file
    """Returns a single value as a list of one, so that a field may hold one or several."""
    return value if isinstance(value, list) else [value]


def _address(value: Any) -> str:  # noqa: ANN401 - whatever stood in the file
    text = _text(value)
    if not text.startswith(("http://", "https://")):
        advice = Words("以 `https://` 或 `http://` 开头", "it begins with `https://` or `http://`")
        raise wrong("来源地址只能是网址", "the address of a source is one on the web", advice)
    return text


class Written:
    """A condition or value as its author wrote it; the loader adds what it means.

    Args:
        passage: the text, each character knowing its place.
    """

    __slots__ = ("expr", "passage")

    def __init__(self, passage: Passage) -> None:
        """Keeps the text; until the loader has parsed it, it means an unreadable constant."""
        self.passage = passage
        self.expr: Expr = Literal(value=False)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401 - pydantic's own signature
        """Tells pydantic to take a passage as it is."""
        del source, handler
        return core_schema.no_info_plain_validator_function(_written)


def _written(value: Any) -> Written:  # noqa: ANN401 - whatever stood in the file
    if isinstance(value, Written):
        return value
    if isinstance(value, Passage) and value.text.strip():
        return Written(value)
    quotes = Words(
        "以 `[`、`{` 或引号开头的整个写在引号里", "one that begins with `[`, `{` or a quote stands in quotes"
    )
    advice = quotes if isinstance(value, (list, dict)) else None
    raise wrong("这里应是一个条件或算式", "a condition or a value belongs here", advice)


_STRING = WithJsonSchema({"type": "string"})
AS_TEXT = BeforeValidator(_filled)
"""Reads a scalar as text before whatever the annotated type asks of it."""

Text = Annotated[str, AS_TEXT]
Name = Annotated[str, BeforeValidator(_name)]
Identifier = Annotated[str, BeforeValidator(_identifier)]
Day = Annotated[date, BeforeValidator(_day)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Whole = Annotated[int, BeforeValidator(_whole)]
Yuan = Annotated[int, BeforeValidator(_yuan), _STRING]
Address = Annotated[str, BeforeValidator(_address)]
Label = Annotated[
    Words,
    BeforeValidator(_words),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
            "required": ["zh", "en"],
            "additionalProperties": False,
        }
    ),
]
Expression = Annotated[Written, _STRING]
