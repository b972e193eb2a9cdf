"""Properties drawn twice: a few examples among the quick tests, and many among the slow ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy

Test = Callable[..., None]


def often(test: Test, examples: int, **strategies: SearchStrategy[Any]) -> Test:
    """Returns the slow twin of a property, which is drawn so often.

    Args:
        test: the quick one.
        examples: how many.
        strategies: those that the quick one draws of.
    """
    body = test.hypothesis.inner_test  # type: ignore[attr-defined]  # what Hypothesis keeps of a test
    twin: Test = pytest.mark.slow(settings(max_examples=examples)(given(**strategies)(body)))
    return twin
