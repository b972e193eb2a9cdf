"""An empty profile to fill in: every fact under the paper or office that knows it, its question as a comment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from eligibility import ir
from eligibility.money import yuan
from eligibility.printer import to_words
from eligibility.words import Lang, fold

if TYPE_CHECKING:
    from eligibility.ir import Expr
    from eligibility.packs.calendar import RulePack
    from eligibility.packs.contents import Contents
    from eligibility.schema import Fact


def wanted(pack: RulePack, only: Iterable[str]) -> set[str]:
    """Returns the names of the facts that entitlements read, on any day, with those that they derive from.

    Args:
        pack: that holds them.
        only: ids of entitlements.

    Raises:
        UnknownName: the pack has no such entitlement.
    """
    from eligibility.grounds import expressions

    contents = pack.contents
    waiting: list[Expr] = []
    ids = list(only)
    for id in ids:
        one = pack.entitlement(id)
        waiting += expressions(one, contents)
        ids += [other for other in one.requires if other not in ids]
    found: set[str] = set()
    seen: set[str] = set()
    while waiting:
        for node in ir.walk(waiting.pop()):
            if isinstance(node, (ir.Fact, ir.Figure, ir.Concept)) and node.name not in seen:
                seen.add(node.name)
                waiting += _behind(node, contents)
                if isinstance(node, ir.Fact) and not contents.schema.facts[node.name].sensitive:
                    found.add(node.name)
    return found


def _behind(node: ir.Fact | ir.Figure | ir.Concept, contents: Contents) -> Iterator[Expr]:
    """Yields what a fact derives from or depends on, what selects a figure, what a concept means."""
    if isinstance(node, ir.Fact):
        fact = contents.schema.facts[node.name]
        yield from (written.expr for written in (fact.derive, fact.only_if) if written is not None)
    elif isinstance(node, ir.Concept):
        yield from (version.body.expr for version in contents.concepts[node.name].versions)
    else:
        for selector in contents.selectors[node.name]:
            yield selector.expr
            if selector.wider is not None:
                yield selector.wider


def empty_profile(pack: RulePack, members: int, lang: str, names: set[str] | None, columns: int) -> str:
    """Returns the text of an empty profile.

    Args:
        pack: whose vocabulary it speaks.
        members: how many are listed.
        lang: of the comments.
        names: the facts wanted; all where None.
        columns: how wide a line may be.
    """
    return "\n".join(Writer(pack, lang, names, columns).lines(members))


def as_data(pack: RulePack, members: int, names: set[str] | None) -> dict[str, Any]:
    """Returns an empty profile as JSON has it, and beside it what to ask for each fact, in both languages.

    Args:
        pack: whose vocabulary it speaks.
        members: how many are listed.
        names: the facts wanted; all where None.
    """
    zh, en = (Writer(pack, lang, names, 0) for lang in ("zh", "en"))
    schema = pack.contents.schema
    home, person = zh.chosen(schema.of("household")), zh.chosen(schema.of("person"))
    people = [{"id": f"member-{number}", **dict.fromkeys(person)} for number in range(1, members + 1)]
    profile = {"id": None, "as_of": None, "household": dict.fromkeys(home), "members": people}
    questions = [
        {
            "name": fact.name,
            "owner": fact.owner,
            "type": fact.type,
            "values": {value: {"zh": label.zh, "en": label.en} for value, label in fact.values.items()},
            "question": {"zh": fact.question.zh, "en": fact.question.en},
            "told_by": {"zh": zh.heading(fact), "en": en.heading(fact)},
            "write": {"zh": zh.answers(fact), "en": en.answers(fact)},
            "only_where": {"zh": zh.only_where(fact), "en": en.only_where(fact)} if fact.only_if else None,
            "follows": fact.derive is not None,
        }
        for fact in (*home.values(), *person.values())
    ]
    return {"profile": profile, "questions": questions}


class Writer:
    """Writes an empty profile in one language."""

    def __init__(self, pack: RulePack, lang: str, names: set[str] | None, columns: int) -> None:
        """Keeps what to write and for whom."""
        self.columns = columns
        self.contents = pack.contents
        self.lang = lang
        self.names = names

    def say(self, zh: str, en: str) -> str:
        """Returns one of two texts."""
        return zh if self.lang == "zh" else en

    def lines(self, members: int) -> Iterator[str]:
        """Yields the whole file."""
        title = self.contents.file.title[self.lang]
        yield from self.comment(self.say(f"空白档案：{title}", f"An empty profile: {title}"))
        yield from self.comment(
            self.say(
                "只填知道的；不知道的留空，不要猜：留空就是未知，不会当作没有。",
                "Fill in what is known and leave the rest empty: empty means unknown, it is never taken for no.",
            )
        )
        yield ""
        yield from self.comment(self.say("这一户的代号，不写姓名", "a key of this household, not a name"))
        yield "id:"
        yield from self.comment(
            self.say("以下情况是哪一天的？YYYY-MM-DD", "The day on which all this holds: YYYY-MM-DD")
        )
        yield "as_of:"
        yield ""
        yield "household:"
        yield from self.facts(list(self.contents.schema.of("household")), "  ", asked=True)
        yield ""
        yield from self.comment(
            self.say("每名成员一项，代号不能重复", "One item for each member, each with a key of its own")
        )
        yield "members:"
        people = list(self.contents.schema.of("person"))
        for number in range(1, members + 1):
            yield f"  - id: member-{number}"
            yield from self.facts(people, "    ", asked=number == 1)
            yield ""

    def facts(self, facts: list[Fact], indent: str, *, asked: bool) -> Iterator[str]:
        """Yields the facts by who or what tells them; the questions stand beside the first member's alone."""
        chosen = list(self.chosen(facts).values())
        headings = list(dict.fromkeys(self.heading(fact) for fact in chosen))
        chosen.sort(key=lambda fact: headings.index(self.heading(fact)))
        for heading, group in groupby(chosen, self.heading):
            yield from self.comment(f"-- {heading}", indent)
            for fact in group:
                if asked:
                    for line in self.question(fact):
                        yield from self.comment(line, indent)
                yield f"{indent}{fact.name}:"

    def chosen(self, facts: Iterable[Fact]) -> dict[str, Fact]:
        """Returns the facts that are wanted, by name."""
        return {fact.name: fact for fact in facts if self.names is None or fact.name in self.names}

    def heading(self, fact: Fact) -> str:
        """Returns who tells a fact, and which paper proves it."""
        who = self.contents.schema.attesters[fact.attested_by]
        paper = self.contents.documents[fact.document].label if fact.document else None
        if paper is None:
            return self.say(f"{who.zh}说明", f"told by {who.en}")
        return self.say(f"{who.zh}说明，凭{paper.zh}", f"told by {who.en}, shown by: {paper.en}")

    def question(self, fact: Fact) -> Iterator[str]:
        """Yields the question, what may be answered, and when it need not be."""
        yield fact.question[self.lang]
        yield self.say("  填：", "  write: ") + self.answers(fact)
        if fact.only_if is not None:
            where = self.only_where(fact)
            yield self.say(f"  仅在“{where}”时填写", f"  only where: {where}")
        if fact.derive is not None:
            yield self.say("  能从其他各项得出的，可以不填", "  may be left empty where it follows from the rest")

    def only_where(self, fact: Fact) -> str:
        """Returns where a fact applies; empty where that is everywhere."""
        lang: Lang = "zh" if self.lang == "zh" else "en"
        return to_words(fact.only_if.expr, lang, self.contents.names) if fact.only_if else ""

    def answers(self, fact: Fact) -> str:
        """Returns what may be written."""
        low, high = fact.limits
        places = self.contents.places
        example = next((code for code in places if len(code) == (2 if fact.level == "province" else 6)), "620402")
        also = "".join(f" | {value}" for value in fact.also)
        labels = ((value, label[self.lang]) for value, label in fact.values.items())
        choices = (value if value == label else f"{value} ({label})" for value, label in labels)
        forms = {
            "bool": "true | false",
            "count": self.say(f"整数 {low} 至 {high}", f"a whole number, {low} to {high}"),
            "money": self.say(f"元，{yuan(low)} 至 {yuan(high)}", f"yuan, {yuan(low)} to {yuan(high)}"),
            "date": "YYYY-MM-DD",
            "choice": " | ".join(choices),
            "place": self.say(f'行政区划代码，加引号："{example}"{also}', f'a code in quotes: "{example}"{also}'),
            "set": "[a, b]",
            "text": self.say("文字，加引号", "a text in quotes"),
        }
        return forms[fact.type]

    def comment(self, text: str, indent: str = "") -> Iterator[str]:
        """Yields a comment, cut to lines that can be read; what stands in from the margin stays so."""
        inner = " " * (len(text) - len(text.lstrip()))
        for line in fold(text, self.columns - len(indent) - len(inner) - 2):
            yield f"{indent}# {inner}{line}"
