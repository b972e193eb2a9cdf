"""A second invented family for the tests of the commands, and how a command is run as a person would."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from starting import PLAIN, fork, forks

ROOT = Path(__file__).resolve().parent.parent

QIAO = """\
as_of: 2018-09-01
id: qiao-family
household: {residence_county: "620402", area: urban, dibao: none, assets_within_limits: true}
members:
  - {id: nana, name: Qiaoxing-Marker, relation: head, birth_date: 1955-02-28, hukou_county: "620402", education_stage: none,
     disability_certificate: true, disability_category: visual, disability_grade: 1, needs_long_term_care: true}
  - {id: twin-a, relation: grandchild, birth_date: 2013-09-30, hukou_county: "620402", education_stage: kindergarten,
     school_ownership: inclusive_private, school_county: "620402", school_registered: true}
  - {id: twin-b, relation: grandchild, birth_date: 2013-09-30, hukou_county: "620402", education_stage: kindergarten,
     school_ownership: inclusive_private, school_county: "620402", school_registered: true}
  - {id: late, relation: spouse, died: true}
"""
"""A grandmother who is blind, two grandchildren in the same kindergarten, and a grandfather who has died."""


def run(
    *arguments: str,
    given: bytes | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path = ROOT,
) -> subprocess.CompletedProcess[bytes]:
    """Runs the command line in a process of its own, in Chinese and 80 columns unless told otherwise."""
    kept = {name: os.environ[name] for name in ("PATH", "ELIGIBILITY_CACHE") if name in os.environ}
    whole = {**PLAIN, **kept, **(environment or {})}
    if forks(whole):
        return fork(arguments, folder, whole, given)
    return subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *arguments],
        cwd=folder,
        env=whole,
        input=given,
        stdin=subprocess.DEVNULL if given is None else None,
        capture_output=True,
        check=False,
        timeout=120,
    )


def printed(*arguments: str, given: str | None = None, environment: Mapping[str, str] | None = None) -> str:
    """Returns what a command prints that ends well."""
    done = run(*arguments, given=None if given is None else given.encode(), environment=environment)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()
