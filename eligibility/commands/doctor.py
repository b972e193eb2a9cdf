"""What this machine has and lacks, with the fix in one line: `doctor`."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eligibility import __version__
from eligibility.commands.checkup import Check, office
from eligibility.commands.console import BEIJING, console, language, load_pack, print_json, tell, today
from eligibility.commands.options import format_option, lang_option, pack_option
from eligibility.words import Words

if TYPE_CHECKING:
    from eligibility.packs.calendar import RulePack

BROKEN = 1
_OLDEST = (3, 11)
_LIBRARIES = ("click", "Jinja2", "MarkupSafe", "pydantic", "PyYAML", "python-stdnum", "rich")
_TESTING = ("hypothesis", "pytest")
_FRAMES = "─│├└·"
_CHINESE = "筛查符合待定"
_RARE = "㛃䶮𬎆"
"""Characters of real names that older Chinese encodings lack."""
_NARROWEST = 40
_CLOCK_SINCE = date(2024, 1, 1)
"""No clock that goes right shows an earlier day."""


@click.command("doctor")
@lang_option
@format_option("text", "json")
@pack_option
def doctor_command(lang: str | None, form: str, pack_folder: str | None) -> int:
    """检查这台机器：缺什么，怎么补。Looks at what this machine has and lacks, and says the fix.

    结束码 Exit codes: 0 正常 fine, 1 有问题 something is broken.

    \b
    例 Example:
      python cli.py doctor
    """  # noqa: D301 - click reads the control character
    tongue = language(lang)
    checks = [*_program(), _second_engine(), _paper(), _solver(), *_screen(lang), *_rules(pack_folder), *office()]
    checks += [_clock(), _temporary()]
    well = all(check.ok for check in checks)
    if form == "json":
        print_json({"ok": well, "checks": [_as_data(check) for check in checks]})
    else:
        _print(checks, tongue)
        broken = sum(not check.ok for check in checks)
        tell(
            Words("一切正常", "all is well")[tongue]
            if well
            else Words(f"{broken} 处问题", f"problems: {broken}")[tongue]
        )
    return 0 if well else BROKEN


def _as_data(check: Check) -> dict[str, Any]:
    fix = {"zh": check.fix.zh, "en": check.fix.en} if check.fix else None
    label, found = ({"zh": words.zh, "en": words.en} for words in (check.label, check.found))
    return {"name": check.name, "ok": check.ok, "label": label, "found": found, "fix": fix}


def _print(checks: list[Check], lang: str) -> None:
    from eligibility.words import fold

    columns = console().width
    for check in checks:
        status = check.status[lang]
        colon = Words("：", ": ")[lang]
        lines = fold(f"{check.label[lang]}{colon}{check.found[lang]}", columns - 9)
        lines += fold(Words("解决：", "fix: ")[lang] + check.fix[lang], columns - 9) if check.fix else []
        lead = status + " " * (9 - (2 * len(status) if lang == "zh" else len(status)))
        for index, line in enumerate(lines):
            click.echo((" " * 9 if index else lead) + line)


def _same(text: str) -> Words:
    return Words(text, text)


def _program() -> Iterator[Check]:
    """Looks at Python, this package, and what it needs."""
    own = sys.version_info[:3]
    text = ".".join(map(str, own))
    old = own < _OLDEST
    fix = Words("安装 Python 3.11 或更新的版本", "install Python 3.11 or newer") if old else None
    yield Check("python", _same("Python"), _same(text), fix)
    yield Check("package", _same("eligibility"), _same(__version__))
    have = {name: _version(name) for name in (*_LIBRARIES, *_TESTING)}
    lacking = [name for name in _LIBRARIES if have[name] is None]
    found = ", ".join(f"{name} {have[name] or '-'}" for name in _LIBRARIES)
    command = f"pip install {' '.join(lacking)}"
    fix = Words(f"运行 {command}", f"run {command}") if lacking else None
    yield Check("dependencies", Words("依赖的库", "libraries"), _same(found), fix)
    testing = ", ".join(f"{name} {have[name]}" for name in _TESTING if have[name])
    none = Words(
        "未安装（写测试才需要：pip install 'eligibility[testing]'）",
        "not installed (for tests: pip install 'eligibility[testing]')",
    )
    yield Check(
        "testing", Words("测试用的库（可选）", "libraries for tests (optional)"), _same(testing) if testing else none
    )


def _second_engine() -> Check:
    """Looks at whether durable-rules is there and answers right, in a process of its own: it may take one down."""
    from eligibility.engines import LIBRARY, MEASURED, lack, trial

    label = Words("第二引擎（可选）", "second engine (optional)")
    lacking = lack() or trial()
    if lacking is None:
        return Check("second-engine", label, _same(f"{LIBRARY} {MEASURED}"))
    return Check("second-engine", label, lacking.why, lacking.fix, needed=lacking.broken)


def _paper() -> Check:
    """Looks at whether a PDF can be made, and whether a font is there for characters that ours lacks."""
    from eligibility.typeset import FONTS_OF_DEBIAN, OWN, others

    label, held = Words("PDF（可选）", "PDF (optional)"), _version("typst")
    if held is None:
        found = Words("未安装 typst", "typst is not installed")
        fix = Words("运行 pip install 'eligibility[pdf]'", "run pip install 'eligibility[pdf]'")
        return Check("pdf", label, found, fix, needed=False)
    fonts = others()
    found = _same(", ".join([f"typst {held}", OWN, *fonts]))
    fix = Words(
        f"姓名中的生僻字要另装字体：{FONTS_OF_DEBIAN}", f"rare characters of names want another font: {FONTS_OF_DEBIAN}"
    )
    return Check("pdf", label, found, None if fonts else fix, needed=False)


def _solver() -> Check:
    """Looks at whether the solver is there, which proves things about rules."""
    from eligibility.solver.engine import FETCH, available

    label, held = Words("证明用的求解器（可选）", "solver for proofs (optional)"), _version("z3-solver")
    if held is None:
        return Check("solver", label, Words("未安装 z3-solver", "z3-solver is not installed"), FETCH, needed=False)
    if not available():
        found = Words(f"z3-solver {held} 不能载入，用不了", f"z3-solver {held} cannot be loaded and is not usable")
        return Check("solver", label, found, FETCH, needed=False)
    return Check("solver", label, _same(f"z3-solver {held}"))


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _screen(lang: str | None) -> Iterator[Check]:
    """Looks at what standard output can show, how wide it is, and which language is spoken."""
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    lacking = "".join(each for each in _CHINESE + _FRAMES if not _shows(each, encoding))
    rare = " ".join(f"U+{ord(each):04X}" for each in _RARE if not _shows(each, encoding))
    shown = Words(f"{encoding}，能显示全部汉字", f"{encoding}, shows every Chinese character")
    if rare:
        shown = Words(
            f"{encoding}，个别人名用字显示为 ?（如 {rare}）", f"{encoding}, some characters of names show as ? ({rare})"
        )
    fix = None
    if lacking:
        shown = Words(f"{encoding}，不能显示汉字或框线", f"{encoding}, cannot show Chinese or frames")
        fix = Words(
            "设置 PYTHONIOENCODING=utf-8（Windows 可先运行 chcp 65001）",
            "set PYTHONIOENCODING=utf-8 (on Windows: chcp 65001 first)",
        )
    yield Check("encoding", Words("输出编码", "output encoding"), shown, fix)
    columns = console().width
    fix = Words(f"把窗口放宽到 {_NARROWEST} 列以上", f"make the window {_NARROWEST} columns wide or more")
    wide = columns >= _NARROWEST
    yield Check(
        "width",
        Words("终端宽度", "terminal width"),
        Words(f"{columns} 列", f"{columns} columns"),
        None if wide else fix,
    )
    told = next(
        (f"{name}={os.environ[name]}" for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "-"
    )
    preferred = os.environ.get("ELIGIBILITY_LANG", "-")
    chosen = language(lang)
    found = f"{chosen} (--lang {lang or '-'}; ELIGIBILITY_LANG={preferred}; {told})"
    fix = (
        Words("ELIGIBILITY_LANG 写 zh 或 en", "ELIGIBILITY_LANG is zh or en")
        if preferred not in {"-", "", "zh", "en"}
        else None
    )
    yield Check("language", Words("语言", "language"), _same(found), fix)


def _shows(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def _rules(folder: str | None) -> Iterator[Check]:
    """Looks at whether the pack loads, and how many of its figures want a review."""
    from eligibility.errors import PackError

    label = Words("规则包", "rule pack")
    try:
        pack = load_pack(folder)
    except PackError as error:
        number = len(error.problems)
        found = Words(f"不能载入，{number} 处错误", f"does not load, {number} problem{'s' if number > 1 else ''}")
        yield Check(
            "pack", label, found, Words("运行 eligibility check 看每一处", "run eligibility check to see each of them")
        )
        return
    except OSError as error:
        found = Words(f"打不开 `{error.filename}`", f"`{error.filename}` cannot be opened")
        yield Check(
            "pack", label, found, Words("改正 --pack 或 ELIGIBILITY_PACK", "correct --pack or ELIGIBILITY_PACK")
        )
        return
    file = pack.contents.file
    yield Check("pack", label, _same(f"{file.id} {file.version}, {pack.contents.digest}"))
    stale, held = _stale(pack), len(pack.contents.parameters)
    zh, en = f"{held} 个参数中 {stale} 个已过复核日期", f"{stale} of {held} parameters are past their review date"
    yield Check("review", Words("待复核", "for review"), Words(zh, en))


def _stale(pack: RulePack) -> int:
    """Returns how many parameters have a value in force today whose review date is past."""
    day = today()
    tables = pack.on(day).state.figures.values()
    entries = ([entry.said.review_by for entry in table.entries.values()] for table in tables)
    return sum(any(review is not None and review < day for review in reviews) for reviews in entries)


def _clock() -> Check:
    now = datetime.now(BEIJING)
    fix = Words("校正系统时钟", "set the clock of the system") if now.date() < _CLOCK_SINCE else None
    return Check("clock", Words("时间（UTC+8）", "time (UTC+8)"), _same(f"{now:%Y-%m-%d %H:%M:%S}"), fix)


def _temporary() -> Check:
    label = Words("临时文件夹", "folder for temporary files")
    fix = Words("把 TMPDIR 设为可写的文件夹", "set TMPDIR to a folder that can be written")
    try:
        folder = tempfile.gettempdir()
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"eligibility")
    except OSError:
        return Check("temporary", label, Words("不可写", "cannot be written"), fix)
    return Check("temporary", label, Words(f"{Path(folder)} 可写", f"{Path(folder)}, writable"))
