"""An empty form as an Excel workbook: questions with drop-downs for the household and its members, and a sheet of legends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Any

from eligibility.commands.questionnaire import Writer
from eligibility.form import ANSWER, DAY, HEADS, HOW, KEY, MEMBER, QUESTION, REMARKS
from eligibility.money import yuan
from eligibility.words import Words

if TYPE_CHECKING:
    from eligibility.packs.calendar import RulePack
    from eligibility.schema import Fact, Owner

_ITEM, _LABEL, _CODE = Words("项目", "Item"), Words("可以填", "You can write"), Words("代码", "code")
_TABS = {
    "household": Words("家庭", "Household"),
    "person": Words("成员", "Members"),
    "legend": Words("填写说明", "Legend"),
}
_FLAGS = (Words("是", "yes"), Words("否", "no"), Words("不知道", "unknown"))
_RULES = (
    Words(
        "只填知道的；不知道的留空，不要猜：留空就是未知，不会当作没有。",
        "Fill in what is known and leave the rest empty, never guess: empty means unknown, it is never taken for no.",
    ),
    Words("一名成员一列；没有填的列不算成员。", "Each member has a column; one in which nothing stands is no member."),
    Words("有下拉列表的从列表里选；代码也可以。", "Choose from the lists where there are any; codes are taken, too."),
    Words("日期写成 1969-10-08、1969/10/8 或 1969年10月8日。", "Days are written 1969-10-08 or 1969/10/8."),
    Words("金额以元为单位，如 1200、1,110.50、1.2万。", "Amounts are in yuan: 1200 or 1,110.50."),
    Words(
        "公民身份号码的单元格是文本格式，不要改成数字，否则末几位会丢失。",
        "Cells for resident numbers are text: as numbers they would lose their last digits.",
    ),
    Words(
        "不写公式，不合并单元格；自己的话写在“备注”列。",
        "No formulas and no merged cells; your own words stand under Remarks.",
    ),
    Words("填好后运行：eligibility screen 文件名", "When it is filled in, run: eligibility screen FILE"),
)
_WIDTHS = (24, 34, 30, 18)


@dataclass
class _Legend:
    """Where the choices of each fact stand on the sheet of legends, so that drop-downs can point there."""

    rows: list[tuple[str, str, str]] = field(default_factory=list)
    ranges: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, key: str, label: str, choices: Iterable[tuple[str, str]]) -> None:
        """Adds the choices of a fact: what one picks, and the code."""
        first = len(self.rows)
        self.rows += [(label, shown, code) for shown, code in choices]
        self.ranges[key] = (first, len(self.rows) - 1)


def empty_form(pack: RulePack, members: int, lang: str, names: set[str] | None) -> bytes:
    """Returns the bytes of an empty form.

    Args:
        pack: whose vocabulary it speaks.
        members: how many columns for members it has.
        lang: `zh` or `en`.
        names: the facts wanted; all where None.

    Raises:
        Lacking: the library that writes workbooks is not installed.
    """
    return _Form(pack, lang, names).written(members)


class _Form:
    """Writes one form."""

    def __init__(self, pack: RulePack, lang: str, names: set[str] | None) -> None:
        self.contents, self.lang = pack.contents, lang
        self.writer = Writer(pack, lang, names, 0)
        self.legend = _Legend()

    def written(self, members: int) -> bytes:
        """Returns the bytes of the workbook."""
        from eligibility.commands.workbook import new_workbook

        raw = BytesIO()
        self.book, self.forms = new_workbook(raw)
        sheets = {name: self.book.add_worksheet(tab[self.lang]) for name, tab in _TABS.items()}
        self.choices()
        self.sheet(sheets["household"], "household", [ANSWER[self.lang]])
        self.sheet(sheets["person"], "person", [f"{MEMBER[self.lang]}{at}" for at in range(1, members + 1)])
        self.legends(sheets["legend"])
        self.book.close()
        return raw.getvalue()

    def choices(self) -> None:
        """Notes what may be chosen for each fact."""
        self.legend.add("bool", Words("是否", "yes or no")[self.lang], [(flag[self.lang], "") for flag in _FLAGS])
        for digits, level in ((6, "county"), (2, "province")):
            listed = [(label[self.lang], code) for code, label in self.contents.places.items() if len(code) == digits]
            title = Words("县区", "county") if level == "county" else Words("省份", "province")
            self.legend.add(level, title[self.lang], listed)
        for fact in self.writer.chosen(self.contents.schema.facts.values()).values():
            if fact.type == "choice":
                choices = [(label[self.lang], code) for code, label in fact.values.items()]
                self.legend.add(fact.name, fact.label[self.lang], choices)

    def sheet(self, sheet: Any, owner: Owner, titles: list[str]) -> None:  # noqa: ANN401 - a worksheet
        """Writes the sheet of the household or of the members."""
        heads = [HEADS[owner][self.lang], QUESTION[self.lang], HOW[self.lang], *titles, REMARKS[2][self.lang]]
        for column, title in enumerate(heads):
            sheet.write_string(0, column, title, self.forms["head"])
            sheet.set_column(column, column, _WIDTHS[min(column, len(_WIDTHS) - 1)])
        answers = range(3, 3 + len(titles))
        line = self.own(sheet, owner, answers)
        facts = list(self.writer.chosen(self.contents.schema.of(owner)).values())
        headings = list(dict.fromkeys(self.writer.heading(fact) for fact in facts))
        facts.sort(key=lambda fact: headings.index(self.writer.heading(fact)))
        for heading, group in groupby(facts, self.writer.heading):
            for column in range(len(heads)):
                sheet.write_string(line, column, "" if column else heading, self.forms["band"])
            line += 1
            for fact in group:
                self.row(sheet, line, fact, answers)
                line += 1
        sheet.freeze_panes(1, 3 if owner == "person" else 1)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{line}"})
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)

    def own(self, sheet: Any, owner: Owner, answers: range) -> int:  # noqa: ANN401 - a worksheet
        """Writes the rows that are no facts, and returns the number of the next one."""
        rows = [(KEY, Words("自己编的代号；可以不填", "a key of your own; may be left empty"), "text")]
        if owner == "household":
            rows.append(
                (
                    DAY,
                    Words("如 2017-12-31；不填就是筛查的那一天", "as 2017-12-31; empty: the day of the screening"),
                    "text",
                )
            )
        for line, (label, how, form) in enumerate(rows, 1):
            self.texts(sheet, line, [label[self.lang], "", how[self.lang]])
            for column in answers:
                sheet.write_blank(line, column, None, self.forms[form])
        return len(rows) + 1

    def row(self, sheet: Any, line: int, fact: Fact, answers: range) -> None:  # noqa: ANN401 - a worksheet
        """Writes the row of one fact."""
        only = self.writer.only_where(fact)
        how = [self.how(fact)]
        how += [Words(f"仅在“{only}”时填", f"only where: {only}")[self.lang]] if only else []
        how += (
            [Words("能从其他各项得出，可以不填", "may be left empty where it follows from the rest")[self.lang]]
            if fact.derive
            else []
        )
        self.texts(
            sheet, line, [fact.label[self.lang], fact.question[self.lang], Words("；", "; ")[self.lang].join(how)]
        )
        form = {"date": "text", "text": "text", "place": "text", "set": "text"}.get(fact.type, "answer")
        for column in answers:
            sheet.write_blank(line, column, None, self.forms[form])
        choices = self.validation(fact)
        if choices:
            sheet.data_validation(line, answers[0], line, answers[-1], choices)

    def texts(self, sheet: Any, line: int, texts: list[str]) -> None:  # noqa: ANN401 - a worksheet
        """Writes the first cells of a row."""
        for column, text in enumerate(texts):
            sheet.write_string(line, column, text, self.forms["label" if column == 0 else "guide"])

    def how(self, fact: Fact) -> str:
        """Returns what may be written, in a few words."""
        low, high = fact.limits
        least, most = (yuan(low), yuan(high)) if fact.type == "money" else (str(low), str(high))
        words = {
            "bool": Words("从列表选", "choose from the list"),
            "choice": Words("从列表选", "choose from the list"),
            "count": Words(f"整数，{least} 至 {most}", f"a whole number, {least} to {most}"),
            "money": Words(f"元，{least} 至 {most}", f"yuan, {least} to {most}"),
            "date": Words("日期", "a day"),
            "place": Words("从列表选，或填行政区划代码", "choose from the list, or write the code"),
            "set": Words("事项名称，用顿号隔开", "names of entitlements, commas between them"),
            "text": Words("文字", "a text"),
        }
        return words[fact.type][self.lang]

    def validation(self, fact: Fact) -> Mapping[str, Any] | None:
        """Returns the drop-down of a fact; it warns of other answers and lets them be, since codes are taken, too."""
        key = fact.name if fact.type == "choice" else "bool" if fact.type == "bool" else (fact.level or "")
        first, last = self.legend.ranges.get(key, (0, -1))
        if last < first:
            return None
        offset = self.legend_start + 2
        tab = _TABS["legend"][self.lang]
        title, text = Words("不在列表里", "Not on the list"), Words("确定要填这个吗？", "Do you want to keep this?")
        return {
            "validate": "list",
            "source": f"='{tab}'!$B${offset + first}:$B${offset + last}",
            "error_type": "information" if fact.type == "place" else "warning",
            "error_title": title[self.lang],
            "error_message": text[self.lang],
        }

    @property
    def legend_start(self) -> int:
        """The row of the heading of the legends, from 0."""
        return len(_RULES) + 2

    def legends(self, sheet: Any) -> None:  # noqa: ANN401 - a worksheet
        """Writes how to fill in the form, and what each code means."""
        sheet.write_string(0, 0, self.contents.file.title[self.lang], self.forms["title"])
        for line, rule in enumerate(_RULES, 1):
            sheet.write_string(line, 0, rule[self.lang])
        for column, title in enumerate((_ITEM, _LABEL, _CODE)):
            sheet.write_string(self.legend_start, column, title[self.lang], self.forms["head"])
            sheet.set_column(column, column, (30, 40, 26)[column])
        for line, row in enumerate(self.legend.rows, self.legend_start + 1):
            for column, text in enumerate(row):
                sheet.write_string(line, column, text, self.forms["guide"])
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
