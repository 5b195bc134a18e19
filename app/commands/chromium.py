"""A Chromium for the browser tests: the machine's, else through apt when root, else Playwright's own."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from app.commands.steps import StepFailedError, run, say, step

NAMES = ("chromium", "chromium-browser", "google-chrome")
PACKAGES = ["chromium", "fonts-noto-cjk"]


def find_chromium() -> str | None:
    """The path of a Chromium on this machine, or None; Playwright's own counts."""
    on_path = next((path for name in NAMES if (path := shutil.which(name))), None)
    if on_path:
        return on_path
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    own = sorted(cache.glob("chromium-*/chrome-linux*/chrome"))
    return str(own[-1]) if own else None


def ensure_chromium() -> str:
    """The path of a Chromium, installed if need be; raise StepFailedError when none can be had."""
    found = find_chromium()
    if found is None:
        _install()
        found = find_chromium()
    if found is None:
        raise StepFailedError("the browser tests need Chromium: apt-get install chromium, and repeat")
    return found


def _install() -> None:
    ways = [_by_playwright]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        ways.insert(0, _by_apt)
    for way in ways:
        try:
            way()
        except StepFailedError as failure:
            say(f"  {failure}")
        else:
            return


def _by_apt() -> None:
    with step("installing Chromium and Chinese fonts through apt"):
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
        try:
            run(install, environment=quiet)
        except StepFailedError:
            run(["apt-get", "update", "-qq"], environment=quiet)
            run(install, environment=quiet)


def _by_playwright() -> None:
    with step("installing Chromium through Playwright"):
        run([sys.executable, "-m", "playwright", "install", "chromium"])
