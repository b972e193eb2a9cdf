"""A rule engine for citizen eligibility screening."""

__version__ = "0.1.0"
