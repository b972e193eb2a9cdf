"""The report of a whole city as one page of HTML: charts, a table under each, what is unknown, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eligibility.html import rendered
from eligibility.packs.calendar import Rules
from eligibility.runs.manifest import Manifest
from eligibility.speech import MARKS, OUTCOMES
from eligibility.totals.bars import Chart, chart
from eligibility.totals.resting import chosen, in_force
from eligibility.totals.tables import Column, Table
from eligibility.words import Words, spelled

NAME = "report.html"
_MOST_ROWS = 80
"""How many rows of a table stand on the page; the file beside it has all."""
_MOST_REMARKS = 12
"""How many remarks stand on the page."""
_ALWAYS = 2
"""Columns from the left that stand on the page even where they hold nothing."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A table as the page shows it: texts, and which columns hold numbers."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: what is said, a chart, and the table under it."""

    key: str
    title: str
    lines: tuple[str, ...]
    chart: Chart | None = None
    table: Shown | None = None


@dataclass(frozen=True, slots=True)
class _Page:
    """What a table has on the page.

    Args:
        columns: which of its columns stand there.
        title: of the chart.
        bars: the columns of the parts of a bar, and what they are called.
    """

    columns: tuple[str, ...]
    title: Words
    bars: Mapping[str, Words]


_SUMS = ("cash_year_yuan", "waiver_year_yuan", "cash_once_yuan", "waiver_once_yuan")
_BESIDE = ("unknown", "may", "apart")
_MONEY = (*_SUMS, *_BESIDE)
_OUTCOMES = {"answers_eligible": OUTCOMES["eligible"], "answers_undetermined": OUTCOMES["undetermined"]}
_PERSONS = ("persons", "persons_eligible", "persons_paid", "persons_undetermined", "persons_ineligible", "persons_none")
_FOUND = (*_OUTCOMES, "answers_ineligible", "open_eligible", "open_undetermined")
_ANSWERS = Words("符合和待定（项次）", "Eligible and undetermined (answers)")
_TAKEN = {"drawn": Words("在享", "received"), "unclaimed": Words("应享未享", "not received")}
_OF_TAKEN = Words("符合的当中（项次）", "Of those entitled (answers)")
_WAITS = ("name", "persons_alone", "answers_alone", "persons", "answers", "amounts", "asked")
_PAGES = {
    "counties": _Page(
        ("county_name", *_PERSONS, "households", "households_eligible", "households_paid", *_FOUND, *_MONEY),
        _ANSWERS,
        _OUTCOMES,
    ),
    "entitlements": _Page(
        ("name", "kind", "mark", *_OUTCOMES, "answers_ineligible", "year_yuan", "once_yuan", *_BESIDE),
        _ANSWERS,
        _OUTCOMES,
    ),
    "age_bands": _Page(("band_name", *_PERSONS, *_FOUND, *_MONEY), _ANSWERS, _OUTCOMES),
    "fields": _Page(
        _WAITS,
        Words("只差这一项的", "Who waits for this alone"),
        {"persons_alone": Words("人数", "persons")},
    ),
    "figures": _Page(
        _WAITS,
        Words("等这一项的（项次）", "What waits for this"),
        {"answers": Words("结果", "answers"), "amounts": Words("金额", "amounts")},
    ),
    "coming": _Page(
        ("name", "opens", "opens_by_law", "opens_year_yuan", "ends", "ends_by_law", "ends_year_yuan"),
        Words("90天内（项次）", "Within 90 days (answers)"),
        {"opens": Words("将符合", "will become entitled"), "ends": Words("将不再符合", "will no longer be")},
    ),
    "take_up": _Page(
        (
            "name",
            *_TAKEN,
            "share",
            "year_yuan",
            "once_yuan",
            "no_amount",
            "unknown",
            "barred",
            "unentitled",
            "unsettled",
        ),
        _OF_TAKEN,
        _TAKEN,
    ),
    "take_up_counties": _Page(
        ("county_name", "persons_known", "persons_unknown", *_TAKEN, "share", *_SUMS, "unentitled", "unsettled"),
        _OF_TAKEN,
        _TAKEN,
    ),
}
_KEYS = (
    *(*_PERSONS, "households", "households_eligible", "households_paid"),
    *("answers_eligible", "answers_undetermined", "answers_ineligible", "open_eligible"),
    *("cash_year_yuan", "waiver_year_yuan", "unknown"),
)
"""The figures at the top of the page, under the names that they have in every table."""


def report(
    rules: Rules, manifest: Manifest, tables: Mapping[str, Table], lang: str, remarks: Sequence[str] = ()
) -> str:
    """Returns the page.

    Args:
        rules: of the day.
        manifest: of the run: what it rests on, and how many rows it read.
        tables: of `city.merged`.
        lang: `zh` or `en`.
        remarks: what should be known of the tables that were read, in that language, the weightiest first.
    """
    return _Report(rules, manifest, tables, lang, remarks).page()


@dataclass(frozen=True)
class _Report:
    """A report in one language."""

    rules: Rules
    manifest: Manifest
    tables: Mapping[str, Table]
    lang: str
    remarks: Sequence[str]

    def say(self, zh: str, en: str) -> str:
        """Returns one of two texts."""
        return Words(zh, en)[self.lang]

    def page(self) -> str:
        """Returns the whole page."""
        file, whole = self.rules.pack.contents.file, self.tables["whole"]
        labels = {column.key: column for column in whole.columns}
        row = whole.rows[0]
        keys = [(labels[key].label[self.lang], cell(labels[key], row[key], self.lang)) for key in _KEYS]
        return rendered(
            "city.html.j2",
            ("page.css", "city.css"),
            self.lang,
            title=self.say("全市筛查汇总", "A whole city screened"),
            contents=self.say("目录", "Contents"),
            notice=(file.notice[self.lang], file.objection[self.lang]),
            about=tuple(self.about()),
            keys=keys,
            sections=[*self.remarked(), *self.sections(), self.unknown()],
        )

    def about(self) -> Iterator[str]:
        """Yields what the page rests on."""
        basis, counts, file = self.manifest.basis, self.manifest.counts, self.rules.pack.contents.file
        day = spelled(basis.as_of, self.lang)
        yield self.say(f"按{day}的规定", f"By the law of {day}")
        yield _begun(in_force(len(self.tables["entitlements"].rows), some=bool(basis.options.only))[self.lang])
        title = file.title[self.lang]
        yield self.say(
            f"规则包：{title}（{basis.pack} {basis.version}）", f"Rules: {title} ({basis.pack} {basis.version})"
        )
        yield self.say(f"规则摘要：{basis.digest}", f"Digest of the rules: {basis.digest}")
        yield self.say(f"输入摘要：{basis.input}", f"Digest of the input: {basis.input}")
        yield from (_begun(each[self.lang]) for each in chosen(basis, self.rules.pack.contents))
        if basis.options.only:
            ids = ", ".join(basis.options.only)
            yield self.say(f"只查：{ids}", f"Only: {ids}")
        read, refused = f"{counts.rows:,}", f"{counts.refused:,}"
        yield self.say(
            f"读入 {read} 行，其中 {refused} 行被拒，原因见 rejects.csv，不在任何数字里",
            f"{read} rows read; {refused} of them were refused, for reasons in rejects.csv, and are in no figure here",
        )

    def remarked(self) -> Iterator[Section]:
        """Yields what should be known of the tables before any figure is read."""
        if self.remarks:
            more = len(self.remarks) - _MOST_REMARKS
            rest = (
                (self.say(f"另有 {more} 条在 remarks.csv。", f"{more} more stand in remarks.csv."),) if more > 0 else ()
            )
            title = self.say("读表时的说明", "Remarks on the tables")
            yield Section("remarks", title, (*self.remarks[:_MOST_REMARKS], *rest))

    def sections(self) -> Iterator[Section]:
        """Yields a section for each table that has rows."""
        for key, page in _PAGES.items():
            table = self.tables.get(key)
            if table is not None and table.rows:
                yield self.section(table, page)

    def section(self, table: Table, page: _Page) -> Section:
        """Returns a section: what a reader must know, a chart, and the table under it."""
        labels = {column.key: column for column in table.columns}
        lines = [table.note[self.lang]]
        if len(table.rows) > _MOST_ROWS:
            more = len(table.rows) - _MOST_ROWS
            lines.append(
                self.say(
                    f"下表只列前 {_MOST_ROWS} 行，另有 {more} 行在汇总文件里。",
                    f"The table shows the first {_MOST_ROWS} rows; {more} more are in the file of the summary.",
                )
            )
        columns = [labels[key] for key in page.columns]
        table_ = shown(table, columns, self.lang)
        return Section(table.key, table.title[self.lang], tuple(lines), self.drawn(table, page), table_)

    def drawn(self, table: Table, page: _Page) -> Chart:
        """Returns the chart of a table: entitlements by how many they concern, those open to all left out."""
        label = page.columns[0]
        kept = [row for row in table.rows if row.get("mark") != MARKS["open"]]
        rows = [(row[label][self.lang], [row[key] for key in page.bars]) for row in kept]
        rows = [row for row in rows if any(row[1])]
        if label == "name":
            rows.sort(key=lambda row: -sum(row[1]))
        return chart(page.title[self.lang], [name[self.lang] for name in page.bars.values()], rows, self.lang)

    def unknown(self) -> Section:
        """Returns what is not known, and why, and how the figures may be used."""
        row = self.tables["whole"].rows[0]
        counties = {each["county"]: each["persons"] for each in self.tables["counties"].rows}
        ages = {each["band"]: each["persons"] for each in self.tables["age_bands"].rows}
        undetermined, amounts = f"{row['answers_undetermined']:,}", f"{row['unknown']:,}"
        nowhere, ageless = f"{counties.get(None, 0):,}", f"{ages.get(None, 0):,}"
        lines = (
            self.say(
                f"待定 {undetermined} 项次：登记表里缺资料，或规则包没有收录有关数字。没有把“不知道”当作“不符合”。",
                f"{undetermined} answers are undetermined: the register lacks something, or a figure is not held in these rules. "
                "Not known is never taken for not eligible.",
            ),
            self.say(
                f"符合而金额未知 {amounts} 项次，不在合计里，所以合计是已知部分，不是全部支出。",
                f"Of {amounts} answers that are eligible the amount is unknown; they are in no sum. The sums are what is known, "
                "not the whole cost.",
            ),
            self.say(
                f"居住县区未知 {nowhere} 人，年龄未知 {ageless} 人，各自单列。",
                f"Of {nowhere} persons the county is unknown, and of {ageless} the age; they are groups of their own.",
            ),
            self.say(
                "小数目没有遮盖：人数很少的格也照实列出，只供机关内部使用。对外公布前，请先合并或去掉人数少的格；本程序现在还没有遮盖小数目的选项。",
                "Small numbers are not hidden: cells of very few persons stand as they are, for use inside the office. Before "
                "anything is published, put such cells together or leave them out; there is no option for that yet.",
            ),
        )
        return Section("unknown", self.say("什么还不知道，为什么", "What is not known, and why"), lines)


def _begun(text: str) -> str:
    """Returns a text that begins a line."""
    return text[:1].upper() + text[1:]


def shown(table: Table, columns: Sequence[Column], lang: str) -> Shown:
    """Returns a table as a page shows it; columns in which nothing stands are left out."""
    rows = table.rows[:_MOST_ROWS]
    kept = [each for at, each in enumerate(columns) if at < _ALWAYS or any(row.get(each.key) for row in rows)]
    return Shown(
        table.title[lang],
        tuple(each.label[lang] for each in kept),
        tuple(tuple(cell(each, row.get(each.key), lang) for each in kept) for row in rows),
        tuple(each.kind in {"count", "yuan", "share"} for each in kept),
    )


def cell(column: Column, value: Any, lang: str) -> str:  # noqa: ANN401 - of the kind of the column
    """Returns a value as people read it: thousands parted, yuan to the fen where there are fen."""
    if value is None:
        return "-"
    if column.kind == "text":
        return str(value[lang])
    if column.kind == "yuan":
        return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"
    return f"{value:,}" if column.kind == "count" else str(value)
