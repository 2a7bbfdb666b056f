"""The layout of pictures, without a browser: lanes keep apart, and no line passes behind a box that is not its own."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, pairwise

from seewhy.explorer.picture.chains import Chain, Pair, chained
from seewhy.explorer.picture.layout import Box, Line, Plan, placed
from seewhy.explorer.picture.tree_layout import indented, tree


def chains_of(seed: int) -> list[Chain]:
    """Paths with branches, rings, loose parts and cards that several paths share."""
    draw = random.Random(seed)
    found = []
    for _ in range(draw.randint(1, 9)):
        cards = ["p", *draw.sample("abcdefgh", draw.randint(0, 6)), "c"]
        pairs = [pair for pair in pairwise(cards) if draw.random() < 0.8]
        pairs += [
            (one, two)
            for one, two in combinations(cards, 2)
            if draw.random() < 0.12 and (one, two) != ("p", "c") and one != two
        ]
        found.append(chained("p", "c", draw.sample(pairs, len(pairs))))
    return found


def passes(line: Line, box: Box) -> bool:
    """Whether a line shares ground with a box."""
    return any(
        min(x1, x2) < box.x + box.width / 2
        and max(x1, x2) > box.x - box.width / 2
        and min(y1, y2) < box.y + box.height / 2
        and max(y1, y2) > box.y - box.height / 2
        for (x1, y1), (x2, y2) in zip(line.points, line.points[1:], strict=False)
    )


def faults(boxes: Mapping[object, Box], lines: Iterable[tuple[object, Line, Sequence[object]]]) -> list[str]:
    """What is wrong with a plan: boxes on one another, lines behind boxes, lines that turn other than square."""
    found = [f"{a} lies on {b}" for a, b in combinations(boxes, 2) if boxes[a].holds(boxes[b])]
    for name, line, own in lines:
        found += [f"{name} passes behind {spot}" for spot, box in boxes.items() if passes(line, box)]
        for at, end in ((line.points[0], own[0]), (line.points[-1], own[1])):
            box = boxes[end]
            beside = abs(at[0] - box.x) * 2 == box.width or abs(at[1] - box.y) * 2 == box.height
            found += [] if beside else [f"{name} does not reach {end}"]
        corners = zip(line.points, line.points[1:], strict=False)
        found += [f"{name} runs askew" for (x1, y1), (x2, y2) in corners if x1 != x2 and y1 != y2]
    return found


def ends(plan: Plan, lane: int, pair: Pair) -> list[tuple[int, str]]:
    """Start and end of a line in the order of its points."""
    a, b = ((0, card) if card in ("p", "c") else (lane, card) for card in pair)
    box, (x, y) = plan.boxes[a], plan.lines[lane, pair].points[0]
    beside = abs(x - box.x) * 2 <= box.width and abs(y - box.y) * 2 <= box.height
    return [a, b] if beside else [b, a]


def test_no_line_of_a_path_passes_behind_a_box_and_lanes_keep_apart() -> None:
    wrong: list[str] = []
    for seed in range(150):
        chains = chains_of(seed)
        labels = {(n, pair): "member, edit" for n, chain in enumerate(chains) for pair in chain.lines}
        for down in (False, True):
            plan = placed("p", "c", chains, labels, down=down)
            drawn = [((lane, pair), line, ends(plan, lane, pair)) for (lane, pair), line in plan.lines.items()]
            wrong += [f"{seed} down={down}: {fault}" for fault in faults(plan.boxes, drawn)]
            said = {(lane, card) for lane, chain in enumerate(chains) for card in chain.cards if card not in ("p", "c")}
            wrong += [f"{seed}: {one} is not drawn" for one in said - set(plan.boxes)]
            across = [
                [(box.x if down else box.y) for (n, card), box in plan.boxes.items() if n == lane and card not in "pc"]
                for lane in range(len(chains))
            ]
            rows = [one for one in across if one]
            wrong += [f"{seed}: lanes mix" for one, two in pairwise(rows) if max(one) >= min(two)]
    assert not wrong, wrong[:10]


def test_no_line_of_a_tree_passes_behind_a_box() -> None:
    wrong: list[str] = []
    for seed in range(120):
        draw = random.Random(seed)
        units = [f"u{n}" for n in range(draw.randint(1, 40))]
        children: dict[str, list[str]] = {unit: [] for unit in units}
        for n, unit in enumerate(units[1:], 1):
            children[units[draw.randrange(n)]].append(unit)
        joined = draw.sample(units, min(len(units), draw.randint(0, 5)))
        for plan in (tree(children, units[:1], "person", joined, 120), indented(children, units[:1], "person", joined)):
            drawn = [(pair, line, pair) for pair, line in plan.lines.items()]
            wrong += [f"{seed}: {fault}" for fault in faults(plan.boxes, drawn)]
            assert {*units, "person"} == set(plan.boxes)
    assert not wrong, wrong[:10]


def test_the_first_lane_runs_straight_on_top() -> None:
    chains = [chained("p", "c", [("p", f"a{n}"), (f"a{n}", "c")]) for n in range(4)]
    plan = placed("p", "c", chains)
    assert {y for pair in chains[0].lines for _, y in plan.lines[0, pair].points} == {0.0}
    tops = [plan.boxes[n, f"a{n}"].y for n in range(4)]
    assert tops == sorted(set(tops))
