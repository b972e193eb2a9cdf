"""Two runs compared: every change counted as the core would, whatever the form of the runs, and the smallest household for each."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from families import ROOT, run
from packs_for_tests import benefit, facts_file, figure, make_pack, rule
from rich.console import Console

from eligibility import Profile, RulePack, screen
from eligibility.columns.frames import to_profiles
from eligibility.commands.terminal import show
from eligibility.errors import BadChoice
from eligibility.money import fen
from eligibility.population import screen_tables
from eligibility.profile import read_profiles
from eligibility.runs.manifest import RunOptions
from eligibility.totals import beside
from eligibility.totals.beside import CHANGES
from eligibility.totals.changed import data, said
from eligibility.totals.difference import Difference, Key, compared
from eligibility.totals.finished import Finished
from eligibility.totals.told import Told
from eligibility.words import width

OLD, NEW = date(2020, 6, 1), date(2021, 6, 1)
VALUES = "from: 2000-01-01, to: 2020-12-31, value: {}\nfrom: 2021-01-01, {}"
FIGURES = "".join(
    (
        figure("raised", VALUES.format(100, "value: 150")),
        figure("cut", VALUES.format(100, "value: 60")),
        figure("forgotten", VALUES.format(100, "unknown: LABEL")),
        figure("found", VALUES.replace("value: {}", "unknown: LABEL", 1).format("value: 90")),
        figure("cap", VALUES.format(500, "unknown: LABEL")),
        figure("limit", VALUES.replace("value: {}", "unknown: LABEL", 1).format("value: 500")),
    )
)
RULES = {
    "old": rule("old", criteria={"age": "age >= 60"}, benefit=benefit("basic", kind="waiver")),
    "young": rule("young", criteria={"age": "age < 18"}),
    "up": rule("up", criteria={"stage": "stage == 'primary'"}, benefit=benefit("raised")),
    "down": rule("down", criteria={"stage": "stage == 'primary'"}, benefit=benefit("cut")),
    "mist": rule("mist", criteria={"stage": "stage == 'primary'"}, benefit=benefit("forgotten")),
    "clear": rule("clear", criteria={"stage": "stage == 'primary'"}, benefit=benefit("found")),
    "doubt": rule("doubt", criteria={"income": "income < cap"}),
    "sure": rule("sure", criteria={"income": "income < limit"}),
    "ended": rule("ended", criteria={"age": "age >= 0"}, in_force="{from: 2000-01-01, to: 2020-12-31}"),
    "begun": rule("begun", criteria={"age": "age >= 50"}, in_force="{from: 2021-01-01}"),
    "home": rule("home", subject="household", criteria={"child": "any(m.age < 18 for m in members)"}),
    "may": rule("may", promise="may", criteria={"age": "age >= 60"}),
    "open": rule("open", promise="open", criteria={"age": "age >= 0"}, in_force="{from: 2021-01-01}"),
}
NAMED = facts_file({"name": "type: text"})
PERSONS = {
    "household_id": pl.String,
    "id": pl.String,
    "name": pl.String,
    "birth_date": pl.Date,
    "stage": pl.String,
    "income": pl.Int64,
    **dict.fromkeys(("married", "disabled", "poor", "counted", "died"), pl.Boolean),
}
HOUSEHOLDS = {"household_id": pl.String, "residence_county": pl.String, "rents": pl.Boolean}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Tables and a pack."""
    return Town(tmp_path_factory.mktemp("town"))


class Town:
    """Tables of invented people, a pack, and runs of them by day and form."""

    def __init__(self, folder: Path) -> None:
        """Writes the tables."""
        self.folder, self.pack = folder, make_pack(folder / "pack", NAMED, RULES, parameters=FIGURES)
        self.persons, self.households = folder / "persons.parquet", folder / "households.parquet"
        self.people().write_parquet(self.persons)
        self.homes().write_parquet(self.households)

    def people(self) -> pl.DataFrame:
        """Returns persons, money in yuan: somebody reaches 18 or 60 between both days, some facts are unknown."""
        rows = []
        for home in range(12):
            for at in range(1 + home % 3):
                born = [date(1960, 9, 1 + home), date(2002, 9, 1 + home), date(1990, 1, 1), None][(home + at) % 4]
                stage = ["primary", "none", None][(home + 2 * at) % 3]
                income = [300, 900, None][(home + at) % 3]
                # Of whoever lives alone much more is known, so that few members are not the same as few facts.
                more = [False if home % 3 == 0 else None] * 5
                rows.append((f"h{home}", f"p{at}", "Zzmarkerzz", born, stage, income, *more))
        return pl.DataFrame(rows, schema=PERSONS, orient="row")

    def homes(self) -> pl.DataFrame:
        """Returns households in two counties and none."""
        rows = [(f"h{home}", ["620402", "620422", None][home % 3], bool(home % 2)) for home in range(12)]
        return pl.DataFrame(rows, schema=HOUSEHOLDS, orient="row")

    def run(self, day: date, **asked: Any) -> Finished:  # noqa: ANN401 - options of a run
        """Returns a run, made once."""
        options = RunOptions(**{"chunk_rows": 5, **asked})
        name = "-".join(str(each) for each in (day, *asked.values()))
        out = self.folder / re.sub("[^0-9A-Za-z-]", "_", name)
        if not out.exists():
            rules = self.pack.on(day)
            screen_tables(rules, [self.persons], out, households=[self.households], options=options)
        return Finished.open(out)

    @property
    def profiles(self) -> list[Profile]:
        """The households."""
        persons = self.people().with_columns(pl.col("income") * 100)
        return list(to_profiles(persons, self.homes(), schema=self.pack.contents.schema))


def answers(pack: RulePack, profile: Profile, day: date) -> dict[tuple[str, str], tuple[str, int | None]]:
    """Returns the outcome and the amount in fen of each answer."""
    found: dict[tuple[str, str], tuple[str, int | None]] = {}
    for each in screen(pack.on(day), profile).determinations:
        found[each.entitlement, each.subject] = (each.outcome, fen(each.amount.yuan) if each.amount else None)
    return found


def change(was: tuple[str, int | None], now: tuple[str, int | None]) -> str | None:
    """Returns what kind of change it is, said as plainly as can be."""
    (before, had), (after, has) = was, now
    if before == after == "eligible":
        if had == has:
            return None
        if had is None or has is None:
            return "amount_known" if had is None else "amount_unknown"
        return "more" if has > had else "less"
    names = {
        ("ineligible", "eligible"): "gained", ("undetermined", "eligible"): "settled_eligible",
        ("eligible", "ineligible"): "lost", ("eligible", "undetermined"): "doubted",
        ("undetermined", "ineligible"): "settled_ineligible", ("ineligible", "undetermined"): "opened",
    }  # fmt: skip
    return names.get((before, after))


def expected(town: Town) -> tuple[dict[Key, Counter[str]], dict[tuple[str, str], tuple[int, int, str, str]]]:
    """Returns the counts of all changes, and the smallest household for each, worked out by the core."""
    counts: dict[Key, Counter[str]] = {}
    examples: dict[tuple[str, str], tuple[int, int, str, str]] = {}
    for profile in town.profiles:
        old, new = answers(town.pack, profile, OLD), answers(town.pack, profile, NEW)
        facts = len(profile.household) + sum(len(each) - 1 for each in profile.members)
        for id, subject in sorted({*old, *new}):
            was, now = (side.get((id, subject), ("ineligible", None)) for side in (old, new))
            kind = change(was, now)
            if kind is None:
                continue
            key = Key(id, profile.household.get("residence_county"), kind)
            told = counts.setdefault(key, Counter())
            told["answers"] += 1
            for name, (outcome, amount) in (("before", was), ("after", now)):
                if outcome == "eligible" and amount and id not in {"may", "open"}:
                    told[name] += amount * 12
            member = "" if subject == "household" else subject
            example = (len(profile.members), facts, profile.id, member)
            examples[id, kind] = min(example, examples.get((id, kind), example))
    return counts, examples


def plain(found: Difference) -> dict[Key, Counter[str]]:
    """Returns the counts without zeros."""
    return {key: +counts for key, counts in found.counts.items()}


def test_every_change_is_counted_as_the_core_sees_it(town: Town) -> None:
    """Of each kind of change, entitlement and county: how many answers, and the money a year before and after."""
    found = compared(town.run(OLD), town.run(NEW))
    counts, examples = expected(town)

    assert plain(found) == counts
    assert {
        key: (each.members, each.facts, each.household, each.subject) for key, each in found.examples.items()
    } == examples
    assert {key.change for key in counts} == set(CHANGES)
    assert found.households == [12, 0, 0]
    assert found.persons == [24, 0, 0]


def test_each_person_is_counted_once_for_a_kind_of_change(town: Town) -> None:
    """Whoever gains two things is one person who gained."""
    found = compared(town.run(OLD), town.run(NEW))
    who: dict[str, set[tuple[str, str]]] = {}
    for profile in town.profiles:
        old, new = answers(town.pack, profile, OLD), answers(town.pack, profile, NEW)
        for key in {*old, *new}:
            kind = change(old.get(key, ("ineligible", None)), new.get(key, ("ineligible", None)))
            if kind and key[0] != "open":
                who.setdefault(kind, set()).add((profile.id, key[1]))
    for kind, those in who.items():
        assert found.people[kind, "persons"] == len({each for each in those if each[1] != "household"})
        assert found.people[kind, "households"] == len({home for home, _ in those})


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_services_open_to_all_are_counted_apart(town: Town, lang: str) -> None:
    """As in the totals of each run, services open to all are in no count of a change, and how many answers they have stands beside it."""
    found = compared(town.run(OLD), town.run(NEW))
    counts, _ = expected(town)
    gained = {
        apart: sum(
            each["answers"] for key, each in counts.items() if key.change == "gained" and apart is (key[0] == "open")
        )
        for apart in (True, False)
    }
    table = Told(found, town.pack.contents, lang).by_change()
    row = next(each for each in table.rows if each[0] == CHANGES["gained"][lang])
    made = data(found, town.pack.contents, {})
    places = Told(found, town.pack.contents, lang).by_county()
    head = {"zh": "另计：面向所有人的服务", "en": "apart: services open to all"}[lang]
    everybody = sum(each["answers"] for key, each in counts.items() if key[0] == "open")

    assert gained[True] > 0 < gained[False]
    assert row[1] == str(gained[False])
    assert row[table.head.index(head)] == str(gained[True])
    assert (made["changes"]["gained"]["answers"], made["changes"]["gained"]["open"]) == (gained[False], gained[True])
    at = {name: places.head.index(name) for name in (head, CHANGES["gained"][lang])}
    assert [sum(int(each[at[name]]) for each in places.rows) for name in at] == [everybody, gained[False]]
    assert found.smallest()["gained"][0] != "open"
    assert {each["entitlement"] for each in made["rows"] if each["open"]} == {"open"}


def test_ids_and_headings_are_never_cut(town: Town) -> None:
    """However narrow the screen, an id of a household and the words of a heading stand there whole."""
    found = compared(town.run(OLD), town.run(NEW))
    ids = {f"h{at:08}/h{at:08}-1" for at in range(len(found.examples))}
    for at, key in enumerate(sorted(found.examples)):
        found.examples[key] = replace(found.examples[key], household=f"h{at:08}", subject=f"h{at:08}-1")
    for lang in ("zh", "en"):
        sections = Told(found, town.pack.contents, lang).sections()
        for columns in (40, 60, 70, 80, 100, 200):
            screen = Console(file=StringIO(), width=columns)
            show(sections, screen)
            words = set(screen.file.getvalue().split())  # type: ignore[attr-defined]  # it is the file given
            assert ids <= words
            assert {"undetermined,", "undetermined"} <= words or lang == "zh"
            assert all(width(line) <= columns for line in screen.file.getvalue().splitlines())  # type: ignore[attr-defined]  # likewise


FORMS = [
    ("csv", "long", "en"),
    ("json", "long", "zh"),
    ("xlsx", "long", "zh"),
    ("parquet", "wide", "zh"),
    ("csv", "wide", "zh"),
    ("xlsx", "wide", "en"),
    ("json", "wide", "zh"),
]


@pytest.mark.parametrize(("form", "shape", "lang"), FORMS)
def test_the_form_of_a_run_makes_no_difference(town: Town, form: str, shape: str, lang: str) -> None:
    """Long or wide, in any form and language, with every row or without: the difference is the same."""
    counts, _ = expected(town)

    new = town.run(NEW, form=form, shape=shape, lang=lang)
    assert plain(compared(town.run(OLD), new)) == counts
    assert not compared(town.run(NEW, everything=True), new).counts


@pytest.mark.parametrize("most", [pytest.param(1, marks=pytest.mark.slow), 50, 3_000_000])
def test_runs_cut_into_other_chunks_are_compared_part_by_part(
    town: Town, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the chunks differ, a part of all households is held at a time, and the difference is the same."""
    monkeypatch.setattr(beside, "_MOST_ROWS", most)
    sizes: list[int] = []
    found = compared(town.run(OLD), town.run(NEW, chunk_rows=9), each=lambda _, rows: sizes.append(len(rows)))
    counts, examples = expected(town)

    assert plain(found) == counts
    assert len(found.examples) == len(examples)
    assert (len(sizes) > 1) is (most < 3_000_000)


def test_the_same_run_has_no_difference(town: Town) -> None:
    """A run compared with itself differs in nothing."""
    assert not compared(town.run(OLD), town.run(OLD)).counts


def test_what_was_asked_in_one_run_only_is_not_compared(town: Town) -> None:
    """With `--only`, what the other run was not asked for is no loss; the reader is told."""
    found = compared(town.run(OLD), town.run(NEW, only=("old", "begun")))

    assert {key.entitlement for key in found.counts} == {"old", "begun"}
    text = str(Told(found, town.pack.contents, "en").sections()[0].blocks)
    assert "asked in one run only: clear, doubt, down, ended, home" in text


def other(town: Town, persons: pl.DataFrame, name: str) -> Finished:
    """Returns a run of other tables."""
    path = town.folder / f"{name}.parquet"
    persons.write_parquet(path)
    out = town.folder / name
    screen_tables(town.pack.on(NEW), [path], out, households=[town.households], options=RunOptions(chunk_rows=5))
    return Finished.open(out)


def test_runs_of_other_tables_are_refused_unless_asked_for(town: Town) -> None:
    """Runs of different tables are compared where that is asked for: whom both have, the others counted."""
    less = town.people().filter(~((pl.col("household_id") == "h2") & (pl.col("id") == "p1")))
    new = other(town, less.filter(pl.col("household_id") != "h4"), "less")
    with pytest.raises(BadChoice, match="add --other-input"):
        compared(town.run(OLD), new)

    found = compared(town.run(OLD), new, other_input=True)
    assert found.households == [11, 1, 0]
    assert found.persons == [24 - 1 - 2, 1, 0]
    assert sum(each["answers"] for each in found.counts.values()) == sum(
        len(
            _changed(
                town,
                profile,
                replace(profile, members=tuple(m for m in profile.members if (profile.id, m["id"]) != ("h2", "p1"))),
            )
        )
        for profile in town.profiles
        if profile.id != "h4"
    )


def _changed(town: Town, old: Profile, new: Profile) -> list[tuple[str, str]]:
    """Returns what changed between two days for a household, of those that are in it on both."""
    before, after = answers(town.pack, old, OLD), answers(town.pack, new, NEW)
    there = {"household", *(str(each["id"]) for each in new.members)}
    none = ("ineligible", None)
    keys = sorted({*before, *after})
    return [key for key in keys if key[1] in there and change(before.get(key, none), after.get(key, none))]


def test_what_cannot_be_compared_is_said(town: Town, tmp_path: Path) -> None:
    """A folder without a run, a run that is not finished, and one of which a file is gone are refused in our words."""
    good = town.run(OLD)
    with pytest.raises(BadChoice, match="holds no run"):
        Finished.open(tmp_path)
    copy = tmp_path / "copy"
    copy.mkdir()
    text = (good.folder / "manifest.json").read_text("utf-8")
    (copy / "manifest.json").write_text(text, "utf-8")
    with pytest.raises(BadChoice, match="is gone, or was changed"):
        Finished.open(copy)
    (copy / "manifest.json").write_text(text.replace('"complete": true', '"complete": false'), "utf-8")
    with pytest.raises(BadChoice, match="not finished"):
        Finished.open(copy)


def test_the_difference_as_json(town: Town) -> None:
    """JSON has every count with its money before and after, and an example for each entitlement and change."""
    found = compared(town.run(OLD), town.run(NEW))
    made = json.loads(json.dumps(data(found, town.pack.contents, {})))
    counts, examples = expected(town)

    rows = {Key(row["entitlement"], row["county"], row["change"]): row for row in made["rows"]}
    assert {key: row["answers"] for key, row in rows.items()} == {key: each["answers"] for key, each in counts.items()}
    assert all(fen(str(row["after_yuan"]).removesuffix(".00")) == counts[key]["after"] for key, row in rows.items())
    assert {(each["entitlement"], each["change"]): each["household"] for each in made["examples"]} == {
        key: each[2] for key, each in examples.items()
    }
    assert made["households"] == {"both": 12, "old_only": 0, "new_only": 0}
    assert (made["old"]["as_of"], made["new"]["as_of"]) == (OLD.isoformat(), NEW.isoformat())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_answer_that_differs_is_a_row_of_the_list(town: Town, lang: str) -> None:
    """The list has a row for each change, in words, with the results and amounts of both runs."""
    parts: list[pl.DataFrame] = []
    found = compared(
        town.run(OLD), town.run(NEW), each=lambda found, rows: parts.append(said(found, rows, town.pack.contents, lang))
    )
    rows = pl.concat(parts)

    assert len(rows) == sum(each["answers"] for each in found.counts.values())
    assert set(rows.dtypes) == {pl.String}
    up = [row for row in rows.rows() if row[-1] == "up"]
    words = {"zh": ("符合", "100", "每月", "150"), "en": ("eligible", "100", "a month", "150")}[lang]
    assert up
    assert all((row[5], row[7], row[8], row[9]) == words for row in up)
    ended = {row[6] for row in rows.rows() if row[-1] == "ended"}
    assert ended == {{"zh": "没有这一事项", "en": "not in force"}[lang]}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_says_what_changed(town: Town, lang: str) -> None:
    """People see both runs, the changes by kind, entitlement and county, an example for each, and what no row means."""
    found = compared(town.run(OLD), town.run(NEW))
    sections = Told(found, town.pack.contents, lang).sections()
    text = str(sections)

    assert len(sections) == 6
    for each in found.smallest():
        assert CHANGES[each][lang] in text
    assert {"zh": "没有行就是不符合", "en": "no row is not eligible"}[lang] in text
    everything = compared(town.run(OLD, everything=True), town.run(NEW, everything=True))
    assert {"zh": "没有行就是不符合", "en": "no row is not eligible"}[lang] not in str(
        Told(everything, town.pack.contents, lang).sections()
    )


def call(town: Town, *arguments: str, **environment: str) -> Any:  # noqa: ANN401 - a finished process
    """Runs the command on two runs of a town."""
    folders = (town.run(OLD).folder.as_posix(), town.run(NEW).folder.as_posix())
    pack = (town.folder / "pack").as_posix()
    return run("diff-run", *folders, "--pack", pack, *arguments, environment={"ELIGIBILITY_LANG": "en", **environment})


def test_the_exit_code_tells_whether_anything_differs(town: Town) -> None:
    """Differences end with 1, none with 0, what cannot be compared with 2."""
    same = town.run(OLD).folder.as_posix()
    pack = (town.folder / "pack").as_posix()

    assert call(town).returncode == 1
    assert run("diff-run", same, same, "--pack", pack).returncode == 0
    assert run("diff-run", same, "examples").returncode == 2
    assert run("diff-run", same, same).returncode == 2
    assert run("diff-run", same, same, "--pack", pack, "--households", "x.csv").returncode == 2


def test_the_smallest_households_can_be_screened(town: Town) -> None:
    """Given the tables, each example is printed as a profile that shows the change, without names unless they are asked for."""
    tables = ("--persons", str(town.persons), "--households", str(town.households))
    done = call(town, *tables)
    text = done.stdout.decode()
    raw = text[text.index("---\n") :].encode()
    read = read_profiles(raw, "smallest.yaml", town.pack.on(NEW), stem="smallest")
    profiles = {each.id: each for each in read if isinstance(each, Profile)}
    found = compared(town.run(OLD), town.run(NEW))

    assert "Zzmarkerzz" not in text
    assert "Zzmarkerzz" in call(town, *tables, "--show-personal").stdout.decode()
    for kind, (id, example) in found.smallest().items():
        old, new = (answers(town.pack, profiles[example.household], day) for day in (OLD, NEW))
        key, none = (id, example.subject or "household"), ("ineligible", None)
        assert change(old.get(key, none), new.get(key, none)) == kind


def test_the_list_goes_to_a_file(town: Town, tmp_path: Path) -> None:
    """`--format csv -o FILE` writes every change, for its owner's eyes alone; the page of HTML goes there too."""
    done = call(town, "--format", "csv", "-o", str(tmp_path / "list.csv"))
    assert (done.returncode, done.stdout) == (1, b"")
    assert (tmp_path / "list.csv").read_bytes() == call(town, "--format", "csv").stdout
    assert (tmp_path / "list.csv").stat().st_mode & 0o077 == 0
    assert b"Zzmarkerzz" not in (tmp_path / "list.csv").read_bytes()

    page = call(town, "--format", "html").stdout.decode()
    assert page.startswith("<!DOCTYPE html>")
    assert "What two runs answer differently" in page


def test_the_example_in_the_help_shows_differences() -> None:
    """The runs among the examples are whole, and differ."""
    folders = [Finished.open(ROOT / "examples" / "runs" / year) for year in ("2017", "2018")]

    assert compared(*folders).counts
