"""Both languages have everything: each label, question, message and error, with no word of the other one in it."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from families import run
from offices import premises
from pydantic import BaseModel
from test_help import examples

from eligibility import RulePack, speech
from eligibility.commands import COMMANDS, cli
from eligibility.commands.manual import Context
from eligibility.money import spoken
from eligibility.words import Words

ROOT = Path(__file__).resolve().parent.parent
PACKS = [ROOT / "rules/baiyin", *sorted(path.parent for path in (ROOT / "examples/packs").glob("*/pack.yaml"))]
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
QUOTED = re.compile(r"`[^`]*`")
PAIRS = {"Words", "say", "Wrong", "wrong", "refuse", "pick", "NotUnderstood", "Said"}
"""What takes a text in Chinese and then the same in English."""
UNSAID = {"级", "类", "周岁"}
"""Units that English leaves out: `grade 3`, not `3 grades`."""
MACHINES = ("schema", "init", "completion")
"""What prints both languages, or words of machines."""


def texts(node: ast.expr) -> str | None:
    """Returns what a literal says, its holes as `{}`; None where it is none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values)
    return None


def pairs(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yields each pair of texts of a module: where, Chinese, English; `zh, en = …` as well."""
    line = 0
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        both: list[ast.expr] = []
        if isinstance(node, ast.stmt | ast.expr):
            line = node.lineno
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            both = node.args[:2] if name in PAIRS else node.args[1:3] if name in {"add", "note"} else []
        elif (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Tuple)
            and isinstance(node.value, ast.Tuple)
        ):
            names = [getattr(each, "id", "") for each in node.targets[0].elts]
            both = node.value.elts if names == ["zh", "en"] else []
        said = [texts(each) for each in both]
        if len(said) == 2 and said[0] is not None and said[1] is not None:
            yield f"{path.name}:{line}", said[0], said[1]


def gap(zh: str, en: str) -> str | None:
    """Returns what one of two texts lacks; what stands in backticks, holes and signs are the same in both."""
    if HAN.search(QUOTED.sub("", en)):
        return "Chinese in English"
    words = re.sub(r"\{\}|[^A-Za-z]", "", QUOTED.sub("", en))
    if zh in UNSAID and not en:
        return None
    if bool(zh.strip()) != bool(en.strip()):
        return "one is empty"
    if len(words) > 3 and not HAN.search(zh) and "{}" not in zh and zh != en:
        return "no Chinese"
    return None


def test_each_text_of_the_program_is_there_in_both_languages() -> None:
    """No message, error, heading or word of the program lacks one language."""
    found = [each for path in (ROOT / "eligibility").rglob("*.py") for each in pairs(path)]

    assert len(found) > 800
    assert [(where, zh, en) for where, zh, en in found if gap(zh, en)] == []


@pytest.mark.parametrize(
    ("zh", "en"), [("没有", ""), ("none here", "nothing here"), ("没有", "没有 here"), ("", "nothing")]
)
def test_a_gap_is_found(zh: str, en: str) -> None:
    """A text that is empty, or in the other language, is noticed."""
    assert gap(zh, en) is not None


def words_in(thing: object, where: str = "") -> Iterator[tuple[str, Words]]:
    """Yields every text in two languages that a thing holds, with the way to it."""
    if isinstance(thing, Words):
        yield where, thing
    elif isinstance(thing, BaseModel):
        for name in type(thing).model_fields:
            yield from words_in(getattr(thing, name), f"{where}.{name}")
    elif isinstance(thing, dict) or hasattr(thing, "items"):
        for key, value in thing.items():
            yield from words_in(value, f"{where}.{key}")
    elif isinstance(thing, (list, tuple)):
        for at, value in enumerate(thing):
            yield from words_in(value, f"{where}[{at}]")


@pytest.mark.parametrize("folder", PACKS, ids=lambda path: path.name)
def test_each_text_of_a_pack_is_there_in_both_languages(folder: Path) -> None:
    """No label, question, note or notice of a pack lacks one language."""
    contents = RulePack.load(folder).contents
    things = {name: getattr(contents, name) for name in vars(contents)} | {
        "facts": dict(contents.schema.facts),
        "attesters": dict(contents.schema.attesters),
        "integrity": contents.schema.integrity,
    }
    found = dict(words_in(things))

    assert len(found) > 20
    assert {where: words for where, words in found.items() if gap(words.zh, words.en)} == {}


@pytest.mark.parametrize("line", [line for line in examples() if not line.startswith(MACHINES)])
def test_english_output_holds_no_chinese(line: str, tmp_path: Path) -> None:
    """What a command says in English has no Chinese character in it, on either stream."""
    small = line.replace("rules/baiyin", "examples/packs/heating")
    done = run(*shlex.split(small), "--lang", "en", folder=premises(tmp_path))
    said = [each for each in (done.stdout + done.stderr).decode("utf-8", "replace").splitlines() if HAN.search(each)]

    assert done.returncode in {0, 1}  # 1: it found something, and says so
    assert said == []


@pytest.mark.parametrize(
    ("line", "lang"),
    [
        (line, lang)
        for line in (
            "screen examples/li-family.yaml",
            "screen examples/zhang-boarders.yaml",
            "list",
            "timeline examples/li-family.yaml",
        )
        for lang in ("zh", "en")
    ],
)
def test_days_and_sums_read_as_people_write_them(line: str, lang: str, tmp_path: Path) -> None:
    """No day stands as `2017-12-31`, and no sum of a thousand or more without its commas, in what people read."""
    told = run(*shlex.split(line), "--lang", lang, folder=premises(tmp_path)).stdout.decode()

    assert re.findall(r"\d{4}-\d\d-\d\d", told) == []
    assert re.findall(r"\d{4,} ?(?:元|yuan)", told) == []
    assert re.search(r"20\d\d年\d+月\d+日" if lang == "zh" else r"\d+ [A-Z][a-z]+ 20\d\d", " ".join(told.split()))


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_is_in_both_languages(name: str) -> None:
    """Each paragraph and each option of each help says in Chinese and in English what it means."""
    context = cli.make_context("eligibility", [name or "doctor"])
    command = cli.get_command(context, name) if name else cli
    assert command is not None
    told = command.get_help(Context(command, info_name=name or "eligibility", terminal_width=5000))
    # A name that stands alone has its meaning on the next line; what one can copy has no language.
    alone = re.compile(r"\s+(-\S+( \S+)*|(python cli\.py|eligibility) .*)")
    said = [each for each in told.splitlines() if each.strip() and (HAN.search(each) or not alone.fullmatch(each))]

    assert [part for part in said if not HAN.search(part)] == []
    assert [part for part in said if not re.search(r"[A-Za-z]{2}", part)] == []


def test_how_a_day_and_a_sum_are_said() -> None:
    """Chinese puts the year first and the period before the sum, English both behind."""
    assert [speech.day(date(2017, 3, 1), lang) for lang in ("zh", "en")] == ["2017年3月1日", "1 March 2017"]
    assert [spoken("1450", "month", lang) for lang in ("zh", "en")] == ["每月1,450元", "1,450 yuan a month"]
