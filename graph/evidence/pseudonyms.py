"""Pseudonyms: ids, names and texts of an organisation replaced by keyed digests, the same everywhere under one key.

`person-3f9a2c81d05e7b46`: the kind, and 64 bits of a keyed BLAKE2b over kind and id. Two of a million ids meet with a
chance of about 3 in 100 million. Whoever has the key can find an id again by trying; without it nobody can.

Facts are renamed before anything is asked, so that every sentence, column and file says the same. Kept are: words that
decide (kinds, levels, privileges, the queues, permission and segment codes that rules name), numbers, dates, policies.
Free text (`note`) is dropped, other texts are replaced. Where a row stood would lead whoever knows the order of the
input to a name: rows are put in the order of their pseudonyms and numbered anew (`memberships.csv:2` and on).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.derivation.privileges import queues
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.files.private import read_secret
from seewhy.graph.findings.context import FOUR_SEGMENTS
from seewhy.graph.inputs.files import FILES
from seewhy.graph.schemes.hops import every_hops, permissions_named
from seewhy.graph.schemes.in_use import schemes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from seewhy.graph.schemes.columns import Column, FileSpec

SHORTEST_KEY = 16
FEWEST_DIFFERENT = 8
"""Different bytes in a key; one in many millions of random ones of 16 bytes has fewer."""
METHOD = "BLAKE2b, keyed, 64 bits"
KINDS = {
    "people": "person",
    "cases": "case",
    "units": "unit",
    "case_types": "type",
    "systems": "system",
    "positions": "position",
    "work": "work",
    "roles": "role",
    "access_rules": "rule",
}
"""Kind of an id by the stem that it refers to."""
_BY_KIND = {
    "subject_id": ("subject_kind", ("person", "unit", "role")),
    "target_id": ("target_kind", ("case", "case_type")),
}
_NAMED = ("name", "title")
KEPT = {
    ("policies", "policy"),
    ("policies", "value"),
    ("role_privileges", "privilege"),
    ("privilege_grants", "privilege"),
}
"""Text columns whose words decide and name nobody."""


def _kept_words() -> dict[tuple[str, str], frozenset[str]]:
    return {
        ("cases", "queue"): frozenset(queues()["queue"].to_list()),
        ("units", "code"): frozenset(FOUR_SEGMENTS),
        ("group_permissions", "permission"): frozenset(p for ladder in every_hops() for p in permissions_named(ladder)),
        **_own_words(),
    }


def _own_words() -> dict[tuple[str, str], frozenset[str]]:
    """Of the columns that schemes add: the words that their texts compare with, so that rungs still decide the same."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for scheme in schemes().values():
        quoted = frozenset(
            word for name, text in scheme.files.items() if name.endswith(".cypher") and b"'" in text
            for word in re.findall(r"'([^'\n]*)'", text.decode())
        )  # fmt: skip
        for stem, columns in (*scheme.added.items(), *((s, spec.columns) for s, spec in scheme.tables.items())):
            found |= {(stem, column.name): quoted for column in columns if column.kind in ("id", "text")}
    return found


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """One key; `fingerprint` (16 hex digits) is the same for files made with the same key, and tells nothing of it."""

    key: bytes = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> Pseudonyms:
        """The key in a file, all its bytes.

        Raises ConfigurationError unless it is a regular file that only its owner can read, of at least 16 bytes that
        are not mostly the same.
        """
        secret = read_secret(path, "the key file")
        hint = "write 32 random bytes into it, and keep it apart from the files made with it"
        if len(secret) < SHORTEST_KEY:
            raise ConfigurationError(
                f"the key file `{path}` holds {len(secret)} bytes, fewer than the {SHORTEST_KEY} that a key needs", hint
            )
        if (different := len(set(secret))) < FEWEST_DIFFERENT:
            fault = "holds nothing but zero bytes" if not any(secret) else f"holds only {different} different bytes"
            raise ConfigurationError(f"the key file `{path}` {fault}, which anybody can guess", hint)
        return cls(hashlib.blake2b(secret).digest())

    @property
    def fingerprint(self) -> str:
        """Names the key without telling it."""
        return self._hex("key", "fingerprint")

    def as_dict(self) -> dict[str, str]:
        """Keys method, key (the fingerprint): how a file names the pseudonyms in it."""
        return {"method": METHOD, "key": self.fingerprint}

    def of(self, kind: str, text: str) -> str:
        """The pseudonym of an id or text of a kind; blank stays blank."""
        return f"{kind}-{self._hex(kind, text)}" if text else ""

    def _hex(self, kind: str, text: str) -> str:
        return hashlib.blake2b(f"{kind}\0{text}".encode(), key=self.key, digest_size=8).hexdigest()

    def history(self, frames: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """The same facts about pseudonyms, in their order."""
        return {stem: _numbered(stem, self._renamed(stem, frame)) for stem, frame in frames.items()}

    def _renamed(self, stem: str, frame: pl.DataFrame) -> pl.DataFrame:
        kept = _kept_words()
        return frame.with_columns(
            self._column(FILES[stem], column, frame, kept.get((stem, column.name), frozenset()))
            for column in FILES[stem].columns
            if column.kind in ("id", "text") and column.name in frame.columns
        )

    def _column(self, spec: FileSpec, column: Column, frame: pl.DataFrame, kept: frozenset[str]) -> pl.Series:
        cells, name = frame[column.name], column.name
        if (spec.stem, name) in KEPT:
            return cells
        if name == "note":
            return pl.Series(name, [""] * len(frame), dtype=pl.String)
        if name in _BY_KIND:
            return self._by_kind(frame, name)
        if (name in _NAMED or name == "email") and spec.id:
            after = "@example.invalid" if name == "email" else ""
            own = self._each(frame[spec.id], lambda text: self.of(KINDS.get(spec.stem, spec.stem), text) + after)
            named = [own_id if cell else "" for cell, own_id in zip(cells, own, strict=True)]
            return pl.Series(name, named, dtype=pl.String)
        kind = kind_of(spec, column)
        return self._each(cells, lambda text: text if text in kept else self.of(kind, text))

    def _by_kind(self, frame: pl.DataFrame, name: str) -> pl.Series:
        beside, kinds = _BY_KIND[name]
        words = {"case_type": "type"}
        return pl.Series(
            name,
            [
                self.of(words.get(kind, kind) if kind in kinds else "id", cell)
                for kind, cell in zip(frame[beside], frame[name], strict=True)
            ],
            dtype=pl.String,
        )

    @staticmethod
    def _each(cells: pl.Series, rename: Callable[[str], str]) -> pl.Series:
        unique = cells.unique().to_list()
        if not unique:
            return cells
        return cells.replace_strict(unique, [rename(text) for text in unique], return_dtype=pl.String)


def _numbered(stem: str, frame: pl.DataFrame) -> pl.DataFrame:
    """In an order that depends on nothing but the content, and with row numbers of that order."""
    content = [name for name in frame.columns if name not in ("row", "source")]
    row = pl.int_range(2, pl.len() + 2, dtype=pl.Int64)
    return frame.sort(content, nulls_last=True).with_columns(
        row.cast(frame.schema["row"]).alias("row"), (pl.lit(f"{stem}.csv:") + row.cast(pl.String)).alias("source")
    )


def kind_of(spec: FileSpec, column: Column) -> str:
    """What the ids of a column name: `person`, `unit` …; of other texts the column's own name in one word."""
    if column.kind == "id":
        stem = column.references or (spec.stem if column.name == spec.id else "")
        return KINDS.get(stem, column.name.removesuffix("_id"))
    return {"job_title": "title"}.get(column.name, column.name)
