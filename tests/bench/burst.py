"""Enterprises that apply at once through real HTTP for a purse that does not hold them all (A11.6).

`python -m tests.bench.burst` runs a thousand by sixteen clients on both databases; the suite runs sixty.
"""

from __future__ import annotations

import argparse
import http.client
import importlib.util
import json
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.db import create_engine, reading, unit_of_work
from app.domain.account import Account
from app.domain.api_token import issue_token
from app.domain.calendar import local_day
from app.domain.commitment import Commitment
from app.domain.expert import Category
from app.domain.ledger import EntryKind, Line, Posting, balance, post
from app.domain.organisation import Organisation
from app.domain.queue_record import waiting_entries
from app.domain.stored_file import PDF, StoredFile
from app.domain.voucher_queue import leave
from app.engine import catalogue
from app.engine.deployment import shipped_bundles
from app.engine.tables import instance, user_task
from tests.enterprises import enterprise
from tests.people import person, settle
from tests.postgresql import private_cluster
from tests.serving import ROOT, Server
from tests.voucher_story import application, offer

EACH_FEN = 100_000


@dataclass
class Burst:
    """A world in which everybody applies for the same amount, and what came of it."""

    database_url: str
    folder: Path
    applicants: int
    fits: int
    clients: int
    tokens: list[tuple[int, str]] = field(default_factory=list)
    agency_token: str = ""
    item_id: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def year(self) -> int:
        """The policy year: the server's clock is the real one."""
        return local_day(datetime.now(UTC)).year

    def run(self) -> None:
        """Settle, serve, let everybody apply at once, and check."""
        server = Server(self.database_url, self.folder, {"WEB_THREADS": "8"})
        server.flask("migrate")
        self.database = create_engine(self.database_url)
        self._settle()
        server.start()
        try:
            began = time.perf_counter()
            self._everybody(server)
            self.seconds = time.perf_counter() - began
            self.check(server)
        finally:
            server.stop()
            self.database.dispose()

    def check(self, server: Server) -> None:
        """Exactly what fits is reserved, the rest waits in order, nobody saw an error, and releases promote in order."""
        assert not self.failures, self.failures[0]
        assert set(self.answers) <= {200, 201}, self.answers
        with reading(self.database) as unit:
            held = unit.session.scalar(sa.select(sa.func.count()).select_from(Commitment))
            assert held == self.fits
            assert balance(unit.session, Account.FUND_AVAILABLE, self.year) == 0
            tickets = [one.ticket for one in waiting_entries(unit.session, self.year)]
            reserved = list(unit.session.scalars(sa.select(Commitment.case_number)))
        assert len(tickets) == self.applicants - self.fits
        assert tickets == sorted(tickets)
        with unit_of_work(self.database) as unit:
            for number, case in enumerate(sorted(reserved)[:3]):
                promoted = leave(unit.session, case, cause="A9.2", now=datetime.now(UTC))
                assert len(promoted) == 1
                waiting = [one.ticket for one in waiting_entries(unit.session, self.year)]
                assert waiting == tickets[number + 1 :]
        recomputed = _recompute()(f"{server.url}/public/queue?format=json&year={self.year}")
        assert len(recomputed) == self.fits
        assert sum(recomputed.values()) == self.fits * EACH_FEN

    def _settle(self) -> None:
        now = datetime.now(UTC)
        with unit_of_work(self.database) as unit:
            session = unit.session
            cast = settle(session, experts=0)
            self.item_id = offer(session, cast["agency_firm"], cast["agency"], (Category.CREDIT,))[0]
            self.agency_token = issue_token(session, cast["agency"], now=now)
            lines = [Line(Account.CASH, Account.FUND_AVAILABLE, self.fits * EACH_FEN)]
            post(session, Posting(EntryKind.PLAN_CONFIRMED, lines, self.year, "A3.2", "burst"), now=now)
            for files in shipped_bundles(ROOT):
                catalogue.store_bundle(unit.connection, files, reason="burst", now=now, deployed_by=None)
            for number in range(self.applicants):
                firm = enterprise(session, 10_000 + number, f"applicant_{number}")
                self.tokens.append((firm.id, self._member(session, number, now)))
            person(session, "nobody", "无人")
            assert session.scalar(sa.select(sa.func.count()).select_from(Organisation)) is not None

    def _member(self, session: Any, number: int, now: datetime) -> str:
        """The token of an enterprise's person, who has uploaded a contract."""
        from_login = sa.text("SELECT id FROM person WHERE login = :login")
        person_id = int(session.execute(from_login, {"login": f"applicant_{number}"}).scalar_one())
        session.add(
            StoredFile(
                sha256=f"{number + 1:064x}", name="合同.pdf", media_type=PDF, size_bytes=1_000, uploaded_by=person_id,
                uploaded_at=now,
            )
        )  # fmt: skip
        return issue_token(session, person_id, now=now)

    def _everybody(self, server: Server) -> None:
        waiting = list(enumerate(self.tokens))
        lock = threading.Lock()

        def client() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
            while True:
                with lock:
                    if not waiting:
                        return
                    number, (firm_id, token) = waiting.pop(0)
                try:
                    self._apply(connection, number, firm_id, token)
                except Exception as failure:  # noqa: BLE001 -- told by the main thread
                    self.failures.append(repr(failure))
                    return

        threads = [threading.Thread(target=client) for _ in range(self.clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _apply(self, connection: http.client.HTTPConnection, number: int, firm_id: int, token: str) -> None:
        """One enterprise begins and sends; the agency confirms."""
        variables = {"organisation_id": firm_id, "item_id": self.item_id}
        begun = {"process": "voucher_application", "variables": variables, "subject": f"{number}"}
        case_id = self._call(connection, token, "POST", "/instances", begun)["id"]
        sent = application(number + 1, requested_fen=EACH_FEN)
        for element, who, given in (
            ("submit_application", token, sent), ("confirm_contract", self.agency_token, {"outcome": "confirmed"}),
        ):  # fmt: skip
            task = self._task(case_id, element)
            self._call(connection, who, "POST", f"/tasks/{task.id}/complete", {"data": given, "version": task.version})

    def _task(self, case_id: int, element: str) -> Any:
        query = sa.select(user_task.c.id, user_task.c.version).join(instance).where(
            instance.c.id == case_id, user_task.c.element_id == element, user_task.c.status == "open"
        )  # fmt: skip
        with reading(self.database) as unit:
            return unit.connection.execute(query).one()

    def _call(self, connection: http.client.HTTPConnection, token: str, verb: str, path: str, body: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connection.request(verb, f"/api/v1{path}", json.dumps(body), headers)
        answer = connection.getresponse()
        content = answer.read()
        self.answers[answer.status] += 1
        if answer.status >= 400:
            raise RuntimeError(f"{answer.status} {path} {content[:300]!r}")
        return json.loads(content)


def _recompute() -> Any:
    spec = importlib.util.spec_from_file_location("recompute", ROOT / "docs/queue/recompute.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return lambda address: module.recompute(module.read(address))


def main() -> None:
    """Run on both databases and say how long it took."""
    parser = argparse.ArgumentParser(prog="make burst")
    parser.add_argument("--applicants", type=int, default=1_000)
    parser.add_argument("--fits", type=int, default=400)
    parser.add_argument("--clients", type=int, default=16)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="quanliu-burst-") as folder, private_cluster(fsync=True) as cluster:
        with sa.create_engine(f"{cluster}/postgres", isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE burst")
        for name, url in (("sqlite", f"sqlite:///{folder}/burst.sqlite3"), ("postgresql", f"{cluster}/burst")):
            place = Path(folder) / name
            place.mkdir()
            burst = Burst(url, place, asked.applicants, asked.fits, asked.clients)
            burst.run()
            rate = asked.applicants / burst.seconds
            print(f"{name:12} {asked.applicants} applications in {burst.seconds:.1f} s, {rate:.1f}/s: "
                  f"{asked.fits} reserved, {asked.applicants - asked.fits} wait, in order", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
