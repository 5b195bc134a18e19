"""The outbox: each e-mail is taken by one worker, tried again, and finished once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.outbox import (
    CLAIM_LASTS,
    RETRY_AFTER,
    EmailEntry,
    OutboxEmail,
    can_be_mailed,
    claim,
    mark_kept,
    mark_sent,
    put_back,
    put_in_outbox,
)
from tests.people import BEGINNING


def put(world: Any, **more: Any) -> None:
    texts = {"subject": "标题", "body": "正文"}
    put_in_outbox(
        world.session, [EmailEntry("one@example.org", "zh", "reminder", texts, link="/x", **more)], now=BEGINNING
    )


def test_an_e_mail_is_claimed_once_and_marked_once(world: Any) -> None:
    put(world)

    email = claim(world.session, now=BEGINNING)

    assert email is not None
    assert (email.status, email.tries) == ("sending", 1)
    assert claim(world.session, now=BEGINNING) is None
    assert mark_sent(world.session, email, now=BEGINNING)
    assert not mark_sent(world.session, email, now=BEGINNING)
    assert not put_back(world.session, email, "late", is_final=True, now=BEGINNING)


@pytest.mark.parametrize(("seconds", "is_free"), [(-1, False), (0, True), (1, True)])
def test_what_a_dead_worker_left_is_free_again_under_the_same_identifier(
    world: Any, seconds: int, is_free: bool
) -> None:
    put(world)
    left = claim(world.session, now=BEGINNING)
    assert left is not None
    name = left.message_identifier

    again = claim(world.session, now=BEGINNING + CLAIM_LASTS + timedelta(seconds=seconds))

    assert (again is not None) is is_free
    if again is not None:
        assert (again.message_identifier, again.tries) == (name, 2)


def test_a_failed_try_waits_longer_each_time_and_ends(world: Any) -> None:
    put(world)
    now = BEGINNING
    for wait in RETRY_AFTER:
        email = claim(world.session, now=now)
        assert email is not None
        put_back(world.session, email, "451 busy", is_final=False, now=now)
        assert claim(world.session, now=now + wait - timedelta(seconds=1)) is None
        now += wait
    email = claim(world.session, now=now)
    assert email is not None
    put_back(world.session, email, "451 busy", is_final=False, now=now)

    world.session.refresh(email)
    assert (email.status, email.last_error, email.tries) == ("failed", "451 busy", len(RETRY_AFTER) + 1)
    assert claim(world.session, now=now + timedelta(days=30)) is None


def test_what_is_refused_for_good_is_not_tried_again(world: Any) -> None:
    put(world)
    email = claim(world.session, now=BEGINNING)
    assert email is not None

    put_back(world.session, email, "550 no such mailbox", is_final=True, now=BEGINNING)

    world.session.refresh(email)
    assert email.status == "failed"


@pytest.mark.parametrize(
    ("is_secret", "texts", "link"), [(True, None, ""), (False, {"subject": "标题", "body": "正文"}, "/x")]
)
def test_a_secret_is_forgotten_when_it_has_gone(world: Any, is_secret: bool, texts: Any, link: str) -> None:
    put(world, is_secret=is_secret)
    email = claim(world.session, now=BEGINNING)
    assert email is not None

    mark_sent(world.session, email, now=BEGINNING)

    world.session.refresh(email)
    assert (email.texts, email.link, email.status) == (texts, link, "sent")


def test_without_a_mail_server_it_is_kept(world: Any) -> None:
    put(world, is_secret=True)
    email = claim(world.session, now=BEGINNING)
    assert email is not None

    assert mark_kept(world.session, email, now=BEGINNING)

    world.session.refresh(email)
    assert (email.status, email.link) == ("kept", "/x")


@pytest.mark.parametrize(
    ("address", "can"),
    [("a@b.cn", True), ("", False), ("a", False), ("a@b\nBcc: x@y", False), ("a b@c", False), ("a@b,c@d", False)],
)
def test_an_address_that_could_add_a_header_is_never_used(address: str, can: bool) -> None:
    assert can_be_mailed(address) is can


def test_the_database_knows_no_other_states(world: Any) -> None:
    put(world)

    for bad, name in (({"status": "lost"}, "status"), ({"status": "sending", "claimed_at": None}, "claimed")):
        with pytest.raises(IntegrityError, match=f"ck_outbox_email_{name}"), world.session.begin_nested():
            world.session.execute(sa.update(OutboxEmail).values(**bad))
