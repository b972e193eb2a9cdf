"""The pytest plugin in somebody else's project: cases and laws of their pack are tests; without a pack it does nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parent.parent
HEATING = ROOT / "examples" / "packs" / "heating"
PLUGIN = "eligibility.testing.plugin"
LAWS = """
monotone:
  poorer:
    label: {zh: 收入更低不会失去补助, en: Whoever earns less loses nothing}
    facts: {income: lower}
caps: {heating-allowance: 120}
"""
LAWS_OF_A_PACK = 12
"""How many tests the laws of a pack are: one for each law, and of that about engines one for each engine."""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Returns somebody's project: a pack of their own in a folder of their own, and nothing else."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("ELIGIBILITY_LANG", "en")
    shutil.copytree(HEATING, pytester.path / "policy" / "heating")
    return pytester


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Runs pytest in a process of its own, with the plugin as an installed one."""
    installed = any(each.value == PLUGIN for each in entry_points(group="pytest11"))
    named = () if installed else ("-p", PLUGIN)
    return project.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:xdist", *named, *arguments)


def change(path: Path, old: str, new: str) -> None:
    """Replaces a part of a file."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_each_case_is_a_test_under_its_own_name(project: pytest.Pytester) -> None:
    """With `--pack` each case of the pack is one test; no other setting is needed."""
    found = run(project, "--pack", "policy/heating", "-v")
    found.assert_outcomes(passed=9)
    found.stdout.fnmatch_lines(
        [
            "rule pack: policy/heating",
            "policy/heating/housing/heating-allowance.test.yaml::exactly at the limit is not below it PASSED*",
        ]
    )


def test_the_pack_may_stand_in_the_settings(project: pytest.Pytester) -> None:
    """The setting `eligibility_pack` is enough, also where tests stand elsewhere, and no case is run twice."""
    project.makeini("[pytest]\neligibility_pack = policy/heating\ntestpaths = checks\n")
    checks = project.mkdir("checks")
    (checks / "test_own.py").write_text("def test_own():\n    assert True\n", "utf-8")
    run(project).assert_outcomes(passed=10)
    run(project, "checks").assert_outcomes(passed=1)
    run(project, "policy").assert_outcomes(passed=9)
    (project.path / "pytest.ini").write_text("[pytest]\neligibility_pack = policy/heating\n", "utf-8")
    run(project).assert_outcomes(passed=10)


def test_a_pack_may_stand_outside_the_project(
    project: pytest.Pytester, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A pack elsewhere on the disk is tested too."""
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "pack"
    shutil.copytree(HEATING, elsewhere)
    shutil.rmtree(project.path / "policy")
    project.makepyfile("def test_own():\n    assert True\n")
    run(project, "--pack", str(elsewhere)).assert_outcomes(passed=10)


def test_a_case_that_fails_says_why(project: pytest.Pytester) -> None:
    """A failure tells place, name, what was expected and what came, and the reasons with facts and clause; no traceback."""
    change(
        project.path / "policy/heating/housing/heating-allowance.yaml",
        "household_income < income_limit",
        "household_income <= income_limit",
    )
    found = run(project, "--pack", "policy/heating")
    found.assert_outcomes(passed=8, failed=1)
    found.stdout.fnmatch_lines(
        [
            "policy/heating/housing/heating-allowance.test.yaml:15: exactly at the limit is not below it",
            "household: outcome: expected ineligible, got eligible",
            "    income: met (a.income = 1500); bylaw art2",
        ]
    )
    assert "Traceback" not in found.stdout.str()
    assert "runtest" not in found.stdout.str()


def test_a_case_that_fails_says_why_in_chinese(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """`ELIGIBILITY_LANG` says in which language."""
    monkeypatch.setenv("ELIGIBILITY_LANG", "zh")
    change(project.path / "policy/heating/housing/heating-allowance.test.yaml", "amount: 16", "amount: 17")
    found = run(project, "--pack", "policy/heating")
    found.stdout.fnmatch_lines(["规则包: policy/heating", "household: amount：期望 17，实得 16"])


def test_a_pack_that_does_not_load_is_told_once(project: pytest.Pytester) -> None:
    """Every problem of the pack is told with its place, once for all case files."""
    folder = project.path / "policy/heating"
    change(folder / "housing/heating-allowance.yaml", "when: rents\n", "when: rentz\n")
    shutil.copy(folder / "housing/heating-allowance.test.yaml", folder / "housing/another.test.yaml")
    found = run(project, "--pack", "policy/heating")
    found.assert_outcomes(errors=1)
    assert found.stdout.str().count("there is no fact named `rentz`") == 1
    assert "did you mean `rents`?" in found.stdout.str()


def test_a_case_file_with_a_slip_is_an_error(project: pytest.Pytester) -> None:
    """A misspelt expectation is told with a caret, and the other files are run."""
    change(project.path / "policy/heating/housing/heating-allowance.test.yaml", "amount: 16", "amont: 16")
    found = run(project, "--pack", "policy/heating")
    found.assert_outcomes(errors=1)
    found.stdout.fnmatch_lines(["*there is no field `amont`*", "*did you mean `amount`[?]"])


def test_a_pack_that_says_its_laws_is_tried_by_them(project: pytest.Pytester) -> None:
    """With a `laws.yaml` each law is a test, and `-m 'not laws'` leaves them out."""
    (project.path / "policy/heating/laws.yaml").write_text(LAWS, "utf-8")
    found = run(project, "--pack", "policy/heating", "-v", "--strict-markers")
    assert found.parseoutcomes()["passed"] + found.parseoutcomes().get("skipped", 0) == 9 + LAWS_OF_A_PACK
    found.stdout.fnmatch_lines(["policy/heating/laws.yaml::monotone PASSED*", "policy/heating/laws.yaml::time PASSED*"])
    run(project, "--pack", "policy/heating", "-m", "not laws").assert_outcomes(passed=9, deselected=LAWS_OF_A_PACK)


def test_a_law_that_is_broken_shows_a_household(project: pytest.Pytester) -> None:
    """A law that fails tells the household and the lines of a case, and no traceback."""
    (project.path / "policy/heating/laws.yaml").write_text(LAWS.replace("120", "100"), "utf-8")
    found = run(project, "--pack", "policy/heating", "policy/heating/laws.yaml", "-k", "amounts")
    found.assert_outcomes(failed=1, deselected=LAWS_OF_A_PACK - 1)
    found.stdout.fnmatch_lines(
        [
            "a law is broken: amounts: *",
            "  the cap declared is 100 yuan a month",
            "the household, as a profile file:",
            "  rents: true",
            "to keep it as a case, add these lines to housing/heating-allowance.test.yaml:",
            "- name: *",
            "      amount: '100'",
        ]
    )
    assert "Traceback" not in found.stdout.str()
    change(project.path / "policy/heating/laws.yaml", "income: lower", "incom: lower")
    found = run(project, "--pack", "policy/heating", "policy/heating/laws.yaml", "-k", "amounts")
    found.stdout.fnmatch_lines(["*there is no fact `incom`*"])


FIXTURES = """
    import pytest

    def test_pack(pack):
        assert pack.contents.file.id == "heating"

    def test_rules(rules):
        assert rules.day.isoformat() == "2024-01-01"

    @pytest.mark.as_of("2024-11-15")
    def test_rules_of_a_day(rules):
        assert rules.day.isoformat() == "2024-11-15"

    def test_case(screen_case):
        found = screen_case({"household": {"rents": True}, "members": [{"id": "a", "income": 100}]})
        assert found.find("heating-allowance", "household").outcome == "eligible"
        before = screen_case({"as_of": "2023-12-31", "members": [{"id": "a"}]})
        assert before.determinations == ()

    def test_one_law(laws):
        laws.order(examples=5)
        with pytest.raises(AttributeError):
            laws.ordre

    def test_laws(law):
        law(examples=5)
"""


def test_the_fixtures_are_offered(project: pytest.Pytester) -> None:
    """`pack`, `rules`, `screen_case`, `laws` and `law` speak of the pack that is named."""
    project.makepyfile(FIXTURES)
    found = run(
        project, "--pack", "policy/heating", "test_the_fixtures_are_offered.py", "-W", "error", "--strict-markers"
    )
    assert found.ret == 0, found.stdout.str()
    assert found.parseoutcomes()["passed"] >= 5 + LAWS_OF_A_PACK - 1


def test_with_several_packs_a_test_sees_each(project: pytest.Pytester) -> None:
    """Two packs give two tests of the fixture `pack`, and the cases of both."""
    shutil.copytree(HEATING, project.path / "policy" / "second")
    project.makepyfile("def test_it(pack, rules):\n    assert rules.pack is pack\n")
    found = run(project, "--pack", "policy/heating", "--pack", "policy/second", "-v")
    found.assert_outcomes(passed=20)
    found.stdout.fnmatch_lines(["*::test_it[[]heating[]] PASSED*", "*::test_it[[]second[]] PASSED*"])


def test_in_several_processes_no_case_is_run_twice(project: pytest.Pytester) -> None:
    """Under xdist the cases are shared out."""
    installed = any(each.value == PLUGIN for each in entry_points(group="pytest11"))
    named = () if installed else ("-p", PLUGIN)
    found = project.runpytest_subprocess(*named, "--pack", "policy/heating", "-n", "2")
    found.assert_outcomes(passed=9)


def test_without_a_pack_it_does_nothing(project: pytest.Pytester) -> None:
    """Where no pack is named no case is collected, no fixture offered, nothing said."""
    project.makepyfile("def test_own():\n    assert True\n")
    found = run(project)
    found.assert_outcomes(passed=1)
    assert "rule pack" not in found.stdout.str()
    fixtures = run(project, "--fixtures").stdout.str()
    assert "screen_case" not in fixtures


def test_without_a_pack_it_loads_nothing() -> None:
    """Beside pytest itself the plugin loads four small modules, and no library."""
    code = f"import json, sys, pytest; before = set(sys.modules); import {PLUGIN}; print(json.dumps(sorted(set(sys.modules) - before)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(json.loads(done.stdout)) == {"eligibility", "eligibility.testing", "eligibility.version", PLUGIN}


def test_cases_alone_need_no_hypothesis(project: pytest.Pytester) -> None:
    """Where only cases are run, Hypothesis may be missing."""
    (project.path / "hypothesis.py").write_text("raise ImportError('not here')\n", "utf-8")
    found = run(project, "-p", "no:hypothesispytest", "--pack", "policy/heating")
    found.assert_outcomes(passed=9)
