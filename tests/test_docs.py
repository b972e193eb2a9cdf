"""README and docs are true: their code runs, and everything that the language or the command line has is in them."""

from __future__ import annotations

import re

import pytest
from packs_for_tests import shipped
from pages import PAGES, ROOT, blocks, run, sessions

from eligibility.commands import COMMANDS, cli
from eligibility.commands.leaflet import markdown_lines
from eligibility.commands.pages import catalogue
from eligibility.functions import FUNCTIONS, GATHERINGS


@pytest.mark.parametrize(("page", "command", "output"), sessions(), ids=lambda each: each[:40])
def test_a_command_shown_prints_what_is_shown(page: str, command: str, output: str) -> None:
    """Each command in the pages prints what the page says; a line `...` stands for any lines."""
    printed = run(command)

    pattern = re.escape(output).replace(re.escape("\n...\n"), r"\n(?:.*\n)*?").replace(re.escape("\n..."), r"(?:\n.*)*")
    assert re.fullmatch(pattern, printed), f"{page}: {command}\n{printed}"


@pytest.mark.parametrize(("page", "text"), blocks("python"), ids=lambda each: each[:40])
def test_python_shown_runs(page: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each Python block of the pages runs from the root of the project."""
    monkeypatch.chdir(ROOT)

    exec(compile(text, page, "exec"), {})  # noqa: S102 - code of our own pages


def test_the_rule_shown_first_is_the_rule_that_ships() -> None:
    """The rule in the README stands word for word in the pack."""
    page, shown = next((page, text) for page, text in blocks("yaml") if page == "README.md")
    shipped = (ROOT / "rules/baiyin/education/fee-free-preschool.yaml").read_text("utf-8")

    assert all(part.strip() in shipped for part in shown.split("...\n")), page


def test_every_command_and_option_is_documented() -> None:
    """Each command and each of its options is named in the docs."""
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    context = cli.make_context("eligibility", ["doctor"])
    missing = []
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        options = [option for each in command.params for option in each.opts if option.startswith("--")]
        missing += [word for word in [f"`{name}", *options] if word not in text]

    assert missing == []


def test_every_function_is_documented() -> None:
    """Each built-in function and quantifier stands in the page on the language."""
    text = (ROOT / "docs/language.md").read_text("utf-8")

    assert [name for name in (*FUNCTIONS, *GATHERINGS) if f"{name}(" not in text and f"`{name}`" not in text] == []


def test_the_slip_shown_is_what_is_printed() -> None:
    """The error in the README is the expected text of a case, which a test of its own compares with what is printed."""
    expected = (ROOT / "tests/errors/bad/names/unknown-fact.yaml.expected").read_text("utf-8").strip()

    assert expected in (ROOT / "README.md").read_text("utf-8")


CATALOGUES = {lang: ROOT / f"docs/catalogue.{lang}.md" for lang in ("zh", "en")}
"""The generated pages: every entitlement of the pack in a few lines, by the law of the day of the plan."""


def catalogue_page(lang: str) -> str:
    """Returns what the catalogue in a language has to say."""
    pack = shipped()
    day = pack.contents.sources[pack.contents.file.plan].date
    assert day is not None
    sections = catalogue(pack, list(pack.contents.entitlements.values()), day, lang)
    return "\n".join(markdown_lines(sections)).rstrip() + "\n"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_catalogue_is_what_the_pack_says(lang: str) -> None:
    """The catalogue in `docs/` is the one that the pack gives; `python tests/test_docs.py` writes it anew."""
    assert CATALOGUES[lang].read_text("utf-8") == catalogue_page(lang)


if __name__ == "__main__":
    for each, path in CATALOGUES.items():
        path.write_text(catalogue_page(each), "utf-8")
