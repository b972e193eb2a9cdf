"""How an interview is kept: a profile of the household's own, with what nobody knew as comments, written whole or not at all."""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from eligibility.interview import Interview
    from eligibility.packs.calendar import Rules
    from eligibility.profile import Profile
    from eligibility.slots import Slot

UNKNOWN, FOLLOWS = "nobody-knew", "follows"
"""The comments of a kept profile: what is not asked again, and what is worked out anew."""
_MARK = re.compile(r"# (nobody-knew|follows): (.*)")


def free_name(folder: Path, stem: str = "interview") -> Path:
    """Returns a name that no file has yet, so that no household is written over another one."""
    path, number = folder / f"{stem}.yaml", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}.yaml"
    return path


def keep(talk: Interview, path: Path) -> None:
    """Writes an interview, for its owner's eyes alone, in one step: a reader sees the old file or the new one.

    Raises:
        OSError: it cannot be written.
    """
    # Through a link the file that it leads to is written, and the link stays.
    path = path.resolve()
    handle, name = tempfile.mkstemp(dir=path.parent or Path(), prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(written(talk))
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def written(talk: Interview) -> str:
    """Returns the text of the profile that an interview has come to."""
    found = talk.profile()
    marks = [
        f"# {mark}: {' '.join(_name(slot, talk) for slot in slots)}\n"
        for mark, slots in ((UNKNOWN, talk.unknown), (FOLLOWS, talk.follows))
        if slots
    ]
    id = None if "…" in talk.id else talk.id
    return "".join(marks) + text(replace(found, id=id or "", as_of=talk.as_of), talk.rules.pack.contents.schema.money)


def text(profile: Profile, money: frozenset[str]) -> str:
    """Returns a profile as a file that can be screened.

    Args:
        profile: an empty id is left out.
        money: the names of facts that are money.
    """
    import yaml

    data: dict[str, Any] = ({"id": profile.id} if profile.id else {}) | {"as_of": profile.as_of}
    if profile.household:
        data["household"] = _stated(profile.household, money)
    data["members"] = [_stated(member, money) for member in profile.members]
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=1000)


def _stated(facts: Mapping[str, Any], money: frozenset[str]) -> dict[str, Any]:
    """Returns facts as a profile writes them."""
    from eligibility.money import yuan

    def value(name: str, each: Any) -> Any:  # noqa: ANN401 - a value of any fact
        if name in money:
            return yuan(each)
        return sorted(each) if isinstance(each, frozenset) else each

    return {name: value(name, each) for name, each in facts.items()}


def _name(slot: Slot, talk: Interview) -> str:
    return f"{talk.called(slot.whose)}.{slot.name}"


def resumed(path: Path, rules_on: Any, only: Iterable[str], day: date) -> Interview:  # noqa: ANN401 - gives the rules of a day
    """Returns the interview that a kept profile goes on with.

    Args:
        path: of the file.
        rules_on: gives the rules of a day.
        only: ids of the entitlements that count.
        day: that counts where the profile states none.

    Raises:
        BadChoice: it is a workbook.
        OSError: the file cannot be opened.
        ProfileError: it is no profile.
    """
    from eligibility.errors import BadChoice
    from eligibility.interview import Interview
    from eligibility.profile import read_profile
    from eligibility.sheets import is_workbook
    from eligibility.words import Words

    if is_workbook(path.read_bytes()[:8], path.name):
        zh, en = "只能接着 YAML 档案问", "an interview goes on with a profile in YAML"
        raise BadChoice(Words(f"{zh}；表格用 `ask {path} -o FILE`", f"{en}; for a form write `ask {path} -o FILE`"))
    rules: Rules = rules_on(day)
    profile = read_profile(path, rules)
    talk = Interview.of(rules_on(profile.as_of) if profile.as_of else rules, profile, tuple(only))
    found = map(_MARK.fullmatch, path.read_text("utf-8-sig").splitlines())
    marks: dict[str, str] = {each[1]: each[2] for each in found if each is not None}
    for slot in _slots(marks.get(FOLLOWS, ""), talk):
        talk.facts(slot.whose).pop(slot.name, None)
    talk.unknown = dict.fromkeys(slot for slot in _slots(marks.get(UNKNOWN, ""), talk) if not talk.knows(slot))
    talk.refresh()
    return talk


def _slots(text: str, talk: Interview) -> Iterable[Slot]:
    """Yields the facts that a comment names; names that the household or the vocabulary does not have are left out."""
    from eligibility.slots import Slot

    owners = {talk.called(whose): whose for whose in (None, *range(len(talk.members)))}
    facts = talk.rules.pack.contents.schema.facts
    for word in text.split():
        owner, _, name = word.rpartition(".")
        if owner in owners and name in facts and (facts[name].owner == "household") is (owners[owner] is None):
            yield Slot(owners[owner], name)
