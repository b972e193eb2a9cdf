"""`what-if`: what changes when facts change, where a household falls off a cliff, and what would open an entitlement."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eligibility.commands.console import console, language, load_pack, note, one_profile, print_json, today
from eligibility.commands.options import (
    as_of_option,
    force_option,
    format_option,
    lang_option,
    pack_option,
    reading_option,
)
from eligibility.commands.paper import unused
from eligibility.commands.usage import Wrong
from eligibility.errors import BadChoice
from eligibility.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eligibility.packs.calendar import Rules
    from eligibility.page import Section
    from eligibility.profile import Profile
    from eligibility.supposing import Supposing
    from eligibility.sweep import Curve
    from eligibility.toward import Toward
    from eligibility.whatif import Change, Changed, Difference


@click.command("what-if")
@click.argument("path", metavar="PROFILE")
@click.option(
    "--set",
    "sets",
    multiple=True,
    metavar="MEMBER.FACT=VALUE",
    help="改一项事实，可多次；空值为未知 A fact as it might be; may be repeated; empty is unknown.",
)
@click.option(
    "--sweep",
    metavar="FACT=FROM:TO:STEP",
    help="让一项事实从小到大，画出合计，指出断崖 One fact from low to high: the sum, and every cliff.",
)
@click.option("--toward", metavar="ID", help="怎样才能享受这个事项 The fewest changes that would open it.")
@force_option
@click.option("--chart", type=click.Path(), metavar="FILE", help="曲线写入 .svg 或 .png The curve as a file.")
@pack_option
@reading_option
@as_of_option
@lang_option
@format_option("text", "json", "markdown")
@click.option("--show-personal", "personal", is_flag=True, help="显示姓名 Show names.")
def what_if_command(  # noqa: PLR0913 - one parameter for each option
    path: str,
    sets: tuple[str, ...],
    sweep: str | None,
    toward: str | None,
    chart: str | None,
    *,
    pack_folder: str | None,
    as_of: date | None,
    lang: str | None,
    form: str,
    personal: bool,
) -> int:
    """假设事实变了：得到什么，失去什么，怎样才能享受。Supposes other facts: what is gained, what is lost, what opens more.

    家庭的事实写 household.FACT，成员的写 成员.FACT。A fact is household.FACT or MEMBER.FACT.

    \b
    例 Example:
      python cli.py what-if examples/li-family.yaml --set grandfather.age=80
      python cli.py what-if examples/zhao-guarantee.yaml --sweep income_per_person=0:800:50
      python cli.py what-if examples/li-family.yaml --toward employment-assistance
    """  # noqa: D301 - click reads the control character
    _check(asked=bool(sets or sweep or toward), one=not (sweep and toward), drawn=bool(sweep or not chart))
    said, pack = language(lang), load_pack(pack_folder)
    if toward:
        pack.entitlement(toward)
    profile = one_profile(path, pack.on(as_of or today()))
    for words in profile.notes:
        note(words[said])
    run = _Run.of(pack.on(as_of or profile.as_of or today()), profile, sets, said, form, personal=personal)
    if sweep:
        return run.sweep(sweep, unused(chart) if chart else None)
    return run.toward(toward) if toward else run.compare()


def _check(**right: bool) -> None:
    """Raises Wrong where nothing is asked, or two things that do not go together."""
    if not all(right.values()):
        zh = "写 `--set`、`--sweep` 或 `--toward`；`--chart` 与 `--sweep` 同用"
        en = "it takes `--set`, `--sweep` or `--toward`; `--chart` goes with `--sweep`"
        raise Wrong(zh, en, Words("如 `--set household.dibao=urban`", "as in `--set household.dibao=urban`"))


def _changes(rules: Rules, profile: Profile, sets: Sequence[str]) -> list[Change]:
    """Returns the changes that were asked for."""
    from eligibility.whatif import Change, fact_of, read_value

    found = []
    for each in sets:
        written, equals, value = each.partition("=")
        if not equals:
            raise BadChoice(Words("改动写成 `成员.事实=值`", "a change is written `member.fact=value`"))
        subject, name = fact_of(rules.pack.contents.schema, profile, written)
        found.append(Change(subject, name, read_value(rules, name, value)))
    return found


@dataclass(frozen=True)
class _Run:
    """One call of the command, the changes made."""

    told: Supposing
    changes: Sequence[Change]
    done: Changed
    form: str

    @classmethod
    def of(cls, rules: Rules, profile: Profile, sets: Sequence[str], lang: str, form: str, *, personal: bool) -> _Run:
        """Makes the changes that were asked for."""
        from eligibility.summary import names_of
        from eligibility.supposing import Supposing
        from eligibility.whatif import Changed, changed

        changes = _changes(rules, profile, sets)
        done = changed(rules, profile, changes) if changes else Changed(profile, ())
        return cls(Supposing(rules, profile, lang, names_of(profile, personal=personal)), changes, done, form)

    @property
    def rules(self) -> Rules:
        """The rules of the day."""
        return self.told.rules

    def compare(self) -> int:
        """Prints what the changes change."""
        from eligibility.screening import screen
        from eligibility.whatif import differences

        before, after = (screen(self.rules, each) for each in (self.told.profile, self.done.profile))
        if self.form == "json":
            print_json({**self.data(), "differences": [_difference(each) for each in differences(before, after)]})
            return 0
        self.show(self.told.compared(before, after, self.done, self.changes))
        return 0

    def toward(self, id: str) -> int:
        """Prints what would open an entitlement."""
        from eligibility.commands.screen import not_in_force
        from eligibility.toward import toward

        if self.rules.ruling(id) is None:
            note(not_in_force(self.rules, id)[self.told.lang])
        found = toward(self.rules, self.done.profile, id) if self.rules.ruling(id) is not None else []
        if self.form == "json":
            print_json({**self.data(), "entitlement": id, "toward": [self.path(each) for _, each in found]})
            return 0
        label = self.rules.pack.entitlement(id).label[self.told.lang]
        after = replace(self.told, profile=self.done.profile)
        self.show([self.told.head(self.changes, self.done.dropped), *after.toward(found, label)])
        return 0

    def sweep(self, written: str, chart: Path | None) -> int:
        """Prints the curve of a sweep and its cliffs, and writes it as a picture where that is asked for."""
        from eligibility.commands import charts
        from eligibility.sweep import sweep

        first, last, step = self.range(written)
        curve = sweep(self.rules, self.done.profile, first, last, step)
        money, captions = (
            self.rules.pack.contents.schema.facts[curve.fact].type == "money",
            charts.captions(self.told, self.rules, curve),
        )
        if chart is not None:
            charts.write(curve, chart, captions, money=money)
        if self.form == "json":
            print_json({**self.data(), **self.points(curve)})
            return 0
        dropped = tuple(dict.fromkeys((*self.done.dropped, *curve.dropped)))
        page = console()
        columns, ascii_only = page.width if self.form == "text" else 80, page.options.ascii_only
        lines = charts.terminal(curve, columns, captions, money=money, ascii_only=ascii_only)
        fenced = ["```text", *lines, "```"] if self.form == "markdown" else lines
        self.show([self.told.head(self.changes, dropped)])
        page.file.write("\n".join(["", *fenced, "", ""]))
        self.show(self.told.curve(curve))
        return 0

    def range(self, written: str) -> tuple[Change, Any, int]:
        """Returns the fact with its first value, its last value, and the step.

        Raises:
            BadChoice: it is not written so, or the fact is no number, sum or day.
        """
        from eligibility.whatif import Change, fact_of, read_value

        name, _, ends = written.partition("=")
        parts = ends.split(":")
        subject, fact = fact_of(self.rules.pack.contents.schema, self.done.profile, name)
        kind = self.rules.pack.contents.schema.facts[fact].type
        if len(parts) != 3 or kind not in {"money", "count", "date"} or not all(parts):  # noqa: PLR2004 - from, to, step
            zh = "写成 `事实=起点:终点:步长`，事实是数、金额或日期（步长为天数）"
            raise BadChoice(
                Words(zh, "write `fact=from:to:step`; the fact is a number, a sum or a day (the step in days)")
            )
        low, high = (read_value(self.rules, fact, each) for each in parts[:2])
        whole = parts[2].isascii() and parts[2].isdecimal()
        step = read_value(self.rules, fact, parts[2]) if kind == "money" else int(parts[2]) if whole else 0
        return Change(subject, fact, low), high, step

    def show(self, sections: list[Section]) -> None:
        """Prints sections for people."""
        from eligibility.commands.terminal import print_page

        print_page(sections, self.form)

    def data(self) -> dict[str, Any]:
        """Returns what every answer as JSON begins with."""
        return {
            "household": self.told.profile.id,
            "as_of": self.rules.day.isoformat(),
            "changes": [self.change(each) for each in self.changes],
            "dropped": [{"subject": who, "fact": name} for who, name in self.done.dropped],
        }

    def shown(self, fact: str, value: Any) -> Any:  # noqa: ANN401 - a value of the fact
        """Returns a value as JSON has it."""
        from eligibility.determinations import shown

        return shown(value, money=self.rules.pack.contents.schema.facts[fact].type == "money")

    def change(self, each: Change) -> dict[str, Any]:
        """Returns a change as JSON has it."""
        return {"subject": each.subject, "fact": each.fact, "value": self.shown(each.fact, each.value)}

    def path(self, found: Toward) -> dict[str, Any]:
        """Returns what would open an entitlement as JSON has it."""
        return {
            "subject": found.subject,
            "before": found.before,
            "changes": [self.change(each) for each in found.changes],
            "after": found.after,
            "missing": [{"subject": who, "name": name} for who, name in found.waits],
            "refused_by": [
                [{"subject": who, "fact": name} for who, name in sorted(each.slots)] for each in found.fixed
            ],
            "tried_all": found.whole,
        }

    def points(self, curve: Curve) -> dict[str, Any]:
        """Returns a curve as JSON has it."""
        from eligibility.money import yuan

        def sums(point: Any) -> dict[str, Any]:  # noqa: ANN401 - a point of the curve
            kinds = {kind: {"yearly": yuan(each.yearly), "once": yuan(each.once)} for kind, each in point.sums.items()}
            return {"value": self.shown(curve.fact, point.value), "sums": kinds}

        turns = [
            {
                "from": self.shown(curve.fact, each.before.value),
                "to": self.shown(curve.fact, each.after.value),
                "cliff": each.cliff,
                "change": yuan(each.after.total - each.before.total),
                "differences": [_difference(one) for one in each.differences],
            }
            for each in curve.turns
        ]
        dropped = [{"subject": who, "fact": name} for who, name in curve.dropped]
        told = {"subject": curve.subject, "fact": curve.fact, "not_counted": dropped}
        return {**told, "points": [sums(each) for each in curve.points], "turns": turns}


def _difference(each: Difference) -> dict[str, Any]:
    amounts = [{"yuan": one.yuan, "per": one.per} if one else None for one in (each.amount_before, each.amount_after)]
    return {
        "kind": each.kind,
        "entitlement": each.claim.entitlement,
        "subject": each.claim.subject,
        "before": each.before,
        "after": each.after,
        "amount_before": amounts[0],
        "amount_after": amounts[1],
        "closed_by": [{"criterion": part.id, "cite": part.cite} for part in each.parts],
    }
