"""The language in which tests tell what they found: `ELIGIBILITY_LANG`, else the locale, where anything but English means Chinese."""

from __future__ import annotations

import os


def tongue() -> str:
    """Returns `zh` or `en`."""
    chosen = os.environ.get("ELIGIBILITY_LANG", "")
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next((name for name in names if name), "")
    return chosen if chosen in {"zh", "en"} else "en" if locale.lower().startswith("en") else "zh"
