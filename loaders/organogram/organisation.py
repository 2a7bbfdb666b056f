"""From posts to people, memberships and positions.

The reading, in one place:

* The top post and each post below it that has staff lead a segment, and an office of the same people; a segment's
  rank is the number in its head's grade.
* A unit of the files is a team of the segment its posts report into; a profession is a category.
* The head of a segment holds its segment manager position, another post with staff a team leader position of its
  team, everybody else a caseworker position. A vacant leading post is covered by the next occupied one above it.
* Members of a team may edit, its support staff view; a segment's head edits in the office, team leaders view there;
  a profession is a membership without access, a few seeded denials apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seewhy.loaders.organogram.draws import share
from seewhy.loaders.organogram.posts import short_hash, slug
from seewhy.loaders.organogram.reading import NOBODY
from seewhy.loaders.organogram.units import ORGANISATION, Units

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seewhy.loaders.organogram.posts import Post, Posts
    from seewhy.loaders.organogram.reading import Row
    from seewhy.loaders.organogram.repairs import Repairs

POSITIONS, MEMBERSHIPS = "positions", "memberships"
"""The ids of the two systems, named for their schemes."""

_SUPPORT = ("assistant", "support", "diary", "secretary", "administrat", "business manager", "typist")
_DENIED = 0.01


@dataclass(frozen=True, slots=True)
class Worker:
    """A person as the caseload sees it: where they sit and the position they work from (blank: none)."""

    person: str
    team: str
    segment: str
    office: str
    category: str
    position: str
    level: str
    support: bool


@dataclass(slots=True)
class Organisation:
    """Rows by file stem, and the people to deal cases to."""

    files: dict[str, list[dict[str, str]]] = field(default_factory=lambda: defaultdict(list))
    workers: list[Worker] = field(default_factory=list)

    def add(self, stem: str, **cells: str) -> None:
        """Add one row; columns that are not named are blank."""
        self.files[stem].append(cells)


def build_organisation(posts: Posts, junior: Iterable[Row], seed: int, repairs: Repairs) -> Organisation:
    """The organisation's files but for its cases."""
    staff = tuple((row, _reports_to(row, posts, repairs)) for row in junior if row.posts)
    units = Units(posts, staff)
    made = Organisation()
    made.files["units"] = list(units.rows())
    department = next(row["name"] for row in made.files["units"] if row["unit_id"] == ORGANISATION)
    for system in (POSITIONS, MEMBERSHIPS):
        made.add("systems", system_id=system, name=f"{department}, {system}", scheme=system)
    made.add("group_permissions", group_id="auditors", permission="can_view_all_cases", effect="allow")
    made.add("group_permissions", group_id="secondees", permission="can_view_all_cases", effect="deny")
    people = _People(posts, units, made, seed)
    people.add_seniors()
    people.add_juniors(staff, repairs)
    people.cover_vacant_posts()
    return made


def _reports_to(row: Row, posts: Posts, repairs: Repairs) -> str:
    """The post that a junior row reports to, else the top."""
    wanted = row.reports_to
    if found := posts.find(wanted):
        return found
    code = "no_manager" if wanted.casefold() in NOBODY else "missing_post"
    message = f"`{wanted}` is no post of the senior file, the row reports to the top"
    repairs.add(code, row.file, row.number, wanted, message)
    return posts.top


class _People:
    """Adds people with all that hangs on them."""

    def __init__(self, posts: Posts, units: Units, made: Organisation, seed: int) -> None:
        self._posts = posts
        self._units = units
        self._made = made
        self._seed = seed
        self._taken: set[str] = set()
        self._in_post: dict[str, list[str]] = {}

    def add_seniors(self) -> None:
        posts = self._posts.by_ref.values()
        # All first holders before any second one: a reference such as `A-2` keeps its own id.
        self._in_post = {post.ref: [self._free(post.ref)] if post.holders else [] for post in posts}
        for post in posts:
            self._in_post[post.ref] += [self._free(f"{post.ref}-{n}") for n in range(2, len(post.holders) + 1)]
        for post in posts:
            level = self._units.level(post.ref)
            leads_segment = level == "segment_manager"
            unit = self._units.segment(post.ref) if leads_segment else self._units.team(post.ref, post.row.unit)
            self._position(f"position-{post.ref}", unit, level, post.row.title or post.ref)
            for person, row in zip(self._in_post[post.ref], post.holders, strict=True):
                withheld = row.name.casefold() in NOBODY
                name = row.title or post.ref if withheld else row.name
                self._person(person, name, row, post.ref, f"position-{post.ref}", level)

    def add_juniors(self, staff: Iterable[tuple[Row, str]], repairs: Repairs) -> None:
        ordinals: Counter[tuple[str, ...]] = Counter()
        for row, ref in staff:
            title = row.title.casefold()
            if title in ("vacant", "eliminated"):
                message = f"{row.posts} {title} {'post has' if row.posts == 1 else 'posts have'} nobody"
                repairs.add(title, row.file, row.number, ref, message)
                continue
            placed = "not in post" not in (title, row.unit.casefold())
            if not placed:
                message = f"{row.posts} {'person' if row.posts == 1 else 'people'} not in post: no position"
                repairs.add("not_in_post", row.file, row.number, ref, message)
            # What the id is made of survives from one publication to the next; case and punctuation do not.
            kind = (ref, slug(row.unit), slug(row.grade), slug(row.title))
            for _ in range(row.posts):
                ordinals[kind] += 1
                person = self._free(f"{ref or 'staff'}-{short_hash(*kind)}-{ordinals[kind]}")
                grade = f" ({row.grade})" if row.grade else ""
                where = f", {row.unit or ref}" if row.unit or ref else ""
                name = f"{row.title or 'Post'} {ordinals[kind]}{grade}{where}"
                position = f"position-{person}" if placed else ""
                if position:
                    self._position(position, self._units.team(ref, row.unit), "caseworker", row.title)
                self._person(person, name, row, ref, position, "")

    def cover_vacant_posts(self) -> None:
        for post in self._posts.by_ref.values():
            leads = self._units.level(post.ref) != "caseworker"
            cover = self._manager(post.manager)
            if leads and cover and not self._in_post[post.ref]:
                self._made.add("holdings", person_id=cover, position_id=f"position-{post.ref}", kind="absence")

    def _free(self, wanted: str) -> str:
        while wanted in self._taken:
            wanted += "x"
        self._taken.add(wanted)
        return wanted

    def _manager(self, ref: str) -> str:
        """The first person in the post or, while it is vacant, in the next occupied one above; blank for none."""
        above: Iterable[Post] = self._posts.above(ref)
        return next((self._in_post[post.ref][0] for post in above if self._in_post[post.ref]), "")

    def _position(self, position: str, unit: str, level: str, name: str) -> None:
        self._made.add("positions", position_id=position, system_id=POSITIONS, unit_id=unit, level=level, name=name)

    def _person(self, person: str, name: str, row: Row, ref: str, position: str, senior_level: str) -> None:
        """`senior_level` is blank for a junior person, who reports to the post `ref` and does not hold it."""
        level = senior_level or "caseworker"
        manager = self._manager(self._posts.by_ref[ref].manager if senior_level else ref)
        support = not senior_level and any(word in row.title.casefold() for word in _SUPPORT)
        self._made.add(
            "people",
            person_id=person,
            name=name,
            manager_id=manager,
            job_title=row.title,
            cleared="true" if senior_level else "false",
        )
        if position:
            self._made.add("holdings", person_id=person, position_id=position, kind="primary")
        worker = Worker(
            person,
            self._units.team(ref, row.unit),
            self._units.segment(ref),
            self._units.office(ref),
            self._units.category(row.profession),
            position,
            level,
            support,
        )
        self._made.workers.append(worker)
        self._memberships(worker)
        if "audit" in row.profession.casefold() or (senior_level and ref == self._posts.top):
            self._made.add("group_members", person_id=person, group_id="auditors")
        if "secondment" in f"{row.unit} {row.title}".casefold():
            self._made.add("group_members", person_id=person, group_id="secondees")

    def _memberships(self, worker: Worker) -> None:
        in_team = "no" if not worker.position else "view" if worker.support else "edit"
        in_office = {"segment_manager": "edit", "team_leader": "view"}.get(worker.level, "no")
        # Somebody with an interest in the cases of their own profession is kept from them.
        conflict = worker.level == "caseworker" and share(self._seed, "denied", worker.person) < _DENIED
        in_category = "deny" if conflict else "no"
        places = (
            (worker.team, in_team, worker.level == "team_leader", worker.support),
            (worker.office, in_office, worker.level == "segment_manager", False),
            (worker.category, in_category, False, False),
        )
        for order, (unit, access, manager, support) in enumerate((p for p in places if p[0]), start=1):
            self._made.add(
                "memberships",
                person_id=worker.person,
                unit_id=unit,
                access=access,
                position=str(order),
                manager=str(manager).lower(),
                admin_support=str(support).lower(),
            )
