"""Snapshots, sentence by sentence of what a load means (docs/input.md), and the laws behind the words."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given as with_worlds
from hypothesis import settings
from hypothesis import strategies as st

from seewhy.graph.derivation.periods import as_stored_before, reopened
from seewhy.graph.inputs.checks import check
from seewhy.graph.inputs.csvtext import csv_table
from seewhy.graph.inputs.files import FILES
from seewhy.loaders.ledger import ALWAYS, OPEN, FileCounts, Merged, digest, merge
from tests.support.examples import worlds


@dataclass(frozen=True)
class Spec:
    """As much of a FileSpec as the ledger reads."""

    stem: str
    key: tuple[str, ...]
    dated: bool


MEMBERS = Spec("memberships", ("person_id", "unit_id"), True)
UNITS = Spec("units", ("unit_id",), False)
CLIENTS = Spec("case_people", ("case_id", "slot"), True)
GROUPS = Spec("group_members", ("person_id", "group_id"), True)
SPECS = (UNITS, MEMBERS, CLIENTS, GROUPS)
COLUMNS: dict[str, dict[str, Any]] = {
    "units": {"unit_id": pl.String, "name": pl.String, "sensitive": pl.Boolean},
    "memberships": {"person_id": pl.String, "unit_id": pl.String, "access": pl.String, "position": pl.Int64},
    "case_people": {"case_id": pl.String, "slot": pl.Int64, "person_id": pl.String},
    "group_members": {"person_id": pl.String, "group_id": pl.String},
}
DATES = dict.fromkeys(("since", "until", "note", "granted_by"), pl.String)
BLANKS = {pl.String: "", pl.Int64: None, pl.Boolean: False}
Snapshot = dict[str, pl.DataFrame]


def snapshot(**files: list[dict[str, Any]]) -> Snapshot:
    """Checked frames from plain rows, all files present."""
    frames = {}
    for spec in SPECS:
        schema = COLUMNS[spec.stem] | (DATES if spec.dated else {})
        rows = [
            {c: row.get(c, BLANKS[t]) for c, t in schema.items()} | {"row": i + 2, "source": f"{spec.stem}.csv:{i + 2}"}
            for i, row in enumerate(files.get(spec.stem, []))
        ]
        frames[spec.stem] = pl.DataFrame(rows, schema=schema | {"row": pl.Int64, "source": pl.String})
    return frames


def member(access: str = "edit", person: str = "ana", unit: str = "north", **more: Any) -> dict[str, Any]:
    return {"person_id": person, "unit_id": unit, "access": access} | more


class Graph:
    """Loads one after another, as the loader does it."""

    def __init__(self) -> None:
        self.history: Snapshot = {}
        self.loads = 0

    def load(self, as_of: str, **files: list[dict[str, Any]]) -> Merged:
        self.loads += 1
        merged = merge(self.history, snapshot(**files), as_of, f"load-{self.loads:04}", specs=SPECS)
        self.history = merged.history
        return merged

    def members(self, *rows: dict[str, Any], as_of: str) -> FileCounts:
        return self.load(as_of, memberships=list(rows)).counts[1]

    def periods(self, stem: str = "memberships", value: str = "access") -> list[tuple[str, str, str]]:
        """The facts that say anything: value, since, until."""
        rows = self.history[stem].filter(pl.col("since") < pl.col("until")).sort("since", "until")
        return list(rows.select(value, "since", "until").iter_rows())


@pytest.fixture
def graph() -> Graph:
    return Graph()


def test_what_has_no_end_holds_on_the_last_day_and_an_end_there_is_one(graph: Graph) -> None:
    rows = (member(), member(person="bo", until="9999-12-31"), member(person="cy", since="9999-12-31"))
    graph.members(*rows, as_of="2024-01-01")
    held = graph.history["memberships"].filter((pl.col("since") <= "9999-12-31") & (pl.col("until") > "9999-12-31"))
    assert held["person_id"].to_list() == ["ana", "cy"]
    assert graph.members(*rows, as_of="9999-12-31") == FileCounts("memberships", 0, 3, 0, False)
    assert graph.members(as_of="9999-12-31").end == 3


def test_a_history_in_which_the_last_day_stood_for_an_open_end(graph: Graph) -> None:
    """As graphs hold it that were made before; an end that was given stays one."""
    rows = (member(), member(person="bo", until="9999-12-31"), member(person="cy", until="2024-03-01"))
    graph.load("2024-01-01", memberships=list(rows), units=[{"unit_id": "north"}])
    graph.load("2024-02-01", memberships=list(rows[1:]), units=[{"unit_id": "north"}])
    old = {
        stem: frame.with_columns(until=pl.col("until").replace({OPEN: "9999-12-31"}))
        for stem, frame in graph.history.items()
    }
    assert not old["units"].equals(graph.history["units"])
    assert all(reopened(frame).equals(graph.history[stem]) for stem, frame in old.items())
    assert all(as_stored_before(frame).equals(old[stem]) for stem, frame in graph.history.items())


def test_a_blank_since_is_always_in_an_empty_graph_and_that_day_later(graph: Graph) -> None:
    assert graph.members(member(), as_of="2024-01-01") == FileCounts("memberships", 1, 0, 0, False)
    graph.members(member(), member(person="bo", access="view"), as_of="2024-06-01")
    assert graph.periods() == [("edit", ALWAYS, OPEN), ("view", "2024-06-01", OPEN)]


def test_empty_graph_means_the_whole_graph_not_the_file(graph: Graph) -> None:
    graph.load("2024-01-01", units=[{"unit_id": "north", "name": "North"}])
    graph.members(member(), as_of="2024-06-01")
    assert graph.periods() == [("edit", "2024-06-01", OPEN)]


def test_a_new_key_begins_at_its_own_since_even_in_the_past(graph: Graph) -> None:
    graph.members(member(), as_of="2024-01-01")
    graph.members(member(), member(person="bo", since="2020-05-01", until="2030-01-01"), as_of="2024-06-01")
    assert graph.periods()[1] == ("edit", "2020-05-01", "2030-01-01")


def test_other_values_end_that_day_and_begin_anew_whatever_their_since(graph: Graph) -> None:
    graph.members(member("edit", since="2020-01-01"), as_of="2024-01-01")
    counts = graph.members(member("deny", since="2019-01-01"), as_of="2024-06-01")
    assert graph.periods() == [("edit", "2020-01-01", "2024-06-01"), ("deny", "2024-06-01", OPEN)]
    assert (counts.begin, counts.stay, counts.end) == (1, 0, 1)


def test_other_values_begin_on_the_day_of_the_load_whatever_their_since(graph: Graph) -> None:
    graph.members(member("view"), as_of="2024-01-01")
    graph.members(member("edit", since="2025-01-01"), as_of="2024-06-01")
    assert graph.periods() == [("view", ALWAYS, "2024-06-01"), ("edit", "2024-06-01", OPEN)]


def test_a_given_until_still_counts_after_a_change(graph: Graph) -> None:
    graph.members(member("edit"), as_of="2024-01-01")
    graph.members(member("view", until="2024-12-31"), as_of="2024-06-01")
    assert graph.periods() == [("edit", ALWAYS, "2024-06-01"), ("view", "2024-06-01", "2024-12-31")]


def test_other_values_for_a_period_that_is_over_change_nothing_about_it(graph: Graph) -> None:
    graph.members(member("edit", until="2020-01-01"), as_of="2024-01-01")
    changed = member("view", until="2020-01-01")
    graph.members(changed, as_of="2024-06-01")
    assert graph.periods() == [("edit", ALWAYS, "2020-01-01")]
    assert graph.members(changed, as_of="2024-07-01") == FileCounts("memberships", 0, 1, 0, False)


def test_a_changed_fact_that_had_not_begun_vanishes(graph: Graph) -> None:
    graph.members(member("edit", since="2030-01-01"), as_of="2024-01-01")
    graph.members(member("view", since="2030-01-01"), as_of="2024-06-01")
    assert graph.periods() == [("view", "2030-01-01", OPEN)]
    graph.members(as_of="2024-07-01")
    assert graph.periods() == []


def test_two_loads_on_one_day_leave_the_second(graph: Graph) -> None:
    graph.members(as_of="2024-01-01")
    graph.load("2024-01-01", units=[{"unit_id": "north", "name": "North"}])
    graph.members(member("edit"), as_of="2024-06-01")
    graph.members(member("view"), as_of="2024-06-01")
    assert graph.periods() == [("view", "2024-06-01", OPEN)]


def test_dates_note_and_granted_by_are_corrected_in_place(graph: Graph) -> None:
    graph.members(member(person="bo"), member(since="2020-01-01"), as_of="2024-01-01")
    row = member(since="2021-01-01", until="2025-01-01", note="approved", granted_by="bo")
    counts = graph.members(row, member(person="bo"), as_of="2024-06-01")
    assert (counts.begin, counts.stay, counts.end) == (0, 2, 0)
    assert graph.periods() == [("edit", ALWAYS, OPEN), ("edit", "2021-01-01", "2025-01-01")]
    fact = graph.history["memberships"].row(1, named=True)
    told = {"note", "granted_by", "given_since", "given_until", "source", "row", "load", "ended_load", "present"}
    assert {c: fact[c] for c in told} == {
        "note": "approved",
        "granted_by": "bo",
        "given_since": "2021-01-01",
        "given_until": "2025-01-01",
        "source": "memberships.csv:3",
        "row": 3,
        "load": "load-0001",
        "ended_load": "",
        "present": True,
    }


def test_a_since_that_became_blank_means_what_a_blank_meant_when_the_fact_began(graph: Graph) -> None:
    graph.members(member(since="2020-01-01"), member(person="bo", since="2030-01-01"), as_of="2024-01-01")
    later = member(person="cy", since="2023-01-01")
    graph.members(member(since="2020-01-01"), member(person="bo", since="2030-01-01"), later, as_of="2024-03-01")
    graph.members(member(), member(person="bo"), member(person="cy"), as_of="2024-06-01")
    assert graph.periods() == [("edit", ALWAYS, OPEN), ("edit", ALWAYS, OPEN), ("edit", "2024-03-01", OPEN)]


def test_an_absent_key_ends_that_day_or_where_its_until_said(graph: Graph) -> None:
    graph.members(member(), member(person="bo", until="2023-01-01"), as_of="2024-01-01")
    merged = graph.load("2024-06-01")
    assert graph.periods() == [("edit", ALWAYS, "2023-01-01"), ("edit", ALWAYS, "2024-06-01")]
    assert merged.counts[1] == FileCounts("memberships", 0, 0, 2, True)
    ended = graph.history["memberships"]
    assert ended["ended_load"].to_list() == ["load-0002"] * 2
    assert not ended["present"].any()


def test_a_key_that_returns_does_not_rewrite_the_days_between(graph: Graph) -> None:
    graph.members(member("edit"), member(person="bo"), as_of="2024-01-01")
    graph.members(member(person="bo"), as_of="2024-06-01")
    graph.members(member("deny", since="2020-01-01"), member(person="bo"), as_of="2024-09-01")
    ana = [p for p in graph.periods() if p[:2] != ("edit", ALWAYS) or p[2] != OPEN]
    assert ana == [("edit", ALWAYS, "2024-06-01"), ("deny", "2024-09-01", OPEN)]


def test_a_correction_backwards_stops_at_the_earlier_fact(graph: Graph) -> None:
    graph.members(member("edit"), as_of="2024-01-01")
    graph.members(member("view", since="2024-06-01"), as_of="2024-06-01")
    graph.members(member("view", since="2019-01-01"), as_of="2024-09-01")
    assert graph.periods() == [("edit", ALWAYS, "2024-06-01"), ("view", "2024-06-01", OPEN)]


def test_several_periods_are_known_by_their_since(graph: Graph) -> None:
    graph.members(member("edit", until="2020-01-01"), member("view", since="2020-01-01"), as_of="2024-01-01")
    counts = graph.members(
        member("edit", until="2020-01-01"),
        member("view", since="2020-01-01", until="2024-03-01"),
        member("deny", since="2024-03-01"),
        as_of="2024-06-01",
    )
    assert (counts.begin, counts.stay, counts.end) == (1, 2, 0)
    assert graph.periods() == [
        ("edit", ALWAYS, "2020-01-01"),
        ("view", "2020-01-01", "2024-03-01"),
        ("deny", "2024-03-01", OPEN),
    ]


def test_several_periods_of_a_key_are_known_by_since_so_another_since_is_another_fact(graph: Graph) -> None:
    graph.members(member("edit", until="2020-01-01"), member("view", since="2020-01-01"), as_of="2024-01-01")
    counts = graph.members(member("edit", until="2021-01-01"), member("view", since="2021-01-01"), as_of="2024-06-01")
    assert (counts.begin, counts.stay, counts.end) == (1, 1, 1)
    assert graph.periods() == [
        ("edit", ALWAYS, "2020-01-01"),
        ("view", "2020-01-01", "2024-06-01"),
        ("view", "2024-06-01", OPEN),
    ]


def test_a_moved_border_does_not_reach_into_a_fact_that_ended(graph: Graph) -> None:
    graph.members(member("edit", until="2020-01-01"), member("view", since="2020-01-01"), as_of="2023-01-01")
    graph.members(member("edit", until="2020-01-01"), member("deny", since="2020-01-01"), as_of="2024-01-01")
    graph.members(member("edit", until="2022-01-01"), member("deny", since="2022-01-01"), as_of="2025-01-01")
    assert graph.periods() == [
        ("edit", ALWAYS, "2020-01-01"),
        ("view", "2020-01-01", "2024-01-01"),
        ("deny", "2024-01-01", "2025-01-01"),
        ("deny", "2025-01-01", OPEN),
    ]


def test_a_first_period_opened_again_keeps_its_past(graph: Graph) -> None:
    graph.members(member("edit", until="2020-01-01"), member("view", since="2020-01-01"), as_of="2023-01-01")
    counts = graph.members(member("edit"), as_of="2024-01-01")
    assert (counts.begin, counts.stay, counts.end) == (0, 1, 1)
    assert graph.periods() == [
        ("edit", ALWAYS, "2020-01-01"),
        ("view", "2020-01-01", "2024-01-01"),
        ("edit", "2024-01-01", OPEN),
    ]
    assert graph.members(member("edit"), as_of="2024-02-01") == FileCounts("memberships", 0, 1, 0, False)


def test_a_blank_slot_is_a_key_of_its_own(graph: Graph) -> None:
    rows = [{"case_id": "c1", "person_id": "ana"}, {"case_id": "c1", "slot": 2, "person_id": "bo"}]
    graph.load("2024-01-01", case_people=rows)
    assert graph.load("2024-02-01", case_people=rows).counts[2] == FileCounts("case_people", 0, 2, 0, False)
    rows[0]["person_id"] = "cy"
    graph.load("2024-03-01", case_people=rows)
    assert ("cy", "2024-03-01", OPEN) in graph.periods("case_people", "person_id")


def test_a_file_that_is_all_key_can_stay_end_and_be_corrected(graph: Graph) -> None:
    ana, bo = {"person_id": "ana", "group_id": "g"}, {"person_id": "bo", "group_id": "g"}
    graph.load("2024-01-01", group_members=[ana, bo])
    assert graph.load("2024-02-01", group_members=[ana, bo]).counts[3] == FileCounts("group_members", 0, 2, 0, False)
    graph.load("2024-03-01", group_members=[bo | {"until": "2025-01-01"}])
    assert graph.periods("group_members", "person_id") == [("ana", ALWAYS, "2024-03-01"), ("bo", ALWAYS, "2025-01-01")]


def test_the_files_of_the_contract_are_merged_by_default() -> None:
    tables = {stem: csv_table(stem, f"{stem}.csv", text.encode()) for stem, text in ORGANISATION.items()}
    rows = check(tables)
    assert rows.problems == ()
    first = merge({}, rows.frames, "2024-01-01", "load-0001", given=tables)
    assert {c.stem: c.begin for c in first.counts if not c.absent} == {"systems": 1, "people": 2, "group_members": 1}
    assert [c.stem for c in first.counts] == list(FILES)
    again = merge(first.history, rows.frames, "2024-01-02", "load-0002", given=tables)
    assert {(c.begin, c.end) for c in again.counts} == {(0, 0)}
    assert all(again.history[stem].equals(first.history[stem]) for stem in FILES)


ORGANISATION = {
    "systems": "system_id,scheme\ncm,memberships\n",
    "people": "person_id,name,since\nana,Ana,2020-01-01\nbo,Bo,\n",
    "group_members": "person_id,group_id\nana,auditors\n",
}


def test_rows_without_dates_begin_and_end_with_the_loads(graph: Graph) -> None:
    north, south = {"unit_id": "north", "name": "North"}, {"unit_id": "south", "name": "South"}
    graph.load("2024-01-01", units=[north])
    graph.load("2024-02-01", units=[north | {"name": "Far North"}, south])
    merged = graph.load("2024-03-01", units=[south])
    assert merged.counts[0] == FileCounts("units", 0, 1, 1, False)
    assert graph.periods("units", "name") == [
        ("North", ALWAYS, "2024-02-01"),
        ("Far North", "2024-02-01", "2024-03-01"),
        ("South", "2024-02-01", OPEN),
    ]
    assert graph.history["units"]["source"].to_list() == ["units.csv:2", "units.csv:2", "units.csv:3"]
    assert graph.history["units"]["load"].to_list() == ["load-0001", "load-0002", "load-0002"]


def test_the_same_folder_again_changes_nothing_in_whatever_order(graph: Graph) -> None:
    rows = [member(since="2020-01-01"), member("view", until="2019-01-01"), member("no", person="bo", position=1)]
    graph.load("2024-01-01", memberships=rows, units=[{"unit_id": "north", "name": "North"}])
    before = graph.history
    merged = graph.load("2024-05-01", memberships=rows[::-1], units=[{"unit_id": "north", "name": "North"}])
    assert [(c.begin, c.stay, c.end) for c in merged.counts] == [(0, 1, 0), (0, 3, 0), (0, 0, 0), (0, 0, 0)]
    for stem, frame in before.items():
        assert frame.equals(graph.history[stem], null_equal=True), stem


def test_a_file_is_absent_when_the_folder_did_not_hold_it_not_when_it_is_empty() -> None:
    merged = merge({}, snapshot(), "2024-01-01", "load-0001", given=["units"], specs=SPECS)
    assert [c.stem for c in merged.counts if not c.absent] == ["units"]


def test_columns_of_the_history_stand_where_readers_expect_them(graph: Graph) -> None:
    graph.members(member(), as_of="2024-01-01")
    assert graph.history["memberships"].columns == [
        "person_id",
        "unit_id",
        "access",
        "position",
        "given_since",
        "given_until",
        "note",
        "granted_by",
        "since",
        "until",
        "blank_since",
        "row",
        "source",
        "load",
        "ended_load",
        "present",
    ]
    assert graph.history["units"].columns[3:6] == ["since", "until", "blank_since"]


def test_digest_is_about_content_and_not_about_order() -> None:
    rows = [member(person=p, position=i or None) for i, p in enumerate(("ana", "bo", "cy"))]
    one, other = snapshot(memberships=rows), snapshot(memberships=rows[::-1])
    other["memberships"] = other["memberships"].select(sorted(other["memberships"].columns))
    assert digest(one) == digest(dict(reversed(other.items())))
    assert len(digest(one)) == 64
    assert digest(one) != digest(snapshot(memberships=[*rows[:2], rows[2] | {"access": "no"}]))
    assert digest(one) != digest(snapshot(memberships=rows[:2]))
    assert digest(snapshot(memberships=rows[:1] * 2)) != digest(snapshot(memberships=rows[:1]))


def test_digest_is_that_of_its_cells_spelled_out() -> None:
    """Graphs and evidence keep digests for years: whichever way they are worked out, they stay what they are."""
    schema = {"b": pl.String, "a": pl.String, "n": pl.Int64, "m": pl.Int64, "t": pl.Boolean}
    rows = [("x", "k1", None, 1, True), ("x", "k\u00e9", None, None, True), ("x", "k3", None, 1, True)]

    def cell(value: Any) -> str:
        text = str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)
        return f"{len(text.encode())}:{text}"

    def spelled(rows: list[dict[str, Any]]) -> str:
        lines = sorted("".join(cell(row[name]) for name in sorted(schema)).encode() for row in rows)
        head = f"people\n{','.join(sorted(schema))}\n{len(rows)}\n".encode()
        return hashlib.sha256(head + b"\n".join(lines) + b"\n").hexdigest()

    frame = pl.DataFrame(rows, schema=schema, orient="row")
    for some in (frame, frame[[0, 0, 0]], frame[:1]):
        assert digest({"people": some}) == spelled(some.to_dicts())


def test_digest_keeps_cells_apart() -> None:
    left, right = member(person="a1:b", unit="c"), member(person="a", unit="1:bc")
    assert digest(snapshot(memberships=[left])) != digest(snapshot(memberships=[right]))


# --- laws over generated histories -----------------------------------------------------------------------------------

DAYS = [f"20{y}-01-01" for y in range(20, 30)]
CUTS = st.lists(st.sampled_from(["", *DAYS]), min_size=2, max_size=4, unique=True).map(
    lambda days: sorted(days, key=lambda day: day or ALWAYS)
)


@st.composite
def member_rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows that pass the checks: of one key, given periods are disjoint."""
    rows = []
    for person in draw(st.lists(st.sampled_from(["ana", "bo"]), unique=True)):
        cuts = [*draw(CUTS), OPEN]
        for since, until in pairwise(cuts):
            if draw(st.booleans()):
                access, note = draw(st.sampled_from(["edit", "view"])), draw(st.sampled_from(["", "n"]))
                rows.append(member(access, person, since=since, until="" if until == OPEN else until, note=note))
    return draw(st.permutations(rows))


HISTORIES = st.lists(st.tuples(st.sampled_from(DAYS), member_rows()), min_size=1, max_size=5).map(
    lambda loads: sorted(loads, key=lambda load: load[0])
)
PROBES = sorted({ALWAYS, "2019-06-01", *DAYS, *(f"20{y}-06-01" for y in range(20, 31))})


def on(frame: pl.DataFrame, day: str) -> list[tuple[str, str, str]]:
    """What holds on the day: person, unit, access."""
    valid = frame.filter((pl.col("since") <= day) & (day < pl.col("until")))
    return sorted(valid.select("person_id", "unit_id", "access").iter_rows())


def given_on(rows: list[dict[str, Any]], day: str) -> list[tuple[str, str, str]]:
    valid = [r for r in rows if (r["since"] or ALWAYS) <= day < (r["until"] or OPEN)]
    return sorted((r["person_id"], r["unit_id"], r["access"]) for r in valid)


@settings(max_examples=worlds(50), deadline=None)
@with_worlds(HISTORIES)
def test_laws_of_snapshots(loads: list[tuple[str, list[dict[str, Any]]]]) -> None:
    graph = Graph()
    for as_of, rows in loads:
        before = graph.history.get("memberships")
        counts = graph.members(*rows, as_of=as_of)
        after = graph.history["memberships"]
        present = 0 if before is None else before["present"].sum()
        assert counts.begin + counts.stay == len(rows) == after["present"].sum()
        assert counts.end + counts.stay == present

        for day in (d for d in PROBES if d >= as_of):
            # A changed row begins on the day of the load whatever its since, so one from a later day is true early.
            early = after.filter(pl.col("given_since") > pl.col("since"))
            late = {*map(str, on(early, day))}
            assert [f for f in on(after, day) if str(f) not in late] == [
                f for f in given_on(rows, day) if str(f) not in late
            ], f"on {day} not what the newest rows say"

        said = after.filter(pl.col("since") < pl.col("until"))
        met = said.join(said, on=["person_id", "unit_id"]).filter(
            (pl.col("since") < pl.col("since_right")) & (pl.col("since_right") < pl.col("until"))
        )
        assert met.is_empty(), "two facts of one key overlap"
        assert not said.select("person_id", "unit_id", "since").is_duplicated().any()

        if before is not None:
            # The days before: nothing goes that was not given other dates. A fact is its own begin: load and source.
            fact = ["load", "source"]
            dates = [*fact, "given_since", "given_until"]
            moved = before.join(after, on=dates, how="anti").select(fact)
            kept = before.join(moved, on=fact, how="anti")
            for day in (d for d in PROBES if d < as_of):
                for known in on(kept, day):
                    assert known in on(after, day), f"{known} on {day} was lost"

        again = merge(graph.history, snapshot(memberships=rows), DAYS[-1], "load-9999", specs=SPECS)
        assert again.counts[1] == FileCounts("memberships", 0, len(rows), 0, not rows)
        assert again.history["memberships"].equals(after)
