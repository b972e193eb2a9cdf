"""Whether what `laws.yaml` names exists: facts, entitlements, criteria, sources; and what its conditions mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from eligibility.errors import Problems, did_you_mean, one_of
from eligibility.packs.contents import Contents
from eligibility.packs.disputed import criteria
from eligibility.packs.meaning import Meanings
from eligibility.packs.nodes import MappingNode, at
from eligibility.packs.references import References
from eligibility.packs.shapes import Loc, key_span, span_of, value_span
from eligibility.schema import Owner
from eligibility.testing.lawbook import GENERAL, PROVED, WAIVABLE, LawsFile
from eligibility.testing.worse import Worse, worse
from eligibility.words import Words

AMOUNT = "amount"
"""What a waiver names instead of a criterion where it excuses that an amount falls."""
_ENTITLEMENT = Words("事项", "entitlement")
_IN_BRACES = (
    Words("条件不能写在花括号里", "a condition cannot stand inside `{…}`"),
    Words("一行写一项：逗号会截断它", "write each on its own line: a comma would end it"),
)


@dataclass
class LawNames:
    """Looks at one file of laws.

    Args:
        contents: of the pack.
        node: the file.
        problems: grows by what is wrong.
        worse: by law, the facts that become worse, as far as they are well said.
    """

    contents: Contents
    node: MappingNode
    problems: Problems
    worse: dict[str, list[Worse]] = field(default_factory=dict)

    def look(self, file: LawsFile) -> None:
        """Notes everything that is wrong, and gives the conditions their meaning."""
        for law in file.monotone:
            self.monotone(law, file)
        self.implies(file)
        for id in file.caps:
            if self.known(("caps", id), id, self.contents.entitlements, _ENTITLEMENT):
                self.paid(id)
        for law, rules in file.waived.items():
            where: Loc = ("waived", law)
            waivable = (*WAIVABLE, *PROVED, *file.monotone)
            if law not in waivable:
                zh, en = f"`{law}` 不能免除", f"`{law}` has no waivers"
                advice = did_you_mean(law, waivable) or one_of(waivable)
                self.problems.add(key_span(self.node, where), zh, en, advice)
                continue
            for rule in rules:
                self.waiver(law, rule)
        self.cites(file)

    def monotone(self, law: str, file: LawsFile) -> None:
        """Notes a law with the name of a general one, and facts that do not exist or cannot become worse."""
        if law in {*GENERAL, *PROVED}:
            zh, en = f"`{law}` 是通用法则的名称", f"`{law}` is the name of a law that every pack keeps"
            self.problems.add(key_span(self.node, ("monotone", law)), zh, en)
        facts, found = self.contents.schema.facts, self.worse.setdefault(law, [])
        for name, said in file.monotone[law].facts.items():
            loc: Loc = ("monotone", law, "facts", name)
            if self.known(loc, name, facts, Words("事实", "fact")):
                each = worse(facts[name], said)
                if isinstance(each, Words):
                    self.problems.add(value_span(self.node, loc), each.zh, each.en)
                else:
                    found.append(each)

    def implies(self, file: LawsFile) -> None:
        """Gives each condition its meaning for the subject of its entitlement."""
        group = at(self.node, ("implies",)) if file.implies else None
        if isinstance(group, MappingNode) and group.flow:
            self.problems.add(span_of(group), _IN_BRACES[0].zh, _IN_BRACES[0].en, _IN_BRACES[1])
            return
        contents = self.contents
        meanings = Meanings(contents.names, contents.concepts, self.problems, dict(contents.names.concepts))
        meanings.by = contents.selectors
        for id, conditions in file.implies.items():
            if self.known(("implies", id), id, contents.entitlements, _ENTITLEMENT):
                owner: Owner = "household" if contents.entitlements[id].subject == "household" else "person"
                for condition in conditions:
                    meanings.read(condition, owner, "bool")
                    meanings.whose_figures(condition.expr, owner)

    def paid(self, id: str) -> None:
        """Notes a cap on what has no amount."""
        if not any(
            body.benefit is not None and body.benefit.amount for body in self.contents.entitlements[id].bodies()
        ):
            self.problems.add(key_span(self.node, ("caps", id)), f"`{id}` 没有金额", f"`{id}` has no amount")

    def waiver(self, law: str, rule: str) -> None:
        """Notes a waiver for a rule that does not exist."""
        id, _, part = rule.partition("/")
        where: Loc = ("waived", law, rule)
        if law == "rises":
            self.known(where, rule, self.contents.parameters, Words("参数", "parameter"))
            return
        if law == "integrity":
            self.known(where, id, self.contents.schema.facts, Words("事实", "fact"))
            return
        if not self.known(where, id, self.contents.entitlements, _ENTITLEMENT) or law in PROVED:
            return
        if law == "time" and part:
            self.problems.add(key_span(self.node, where), "这里只写事项", "only the entitlement belongs here")
        elif law == "exclusions":
            self.known(where, part, self.contents.schema.facts, Words("事实", "fact"))
        elif law != "time":
            known = [*_all_criteria(self.contents, id, ""), AMOUNT]
            self.known(where, part, known, Words("条件或排除情形", "criterion or exclusion"))

    def known(self, loc: Loc, said: str, known: Iterable[str], kind: Words) -> bool:
        """Returns whether something exists; what does not is noted."""
        names = list(known)
        if said in names:
            return True
        zh, en = f"没有{kind.zh} `{said}`", f"there is no {kind.en} `{said}`"
        self.problems.add(key_span(self.node, loc), zh, en, did_you_mean(said, names))
        return False

    def cites(self, file: LawsFile) -> None:
        """Notes reasons that rest on no known source."""
        ids = {"sources": self.contents.sources.keys(), "clauses": self.contents.clauses.keys()}
        look = References(self.contents.file, ids, self.contents.entitlements, self.problems)
        for law, rules in file.waived.items():
            for rule, waiver in rules.items():
                look.cite(self.node, ("waived", law, rule, "cite"), waiver.cite)


def _all_criteria(contents: Contents, id: str, prefix: str) -> Iterator[str]:
    """Yields the criteria and exclusions of an entitlement, and those of what it requires."""
    yield from (prefix + each for each in criteria(contents.entitlements[id]))
    for other in contents.entitlements[id].requires:
        yield from _all_criteria(contents, other, f"{other}/")
