"""The facts that exist: type, unit, range, labels, question, who attests; and every name a condition may use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_validator

from eligibility.fields import AS_TEXT, Expression, Flag, Identifier, Label, Model, Name, Text, listed, wrong
from eligibility.ir import Type
from eligibility.money import LARGEST_FEN, Period, fen
from eligibility.source import Passage
from eligibility.words import Words

Owner = Literal["person", "household"]
RESERVED = frozenset({"household", "members", "as_of", "size", "id", "pack", "m", "true", "false", "everywhere"})
"""Names that the language or the profile uses itself, which no fact, figure or concept may take."""

LARGEST_COUNT = 10**6


def _range(value: Any) -> list[str]:  # noqa: ANN401 - whatever stood in the file
    texts = [getattr(item, "text", item) for item in listed(value)]
    if len(texts) != 2 or not all(isinstance(text, str) for text in texts):  # noqa: PLR2004 - low and high
        raise wrong("范围写成 `[最小, 最大]`", "a range is written `[least, greatest]`")
    low, high = (_number(text) for text in texts)
    if low is None or high is None:
        raise wrong(
            "范围的两端都要是数", "both ends of a range are numbers", Words("如 `[0, 130]`", "as in `[0, 130]`")
        )
    if low > high:
        raise wrong("范围的下限大于上限", "the least is greater than the greatest")
    return texts


def _number(text: str) -> int | None:
    try:
        return fen(text)
    except ValueError:
        return None


def _told(value: Any) -> Any:  # noqa: ANN401 - whatever stood in the file
    """Refuses what a fact would say of itself, and where it stands says already."""
    if isinstance(value, Passage):
        advice = Words("由键和 `person:`、`household:` 决定", "the key tells it, and `person:` or `household:` above")
        raise wrong("这一项不在这里写", "this is not said here", advice)
    return value


class Fact(Model):
    """One fact that a profile may state; `docs/pack-format.md` tells what each field means."""

    type: Annotated[Literal["bool", "count", "money", "date", "choice", "place", "set", "text"], AS_TEXT]
    label: Label
    question: Label
    unit: Text | None = None
    range: Annotated[tuple[str, str] | None, BeforeValidator(_range)] = None
    values: dict[Identifier, Label] = Field(default_factory=dict)
    per: Annotated[Period, AS_TEXT] | None = None
    level: Annotated[Literal["province", "county"], AS_TEXT] | None = None
    also: tuple[Identifier, ...] = ()
    wider: Name | None = None
    attested_by: Identifier = "applicant"
    document: Identifier | None = None
    sensitive: Flag = False
    only_if: Expression | None = None
    elapsed: Flag = False
    changeable: Flag = False
    derive: Expression | None = None
    note: Label | None = None
    cite: Annotated[tuple[Text, ...], BeforeValidator(listed)] = ()
    name: Annotated[str, BeforeValidator(_told)] = ""
    owner: Annotated[Owner, BeforeValidator(_told)] = "person"

    @model_validator(mode="after")
    def whole(self) -> Fact:
        """Refuses a fact whose type lacks what belongs to it."""
        needed = {"count": "unit", "money": "per", "choice": "values", "place": "level"}.get(self.type)
        if needed is not None and not getattr(self, needed):
            en = f"`{needed}` is missing: a fact of type `{self.type}` has it"
            raise wrong(f"缺少 `{needed}`：类型为 `{self.type}` 的事实要写", en)
        if self.changeable and (self.type not in {"bool", "choice"} or self.derive is not None):
            zh = "只有不由别的事实推出的是非和选项才能写 `changeable`"
            raise wrong(zh, "only a yes or no, or a choice, that follows from nothing is changeable", key="changeable")
        if self.range is not None and self.type == "count" and any("." in end for end in self.range):
            raise wrong("这里的范围只能是整数", "the range of a count is of whole numbers", key="range")
        return self

    @cached_property
    def kind(self) -> Type:
        """The type of the fact inside the language."""
        low, high = self.limits
        if self.type == "count":
            return Type("number", self.unit, low=low, high=high)
        if self.type == "money":
            return Type("money", self.per, low=low, high=high)
        if self.type == "choice":
            return Type("choice", self.name, values=tuple(self.values))
        if self.type == "place":
            return Type("place", values=self.also, level=self.level)
        return Type(self.type)

    @cached_property
    def limits(self) -> tuple[int, int]:
        """The least and greatest value, whole numbers or fen."""
        if self.type == "money":
            return (fen(self.range[0]), fen(self.range[1])) if self.range else (0, LARGEST_FEN)
        if self.type == "count":
            return (int(self.range[0]), int(self.range[1])) if self.range else (0, LARGEST_COUNT)
        return (0, 0)


class Integrity(Model):
    """A rule between facts that no true profile violates (MEANING M15)."""

    id: Identifier
    owner: Annotated[Owner, AS_TEXT]
    holds: Expression
    label: Label
    cite: Annotated[tuple[Text, ...], BeforeValidator(listed)] = ()


def _named(value: Any) -> Any:  # noqa: ANN401 - whatever stood in the file
    """Tells each fact its own name and owner."""
    if not isinstance(value, dict):
        return value
    result = dict(value)
    for owner in ("person", "household"):
        facts = value.get(owner)
        if isinstance(facts, dict):
            result[owner] = {
                name: {"name": name, "owner": owner, **fact} if isinstance(fact, dict) else fact
                for name, fact in facts.items()
            }
    return result


class FactsFile(Model):
    """The whole of `facts.yaml`."""

    conditions: ClassVar[frozenset[str]] = frozenset({"derive", "holds", "only_if"})
    attesters: dict[Identifier, Label]
    person: dict[Name, Fact]
    household: dict[Name, Fact]
    integrity: tuple[Integrity, ...] = ()

    _names = model_validator(mode="before")(_named)


@dataclass(frozen=True)
class Schema:
    """The vocabulary: facts of a person, of the household, and the rules between them."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
    integrity: tuple[Integrity, ...] = ()
    attesters: Mapping[str, Words] = field(default_factory=dict)

    def of(self, owner: Owner) -> Iterator[Fact]:
        """Yields the facts of a person or of the household, in the order of the vocabulary."""
        return (fact for fact in self.facts.values() if fact.owner == owner)

    @cached_property
    def derived(self) -> Mapping[Owner, tuple[Fact, ...]]:
        """By owner, the facts that may be derived, in the order of the vocabulary."""
        owners: tuple[Owner, ...] = ("person", "household")
        return {owner: tuple(fact for fact in self.of(owner) if fact.derive is not None) for owner in owners}

    @cached_property
    def elapsed(self) -> frozenset[str]:
        """The names of stated counts of elapsed time (MEANING M9)."""
        return frozenset(name for name, fact in self.facts.items() if fact.elapsed)

    @cached_property
    def money(self) -> frozenset[str]:
        """The names of facts that are money."""
        return frozenset(name for name, fact in self.facts.items() if fact.type == "money")

    @cached_property
    def findings(self) -> frozenset[str]:
        """The names of facts that only an office or a school can find."""
        return frozenset(name for name, fact in self.facts.items() if fact.attested_by != "applicant")


@dataclass(frozen=True)
class Names:
    """Every name that a condition may use, with what it yields.

    Args:
        facts: by name; no name exists on both owners.
        figures: the parameters of the pack, by name.
        concepts: owner and type of each concept, by name.
        attributes: what `place(x).attribute` may ask beside `province` and `city`.
        labels: what people call figures, concepts and attributes.
        places: what people call the places listed, by code.
        unread: names of things that are wrong in themselves, of which nothing more is said; None: any name may be one.
    """

    facts: Mapping[str, Fact]
    figures: Mapping[str, Type]
    concepts: Mapping[str, tuple[Owner, Type]]
    attributes: Mapping[str, Type]
    labels: Mapping[str, Words] = field(default_factory=dict)
    places: Mapping[str, Words] = field(default_factory=dict)
    unread: frozenset[str] | None = frozenset()

    def excused(self, name: str) -> bool:
        """Returns whether a name may belong to something that could not be read."""
        return self.unread is None or name in self.unread

    def all(self) -> Iterator[str]:
        """Yields every bare name."""
        yield from self.facts
        yield from self.figures
        yield from self.concepts
        yield from ("as_of", "size")
