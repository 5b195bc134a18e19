"""The mailbox: in a demo everybody reads their own e-mails, elsewhere system administrators see only whether."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.db import unit_of_work
from app.domain.message import tell
from app.domain.outbox import OutboxEmail
from app.domain.person import Person
from app.web.context import EXTENSION
from tests.people import BEGINNING

LINK = "https://quanliu.example/reset/abc"


@pytest.fixture
def mailed(parts: Any, cast: Any) -> int:
    """A password reset to the agency; returns the e-mail's id."""
    with unit_of_work(parts.database) as unit:
        unit.session.get_one(Person, cast["agency"]).email = "agency@example.org"
        unit.flush()
        tell(
            unit.session, to=[cast["agency"]], template="password_reset", case_number=None, now=BEGINNING,
            values={"link": LINK, "valid_until": BEGINNING},
        )  # fmt: skip
        return int(unit.session.scalars(sa.select(OutboxEmail.id)).one())


@pytest.fixture
def with_mail_server(app: Flask) -> Callable[[], None]:
    """From now on there is a mail server."""

    def switch() -> None:
        parts = app.extensions[EXTENSION]
        settings = replace(parts.settings, smtp_host="127.0.0.1", smtp_from="a@q.example")
        app.extensions[EXTENSION] = replace(parts, settings=settings)

    return switch


def test_in_a_demo_each_reads_their_own_and_the_administrator_all(client_of: Any, mailed: int) -> None:
    seen = {login: client_of(login).get("/mailbox").text for login in ("agency", "reviewer_a", "system")}
    pages = {login: client_of(login).get(f"/mailbox/{mailed}") for login in ("agency", "reviewer_a", "system")}

    assert {login: "重设券流密码" in page for login, page in seen.items()} == {
        "agency": True,
        "reviewer_a": False,
        "system": True,
    }
    assert {login: page.status_code for login, page in pages.items()} == {
        "agency": 200,
        "reviewer_a": 404,
        "system": 200,
    }
    assert f'href="{LINK}"' in pages["agency"].text


def test_with_a_mail_server_only_the_administrator_sees_and_never_what_it_says(
    client_of: Any, mailed: int, with_mail_server: Any
) -> None:
    agency, system = client_of("agency"), client_of("system")
    with_mail_server()

    listed = system.get("/mailbox")

    assert listed.status_code == 200
    assert "agency@example.org" in listed.text
    assert LINK not in listed.text
    assert "重设券流密码" not in listed.text
    assert "重设密码" in listed.text
    assert [system.get(f"/mailbox/{mailed}").status_code, agency.get("/mailbox").status_code] == [404, 404]
    assert "/mailbox" not in agency.get("/messages").text
