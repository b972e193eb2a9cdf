"""What a run rests on beside its rules and its day, in words: other readings, local figures, and how much is in force."""

from __future__ import annotations

from collections.abc import Iterator

from eligibility.packs.contents import Contents
from eligibility.runs.manifest import Basis, LocalFigures
from eligibility.words import Words

_SHORT = 12
"""How many digits of a digest people are shown."""


def chosen(basis: Basis, contents: Contents) -> Iterator[Words]:
    """Yields the readings that were chosen instead of those of the pack, and the files of local figures, with their sources.

    Args:
        basis: of the run.
        contents: of the pack, which knows the readings in words.
    """
    for id, other in sorted(basis.readings.items()):
        reading = contents.readings.get(id)
        label = reading.others[other].label if reading is not None and other in reading.others else None
        zh, en = (f"（{label.zh}）", f" ({label.en})") if label is not None else ("", "")
        yield Words(f"另选的读法：{id}={other}{zh}", f"another reading chosen: {id}={other}{en}")
    yield from map(_local, basis.local)


def _local(file: LocalFigures) -> Words:
    digest, names = file.digest.removeprefix("sha256:")[:_SHORT], ", ".join(file.figures)
    zh, en = "；".join(each["zh"] for each in file.sources), "; ".join(each["en"] for each in file.sources)
    return Words(
        f"本地数字文件：{file.name}（摘要 {digest}）：{names}；来源：{zh or '没有写'}",
        f"local figures: {file.name} ({digest}): {names}; sources: {en or 'none named'}",
    )


def in_force(count: int, *, some: bool = False) -> Words:
    """Returns how many entitlements a run asked for; of none a sentence that says why there are no answers.

    Args:
        count: how many of those that were asked for were in force on the day.
        some: whether only some were asked for.
    """
    if count:
        return Words(
            f"查的是这一天施行的事项，共 {count} 项", f"entitlements in force on that day and asked for: {count}"
        )
    if some:
        return Words(
            "指定要查的事项这一天都没有施行，所以没有任何结果；没有结果不等于不符合",
            "none of the entitlements asked for was in force on that day, so there are no answers: that is no refusal",
        )
    return Words(
        "规则包里这一天没有任何事项在施行，所以没有任何结果；没有结果不等于不符合",
        "no entitlement of these rules was in force on that day, so there are no answers: that is no refusal",
    )


def differing(old: Basis, new: Basis) -> tuple[str, ...]:
    """Returns in what two runs of one pack rest on different things: `as_of`, `rules`, `readings`, `local`, `input`, `engine`.

    Args:
        old: of the one run.
        new: of the other.
    """
    local = old.local != new.local
    # Local figures are among what the digest is made over: where they differ it says nothing more of the pack.
    rules = old.version != new.version or (old.digest != new.digest and not local)
    found = {"as_of": old.as_of != new.as_of, "rules": rules, "readings": old.readings != new.readings, "local": local}
    found["input"] = (old.input, old.mapping) != (new.input, new.mapping)
    found["engine"] = old.engine != new.engine
    return tuple(name for name, differs in found.items() if differs)


_DIFFERING = {
    "as_of": Words("日期", "the day"),
    "rules": Words("规则包的内容", "the rules"),
    "readings": Words("所选的读法", "the readings chosen"),
    "local": Words("本地数字", "the local figures"),
    "input": Words("读入的表", "the tables"),
    "engine": Words("程序的版本", "the version of the program"),
}


def differ(old: Basis, new: Basis) -> Words:
    """Returns in one sentence in what two runs rest on different things."""
    names = [_DIFFERING[name] for name in differing(old, new)]
    if not names:
        return Words("两次的依据相同", "both runs rest on the same")
    zh, en = "、".join(each.zh for each in names), ", ".join(each.en for each in names)
    return Words(f"两次不同的是：{zh}", f"the runs differ in: {en}")
