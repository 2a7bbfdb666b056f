"""Evidence and promises on both engines: the same file but for the engine's name, the same promises broken."""

from __future__ import annotations

import json
import random
import zipfile
from typing import TYPE_CHECKING

import seewhy
from seewhy.api import Graph
from seewhy.assertions.invariants import keep
from seewhy.graph.derivation.derive import derive
from seewhy.graph.engines import open_engine
from tests.support.examples import worlds
from tests.support.world_graphs import embedded, history_of, ids, load_record, side_by_side
from tests.worlds.builder import DAY
from tests.worlds.strategies import seeded_world

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.servers.neo4j import Neo4jServer

SCHEMES = ("positions", "memberships", "portal", "privileges")


def test_both_engines(clean_neo4j: Neo4jServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in clean_neo4j.environment().items():
        monkeypatch.setenv(name, value)
    rows = side_by_side([seeded_world(scheme, 1) for scheme in SCHEMES])
    history, (people, cases) = history_of(rows, DAY), ids(rows)
    here = open_engine(tmp_path / "graph", write=True)
    there = open_engine(clean_neo4j.uri, write=True)
    try:
        for engine in (here, there):
            with engine.loading():
                engine.publish(load_record(DAY), history, derive(history, DAY), before=None, fresh=True)
        mine, theirs = Graph(here), Graph(there)
        scheme_of = {row["id"]: row["system"] for row in mine.session.run("organisation/cases")}
        for number in range(6):
            chance = random.Random(number)
            case = chance.choice(cases)
            seers = [row.person for row in mine.who(case, DAY).people]
            person = chance.choice(seers or people)
            files = [tmp_path / f"{number}-{name}.zip" for name in ("here", "there")]
            mine.evidence(person, case, files[0], DAY)
            made = theirs.evidence(person, case, files[1], DAY)
            assert made.answer.check.provenance.engine.startswith("neo4j")
            asked = ((files[0], theirs), (files[1], mine if number % 2 else theirs))
            found = [seewhy.verify(file, graph) for file, graph in asked]
            assert all(one.holds and one.graph == "same" for one in found), (person, case, found)
            texts = []
            for file in files:
                with zipfile.ZipFile(file) as archive:
                    texts.append({name: archive.read(name) for name in archive.namelist() if name.startswith("rows/")})
            assert texts[0] == texts[1], (person, case, scheme_of[case])
        selectors = [
            {"people": {"unit": row["id"]}, "cases": {"unit": row["id"]}}
            for row in mine.session.run("organisation/units")[1::5]
            if row["id"]
        ]
        systems = [row["id"] for row in mine.session.run("organisation/systems")]
        selectors += [{"people": {"system": one}, "cases": {"system": one}} for one in systems]
        selectors += [{"people": {"role": one["id"]}} for one in mine.session.run("organisation/roles")[::3]]
        selectors += [{"cases": {"case_type": one["id"]}} for one in mine.session.run("organisation/case_types")[::3]]
        broken = 0
        for asked in selectors:
            for kind in ("never", "only"):
                kept = keep(mine.session, kind, asked, DAY)
                assert kept == keep(theirs.session, kind, asked, DAY), (kind, json.dumps(asked))
                broken += kept.broken > 0
        assert broken >= 5
    finally:
        here.close()
        there.close()


def test_system_selects_whoever_sees_a_case_of_it_by_a_fact_of_their_own() -> None:
    """Nobody sees a case without anything in its system, but by an open policy or a group that sees everything."""
    for scheme in SCHEMES:
        for seed in range(worlds(3)):
            rows = seeded_world(scheme, seed)
            graph = embedded(rows, DAY)
            for system in {row["system_id"].strip() for row in rows["systems"]}:
                kept = keep(graph.session, "only", {"people": {"system": system}, "cases": {"system": system}}, DAY)
                steps = {one.step for one in kept.first}
                assert steps <= {"view_all", "default_policy", "global_rule", "named_rule", "case_rule"}, steps
