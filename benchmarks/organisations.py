"""Organisations of any size from a seed, column by column, so that a million cases take seconds.

Attributes go together as in real organisations: a case has a look (an office with one of its teams and one of the
team's categories; a team with a case type and a queue), and looks are shared unevenly. What that means for speed is
printed, never assumed: cases per profile stand in every table of results.

Shape: a frame of text per input file (docs/input.md), with the columns that are used. `small` uses the generator
of the tests, in which periods, portal and positions occur as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tests.worlds.organisation import ROLES, TYPES, organisation
from tests.worlds.small import QUEUES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

Frames = dict[str, pl.DataFrame]
Ints = npt.NDArray[np.int64] if TYPE_CHECKING else None


def small(people: int, cases: int, seed: int = 1, systems: Sequence[str] = ()) -> Frames:
    """The tests' organisation: by default all four schemes, cases divided evenly among them."""
    rows = organisation(seed, people, cases, systems) if systems else organisation(seed, people, cases)
    return {stem: pl.from_dicts(table, infer_schema_length=None).fill_null("") for stem, table in rows.items() if table}


def write(frames: Frames, folder: Path) -> None:
    """The frames as a folder of parquet files."""
    folder.mkdir(parents=True, exist_ok=True)
    for stem, frame in frames.items():
        frame.write_parquet(folder / f"{stem}.parquet", compression="zstd", compression_level=1)


def memberships(people: int, cases: int, seed: int = 1) -> Frames:
    """One system of case-group memberships: offices with teams, categories of teams, 0.9 % who may view all cases."""
    draw = np.random.default_rng(seed)
    offices, teams = max(20, people // 300), max(40, people // 20)
    categories = 3 * offices
    out = _people(people)
    out["systems"] = pl.DataFrame({"system_id": ["memberships-system"], "name": ["Cases"], "scheme": ["memberships"]})
    out["units"] = pl.concat(
        [
            pl.DataFrame({"unit_id": _ids(kind, np.arange(n)), "kind": [kind] * n})
            for kind, n in (("office", offices), ("team", teams), ("category", categories))
        ]
    ).with_columns(name="unit_id")
    belongs = []
    who = np.arange(people)
    office = _uneven(draw, offices, people)
    own_team = _within(draw, office, offices, teams)
    belongs.append((who, "office", office))
    belongs.append((who, "team", own_team))
    second = who[draw.random(people) < 0.4]
    belongs.append((second, "team", _uneven(draw, teams, len(second))))
    some = who[draw.random(people) < 0.35]
    belongs.append((some, "category", _uneven(draw, categories, len(some))))
    out["memberships"] = (
        pl.concat(
            [pl.DataFrame({"person_id": _ids("person", p), "unit_id": _ids(kind, unit)}) for p, kind, unit in belongs]
        )
        .unique(maintain_order=True)
        .with_columns(access=pl.lit(""))
    )
    access = draw.choice(["view", "edit", "no", "deny"], out["memberships"].height, p=[0.4, 0.45, 0.1, 0.05])
    out["memberships"] = out["memberships"].with_columns(access=pl.Series(access))
    partners = draw.choice(people, max(1, round(people * 0.00925)), replace=False)
    out["group_members"] = pl.DataFrame({"person_id": _ids("person", np.sort(partners))}).with_columns(
        group_id=pl.lit("partners")
    )
    out["group_permissions"] = pl.DataFrame(
        {"group_id": ["partners"], "permission": ["can_view_all_cases"], "effect": ["allow"]}
    )
    looks = max(20, round(3.9 * cases**0.67))
    look_office = _uneven(draw, offices, looks)
    look_team = np.where(
        draw.random(looks) < 0.7, _within(draw, look_office, offices, teams), _uneven(draw, teams, looks)
    )
    usual = (look_team * 7 + draw.integers(0, 5, looks)) % categories
    look_category = np.where(draw.random(looks) < 0.7, usual, _uneven(draw, categories, looks))
    look = _shared(draw, looks, cases)
    out["cases"] = _cases("memberships-system", cases).with_columns(
        office_id=_ids("office", look_office[look]),
        team_id=_ids("team", look_team[look]),
        category_id=_ids("category", look_category[look]),
        limited=pl.Series(np.where(draw.random(looks) < 0.04, "true", "")[look]),
    )
    helped = np.flatnonzero(draw.random(cases) < 0.15)
    out["case_people"] = _links(
        [
            ("assigned_to", np.arange(cases), draw.integers(0, people, cases)),
            ("other_staff", helped, draw.integers(0, people, len(helped))),
        ]
    ).with_columns(access=pl.when(pl.col("link") == "other_staff").then(pl.lit("view")).otherwise(pl.lit("")))
    return out


def privileges(people: int, cases: int, seed: int = 1) -> Frames:
    """One system of role privileges: three levels of units, six case types, queues, sensitive corners, access rules."""
    draw = np.random.default_rng(seed)
    directorates, teams = max(6, people // 400), max(40, people // 25)
    subteams = teams // 2
    out = _people(people)
    system = "privileges-system"
    out["systems"] = pl.DataFrame({"system_id": [system], "name": ["Cases"], "scheme": ["privileges"]})
    team_parent = np.arange(teams) % directorates
    units = [
        ("the-organisation", "organisation", "", ""),
        *((f"directorate-{n}", "division", "the-organisation", "") for n in range(directorates)),
        *((f"team-{n}", "team", f"directorate-{team_parent[n]}", "true" if n % 29 == 28 else "") for n in range(teams)),
        *((f"team-{teams + n}", "team", f"team-{n}", "true" if n % 37 == 36 else "") for n in range(subteams)),
        *((f"office-{n}", "private_office", "the-organisation", "") for n in range(8)),
    ]
    out["units"] = pl.DataFrame(units, schema=["unit_id", "kind", "parent_id", "sensitive"], orient="row").with_columns(
        name="unit_id"
    )
    all_teams = teams + subteams
    out["case_types"] = pl.DataFrame(
        [(t, t, p, "true" if t == "dpr" else "") for t, p in TYPES.items()],
        schema=["case_type_id", "name", "parent_id", "sensitive"],
        orient="row",
    )
    out["roles"] = pl.DataFrame({"role_id": list(ROLES), "name": list(ROLES)})
    out["role_privileges"] = pl.DataFrame(
        [(role, p) for role, held in ROLES.items() for p in held], schema=["role_id", "privilege"], orient="row"
    )
    team = _uneven(draw, all_teams, people)
    out["memberships"] = pl.DataFrame(
        {"person_id": _ids("person", np.arange(people)), "unit_id": _ids("team", team)}
    ).with_columns(access=pl.lit("no"))
    out["role_assignments"] = _assignments(draw, team, teams, team_parent, directorates)
    few = np.sort(draw.choice(people, max(3, people // 100), replace=False))
    granted = draw.choice(["Ignore all Access Rules", "Edit any case", "Monitor draft cases"], len(few))
    out["privilege_grants"] = pl.DataFrame({"person_id": _ids("person", few), "privilege": granted})
    looks = max(20, round(2.9 * cases**0.67))
    types, queues = list(TYPES), ["", "", *QUEUES]
    queue = np.array(queues)[draw.integers(0, len(queues), looks)]
    cells = {
        "team_id": np.array(_ids("team", _uneven(draw, all_teams, looks)).to_list()),
        "case_type_id": np.array(types)[_uneven(draw, len(types), looks)],
        "status": draw.choice(["open", "closed", "draft"], looks, p=[0.6, 0.3, 0.1]),
        "queue": queue,
        "queue_unit_id": np.where(queue == "private_office", _ids("office", draw.integers(0, 8, looks)).to_numpy(), ""),
        "sensitive": np.where(draw.random(looks) < 0.03, "true", ""),
    }
    look = _shared(draw, looks, cases)
    out["cases"] = _cases(system, cases).with_columns(**{name: pl.Series(cell[look]) for name, cell in cells.items()})
    linked = np.flatnonzero(draw.random(cases) < 0.3)
    links = draw.choice(["drafter", "adviser", "contributor", "qa_recipient", "task_holder", "watcher"], len(linked))
    parts = [("owner", np.arange(cases), draw.integers(0, people, cases))]
    parts += [
        (str(link), linked[links == link], draw.integers(0, people, int((links == link).sum())))
        for link in np.unique(links)
    ]
    out["case_people"] = _links(parts)
    out["access_rules"], out["case_rules"] = _rules(draw, system, people, cases, all_teams)
    return out


def _assignments(
    draw: np.random.Generator, team: Ints, teams: int, team_parent: Ints, directorates: int
) -> pl.DataFrame:
    """One or two roles per person: mostly at the own team, some at a directorate, a few everywhere."""
    people = len(team)
    roles = list(ROLES)
    rows = []
    for turn in range(2):
        chosen = np.arange(people) if turn == 0 else np.flatnonzero(draw.random(people) < 0.3)
        role = np.array(roles)[draw.integers(0, len(roles), len(chosen))]
        place = draw.random(len(chosen))
        unit = np.array(_ids("team", team[chosen]).to_list(), dtype=object)
        above = np.where(team[chosen] < teams, team[chosen] % directorates, team_parent[team[chosen] % teams])
        unit = np.where(place > 0.93, np.array(_ids("directorate", above).to_list(), dtype=object), unit)
        unit = np.where(place > 0.985, "", unit)
        office = role == "private-secretary"
        unit = np.where(
            office, np.array(_ids("office", draw.integers(0, 8, len(chosen))).to_list(), dtype=object), unit
        )
        types = np.array(list(TYPES))[draw.integers(0, len(TYPES), len(chosen))]
        rows.append(
            pl.DataFrame(
                {
                    "person_id": _ids("person", chosen),
                    "role_id": role,
                    "unit_id": unit.astype(str),
                    "case_type_id": np.where(draw.random(len(chosen)) < 0.3, types, ""),
                    "placement": np.where(office, "private_office", "team"),
                }
            )
        )
    key = ["person_id", "role_id", "unit_id", "case_type_id", "placement"]
    return pl.concat(rows).unique(key, maintain_order=True)


def _rules(
    draw: np.random.Generator, system: str, people: int, cases: int, teams: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Global rules, named rules attached to a few cases each, and rules about single cases."""
    rules = [
        ("global", "can", "view", "view_cases_privilege", "", "own_team_or_subteam", ""),
        ("global", "can", "view", "view_cases_privilege", "", "case_type", "foi-appeal"),
        ("global", "can", "search", "everyone", "", "all_cases", ""),
        ("global", "cannot", "view", "unit", f"team-{teams - 1}", "all_cases", ""),
    ]
    named = max(2, min(60, cases // 5000))
    for n in range(named):
        effect = ("can", "can", "cannot")[n % 3]
        rules.append(("named", effect, "view", "unit", f"team-{int(draw.integers(0, teams))}", "attached", ""))
    about = draw.choice(cases, max(2, cases // 2000), replace=False)
    for n, case in enumerate(about):
        person = f"person-{int(draw.integers(0, people)):07d}"
        rules.append(("case", "can" if n % 2 else "cannot", "view", "person", person, "case", f"case-{case:07d}"))
    columns = ["level", "effect", "action", "subject_kind", "subject_id", "target_kind", "target_id"]
    frame = pl.DataFrame(rules, schema=columns, orient="row").with_columns(
        rule_id=pl.Series([f"rule-{n}" for n in range(len(rules))]), system_id=pl.lit(system)
    )
    attached = [
        (f"case-{case:07d}", f"rule-{4 + n}")
        for n in range(named)
        for case in draw.choice(cases, max(1, cases // 20_000), replace=False)
    ]
    return frame, pl.DataFrame(attached, schema=["case_id", "rule_id"], orient="row").unique(maintain_order=True)


def _people(people: int) -> Frames:
    who = np.arange(people)
    active = np.where(np.random.default_rng(7).random(people) < 0.03, "false", "")
    manager = pl.Series(np.where(who > 0, _ids("person", who // 9).to_numpy(), "").astype(str))
    return {
        "people": pl.DataFrame({"person_id": _ids("person", who), "active": active}).with_columns(
            name=pl.col("person_id").str.replace("person-", "Person "), manager_id=manager
        )
    }


def _cases(system: str, cases: int) -> pl.DataFrame:
    frame = pl.DataFrame({"case_id": _ids("case", np.arange(cases))})
    return frame.with_columns(system_id=pl.lit(system), title=pl.lit("About ") + pl.col("case_id"))


def _links(parts: Sequence[tuple[str, Ints, Ints]]) -> pl.DataFrame:
    return pl.concat(
        [
            pl.DataFrame({"case_id": _ids("case", cases), "person_id": _ids("person", who)}).with_columns(
                link=pl.lit(link)
            )
            for link, cases, who in parts
        ]
    )


def _ids(word: str, numbers: Ints) -> pl.Series:
    """`person-0000012`; units have no leading zeros."""
    digits = pl.Series("n", numbers).cast(pl.String)
    if word in ("person", "case"):
        digits = digits.str.zfill(7)
    return (word + "-" + digits).alias("id")


def _uneven(draw: np.random.Generator, options: int, size: int) -> Ints:
    """Places of options, early ones more often: the first tenth gets about a third."""
    return (options * draw.random(size) ** 1.9).astype(np.int64)


def _within(draw: np.random.Generator, office: Ints, offices: int, teams: int) -> Ints:
    """A team of the same office; teams are dealt to offices in turn."""
    each = teams // offices
    return (draw.integers(0, each, len(office)) * offices + office) % teams


def _shared(draw: np.random.Generator, looks: int, cases: int) -> Ints:
    """A look for every case: the frequent ones a hundred times as frequent as the rare ones."""
    weights = 1 / (np.arange(looks) + looks / 25)
    return draw.choice(looks, cases, p=weights / weights.sum())
