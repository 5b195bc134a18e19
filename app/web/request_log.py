"""What is written down about each request: an id, what was asked for, how it ended, how long it took.

Neither log nor measure holds a person, an address, a query or a form: the route's name stands for the path.
"""

from __future__ import annotations

import re
import secrets
import time

import structlog
from flask import Flask, current_app, g, has_request_context, request
from prometheus_client import CollectorRegistry, Counter, Histogram
from werkzeug.wrappers import Response

EXTENSION = "quanliu_request_measures"
HEADER = "X-Request-ID"
QUIET = frozenset({"health.healthz", "health.readyz", "health.metrics", "static"})
"""Asked for every few seconds by machines; not worth a line."""
_FOREIGN_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
_log = structlog.get_logger()


class Measures:
    """Counts and times of this process's requests, for Prometheus."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "quanliu_http_requests", "Requests answered", ["endpoint", "method", "status"], registry=self.registry
        )
        self.seconds = Histogram("quanliu_http_request_seconds", "Time to answer", ["endpoint"], registry=self.registry)


def keep_log(app: Flask) -> None:
    """Give each request an id, measure it, and write one line when it is answered."""
    app.extensions[EXTENSION] = Measures()

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        g.request_id = _id()

    app.after_request(_note)


def request_id() -> str:
    """The id of this request, which its answer and its log lines carry; "" outside a request."""
    return str(g.get("request_id", "")) if has_request_context() else ""


def measures() -> Measures:
    """The measures of this application."""
    found: Measures = current_app.extensions[EXTENSION]
    return found


def _id() -> str:
    """The reverse proxy's id if it gives a plain one, else one of our own."""
    given = request.headers.get(HEADER, "")
    return given if _FOREIGN_ID.fullmatch(given) else secrets.token_hex(8)


def _note(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    measures().requests.labels(endpoint, request.method, response.status_code).inc()
    measures().seconds.labels(endpoint).observe(seconds)
    response.headers[HEADER] = request_id()
    if endpoint not in QUIET:
        _log.info(
            "request", request_id=request_id(), method=request.method, endpoint=endpoint,
            status=response.status_code, ms=round(seconds * 1000, 1),
        )  # fmt: skip
    return response
