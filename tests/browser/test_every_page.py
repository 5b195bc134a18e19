"""Every page and state, at a desk, on a phone and at 400 % zoom: axe, targets, focus, no sideways scrolling.

The list is in `tests/gallery.py`; a page that is not in it fails `tests/web/test_gallery.py`. The rounds are one test each, so
that people sign in once.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as PlaywrightError

from app.factory import create_app
from app.web.demo import PASSWORD
from tests.browser.conftest import DESK, PHONE, axe_findings
from tests.gallery import Stop, stops
from tests.gallery_site import Gallery
from tests.screenshots.__main__ import gallery_in

MEASURING = Path(__file__).with_name("measuring.js").read_text(encoding="utf-8")
ZOOMED = (320, 256)
"""A window of 1280 × 1024 at 400 %."""
WINDOWS = (DESK, PHONE)
CALM = """[...document.querySelectorAll('*')].filter(one => {
  const style = getComputedStyle(one);
  return [...style.transitionDuration.split(','), ...style.animationDuration.split(',')].some(span => parseFloat(span) > 0.001);
}).map(one => one.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Gallery, str]]:
    """The gallery, and where it is served."""
    with gallery_in(tmp_path_factory.mktemp("gallery")) as made:
        yield made


@pytest.fixture(scope="module")
def listed(gallery: tuple[Gallery, str]) -> list[Stop]:
    """Every stop, by who looks, so that each signs in once."""
    found = stops(create_app(gallery[0].parts.settings))
    return sorted(found, key=lambda stop: stop.who(gallery[0]) or "")


class Visitors:
    """One window for each person, signed in once."""

    def __init__(self, browser: Browser, gallery: tuple[Gallery, str]) -> None:
        self.browser, (self.gallery, self.url) = browser, gallery
        self.pages: dict[str | None, Page] = {}
        self.complaints: list[str] = []

    def go(self, stop: Stop) -> Page:
        """The page of a stop, in its state, at a desk."""
        address = stop.address(self.gallery)
        login = stop.who(self.gallery)
        page = self.pages.get(login) or self.pages.setdefault(login, self._sign_in(login))
        page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
        answer = page.goto(address)
        assert answer is None or answer.status < 500, f"{address} answers {answer.status}"
        if stop.act is not None:
            stop.act(page)
        return page

    def look(self, stop: Stop) -> list[str]:
        """What is wrong with a page; one that cannot be reached is wrong, too, and the others are still looked at."""
        try:
            return findings(self.go(stop))
        except (AssertionError, LookupError, PlaywrightError) as missed:
            return [f"not reached: {missed}"]

    def speak_english(self) -> None:
        """Everybody presses the button of the other language."""
        for page in self.pages.values():
            page.goto("/rules")
            page.locator("form[action^='/language/en'] button").click()
            page.wait_for_load_state()

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()

    def _sign_in(self, login: str | None) -> Page:
        context = self.browser.new_context(base_url=self.url, locale="zh-CN", reduced_motion="reduce")
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        if login is not None:
            page.goto("/sign-in")
            page.locator("#login").fill(login)
            page.locator("#password").fill(PASSWORD)
            page.locator("main form button.btn-primary").click()
            page.wait_for_url(lambda url: "/sign-in" not in url)
        return page


@pytest.fixture(scope="module")
def visitors(browser: Browser, gallery: tuple[Gallery, str]) -> Iterator[Visitors]:
    made = Visitors(browser, gallery)
    yield made
    made.close()


def report(visitors: Visitors, chosen: list[Stop]) -> str:
    """Everything that is wrong, a line each."""
    return "\n".join(f"{stop.name}: {line}" for stop in chosen for line in visitors.look(stop))


def findings(page: Page) -> list[str]:
    """What axe and the measuring say in each window, then the width at 400 %."""
    found: list[str] = []
    for width, height in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{width} px: {line}" for line in [*axe_findings(page), *page.evaluate(MEASURING)]]
    page.set_viewport_size({"width": ZOOMED[0], "height": ZOOMED[1]})
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [*found, *([f"400 %: {wide} px wide"] if wide > ZOOMED[0] else [])]


def test_every_page_and_state_is_accessible_at_a_desk_on_a_phone_and_at_four_hundred_per_cent(
    visitors: Visitors, listed: list[Stop]
) -> None:
    assert report(visitors, listed) == ""
    assert visitors.complaints == []


def test_nothing_moves_for_those_who_ask_for_less_motion(visitors: Visitors, listed: list[Stop]) -> None:
    moving = {stop.name: found for stop in listed if stop.in_english and (found := visitors.go(stop).evaluate(CALM))}

    assert moving == {}


def test_the_main_pages_are_accessible_in_english_too(visitors: Visitors, listed: list[Stop]) -> None:
    chosen = [stop for stop in listed if stop.in_english]
    for stop in chosen:
        visitors.go(stop)
    visitors.speak_english()

    assert report(visitors, chosen) == ""
