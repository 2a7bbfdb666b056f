"""Small worlds as text in tests: a line per row, cells separated by blanks; `-` is a blank cell, `~` a space in one."""

from __future__ import annotations

from tests.definition import World, decide

DAY = "2026-06-15"


def table(text: str) -> list[dict[str, str]]:
    """The first line names the columns."""
    header, *lines = (line.split() for line in text.strip().splitlines())
    cells = [["" if cell == "-" else cell.replace("~", " ") for cell in line] for line in lines]
    return [dict(zip(header, line, strict=True)) for line in cells]


def people(*names: str) -> str:
    return "person_id name\n" + "\n".join(f"{name} {name}" for name in names)


def world(**tables: str) -> World:
    return World({stem: table(text) for stem, text in tables.items()})


def step(world: World, person: str, case: str = "c", day: str = DAY) -> tuple[str, str]:
    """The deciding step and the value."""
    decision = decide(world, person, case, day)
    return decision.step, decision.value
