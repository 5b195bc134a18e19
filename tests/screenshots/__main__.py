"""`python -m tests.screenshots [name …]`: take docs/screenshots/<name>-<width>.jpg of every stop of the gallery, or of those named.

What is looked at in English, too, is `<name>.en-<width>.jpg`. Old pictures that no stop has any more are removed.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, sync_playwright

from app.commands.chromium import ensure_chromium
from app.commands.steps import say, step
from app.factory import create_app, put_together
from app.migrations import migrate
from app.settings import AppEnv, Settings
from app.web.demo import PASSWORD
from tests.gallery import Stop, stops
from tests.gallery_site import Gallery, build_gallery
from tests.serving import ROOT, Server

FOLDER = ROOT / "docs" / "screenshots"
WIDTHS = {1440: 900, 390: 844}
"""Widths and heights of the windows, in px."""
QUALITY = 80
TALLEST_PX = 4000
"""What is lower on a page is cut off: nobody looks at it in a picture."""
STILL = """document.querySelectorAll('.ql-top, .ql-outcome, .ql-dock, .ql-bulk').forEach(bar => { bar.style.position = 'static'; })"""
"""Bars that stick to an edge would lie across the picture of a whole page; the page's policy lets no style sheet in."""
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu"]


def main(wanted: list[str]) -> None:
    """Take them all, or those named."""
    with tempfile.TemporaryDirectory() as folder, gallery_in(Path(folder)) as (gallery, url):
        chosen = [stop for stop in stops(create_app(gallery.parts.settings)) if not wanted or stop.name in wanted]
        missed: list[str] = []
        with sync_playwright() as playwright:
            program = os.environ.get("CHROMIUM") or ensure_chromium()
            browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
            for language in ("zh", "en"):
                with step(f"pictures in {language}"):
                    missed += take(
                        browser, gallery, url, [one for one in chosen if language == "zh" or one.in_english], language
                    )
            browser.close()
    if not wanted:
        tidy({stop.name for stop in chosen})
    for line in missed:
        say(line)
    sys.exit(1 if missed else 0)


def take(browser: Browser, gallery: Gallery, url: str, chosen: list[Stop], language: str) -> list[str]:
    """Take the pictures; return what could not be reached."""
    contexts: dict[str | None, BrowserContext] = {}
    missed = []
    for stop in chosen:
        login = stop.who(gallery)
        context = contexts.get(login) or contexts.setdefault(login, signed_in(browser, url, login, language))
        page = context.new_page()
        try:
            for width, height in WIDTHS.items():
                page.set_viewport_size({"width": width, "height": height})
                page.goto(stop.address(gallery))
                if stop.act is not None:
                    stop.act(page)
                page.wait_for_load_state("networkidle")
                page.evaluate(f"scrollTo(0, 0); {STILL}")
                tall = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST_PX)
                name = f"{stop.name}{'' if language == 'zh' else '.en'}-{width}.jpg"
                page.screenshot(
                    path=FOLDER / name, type="jpeg", quality=QUALITY, full_page=True,
                    clip={"x": 0, "y": 0, "width": width, "height": max(tall, height)},
                )  # fmt: skip
        except Error as error:
            missed.append(f"{stop.name}: {error.message.splitlines()[0]}")
        page.close()
    for context in contexts.values():
        context.close()
    return missed


def signed_in(browser: Browser, url: str, login: str | None, language: str) -> BrowserContext:
    """A window of somebody, in a language."""
    context = browser.new_context(base_url=url, locale="zh-CN" if language == "zh" else "en", reduced_motion="reduce")
    context.set_default_timeout(10_000)
    page = context.new_page()
    if login is not None:
        page.goto("/sign-in")
        page.locator("#login").fill(login)
        page.locator("#password").fill(PASSWORD)
        page.locator("main form button.btn-primary").click()
        page.wait_for_url(lambda address: "/sign-in" not in address)
        if language == "en":
            page.goto("/rules")
            page.locator("form[action^='/language/en'] button").click()
            page.wait_for_load_state()
    page.close()
    return context


def tidy(names: set[str]) -> None:
    """Remove pictures of pages that are no more."""
    for path in FOLDER.iterdir():
        if path.suffix in {".png", ".jpg"} and path.stem.rsplit("-", 1)[0].removesuffix(".en") not in names:
            path.unlink()


@contextmanager
def gallery_in(folder: Path) -> Iterator[tuple[Gallery, str]]:
    """The gallery on a database of its own, served."""
    database = f"sqlite:///{folder}/site.sqlite3"
    settings = Settings(
        env=AppEnv.TEST,
        database_url=database,
        storage_url=f"file://{folder}/files",
        clock="manual",
        instance_dir=folder,
    )
    parts = put_together(settings)
    migrate(parts.database)
    server = Server(database, folder, {"APP_CLOCK": "manual"})
    try:
        with step("the demo with a case at every step"):
            gallery = build_gallery(parts)
        yield gallery, server.start().url
    finally:
        server.stop()
        parts.database.dispose()


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    main(sys.argv[1:])
