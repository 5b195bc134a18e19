"""Messages to the reader: counted on every page, opened once, nobody else's."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.db import unit_of_work
from app.domain.message import tell
from app.domain.outbox import without_email
from app.domain.person import Person
from app.web.messages import PAGE_ROWS
from tests.people import BEGINNING
from tests.walk import Walk

DUE = {"due_at": BEGINNING}


@pytest.fixture
def told(parts: Any, cast: Any) -> Any:
    """Tell people something about a case."""

    def write(
        *logins: str, template: str = "reminder", case_number: str | None = "2026-00001", **values: Any
    ) -> list[int]:
        given = {"what": {"zh": "评分", "en": "Score"}, **DUE, **values}
        with unit_of_work(parts.database) as unit:
            sent = tell(
                unit.session, to=[cast[one] for one in logins], template=template, values=given,
                case_number=case_number, now=BEGINNING,
            )  # fmt: skip
            return [one.id for one in sent]

    return write


def test_the_top_bar_counts_what_is_unread_and_opening_reads_it(client_of: Any, told: Any) -> None:
    (first,) = told("agency")
    told("agency")
    client = client_of("agency")

    before = client.get("/messages").text
    page = client.get(f"/messages/{first}").text
    after = client.get("/messages").text

    assert "消息 <b>2</b>" in before
    assert "提醒：评分（案件 2026-00001）" in page
    assert "<dt>轮到</dt><dd>您</dd>" in page
    assert "消息 <b>1</b>" in after
    client.post("/messages/read")
    assert "<b>1</b>" not in client.get("/messages").text


def test_somebody_elses_message_is_not_there(client_of: Any, told: Any) -> None:
    (one,) = told("agency")
    client = client_of("reviewer_a")

    foreign, missing = client.get(f"/messages/{one}"), client.get("/messages/4711")

    assert (foreign.status_code, missing.status_code) == (404, 404)
    told_apart = [re.sub(r'(content|value)="[^"]+"|/messages/\d+', "", page.text) for page in (foreign, missing)]
    assert told_apart[0] == told_apart[1]


@pytest.mark.parametrize(("count", "pages"), [(PAGE_ROWS, 1), (PAGE_ROWS + 1, 2)])
def test_a_long_list_comes_in_pages(client_of: Any, told: Any, count: int, pages: int) -> None:
    ids = [told("agency")[0] for _ in range(count)]
    client = client_of("agency")

    first = client.get("/messages").text

    assert first.count("<li data-unread>") == PAGE_ROWS
    assert ("更早的消息" in first) is (pages == 2)
    if pages == 2:
        second = client.get(f"/messages?before={ids[1]}").text
        assert (second.count("<li data-unread>"), "最新消息" in second) == (1, True)


def test_the_button_leads_to_the_case_to_the_experts_task_or_to_nothing(
    client_of: Any, told: Any, parts: Any, cast: Any
) -> None:
    walk = Walk(parts, cast)
    walk.drawn()
    seats = walk.open("declare_interests")
    drawn = {one.assignee_id for one in seats}
    expert = walk.login_of(seats[0].assignee_id)
    stranger = next(login for login, one in cast.items() if login.startswith("expert") and one not in drawn)

    pages = {one: client_of(one).get(f"/messages/{told(one)[0]}").text for one in ("agency", expert, stranger)}

    assert f'href="/cases/{walk.case}"' in pages["agency"]
    assert f'href="/tasks/{seats[0].id}"' in pages[expert]
    assert "btn-primary" not in pages[stranger]


def test_a_messages_own_link_goes_before_the_case(client_of: Any, told: Any) -> None:
    (one,) = told("agency", link="/public/notices")

    assert 'href="/public/notices">' in client_of("agency").get(f"/messages/{one}").text


def test_e_mail_is_switched_off_and_on_by_oneself(client_of: Any, parts: Any, cast: Any) -> None:
    with unit_of_work(parts.database) as unit:
        unit.session.get_one(Person, cast["agency"]).email = "agency@example.org"
    client = client_of("agency")

    answers = []
    for value in ("0", "1"):
        client.post("/messages/email", data={"by_email": value})
        with unit_of_work(parts.database) as unit:
            answers.append(cast["agency"] in without_email(unit.session, [cast["agency"]]))

    assert answers == [True, False]
    assert "agency@example.org" in client.get("/messages").text


def test_what_somebody_typed_is_text_on_the_page(client_of: Any, told: Any) -> None:
    (one,) = told("agency", template="mention", by="<b>某人</b>", text="<script>alert(1)</script>")

    page = client_of("agency").get(f"/messages/{one}").text

    assert "<script>alert" not in page
    assert "&lt;b&gt;某人&lt;/b&gt;" in page


def test_the_count_costs_one_statement(app: Flask, client_of: Any, told: Any, parts: Any) -> None:
    told("agency")
    client = client_of("agency")
    statements: list[str] = []
    sa.event.listen(parts.database, "before_cursor_execute", lambda *given: statements.append(given[2]))
    client.get("/account")

    assert sum("FROM message" in one for one in statements) == 1
