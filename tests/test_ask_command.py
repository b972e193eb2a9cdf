"""`ask`, as a caseworker uses it: through a pipe, at a terminal, interrupted and gone on with."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from families import ROOT, run

from eligibility.words import width

DAY = ("--as-of", "2017-12-31")
ONLY = ("--only", "fee-free-preschool", "--only", "elderly-health-check", "--only", "disability-living-subsidy")
START = "mother\nchild\n\n"
ENGLISH = {"LANG": "en_US.UTF-8"}


def ask(said: str, *more: str, environment: dict[str, str] | None = None) -> tuple[str, str, int]:
    """Returns what `ask` prints, what it says, and its code, when the lines are what it is answered."""
    done = run("ask", *DAY, *more, given=said.encode(), environment=environment)
    return done.stdout.decode(), done.stderr.decode(), done.returncode


def test_an_interview_ends_with_the_report_of_screen(tmp_path: Path) -> None:
    """What `ask` prints is what `screen` prints of the profile that it keeps."""
    path = tmp_path / "kept.yaml"

    out, said, code = ask(f"{START}甘肃\n不知道\n", *ONLY, "-o", str(path))

    assert code == 0
    assert str(path) in said
    assert out == run("screen", str(path), *ONLY).stdout.decode()
    assert "hukou_province: '62'" in path.read_text("utf-8")
    assert path.stat().st_mode & 0o077 == 0


def test_what_was_said_is_echoed_as_what_it_was_taken_for() -> None:
    """Numbers, full-width digits, labels and dates are said back in the form that they were taken for (MEANING M16)."""
    _, said, _ = ask("奶奶\n\n１９５４/3/27\n", "--only", "elderly-health-check")

    assert "记为 出生日期：1954年3月27日（63周岁）" in said
    assert "不符合 +1" in said


def test_a_question_says_what_it_could_settle_and_why_on_request() -> None:
    """Each question tells how many answers it could settle, and `?` for what and who knows it."""
    _, said, _ = ask(f"{START}?\n", *ONLY, environment=ENGLISH)

    assert re.search(r"could settle \d of the \d open", said)
    assert "for: " in said
    assert re.search(r"told by the applicant|found by", said)


def test_an_answer_can_be_changed() -> None:
    """Going back shows the former answer; a new one takes its place, Enter keeps it."""
    _, changed, _ = ask("a\n\n幼儿园\nb\n小学\n", "--only", "fee-free-preschool")
    _, kept, _ = ask("a\n\n幼儿园\nb\n\n", "--only", "fee-free-preschool")

    assert "[改答] a，原来是：幼儿园" in changed
    assert "不符合 +1" in changed
    assert "[改答] a，原来是：幼儿园" in kept
    assert "不符合" not in kept


def test_going_back_finds_the_question_before() -> None:
    """`b` asks the question before again, twice the one before that, and what was answered since is kept."""
    out, said, code = ask("a\n\n不知道\n甘肃\nb\nb\n幼儿园\n", "--only", "fee-free-preschool")

    assert code == 0
    assert said.count("[改答]") == 2
    assert "记为 就读学段：幼儿园" in said
    assert out


def test_an_impossible_answer_is_refused_at_once_in_words() -> None:
    """An answer that goes against another one is refused with the reason, and the question stays."""
    _, said, _ = ask("a\n\n2018-03-01\n", "--only", "elderly-health-check", environment=ENGLISH)

    assert "this day is after 31 December 2017" in said


def test_a_wrong_answer_is_not_repeated() -> None:
    """What is no answer is told so without a word of it."""
    _, said, _ = ask("a\n\nZzmarker柴\n620402190001010000\n", "--only", "elderly-health-check")

    assert "Zzmarker" not in said
    assert "6204021900" not in said
    assert said.count("这里是整数") == 1
    assert said.count("要在 0 与 130 之间") == 1


def test_a_name_is_no_key_of_a_member_when_it_holds_a_resident_number() -> None:
    """A member's key in a wrong form is refused, and asked for again."""
    _, said, _ = ask("620402199001011234\na b\nmother\nmother\n\n", *ONLY)

    assert said.count("第 1 名成员") == 3
    assert said.count("第 2 名成员") == 2
    assert "620402199001011234" not in said


def test_going_on_with_what_was_kept(tmp_path: Path) -> None:
    """`--resume` goes on: what was answered is known, what nobody knew is not asked again, and it is kept in the same file."""
    path = tmp_path / "kept.yaml"
    ask("奶奶\n\n不知道\n", "--only", "elderly-health-check", "-o", str(path))
    assert "nobody-knew: 奶奶.age" in path.read_text("utf-8")

    done = run("ask", "--resume", str(path), "--only", "elderly-health-check", given=b"")

    assert done.returncode == 0
    assert "没有问题能再改变结果了" in done.stderr.decode()
    assert str(path) in done.stderr.decode()
    assert "nobody-knew: 奶奶.age" in path.read_text("utf-8")


def test_what_follows_is_worked_out_anew(tmp_path: Path) -> None:
    """What rules between facts decided is kept as such, and does not stand in the way of a changed answer."""
    path = tmp_path / "kept.yaml"
    path.write_text(
        "# follows: a.pregnant a.gave_birth\nas_of: 2017-12-31\nmembers:\n- {id: a, pregnant: false, gave_birth: false}\n"
    )

    done = run("ask", "--resume", str(path), "--only", "hiv-care", given=b"")

    assert done.returncode == 0
    assert "pregnant" not in path.read_text("utf-8")


def test_nothing_is_asked_with_no_input() -> None:
    """With `--no-input` nothing is read; the next question is told, and the report is made of what is known."""
    done = run("ask", "examples/li-family.yaml", "--no-input", given=b"1\n", environment=ENGLISH)

    assert done.returncode == 0
    assert "the next question would be" in done.stderr.decode()
    assert done.stdout.startswith(b"Screening of li-family")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--only", "nosuch"), 2),
        (("nosuch.yaml",), 2),
        (("cli.py",), 3),
        (("examples/li-family.yaml", "--resume", "examples/li-family.yaml"), 2),
        (("-o", "cli.py"), 2),
        ((), 0),
    ],
)
def test_a_call_ends_with_its_code(arguments: tuple[str, ...], code: int) -> None:
    """Bad usage is 2, a bad profile 3, an end of the answers no error."""
    done = run("ask", *arguments, given=b"a\n\n")

    assert done.returncode == code, done.stderr.decode()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("columns", [40, 100])
def test_every_line_stays_inside_the_width(lang: str, columns: int) -> None:
    """Questions, choices, reasons and echoes stay inside the width, in both languages."""
    said = "mother\nchild\n\n?\n1\n?\n2\nb\n\nnonsense\n\n2017-01-01\n" + "\n" * 30
    _, told, _ = ask(said, "--lang", lang, environment={"COLUMNS": str(columns)})

    assert [line for line in told.splitlines() if width(line) > columns] == []
    assert len(told.splitlines()) > 60


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_english_is_english_and_chinese_chinese(lang: str) -> None:
    """No question, choice or echo comes in the other language."""
    _, told, _ = ask("a\n\n?\n" + "1\n?\n" * 25, "--lang", lang)

    talk = told.split("?\n")[0] if lang == "en" else told
    assert (re.search("[\u4e00-\u9fff]", talk) is None) is (lang == "en")


def test_ctrl_c_keeps_what_is_known(tmp_path: Path) -> None:
    """An interrupt keeps the answers in a file of their own, says where, and ends with 130; going on knows them."""
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), "ask", *DAY],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A run in the background is started with interrupts ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - the test has no threads
        env={"PATH": os.environ["PATH"], "LANG": "en_US.UTF-8", "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)}
        | {name: os.environ[name] for name in ("ELIGIBILITY_CACHE",) if name in os.environ},
    )
    assert process.stdin is not None
    assert process.stderr is not None
    process.stdin.write(b"mother\n\n2\n")
    process.stdin.flush()
    told = b""
    while b"question 2" not in told:
        more = os.read(process.stderr.fileno(), 4096)
        assert more, told
        told += more
    process.send_signal(signal.SIGINT)
    # Its input stays open until it has ended: else it might see the end of it before the interrupt.
    process.wait(timeout=60)
    rest = process.communicate()[1]

    assert process.returncode == 130
    assert b"kept in interview.yaml" in rest
    assert "education_stage: kindergarten" in (tmp_path / "interview.yaml").read_text("utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["interview.yaml"]


def test_two_interrupted_households_are_two_files(tmp_path: Path) -> None:
    """Without `-o` an interview is never kept over another one."""
    from eligibility.commands.keeping import free_name  # noqa: PLC0415 - the one name of the room that is looked at

    (tmp_path / "interview.yaml").write_text("members: []\n")

    assert free_name(tmp_path).name == "interview-2.yaml"


def at_terminal(*keys: str) -> tuple[str, int]:
    """Returns what a terminal shows, and the code, when keys are typed one after another."""
    child, terminal = pty.fork()
    if not child:
        os.chdir(ROOT)
        os.environ |= {
            "TERM": "xterm",
            "NO_COLOR": "1",
            "PROMPT_TOOLKIT_NO_CPR": "1",
            "PYTHONUTF8": "1",
            "LANG": "en_US.UTF-8",
            "COLUMNS": "80",
        }
        os.execv(sys.executable, [sys.executable, "cli.py", "ask", *DAY, "--only", "elderly-health-check"])  # noqa: S606 - it is this project's own command
    shown, waiting, ends = "", list(keys), time.monotonic() + 60
    while time.monotonic() < ends:
        if select.select([terminal], [], [], 2.0)[0]:
            try:
                shown += os.read(terminal, 65536).decode(errors="replace")
            except OSError:
                break
        elif waiting and shown.count("\x1b[?2004h") > len(keys) - len(waiting):
            # A key is pressed when a line is waited for, which the terminal is told each time, and nothing more is shown.
            os.write(terminal, waiting.pop(0).encode())
    else:
        os.kill(child, signal.SIGKILL)
    return shown, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # forking beside the threads of the test run is what pty does
def test_a_terminal_is_asked_and_shown_no_colour() -> None:
    """At a terminal a question waits for a line, the report follows, and `NO_COLOR` is minded."""
    shown, code = at_terminal("grandma\r", "\r", "66\r")

    assert code == 0
    assert "taken as age in full years: 66 years" in shown
    assert "Health check for older people" in shown or "health check" in shown.casefold()
    assert re.search(r"\x1b\[(3|9)[0-7]m", shown) is None


def test_a_mark_before_the_first_line_is_no_answer() -> None:
    """Answers from an editor that writes a byte order mark name the same members as without."""
    out, said, _ = ask("\ufeffmother\r\nchild\r\n\r\nq\r\n", *ONLY, environment=ENGLISH)

    assert "mother, child" in out
    assert "cannot be seen" not in said


def test_an_answer_of_thousands_of_digits_is_asked_again() -> None:
    """A number that no fact has room for is refused in words, and the interview goes on."""
    _, said, code = ask(f"{START}{'9' * 4400}\nq\n", *ONLY, environment=ENGLISH)

    assert code == 0
    assert "the answer is too long" in said


def test_a_form_is_nothing_to_go_on_with(tmp_path: Path) -> None:
    """`--resume` with a workbook says what to write instead."""
    form = tmp_path / "form.xlsx"
    run("init", "--format", "xlsx", "-o", str(form))

    _, said, code = ask("", "--resume", str(form), environment=ENGLISH)

    assert code == 2
    assert "for a form write `ask" in " ".join(said.split())


def test_a_kept_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    """What another window has written is not lost: this interview is kept under another name."""
    path = tmp_path / "kept.yaml"
    ask(f"{START}q\n", *ONLY, "-o", str(path))
    before = path.read_bytes()
    command = [sys.executable, str(ROOT / "cli.py"), "ask", *DAY, *ONLY, "--resume", str(path), "--lang", "en"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=ROOT
    ) as asking:
        assert asking.stderr is not None
        assert asking.stdin is not None
        while b"settled" not in asking.stderr.readline():
            pass
        path.write_bytes(before + b"# written by somebody else\n")
        asking.stdin.write(b"?\n?\nq\n")
        asking.stdin.close()
        said = asking.stderr.read().decode()

    assert path.read_bytes() == before + b"# written by somebody else\n"
    assert "was changed meanwhile" in " ".join(said.split())
    assert (tmp_path / "kept-2.yaml").exists()


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """An interview that goes on through a link writes the file that it leads to."""
    path, link = tmp_path / "kept.yaml", tmp_path / "link.yaml"
    ask(f"{START}q\n", *ONLY, "-o", str(path))
    before = path.read_bytes()
    link.symlink_to(path)

    ask("甘肃\nq\n", *ONLY, "--resume", str(link))

    assert link.is_symlink()
    assert path.read_bytes() != before


def test_output_is_never_what_is_read(tmp_path: Path) -> None:
    """A report is not written over the profile that it is about, `--force` or not; a new one is for its owner alone."""
    path, page = tmp_path / "li.yaml", tmp_path / "li.html"
    path.write_bytes((ROOT / "examples" / "li-family.yaml").read_bytes())
    before = path.read_bytes()

    refused = run("screen", str(path), "--format", "html", "-o", str(path), "--force")
    run("screen", str(path), "--format", "html", "-o", str(page))

    assert (refused.returncode, path.read_bytes()) == (2, before)
    assert page.stat().st_mode & 0o077 == 0


def test_a_curve_is_not_drawn_over_a_file(tmp_path: Path) -> None:
    """`--chart` leaves a file alone that is there, unless `--force` is given."""
    path = tmp_path / "curve.svg"
    path.write_text("precious", "utf-8")
    sweep = (
        "what-if",
        "examples/heating.yaml",
        "--pack",
        "examples/packs/heating",
        "--sweep",
        "anna.income=0:5000:500",
    )

    refused = run(*sweep, "--chart", str(path))
    kept = path.read_text("utf-8")
    drawn = run(*sweep, "--chart", str(path), "--force")

    assert (refused.returncode, kept, drawn.returncode) == (2, "precious", 0)
    assert path.read_text("utf-8") != "precious"
