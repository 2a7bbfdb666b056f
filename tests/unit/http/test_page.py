"""The requests of docs/http.md give the answers that stand below them."""

from __future__ import annotations

import json
import re
import shlex

from tests.contract.repository import ROOT
from tests.unit.http.conftest import BASE, Client

_PAIR = re.compile(r"```sh\n(curl [^`]*)```\n\n```json\n(.*?)```", re.DOTALL)
_PLAIN = re.compile(r"```sh\ncurl -s '([^']*)'\n```\n\n[^`]")


def test_each_request_has_the_answer_of_the_page(client: Client) -> None:
    pairs = _PAIR.findall((ROOT / "docs" / "http.md").read_text("utf-8"))
    assert len(pairs) == 4
    for command, expected in pairs:
        curl, quiet, address, *options = shlex.split(command)
        assert (curl, quiet, address.startswith(BASE)) == ("curl", "-s", True)
        if options:
            flag, header, data, body = options
            assert (flag, data) == ("-H", "-d")
            kind = dict([header.split(": ")])
            answer = client.send("POST", address, content=body.encode(), headers=kind)
        else:
            answer = client.send("GET", address)
        told = json.loads(expected)
        got = answer.json()
        assert {**got, "engine": "…"} == told if "engine" in told else got == told


def test_the_why_of_the_page_has_its_reasons(client: Client) -> None:
    (address,) = _PLAIN.findall((ROOT / "docs" / "http.md").read_text("utf-8"))
    told = client.send("GET", address).json()
    assert address.startswith(f"{BASE}/v1/why?")
    assert told["reasons"][0]["path"]
    assert {"sentence", "ladder", "would_change"} <= told.keys()
