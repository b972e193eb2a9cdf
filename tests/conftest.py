"""What all tests share: how hard Hypothesis looks, and a way to build small packs from text."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import kept
import pytest
from hypothesis import settings
from packs_for_tests import make_pack

from eligibility import RulePack

# A run on a busy machine must not fail for its pace; in CI the same examples are drawn each time.
settings.register_profile("default", deadline=None, max_examples=40)
settings.register_profile("ci", deadline=None, max_examples=40, derandomize=True)
settings.register_profile("long", deadline=None, max_examples=1000)
settings.register_profile("same", deadline=None, max_examples=40, derandomize=True)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "default")
settings.load_profile(PROFILE)

# One folder for the packs that commands keep, shared by the processes of a run and gone with it.
if "ELIGIBILITY_CACHE" not in os.environ:
    os.environ["ELIGIBILITY_CACHE"] = tempfile.mkdtemp(prefix="eligibility-tests-")
    atexit.register(shutil.rmtree, os.environ["ELIGIBILITY_CACHE"], ignore_errors=True)

# Processes that test side by side share the processors already.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("POLARS_MAX_THREADS", "1")

kept.remember()


@pytest.fixture
def same_draws() -> Iterator[None]:
    """Lets Hypothesis draw the same examples each time: where something is to be found, that must not hang on chance."""
    settings.load_profile("same")
    yield
    settings.load_profile(PROFILE)


PackMaker = Callable[..., RulePack]


@pytest.fixture
def make(tmp_path: Path) -> PackMaker:
    """Returns a function that builds a small pack in a folder of its own: `make(facts=…, rules=…)`."""
    count = 0

    def build(**files: object) -> RulePack:
        nonlocal count
        count += 1
        return make_pack(tmp_path / f"pack{count}", **files)  # type: ignore[arg-type]  # passed on as given

    return build
