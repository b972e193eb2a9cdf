"""A form that an office filled in: an Excel workbook with facts in its rows to a profile, each answer knowing its cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from eligibility.answered import Column, Entry, Taken, profile_node
from eligibility.cell_values import NotTaken, as_written, is_unknown, say, taken_as
from eligibility.errors import Problems, ProfileError, Refusal, did_you_mean
from eligibility.packs.calendar import Rules
from eligibility.profile_reader import Profile, Reader
from eligibility.schema import Fact, Owner
from eligibility.sheets import Book, Sheet, read_book
from eligibility.source import Source, Span
from eligibility.spoken_values import plain
from eligibility.words import Words

HEADS: Mapping[Owner, Words] = {
    "household": Words("家庭情况", "About the household"),
    "person": Words("成员情况", "About the members"),
}
"""What stands in the first cell of the row of headings, by which a sheet is known whatever it is called."""
QUESTION, HOW = Words("问题", "Question"), Words("怎样填", "How to answer")
ANSWER, MEMBER = Words("回答", "Answer"), Words("成员", "Member ")
KEY = Words("代号（不写姓名）", "Key (not a name)")
DAY = Words("以上情况是哪一天的", "The day on which all this holds")
REMARKS = (QUESTION, HOW, Words("备注", "Remarks"), Words("说明", "Notes"), Words("备注", "Note"))
"""Columns that hold no answer."""

_FAR, _WIDE = 30, 10
"""Within so many rows and columns the headings begin."""
_OWNERS: tuple[Owner, ...] = ("household", "person")
_SINGLE = Words("取消合并，在每一格里各写一遍", "take the cells apart, and write it in each of them")
_ERROR = Words("删去它，写上值；不知道就留空", "delete it and write the value; leave it empty where that is not known")
_NO_HEAD = Words(
    f"回答写在“{ANSWER.zh}”或“{MEMBER.zh}1”“{MEMBER.zh}2”这样的列里；其他内容放在“{REMARKS[2].zh}”列",
    f"answers stand under `{ANSWER.en}`, or `{MEMBER.en}1`, `{MEMBER.en}2`; all else under `{REMARKS[2].en}`",
)


@dataclass
class _Form:
    """What was found in a workbook."""

    day: list[Entry] = field(default_factory=list)
    home: Column = field(default_factory=Column)
    members: list[Column] = field(default_factory=list)
    taken: list[tuple[str, Column | None, str]] = field(default_factory=list)


def read_form(raw: bytes, name: str, rules: Rules, stem: str, taken: dict[str, Span]) -> Profile | ProfileError:
    """Returns the profile that a form holds, or everything that is wrong with it.

    Args:
        raw: the bytes of the workbook.
        name: what the reader calls the file.
        rules: whose vocabulary the form speaks.
        stem: the id of a household that states none.
        taken: the ids of other households; it grows by this one's.

    Raises:
        Lacking: workbooks cannot be read here.
    """
    try:
        book = read_book(raw, name)
    except Refusal as refusal:
        return ProfileError([refusal.problem])
    problems = Problems()
    form = _Reading(book, name, rules, problems).form()
    node = profile_node(name, form.day, form.home, form.members)
    profile = Reader(rules, node, problems, taken).profile(stem)
    if problems.found or profile is None:
        return ProfileError(problems.found)
    return replace(profile, taken=tuple(_told(form, profile)))


def _told(form: _Form, profile: Profile) -> Iterator[Taken]:
    """Yields what was taken for something else than what is written, as the profile has it now."""
    for cell, whose, name in form.taken:
        at = next((index for index, each in enumerate(form.members) if each is whose), None)
        facts = profile.household if at is None else profile.members[at]
        yield Taken(cell, name, profile.as_of if name == "as_of" else facts[name])


class _Reading:
    """Reads the answers of a workbook."""

    def __init__(self, book: Book, name: str, rules: Rules, problems: Problems) -> None:
        self.book, self.name, self.problems = book, name, problems
        self.contents = rules.pack.contents
        self.found = _Form()

    def form(self) -> _Form:
        """Returns the answers, what is wrong noted."""
        seen: dict[Owner, Sheet] = {}
        for sheet in self.book.sheets:
            head = _head(sheet)
            if head is None:
                continue
            owner, row, column = head
            if owner in seen:
                zh, en = f"工作表“{HEADS[owner].zh}”有两张", f"two sheets begin with `{HEADS[owner].en}`"
                self.wrong(sheet, row, column, zh, en, Words("只留一张", "keep one of them"))
            else:
                seen[owner] = sheet
                self.sheet(sheet, owner, row, column)
        if "person" not in seen:
            heads = Words(HEADS["person"].zh, HEADS["person"].en)
            zh, en = f"没有以“{heads.zh}”开头的工作表", f"no sheet begins with `{heads.en}`"
            advice = Words("用 init --format xlsx 另做一张表", "make a form anew with init --format xlsx")
            self.note("", "", zh, en, advice)
        return self.found

    def sheet(self, sheet: Sheet, owner: Owner, row: int, column: int) -> None:
        """Reads one sheet below and beside its first heading."""
        columns = self.columns(sheet, owner, row, column)
        rows = dict(self.rows(sheet, owner, row, column, columns))
        self.merged(sheet, rows, columns)
        for at, whose in columns.items():
            for line, fact in rows.items():
                label = " ".join(str(sheet.at(line, column)).split())
                self.cell(sheet, (line, at), label, fact, whose)
        if owner == "household":
            self.found.home = next(iter(columns.values()), Column())
        else:
            self.found.members = [each for each in columns.values() if each.entries]

    def columns(self, sheet: Sheet, owner: Owner, row: int, column: int) -> dict[int, Column]:
        """Returns the columns of answers; any other that holds something beside a row of the form is noted."""
        found: dict[int, Column] = {}
        for at in range(column + 1, max((len(line) for line in sheet.rows), default=0)):
            title = plain(str(sheet.at(row, at)))
            if _is_answer(title, owner):
                found[at] = Column("".join(title.split()), sheet.where(row, at))
                continue
            if title in {plain(each[lang]) for each in REMARKS for lang in ("zh", "en")}:
                continue
            filled = next((line for line in range(row + 1, len(sheet.rows)) if sheet.holds(line, at)), None)
            if filled is not None:
                zh, en = "这一列的标题不是表里的", "this column has no heading of the form"
                self.wrong(sheet, row if title else filled, at, zh, en, _NO_HEAD)
        if not found:
            zh, en = "这张工作表没有回答的列", "this sheet has no column of answers"
            self.wrong(sheet, row, column, zh, en, _NO_HEAD)
        several = list(found)[1:] if owner == "household" else []
        for at in several:
            zh, en = "这一家的回答有两列", "the answers about the household stand in two columns"
            self.wrong(sheet, row, at, zh, en, Words("只留一列", "keep one of them"))
            del found[at]
        return found

    def rows(
        self, sheet: Sheet, owner: Owner, row: int, column: int, columns: Mapping[int, Column]
    ) -> Iterator[tuple[int, Fact | str]]:
        """Yields each row of answers with what it asks for; one that asks for nothing known and is answered is noted."""
        own = _labels(self.contents.schema.of(owner))
        own |= {plain(KEY[lang]): "id" for lang in ("zh", "en")}
        if owner == "household":
            own |= {plain(DAY[lang]): "as_of" for lang in ("zh", "en")}
        seen: dict[str, int] = {}
        for line in range(row + 1, len(sheet.rows)):
            label = plain(str(sheet.at(line, column)))
            answered = any(sheet.holds(line, at) for at in columns)
            fact = own.get(label)
            if fact is None and answered:
                self.unknown_row(sheet, line, column, label, owner)
            elif fact is not None and label in seen and answered:
                zh, en = "这一项有两行", "this stands in two rows"
                also = self.span(sheet.where(seen[label], column), "")
                self.problems.add(self.span(sheet.where(line, column), ""), zh, en, None, also)
            elif fact is not None:
                seen[label] = line
                yield line, fact

    def unknown_row(self, sheet: Sheet, line: int, column: int, label: str, owner: Owner) -> None:
        """Notes a row that is answered and asks for nothing that the pack knows; its label is not repeated."""
        other: Owner = "person" if owner == "household" else "household"
        if label in _labels(self.contents.schema.of(other)):
            advice = Words(f"这一项属于“{HEADS[other].zh}”", f"this belongs to `{HEADS[other].en}`")
        else:
            advice = did_you_mean(label, list(_labels(self.contents.schema.of(owner)))) or Words(
                "删去这一行，或改回表里的名称", "delete the row, or give it its name in the form again"
            )
        zh, en = "这一行不是规则包里的事实", "this row is no fact of the pack"
        self.wrong(sheet, line, column, zh, en, advice)

    def merged(self, sheet: Sheet, rows: Mapping[int, Fact | str], columns: Mapping[int, Column]) -> None:
        """Notes merged cells that hold an answer: a program reads the first of them, and the rest as empty."""
        for (top, left), (bottom, right) in sheet.merged:
            touched = [(line, at) for line in rows for at in columns if top <= line <= bottom and left <= at <= right]
            if sheet.at(top, left) != "" and touched and (len(touched) > 1 or touched != [(top, left)]):
                zh, en = "合并的单元格不知道是谁的回答", "merged cells do not say whose answer this is"
                self.wrong(sheet, top, left, zh, en, _SINGLE)

    def cell(self, sheet: Sheet, place: tuple[int, int], label: str, fact: Fact | str, whose: Column) -> None:
        """Reads one cell."""
        held, cell = sheet.at(*place), sheet.where(*place)
        if place in sheet.formulas:
            self.note(cell, label, "这里是公式", "a formula stands here", _ERROR)
            return
        if place in sheet.errors:
            self.note(cell, label, "这里是表格的错误值", "a table program left an error here", _ERROR)
            return
        if is_unknown(held):
            return
        try:
            said = say(held, fact, from_1904=self.book.from_1904)
            value = taken_as(said, fact, self.contents)
        except NotTaken as error:
            self.note(cell, label, error.words.zh, error.words.en, error.advice)
            return
        name = fact if isinstance(fact, str) else fact.name
        if not as_written(said, value, fact, held, self.contents):
            self.found.taken.append((cell, whose, name))
        bare = not isinstance(fact, str) and fact.type in {"bool", "count"}
        entry = Entry(name, label, value, cell, bare)
        (self.found.day if name == "as_of" else whose.entries).append(entry)

    def wrong(self, sheet: Sheet, row: int, column: int, zh: str, en: str, advice: Words | None = None) -> None:
        """Notes what is wrong with a cell that holds no answer."""
        self.note(sheet.where(row, column), "", zh, en, advice)

    def note(self, cell: str, label: str, zh: str, en: str, advice: Words | None = None) -> None:
        """Notes what is wrong at a cell; its value is not shown."""
        self.problems.add(self.span(cell, label), zh, en, advice)

    def span(self, cell: str, label: str) -> Span:
        """Returns a place that shows what a cell is about, and not what it holds."""
        text = f"{label}: …" if label else ""
        source = Source(self.name, text, private=True, shown={(0, len(label))}, cells=(cell,))
        return Span(source, max(0, len(text) - 1), len(text))


def _labels(facts: Iterator[Fact]) -> dict[str, Fact | str]:
    """Returns facts by whatever a row may call them."""
    return {plain(name): fact for fact in facts for name in (fact.name, fact.label.zh, fact.label.en)}


def _head(sheet: Sheet) -> tuple[Owner, int, int] | None:
    """Returns whose facts a sheet holds, and where its headings begin; None where it is another kind of sheet."""
    for row, line in enumerate(sheet.rows[:_FAR]):
        for column, held in enumerate(line[:_WIDE]):
            for owner in _OWNERS:
                if isinstance(held, str) and plain(held) in {plain(HEADS[owner][lang]) for lang in ("zh", "en")}:
                    return owner, row, column
    return None


def _is_answer(title: str, owner: Owner) -> bool:
    if owner == "household":
        return title in {plain(ANSWER.zh), plain(ANSWER.en)}
    bare = "".join(title.split())
    return any(
        bare.startswith(start) and bare[len(start) :].isdecimal() for start in (MEMBER.zh, plain(MEMBER.en).strip())
    )
