"""What people see of the difference of two runs: by change, by entitlement and by county, and the smallest household for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from eligibility.packs.contents import Contents
from eligibility.page import Block, Section, Table
from eligibility.totals.beside import CHANGES
from eligibility.totals.difference import KINDS, Difference, money, paid
from eligibility.totals.groups import UNKNOWN
from eligibility.totals.resting import chosen, differ, in_force
from eligibility.words import Words, spelled

_STATUS = {
    "gained": "true",
    "settled_eligible": "true",
    "lost": "false",
    "less": "false",
    "doubted": "unknown",
    "opened": "unknown",
}
_KINDS = {"cash": Words("现金", "cash"), "waiver": Words("减免", "waived")}
_PERIODS = {"": Words("每年", "a year"), "_once": Words("一次性", "once")}
_NO_ROW = Words(
    "没有写 --all 的长表里，没有行就是不符合，或这一天没有这一事项；是否有这一事项，看那次筛查的 entitlements.csv。",
    "In a long table without --all what has no row is not eligible, or was not in force; whether it was, entitlements.csv of the "
    "run says.",
)
_SUMS = Words(
    "金额只计现金和减免中已知的，由机关决定的不计；各事项分开算，不能同时享受的没有扣除。",
    "The sums hold known cash and waivers, not what an office decides; each entitlement by itself: what cannot be had together "
    "is not taken off.",
)


@dataclass(frozen=True)
class Told:
    """Tells a difference in one language.

    Args:
        found: the difference.
        contents: of the pack, which names counties.
        lang: `zh` or `en`.
        shown: whether the smallest households themselves are shown elsewhere.
    """

    found: Difference
    contents: Contents
    lang: str
    shown: bool = False

    def say(self, zh: str, en: str) -> str:
        """Returns one of two texts."""
        return Words(zh, en)[self.lang]

    def sections(self) -> list[Section]:
        """Returns everything."""
        head = Section(self.say("两次筛查的差别", "What two runs answer differently"), tuple(self.head()))
        options = [run.manifest.basis.options for run in (self.found.old, self.found.new)]
        short = any(each.shape == "long" and not each.everything for each in options)
        notes = tuple(each[self.lang] for each in ((_NO_ROW, _SUMS) if short else (_SUMS,)))
        last = Section(self.say("请注意", "Please note"), (notes, self.contents.file.notice[self.lang]))
        if not self.found.counts:
            return [head, last]
        parts = (
            (self.say("按变化", "By change"), self.by_change()),
            (self.say("按事项", "By entitlement"), self.by_entitlement()),
            (self.say("按县区", "By county"), self.by_county()),
        )
        return [head, *(Section(name, (table,)) for name, table in parts), *self.examples(), last]

    def head(self) -> Iterator[Block]:
        """Yields in what the runs differ, what each rests on, and whom they have in common."""
        found = self.found
        yield differ(found.old.manifest.basis, found.new.manifest.basis)[self.lang]
        for name, run in ((self.say("旧", "old"), found.old), (self.say("新", "new"), found.new)):
            basis = run.manifest.basis
            day, digest = spelled(basis.as_of, self.lang), basis.digest.removeprefix("sha256:")[:12]
            yield self.say(
                f"{name}：按{day}的规定，规则包 {basis.pack} {basis.version}（{digest}）",
                f"{name}: the law of {day}, rules {basis.pack} {basis.version} ({digest})",
            )
            more = (in_force(len(run.what), some=bool(basis.options.only)), *chosen(basis, self.contents))
            yield from (self.say(f"{name}：{each.zh}", f"{name}: {each.en}") for each in more)
        both, gone, fresh = found.households
        yield self.say(f"两边都有的户：{both:,}", f"households in both: {both:,}")
        if gone or fresh:
            yield self.say(
                f"没有比较：只在旧的里 {gone:,} 户，只在新的里 {fresh:,} 户（被拒的也在内）",
                f"not compared: {gone:,} households in the old run only, {fresh:,} in the new one only (refused ones among them)",
            )
        _, gone, fresh = found.persons
        if gone or fresh:
            yield self.say(
                f"没有比较：两边都有的户里，只在旧的里 {gone:,} 人，只在新的里 {fresh:,} 人",
                f"not compared, in households of both: {gone:,} persons in the old run only, {fresh:,} in the new one only",
            )
        left = [id for id in dict.fromkeys((*found.new.what, *found.old.what)) if id not in found.ids]
        if left:
            ids = ", ".join(left)
            yield self.say(f"没有比较的事项（只有一次查了）：{ids}", f"not compared, asked in one run only: {ids}")
        if not found.counts:
            yield self.say("没有差别。", "Nothing is answered differently.")

    def by_change(self) -> Table:
        """Returns how many answers, persons and households each kind of change concerns, and the money."""
        totals = self.found.by(lambda key: key.change)
        kinds_of_money = paid(totals.values())
        apart = any(counts["open"] for counts in totals.values())
        head = [
            self.say("变化", "change"),
            self.say("项次", "answers"),
            self.say("人", "persons"),
            self.say("户", "households"),
            *self.open_head(shown=apart),
        ]
        rows = []
        for change in CHANGES:
            if change in totals:
                people = (f"{self.found.people[change, whose]:,}" for whose in ("persons", "households"))
                rows.append(
                    (
                        CHANGES[change][self.lang],
                        f"{totals[change]['answers']:,}",
                        *people,
                        *self.open_cell(totals[change], shown=apart),
                        *self.cells(totals[change], kinds_of_money),
                    )
                )
        return Table(
            (*head, *self.heads(kinds_of_money)),
            tuple(rows),
            self.statuses(change for change in CHANGES if change in totals),
        )

    def by_entitlement(self) -> Table:
        """Returns each kind of change of each entitlement, with the smallest household that shows it."""
        totals = self.found.by(lambda key: (key.entitlement, key.change))
        order = {id: at for at, id in enumerate(self.found.ids)}
        changes = list(CHANGES)
        pairs = sorted(totals, key=lambda pair: (order[pair[0]], changes.index(pair[1])))
        head = (
            self.say("变化", "change"),
            self.say("事项", "entitlement"),
            self.say("项次", "answers"),
            self.say("每年相差（元）", "a year (yuan)"),
            self.say("最小的一户", "smallest household"),
        )
        rows = []
        for id, change in pairs:
            counts = totals[id, change]
            year = sum(counts[f"after {kind}"] - counts[f"before {kind}"] for kind in KINDS)
            example = self.found.examples[id, change]
            rows.append(
                (
                    CHANGES[change][self.lang],
                    self.label(id),
                    f"{counts['answers'] + counts['open']:,}",
                    _signed(year),
                    example.place,
                )
            )
        return Table(head, tuple(rows), self.statuses(change for _, change in pairs))

    def by_county(self) -> Table:
        """Returns the changes of each county."""
        totals = self.found.by(lambda key: key.county)
        kinds = [change for change in CHANGES if any(counts[change] for counts in totals.values())]
        kinds_of_money = paid(totals.values())
        apart = any(counts["open"] for counts in totals.values())
        head = (
            self.say("县区", "county"),
            *(CHANGES[change][self.lang] for change in kinds),
            *self.open_head(shown=apart),
            *self.heads(kinds_of_money),
        )
        rows = []
        for code in sorted(totals, key=lambda code: (code is None, code not in self.contents.places, code or "")):
            counts = totals[code]
            changes = (f"{counts[change]:,}" for change in kinds)
            cells = (*self.open_cell(counts, shown=apart), *self.cells(counts, kinds_of_money))
            rows.append((self.county(code), *changes, *cells))
        return Table(head, tuple(rows))

    def label(self, id: str) -> str:
        """Returns what an entitlement is called, and whether it is open to all."""
        label = self.found.what(id).label[self.lang]
        return self.say(f"{label}（面向所有人）", f"{label} (open to all)") if self.found.open(id) else label

    def open_head(self, *, shown: bool) -> tuple[str, ...]:
        """Returns the heading of the answers about services open to all, which are counted apart."""
        return (self.say("另计：面向所有人的服务", "apart: services open to all"),) if shown else ()

    def open_cell(self, counts: Counter[str], *, shown: bool) -> tuple[str, ...]:
        """Returns how many there are."""
        return (f"{counts['open']:,}",) if shown else ()

    def examples(self) -> Iterator[Section]:
        """Yields the smallest household for each kind of change."""
        lines = []
        for change, (id, example) in self.found.smallest().items():
            label = self.label(id)
            name, whose = CHANGES[change][self.lang], example.place
            lines.append(self.say(f"{name}：{label}，{whose}", f"{name}: {label}, {whose}"))
        zh = "要看这些户的情况，加上新的那次读的表：--persons TABLE --households TABLE"
        en = "To see these households, add the tables that the new run read: --persons TABLE --households TABLE"
        more = () if self.shown else (self.say(zh, en),)
        yield Section(self.say("最小的一户", "The smallest household"), (tuple(lines), *more))

    def county(self, code: str | None) -> str:
        """Returns what a county is called."""
        if code is None:
            return UNKNOWN[self.lang]
        return self.contents.places[code][self.lang] if code in self.contents.places else code

    def heads(self, money: Sequence[tuple[str, str]]) -> Iterator[str]:
        """Yields the headings of sums of money."""
        for kind, period in money:
            zh, en = (
                f"{_KINDS[kind].zh}{_PERIODS[period].zh}相差（元）",
                f"{_KINDS[kind].en} {_PERIODS[period].en} (yuan)",
            )
            yield self.say(zh, en)

    def cells(self, counts: Counter[str], money: Sequence[tuple[str, str]]) -> Iterator[str]:
        """Yields the sums of money, each the difference of both runs."""
        for kind, period in money:
            yield _signed(counts[f"after{period} {kind}"] - counts[f"before{period} {kind}"])

    @staticmethod
    def statuses(changes: Iterable[str]) -> tuple[str, ...]:
        """Returns how each row came out."""
        return tuple(_STATUS.get(change, "") for change in changes)


def _signed(fen: int) -> str:
    """Returns a difference of money: `+1,200`, `-36.50`, `0`."""
    value = money(fen)
    return f"{value:+,.0f}" if fen % 100 == 0 and fen else f"{value:+,.2f}" if fen else "0"
