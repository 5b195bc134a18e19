"""Cases go on while web and worker are killed: after the restart each is where it was, once."""

from __future__ import annotations

import http.client
import json
import os
import random
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import create_engine, reading, unit_of_work
from app.domain.api_token import issue_token
from app.domain.organisation import OrganisationKind
from app.domain.role_grant import Role
from app.engine import catalogue, history
from app.engine.tables import instance, task_answer, user_task
from tests.crash.application import effect
from tests.drawing import flows, form, process, service, task
from tests.people import organisation, person
from tests.serving import ROOT, Server

CASES = int(os.environ.get("CRASH_CASES", "60"))
"""On each database; `make soak` takes two hundred and fifty."""
CLIENTS = 16
LONGEST_SECONDS = 420
SEED = 20261124
OWNER = (
    "<bpmn:potentialOwner><bpmn:resourceAssignmentExpression><bpmn:formalExpression>organisation_id"
    "</bpmn:formalExpression></bpmn:resourceAssignmentExpression></bpmn:potentialOwner>"
)
"""Tasks of an agency are those of its own organisation."""

pytestmark = pytest.mark.crash


def diagram() -> dict[str, bytes]:
    """Two signatures with an effect in a worker between them, and one in the web process after the second."""
    body = (
        '<bpmn:startEvent id="begin"/>'
        + task("first", inner=OWNER)
        + service("in_worker", "crash.count", extension='<ql:async retries="9" backoff="duration(&quot;PT1S&quot;)"/>')
        + task("second", inner=OWNER)
        + service("in_web", "crash.count")
        + '<bpmn:endEvent id="done"/>'
        + flows("begin first", "first in_worker", "in_worker second", "second in_web", "in_web done")
    )
    xml = process("crash", body, lanes={"agency": "begin first in_worker second in_web done"})
    empty = form(outcome={"type": "string", "maxLength": 40})
    return {"processes/crash/crash.bpmn": xml, "forms/crash/first.json": empty, "forms/crash/second.json": empty}


@pytest.fixture
def token(database_url: str) -> tuple[str, int]:
    """Somebody who may start and complete cases of the diagram, and the organisation whose cases they are."""
    database, now = create_engine(database_url), datetime.now(UTC)
    effect.create(database)
    with unit_of_work(database) as unit:
        firm = organisation(unit.session, 1, OrganisationKind.AGENCY, "服务机构")
        who = person(unit.session, "agency", "韩知白", Role.AGENCY, firm.id)
        catalogue.store_bundle(unit.connection, diagram(), reason="crash", now=now, deployed_by=None)
        issued = issue_token(unit.session, who.id, now=now), firm.id
    database.dispose()
    return issued


def test_killing_web_and_worker_loses_nothing_and_doubles_nothing(
    database_url: str, token: tuple[str, int], tmp_path: Path
) -> None:
    environment = {"WEB_THREADS": "8", "WORKER_DEAD_AFTER_SECONDS": "3"}
    server = Server(database_url, tmp_path, environment, application="tests.crash.application:create_app()")
    server.flask("migrate")
    worker = Worker(server)
    over = threading.Event()
    clients = [threading.Thread(target=drive, args=(server, *token, number, over)) for number in range(CLIENTS)]
    chance, kills = random.Random(SEED), 0
    server.start()
    worker.start()
    try:
        for client in clients:
            client.start()
        until = time.monotonic() + LONGEST_SECONDS
        while any(client.is_alive() for client in clients) and time.monotonic() < until:
            time.sleep(chance.uniform(1, 3))
            victim = chance.choice([server, worker])
            victim.kill()
            victim.start()
            kills += 1
        for client in clients:
            client.join(timeout=max(0.1, until - time.monotonic()))
    finally:
        over.set()
        server.stop()
        worker.kill()

    assert kills >= 3
    check_everything_once(database_url)


def check_everything_once(database_url: str) -> None:
    database = create_engine(database_url)
    with reading(database) as unit:
        run = unit.connection.execute
        assert dict(run(sa.select(instance.c.status, sa.func.count()).group_by(instance.c.status)).all()) == {
            "completed": CASES
        }
        effects = run(sa.select(effect.c.business_key, effect.c.element_id)).all()
        assert len(effects) == len(set(effects)) == 2 * CASES
        assert run(sa.select(sa.func.count()).select_from(user_task)).scalar() == 2 * CASES
        assert run(sa.select(sa.func.count()).select_from(task_answer)).scalar() == 2 * CASES
        for case in run(sa.select(instance.c.id)).scalars().all():
            history.verify(unit.connection, case)
    database.dispose()


class Worker:
    """A worker process that can be killed."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = (self.server.folder / "worker.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "tests.crash.application:create_app", "worker"],
            cwd=ROOT, env=self.server.variables, stdout=log, stderr=log,
        )  # fmt: skip

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


def drive(server: Server, token: str, firm: int, number: int, over: threading.Event) -> None:
    """Carry every sixteenth case through; what fails on the way is sent again, as a browser's user would."""
    for case in range(number, CASES, CLIENTS):
        key = f"case-{case:04d}"
        start = {
            "process": "crash", "business_key": key, "variables": {"organisation_id": firm}, "organisation_id": firm,
        }  # fmt: skip
        insist(server, token, over, "POST", "/instances", start, fine={201, 409})
        for element in ("first", "second"):
            found = None
            while found is None and not over.is_set():
                listed = insist(server, token, over, "GET", f"/tasks?view=claimable&q={key}", None, fine={200})
                found = next((one for one in listed.get("tasks", []) if one["element_id"] == element), None)
                if found is None:
                    time.sleep(0.05)
            if found is None:
                return
            sent = {"data": {"outcome": "ok"}, "version": found["version"], "key": f"{key}-{element}"}
            insist(server, token, over, "POST", f"/tasks/{found['id']}/complete", sent, fine={200})


def insist(
    server: Server, token: str, over: threading.Event, verb: str, path: str, body: Any, *, fine: set[int]
) -> dict[str, Any]:
    """Send until an answer is fine; an answer that is not is a failure of the test, no answer is a restart."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    content = json.dumps(body).encode() if body is not None else None
    while not over.is_set():
        request = urllib.request.Request(f"{server.url}/api/v1{path}", content, headers, method=verb)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return dict(json.loads(answer.read()))
        except urllib.error.HTTPError as refusal:
            if refusal.code in fine:
                return {}
            if refusal.code != 409:
                raise
            time.sleep(0.05)
        except (OSError, ValueError, http.client.HTTPException):
            time.sleep(0.1)
    return {}
