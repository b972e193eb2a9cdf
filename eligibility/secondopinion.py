"""The second opinion: durable-rules in a process of its own, and what is said when it differs, dies or hangs."""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from eligibility.answer import Answer
from eligibility.derived import Prepared
from eligibility.determinations import ABSENT, Claim
from eligibility.engines import LIBRARY, MEASURED, lack
from eligibility.errors import NotCompilable
from eligibility.opinion import Difference, Opinion, Side, Told
from eligibility.packs.calendar import Rules
from eligibility.rete.encoding import encode
from eligibility.rete.plan import Plan
from eligibility.targets.durable import Compiled, compiled
from eligibility.words import Words

_HERE = Path(__file__).resolve().parent.parent
_START = f"import sys; sys.path.append({str(_HERE)!r}); from eligibility.rete.worker import main; main()"
WORKER = (sys.executable, "-P", "-c", _START)
"""Nothing is imported from the folder in which somebody happens to stand."""
SECONDS = 20.0
"""How long the worker may take for one household."""
MOST_ASKED = 5_000
"""How many households one worker answers before another takes its place: the engine does not give back all memory."""
_TRIES = 2
_WORDS = {True: "true", False: "false", None: "unknown"}


class NoOpinionError(RuntimeError):
    """There is no second opinion; the screening stands."""

    def __init__(self, why: Words) -> None:
        """Keeps why."""
        self.why = why
        super().__init__(why.en)


class SecondOpinion:
    """Asks durable-rules in a worker process, which is started when it is first needed, and again when it dies or hangs."""

    def __init__(
        self, *, seconds: float = SECONDS, worker: Sequence[str] = WORKER, most_asked: int = MOST_ASKED
    ) -> None:
        """Starts nothing yet.

        Args:
            seconds: how long the worker may take for one household.
            worker: the command that starts it.
            most_asked: how many households one worker answers before another takes its place.
        """
        self.seconds = seconds
        self.worker = tuple(worker)
        self.most_asked = most_asked
        self.started = 0
        self._lock = threading.Lock()
        self._process: _Process | None = None

    def __enter__(self) -> Self:
        """Returns itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the worker."""
        self.close()

    def close(self) -> None:
        """Ends the worker; asking again starts another."""
        with self._lock:
            self._end()

    def ask(self, rules: Rules, prepared: Prepared, grants: int = 0) -> dict[Claim, Told]:
        """Returns what durable-rules answers to every claim of a household.

        Args:
            rules: of the day.
            prepared: the household, ready to be screened.
            grants: how many grants in a row brought it there; what they cannot change is left out.

        Raises:
            NoOpinionError: it is not there, cannot hold the rules, or died or hung twice.
        """
        lacking = lack()
        if lacking is not None:
            raise NoOpinionError(Words(lacking["zh"], lacking["en"]))
        try:
            held = compiled(rules)
        except NotCompilable as refused:
            raise NoOpinionError(Words(refused.text("zh"), refused.text("en"))) from refused
        household = encode(rules, held.plan, held.derived, prepared)
        if grants:
            chain = held.plan.chain
            household["only"] = sorted(chain[grants - 1]) if grants <= len(chain) else []
        return _told(held, self._answered(held.plan, household))

    def compare(self, rules: Rules, prepared: Prepared, answers: Sequence[Answer]) -> Opinion:
        """Returns the second opinion beside the core's answers.

        Args:
            rules: of the day.
            prepared: the household, ready to be screened.
            answers: the core's, of some entitlements or of all.
        """
        engine = f"{LIBRARY} {MEASURED}"
        try:
            told = self.ask(rules, prepared)
        except NoOpinionError as missing:
            return Opinion(engine, (), missing.why)
        wanted = {answer.ruled.entitlement.id for answer in answers}
        core = {Claim(answer.ruled.entitlement.id, answer.subject): answer for answer in answers}
        claims = {claim: each for claim, each in told.items() if claim.entitlement in wanted}
        differences = (_difference(claim, core.get(claim), claims.get(claim)) for claim in {**core, **claims})
        return Opinion(engine, tuple(each for each in differences if each is not None), None, claims=claims)

    def _answered(self, plan: Plan, household: Mapping[str, Any]) -> Mapping[str, Any]:
        with self._lock:
            why = Words("", "")
            for _ in range(_TRIES):
                try:
                    return self._ready().run(plan, household, self.seconds)
                except _Lost as lost:
                    why = lost.why
                    self._end()
            raise NoOpinionError(why)

    def _ready(self) -> _Process:
        if self._process is not None and self._process.asked >= self.most_asked:
            self._end()
        if self._process is None:
            self._process = _Process(self.worker)
            self.started += 1
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None


@cache
def shared() -> SecondOpinion:
    """Returns the one that this process shares, ended with it."""
    found = SecondOpinion()
    atexit.register(found.close)
    return found


class _Lost(Exception):  # noqa: N818 - caught here, and told as a missing opinion
    """The worker died, hung, or gave a fault instead of an answer."""

    def __init__(self, why: Words) -> None:
        self.why = why
        super().__init__(why.en)


class _Process:
    """One worker and what it holds."""

    def __init__(self, command: Sequence[str]) -> None:
        self.asked = 0
        self._plans: set[str] = set()
        self._late = False
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, or a test's
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
            )
        except OSError as error:
            raise _Lost(
                Words("不能启动第二引擎的进程", "the process of the second engine cannot be started")
            ) from error

    def run(self, plan: Plan, household: Mapping[str, Any], seconds: float) -> Mapping[str, Any]:
        """Returns what the worker answers; the plan goes first where it does not hold it."""
        self.asked += 1
        if plan.digest not in self._plans:
            self._say({"plan": plan.digest, "program": plan.wired}, seconds)
            self._plans.add(plan.digest)
        return self._say({"plan": plan.digest, "household": household}, seconds)

    def _say(self, asked: Mapping[str, Any], seconds: float) -> Mapping[str, Any]:
        """Returns the answer to one line; a worker that takes too long to read or to answer is killed, which ends the wait."""
        assert self._process.stdin is not None and self._process.stdout is not None  # noqa: PT018, S101 - pipes were asked for
        watch = threading.Timer(seconds, self._expire)
        watch.daemon = True
        watch.start()
        try:
            self._process.stdin.write(json.dumps({**asked, "seconds": seconds}, ensure_ascii=False) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
            found: Mapping[str, Any] = json.loads(line) if line else {}
        except (OSError, ValueError):
            found = {}
        finally:
            watch.cancel()
        if self._late:
            zh, en = (
                f"第二引擎 {seconds:g} 秒内没有回答",
                f"the second engine did not answer within {seconds:g} seconds",
            )
            raise _Lost(Words(zh, en))
        if not found:
            raise _Lost(Words("第二引擎的进程意外结束", "the process of the second engine died"))
        if "fault" in found:
            raise _Lost(Words(f"第二引擎出错：{found['fault']}", f"the second engine failed: {found['fault']}"))
        return found

    def _expire(self) -> None:
        self._late = True
        self._process.kill()

    def end(self) -> None:
        """Kills the worker and waits for it."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def _told(held: Compiled, answered: Mapping[str, Any]) -> dict[Claim, Told]:
    parts = {claim.entitlement: claim.parts for claim in held.plan.claims}
    found = {}
    for each in answered["claims"]:
        matched = []
        for part in parts[each["entitlement"]]:
            rails = answered["evidence"].get(part.goal.field, {}) if part.goal else {}
            owner = each["subject"]
            matched.append(
                {rail: rails[key] for rail in ("certain", "possible") if (key := f"{owner} {rail}") in rails}
            )
        told = Told(each["outcome"], tuple(each["parts"]), tuple(each["gives"]), tuple(matched))
        found[Claim(each["entitlement"], each["subject"])] = told
    return found


def _difference(claim: Claim, core: Answer | None, durable: Told | None) -> Difference | None:
    outcomes = core.outcome if core else ABSENT, durable.outcome if durable else ABSENT
    sides = []
    if core is not None and durable is not None:
        pairs = zip(core.ruled.parts, core.truths, durable.parts, durable.matched, strict=True)
        sides = [
            Side(part.id, _WORDS[mine], theirs, matched)
            for part, mine, theirs, matched in pairs
            if _WORDS[mine] != theirs
        ]
    return Difference(claim, *outcomes, tuple(sides)) if sides or outcomes[0] != outcomes[1] else None
