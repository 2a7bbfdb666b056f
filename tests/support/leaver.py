"""The sample organisation in two snapshots: somebody is in the first one, in every way that a row can name a person,
and not in the second. And what a graph of such snapshots answers, to be compared."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import seewhy
from seewhy.auth.log.recorder import plain
from seewhy.graph.questions.timeline import timeline

SAMPLE = Path(__file__).parents[2] / "loaders" / "sample"
DAYS = ("2026-11-20", "2026-11-25")
ID, NAME, EMAIL = "zoe-q17", "Zoe Quistgaard", "zoe.quistgaard@leaver.example"
TRACES = tuple(text.encode() for text in (ID, NAME, EMAIL, "Quistgaard"))

_ABOUT_HER = {
    "people": f"{ID},{NAME},true,chidi,Caseworker,false,2024-01-08,,for years,{EMAIL}",
    "memberships": f"{ID},north,edit,,,1,2024-01-08,,",
    "case_people": f"c-101,{ID},other_staff,view,,2026-02-02,,{NAME} advises",
    "holdings": f"{ID},enf-a1,primary,false,,,,,,,,,2024-01-08,,",
    "access_rules": f"n-zoe,ecase,named,cannot,view,person,{ID},attached,,Not for {NAME},2024-01-08,,",
    "case_rules": "e-207,n-zoe,2026-07-14,,",
}
_ABOUT_OTHERS = {
    "holdings": ("ana,jr-a2,hierarchical,true,,chidi", f"ana,jr-a2,hierarchical,false,{ID},chidi"),
    "memberships": ("rosa,er,view,,,2,2024-01-08,,", f"rosa,er,edit,,,2,2024-01-08,,sits beside {NAME}; {ID}"),
}


def leaver_folders(place: Path) -> tuple[Path, Path]:
    """The two folders, below `place`."""
    first, second = shutil.copytree(SAMPLE, place / "first"), shutil.copytree(SAMPLE, place / "second")
    for stem in {*_ABOUT_HER, *_ABOUT_OTHERS}:
        file = first / f"{stem}.csv"
        text = file.read_text("utf-8")
        before, after = _ABOUT_OTHERS.get(stem, ("", ""))
        assert before in text
        text = text.replace(before, after) if before else text
        head, *rows = text.splitlines()
        if stem == "people":
            head, rows = f"{head},email", [f"{row}," for row in rows]
        file.write_text("\n".join([head, *rows, _ABOUT_HER[stem]]) + "\n", "utf-8")
    return first, second


def load_both(target: Any, folders: tuple[Path, Path]) -> None:
    """A graph of two loads."""
    for day, folder in zip(DAYS, folders, strict=True):
        with seewhy.connect(target, write=True) as graph:
            graph.load(folder, day)


def answers(target: Any, *, leaver: bool = True, few: bool = False) -> dict[str, str]:
    """Many questions about each day, with their answers as JSON; the name of the engine is left out of them. Without
    `leaver` those about her are not asked; `few` leaves out those of many texts, which a server plans one by one."""
    found: dict[str, Any] = {}
    with seewhy.connect(target) as graph:
        engine = f"{graph.session.engine.name} {graph.session.engine.version}"
        found["loads"] = [load.as_dict() for load in graph.session.engine.loads()]
        for day in DAYS:
            found[f"who {day}"] = graph.who("c-101", day).as_dict()
            found[f"what {day}"] = graph.what("sam", day).as_dict()
            if not few:
                pairs = [(one.person, one.cases.tolist(), one.codes.tolist()) for one in graph.pairs(day)]
                found[f"pairs {day}"] = pairs
                found[f"why ana {day}"] = graph.why("ana", "c-101", day).as_dict()
                found[f"why rosa {day}"] = graph.why("rosa", "e-207", day).as_dict()
                found[f"person {day}"] = graph.person("rosa", day).as_dict()
                found[f"findings {day}"] = graph.findings(as_of=day).as_dict()
                found[f"eligible {day}"] = graph.eligible("assign", day, case="c-101").as_dict()
        found["why"] = graph.why(ID if leaver else "ana", "c-101", DAYS[0]).as_dict()
        found["diff"] = graph.diff(*DAYS).as_dict()
        found["timeline"] = plain(timeline(graph.session, ID if leaver else "rosa", "c-101"))
    return {name: json.dumps(one, default=str).replace(engine, "ENGINE") for name, one in found.items()}
