"""Selectors: people and cases chosen by unit, role, system, case type or id, on a day.

Assertion files and scopes write them alike; what a key chooses is said by the queries `organisation/select_…`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.nearest import nearest
from seewhy.graph.schemes.contract_files import PORTAL_ROLES
from seewhy.graph.schemes.in_use import reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.graph.session import Session

SELECTORS: dict[str, dict[str, str]] = {
    "people": {"ids": "", "unit": "people_of_unit", "role": "people_of_role", "system": "people_of_system"},
    "cases": {"ids": "", "unit": "cases_of_unit", "case_type": "cases_of_type", "system": "cases_of_system"},
}
"""Per side the keys of a selector, and the query `organisation/select_…` that each asks."""
_KNOWN = {
    "unit": ("unit", "units", "units"),
    "role": ("role", "roles", "roles"),
    "system": ("system", "systems", "systems"),
    "case_type": ("case type", "case_types", "types"),
}
"""Per key: the noun, the query that lists what is known, and the parameter of the selecting query."""


class UnknownInSelector(ConfigurationError):
    """A selector names what the graph never held."""


def faults(side: str, selector: Any) -> list[str]:
    """What is wrong with the writing of a selector of `people` or `cases`; empty when nothing is."""
    keys = tuple(SELECTORS[side])
    if not isinstance(selector, dict):
        return [f"`{side}` is a mapping with {', '.join(keys)}"]
    found = []
    for key, value in selector.items():
        if key not in keys:
            hint = nearest(str(key), keys) or f"known are {', '.join(keys)}"
            found.append(f"unknown selector `{key}` ({hint}) of {side}")
        elif value is None or value == [] or not all(map(_is_one, value if isinstance(value, list) else [value])):
            found.append(f"`{key}` of `{side}` is one id or a list of ids")
    return found


def _is_one(value: Any) -> bool:
    return value is not None and not isinstance(value, dict | list | tuple)


def values_of(value: Any) -> list[str]:
    """One id or a list of them, as a list."""
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]


def chosen(session: Session, side: str, selector: Mapping[str, Any], date: str) -> set[str]:
    """The ids that every key of a selector chooses; without a key everybody, or every case of the day.

    Raises UnknownInSelector, with the nearest ones, for an id that was never loaded.
    """
    listed = "organisation/people" if side == "people" else "organisation/select_cases_of_day"
    found: set[str] | None = None if selector else {row["id"] for row in session.run(listed, as_of=date)}
    for key, value in selector.items():
        values = values_of(value)
        if key == "ids":
            known = {row["id"]: row["name"] for row in session.run(f"organisation/{side}")}
            _check("person" if side == "people" else "case", values, known)
            some = set(values)
        else:
            noun, listing, parameter = _KNOWN[key]
            known = {row["id"]: row["name"] for row in session.run(f"organisation/{listing}") if row["id"]}
            if key == "role":
                known |= dict.fromkeys(PORTAL_ROLES.split(), "")
            _check(noun, values, known)
            name = f"organisation/select_{SELECTORS[side][key]}"
            some = {row["id"] for row in session.run(name, as_of=date, **{parameter: values}, **governing())}
        found = some if found is None else found & some
    return found or set()


def governing() -> dict[str, list[str]]:
    """The schemes in which people belong to a system by groups with a permission, and by roles and grants."""
    return {"of_groups": reading("ALLOWS"), "of_roles": reading("HOLDS")}


def _check(noun: str, values: list[str], known: Mapping[str, str]) -> None:
    for one in values:
        if one not in known:
            raise UnknownInSelector(f"unknown {noun} `{one}`", nearest(one, known, always=True))
