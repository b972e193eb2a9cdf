"""Whether the solver z3 can be used here, and what to do where it cannot."""

from __future__ import annotations

from importlib.util import find_spec

from eligibility.errors import Lacking
from eligibility.words import Words

try:
    import z3
except Exception:  # noqa: BLE001 - without its own library it raises an error of its own kind
    z3 = None

FETCH = Words("运行 pip install 'eligibility[verify]'", "run pip install 'eligibility[verify]'")


def available() -> bool:
    """Returns whether the solver can be used: it is installed, and it can be loaded with the library that it wants."""
    return z3 is not None


def needed() -> None:
    """Sees to it that the solver is there.

    Raises:
        Lacking: it is not, or it cannot be loaded.
    """
    if available():
        return
    zh, en = "没有安装证明所需的求解器 z3", "z3, which makes the proofs, is not installed"
    if find_spec("z3") is not None:
        zh, en = (
            "证明所需的求解器 z3 已安装，却不能载入",
            "z3, which makes the proofs, is installed but cannot be loaded",
        )
    raise Lacking(Words(zh, en), FETCH)
