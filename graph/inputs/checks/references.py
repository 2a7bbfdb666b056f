"""Ids that must exist somewhere else, names of privileges, and the policies of a system."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.inputs.checks.cells import FALSE, TRUE
from seewhy.graph.inputs.files import FILES
from seewhy.graph.problems import Problem
from seewhy.graph.rules.privileges import privileges
from seewhy.graph.schemes.columns import PRIVILEGES
from seewhy.graph.schemes.in_use import policies_of, schemes

if TYPE_CHECKING:
    from seewhy.graph.inputs.checks.findings import Findings
    from seewhy.graph.schemes.columns import FileSpec
    from seewhy.graph.schemes.policies import Policy

SUBJECTS = {"person": "people", "unit": "units", "role": "roles"}
TARGETS = {"case_type": "case_types", "case": "cases"}


def _any_policy() -> dict[str, Policy]:
    """For a system that is not known: its own problem, so any policy will do."""
    return {name: policy for scheme in schemes().values() for name, policy in scheme.policies.items()}


def check_references(found: Findings, spec: FileSpec) -> None:
    """Every id of the file that refers to another one, or to a privilege."""
    for column in spec.columns:
        if column.references == PRIVILEGES:
            _check_privileges(found, spec.stem)
        elif column.references:
            _check_ids(found, spec.stem, column.name, column.references, found.frames[spec.stem])
    if spec.stem == "access_rules":
        _check_by_kind(found, "subject_kind", "subject_id", SUBJECTS)
        _check_by_kind(found, "target_kind", "target_id", TARGETS)
    if spec.stem == "policies":
        _check_policies(found)


def normal_names(found: Findings, stem: str) -> None:
    """Names of privileges and policies in their normal form, without a look at other files; a privilege that does not
    exist is a problem."""
    if any(column.references == PRIVILEGES for column in FILES[stem].columns):
        _check_privileges(found, stem)
    if stem == "policies":
        names = {name.lower(): name for name in _any_policy()}
        low = pl.col("policy").str.to_lowercase()
        normal = low.replace_strict(names, default=pl.col("policy"), return_dtype=pl.String)
        found.frames[stem] = found.frames[stem].with_columns(policy=normal)


def _check_ids(found: Findings, stem: str, column: str, target: str, rows: pl.DataFrame) -> None:
    spec = FILES[target]
    if rows.is_empty() or not found.judged(target, spec.id) or not (rows[column] != "").any():
        return
    known = found.frames[target][spec.id]
    unknown = rows.lazy().select("row", column).filter((pl.col(column) != "") & ~pl.col(column).is_in(known.implode()))
    if found.doubtful(stem) or found.doubtful(target):
        # The encoding of one of the two was a guess, so what lies beyond ASCII proves nothing.
        unknown = unknown.filter(pl.col(column).str.len_bytes() == pl.col(column).str.len_chars())
    missed = unknown.collect()
    nothing = f"no {spec.noun} is given: is `{target}` missing?" if known.is_empty() else ""
    found.say(
        "unknown_id",
        stem,
        column,
        missed,
        lambda word: f"unknown {spec.noun} `{word}`",
        lambda word: (
            nothing or found.nearest(target, word, lambda: known.unique(maintain_order=True).to_list(), always=True)
        ),
    )


def _check_by_kind(found: Findings, kind: str, column: str, stems: dict[str, str]) -> None:
    """An id whose file depends on the kind beside it; the other kinds need none and look at none."""
    rules = found.frames["access_rules"]
    for word, target in stems.items():
        rows = rules.filter(pl.col(kind) == word)
        blank = rows.filter(pl.col(column) == "").select("row")
        message = f"`{column}` is required and blank for {kind} `{word}`"
        found.say("blank_cell", "access_rules", column, blank, lambda text=message: text)
        _check_ids(found, "access_rules", column, target, rows)


def _check_privileges(found: Findings, stem: str) -> None:
    """A privilege goes by its own name or its rule id; its name is the normal form."""
    names = {key: p.name for p in privileges() for key in (p.name, p.id)}
    rows = found.frames[stem]
    unknown = rows.filter((pl.col("privilege") != "") & ~pl.col("privilege").is_in(list(names)))
    found.say(
        "unknown_privilege",
        stem,
        "privilege",
        unknown.select("row", "privilege"),
        lambda word: f"unknown privilege `{word}`",
        lambda word: found.nearest(PRIVILEGES, word, lambda: list(names), always=True),
    )
    found.frames[stem] = rows.with_columns(pl.col("privilege").replace(names))


def _check_policies(found: Findings) -> None:
    """A policy belongs to the scheme of its system. Files of policies are small, so this goes row by row."""
    systems = found.frames["systems"].unique("system_id", keep="first")
    scheme_of = dict(systems.select("system_id", "scheme").iter_rows())
    rows, values, names = found.frames["policies"], [], []
    for row, system, name, value in rows.select("row", "system_id", "policy", "value").iter_rows():
        scheme = scheme_of.get(system, "")
        known = policies_of(scheme) if scheme else _any_policy()
        policy = known.get(name.lower())
        normal = _policy_value(policy, value) if policy else value
        names.append(policy.name if policy else name)
        values.append(normal or "")
        if policy and value and normal is None:
            _say_policy(found, row, "value", f"`{value}` is no value of policy `{policy.name}`", _allowed(policy))
        elif not policy and name:
            near = found.nearest(f"policy of {scheme}", name, lambda known=known: tuple(known))  # type: ignore[misc]
            of = f" of scheme `{scheme}`" if scheme else ""
            _say_policy(found, row, "policy", f"unknown policy `{name}`{of}", near or _policies_of(scheme))
    found.frames["policies"] = rows.with_columns(
        pl.Series("policy", names, dtype=pl.String), pl.Series("value", values, dtype=pl.String)
    )


def _say_policy(found: Findings, row: int, column: str, message: str, hint: str) -> None:
    code = "unknown_policy" if column == "policy" else "bad_policy_value"
    found.problems.append(Problem(code, found.file("policies"), row, column, message, hint))


def _policies_of(scheme: str) -> str:
    if not scheme:
        return ""
    known = ", ".join(policies_of(scheme))
    return f"the policies of `{scheme}` are {known}" if known else f"scheme `{scheme}` has no policies"


def _policy_value(policy: Policy, value: str) -> str | None:
    """The value in its normal form; None when it is none."""
    low = value.lower()
    if policy.kind == "bool":
        return "true" if low in TRUE else "false" if low in FALSE else None
    if policy.kind == "int":
        return str(int(low)) if low.isascii() and low.isdigit() and len(low) < 10 else None
    return low if low in policy.choices else None


def _allowed(policy: Policy) -> str:
    return {"bool": "write true or false", "int": "write a whole number from 0"}.get(
        policy.kind
    ) or f"write {' or '.join(policy.choices)}"
