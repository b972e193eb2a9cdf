"""What a heading may say: names of facts and keys, and their labels in both languages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eligibility.columns.frames import HOME, ID
from eligibility.errors import did_you_mean
from eligibility.form import DAY, KEY
from eligibility.packs.contents import Contents
from eligibility.schema import Fact, Owner
from eligibility.spoken_values import plain
from eligibility.tables.cells import LOST_SIGN
from eligibility.tables.rows import AS_OF
from eligibility.tables.units import Scale, scale_or_none
from eligibility.words import Words

_KEYS: Mapping[str, tuple[str, ...]] = {
    HOME: (HOME, "household", "household id", "户号", "户编号", "家庭编号", "家庭代号"),
    ID: (ID, "member id", "person id", "成员编号", "人员编号", "成员代号", "代号", KEY.zh, KEY.en),
    AS_OF: (AS_OF, "as of", "数据日期", "截止日期", DAY.zh, DAY.en),
}
_FEN = "_fen"
"""Ends the name of a fact whose column holds whole fen."""
_LONGEST = 40
_BRACKET = re.compile(r"(.+?)\s*[(\[【](?:单位[:]?\s*)?([^()\[\]【】]+)[)\]】]")
_SPACED = re.compile("(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
"""The space between two characters with which a short heading is spread out: `性 别`."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What a heading names.

    Args:
        about: the fact, or the name of a key.
        scale: how its numbers become those of the fact, where a unit in brackets says that they are not the same.
        fen: whether they are whole fen.
    """

    about: Fact | str
    scale: Scale | None = None
    fen: bool = False


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

    def meant(self, heading: str) -> Meant | None:
        """Returns what a heading names; None where it names nothing."""
        said = heard(heading)
        found = self.names.get(said)
        if found is not None:
            return Meant(found)
        fact = self.names.get(said.removesuffix(_FEN))
        if said.endswith(_FEN) and isinstance(fact, Fact) and fact.type == "money" and fact.name + _FEN == said:
            return Meant(fact, fen=True)
        bracket = _BRACKET.fullmatch(said)
        fact = self.names.get(bracket[1].strip()) if bracket else None
        if bracket is None or not isinstance(fact, Fact):
            return None
        unit = scale_or_none(fact, bracket[2])
        return None if unit is None else Meant(fact, None if unit == scale_or_none(fact) else unit)

    def named(self, name: str) -> Fact | str | None:
        """Returns a fact or key by its own name, as a mapping writes it."""
        return name if name in _KEYS else self.contents.schema.facts.get(name)

    def near(self, heading: str, owner: Owner) -> Words | None:
        """Returns the advice that names what a heading is most like."""
        facts = [fact for fact in self.contents.schema.facts.values() if owner in {"person", fact.owner}]
        keys = [HOME, AS_OF] if owner == "household" else list(_KEYS)
        known = [*keys, *(said for fact in facts for said in (fact.name, fact.label.zh, fact.label.en))]
        said = heard(heading)
        bracket = _BRACKET.fullmatch(said)
        bare = bracket[1].strip() if bracket else said
        begins = [each for each in known if len(bare) > 1 and plain(each).startswith(bare)]
        # What stands in brackets may be foreign to the name: then what stands before them counts.
        alike = did_you_mean(said, known)
        return (_meant(begins) or alike) if bracket else (alike or _meant(begins))


def _meant(begins: Sequence[str]) -> Words | None:
    """Returns the advice that names the shortest of the names that begin with a heading."""
    shortest = min(begins, key=len, default=None)
    return None if shortest is None else did_you_mean(shortest, [shortest])


def shown(heading: str) -> str:
    """Returns a heading as it can stand in a line: short, and without what a terminal might take for a command."""
    line = "".join(sign if sign.isprintable() else LOST_SIGN for sign in " ".join(heading.split()))
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def heard(heading: str) -> str:
    """Returns a heading without what does not tell one from another: spaces, line breaks, full width, capitals."""
    return _SPACED.sub("", plain(" ".join(heading.split())))
