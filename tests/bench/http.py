"""Completions through the whole stack: HTTP, bearer token, validation, engine, commit; with one, two and four clients."""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.db import create_engine, unit_of_work
from app.domain.api_token import issue_token
from app.domain.organisation import OrganisationKind
from app.domain.role_grant import Role
from app.engine import catalogue
from tests.bench import thirty_nodes
from tests.bench.result import Result
from tests.people import organisation, person
from tests.serving import Server

SECONDS = 4.0


def measure(database_url: str, folder: Path) -> list[Result]:
    """Completions per second of one web process with eight threads on PostgreSQL."""
    server = Server(database_url, folder, {"WEB_THREADS": "8"})
    server.flask("migrate")
    token = _settle(database_url)
    server.start()
    try:
        return [
            Result(f"http.completions_per_s.{clients}", _run(server, token, clients), "1/s") for clients in (1, 2, 4)
        ]
    finally:
        server.stop()


def _settle(database_url: str) -> str:
    database = create_engine(database_url)
    with unit_of_work(database) as unit:
        firm = organisation(unit.session, 1, OrganisationKind.AGENCY, "服务机构")
        who = person(unit.session, "agency", "韩知白", Role.AGENCY, firm.id)
        catalogue.store_bundle(
            unit.connection, thirty_nodes.loop_files(), reason="bench", now=datetime.now(UTC), deployed_by=None
        )
        token = issue_token(unit.session, who.id, now=datetime.now(UTC))
    database.dispose()
    return token


def _run(server: Server, token: str, clients: int) -> float:
    counts: list[int] = []
    failures: list[str] = []
    until = time.perf_counter() + SECONDS
    threads = [
        threading.Thread(target=_client, args=(server, token, number, until, counts, failures))
        for number in range(clients)
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        sys.exit(f"a client failed: {failures[0]}")
    return sum(counts) / (time.perf_counter() - began)


def _client(server: Server, token: str, number: int, until: float, counts: list[int], failures: list[str]) -> None:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        call = _caller(connection, token)
        case = call("POST", "/instances", {"process": thirty_nodes.LOOP_KEY, "business_key": f"{number}-{time.time()}"})
        done = 0
        while time.perf_counter() < until:
            tasks = call("GET", f"/tasks?view=claimable&q={case['business_key']}", None)["tasks"]
            sent = {"data": {"outcome": "more"}, "version": tasks[0]["version"]}
            call("POST", f"/tasks/{tasks[0]['id']}/complete", sent)
            done += 1
        counts.append(done)
    except Exception as failure:  # noqa: BLE001 -- told by the main thread
        failures.append(repr(failure))


def _caller(connection: http.client.HTTPConnection, token: str) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def call(verb: str, path: str, body: Any) -> Any:
        connection.request(verb, f"/api/v1{path}", json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{answer.status} {content[:300]!r}")
        return json.loads(content)

    return call
