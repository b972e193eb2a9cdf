"""The kit of a rule author: strategies drawn from a pack, laws that its rules keep, its cases, and a pytest plugin.

profiles, partly_known, boundary_profiles   Hypothesis strategies for households, from `Rules`
entitled                                    those in which somebody is eligible for one entitlement
draw_profile                                one household, quickly and without Hypothesis
laws                                        `laws.order("rules/mine")` and its like, each a test in one line
Breach                                      what a law found: a small household, both answers, the lines of a case
Case, case_files, read_cases, run           the cases of a pack (`*.test.yaml`)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eligibility.testing import laws
    from eligibility.testing.breach import Breach
    from eligibility.testing.cases import Case, case_files, read_cases, run
    from eligibility.testing.strategies import boundary_profiles, draw_profile, entitled, partly_known, profiles

__all__ = [
    "Breach",
    "Case",
    "boundary_profiles",
    "case_files",
    "draw_profile",
    "entitled",
    "laws",
    "partly_known",
    "profiles",
    "read_cases",
    "run",
]

_ROOMS = {
    "Breach": "breach",
    "Case": "cases",
    "boundary_profiles": "strategies",
    "case_files": "cases",
    "draw_profile": "strategies",
    "entitled": "strategies",
    "partly_known": "strategies",
    "profiles": "strategies",
    "read_cases": "cases",
    "run": "cases",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    """Opens a room when one of its names is first asked for: commands read cases, and need no Hypothesis for that."""
    if name == "laws":
        return import_module(f"{__name__}.laws")
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
    globals()[name] = found
    return found
