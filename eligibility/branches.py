"""One condition as a tree of lines: what it asks, what it reads, and where its figures come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from eligibility import ir, speech
from eligibility.answer import Answer
from eligibility.checker import check
from eligibility.errors import Problems
from eligibility.evaluate import figure_entry
from eligibility.ir import Expr
from eligibility.minimum import floor_of
from eligibility.page import Branch
from eligibility.printer import to_words
from eligibility.schema import Fact
from eligibility.situation import NOBODY, Facts, Value
from eligibility.trace import Trace, trace
from eligibility.truth import Truth
from eligibility.words import Words

_JUNCTIONS = {ir.And: Words("以下全部成立", "all of these"), ir.Or: Words("以下至少一项成立", "at least one of these")}
_HIDDEN = Words("（不显示）", "(not shown)")
_ABOVE = Words("（见上）", " (see above)")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A fact, figure or concept that a comparison reads.

    Args:
        label: what it is called.
        shown: its value.
        source: of a figure, where the value comes from.
        below: of what follows from other facts, those.
    """

    label: str
    shown: str
    source: str = ""
    below: tuple[Branch, ...] = ()


@dataclass
class Conditions:
    """Tells the conditions of one answer in one language.

    Args:
        answer: of an entitlement for a subject.
        lang: `zh` or `en`.
        names: what a member is called where that is not the id.
        told: the names, and whose they are, of what has been opened already.
    """

    answer: Answer
    lang: str
    names: Mapping[str, str] = field(default_factory=dict)
    told: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Finds the rules and the pack that the answer rests on."""
        self.rules = self.answer.situation.rules
        self.contents = self.rules.pack.contents

    def say(self, zh: str, en: str) -> str:
        """Returns one of two texts."""
        return zh if self.lang == "zh" else en

    def words(self, expr: Expr) -> str:
        """Returns an expression in plain words."""
        return to_words(expr, "zh" if self.lang == "zh" else "en", self.contents.names)

    def traced(self, expr: Expr) -> Trace:
        """Returns an expression of the subject with its value and that of all its parts."""
        return trace(expr, self.answer.situation, self.answer.own, NOBODY)

    def line(self, traced: Trace) -> Branch:
        """Returns a condition as a line with its truth, and what it rests on below."""
        value = _status(traced)
        truth = speech.HOLDS[value or "unknown"][self.lang]
        expr = traced.expr
        if isinstance(expr, (ir.And, ir.Or)):
            joint = _JUNCTIONS[type(expr)][self.lang]
            return Branch(f"{truth}  {joint}", value, tuple(self.line(part) for part in traced.parts))
        if isinstance(expr, ir.Not) and not _is_atom(expr.item):
            return Branch(f"{truth}  {self.say('以下不成立', 'not this')}", value, (self.line(traced.parts[0]),))
        words = self.words(expr)
        more, below = self.under(traced, words)
        return Branch(f"{truth}  {words}{more}", value, below)

    def under(self, traced: Trace, said: str) -> tuple[str, tuple[Branch, ...]]:
        """Returns what is added to a line that stands for a condition, and what stands below it, saying nothing twice.

        Args:
            traced: the condition.
            said: the words of the line.
        """
        expr = traced.expr
        if isinstance(expr, (ir.And, ir.Or)):
            more = f" ({_JUNCTIONS[ir.Or][self.lang]})" if isinstance(expr, ir.Or) else ""
            return self.brackets(more), tuple(self.line(part) for part in traced.parts)
        if self.words(expr).casefold() != said.casefold():
            return "", (self.line(traced),)
        if isinstance(expr, ir.Concept):
            whose = traced.member if expr.scope == "member" else traced.own if expr.scope == "own" else NOBODY
            if not traced.parts or self.again(expr.name, whose):
                return _ABOVE[self.lang] if traced.parts else "", ()
            return self.under(traced.parts[0], said)
        if isinstance(expr, ir.Quantifier):
            return "", tuple(self.members(traced))
        return self.atom(traced)

    def again(self, name: str, whose: Facts) -> bool:
        """Returns whether something was opened before, and keeps in mind that it is now."""
        key = (name, str(whose.get("id", "")))
        known = key in self.told
        self.told.add(key)
        return known

    def brackets(self, text: str) -> str:
        """Returns a text with the brackets of the language."""
        return text.replace(" (", "（").replace(")", "）") if self.lang == "zh" else text

    def atom(self, traced: Trace) -> tuple[str, tuple[Branch, ...]]:
        """Returns the values that a simple condition reads, and their sources."""
        leaves = list(self.leaves(traced))
        below = [Branch(self.colon(leaf.label, leaf.source)) for leaf in leaves if leaf.source]
        if len(leaves) == 1:
            below += leaves[0].below
        else:
            below += [Branch(self.colon(leaf.label, leaf.shown), "", leaf.below) for leaf in leaves if leaf.below]
        if _speaks_for_itself(traced):
            finding = self.finding(traced)
            return finding, tuple(below)
        if len(leaves) == 1:
            return self.say("：实际 ", ": actually ") + leaves[0].shown, tuple(below)
        told = self.say("，", ", ").join(f"{leaf.label} {leaf.shown}" for leaf in leaves)
        return self.colon("", told) if told else "", tuple(below)

    def colon(self, label: str, text: str) -> str:
        """Returns a label and what it is."""
        return self.say(f"{label}：{text}", f"{label}: {text}")

    def finding(self, traced: Trace) -> str:
        """Returns who found the one fact of a condition, where that is known and an office or a school had to."""
        facts = [node for node in ir.walk(traced.expr) if isinstance(node, ir.Fact)]
        if len(facts) != 1 or _status(traced) == "unknown":
            return ""
        return self.finder(self.contents.schema.facts[facts[0].name])

    def finder(self, fact: Fact) -> str:
        """Returns who finds a fact, where the applicant does not tell it."""
        if fact.attested_by == "applicant":
            return ""
        who = self.contents.schema.attesters[fact.attested_by][self.lang]
        return self.say(f"（{who}认定）", f" (found by {who})")

    def members(self, traced: Trace) -> Iterator[Branch]:
        """Yields, for each member, what a quantifier asks, or that it does not count."""
        filtered = isinstance(traced.expr, ir.Quantifier) and traced.expr.condition is not None
        step = 2 if filtered else 1
        for at in range(0, len(traced.parts), step):
            parts = traced.parts[at : at + step]
            lines = [self.value(part) for part in parts if not isinstance(part.expr, ir.Literal)]
            if filtered and _status(parts[0]) == "false":
                lines = lines[:1]
            id = str(parts[0].member.get("id", ""))
            who = self.names.get(id, id)
            if len(lines) == 1:
                yield Branch(self.colon(who, lines[0].text), lines[0].status, lines[0].branches)
            else:
                yield Branch(who, "", tuple(lines))

    def value(self, traced: Trace) -> Branch:
        """Returns a condition as a line, or a value with its label."""
        if isinstance(traced.value, Truth):
            return self.line(traced)
        leaves = list(self.leaves(traced))
        lines = tuple(self.leaf(leaf) for leaf in leaves)
        return lines[0] if len(lines) == 1 else Branch(self.words(traced.expr), "", lines)

    def leaf(self, leaf: Leaf) -> Branch:
        """Returns a value as a line, its source or what it follows from below."""
        source = (Branch(leaf.source),) if leaf.source else ()
        return Branch(self.colon(leaf.label, leaf.shown), "", (*source, *leaf.below))

    def leaves(self, traced: Trace) -> Iterator[Leaf]:
        """Yields what a comparison or an amount reads, each with its value."""
        expr = traced.expr
        if isinstance(expr, ir.Fact):
            yield self.fact(expr, traced)
        elif isinstance(expr, ir.Figure):
            yield self.figure(expr, traced)
        elif isinstance(expr, (ir.AsOf, ir.Size)):
            yield Leaf(self.words(expr), self.shown(traced))
        elif isinstance(expr, ir.Quantifier):
            yield Leaf(self.words(expr), self.shown(traced), below=tuple(self.members(traced)))
        elif isinstance(expr, ir.Concept):
            below = tuple(self.value(part) for part in traced.parts if not isinstance(part.expr, ir.Literal))
            yield Leaf(self.words(expr), self.shown(traced), below=below)
        elif isinstance(expr, ir.Call) and len(expr.arguments) == 1:
            inner = list(self.leaves(traced.parts[0]))
            source = inner[0].source if len(inner) == 1 else ""
            below = inner[0].below if len(inner) == 1 else tuple(self.leaf(leaf) for leaf in inner)
            yield Leaf(self.words(expr), self.shown(traced), source, below)
        else:
            for part in traced.parts:
                yield from self.leaves(part)

    def shown(self, traced: Trace) -> str:
        """Returns the value of a part that is no fact, with the unit of its type."""
        value = _TRUTH_VALUES.get(traced.value) if isinstance(traced.value, Truth) else traced.value
        return speech.any_value(check(traced.expr, self.contents.names, Problems()), value, self.contents, self.lang)

    def fact(self, expr: ir.Fact, traced: Trace) -> Leaf:
        """Returns a fact with its value, who found it, and what it follows from."""
        fact = self.contents.schema.facts[expr.name]
        value = self.read(expr, traced)
        if fact.sensitive and value is not None:
            return Leaf(fact.label[self.lang], _HIDDEN[self.lang])
        shown = speech.fact_value(fact, value, self.contents, self.lang)
        finder = self.finder(fact) if value is not None else ""
        return Leaf(fact.label[self.lang], shown + finder, below=self.derivation(fact, value, traced))

    def read(self, expr: ir.Fact, traced: Trace) -> Value:
        """Returns the value of a fact, whosever it is."""
        if expr.scope == "household":
            return self.answer.situation.household.get(expr.name)
        return (traced.own if expr.scope == "own" else traced.member).get(expr.name)

    def derivation(self, fact: Fact, value: Value, traced: Trace) -> tuple[Branch, ...]:
        """Returns the facts that an amount or a count follows from, where it does."""
        if fact.derive is None or fact.type not in {"money", "count"}:
            return ()
        inner = trace(fact.derive.expr, self.answer.situation, traced.own)
        if inner.value != value or self.again(fact.name, traced.own if fact.owner == "person" else NOBODY):
            return ()
        leaves = [leaf for leaf in self.leaves(inner) if leaf.label != self.words(ir.AsOf())]
        known = any(leaf.shown != speech.UNKNOWN[self.lang] or leaf.below for leaf in leaves)
        return tuple(self.leaf(leaf) for leaf in leaves) if known else ()

    def figure(self, expr: ir.Figure, traced: Trace) -> Leaf:
        """Returns a figure with its value and source."""
        series = self.contents.parameters[expr.name]
        entry, _ = figure_entry(expr, self.rules)(self.answer.situation, traced.own, traced.member)
        shown = self.shown(traced)
        source = speech.figure_line(entry, self.contents, self.lang) if entry else ""
        return Leaf(series.label[self.lang], shown, source, self.floor(expr, traced) if traced.value is None else ())

    def floor(self, expr: ir.Figure, traced: Trace) -> tuple[Branch, ...]:
        """Returns what an unknown figure surely reaches, with its source, where it has a floor that is known."""
        floor = floor_of(expr.name, self.rules)
        if floor is None:
            return ()
        entry, keys = figure_entry(floor, self.rules)(self.answer.situation, traced.own, traced.member)
        least = None if entry is None or None in keys else entry.at(keys)
        if entry is None or least is None:
            return ()
        kind = self.contents.parameters[floor.name].kind
        shown = speech.any_value(kind, least, self.contents, self.lang)
        source = Branch(speech.figure_line(entry, self.contents, self.lang))
        return (Branch(self.say(f"至少{shown}", f"at least {shown}"), "", (source,)),)


_TRUTH_VALUES: Mapping[Truth, bool | None] = {Truth.TRUE: True, Truth.FALSE: False, Truth.UNKNOWN: None}


def _status(traced: Trace) -> str:
    return str(traced.value.value) if isinstance(traced.value, Truth) else ""


def _is_atom(expr: Expr) -> bool:
    return not isinstance(expr, (ir.And, ir.Or, ir.Concept, ir.Quantifier, ir.Not))


def _speaks_for_itself(traced: Trace) -> bool:
    """Returns whether the truth of a condition already tells the one value that it reads."""
    expr = traced.expr.item if isinstance(traced.expr, ir.Not) else traced.expr
    if isinstance(expr, (ir.Fact, ir.Literal)):
        return True
    status = _status(traced)
    if status == "unknown":
        return sum(isinstance(node, (ir.Fact, ir.Figure, ir.Concept)) for node in ir.walk(expr)) == 1
    equal = (isinstance(expr, ir.Compare) and expr.order == "==") or (isinstance(expr, ir.In) and len(expr.values) == 1)
    holds = (status == "true") != isinstance(traced.expr, ir.Not)
    direct = isinstance(expr, ir.Compare) and isinstance(expr.left, ir.Fact) and isinstance(expr.right, ir.Literal)
    return equal and holds and direct
