"""Jobs belong to the transaction that enqueued them, and run once."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.db import unit_of_work
from app.jobs import ArgumentNotJsonError, JobAlreadyRegisteredError, UnknownJobError, enqueue


class ChangedMindError(Exception):
    """Raised to roll a transaction back."""


def test_a_job_of_a_committed_transaction_runs_once(job_engine, registry, run_jobs, eventually):
    seen = []
    registry.register("note")(seen.append)

    with unit_of_work(job_engine) as unit:
        enqueue(unit.connection, "note", "a", {"text": "补正", "fen": 240000, "rows": [1, None, True]})
    run_jobs()

    eventually(lambda: bool(seen))
    time.sleep(1.5)
    assert seen == [{"text": "补正", "fen": 240000, "rows": [1, None, True]}]


def test_a_job_of_a_rolled_back_transaction_never_runs(job_engine, registry, run_jobs, eventually):
    seen = []
    registry.register("note")(lambda arguments: seen.append(arguments["text"]))
    run_jobs()

    with pytest.raises(ChangedMindError), unit_of_work(job_engine) as unit:
        enqueue(unit.connection, "note", "a", {"text": "rolled back"})
        raise ChangedMindError
    with unit_of_work(job_engine) as unit:
        enqueue(unit.connection, "note", "b", {"text": "committed later"})

    eventually(lambda: bool(seen))
    time.sleep(1.5)
    assert seen == ["committed later"]


def test_a_job_can_be_enqueued_through_an_orm_session(job_engine, registry, run_jobs, eventually):
    seen = []
    registry.register("note")(lambda arguments: seen.append(arguments["text"]))

    with unit_of_work(job_engine) as unit:
        enqueue(unit.session, "note", "a", {"text": "from the session"})
    run_jobs()

    eventually(lambda: seen == ["from the session"])


def test_the_same_key_runs_once_even_across_transactions(job_engine, registry, run_jobs, eventually):
    seen = []
    registry.register("note")(lambda arguments: seen.append(arguments["text"]))

    for text in ("first", "second"):
        with unit_of_work(job_engine) as unit:
            enqueue(unit.connection, "note", "same", {"text": text})
    with unit_of_work(job_engine) as unit:
        enqueue(unit.connection, "note", "other", {"text": "other"})
    run_jobs()

    eventually(lambda: "other" in seen and "first" in seen)
    assert sorted(seen) == ["first", "other"]


def test_a_job_does_not_run_before_its_time(job_engine, registry, run_jobs, eventually):
    ran_at = []
    registry.register("note")(lambda _: ran_at.append(datetime.now(UTC)))
    run_at = datetime.now(UTC) + timedelta(seconds=3)
    run_jobs()

    with unit_of_work(job_engine) as unit:
        enqueue(unit.connection, "note", "late", {}, run_at=run_at)

    eventually(lambda: bool(ran_at))
    assert ran_at[0] >= run_at - timedelta(milliseconds=50)


def test_a_job_that_fails_does_not_stop_the_next_one(job_engine, registry, run_jobs, eventually):
    seen = []

    @registry.register("note")
    def note(arguments):
        seen.append(arguments["text"])
        if arguments["text"] == "bad":
            raise ValueError("no such voucher")

    for text in ("bad", "good"):
        with unit_of_work(job_engine) as unit:
            enqueue(unit.connection, "note", text, {"text": text})
    run_jobs()

    eventually(lambda: sorted(seen) == ["bad", "good"])


def test_enqueueing_takes_two_statements(job_engine):
    statements = []
    sa.event.listen(job_engine, "before_cursor_execute", lambda *event: statements.append(event[2]))

    with unit_of_work(job_engine) as unit:
        enqueue(unit.connection, "note", "a", {})

    assert len([text for text in statements if "BEGIN" not in text]) == 2


def test_stored_arguments_are_json_and_a_pickled_row_is_never_read(job_engine, registry, run_jobs, eventually):
    seen = []
    registry.register("note")(lambda arguments: seen.append(arguments["text"]))
    prefix = "dbos." if job_engine.dialect.name == "postgresql" else ""
    with unit_of_work(job_engine) as unit:
        enqueue(unit.connection, "note", "forged", {"text": "forged"})
        enqueue(unit.connection, "note", "honest", {"text": "honest"})
        stored = unit.connection.execute(
            sa.text(f"SELECT DISTINCT serialization FROM {prefix}workflow_status")
        ).scalars()
        assert list(stored) == ["portable_json"]
        forged = sa.text(
            f"UPDATE {prefix}workflow_status SET serialization='py_pickle' WHERE workflow_uuid='note:forged'"
        )
        unit.connection.execute(forged)
        # A pickle of protocol 0 that would call print().
        pickled = sa.text(f"UPDATE {prefix}workflow_input SET inputs=:inputs WHERE workflow_uuid='note:forged'")
        unit.connection.execute(pickled, {"inputs": "Y2J1aWx0aW5zCnByaW50CihTJ3B3bmVkJwp0Ui4="})

    run_jobs()

    eventually(lambda: "honest" in seen)
    time.sleep(1)
    assert seen == ["honest"]


def test_arguments_that_json_cannot_say_are_refused(job_engine):
    with unit_of_work(job_engine) as unit, pytest.raises(ArgumentNotJsonError) as refused:
        enqueue(unit.connection, "note", "a", {"at": datetime.now(UTC)})

    assert refused.value.name == "note"


def test_a_name_can_be_registered_once_only(registry):
    registry.register("note")(lambda _: None)

    with pytest.raises(JobAlreadyRegisteredError):
        registry.periodic("note", 5)(lambda: None)


def test_an_unknown_job_is_an_error(registry):
    with pytest.raises(UnknownJobError):
        registry.run("nobody", {})
