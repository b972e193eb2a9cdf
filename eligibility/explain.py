"""A trace to reasons that name their clause, their figures and their sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from eligibility import speech
from eligibility.branches import Conditions
from eligibility.determinations import Determination, MissingItem
from eligibility.leaves import HOUSEHOLD
from eligibility.margins import reasons
from eligibility.otherwise import Otherwise
from eligibility.packs.readings import Reading
from eligibility.page import Branch, tree
from eligibility.ruled import Part
from eligibility.speech import citation
from eligibility.truth import Truth
from eligibility.words import Words
from eligibility.worth import limited, longest

__all__ = ["Branch", "citation", "explain", "explanation", "notice"]


def explain(found: Determination, lang: str = "zh") -> str:
    """Returns the full reasons of a determination as a tree of lines.

    Args:
        found: from a screening.
        lang: `zh` or `en`.
    """
    root = explanation(found, lang)
    whole = Branch(root.text, root.status, (*root.branches, *notice(found, lang)))
    return "\n".join(lead + text for lead, text, _ in tree(whole))


def explanation(
    found: Determination,
    lang: str = "zh",
    names: Mapping[str, str] | None = None,
    others: Sequence[Otherwise] = (),
) -> Branch:
    """Returns the full reasons of a determination: each criterion, what it reads, its figures, clauses and sources.

    Args:
        found: from a screening.
        lang: `zh` or `en`.
        names: what a member is called where that is not the id.
        others: what other readings would change.
    """
    mine = [each for each in others if each.claim == found.claim]
    return _Teller(found, lang, names or {}, mine).root()


def notice(found: Determination, lang: str) -> tuple[Branch, ...]:
    """Returns what every output says: that this is no decision, and where to object."""
    file = found.evidence.situation.rules.pack.contents.file
    return Branch(file.notice[lang]), Branch(file.objection[lang])


class _Teller:
    """Tells one determination in one language."""

    def __init__(self, found: Determination, lang: str, names: Mapping[str, str], others: Sequence[Otherwise]) -> None:
        self.found = found
        self.others = {(each.reading, each.other): each for each in others}
        self.lang = lang
        self.names = names
        self.conditions = Conditions(found.evidence, lang, names)
        self.answer = self.conditions.answer
        self.rules = self.conditions.rules
        self.contents = self.conditions.contents
        self.say = self.conditions.say

    def root(self) -> Branch:
        """Returns the whole explanation."""
        entitlement = self.answer.ruled.entitlement
        outcome = self.say("可以申请", "may apply") if self.may() else speech.OUTCOMES[self.found.outcome][self.lang]
        home = self.say("全家", "the household")
        who = home if self.found.subject == HOUSEHOLD else self.who(self.found.subject)
        head = f"{outcome}  {entitlement.label[self.lang]} ({entitlement.id}) · {who}"
        branches = [
            *self.parts(),
            *reasons(self.conditions),
            *self.amount(),
            *self.missing(),
            *self.marks(),
            *self.readings(),
            *self.apply(),
        ]
        return Branch(head, _STATUS[self.found.outcome], tuple(branches))

    def may(self) -> bool:
        """Returns whether the conditions hold and the office decides (MEANING M20)."""
        return self.found.outcome == "eligible" and self.found.promise == "may"

    def who(self, subject: str) -> str:
        """Returns what a member is called."""
        return self.names.get(subject, subject)

    def parts(self) -> Iterator[Branch]:
        """Yields the entitlement's own criteria and exclusions, then those of each other one that it requires (M18)."""
        told: dict[str, list[Branch]] = {}
        for part, truth in zip(self.answer.ruled.parts, self.answer.truths, strict=True):
            told.setdefault(part.id.rpartition("/")[0], []).append(self.part(part, truth))
        yield from told.pop("", [])
        for id, branches in told.items():
            label = self.rules.pack.entitlement(id).label[self.lang]
            yield Branch(self.say(f"还须符合：{label}", f"also required: {label}"), "", tuple(branches))

    def part(self, part: Part, truth: bool | None) -> Branch:  # noqa: FBT001 - a truth value
        """Returns a criterion or exclusion with everything it rests on."""
        value = Truth.of(truth).value
        words = (speech.EXCLUSION_TRUTHS if part.exclusion else speech.TRUTHS)[value][self.lang]
        label = part.label[self.lang]
        more: str = ""
        below: tuple[Branch, ...] = ()
        if part.expr is not None:
            more, below = self.conditions.under(self.conditions.traced(part.expr), label)
        basis = citation(part.cite, self.contents, self.lang) if part.cite else ""
        lines = (Branch(self.say(f"依据：{basis}", f"basis: {basis}")),) if basis else ()
        lead = self.say("排除：", "exclusion: ") if part.exclusion else ""
        return Branch(f"{words}  {lead}{label}{more}", value, (*below, *lines))

    def amount(self) -> Iterator[Branch]:
        """Yields what is given, and how much, with the figures behind it."""
        benefit = self.answer.ruled.ruling.body.benefit
        if benefit is None or self.found.outcome == "ineligible":
            return
        amount, least = self.found.amount, self.found.amount_at_least
        held = (
            speech.amount_unknown(least.said(self.lang) if least else None, self.lang)
            if amount is None
            else amount.said(self.lang)
        )
        label = benefit.label[self.lang]
        head = self.say(f"给付：{label}", f"gives: {label}")
        if benefit.amount:
            head += self.say("，", ", ") + held
        limit = (Branch(speech.at_most(longest(self.found), self.lang)),) if limited(self.found) else ()
        yield Branch(head, "", (*self.tiers(), *limit))

    def tiers(self) -> Iterator[Branch]:
        """Yields the amounts that may be the one, each with its case and its figures (MEANING M22)."""
        benefit = self.answer.ruled.ruling.body.benefit
        for tier in benefit.amount if benefit else ():
            when = self.conditions.traced(tier.when.expr) if tier.when else None
            if when is not None and when.value is Truth.FALSE:
                continue
            amount = self.conditions.traced(tier.amount.expr)
            lines = [self.conditions.leaf(leaf) for leaf in self.conditions.leaves(amount)]
            words = self.conditions.words(tier.amount.expr)
            if len(lines) > 1:
                lines.insert(0, Branch(self.say(f"算法：{words}", f"reckoned as: {words}")))
            if when is not None and tier.label is not None:
                case = self.conditions.under(when, "")[1]
                yield Branch(self.say(f"适用：{tier.label.zh}", f"case: {tier.label.en}"), "", (*case, *lines))
            else:
                yield from lines
            if when is None or when.value is Truth.TRUE:
                return

    def missing(self) -> Iterator[Branch]:
        """Yields what has to be found out, who tells it and which paper shows it."""
        items = dict.fromkeys([*self.found.missing, *self.found.amount_missing])
        branches = tuple(self.question(item) for item in items)
        if branches:
            yield Branch(self.say("还要弄清", "still to be found out"), "", branches)

    def question(self, item: MissingItem) -> Branch:
        """Returns one unknown fact or figure."""
        label, told = speech.question(item.name, self.contents, self.lang)
        whose = item.kind == "fact" and item.subject != self.found.subject
        home = self.say("家庭", "household")
        lead = self.say("{}：{}", "{}: {}").format(home if item.subject == HOUSEHOLD else self.who(item.subject), label)
        return Branch((lead if whose else label) + self.say(f"（{told}）", f" ({told})"))

    def marks(self) -> Iterator[Branch]:
        """Yields what a reader must know about the answer."""
        for mark in self.found.marks:
            yield Branch(self.say("注意：", "note: ") + speech.MARKS[mark][self.lang])

    def readings(self) -> Iterator[Branch]:
        """Yields the readings that the answer rests on, each with the others and what they would change."""
        told = tuple(self.reading(id, self.contents.readings[id]) for id in self.found.readings)
        if told:
            yield Branch(self.say("来源没有说清、取了一种读法的", "rests on what the sources leave open"), "", told)

    def reading(self, id: str, reading: Reading) -> Branch:
        """Returns one reading."""
        taken = reading.taken
        chosen = self.contents.chosen.get(id)
        if chosen is not None:
            taken = reading.others[chosen].label
        lines = [Branch(self.say(f"所取读法：{taken.zh}", f"taken: {taken.en}"))]
        for other, alternative in reading.others.items():
            if other != chosen:
                label = alternative.label
                said = self.say(f"另一种 {other}：{label.zh}", f"another, {other}: {label.en}")
                lines.append(Branch(said + self.change(id, other)))
        return Branch(f"{reading.question[self.lang]} ({id})", "", tuple(lines))

    def change(self, reading: str, other: str) -> str:
        """Returns what another reading would make of the answer, where it would change it."""
        each = self.others.get((reading, other))
        if each is None:
            return ""
        outcome = speech.OUTCOMES.get(each.outcome, speech.ABSENT)[self.lang]
        amount = self.say("，", ", ") + each.amount.said(self.lang) if each.amount else ""
        return f" -> {outcome}{amount}"

    def apply(self) -> Iterator[Branch]:
        """Yields where and how one applies and with which papers, unless it is closed."""
        if self.found.outcome == "ineligible":
            return
        apply = self.answer.ruled.ruling.body.apply
        authority = self.answer.ruled.entitlement.authority
        pairs = [(Words("主管部门", "office in charge"), authority)]
        if apply is not None:
            pairs += [(Words("途径", "route"), apply.route)]
            pairs += [(Words("申请期限", "deadline"), apply.deadline)] if apply.deadline else []
            pairs += [(Words("办理时限", "it takes"), apply.takes)] if apply.takes else []
        lines = [Branch(self.conditions.colon(name[self.lang], text[self.lang])) for name, text in pairs]
        papers = tuple(Branch(speech.paper(id, self.contents, self.lang)) for id in (apply.documents if apply else ()))
        if papers:
            lines.append(Branch(self.say("材料", "papers"), "", papers))
        yield Branch(self.say("怎样办理", "how to apply"), "", tuple(lines))


_STATUS = {"eligible": "true", "ineligible": "false", "undetermined": "unknown"}
