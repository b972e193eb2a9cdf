"""A household whose case is open: its facts as they are kept, and what an event makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from eligibility.derived import contradictions, prepare
from eligibility.determinations import shown
from eligibility.errors import EventError, Problem, Problems
from eligibility.evaluate import closure
from eligibility.events import Event
from eligibility.leaves import reads
from eligibility.packs.calendar import RulePack, Rules
from eligibility.patches import HOUSEHOLD, Patch
from eligibility.profile import Profile, read_node
from eligibility.profile_models import profile_model
from eligibility.schema import Fact
from eligibility.situation import NOBODY
from eligibility.words import Words

Kept = dict[str, Any]
"""A profile as JSON has it."""
Unfit = dict[str, dict[str, Any]]
"""By owner, facts that the pack which counts now does not know."""
_UNFIT = "unfit"


def kept(pack: RulePack, profile: Profile, unfit: Unfit) -> Kept:
    """Returns a profile as it is kept: the published form, so that it may be read with another pack.

    Args:
        pack: whose vocabulary it speaks.
        profile: the facts.
        unfit: facts that this pack does not know and another one may.
    """
    money = pack.contents.schema.money

    def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
        return {name: shown(value, money=name in money) for name, value in facts.items()}

    day = profile.as_of.isoformat() if profile.as_of else None
    members = [plain(each) for each in profile.members]
    found: Kept = {"id": profile.id, "as_of": day, HOUSEHOLD: plain(profile.household), "members": members}
    return found | ({_UNFIT: unfit} if unfit else {})


def taken_up(pack: RulePack, said: Kept) -> tuple[Profile, Unfit]:
    """Returns a profile that was kept, and the facts that do not fit the vocabulary of this pack: those are unknown."""
    owners = {HOUSEHOLD: dict(said[HOUSEHOLD])} | {str(each["id"]): dict(each) for each in said["members"]}
    for owner, facts in said.get(_UNFIT, {}).items():
        if owner in owners:
            owners[owner] = facts | owners[owner]
    names = list(owners)[1:]
    whole = {**said, HOUSEHOLD: owners[HOUSEHOLD], "members": [owners[name] for name in names]}
    whole.pop(_UNFIT, None)
    unfit: Unfit = {}
    model = profile_model(pack)
    try:
        read = model.model_validate(whole)
    except ValidationError as error:
        for loc in {each["loc"][:3] if each["loc"][0] == "members" else each["loc"][:2] for each in error.errors()}:
            owner = names[int(loc[1])] if loc[0] == "members" else HOUSEHOLD
            name = str(loc[-1])
            unfit.setdefault(owner, {})[name] = owners[owner].pop(name)
        read = model.model_validate(whole)
    home, people = getattr(read, HOUSEHOLD), getattr(read, "members")  # noqa: B009 - the model is made from the pack
    as_of = getattr(read, "as_of")  # noqa: B009 - likewise
    return Profile(said["id"], as_of, _known(home), tuple(_known(each) for each in people)), unfit


def _known(read: Any) -> dict[str, Any]:  # noqa: ANN401 - a model made from the pack
    return {name: value for name in read.model_fields_set if (value := getattr(read, name)) is not None}


def opened(event: Event, rules: Rules) -> Profile:
    """Returns the profile with which a case is opened; its facts hold on the day of the event.

    Raises:
        EventError: the profile is wrong, is another household's, or speaks of a later day.
    """
    node = event.get("profile")
    problems = Problems()
    profile = read_node(node, rules, problems, event.case) if node is not None else None
    if profile is None or problems.found:
        raise EventError(problems.found)
    if profile.id != event.case:
        zh, en = "档案的标识与 `case` 不同", "the id of the profile is not that of `case`"
        raise refused(event, zh, en, "case")
    if profile.as_of is not None and profile.as_of > event.day:
        raise refused(event, "档案的日期晚于事件", "the profile speaks of a later day than the event", "day")
    return _on(profile, rules)


def refused(event: Event, zh: str, en: str, field: str = "event", advice: Words | None = None) -> EventError:
    """Returns the error of an event that cannot be taken, at one of its fields."""
    return EventError([Problem(Words(zh, en), event.span(field), advice)])


def _on(profile: Profile, rules: Rules) -> Profile:
    """Returns the facts as they hold on a day: stated counts of elapsed time do not outlast their own (MEANING M9)."""
    if profile.as_of in {None, rules.day}:
        return replace(profile, as_of=rules.day)
    elapsed = rules.pack.contents.schema.elapsed

    def lasting(facts: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in facts.items() if name not in elapsed}

    members = tuple(lasting(each) for each in profile.members)
    return replace(profile, as_of=rules.day, household=lasting(profile.household), members=members)


def changed(profile: Profile, event: Event, patch: Patch, rules: Rules) -> Profile:
    """Returns a household after an event.

    What was stated earlier, and follows from a fact that the event changes, is forgotten, and so is what no longer applies.

    Args:
        profile: before.
        event: what happened.
        patch: what it states.
        rules: of its day.

    Raises:
        EventError: it is about nobody, or what it states cannot be.
    """
    found = _Changing(_on(profile, rules), event, patch, rules)
    found.people()
    found.state()
    found.drop(found.following())
    found.drop(found.not_applicable())
    found.check()
    return found.profile()


class _Changing:
    """A household in the middle of an event."""

    def __init__(self, profile: Profile, event: Event, patch: Patch, rules: Rules) -> None:
        """Takes copies of the facts."""
        self.before, self.event, self.patch, self.rules = profile, event, patch, rules
        self.owners: dict[str, dict[str, Any]] = {HOUSEHOLD: dict(profile.household)}
        self.owners |= {str(each["id"]): dict(each) for each in profile.members}
        self.stated = {HOUSEHOLD: patch.household, **patch.members}

    def people(self) -> None:
        """Lets members join and leave; an event about somebody who is no member is refused."""
        joins, known = self.patch.joins, self.owners.keys() - {HOUSEHOLD}
        if joins in known:
            raise refused(self.event, "已有这个标识的成员", "there is a member with this id already")
        if joins:
            self.owners[joins] = {"id": joins}
        if not self.patch.members.keys() <= self.owners.keys():
            field = "member" if self.event.get("member") is not None else "event"
            raise refused(self.event, "家庭里没有这个成员", "there is no such member in the household", field)
        if self.event.kind == "certificate_upgraded":
            who, name = self.event.text("member"), self.event.text("certificate")
            if self.owners[who].get(name) is False:
                zh, en = "档案里没有这个证件", "the case says that there is no such certificate"
                raise refused(self.event, zh, en, "certificate")
        if self.patch.leaves:
            del self.owners[self.patch.leaves]
            self.stated.pop(self.patch.leaves, None)

    def state(self) -> None:
        """Lets what the event forgets go, and puts what it states in its place."""
        for owner, names in self.patch.forgets.items():
            self.drop((owner, name) for name in names)
        for owner, facts in self.stated.items():
            for name, value in facts.items():
                self.owners[owner].pop(name, None)
                if value is not None:
                    self.owners[owner][name] = value

    def drop(self, names: Iterator[tuple[str, str]]) -> None:
        """Forgets facts, by owner and name, unless the event states them."""
        for owner, name in list(names):
            if name not in self.stated.get(owner, {}):
                self.owners[owner].pop(name, None)

    def following(self) -> Iterator[tuple[str, str]]:
        """Yields the facts that follow from what the event changes: they were stated of what was before."""
        patch = self.patch
        moved = {name for facts in patch.members.values() for name in facts} | {
            name for owner, names in patch.forgets.items() if owner != HOUSEHOLD for name in names
        }
        counted = bool(patch.joins or patch.leaves)
        for owner, facts in self.owners.items():
            own = {*self.stated.get(owner, {}), *patch.forgets.get(owner, ())}
            for fact in self.deriving("household" if owner == HOUSEHOLD else "person"):
                if fact.name in facts and self.follows(fact, own, moved, counted=counted):
                    yield owner, fact.name

    def deriving(self, owner: str) -> Iterator[Fact]:
        """Yields the facts of an owner that may be derived."""
        schema = self.rules.pack.contents.schema
        return (each for each in schema.facts.values() if each.owner == owner and each.derive is not None)

    def follows(self, fact: Fact, own: set[str], moved: set[str], *, counted: bool) -> bool:
        """Returns whether a fact may follow from others that change, however far."""
        facts, seen = self.rules.pack.contents.schema.facts, set[str]()
        waiting = [(fact, own)]
        while waiting:
            each, mine = waiting.pop()
            if each.derive is None or each.name in seen:
                continue
            seen.add(each.name)
            read = reads(each.derive.expr, self.rules)
            if (read.member and (counted or moved & read.member.keys())) or mine & {*read.own, *read.household}:
                return True
            waiting += [(facts[name], mine) for name in (*read.own, *read.household)]
            waiting += [(facts[name], moved) for name in read.member]
        return False

    def not_applicable(self) -> Iterator[tuple[str, str]]:
        """Yields the facts that no longer apply (MEANING M14)."""
        members = [each for owner, each in self.owners.items() if owner != HOUSEHOLD]
        ready = prepare(self.rules, self.owners[HOUSEHOLD], members, own_day=True)
        people = {str(each["id"]): each for each in (*ready.situation.members, *ready.dead)}
        for owner, facts in self.owners.items():
            own = NOBODY if owner == HOUSEHOLD else people.get(owner, facts)
            for fact in self.rules.pack.contents.schema.facts.values():
                if fact.only_if is not None and fact.name in facts:
                    asked: Callable[..., Any] = closure(fact.only_if.expr, self.rules)
                    if asked(ready.situation, own, NOBODY) is False:
                        yield owner, fact.name

    def check(self) -> None:
        """Refuses a household that cannot be so."""
        members = [each for owner, each in self.owners.items() if owner != HOUSEHOLD]
        found = contradictions(self.rules, self.owners[HOUSEHOLD], members)
        problems = [Problem(each.message, self.place(each.fact), each.advice) for each in found]
        if problems:
            raise EventError(problems)

    def place(self, fact: str) -> Any:  # noqa: ANN401 - a span
        """Returns where an event states a fact, or else where it says what it is."""
        groups = [self.event.get(name) for name in ("facts", "newcomer", "household")]
        members = self.event.get("members")
        groups += list(getattr(members, "items", ()))
        keys = (each.key(fact) for each in groups if each is not None and hasattr(each, "key"))
        return next((key.span for key in keys if key is not None), self.event.span())

    def profile(self) -> Profile:
        """Returns the household as it is now."""
        members = tuple(each for owner, each in self.owners.items() if owner != HOUSEHOLD)
        return replace(self.before, household=self.owners[HOUSEHOLD], members=members)
