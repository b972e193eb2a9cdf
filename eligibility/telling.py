"""What everything that tells people about a household has in common: the language, and what its members are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from eligibility.leaves import HOUSEHOLD


class Telling:
    """Tells people something in one language.

    Args:
        lang: `zh` or `en`.
        names: what a member is called where that is not the id.
    """

    lang: str
    names: Mapping[str, str]

    def say(self, zh: str, en: str) -> str:
        """Returns one of two texts."""
        return zh if self.lang == "zh" else en

    def listed(self, items: Iterable[str]) -> str:
        """Returns several things in a row."""
        return self.say("、", ", ").join(items)

    def who(self, subjects: Iterable[str]) -> str:
        """Returns what subjects are called."""
        home = self.say("全家", "the household")
        return self.listed(home if each == HOUSEHOLD else self.names.get(each, each) for each in subjects)
