"""Every figure and every attribute of places over time, local figures laid over those of the pack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from eligibility.errors import Problems, did_you_mean
from eligibility.packs.figures import Attribute, Parameter, Series, Value, form, kind_of, reader
from eligibility.packs.floors import none_below
from eligibility.packs.meaning import Meanings
from eligibility.packs.nodes import Node, at
from eligibility.packs.overlay import Overlay, laid_over
from eligibility.packs.series import SeriesReader
from eligibility.packs.shapes import value_span
from eligibility.source import Span


def figures(
    parameters: Mapping[str, tuple[Parameter, Node, Span]],
    overlays: Iterable[tuple[str, Overlay, Node, Span]],
    meanings: Meanings,
    problems: Problems,
) -> dict[str, Series]:
    """Returns every parameter over time; none may lie below its floor.

    Args:
        parameters: as the pack says, each with where it stands.
        overlays: local figures by name, likewise.
        meanings: what selects the values of each.
        problems: grows by what is wrong.
    """
    found = {
        name: SeriesReader(name, node, problems).parameter(said, meanings.by[name], meanings.names)
        for name, (said, node, _) in parameters.items()
    }
    for name, more, node, span in overlays:
        if name not in found:
            problems.add(span, f"没有参数 `{name}`", f"there is no parameter `{name}`", did_you_mean(name, found))
            continue
        said = parameters[name][0].model_copy(update={"values": more.values})
        added = SeriesReader(name, node, problems).parameter(said, meanings.by[name], meanings.names)
        found[name] = laid_over(found[name], added, problems)
    none_below(found, problems)
    return found


def attributes(said: Mapping[str, Attribute], node: Node | None, problems: Problems) -> dict[str, Series]:
    """Returns every attribute of places over time.

    Args:
        said: by name.
        node: of `places.yaml`.
        problems: grows by what is wrong.
    """
    if node is None:
        return {}
    return {
        name: SeriesReader(name, at(node, ("attributes", name)), problems).attribute(each)
        for name, each in said.items()
    }


def otherwise(said: Mapping[str, Attribute], node: Node | None, problems: Problems) -> dict[str, Value | None]:
    """Returns what each attribute is for places that are not listed; None where that is unknown."""
    found: dict[str, Value | None] = {}
    for name, each in said.items():
        kind = kind_of(name, each)
        found[name] = reader(kind)(each.otherwise) if each.otherwise is not None else None
        if each.otherwise is not None and found[name] is None and node is not None:
            span = value_span(node, ("attributes", name, "otherwise"))
            zh, en = f"`{each.otherwise}` 不是 `{name}` 的值", f"`{each.otherwise}` is no value of `{name}`"
            problems.add(span, zh, en, form(kind, each.otherwise))
    return found
