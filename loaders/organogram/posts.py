"""Senior posts as one tree: references made unique, links that lead nowhere or round in a circle mended."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seewhy.loaders.organogram.reading import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seewhy.loaders.organogram.reading import Row
    from seewhy.loaders.organogram.repairs import Repairs


@dataclass(frozen=True, slots=True)
class Post:
    """A senior post: `manager` is a reference or blank (a top), `holders` are its occupied rows (none: vacant)."""

    ref: str
    row: Row
    manager: str
    holders: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Posts:
    """All senior posts by reference, and the one that all others are below (blank when there is no post at all)."""

    by_ref: Mapping[str, Post]
    top: str

    def above(self, ref: str) -> Iterable[Post]:
        """The post and everything above it, upwards; ends, because circles are mended."""
        while ref:
            post = self.by_ref[ref]
            yield post
            ref = post.manager

    def find(self, ref: str) -> str:
        """The reference as the senior file spells it; blank when no post has it."""
        if ref in self.by_ref:
            return ref
        alike = [known for known in self.by_ref if known.casefold() == ref.casefold()]
        return alike[0] if len(alike) == 1 else ""


def slug(text: str) -> str:
    """Text as part of an id: lower case, `and` for &, words joined by hyphens; blank without letter or digit."""
    return re.sub(r"[\W_]+", "-", text.casefold().replace("&", " and ").replace("'", "")).strip("-")


def short_hash(*parts: str) -> str:
    """Six hexadecimal digits that depend on nothing but the parts."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:6]


def build_posts(rows: Iterable[Row], repairs: Repairs) -> Posts:
    """Senior rows to a tree of posts. No row is lost in silence: each repair is noted."""
    posts, gone = _by_reference(rows, repairs)
    posts = _without_eliminated(posts, gone, repairs)
    posts = _linked(posts, gone, repairs)
    posts = _without_circles(posts, repairs)
    return _joined_to_the_top(posts, repairs)


def _by_reference(rows: Iterable[Row], repairs: Repairs) -> tuple[dict[str, Post], dict[str, Post]]:
    """Posts with their holders, and the eliminated ones."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.posts:
            groups[_reference(row, repairs)].append(row)
    posts: dict[str, Post] = {}
    gone: dict[str, Post] = {}
    for ref, group in groups.items():
        for again in group[1:]:
            repairs.add("reference_again", again.file, again.number, ref, f"`{ref}` stands on several rows: one post")
        existing = [row for row in group if row.name.casefold() != "eliminated"]
        holders = tuple(row for row in existing if row.name.casefold() != "vacant")
        for row in group:
            if row not in existing:
                repairs.add("eliminated", row.file, row.number, ref, "an eliminated post has nobody")
            elif row not in holders:
                repairs.add("vacant", row.file, row.number, ref, "a vacant post has nobody")
        first = (holders or existing or group)[0]
        (posts if existing else gone)[ref] = Post(ref, first, first.reports_to, holders)
    return posts, gone


def _reference(row: Row, repairs: Repairs) -> str:
    if row.ref.casefold() not in NOBODY:
        return row.ref
    made = f"post-{short_hash(slug(row.unit), slug(row.title), slug(row.name))}"
    repairs.add("no_reference", row.file, row.number, made, f"`{row.ref}` names no post, it is called `{made}`")
    return made


def _without_eliminated(posts: dict[str, Post], gone: dict[str, Post], repairs: Repairs) -> dict[str, Post]:
    """Who reported to an eliminated post reports to whom that one reported to."""
    mended = {}
    for ref, post in posts.items():
        manager, seen = post.manager, set()
        while manager in gone and manager not in seen:
            seen.add(manager)
            manager = gone[manager].manager
        if seen:
            manager = "" if manager in seen else manager
            repairs.add(
                "eliminated_manager",
                post.row.file,
                post.row.number,
                ref,
                f"`{post.manager}` is eliminated, the post reports to `{manager or 'XX'}`",
            )
        mended[ref] = replace(post, manager=manager)
    return mended


def _linked(posts: dict[str, Post], gone: dict[str, Post], repairs: Repairs) -> dict[str, Post]:
    """Links to posts that exist, or blank."""
    known = Posts(posts, "")
    mended = {}
    for ref, post in posts.items():
        row, manager = post.row, post.manager
        if manager.casefold() in NOBODY and manager not in posts:
            manager = ""
        elif manager == ref:
            repairs.add("reports_to_itself", row.file, row.number, ref, f"`{ref}` reports to itself")
            manager = ""
        elif not known.find(manager):
            repairs.add("missing_post", row.file, row.number, ref, f"`{manager}` is no post of the senior file")
            manager = ""
        elif known.find(manager) != manager:
            spelled = known.find(manager)
            repairs.add("spelling", row.file, row.number, ref, f"`{manager}` is read as `{spelled}`")
            manager = spelled if spelled != ref else ""
        mended[ref] = replace(post, manager=manager)
    return mended


def _without_circles(posts: dict[str, Post], repairs: Repairs) -> dict[str, Post]:
    """Each circle is cut above its highest grade (then its first row)."""
    mended, settled = dict(posts), set[str]()
    for start in posts:
        path: list[str] = []
        ref = start
        while ref and ref not in settled and ref not in path:
            path.append(ref)
            ref = mended[ref].manager
        if ref in path:
            circle = path[path.index(ref) :]
            top = max(circle, key=lambda r: (grade_rank(posts[r].row.grade), -posts[r].row.number))
            row = posts[top].row
            around = " > ".join([*circle, circle[0]])
            repairs.add("circle", row.file, row.number, top, f"{around} report in a circle, cut above `{top}`")
            mended[top] = replace(mended[top], manager="")
        settled.update(path)
    return mended


def _joined_to_the_top(posts: dict[str, Post], repairs: Repairs) -> Posts:
    """One top: of those whose row says so (`XX`) the one with most posts below it; all other tops go below it."""
    size = dict.fromkeys(posts, 0)
    forest = Posts(posts, "")
    for ref in posts:
        for post in forest.above(ref):
            size[post.ref] += 1
    named = {ref for ref, post in posts.items() if post.row.reports_to.casefold() in NOBODY}
    tops = [ref for ref, post in posts.items() if not post.manager]
    tops.sort(key=lambda ref: (ref not in named, -size[ref], posts[ref].row.number))
    mended = dict(posts)
    for ref in tops[1:]:
        row = posts[ref].row
        repairs.add("second_top", row.file, row.number, ref, f"a second top of the organisation, put below `{tops[0]}`")
        mended[ref] = replace(posts[ref], manager=tops[0])
    return Posts(mended, tops[0] if tops else "")


def grade_rank(grade: str) -> int:
    """The number in a senior grade (`SCS2`: 2, `SCS1A`: 1); 0 when there is none."""
    digits = re.search(r"\d+", grade)
    return min(int(digits.group()), 9) if digits else 0
