"""A rule engine for citizen eligibility screening: the front door, the public names and nothing else."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from eligibility.version import __version__

if TYPE_CHECKING:
    from eligibility.determinations import Amount, Determination
    from eligibility.errors import BadChoice, EligibilityError, InputError, PackError, ProfileError, UnknownName
    from eligibility.explain import explain
    from eligibility.packs.calendar import RulePack, Rules
    from eligibility.population import Population, screen_tables
    from eligibility.profile import Profile, read_profile
    from eligibility.runs.manifest import RunOptions
    from eligibility.screening import Screening, screen
    from eligibility.truth import Truth

__all__ = [
    "Amount",
    "BadChoice",
    "Determination",
    "EligibilityError",
    "InputError",
    "PackError",
    "Population",
    "Profile",
    "ProfileError",
    "RulePack",
    "Rules",
    "RunOptions",
    "Screening",
    "Truth",
    "UnknownName",
    "__version__",
    "explain",
    "read_profile",
    "screen",
    "screen_tables",
]

_ROOMS = {
    "Amount": "determinations",
    "BadChoice": "errors",
    "Determination": "determinations",
    "EligibilityError": "errors",
    "InputError": "errors",
    "PackError": "errors",
    "Population": "population",
    "Profile": "profile",
    "ProfileError": "errors",
    "RulePack": "packs.calendar",
    "Rules": "packs.calendar",
    "RunOptions": "runs.manifest",
    "Screening": "screening",
    "Truth": "truth",
    "UnknownName": "errors",
    "explain": "explain",
    "read_profile": "profile",
    "screen": "screening",
    "screen_tables": "population",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    """Opens a room when one of its names is first asked for, so that importing this package stays light."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
    globals()[name] = found
    return found


class _FrontDoor(ModuleType):
    """The module itself: a room that is opened does not take the place of the public name that it shares."""

    def __setattr__(self, name: str, value: object) -> None:
        """Sets an attribute; `import eligibility.explain` would leave the module where the function belongs."""
        if not (name in _ROOMS and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _FrontDoor
