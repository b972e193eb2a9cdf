"""Sheets as a PDF: tagged, Chinese from the font that travels along, and an error rather than a box for a character."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eligibility.errors import Lacking
from eligibility.page import Block, Checks, Sheet, Table, short
from eligibility.words import Words, width

TEMPLATE = Path(__file__).with_name("templates") / "page.typ"
FONTS = Path(__file__).with_name("fonts")
OWN = "Eligibility Sans SC"
"""What the font calls itself that travels along: ASCII, Latin-1 and GB 2312."""
OTHERS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "SimSun",
)
"""Fonts of the system that hold more characters."""
ATTEMPTS = (False, True)
"""Whether fonts of the machine count: first not, so that a page looks the same everywhere, then as well."""
FONTS_OF_DEBIAN = "apt-get install fonts-noto-cjk"
_FOOTER = Words("初筛，不是审批决定", "A first screening, not a decision")
_REGIONS = {"zh": "cn", "en": "gb"}


def pdf(sheets: Sequence[Sheet], lang: str) -> bytes:
    """Returns sheets as a PDF that a screen reader can read (PDF/UA-1), the same bytes for the same sheets.

    Args:
        sheets: at least one; each begins a new page.
        lang: `zh` or `en`.

    Raises:
        Lacking: typst is not installed, or no font here has some character.
    """
    try:
        import typst
    except ImportError:
        raise Lacking(
            Words("没有安装 PDF 所需的库 typst", "typst, which makes the PDF, is not installed"),
            Words("运行 pip install 'eligibility[pdf]'", "run pip install 'eligibility[pdf]'"),
        ) from None
    for system in ATTEMPTS:
        given = json.dumps(_data(sheets, lang, system=system), ensure_ascii=False)
        try:
            return typst.compile(
                TEMPLATE.read_bytes(),
                None,
                format="pdf",
                font_paths=typst.Fonts(system, include_embedded_fonts=False, font_paths=[FONTS]),
                sys_inputs={"given": given},
                pdf_standards="ua-1",
            )
        except typst.TypstError as error:
            # Its message holds the character, which may be of somebody's name: it goes no further.
            if "could not be displayed" not in error.message:
                raise RuntimeError("the template does not compile") from None
    raise Lacking(
        Words("这台机器的字体缺少页面上的某些字", "the fonts of this machine lack some characters of the page"),
        Words(
            f"安装中文字体，例如 {FONTS_OF_DEBIAN}",
            f"install a Chinese font, for example {FONTS_OF_DEBIAN}",
        ),
    )


def others() -> list[str]:
    """Returns the fonts of this machine that hold characters which ours lacks; typst has to be installed."""
    import typst

    held = set(typst.Fonts(include_embedded_fonts=False).families())
    return [font for font in OTHERS if font in held]


def _data(sheets: Sequence[Sheet], lang: str, *, system: bool) -> dict[str, Any]:
    """Returns everything that the template says, as JSON has it."""
    return {
        "lang": lang,
        "region": _REGIONS[lang],
        "fonts": [OWN, *OTHERS] if system else [OWN],
        "fallback": system,
        "title": sheets[0].sections[0].heading,
        "footer": _FOOTER[lang],
        "sheets": [
            {
                "name": sheet.name,
                "sections": [
                    {"heading": each.heading, "depth": each.depth, "blocks": [_block(block) for block in each.blocks]}
                    for each in sheet.sections
                ],
            }
            for sheet in sheets
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, str):
        return {"kind": "text", "text": block}
    if isinstance(block, Table):
        rows, statuses = zip(*block.each(), strict=True) if block.rows else ((), ())
        return {"kind": "table", "head": block.head, "rows": rows, "statuses": statuses, "widths": _widths(block)}
    items = block.items if isinstance(block, Checks) else block
    kind = "checks" if isinstance(block, Checks) else "list"
    return {"kind": kind, "items": items, "short": short(items)}


def _widths(table: Table) -> list[int]:
    """Returns how the columns share the line: a column with long lines gets more, but not as much more as they are longer."""
    columns = zip(table.head, *table.rows, strict=True)
    return [math.isqrt(16 * max(4, *(width(line) for cell in cells for line in cell.split("\n")))) for cells in columns]
