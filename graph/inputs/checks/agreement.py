"""Cells that must go together, in one row or across files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from seewhy.graph.inputs.checks.findings import Findings


def _systems_of_cases(found: Findings, cases: pl.Series) -> pl.DataFrame:
    """`case_id` and `of_case` for those of the cases that exist; the first row counts."""
    rows = found.frames["cases"].filter(pl.col("case_id").is_in(cases.implode()) & (pl.col("system_id") != ""))
    return rows.unique("case_id", keep="first", maintain_order=True).select("case_id", of_case="system_id")


def check_work(found: Findings) -> None:
    """Work lies on a position or in a hopper, never both; the position is of the case's system."""
    work = found.frames["work"]
    both = (pl.col("position_id") != "") & (pl.col("hopper_unit_id") != "")
    neither = (pl.col("position_id") == "") & (pl.col("hopper_unit_id") == "")
    hint = "fill exactly one of position_id and hopper_unit_id"
    for chosen, words in (
        (both, "both on a position and in a hopper"),
        (neither, "neither on a position nor in a hopper"),
    ):
        rows = work.filter(chosen).select("row", "work_id")
        found.say(
            "work_place", "work", "hopper_unit_id", rows,
            lambda w, words=words: f"work item `{w}` lies {words}", lambda _: hint,
        )  # fmt: skip
    positions = (
        found.frames["positions"].unique("position_id", keep="first").select("position_id", of_position="system_id")
    )
    rows = (
        work.join(positions, on="position_id")
        .join(_systems_of_cases(found, work["case_id"]), on="case_id")
        .filter((pl.col("of_position") != pl.col("of_case")) & (pl.col("of_position") != ""))
    )
    found.say(
        "foreign_position",
        "work",
        "position_id",
        rows.select("row", "position_id", "of_position", "case_id", "of_case"),
        lambda position, its, case, other: (
            f"position `{position}` is of system `{its}`, case `{case}` of system `{other}`"
        ),
    )


def check_case_rules(found: Findings) -> None:
    """A rule attached to a case is of the case's system."""
    rows = found.frames["case_rules"]
    rules = found.frames["access_rules"].filter(pl.col("system_id") != "")
    # A rule with several periods has several rows; it is of the case's system when one of them is.
    systems = rules.group_by("rule_id", maintain_order=True).agg(
        of_rule=pl.col("system_id").unique(maintain_order=True)
    )
    foreign = (
        rows.join(systems, on="rule_id")
        .join(_systems_of_cases(found, rows["case_id"]), on="case_id")
        .filter(~pl.col("of_rule").list.contains(pl.col("of_case")))
        .select("row", "rule_id", pl.col("of_rule").list.first(), "case_id", "of_case")
    )
    found.say(
        "foreign_rule",
        "case_rules",
        "rule_id",
        foreign,
        lambda rule, its, case, other: f"rule `{rule}` is of system `{its}`, case `{case}` of system `{other}`",
    )


def check_access_rules(found: Findings) -> None:
    """Level, subject and target go together; a target case is of the rule's system."""
    rules = found.frames["access_rules"]
    level, target, subject = pl.col("level"), pl.col("target_kind"), pl.col("subject_kind")
    special = {"case": "case", "named": "attached"}
    complete = rules.filter((level != "") & (target != "") & (subject != ""))
    wrong_level = pl.any_horizontal((level == name) != (target == kind) for name, kind in special.items())
    code, at = "rule_combination", "target_kind"
    found.say(
        code,
        "access_rules",
        at,
        complete.filter(wrong_level).select("row", "level", "target_kind"),
        lambda level, target: f"a rule of level `{level}` cannot have target `{target}`",
        lambda level, _: (
            f"level `{level}` needs target `{special[level]}`"
            if level in special
            else "level `global` needs target `all_cases`, `own_team_or_subteam` or `case_type`"
        ),
    )
    lonely = ~wrong_level & (target == "own_team_or_subteam") & (subject != "view_cases_privilege")
    found.say(
        code,
        "access_rules",
        at,
        complete.filter(lonely).select("row", "subject_kind"),
        lambda kind: f"target `own_team_or_subteam` cannot go with subject `{kind}`",
        lambda _: "target `own_team_or_subteam` needs subject `view_cases_privilege`",
    )
    aimed = rules.filter((target == "case") & (pl.col("system_id") != ""))
    systems = _systems_of_cases(found, aimed["target_id"])
    foreign = aimed.join(systems, left_on="target_id", right_on="case_id").filter(
        pl.col("system_id") != pl.col("of_case")
    )
    found.say(
        "foreign_rule",
        "access_rules",
        "target_id",
        foreign.select("row", "rule_id", "system_id", "target_id", "of_case"),
        lambda rule, its, case, other: f"rule `{rule}` is of system `{its}`, case `{case}` of system `{other}`",
    )


def check_placements(found: Findings) -> None:
    """Organisation-wide needs a blank unit, a Private Office placement a unit of that kind."""
    rows, unit = found.frames["role_assignments"], pl.col("unit_id")
    wide = rows.filter((pl.col("placement") == "organisation_wide") & (unit != ""))
    found.say(
        "placement",
        "role_assignments",
        "placement",
        wide.select("row", "unit_id"),
        lambda unit: f"placement `organisation_wide` needs a blank unit, not `{unit}`",
    )
    kinds = found.frames["units"].unique("unit_id", keep="first").select("unit_id", unit_kind="kind")
    office = rows.filter(pl.col("placement") == "private_office").join(
        kinds, on="unit_id", how="left", maintain_order="left"
    )
    # A unit that is not known has no kind to judge.
    wrong = office.filter((unit == "") | (pl.col("unit_kind") != "private_office"))
    found.say(
        "placement",
        "role_assignments",
        "placement",
        wrong.select("row", "unit_id", "unit_kind"),
        lambda unit, kind: (
            "placement `private_office` needs a unit of kind `private_office`"
            + (f", `{unit}` is of kind `{kind}`" if unit else ", and unit_id is blank")
        ),
    )
