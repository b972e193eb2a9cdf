"""The curve of a sweep: drawn on a terminal, or as a file of SVG or PNG."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eligibility.errors import BadChoice
from eligibility.words import Words, fold

if TYPE_CHECKING:
    from eligibility.packs.calendar import Rules
    from eligibility.supposing import Supposing
    from eligibility.sweep import Curve

_HEIGHT = 14
_HAN = re.compile("[\u2e80-\uffff]")
_KINDS = ("cash", "waiver")
_MARKS = {"cash": "#", "waiver": "o"}


@dataclass(frozen=True)
class Captions:
    """What a chart is called.

    Args:
        title: of the whole.
        across: the fact and its unit.
        up: the sum and its unit.
        nothing: that no sum is known at any value.
        kinds: what people call cash and waivers.
    """

    title: str
    across: str
    up: str
    nothing: str
    kinds: dict[str, str]


def missing(name: str) -> BadChoice:
    """Returns that a library is missing, with the command that installs it."""
    command = "pip install 'eligibility[charts]'"
    return BadChoice(Words(f"画图要用 `{name}`：{command}", f"a chart needs `{name}`: {command}"))


def series(curve: Curve) -> dict[str, list[float]]:
    """Returns the yearly sums in yuan by kind; a kind that is zero all the way is left out."""
    found = {kind: [each.yearly(kind) / 100 for each in curve.points] for kind in _KINDS}
    return {kind: values for kind, values in found.items() if any(values)}


def across(curve: Curve, *, money: bool) -> list[float]:
    """Returns the values of the fact as numbers: yuan, units, or days."""
    values = [each.value for each in curve.points]
    return [each.toordinal() if isinstance(each, date) else each / 100 if money else float(each) for each in values]


def terminal(curve: Curve, columns: int, captions: Captions, *, money: bool, ascii_only: bool) -> list[str]:
    """Returns the curve as lines of text.

    Args:
        curve: of a sweep.
        columns: how wide a line may be.
        captions: what the chart is called.
        money: whether the fact is money.
        ascii_only: whether nothing but ASCII can be shown.

    Raises:
        BadChoice: the library that draws it is missing.
    """
    try:
        import plotext
    except ImportError:
        raise missing("plotext") from None
    drawn, places = series(curve), across(curve, money=money)
    if not drawn:
        return fold(captions.nothing, columns)
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plotsize(columns, _HEIGHT)
    for kind, values in drawn.items():
        plotext.plot(places, values, marker=_MARKS[kind])
    plotext.ylim(0, max(max(values) for values in drawn.values()) * 1.05)
    ends = [places[0], (places[0] + places[-1]) / 2, places[-1]]
    plotext.xticks(ends, [_tick(each, curve) for each in ends])
    text: str = plotext.uncolorize(plotext.build())
    if ascii_only:
        text = text.translate(_PLAIN)
    legend = "  ".join(f"{_MARKS[kind]} {captions.kinds[kind]}" for kind in drawn)
    lines = [line.rstrip() for line in text.splitlines()]
    return [*fold(captions.up, columns), *lines, *fold(captions.across, columns), legend]


_PLAIN = str.maketrans("─│┌┐└┘├┤┬┴┼", "-|+++++++++")


def _tick(value: float, curve: Curve) -> str:
    if isinstance(curve.points[0].value, date):
        return date.fromordinal(round(value)).isoformat()
    return f"{value:g}"


def captions(told: Supposing, rules: Rules, curve: Curve) -> Captions:
    """Returns what the chart of a sweep is called, in the language of what is told."""
    from eligibility.offers import KINDS

    say, fact = told.say, rules.pack.contents.schema.facts[curve.fact]
    unit = say("（元）", " (yuan)") if fact.type == "money" else ""
    title = say(f"{told.profile.id}：每年已知金额", f"{told.profile.id}: known sums a year")
    nothing = say("这一段里没有已知的金额。", "No sum is known at any value.")
    kinds = {kind: KINDS[kind][told.lang] for kind in _KINDS}
    name = told.fact(curve.subject, curve.fact)
    return Captions(title, name + unit, say("每年合计（元）", "known sum a year (yuan)"), nothing, kinds)


def write(curve: Curve, path: Path, captions: Captions, *, money: bool) -> None:
    """Writes the curve as SVG or PNG, by the ending of the name.

    Args:
        curve: of a sweep.
        path: the file to write.
        captions: what the chart is called.
        money: whether the fact is money.

    Raises:
        BadChoice: the ending is another, a library is missing, or no font has the characters of the captions.
        OSError: the file cannot be written.
    """
    if path.suffix not in {".svg", ".png"}:
        raise BadChoice(Words("图的文件名以 .svg 或 .png 结尾", "the name of a chart ends in .svg or .png"))
    try:
        import altair as alt
        import vl_convert
    except ImportError as error:
        raise missing(error.name or "altair") from None
    spec = _spec(alt, curve, captions, money=money)
    if path.suffix == ".svg":
        path.write_text(vl_convert.vegalite_to_svg(spec), encoding="utf-8")
        return
    if _HAN.search("".join((captions.title, captions.across, captions.up, *captions.kinds.values()))):
        _check_font(vl_convert.svg_to_png)
    path.write_bytes(vl_convert.vegalite_to_png(spec, scale=2))


def _spec(alt: Any, curve: Curve, captions: Captions, *, money: bool) -> dict[str, Any]:  # noqa: ANN401 - a module that is there or not
    days = isinstance(curve.points[0].value, date)
    places: list[Any] = [each.value.isoformat() for each in curve.points] if days else list(across(curve, money=money))
    rows = [
        {"x": place, "y": value, "kind": captions.kinds[kind]}
        for kind, values in series(curve).items()
        for place, value in zip(places, values, strict=True)
    ]
    x = alt.X("x", type="temporal" if days else "quantitative", title=captions.across, scale=alt.Scale(zero=False))
    y = alt.Y("y", type="quantitative", title=captions.up)
    colour = alt.Color("kind", type="nominal", title=None)
    base = alt.Chart(alt.Data(values=rows), title=captions.title, width=560, height=280)
    cliffs = [each.after.value for each in curve.turns if each.cliff]
    marks = [{"x": each.isoformat() if days else each / 100 if money else each} for each in cliffs]
    rules = alt.Chart(alt.Data(values=marks)).mark_rule(strokeDash=[4, 4], color="#888").encode(x=x)
    found: dict[str, Any] = (base.mark_line(interpolate="step-after").encode(x=x, y=y, color=colour) + rules).to_dict()
    return found


def _check_font(draw: Callable[[str], bytes]) -> None:
    """Raises where no font has Chinese characters: two of them then look the same."""
    frame = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><text x="4" y="30" font-size="24">{}</text></svg>'
    if draw(frame.format("元")) == draw(frame.format("年")):
        zh = "本机没有中文字体，图上会是方框：请装 fonts-noto-cjk，或写成 .svg，或用 --lang en"
        en = "no font here has Chinese characters: install fonts-noto-cjk, or write .svg, or use --lang en"
        raise BadChoice(Words(zh, en))
