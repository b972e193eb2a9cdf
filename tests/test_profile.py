"""Profiles are read strictly from mappings, YAML and JSON alike; unknown stays unknown, and no value is ever repeated."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from eligibility import Profile, ProfileError, RulePack, read_profile
from eligibility.derived import prepare
from eligibility.profile import read_profiles

RULES = RulePack.load(Path(__file__).parent / "errors" / "good").on(date(2024, 6, 1))
FACTS = RULES.pack.contents.schema.facts
IDS = RULES.pack.contents.entitlements
NUMBER = "620402196006010013"
"""A resident number whose last digit fits: born on 1 June 1960, male."""


def several(text: str | bytes, name: str = "p.yaml") -> list[Profile | ProfileError]:
    """Returns every profile of a text, or what is wrong with it."""
    raw = text if isinstance(text, bytes) else text.encode()
    return list(read_profiles(raw, name, RULES, stem="p"))


def one(text: str | bytes, name: str = "p.yaml") -> Profile:
    """Returns the one profile of a text."""
    (found,) = several(text, name)
    assert isinstance(found, Profile), found
    return found


def member(**facts: Any) -> Mapping[str, Any]:  # noqa: ANN401 - facts of any type
    """Returns the known facts of the one member of a household."""
    return read_profile({"members": [{"id": "a", **facts}]}, RULES).members[0]


def messages(found: Profile | ProfileError) -> list[str]:
    """Returns what is said of a profile."""
    assert isinstance(found, ProfileError)
    return [problem.message.en for problem in found.problems]


def test_a_mapping_is_read_as_the_same_profile_written_down() -> None:
    """Days, decimals and sets that an intake system has at hand mean what their text would mean in a file."""
    given = {
        "id": "li",
        "as_of": date(2024, 5, 1),
        "household": {"rent": Decimal("12000.50"), "rents": True},
        "members": [{"id": "a", "birth_date": date(1960, 6, 1), "receives": {"care-allowance"}, "income": 485}],
    }
    written = """
id: li
as_of: 2024-05-01
household: {rent: 12000.50, rents: true}
members:
  - {id: a, birth_date: 1960-06-01, receives: [care-allowance, 照护补助], income: 485}
"""

    assert read_profile(given, RULES) == one(written)


def test_money_is_whole_fen() -> None:
    """However an amount is written, it is held in fen."""
    said = [member(income=value)["income"] for value in (485, "485", "1110.5", Decimal("0.07"), 1110.25)]

    assert said == [48500, 48500, 111050, 7, 111025]


def test_absent_and_null_are_unknown() -> None:
    """A fact that is left out, empty, `null` or `~` is not among the known ones."""
    found = one("household: {rents: null}\nmembers:\n  - {id: a, age: ~, pregnant: null, sex: }\n")

    assert (found.household, found.members) == ({}, ({"id": "a"},))


def test_a_household_may_be_empty() -> None:
    """A profile that says nothing but its members' ids, or not even that, is a profile."""
    assert one("members: [{id: a}]").members == ({"id": "a"},)
    assert one("{}", "p.json") == Profile("p", None, {}, ())


def test_other_mappings_and_tuples_are_taken() -> None:
    """Read-only mappings and tuples are as good as dictionaries and lists."""
    given = MappingProxyType({"members": (MappingProxyType({"id": "a", "age": 3}),)})

    assert read_profile(given, RULES).members == ({"id": "a", "age": 3},)


def test_what_no_profile_can_hold_is_a_type_error() -> None:
    """An object of another kind is the caller's slip, and says so without its value."""
    with pytest.raises(TypeError, match="a profile cannot hold a object"):
        read_profile({"members": [{"id": object()}]}, RULES)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 70.0, 7e20, "\ud800"])
def test_a_number_that_is_none_is_refused_in_a_mapping_too(value: object) -> None:
    """Floats, infinities and halves of characters are no counts, wherever they come from."""
    with pytest.raises(ProfileError):
        member(age=value)


def test_a_path_is_opened_and_named_as_it_was_given(tmp_path: Path) -> None:
    """The id is the file's stem, errors name the path, and a file that is not there is the system's own error."""
    (tmp_path / "wang.yaml").write_text("members: [{id: a, age: 3}]", "utf-8")
    (tmp_path / "bad.yaml").write_text("members: [{id: a, age: x}]", "utf-8")

    assert read_profile(tmp_path / "wang.yaml", RULES).id == "wang"
    with pytest.raises(ProfileError, match=re.escape(f"{tmp_path / 'bad.yaml'}:1:24: ")):
        read_profile(str(tmp_path / "bad.yaml"), RULES)
    with pytest.raises(FileNotFoundError):
        read_profile(tmp_path / "none.yaml", RULES)
    with pytest.raises(IsADirectoryError):
        read_profile(tmp_path, RULES)


def test_a_stream_gives_its_profiles_in_order() -> None:
    """Each document of a YAML stream is a profile; those without an id are numbered."""
    found = several("members: [{id: a}]\n---\nid: li\n---\nmembers: [{id: b}]\n")

    assert [each.id for each in found if isinstance(each, Profile)] == ["p-1", "li", "p-3"]


def test_an_error_in_a_stream_is_its_own() -> None:
    """One bad profile is told of in its place, the others are read."""
    first, second, third = several("{}\n---\nmembers: [{id: a, age: x, age: 3}]\n---\n{}\n")

    assert isinstance(first, Profile)
    assert messages(second) == ["a whole number belongs here", "the key `age` stands here twice"]
    assert isinstance(third, Profile)


def test_a_stream_that_breaks_off_says_so() -> None:
    """What was read before a stream breaks is given, and then the error."""
    first, last = several("members: [{id: a}]\n---\nmembers: [{id: a}\n")

    assert isinstance(first, Profile)
    assert messages(last) == ["this `[` is not closed"]


def test_one_profile_with_a_broken_rest_is_refused(tmp_path: Path) -> None:
    """Where one profile is wanted, what stands after it and cannot be read is not passed over."""
    (tmp_path / "p.yaml").write_text("members: [{id: a}]\n---\nmembers: [{id: a}\n", "utf-8")

    with pytest.raises(ProfileError, match="this `\\[` is not closed"):
        read_profile(tmp_path / "p.yaml", RULES)


@pytest.mark.parametrize("name", ["p.jsonl", "p.ndjson", "p.json", "<stdin>"])
def test_json_lines_are_one_profile_a_line(name: str) -> None:
    """Lines of JSON are profiles, empty lines none, and a bad line is an error of its own."""
    text = '{"id": "x"}\n\n{"id": }\n{"id": 1, "id": 2}\n{"id": NaN}\n{"id": "y"}\n'

    first, second, third, fourth, last = several(text, name)

    assert [first, last] == [Profile("x", None, {}, ()), Profile("y", None, {}, ())]
    assert messages(second) == ["a value is missing here"]
    assert messages(third) == ["the key `id` stands here twice"]
    assert messages(fourth) == ["this is not a number"]


@pytest.mark.parametrize("name", ["p.json", "<stdin>"])
def test_a_json_object_over_several_lines_is_one_profile(name: str) -> None:
    """JSON is known by its ending, or by its look on standard input."""
    assert one('{\n "members": [\n  {"id": "a"},\n  {"id": "b"}\n ]\n}', name).members == ({"id": "a"}, {"id": "b"})


def test_very_many_bad_lines_are_told_apart() -> None:
    """Five thousand bad lines are as many errors, each of its own line."""
    found = several("{\n" * 5000, "p.jsonl")

    lines = [each.problems[0].span for each in found if isinstance(each, ProfileError)]
    assert [span.source.place(span.start)[0] for span in lines if span] == list(range(1, 5001))


def test_a_byte_order_mark_is_let_pass() -> None:
    """Both forms may begin with the mark that some editors write."""
    assert one(b"\xef\xbb\xbfid: li\n").id == "li"
    assert one(b'\xef\xbb\xbf{"id": "li"}', "p.json").id == "li"


def test_ids_are_composed() -> None:
    """An id is held in its composed form, so that it is found however it was typed."""
    found = one("id: \uf900\nmembers: [{id: \uf900a}]")

    assert (found.id, found.members[0]["id"]) == ("\u8c48", "\u8c48a")


@pytest.mark.parametrize("id", ["a", "1", "李四", "a-b_c.d", "1号", "𠀀", "a" * 64, "true1"])
def test_an_id_may_be(id: str) -> None:
    """Letters, digits, Han, and `-_.` inside make an id."""
    assert one(f'id: "{id}"\nmembers: [{{id: "{id}"}}]').members[0]["id"] == id


@pytest.mark.parametrize("id", ["-a", ".a", "_a", "a b", "a/b", "é", "ａ", "а", "a" * 65, "", "李\u200b四", "..", "٣"])
def test_an_id_may_not_be(id: str) -> None:
    """Signs first, spaces, slashes, other letters and invisible characters are refused."""
    (found,) = several(json.dumps({"members": [{"id": id}]}), "p.json")

    assert messages(found) == ["an id is not written like this"]


def test_a_county_that_is_not_listed_is_taken_with_a_note() -> None:
    """One note names the fact and whose it is, not the code; a listed county needs none."""
    text = 'members: [{id: a, county: "620499"}, {id: b, county: "620402"}, {id: c, county: "620498"}]'

    (note,) = one(text).notes

    assert note.en.startswith("`county` (a, c): the pack does not list this county")
    assert "620499" not in note.en + note.zh
    assert one(text).members[0]["county"] == "620499"


def test_what_follows_from_facts_is_not_stated_by_them() -> None:
    """A profile holds what was said; birth date, sex, age and income follow when it is screened."""
    said = one(f'members: [{{id: a, resident_id: "{NUMBER}", income: 3}}, {{id: b, income: 4}}]')

    ready = prepare(RULES, said.household, said.members, own_day=True).situation

    assert said.members[0] == {"id": "a", "resident_id": NUMBER, "income": 300}
    derived = {"birth_date": date(1960, 6, 1), "age": 64, "sex": "male"}
    assert {name: ready.members[0][name] for name in derived} == derived
    assert ready.household["income_total"] == 700


def test_given_and_derived_may_agree() -> None:
    """Whoever states what follows anyway is not refused, incomes within one fen among it."""
    text = f'household: {{income_total: 3.01}}\nmembers: [{{id: a, resident_id: "{NUMBER}", age: 64, sex: male, income: 3}}]'

    assert one(text).household == {"income_total": 301}


def test_the_profile_is_judged_on_its_own_day() -> None:
    """An age agrees with a birth date as of the day on which the profile's facts hold, not the day of the rules."""
    facts = "members: [{id: a, birth_date: 1960-06-01, age: 63}]"

    assert one(f"as_of: 2024-05-31\n{facts}").as_of == date(2024, 5, 31)
    assert messages(several(facts)[0]) == ["`age` contradicts `birth_date`"]


def test_a_wrong_value_hides_no_contradiction() -> None:
    """Wrong values, ids used twice and contradictions are told in one go."""
    text = "members:\n  - {id: a, age: x, sex: male, pregnant: true}\n  - {id: a, grade: 99}\n  - {age: 3}\n"

    assert messages(several(text)[0]) == [
        "a whole number belongs here",
        "`pregnant` contradicts `sex`",
        "two members have the same id",
        "this number lies between 1 and 9",
        "`id` is missing",
    ]


def test_a_wrong_day_makes_no_contradiction() -> None:
    """Where the day itself is wrong, nothing is said of ages."""
    text = "as_of: 1.6.2024\nmembers: [{id: a, birth_date: 1960-06-01, age: 3}]"

    assert messages(several(text)[0]) == ["a day is written YYYY-MM-DD"]


PEOPLE = st.fixed_dictionaries(
    {},
    optional={
        "pregnant": st.just(value=False),
        "stage": st.sampled_from(["primary", "secondary"]),
        "grade": st.integers(1, 9),
        "months_lived": st.integers(0, 10**6),
        "income": st.integers(0, 10**9).map(lambda fen: Decimal(fen) / 100),
        "county": st.sampled_from(["620402", "620499", "110101"]),
        "receives": st.sets(st.sampled_from(sorted(IDS))),
        "birth_date": st.dates(date(1900, 1, 1), date(2024, 1, 1)),
    },
)
HOUSEHOLDS = st.fixed_dictionaries({}, optional={"rents": st.booleans(), "members_complete": st.booleans()})


def plain(value: Any) -> Any:  # noqa: ANN401 - facts of any type
    """Returns a fact as a person would write it in YAML or JSON."""
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value) if isinstance(value, (Decimal, date)) else value


@given(HOUSEHOLDS, st.lists(PEOPLE, max_size=3))
def test_every_way_of_writing_a_profile_says_the_same(home: dict[str, Any], people: list[dict[str, Any]]) -> None:
    """A mapping, the YAML and the JSON that anybody's library makes of it, and JSON on one line are one profile."""
    members = [{"id": f"m{index}", **person} for index, person in enumerate(people)]
    given = {"id": "x", "household": home, "members": members}
    written = {
        "id": "x",
        "household": home,
        "members": [{name: plain(value) for name, value in each.items()} for each in members],
    }

    expected = read_profile(given, RULES)

    assert one(yaml.safe_dump(written, allow_unicode=True)) == expected
    assert one(yaml.safe_dump(written, default_flow_style=True)) == expected
    assert one(json.dumps(written, indent=2), "p.json") == expected
    assert one(json.dumps(written, ensure_ascii=False), "p.jsonl") == expected
    assert [each["id"] for each in expected.members] == [each["id"] for each in members]


def test_one_number_is_one_person() -> None:
    """Two members with one resident number are an error at the second, with the place of the first; the number is not shown."""
    text = f"members:\n  - {{id: a, resident_id: '{NUMBER}'}}\n  - {{id: b}}\n  - {{id: c, resident_id: '{NUMBER}'}}\n"
    (found,) = several(text)

    assert messages(found) == ["two members have the same resident number"]
    assert isinstance(found, ProfileError)
    assert [
        (span.start, NUMBER in found.text("en")) for span in (found.problems[0].span, found.problems[0].also) if span
    ] == [
        (text.rindex("'" + NUMBER), False),
        (text.index("'" + NUMBER), False),
    ]


def test_what_is_received_is_an_entitlement_of_the_pack() -> None:
    """A set holds entitlements by id or by name; each item that is none is told at its place, with the nearest name."""
    text = "members:\n  - id: a\n    receives: [Care allowance, care-alowance, foo]\n    pregnant: maybe\n"
    (found,) = several(text)
    assert isinstance(found, ProfileError)
    told = [(each.message.en, each.help.en if each.help else "") for each in found.problems]

    assert member(receives=["照护补助", "care-allowance"]) == {"id": "a", "receives": frozenset({"care-allowance"})}
    assert told == [
        ("there is no such entitlement", "did you mean `care-allowance`?"),
        ("there is no such entitlement", "write ids or names as `eligibility list` shows them"),
        ("`true` or `false` belongs here", "without quotes; leave out what is not known"),
    ]
    assert [each.span.start for each in found.problems if each.span] == [
        text.index("care-alowance"),
        text.index("foo"),
        text.index("maybe"),
    ]


MARK = "zqxmark"
VALUES = st.sampled_from(
    [MARK, f"张{MARK}", f"'{MARK}'", f'"{MARK} 3"', f"[{MARK}]", f"{{{MARK}}}", f"0{MARK}", f"&{MARK} x"]
)
LINES = st.tuples(
    st.sampled_from([*FACTS, "id", "agee", "年龄"]), VALUES, st.sampled_from([": ", ": ", ": ", "：", ":"])
)


@given(st.lists(LINES, min_size=1, max_size=5), st.sampled_from(["p.yaml", "p.json", "p.jsonl", "<stdin>"]))
def test_no_value_reaches_an_error(lines: list[tuple[str, str, str]], name: str) -> None:
    """Whatever is wrong, and however badly it is written, what stands as a value is never repeated."""
    body = "".join(f"    {key}{colon}{value}\n" for key, value, colon in lines)
    text = f"household:\n{body}members:\n  - id: a\n{body}"

    for found in several(text, name):
        if isinstance(found, ProfileError):
            assert MARK not in found.text("en") + found.text("zh") + str(found) + repr(found)


@settings(max_examples=300)
@given(
    st.text("{}[]:,-'\"\\ \n\t#&*!|>%@ab1张：\x00\ufeff", max_size=40), st.sampled_from(["p.yaml", "p.json", "p.jsonl"])
)
def test_no_text_brings_the_reader_down(text: str, name: str) -> None:
    """Any text is profiles or errors, each error with something to say in both languages."""
    for found in several(text, name):
        if isinstance(found, ProfileError):
            assert found.problems
            assert isinstance(f"{found.text('en')}{found.text('zh')}".encode(), bytes)
