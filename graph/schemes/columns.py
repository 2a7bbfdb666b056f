"""How an input file is described: columns, key, and whether its rows hold for a period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["id", "text", "bool", "date", "enum", "int"]

PRIVILEGES = "privileges"
"""`references` of a cell that names one of the product's own privileges, by name or rule id; it is no file."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `choices` of an enum, `default` of a blank cell as text, `references` the stem whose id it holds."""

    name: str
    kind: Kind
    required: bool = False
    choices: tuple[str, ...] = ()
    default: str = ""
    references: str | None = None
    scheme: str = ""
    """The scheme that brings the column; blank for those of SeeWhy."""


About = Literal["person", "case", "structure"]


@dataclass(frozen=True, slots=True)
class FileSpec:
    """One input file: all columns in order (of a dated file also the four of a period), and the key of its rows.

    `noun` is what one row is called in messages, `sentence` how one is put in words. `about`: whose own its rows are,
    by `person_id` or `case_id`, else structure. `makes` are the relationships that its rows make or take part in. Rows
    of an `endable` file are facts about access, and can end on their own.
    """

    stem: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    dated: bool
    noun: str
    about: About = "structure"
    sentence: str = ""
    makes: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    """Columns that no rung reads."""
    endable: bool = False
    scheme: str = ""
    """The scheme that brings it; blank for the files of SeeWhy."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def id(self) -> str:
        """The id column that other files refer to; "" for a file that none refers to."""
        return self.key[0] if len(self.key) == 1 else ""


PERIOD = (
    Column("since", "date"),
    Column("until", "date"),
    Column("note", "text"),
    Column("granted_by", "id", references="people"),
)
"""What every dated file takes: `since` inclusive, blank = always; `until` exclusive, blank = open."""


def key(name: str) -> Column:
    """The id that names a row."""
    return Column(name, "id", required=True)


def to(stem: str, name: str, required: bool = False) -> Column:
    """An id of another file."""
    return Column(name, "id", required=required, references=stem)


def text(name: str, required: bool = False) -> Column:
    """Free text."""
    return Column(name, "text", required=required)


def whole(name: str) -> Column:
    """A whole number, or blank."""
    return Column(name, "int")


def date(name: str) -> Column:
    """An ISO date, or blank."""
    return Column(name, "date")


def truth(name: str, default: bool = False) -> Column:
    """A boolean."""
    return Column(name, "bool", default=str(default).lower())


def choice(name: str, choices: str, default: str = "") -> Column:
    """One of the words in `choices`; required when there is no default."""
    return Column(name, "enum", required=not default, choices=tuple(choices.split()), default=default)


def as_cell(value: Any) -> str:
    """A value as the text of an input file; empty for None."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
