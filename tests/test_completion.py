"""What bash and zsh offer when Tab is pressed: commands, options, entitlements, members, readings, facts and files."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from families import ROOT, printed
from offices import environment
from packs_for_tests import shipped

from eligibility.commands import COMMANDS, cli
from eligibility.commands.completing import completed

LI = "examples/li-family.yaml"
PACK = shipped()
OFFERED = {
    "scr": ["screen"],
    "screen --form": ["--format"],
    "screen --format x": ["xlsx"],
    "show fee-free-pre": ["fee-free-preschool"],
    "screen --only medical-a": ["medical-assistance"],
    f"explain {LI} fee-free-preschool ch": ["child"],
    "list --area ed": ["education"],
    "screen --reading preschool-a": ["preschool-age"],
    "screen --pack examples/packs/heating --only heating-al": ["heating-allowance"],
    "completion z": ["zsh"],
}
"""Words on a command line, and what Tab makes of the last of them."""


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """Returns the environment of a machine on which `eligibility` is a command."""
    command = tmp_path / "eligibility"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT / "cli.py"}" "$@"\n', "utf-8")
    command.chmod(0o755)
    found = environment(tmp_path, {})
    return {**found, "PATH": f"{tmp_path}:{found['PATH']}"}


def pressed(shell: str, script: str, machine: dict[str, str]) -> list[str]:
    """Returns the words that a script prints in a shell, one a line."""
    done = subprocess.run(
        [shell, "-c", script], cwd=ROOT, env=machine, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.stderr == ""
    return done.stdout.split()


def test_bash_completes(machine: dict[str, str]) -> None:
    """The script that is printed for bash offers what is meant for each word."""
    if shutil.which("bash") is None:
        pytest.skip("no bash here")
    lines = [printed("completion", "bash")]
    for typed in OFFERED:
        words = " ".join(f"'{word}'" for word in ["eligibility", *typed.split()])
        count = len(typed.split())
        lines.append(f"COMPREPLY=(); COMP_WORDS=({words}); COMP_CWORD={count}; _eligibility_completion eligibility")
        lines.append('echo "${COMPREPLY[*]}"')
    lines.append("complete -p eligibility | grep -c _eligibility_completion")

    assert pressed("bash", "\n".join(lines), machine) == [*(word for offer in OFFERED.values() for word in offer), "1"]


def test_zsh_completes(machine: dict[str, str]) -> None:
    """The script that is printed for zsh is taken by zsh, and offers what is meant with what people call it."""
    if shutil.which("zsh") is None:
        pytest.skip("no zsh here")
    lines = ["autoload -Uz compinit; compinit -u -D", printed("completion", "zsh")]
    lines += ["_describe() { print -l -- ${(P)3} }", "compadd() { print -l -- ${@[-1]} }"]
    for typed in ("show fee-free-pre", "screen --only medical-a"):
        words = " ".join(f"'{word}'" for word in ["eligibility", *typed.split()])
        lines.append(f"words=({words}); CURRENT={len(typed.split()) + 1}; _eligibility_completion")
    told = pressed("zsh", "\n".join(lines), machine)

    assert [word for word in told if word.isascii()] == []
    assert [word.partition(":")[0] for word in told] == ["fee-free-preschool", "medical-assistance"]
    assert all(":" in word and not word.isascii() for word in told)


def offers(line: str, metavar: str) -> dict[str, str | None]:
    """Returns what a parameter with a metavar offers for the last word of a line, with what each is called."""
    *before, last = line.split(" ")
    command = completed(
        click.Command("c", params=[click.Argument(["path"]), click.Option(["--set", "told"], metavar=metavar)])
    )
    ctx = command.make_context("c", [*before, "--set", "x"])
    return {item.value: item.help for item in command.params[1].shell_complete(ctx, last)}


def test_facts_are_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a fact is asked for: facts of the household, members, the facts of a member, and the values of a fact."""
    monkeypatch.chdir(ROOT)
    setting = "MEMBER.FACT=VALUE"

    assert offers(f"{LI} dib", setting) == {"dibao": "家庭享受最低生活保障", "dibao_class": "农村低保类别"}
    assert offers(f"{LI} ch", setting) == {"child.": ""}
    assert set(offers(f"{LI} child.school_o", setting)) == {"child.school_ownership"}
    assert offers(f"{LI} child.sex=", setting) == {"child.sex=female": "女", "child.sex=male": "男"}
    assert set(offers(f"{LI} dibao=", setting)) == {f"dibao={value}" for value in ("none", "urban", "rural")}
    assert set(offers(f"{LI} monthly", "FACT=FROM:TO:STEP")) == {"monthly_income"}


def test_every_fact_and_entitlement_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the vocabulary is left out."""
    monkeypatch.chdir(ROOT)
    facts = PACK.contents.schema

    assert set(offers(f"{LI} child.", "MEMBER.FACT=VALUE")) == {f"child.{fact.name}" for fact in facts.of("person")}
    assert set(offers(f"{LI} ", "ID")) == set(PACK.contents.entitlements)


@pytest.mark.parametrize("line", ["nosuch.yaml m", "rules m"])
def test_what_does_not_load_offers_nothing_of_a_person(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile that is not there or is none spoils nothing: there is just nothing to offer."""
    monkeypatch.chdir(ROOT)

    assert offers(line, "SUBJECT") == {}


def test_every_word_that_asks_for_a_name_of_the_pack_offers_it() -> None:
    """No command has a parameter for an entitlement or a profile that Tab knows nothing of."""
    context = cli.make_context("eligibility", ["doctor"])
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        for param in command.params:
            kind = (param.metavar or str(param.name)).strip("[].…").upper()
            if kind.split("=")[0] in {"ID", "PROFILE", "SUBJECT", "AREA", "MEMBER.FACT", "FACT"}:
                assert type(param.type).__name__ == "_Offered", f"{name} {param.name}"
