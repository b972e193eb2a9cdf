"""Nodes of a file to a model, every mismatch with its place and in our words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from eligibility.errors import Problems, did_you_mean, nearest, one_of
from eligibility.packs.nodes import MappingNode, Node, Scalar, SequenceNode, at, data
from eligibility.source import Span
from eligibility.words import Words

ModelT = TypeVar("ModelT", bound=BaseModel)
Loc = tuple[str | int, ...]

_MAPPING = Words("这里应是映射（键: 值）", "a mapping (key: value) belongs here")
_LIST = Words("这里应是列表", "a list belongs here")
_TYPES = {
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "dict_type": _MAPPING,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "too_short": Words("这里至少要有一项", "at least one item belongs here"),
}
_ITEMS = Words("每一项以 `- ` 开头，或写成 `[a, b]`", "each item begins with `- `, or write `[a, b]`")
_IN_BRACES = (
    Words("条件和算式不能写在花括号里", "a condition or a value cannot stand inside `{…}`"),
    Words("一行写一项：逗号会截断它", "write each field on its own line: a comma would end it"),
)


def read(model: type[ModelT], node: Node, problems: Problems) -> ModelT | None:
    """Returns the model that a node states, or None after adding what is wrong to `problems`."""
    in_braces = list(_in_braces(getattr(model, "conditions", frozenset()), node))
    for loc in in_braces:
        problems.add(key_span(node, loc), _IN_BRACES[0].zh, _IN_BRACES[0].en, _IN_BRACES[1])
    try:
        found = model.model_validate(data(node))
    except ValidationError as error:
        if not in_braces:
            for each in mistakes(node, error):
                report(model, node, each, problems)
        return None
    return None if in_braces else found


def read_most(model: type[ModelT], node: Node, problems: Problems) -> tuple[ModelT | None, set[str]]:
    """Reads a file of several tables.

    Returns:
        The model without the entries that are wrong, or None where that is none; and the names of those entries.
    """
    found = read(model, node, problems)
    if found is not None:
        return found, set()
    wrong = {loc[:2] for loc in _in_braces(getattr(model, "conditions", frozenset()), node)}
    tree = data(node)
    try:
        model.model_validate(tree)
    except ValidationError as error:
        wrong |= {loc_of(each)[:2] for each in error.errors(include_url=False, include_input=False)}
    for loc in sorted(wrong, key=str, reverse=True):
        _drop(tree, loc)
    try:
        return model.model_validate(tree), {str(loc[-1]) for loc in wrong}
    except ValidationError:
        return None, set()


def _drop(tree: Any, loc: Loc) -> None:  # noqa: ANN401 - a tree of dictionaries and lists
    """Takes what stands at the end of a path out of a tree."""
    for step in loc[:-1]:
        tree = tree.get(step) if isinstance(tree, dict) else None
    if isinstance(tree, dict) and loc:
        tree.pop(loc[-1], None)
    elif isinstance(tree, list) and isinstance(loc[-1], int):
        del tree[loc[-1]]


def _in_braces(conditions: frozenset[str], node: Node, loc: Loc = ()) -> Iterator[Loc]:
    """Yields where conditions stand inside braces."""
    if isinstance(node, SequenceNode):
        for index, item in enumerate(node.items):
            yield from _in_braces(conditions, item, (*loc, index))
    elif isinstance(node, MappingNode) and conditions:
        for key, value in node.entries:
            if node.flow and key.text in conditions and isinstance(value, Scalar):
                yield (*loc, key.text)
            else:
                yield from _in_braces(conditions, value, (*loc, key.text))


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
    if isinstance(node, Scalar):
        return node.span
    return Span(node.span.source, node.span.start, min(node.span.end, node.span.start + 1))


def value_span(node: Node, loc: Loc) -> Span:
    """Returns the place of a single value, or of the key under which a whole group or list stands."""
    loc = placed(node, loc)
    found = at(node, loc)
    return found.span if isinstance(found, Scalar) else key_span(node, loc)


def placed(node: Node, loc: Loc) -> Loc:
    """Returns a path as its author wrote it: what has no versions says in their place what the one version says."""
    for index, step in enumerate(loc):
        parent = at(node, loc[:index]) if step == "versions" else None
        if isinstance(parent, MappingNode) and parent.get("versions") is None:
            return (*loc[:index], *loc[index + 2 :])
    return loc


def loc_of(error: Any) -> Loc:  # noqa: ANN401 - pydantic's own dict
    """Returns the path of one of pydantic's errors."""
    return tuple(part for part in error["loc"] if part != "[key]")


def mistakes(node: Node, error: ValidationError) -> list[Any]:
    """Returns pydantic's errors without those that only follow from another one."""
    found = error.errors(include_url=False, include_input=False)
    locs = [loc_of(each) for each in found]
    extra = {(loc[:-1], str(loc[-1])) for each, loc in zip(found, locs, strict=True) if _extra(each)}
    kept = []
    for each, loc in zip(found, locs, strict=True):
        # Items that are wrong are not counted, and a field that is misspelt is missing under its own name.
        counted = each["type"] == "too_short" and any(other[: len(loc)] == loc and other != loc for other in locs)
        near = (name for place, name in extra if place == loc[:-1])
        misspelt = each["type"] == "missing" and nearest(str(loc[-1]), near) is not None
        # A single version that the author wrote without saying `versions` lacks what stands misspelt beside it.
        lacking = each["type"] == "words" and placed(node, loc) != loc and any(not place for place, _ in extra)
        if not counted and not misspelt and not lacking:
            kept.append(each)
    return kept


def _extra(error: Any) -> bool:  # noqa: ANN401 - pydantic's own dict
    return bool(error["type"] == "extra_forbidden")


def report(model: type[BaseModel], node: Node, error: Any, problems: Problems) -> None:  # noqa: ANN401 - pydantic's own dict
    """Adds one of pydantic's errors in our words, at its place."""
    loc = placed(node, loc_of(error))
    kind, last, context = error["type"], str(loc[-1]) if loc else "", error.get("ctx", {})
    if kind == "words":
        inner = context["key"]
        has = inner is not None and isinstance(group := at(node, loc), MappingNode) and group.key(inner) is not None
        span = key_span(node, (*loc, inner)) if has else value_span(node, loc)
        span = key_span(node, loc) if "[key]" in error["loc"] else span
        problems.add(span, context["zh"], context["en"], context["advice"])
    elif kind == "missing":
        problems.add(value_span(node, loc[:-1]), f"缺少 `{last}`", f"`{last}` is missing")
    elif kind == "extra_forbidden":
        known = known_fields(model, node, loc[:-1])
        advice = did_you_mean(last, known) or (one_of(sorted(known)) if known else None)
        problems.add(key_span(node, loc), f"这里没有 `{last}` 这一项", f"there is no field `{last}` here", advice)
    elif kind == "literal_error":
        _no_such_value(node, loc, re.findall(r"'([^']*)'", context["expected"]), problems)
    elif kind == "too_long":
        most = context["max_length"]
        words = Words(f"最多 {most} 项", f"at most {most} items belong here")
        problems.add(span_of(at(node, (*loc, most))), words.zh, words.en)
    else:
        words = _TYPES.get(kind, Words("这里的写法不对", "this does not belong here"))
        problems.add(value_span(node, loc), words.zh, words.en, _ITEMS if words is _LIST else None)


def _no_such_value(node: Node, loc: Loc, values: list[str], problems: Problems) -> None:
    said = getattr(at(node, loc), "text", "")
    field = next((str(step) for step in reversed(loc) if isinstance(step, str)), "")
    advice = did_you_mean(said, values) or one_of(values)
    problems.add(value_span(node, loc), f"`{field}` 没有 `{said}` 这个值", f"`{field}` has no value `{said}`", advice)


def known_fields(model: type[BaseModel], node: Node, loc: Loc) -> set[str]:
    """Returns the fields that may stand at a path; what has no versions may say at the top what a version says."""
    known = fields_at(model, loc)
    if "versions" in known and placed(at(node, loc), ("versions", 0)) == ():
        known |= fields_at(model, (*loc, "versions", 0)) - {"from", "to"}
    return known


def fields_at(model: type[BaseModel], loc: Loc) -> set[str]:
    """Returns the fields that may stand at a path."""
    root = _schema(model)
    found = list(_groups(root, root))
    for step in loc:
        parts = [_part(shape, step) for shape in found]
        found = [shape for part in parts if isinstance(part, dict) for shape in _groups(part, root)]
    return {name for shape in found for name in shape.get("properties", {})}


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    """Returns the JSON Schema of a model, which takes a while to make and never changes."""
    return model.model_json_schema()


def _part(shape: dict[str, Any], step: str | int) -> Any:  # noqa: ANN401 - a piece of JSON Schema
    if isinstance(step, int):
        return shape.get("items")
    return shape.get("properties", {}).get(step, shape.get("additionalProperties"))


def _groups(shape: dict[str, Any], root: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yields what a piece of JSON Schema may be, references followed."""
    if "$ref" in shape:
        yield from _groups(root["$defs"][shape["$ref"].rpartition("/")[2]], root)
    elif "anyOf" in shape:
        for each in shape["anyOf"]:
            yield from _groups(each, root)
    else:
        yield shape
