"""The page and the files of a whole city: well formed, whole in themselves, in both languages, exact to the last digit."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from itertools import pairwise

import polars as pl
import pytest
from drawn_city import DAY, drawn
from python_calamine import CalamineWorkbook
from test_html import Reader

from eligibility.runs.manifest import Basis, Counts, Manifest, Piece, RunOptions
from eligibility.targets import columnar
from eligibility.totals import headings
from eligibility.totals.bars import LONGEST, MOST, chart
from eligibility.totals.city import merged
from eligibility.totals.counts import counted
from eligibility.totals.files import FOLDER, WORKBOOK, files, plain, said
from eligibility.totals.parts import Wish, part
from eligibility.totals.report import cell, report
from eligibility.totals.tables import Column, Table
from eligibility.words import Words

DIGEST = "sha256:" + "ab" * 32
KEYS = [
    "whole", "counties", "age_bands", "entitlements", "counties_entitlements", "fields", "figures", "coming", "take_up",
    "take_up_counties",
]  # fmt: skip


@lru_cache(maxsize=1)
def tables() -> dict[str, Table]:
    """Returns the tables of a drawn city."""
    city = drawn(40, 2)
    return merged(city.rules, part(*city.chunk, Wish(take_up=True)).counts.lazy())


@lru_cache(maxsize=2)
def page(lang: str) -> str:
    """Returns the report of a drawn city."""
    return report(drawn(40, 2).rules, manifest(), tables(), lang)


def manifest() -> Manifest:
    """Returns what a run of it might rest on."""
    basis = Basis(
        {},
        "baiyin",
        "2017.1",
        DIGEST,
        {"health-resident": "lives-in-baiyin"},
        DAY,
        DIGEST,
        None,
        RunOptions(take_up=True),
    )
    counts = Counts(rows=12_345, answered=12_340, refused=5, persons=100, households=40)
    return Manifest(basis, (Piece(0, counts, {}),))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_is_well_formed(lang: str) -> None:
    """Every element closes in its place, one title stands on top, no heading skips a level, and every link leads somewhere."""
    read = Reader(page(lang))
    levels = [int(name[1]) for name, _ in read.elements if re.fullmatch("h[1-6]", name)]

    assert read.open == []
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert read.of("html") == [{"lang": {"zh": "zh-Hans", "en": "en"}[lang]}]
    assert {str(each["href"])[1:] for each in read.of("a")} == {str(each["id"]) for each in read.of("h2")}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_needs_nothing_but_itself(lang: str) -> None:
    """No script, no picture and no style comes from elsewhere, and the policy of the page lets nothing but its own style in."""
    text = page(lang)
    read = Reader(text)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    policy = next(each["content"] for each in read.of("meta") if each.get("http-equiv") == "Content-Security-Policy")

    assert {name for name, _ in read.elements}.isdisjoint({"script", "img", "link", "iframe", "object", "form"})
    assert not any("style" in attributes or "src" in attributes for _, attributes in read.elements)
    assert f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'" in str(policy)
    assert "http" not in re.sub(r"</?style>|http-equiv", "", text)


def test_no_chinese_stands_unmarked_on_the_english_page() -> None:
    """What is Chinese on an English page is marked as Chinese, names of places and entitlements are in English."""
    text = re.sub(r"<style>.*?</style>", "", page("en"), flags=re.DOTALL)
    left = re.sub(r'<span lang="zh-Hans">.*?</span>', "", text)

    assert not re.search("[\u4e00-\u9fff]", left)
    assert "白银区" not in text
    assert "Baiyin District" in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_chart_has_its_table(lang: str) -> None:
    """Under each chart stands a table with the same numbers, and each bar says its numbers in words."""
    text = page(lang)
    for section in re.findall(r"<section.*?</section>", text, re.DOTALL):
        if "<figure>" in section:
            assert section.index("<figure>") < section.index("<table")
            bars = re.findall(r"<li><span>.*?</li>", section, re.DOTALL)
            cells = set(re.findall(r'class="number">(.*?)</td>', section))
            numbers = {number for bar in bars for number in re.findall(r" ([0-9,]+)</span>", bar)}
            assert numbers <= cells | {"0"}
            assert bars


def test_the_page_says_what_it_rests_on() -> None:
    """Notice, pack, day, digests, other readings, refused rows, what is unknown, and that small numbers are not hidden."""
    text = page("en")
    notice = drawn(40, 2).rules.pack.contents.file.notice.en

    for said_ in (
        notice,
        "baiyin 2017.1",
        "31 December 2017",
        DIGEST,
        "health-resident=lives-in-baiyin",
        "12,345 rows read; 5",
    ):
        assert said_ in text
    row = tables()["whole"].rows[0]
    assert f"{row['answers_undetermined']:,} answers are undetermined" in text
    assert "Small numbers are not hidden" in text


def test_bars_are_drawn_from_zero_on_one_scale() -> None:
    """A bar is as long as its number on a common scale; the longest fills the page, and one of anything is seen."""
    made = chart("title", ["a", "b"], [("x", [300, 100]), ("y", [200, 0]), ("z", [0, 0]), ("one", [1, 0])], "en")

    assert [bar.parts for bar in made.bars] == [
        ((0, 750), (750, 250)),
        ((0, 500), (500, 0)),
        ((0, 0), (0, 0)),
        ((0, 2), (2, 0)),
    ]
    assert made.bars[0].texts == ("a 300", "b 100")
    many = chart("title", ["a"], [(str(at), [10**9 - at]) for at in range(MOST + 3)], "en")
    assert (len(many.bars), many.more) == (MOST, "3 more are not drawn; the table has them.")
    assert chart("title", ["a"], [("x", [10**9]), ("y", [1])], "en").bars[1].parts == ((0, 1),)
    assert max(length for bar in made.bars for _, length in bar.parts) < LONGEST


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("count", 1234567, "1,234,567"),
        ("yuan", Decimal("1234567.00"), "1,234,567"),
        ("yuan", Decimal("1234567.50"), "1,234,567.50"),
        ("yuan", Decimal("90071992547409931234.05"), "90,071,992,547,409,931,234.05"),
        ("share", Decimal("12.5"), "12.5"),
        ("count", None, "-"),
        ("text", Words("甲", "a"), "a"),
    ],
)
def test_figures_have_their_thousands_parted(kind: str, value: object, text: str) -> None:
    """Numbers are parted by thousands, yuan go to the fen where there are fen, and what is not there is a stroke."""
    assert cell(Column("key", Words("甲", "a"), kind), value, "en") == text  # type: ignore[arg-type]  # each kind there is


def test_every_table_has_its_files() -> None:
    """Each table is a file of its own in Parquet, CSV and JSON Lines, or a sheet of one workbook."""
    assert list(tables()) == KEYS
    for form, suffix in (("parquet", "parquet"), ("csv", "csv"), ("json", "jsonl")):
        assert list(files(tables(), form, "zh")) == [f"{FOLDER}/{key}.{suffix}" for key in KEYS]  # type: ignore[arg-type]  # each form
    (name, raw), *_ = files(tables(), "xlsx", "zh", ("note",)).items()
    assert name == WORKBOOK
    assert len(CalamineWorkbook.from_filelike(BytesIO(raw)).sheet_names) == len(KEYS) + 1


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("key", KEYS)
def test_all_forms_hold_the_same_numbers(key: str, lang: str) -> None:
    """Parquet, CSV, JSON Lines and Excel hold every number of a table as it is, under headings in the language."""
    table = tables()[key]
    frame = table.frame()
    made = files({key: table}, "parquet", lang) | files({key: table}, "csv", lang) | files({key: table}, "json", lang)
    assert pl.read_parquet(BytesIO(made[f"{FOLDER}/{key}.parquet"])).equals(frame)

    text = pl.read_csv(BytesIO(made[f"{FOLDER}/{key}.csv"]), infer_schema=False)
    assert text.columns == [each.label[lang] for each in table.columns]
    assert text.equals(plain(table, lang).cast(pl.String))

    lines = [json.loads(line) for line in made[f"{FOLDER}/{key}.jsonl"].decode().splitlines()]
    kinds = {name: isinstance(kind, pl.Decimal) for name, kind in frame.schema.items()}
    assert lines == [
        {name: str(value) if kinds[name] and value is not None else value for name, value in row.items()}
        for row in frame.rows(named=True)
    ]

    book = CalamineWorkbook.from_filelike(BytesIO(files({key: table}, "xlsx", lang)[WORKBOOK]))
    head, *rows = book.get_sheet_by_index(0).to_python()
    assert head == [each.label[lang] for each in table.columns]
    expected = [
        ["" if value is None else float(value) if not isinstance(value, str) else value for value in row]
        for row in said(table, lang).rows()
    ]
    assert [[float(value) if isinstance(value, int) else value for value in row] for row in rows] == expected


def test_what_a_table_program_would_round_is_a_text() -> None:
    """A sum of more digits than a table program holds stands in Excel as a text, with all of them."""
    column = Column("sum", Words("和", "sum"), "yuan")
    table = Table(
        "whole",
        Words("甲", "a"),
        Words("", ""),
        (column,),
        ({"sum": Decimal("90071992547409931.05")}, {"sum": Decimal("12.50")}),
    )
    book = CalamineWorkbook.from_filelike(BytesIO(files({"whole": table}, "xlsx", "en")[WORKBOOK]))

    assert book.get_sheet_by_index(0).to_python()[1:] == [["90,071,992,547,409,931.05"], [12.5]]


def test_yuan_in_csv_are_written_as_in_the_lists_of_answers() -> None:
    """CSV writes whole yuan without a point, as the answers do, and fen with both places."""
    column = Column("sum", Words("和", "sum"), "yuan")
    values = [Decimal("17735.00"), Decimal("0.00"), Decimal("12.50"), Decimal("100.00")]
    table = Table("whole", Words("甲", "a"), Words("", ""), (column,), tuple({"sum": each} for each in values))
    raw = files({"whole": table}, "csv", "en")[f"{FOLDER}/whole.csv"]

    assert raw.decode("utf-8-sig").split("\r\n")[1:5] == ["17735", "0", "12.50", "100"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_says_who_is_eligible_for_something_and_who_for_nothing(lang: str) -> None:
    """The head and the tables by county and age say who is eligible for something, open and eligible for nothing, and what is not."""
    city = drawn(40, 2)
    rules, persons, households, *_ = city.chunk
    promises = {each.entitlement.id: each.entitlement.promise for each in rules.state.rulings}
    only = ("disability-living-subsidy", next(id for id, promise in promises.items() if promise == "open"))
    counts = counted(rules, persons, households, *columnar.answer(rules, persons, households, only))
    found = merged(rules, counts.lazy(), only)
    text, whole = report(rules, manifest(), found, lang), found["whole"]
    labels = {each.key: each.label[lang] for each in whole.columns}
    keys = dict(re.findall(r"<li>([^<]*)<strong>(.*?)</strong>", text))

    for key in (
        "persons_eligible",
        "persons_undetermined",
        "persons_ineligible",
        "answers_ineligible",
        "open_eligible",
    ):
        assert keys[labels[key]] == f"{whole.rows[0][key]:,}" != "0"
        for table in ("counties", "age_bands"):
            section = text[text.index(f'id="{table}"') :].partition("</section>")[0]
            assert f"{labels[key]}</th>" in section
    parts = ("eligible", "undetermined", "ineligible", "none")
    assert sum(whole.rows[0][f"persons_{each}"] for each in parts) == whole.rows[0]["persons"]


def test_the_same_tables_have_the_same_bytes() -> None:
    """There is no clock in any file."""
    for form in ("parquet", "csv", "json", "xlsx"):
        assert files(tables(), form, "zh") == files(tables(), form, "zh")
    assert page("zh") == report_again("zh")


def report_again(lang: str) -> str:
    """Returns the report made once more."""
    page.cache_clear()
    return page(lang)


def test_every_heading_is_there_in_both_languages() -> None:
    """Each column and each title has its Chinese and its English, and no two columns of a table share a heading."""
    for table in tables().values():
        for words in (table.title, table.note, *(each.label for each in table.columns)):
            assert re.search("[\u4e00-\u9fff]", words.zh)
            assert words.en
            assert not re.search("[\u4e00-\u9fff]", words.en)
        for lang in ("zh", "en"):
            labels = [each.label[lang] for each in table.columns]
            assert len(set(labels)) == len(labels), labels
    assert headings.KINDS.keys() >= {"cash", "waiver", "in_kind", "service", "insurance", "loan", "priority"}


def test_a_day_long_past_is_no_matter() -> None:
    """Totals are made for any day of the pack, whatever is in force on it."""
    city = drawn(10, 3, date(2010, 1, 1))
    found = merged(city.rules, part(*city.chunk, Wish(take_up=True)).counts.lazy())

    assert len(found["entitlements"].rows) == len(city.rules.state.rulings)
