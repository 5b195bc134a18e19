"""Single sign-on against a provider of our own: who is let in, who is not, and what is bound to the browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import sqlalchemy as sa
from flask import Flask

from app.db import reading, unit_of_work
from app.domain.linked_identity import LinkedIdentity
from app.domain.person import Person
from app.domain.security_event import SecurityEvent
from app.domain.totp import TotpSecret
from app.factory import create_app
from app.web.context import EXTENSION
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, Provider
from tests.people import BEGINNING, PASSWORD

HAN = {"sub": "han-1", "email": "Han@example.cn", "email_verified": True}


@pytest.fixture
def provider() -> Iterator[Provider]:
    one = Provider(claims=dict(HAN)).start()
    yield one
    one.stop()


@pytest.fixture
def site(app: Flask, provider: Provider) -> Flask:
    """The application with the provider in its settings; the agency's person has a confirmed address."""
    parts = app.extensions[EXTENSION]
    made = create_app(
        replace(parts.settings, oidc_issuer=provider.issuer, oidc_client_id=CLIENT_ID, oidc_client_secret=CLIENT_SECRET)
    )
    made.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    with unit_of_work(parts.database) as unit:
        unit.connection.execute(
            sa.update(Person)
            .where(Person.login == "agency")
            .values(email="han@example.cn", email_confirmed_at=BEGINNING)
        )
    return made


def through(client: Any, path: str = "/sign-in/provider") -> Any:
    """Go to the provider and come back."""
    leaving = client.get(path)
    assert leaving.status_code == 302
    back = requests.get(leaving.headers["Location"], allow_redirects=False, timeout=5).headers["Location"]
    parts = urlsplit(back)
    return client.get(f"{parts.path}?{parts.query}")


def is_signed_in(client: Any) -> bool:
    return bool(client.get("/account").status_code == 200)


def links(site: Flask) -> list[tuple[str, int]]:
    with reading(site.extensions[EXTENSION].database) as unit:
        return [(one.subject, one.person_id) for one in unit.session.scalars(sa.select(LinkedIdentity))]


def change(site: Flask, **values: Any) -> None:
    with unit_of_work(site.extensions[EXTENSION].database) as unit:
        unit.connection.execute(sa.update(Person).where(Person.login == "agency").values(**values))


def test_an_address_that_both_sides_confirmed_links_the_identity(site: Flask, cast: dict[str, int]) -> None:
    client = site.test_client()

    assert through(client).headers["Location"] == "/"

    assert is_signed_in(client)
    assert links(site) == [("han-1", cast["agency"])]


def test_pkce_state_and_nonce_go_along(site: Flask, provider: Provider) -> None:
    through(site.test_client())

    (asked,) = provider.asked
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked[name]) for name in ("code_challenge", "state", "nonce")) >= 20
    assert asked["redirect_uri"] == "http://localhost/sign-in/provider/back"


def test_a_linked_identity_is_known_by_its_subject_not_its_address(site: Flask, provider: Provider) -> None:
    through(site.test_client())
    provider.claims = {"sub": "han-1", "email": "changed@example.cn", "email_verified": False}
    client = site.test_client()
    through(client)
    assert is_signed_in(client)

    provider.claims = {**HAN, "sub": "somebody-else", "email": "han@example.org"}
    stranger = site.test_client()
    assert through(stranger).status_code == 401
    assert not is_signed_in(stranger)


@pytest.mark.parametrize(
    "claims", [{"email_verified": False}, {"email_verified": "true"}, {"email": ""}, {"email": "nobody@example.cn"}]
)
def test_an_address_that_is_not_confirmed_or_not_known_lets_nobody_in(
    site: Flask, provider: Provider, claims: dict[str, Any]
) -> None:
    provider.claims = HAN | claims
    client = site.test_client()

    assert through(client).status_code == 401
    assert not is_signed_in(client)
    assert links(site) == []


def test_an_address_that_we_have_not_confirmed_lets_nobody_in(site: Flask) -> None:
    change(site, email_confirmed_at=None)

    assert through(site.test_client()).status_code == 401


def test_an_address_that_two_people_share_lets_neither_in(site: Flask) -> None:
    with unit_of_work(site.extensions[EXTENSION].database) as unit:
        unit.connection.execute(
            sa.update(Person)
            .where(Person.login == "bureau")
            .values(email="han@example.cn", email_confirmed_at=BEGINNING)
        )

    assert through(site.test_client()).status_code == 401


def test_a_closed_account_is_not_let_in(site: Flask) -> None:
    through(site.test_client())
    change(site, is_active=False)

    assert through(site.test_client()).status_code == 401


@pytest.mark.parametrize("spoil", [{"aud": "another"}, {"iss": "https://evil.example"}, {"nonce": "other"}, {"exp": 1}])
def test_an_identity_that_was_made_for_something_else_is_refused(
    site: Flask, provider: Provider, spoil: dict[str, Any]
) -> None:
    provider.spoil = spoil
    client = site.test_client()

    assert through(client).status_code == 401
    assert not is_signed_in(client)


def test_an_identity_signed_by_another_key_is_refused(site: Flask, provider: Provider) -> None:
    provider.foreign_key = True

    assert through(site.test_client()).status_code == 401


def test_a_code_of_another_browser_is_refused(site: Flask) -> None:
    attacker, victim = site.test_client(), site.test_client()
    back = requests.get(attacker.get("/sign-in/provider").headers["Location"], allow_redirects=False, timeout=5)
    victim.get("/sign-in/provider")
    query = urlsplit(back.headers["Location"]).query

    assert victim.get(f"/sign-in/provider/back?{query}").status_code == 401
    assert not is_signed_in(victim)
    assert "state" in parse_qs(query)


def test_a_role_is_never_brought_along(site: Flask, provider: Provider, cast: dict[str, int]) -> None:
    provider.claims = HAN | {"roles": ["system_admin"], "groups": ["system_admin"]}
    client = site.test_client()
    through(client)

    assert client.get("/people").status_code == 403


def test_the_second_step_is_asked_for_all_the_same(site: Flask, cast: dict[str, int]) -> None:
    with unit_of_work(site.extensions[EXTENSION].database) as unit:
        unit.session.add(
            TotpSecret(
                person_id=cast["agency"], secret="A" * 32, made_at=BEGINNING, confirmed_at=BEGINNING, last_step=0
            )
        )
    client = site.test_client()

    assert through(client).headers["Location"] == "/sign-in/second-step"
    assert not is_signed_in(client)


def as_system(site: Flask) -> Any:
    client = site.test_client()
    client.post("/sign-in", data={"login": "system", "password": PASSWORD})
    return client


def test_an_administrator_links_an_identity_whatever_its_address(
    site: Flask, provider: Provider, cast: dict[str, int]
) -> None:
    provider.claims = {"sub": "ma-9"}
    given = {"subject": "ma-9", "reason": "本人持工作证申请"}
    assert as_system(site).post(f"/people/{cast['reviewer_a']}/identity", data=given).status_code == 302
    client = site.test_client()
    through(client)

    assert "马砚秋" in client.get("/account").text


@pytest.mark.parametrize(("login", "status"), [("supervisor", 422), ("system_b", 422), ("system", 404)])
def test_no_administrator_links_an_identity_to_a_powerful_role_or_to_themselves(
    site: Flask, cast: dict[str, int], login: str, status: int
) -> None:
    given = {"subject": "mine", "reason": "本人申请"}

    assert as_system(site).post(f"/people/{cast[login]}/identity", data=given).status_code == status
    assert links(site) == []


def test_one_lands_where_one_wanted_to_go_and_never_off_the_site(site: Flask) -> None:
    assert through(site.test_client(), "/sign-in/provider?next=/account").headers["Location"] == "/account"
    assert through(site.test_client(), "/sign-in/provider?next=//evil.example").headers["Location"] == "/"


def test_a_provider_that_is_silent_is_said_in_words(site: Flask, provider: Provider) -> None:
    provider.stop()

    answer = site.test_client().get("/sign-in/provider")

    assert answer.status_code == 502
    assert "没有登录成功" in answer.text


def test_without_a_provider_in_the_settings_there_is_none(client_of: Any) -> None:
    client = client_of(None)

    assert client.get("/sign-in/provider").status_code == 404
    assert "/sign-in/provider" not in client.get("/sign-in").text


def test_an_identity_of_nobody_is_written_down(site: Flask, provider: Provider) -> None:
    provider.claims = {"sub": "stranger"}
    through(site.test_client())

    with reading(site.extensions[EXTENSION].database) as unit:
        row = unit.session.scalars(sa.select(SecurityEvent).order_by(SecurityEvent.id.desc()).limit(1)).one()
    assert (row.kind, row.detail) == ("sign_in_failed", {"why": "oidc"})
