"""Quanliu in a real Chromium: a server of its own, people who sign in, axe, and pages that may not complain.

`SCREENSHOTS=folder` lets `screenshot` take its pictures there.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from app.commands.chromium import ensure_chromium
from app.db import unit_of_work
from app.engine.deployment import deploy_shipped
from app.factory import put_together
from app.settings import AppEnv, Settings
from app.web.context import Context
from tests.people import PASSWORD, settle
from tests.serving import ROOT, Server

CHROMIUM = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip
DESK, PHONE = (1440, 900), (390, 844)
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE_LINES = """r => r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n =>
  n.html.slice(0, 160) + ' (' + [...n.any, ...n.all, ...n.none].map(c => c.message).join('; ') + ')').join(' | '))"""
DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
"""Resolves when the page has been laid out and drawn as its window is now."""
PATIENCE_MS = 10_000


@dataclass
class Site:
    """A running Quanliu with its people: `cast` has their ids by login."""

    server: Server
    parts: Context
    cast: dict[str, int]

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.server.url


@contextmanager
def running(database_url: str, folder: Path, cast: dict[str, int] | None = None) -> Iterator[Site]:
    """Serve a migrated database, the clock moved by hand; without a cast, everybody is settled and what ships deployed first."""
    settings = Settings(
        env=AppEnv.TEST, database_url=database_url, storage_url=f"file://{folder}/files", clock="manual",
        instance_dir=folder,
    )  # fmt: skip
    parts = put_together(settings)
    if cast is None:
        with unit_of_work(parts.database) as unit:
            cast = settle(unit.session)
            deploy_shipped(unit, ROOT, parts.known, now=datetime.now(UTC))
    server = Server(database_url, folder, {"APP_CLOCK": "manual"})
    try:
        yield Site(server.start(), parts, cast)
    finally:
        server.stop()
        parts.database.dispose()


@pytest.fixture(scope="module")
def live_server(
    settled_template: tuple[Path, dict[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Quanliu on a fresh SQLite database; the tests of a file share it."""
    template, cast = settled_template
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(template, folder / "site.sqlite3")
    with running(f"sqlite:///{folder}/site.sqlite3", folder, dict(cast)) as site:
        yield site


@pytest.fixture
def live_server_on_postgresql(postgresql_url: str, tmp_path: Path) -> Iterator[Site]:
    """Quanliu on a fresh PostgreSQL database."""
    with running(postgresql_url, tmp_path) as site:
        yield site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; one a file, since Playwright bears only one of itself at a time."""
    program = os.environ.get("CHROMIUM") or ensure_chromium()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM))
        yield chromium
        chromium.close()


@dataclass
class Windows:
    """Browser windows of different people on one site; what their pages complain of is kept."""

    browser: Browser
    url: str
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, *, size: tuple[int, int] = DESK, locale: str = "zh-CN", scripts: bool = True) -> Page:
        """A page in a window of its own, signed in as nobody."""
        context = self.browser.new_context(
            base_url=self.url,
            viewport={"width": size[0], "height": size[1]},
            locale=locale,
            java_script_enabled=scripts,
        )
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def sign_in(self, login: str, **options: Any) -> Page:
        """A window in which somebody has signed in and sees where their work begins."""
        page = self.open(**options)
        page.goto("/sign-in")
        page.locator("#login").fill(login)
        page.locator("#password").fill(PASSWORD)
        page.locator("main form button.btn-primary").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    def _listen(self, message: Any) -> None:
        """Errors count, but for a status that a test asked for: the page itself says it to people."""
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)


@pytest.fixture
def windows(browser: Browser, live_server: Site) -> Iterator[Windows]:
    """Windows on the site; the test fails if a page broke the policy or raised."""
    windows = Windows(browser, live_server.url)
    yield windows
    for context in windows.contexts:
        context.close()
    assert windows.complaints == []


@pytest.fixture
def sign_in(windows: Windows) -> Callable[..., Page]:
    """`sign_in("reviewer_a", size=PHONE, locale="en")`: a window of that person."""
    return windows.sign_in


@pytest.fixture
def page(windows: Windows) -> Page:
    """A window of the public."""
    return windows.open()


def axe_findings(page: Page) -> list[str]:
    """What axe finds in the page as it stands, each with the places and why; laid out before it is measured."""
    page.evaluate(DRAWN)
    # through the debugger, not a script element: the page's own policy stays in force
    session = page.context.new_cdp_session(page)
    if not page.evaluate("'axe' in window"):
        session.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    expression = f"axe.run(document, {{runOnly: {RULES}, resultTypes: ['violations']}}).then({AXE_LINES})"
    said = session.send("Runtime.evaluate", {"expression": expression, "awaitPromise": True, "returnByValue": True})
    session.detach()
    return list(said["result"].get("value", [f"axe failed: {said}"]))


@pytest.fixture
def expect_accessible() -> Callable[[Page], None]:
    """Fails with axe's findings, if it has any about the page as it stands (WCAG 2.2 A, AA, best practice)."""

    def check(page: Page) -> None:
        found = axe_findings(page)
        assert found == [], f"{page.url}: {found}"

    return check


@pytest.fixture
def expect_no_sideways_scrolling() -> Callable[[Page], None]:
    """Fails if the page is wider than its window."""

    def check(page: Page) -> None:
        wide, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= window, f"{page.url} is {wide} px wide in a window of {window} px"

    return check


@pytest.fixture
def screenshot() -> Callable[[Page, str], None]:
    """Takes a picture of the whole page under a name, if somebody wants to look: a picture costs more than many a page."""
    wanted = os.environ.get("SCREENSHOTS")

    def take(page: Page, name: str) -> None:
        if wanted:
            page.screenshot(path=Path(wanted) / f"{name}.png", full_page=True)

    return take
