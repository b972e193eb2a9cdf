"""What a screening comes to: the same answers together, what to find out, known sums, and papers, each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from eligibility.determinations import Claim, Determination, MissingItem, answer, benefit_of, body_of
from eligibility.profile import Profile
from eligibility.ruled import Part
from eligibility.screening import Screening
from eligibility.worth import SUMMED, worth


@dataclass(frozen=True, slots=True)
class Line:
    """The same answer for one or several subjects.

    Args:
        each: the determinations; the first speaks for them all.
        questions: the numbers of what they wait for.
    """

    each: tuple[Determination, ...]
    questions: tuple[int, ...] = ()

    @property
    def first(self) -> Determination:
        """The determination that speaks for all."""
        return self.each[0]

    @property
    def subjects(self) -> list[str]:
        """Whom it is about."""
        return [found.subject for found in self.each]


@dataclass(frozen=True, slots=True)
class Question:
    """Something to be found out, once for everybody whom it concerns.

    Args:
        number: by which the answers refer to it.
        name: of the fact or the figure.
        subjects: whose it is.
    """

    number: int
    name: str
    subjects: tuple[str, ...]


@dataclass
class Sums:
    """Known cash or waivers, in fen.

    Args:
        yearly: what comes every year.
        once: what comes once.
    """

    yearly: int = 0
    once: int = 0


@dataclass(frozen=True)
class Summary:
    """One screening, put together for a reader.

    Args:
        screening: what was found.
        everything: whether services that are open to all count as well.
    """

    screening: Screening
    everything: bool = False
    _found: list[Determination] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Leaves out what is open to all, unless it is asked for."""
        found = [each for each in self.screening.determinations if self.everything or each.promise != "open"]
        object.__setattr__(self, "_found", found)

    @property
    def left_out(self) -> int:
        """How many services open to all are not told."""
        told = {each.entitlement for each in self._found}
        return len({each.entitlement for each in self.screening.determinations} - told)

    def all(self) -> list[Determination]:
        """Returns every determination that is told, in order."""
        return list(self._found)

    def of(self, outcome: str) -> list[Determination]:
        """Returns the determinations of one outcome, in order."""
        return [each for each in self._found if each.outcome == outcome]

    @cached_property
    def questions(self) -> list[Question]:
        """What to find out, first what most answers wait for; one question for all whom it concerns."""
        subjects: dict[str, dict[str, None]] = {}
        answers: Counter[str] = Counter()
        for each in self.of("eligible") + self.of("undetermined"):
            for item in waiting(each):
                subjects.setdefault(item.name, {})[item.subject] = None
                answers[item.name] += 1
        names = sorted(subjects, key=lambda name: -answers[name])
        order = {subject: at for at, subject in enumerate(dict.fromkeys(each.subject for each in self._found))}
        return [
            Question(number, name, tuple(sorted(subjects[name], key=lambda whose: order.get(whose, -1))))
            for number, name in enumerate(names, 1)
        ]

    def lines(self, outcome: str) -> list[Line]:
        """Returns the answers of one outcome, the same ones for several subjects together."""
        numbers = {question.name: question.number for question in self.questions}

        def asked(found: Determination) -> tuple[int, ...]:
            return tuple(sorted({numbers[item.name] for item in waiting(found)}))

        groups = _grouped(
            self.of(outcome),
            lambda each: (each.entitlement, each.amount, each.amount_at_least, each.marks, asked(each)),
        )
        return [Line(tuple(group), asked(group[0])) for group in groups]

    def closed(self) -> list[Line]:
        """Returns what is closed, subjects together for whom the same criterion decides."""
        groups = _grouped(
            self.of("ineligible"), lambda each: (each.entitlement, deciding(each)[0].id, "certain" in each.marks)
        )
        return [Line(tuple(group)) for group in groups]

    def closed_in_full(self) -> list[Line]:
        """Returns what is closed, subjects together for whom every criterion came out alike."""
        groups = _grouped(self.of("ineligible"), lambda each: (each.entitlement, tuple(answer(each).truths)))
        return [Line(tuple(group)) for group in groups]

    def sums(self) -> dict[str, Sums]:
        """Returns the known cash and waivers, each for itself; neither `may` nor unknown amounts (MEANING M23).

        What the best lawful combination leaves out is not in them, nor what competes while that is open (MEANING M24).
        """
        found: dict[str, Sums] = {}
        apart = self.screening.apart
        for each in self.of("eligible"):
            benefit, value = benefit_of(each), worth(each)
            if benefit is None or value is None or not counts(each) or each.claim in apart:
                continue
            sums = found.setdefault(benefit.kind, Sums())
            if benefit.per == "once":
                sums.once += value
            else:
                sums.yearly += value
        return {kind: found[kind] for kind in SUMMED if kind in found}

    def beside(self) -> list[Determination]:
        """Returns the cash and waivers beside the sums: by decision, unknown, of unknown number, or competing."""
        apart = self.screening.apart
        return [each for each in self.of("eligible") if _of_money(each) and (not counts(each) or each.claim in apart)]

    def dropped(self) -> list[Claim]:
        """Returns what the best lawful combinations leave out (MEANING M24)."""
        return [each.claim for package in self.screening.packages for each in package.dropped]

    def papers(self, *, maybe: bool = False) -> dict[str, list[Determination]]:
        """Returns each paper once, with the answers that it is for, of all that can be applied for at once.

        Args:
            maybe: whether what is undetermined counts as well.
        """
        found: dict[str, list[Determination]] = {}
        apart = set(self.dropped())
        for each in self.of("eligible") + (self.of("undetermined") if maybe else []):
            apply = body_of(each).apply if each.claim not in apart else None
            for id in apply.documents if apply else ():
                found.setdefault(id, []).append(each)
        return found


def names_of(profile: Profile, *, personal: bool) -> Mapping[str, str]:
    """Returns what each member is called: the name where it may be shown and is known, beside the id."""
    named = {str(each["id"]): each.get("name") for each in profile.members}
    return {id: f"{name} ({id})" for id, name in named.items() if personal and name}


def waiting(found: Determination) -> Iterable[MissingItem]:
    """Returns everything that the outcome and the amount wait for, once each."""
    return dict.fromkeys((*found.missing, *found.amount_missing))


def deciding(found: Determination) -> list[Part]:
    """Returns the criteria that are false and the exclusions that are true; those that cannot all hold, where none is alone."""
    alone = [part for part, truth in truths(found) if truth is part.exclusion]
    return alone or [part for part, truth in truths(found) if truth is None]


def jointly(found: Determination) -> bool:
    """Returns whether a refusal rests on several criteria none of which is surely the one that fails (MEANING M25)."""
    return found.outcome == "ineligible" and all(truth is not part.exclusion for part, truth in truths(found))


def truths(found: Determination) -> Iterator[tuple[Part, bool | None]]:
    """Yields every criterion and exclusion with what it came to."""
    yield from zip(answer(found).ruled.parts, answer(found).truths, strict=True)


def _of_money(found: Determination) -> bool:
    benefit = benefit_of(found)
    return benefit is not None and benefit.kind in SUMMED and bool(benefit.amount)


def counts(found: Determination) -> bool:
    """Returns whether an amount is in the sums of the year."""
    return _of_money(found) and found.promise != "may" and worth(found) is not None


def _grouped(found: Sequence[Determination], key: Callable[[Determination], Hashable]) -> list[list[Determination]]:
    """Returns determinations with the same key together, in the order of the first of each."""
    groups: dict[Hashable, list[Determination]] = {}
    for each in found:
        groups.setdefault(key(each), []).append(each)
    return list(groups.values())
