"""Laws of the HTTP interface: an evaluation is what `check` says, and a search finds exactly what evaluates to true.

`SEEWHY_HTTP_PAIRS=100000` compares as many random pairs: five minutes on a quiet machine.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from tests.support.world_graphs import embedded
from tests.unit.http.conftest import Client
from tests.worlds.builder import DAY
from tests.worlds.organisation import organisation
from tests.worlds.strategies import seeded_world

PAIRS = int(os.environ.get("SEEWHY_HTTP_PAIRS", "3000"))
BATCH, SEARCH = "/access/v1/evaluations", "/access/v1/search"
ENOUGH = {"view": ("view", "edit"), "edit": ("edit",)}
Pair = tuple[str, str]


@cache
def clients() -> tuple[Client, ...]:
    """An organisation of all schemes, and a small one whose ids try to be something else."""
    return Client(embedded(organisation(7, 250, 900), DAY)), Client(embedded(seeded_world("mixed", 103), DAY))


def ids(client: Client, plural: str) -> list[str]:
    return sorted(row["id"] for row in client.graph.session.run(f"organisation/{plural}"))


def body(person: str, case: str, action: str) -> dict[str, Any]:
    return {
        "subject": {"type": "person", "id": person},
        "action": {"name": action},
        "resource": {"type": "case", "id": case},
        "context": {"as_of": DAY},
    }


def decisions(client: Client, pairs: Sequence[Pair], action: str) -> Iterator[bool]:
    for begin in range(0, len(pairs), 1000):
        items = [{"subject": {"id": p}, "resource": {"id": c}} for p, c in pairs[begin : begin + 1000]]
        answers = client.post(BATCH, {**body("x", "y", action), "evaluations": items})["evaluations"]
        assert all(answer.keys() == {"decision"} for answer in answers)
        yield from (answer["decision"] for answer in answers)


def test_an_evaluation_is_what_check_says() -> None:
    draw, compared, yes = random.Random(29), 0, 0
    for client, share in zip(clients(), (0.8, 0.2), strict=True):
        people, cases = ids(client, "people"), ids(client, "cases")
        some_people = draw.sample(people, min(80, len(people)))
        seen = [(person, row.case) for person in some_people for row in client.graph.what(person, DAY).cases]
        count = min(int(PAIRS * share), len(people) * len(cases))
        # Half of them where somebody sees something: elsewhere nearly every answer is no.
        pairs = [draw.choice(seen) if n % 2 else (draw.choice(people), draw.choice(cases)) for n in range(count)]
        for action in ("view", "edit"):
            some = pairs[action == "edit" :: 2]
            for pair, decision in zip(some, decisions(client, some, action), strict=True):
                answer = client.graph.check(*pair, DAY)
                assert decision is (answer.value in ENOUGH[action]), (pair, action)
                compared, yes = compared + 1, yes + decision
                if compared % 40 == 0:
                    told = client.post("/access/v1/evaluation", body(*pair, action))
                    context = told["context"]
                    assert (told["decision"], context["value"], context["step"]) == (
                        decision,
                        answer.value,
                        answer.step,
                    )
    assert compared >= 0.8 * PAIRS
    assert compared / 5 < yes < compared


def test_a_search_finds_exactly_what_evaluates_to_true() -> None:
    draw, found = random.Random(31), 0
    for client in clients():
        people, cases = ids(client, "people"), ids(client, "cases")
        for person in draw.sample(people, min(6, len(people))):
            for action in ENOUGH:
                request = {**body(person, "x", action), "resource": {"type": "case"}}
                results = client.post(f"{SEARCH}/resource", request)["results"]
                pairs = [(person, case) for case in cases]
                allowed = [c for (_, c), yes in zip(pairs, decisions(client, pairs, action), strict=True) if yes]
                assert results == [{"type": "case", "id": case} for case in allowed]
                assert paged(client, "resource", request, draw.choice([7, 50, 1000])) == results
                found += len(results)
        for case in draw.sample(cases, min(12, len(cases))):
            request = {**body("x", case, "view"), "subject": {"type": "user"}}
            results = client.post(f"{SEARCH}/subject", request)["results"]
            pairs = [(person, case) for person in people]
            allowed = [p for (p, _), yes in zip(pairs, decisions(client, pairs, "view"), strict=True) if yes]
            assert results == [{"type": "user", "id": person} for person in allowed]
            assert paged(client, "subject", request, draw.choice([1, 9])) == results
            found += len(results)
    assert found > 200


def paged(client: Client, kind: str, request: dict[str, Any], limit: int) -> list[Any]:
    found, page = [], {"limit": limit}
    while True:
        answer = client.post(f"{SEARCH}/{kind}", {**request, "page": page})
        found += answer["results"]
        assert answer["page"]["count"] == len(answer["results"])
        if not answer["page"]["next_token"]:
            assert answer["page"]["total"] == len(found)
            return found
        page = {"limit": limit, "token": answer["page"]["next_token"]}
