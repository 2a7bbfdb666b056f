"""Every story of the repository: those of a scheme lie in its folder, the others in `tests/stories`."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
SCHEMES = ROOT / "cypher" / "schemes"
STORIES = ROOT / "tests" / "stories"
STORY_FILES = sorted([*STORIES.rglob("*.yaml"), *SCHEMES.glob("*/stories/*.yaml")])


def story_name(path: Path) -> str:
    """`portal/firm_within_a_firm`."""
    folder = path.parent.parent.name if path.parent.name == "stories" else path.parent.name
    return f"{folder}/{path.stem}"


def stories_of(scheme: str) -> list[Path]:
    """Those in the folder of a scheme."""
    return sorted((SCHEMES / scheme / "stories").glob("*.yaml"))
