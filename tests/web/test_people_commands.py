"""How an installation gets its first people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pyotp
import pytest
from flask import Flask

from app.db import unit_of_work
from app.domain.credit_code import with_check_digit
from app.domain.totp import begin_totp, confirm_totp
from app.web.context import EXTENSION
from tests.people import PASSWORD

CODE = with_check_digit("91640100MA7600900")
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
WORDS = ["--password", PASSWORD]


def run(app: Flask, *words: str) -> Any:
    return app.test_cli_runner().invoke(args=list(words))


def test_the_first_administrator_is_made_by_command_and_can_sign_in(app: Flask) -> None:
    assert run(app, "add-organisation", CODE, "宁夏某运营中心", "--kind", "operator").exit_code == 0

    made = run(app, "add-person", "First", "石仲明", "--role", "system_admin", "--organisation", CODE, *WORDS)

    assert made.exit_code == 0, made.output
    answer = app.test_client().post("/sign-in", data={"login": "first", "password": PASSWORD})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["add-organisation", CODE[:-1] + "I", "某单位", "--kind", "operator"], "is no unified social credit code"),
        (["add-person", "x", "某人", "--role", "bureau", "--organisation", CODE, *WORDS], "add-organisation first"),
    ],
)
def test_a_command_says_why_it_does_nothing(app: Flask, words: list[str], reason: str) -> None:
    refused = run(app, *words)

    assert refused.exit_code == 1
    assert reason in refused.output


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"login": "reviewer_a"}, "Somebody has the login"),
        ({"password": "short"}, "10 to 200 characters"),
        ({"roles": ("reviewer", "process_admin")}, "Administrators take part in no decision"),
    ],
)
def test_a_person_who_breaks_a_rule_is_not_made(app: Flask, change: dict[str, Any], reason: str) -> None:
    run(app, "add-organisation", CODE, "宁夏某运营中心", "--kind", "operator")
    given = {"login": "second", "roles": ("reviewer",), "password": PASSWORD} | change
    roles = [word for role in given["roles"] for word in ("--role", role)]

    refused = run(
        app, "add-person", given["login"], "某人", *roles, "--organisation", CODE, "--password", given["password"]
    )

    assert refused.exit_code == 1
    assert reason in refused.output
    as_second = {"login": "second", "password": given["password"]}
    assert app.test_client().post("/sign-in", data=as_second).status_code == 401


def test_a_lost_phone_is_forgotten_by_command(app: Flask, cast: dict[str, int]) -> None:
    parts = app.extensions[EXTENSION]
    with unit_of_work(parts.database) as unit:
        person_id = cast["reviewer_a"]
        secret = begin_totp(unit.session, person_id, now=NOON).secret
        assert confirm_totp(unit.session, person_id, pyotp.TOTP(secret).at(NOON), now=NOON)
    assert run(app, "forget-second-factor", "nobody").exit_code == 1

    assert run(app, "forget-second-factor", "Reviewer_A").exit_code == 0

    answer = app.test_client().post("/sign-in", data={"login": "reviewer_a", "password": PASSWORD})
    assert answer.headers["Location"] == "/"
