"""What `batch` is given: tables, rules, a day, and how the tables are to be screened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eligibility.commands.console import language, load_pack, today

if TYPE_CHECKING:
    from eligibility.packs.calendar import RulePack, Rules
    from eligibility.runs.manifest import Manifest, RunOptions


@dataclass(frozen=True)
class Asked:
    """One call of the command; a field for each option."""

    persons: tuple[str, ...]
    households: tuple[str, ...]
    mapping: str | None
    output: str | None
    as_of: date | None
    only: tuple[str, ...]
    everything: bool
    wide: bool
    take_up: bool
    resume: bool
    row: str | None
    chunk_rows: int | None
    personal: bool
    quiet: bool
    pack_folder: str | None
    lang: str | None
    form: Any

    @property
    def said(self) -> str:
        """The language of the screen."""
        return language(self.lang)

    @cached_property
    def pack(self) -> RulePack:
        """The rules, each entitlement that was asked for among them."""
        pack = load_pack(self.pack_folder)
        for id in self.only:
            pack.entitlement(id)
        return pack

    @cached_property
    def earlier(self) -> Manifest | None:
        """The run that stands in the folder, if there is one."""
        from eligibility.runs.folder import read

        return read(Path(self.output)) if self.output is not None else None

    @cached_property
    def day(self) -> date | None:
        """The day that is asked for, else that of the run that is there; None where the tables may name it."""
        return self.as_of or (self.earlier.basis.as_of if self.earlier and (self.resume or self.row) else None)

    @cached_property
    def rules(self) -> Rules:
        """The rules of the day, of today where none is asked for."""
        return self.pack.on(self.day or today())

    @property
    def options(self) -> RunOptions:
        """How the tables are to be screened; a run that is gone on with keeps its chunks and the language of its files."""
        from eligibility.runs.manifest import CHUNK_ROWS, RunOptions

        there = self.earlier.basis.options if self.earlier and self.resume else None
        lang = there.lang if there else self.said
        return RunOptions(
            only=tuple(sorted(set(self.only))),
            everything=self.everything,
            shape="wide" if self.wide else "long",
            form=self.form,
            take_up=self.take_up,
            personal=self.personal,
            chunk_rows=self.chunk_rows or (there.chunk_rows if there else CHUNK_ROWS),
            lang="en" if lang == "en" else "zh",
        )
