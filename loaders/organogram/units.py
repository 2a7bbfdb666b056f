"""Where everybody sits: segments, offices, teams and categories out of posts, units and professions."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from seewhy.loaders.organogram.posts import grade_rank, slug

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seewhy.loaders.organogram.posts import Posts
    from seewhy.loaders.organogram.reading import Row

ORGANISATION = "organisation"
"""The id of the unit above all others."""


class Units:
    """The units of one organogram; `staff` are the junior rows with the senior post that each reports to."""

    def __init__(self, posts: Posts, staff: tuple[tuple[Row, str], ...]) -> None:
        self._posts = posts
        self._leading = {post.manager for post in posts.by_ref.values()} | {ref for _, ref in staff}
        self._segments = {ref: self._head(ref) for ref in posts.by_ref}
        # The holders of one post may name different units and professions; a vacant post has its own row only.
        seniors = ((row, post.ref) for post in posts.by_ref.values() for row in post.holders or (post.row,))
        self._placed = (*seniors, *staff)

    def _head(self, ref: str) -> str:
        """The post below the top on the way up, when it has staff; else the top."""
        way_up = [post.ref for post in self._posts.above(ref)]
        return way_up[-2] if len(way_up) > 1 and way_up[-2] in self._leading else self._posts.top

    def level(self, ref: str) -> str:
        """The level of the position of a senior post."""
        if self._segments[ref] == ref:
            return "segment_manager"
        return "team_leader" if ref in self._leading else "caseworker"

    def segment(self, ref: str) -> str:
        """The segment's unit id for a senior post; blank for no post (an organisation without any)."""
        return f"segment-{self._segments[ref]}" if ref in self._segments else ""

    def office(self, ref: str) -> str:
        """The office's unit id, blank as for `segment`."""
        return f"office-{self._segments[ref]}" if ref in self._segments else ""

    def team(self, ref: str, unit: str) -> str:
        """The id of the team of this unit text in the segment of the post."""
        # A dot is in no slug: no two pairs of segment and unit share an id.
        return f"team-{self._segments.get(ref, '')}.{slug(unit) or 'none'}"

    def category(self, profession: str) -> str:
        """The id of the profession's category, blank for a blank one."""
        return f"category-{slug(profession)}" if slug(profession) else ""

    def rows(self) -> Iterable[dict[str, str]]:
        """The rows of `units`."""
        everybody = Counter(row.organisation for row, _ in self._placed if row.organisation)
        department = _most_common(everybody) or "Organisation"
        yield {"unit_id": ORGANISATION, "kind": "organisation", "name": department}
        top = self._posts.top
        heads = {ref: self._posts.by_ref[ref].row for ref in self._segments.values()}
        alike = Counter(row.unit for row in heads.values())
        for ref, row in sorted(heads.items(), key=lambda head: (head[0] != top, head[0])):
            # Five units are called "Director General's Office": the head's job tells them apart.
            name = row.unit if alike[row.unit] == 1 and row.unit else row.title or ref
            rank = grade_rank(row.grade)
            above = ORGANISATION if ref == top else self.segment(top)
            segment = {"unit_id": self.segment(ref), "kind": "segment", "name": name, "parent_id": above}
            yield segment | {"rank": str(rank) if rank else ""}
            yield _unit(self.office(ref), "office", f"{name}, office", ORGANISATION)
        yield from self._teams_and_categories()

    def _teams_and_categories(self) -> Iterable[dict[str, str]]:
        names: dict[str, Counter[str]] = defaultdict(Counter)
        parents: dict[str, str] = {}
        for row, ref in self._placed:
            team, category = self.team(ref, row.unit), self.category(row.profession)
            names[team][row.unit or "No unit"] += 1
            parents[team] = self.segment(ref) or ORGANISATION
            if category:
                names[category][row.profession] += 1
        for unit in sorted(names):
            kind = "team" if unit in parents else "category"
            yield _unit(unit, kind, _most_common(names[unit]), parents.get(unit, ORGANISATION))


def _unit(unit: str, kind: str, name: str, parent: str) -> dict[str, str]:
    return {"unit_id": unit, "kind": kind, "name": name, "parent_id": parent}


def _most_common(names: Counter[str]) -> str:
    """The most frequent spelling, then the first in order; blank when there is none."""
    return min(names, key=lambda name: (-names[name], name), default="")
