"""Mistakes sown into copies of the Baiyin pack: what is changed, who is expected to find it, and what each finder says."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from eligibility import PackError, RulePack
from eligibility.commands import main
from eligibility.testing import Breach, laws
from eligibility.testing.cases import SUFFIX, read_cases, run
from eligibility.testing.declared import declared
from eligibility.testing.exercised import not_exercised
from eligibility.testing.laws import LAWS
from eligibility.verify.findings import findings

HERE = Path(__file__).resolve().parent
TRUE = HERE.parent / "rules" / "baiyin"
KINDS = ("structure", "values")
FINDERS = ("check", "test", "laws", "verify", "diff")
EXAMPLES = 200
"""How many households are drawn to find what breaks a law."""


@dataclass(frozen=True)
class Edit:
    """One place of a file that is changed.

    Args:
        file: inside the pack.
        find: what stands there: a part of one line, or whole lines, whatever they are indented by.
        replace: what takes its place.
        nth: which one of several, from 1; None where there is one alone.
    """

    file: str
    find: str
    replace: str
    nth: int | None = None

    def made(self, text: str) -> str:
        """Returns the text of the file with the mistake."""
        lines, wanted = text.split("\n"), [line.strip() for line in self.find.rstrip("\n").split("\n")]
        found = [at for at in range(len(lines)) if self._here(lines[at : at + len(wanted)], wanted)]
        assert len(found) >= 1 if self.nth else len(found) == 1, (self.file, self.find, found)
        at = found[(self.nth or 1) - 1]
        old, new = lines[at : at + len(wanted)], self.replace.rstrip("\n").split("\n") if self.replace else []
        indents = [line[: len(line) - len(line.lstrip())] for line in old]
        if len(wanted) == 1:
            told = old[0].replace(wanted[0], new[0] if new else "")
            new = [told, *(indents[0] + line for line in new[1:])] if told.strip() else []
        elif len(new) == len(old):
            new = [indent + line.strip() for indent, line in zip(indents, new, strict=True)]
        else:
            new = [indents[0] + line for line in new]
        return "\n".join([*lines[:at], *new, *lines[at + len(wanted) :]])

    @staticmethod
    def _here(lines: list[str], wanted: list[str]) -> bool:
        if len(wanted) == 1:
            return bool(lines) and wanted[0] in lines[0]
        return [line.strip() for line in lines] == wanted


@dataclass(frozen=True)
class Fault:
    """One mistake.

    Args:
        id: its name.
        kind: of structure, or of values.
        mistake: in words.
        edits: what is changed.
        found_by: who is expected to find it, and by what one knows that it was this.
    """

    id: str
    kind: str
    mistake: str
    edits: tuple[Edit, ...]
    found_by: Mapping[str, str]

    def sown(self, folder: Path) -> Path:
        """Returns a copy of the pack with the mistake."""
        pack = Path(shutil.copytree(TRUE, folder / "baiyin"))
        for edit in self.edits:
            path = pack / edit.file
            path.write_text(edit.made(path.read_text("utf-8")), "utf-8")
        return pack


def faults() -> list[Fault]:
    """Returns every mistake, those of structure first."""
    found = []
    for kind in KINDS:
        told: Mapping[str, Any] = yaml.safe_load((HERE / "faults" / f"{kind}.yaml").read_text("utf-8"))
        for id, said in told.items():
            edits = tuple(Edit(**each) for each in said["edits"])
            found.append(Fault(id, kind, said["mistake"], edits, said["found_by"]))
    return found


def by_check(folder: Path, wanted: str) -> bool:
    """Returns whether `check` says some words; what is wrong with the laws is among them."""
    try:
        pack = RulePack.load(folder)
        declared(pack)
        told = [problem.text("en") for problem in findings(pack)]
    except PackError as error:
        told = [problem.text("en") for problem in error.problems]
    return any(wanted in each for each in told)


def by_test(folder: Path, wanted: str) -> bool:
    """Returns whether the cases of an entitlement fail, cannot be so, or leave something out."""
    pack = RulePack.load(folder)
    path = next(folder.rglob(f"{wanted}{SUFFIX}"))
    try:
        cases = read_cases(pack, path)
    except PackError:
        return True
    gaps = (gap for gap in not_exercised(pack, cases) if gap.entitlement == wanted)
    return any(run(case) for case in cases) or next(gaps, None) is not None


def by_laws(folder: Path, wanted: str) -> bool:
    """Returns whether a law is broken by an entitlement, on a day where that matters."""
    law, entitlement, *days = wanted.split()
    tried = {each.id: each for each in LAWS}.get(law, laws.monotone)
    found = tried.broken(folder, only=[entitlement], days=list(map(date.fromisoformat, days)), examples=EXAMPLES)
    return any(isinstance(each, Breach) and (each.law, each.entitlement) == (law, entitlement) for each in found)


def by_verify(folder: Path, wanted: str) -> bool:
    """Returns whether a check of `verify` finds something in an entitlement, or in a rule between facts, on a day."""
    check, of, day = wanted.split()
    only = [] if check == "integrity" else ["--only", of]
    code, told = called("verify", str(folder), *only, "--on", day)
    return code == 1 and re.search(rf"^{check} · {re.escape(of)}", told, re.MULTILINE) is not None


def by_diff(folder: Path, wanted: str) -> bool:
    """Returns whether `diff` against the true pack finds a difference in an entitlement on a day."""
    entitlement, day = wanted.split()
    code, told = called("diff", str(TRUE), str(folder), "--only", entitlement, "--on", day)
    return code == 1 and re.search(rf"\b{re.escape(entitlement)}$", told, re.MULTILINE) is not None


FOUND: Mapping[str, Callable[[Path, str], bool]] = {
    "check": by_check,
    "test": by_test,
    "laws": by_laws,
    "verify": by_verify,
    "diff": by_diff,
}
"""How each finder is asked."""


def called(*arguments: str) -> tuple[object, str]:
    """Returns the exit code of a command and what it prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            main([*arguments, "--lang", "en"])
        except SystemExit as ended:
            return ended.code, printed.getvalue()
    raise AssertionError("a command ends by leaving")


def table() -> Iterator[str]:
    """Yields the lines of the page on the mistakes."""
    yield "# Mistakes that are sown, and who finds each"
    yield ""
    yield "Each mistake is a small edit in a copy of the Baiyin pack (`tests/faults/`); who finds it was written down before it was tried,"
    yield "and `pytest -m slow tests/test_faults.py` tries it. In the true pack none of the finders finds anything."
    yield "`python tests/test_faults.py` writes this page."
    for kind, head in zip(KINDS, ("Mistakes of structure", "Mistakes of value"), strict=True):
        yield from (
            "",
            f"## {head}",
            "",
            f"| mistake | in | {' | '.join(FINDERS)} |",
            "|---" * (2 + len(FINDERS)) + "|",
        )
        for fault in faults():
            if fault.kind == kind:
                where = ", ".join(f"`{edit.file}`" for edit in fault.edits)
                marks = " | ".join(_mark(fault, finder) for finder in FINDERS)
                yield f"| {fault.mistake} | {where} | {marks} |"


def _mark(fault: Fault, finder: str) -> str:
    """Returns that a finder finds a mistake, and of the laws which one is broken."""
    if finder not in fault.found_by:
        return ""
    return f"`{fault.found_by[finder].split()[0]}`" if finder == "laws" else "finds it"
