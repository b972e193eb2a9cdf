"""Rules between facts: some household keeps all of them, each rules out some household, and each fact can be known and be each of its values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from eligibility import ir
from eligibility.bonds import Bond
from eligibility.bounds import reach
from eligibility.packs.calendar import Rules
from eligibility.schema import Fact, Integrity
from eligibility.solver.compiling import Who
from eligibility.solver.ground import Ground
from eligibility.solver.logic import AtMost, Formula, Sum, every
from eligibility.solver.proving import Prover, Question
from eligibility.solver.values import Code, Truth, Value
from eligibility.verify.assuming import Supposed
from eligibility.verify.lawful import Law
from eligibility.verify.proof import Found
from eligibility.words import Words

_LEFT_OUT = {"died", "members_complete"}
Wanted = Callable[[Value], Formula]
"""What is asked of a fact, of whichever household it is."""


def contradictions(law: Law) -> Iterator[Found]:
    """Yields facts that no household can have, or values that no fact can take, because rules between facts forbid it."""
    for owner, who in (("household", None), ("person", 0)):
        for spec in law.rules.pack.contents.schema.of(owner):  # type: ignore[arg-type]  # both are owners
            if spec.name not in _LEFT_OUT and spec.type not in {"text", "set"}:
                yield from _fact(law, spec, who)


def _fact(law: Law, spec: Fact, who: Who) -> Iterator[Found]:
    """Yields what a fact can never be, with the rules that forbid it."""
    value = law.living.fact(spec.name, who)
    question = _asked(law.prover, value)
    zh, en = f"事实 {spec.name}（{spec.label.zh}）永远", f"the fact {spec.name} ({spec.label.en}) can never be"
    if question.model(value.known) is None:
        clash = _clash(law, spec, who, lambda each: each.known)
        # Where others clash that do not read it, what they read says so.
        if not clash or any(spec.name in _read(rule, law.rules) for rule in clash):
            told = _told(clash)
            yield Found("integrity", spec.name, Words(f"{zh}不会有值{told.zh}", f"{en} known{told.en}"))
        return
    for name, wanted in _values(value):
        if question.model(wanted(value)) is None:
            told = _told(_clash(law, spec, who, wanted))
            said = Words(f"{zh}不会是 {name}{told.zh}", f"{en} {name}{told.en}")
            yield Found("integrity", f"{spec.name}/{name}", said)


def _read(rule: Integrity, rules: Rules) -> set[str]:
    """Returns the facts that a rule reads, those that it names and those that these follow from."""
    named = {node.name for node in ir.walk(rule.holds.expr) if isinstance(node, ir.Fact)}
    return named | set(reach(rule.holds.expr, rules))


def _told(clash: Collection[Integrity]) -> Words:
    """Returns which rules do not let a fact be."""
    if not clash:
        return Words("", "")
    zh, en = "、".join(rule.id for rule in clash), ", ".join(rule.id for rule in clash)
    several = "s" if len(clash) > 1 else ""
    return Words(f"：不容它的是规则 {zh}", f": ruled out by the rule{several} {en}")


def _asked(prover: Prover, value: Value) -> Question:
    """Returns a question with all that hangs together with a fact, also where its range alone settles what is asked."""
    question = prover.question()
    question.reach(list(_mentioned(value)))
    return question


def _mentioned(value: Value) -> Iterator[Formula]:
    """Yields formulas with every unknown of a value."""
    if isinstance(value, Truth):
        yield from (value.yes, value.no)
        return
    yield value.known
    if isinstance(value, Code):
        yield from value.cases.values()
        return
    for when, base in value.pieces:
        yield when
        if isinstance(base, Sum):
            yield from (AtMost(((whole, 1),), whole.high) for whole, _ in base.terms)


class _Fewer(Supposed):
    """A household that keeps some of the rules between facts alone."""

    def __init__(self, rules: Rules, count: int, rest: Collection[Integrity]) -> None:
        """Takes the rules that are kept."""
        super().__init__(rules, Ground(), count)
        self.rest = {id(rule.holds.expr) for rule in rest}

    def kept(self, bond: Bond, who: Who) -> Formula:
        """Returns whether a bond is not surely violated; a rule that is left out never is."""
        return True if bond.kind == "rule" and id(bond.expr) not in self.rest else super().kept(bond, who)


def _clash(law: Law, spec: Fact, who: Who, wanted: Wanted) -> list[Integrity]:
    """Returns few rules that together do not let a fact be something: none of them can be left out."""
    kept = list(law.rules.pack.contents.schema.integrity)
    for rule in tuple(kept):
        fewer = [each for each in kept if each is not rule]
        world = _Fewer(law.rules, law.members, fewer)
        value = world.fact(spec.name, who)
        if _asked(Prover(world.ground, law.prover.effort), value).model(wanted(value)) is None:
            kept = fewer
    return kept


def _values(value: Value) -> Iterator[tuple[str, Wanted]]:
    """Yields each value of a yes or no, or of a choice, with when it is that."""
    if isinstance(value, Truth):
        yield "true", lambda each: each.yes if isinstance(each, Truth) else False
        yield "false", lambda each: each.no if isinstance(each, Truth) else False
    elif isinstance(value, Code):
        for code in value.cases:
            if not code.isdigit():
                yield code, lambda each, code=code: _is(each, code)  # type: ignore[misc]  # bound at once


def _is(value: Value, code: str) -> Formula:
    return every(value.known, value.cases.get(code, False)) if isinstance(value, Code) else False
