"""Everything that can be searched, one table per kind, kept per load: a million cases are columns, not objects."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import polars as pl
from anyascii import anyascii

from seewhy.explorer.data.connection import Revision, per_load, session
from seewhy.graph.derivation.periods import newest
from seewhy.graph.record import preparing
from seewhy.graph.rules.catalogue import rules

if TYPE_CHECKING:
    from seewhy.graph.session import Session


class Thing(NamedTuple):
    """Something that can be searched: its kind, id, name, and a detail (job title, kind of unit, system)."""

    kind: str
    id: str
    name: str
    about: str

    @property
    def about_words(self) -> str:
        """The detail in words; kinds of units are written with underscores."""
        return self.about.replace("_", " ") if self.kind == "unit" else self.about


_LISTED: dict[str, tuple[str, str, str]] = {
    "person": ("organisation/people", "name", "job_title"),
    "unit": ("organisation/units", "name", "kind"),
    "role": ("organisation/roles", "name", ""),
    "case_type": ("organisation/case_types", "name", ""),
    "system": ("organisation/systems", "name", "scheme"),
    "position": ("eligibility/positions", "name", ""),
    "work": ("eligibility/work_items", "name", ""),
    "privilege": ("things/Privilege", "name", ""),
    "access_rule": ("things/AccessRule", "name", ""),
    "group": ("things/Group", "name", ""),
}
"""Kind to (query, column with the name, column with a detail or blank); cases come as lists, rules from the
catalogue."""
_PART = 50_000
"""Lines that are worked on at once: what a million take on their way would stay with the process."""


@per_load(16, question=None)
def table(revision: Revision, kind: str) -> pl.DataFrame:
    """Everything of one kind that was ever loaded, by id: columns id, name, about, and line (id and name, folded)."""
    with session() as opened:
        rows = {"case": _cases, "rule": _rules}[kind](opened) if kind in ("case", "rule") else _rows(opened, kind)
    rows = rows if rows["id"].is_sorted() else rows.sort("id")
    line = pl.concat_str("id", pl.lit("\n"), "name")
    lines = [_folded(part.select(line).to_series()) for part in rows.iter_slices(_PART)]
    return rows.with_columns(line=pl.concat(lines)) if lines else rows.with_columns(line="id")


def _rows(opened: Session, kind: str) -> pl.DataFrame:
    query, name, about = _LISTED[kind]
    rows = [(row["id"], row[name] or "", row[about] or "" if about else "") for row in opened.run(query)]
    return pl.DataFrame(rows, dict.fromkeys(("id", "name", "about"), pl.String), orient="row")


def _cases(opened: Session) -> pl.DataFrame:
    """From the history and not from the graph: a question's rows would be objects, three for each case. Within a scope
    from the graph, whose rows are cut."""
    if opened.digest:
        rows = opened.run("organisation/case_names")
        flat = {name: list(chain.from_iterable(row[name] for row in rows)) for name in ("cases", "titles")}
        systems = chain.from_iterable([row["system"]] * len(row["cases"]) for row in rows)
        within = {"id": flat["cases"], "name": flat["titles"], "about": list(systems)}
        return pl.DataFrame(within, dict.fromkeys(within, pl.String))
    cells = {"id": "case_id", "name": "title", "about": "system_id"}
    every = opened.engine.history("cases", (*cells.values(), "present", "since", "row"))["cases"]
    several = every["case_id"].is_duplicated()
    if several.any():
        every = pl.concat([every.filter(~several), newest(every.filter(several), "case_id")])
    return every.select(**cells)


def _rules(_: Session) -> pl.DataFrame:
    rows = [(rule.id, rule.statement, rule.scheme) for rule in rules()]
    return pl.DataFrame(rows, dict.fromkeys(("id", "name", "about"), pl.String), orient="row")


def named(revision: Revision, kind: str, id: str) -> Thing | None:
    """The thing with this id, or None; a case is asked for by itself, without the table of all."""
    if not id:
        return None
    if kind == "case":
        # The heading of a question that is told by itself.
        with session() as opened, preparing():
            found = opened.run("organisation/cases_named", cases=[id])
        return Thing(kind, id, found[0]["caption"] or "", found[0]["system"]) if found else None
    rows = table(revision, kind)
    place = bisect_left(rows["id"], id)
    return thing(kind, rows, place) if place < len(rows) and rows["id"][place] == id else None


@per_load(200, question=None)
def places(revision: Revision, positions: tuple[str, ...], as_of: str) -> dict[str, str]:
    """Where these positions are on the day, by name: posts of one title are told apart by it. Blank for nowhere."""
    with session() as opened, preparing():
        rows = opened.run("eligibility/position", positions=list(positions), as_of=as_of)
    return {row["id"]: row["unit_name"] or row["unit"] or "" for row in rows}


def thing(kind: str, rows: pl.DataFrame, place: int) -> Thing:
    """One row of such a table."""
    return Thing(kind, *(rows[column][place] for column in ("id", "name", "about")))


_JOINERS = r"[-'._]+"


def folded(text: str) -> str:
    """Small letters of ASCII without hyphens, apostrophes and dots: `Tomás` is found by `tomas`, `c-101` by `c101`,
    `O’Neill` by `oneill`, a dotless i by i, and a name in another script by its letters in ours."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(_JOINERS, "", plain if plain.isascii() else anyascii(plain).lower())


def _folded(lines: pl.Series) -> pl.Series:
    """The same for many: only what is not ASCII is read character by character."""
    lower = lines.str.to_lowercase().str.replace_all(_JOINERS, "")
    odd = (lines.str.len_bytes() != lines.str.len_chars()).arg_true()
    return lower.scatter(odd, [folded(line) for line in lines.gather(odd)]) if len(odd) else lower


@per_load(16, question=None)
def words(revision: Revision, kind: str) -> pl.Series:
    """The different words that things of one kind are called by, folded; none with a digit, and of cases those of their
    titles: ids are all alike."""
    parts = [_words(part["line"], kind) for part in table(revision, kind).select("line").iter_slices(_PART)]
    return pl.concat(parts).unique() if parts else pl.Series("line", [], pl.String)


def _words(lines: pl.Series, kind: str) -> pl.Series:
    called = lines.str.replace(r"^[^\n]*\n" if kind == "case" else "\n", " ")
    every = called.str.split(" ").explode()
    return every.filter((every.str.len_bytes() > 2) & ~every.str.contains("[0-9]")).unique()
