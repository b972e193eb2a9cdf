"""Sheets as one page of HTML that needs nothing but itself: no script, no address, one style that its own policy names."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from eligibility.page import Sheet, short
from eligibility.words import Words

TEMPLATES = Path(__file__).with_name("templates")
CODES = {"zh": "zh-Hans", "en": "en"}
"""The language of a page as browsers and screen readers know it."""
_HAN = re.compile(r"([\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]+)")
_NUMBER, _CONTENTS = Words("编号", "number"), Words("目录", "Contents")


def html(sheets: Sequence[Sheet], lang: str) -> str:
    """Returns sheets as a page of HTML, everything that a person wrote escaped.

    Args:
        sheets: at least one; each begins a new page of paper.
        lang: `zh` or `en`; Chinese on an English page is marked as such.
    """
    return rendered(
        "page.html.j2",
        ("page.css",),
        lang,
        sheets=sheets,
        title=sheets[0].sections[0].heading,
        number=_NUMBER[lang],
        contents=_CONTENTS[lang],
    )


def rendered(template: str, styles: Sequence[str], lang: str, **given: Any) -> str:  # noqa: ANN401 - what a template shows
    """Returns a page made from a template, everything that it is given escaped.

    Args:
        template: the name of its file.
        styles: names of style sheets, which go into the page; its policy allows no other.
        lang: `zh` or `en`.
        given: what the template asks for.
    """
    style = "".join((TEMPLATES / each).read_text("utf-8") for each in styles)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    rooms = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    rooms.filters.update(spoken=lambda text: spoken(text, lang), short=short)
    page = rooms.get_template(template)
    return page.render(code=CODES[lang], style=Markup(style), digest=digest, **given)  # noqa: S704 - our own files


def spoken(text: str, lang: str) -> Markup:
    """Returns a text escaped, Chinese on an English page under its own language."""
    if lang == "zh":
        return escape(text)
    parts = _HAN.split(text)
    return Markup("").join(
        Markup('<span lang="zh-Hans">{}</span>').format(part) if at % 2 else escape(part)
        for at, part in enumerate(parts)
    )
