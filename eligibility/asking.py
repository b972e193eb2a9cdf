"""Every entitlement in force put to every subject that it is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from eligibility.answer import Answer
from eligibility.derived import Prepared
from eligibility.packs.calendar import Rules
from eligibility.ruled import ruled
from eligibility.situation import NOBODY, Facts, Situation


def answers(rules: Rules, prepared: Prepared, only: Sequence[str] = ()) -> Iterator[Answer]:
    """Yields the answer of every entitlement for every subject: household first, then members as listed."""
    situation = prepared.situation
    wanted = frozenset(only)
    if not situation.members and not prepared.dead:
        return
    findings = _Findings(prepared)
    for ruling in rules.state.rulings:
        entitlement = ruling.entitlement
        if wanted and entitlement.id not in wanted:
            continue
        rule = ruled(rules, entitlement.id)
        for own in _subjects(entitlement.subject, prepared):
            yield Answer(rule, situation, own, findings.without)


@dataclass
class _Findings:
    """The household without what only an office can find, made when it is first asked for."""

    prepared: Prepared

    def without(self, own: Facts) -> tuple[Situation, Facts] | None:
        """Returns the situation and the subject's facts, findings left out; None where there are none."""
        if not self._some:
            return None
        stripped = self._stripped
        index = next((at for at, each in enumerate(self.prepared.situation.members) if each is own), None)
        if own is NOBODY:
            return stripped, NOBODY
        return stripped, stripped.members[index] if index is not None else self._facts(own)

    @cached_property
    def _some(self) -> bool:
        """Whether anything is known that only an office can find."""
        situation = self.prepared.situation
        findings = situation.rules.pack.contents.schema.findings
        return any(
            not findings.isdisjoint(each) for each in (situation.household, *situation.members, *self.prepared.dead)
        )

    @cached_property
    def _stripped(self) -> Situation:
        situation = self.prepared.situation
        members = [self._facts(each) for each in situation.members]
        return Situation(situation.rules, self._facts(situation.household), members, situation.complete)

    def _facts(self, facts: Facts) -> Facts:
        findings = self.prepared.situation.rules.pack.contents.schema.findings
        return {name: value for name, value in facts.items() if name not in findings}


def _subjects(subject: str, prepared: Prepared) -> Sequence[Facts]:
    if subject == "deceased":
        return prepared.dead
    if subject == "household":
        return (NOBODY,) if prepared.situation.members else ()
    return prepared.situation.members
