"""The closing screen of `batch`: what a run came to, and where its files are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from eligibility.commands.console import console, note, print_json
from eligibility.words import Words

if TYPE_CHECKING:
    from eligibility.commands.batching import Asked
    from eligibility.page import Section
    from eligibility.population import Population
    from eligibility.runs.manifest import Counts

_FILES = {
    "manifest": Words("依据和校验值", "what it rests on, and digests"),
    "determinations": Words("每项结果一行", "a row for each answer"),
    "persons": Words("每人一行", "a row for each person"),
    "households": Words("每户一行", "a row for each household"),
    "wide": Words("每人、每户一行", "a row for each person and household"),
    "entitlements": Words("各事项的名称和代码", "names and codes of the entitlements"),
    "rejects": Words("被拒的行和原因", "rows that were refused, and why"),
    "remarks": Words("读表时的说明", "what was taken for what"),
    "summary": Words("汇总", "totals"),
    "report": Words("汇总报告", "the totals as a page with charts"),
    "coming": Words("90 天内将符合或不再符合的", "who becomes entitled, or ceases to be, within 90 days"),
    "homes": Words("筛查过的户，供 diff-run 比较", "which households were screened, for diff-run"),
    "people": Words("筛查过的人，供 diff-run 比较", "who was screened, for diff-run"),
    "take-up": Words("应享未享、在享待核实", "what is due and not received, and what is received and to be checked"),
}
"""What the files of a run are."""
_ANSWERS = (Words("项次", "answers"), Words("另计：面向所有人的服务", "apart: services open to all"))
_EXPLAIN = Words(
    "查一行的理由：同样的命令加 --explain 文件:行", "why a row came out so: the same command with --explain FILE:ROW"
)
_REFUSED = Words(
    "被拒的行在 rejects.csv；改正后换一个文件夹再筛",
    "the rows that were refused are in rejects.csv: correct them, and screen again into another folder",
)


def tell(asked: Asked, done: Population) -> None:
    """Prints what a run came to: for people, or for machines where the files are for machines too."""
    if asked.form == "json":
        found = json.loads(done.manifest.written())
        print_json({key: value for key, value in found.items() if key != "pieces"})
        if not _rulings(asked, done):
            note(_in_force(asked, done)[asked.said])
        return
    from eligibility.commands.terminal import show

    show(list(_sections(asked, done)), console())


def _sections(asked: Asked, done: Population) -> Iterator[Section]:
    """Yields what people see."""
    from eligibility import speech
    from eligibility.page import Section, Table

    lang, counts = asked.said, done.counts
    file = asked.rules.pack.contents.file
    yield Section(Words("批量筛查已完成", "The tables are screened")[lang], tuple(_basis(asked, done)))
    names = ("eligible", "undetermined", "ineligible")
    apart = ("", "open_") if any(getattr(counts, f"open_{name}") for name in names) else ("",)
    rows = tuple(
        (speech.OUTCOMES[name][lang], *(f"{getattr(counts, each + name):,}" for each in apart)) for name in names
    )
    head = tuple(words[lang] for words in (Words("结果", "result"), *_ANSWERS[: len(apart)]))
    yield Section(Words("结果", "Answers")[lang], (Table(head, rows, ("true", "unknown", "false")),))
    hints = (_REFUSED, _EXPLAIN) if counts.refused else (_EXPLAIN,)
    place = done.folder.as_posix()
    heading = Words(f"文件在 {place}", f"Files in {place}")[lang]
    yield Section(heading, (tuple(_files(done, lang)), *(each[lang] for each in hints)))
    yield Section(Words("请注意", "Please note")[lang], (file.notice[lang], file.objection[lang]))


def _basis(asked: Asked, done: Population) -> Iterator[str]:
    """Yields which law counts, which rules, what else the run rests on, and how many were read."""
    from eligibility.speech import day
    from eligibility.totals.resting import chosen

    lang, basis = asked.said, done.manifest.basis
    digest = basis.digest.removeprefix("sha256:")[:12]
    zh, en = (day(basis.as_of, each) for each in ("zh", "en"))
    yield Words(f"按{zh}的规定（初筛，不是审批决定）", f"as of {en}; a first screening, not a decision")[lang]
    yield _in_force(asked, done)[lang]
    rules = f"{basis.pack} {basis.version}"
    yield Words(f"规则包：{rules}（摘要 {digest}）", f"rules: {rules} ({digest})")[lang]
    yield from (words[lang] for words in chosen(basis, asked.rules.pack.contents))
    yield from (words[lang] for words in _counts(done.counts))


def _rulings(asked: Asked, done: Population) -> int:
    """Returns how many entitlements were asked for that were in force on the day of the run."""
    from eligibility.runs.answers import asked as rulings

    # The tables may have named the day.
    return len(rulings(asked.rules.pack.on(done.manifest.basis.as_of), asked.only))


def _in_force(asked: Asked, done: Population) -> Words:
    """Returns how many entitlements were asked for, or that none was in force on the day."""
    from eligibility.totals.resting import in_force

    return in_force(_rulings(asked, done), some=bool(asked.only))


def _counts(counts: Counts) -> Iterator[Words]:
    """Yields how many were read, answered and refused."""
    persons, households = f"{counts.persons:,}", f"{counts.households:,}"
    yield Words(f"{persons} 人，{households} 户", f"persons {persons}, households {households}")
    rows, answered, refused = (f"{each:,}" for each in (counts.rows, counts.answered, counts.refused))
    zh = f"读入 {rows} 行：结果里 {answered} 行，被拒 {refused} 行"
    yield Words(zh, f"rows read {rows}: {answered} in the results, {refused} refused")


def _files(done: Population, lang: str) -> Iterator[str]:
    """Yields where the results are: each file of the whole, and each folder that the chunks fill."""
    inside = {*done.manifest.files, *(name for piece in done.manifest.pieces for name in piece.files)}
    places = {name if "/" not in name else f"{Path(name).parent.as_posix()}/" for name in inside}
    for place in sorted({"manifest.json", *places}):
        what = _FILES.get(Path(place).stem)
        yield place + (Words(f"：{what.zh}", f": {what.en}")[lang] if what else "")
