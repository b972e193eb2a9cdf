"""The solver as a library: one that is there and cannot be loaded, and one that is stopped while it works."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest
from families import ROOT, run

from eligibility.solver.ground import Ground
from eligibility.solver.logic import Formula, no, some
from eligibility.solver.proving import NotProved, Prover

HEATING = "examples/packs/heating"


@pytest.fixture
def broken(tmp_path: Path) -> dict[str, str]:
    """Returns an environment in which z3 is found and its loading fails."""
    (tmp_path / "z3").mkdir()
    (tmp_path / "z3" / "__init__.py").write_text('raise ImportError("libz3.so: no such file")\n', "utf-8")
    return {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}


@pytest.mark.parametrize("command", [("verify", HEATING), ("cases", HEATING), ("diff", HEATING, HEATING)])
def test_a_solver_that_cannot_be_loaded_is_said_to_be_so(broken: dict[str, str], command: tuple[str, ...]) -> None:
    """Where z3 is there and cannot be loaded, the command says so and how to get it, and blames no fault of ours."""
    done = run(*command, "--lang", "en", environment=broken)
    said = done.stderr.decode()

    assert done.returncode == 5
    assert "internal" not in said
    assert "cannot be loaded" in said
    assert "pip install 'eligibility[verify]'" in said


def test_doctor_names_a_solver_that_cannot_be_loaded(broken: dict[str, str]) -> None:
    """The check of the installation does not call a solver well that nobody can use."""
    said = run("doctor", "--lang", "en", environment=broken).stdout.decode()

    assert "cannot be loaded" in " ".join(said.split())


def test_screening_goes_on_without_the_solver(broken: dict[str, str], tmp_path: Path) -> None:
    """`--certain` settles what it can without a solver that cannot be loaded."""
    profile = tmp_path / "profile.yaml"
    profile.write_text("as_of: 2026-01-01\nmembers:\n- id: a\n", "utf-8")
    done = run("screen", str(profile), "--pack", HEATING, "--certain", environment=broken)

    assert done.returncode == 0, done.stderr.decode()


def pigeons(ground: Ground, holes: int) -> list[Formula]:
    """Returns that one pigeon more than there are holes each has a hole of its own, which takes a solver long to refute."""
    flags = [[ground.flag(f"{bird} in {hole}") for hole in range(holes)] for bird in range(holes + 1)]
    alone = [
        some(no(flags[one][hole]), no(flags[other][hole]))
        for hole in range(holes)
        for one in range(holes + 1)
        for other in range(one)
    ]
    return [*(some(*each) for each in flags), *alone]


def test_ctrl_c_ends_the_work_of_the_solver() -> None:
    """A signal while the solver works is not taken for a question that it could not answer; too much work is."""
    ground = Ground()
    question = Prover(ground).question(*pigeons(ground, 11))
    later = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    later.start()
    with pytest.raises(KeyboardInterrupt):
        question.model()
    later.join()
    with pytest.raises(NotProved):
        Prover(ground, effort=20_000).question(*pigeons(ground, 11)).model()
