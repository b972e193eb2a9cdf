"""What people see of a change: what happened to which entitlement of whom, since when, and why."""

from __future__ import annotations

from collections.abc import Iterator

from eligibility import speech
from eligibility.changes import Cause, Change, Held
from eligibility.determinations import ABSENT
from eligibility.due import LAW, STATED
from eligibility.packs.contents import Contents
from eligibility.words import Words

KINDS = {
    "gained": Words("获得", "gained"),
    "lost": Words("失去", "lost"),
    "amount_changed": Words("金额变化", "amount changed"),
    "undetermined": Words("变为待定", "now undetermined"),
    "settled": Words("已确定", "settled"),
    "engines_differ": Words("两个引擎结论不同", "the engines differ"),
}
_HOUSEHOLD = Words("全家", "household")
_GONE = Words("没有这一事项", "nothing")


def news(change: Change, contents: Contents, lang: str) -> str:
    """Returns a change as people read it: what it is on the first line, then why."""
    label = change.label.zh if lang == "zh" else change.label.en
    subject = _HOUSEHOLD[lang] if change.subject == "household" else change.subject
    head = f"{speech.day(change.day, lang)}  {change.case}  {KINDS[change.change][lang]}  {label} ({change.entitlement}) · {subject}"
    return "\n".join([head, *(f"  {line}" for line in _lines(change, contents, lang))])


def _lines(change: Change, contents: Contents, lang: str) -> Iterator[str]:
    if change.change == "engines_differ":
        yield f"core: {change.core}, durable: {change.durable}"
    else:
        unknown = f" ({speech.amount_unknown(None, lang)})" if change.amount_missing else ""
        yield f"{_state(change.before, lang)} → {_state(change.after, lang)}{unknown}"
    yield f"{Words('起因：', 'because of: ')[lang]}{_cause(change.cause, contents, lang)}"
    # Of an amount that changed the figures are the reason.
    for why in change.reasons if change.change != "amount_changed" or not change.figures else ():
        label = why.label.zh if lang == "zh" else why.label.en
        cite = f" [{speech.citation(why.cite, contents, lang)}]" if why.cite else ""
        words = speech.EXCLUSION_TRUTHS if why.exclusion else speech.TRUTHS
        yield f"{words[why.truth][lang]}  {label}{cite}"
    for each in change.figures if change.change in {"gained", "amount_changed"} else ():
        source = speech.citation(each.source, contents, lang) if each.source else speech.UNKNOWN[lang]
        label = contents.parameters[each.parameter].label[lang]
        since = speech.day(each.since, lang)
        yield Words(f"{label}：自{since}起 [{source}]", f"{label}: from {since} [{source}]")[lang]
    waits = dict.fromkeys(each.name for each in (*change.missing, *change.amount_missing))
    if waits:
        names = ("、" if lang == "zh" else ", ").join(speech.question(name, contents, lang)[0] for name in waits)
        yield f"{Words('缺：', 'waits for: ')[lang]}{names}"


def _state(held: Held, lang: str) -> str:
    if held.outcome == ABSENT:
        return _GONE[lang]
    said = speech.OUTCOMES[held.outcome][lang]
    return f"{said} {held.amount.said(lang)}" if held.amount else said


def _cause(cause: Cause, contents: Contents, lang: str) -> str:
    if cause.kind == "event":
        return f"{Words('事件', 'event')[lang]} {cause.event}"
    if cause.kind == "law":
        return f"{Words('规则包更换', 'another rule pack')[lang]} {(cause.digest or '')[:12]}"
    words = {
        LAW: Words("规定变化", "the law changed"),
        STATED: Words("所填年限不再有效", "stated counts no longer hold"),
    }
    facts = contents.schema.facts
    told = [words[each] if each in words else facts[each].label for each in cause.passed]
    said = ("、" if lang == "zh" else ", ").join(each[lang] for each in told)
    return f"{Words('时间到了：', 'time passed: ')[lang]}{said}"
