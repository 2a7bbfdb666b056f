"""Definitions in SQL: what they may do and what they must answer; generated organisations of any files."""

from __future__ import annotations

import builtins
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from seewhy.graph.errors import ConfigurationError, LimitReached, SeeWhyError
from seewhy.graph.inputs.files import FILES
from seewhy.graph.schemes.columns import FileSpec, choice, text, to, truth, whole
from seewhy.graph.schemes.policies import Policy
from seewhy.schemes.definition import said_by_definition
from seewhy.schemes.literals import numbers_in, words_by_column
from seewhy.schemes.organisations import DAY, Chance
from seewhy.schemes.side_by_side import accepted, checked_rows
from seewhy.schemes.under_test import SchemeUnderTest

if TYPE_CHECKING:
    from pathlib import Path

    from seewhy.graph.inputs.checks import Checked

ROWS = {
    "systems": [{"system_id": "cm", "scheme": "memberships"}],
    "people": [
        {"person_id": "ana", "name": "Ana"},
        {"person_id": "bo", "name": "Bo", "active": "no", "until": "2026-06-16"},
        {"person_id": "cy", "name": "Cy", "since": "2026-06-16"},
    ],
    "cases": [{"case_id": "c", "system_id": "cm", "limited": "YES", "created_on": "2026-01-02"}],
    "case_people": [{"case_id": "c", "person_id": "ana", "link": "CLIENT"}],
}
PAIRS = [("ana", "c"), ("bo", "c"), ("cy", "c")]
EVERYBODY = "SELECT person_id, case_id, 'none' AS value, 'no_rule' AS step FROM pairs"


def said(definition: str, seconds: float = 30) -> list[str]:
    scheme = replace(SchemeUnderTest.read("memberships"), definition=definition)
    answers = said_by_definition(scheme, checked_rows(ROWS).frames, PAIRS, DAY, seconds=seconds)
    return [str(answers[pair]) for pair in PAIRS]


HOSTILE = {
    "COPY pairs TO 'stolen.csv'": "must be one SELECT, and holds `copy`",
    "ATTACH 'other.db'": "must be one SELECT, and holds `attach`",
    "INSTALL httpfs": "must be one SELECT, and holds `load`",
    "LOAD httpfs": "must be one SELECT, and holds `load`",
    "SET enable_external_access = true": "must be one SELECT, and holds `set`",
    "PRAGMA database_list": "must be one SELECT, and holds `pragma`",
    "CALL pragma_version()": "must be one SELECT, and holds `call`",
    "DROP TABLE pairs": "must be one SELECT, and holds `drop`",
    "EXPLAIN ANALYZE SELECT 1": "must be one SELECT, and holds `explain`",
    f"{EVERYBODY}; COPY pairs TO 'stolen.csv'": "must be one SELECT, and holds `select`, `copy`",
    f"{EVERYBODY}; {EVERYBODY}": "must be one SELECT, and holds `select`, `select`",
    "": "must be one SELECT, and holds nothing",
    "-- nothing": "must be one SELECT, and holds nothing",
    "SELEC 1": "is not SQL that DuckDB reads",
    "SELECT * FROM read_csv('/etc/passwd')": "cannot be run",
    "SELECT * FROM read_text('/etc/passwd')": "cannot be run",
    "SELECT * FROM glob('/*')": "cannot be run",
    "SELECT * FROM '/etc/passwd'": "cannot be run",
    "SELECT * FROM 'https://localhost/x.parquet'": "cannot be run",
    "SELECT * FROM query('COPY pairs TO ''stolen.csv''')": "cannot be run",
    "SELECT * FROM scheme": "cannot be run",  # a variable of this program
    "WITH gone AS (DELETE FROM pairs RETURNING *) SELECT * FROM gone": "cannot be run",
    "SELECT getenv('HOME')": "cannot be run",
    "SELECT * FROM range(100000000)": "returns more than the 3 rows",
    "SELECT list(range) FROM range(1000000000)": "needs more memory",
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n": "was stopped after 0.5",
    "SELECT sum(a.range * b.range) FROM range(1000000000) a, range(1000) b": "was stopped after 0.5 seconds",
}
BUT_BO = f"{EVERYBODY} WHERE person_id <> 'bo'"
WRONG = {
    "SELECT person_id, case_id, 'none' AS value FROM pairs": "the column `step` is missing",
    f"SELECT *, 1 AS stepp FROM ({EVERYBODY})": "unknown column `stepp` (did you mean `step`?)",
    EVERYBODY.replace("none", "all"): "`value` is `all`, not none, view or edit",
    EVERYBODY.replace("'none'", "NULL"): "`value` is `None`, not none, view or edit",
    EVERYBODY.replace("no_rule", "no_rules"): "`no_rules` is no step (did you mean `no_rule`?)",
    BUT_BO: "person `bo`, case `c` has no answer",
    f"{BUT_BO} UNION ALL SELECT 'ana', 'c', 'none', 'no_rule'": "person `ana`, case `c` is answered twice",
    f"{BUT_BO} UNION ALL SELECT 'di', 'c', 'none', 'no_rule'": "person `di`, case `c` was not asked",
}


def test_a_definition_reads_its_tables_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    wrong = []
    for definition, sentence in {**HOSTILE, **WRONG}.items():
        try:
            told: Any = said(definition, 0.5 if "stopped" in sentence else 30)
        except SeeWhyError as error:
            told = error.message
            expected = LimitReached if "stopped" in sentence or "memory" in sentence else ConfigurationError
            if sentence in told and isinstance(error, expected) and "\n" not in told:
                continue
        wrong.append((definition, told))
    assert not wrong
    assert not list(tmp_path.iterdir())


def test_what_a_definition_finds() -> None:
    looks = {
        "(SELECT count(*) FROM people)": 2,  # with a row that holds on the day
        "(SELECT count(*) FROM ever.people)": 3,
        "(SELECT count(*) FROM people WHERE active)": 1,
        "(SELECT until FROM people WHERE person_id = 'bo')": "DATE '2026-06-16'",
        "(SELECT since IS NULL FROM people WHERE person_id = 'bo')": True,
        "(SELECT limited AND status = 'open' AND office_id = '' FROM cases)": True,
        "(SELECT created_on FROM cases)": "DATE '2026-01-02'",
        "(SELECT link || slot FROM case_people)": "'client1'",
        "(SELECT count(*) FROM access_rules)": 0,
        "(SELECT count(*) FROM pairs WHERE system_id = 'cm')": 3,
        "(SELECT limit_blocks_view_all AND NOT assign_to_office FROM system_policies WHERE system_id = 'cm')": True,
        "as_of()": f"DATE '{DAY}'",
        "strength('edit') - strength('view') + strength('none')": 1,
    }
    wrong = []
    for look, value in looks.items():
        step = f"CASE WHEN {look} = {value} THEN 'view_all' ELSE 'no_rule' END"
        if set(said(f"SELECT person_id, case_id, 'none' AS value, {step} AS step FROM pairs")) != {"none by view_all"}:
            wrong.append(look)
    assert not wrong


def test_without_duckdb_one_sentence_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "duckdb":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConfigurationError) as refused:
        said(EVERYBODY)
    assert (refused.value.message, refused.value.hint) == (
        "a definition in SQL is run by DuckDB, which is not installed",
        "pip install 'seewhy[schemes]'",
    )


def test_a_folder_without_a_definition_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"the scheme `own` has no `definition.sql`"):
        SchemeUnderTest.read("own", tmp_path)
    (tmp_path / "definition.sql").write_bytes(b"\xff")
    with pytest.raises(ConfigurationError, match=r"`own/definition.sql` is no UTF-8"):
        SchemeUnderTest.read("own", tmp_path)
    with pytest.raises(ConfigurationError, match="unknown scheme `portl`"):
        SchemeUnderTest.read("portl")


def test_words_are_found_where_texts_compare_columns() -> None:
    words = words_by_column(
        [
            "MATCH (p)-[r:ACTS_AT]->(u) WHERE r.role IN ['customer', 'admin'] AND u.kind <> 'site' AND r.slot <= 4",
            "-- level = 'comment'\nSELECT CASE m.access WHEN 'deny' THEN 'none' WHEN 'it''s' THEN 'x' ELSE y END "
            "FROM q WHERE lower(queue) = 'triage' AND level NOT IN ('a')",
            "queues (queue, privilege) AS (VALUES ('webform', 'Manage a hub'), ('post', 'View cases'))",
        ]
    )
    assert words == {
        "role": {"customer", "admin"},
        "kind": {"site"},
        "access": {"deny", "it's"},
        "queue": {"triage", "webform", "post"},
        "level": {"a"},
        "privilege": {"Manage a hub", "View cases"},
    }
    assert numbers_in(["slot BETWEEN 1 AND 4", "SELECT 9, 'x > 7'", "// a <= 8\na <= 2"]) == [0, 1, 2, 3, 4, 5]


SEATS = FileSpec(
    "seats",
    (
        to("people", "person_id", required=True),
        to("cases", "case_id", required=True),
        choice("rank", "first second third"),
        truth("away"),
        text("room"),
        whole("floor"),
    ),
    ("person_id", "case_id"),
    False,
    "seat",
)


def with_seats(rows: dict[str, list[dict[str, str]]]) -> Checked:
    """The check of a load that knows of seats; nothing is wrong with them."""
    checked = checked_rows({stem: table for stem, table in rows.items() if stem != "seats"})
    cells = {column.name: [row.get(column.name, "") for row in rows["seats"]] for column in SEATS.columns}
    seats = pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String)).with_columns(
        pl.col("away") == "true", pl.col("floor").cast(pl.Int64, strict=False)
    )
    return replace(checked, frames={**checked.frames, "seats": seats})


def test_files_policies_and_words_of_another_scheme_come_for_free() -> None:
    """A scheme with a table and a policy of its own: rows are drawn for it, and its definition reads them."""
    definition = """
        SELECT
          person_id, case_id, CASE WHEN bool_or(room = 'court 1') THEN 'view' ELSE 'none' END AS value,
          CASE WHEN bool_or(rank = 'third' AND floor > 3 AND NOT away AND strict)
            THEN 'view_all' ELSE 'no_rule' END AS step
        FROM pairs JOIN system_policies USING (system_id) LEFT JOIN seats USING (person_id, case_id)
        GROUP BY person_id, case_id"""
    scheme = replace(
        SchemeUnderTest.read("memberships"),
        definition=definition,
        specs={**FILES, "seats": SEATS},
        policies={"strict": Policy("strict", "bool", "true")},
    )
    chance = Chance(scheme)
    rows = [{**chance.organisation(seed), "policies": []} for seed in range(30)]
    assert chance.organisation(7) == chance.organisation(7) != chance.organisation(8)
    drawn = [row for one in rows for row in one["seats"]]
    assert {row.get("room") for row in drawn} == {None, "court 1", "other room"}
    assert {row["rank"] for row in drawn} == {"first", "second", "third"}
    assert {"2", "3", "4"} <= {row.get("floor") for row in drawn}
    side = accepted(rows, scheme.specs, judge=with_seats)
    pairs = side.pairs("memberships")
    answers = said_by_definition(scheme, side.frames, pairs, DAY)
    assert {one.value for one in answers.values()} == {"none", "view"}
    assert {one.step for one in answers.values()} == {"no_rule", "view_all"}
