"""Whether an expression is a condition in the law of a day."""

from __future__ import annotations

from eligibility import ir
from eligibility.ir import Expr
from eligibility.packs.calendar import Rules


def is_condition(expr: Expr, rules: Rules) -> bool:
    """Returns whether an expression yields yes or no."""
    found: bool
    match expr:
        case ir.Literal(value):
            found = isinstance(value, bool)
        case ir.Fact(_, name):
            found = rules.pack.contents.schema.facts[name].type == "bool"
        case ir.Figure(name):
            found = rules.state.figures[name].series.kind.kind == "bool"
        case ir.Concept(_, name):
            found = rules.pack.contents.names.concepts[name][1].kind == "bool"
        case ir.PlaceOf(_, attribute):
            table = rules.state.attributes.get(attribute)
            found = table is not None and table.series.kind.kind == "bool"
        case ir.Quantifier(kind):
            found = kind in {"any", "all"}
        case ir.Choice(_, then):
            found = is_condition(then, rules)
        case _:
            found = isinstance(expr, (ir.Not, ir.And, ir.Or, ir.Compare, ir.In))
    return found
