"""The picture, its printed twin, and the page that is handed on: they say what the sentences say, and nothing else."""

from __future__ import annotations

import re
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

import seewhy
from seewhy.api import Graph
from seewhy.explorer import palette, print_page
from seewhy.explorer.components.change_cards import ChangeBar, Part
from seewhy.explorer.data.connection import Revision
from seewhy.explorer.picture.chains import chained
from seewhy.explorer.picture.change_bars import change_bars
from seewhy.explorer.picture.lanes import drawing
from seewhy.explorer.picture.layout import HEIGHT, placed
from seewhy.explorer.picture.model import MOST, Drawing
from seewhy.explorer.picture.svg import svg
from seewhy.graph.answers.check import WhyAnswer
from tests.app import hostile
from tests.app.conftest import DAY, ROOT

NOW = Revision("embedded kglite", "graph", "load-0001", "2026-11-25T10:00:00+00:00", DAY, "key")


@pytest.fixture(scope="module")
def graph(sample_graph: Path) -> Iterator[Graph]:
    with seewhy.connect(sample_graph) as opened:
        yield opened


@pytest.fixture(scope="module")
def answers(graph: Graph) -> list[WhyAnswer]:
    people = [row["id"] for row in graph.session.run("organisation/people")]
    cases = [row["id"] for row in graph.session.run("organisation/cases")]
    pairs = [(p, c) for p in people for c in ("m-101", "c-102", "i-105", "e-210")]
    pairs += [(p, c) for c in cases for p in ("ana", "imani", "hiro")]
    return [graph.why(person, case, DAY) for person, case in pairs]


def drawn(answer: WhyAnswer) -> Drawing:
    return drawing(answer, lambda end: "")


def test_every_fact_is_drawn_and_nothing_else(answers: list[WhyAnswer]) -> None:
    for answer in answers:
        picture = drawn(answer)
        assert picture.left_out == 0
        lines = {edge["id"] for edge in picture.network.edges}
        on_lines = {fact for id, facts in picture.facts.items() if id in lines for fact in facts}
        assert on_lines == {step for reason in answer.reasons for step in reason.path}


def test_only_the_deciding_path_is_thick(answers: list[WhyAnswer]) -> None:
    for answer in answers:
        picture = drawn(answer)
        thick = {edge["id"] for edge in picture.network.edges if edge["strength"] == "decides"}
        deciding = {step for reason in answer.reasons if reason.decides for step in reason.path}
        assert {fact for id in thick for fact in picture.facts.get(id, ())} >= deciding
        assert bool(thick) == bool(deciding)


def test_cards_never_overlap_and_the_picture_is_the_same_every_time(answers: list[WhyAnswer]) -> None:
    for answer in answers:
        one, two = drawn(answer), drawn(answer)
        assert one.network.nodes == two.network.nodes
        assert one.network.edges == two.network.edges
        for a, b in combinations(one.network.nodes, 2):
            assert abs(a["x"] - b["x"]) * 2 >= a["wide"] + b["wide"] or abs(a["y"] - b["y"]) >= HEIGHT
        assert one.size <= MOST


def test_parts_that_no_row_joins_are_joined_end_to_end() -> None:
    chain = chained("p", "c", [("p", "role"), ("role", "privilege"), ("c", "team"), ("team", "above")])
    assert chain.implied == (("privilege", "above"),)
    boxes = placed("p", "c", [chain]).boxes
    assert [card for (_, card), box in sorted(boxes.items(), key=lambda item: item[1].x)] == [
        "p",
        "role",
        "privilege",
        "above",
        "team",
        "c",
    ]


def test_too_many_reasons_are_counted_not_drawn(graph: Graph) -> None:
    from dataclasses import replace

    answer = graph.why("ana", "m-101", DAY)
    (reason,) = answer.reasons
    many = tuple(
        replace(
            reason,
            path=tuple(
                replace(step, end=replace(step.end, id=f"{step.end.id}-{n}"), source=f"work.csv:{n}")
                if step.end.kind == "position"
                else replace(step, start=replace(step.start, id=f"{step.start.id}-{n}"), source=f"work.csv:{n}")
                for step in reason.path
            ),
        )
        for n in range(60)
    )
    picture = drawn(replace(answer, reasons=many))
    assert picture.size <= MOST
    assert picture.left_out > 0


def test_the_printed_twin_stands_at_the_same_places(answers: list[WhyAnswer]) -> None:
    for answer in answers[:80]:
        picture = drawn(answer)
        tree = ET.fromstring(svg(picture, "title", "description", verdict="yes"))
        boxes = {
            (float(r.attrib["x"]), float(r.attrib["y"]))
            for r in tree.iter("{http://www.w3.org/2000/svg}rect")
            if r.attrib.get("rx") == "9"
        }
        assert boxes == {(round(n["x"] - n["wide"] / 2, 1), n["y"] - HEIGHT / 2) for n in picture.network.nodes}


def test_the_page_to_hand_on_has_no_script_and_fetches_nothing(hostile_graph: Path) -> None:
    with seewhy.connect(hostile_graph) as graph:
        answer = graph.why(hostile.PERSON_ID, hostile.CASE_ID, DAY)
    text = print_page.page(answer, drawn(answer), NOW).decode()
    assert "default-src 'none'" in text
    for raw in ("<script", "<img", "<b>case", "onerror=alert(1)>"):
        assert raw not in text
    assert "&lt;script&gt;alert(3)&lt;/script&gt;" in text
    assert not re.search(r"""(?:src|href)=["']""", text)
    ET.fromstring(re.search(r"<svg.*?</svg>", text, re.DOTALL).group())  # type: ignore[union-attr]


def test_the_page_to_hand_on_says_every_sentence(graph: Graph) -> None:
    answer = graph.why("kasia", "e-212", DAY)
    text = print_page.page(answer, drawn(answer), NOW).decode()
    for reason in answer.reasons:
        for step in reason.path:
            assert step.sentence[1:] in text
    for rung in answer.ladder:
        assert rung.question in text
    assert "<svg" in text


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("mode", [palette.LIGHT, palette.DARK])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *((t, g) for t in ("ink", "muted", "brand") for g in ("page", "surface", "sunk")),
        ("faint", "page"),
        ("faint", "surface"),
        *((v, f"{v}-tint") for v in ("yes", "no", "blocked", "depends")),
        *(("ink", f"{v}-tint") for v in ("yes", "no", "blocked", "depends")),
        *(("muted", f"{v}-tint") for v in ("yes", "no", "blocked", "depends")),
    ],
)
def test_text_can_be_read(text: str, ground: str, mode: int) -> None:
    one, two = _luminance(palette.COLOURS[text][mode]), _luminance(palette.COLOURS[ground][mode])
    assert (max(one, two) + 0.05) / (min(one, two) + 0.05) >= 4.5


def test_the_theme_is_the_palette() -> None:
    written = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    for name, value in palette.theme().items():
        found = written
        for part in name.split("."):
            found = found[part]
        assert str(found).lower() == value.lower(), name


def test_the_bars_of_a_comparison_say_their_numbers_and_no_markup() -> None:
    gained, lost = Part(2_711, "gained", "yes"), Part(90, "lost", "blocked")
    bars = [ChangeBar("people.csv: 3 rows <began>", (gained, lost)), ChangeBar("cases.csv: 1 row ended", (lost,))]
    root = ET.fromstring(change_bars("<b>Nobody</b> lost", "of \"all\" & everybody", bars))
    said = [text for one in root.iter() if (text := (one.text or "").strip())]
    assert {"<b>Nobody</b> lost", "people.csv: 3 rows <began>", "2,711 gained, 90 lost", "90 lost"} <= set(said)
    _paper, *pieces = root.iter("{http://www.w3.org/2000/svg}rect")
    wide = [float(one.get("width", "0")) for one in pieces]
    assert wide[1] == wide[2] < wide[0], "bars of one scale"
