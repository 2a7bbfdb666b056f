"""Signing in for real: a browser, the explorer in its own process, and an identity provider on this machine."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from websockets.exceptions import InvalidStatus

from seewhy.auth.sessions import Sessions
from seewhy.auth.store import Store
from seewhy.explorer.door.home import outside
from seewhy.serving import command
from tests.app.conftest import DAY, ROOT
from tests.app.test_journeys import WAIT, drawn
from tests.servers.explorer import free_port, running
from tests.servers.identity import CLIENT, SECRET, identity_provider
from tests.servers.visitors import together, visitor
from tests.support.bar import go

ASKED = f"why?person=sam&case=c-102&asof={DAY}"


def test_a_person_signs_in_in_a_browser(sample_graph: Path, browser: Browser, tmp_path: Path) -> None:
    port, secret, state = free_port(), tmp_path / "client-secret", tmp_path / "state"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    with identity_provider() as provider:
        public = f"http://localhost:{port}"
        provider.redirects.add(f"{public}/auth/callback")
        environment = {
            **outside(os.environ),
            "SEEWHY_GRAPH": str(sample_graph),
            "PYTHONPATH": str(ROOT),
            "SEEWHY_SIGN_IN": "oidc",
            "SEEWHY_EVERYBODY_IS_ADMIN": "yes",
            "SEEWHY_PUBLIC_URL": public,
            "SEEWHY_STATE": str(state),
            "SEEWHY_OIDC_ISSUER": provider.issuer,
            "SEEWHY_OIDC_CLIENT_ID": CLIENT,
            "SEEWHY_OIDC_CLIENT_SECRET_FILE": str(secret),
        }
        with running(command(port), port, environment, tmp_path) as started:
            context = browser.new_context()
            page = context.new_page()
            page.goto(f"{public}/{ASKED}")
            page.get_by_role("link", name="Ana Ferreira").click()
            drawn(page)
            assert page.url == f"{public}/{ASKED}"
            bar = page.locator(".st-key-asker")
            expect(bar).to_contain_text("Signed in as Ana Ferreira · admin", timeout=WAIT)
            expect(page.locator("body")).not_to_contain_text("Shows everything to whoever")
            page.get_by_role("button", name="Export").click()
            with page.expect_download() as download:
                page.get_by_role("button", name="JSON").click()
            assert "c-102" in Path(download.value.path()).read_text("utf-8")
            (cookie,) = context.cookies()
            assert (cookie["httpOnly"], cookie["sameSite"], page.evaluate("document.cookie")) == (True, "Lax", "")
            held = f"{cookie['name']}={cookie['value']}"
            # A page that does not look again by itself: that would find out before the next click.
            go(page, "Rules")
            expect(page).to_have_url(re.compile("/rules"), timeout=WAIT)
            drawn(page)

            # Somebody who looks after it signs her out: the next click says so, and so does an open connection.
            sessions = Sessions(Store(state))

            async def visits() -> list[str]:
                said = []
                async with visitor(public, cookie=held) as one:
                    said.append((await one.ask("who", f"case=c-101&asof={DAY}")).html)
                    assert sessions.end_all("u-ana") == 1
                    said.append((await one.ask("who", f"case=c-101&asof={DAY}")).html)
                for cookie in ("", held):
                    with pytest.raises(InvalidStatus, match="403"):
                        async with visitor(public, cookie=cookie):
                            pass
                return said

            before, after = together(visits())
            assert "6 people can see case" in before
            assert ("not signed in any more" in after, "people can see" in after) == (True, False)
            go(page, "Structure")
            expect(page.get_by_role("alert")).to_contain_text("You are not signed in any more", timeout=WAIT)

            # Again, as somebody else, and out.
            page.get_by_role("link", name="Sign in, and ask again").click()
            page.get_by_role("link", name="Sam O'Neill").click()
            expect(bar).to_contain_text("Signed in as Sam O'Neill", timeout=WAIT)
            bar.get_by_role("link", name="Sign out").click()
            expect(page.locator("body")).to_contain_text("You are signed out of SeeWhy", timeout=WAIT)
            assert (context.cookies(), sessions.all()) == ([], [])
            page.get_by_role("link", name=re.compile("Sign out of the sign-in service")).click()
            expect(page.locator("body")).to_contain_text("Signed out of the provider", timeout=WAIT)
            page.goto(f"{public}/denied")
            expect(page.locator("h1")).to_have_text("Who are you?", timeout=WAIT)
            context.close()
            assert "Traceback" not in "".join(started.said)
