"""`scheme diff` against two exports, for a whole organisation: `python -m benchmarks.scheme_diff --cases 100000`.

The second version is a copy of `memberships` with one rung changed: categories no longer count, and view and edit change
places, so that pairs are gained, lost, raised and lowered. Each version is loaded and exported (`export access`); what
the two files say, pair by pair, is what the diff has to count. Exit code 1 when anything differs.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from benchmarks.measure import Watch, peak_memory
from benchmarks.organisations import memberships, write
from seewhy.api import Graph
from seewhy.cypher.folders import Folder, shipped, using
from seewhy.cypher.rungs import VALUES
from seewhy.graph.engines import open_engine
from seewhy.graph.schemes.places import folders_at
from seewhy.loaders.load import load_folder
from seewhy.reports import export_report
from seewhy.schemes.compare import SchemeDiff, scheme_diff
from tests.worlds.builder import DAY

if TYPE_CHECKING:
    from benchmarks.organisations import Frames

NEW = "memberships_changed"
PEOPLE_AT_ONCE = 100
"""Their pairs are compared together."""
CHANGES = (
    ("ELSE m.access END", "WHEN 'view' THEN 'edit' WHEN 'edit' THEN 'view' ELSE m.access END"),
    ("(f:AccessProfile)-[i:IN_OFFICE|IN_TEAM|IN_CATEGORY]", "(f:AccessProfile)-[i:IN_OFFICE|IN_TEAM]"),
    ("(f:AccessProfile)-[:IN_OFFICE|IN_TEAM|IN_CATEGORY]", "(f:AccessProfile)-[:IN_OFFICE|IN_TEAM]"),
)
Move = tuple[tuple[str, str], tuple[str, str]]
"""Value and step, before and after."""


def changed_copy(into: Path) -> Folder:
    """A copy of the built-in scheme under another name, with its rung of memberships changed."""
    folder = into / NEW
    shutil.copytree(str(shipped()["memberships"].path), folder)
    rung, toml = folder / "4_memberships.cypher", folder / "scheme.toml"
    text = rung.read_text("utf-8")
    for old, new in CHANGES:
        if old not in text:
            raise SystemExit(f"the rung does not say `{old}` any more")
        text = text.replace(old, new)
    rung.write_text(text, "utf-8")
    # A finding and the id of a rule are of one scheme only.
    shutil.rmtree(folder / "findings")
    for file in (*folder.glob("*.cypher"), toml):
        file.write_text(re.sub(r"\bMEM\b", "OWN", file.read_text("utf-8")), "utf-8")
    heads = re.findall(r"^// rules: (.*)$", "\n".join(f.read_text("utf-8") for f in folder.glob("*.cypher")), re.M)
    ids = sorted({one for head in heads for one in head.split(", ")})
    rules = "\n".join(f'[[rule]]\nid = "{one}"\nstatement = "As in the built-in scheme."\n' for one in ids)
    (folder / "rules.toml").write_text(rules, "utf-8")
    named = toml.read_text("utf-8").replace('name = "memberships"', f'name = "{NEW}"', 1)
    toml.write_text(re.sub(r"^findings = \[.*?^\]\n", "", named, flags=re.M | re.S), "utf-8")
    (found,) = folders_at(folder)
    return found


def loaded(frames: Frames, scheme: str, target: Path) -> Graph:
    """The organisation in a graph, its system by one version."""
    own = {**frames, "systems": frames["systems"].with_columns(scheme=pl.lit(scheme))}
    written = target.with_suffix(".files")
    write(own, written)
    engine = open_engine(str(target), write=True)
    load_folder(engine, written, as_of=DAY)
    return Graph(engine)


def exported(file: Path, people: pl.Enum, cases: pl.Enum) -> pl.DataFrame:
    """An export with its ids as numbers."""
    words = pl.col("value", "step").cast(pl.Categorical)
    return pl.read_parquet(file).select(pl.col("person_id").cast(people), pl.col("case_id").cast(cases), words)


def compared(files: list[Path], people: list[str], cases: list[str]) -> tuple[Counter[tuple[str, str, str, str]], int]:
    """Pairs by value and step in the two files (blank where a file lacks the pair), where their values or steps differ;
    and how many pairs stand in either."""
    moves: Counter[tuple[str, str, str, str]] = Counter()
    seen = 0
    sides = [exported(file, pl.Enum(people), pl.Enum(cases)) for file in files]
    place = pl.col("person_id").to_physical()
    for begin in range(0, len(people), PEOPLE_AT_ONCE):
        one, two = (side.filter(place.is_between(begin, begin + PEOPLE_AT_ONCE - 1)) for side in sides)
        both = one.join(two, on=["person_id", "case_id"], how="full", coalesce=True, suffix="_after")
        seen += len(both)
        kinds = both.group_by("value", "step", "value_after", "step_after").len()
        for *sides_of, count in kinds.iter_rows():
            value, step, now, by = (word or "" for word in sides_of)
            if (value, step) != (now, by):
                moves[value, step, now, by] += count
    return moves, seen


def told(diff: SchemeDiff) -> Counter[tuple[str, str, str, str]]:
    """What the diff says, as the files say it: of a refused pair they have no row."""
    moves: Counter[tuple[str, str, str, str]] = Counter()
    for (was, now), count in diff.moves.items():
        if was[0] != "none" or now[0] != "none":
            row = [("", "") if side[0] == "none" else side for side in (was, now)]
            moves[(*row[0], *row[1])] += count
    return moves


def ways(moves: Counter[tuple[str, str, str, str]]) -> dict[str, int]:
    """Pairs gained, lost, raised, lowered, and those that another step decides alike."""
    found = dict.fromkeys(("gained", "lost", "raised", "lowered", "another step"), 0)
    for (was, _, now, _), count in moves.items():
        place = VALUES.index(was or "none"), VALUES.index(now or "none")
        way = "gained" if not was else "lost" if not now else "another step"
        if was and now and was != now:
            way = "raised" if place[0] < place[1] else "lowered"
        found[way] += count
    return found


def main() -> int:
    """Exit code 0 when the diff counts what the exports say."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    frames = memberships(chosen.people, chosen.cases, chosen.seed)
    people = sorted(frames["people"]["person_id"].to_list())
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        new = changed_copy(room)
        files = []
        for scheme in ("memberships", NEW):
            with using([*shipped().values(), new]):
                with Watch() as watch:
                    graph = loaded(frames, scheme, room / f"{scheme}-graph")
                seconds[f"load {scheme}"] = watch.spent.wall
                if scheme == "memberships":
                    with Watch() as watch:
                        diff = scheme_diff(graph.session, shipped()["memberships"], new, DAY)
                    seconds["scheme diff"] = watch.spent.wall
                files.append(room / f"{scheme}.parquet")
                with Watch() as watch:
                    export_report(graph, "access", files[-1], DAY)
                seconds[f"export {scheme}"] = watch.spent.wall
                graph.close()
        with Watch() as watch:
            moves, seen = compared(files, people, sorted(frames["cases"]["case_id"].to_list()))
        seconds["compare the exports"] = watch.spent.wall
    by_diff = told(diff)
    for what, taken in seconds.items():
        sys.stdout.write(f"{what}: {taken:.1f} s\n")
    sys.stdout.write(f"peak memory: {peak_memory():,.0f} MB\n")
    sys.stdout.write(f"pairs decided by both versions: {diff.pairs:,}; in either export: {seen:,}\n")
    sys.stdout.write(f"by the diff: {ways(by_diff)}\nby the exports: {ways(moves)}\n")
    wrong = {move: (by_diff[move], moves[move]) for move in by_diff | moves if by_diff[move] != moves[move]}
    if diff.pairs != chosen.people * chosen.cases:
        sys.stdout.write(f"{chosen.people * chosen.cases:,} pairs were expected\n")
        return 1
    for move, (one, other) in wrong.items():
        sys.stdout.write(f"differs: {move}: {one:,} by the diff, {other:,} by the exports\n")
    sys.stdout.write(f"{len(wrong)} of {len(by_diff | moves)} kinds of moves differ\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
