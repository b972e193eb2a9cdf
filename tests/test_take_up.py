"""Take-up: who is entitled and does not draw it, who draws what is refused, and who draws what is open, with the reasons."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from drawn_city import DrawnCity, drawn
from packs_for_tests import LABEL, benefit, family, make_pack, rule

from eligibility import Profile, RulePack, screen
from eligibility.columns.frames import to_frames
from eligibility.determinations import Determination, benefit_of
from eligibility.explain import explanation
from eligibility.money import fen
from eligibility.packages import apart
from eligibility.page import tree
from eligibility.summary import deciding, truths
from eligibility.targets.columnar import answer
from eligibility.totals.takeup import TakeUp, take_up
from eligibility.totals.visits import gathered, ordered, said, told

DAY = date(2020, 6, 1)
Listed = set[tuple[str, str, str, str]]


def listed(rows: pl.DataFrame) -> Listed:
    """Returns who is on which list for what."""
    return {
        (each, home, id or "household", what)
        for each, home, id, what in rows.select("list", "household_id", "id", "entitlement").iter_rows()
    }


def rivals(city: DrawnCity) -> set[frozenset[str]]:
    """Returns which entitlements may not be drawn together."""
    found = set()
    for one in (ruling.entitlement for ruling in city.rules.state.rulings):
        found |= {frozenset({one.id, other}) for other in (*one.not_with, *one.higher_of)}
    return found


AGAIN = {
    "minimum-living-guarantee": "already-on-guarantee",
    "single-person-minimum-living-guarantee": "already-single-person-guarantee",
    "extreme-poverty-support": "already-supported",
    "orphan-allowance": "already-paid",
    "unattended-child-allowance": "already-paid",
}
"""The exclusions that say no more than that something is drawn already."""
SHOWN: dict[str, tuple[str, set[Any]]] = {
    "minimum-living-guarantee": ("dibao", {"urban", "rural"}),
    "single-person-minimum-living-guarantee": ("single_person_dibao", {"urban", "rural"}),
    "extreme-poverty-support": ("extreme_poverty_support", {True}),
    "orphan-allowance": ("receives_orphan_allowance", {True}),
    "unattended-child-allowance": ("unattended_child_allowance", {"top_up", "full"}),
    "resident-medical-insurance": ("medical_scheme", {"resident"}),
    "residence-permit": ("residence_permit_province", {"62"}),
}
"""The facts that show what is drawn, and their values."""
UNASKED = {
    "compulsory-education-fee-exemption",
    "free-textbooks",
    "vocational-school-fee-exemption",
    "rural-school-nutrition",
}


def regardless(found: Determination) -> str:
    """Returns what somebody is answered who has something already."""
    parts = [(part, truth) for part, truth in truths(found) if part.id != AGAIN.get(found.entitlement)]
    if found.outcome != "ineligible" or len(parts) == len(list(truths(found))):
        return found.outcome
    if any(truth is part.exclusion for part, truth in parts):
        return "ineligible"
    return "undetermined" if any(truth is None for _, truth in parts) else "eligible"


def shown(each: Determination, profile: Profile) -> bool | None:
    """Returns whether facts show that something is drawn; None where they do not tell."""
    name, values = SHOWN.get(each.entitlement, ("", set[Any]()))
    member = next((one for one in profile.members if str(one["id"]) == each.subject), profile.household)
    return None if name not in member else member[name] in values


def expected(city: DrawnCity) -> tuple[Listed, Counter[tuple[str, str]]]:
    """Returns the lists and the counts, worked out answer by answer."""
    rows, counts, pairs = set(), Counter[tuple[str, str]](), rivals(city)
    for profile, screening in city.each():
        stated = [each.get("receives") for each in profile.members]
        drawn_by = {str(each["id"]): each.get("receives") for each in profile.members}
        by_anybody = frozenset[str]().union(*(each for each in stated if each is not None))
        for each in screening.determinations:
            if each.promise == "open":
                continue
            id, kind = each.entitlement, benefit_of(each)
            mine = drawn_by.get(each.subject) if each.subject != "household" else None
            if each.subject == "household":
                got = True if id in by_anybody else None if None in stated else False
                held = by_anybody
            else:
                got = None if mine is None else id in mine
                held = (mine or frozenset()) | {other for other in by_anybody if _is_whole(city, other)}
            got = got or (shown(each, profile) if shown(each, profile) is not None else got)
            status = _status(
                regardless(each) if got else each.outcome,
                got,
                barred=any(frozenset({id, other}) in pairs for other in held),
            )
            if status is None:
                continue
            counts[status, id] += 1
            used = kind is None or (kind.kind in {"service", "priority"} and not kind.amount) or id in UNASKED
            if status in {"unentitled", "unsettled"} or (status in {"unclaimed", "barred"} and not used):
                rows.add((status, profile.id, each.subject, id))
    return rows, counts


def _is_whole(city: DrawnCity, id: str) -> bool:
    return city.rules.pack.entitlement(id).subject == "household"


def _status(outcome: str, got: bool | None, *, barred: bool) -> str | None:  # noqa: FBT001 - a truth value
    if outcome == "eligible":
        return "unknown" if got is None else "drawn" if got else "barred" if barred else "unclaimed"
    return None if not got else "unsettled" if outcome == "undetermined" else "unentitled"


def test_the_lists_are_those_of_a_plain_look_at_every_answer() -> None:
    """Whoever is entitled and does not draw it is listed, whoever draws what is refused or open too, and nobody else."""
    city = drawn()
    rows, _ = expected(city)
    found = take_up(*city.chunk).rows

    asked = found.filter(pl.col("reason") == "criteria")
    assert listed(asked) == rows
    assert len(rows) == len(asked)
    assert {"unclaimed", "unentitled", "unsettled"} <= {each for each, *_ in rows}


def test_the_counts_are_those_of_all_answers() -> None:
    """What is not listed is counted: drawn, not known to be drawn, and services that are used rather than drawn."""
    city = drawn()
    _, counts = expected(city)
    made = take_up(*city.chunk)
    beside = made.rows.filter(pl.col("reason") != "criteria")["entitlement"].to_list()
    found: Counter[tuple[str, str]] = Counter()
    for name, measure, value in made.counts.select("name", "measure", "value").iter_rows():
        if measure in {"drawn", "unknown", "unclaimed", "barred", "unentitled", "unsettled"}:
            found[measure, name] += int(value)
    found.subtract(("unentitled", id) for id in beside)

    assert +found == counts
    known = sum("receives" in each for profile in city.profiles for each in profile.members)
    persons = made.counts.filter(pl.col("measure") == "persons_known")["value"].sum()
    assert int(persons) == known


def test_what_is_not_drawn_is_added_up_without_what_cannot_be_had_beside_it() -> None:
    """The sum of what is not drawn holds cash and waivers, without what the best combination leaves out."""
    city = drawn()
    rows, _ = expected(city)
    total: Counter[str] = Counter()
    for profile, screening in city.each():
        out = apart(screening.packages)
        for each in screening.eligible:
            kind = each.evidence.ruled.ruling.body.benefit
            wanted = ("unclaimed", profile.id, each.subject, each.entitlement) in rows and each.claim not in out
            if wanted and kind.kind in {"cash", "waiver"} and each.amount and each.promise != "may":
                times = {"month": 12, "term": 2, "once": 1}.get(kind.per, 1)
                total[f"{kind.kind}_{'once' if kind.per == 'once' else 'year'}"] += fen(each.amount.yuan) * times

    made = take_up(*city.chunk).counts
    for name in ("cash_year", "waiver_year"):
        assert int(made.filter(pl.col("measure") == name)["value"].sum()) == total[name] > 0


RULES = {
    "old": rule("old", criteria={"age": "age >= 60", "alone": "not married"}),
    "poor": rule("poor", criteria={"poor": "poor"}, unless={"works": "counted"}),
    "home": rule("home", subject="household", criteria={"rents": "rents"}),
    "lesson": rule(
        "lesson", criteria={"age": "age >= 60"}, benefit="\n  kind: service\n  label: {zh: 课, en: lessons}"
    ),
    "open-door": rule("open-door", promise="open", criteria={"age": "age >= 0"}),
    "gone": rule("gone", criteria={"age": "age >= 0"}, in_force="{from: 2000-01-01, to: 2019-12-31}"),
    "one": rule("one", criteria={"age": "age >= 60"}, not_with="[other]", benefit=benefit("basic * 2")),
    "other": rule("other", criteria={"age": "age >= 60"}),
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> RulePack:
    """A pack of small rules."""
    return make_pack(tmp_path_factory.mktemp("take-up"), rules=RULES)


def looked(pack: RulePack, profile: Profile, only: tuple[str, ...] = (), **wish: Any) -> tuple[TakeUp, pl.DataFrame]:  # noqa: ANN401 - options of any type
    """Returns the take-up of one household, and its lists in words."""
    rules = pack.on(DAY)
    persons, households = to_frames(pack.contents.schema, [profile])
    made = take_up(rules, persons, households, *answer(rules, persons, households, only), only)
    lang = wish.pop("lang", "en")
    rows = told(rules, gathered(rules, made.rows, persons, households, lang, **wish), lang)
    return made, rows


HELD = {
    "grant": rule(
        "grant",
        criteria={"poor": "poor"},
        unless={"again": "married", "works": "counted"},
        gives="{married: true}",
    ),
    "home": rule("home", subject="household", criteria={"rents": "rents"}, gives="{status: urban}"),
    "free": rule("free", apply=f"{{route: {LABEL}, documents: []}}", benefit=benefit("basic", kind="waiver")),
    "asked": rule("asked", benefit=benefit("basic", kind="waiver")),
}


def test_what_somebody_has_already_is_no_reason_against_it(tmp_path: Path) -> None:
    """A fact that a grant brings shows that something is drawn; an exclusion that says only that refuses nobody who has it."""
    pack = make_pack(tmp_path, rules=HELD)
    mine = {"receives": [], "counted": False}
    for member, list_ in (
        (mine | {"married": True, "poor": True}, None),
        (mine | {"married": True, "poor": False}, "unentitled"),
        (mine | {"married": True}, "unsettled"),
        (mine | {"married": True, "poor": True, "counted": True}, "unentitled"),
        (mine | {"married": False, "poor": True}, "unclaimed"),
        (mine | {"married": False, "poor": True, "receives": ["grant"]}, None),
    ):
        made, rows = looked(pack, family(pack, member, day=DAY))
        assert rows.filter(pl.col("entitlement") == "grant")["list"].to_list() == ([list_] if list_ else [])
        drawn_ = made.counts.filter((pl.col("name") == "grant") & (pl.col("measure") == "drawn"))["value"].to_list()
        assert drawn_ == ([] if list_ else [1])


def test_a_status_of_the_household_shows_what_it_draws(tmp_path: Path) -> None:
    """What a household draws shows in its own facts, too, whatever is not known of its members."""
    pack = make_pack(tmp_path, rules=HELD)
    for facts, counted in (
        ({"status": "urban", "rents": True}, "drawn"),
        ({"status": "urban", "rents": False}, "unentitled"),
        ({"status": "none", "rents": True}, "unclaimed"),
        ({"rents": True}, "unknown"),
    ):
        made, rows = looked(pack, family(pack, {}, day=DAY, **facts))
        assert made.counts.filter(pl.col("name") == "home")["measure"].to_list()[:1] == [counted]
        listed_ = rows.filter(pl.col("entitlement") == "home")["list"].to_list()
        assert listed_ == ([] if counted in {"drawn", "unknown"} else [counted])


def test_what_comes_by_itself_is_on_no_list(tmp_path: Path) -> None:
    """A waiver for which no paper is wanted is counted and not listed, nor is its money added up, unless it is named."""
    pack = make_pack(tmp_path, rules=HELD)
    one = family(pack, {"receives": []}, day=DAY)
    for only, ids in (((), ["asked"]), (("free",), ["free"])):
        made, rows = looked(pack, one, only)
        waived = rows.filter(pl.col("entitlement").is_in(["free", "asked"]))
        assert waived["entitlement"].to_list() == ids
        assert made.counts.filter(pl.col("measure") == "waiver_year")["name"].to_list() == ids


def test_one_member_draws_what_is_for_all(small: RulePack) -> None:
    """What a household may have is drawn where any member draws it, not drawn where none does, and else not known."""
    for stated, list_ in ((([], ["home"]), None), (([], []), "unclaimed"), (([], None), None)):
        members = [{"receives": each} if each is not None else {} for each in stated]
        made, _ = looked(small, family(small, *members, day=DAY, rents=True))
        mine = made.rows.filter(pl.col("entitlement") == "home")
        assert mine["list"].to_list() == ([list_] if list_ else [])
        assert mine["id"].to_list() == ([None] if list_ else [])


def test_of_whom_it_is_not_known_nothing_is_listed(small: RulePack) -> None:
    """M19: where the table does not say what somebody draws, there is no row, and the answer is counted as unknown."""
    made, rows = looked(small, family(small, {"birth_date": "1950-01-01", "married": False}, day=DAY))

    assert rows.is_empty()
    unknown = made.counts.filter((pl.col("measure") == "unknown") & (pl.col("name") == "old"))
    assert unknown["value"].to_list() == [1]


def test_a_service_is_listed_only_where_it_was_asked_for(small: RulePack) -> None:
    """Services are used rather than drawn: they are counted, and listed as not drawn where `--only` names them; open ones never."""
    old = family(small, {"birth_date": "1950-01-01", "receives": []}, day=DAY)
    made, rows = looked(small, old)
    assert "lesson" not in rows["entitlement"].to_list()
    assert made.counts.filter(pl.col("name") == "lesson")["measure"].to_list() == ["unclaimed"]

    _, named = looked(small, old, ("lesson", "open-door"))
    assert named["entitlement"].to_list() == ["lesson"]


def test_each_list_has_its_reason_in_words(small: RulePack) -> None:
    """Not drawn: every criterion is met; refused: the one that fails, or excludes; open: what is to be found out; gone: that it is."""
    person = {"birth_date": "1990-01-01", "poor": True, "counted": True, "receives": ["old", "poor", "gone"]}
    _, rows = looked(small, family(small, person, {"receives": ["old"]}, day=DAY, rents=True))
    why = {(row["id"], row["entitlement"]): (row["list"], row["why"]) for row in rows.rows(named=True)}

    assert why["a", "old"] == ("unentitled", "not met: name")
    assert why["a", "poor"] == ("unentitled", "excluded: name")
    assert why["a", "gone"] == ("unentitled", "not in force on the day")
    assert why["b", "old"] == ("unsettled", "to be found out: name; name")
    _, chinese = looked(small, family(small, person, day=DAY), lang="zh")
    assert set(chinese["why"]) == {"不满足：名称", "属排除情形：名称", "这一天没有这一事项（未施行或已停止）"}


def test_who_died_and_still_draws_is_to_be_checked(small: RulePack) -> None:
    """Of somebody who is listed as dead nothing is asked; what is still drawn stands on the list, with that reason."""
    _, rows = looked(small, family(small, {"died": True, "receives": ["old"]}, {"receives": []}, day=DAY))

    assert rows.select("list", "id", "entitlement").rows() == [("unentitled", "a", "old")]
    assert "dead" in rows["why"][0]


def test_what_is_drawn_already_bars_its_rival(small: RulePack) -> None:
    """Who draws one of two that may not be had together is on a list of its own for the other; of two not drawn one is worth less."""
    old = {"birth_date": "1950-01-01", "married": True}
    _, rows = looked(small, family(small, old | {"receives": ["other"]}, day=DAY))
    assert rows.select("list", "entitlement").rows() == [("barred", "one")]
    assert "receives something" in rows["why"][0]

    made, rows = looked(small, family(small, old | {"receives": []}, day=DAY))
    assert dict(rows.select("entitlement", "apart").iter_rows()) == {"one": False, "other": True}
    assert [("not together" in why) for why in rows.sort("entitlement")["why"]] == [False, True]
    assert int(made.counts.filter(pl.col("measure") == "cash_year")["value"].sum()) == 20_000 * 12


def test_the_first_are_explained_in_full(small: RulePack) -> None:
    """Of the first answers the whole explanation of `explain` stands there, of the others the criterion alone."""
    member = {"birth_date": "1950-01-01", "married": False, "receives": []}
    profile = family(small, member, member, day=DAY)
    _, rows = looked(small, profile, full=2)

    details = rows["details"].to_list()
    assert [each is not None for each in details] == [True, True, *[False] * (len(details) - 2)]
    first = rows.rows(named=True)[0]
    found = {(each.entitlement, each.subject): each for each in screen(small.on(DAY), profile).determinations}
    told_ = tree(explanation(found[first["entitlement"], first["id"]], "en"))
    assert details[0] == "\n".join(lead + text for lead, text, _ in told_)


def test_a_refusal_names_what_decides_it() -> None:
    """For whoever draws what is refused, the criteria named are those that decide in the core."""
    city = drawn(40, 2)
    rules, persons, households, *_ = city.chunk
    made = take_up(*city.chunk)
    rows = told(rules, gathered(rules, made.rows, persons, households, "zh", full=0), "zh")
    found = {
        (profile.id, each.subject, each.entitlement): each
        for profile, screening in city.each()
        for each in screening.determinations
    }
    wanted = rows.filter((pl.col("list") == "unentitled") & (pl.col("reason") == "criteria")).rows(named=True)
    assert wanted
    for row in wanted:
        each = found[row["household_id"], row["id"] or "household", row["entitlement"]]
        parts = [part for part in deciding(each) if part.id != AGAIN.get(each.entitlement)]
        assert row["why"].partition("：")[2] == "；".join(part.label.zh for part in parts)


def test_names_stand_there_only_where_they_are_asked_for(small: RulePack) -> None:
    """Names and resident numbers are in no list unless it is asked for; then of the person, and of no whole household."""
    person = {"name": "Zzmarkerzz", "resident_id": "110101195001010012", "married": False, "receives": []}
    profile = Profile("h", DAY, {"rents": True}, ({"id": "a", **person},))
    persons, households = to_frames(small.contents.schema, [profile])
    persons = persons.with_columns(pl.lit("Zzmarkerzz").alias("name"))
    rules = small.on(DAY)
    made = take_up(rules, persons, households, *answer(rules, persons, households))
    for personal in (False, True):
        rows = told(rules, gathered(rules, made.rows, persons, households, "en", personal=personal), "en")
        text = said(rules, rows, "en").write_csv() + rows.write_json()
        assert ("Zzmarkerzz" in text) is personal
        assert ("110101195001010012" in text) is personal
        if personal:
            assert rows.filter(pl.col("entitlement") == "home")["name"].to_list() == [None]


def test_the_lists_are_ordered_for_a_visit() -> None:
    """By list, county, township where a table has it, and household: whoever lives together stands together."""
    city = drawn()
    rules, persons, households, mine, ours = city.chunk
    towns = households.with_columns(pl.Series("township", [f"t{at % 3}" for at in range(len(households))]))
    made = take_up(rules, persons, towns, mine, ours).rows
    rows = ordered(made.sort("entitlement", descending=True).lazy()).collect()

    for (_, _, _), those in rows.group_by(["list", "residence_county", "township"], maintain_order=True):
        homes = those["household_id"].to_list()
        assert homes == sorted(homes)
    assert rows["list"].to_physical().is_sorted()
    assert (
        "township" in said(rules, told(rules, gathered(rules, rows, persons, towns, "en", full=0), "en"), "en").columns
    )


@pytest.mark.parametrize(("lang", "heads"), [("zh", ["清单", "县区"]), ("en", ["list", "county"])])
def test_the_list_is_in_words(lang: str, heads: list[str]) -> None:
    """In CSV and Excel every cell is in words of the language, with money in yuan."""
    city = drawn(30, 2)
    rules, persons, households, *_ = city.chunk
    rows = told(rules, gathered(rules, take_up(*city.chunk).rows, persons, households, lang, full=3), lang)
    frame = said(rules, rows, lang)

    assert frame.columns[:2] == heads
    assert set(frame.dtypes) == {pl.String}
    if lang == "en":
        plain = frame.drop(frame.columns[2], frame.columns[3])
        assert not [
            text for column in plain for text in column if text and any("\u4e00" <= sign <= "\u9fff" for sign in text)
        ]
