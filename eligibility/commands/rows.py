"""`batch --explain`: any row of tables with the full reasons that `explain` gives."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from eligibility.commands.console import console, note, print_json
from eligibility.commands.explain import answers_tree
from eligibility.words import Words

if TYPE_CHECKING:
    from eligibility.commands.batching import Asked
    from eligibility.tables.chunks import People


def explain_row(asked: Asked, row: str) -> int:
    """Explains the answers of a row as a run gave them, or would give them."""
    from eligibility.commands.terminal import show_tree
    from eligibility.population import Tables, on_own_day
    from eligibility.runs.finding import Place, find
    from eligibility.runs.manifest import CHUNK_ROWS
    from eligibility.screening import screen

    lang, rules = asked.said, asked.rules
    people = Tables.of(asked.persons, asked.households, asked.mapping).open(rules)
    if asked.day is None:
        rules = on_own_day(people, rules, lambda words: note(words[lang]))
    _same(asked, people)
    size = asked.earlier.basis.options.chunk_rows if asked.earlier else asked.chunk_rows or CHUNK_ROWS
    with tempfile.TemporaryDirectory() as work:
        place = find(people, rules, Place.read(row), Path(work), size)
    screening = screen(rules, place.profile, asked.only)
    told = [
        each
        for each in screening.determinations
        if place.subject in {None, each.subject} and (asked.everything or asked.only or each.outcome != "ineligible")
    ]
    none = Words(
        "没有符合或待定的事项；加 --all 列出全部", "nothing is eligible or undetermined: add --all to see everything"
    )
    tree = answers_tree(rules, place.profile, screening, told, lang, personal=asked.personal, none=none)
    if asked.form == "json":
        print_json(asdict(tree))
    else:
        show_tree(tree, console())
    return 0


def _same(asked: Asked, people: People) -> None:
    """Makes sure that a run, where one is named, answered these tables by these rules on this day.

    Raises:
        BadChoice: it did not, or the folder holds no run.
    """
    from eligibility.errors import BadChoice

    if asked.output is None:
        return
    if asked.earlier is None:
        raise BadChoice(Words(f"`{asked.output}` 里没有批量筛查的结果", f"`{asked.output}` holds no run"))
    from eligibility.population import basis

    there, now = asked.earlier.basis, basis(asked.rules, people, asked.mapping, asked.earlier.basis.options)
    different = list(there.differences(now))
    if different:
        zh, en = "、".join(each.zh for each in different), ", ".join(each.en for each in different)
        name = f"`{asked.output}`"
        raise BadChoice(Words(f"{name} 里的结果另有依据：{zh}", f"the answers in {name} rest on something else: {en}"))
