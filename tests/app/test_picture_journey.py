"""The picture in a real browser: neighbours in place, zoom that leaves the page its wheel, files to take away."""

from __future__ import annotations

import re
import struct
import time
import xml.etree.ElementTree as ET
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.app.conftest import DAY
from tests.app.test_journeys import WAIT, card, opened, settled
from tests.support.actions import Actions


def becomes(picture: Locator, said: str, given: object = None) -> None:
    """Wait until a function of the picture's box says yes; it lives behind a shadow root."""
    end = time.monotonic() + WAIT / 1000
    while not picture.evaluate(f"(box, given) => Boolean({said})", given):
        assert time.monotonic() < end, said
        picture.page.wait_for_timeout(50)


def test_a_picture_is_opened_zoomed_and_taken_away(explorer: str, page: Page, tmp_path: Path) -> None:
    outside = opened(page, f"{explorer}/why?person=chen&case=e-210&asof={DAY}")
    picture = page.locator(".picture")
    expect(picture.locator("canvas")).to_be_visible(timeout=WAIT)
    actions = Actions(page)

    # What would change the answer is drawn when it was found: between two clicks it would make them two of one.
    settled(page)
    at = card(page, "unit:policy")
    actions.taken += 1
    picture.dblclick(position={"x": at["x"], "y": at["y"]})
    becomes(picture, "box.__net.body.nodes['case:e-204']")
    assert actions.taken == 1
    settled(page)
    # The line to a neighbour is no part of the path: what decides is drawn as before, and neighbours stand apart.
    below, path = card(page, "case:e-204"), card(page, "unit:dept")
    assert below["y"] > path["y"] + 20

    scale = picture.evaluate("box => box.__net.getScale()")
    before = page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")
    picture.hover()
    page.mouse.wheel(0, 200)
    page.wait_for_function(
        "before => document.querySelector('[data-testid=stMain]').scrollTop > before", arg=before, timeout=WAIT
    )
    assert picture.evaluate("box => box.__net.getScale()") == scale
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    becomes(picture, "box.__net.getScale() > given", scale)
    picture.focus()
    actions.press("0")
    becomes(picture, "Math.abs(box.__net.getScale() - given) < 0.01", scale)
    actions.press("+")
    assert picture.evaluate("box => box.__net.getScale()") > scale
    actions.press("ArrowRight")
    expect(page.locator(".spoken")).to_contain_text(re.compile(r"\(\d+ of \d+\)"), timeout=WAIT)

    settled(page)
    files = {}
    for kind in ("SVG", "PNG"):
        with page.expect_download() as download:
            actions.click(page.get_by_role("button", name=f"Download the picture as {kind}"))
        files[kind] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[kind])
    assert files["SVG"].name == f"why-chen-e-210-{DAY}.svg"
    tree = ET.parse(files["SVG"]).getroot()
    words = " ".join(text.text or "" for text in tree.iter("{http://www.w3.org/2000/svg}text"))
    assert "Alder House" in words
    assert "Rail policy" in words
    head = files["PNG"].read_bytes()[:24]
    assert head.startswith(b"\x89PNG")
    wide, high = struct.unpack(">II", head[16:24])
    assert wide == round(2 * float(tree.attrib["width"]))
    assert high == round(2 * float(tree.attrib["height"]))
    assert actions.taken == 6

    # On a phone the same picture runs downwards.
    page.set_viewport_size({"width": 390, "height": 844})
    becomes(picture, "box.__net.getPosition('case:e-210').y > box.__net.getPosition('unit:policy').y")
    becomes(picture, "box.__net.getPosition('unit:policy').x === box.__net.getPosition('person:chen').x")
    assert outside == []
