"""Undo: pairs decided again with some changed rows as they were on the earlier day, all else as on the later one.

    questions (person, case, rows undone) ──► one in-memory graph ──► value and step of each

Each question has the person, the people whose portal role decides for others, and the case under ids of its own;
structure (units, positions, roles, rules …) stands once for all questions that undo the same rows of it. Exact for the
reason that `sandbox.py` gives: a rung looks at nothing else.

To undo a row: one that began is taken out, one that ended is put back, one with other values has its old ones again.
What refers to a row that is taken out stays; it refers to nothing then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy.cypher.folders import per_set
from seewhy.graph.change.changed_rows import PAST_COUNTS
from seewhy.graph.change.day_facts import UNTIL_FURTHER_NOTICE, DayFacts, framed
from seewhy.graph.change.in_memory import in_memory
from seewhy.graph.change.neighbourhood import absent, complete, rules_about
from seewhy.graph.inputs.files import FILES, files_about
from seewhy.graph.matrix.claims import decided_pairs
from seewhy.graph.schemes.hops import links_of_others, looking_elsewhere
from seewhy.graph.vocabulary import ALWAYS, OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seewhy.graph.change.changed_rows import ChangedRow
    from seewhy.graph.change.day_facts import Row, Rows
    from seewhy.graph.matrix.claims import Outcome

QUESTIONS_PER_GRAPH = 1_500
_DEAD = {"since": ALWAYS, "until": ALWAYS}


@dataclass(frozen=True, slots=True)
class Question:
    """A pair, and the places of the changed rows that are undone for it."""

    person: str
    case: str
    scheme: str
    undone: frozenset[int]


@per_set
def _own_columns() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """By file: the columns that name people, cases and work, and those that name anything else."""
    found = {}
    for stem, spec in FILES.items():
        ids = [column for column in spec.columns if column.kind == "id"]
        own = {
            column.name
            for column in ids
            if column.references in ("people", "cases")
            or column.name in ("person_id", "case_id", "work_id")
            or (spec.about != "structure" and column.name == spec.id)
        }
        found[stem] = frozenset(own), frozenset(column.name for column in ids) - own
    return found


@per_set
def _of_one() -> tuple[str, ...]:
    """Files whose rows are one person's or one case's; rows of all others are structure."""
    return (*files_about("person"), *files_about("case"))


class Undo:
    """Asks pairs again with changed rows undone. `before` and `after` are the facts of the two days."""

    def __init__(self, changed: Sequence[ChangedRow], before: DayFacts, after: DayFacts) -> None:
        self._changed, self._after = changed, after
        self._restored = [self._as_before(row, before) for row in changed]
        frames = dict(after.frames)
        for stem in (stem for stem, spec in FILES.items() if spec.id and stem != "work"):
            # What only the earlier day knows may be named by a row that is put back.
            gone = before.frames[stem].join(frames[stem], on=FILES[stem].id, how="anti")
            if len(gone):
                dead = gone.with_columns(**{name: pl.lit(value) for name, value in _DEAD.items()})
                frames[stem] = pl.concat([frames[stem], dead.select(frames[stem].columns)])
        self._frames = frames

    @staticmethod
    def _as_before(row: ChangedRow, before: DayFacts) -> list[Row]:
        """The rows of the key that held on the earlier day, as they hold until further notice."""
        if row.stem not in PAST_COUNTS:
            return [{**cells, **UNTIL_FURTHER_NOTICE} for cells in row.ended]
        same = pl.lit(True)
        for name, value in zip(FILES[row.stem].key, row.key, strict=True):
            same &= pl.col(name).eq_missing(pl.lit(value))
        rows = before.frames[row.stem].filter(same).to_dicts()
        return [{**one, "until": OPEN} if one["until"] > before.date else one for one in rows]

    def outcomes(self, questions: Iterable[Question]) -> dict[Question, Outcome]:
        """Value and step of each pair, the rows of its question undone."""
        every = list(dict.fromkeys(questions))
        found: dict[Question, Outcome] = {}
        for begin in range(0, len(every), QUESTIONS_PER_GRAPH):
            found |= self._outcomes(every[begin : begin + QUESTIONS_PER_GRAPH])
        return found

    def _outcomes(self, questions: Sequence[Question]) -> dict[Question, Outcome]:
        whole = [question for question in questions if question.scheme in looking_elsewhere()]
        if whole:
            near = [question for question in questions if question.scheme not in looking_elsewhere()]
            return self._in_whole(whole) | (self._outcomes(near) if near else {})
        rows = self._rows(questions)
        session = in_memory(framed(rows, DayFacts(self._after.date, self._frames)), self._after.date)
        found: dict[Question, Outcome] = dict.fromkeys(questions, ("none", "inactive"))
        for scheme in sorted({question.scheme for question in questions}):
            own = [(n, question) for n, question in enumerate(questions) if question.scheme == scheme]
            by_pair = {(_clone(n, q.person), _clone(n, q.case)): q for n, q in own}
            decided = decided_pairs(session, scheme, by_pair, self._after.date)
            found |= {by_pair[pair]: outcome for pair, outcome in decided.items()}
        return found

    def _in_whole(self, questions: Sequence[Question]) -> dict[Question, Outcome]:
        """The same in copies of the whole organisation, one for each set of rows undone: for schemes whose rungs look
        beyond the person and the case."""
        found: dict[Question, Outcome] = {}
        for undone in dict.fromkeys(question.undone for question in questions):
            own = [question for question in questions if question.undone == undone]
            session = in_memory(self._world(undone).frames, self._after.date, dangling=True)
            for scheme in sorted({question.scheme for question in own}):
                pairs = {(question.person, question.case): question for question in own if question.scheme == scheme}
                decided = decided_pairs(session, scheme, pairs, self._after.date)
                found |= {one: decided.get(pair, ("none", "inactive")) for pair, one in pairs.items()}
        return found

    def _rows(self, questions: Sequence[Question]) -> Rows:
        """Everything that the questions look at, under ids that keep them apart."""
        together: Rows = {stem: [] for stem in FILES}
        worlds: dict[frozenset[int], list[int]] = {}
        for number, question in enumerate(questions):
            structure = frozenset(n for n in question.undone if self._changed[n].stem not in _of_one())
            worlds.setdefault(structure, []).append(number)
        people, own = self._of_people_and_cases(questions)
        for place, (structure, numbers) in enumerate(worlds.items()):
            world = self._world(structure)
            bundles = {n: self._bundle(questions[n], people, own) for n in numbers}
            self._place_world(together, place, world, bundles, questions)
        return together

    def _of_people_and_cases(self, questions: Sequence[Question]) -> tuple[dict[str, Rows], dict[str, Rows]]:
        """The rows of the later day by person, and by case."""
        cases = {question.case for question in questions}
        own = _by_owner(self._frames, files_about("case"), "case_id", cases)
        restored = [row for rows in self._restored for row in rows]
        links = frozenset().union(*(links_of_others()[question.scheme] for question in questions))
        others = {
            row["person_id"]
            for row in (*(r for rows in own.values() for r in rows["case_people"]), *restored)
            if row.get("link") in links
        }
        people = others | {question.person for question in questions}
        return _by_owner(self._frames, files_about("person"), "person_id", people), own

    def _bundle(self, question: Question, people: dict[str, Rows], cases: dict[str, Rows]) -> Rows:
        """The rows of the case, the person, and people on the case who decide for others, with the rows undone."""
        rows: Rows = {stem: [] for stem in FILES}
        empty: Rows = {}
        for stem in files_about("case"):
            rows[stem] = self._undone(
                stem, cases.get(question.case, empty).get(stem, []), question.undone, "case_id", {question.case}
            )
        links = rows["case_people"]
        also = links_of_others()[question.scheme]
        named = {question.person, *(row["person_id"] for row in links if row["link"] in also)}
        rows["case_people"] = [row for row in links if row["person_id"] in named]
        for stem in files_about("person"):
            there = [row for person in sorted(named) for row in people.get(person, empty).get(stem, [])]
            rows[stem] = self._undone(stem, there, question.undone, "person_id", named)
        rows["people"] += [
            absent(self._after, one) for one in sorted(named - {row["person_id"] for row in rows["people"]})
        ]
        return rows

    def _undone(self, stem: str, rows: list[Row], places: Iterable[int], owner: str, owners: set[str]) -> list[Row]:
        names = FILES[stem].key
        for place in sorted(places):
            changed = self._changed[place]
            if changed.stem != stem or not any(row[owner] in owners for row in changed.rows):
                continue
            out = [row for row in rows if tuple(row[name] for name in names) == changed.key]
            rows = [row for row in rows if tuple(row[name] for name in names) != changed.key]
            rows += self._restored[place] or [{**row, **_DEAD} for row in out if stem in ("people", "cases")]
        return rows

    def _world(self, places: frozenset[int]) -> DayFacts:
        """The later day with rows of structure undone."""
        frames = dict(self._frames)
        for place in sorted(places):
            changed, frame = self._changed[place], frames[self._changed[place].stem]
            same = pl.lit(True)
            for name, value in zip(FILES[changed.stem].key, changed.key, strict=True):
                same &= pl.col(name).eq_missing(pl.lit(value))
            dead = frame.filter(same).with_columns(**{name: pl.lit(value) for name, value in _DEAD.items()})
            new = pl.DataFrame(self._restored[place], schema=frame.schema, orient="row")
            frames[changed.stem] = pl.concat([frame.filter(~same), new if len(new) else dead])
        return DayFacts(self._after.date, frames, self._after.attached)

    def _place_world(
        self, together: Rows, place: int, world: DayFacts, bundles: dict[int, Rows], questions: Sequence[Question]
    ) -> None:
        """Put one world with its clones beside the others."""
        prefix = f"w{place}|"
        every: Rows = {stem: [row for rows in bundles.values() for row in rows[stem]] for stem in FILES}
        for stem in ("systems", "policies", "group_permissions"):
            every[stem] = world.all(stem)
        cases = {questions[n].case for n in bundles}
        attached = {row["rule_id"] for row in every["case_rules"]}
        systems = {row["system_id"] for row in every["cases"]}
        every["access_rules"] = rules_about(world, cases, attached, systems)
        complete(world, every)
        for stem in (one for one in files_about("structure") if one != "access_rules"):
            together[stem] += [_prefixed(stem, row, prefix, "") for row in every[stem]]
        known = {rule["rule_id"] for rule in every["access_rules"]}
        for number, rows in bundles.items():
            for stem in _of_one():
                together[stem] += [
                    {
                        **_prefixed(stem, row, prefix, _clone(number, "")),
                        **({"manager_id": ""} if stem == "people" else {}),
                    }
                    for row in rows[stem]
                    if stem != "case_rules" or row["rule_id"] in known
                ]
        self._place_rules(together, prefix, every["access_rules"], bundles, questions)

    def _place_rules(
        self,
        together: Rows,
        prefix: str,
        rules: Iterable[Row],
        bundles: dict[int, Rows],
        questions: Sequence[Question],
    ) -> None:
        """Rules about people and cases, once per clone that they are about, and once for themselves."""
        strangers: set[str] = set()
        for rule in rules:
            row = _prefixed("access_rules", rule, prefix, "")
            by_person, on_case = rule["subject_kind"] == "person", rule["target_kind"] == "case"
            if by_person:
                strangers.add(rule["subject_id"])
            if not on_case:
                together["access_rules"].append(row)
            for number in bundles if by_person or on_case else ():
                if by_person and rule["subject_id"] != questions[number].person:
                    continue
                if on_case and rule["target_id"] != questions[number].case:
                    continue
                subject = _clone(number, rule["subject_id"]) if by_person else row["subject_id"]
                target = _clone(number, rule["target_id"]) if on_case else row["target_id"]
                together["access_rules"].append({**row, "subject_id": subject, "target_id": target})
        for person in sorted(strangers):
            together["people"].append({**absent(self._after, prefix + person), **_DEAD})


def _by_owner(
    frames: dict[str, pl.DataFrame], stems: Iterable[str], column: str, owners: Iterable[str]
) -> dict[str, Rows]:
    wanted = sorted(owners)
    found: dict[str, Rows] = {}
    for stem in stems:
        for row in frames[stem].filter(pl.col(column).is_in(wanted)).iter_rows(named=True):
            found.setdefault(row[column], {}).setdefault(stem, []).append(row)
    return {one: {stem: rows.get(stem, []) for stem in stems} for one, rows in found.items()}


def _clone(number: int, id: str) -> str:
    return f"{number}|{id}"


def _prefixed(stem: str, row: Row, world: str, own: str) -> Row:
    mine, others = _own_columns()[stem]
    out: dict[str, Any] = dict(row)
    for name in mine:
        if out[name]:
            out[name] = own + out[name]
    for name in others:
        if out[name]:
            out[name] = world + out[name]
    return out
