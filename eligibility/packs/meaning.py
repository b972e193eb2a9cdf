"""What the conditions and values of a pack mean: each parsed, each typed, concepts in the order in which they lean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from eligibility import ir
from eligibility.checker import check
from eligibility.errors import InputError, Problems, did_you_mean
from eligibility.fields import Written
from eligibility.ir import Expr, Type
from eligibility.kinds import COMPARED, CONVERT, NUMERIC, WILD, named
from eligibility.packs.contents import Selector
from eligibility.packs.figures import Parameter, kind_of
from eligibility.packs.model import Concept, Entitlement
from eligibility.packs.nodes import Node, at
from eligibility.packs.shapes import span_of
from eligibility.parser import parse
from eligibility.schema import Fact, Names, Owner, Schema
from eligibility.source import Span
from eligibility.words import Words


@dataclass
class Meanings:
    """Parses and types everything that a pack says; what is wrong goes to `problems`.

    Args:
        names: what the expressions may use; the types of concepts are filled in here.
        concepts: by name.
        problems: grows by what is wrong.
    """

    names: Names
    concepts: Mapping[str, Concept]
    problems: Problems
    types: dict[str, tuple[Owner, Type]] = field(default_factory=dict)

    def parse(self, written: Written, owner: Owner, *, derive: bool = False) -> bool:
        """Parses one text; returns whether it has a meaning."""
        try:
            written.expr = parse(written.passage, self.names, owner, derive=derive)
        except InputError as error:
            self.problems.found += error.problems
            return False
        return True

    def read(self, written: Written, owner: Owner, wanted: str, *, derive: bool = False) -> None:
        """Parses and types one text; `wanted` is `bool`, `months`, `any` or `amount PERIOD`."""
        if self.parse(written, owner, derive=derive):
            self.typed(written.expr, wanted)

    def typed(self, expr: Expr, wanted: str) -> Type:
        """Types an expression and notes where it is not what is wanted."""
        found = check(expr, self.names, self.problems)
        if found.kind == "any":
            return found
        here = named(found)
        if wanted == "bool" and found.kind != "bool":
            zh, en = f"这里应是条件，却是{here.zh}", f"a condition belongs here, this is {here.en}"
            self.problems.add(expr.span, zh, en, COMPARED)
        if wanted == "months" and found.kind != "number":
            self.problems.add(expr.span, f"这里应是月数，却是{here.zh}", f"months belong here, this is {here.en}")
        if wanted.startswith("amount "):
            self.amount(expr, found, wanted.removeprefix("amount "))
        return found

    def amount(self, expr: Expr, found: Type, per: str) -> None:
        """Notes an amount that is no money, of another period, or not whole fen (MEANING M22, M29)."""
        here = named(found)
        if found.kind != "money":
            self.problems.add(expr.span, f"这里应是金额，却是{here.zh}", f"money belongs here, this is {here.en}")
        elif found.unit != per:
            zh, en = f"这是{here.zh}，`per` 却是 `{per}`", f"this is {here.en}, and `per` says `{per}`"
            rates = {found.unit, per} == {"month", "year"}
            self.problems.add(expr.span, zh, en, CONVERT if rates else None)
        elif found.denominator != 1:
            advice = Words("取整，如 `round_down(x, fen)`", "round it, as in `round_down(x, fen)`")
            self.problems.add(expr.span, "金额可能不足一分", "the amount may be a fraction of a fen", advice)

    def facts(self, schema: Schema) -> None:
        """Reads the integrity rules, and what `only_if:` and `derive:` may be (MEANING M13-M15)."""
        for fact in schema.facts.values():
            if fact.only_if is not None and self.parse(fact.only_if, fact.owner):
                self.typed(fact.only_if.expr, "bool")
                if not any(self.names.excused(getattr(node, "name", "")) for node in ir.walk(fact.only_if.expr)):
                    self.only_if(fact)
            if fact.derive is not None:
                self.derived(fact, fact.derive, schema)
        for rule in schema.integrity:
            self.read(rule.holds, rule.owner, "bool")

    def only_if(self, fact: Fact) -> None:
        """Notes an `only_if:` that is more than one comparison of a fact of the same owner."""
        expr = fact.only_if.expr if fact.only_if else None
        inner = (
            expr.left if isinstance(expr, ir.Compare) and expr.order in {"==", "!="} else getattr(expr, "item", None)
        )
        gate = self.names.facts[inner.name] if isinstance(inner, ir.Fact) else None
        fits = gate is not None and gate.owner == fact.owner and gate.type in {"bool", "choice"}
        constant = not isinstance(expr, ir.Compare) or isinstance(expr.right, ir.Literal)
        if expr is not None and not (fits and constant and isinstance(expr, (ir.Compare, ir.In))):
            zh, en = "`only_if` 只能是一次 `==`、`!=` 或 `in`", "`only_if` is one `==`, `!=` or `in`"
            on = Words("比较同一主体的一个是否或选项事实", "it compares one yes-or-no fact or choice of the same owner")
            self.problems.add(expr.span, zh, en, on)

    def derived(self, fact: Fact, derive: Written, schema: Schema) -> None:
        """Notes a derivation from facts that stand later, or to another type; it was parsed before the concepts."""
        if _unparsed(derive):
            return
        found, wanted = check(derive.expr, self.names, self.problems), fact.kind
        if "any" not in {found.kind, wanted.kind} and _form(found) != _form(wanted):
            here, there = named(found), named(wanted)
            zh, en = f"这里应是{there.zh}，却是{here.zh}", f"{there.en} belongs here, this is {here.en}"
            self.problems.add(derive.expr.span, zh, en)
        order = list(schema.facts)
        for node in ir.walk(derive.expr):
            circular = any(each.span == node.span for each in self.problems.found)
            later = isinstance(node, ir.Fact) and order.index(node.name) >= order.index(fact.name)
            if isinstance(node, ir.Fact) and later and not circular:
                zh, en = f"`{node.name}` 要写在 `{fact.name}` 之前", f"`{node.name}` must stand before `{fact.name}`"
                self.problems.add(node.span, zh, en)

    def selectors(
        self, parameters: Mapping[str, Parameter], nodes: Mapping[str, Node]
    ) -> dict[str, tuple[Selector, ...]]:
        """Returns what selects the values of each parameter (MEANING M5)."""
        found: dict[str, tuple[Selector, ...]] = {}
        for name, said in parameters.items():
            spans = [span_of(at(nodes[name], ("by", index))) for index in range(len(said.by))]
            found[name] = tuple(self.selector(key, span) for key, span in zip(said.by, spans, strict=True))
            places = [span for each, span in zip(found[name], spans, strict=True) if each.place]
            if len(places) > 1:
                self.problems.add(places[1], "`by` 里只能有一个地点", "`by` names one place at most")
        return found

    def rows(self, nodes: Mapping[str, Node]) -> None:
        """Notes what selects no row, once the types of concepts are known."""
        for name, selectors in self.by.items():
            for index, selector in enumerate(selectors):
                self.row_key(selector, span_of(at(nodes[name], ("by", index))))

    def row_key(self, selector: Selector, span: Span) -> None:
        """Notes what can select no row: a table goes by whole numbers and choices (MEANING M29)."""
        found = check(selector.expr, self.names, Problems())
        rows = found.kind in {"bool", "choice", "any"} or (found.kind == "number" and found.denominator == 1)
        if not selector.place and not rows:
            here = named(found)
            advice = Words("表按整数或选项选行", "a table goes by whole numbers or choices")
            self.problems.add(span, f"{here.zh}不能选行", f"{here.en} selects no row", advice)

    def selector(self, key: str, span: Span) -> Selector:
        """Returns one selector; a name that is neither fact nor concept is noted."""
        if key == "size":
            return Selector(ir.Size())
        if self.names.excused(key):
            return Selector(ir.Figure(key))
        fact = self.names.facts.get(key)
        if fact is not None:
            scope: ir.Scope = "own" if fact.owner == "person" else "household"
            wider = ir.Fact(scope, fact.wider) if fact.wider else None
            return Selector(ir.Fact(scope, key), fact.type == "place", wider)
        if key in self.names.concepts:
            return Selector(ir.Concept("own" if self.names.concepts[key][0] == "person" else "household", key))
        known = [*self.names.facts, *self.names.concepts, "size"]
        zh, en = f"`by` 里的 `{key}` 不是事实或概念", f"`{key}` in `by` is no fact or concept"
        self.problems.add(span, zh, en, did_you_mean(key, known))
        return Selector(ir.Figure(key))

    def all_concepts(self, derived: Mapping[str, Fact]) -> None:
        """Parses every concept and derivation, refuses circles, and types concepts in the order in which they lean."""
        for fact in derived.values():
            if fact.derive is not None:
                self.parse(fact.derive, fact.owner, derive=True)
        for concept in self.concepts.values():
            for version in concept.versions:
                self.parse(version.body, concept.owner)
                self.whose_figures(version.body.expr, concept.owner)
        done: set[str] = set()
        for name in self.concepts:
            self.visit(name, (), done, derived)

    def visit(self, name: str, path: tuple[str, ...], done: set[str], derived: Mapping[str, Fact]) -> None:
        """Types a concept after those that it leans on."""
        if name in done:
            return
        for used, span in self.uses(name, derived):
            if used in (*path, name):
                start = path.index(used) if used in path else len(path)
                circle = " → ".join([*path[start:], name, used])
                self.problems.add(span, f"定义绕成了圈：{circle}", f"definitions go in a circle: {circle}")
                done.add(name)
                return
            self.visit(used, (*path, name), done, derived)
        if name in done:
            return
        done.add(name)
        if name in self.concepts:
            self.type_of(name)

    def uses(self, name: str, derived: Mapping[str, Fact]) -> Iterator[tuple[str, Span | None]]:
        """Yields what is defined by other things and read by a concept or derived fact, or by what selects its figures."""
        bodies = [version.body for version in self.concepts[name].versions] if name in self.concepts else []
        fact = derived.get(name)
        if fact is not None and fact.derive is not None:
            bodies = [fact.derive]
        for body in bodies:
            for node in ir.walk(body.expr):
                span = node.span or body.passage.span(0, 1)
                selectors = self.by.get(node.name, ()) if isinstance(node, ir.Figure) else ()
                read = [node, *(each.expr for each in selectors), *(each.wider for each in selectors if each.wider)]
                for each in read:
                    if isinstance(each, ir.Concept) or (isinstance(each, ir.Fact) and each.name in derived):
                        yield each.name, span

    def type_of(self, name: str) -> None:
        """Types every version of a concept; they must agree."""
        concept = self.concepts[name]
        found: Type | None = None
        for version in concept.versions:
            if _unparsed(version.body):
                continue
            kind = self.typed(version.body.expr, "bool" if version.when is not None else "any")
            if found is not None and kind.kind != "any" and (kind.kind, kind.unit) != (found.kind, found.unit):
                zh, en = "各版本的类型不一致", "the versions of a concept are of different types"
                self.problems.add(version.body.expr.span, zh, en)
            found = found or kind
        self.types[name] = (concept.owner, found or WILD)

    def entitlement(self, entitlement: Entitlement) -> None:
        """Reads every condition and amount of an entitlement."""
        owner: Owner = "household" if entitlement.subject == "household" else "person"
        for wanted, written in entitlement.expressions():
            self.read(written, owner, wanted)
            self.whose_figures(written.expr, owner)

    def whose_figures(self, expr: Expr, owner: Owner) -> None:
        """Notes a household's rule that reads a figure selected by a fact of a person."""
        for node in ir.walk(expr):
            if owner == "household" and isinstance(node, ir.Figure):
                for key in self.by.get(node.name, ()):
                    if isinstance(key.expr, (ir.Fact, ir.Concept)) and key.expr.scope == "own":
                        zh = f"`{node.name}` 由个人的事实选定，不能用于家庭"
                        en = f"`{node.name}` is selected by a fact of a person, and the subject here is the household"
                        self.problems.add(node.span, zh, en)

    by: Mapping[str, tuple[Selector, ...]] = field(default_factory=dict)


def _unparsed(written: Written) -> bool:
    """Returns whether a text has no meaning, which is said already."""
    return isinstance(written.expr, ir.Literal) and written.expr.span is None


def _form(kind: Type) -> tuple[object, ...]:
    """Returns what a fact and its derivation must have in common."""
    unit = kind.unit if kind.kind in NUMERIC else None
    return kind.kind, kind.denominator, kind.level, unit, frozenset(kind.values)


def figure_types(parameters: Mapping[str, Parameter]) -> dict[str, Type]:
    """Returns what each parameter yields."""
    return {name: kind_of(name, said) for name, said in parameters.items()}
