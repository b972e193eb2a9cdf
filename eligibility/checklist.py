"""The papers for all that is applied for at once: each named once, with who needs it, and what for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from eligibility.determinations import Determination
from eligibility.packs.contents import Contents
from eligibility.packs.model import Document
from eligibility.page import Block, Checks
from eligibility.summary import Summary
from eligibility.telling import Telling


@dataclass(frozen=True, slots=True)
class Need:
    """One paper.

    Args:
        id: of the document.
        document: what the pack says of it.
        found: the answers that it is for.
    """

    id: str
    document: Document
    found: tuple[Determination, ...]

    def uses(self) -> Iterator[tuple[str, list[str]]]:
        """Yields each entitlement that it is for, by its id, with everybody for whom it is wanted."""
        subjects: dict[str, list[str]] = {}
        for each in self.found:
            subjects.setdefault(each.entitlement, []).append(each.subject)
        yield from subjects.items()


@dataclass(frozen=True)
class Checklist(Telling):
    """The papers of a screening in one language.

    Args:
        contents: of the pack.
        summary: the screening, put together.
        lang: `zh` or `en`.
        names: what a member is called where that is not the id.
        maybe: whether what is still open is applied for as well.
        brief: whether only who needs a paper is told, not what for.
    """

    contents: Contents
    summary: Summary
    lang: str
    names: Mapping[str, str]
    maybe: bool = False
    brief: bool = False

    def needs(self) -> list[Need]:
        """Returns each paper once, first what has to be brought, then what the office can fetch itself."""
        found = self.summary.papers(maybe=self.maybe)
        needs = [Need(id, self.contents.documents[id], tuple(each)) for id, each in found.items()]
        return sorted(needs, key=lambda need: need.document.office_can_fetch)

    def blocks(self) -> tuple[Block, ...]:
        """Returns what to bring, with boxes to tick, and what need not be brought."""
        needs = self.needs()
        bring = tuple(self.item(need) for need in needs if not need.document.office_can_fetch)
        fetched = tuple(self.item(need) for need in needs if need.document.office_can_fetch)
        blocks: list[Block] = [Checks(bring)] if bring else []
        if fetched:
            some = self.say(
                "下面这些部门可以自行核验，不用带：", "The office can look these up; they need not be brought:"
            )
            none = self.say(
                "不用带材料，部门可以自行核验：", "Nothing has to be brought; the office can look these up:"
            )
            blocks += [some if bring else none, fetched]
        if self.kept_back():
            blocks.append(
                self.say(
                    f"不能同时享受的没有算在内：{self.listed(self.kept_back())}",
                    f"not counted, for it cannot be had together with the rest: {self.listed(self.kept_back())}",
                )
            )
        return tuple(blocks)

    def item(self, need: Need) -> str:
        """Returns a paper, who issues it, and below it who needs it for what."""
        document = need.document
        head = self.say(f"{document.label.zh}（{document.issuer.zh}）", f"{document.label.en} ({document.issuer.en})")
        if self.brief:
            mine = {each.subject for each in need.found}
            order = dict.fromkeys(each.subject for each in self.summary.all())
            return f"{head} · {self.who(subject for subject in order if subject in mine)}"
        return "\n".join([head, *self.wanted(need)])

    def wanted(self, need: Need) -> Iterator[str]:
        """Yields who needs a paper for what, the same people together."""
        together: dict[tuple[str, ...], list[str]] = {}
        for entitlement, subjects in need.uses():
            together.setdefault(tuple(subjects), []).append(self.contents.entitlements[entitlement].label[self.lang])
        for people, labels in together.items():
            who, what = self.who(people), self.listed(labels)
            yield self.say(f"{who}：{what}", f"{who}: {what}")

    def kept_back(self) -> Sequence[str]:
        """Returns what the best lawful combination leaves out and is not applied for with the rest."""
        dropped: dict[str, list[str]] = {}
        for claim in self.summary.dropped():
            dropped.setdefault(claim.entitlement, []).append(claim.subject)
        return [f"{self.contents.entitlements[id].label[self.lang]} · {self.who(who)}" for id, who in dropped.items()]

    def model_dump(self) -> list[dict[str, object]]:
        """Returns it as JSON has it."""
        return [
            {
                "document": need.id,
                "label": {"zh": need.document.label.zh, "en": need.document.label.en},
                "issuer": {"zh": need.document.issuer.zh, "en": need.document.issuer.en},
                "office_can_fetch": need.document.office_can_fetch,
                "needed_for": [{"entitlement": each.entitlement, "subject": each.subject} for each in need.found],
            }
            for need in self.needs()
        ]
