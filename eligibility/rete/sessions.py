"""Sessions of durable-rules: a plan run on a household, in the worker process, with nothing of the core at hand.

Everything here is avoided that makes the engine die, hang or answer wrong: one short session for each ruleset, an opening
fact that fires, one batch, no retraction, no assertion in what runs. What it refuses is a fault, never an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Truths = dict[tuple[str, str], dict[str, str]]
"""By owner and field of a goal, by subject: `true` or `false`; what is missing is unknown."""
HOME = 1
SESSION = "0"


class FaultError(RuntimeError):
    """The engine refused something, or did not finish: there is no answer."""


class Session:
    """One ruleset, ready to be run again and again."""

    def __init__(self, ruleset: Mapping[str, Any]) -> None:
        """Builds the engine's network.

        Args:
            ruleset: `name`, `definition`, `fields` and `goals`, as a plan has them.
        """
        from durable.engine import Ruleset

        self.fields: Mapping[str, Sequence[str]] = ruleset["fields"]
        self.goals: Mapping[str, Sequence[str]] = ruleset["goals"]
        self.entitlements = frozenset(ruleset.get("entitlements", ()))
        self._found: list[tuple[str, Any]] = []
        definition = {name: {**rule, "run": self._noting(name)} for name, rule in ruleset["definition"].items()}
        self._engine = Ruleset(ruleset["name"], None, definition)

    def _noting(self, name: str) -> Callable[[Any], None]:
        def note(closure: Any) -> None:  # noqa: ANN401 - the engine's own
            self._found.append((name, closure._m))  # noqa: SLF001 - there is no other way to all facts that matched

        return note

    def run(self, facts: Sequence[Mapping[str, Any]]) -> list[tuple[str, Any]]:
        """Returns the rules that fired, each with the facts that matched.

        Raises:
            FaultError: the engine did not take the facts, or did not finish.
        """
        if not facts:
            return []  # an empty batch kills the engine
        self._found = []
        done: list[tuple[Any, Any]] = []
        try:
            self._engine.assert_fact({"KIND": "OPEN", "sid": SESSION})
            handle = self._engine.assert_facts([{**fact, "sid": SESSION} for fact in facts])
            self._engine.do_actions(handle, lambda error, state: done.append((error, state)))
        except Exception as error:
            raise FaultError(f"the engine refused: {type(error).__name__}") from error
        if len(done) != 1 or done[0][0] is not None or not done[0][1] or "exception" in done[0][1]:
            raise FaultError("the engine did not finish")
        self._engine.delete_state(SESSION)
        return [(name, matched) for name, matched in self._found if name != "$open"]


class Program:
    """A plan, ready to be run on households."""

    def __init__(self, plan: Mapping[str, Any]) -> None:
        """Builds every session."""
        self.plan = plan
        self._strata = [
            ([tuple(goal) for goal in stratum["goals"]], [Session(each) for each in stratum["rulesets"]])
            for stratum in plan["strata"]
        ]
        self._verdicts = [Session(each) for each in plan["verdicts"]]

    def run(self, household: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the claims with their outcomes and truths, and the facts that matched.

        Args:
            household: as `encode` gives it.

        Raises:
            FaultError: there is no answer.
        """
        home = dict(household["household"])
        people = {id: dict(fields) for id, fields in household["people"].items()}
        evidence: dict[str, dict[str, Any]] = {}
        truths: Truths = {}
        for goals, sessions in self._strata:
            found = self._stratum(sessions, home, people, household["members"], evidence)
            for owner, field in goals:
                subjects = {"household": home} if owner == "household" else people
                truths[owner, field] = self._settle(found, owner, field, subjects)
        return self._claims(household, truths, evidence)

    @staticmethod
    def _settle(
        found: Mapping[tuple[str, str, str], Mapping[str, Any]],
        owner: str,
        field: str,
        subjects: Mapping[str, dict[str, Any]],
    ) -> dict[str, str]:
        """Puts what was found on the facts of each subject, for the strata above, and returns it in words."""
        certain, possible = (found.get((owner, field, rail), {}) for rail in ("certain", "possible"))
        words = {}
        for subject, fields in subjects.items():
            if subject in certain and subject not in possible:
                raise FaultError(f"certain and not possible: {field}")
            if subject in certain or subject not in possible:
                fields[field] = subject in certain
                words[subject] = "true" if subject in certain else "false"
        return words

    @staticmethod
    def _stratum(
        sessions: Sequence[Session],
        home: Mapping[str, Any],
        people: Mapping[str, Mapping[str, Any]],
        members: Sequence[str],
        evidence: dict[str, dict[str, Any]],
    ) -> dict[tuple[str, str, str], dict[str, Any]]:
        """Runs the rulesets of a stratum; returns by goal and rail which subjects were found."""
        found: dict[tuple[str, str, str], dict[str, Any]] = {}
        for session in sessions:
            facts = list(_facts(session.fields, home, people, members))
            for name, matched in session.run(facts):
                owner, field, rail = session.goals[name]
                subject = matched["p"]["ID"] if owner == "person" else "household"
                hits = found.setdefault((owner, field, rail), {})
                if subject not in hits:
                    hits[subject] = evidence.setdefault(field, {})[f"{subject} {rail}"] = _told(matched)
        return found

    def _claims(self, household: Mapping[str, Any], truths: Truths, evidence: Mapping[str, Any]) -> dict[str, Any]:
        """Returns what became of each entitlement for each of its subjects."""
        subjects = {
            "person": household["members"],
            "deceased": household["dead"],
            "household": ["household"] if household["members"] else [],
        }
        claims = []
        only = household.get("only")
        for each in (each for each in self.plan["claims"] if only is None or each["entitlement"] in only):
            for subject in subjects[each["subject"]]:
                parts = [
                    truths[owner, field].get(subject, "unknown") if field else constant
                    for owner, field, constant in each["parts"]
                ]
                gives = [
                    truths[owner, field].get(subject, "unknown") if field else "true" for owner, field in each["gives"]
                ]
                claims.append({"entitlement": each["entitlement"], "subject": subject, "parts": parts, "gives": gives})
        certain, possible = self._granted(claims)
        for number, claim in enumerate(claims):
            if number in certain and number not in possible:
                raise FaultError("a claim is certain and not possible")
            claim["outcome"] = (
                "eligible" if number in certain else "undetermined" if number in possible else "ineligible"
            )
        return {"claims": claims, "evidence": evidence}

    def _granted(self, claims: Sequence[Mapping[str, Any]]) -> tuple[set[int], set[int]]:
        """Returns the numbers of the claims that are certainly, and possibly, granted."""
        found: dict[str, set[int]] = {"certain": set(), "possible": set()}
        for session in self._verdicts:
            wanted = session.entitlements
            facts = [
                {"KIND": "claim", "ID": number, "ENTITLEMENT": claim["entitlement"]}
                | {f"P{index}": truth for index, truth in enumerate(claim["parts"])}
                for number, claim in enumerate(claims)
                if claim["entitlement"] in wanted
            ]
            for name, matched in session.run(facts):
                found[session.goals[name][2]].add(matched["c"]["ID"])
        return found["certain"], found["possible"]


def _facts(
    fields: Mapping[str, Sequence[str]],
    home: Mapping[str, Any],
    people: Mapping[str, Mapping[str, Any]],
    members: Sequence[str],
) -> Iterator[dict[str, Any]]:
    """Yields the facts that a ruleset reads, no more; shadow copies first, for what must not be found."""
    if "root" in fields:
        yield {"KIND": "root", "HOME": HOME}
    for kind in ("~member", "household", "person", "member"):
        if kind not in fields:
            continue
        names = fields[kind]
        owners = (
            {"": home} if kind == "household" else people if kind == "person" else {id: people[id] for id in members}
        )
        for id, known in owners.items():
            fact = {name: known[name] for name in names if name in known}
            yield {"KIND": kind, "HOME": HOME, "ID": id or "household", **fact}


def _told(matched: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Returns whose facts matched, once each."""
    return list(dict.fromkeys(str(fact["ID"]) for fact in matched.values() if "ID" in fact))
