"""Organisations by chance, for any set of input files: small, and dense in what a scheme looks at.

Nothing here knows a scheme. What is drawn comes from the descriptions of the files and from the words that the scheme's
texts compare columns with. Few ids, of which two of each kind are drawn more than half of the time, so that rows meet
on the same person, case and unit; long lists of words are cut to a few per organisation, those of one rung for the most
part, so that what a rung asks for comes together. Rows that a load would refuse are taken out afterwards
(`side_by_side.accepted`), so what must go together is drawn in plenty.

Blind spots: what needs many rows at once (a tree of six levels, ten positions of a person) is rare; free text that no
text of the scheme compares with anything is left out.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING

from seewhy.graph.rules.privileges import privileges
from seewhy.graph.schemes.columns import PRIVILEGES
from seewhy.schemes.literals import mentioned, numbers_in, words_by_column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seewhy.graph.schemes.columns import Column, FileSpec
    from seewhy.graph.schemes.policies import Policy
    from seewhy.schemes.under_test import SchemeUnderTest

Rows = dict[str, list[dict[str, str]]]
"""Stem to rows, as text; a missing column is blank."""
DAY = "2026-06-15"
"""The day in question of every generated organisation."""
_BEFORE, _AFTER = ((date.fromisoformat(DAY) + timedelta(days=days)).isoformat() for days in (-1, 1))
_PAST, _FUTURE = "2025-01-01", "2027-03-01"
_HOLDS = (("", ""), ("", ""), ("", ""), (_PAST, ""), ("", _FUTURE), (DAY, ""), ("", _AFTER), (_PAST, _FUTURE))
_DOES_NOT = (("", DAY), (_AFTER, ""), (_PAST, DAY), ("", _PAST), (_FUTURE, ""), (_BEFORE, DAY))
_CUTS = (DAY, _AFTER, _BEFORE, _PAST, _FUTURE)
_FEW = 5
"""An enumeration of up to so many words is drawn from evenly."""


class Chance:
    """What a scheme's organisations are drawn from; `organisation(seed)` is the same for the same seed and texts."""

    def __init__(self, scheme: SchemeUnderTest) -> None:
        self.scheme = scheme
        self.words = words_by_column(scheme.texts)
        self.numbers = [number for number in numbers_in(scheme.texts) if number >= 0]
        self.all_privileges = [privilege.name for privilege in privileges()]
        names = {column.name for spec in scheme.specs.values() for column in spec.columns}
        self.columns = {name for name in names if mentioned(name, scheme.texts)}
        self.read = self._files_read()
        self.rungs = [text.lower() for text in scheme.rung_texts]

    def _files_read(self) -> set[str]:
        """The files that some text names, and those that their rows refer to where it matters."""
        specs = self.scheme.specs
        named = {stem for stem in specs if mentioned(stem, self.scheme.texts)}
        texts = self.scheme.texts
        named |= {stem for stem, spec in specs.items() if any(mentioned(kind, texts) for kind in spec.makes)}
        found, new = set[str](), named | {"systems", "policies", "people", "cases"}
        while new:
            found |= new
            columns = [column for stem in new for column in specs[stem].columns]
            matter = [column for column in columns if column.required or column.name in self.columns]
            new = {column.references for column in matter if column.references in specs} - found  # type: ignore[assignment]
        return found

    def organisation(self, seed: int) -> Rows:
        """The rows of one organisation; a load may still refuse some of them."""
        draw = random.Random(seed)
        # One rung after the other, so that none depends on luck; every sixth organisation is about none of them.
        focus = [] if seed % 6 == 5 or not self.rungs else [self.rungs[seed % len(self.rungs)]]
        if draw.random() < 0.2:
            focus += draw.sample(self.rungs, min(1, len(self.rungs)))
        return _Organisation(self, draw, " ".join(focus)).rows()


class _Organisation:
    def __init__(self, chance: Chance, draw: random.Random, focus: str) -> None:
        self.chance, self.draw, self.focus = chance, draw, focus
        specs = chance.scheme.specs
        self.specs = {stem: spec for stem, spec in specs.items() if stem in chance.read or draw.random() < 0.08}
        self.ids = {stem: self._new_ids(spec) for stem, spec in self.specs.items() if spec.id}
        self.hot = {stem: draw.sample(ids, min(2, len(ids))) for stem, ids in self.ids.items()}
        self.free: dict[str, list[str]] = {}
        self.few: dict[tuple[str, str], list[str]] = {}
        self.share: dict[tuple[str, str], float] = {}
        self.made: Rows = {}

    def rows(self) -> Rows:
        for stem, spec in self.specs.items():
            if stem == "systems":
                self.made[stem] = self._systems(spec)
            elif stem == "policies":
                self.made[stem] = self._policies(self.chance.scheme.policies)
            else:
                self.made[stem] = self._entities(spec) if spec.id else self._links(spec)
        required = {stem: [c.name for c in spec.columns if c.required] for stem, spec in self.specs.items()}
        whole = {stem: [row for row in rows if all(map(row.get, required[stem]))] for stem, rows in self.made.items()}
        return {stem: rows for stem, rows in whole.items() if rows}

    def _new_ids(self, spec: FileSpec) -> list[str]:
        """Few of what others refer to; more of what belongs to something, and the more the more has to go together."""
        belongs = any(column.required and column.references for column in spec.columns)
        words = sum(1 for column in spec.columns if column.required and column.kind == "enum")
        sizes = {"systems": (1, 2), "people": (3, 6), "cases": (4, 8)}
        structure = self.draw.choice(((2, 3), (3, 7)))
        low, high = sizes.get(spec.stem, (10 * max(1, words), 18 * max(1, words)) if belongs else structure)
        name = spec.noun.replace(" ", "-")
        return [f"{name}-{number}" for number in range(1, self.draw.randint(low, high) + 1)]

    def _often(self, stem: str, column: Column, *chances: float) -> bool:
        """Yes in a share of the cells of a column that is the same throughout the organisation."""
        chosen = self.share.setdefault((stem, column.name), self.draw.choice(chances))
        return self.draw.random() < chosen

    def _systems(self, spec: FileSpec) -> list[dict[str, str]]:
        """The first system is of the scheme; a second one of it, or of another."""
        others = next((column.choices for column in spec.columns if column.name == "scheme"), ())
        name = self.chance.scheme.name
        schemes = [name, name if self.draw.random() < 0.7 or not others else self.draw.choice(others)]
        return [{"system_id": one, "scheme": scheme} for one, scheme in zip(self.ids["systems"], schemes, strict=False)]

    def _policies(self, policies: Mapping[str, Policy]) -> list[dict[str, str]]:
        out = []
        for row in self.made.get("systems", ()):
            for name, policy in policies.items() if row["scheme"] == self.chance.scheme.name else ():
                if self.draw.random() < 0.5:
                    values = {"bool": ("true", "false"), "int": tuple(map(str, range(5)))}.get(
                        policy.kind, policy.choices
                    )
                    out.append({"system_id": row["system_id"], "policy": name, "value": self.draw.choice(values)})
        return out

    def _entities(self, spec: FileSpec) -> list[dict[str, str]]:
        return [
            {spec.id: one, **row}
            for number, one in enumerate(self.ids[spec.stem])
            for row in self._periods(spec, lambda number=number: self._cells(spec, number))
        ]

    def _links(self, spec: FileSpec) -> list[dict[str, str]]:
        """More rows the more there is to tie together; a key that comes again is left out."""
        columns = [column for column in spec.columns if column.kind == "id" and column.name in spec.key]
        ends = sorted((len(self._targets(column)) for column in columns if self._targets(column)), reverse=True)
        pairs = ends[0] * max(5, ends[1]) if len(ends) > 1 else sum(ends) * 3
        number = min(60, max(4, round(pairs * self.draw.choice((0.4, 0.8, 1.5)))))
        found: dict[tuple[str, ...], list[dict[str, str]]] = {}
        for _ in range(number):
            cells = self._cells(spec)
            key = {name: cells.get(name, "") for name in spec.key}
            rows = self._periods(spec, lambda cells=cells, key=key: {**self._cells(spec), **key})
            found.setdefault(tuple(key.values()), rows)
        return [{name: cell for name, cell in row.items() if cell} for rows in found.values() for row in rows]

    def _periods(self, spec: FileSpec, cells: object) -> list[dict[str, str]]:
        """One row, or two with other cells whose periods meet or leave a gap; most of them hold on the day."""
        assert callable(cells)
        if not spec.dated:
            return [cells()]
        if self.draw.random() < 0.12:
            cut = self.draw.choice(_CUTS)
            later = cut if self.draw.random() < 0.8 or cut == _FUTURE else _FUTURE
            return [{**cells(), "until": cut}, {**cells(), "since": later}]
        # Without the person or the case of a pair nothing else is looked at.
        holds = 0.95 if spec.stem in ("people", "cases") else 0.85
        since, until = self.draw.choice(_HOLDS if self.draw.random() < holds else _DOES_NOT)
        return [{**cells(), **({"since": since} if since else {}), **({"until": until} if until else {})}]

    def _cells(self, spec: FileSpec, number: int = 0) -> dict[str, str]:
        cells: dict[str, str] = {}
        for column in spec.columns:
            if column.name in ("since", "until") or column.name == spec.id:
                continue
            looked_at = column.name in self.chance.columns
            if not column.required and column.kind != "id" and self.draw.random() > (0.75 if looked_at else 0.1):
                continue
            if cell := self._cell(spec, column, cells, number, looked_at):
                cells[column.name] = cell
        return cells

    def _cell(self, spec: FileSpec, column: Column, cells: Mapping[str, str], number: int, looked_at: bool) -> str:
        draw = self.draw
        match column.kind:
            case "id":
                return self._id(spec, column, cells, number, looked_at)
            case "enum":
                return draw.choice(self._words(spec.stem, column))
            case "bool":
                if column.default == "true":
                    return "true" if self._often(spec.stem, column, 0.8, 0.9) else "false"
                return "true" if self._often(spec.stem, column, 0.05, 0.15, 0.5) else "false"
            case "int":
                return str(draw.choice(self.chance.numbers or [1]) if draw.random() < 0.8 else draw.randint(1, 20))
            case "date":
                return draw.choice((_PAST, _BEFORE, DAY, _AFTER, _FUTURE))
            case _:
                known = self._words(spec.stem, column)
                return draw.choice(known) if known else column.name if column.required else ""

    def _id(self, spec: FileSpec, column: Column, cells: Mapping[str, str], number: int, looked_at: bool) -> str:
        """An id that exists; of the own file one that came before, so that trees have a top."""
        draw = self.draw
        filled = self._often(spec.stem, column, 0.5, 0.8, 0.95) if looked_at else draw.random() < 0.1
        if not column.required and not filled:
            return ""
        if column.references == spec.stem:
            before = self.ids[spec.stem][:number]
            return draw.choice(before) if before else ""
        if not column.references and not column.required:
            return self._by_kind(column, cells)
        ids = self._targets(column)
        hot = self.hot.get(column.references or "", ids)
        if column.references == "systems" and ids:
            return ids[0] if self._often(spec.stem, column, 0.6, 0.9) else draw.choice(ids)
        return draw.choice(hot if draw.random() < 0.6 else ids) if ids else ""

    def _targets(self, column: Column) -> Sequence[str]:
        """What an id may be: those of the file that it refers to, or a few names of its own, shared by all files."""
        if column.references:
            return self.ids.get(column.references, [])
        return self.free.setdefault(column.name, [f"{column.name.removesuffix('_id')}-{n}" for n in (1, 2, 3)])

    def _by_kind(self, column: Column, cells: Mapping[str, str]) -> str:
        """`subject_id` beside `subject_kind` `unit`: the id of a unit; nothing for a kind that is no file."""
        kind = cells.get(column.name.removesuffix("_id") + "_kind", "").replace("_", " ")
        stem = next((stem for stem, spec in self.specs.items() if spec.noun == kind), "")
        ids = self.ids.get(stem, [])
        return self.draw.choice(self.hot[stem] if self.draw.random() < 0.5 else ids) if ids else ""

    def _words(self, stem: str, column: Column) -> list[str]:
        """A few words of a column in this organisation: those that matter, and now and then another."""
        if (stem, column.name) not in self.few:
            said = self.chance.words.get(column.name, frozenset()) - {""}
            everything = self.chance.all_privileges if column.references == PRIVILEGES else list(column.choices)
            matter = sorted(said & set(everything)) if everything else sorted(said)
            if len(everything) > _FEW or not everything:
                self.draw.shuffle(matter)
                together = [word for word in matter if word.lower() in self.focus]
                few = matter[: self.draw.randint(1, 5)]
                matter = [*together, *together, *matter[:1]] if together else few
                matter += [self.draw.choice(everything)] if everything else [f"other {column.name}"] if matter else []
            else:
                matter = everything
            self.few[stem, column.name] = matter or everything
        return self.few[stem, column.name]
