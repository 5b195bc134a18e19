"""Rate limits, request ids, measures, and what stays out of the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.factory import create_app
from app.settings import AppEnv, Settings
from app.web.context import Context
from app.web.limits import limiter

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.fixture
def limited(sqlite_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An application that counts, as it does outside tests; the minute does not end."""
    made = create_app(Settings(env=AppEnv.DEMO, database_url=sqlite_url, instance_dir=tmp_path))
    made.config["WTF_CSRF_ENABLED"] = False
    with time_machine.travel(NOON, tick=False):
        yield made
    limiter.enabled = False


def sign_in_from(client: FlaskClient, address: str) -> int:
    data = {"login": "nobody", "password": "wrong"}
    return client.post("/sign-in", data=data, environ_base={"REMOTE_ADDR": address}).status_code


def test_the_thirty_first_sign_in_of_a_minute_from_one_address_has_to_wait(limited: Flask) -> None:
    client = limited.test_client()

    answers = [sign_in_from(client, "10.0.0.1") for _ in range(31)]

    assert answers == [401] * 30 + [429]
    assert sign_in_from(client, "10.0.0.2") == 401


def test_whoever_writes_too_much_has_to_wait_and_may_still_read(limited: Flask) -> None:
    client = limited.test_client()

    answers = [client.post("/language/en").status_code for _ in range(301)]

    assert answers == [302] * 300 + [429]
    assert client.get("/sign-in").status_code == 200


@pytest.mark.parametrize(("given", "is_kept"), [("a1b2c3d4", True), ("a1b2c3", False), ("evil id <script>", False)])
def test_an_answer_carries_the_id_of_its_request(app: Flask, given: str, is_kept: bool) -> None:
    answer = app.test_client().get("/healthz", headers={"X-Request-ID": given})

    assert (answer.headers["X-Request-ID"] == given) is is_kept
    assert answer.headers["X-Request-ID"]


def test_requests_are_measured_by_the_name_of_their_route(app: Flask) -> None:
    client = app.test_client()
    client.get("/public/verify/SECRET-NUMBER")

    measured = client.get("/metrics").text

    assert 'quanliu_http_requests_total{endpoint="public.verify",method="GET"' in measured
    assert "SECRET-NUMBER" not in measured


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_measures_are_not_passed_on_by_a_proxy(app: Flask, header: str) -> None:
    assert app.test_client().get("/metrics", headers={header: "127.0.0.1"}).status_code == 404


def test_production_logs_one_line_a_request_without_personal_data(
    parts: Context, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = replace(parts.settings, env=AppEnv.PRODUCTION, secret_key="x" * 40, clock="system")
    made = create_app(settings)

    made.test_client().get("/public/verify/SECRET-NUMBER?q=SECRET-NAME")

    line = capsys.readouterr().out.strip().splitlines()[-1]
    assert '"endpoint": "public.verify"' in line
    assert "SECRET" not in line


def test_production_cookies_are_secure_and_bound_to_the_host(parts: Context) -> None:
    settings = replace(parts.settings, env=AppEnv.PRODUCTION, secret_key="x" * 40, clock="system")

    answer = create_app(settings).test_client().get("/sign-in", base_url="https://quanliu.example")

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-quanliu=")
    assert all(flag in cookie for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
