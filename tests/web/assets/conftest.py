"""A page of our own making, served under the strict content security policy, in a real Chromium."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, sync_playwright

from app.commands.chromium import find_chromium
from app.web.assets.manifest import BUILD, asset_path

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"


class Site:
    """Serves pages given as text, and the built assets; keeps what was posted."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, str]] = {}
        self.posted: list[tuple[str, dict[str, list[str]]]] = []
        self.answer = 200
        site = self

        class Requests(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, text = site.pages.get(self.path, ("", ""))
                built = BUILD / Path(self.path).name
                if self.path.startswith("/static/build/") and built.exists():
                    kind, text = ("text/css" if built.suffix == ".css" else "text/javascript"), built.read_text("utf-8")
                self.respond(200 if kind else 404, kind or "text/plain", text)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                site.posted.append((self.path, parse_qs(body)))
                self.respond(site.answer, "application/json", "{}")

            def respond(self, code: int, kind: str, text: str) -> None:
                self.send_response(code)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.send_header("Content-Security-Policy", POLICY)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: object) -> None:
                """Requests are not worth a line."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Requests)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def page(self, body: str, scripts: tuple[str, ...] = ("app.js", "diagram.js")) -> None:
        """Serve the body at / with our assets."""
        styles = "".join(
            f'<link rel="stylesheet" href="/static/{asset_path(name)}">'
            for name in ("tabler.css", "quanliu.css", "diagram.css")
        )
        loaded = "".join(f'<script defer src="/static/{asset_path(name)}"></script>' for name in scripts)
        head = f'<meta charset="utf-8"><title>Test</title><link rel="icon" href="data:,">{styles}{loaded}'
        self.pages["/"] = (
            "text/html",
            f'<!doctype html><html lang="en"><head>{head}</head><body class="ql">{body}</body></html>',
        )


@pytest.fixture
def site() -> Iterator[Site]:
    """A small web server."""
    site = Site()
    thread = threading.Thread(target=site.server.serve_forever, daemon=True)
    thread.start()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture(scope="module")
def new_page() -> Iterator[Callable[[], Page]]:
    """Opens a page in Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield browser.new_page
        browser.close()


@pytest.fixture
def page(new_page: Callable[[], Page]) -> Iterator[Page]:
    """A page on which nothing may break the policy or raise."""
    page = new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.complaints = complaints  # type: ignore[attr-defined]
    yield page
    page.close()
