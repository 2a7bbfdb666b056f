"""Scheme folders drawn from a seed: up to four rungs over the facts of SeeWhy's own files, guards, actions, an upgrade.

A folder is text, written to a place and read through the door that everybody's own folders come by. Every one is to be
accepted: a refusal is a fault of this file. Halves are drawn independently and meet in a unit, a person, a position, a
privilege or nowhere, so that most combinations have no name in any product. Long because each kind of fact has its way
of being drawn.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seewhy.graph.schemes.places import folders_at

if TYPE_CHECKING:
    from pathlib import Path

    from seewhy.cypher.folders import Folder

NAME = "drawn"
ACTION = "close"
ROLES = (
    *("customer", "customer_admin", "fee_earner_supervisor", "fee_earner", "referrer_manager", "referrer"),
    *("estate_agent_manager", "estate_agent", "client"),
)
ACCESS = ("m.access = 'edit'", "m.access <> 'no'", "m.access IN ['view', 'edit']", "m.access <> 'deny'", "m.manager")
LINKS = (
    *("assigned_to", "other_staff", "created_by", "supervisor", "client", "owner", "drafter", "adviser", "contributor"),
    *("qa_recipient", "task_holder", "watcher"),
)
PLACES = {
    "IN_OFFICE": "office_id", "IN_TEAM": "team_id", "IN_CATEGORY": "category_id", "FOR_FIRM": "firm_id",
    "REFERRED_BY": "referrers", "SOLD_BY": "agents", "FOR_CLIENT": "clients", "WORK_IN": "work_units",
}  # fmt: skip
"""What lies between a profile and a unit, and what `profile` lists for it."""
FLAGS = {
    "f.limited": "limited", "NOT f.limited": "limited", "f.own_sensitive": "sensitive",
    "NOT f.own_sensitive": "sensitive", "f.status = 'open'": "status", "f.status <> 'closed'": "status",
    "f.status IN ['draft', 'closed']": "status",
}  # fmt: skip
PRIVILEGES = ("View cases", "Search for cases", "Manage a hub", "Edit any case", "Ignore all Access Rules")


@dataclass(frozen=True)
class Half:
    """A drawn half: its clauses, conditions of the last one, evidence, and what else the rung says because of it."""

    text: str
    where: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    match: str = ""
    value: str = ""
    says: tuple[str, ...] = ()
    now: str = ""

    def __str__(self) -> str:
        return self.text + (f"\nWHERE {' AND '.join(self.where)}" if self.where else "")


@dataclass(frozen=True)
class Rung:
    """Both halves of a drawn rung, and what it is about."""

    person: Half
    case: Half
    about: str = "profile"
    everything: bool = False
    candidates: str = ""
    suggests: str = ""

    @property
    def evidence(self) -> tuple[str, ...]:
        return self.person.evidence + self.case.evidence


class _Drawing:
    """One folder, drawn."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.profile: set[str] = set()
        self.links: set[str] = set()

    def chance(self, share: float) -> bool:
        return self.draw.random() < share

    # halves

    def flags(self, share: float = 0.35) -> tuple[str, ...]:
        """Conditions on the profile."""
        if not self.chance(share):
            return ()
        chosen = self.draw.choice(sorted(FLAGS))
        self.profile.add(FLAGS[chosen])
        return (chosen,)

    def member(self, unit: str) -> Half:
        """A membership, with all its words for its value or a condition."""
        if self.chance(0.4):
            words = self.draw.sample(["none", "edit", "view"], 3)
            value = "CASE m.access WHEN 'deny' THEN 'none' ELSE m.access END"
            where = ("m.access <> 'no'", "ON_DAY(m)")
            return Half(f"MATCH (p:Person)-[m:MEMBER_OF]->{unit}", where, ("m",), value=value, says=tuple(words))
        if self.chance(0.15):
            value, words = "CASE WHEN m.manager THEN 'edit' ELSE 'view' END", self.draw.sample(["edit", "view"], 2)
            text = f"MATCH (p:Person)-[m:MEMBER_OF]->{unit}"
            return Half(text, ("ON_DAY(m)",), ("m",), value=value, says=tuple(words))
        where = (*([self.draw.choice(ACCESS)] if self.chance(0.8) else []), "ON_DAY(m)")
        return Half(f"MATCH (p:Person)-[m:MEMBER_OF]->{unit}", where, ("m",))

    def holder(self, unit: str) -> Half:
        """A position held, that leads, manages or lies at a unit."""
        kind = self.draw.choice(["LEADS", "MANAGES", "POSITION_AT"])
        asked = ("", "h.kind = 'primary'", "h.active", "t.system = h.system", "h.covers = ''")
        more = tuple(filter(None, [self.draw.choice(asked)]))
        now = ""
        if self.chance(0.3):
            now = "CASE WHEN h.active THEN 'edit' ELSE 'view' END"
        text = f"MATCH (p:Person)-[h:HOLDS_POSITION]->(:Position)-[t:{kind}]->{unit}"
        return Half(text, (*more, "ON_DAY(h)", "ON_DAY(t)"), ("h", "t"), self.system("h"), now=now)

    def actor(self, unit: str) -> Half:
        """A portal role at a unit."""
        roles = self.draw.sample(ROLES, self.draw.randint(1, 4))
        one = f"r.role = '{roles[0]}'" if len(roles) == 1 else f"r.role IN [{', '.join(repr(x) for x in roles)}]"
        where = (*([one] if self.chance(0.6) else []), "ON_DAY(r)")
        return Half(f"MATCH (p:Person)-[r:ACTS_AT]->{unit}", where, ("r",), self.system("r"))

    def system(self, relation: str) -> str:
        return f"{relation}.system = f.system" if self.chance(0.4) else ""

    def of_unit(self) -> Half:
        """A person half that ends at the unit `u`, perhaps one above or the whole firm."""
        way = self.draw.choice([self.member, self.member, self.holder, self.actor])
        if self.chance(0.7):
            return way("(u:Unit)")
        kind = self.draw.choice(["WITHIN", "IN_FIRM", "PART_OF"])
        half = way("(:Unit)" + f"-[n:{kind}]->(u:Unit)")
        return replace(half, where=(*half.where, "ON_DAY(n)"), evidence=(*half.evidence, "n"))

    def at_unit(self) -> Half:
        """A case half that ends at the unit `u`."""
        kinds = self.draw.sample(sorted(PLACES), self.draw.choice([1, 1, 2, 3]))
        self.profile.update(PLACES[kind] for kind in kinds)
        start = f"MATCH (f:AccessProfile)-[i:{'|'.join(kinds)}]->"
        if self.chance(0.75):
            return Half(f"{start}(u:Unit)", self.flags(), ("i",))
        kind = self.draw.choice(["WITHIN", "IN_FIRM", "PART_OF"])
        return Half(f"{start}(:Unit)-[b:{kind}]->(u:Unit)", (*self.flags(), "ON_DAY(b)"), ("i", "b"))

    def some_links(self, count: int) -> list[str]:
        # Most worlds have few of each link: the frequent ones are drawn more often.
        chosen = self.draw.sample((*LINKS, *LINKS[:3]), count)
        self.links.update(chosen)
        return list(dict.fromkeys(chosen))

    # rungs

    def by_unit(self) -> Rung:
        person, case = self.of_unit(), self.at_unit()
        if "m:MEMBER_OF]->(u:" not in person.text or "b" in case.evidence:
            return Rung(person, case)
        places = case.text.split("[i:")[1].split("]")[0]
        access = self.draw.choice(("view", "edit"))
        return Rung(person, case, candidates=f"MATCH (f)-[n:{places}]->(x:Unit)",
                    suggests=f"memberships; unit_id = x.id; access = '{access}'")  # fmt: skip

    def by_link(self) -> Rung:
        """A personal link, perhaps with its own value or slot, perhaps of cases with a flag only."""
        links = self.some_links(self.draw.choice([1, 1, 2]))
        half = Half(f"MATCH (c:CaseFile)-[l:{'|'.join(links).upper()}]->(p:Person)", ("ON_DAY(l)",), ("l",))
        if links == ["other_staff"]:
            half = replace(half, value="l.access", says=tuple(self.draw.sample(["edit", "view"], 2)))
        elif links == ["client"] and self.chance(0.5):
            half = replace(half, where=("l.slot <= 4", "ON_DAY(l)"))
        if flags := self.flags(0.3):
            text = f"{half}\nMATCH (c)-[j:HAS_PROFILE]->(f:AccessProfile)"
            half = replace(half, text=text, where=(*flags, "ON_DAY(j)"))
        found = f"MATCH (c)-[n:{'|'.join(links).upper()}]->(x:Person) WHERE ON_DAY(n)"
        row = f"case_people; case_id = c.id; link = '{links[0]}'"
        return Rung(Half("MATCH (p:Person)"), half, "case", candidates=found, suggests=row)

    def by_link_and_unit(self) -> Rung:
        """A personal link that counts for somebody at a unit of the case."""
        place = self.draw.choice(sorted(PLACES))
        self.profile.add(PLACES[place])
        link = self.some_links(1)[0].upper()
        case = (
            f"MATCH (c:CaseFile)-[l:{link}]->(p:Person)\nWHERE ON_DAY(l)\n"
            "MATCH (c)-[j:HAS_PROFILE]->(f:AccessProfile)\nWHERE ON_DAY(j)\n"
            f"MATCH (f)-[i:{place}]->(u:Unit)"
        )
        return Rung(self.of_unit(), Half(case, evidence=("l", "i")), "case")

    def by_report(self) -> Rung:
        """Whoever manages somebody with a link of the case."""
        link = self.some_links(1)[0].upper()
        person = Half("MATCH (p:Person)<-[g:MANAGED_BY]-(q:Person)", ("ON_DAY(g)",), ("g",))
        return Rung(person, Half(f"MATCH (c:CaseFile)-[l:{link}]->(q:Person)", ("ON_DAY(l)",), ("l",)), "case")

    def by_work(self) -> Rung:
        """Work on a position that the person holds, or in the hopper of their unit."""
        if self.chance(0.5):
            person = Half("MATCH (p:Person)-[h:HOLDS_POSITION]->(o:Position)", ("ON_DAY(h)",), ("h",), self.system("h"))
            end, kind = "(o:Position)", "OPEN_ON"
        else:
            person, end, kind = self.of_unit(), "(u:Unit)", "IN_HOPPER"
        text = f"MATCH (c:CaseFile)<-[k:FOR_CASE]-(:WorkItem)-[l:{kind}]->{end}"
        return Rung(person, Half(text, ("ON_DAY(k)", "ON_DAY(l)"), ("k", "l")), "case")

    def by_permission(self) -> Rung:
        """A permission of a group, perhaps unless another group denies it, on cases with a flag or all."""
        name = self.draw.choice(["can_view_all_cases", "can_delete"])
        where = [f"q.id = '{name}'", "ON_DAY(g)", "ON_DAY(a)"]
        if self.chance(0.5):
            where.append(
                "NOT EXISTS { MATCH (p)-[x:IN_GROUP]->(:Group)-[d:DENIES]->(n:Permission) "
                f"WHERE n.id = '{name}' AND ON_DAY(x) AND ON_DAY(d) }}"
            )
        text = "MATCH (p:Person)-[g:IN_GROUP]->(:Group)-[a:ALLOWS]->(q:Permission)"
        person = Half(text, tuple(where), ("g", "a"))
        return Rung(person, Half("MATCH (f:AccessProfile)", self.flags(0.7)), everything=True)

    def by_privilege(self) -> Rung:
        """A privilege held anywhere, or the one that opens the queue of the case."""
        if self.chance(0.5):
            self.profile.add("queue")
            person = Half("MATCH (p:Person)-[h:HOLDS]->(:Reach)-[:OF]->(q:Privilege)", ("ON_DAY(h)",), ("h",))
            text = "MATCH (f:AccessProfile)-[i:IN_QUEUE]->(:Queue)-[o:OPENS_FOR]->(q:Privilege)"
            return Rung(person, Half(text, self.flags(), ("i", "o")))
        names = ", ".join(f"'{name}'" for name in self.draw.sample(PRIVILEGES, 3))
        text = "MATCH (p:Person)-[h:HOLDS]->(:Reach)-[:OF]->(q:Privilege)"
        person = Half(text, (f"q.id IN [{names}]", "ON_DAY(h)"), ("h",))
        return Rung(person, Half("MATCH (f:AccessProfile)", self.flags(0.8)), everything=True)

    def by_role(self) -> Rung:
        """A role whose assignment covers the team and type of the case, or any role on cases with a flag."""
        if self.chance(0.6):
            self.profile.update(("team_id", "case_type_id"))
            person = Half("MATCH (p:Person)-[g:HAS_ASSIGNMENT]->(y:Scope)", ("ON_DAY(g)",), ("g",))
            text = "MATCH (f:AccessProfile)-[:AT]->(:Spot)<-[v:COVERS]-(y:Scope)"
            return Rung(person, Half(text, (*self.draw.choice([(), ("v.near",)]), *self.flags(), "ON_DAY(v)"), ("v",)))
        person = Half("MATCH (p:Person)-[g:HAS_ROLE]->(:Role)-[e:GIVES]->(q:Privilege)",
                      (f"q.id = '{self.draw.choice(PRIVILEGES)}'", "ON_DAY(g)", "ON_DAY(e)"), ("g", "e"))  # fmt: skip
        return Rung(person, Half("MATCH (f:AccessProfile)", self.flags(0.8)), everything=True)

    def any_rung(self) -> Rung:
        ways = [
            *(self.by_unit, self.by_unit, self.by_unit, self.by_link, self.by_link, self.by_link_and_unit),
            *(self.by_report, self.by_work, self.by_permission, self.by_privilege, self.by_role),
        ]
        return self.draw.choice(ways)()

    # texts

    def rung_text(self, step: str, grants: bool) -> str:
        rung = self.any_rung()
        value, says = rung.person.value or rung.case.value, rung.person.says or rung.case.says
        if grants or not value:
            words = ("yes", "yes", "none") if grants else ("edit", "view", "view", "none")
            value, says = "", (self.draw.choice(words),)
        matches = [*(["everything"] if rung.everything else []), *filter(None, [rung.person.match])]
        head = {
            "step": step, "on": rung.about, "grants": ACTION if grants else "", "says": ", ".join(says),
            "value": value, "match": ", ".join(matches), "rules": f"DRA-{step}", "evidence": ", ".join(rung.evidence),
            "now": "" if grants or value else rung.person.now, "candidates": rung.candidates, "suggests": rung.suggests,
        }  # fmt: skip
        lines = [f"// {key}: {told}" for key, told in head.items() if told]
        return "\n".join([*lines, "//", "// Drawn.", "// person:", str(rung.person), "// case:", str(rung.case), ""])

    def guard_text(self, step: str, grants: bool) -> str:
        """Nobody below gets in where a flag says so, perhaps unless a membership lifts it."""
        flags = self.flags(1)
        unless = ""
        if self.chance(0.5):
            kind = self.draw.choice(["IN_OFFICE", "IN_TEAM", "IN_CATEGORY"])
            self.profile.add(PLACES[kind])
            unless = (
                "// unless:\n// person:\nMATCH (p:Person)-[x:MEMBER_OF]->(e:Unit)\n"
                f"WHERE {self.draw.choice(ACCESS).replace('m.', 'x.')} AND ON_DAY(x)\n"
                f"// case:\nMATCH (f:AccessProfile)-[:{kind}]->(e:Unit)\nWHERE {flags[0]}\n"
            )
        granted = f"// grants: {ACTION}\n" if grants else ""
        return (
            f"// step: {step}\n// on: profile\n{granted}// says: none\n// guard: yes\n// match: everything\n"
            f"// rules: DRA-{step}\n//\n// Drawn.\n// person:\nMATCH (p:Person)\n"
            f"// case:\nMATCH (f:AccessProfile)\nWHERE {flags[0]}\n{unless}"
        )

    def upgrade_text(self) -> str:
        if self.chance(0.5):
            return (
                "// upgrade: view to edit\n// rules: DRA-up\n//\n// Drawn.\n"
                "MATCH (p:Person)-[h:HOLDS]->(:Reach)-[:OF]->(q:Privilege)\n"
                "WHERE q.id = 'Edit any case' AND ON_DAY(h)\n"
            )
        return (
            "// upgrade: view to edit\n// rules: DRA-up\n//\n// Drawn.\n"
            "MATCH (p:Person)-[m:MEMBER_OF]->(:Unit)\nWHERE m.manager AND ON_DAY(m)\n"
        )

    def files(self) -> dict[str, str]:
        """The texts of the folder by name."""
        found: dict[str, str] = {}
        kinds = ["rung"] * self.draw.randint(1, 4)
        if self.chance(0.35):
            kinds.append("guard")
        if self.chance(0.35):
            kinds += ["granting"] * self.draw.randint(1, 2)
            kinds += ["granting guard"] if self.chance(0.2) else []
        self.draw.shuffle(kinds)
        steps = [f"step{number}" for number, _ in enumerate(kinds, 1)]
        for number, (step, kind) in enumerate(zip(steps, kinds, strict=True), 1):
            write = self.guard_text if "guard" in kind else self.rung_text
            found[f"{number}_{step}.cypher"] = write(step, "granting" in kind)
        last = "step: last\n// rules: DRA-last\n"
        if self.chance(0.2):
            flags = self.flags(1)
            last += (
                "// on: profile\n// says: view\n// match: everything\n// otherwise: none\n//\n// Drawn.\n"
                f"// person:\nMATCH (p:Person)\n// case:\nMATCH (f:AccessProfile)\nWHERE {flags[0]}\n"
            )
        else:
            last += "// otherwise: none\n//\n// Drawn.\n"
        found[f"{len(steps) + 1}_last.cypher"] = f"// {last}"
        if self.chance(0.2):
            found[f"{len(steps) + 2}_more.cypher"] = self.upgrade_text()
        steps.append("last")
        found["words.toml"] = "".join(
            f'[{step}]\nquestion = "Does {step} say so for {{person}}?"\n'
            f'met = "{step} says so"\nnothing = "{step} is silent"\n'
            for step in steps
        )
        ids = [*steps, *(["up"] if f"{len(steps) + 1}_more.cypher" in found else [])]
        found["rules.toml"] = "\n".join(f'[[rule]]\nid = "DRA-{one}"\nstatement = "Drawn."\n' for one in ids)
        blocks = [step for step in steps if f"step: {step}\n" in "".join(found.values()) and self.chance(0.3)]
        found["scheme.toml"] = (
            f'name = "{NAME}"\ntitle = "Drawn"\nproduct = "Drawn"\nversion = "1"\n'
            f"profile = {json.dumps(sorted(self.profile))}\nlinks = {json.dumps(sorted(self.links))}\n"
            f"blocks = {json.dumps(blocks)}\nvalue_now = {json.dumps('// now:' in ''.join(found.values()))}\n"
        )
        return found


def scheme_texts(seed: int) -> dict[str, str]:
    """The files of one drawn scheme by name."""
    return _Drawing(seed).files()


def drawn_scheme(seed: int, place: Path) -> Folder:
    """One drawn scheme, written below `place` and read as an organisation's own folder is."""
    folder = place / f"seed-{seed}" / NAME
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in scheme_texts(seed).items():
        (folder / name).write_text(text, "utf-8")
    (found,) = folders_at(folder)
    return found
