"""Rules and a profile to one determination for each entitlement and subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter
from pydantic.json_schema import SkipJsonSchema

from eligibility.asking import answers
from eligibility.derived import LeftOut, Prepared, prepare
from eligibility.determinations import Claim, Determination, determination
from eligibility.opinion import Engine, Opinion, take
from eligibility.packages import Falling, Package, apart, falling, packages
from eligibility.packs.calendar import Rules
from eligibility.profile import Profile

if TYPE_CHECKING:
    from eligibility.certain import Certainty
    from eligibility.secondopinion import SecondOpinion

SCHEMA = "1"


@dataclass(frozen=True, slots=True)
class PackId:
    """Which rules answered.

    Args:
        id: of the pack.
        version: of the pack.
        digest: over its files, local figures among them.
        readings: by reading, another one that was chosen.
    """

    id: str
    version: str
    digest: str
    readings: dict[str, str]


@dataclass(frozen=True, slots=True)
class Notice:
    """What every output says, in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Screening:
    """Everything that was found for one household on one day."""

    __pydantic_config__ = ConfigDict(title="Screening", defer_build=True)

    schema: str
    household: str
    as_of: date
    notice: Notice
    pack: PackId
    members: Annotated[SkipJsonSchema[int], Field(exclude=True)]
    left_out: tuple[LeftOut, ...]
    determinations: tuple[Determination, ...]
    packages: tuple[Package, ...] = ()
    falling: tuple[Falling, ...] = ()
    second_opinion: Annotated[SkipJsonSchema[Opinion | None], Field(exclude=True)] = None

    @property
    def eligible(self) -> tuple[Determination, ...]:
        """The determinations that say yes."""
        return tuple(each for each in self.determinations if each.outcome == "eligible")

    @property
    def undetermined(self) -> tuple[Determination, ...]:
        """The determinations that are open."""
        return tuple(each for each in self.determinations if each.outcome == "undetermined")

    @property
    def ineligible(self) -> tuple[Determination, ...]:
        """The determinations that say no."""
        return tuple(each for each in self.determinations if each.outcome == "ineligible")

    def find(self, entitlement: str, subject: str) -> Determination | None:
        """Returns the determination of an entitlement for a subject, or None where it is not in force or no subject."""
        return self.of(Claim(entitlement, subject))

    def of(self, claim: Claim) -> Determination | None:
        """Returns the determination of a claim, or None."""
        return self._by_claim.get(claim)

    @cached_property
    def apart(self) -> frozenset[Claim]:
        """What is in no sum: what the best combination leaves out, and everything that competes while that is open."""
        return apart(self.packages)

    @cached_property
    def _by_claim(self) -> dict[Claim, Determination]:
        return {each.claim: each for each in self.determinations}

    def model_dump(self, mode: Literal["json", "python"] = "json") -> dict[str, Any]:
        """Returns the published JSON form (`eligibility schema screening`)."""
        for each in self.determinations:
            each.whole()
        found: dict[str, Any] = ADAPTER.dump_python(self, mode=mode)
        if self.second_opinion is not None:
            found["second_opinion"] = TypeAdapter(Opinion).dump_python(self.second_opinion, mode=mode)
        return found


ADAPTER: TypeAdapter[Screening] = TypeAdapter(Screening)


def screen(
    rules: Rules,
    profile: Profile,
    only: Sequence[str] = (),
    *,
    certain: bool = False,
    cross_check: bool = False,
    engine: Engine = "core",
    second: SecondOpinion | None = None,
) -> Screening:
    """Screens a household.

    Args:
        rules: of the day; it may be another than the profile's own (MEANING M9).
        profile: read with the same pack.
        only: ids of entitlements; all where empty.
        certain: whether to settle also what every completion of the unknown facts settles alike (MEANING M25); still more of
            that where the solver z3 is installed.
        cross_check: whether durable-rules is asked too; `second_opinion` says where it differs, or why it is missing.
        engine: whose outcomes and truths stand; with `durable` the core is asked beside it, and stands where it is missing.
        second: who asks durable-rules; the one that this process shares where None.

    Raises:
        UnknownName: the pack has no such entitlement.
    """
    for id in only:
        rules.pack.entitlement(id)
    prepared = prepare(rules, profile.household, profile.members, own_day=profile.as_of in {None, rules.day})
    asked = list(answers(rules, prepared, only))
    opinion = None
    if cross_check or engine == "durable":
        from eligibility.secondopinion import shared

        opinion = (second or shared()).compare(rules, prepared, asked)
        if engine == "durable":
            take(asked, opinion)
    if certain:
        asked = list(map(_certainty(prepared, own_day=profile.as_of in {None, rules.day}).settle, asked))
    return _screening(rules, profile.id, prepared, tuple(map(determination, asked)), opinion)


def _certainty(prepared: Prepared, *, own_day: bool) -> Certainty:
    """Returns what settles more answers of a household; still more where the solver is there."""
    from eligibility.certain import Certainty
    from eligibility.solver.engine import available

    if not available():
        return Certainty(prepared, own_day)
    from eligibility.solver.completing import Completions

    return Certainty(prepared, own_day, Completions)


def _screening(
    rules: Rules, household: str, prepared: Prepared, found: tuple[Determination, ...], opinion: Opinion | None
) -> Screening:
    file = rules.pack.contents.file
    return Screening(
        schema=SCHEMA,
        household=household,
        as_of=rules.day,
        notice=Notice(file.notice.zh, file.notice.en),
        pack=PackId(file.id, file.version, rules.pack.contents.digest, dict(rules.pack.contents.chosen)),
        members=len(prepared.situation.members),
        left_out=prepared.left_out,
        determinations=found,
        packages=packages(found),
        falling=falling(found),
        second_opinion=opinion,
    )
