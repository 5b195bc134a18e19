"""Signing in, being locked out, sessions that end, and the headers that every answer carries."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from app.db import unit_of_work
from app.domain.person import Person
from app.domain.sign_in_attempt import FAILURES_BEFORE_LOCK
from tests.people import PASSWORD

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def words(answer: Any) -> str:
    """The page without the tokens of its forms, which change from second to second."""
    return re.sub(r'(csrf.token" (?:value|content))="[^"]*"', r"\1", answer.text)


def test_the_right_password_signs_in_and_leads_to_work(client_of: Any) -> None:
    client = client_of("reviewer_a")

    assert client.get("/", follow_redirects=False).headers["Location"] == "/inbox"
    assert client.get("/inbox").status_code == 200


@pytest.mark.parametrize(("login", "password"), [("reviewer_a", "wrong password"), ("nobody", PASSWORD), ("", "")])
def test_every_wrong_try_gets_the_same_answer(app: Flask, login: str, password: str) -> None:
    answer = app.test_client().post("/sign-in", data={"login": login, "password": password})

    assert answer.status_code == 401
    assert "没有登录成功" in answer.text
    assert password not in answer.text or not password


def test_a_locked_account_answers_like_a_wrong_password(app: Flask, client_of: Any) -> None:
    client = client_of(None)
    wrong = {"login": "reviewer_a", "password": "wrong password"}
    first = client.post("/sign-in", data=wrong)
    for _ in range(FAILURES_BEFORE_LOCK - 1):
        client.post("/sign-in", data=wrong)

    locked = client.post("/sign-in", data={"login": "reviewer_a", "password": PASSWORD})

    assert (locked.status_code, words(locked)) == (first.status_code, words(first))


def test_a_session_that_lies_idle_ends(client_of: Any) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client = client_of("reviewer_a")
        clock.shift(timedelta(minutes=59))
        assert client.get("/inbox").status_code == 200
        clock.shift(timedelta(minutes=61))

        assert client.get("/inbox").status_code == 302


def test_no_session_outlives_its_longest_time(client_of: Any) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client = client_of("reviewer_a")
        for _ in range(13):
            clock.shift(timedelta(minutes=55))
            client.get("/inbox")
        clock.shift(timedelta(minutes=10))

        assert client.get("/inbox").status_code == 302


def test_signing_out_everywhere_ends_the_other_sessions_too(client_of: Any) -> None:
    here, there = client_of("reviewer_a"), client_of("reviewer_a")

    here.post("/account/sign-out-everywhere")

    assert there.get("/inbox").status_code == 302


def test_a_new_password_ends_other_sessions_and_keeps_this_one(client_of: Any) -> None:
    here, there = client_of("reviewer_a"), client_of("reviewer_a")

    answer = here.post("/account/password", data={"old": PASSWORD, "new": "another good phrase"})

    assert answer.status_code == 302
    assert here.get("/inbox").status_code == 200
    assert there.get("/inbox").status_code == 302


@pytest.mark.parametrize(
    ("old", "new"), [("not my password", "another good phrase"), (PASSWORD, "short"), (PASSWORD, "a" * 12)]
)
def test_a_password_is_not_changed_by_guessing_nor_to_a_weak_one(client_of: Any, old: str, new: str) -> None:
    client = client_of("reviewer_a")

    assert client.post("/account/password", data={"old": old, "new": new}).status_code == 422


def test_a_closed_account_is_out_at_once(client_of: Any, parts: Any) -> None:
    client = client_of("reviewer_a")
    with unit_of_work(parts.database) as unit:
        unit.session.execute(sa.update(Person).where(Person.login == "reviewer_a").values(is_active=False))

    assert client.get("/inbox").status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n//evil.example",
        " //evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "evil.example",
    ],
)
def test_signing_in_never_leads_off_the_site(app: Flask, target: str) -> None:
    answer = app.test_client().post("/sign-in", data={"login": "reviewer_a", "password": PASSWORD, "next": target})

    assert answer.headers["Location"] == "/"


def test_every_answer_carries_the_strict_headers(client_of: Any) -> None:
    for path in ("/sign-in", "/healthz", "/nothing-here", "/api/v1/tasks"):
        headers = client_of(None).get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_form_without_its_token_is_refused(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True

    answer = app.test_client().post("/sign-in", data={"login": "reviewer_a", "password": PASSWORD})

    assert answer.status_code == 400
    assert "页面打开太久了" in answer.text


def test_pages_speak_english_after_one_click_and_remember_it(client_of: Any) -> None:
    client = client_of("reviewer_a")

    client.post("/language/en", data={"next": "/inbox"})

    assert 'lang="en"' in client.get("/inbox").text
    assert 'lang="en"' in client_of("reviewer_a").get("/inbox").text


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_needs_no_session(client_of: Any, path: str) -> None:
    assert client_of(None).get(path).status_code == 200


def test_metrics_are_for_this_machine_alone(app: Flask) -> None:
    client = app.test_client()

    assert "quanliu_user_tasks_open" in client.get("/metrics").text
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 404
