"""Fifty people claim from one view at once, over HTTP, on both databases: each task once, and nobody sees an error of ours."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import sqlalchemy as sa

from app.db import UnitOfWork, create_engine, unit_of_work
from app.domain.api_token import issue_token
from app.domain.organisation import OrganisationKind
from app.domain.role_grant import Role
from app.engine import catalogue, instances
from app.engine.instances import Start
from app.engine.runtime import Runtime
from app.engine.tables import history, user_task
from tests.drawing import flows, form, process, task
from tests.people import organisation, person
from tests.serving import Server

PEOPLE = TASKS = 50
NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
CLAIM = re.compile(r'action="(/tasks/\d+/claim)"')


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Any:
    """A server, fifty reviewers' tokens, and fifty tasks that any of them may claim."""
    engine = create_engine(database_url)
    with unit_of_work(engine) as unit:
        operator = organisation(unit.session, 1, OrganisationKind.OPERATOR, "宁夏券流运营中心").id
        people = [person(unit.session, f"r{n}", f"审核{n}", Role.REVIEWER, operator).id for n in range(PEOPLE)]
        tokens = [issue_token(unit.session, one, now=datetime.now(UTC)) for one in people]
        _tasks(unit)
    server = Server(database_url, tmp_path).start()
    yield server, tokens, engine
    server.stop()
    engine.dispose()


def _tasks(unit: UnitOfWork) -> None:
    body = (
        '<bpmn:startEvent id="begin"/>' + task("look") + '<bpmn:endEvent id="done"/>' + flows("begin look", "look done")
    )
    files = {
        "processes/desk/desk.bpmn": process("desk", body, lanes={"reviewer": "begin look done"}),
        "forms/desk/look.json": form(note={"type": "string", "maxLength": 40}),
    }
    catalogue.store_bundle(unit.connection, files, reason="test", now=NOW, deployed_by=None)
    runtime = Runtime({}, lambda _session, now, _days: now)
    for number in range(TASKS):
        instances.start_instance(unit, runtime, Start("desk", f"D-{number:03d}", {}, "某企业"), now=NOW)


def test_fifty_people_who_claim_at_once_get_one_task_each(desk: Any) -> None:
    server, tokens, engine = desk

    with ThreadPoolExecutor(PEOPLE) as pool:
        seen = list(pool.map(lambda pair: claim_one(server.url, *pair), enumerate(tokens)))

    statuses = Counter(status for one in seen for status in one)
    with engine.connect() as connection:
        holders = Counter(connection.execute(sa.select(user_task.c.assignee_id)).scalars())
        claims = connection.execute(
            sa.select(sa.func.count()).select_from(history).where(history.c.kind == "task_claimed")
        ).scalar()
    assert set(statuses) <= {200, 302, 409}, statuses
    assert None not in holders
    assert set(holders.values()) == {1}
    assert claims == TASKS


def claim_one(url: str, index: int, token: str) -> list[int]:
    """Open the view and claim a row of it until one is mine, with more people than rows; the statuses that were seen."""
    seen = []
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {token}"
        while True:
            page = session.get(f"{url}/inbox?view=claimable", timeout=120)
            seen.append(page.status_code)
            rows = CLAIM.findall(page.text)
            if not rows:
                return seen
            answer = session.post(url + rows[index % len(rows)], allow_redirects=False, timeout=120)
            seen.append(answer.status_code)
            if answer.status_code == 302:
                return seen
