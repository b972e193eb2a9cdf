"""`screen`: every entitlement of every member, grouped by what it came to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING

import click

from eligibility.commands.console import (
    language,
    load_pack,
    note,
    note_error,
    print_json,
    profiles,
    today,
    write_bytes,
)
from eligibility.commands.options import (
    as_of_option,
    format_option,
    lang_option,
    output_option,
    pack_option,
    reading_option,
)
from eligibility.commands.paper import PAPER, check_paper, one_household, outlet, reader_option, write_report
from eligibility.commands.results import Results
from eligibility.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from eligibility.chain import Consequence
    from eligibility.opinion import Engine, Opinion
    from eligibility.otherwise import Otherwise
    from eligibility.packs.calendar import RulePack, Rules
    from eligibility.profile import Profile
    from eligibility.screening import Screening

DIFFER, BAD_INPUT, REJECTS = 1, 3, 4


@click.command("screen")
@click.argument("paths", nargs=-1, required=True, metavar="PROFILE...")
@pack_option
@reading_option
@as_of_option
@click.option(
    "--only", multiple=True, metavar="ID", help="只查这个事项，可多次 Only this entitlement; may be repeated."
)
@lang_option
@format_option("text", "json", "markdown", "xlsx", *PAPER)
@reader_option
@output_option
@click.option(
    "--all", "everything", is_flag=True, help="全部列出 Open services too, and all reasons of what is closed."
)
@click.option(
    "--certain", is_flag=True, help="未知的事怎样都不影响的也定下来 Settle also what no unknown fact can change."
)
@click.option("--readings", is_flag=True, help="换一种读法会改变什么 What other readings would change.")
@click.option("--unlocks", is_flag=True, help="JSON 里也写批准后会怎样 In JSON too, what grants would open and end.")
@click.option(
    "--engine",
    type=click.Choice(["core", "durable"]),
    default="core",
    show_default=True,
    help="以谁的结论为准，durable 时两个引擎都算 Whose answers stand; with durable both are asked.",
)
@click.option("--cross-check", is_flag=True, help="请第二引擎另算一遍 Ask a second engine too; 1 if they differ.")
@click.option("--show-personal", "personal", is_flag=True, help="显示姓名 Show names.")
def screen_command(  # noqa: PLR0913 - one parameter for each option
    paths: tuple[str, ...],
    pack_folder: str | None,
    as_of: date | None,
    only: tuple[str, ...],
    lang: str | None,
    form: str,
    *,
    everything: bool,
    certain: bool,
    readings: bool,
    unlocks: bool,
    engine: Engine,
    cross_check: bool,
    personal: bool,
) -> int:
    """筛查家庭：能享受什么，还要弄清什么，凭什么。Screens households: what they can have, what is open, and why.

    PROFILE 是 YAML、JSON 文件或 Excel 表，`-` 是标准输入。PROFILE is a YAML or JSON file or an Excel form; `-` is stdin.

    \b
    例 Example:
      python cli.py screen examples/li-family.yaml
      python cli.py screen examples/li-family.yaml \\
        --format pdf -o li.pdf
      python cli.py screen examples/li-family.yaml \\
        --format xlsx -o results.xlsx
    """  # noqa: D301 - click reads the control character
    check_paper(form)
    pack = load_pack(pack_folder)
    for id in only:
        pack.entitlement(id)
    run = Run(
        pack, as_of, only, language(lang), form, everything, personal, certain, readings, unlocks, engine, cross_check
    )
    return run.files(paths)


@dataclass(frozen=True)
class Run:
    """One call of the command."""

    pack: RulePack
    as_of: date | None
    only: tuple[str, ...]
    lang: str
    form: str
    everything: bool
    personal: bool
    certain: bool = False
    readings: bool = False
    unlocks: bool = False
    engine: Engine = "core"
    cross_check: bool = False

    @cached_property
    def results(self) -> Results:
        """The workbook that every household goes into."""
        return Results(self.lang)

    def files(self, paths: Sequence[str]) -> int:
        """Screens every profile of one file, in which some may be wrong, or of several, all of which have to be right."""
        from eligibility.errors import ProfileError

        found = profiles(paths, self.pack.on(self.as_of or today()))
        if len(paths) == 1:
            first = list(islice(found, 2))
            # One profile alone that is wrong is bad input; in a stream the others go on.
            if len(first) == 1 and isinstance(first[0], ProfileError):
                raise first[0]
            one_household(len(first), self.form)
            return self.all(chain(first, found), several=len(first) > 1)
        one_household(len(paths), self.form)
        held = list(found)
        wrong = [each for each in held if isinstance(each, ProfileError)]
        for each in wrong:
            note_error(each, self.lang, more=True)
        return BAD_INPUT if wrong else self.all(held, several=True)

    def all(self, found: Iterable[object], *, several: bool) -> int:
        """Screens and prints every profile; returns 4 where some were refused."""
        from eligibility.errors import ProfileError
        from eligibility.profile import Profile

        code, count = 0, 0
        for each in found:
            if isinstance(each, ProfileError):
                note_error(each, self.lang, more=True)
                code = REJECTS
            elif isinstance(each, Profile):
                if count and self.form not in {"json", "xlsx"}:
                    click.echo()
                agrees = self.one(each, line=several)
                code = code if agrees else max(code, DIFFER)
                count += 1
        if self.form == "xlsx":
            write_bytes(self.results.bytes(), outlet(), self.lang)
        return code

    def one(self, profile: Profile, *, line: bool) -> bool:
        """Screens and prints one profile; returns whether nothing differs between the engines that were asked."""
        from eligibility.screening import screen

        for words in profile.notes:
            note(words[self.lang])
        rules = self.pack.on(self.as_of or profile.as_of or today())
        if not rules.state.rulings:
            note(Words("这一天规则包里没有任何事项施行", "nothing in the pack is in force on this day")[self.lang])
        if not profile.members:
            note(Words("没有列出成员，没有筛查什么人", "no member is listed: nobody was screened")[self.lang])
        for id in self.only:
            if rules.ruling(id) is None:
                note(not_in_force(rules, id)[self.lang])
        plain = screen(rules, profile, self.only, cross_check=self.cross_check, engine=self.engine)
        # What another reading or a grant would change is told against the plain answers, which are asked in the same way.
        others = self.others(rules, profile, plain)
        wanted = self.form != "json" or self.unlocks or self.cross_check
        brought = self.consequences(rules, profile, plain) if wanted else []
        opinion = self.checked(rules, profile, plain, brought)
        shown = screen(rules, profile, self.only, certain=True) if self.certain else plain
        screening = replace(shown, second_opinion=opinion)
        if self.form != "json":
            self.report(rules, profile, screening, brought, others)
            return opinion is None or not opinion.differs
        found = screening.model_dump()
        if self.unlocks:
            found["if_granted"] = self.dumped("if_granted", brought)
        if others is not None:
            found["otherwise"] = self.dumped("otherwise", others)
        print_json(found, line=line)
        return opinion is None or not opinion.differs

    def checked(
        self, rules: Rules, profile: Profile, screening: Screening, brought: Sequence[Consequence]
    ) -> Opinion | None:
        """Returns the second opinion, with what it says of grants where that is asked for; None where there is none."""
        opinion = screening.second_opinion
        if opinion is None:
            return None
        if opinion.missing is not None:
            why = opinion.missing[self.lang]
            note(Words(f"没有第二意见：{why}", f"there is no second opinion: {why}")[self.lang])
        from eligibility.crosscheck import with_chains

        return opinion if self.only or not self.cross_check else with_chains(rules, profile, screening, brought)

    @staticmethod
    def dumped(name: str, found: object) -> object:
        """Returns what a screening has beside, as JSON has it."""
        from eligibility.commands.schemas import extras

        return extras()[name].dump_python(found, mode="json")

    def others(self, rules: Rules, profile: Profile, screening: Screening) -> list[Otherwise] | None:
        """Returns what other readings would change, where that is asked for."""
        from eligibility.otherwise import otherwise

        return otherwise(rules, profile, screening, self.only) if self.readings else None

    def consequences(self, rules: Rules, profile: Profile, screening: Screening) -> list[Consequence]:
        """Returns what grants would bring; nothing where only some entitlements were screened."""
        from eligibility.chain import consequences

        return [] if self.only else consequences(rules, profile, screening)

    def report(
        self,
        rules: Rules,
        profile: Profile,
        screening: Screening,
        brought: Sequence[Consequence],
        others: Sequence[Otherwise] | None,
    ) -> None:
        """Prints the report for people, or writes it for paper."""
        from eligibility.commands.terminal import print_page
        from eligibility.outlook import openings
        from eligibility.prospects import Prospects
        from eligibility.report import Report

        later = openings(rules, profile, screening, self.only)
        report = Report(rules, screening, profile, later, self.lang, self.everything, self.personal)
        prospects = Prospects(report, brought, others)
        more = prospects.sections()
        if screening.second_opinion is not None:
            from eligibility.sidebyside import SideBySide

            more.append(SideBySide(prospects, screening.second_opinion).section())
        if self.form == "xlsx":
            self.results.add(report, report.sections(more))
        elif self.form in PAPER:
            write_report(report, more, self.form)
        else:
            print_page(report.sections(more), self.form)


def not_in_force(rules: Rules, id: str) -> Words:
    """Returns that an entitlement is not in force on the day, with its first or its last day."""
    from eligibility import speech

    entitlement = rules.pack.entitlement(id)
    force = entitlement.in_force
    zh, en = (speech.day(rules.day, lang) for lang in ("zh", "en"))
    if force.to is not None and force.to < rules.day:
        last = [speech.day(force.to, lang) for lang in ("zh", "en")]
        told = Words(f"施行到{last[0]}为止", f"it ended on {last[1]}")
    else:
        first = [speech.day(force.first, lang) for lang in ("zh", "en")]
        told = Words(f"自{first[0]}起施行", f"it begins on {first[1]}")
        if force.surely_from is not None:
            sure = [speech.day(force.surely_from, lang) for lang in ("zh", "en")]
            zh = f"不早于{first[0]}施行，{sure[0]}起确定"
            told = Words(zh, f"it begins on {first[1]} at the earliest, and surely holds from {sure[1]}")
    return Words(
        f"{entitlement.label.zh} ({id})：{zh}不施行，{told.zh}",
        f"{entitlement.label.en} ({id}): not in force on {en}; {told.en}",
    )
