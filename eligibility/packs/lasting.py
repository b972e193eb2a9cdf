"""Whether dated versions follow each other, and fill the time in which an entitlement is in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from eligibility.errors import Problem, Problems
from eligibility.packs.model import Body, Concept, DatedMeaning, Entitlement
from eligibility.packs.nodes import Node
from eligibility.packs.shapes import Loc, value_span
from eligibility.words import Words

_DAY = timedelta(1)


@dataclass
class Lasting:
    """Looks at the days of versions.

    Args:
        problems: grows by versions that are out of order, overlap, or leave a gap between them.
        findings: grows by days on which an entitlement is in force and says nothing, and by versions that never hold.
    """

    problems: Problems
    findings: list[Problem]

    def concept(self, node: Node, concept: Concept) -> None:
        """Looks at the versions of a concept."""
        self.follow(node, concept.versions)

    def entitlement(self, node: Node, one: Entitlement) -> None:
        """Looks at the versions of an entitlement, and whether they fill its time."""
        before = len(self.problems.found)
        self.follow(node, one.versions)
        if not one.versions or len(self.problems.found) > before:
            return
        first, last, begun = one.in_force.first, one.in_force.to or date.max, one.versions[0].start
        if begun is not None and begun > first:
            self.silent(node, 0, "from", (first, min(begun - _DAY, last)))
        ended = one.versions[-1].to
        if ended is not None and ended < last:
            self.silent(node, len(one.versions) - 1, "to", (max(ended + _DAY, first), last))
        for index, version in enumerate(one.versions):
            following = one.versions[index + 1].start if index + 1 < len(one.versions) else None
            until = version.to or (following - _DAY if following else date.max)
            if until < first or (version.start is not None and version.start > last):
                zh, en = (
                    "这一版本从来不会适用：事项在这些日子没有施行",
                    "this version never holds: it is not in force on these days",
                )
                span = value_span(node, ("versions", index, "from"))
                self.findings.append(Problem(Words(zh, en), span, also=value_span(node, ("in_force",))))

    def silent(self, node: Node, index: int, key: str, days: tuple[date, date]) -> None:
        """Notes days on which an entitlement is in force and no version of it says anything."""
        first, last = days
        zh = f"{first} 起施行，到 {last} 却没有任何版本" if last < date.max else f"从 {first} 起施行，却没有任何版本"
        en = f"it is in force from {first}, and no version says anything "
        en += f"until {last}" if last < date.max else "from then on"
        advice = Words("让版本填满 `in_force` 的日子", "let the versions fill the days of `in_force`")
        span = value_span(node, ("versions", index, key))
        self.findings.append(Problem(Words(zh, en), span, advice, value_span(node, ("in_force",))))

    def follow(self, node: Node, versions: Iterable[Body | DatedMeaning]) -> None:
        """Notes versions that are not in order, leave a gap, or overlap."""
        previous = None
        for index, version in enumerate(versions):
            start, to = version.start, version.to
            loc: Loc = ("versions", index)
            if start is None or (index and start == date.min):
                self.problems.add(value_span(node, loc), "版本缺少 `from`", "`from` is missing: each version says it")
                return
            if to is not None and to < start:
                self.problems.add(value_span(node, (*loc, "to")), "`to` 早于 `from`", "`to` is before `from`")
            elif previous is not None:
                self.beside(node, index, previous, start)
            previous = (start, to)

    def beside(self, node: Node, index: int, previous: tuple[date, date | None], start: date) -> None:
        """Notes a version that overlaps the one before, or begins later than the day after it."""
        before, end = previous
        span = value_span(node, ("versions", index, "from"))
        also = value_span(node, ("versions", index - 1, "to" if end is not None and start > before else "from"))
        if start <= before:
            zh, en = "版本要从早到晚排列", "versions stand in the order of their days"
            self.problems.add(span, zh, en, also=also)
        elif end is not None and start <= end:
            self.problems.add(span, "与上一版本时间重叠", "this overlaps the version before", also=also)
        elif end is not None and start > end + _DAY:
            advice = Words("去掉上一版本的 `to`，或让两者相接", "leave out the `to` before it, or let the two meet")
            self.problems.add(span, "与上一版本之间有空档", "there is a gap after the version before", advice, also)
