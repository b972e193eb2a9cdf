"""The page of HTML: whole in itself, escaped, in marked languages, with a policy that lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from sheets import sheets

from eligibility.html import html, spoken
from eligibility.page import Checks, Section, Sheet, Table

LONELY = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}
ATTRIBUTES = {
    *("aria-labelledby", "charset", "class", "content", "data-head", "http-equiv"),
    *("id", "lang", "name", "role", "scope", "tabindex"),
}
"""What the elements of a page of one sheet may have."""
NASTY = "</style><script>alert(1)</script>&amp;\"'<b>"


class Reader(HTMLParser):
    """Reads a page: its elements with their attributes, and whether each that opens closes in its place."""

    def __init__(self, page: str) -> None:
        """Reads everything at once."""
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.said: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keeps an element."""
        self.elements.append((tag, dict(attrs)))
        self.open += [] if tag in LONELY else [tag]

    def handle_endtag(self, tag: str) -> None:
        """Checks that it is the last one opened."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keeps a text."""
        self.said.append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        """Returns the attributes of each element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]


def made(*blocks: str | tuple[str, ...] | Table | Checks, lang: str = "en") -> Reader:
    """Returns a page of one sheet with one section."""
    return Reader(html([Sheet("citizen", (Section("Title", ()), Section("Heading", blocks)))], lang))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_element_closes_in_its_place(lang: str) -> None:
    """The page of a real family is well formed, with one title for each sheet and headings that skip no level."""
    page = Reader(html(sheets(lang), lang))
    levels = [int(name[1]) for name, _ in page.elements if re.fullmatch("h[1-6]", name)]

    assert page.open == []
    assert levels.count(1) == 2
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.of("html") == [{"lang": {"zh": "zh-Hans", "en": "en"}[lang]}]


def test_nothing_is_loaded_from_anywhere() -> None:
    """There is no script, image, frame or style from elsewhere, and every link stays on the page."""
    page = Reader(html(sheets("zh"), "zh"))

    assert {name for name, _ in page.elements}.isdisjoint(
        {"script", "img", "iframe", "link", "object", "form", "input"}
    )
    assert all(str(each["href"]).startswith("#") for each in page.of("a"))
    assert not any("style" in attributes or "src" in attributes for _, attributes in page.elements)
    assert "url(" not in html(sheets("zh"), "zh")


def test_the_policy_names_the_one_style() -> None:
    """The content policy allows nothing but the style that is on the page, by its digest."""
    text = html(sheets("en"), "en")
    style = text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = (each["content"] for each in Reader(text).of("meta") if "http-equiv" in each)

    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@pytest.mark.parametrize(
    "block", [NASTY, (NASTY, f"{NASTY}\n{NASTY}"), Checks((NASTY,)), Table((NASTY, ""), ((NASTY, NASTY),), ("true",))]
)
def test_what_a_person_wrote_is_no_markup(block: str | tuple[str, ...] | Table | Checks) -> None:
    """Markup in a text, an item, a cell or a column's name comes out as letters."""
    page = made(block)
    attributes = {name for _, each in page.elements for name in each}

    assert attributes <= ATTRIBUTES
    assert {name for name, _ in page.elements}.isdisjoint({"script", "b"})
    assert NASTY in "".join(page.said)
    assert page.open == []


def test_a_title_is_no_markup() -> None:
    """Markup in the title of a sheet comes out as letters, in the page's own title too."""
    page = Reader(html([Sheet("citizen", (Section(NASTY, ()),))], "en"))

    assert {name for name, _ in page.elements}.isdisjoint({"script", "b"})
    assert "".join(page.said).count(NASTY) == 2


def test_a_name_in_markup_is_shown_as_it_was_written() -> None:
    """A member who is called by markup stands on the page by that name, where names are shown."""
    page = Reader(html(sheets("en", "named", personal=True), "en"))

    assert page.of("b") == []
    assert "<b>Zhangmarker</b>" in "".join(page.said)


def test_chinese_on_an_english_page_is_marked() -> None:
    """Chinese characters stand under their own language, everything else does not."""
    assert str(spoken("Zhang (张三) <x>", "en")) == 'Zhang (<span lang="zh-Hans">张三</span>) &lt;x&gt;'
    assert str(spoken("张三 <x>", "zh")) == "张三 &lt;x&gt;"


def test_a_table_tells_its_columns_also_where_it_is_narrow() -> None:
    """Each column has a header, the roles are said out loud, and each cell knows its column's name."""
    page = made(Table(("what", ""), (("a", "b"),), ("false",)))

    assert [(each["scope"], each["role"]) for each in page.of("th")] == [("col", "columnheader")] * 2
    assert [each["data-head"] for each in page.of("td")] == ["what", "number"]
    assert [each.get("class") for each in page.of("td")] == ["false", None]
    assert [each["role"] for each in page.of("table")] == ["table"]


def test_things_to_tick_off_are_a_list_of_their_own() -> None:
    """A checklist is a list that the style gives boxes; short items of more than three go into columns."""
    assert [each["class"] for each in made(Checks(("a", "b"))).of("ul")] == ["checks"]
    assert [each["class"] for each in made(Checks(("a", "b", "c", "d"))).of("ul")] == ["checks many"]
