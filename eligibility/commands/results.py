"""What screenings came to, as an Excel workbook: a list with filters, and a sheet for each household."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from eligibility.commands.workbook import new_workbook
from eligibility.words import Words

if TYPE_CHECKING:
    from eligibility.determinations import Determination
    from eligibility.page import Section
    from eligibility.report import Report

_HEADS = (
    (Words("户", "household"), 16),
    (Words("结果", "result"), 12),
    (Words("事项", "entitlement"), 32),
    (Words("对象", "for"), 18),
    (Words("金额", "amount"), 28),
    (Words("每年合计（元）", "a year (yuan)"), 14),
    (Words("说明", "notes"), 30),
    (Words("还要弄清", "to be found out"), 44),
    (Words("计划中的条目", "paragraph of the plan"), 26),
    (Words("按哪一天", "as of"), 12),
    (Words("代码", "code"), 30),
)
_LIST, _NOTES = Words("全部结果", "All results"), Words("请注意", "Please note")
_STATUS = {"eligible": "true", "undetermined": "unknown", "ineligible": "false"}
_NOT_IN_TABS = re.compile(r"[\[\]:*?/\\']")
_LONGEST_TAB, _LONGEST_CELL = 31, 32_767
_WIDTHS = (14, 40, 22, 44, 30)


class Results:
    """A workbook that grows by a household at a time.

    Raises:
        Lacking: the library that writes workbooks is not installed.
    """

    def __init__(self, lang: str) -> None:
        """Begins the workbook with the list of all results."""
        self.lang = lang
        self.raw = BytesIO()
        self.book, self.forms = new_workbook(self.raw)
        self.list = self.book.add_worksheet(_LIST[lang])
        self.tabs = {_LIST[lang].casefold(), _NOTES[lang].casefold(), "history"}
        self.line = 1
        self.notices: dict[str, None] = {}
        for column, (head, wide) in enumerate(_HEADS):
            self.list.write_string(0, column, head[lang], self.forms["head"])
            self.list.set_column(column, column, wide)
        self.list.freeze_panes(1, 3)

    def add(self, report: Report, sections: Sequence[Section]) -> None:
        """Adds a household: a row for each answer, and a sheet with what a report says of it."""
        for found in report.screening.determinations:
            self.row(report, found)
        sheet = self.book.add_worksheet(self.tab(report.screening.household))
        file = report.rules.pack.contents.file
        self.notices |= dict.fromkeys((file.notice[self.lang], file.objection[self.lang]))
        line = 0
        for index, section in enumerate(sections):
            self.put(sheet, line, 0, section.heading, "title" if index == 0 else "heading")
            line += 1
            for block in section.blocks:
                line = self.block(sheet, line, block)
            line += 1
        for column, wide in enumerate(_WIDTHS):
            sheet.set_column(column, column, wide)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)

    def row(self, report: Report, found: Determination) -> None:
        """Writes one answer into the list."""
        value = _yearly(found)
        for column, text in enumerate(_cells(report, found, self.lang)):
            form = _STATUS[found.outcome] if column == 1 else "cell"
            if column == _YEARLY and value is not None:
                self.list.write_number(self.line, column, value, self.forms["money"])
            else:
                self.put(self.list, self.line, column, text, form)
        self.line += 1

    def block(self, sheet: Any, line: int, block: Any) -> int:  # noqa: ANN401 - a worksheet, and what a section holds
        """Writes a text, a list or a table, and returns the number of the next row."""
        from eligibility.page import Checks, Table

        if not isinstance(block, Table):
            texts = [block] if isinstance(block, str) else block
            texts = [f"[ ] {text}" for text in block.items] if isinstance(block, Checks) else texts
            for text in (part for whole in texts for part in whole.split("\n")):
                self.put(sheet, line, 0, text, "plain")
                line += 1
            return line
        for column, head in enumerate(block.head):
            self.put(sheet, line, column, head, "head")
        for cells, status in block.each():
            line += 1
            for column, text in enumerate(cells):
                self.put(sheet, line, column, text, status if status and column == 0 else "cell")
        return line + 1

    def put(self, sheet: Any, line: int, column: int, text: str, form: str) -> None:  # noqa: ANN401 - a worksheet
        """Writes a text as a text, whatever it begins with; an empty one leaves the cell empty."""
        if not text:
            sheet.write_blank(line, column, None, self.forms[form])
            return
        sheet.write_string(line, column, text[:_LONGEST_CELL], self.forms[form])

    def tab(self, household: str) -> str:
        """Returns a name for a sheet that no other one has."""
        base = _NOT_IN_TABS.sub("_", household)[:_LONGEST_TAB]
        name, number = base, 1
        while name.casefold() in self.tabs:
            number += 1
            name = f"{base[: _LONGEST_TAB - len(str(number)) - 1]}~{number}"
        self.tabs.add(name.casefold())
        return name

    def bytes(self) -> bytes:
        """Returns the workbook."""
        if self.line > 1:
            self.list.autofilter(0, 0, self.line - 1, len(_HEADS) - 1)
        notes = self.book.add_worksheet(_NOTES[self.lang])
        notes.set_column(0, 0, 100)
        for line, text in enumerate(self.notices):
            self.put(notes, line, 0, text, "cell")
        self.book.close()
        return self.raw.getvalue()


_YEARLY = 5


def _yearly(found: Determination) -> float | None:
    """Returns what an answer that is granted is worth in a year, in yuan, where that is a known sum."""
    from eligibility.determinations import benefit_of
    from eligibility.worth import SUMMED, worth

    benefit = benefit_of(found)
    value = worth(found) if found.outcome == "eligible" else None
    if benefit is None or benefit.kind not in SUMMED or benefit.per == "once" or value is None:
        return None
    return value / 100


def _cells(report: Report, found: Determination, lang: str) -> Iterator[str]:
    """Yields the cells of one answer, as texts."""
    from eligibility import speech
    from eligibility.leaves import PACK
    from eligibility.offers import Offers
    from eligibility.summary import waiting

    contents = report.rules.pack.contents
    offers = Offers(contents, report.summary, lang, report.names)
    granted = found.outcome == "eligible"
    may = Words("可申请", "may apply")
    yield report.screening.household
    yield may[lang] if granted and found.promise == "may" else speech.OUTCOMES[found.outcome][lang]
    yield found.label[lang]
    yield report.who([found.subject])
    yield offers.amount(found, several=False) if granted else ""
    yield ""
    yield report.listed(speech.MARKS[mark][lang] for mark in found.marks)
    lacking = []
    for item in waiting(found) if found.outcome != "ineligible" else ():
        label = speech.question(item.name, contents, lang)[0]
        whose = report.say("规定", "the rules") if item.subject == PACK else report.who([item.subject])
        lacking.append(f"{label}（{whose}）" if lang == "zh" else f"{label} ({whose})")
    yield Words("；", "; ")[lang].join(lacking)
    yield report.listed(contents.clauses[id].heading[lang] for id in contents.entitlements[found.entitlement].clause)
    yield report.screening.as_of.isoformat()
    yield found.entitlement
