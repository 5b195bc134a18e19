"""Codes from the phone on the way in, sessions one by one, and what is asked of powerful roles."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.db import reading, unit_of_work
from app.domain.passkey import add_passkey
from app.domain.sign_in_attempt import FAILURES_BEFORE_LOCK
from app.domain.totp import TotpSecret, begin_totp, confirm_totp
from app.factory import create_app
from app.settings import SecondFactor
from app.web.context import EXTENSION, Context
from app.web.second_step import WAITS_FOR
from tests.people import PASSWORD

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(NOON, tick=False) as moved:
        yield moved


@pytest.fixture
def phone(clock: Any, parts: Context, cast: dict[str, int]) -> tuple[str, list[str]]:
    """The secret in the reviewer's phone, which is in force, and the recovery codes."""
    with unit_of_work(parts.database) as unit:
        secret = begin_totp(unit.session, cast["reviewer_a"], now=NOON).secret
        codes = confirm_totp(unit.session, cast["reviewer_a"], pyotp.TOTP(secret).at(NOON), now=NOON)
    clock.shift(MINUTE)
    assert codes
    return secret, list(codes)


def first_step(app: Flask, login: str = "reviewer_a") -> FlaskClient:
    client = app.test_client()
    answer = client.post("/sign-in", data={"login": login, "password": PASSWORD, "next": "/account"})
    assert answer.headers["Location"] == "/sign-in/second-step"
    return client


def enter(client: FlaskClient, code: str) -> int:
    return client.post("/sign-in/second-step", data={"code": code}).status_code


def code_now(secret: str) -> str:
    return pyotp.TOTP(secret).at(datetime.now(UTC))


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def test_a_password_alone_does_not_sign_in_and_a_code_does(app: Flask, phone: Any) -> None:
    client = first_step(app)
    assert not is_signed_in(client)

    answer = client.post("/sign-in/second-step", data={"code": code_now(phone[0])})

    assert answer.headers["Location"] == "/account"
    assert is_signed_in(client)


def test_a_code_is_refused_the_second_time(app: Flask, phone: Any) -> None:
    code = code_now(phone[0])
    assert enter(first_step(app), code) == 302

    assert enter(first_step(app), code) == 401


def test_a_recovery_code_lets_in_once(app: Flask, phone: Any) -> None:
    assert enter(first_step(app), phone[1][0]) == 302

    assert enter(first_step(app), phone[1][0]) == 401


@pytest.mark.parametrize(("wrong", "status"), [(FAILURES_BEFORE_LOCK - 1, 302), (FAILURES_BEFORE_LOCK, 401)])
def test_five_wrong_codes_lock_the_step_and_the_answer_does_not_say_so(
    app: Flask, phone: Any, wrong: int, status: int
) -> None:
    client = first_step(app)
    for _ in range(wrong):
        assert enter(client, "000000") == 401

    assert enter(client, code_now(phone[0])) == status


def test_signing_in_again_does_not_begin_the_count_of_codes_anew(app: Flask, phone: Any) -> None:
    for _ in range(FAILURES_BEFORE_LOCK):
        enter(first_step(app), "000000")

    assert enter(first_step(app), code_now(phone[0])) == 401


@pytest.mark.parametrize(("after", "status"), [(WAITS_FOR - timedelta(seconds=1), "/account"), (WAITS_FOR, "/sign-in")])
def test_the_first_proof_is_good_for_five_minutes(
    app: Flask, phone: Any, clock: Any, after: timedelta, status: str
) -> None:
    client = first_step(app)
    clock.shift(after)

    answer = client.post("/sign-in/second-step", data={"code": code_now(phone[0])})

    assert answer.headers["Location"] == status


def test_a_password_changed_meanwhile_ends_the_first_proof(
    app: Flask, phone: Any, client_of: Any, parts: Context
) -> None:
    client = first_step(app)
    other = first_step(app)
    enter(other, code_now(phone[0]))
    other.post("/account/password", data={"old": PASSWORD, "new": "another good phrase"})

    assert client.get("/sign-in/second-step").headers["Location"] == "/sign-in"


def test_the_phone_is_set_up_by_the_code_that_it_shows(
    clock: Any, client_of: Any, parts: Context, cast: dict[str, int]
) -> None:
    client = client_of("reviewer_a")
    page = client.get("/account/second-factor")
    picture = client.get("/account/second-factor/qr.svg")
    assert (picture.mimetype, picture.data[:4]) == ("image/svg+xml", b"<svg")
    with reading(parts.database) as unit:
        secret = unit.session.get_one(TotpSecret, cast["reviewer_a"]).secret
    assert secret in page.text
    assert client.post("/account/second-factor", data={"code": "000000"}).status_code == 422

    done = client.post("/account/second-factor", data={"code": code_now(secret)})

    assert len(re.findall(r"[A-Z2-9]{4}(?:-[A-Z2-9]{4}){3}", done.text)) == 10
    assert secret not in client.get("/account/second-factor").text
    assert "启用了手机验证码" in client.get("/messages").text
    assert client.get("/account/second-factor/qr.svg").status_code == 404


@pytest.mark.parametrize("path", ["/account/second-factor/remove", "/account/second-factor/recovery-codes"])
def test_removing_it_and_new_recovery_codes_need_the_password(app: Flask, phone: Any, path: str) -> None:
    client = first_step(app)
    enter(client, code_now(phone[0]))

    assert client.post(path, data={"password": "not my password"}).status_code == 422
    assert client.post(path, data={"password": PASSWORD}).status_code in {200, 302}


@pytest.fixture
def strict(app: Flask) -> Flask:
    """The same site with SECOND_FACTOR=required."""
    parts: Context = app.extensions[EXTENSION]
    made = create_app(replace(parts.settings, second_factor=SecondFactor.REQUIRED))
    made.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    return made


def password_only(app: Flask, login: str) -> FlaskClient:
    client = app.test_client()
    assert client.post("/sign-in", data={"login": login, "password": PASSWORD}).status_code == 302
    return client


@pytest.mark.parametrize("login", ["supervisor", "finance", "bureau", "auditor", "admin", "system"])
def test_a_powerful_role_must_set_up_a_second_factor_before_anything_else(strict: Flask, login: str) -> None:
    client = password_only(strict, login)

    for path in ("/", "/inbox", "/account", "/api/v1/tasks", "/people"):
        answer = client.get(path)
        assert answer.status_code in {302, 403}, path
        assert answer.status_code == 403 or answer.headers["Location"] == "/account/second-factor"
    assert client.get("/account/second-factor").status_code == 200


@pytest.mark.parametrize("login", ["reviewer_a", "agency", "expert_1"])
def test_of_other_roles_it_is_not_asked(strict: Flask, login: str) -> None:
    assert password_only(strict, login).get("/account").status_code == 200


@pytest.mark.parametrize(("login", "leads_to"), [("supervisor", "/sign-in/second-step"), ("reviewer_a", "/")])
def test_a_powerful_role_with_a_passkey_alone_shows_it_after_the_password(
    strict: Flask, parts: Context, cast: dict[str, int], login: str, leads_to: str
) -> None:
    with unit_of_work(parts.database) as unit:
        add_passkey(
            unit.session, cast[login], credential_id="one", public_key=b"x", sign_count=0, name="电脑", now=NOON
        )
    client = strict.test_client()

    answer = client.post("/sign-in", data={"login": login, "password": PASSWORD})

    assert answer.headers["Location"] == leads_to
    assert leads_to == "/" or (not is_signed_in(client) and "使用通行密钥" in client.get(leads_to).text)


def test_once_it_is_set_up_the_work_goes_on(clock: Any, strict: Flask, parts: Context, cast: dict[str, int]) -> None:
    client = password_only(strict, "supervisor")
    client.get("/account/second-factor")
    with reading(parts.database) as unit:
        secret = unit.session.get_one(TotpSecret, cast["supervisor"]).secret
    client.post("/account/second-factor", data={"code": code_now(secret)})

    assert client.get("/inbox").status_code == 200


def test_the_sessions_are_listed_and_ended_one_by_one(
    client_of: Callable[[str | None], FlaskClient], parts: Context
) -> None:
    here, there = client_of("reviewer_a"), client_of("reviewer_a")
    page = here.get("/account", headers={"User-Agent": "ignored"}).text
    (there_id,) = re.findall(r"/account/sessions/(\d+)/end", page)
    assert "127.0.0.0/24" in page

    assert here.post(f"/account/sessions/{there_id}/end").status_code == 302

    assert not is_signed_in(there)
    assert is_signed_in(here)
    assert "/end" not in here.get("/account").text


def test_nobody_ends_a_session_of_somebody_else(client_of: Callable[[str | None], FlaskClient]) -> None:
    mine, theirs = client_of("reviewer_a"), client_of("reviewer_b")
    client_of("reviewer_b")
    (number,) = re.findall(r"/account/sessions/(\d+)/end", theirs.get("/account").text)

    assert mine.post(f"/account/sessions/{number}/end").status_code == 404
    assert mine.post("/account/sessions/999999/end").status_code == 404


def test_a_copy_of_the_cookie_is_worth_nothing_after_signing_out(app: Flask, client_of: Any) -> None:
    client = client_of("reviewer_a")
    cookie = client.get_cookie("quanliu")
    thief = app.test_client()
    thief.set_cookie("quanliu", cookie.value)
    assert is_signed_in(thief)

    client.post("/sign-out")

    assert not is_signed_in(thief)


def test_a_token_is_revoked_on_the_account_page(client_of: Any, token_of: Any) -> None:
    header, client = token_of("reviewer_a"), client_of("reviewer_a")
    assert client_of(None).get("/api/v1/tasks", headers=header).status_code == 200
    (number,) = re.findall(r"/account/tokens/(\d+)/revoke", client.get("/account").text)
    assert client_of("reviewer_b").post(f"/account/tokens/{number}/revoke").status_code == 404

    client.post(f"/account/tokens/{number}/revoke")

    assert client_of(None).get("/api/v1/tasks", headers=header).status_code == 401


def test_a_session_id_planted_before_signing_in_is_not_kept(app: Flask) -> None:
    client = app.test_client()
    with client.session_transaction() as planted:
        planted.update(row=1, next="/evil", second_step={"person_id": 1})
    client.post("/sign-in", data={"login": "reviewer_a", "password": PASSWORD})

    with client.session_transaction() as kept:
        assert set(kept) <= {"person_id", "epoch", "row", "began_at", "seen_at", "language", "_permanent"}
