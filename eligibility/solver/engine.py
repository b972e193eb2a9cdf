"""Whether the solver z3 can be used here, and what to do where it cannot."""

from __future__ import annotations

from importlib.util import find_spec

from eligibility.errors import Lacking
from eligibility.words import Words

FETCH = Words("运行 pip install 'eligibility[verify]'", "run pip install 'eligibility[verify]'")


def available() -> bool:
    """Returns whether the solver is installed."""
    return find_spec("z3") is not None


def needed() -> None:
    """Sees to it that the solver is there.

    Raises:
        Lacking: it is not.
    """
    if not available():
        raise Lacking(Words("没有安装证明所需的求解器 z3", "z3, which makes the proofs, is not installed"), FETCH)
