"""Days on which an entitlement holds and something that it reads says nothing: a concept between two versions, a figure before its first."""

from __future__ import annotations

from collections.abc import Iterator

from eligibility import ir
from eligibility.ir import Expr
from eligibility.verify.lawful import Law, exprs
from eligibility.verify.proof import Found
from eligibility.words import Words


def dates(law: Law, id: str) -> Iterator[Found]:
    """Yields what an entitlement in force reads that has no meaning on the day."""
    contents, state = law.rules.pack.contents, law.rules.state
    asked = law.ask(id)
    seen: dict[tuple[str, str], None] = {}
    waiting: list[Expr] = exprs(asked)
    while waiting:
        for node in ir.walk(waiting.pop()):
            if isinstance(node, ir.Concept) and ("concept", node.name) not in seen:
                seen["concept", node.name] = None
                if node.name in state.concepts:
                    waiting.append(state.concepts[node.name])
                else:
                    label = contents.concepts[node.name].label
                    said = Words(
                        f"概念 {node.name}（{label.zh}）这一天没有含义",
                        f"the concept {node.name} ({label.en}) has no meaning on this day",
                    )
                    yield Found("dates", f"{id}/{node.name}", said, id)
            elif isinstance(node, ir.Figure) and ("figure", node.name) not in seen:
                seen["figure", node.name] = None
                if not state.figures[node.name].entries:
                    label = contents.parameters[node.name].label
                    said = Words(
                        f"参数 {node.name}（{label.zh}）这一天没有数值，也没有写明未知",
                        f"the figure {node.name} ({label.en}) has no value on this day, not even an unknown one",
                    )
                    yield Found("dates", f"{id}/{node.name}", said, id)
    for needed in asked.rule.entitlement.requires:
        if needed not in law.ids:
            said = Words(
                f"所依据的 {needed} 这一天没有施行", f"{needed}, which it requires, is not in force on this day"
            )
            yield Found("dates", f"{id}/{needed}", said, id)
