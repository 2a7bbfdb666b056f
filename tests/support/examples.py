"""How many generated worlds a test takes: a few in every run, ten times as many with `HYPOTHESIS_PROFILE=long`."""

from __future__ import annotations

import os


def worlds(few: int) -> int:
    """`few`, or its long version."""
    return few * 10 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else few
