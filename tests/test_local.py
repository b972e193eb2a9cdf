"""Local figures: a file laid over a pack, its sources with it, and what is refused in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from packs_for_tests import LABEL, figure, make_pack, only, rule, screened

from eligibility import PackError, RulePack, read_profile, screen

FIGURES = figure("line", "from: 2000-01-01, unknown: LABEL") + figure(
    "line_floor", "from: 2000-01-01, value: 300\nfrom: 2021-01-01, value: 400"
)
RULES = {
    "one": rule(
        "one", criteria={"all": "true"}, benefit=f"\n  kind: cash\n  label: {LABEL}\n  amount: line\n  per: month"
    )
}
NOTICE = f"sources:\n  notice: {{title: {LABEL}, confidence: seen}}\n"
Laid = Callable[[str], RulePack]


@pytest.fixture
def laid(tmp_path: Path) -> Laid:
    """Returns a function that lays a text of local figures over a small pack."""
    make_pack(tmp_path / "pack", rules=RULES, parameters=FIGURES)

    def lay(text: str) -> RulePack:
        file = tmp_path / "county.yaml"
        file.write_text(text, "utf-8")
        return RulePack.load(tmp_path / "pack", local=[file])

    return lay


def values(line: str, name: str = "line") -> str:
    """Returns a text with one local value."""
    return f"{NOTICE}parameters:\n  {name}:\n    values:\n      - {{{line}, source: notice, confidence: seen}}\n"


def test_a_local_figure_takes_the_mark_away(laid: Laid) -> None:
    """What was unknown becomes an amount, its mark goes, and the digest tells that other figures answered."""
    before = only(screened(laid(values("from: 2030-01-01, value: 500")), {}))
    after = only(screened(laid(values("from: 2020-01-01, value: 500")), {}))

    assert (before.amount, before.marks) == (None, ("figure_unknown",))
    assert (str(after.amount), after.marks) == ("每月500元", ())


def test_the_digest_counts_what_is_laid_and_not_its_name(laid: Laid, tmp_path: Path) -> None:
    """The same figures under another name are the same rules, other figures are other rules."""
    text = values("from: 2020-01-01, value: 500")
    first = laid(text).contents.digest
    (tmp_path / "other.yaml").write_text(text, "utf-8")

    assert RulePack.load(tmp_path / "pack", local=[tmp_path / "other.yaml"]).contents.digest == first
    assert laid(values("from: 2020-01-01, value: 501")).contents.digest != first


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (values("from: 2020-01-01, value: 200"), "county.yaml:6:10: this is below the floor `line_floor`"),
        (values("from: 2020-01-01, value: 350"), "below the floor `line_floor` in force from 2021-01-01"),
        (values("from: 2020-01-01, value: 500", "lime"), "there is no parameter `lime`"),
        (values("from: 2000-01-01, value: 100", "basic"), "overlaps a value that the pack has"),
        (values("from: 2020-01-01, value: 五百"), "`五百` is no value of `line`"),
        (values("from: 2020-01-01, value: 500, place: '620402'"), "nothing selects by place"),
        (
            values("from: 2020-01-01, value: 500").replace("source: notice", "source: notise"),
            "there is no source `notise`",
        ),
        (values("from: 2020-01-01, value: 500").replace(", source: notice", ""), "`source` is missing"),
        (values("from: 2020-01-01, value: 500").replace("notice:", "law:", 1), "the pack has a source `law` already"),
        (values("from: 2020-01-01, value: 500") + "rules: {}\n", "there is no field `rules` here"),
        (NOTICE, "`parameters` is missing"),
        ("- 5\n", "a mapping (key: value) belongs here"),
        ("", "the file is empty"),
    ],
    ids=lambda each: each[-30:],
)
def test_what_is_wrong_in_it_is_said_at_its_place(laid: Laid, text: str, said: str) -> None:
    """Each mistake in a file of local figures is refused under that file's own name."""
    with pytest.raises(PackError) as caught:
        laid(text)

    assert said in caught.value.text("en")
    assert all("county.yaml" in each.span.where for each in caught.value.problems if each.span)


def test_a_file_in_another_encoding_is_refused_by_name(tmp_path: Path) -> None:
    """GBK is named, as it is for every file of a pack."""
    make_pack(tmp_path / "pack", rules=RULES, parameters=FIGURES)
    (tmp_path / "county.yaml").write_bytes("parameters: 标准".encode("gbk"))

    with pytest.raises(PackError, match="GBK"):
        RulePack.load(tmp_path / "pack", local=[tmp_path / "county.yaml"])


@pytest.mark.parametrize("day", ["2017-12-31", "2018-06-30", "2026-07-01"])
@pytest.mark.parametrize(("income", "outcome"), [("519.99", "eligible"), ("520", "ineligible")])
def test_a_countys_guarantee_line_settles_both_sides(tmp_path: Path, day: str, income: str, outcome: str) -> None:
    """With the line of the county laid over the pack that ships, nothing waits for a provincial floor that is not held."""
    figures = "\n".join(
        f"      - {{{days}, place: '620402', value: 520, source: notice, confidence: seen}}"
        for days in ("from: 2016-01-01, to: 2018-12-31", "from: 2022-01-01")
    )
    text = f"{NOTICE}parameters:\n  urban_guarantee_line:\n    values:\n{figures}\n"
    (tmp_path / "county.yaml").write_text(text, "utf-8")
    rules = RulePack.default(local=[tmp_path / "county.yaml"]).on(date.fromisoformat(day))
    family = {
        "household": {"residence_county": "620402", "area": "urban", "dibao": "none", "assets_within_limits": True},
        "members": [
            {
                "id": "a",
                "relation": "head",
                "hukou_county": "620402",
                "monthly_income": income,
                "in_prison": False,
                "clergy_away_3_years": False,
            }
        ],
    }

    answer = screen(rules, read_profile(family, rules), ["minimum-living-guarantee"]).find(
        "minimum-living-guarantee", "household"
    )

    assert answer is not None
    assert answer.outcome == outcome
