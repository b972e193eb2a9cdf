"""Counts the questions of an interview on drawn families: against all facts that rules read, and against asking in order.

A question is counted by the slot: a fact of a member, or of the household. Every family is drawn from the pack's own limits
and then filled in, so that it has an answer to whatever applies to it; the interview starts with who lives there and
nothing else. The exit code is 1 where a median is over its limit, or where an interview ends with another result than
all facts give.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from eligibility import RulePack, Rules
from eligibility.interview import Interview
from eligibility.ruled import ruled
from eligibility.slots import Claim, Slot
from eligibility.testing.boundaries import Boundaries, boundaries
from eligibility.testing.draft import DEFAULTED, Draft
from eligibility.testing.strategies import draw_profile

DAY = date(2017, 12, 31)
OF_ALL, OF_ORDER = 0.5, 0.7
"""What the medians may be: half of all slots, and 30 % fewer than asking in the order of the vocabulary."""


@dataclass(frozen=True)
class Count:
    """What one family was asked.

    Args:
        seed: that draws it.
        members: how many live in it.
        asked: how many questions the interview asked.
        order: how many are asked in the order of the vocabulary, skipping what no open rule mentions.
        all: how many slots the rules read that apply to the family.
        differ: how many results are others than all facts give.
        slowest: the longest that one question took to be found, in seconds.
    """

    seed: int
    members: int
    asked: int
    order: int
    all: int
    differ: int
    slowest: float


def family(rules: Rules, limits: Boundaries, seed: int) -> Draft | None:
    """Returns a family of which everything is known that rules read; None where nobody lives in it."""
    source = random.Random(seed)  # noqa: S311 - families are drawn, not secrets
    profile = draw_profile(source, limits, 1.0)
    living = [member for member in profile.members if not member.get("died")]
    living = [member for member in living if member.get("birth_date", DAY) <= DAY]
    if not living:
        return None
    draft = Draft(rules, len(living))
    facts = rules.pack.contents.schema.facts
    # In the order of the vocabulary what says whether a fact applies is known before the fact itself.
    for name in (each for each in facts if each not in DEFAULTED):
        home = facts[name].owner == "household"
        values = (limits.household if home else limits.person).get(name, ())
        for whose in (None,) if home else range(len(living)):
            stated = (profile.household if whose is None else living[whose]).get(name)
            gate = facts[name].only_if
            if gate is None or draft.value(gate.expr, whose) is True:
                tried = [*([] if stated is None else [stated]), *source.sample(values, len(values))]
                any(draft.open(whose, name) and draft.put(whose, name, value) for value in tried)
    return draft


def slots(rules: Rules, family: Draft) -> list[Slot]:
    """Returns every slot that rules read, in the order of the vocabulary, as far as it applies to a family.

    A province that follows from a county that is read as well is not counted beside it.
    """
    everyone = range(len(family.members))
    facts = rules.pack.contents.schema.facts
    found = []
    claims = list(every(rules, family))
    read = {each for claim in claims for each in names(claim)}
    for name, fact in facts.items():
        follows = fact.type == "place" and fact.level == "province" and fact.derive is not None
        if name not in read or name in DEFAULTED or follows:
            continue
        found += [
            Slot(whose, name)
            for whose in (everyone if fact.owner == "person" else (None,))
            if fact.only_if is None or family.value(fact.only_if.expr, whose) is not False
        ]
    return found


def every(rules: Rules, family: Draft) -> Iterator[Claim]:
    """Yields every entitlement for every subject."""
    for ruling in rules.state.rulings:
        rule = ruled(rules, ruling.entitlement.id)
        subject = ruling.entitlement.subject
        people = range(len(family.members)) if subject == "person" else (None,) if subject == "household" else ()
        for whose in people:
            yield Claim(rule, whose, rule.parts)


def names(claim: Claim) -> Iterator[str]:
    """Yields the names of the facts that an entitlement mentions."""
    for part in claim.ruled.parts:
        yield from part.reads.names()


def mentioned(claim: Claim, slot: Slot) -> bool:
    """Returns whether an entitlement mentions a slot."""
    for part in claim.ruled.parts:
        found = part.reads
        if slot.whose is None and slot.name in found.household:
            return True
        if slot.whose is not None and (
            slot.name in found.member or (slot.whose == claim.whose and slot.name in found.own)
        ):
            return True
    return False


def started(rules: Rules, family: Draft) -> Interview:
    """Returns an interview with a family of which nothing is known but who lives there."""
    return Interview(rules, "drawn", {}, [{"id": member["id"]} for member in family.members])


def interviewed(rules: Rules, family: Draft) -> tuple[Interview, int, float]:
    """Returns the interview with a family when it has ended, how many questions it took, and the slowest one's seconds."""
    talk, asked, slowest = started(rules, family), 0, 0.0
    while True:
        start = perf_counter()
        question = talk.next()
        slowest = max(slowest, perf_counter() - start)
        if question is None:
            return talk, asked, slowest
        asked += 1
        tell(talk, question.slot, family)


def in_order(rules: Rules, family: Draft) -> int:
    """Returns how many questions it takes in the order of the vocabulary, skipping what no open rule mentions."""
    talk, asked = started(rules, family), 0
    facts = rules.pack.contents.schema.facts
    for slot in slots(rules, family):
        gate = facts[slot.name].only_if
        known = slot.name in talk.draft.facts(slot.whose)
        applies = gate is None or talk.draft.value(gate.expr, slot.whose) is not False
        if not known and applies and any(mentioned(claim, slot) for claim in talk.claims):
            asked += 1
            tell(talk, slot, family)
    return asked


def tell(talk: Interview, slot: Slot, family: Draft) -> None:
    """Answers a question as it is."""
    value = family.facts(slot.whose).get(slot.name)
    if value is None:
        talk.decline(slot)
    else:
        talk.answer(slot, value)


def differing(rules: Rules, family: Draft, talk: Interview) -> int:
    """Returns how many results an interview settled otherwise than all facts do, or left open though they could be settled."""
    full = Interview(rules, "drawn", dict(family.household), [dict(member) for member in family.members])
    open_claims = {claim.key: claim for claim in talk.claims}
    wrong = 0
    for key, outcome in full.outcomes.items():
        if talk.outcomes[key] != outcome:
            # What no completion could change may stay open in Kleene's answer, and is no other result.
            claim = open_claims.get(key)
            wrong += claim is None or any(talk.bears(slot, claim) for slot in dict.fromkeys(claim.leaves(talk.draft)))
    return wrong


def counts(rules: Rules, families: int) -> Iterator[Count]:
    """Yields the counts of so many families."""
    limits, seed, done = boundaries(rules), 0, 0
    while done < families:
        one = family(rules, limits, seed)
        if one is not None:
            talk, asked, slowest = interviewed(rules, one)
            order, all_slots = in_order(rules, one), len(slots(rules, one))
            yield Count(seed, len(one.members), asked, order, all_slots, differing(rules, one, talk), slowest)
            done += 1
        seed += 1


def spread(values: list[float]) -> dict[str, float]:
    """Returns the median with the tenth and the ninetieth hundredth, the least and the most."""
    tenths = quantiles(values, n=10, method="inclusive")
    found = {"median": median(values), "p10": tenths[0], "p90": tenths[-1], "least": min(values), "most": max(values)}
    return {name: round(each, 3) for name, each in found.items()}


def report(found: list[Count]) -> Mapping[str, Any]:
    """Returns every figure."""
    return {
        "families": len(found),
        "asked": spread([each.asked for each in found]),
        "of all slots": spread([each.asked / each.all for each in found]),
        "of asking in order": spread([each.asked / each.order for each in found if each.order]),
        "order of all slots": spread([each.order / each.all for each in found]),
        "slowest question, seconds": spread([each.slowest for each in found]),
        "results that differ": sum(each.differ for each in found),
    }


def main() -> int:
    """Counts, prints, and returns 1 where a limit is exceeded."""
    parser = argparse.ArgumentParser(description="counts the questions of an interview on drawn families")
    parser.add_argument("--families", type=int, default=200, help="how many are drawn (default: 200)")
    parser.add_argument("--json", action="store_true", help="one JSON object, each family in it, instead of a table")
    options = parser.parse_args()
    found = list(counts(RulePack.default().on(DAY), options.families))
    figures = report(found)
    if options.json:
        print(json.dumps({"figures": figures, "each": [asdict(each) for each in found]}, indent=1))
    else:
        print("| what | median | p10 | p90 | least | most |\n|---|---:|---:|---:|---:|---:|")
        for name, figure in figures.items():
            if isinstance(figure, dict):
                print(f"| {name} | {' | '.join(f'{each:g}' for each in figure.values())} |")
        print(
            f"\n{figures['families']} families; {figures['results that differ']} results differ from those of all facts"
        )
    over = figures["of all slots"]["median"] > OF_ALL or figures["of asking in order"]["median"] > OF_ORDER
    return int(over or figures["results that differ"] > 0)


if __name__ == "__main__":
    sys.exit(main())
