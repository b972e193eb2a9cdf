"""What a shell offers while one types: entitlements, facts, members, readings and files, by what a parameter asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from collections.abc import Callable

    from eligibility.packs.calendar import RulePack

    Offer = Callable[[RulePack, click.Context, str, str], Iterable[tuple[str, str]]]


class _Offered(click.types.StringParamType):
    """A text of which a shell knows the likely values."""

    def __init__(self, kind: str) -> None:
        """Keeps what the parameter asks for."""
        self.kind = kind

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Returns what may be meant, with what people call it; nothing where the pack or the profile does not load."""
        from eligibility.commands.console import language, load_pack
        from eligibility.errors import EligibilityError

        del param
        if self.kind in _FILES:
            return [CompletionItem(incomplete, type="file")]
        lang = language(ctx.params.get("lang"))
        try:
            pack = load_pack(ctx.params.get("pack_folder"))
            found = list(_OFFERS[self.kind](pack, ctx, incomplete, lang))
        except (EligibilityError, OSError):
            return []
        return [CompletionItem(value, help=told) for value, told in found if value.startswith(incomplete)]


def completed(command: click.Command) -> click.Command:
    """Returns a command of which each parameter offers what it asks for, as its metavar says."""
    for param in command.params:
        kind = (param.metavar or str(param.name)).strip("[].…").upper()
        if param.type is click.STRING and (kind in _OFFERS or kind in _FILES):
            param.type = _Offered(kind)
    return command


def _ids(pack: RulePack, ctx: click.Context, said: str, lang: str) -> Iterator[tuple[str, str]]:
    del ctx, said
    for one in pack.contents.entitlements.values():
        yield one.id, one.label[lang]


def _areas(pack: RulePack, ctx: click.Context, said: str, lang: str) -> Iterator[tuple[str, str]]:
    del ctx, said, lang
    yield from dict.fromkeys((one.area, "") for one in pack.contents.entitlements.values())


def _readings(pack: RulePack, ctx: click.Context, said: str, lang: str) -> Iterator[tuple[str, str]]:
    del ctx
    for id, reading in pack.contents.readings.items():
        if said.startswith(f"{id}="):
            yield from ((f"{id}={other}", each.label[lang]) for other, each in reading.others.items())
        else:
            yield id, reading.question[lang]


def _subjects(pack: RulePack, ctx: click.Context, said: str, lang: str) -> Iterator[tuple[str, str]]:
    del said, lang
    yield "household", ""
    yield from ((id, "") for id in _members(pack, ctx))


def _settings(pack: RulePack, ctx: click.Context, said: str, lang: str) -> Iterator[tuple[str, str]]:
    """Yields facts of the household, members, facts of the member that is named, and the values of the fact that is."""
    name, equals, _ = said.partition("=")
    whose, dot, own = name.rpartition(".")
    facts = pack.contents.schema.facts
    if equals:
        yield from ((f"{name}={value}", label) for value, label in _values(facts.get(own), lang))
        return
    for fact in pack.contents.schema.of("person" if dot and whose != "household" else "household"):
        yield f"{whose}{dot}{fact.name}", fact.label[lang]
    if not dot:
        yield from ((f"{id}.", "") for id in _members(pack, ctx))


def _facts(pack: RulePack, ctx: click.Context, said: str, lang: str) -> Iterator[tuple[str, str]]:
    """Yields the settings, and where no profile names a member the bare facts of one."""
    yield from _settings(pack, ctx, said, lang)
    if "." not in said and "=" not in said:
        yield from ((fact.name, fact.label[lang]) for fact in pack.contents.schema.of("person"))


def _values(fact: Any, lang: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - a fact, or None
    if fact is not None and fact.type == "bool":
        yield from (("true", ""), ("false", ""))
    elif fact is not None:
        yield from ((value, label[lang]) for value, label in fact.values.items())


def _members(pack: RulePack, ctx: click.Context) -> list[str]:
    """Returns the members of the profile that stands on the command line already."""
    from eligibility.commands.console import one_profile, today

    path = ctx.params.get("path") or ctx.params.get("profile")
    if not isinstance(path, str) or path == "-":
        return []
    return [str(member["id"]) for member in one_profile(path, pack.on(today())).members]


_FILES = frozenset({"PROFILE", "EVENTS", "PACK", "TABLE"})
_OFFERS: dict[str, Offer] = {
    "ID": _ids,
    "AREA": _areas,
    "ID=OTHER": _readings,
    "SUBJECT": _subjects,
    "MEMBER.FACT=VALUE": _settings,
    "FACT=FROM:TO:STEP": _facts,
    "FACT": _facts,
}
