"""Reads `tables/*.toml` of a scheme: input files of its own, and columns that it adds to `cases` or `people`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

from seewhy.graph.schemes.columns import PERIOD, Column, FileSpec, Kind
from seewhy.graph.schemes.contract_files import CONTRACT_FILES
from seewhy.graph.schemes.faults import Fault, Toml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

EXTENDED = ("cases", "people")
"""The files of SeeWhy that a scheme may add columns to."""
_KEYS = ("columns", "key", "dated", "about", "sentence", "noun", "extends", "endable")
_COLUMN_KEYS = ("name", "type", "required", "default", "references", "enum")
_KINDS = get_args(Kind)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_OWN = {"person": "person_id", "case": "case_id"}
TAKEN = frozenset(
    {
        *("row", "source", "load", "ended_load", "present", "given_since", "given_until", "blank_since"),
        *("since", "until", "note", "granted_by", "id", "type", "label"),
    }
)
"""Names that a column cannot have: SeeWhy or an engine means something else by them."""


class TableReader:
    """The tables and the added columns of one scheme folder."""

    def __init__(self, scheme: str, folder: Traversable, faults: list[Fault]) -> None:
        self._scheme, self._faults = scheme, faults
        self.tables: dict[str, FileSpec] = {}
        self.added: dict[str, tuple[Column, ...]] = {}
        room = folder / "tables"
        files = sorted((one.name for one in room.iterdir() if one.name.endswith(".toml")), key=str) \
            if room.is_dir() else []  # fmt: skip
        read = [(name.removesuffix(".toml"), Toml(folder, f"tables/{name}", faults)) for name in files]
        self._stems = [*CONTRACT_FILES, *(stem for stem, toml in read if "extends" not in toml.data)]
        for stem, toml in read:
            self._one(stem, toml)

    def _one(self, stem: str, toml: Toml) -> None:
        own = toml.known(toml.data, _KEYS)
        if "extends" in own:
            self._extends(own, toml)
            return
        if not _NAME.fullmatch(stem):
            toml.wrong(f"the name of a table is written as `case_people` is, not `{stem}`")
        elif stem in CONTRACT_FILES:
            toml.wrong(
                f"`{stem}` is a file of SeeWhy", hint='add columns to `cases` or `people` with `extends = "cases"`'
            )
        columns = self._columns(own, toml)
        names = [column.name for column in columns]
        about = toml.one_text(own, "about", default="structure")
        if toml.among(about, ("person", "case", "structure"), "thing that a table is about", "about"):
            needed = _OWN.get(about)
            if needed and needed not in names:
                toml.wrong(f"a table about a {about} has the column `{needed}`", "columns")
        key = toml.texts(own, "key") or tuple(names[:1])
        for name in key:
            toml.among(name, names, "column of this table", "key")
        dated = toml.truth(own, "dated")
        spec = FileSpec(
            stem, columns + PERIOD if dated else columns, key, dated,
            toml.one_text(own, "noun", default=stem.removesuffix("s").replace("_", " ")), about,  # type: ignore[arg-type]
            self._sentence(own, toml, names, stem), (), ("note", "granted_by"),
            toml.truth(own, "endable") if "endable" in own else about != "structure", self._scheme,
        )  # fmt: skip
        self.tables[stem] = spec

    def _sentence(self, own: Mapping[str, Any], toml: Toml, names: list[str], stem: str) -> str:
        given = toml.one_text(dict(own), "sentence", default="")
        for name in re.findall(r"\{(\w+)[^}]*\}", given):
            toml.among(name, names, "column of this table", "sentence")
        noun = stem.removesuffix("s").replace("_", " ")
        return given or f"the {noun} " + ", ".join(f"{{{name}}}" for name in names if name not in ("name",))

    def _extends(self, own: Mapping[str, Any], toml: Toml) -> None:
        base = toml.one_text(dict(own), "extends")
        for name in own:
            if name not in ("extends", "columns"):
                toml.wrong(f"`{name}` cannot stand beside `extends`", name)
        if not base or not toml.among(base, EXTENDED, "file that takes more columns", "extends"):
            return
        known = CONTRACT_FILES[base].names
        columns = self._columns(dict(own), toml)
        for column in columns:
            if column.name in known:
                toml.wrong(f"`{base}` has a column `{column.name}` already", "columns")
            if column.required:
                toml.wrong(f"`{column.name}` cannot be required: systems of other schemes leave it blank", "columns")
        self.added[base] = (*self.added.get(base, ()), *columns)

    def _columns(self, own: Mapping[str, Any], toml: Toml) -> tuple[Column, ...]:
        given = own.get("columns", [])
        if not isinstance(given, list) or not given:
            toml.wrong('`columns` is a list of columns, such as `[{ name = "team_id", type = "id" }]`', "columns")
            return ()
        found: dict[str, Column] = {}
        for one in given:
            column = self._column(toml.known(one, _COLUMN_KEYS, "columns"), toml)
            if column is None:
                continue
            if column.name in found:
                toml.wrong(f"the column `{column.name}` stands twice", "columns")
            found[column.name] = column
        return tuple(found.values())

    def _column(self, one: dict[str, Any], toml: Toml) -> Column | None:
        name, kind = toml.one_text(one, "name", "columns"), toml.one_text(one, "type", "columns", default="")
        if not name:
            return None
        if not _NAME.fullmatch(name):
            toml.wrong(f"the name of a column is written as `case_id` is, not `{name}`", "columns")
        elif name in TAKEN:
            toml.wrong(f"`{name}` means something else already; call the column otherwise", "columns")
        choices = toml.texts(one, "enum", "columns")
        references = toml.one_text(one, "references", "columns", default="")
        kind = kind or ("enum" if choices else "id" if references else "text")
        if not toml.among(kind, _KINDS, f"type of the column `{name}`", "columns"):
            return None
        if references:
            toml.among(references, self._stems, f"table that `{name}` can refer to", "columns")
            if kind != "id":
                toml.wrong(f"`{name}` refers to `{references}`, so its type is `id`", "columns")
        if (kind == "enum") != bool(choices):
            toml.wrong(f"`{name}` has type `enum` and the words in `enum`, or neither", "columns")
        if any(word != word.lower() for word in choices):
            toml.wrong(f"the words of `{name}` are lower case: a cell may write them as it likes", "columns")
        default, required = one.get("default", ""), toml.truth(one, "required", "columns")
        text = str(default).lower() if isinstance(default, bool) else str(default)
        if text and required:
            toml.wrong(f"`{name}` is required, so it has no default", "columns")
        if text and kind in ("id", "date", "int"):
            toml.wrong(f"`{name}` is of type `{kind}`, which has no default", "columns")
        if kind == "enum" and text:
            toml.among(text, choices, f"word of `{name}`", "columns")
        if kind == "bool":
            text = text or "false"
            if text not in ("true", "false"):
                toml.wrong(f"the default of `{name}` is true or false, not `{text}`", "columns")
        return Column(name, kind, required, choices, text, references or None, self._scheme)  # type: ignore[arg-type]


def extended(base: FileSpec, added: tuple[Column, ...]) -> FileSpec:
    """A file of SeeWhy with the columns that schemes add, before those of its period."""
    own = [column for column in base.columns if column not in PERIOD]
    period = [column for column in base.columns if column in PERIOD]
    return replace(base, columns=(*own, *added, *period))
