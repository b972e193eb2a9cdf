"""`validate`, `schema`, `init` and `doctor`: profiles checked, described and begun, and the machine looked at."""

from __future__ import annotations

import io
import json
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest
import yaml
from click import Choice, Context
from jsonschema import Draft202012Validator
from packs_for_tests import shipped

from eligibility import read_profile, screen, typeset
from eligibility.commands import COMMANDS, cli, doctor, main
from eligibility.packs.calendar import default_folder

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted(path for path in (ROOT / "examples").iterdir() if path.suffix in {".yaml", ".json"})
FAMILIES = [path for path in EXAMPLES if path.stem != "heating"]
HEATING = str(ROOT / "examples" / "packs" / "heating")
PACK = shipped()
OWNERS = ("household", "person")
Printed = pytest.CaptureFixture[str]


def call(capsys: Printed, *arguments: str) -> tuple[object, str, str]:
    """Returns the exit code of a command, what it prints, and what it notes."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    printed = capsys.readouterr()
    return ended.value.code, printed.out, printed.err


def schema(capsys: Printed, what: str, *more: str) -> Draft202012Validator:
    """Returns the validator of a published schema, the schema itself checked."""
    code, out, _ = call(capsys, "schema", what, *more)
    found = json.loads(out)
    assert code == 0
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found)


def plain(text: str) -> Any:  # noqa: ANN401 - whatever the text says
    """Returns what a YAML reader that guesses types makes of a text, days as text."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


@pytest.mark.parametrize("path", FAMILIES, ids=lambda path: path.name)
def test_the_examples_are_valid(path: Path, capsys: Printed) -> None:
    """Each example validates, and its facts are counted."""
    code, out, _ = call(capsys, "validate", str(path), "--format", "json")
    found = json.loads(out)

    assert code == 0
    assert found["valid"]
    assert next(iter(found["known"])) == "household"


def test_a_profile_with_errors_ends_with_three(tmp_path: Path, capsys: Printed) -> None:
    """What is wrong is told with place and advice, and no value is repeated."""
    path = tmp_path / "a.yaml"
    path.write_text("household: {dibao: urbn}\nmembers: [{id: a, aeg: 3, name: Zhang Secret}]\n", encoding="utf-8")
    code, out, err = call(capsys, "validate", str(path), "--lang", "en")

    assert (code, out) == (3, "")
    assert "did you mean `age`?" in err
    assert "one of: `none`, `urban`, `rural`" in err
    assert "Secret" not in err


def test_one_wrong_profile_of_a_stream_ends_with_four(tmp_path: Path, capsys: Printed) -> None:
    """In a stream the others are checked all the same."""
    path = tmp_path / "a.yaml"
    path.write_text("id: a\nmembers: []\n---\nid: b\nmembrs: []\n", encoding="utf-8")
    code, out, err = call(capsys, "validate", str(path), "--lang", "en")

    assert code == 4
    assert out.startswith("a: fine")
    assert "did you mean `members`?" in err


def test_standard_input_is_validated(capsys: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` reads standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"members: [{id: a, age: 30}]")))
    code, out, _ = call(capsys, "validate", "-", "--lang", "en")

    assert code == 0
    assert "1 member, 1 facts known" in out


def test_a_file_that_does_not_exist_is_a_usage_error(capsys: Printed) -> None:
    """A path that cannot be opened ends with 2."""
    assert call(capsys, "validate", "nowhere.yaml")[0] == 2


@pytest.mark.parametrize("path", FAMILIES, ids=lambda path: path.name)
def test_the_profile_schema_accepts_the_examples(path: Path, capsys: Printed) -> None:
    """What the program accepts, its schema accepts."""
    validator = schema(capsys, "profile")

    assert [error.message for error in validator.iter_errors(plain(path.read_text("utf-8")))] == []


def test_the_profile_schema_of_another_pack(capsys: Printed) -> None:
    """The schema speaks the vocabulary of the pack: money as text or number."""
    validator = schema(capsys, "profile", "--pack", HEATING)

    assert validator.is_valid(plain((ROOT / "examples" / "heating.yaml").read_text("utf-8")))
    assert validator.is_valid({"members": [{"id": "a", "income": 869.9}]})
    assert not validator.is_valid({"members": [{"id": "a", "income": "869.901"}]})


@pytest.mark.parametrize(
    "member",
    [
        {"id": "a", "age": -1},
        {"id": "a", "age": 131},
        {"id": "a", "age": "30"},
        {"id": "a", "sex": "f"},
        {"id": "a", "died": "false"},
        {"id": "a", "hukou_county": "62040"},
        {"id": "a", "resident_id": "123"},
        {"id": "a", "monthly_income": "1,000"},
        {"id": "a", "receives": "dibao"},
        {"id": "a", "agee": 3},
        {"age": 3},
    ],
)
def test_the_profile_schema_refuses_what_the_program_refuses(member: dict[str, object], capsys: Printed) -> None:
    """A value out of range, of another form or unknown fails the schema as it fails the program."""
    validator = schema(capsys, "profile")

    assert not validator.is_valid({"members": [member]})
    with pytest.raises(Exception, match=r"<mapping>:\d+:\d+: "):
        read_profile({"members": [member]}, PACK.on(PACK.changes[-1]))


def test_an_unknown_fact_is_null_in_the_schema_too(capsys: Printed) -> None:
    """Null is unknown, for every fact."""
    validator = schema(capsys, "profile")
    facts = PACK.contents.schema
    member: dict[str, object] = {fact.name: None for fact in facts.of("person")}
    home = {fact.name: None for fact in facts.of("household")}
    profile = {"id": None, "as_of": None, "household": home, "members": [{**member, "id": "a"}]}

    assert validator.is_valid(profile)
    assert read_profile(profile, PACK.on(PACK.changes[-1])).household == {}


@pytest.mark.parametrize("path", FAMILIES, ids=lambda path: path.name)
def test_the_screening_schema_accepts_what_is_printed(path: Path, capsys: Printed) -> None:
    """The published form of a screening is what a screening dumps."""
    profile = read_profile(path, PACK.on(PACK.changes[-1]))
    assert profile.as_of is not None
    dumped = screen(PACK.on(profile.as_of), profile).model_dump(mode="json")

    assert [error.message for error in schema(capsys, "screening").iter_errors(dumped)] == []


def test_the_screening_schema_refuses_another_outcome(capsys: Printed) -> None:
    """An outcome is one of three."""
    validator = schema(capsys, "screening")
    profile = read_profile(FAMILIES[0], PACK.on(PACK.changes[-1]))
    dumped = screen(PACK.on(PACK.changes[-1]), profile).model_dump(mode="json")
    dumped["determinations"][0]["outcome"] = "perhaps"

    assert not validator.is_valid(dumped)


@pytest.mark.parametrize(
    "path",
    [default_folder() / one.area / f"{one.id}.yaml" for one in PACK.contents.entitlements.values()]
    + [Path(HEATING) / "housing" / "heating-allowance.yaml"],
    ids=lambda path: path.stem,
)
def test_the_pack_schema_accepts_the_entitlements(path: Path, capsys: Printed) -> None:
    """Each entitlement as written fits the schema, and a misspelt key does not."""
    validator = schema(capsys, "pack")
    said = plain(path.read_text("utf-8"))

    assert [error.message for error in validator.iter_errors(said)] == []
    assert not validator.is_valid({**said, "critera": []})


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("more", [(), ("--pack", HEATING), ("--members", "3"), ("--only", "fee-free-preschool")])
def test_an_empty_profile_is_valid(lang: str, more: tuple[str, ...], tmp_path: Path, capsys: Printed) -> None:
    """What `init` writes validates unedited, and says nothing of anybody."""
    path = tmp_path / "empty.yaml"
    pack = more if "--pack" in more else ()
    code, out, _ = call(capsys, "init", *more, "--lang", lang, "-o", str(path))
    checked, text, _ = call(capsys, "validate", str(path), *pack, "--format", "json")
    known = json.loads(text)["known"]

    assert (code, out, checked) == (0, "", 0)
    assert len(known) == (4 if "3" in more else 2)
    assert set(known.values()) == {0}


def test_every_question_stands_in_the_empty_profile(capsys: Printed) -> None:
    """Each fact has its question beside it, in the language asked for."""
    _, zh, _ = call(capsys, "init", "--lang", "zh")
    _, en, _ = call(capsys, "init", "--lang", "en")

    joined = {"zh": "".join(zh.replace("#", "").split()), "en": "".join(en.replace("#", "").split())}
    for fact in PACK.contents.schema.facts.values():
        assert "".join(fact.question.zh.split()) in joined["zh"]
        assert "".join(fact.question.en.split()) in joined["en"]


def test_only_what_some_entitlements_read(capsys: Printed) -> None:
    """`--only` leaves the facts that the entitlement reads and what they derive from, nothing sensitive."""
    _, out, _ = call(capsys, "init", "--only", "fee-free-preschool")
    found = yaml.safe_load(out)

    assert found["household"] is None
    assert sorted(found["members"][0]) == [
        "education_stage",
        "hukou_county",
        "hukou_province",
        "id",
        "school_county",
        "school_ownership",
        "school_registered",
    ]


def test_an_unknown_entitlement_in_only_is_a_usage_error(capsys: Printed) -> None:
    """`--only` of an id that does not exist ends with 2 and the nearest one."""
    code, _, err = call(capsys, "init", "--only", "fee-free-preschol", "--lang", "en")

    assert code == 2
    assert "did you mean `fee-free-preschool`?" in err


@pytest.mark.parametrize("more", [(), ("--pack", HEATING), ("--members", "3"), ("--only", "fee-free-preschool")])
def test_an_empty_profile_as_json(more: tuple[str, ...], tmp_path: Path, capsys: Printed) -> None:
    """The profile in the JSON of `init` validates unedited, and each of its facts has its question in both languages."""
    path, pack = tmp_path / "empty.json", more if "--pack" in more else ()
    code, out, _ = call(capsys, "init", *more, "--format", "json")
    found = json.loads(out)
    path.write_text(json.dumps(found["profile"]), encoding="utf-8")
    _, text, _ = call(capsys, "init", *more, "--lang", "en")

    assert code == 0
    assert found["profile"] == yaml.safe_load(text) | {"household": found["profile"]["household"]}
    assert call(capsys, "validate", str(path), *pack)[0] == 0
    asked = {owner: [each["name"] for each in found["questions"] if each["owner"] == owner] for owner in OWNERS}
    assert asked == {
        "household": list(found["profile"]["household"]),
        "person": list(found["profile"]["members"][0])[1:],
    }
    assert all(each[part]["zh"] and each[part]["en"] for each in found["questions"] for part in ("question", "write"))


def test_an_empty_profile_as_json_goes_into_a_file(tmp_path: Path, capsys: Printed) -> None:
    """`--output` holds what would be printed, Chinese as it is."""
    path = tmp_path / "empty.json"
    code, out, _ = call(capsys, "init", "--format", "json", "-o", str(path))

    assert (code, out) == (0, "")
    assert path.read_text("utf-8") == call(capsys, "init", "--format", "json")[1]


@pytest.mark.parametrize(
    "name", sorted(COMMANDS.keys() - {"invent"})
)  # it writes tables, in the forms that `batch` reads
def test_every_command_has_a_form_for_machines(name: str) -> None:
    """`--format json` is everywhere, and a half-written `--fo` means it."""
    command = cli.get_command(Context(cli), name)
    assert command is not None
    form = next(each for each in command.params if each.name == "form")

    assert isinstance(form.type, Choice)
    assert "json" in form.type.choices


@pytest.mark.parametrize(
    ("written", "meant"),
    [("--fo", "--format"), ("--for", "--format"), ("--forc", "--force"), ("--mebers", "--members")],
)
def test_a_half_written_option_is_the_one_that_begins_so(written: str, meant: str, capsys: Printed) -> None:
    """The advice names what begins like it, and of two the one that every command has."""
    code, _, err = call(capsys, "init", written, "--lang", "en")

    assert code == 2
    assert f"did you mean `{meant}`?" in err


def test_a_schema_may_be_asked_for_as_json(capsys: Printed) -> None:
    """`schema` has one form, and takes the option that every command has."""
    assert call(capsys, "schema", "screening", "--format", "json") == call(capsys, "schema", "screening")


def test_init_overwrites_only_when_told(tmp_path: Path, capsys: Printed) -> None:
    """A file that exists stays as it is without `--force`."""
    path = tmp_path / "mine.yaml"
    path.write_text("mine", encoding="utf-8")

    assert call(capsys, "init", "-o", str(path))[0] == 2
    assert path.read_text("utf-8") == "mine"
    assert call(capsys, "init", "-o", str(path), "--force")[0] == 0
    assert path.read_text("utf-8") != "mine"


def test_doctor_finds_a_working_machine(capsys: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where everything is there, `doctor` says so line by line and ends with 0."""
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = call(capsys, "doctor", "--lang", "en")

    assert code == 0
    assert PACK.contents.digest in out
    assert "parameters are past their review date" in out
    assert out.splitlines()[-1] == "all is well"


@pytest.mark.parametrize(
    ("variable", "value", "broken"),
    [
        ("ELIGIBILITY_PACK", "nowhere-at-all", "pack"),
        ("ELIGIBILITY_LANG", "fr", "language"),
        ("COLUMNS", "20", "width"),
    ],
)
def test_doctor_names_what_is_broken_and_the_fix(
    variable: str, value: str, broken: str, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is broken has its fix beside it, and the code is 1."""
    monkeypatch.setenv(variable, value)
    code, out, _ = call(capsys, "doctor", "--format", "json")
    found = json.loads(out)

    assert code == 1
    assert not found["ok"]
    assert [each["name"] for each in found["checks"] if not each["ok"]] == [broken]
    assert all(each["fix"]["zh"] and each["fix"]["en"] for each in found["checks"] if not each["ok"])


@pytest.mark.parametrize(("lang", "words"), [("en", ("lacking", "fix: ")), ("zh", ("缺少", "解决："))])
def test_doctor_without_the_second_engine(
    lang: str, words: tuple[str, str], capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second engine that was left out is said with its fix, and is no problem."""

    def nothing(library: str) -> str:
        raise PackageNotFoundError(library)

    monkeypatch.setattr("eligibility.engines.version", nothing)
    code, out, _ = call(capsys, "doctor", "--lang", lang)

    assert code == 0
    assert all(word in out for word in words)
    assert "durable-rules" in out


def test_doctor_with_another_version_of_the_second_engine(capsys: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second engine in a version that was not measured is a problem."""
    monkeypatch.setattr("eligibility.engines.version", lambda _library: "2.0.29")
    code, out, _ = call(capsys, "doctor", "--format", "json")

    assert [each["name"] for each in json.loads(out)["checks"] if not each["ok"]] == (
        ["second-engine"] if sys.version_info < (3, 13) else []
    )
    assert code == (1 if sys.version_info < (3, 13) else 0)


def test_doctor_says_how_to_make_a_pdf(capsys: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without typst, or without a font for rare names, `doctor` says what to install, and nothing counts as broken."""
    monkeypatch.setattr(typeset, "OTHERS", ("No Such Font",))
    code, out, _ = call(capsys, "doctor", "--format", "json")
    fonts = {each["name"]: each for each in json.loads(out)["checks"]}["pdf"]
    monkeypatch.setattr(doctor, "_version", lambda name: None if name == "typst" else "1")
    _, out, _ = call(capsys, "doctor", "--format", "json")
    library = {each["name"]: each for each in json.loads(out)["checks"]}["pdf"]

    assert (code, fonts["ok"], library["ok"]) == (0, True, True)
    assert "fonts-noto-cjk" in fonts["fix"]["en"]
    assert "pip install 'eligibility[pdf]'" in library["fix"]["zh"]


def test_doctor_on_a_stream_that_shows_no_chinese(capsys: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    """An output that cannot show Chinese is named, with the setting that mends it."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--lang", "en"])
    stream.seek(0)

    assert ended.value.code == 1
    assert "set PYTHONIOENCODING=utf-8" in stream.read()
    capsys.readouterr()


def test_doctor_on_a_gbk_console(monkeypatch: pytest.MonkeyPatch) -> None:
    """A GBK console is well; the characters of names that it lacks are named by number."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="gbk")
    monkeypatch.setattr(sys, "stdout", stream)
    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--lang", "zh"])
    stream.seek(0)

    assert ended.value.code == 0
    assert "U+2C386" in stream.read()
