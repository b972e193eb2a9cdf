"""The folder of a run: what it may be, what it holds, and when a run is gone on with."""

from __future__ import annotations

import errno
import fcntl
import json
from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from batches import City, Make, tree
from packs_for_tests import figure

from eligibility import BadChoice, UnknownName
from eligibility.population import screen_tables
from eligibility.runs import lock
from eligibility.runs.disk import PART, Disk, marked, put
from eligibility.runs.folder import LOCK, PARTS, WORK, Folder, read
from eligibility.runs.manifest import NAME, Counts


@pytest.fixture
def city(make: Make, tmp_path: Path) -> City:
    """Gives some tables with a pack."""
    return City.build(make, tmp_path / "in")


def test_a_new_and_an_empty_folder_are_taken(city: City, tmp_path: Path) -> None:
    """A folder that is not there is made, an empty one is used, and `resume` on either begins afresh; all come out alike."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "other").mkdir()
    for name, resume in (("new", False), ("empty", False), ("other", True), ("fresh", True)):
        city.screen(tmp_path / name, resume=resume)

    assert tree(tmp_path / "new") == tree(tmp_path / "empty") == tree(tmp_path / "other") == tree(tmp_path / "fresh")


@pytest.mark.parametrize("resume", [False, True])
@pytest.mark.parametrize("name", ["theirs.txt", NAME, "determinations"])
def test_what_is_somebody_elses_is_left_alone(name: str, resume: bool, city: City, tmp_path: Path) -> None:  # noqa: FBT001 - a parameter of the test
    """A folder that holds anything else is refused with advice, and stays as it was."""
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_text("{}", "utf-8")
    with pytest.raises(BadChoice, match="choose a new or empty folder"):
        city.screen(out, resume=resume)

    assert [path.name for path in out.iterdir()] == [name]
    assert (out / name).read_text("utf-8") == "{}"


def test_a_run_is_gone_on_with_only_when_told(city: City, tmp_path: Path) -> None:
    """A folder that holds a run is refused without `resume`, and the advice says so."""
    city.screen(tmp_path / "out")
    before = tree(tmp_path / "out")
    with pytest.raises(BadChoice, match="add --resume"):
        city.screen(tmp_path / "out")

    assert tree(tmp_path / "out") == before


def test_a_file_is_no_folder(city: City, tmp_path: Path) -> None:
    """A file in the place of the folder, or a folder whose parent is missing, is said by name."""
    (tmp_path / "file").write_text("x", "utf-8")
    for place, code in (("file", errno.ENOTDIR), ("missing/out", errno.ENOENT)):
        with pytest.raises(OSError, match=place) as told:
            city.screen(tmp_path / place)
        assert told.value.errno == code


def test_a_link_in_the_folder_leads_nowhere(city: City, tmp_path: Path) -> None:
    """Where a folder of the run was replaced by a link, nothing is written through it."""
    whole = city.screen(tmp_path / "out")
    elsewhere = tmp_path / "elsewhere"
    (whole.folder / "determinations").rename(elsewhere)
    (whole.folder / "determinations").symlink_to(elsewhere)
    before = tree(elsewhere)
    (elsewhere / "00000.parquet").write_bytes(b"changed")
    with pytest.raises(BadChoice, match="is no folder"):
        city.screen(whole.folder, resume=True)

    assert tree(elsewhere) == {**before, "00000.parquet": b"changed"}


def test_a_finished_run_is_not_done_again(city: City, tmp_path: Path) -> None:
    """Going on with a run that is complete touches no file, and tells what it came to."""
    first = city.screen(tmp_path / "out")
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.parquet")}
    again = city.screen(tmp_path / "out", resume=True)

    assert again.manifest == first.manifest
    assert {path: path.stat().st_mtime_ns for path in times} == times


DAMAGES = list(product(["cut", "gone", "changed"], ["determinations/00001.parquet", "rejects.csv", NAME]))


@pytest.mark.parametrize(
    ("damage", "place"), [pytest.param(*each, marks=[pytest.mark.slow] * (at % 2)) for at, each in enumerate(DAMAGES)]
)
def test_a_damaged_file_is_made_again(place: str, damage: str, city: City, tmp_path: Path) -> None:
    """A file of a finished run that was cut, changed or taken away is noticed, and comes out as it was."""
    out = tmp_path / "out"
    city.screen(out)
    whole = tree(out)
    path = out / place
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(whole[place][:-9] if damage == "cut" else whole[place][:-9] + b"123456789")
    if place == NAME:
        # Without its manifest a folder is nobody's, and files lie in it.
        with pytest.raises(BadChoice, match="choose a new or empty folder"):
            city.screen(out, resume=True)
        return
    city.screen(out, resume=True)

    assert tree(out) == whole


def test_what_was_left_behind_is_cleaned_away(city: City, tmp_path: Path) -> None:
    """Unfinished files, the scratch folder and parts that a killed run left are gone; what others put there stays."""
    out = tmp_path / "out"
    city.screen(out)
    whole = tree(out)
    (out / WORK).mkdir()
    (out / PARTS).mkdir()
    for name in (f"{WORK}/x", f"{PARTS}/y", f"determinations/00007.parquet{PART}", f"{NAME}{PART}", "notes.part"):
        (out / name).write_bytes(b"x")
    city.screen(out, resume=True)

    assert tree(out) == whole | {"notes.part": b"x"}


DIFFERENT: dict[str, Callable[[City, Path], object]] = {
    "`--as-of`": lambda city, out: city.screen(out, resume=True, day=date(2020, 6, 2)),
    "`--only`": lambda city, out: city.screen(out, resume=True, only=("old",)),
    "`--all`": lambda city, out: city.screen(out, resume=True, everything=True),
    "`--wide`": lambda city, out: city.screen(out, resume=True, shape="wide"),
    "`--format`": lambda city, out: city.screen(out, resume=True, form="csv"),
    "`--take-up`": lambda city, out: city.screen(out, resume=True, take_up=True),
    "`--show-personal`": lambda city, out: city.screen(out, resume=True, personal=True),
    "`--chunk-rows`": lambda city, out: city.screen(out, resume=True, chunk_rows=6),
}


@pytest.mark.parametrize("option", list(DIFFERENT))
def test_other_options_are_refused(option: str, city: City, tmp_path: Path) -> None:
    """A run is gone on with only as it was asked for; what differs is named, and nothing is touched."""
    city.screen(tmp_path / "out")
    before = tree(tmp_path / "out")
    with pytest.raises(BadChoice, match="differs") as told:
        DIFFERENT[option](city, tmp_path / "out")

    assert option in told.value.message.en
    assert option in told.value.message.zh
    assert tree(tmp_path / "out") == before


def test_other_tables_are_refused(make: Make, city: City, tmp_path: Path) -> None:
    """Tables of which one byte changed are other tables."""
    city.screen(tmp_path / "out")
    other = City.build(make, tmp_path / "in", homes=15)
    with pytest.raises(BadChoice, match="the tables that are read"):
        other.screen(tmp_path / "out", resume=True)


def test_other_rules_are_refused(make: Make, city: City, tmp_path: Path) -> None:
    """A pack of which one figure changed, and the same pack under another reading, are other rules."""
    city.screen(tmp_path / "out")
    changed = make(parameters=figure("more", "from: 2000-01-01, value: 7"))
    rules = changed.on(date(2020, 6, 1))
    with pytest.raises(BadChoice, match="the content of the rules"):
        screen_tables(rules, [city.persons], tmp_path / "out", households=[city.households], resume=True)


def test_a_mapping_is_part_of_what_a_run_rests_on(city: City, tmp_path: Path) -> None:
    """With another mapping a run is another one."""
    city.screen(tmp_path / "out")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("{}\n", "utf-8")
    rules = city.pack.on(date(2020, 6, 1))
    with pytest.raises(BadChoice, match="`--map`"):
        screen_tables(rules, [city.persons], tmp_path / "out", mapping=mapping, resume=True)


@pytest.mark.parametrize("out", ["in", "in/out", "."])
def test_tables_and_results_stand_apart(out: str, city: City, tmp_path: Path) -> None:
    """Results do not go where tables are read from, since they would be read as tables; nor the other way round."""
    rules = city.pack.on(date(2020, 6, 1))
    before = tree(tmp_path)
    with pytest.raises(BadChoice, match="overlap"):
        screen_tables(rules, [tmp_path / "in"], tmp_path / out)

    assert tree(tmp_path) == before


def test_an_unknown_entitlement_is_said_before_anything_is_made(city: City, tmp_path: Path) -> None:
    """An id that the pack does not have ends it before there is a folder."""
    with pytest.raises(UnknownName, match="odl"):
        city.screen(tmp_path / "out", only=("odl",))

    assert not (tmp_path / "out").exists()


def test_tables_that_cannot_be_read_leave_no_folder(city: City, tmp_path: Path) -> None:
    """Where the tables do not open, a new folder is gone again, and an empty one is empty again."""
    (tmp_path / "empty").mkdir()
    for name in ("new", "empty"):
        with pytest.raises(OSError, match="missing"):
            screen_tables(city.pack.on(date(2020, 6, 1)), [tmp_path / "missing.parquet"], tmp_path / name)

    assert not (tmp_path / "new").exists()
    assert list((tmp_path / "empty").iterdir()) == []


def test_nobody_else_may_read_a_run(city: City, tmp_path: Path) -> None:
    """Every folder and every file of a run is for its owner alone."""
    city.screen(tmp_path / "out")

    paths = [tmp_path / "out", *(tmp_path / "out").rglob("*")]
    assert [path for path in paths if path.stat().st_mode & 0o077] == []


def test_the_manifest_vouches_for_every_file(city: City, tmp_path: Path) -> None:
    """The manifest lists every file of a finished run with its size and digest, and names no path and no clock."""
    city.screen(tmp_path / "out")
    found = read(tmp_path / "out")
    assert found is not None
    files = {name: mark for piece in found.pieces for name, mark in piece.files.items()} | dict(found.files)
    text = (tmp_path / "out" / NAME).read_text("utf-8")

    assert files == {name: marked(tmp_path / "out" / name) for name in tree(tmp_path / "out") if name != NAME}
    assert found.complete
    assert str(tmp_path) not in text
    assert "persons.parquet" not in text
    assert set(json.loads(text)) == {"schema", "complete", "basis", "counts", "files", "pieces"}
    assert found.written() == text.encode()


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", '{"counts": {}}', "\x00"],
)
def test_a_manifest_that_is_none_is_not_taken_for_one(text: str, city: City, tmp_path: Path) -> None:
    """What is no manifest, and one whose sums are not those of its chunks, is none of ours."""
    out = tmp_path / "out"
    city.screen(out)
    whole = json.loads((out / NAME).read_text("utf-8"))
    wrong = json.dumps(whole | {"counts": whole["counts"] | {"rows": 1}})
    for each in (text, wrong):
        (out / NAME).write_text(each, "utf-8")
        assert read(out) is None


def test_the_counts_of_chunks_add_up(city: City, tmp_path: Path) -> None:
    """The counts of a run are the sums of those of its chunks."""
    found = city.screen(tmp_path / "out")

    assert len(found.manifest.pieces) > 4
    assert found.counts == sum((piece.counts for piece in found.manifest.pieces), Counts())


def test_one_folder_has_one_writer(tmp_path: Path) -> None:
    """Whoever comes second is refused at once, and comes in as soon as the first one is gone."""
    with Folder(tmp_path / "out"), pytest.raises(BadChoice, match="another run is writing"):
        Folder(tmp_path / "out", resume=True)
    Folder(tmp_path / "out").close()

    assert not (tmp_path / "out").exists()


def test_a_lock_that_was_taken_away_holds_nobody_off(tmp_path: Path) -> None:
    """Who got hold of a lock whose file was removed in between takes the one that is there now."""
    first = lock.Lock(tmp_path / LOCK)
    (tmp_path / LOCK).unlink()
    second = lock.Lock(tmp_path / LOCK)
    with pytest.raises(BadChoice):
        lock.Lock(tmp_path / LOCK)
    first.release()
    second.release()


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_disk_without_locks_is_said(code: int, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk has no locks the run goes on, and says that nobody is held off."""

    def none(*_: object) -> None:
        raise OSError(code, "no locks")

    monkeypatch.setattr(fcntl, "flock", none)
    told: list[str] = []
    screen_tables(
        city.pack.on(date(2020, 6, 1)), [city.persons], tmp_path / "out", say=lambda words: told.append(words.en)
    )

    assert lock.UNLOCKED.en in told


def test_a_lock_that_fails_otherwise_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another fault of the lock is neither a disk without locks nor another process."""

    def broken(*_: object) -> None:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(fcntl, "flock", broken)
    with pytest.raises(OSError, match="broken"):
        lock.Lock(tmp_path / LOCK)


def test_a_file_is_written_through_no_link(tmp_path: Path) -> None:
    """A link under the name in between is an error; what it leads to stays."""
    (tmp_path / "theirs").write_text("x", "utf-8")
    (tmp_path / f"a{PART}").symlink_to(tmp_path / "theirs")
    with pytest.raises(FileExistsError):
        put(Disk(), tmp_path / "a", [b"data"])

    assert (tmp_path / "theirs").read_text("utf-8") == "x"


def test_a_large_file_is_written_in_blocks(tmp_path: Path) -> None:
    """A file comes out whole however it is cut, and its digest is that of its bytes."""
    data = bytes(range(256)) * 9000
    found = put(Disk(), tmp_path / "a", iter([data[:5], data[5:]]))

    assert (tmp_path / "a").read_bytes() == data
    assert marked(tmp_path / "a") == found
    assert found.bytes == len(data)
