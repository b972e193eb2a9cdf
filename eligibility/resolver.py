"""What a name in a condition means: a fact, a figure, a concept, or a word of the language (MEANING M1)."""

from __future__ import annotations

from eligibility import ir
from eligibility.errors import Problems, did_you_mean, one_of
from eligibility.functions import FUNCTIONS, GATHERINGS
from eligibility.schema import RESERVED, Names, Owner
from eligibility.source import Span
from eligibility.words import Words


class Resolver:
    """Finds what names mean in a rule of one owner; names that mean nothing are noted, and reading goes on.

    Args:
        names: everything that has a name.
        owner: whose rule it is.
    """

    def __init__(self, names: Names, owner: Owner) -> None:
        """Starts with no problem noted."""
        self.names = names
        self.owner = owner
        self.problems = Problems()

    def bare(self, name: str, span: Span) -> ir.Expr:
        """Returns what a name without a dot means: of the subject, then of the household."""
        if name in {"true", "false"}:
            return ir.Literal(name == "true", span=span)
        if name == "as_of":
            return ir.AsOf(span=span)
        if name == "size":
            return ir.Size(span=span)
        if name in self.names.figures or self.names.excused(name):
            return ir.Figure(name, span=span)
        owner = self._owner(name)
        if owner is None or (owner == "person" and self.owner == "household"):
            return self._unknown(name, span, owner)
        return self._leaf("own" if owner == "person" else "household", name, span)

    def of_member(self, name: str, span: Span) -> ir.Expr:
        """Returns what `m.name` means."""
        if self.names.excused(name):
            return ir.Figure(name, span=span)
        owner = self._owner(name)
        if owner == "person":
            return self._leaf("member", name, span)
        if owner == "household":
            zh, en = f"`{name}` 是家庭的事实，不属于成员", f"`{name}` is a fact of the household, not of a member"
            self.problems.add(span, zh, en, Words(f"请写 `{name}`", f"write `{name}`"))
        elif name in self.names.figures or name in {"as_of", "size"}:
            zh, en = f"`{name}` 不属于成员", f"`{name}` does not belong to a member"
            self.problems.add(span, zh, en, Words(f"请写 `{name}`", f"write `{name}`"))
        else:
            known = [each for each in self.names.all() if self._owner(each) == "person"]
            zh, en = f"成员没有名为 `{name}` 的事实", f"a member has no fact named `{name}`"
            self.problems.add(span, zh, en, did_you_mean(name, known))
        return ir.Literal(value=False, span=span)

    def attribute(self, name: str, span: Span) -> None:
        """Notes an attribute that places do not have."""
        known = ["province", "city", *self.names.attributes]
        if name not in known and not self.names.excused(name):
            advice = did_you_mean(name, known) or one_of(known)
            self.problems.add(span, f"地点没有 `{name}` 这一项", f"a place has no `{name}`", advice)

    def taken(self, name: str) -> bool:
        """Returns whether a name already means something, so that no member may be called so."""
        return self._owner(name) is not None or name in self.names.figures or name in RESERVED - {"m"}

    def _owner(self, name: str) -> Owner | None:
        if name in self.names.facts:
            return self.names.facts[name].owner
        return self.names.concepts[name][0] if name in self.names.concepts else None

    def _leaf(self, scope: ir.Scope, name: str, span: Span) -> ir.Expr:
        if name in self.names.concepts:
            return ir.Concept(scope, name, span=span)
        return ir.Fact(scope, name, span=span)

    def _unknown(self, name: str, span: Span, owner: Owner | None) -> ir.Expr:
        if owner == "person":
            form = f"any(m.{name} … for m in members)"
            zh, en = f"`{name}` 是个人的事实，这里的对象是家庭", f"`{name}` is a fact of a person, not of the household"
            self.problems.add(span, zh, en, Words(f"写成 `{form}` 之类", f"write `{form}` or the like"))
        else:
            zh, en = f"没有名为 `{name}` 的事实", f"there is no fact named `{name}`"
            self.problems.add(span, zh, en, self._meant(name))
        return ir.Literal(value=False, span=span)

    def _meant(self, name: str) -> Words | None:
        """Returns what may have been meant by a name that nothing has."""
        if name in FUNCTIONS or name in GATHERINGS:
            return Words(f"函数后面要有括号：`{name}(…)`", f"a function has brackets: `{name}(…)`")
        if any(name in fact.values for fact in self.names.facts.values()):
            return Words(f'文字要加引号：`"{name}"`', f'a text stands in quotes: `"{name}"`')
        return did_you_mean(name, self.names.all())
