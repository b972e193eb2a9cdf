"""Rules between facts: some household keeps all of them, each rules out some household, and each fact can be known and be each of its values."""

from __future__ import annotations

from collections.abc import Iterator

from eligibility.schema import Fact
from eligibility.solver.compiling import Who
from eligibility.solver.logic import Formula, every
from eligibility.solver.values import Code, Truth, Value
from eligibility.verify.lawful import Law
from eligibility.verify.proof import Found
from eligibility.words import Words

_LEFT_OUT = {"died", "members_complete"}


def contradictions(law: Law) -> Iterator[Found]:
    """Yields facts that no household can have, or values that no fact can take, because rules between facts forbid it."""
    for owner, who in (("household", None), ("person", 0)):
        for spec in law.rules.pack.contents.schema.of(owner):  # type: ignore[arg-type]  # both are owners
            if spec.name not in _LEFT_OUT and spec.type not in {"text", "set"}:
                yield from _fact(law, spec, who)


def _fact(law: Law, spec: Fact, who: Who) -> Iterator[Found]:
    value = law.living.fact(spec.name, who)
    if law.model(value.known) is None:
        said = Words(
            f"事实 {spec.name}（{spec.label.zh}）永远不会有值",
            f"the fact {spec.name} ({spec.label.en}) can never be known",
        )
        yield Found("integrity", spec.name, said)
        return
    for name, formula in _values(value):
        if law.model(every(formula)) is None:
            zh, en = (
                f"事实 {spec.name}（{spec.label.zh}）永远不会是 {name}",
                f"the fact {spec.name} ({spec.label.en}) can never be {name}",
            )
            yield Found("integrity", f"{spec.name}/{name}", Words(zh, en))


def _values(value: Value) -> Iterator[tuple[str, Formula]]:
    """Yields each value of a yes or no, or of a choice, with when it is that."""
    if isinstance(value, Truth):
        yield "true", value.yes
        yield "false", value.no
    elif isinstance(value, Code):
        for code, when in value.cases.items():
            if not code.isdigit():
                yield code, every(value.known, when)
