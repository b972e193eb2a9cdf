"""What a heading may say: names of facts and keys, and their labels in both languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from eligibility.columns.frames import HOME, ID
from eligibility.errors import did_you_mean
from eligibility.form import DAY, KEY
from eligibility.packs.contents import Contents
from eligibility.schema import Fact, Owner
from eligibility.spoken_values import plain
from eligibility.tables.rows import AS_OF
from eligibility.words import Words

_KEYS: Mapping[str, tuple[str, ...]] = {
    HOME: (HOME, "household", "household id", "户号", "户编号", "家庭编号", "家庭代号"),
    ID: (ID, "member id", "person id", "成员编号", "人员编号", "成员代号", "代号", KEY.zh, KEY.en),
    AS_OF: (AS_OF, "as of", "数据日期", "截止日期", DAY.zh, DAY.en),
}
_FEN = "_fen"
"""Ends the name of a fact whose column holds whole fen."""


@dataclass(frozen=True)
class Vocabulary:
    """What the headings of tables may say.

    Args:
        names: by what a heading says, the fact or the name of a key; a label that two facts have names neither.
        contents: of the pack.
    """

    names: Mapping[str, Fact | str]
    contents: Contents

    @classmethod
    def of(cls, contents: Contents) -> Vocabulary:
        """Returns the vocabulary of a pack."""
        facts = list(contents.schema.facts.values())
        labels = Counter(said for fact in facts for said in {plain(fact.label.zh), plain(fact.label.en)})
        names: dict[str, Fact | str] = {}
        for fact in facts:
            names |= {said: fact for said in (plain(fact.label.zh), plain(fact.label.en)) if labels[said] == 1}
        names |= {plain(said): key for key, several in _KEYS.items() for said in several}
        names |= {plain(fact.name): fact for fact in facts}
        return cls(names, contents)

    def meant(self, heading: str) -> tuple[Fact | str, bool] | None:
        """Returns the fact or key that a heading names, and whether in fen; None where it names none."""
        said = heard(heading)
        found = self.names.get(said)
        if found is not None:
            return found, False
        fact = self.names.get(said.removesuffix(_FEN)) if said.endswith(_FEN) else None
        return (
            (fact, True)
            if isinstance(fact, Fact) and fact.type == "money" and plain(fact.name) + _FEN == said
            else None
        )

    def named(self, name: str) -> Fact | str | None:
        """Returns a fact or key by its own name, as a mapping writes it."""
        return name if name in _KEYS else self.contents.schema.facts.get(name)

    def near(self, heading: str, owner: Owner) -> Words | None:
        """Returns the advice that names what a heading is most like."""
        facts = [fact for fact in self.contents.schema.facts.values() if owner == "person" or fact.owner == owner]
        keys = [HOME, AS_OF] if owner == "household" else list(_KEYS)
        known = [*keys, *(said for fact in facts for said in (fact.name, fact.label.zh, fact.label.en))]
        return did_you_mean(heard(heading), known)


def heard(heading: str) -> str:
    """Returns a heading without what does not tell one from another: spaces, line breaks, full width, capitals."""
    return plain(" ".join(heading.split()))
