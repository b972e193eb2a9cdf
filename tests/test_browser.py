"""The pages as a browser has them: accessible, inside a narrow screen, dark and printed, every language marked."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from sheets import LI, sheets
from test_city_report import page as city

from eligibility.html import html

pytestmark = pytest.mark.browser

REQUIRED = os.environ.get("ELIGIBILITY_BROWSER") == "required"
"""Whether a browser that is missing fails these tests, as in .ci/run, instead of skipping them."""
FAMILIES, CITY = {"li": LI, "named": "named"}, "city"
CHROMES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
]
NARROW, LETTER = 320, 18
OVER = (
    "letter => [...document.querySelectorAll('td, p, li, h1, h2')].filter(e => e.scrollWidth > e.clientWidth + letter)"
)
"""What reaches over its own edge by more than a sign at the end of a line."""
LINKS = (
    "[...document.querySelectorAll('a')].map(e => [e.getBoundingClientRect().height, !!document.querySelector(e.hash)])"
)
LOOK = "(() => { const s = getComputedStyle(document.body); return [s.color, s.backgroundColor]; })()"
HAN_ASTRAY = """() => {
  const texts = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT), found = [];
  while (texts.nextNode()) {
    const parent = texts.currentNode.parentElement;
    const said = !parent.closest('style');
    if (said && /\\p{Script=Han}/u.test(texts.currentNode.data) && !parent.closest('[lang|=zh]')) found.push(texts.currentNode.data);
  }
  return found;
}"""


def lacking(what: str) -> None:
    """Skips a test for something that is not here, or fails it where it has to be."""
    reason = f"{what} is not here; .ci/run installs it"
    if REQUIRED:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Returns a real Chromium without a window."""
    if find_spec("playwright") is None or find_spec("axe_playwright_python") is None:
        lacking("playwright with axe (pip install 'eligibility[browser]')")
    chrome = next((found for name in CHROMES if (found := shutil.which(name))), None)
    if chrome is None:
        lacking("chromium (apt-get install chromium)")
    with pytest.importorskip("playwright.sync_api").sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=chrome, args=OPTIONS)
        yield started
        started.close()


@pytest.fixture(params=[(about, lang) for about in (*FAMILIES, CITY) for lang in ("zh", "en")], ids="-".join)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Returns the address of a page of a family, names shown, or of a whole city, in a language."""
    about, lang = request.param
    path = tmp_path / f"{about}.{lang}.html"
    text = city(lang) if about == CITY else html(sheets(lang, FAMILIES[about], personal=True), lang)
    path.write_text(text, "utf-8")
    return path.as_uri()


def opened(browser: Any, address: str, **options: Any) -> tuple[Any, list[str]]:  # noqa: ANN401 - a library that may be missing
    """Returns a page, and what the browser complains of while it loads."""
    page = browser.new_context(**options).new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.goto(address)
    return page, complaints


def violations(page: Any) -> list[str]:  # noqa: ANN401 - a library that may be missing
    """Returns what axe finds against WCAG 2.2 AA and good practice, with the first place of each."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = axe.run(page, options={"runOnly": {"type": "tag", "values": tags}}).response
    assert found["passes"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found["violations"]]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1000), ("dark", NARROW)])
def test_axe_finds_nothing(browser: Any, address: str, scheme: str, width: int) -> None:  # noqa: ANN401 - a library that may be missing
    """No rule of WCAG 2.2 AA that axe knows is broken, light and wide or dark and narrow."""
    view = {"width": width, "height": 800}
    page, _ = opened(browser, address, color_scheme=scheme, bypass_csp=True, viewport=view)

    assert violations(page) == []


def test_a_narrow_screen_needs_no_sideways_scroll(browser: Any, address: str) -> None:  # noqa: ANN401 - a library that may be missing
    """At 320 pixels, and at every wider screen tried, nothing reaches over the edge."""
    for width in (NARROW, 400, 640, 641, 800, 1280):
        page, _ = opened(browser, address, viewport={"width": width, "height": 800})
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
        assert page.evaluate(OVER, LETTER) == []


def test_the_policy_lets_the_page_itself_through(browser: Any, address: str) -> None:  # noqa: ANN401 - a library that may be missing
    """The browser has nothing to complain of: the style is applied under the page's own policy, and nothing else is asked for."""
    page, complaints = opened(browser, address)

    assert complaints == []
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).marginTop") == "0px"


def test_chinese_stands_under_its_own_language(browser: Any, address: str) -> None:  # noqa: ANN401 - a library that may be missing
    """No Chinese character on a page stands outside an element whose language is Chinese."""
    page, _ = opened(browser, address)

    assert page.evaluate(HAN_ASTRAY) == []
    assert page.evaluate("document.body.innerText.length") > 500


def test_every_link_is_big_enough_and_leads_somewhere(browser: Any, address: str) -> None:  # noqa: ANN401 - a library that may be missing
    """A link is at least 24 pixels high, can be reached by the keyboard, and its target exists."""
    page, _ = opened(browser, address, viewport={"width": NARROW, "height": 800})
    boxes = page.evaluate(LINKS)
    page.keyboard.press("Tab")

    assert boxes
    assert all(height >= 24 and there for height, there in boxes)
    assert page.evaluate("document.activeElement.tagName") == "A"


def test_it_prints_on_paper_of_two_sheets(browser: Any, address: str) -> None:  # noqa: ANN401 - a library that may be missing
    """On paper a page is black on white also for who reads in the dark, the links are gone, each sheet begins a page."""
    page, _ = opened(browser, address, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")

    assert page.evaluate(LOOK) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert page.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
    if page.query_selector("#file") is not None:
        assert page.evaluate("getComputedStyle(document.querySelector('#file')).breakBefore") == "page"
    assert page.pdf(prefer_css_page_size=True, tagged=True).startswith(b"%PDF-")
