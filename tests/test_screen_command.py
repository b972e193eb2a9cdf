"""`screen`: what a caseworker reads, in both languages, at every width, and what a machine reads."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from families import QIAO, ROOT, printed, run
from packs_for_tests import shipped

from eligibility import read_profile, screen
from eligibility.summary import Summary, waiting
from eligibility.words import width

LI = "examples/li-family.yaml"
PACK = shipped()
EXAMPLES = (path for path in (ROOT / "examples").glob("*-*.*") if not path.stem.endswith("-events"))
SIZES = [("zh", 80), ("zh", 100), ("en", 40), ("en", 100)]
FAMILIES = sorted(str(path.relative_to(ROOT)) for path in EXAMPLES)


def section(text: str, heading: str) -> str:
    """Returns what stands under a heading."""
    return text.split(f"\n{heading}\n", 1)[1].split("\n\n", 1)[0]


def test_the_head_says_day_members_and_rules() -> None:
    """Household, day, the members assumed and the rules with their digest stand first."""
    lines = printed("screen", LI).splitlines()[:4]

    assert lines[0] == "初筛结果：li-family"
    assert "2017年12月31日" in lines[1]
    assert lines[2].strip() == "家庭成员按 3 人计算（mother、child、grandfather）"
    assert "baiyin" in lines[3]


def test_what_they_can_have_stands_first_with_its_amount() -> None:
    """Each thing granted is a row: the word, what, for whom, how much and how often."""
    granted = section(printed("screen", LI, "--only", "fee-free-preschool"), "可以享受的")
    assert granted.splitlines() == [
        "  结果  事项                      对象   金额",
        "  符合  学前教育免（补助）保教费  child  每学年1,000元（减免）",
    ]

    headings = [line for line in printed("screen", LI).splitlines() if line and not line.startswith(" ")]
    assert headings[1] == "可以享受的"


def test_what_has_to_be_found_out_says_who_tells_it_and_which_paper() -> None:
    """An open answer says for whom and by number what it waits for: the fact, whose, who attests it, and the document."""
    text = printed("screen", LI, "--only", "disability-living-subsidy")

    assert section(text, "可能享受的，还要弄清").splitlines() == [
        "  - 待定  困难残疾人生活补贴，每月100元",
        "    grandfather：缺 1",
        "  要弄清的事：",
        "     什么                谁的         怎样弄清",
        "  1  领取孤儿基本生活费  grandfather  本人说明，凭孤儿、事实无人抚养儿童认定记录",
    ]


def test_every_number_of_what_is_missing_is_a_question_below() -> None:
    """Whatever an answer says it waits for stands among the questions under the same number, and each is waited for."""
    text = printed("screen", LI)
    needed = set()
    for line in re.findall(r"缺 (\d(?:[\d、\s-]*\d)?)", text):
        for part in "".join(line.split()).split("、"):
            first, _, last = part.partition("-")
            needed |= {*range(int(first), int(last or first) + 1)}
    numbers = [int(each) for each in re.findall(r"^  (\d+) ", section(text, "可能享受的，还要弄清"), re.MULTILINE)]

    assert numbers == [*range(1, len(numbers) + 1)]
    assert needed == set(numbers)


@pytest.mark.parametrize("path", FAMILIES)
def test_what_most_answers_wait_for_is_asked_first(path: str) -> None:
    """Questions stand in the order of how many answers wait for them, open services not counted."""
    profile = read_profile(ROOT / path, PACK.on(date(2017, 12, 31)))
    assert profile.as_of is not None
    found = screen(PACK.on(profile.as_of), profile)
    open_ones = [each for each in found.determinations if each.outcome != "ineligible" and each.promise != "open"]
    waited = Counter(item.name for each in open_ones for item in waiting(each))
    asked = [question.name for question in Summary(found).questions]

    assert set(asked) == set(waited)
    assert [waited[name] for name in asked] == sorted(waited.values(), reverse=True)


def test_what_opens_later_says_from_when() -> None:
    """What the law or the years will open has its first day."""
    later = section(printed("screen", "examples/zhang-boarders.yaml"), "以后会符合的")

    assert "2019年9月1日起" in later
    assert "younger" in later


def test_what_is_closed_says_by_which_criterion_and_where_it_is_written() -> None:
    """One deciding criterion stands under each closed entitlement, with a number that the sources explain."""
    text = printed("screen", LI)
    closed = re.search(
        r"不符合  最低生活保障 · 全家\n    属排除情形：家庭已享受低保 (\[\d+\])\n", section(text, "不符合的")
    )

    assert closed is not None
    assert f"{closed[1]} 最低生活保障审核审批办法" in section(text, "出处")


def test_all_shows_every_criterion_of_what_is_closed() -> None:
    """`--all` tells of a closed entitlement what is met as well."""
    closed = section(printed("screen", LI, "--all", "--lang", "en"), "Closed")

    assert "met: Gansu household registration" in closed


def test_the_sums_add_cash_and_waivers_each_for_itself() -> None:
    """M23: cash times twelve, waivers by the school year, never in one sum."""
    known = ["- cash: 1,200 yuan a year", "- waived: 1,000 yuan a year"]
    only = ["--only", "fee-free-preschool", "--only", "severe-disability-nursing-subsidy"]
    sums = section(printed("screen", LI, *only, "--lang", "en"), "Known sums")
    assert [line.strip() for line in sums.splitlines()] == known

    whole = section(printed("screen", LI, "--lang", "en"), "Known sums")
    assert [line.strip() for line in whole.splitlines()][:2] == known


def test_what_is_unknown_stands_beside_the_sums() -> None:
    """M23: an amount that is not known is counted as one, and not added."""
    sums = section(printed("screen", "examples/zhao-guarantee.yaml", "--lang", "en"), "Known sums")
    assert "not counted: 1 by decision of an office, of unknown amount" in sums


def test_a_paper_stands_once_with_its_issuer_and_who_fetches_it() -> None:
    """The household register, needed for two things, is listed once, below what has to be brought."""
    papers = section(printed("screen", LI), "申请材料")
    bring, looked_up = papers.split("部门可以自行核验")

    assert papers.count("户口簿") == 1
    assert "- 户口簿（公安机关）" in looked_up
    assert "[ ] 居民身份证（公安机关）" in bring


def test_every_report_says_that_it_is_no_decision_and_where_to_object() -> None:
    """The notice and the right to object end every report, in both languages."""
    assert "初筛，不是审批决定：" in section(printed("screen", LI), "请注意")
    assert "administrative review" in section(printed("screen", LI, "--lang", "en"), "Please note")


def test_members_with_the_same_answer_stand_in_one_row() -> None:
    """Twins in one kindergarten are one row with an amount for each, and the dead are not counted."""
    text = printed("screen", "-", given=QIAO)

    assert "家庭成员按 3 人计算（nana、twin-a、twin-b）" in text
    assert "twin-a、twin-b  各每学年1,000元（减免）" in text
    assert "减免：每年2,000元" in text


MISTYPED = """\
as_of: 2017-12-31
members: [{id: a}, {id: b, name: Bai-Marker, birth_date: 2071-02-01}, {id: c, died: true}]
"""
"""Two members who do not count: a birth date with two digits swapped, and somebody who has died."""


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "没有算作家庭成员：b（出生日期在2017年12月31日之后，请核对）、c（已去世）"),
        (
            "en",
            "not counted as members: b (the date of birth is after 31 December 2017: please check it), c (died)",
        ),
    ],
)
def test_who_does_not_count_is_named_with_the_reason(lang: str, said: str) -> None:
    """M4: the head, the tree of `explain` and `validate` name who was left out and why, and never the value."""
    joined = ("" if lang == "zh" else " ").join
    for command in (["screen", "-"], ["explain", "-", "fee-free-preschool"], ["validate", "-"]):
        text = printed(*command, "--lang", lang, given=MISTYPED)
        plain = joined(line.strip("├└│─ ") for line in text.splitlines())
        assert said.replace(" ", "") in plain.replace(" ", "")
        assert "2071" not in text
    markdown = printed("screen", "-", "--format", "markdown", "--lang", lang, given=MISTYPED)
    assert said in markdown
    assert "Bai-Marker (b)" in printed("screen", "-", "--show-personal", given=MISTYPED)


def test_who_does_not_count_is_in_the_json_too() -> None:
    """M4: `screen` and `validate` carry the same list for machines."""
    for command in ("screen", "validate"):
        found = json.loads(printed(command, "-", "--format", "json", given=MISTYPED))
        assert found["left_out"] == [{"id": "b", "why": "not_born"}, {"id": "c", "why": "died"}]


def test_to_explain_somebody_who_does_not_count_says_why() -> None:
    """M4: asked about a member who was left out, `explain` does not just say that there is no answer."""
    done = run("explain", "-", "fee-free-preschool", "c", "--lang", "en", given=MISTYPED.encode())

    assert done.returncode == 2
    assert "`c` is no subject of `fee-free-preschool`: died" in done.stderr.decode()


def test_a_question_stands_once_for_everybody() -> None:
    """What is missing of several members is one line that names them all."""
    family = 'members: [{id: a, hukou_county: "620402"}, {id: b, hukou_county: "620402"}]'
    asked = section(printed("screen", "-", "--as-of", "2017-12-31", given=family), "可能享受的，还要弄清")

    assert asked.count("就读学段") == 1
    assert "a、b" in next(line for line in asked.splitlines() if "就读学段" in line)


def test_names_are_shown_only_when_asked_for() -> None:
    """A member is called by the id; `--show-personal` adds the name."""
    assert "Qiaoxing" not in printed("screen", "-", given=QIAO)
    assert "Qiaoxing-Marker (nana)" in printed("screen", "-", "--show-personal", given=QIAO)
    assert "Qiaoxing" not in printed("screen", "-", "--format", "json", given=QIAO)


@pytest.mark.parametrize(
    ("lang", "columns"),
    [("zh", 40), ("en", 80), *(pytest.param(*each, marks=pytest.mark.slow) for each in SIZES)],
)
def test_no_line_is_wider_than_the_page(lang: str, columns: int) -> None:
    """Of every family every line stays inside the width and ends without spaces."""
    text = printed("screen", *FAMILIES, "--lang", lang, environment={"COLUMNS": str(columns)})

    assert text.count("初筛结果：" if lang == "zh" else "Screening of ") == len(FAMILIES)
    assert [line for line in text.splitlines() if width(line) > columns or line != line.rstrip()] == []


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "utf-8"])
def test_no_console_breaks_it(encoding: str) -> None:
    """A GBK console shows every character; an ASCII one shows `?` and is told how to see more, once."""
    done = run("screen", LI, environment={"PYTHONUTF8": "0", "PYTHONIOENCODING": encoding})

    assert done.returncode == 0
    text = done.stdout.decode(encoding)
    assert ("?" in text) is (encoding == "ascii")
    assert done.stderr.decode("ascii", errors="replace").count("PYTHONIOENCODING") == (encoding == "ascii")


def test_colours_are_for_terminals() -> None:
    """A pipe gets no colour, whatever the environment would like."""
    assert "\x1b" not in printed("screen", LI, environment={"FORCE_COLOR": "1", "TERM": "xterm-256color"})


def test_markdown_is_a_page() -> None:
    """`--format markdown` gives a title, headings and tables."""
    page = printed("screen", LI, "--format", "markdown")

    assert page.startswith("# 初筛结果：li-family\n")
    assert "| 符合 | 重度残疾人护理补贴 | grandfather | 每月100元 |" in page


def test_only_limits_everything() -> None:
    """`--only` leaves nothing else in the report, what opens later included; out of force it says so."""
    found = json.loads(printed("screen", LI, "--only", "fee-free-preschool", "--format", "json"))
    done = run("screen", LI, "--only", "fee-free-preschool", "--as-of", "2015-01-01")

    assert {each["entitlement"] for each in found["determinations"]} == {"fee-free-preschool"}
    assert "自2016年3月1日起施行" in "".join(done.stderr.decode().split())


def test_the_day_asked_for_beats_that_of_the_profile() -> None:
    """M9: `--as-of`, then the profile's day; where they differ the report says that facts are taken to last."""
    text = printed("screen", LI, "--as-of", "2018-06-30", "--lang", "en")

    assert "as of 30 June 2018" in text
    assert "the facts are of 31 December 2017 and are taken to last" in " ".join(text.split())


def test_an_open_list_is_said() -> None:
    """M2: where more members may exist the head says so."""
    assert "可能还有别人" in printed("screen", "examples/open-list.json")


def test_several_files_are_a_line_each() -> None:
    """Several profiles come out as one JSON object a line, in order."""
    lines = printed("screen", LI, "examples/ma-care.yaml", "--format", "json").splitlines()

    assert [json.loads(line)["household"] for line in lines] == ["li-family", "ma-care"]


def test_of_several_files_nothing_is_computed_when_one_is_wrong(tmp_path: Path) -> None:
    """One wrong file among several: every error, nothing on standard output, and 3."""
    bad = tmp_path / "bad.yaml"
    bad.write_text("members: [{id: a, agee: 3}]\n", "utf-8")
    done = run("screen", LI, str(bad))

    assert (done.returncode, done.stdout) == (3, b"")
    assert b"agee" in done.stderr


def test_in_a_stream_the_others_go_on() -> None:
    """A wrong profile in a stream is told, the others are screened, and it ends with 4."""
    stream = (
        b"id: one\nmembers: [{id: a}]\n---\nid: two\nmembers: [{id: a, agee: 3}]\n---\nid: three\nmembers: [{id: a}]\n"
    )
    done = run("screen", "-", "--format", "json", given=stream)

    assert done.returncode == 4
    assert [json.loads(line)["household"] for line in done.stdout.splitlines()] == ["one", "three"]
    assert b"agee" in done.stderr


def test_json_lines_are_a_stream() -> None:
    """JSON Lines come out as lines in the same order."""
    lines = printed("screen", "-", "--format", "json", given='{"id": "x", "members": []}\n{"id": "y", "members": []}\n')

    assert [json.loads(line)["household"] for line in lines.splitlines()] == ["x", "y"]


def test_notes_go_to_standard_error() -> None:
    """A county that the pack does not list is a note, and the data stay clean."""
    done = run("screen", "-", "--format", "json", given=b'members: [{id: a, hukou_county: "620199"}]\n')

    assert done.returncode == 0
    assert "规则包没有列出这个县区" in done.stderr.decode()
    assert json.loads(done.stdout)["household"] == "stdin"


def test_the_help_has_an_example_that_works() -> None:
    """The example in the help runs from a checkout."""
    text = printed("screen", "--help")
    example = next(line.split() for line in text.splitlines() if "python cli.py" in line)

    assert printed(*example[2:])
    assert "Screens" in text
    assert "筛查" in text


def test_a_household_without_members_is_told_so() -> None:
    """An empty list is no finding about a family: the report and standard error say that nobody was screened."""
    done = run("screen", "-", "--lang", "en", given=b"members: []\n")

    assert done.returncode == 0
    assert "nobody was screened" in done.stderr.decode()
    assert "no member is listed" in " ".join(done.stdout.decode().split())


def test_a_day_on_which_the_pack_holds_no_law_is_told_so() -> None:
    """Before the first law of the pack nothing is certain for that reason, and the reader is told."""
    done = run("screen", LI, "--as-of", "2015-12-31", "--lang", "en")

    assert "nothing in the pack is in force on this day" in done.stderr.decode()


def test_a_file_named_after_a_resident_number_does_not_head_the_page(tmp_path: Path) -> None:
    """The number in a file's name is no id: it stands on no page."""
    number = "110101199003070011"
    (tmp_path / f"zhang-{number}.yaml").write_text("members: [{id: a}]\n", "utf-8")

    done = run("screen", str(tmp_path / f"zhang-{number}.yaml"), "--format", "json")

    assert json.loads(done.stdout)["household"] == "zhang-…"
    assert number.encode() not in done.stdout
