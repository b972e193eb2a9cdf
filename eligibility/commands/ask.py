"""`ask`: an interview at the terminal, or through a pipe, that ends with the report of `screen`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eligibility.commands.console import STDIN, language, load_pack, note, one_profile, today
from eligibility.commands.options import as_of_option, format_option, lang_option, pack_option, reading_option
from eligibility.commands.usage import Wrong
from eligibility.words import Words

if TYPE_CHECKING:
    from eligibility.commands.answers import Answers
    from eligibility.interview import Interview
    from eligibility.packs.calendar import RulePack, Rules

INTERRUPTED = 130


@click.command("ask")
@click.argument("path", required=False, metavar="[PROFILE]")
@click.option(
    "-o", "--output", type=click.Path(), metavar="FILE", help="把问到的存成档案 Keep what is learned as a profile."
)
@click.option("--force", is_flag=True, help="覆盖已有文件 Overwrite the file.")
@click.option(
    "--resume", type=click.Path(), metavar="FILE", help="接着问存下的访谈 Go on with an interview that was kept."
)
@click.option("--no-input", is_flag=True, help="什么都不问 Ask nothing, and say what would be asked next.")
@click.option(
    "--only", multiple=True, metavar="ID", help="只问这个事项，可多次 Only this entitlement; may be repeated."
)
@as_of_option
@lang_option
@format_option("text", "json", "markdown")
@click.option(
    "--all", "everything", is_flag=True, help="全部列出 Open services too, and all reasons of what is closed."
)
@click.option("--show-personal", "personal", is_flag=True, help="显示姓名 Show names.")
@reading_option
@pack_option
def ask_command(  # noqa: PLR0913, PLR0917 - one parameter for each option
    path: str | None,
    output: str | None,
    resume: str | None,
    only: tuple[str, ...],
    as_of: date | None,
    lang: str | None,
    form: str,
    pack_folder: str | None,
    *,
    force: bool,
    no_input: bool,
    everything: bool,
    personal: bool,
) -> int:
    """访谈：只问还能改变结果的问题，最后给出筛查结果。Asks only what can still change a result, then screens.

    PROFILE 是已知的部分，可以没有；管道里一行一个回答。PROFILE is what is known already, if anything; through a pipe each line
    is an answer.

    \b
    例 Example:
      python cli.py ask examples/nearly-nothing.yaml
    """  # noqa: D301 - click reads the control character
    from eligibility.commands.answers import answers
    from eligibility.commands.screen import Run

    tongue, pack = language(lang), load_pack(pack_folder)
    for id in only:
        pack.entitlement(id)
    asking = _Asking(pack, only, tongue, _kept_in(path, output, resume, force=force))
    found = answers(asked=not no_input and path != STDIN)
    try:
        talk = asking.begin(path, Path(resume) if resume else None, as_of, found)
        asking.go_on(talk, found)
    except KeyboardInterrupt:
        return asking.interrupted()
    run = Run(pack, talk.as_of, only, tongue, form, everything, personal)
    run.one(talk.profile(), line=False)
    return 0


def _kept_in(path: str | None, output: str | None, resume: str | None, *, force: bool) -> Path | None:
    """Returns where what is learned is kept, if anywhere; never over a file that is there, unless it is gone on with."""
    if path is not None and resume is not None:
        raise Wrong("`--resume` 已经是一份档案，不再写 PROFILE", "`--resume` is a profile already: give no other one")
    if output is not None and output != resume and Path(output).exists() and not force:
        raise Wrong(f"`{output}` 已经存在；要覆盖就加 `--force`", f"`{output}` exists; `--force` overwrites it")
    given = output or resume
    return Path(given) if given else None


@dataclass
class _Asking:
    """One call of the command.

    Args:
        pack: that is asked for.
        only: ids of the entitlements that count.
        lang: `zh` or `en`.
        path: where what is learned is kept, if anywhere.
        talk: what is known so far.
    """

    pack: RulePack
    only: tuple[str, ...]
    lang: str
    path: Path | None
    talk: Interview | None = None
    _last: bytes | None = None

    def begin(self, path: str | None, resume: Path | None, as_of: date | None, answers: Answers) -> Interview:
        """Returns the interview with what is known at its start: who lives in the household at least."""
        from eligibility.commands.keeping import resumed
        from eligibility.interview import Interview
        from eligibility.profile import Profile

        if resume is not None:
            self._last = resume.read_bytes()
            self.talk = resumed(resume, self.pack.on, self.only, as_of or today())
        else:
            rules = self.pack.on(as_of or today())
            profile = one_profile(path, rules) if path is not None else Profile("interview", None, {}, ())
            self.talk = Interview.of(self.pack.on(as_of or profile.as_of or today()), profile, self.only)
        if not self.talk.members:
            self.members(self.talk, answers)
        return self.talk

    def members(self, talk: Interview, answers: Answers) -> None:
        """Asks who lives in the household, one by one."""
        zh = "家里有谁？一次写一个代号，如 户主、妈妈、孩子；不写姓名。写完了直接回车。"
        en = "Who lives in the household? One short key at a time, such as mother, child1; no names. Enter when all are listed."
        note(Words(zh, en)[self.lang])
        while True:
            words = Words(f"第 {len(talk.members) + 1} 名成员：", f"member {len(talk.members) + 1}:")
            note(words[self.lang])
            said = (answers.line(()) or "").strip()
            if not said:
                break
            wrong = _unfit(said, talk)
            if wrong is not None:
                note("  " + wrong[self.lang])
            else:
                talk.members.append({"id": said})
        talk.refresh()

    def go_on(self, talk: Interview, answers: Answers) -> None:
        """Asks what is to be asked, keeping what is learned after each answer."""
        from eligibility.commands.answers import Nobody
        from eligibility.commands.conversation import Talk

        conversation = Talk(talk, answers, self.lang)
        if isinstance(answers, Nobody):
            question = talk.next()
            if question is not None:
                who, asked = conversation.who(question.slot), question.fact.question
                zh, en = f"下一题会问 {who}：{asked.zh}", f"the next question would be, for {who}: {asked.en}"
                note(Words(zh, en)[self.lang])
        else:
            for _ in conversation.turns():
                if self.path is not None:
                    self.keep(talk)
        if self.path is not None:
            self.keep(talk)
            note(Words(f"已存入 {self.path}", f"kept in {self.path}")[self.lang])
        note("")

    def keep(self, talk: Interview) -> None:
        """Keeps what is known; a file that somebody else has written meanwhile is left alone, and another one taken."""
        from eligibility.commands.keeping import free_name, keep

        path = self.path or free_name(Path())
        if self._last is not None and (not path.exists() or path.read_bytes() != self._last):
            other = free_name(path.parent, path.stem)
            zh, en = f"{path} 已被别人改过，另存为 {other}", f"{path} was changed meanwhile: kept in {other} instead"
            note(Words(zh, en)[self.lang])
            path = other
        keep(talk, path)
        self.path, self._last = path, path.read_bytes()

    def interrupted(self) -> int:
        """Keeps what is known, says where, and returns the code."""
        if self.talk is not None and self.talk.members:
            self.keep(self.talk)
            zh, en = (
                f"\n已存入 {self.path}；接着问：ask --resume {self.path}",
                f"\nkept in {self.path}; go on with: ask --resume {self.path}",
            )
            note(Words(zh, en)[self.lang])
        return INTERRUPTED


def _unfit(id: str, talk: Interview) -> Words | None:
    """Returns why a key cannot be that of another member."""
    from eligibility.errors import ProfileError
    from eligibility.profile import read_profile

    rules: Rules = talk.rules
    try:
        read_profile({"members": [*({"id": member["id"]} for member in talk.members), {"id": id}]}, rules)
    except ProfileError as error:
        problem = error.problems[0]
        return problem.help or problem.message
    return None
