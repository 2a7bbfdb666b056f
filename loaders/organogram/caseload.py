"""A seeded caseload, dealt to the people of the organisation: every other case to each of the two systems.

Nothing here is published data. Cases keep their id and, while the person is there, their person from one snapshot of a
department to the next, with the same seed.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

from seewhy.loaders.organogram.draws import Ring, point, share
from seewhy.loaders.organogram.organisation import MEMBERSHIPS, POSITIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seewhy.loaders.organogram.organisation import Organisation, Worker

_TYPES = {
    "appeal": "Appeal",
    "application": "Application",
    "complaint": "Complaint",
    "enquiry": "Enquiry",
    "foi": "Freedom of information request",
    "pq": "Parliamentary question",
}
# Before the earliest snapshot of the series (2011-03-31).
_FIRST_DAY, _DAYS = date(2009, 1, 1), 700


def deal(organisation: Organisation, cases: int, seed: int) -> None:
    """Add `cases` cases with their people and work; none when there is nobody to work on them."""
    files = organisation.files
    files["case_types"] = [{"case_type_id": key, "name": name} for key, name in _TYPES.items()]
    dealer = _Dealer(organisation, seed)
    if not dealer.workers:
        return
    for number in range(1, cases + 1):
        dealer.deal(number)


def _rings(seed: int, workers: Iterable[Worker]) -> dict[str, Ring]:
    """A ring of its people for each team that has any."""
    teams: dict[str, dict[str, int]] = defaultdict(dict)
    for worker in workers:
        teams[worker.team][worker.person] = 1
    return {team: Ring(seed, people) for team, people in teams.items()}


class _Dealer:
    def __init__(self, organisation: Organisation, seed: int) -> None:
        self.files = organisation.files
        self.seed = seed
        self.workers = {worker.person: worker for worker in organisation.workers if worker.position}
        everybody = list(self.workers.values())
        caseworkers = [worker for worker in everybody if worker.level == "caseworker" and not worker.support]
        self.owners = _rings(seed, caseworkers or everybody)
        self.colleagues = _rings(seed, everybody)
        self.support = _rings(seed, [worker for worker in everybody if worker.support])
        # A team of a thousand takes ten times the cases of a team of one: a new directorate of thousands must not draw
        # every case of the department to itself.
        self.teams = Ring(seed, {team: ring.size.bit_length() for team, ring in self.owners.items()})

    def deal(self, number: int) -> None:
        case = f"case-{self.seed}-{number:05}"
        team = self.teams.draw(point(self.seed, case, "team"))
        owner = self.workers[self.owners[team].draw(point(self.seed, case, "owner"))]
        kind = list(_TYPES)[point(self.seed, case, "type") % len(_TYPES)]
        positions = number % 2 == 1
        row = {
            "case_id": case,
            "system_id": POSITIONS if positions else MEMBERSHIPS,
            "title": f"{_TYPES[kind]} {number}",
            "status": "closed" if self._share(case, "status") < 0.15 else "open",
            "case_type_id": kind,
            "created_on": str(_FIRST_DAY + timedelta(days=int(self._share(case, "day") * _DAYS))),
        }
        if positions:
            self.files["cases"].append(row)
            self._work(case, owner)
        else:
            row["office_id"] = owner.office if self._share(case, "office") < 0.95 else ""
            row["team_id"] = owner.team
            row["category_id"] = owner.category if self._share(case, "category") < 0.9 else ""
            row["limited"] = "true" if self._share(case, "limited") < 0.03 else "false"
            self.files["cases"].append(row)
            self._links(case, owner)

    def _share(self, *name: str) -> float:
        return share(self.seed, *name)

    def _colleague(self, case: str, owner: Worker, why: str, *, elsewhere: bool = False) -> str:
        team = self.teams.draw(point(self.seed, case, why, "team"), but=owner.team) if elsewhere else ""
        return self.colleagues[team or owner.team].draw(point(self.seed, case, why), but=owner.person)

    def _work(self, case: str, owner: Worker) -> None:
        for n in range(1, 2 + int(self._share(case, "work") * 3)):
            work = f"{case}-w{n}"
            where = self._share(work, "where")
            row = {
                "work_id": work,
                "case_id": case,
                "kind": "activity" if self._share(work, "kind") < 0.3 else "service_request",
                "status": "closed" if self._share(work, "status") < 0.25 else "open",
            }
            colleague = self._colleague(work, owner, "colleague")
            if where < 0.65 or (where < 0.8 and not colleague):
                row["position_id"] = owner.position
            elif where < 0.8:
                row["position_id"] = self.workers[colleague].position
            else:
                row["hopper_unit_id"] = owner.segment if where >= 0.95 and owner.segment else owner.team
            self.files["work"].append(row)

    def _links(self, case: str, owner: Worker) -> None:
        def link(person: str, kind: str, access: str = "") -> None:
            if person:
                self.files["case_people"].append({"case_id": case, "person_id": person, "link": kind, "access": access})

        if self._share(case, "assigned") < 0.95:
            link(owner.person, "assigned_to")
        helped = self._share(case, "helped")
        if helped < 0.3:
            helper = self._colleague(case, owner, "helper", elsewhere=helped < 0.15)
            link(helper, "other_staff", "view" if self._share(case, "access") < 0.4 else "edit")
        support = self.support.get(owner.team)
        opener = support.draw(point(self.seed, case, "opener"), but=owner.person) if support else ""
        link(opener or owner.person, "created_by")
