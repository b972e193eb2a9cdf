"""Nodes of a file to a model, every mismatch with its place and in our words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from eligibility.errors import Problems, did_you_mean, one_of
from eligibility.packs.nodes import MappingNode, Node, at, data
from eligibility.source import Span
from eligibility.words import Words

ModelT = TypeVar("ModelT", bound=BaseModel)

_TYPES = {
    "model_type": Words("这里应是映射（键: 值）", "a mapping (key: value) belongs here"),
    "model_attributes_type": Words("这里应是映射（键: 值）", "a mapping (key: value) belongs here"),
    "dict_type": Words("这里应是映射（键: 值）", "a mapping (key: value) belongs here"),
    "tuple_type": Words("这里应是列表", "a list belongs here"),
    "list_type": Words("这里应是列表", "a list belongs here"),
    "too_short": Words("这里至少要有一项", "at least one item belongs here"),
    "too_long": Words("这里的项太多", "there are too many items here"),
}


def read(model: type[ModelT], node: Node, problems: Problems) -> ModelT | None:
    """Returns the model that a node states, or None after adding what is wrong to `problems`."""
    try:
        return model.model_validate(data(node))
    except ValidationError as error:
        for each in error.errors(include_url=False, include_input=False):
            report(model, node, each, problems)
        return None


def key_span(node: Node, loc: Sequence[str | int]) -> Span:
    """Returns where the key stands that a path ends with, or else the deepest thing on the path."""
    parent = at(node, loc[:-1]) if loc else node
    if loc and isinstance(parent, MappingNode):
        key = parent.key(str(loc[-1]))
        if key is not None:
            return key.span
    return span_of(at(node, loc))


def span_of(node: Node) -> Span:
    """Returns the place of a node; of a mapping, that of its first key."""
    if isinstance(node, MappingNode) and node.entries:
        return node.entries[0][0].span
    return Span(node.span.source, node.span.start, min(node.span.end, node.span.start + 1)) if _big(node) else node.span


def _big(node: Node) -> bool:
    return not hasattr(node, "passage")


def report(model: type[BaseModel], node: Node, error: Any, problems: Problems) -> None:  # noqa: ANN401 - pydantic's own dict
    """Adds one of pydantic's errors in our words, at its place."""
    loc = tuple(part for part in error["loc"] if part != "[key]")
    kind, last = error["type"], str(loc[-1]) if loc else ""
    if kind == "words":
        problems.add(span_of(at(node, loc)), error["ctx"]["zh"], error["ctx"]["en"])
    elif kind == "missing":
        problems.add(span_of(at(node, loc[:-1])), f"缺少 `{last}`", f"`{last}` is missing")
    elif kind == "extra_forbidden":
        advice = did_you_mean(last, _fields(model))
        problems.add(key_span(node, loc), f"没有 `{last}` 这一项", f"there is no field `{last}`", advice)
    elif kind == "literal_error":
        values = re.findall(r"'([^']*)'", error["ctx"]["expected"])
        advice = did_you_mean(getattr(data(at(node, loc)), "text", ""), values) or one_of(values)
        problems.add(span_of(at(node, loc)), "这里没有这个值", "there is no such value here", advice)
    else:
        words = _TYPES.get(kind, Words("这里的写法不对", "this does not belong here"))
        problems.add(span_of(at(node, loc)), words.zh, words.en)


def _fields(model: type[BaseModel]) -> set[str]:
    """Returns every field name that the model and those inside it have."""
    schema = model.model_json_schema()
    shapes = [schema, *schema.get("$defs", {}).values()]
    return {name for shape in shapes for name in shape.get("properties", {})}
