"""Where the figures are kept between runs: docs/benchmarks.json.

`organisations` has a record per organisation and engine, with its stages; `http` one per size; `soak` and `peers` one.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
RESULTS, PAGE, SCALING = (ROOT / "docs" / name for name in ("benchmarks.json", "benchmarks.md", "scaling.md"))


def kept_results() -> dict[str, Any]:
    """What was measured so far."""
    kept: dict[str, Any] = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    kept.setdefault("organisations", {})
    kept.setdefault("http", {})
    return kept


def write_results(kept: dict[str, Any]) -> None:
    """Keep it."""
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
