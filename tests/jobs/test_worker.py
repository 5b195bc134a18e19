"""Workers die, stop and share work without losing any."""

from __future__ import annotations

import signal
import threading
import time

import pytest
import sqlalchemy as sa

from app.db import create_engine, unit_of_work
from app.jobs import enqueue, prepare_database, start_worker, stop_worker
from app.jobs.heartbeat import beat, take_over
from app.jobs.schedules import add_schedules, run_due
from app.jobs.tables import job_schedule
from app.jobs.worker import WorkerAlreadyRunningError
from app.settings import Settings


@pytest.mark.crash
def test_a_job_of_a_killed_worker_is_taken_over_by_another(job_engine, worker_process, runs, eventually, tmp_path):
    with unit_of_work(job_engine) as unit:
        enqueue(unit.connection, "wait", "a", {})
    first = worker_process()
    eventually(lambda: runs() == ["begun"], 30)

    first.send_signal(signal.SIGKILL)
    first.wait()
    (tmp_path / "open").touch()
    worker_process()

    eventually(lambda: runs() == ["begun", "begun", "done"], 30)
    time.sleep(3)
    assert runs() == ["begun", "begun", "done"]


@pytest.mark.crash
def test_a_living_worker_keeps_its_long_job(job_engine, worker_process, runs, eventually, tmp_path):
    with unit_of_work(job_engine) as unit:
        enqueue(unit.connection, "wait", "a", {})
    worker_process()
    worker_process()
    eventually(lambda: runs() == ["begun"], 30)

    time.sleep(5)  # more than twice what counts as dead here
    (tmp_path / "open").touch()

    eventually(lambda: runs() == ["begun", "done"])


@pytest.mark.crash
def test_a_worker_that_is_told_to_stop_ends_cleanly_after_its_job(
    job_engine, worker_process, runs, eventually, tmp_path
):
    with unit_of_work(job_engine) as unit:
        enqueue(unit.connection, "wait", "a", {})
    worker = worker_process()
    eventually(lambda: runs() == ["begun"], 30)

    worker.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    (tmp_path / "open").touch()

    assert worker.wait(timeout=20) == 0
    assert runs() == ["begun", "done"]


def test_a_process_holds_one_worker(run_jobs):
    run_jobs()

    with pytest.raises(WorkerAlreadyRunningError):
        run_jobs()


def test_a_worker_that_cannot_start_leaves_nothing_behind(tmp_path, job_engine, run_jobs, registry):
    with pytest.raises(sa.exc.OperationalError, match="job_worker"):
        start_worker(Settings(database_url=f"sqlite:///{tmp_path}/never_migrated.sqlite3"), registry)

    stop_worker()
    run_jobs()


def test_only_a_silent_worker_is_taken_over(job_engine):
    beat(job_engine, "dead")
    time.sleep(0.6)
    beat(job_engine, "alive")
    recovered = []

    taken = take_over(job_engine, "me", 0.5, recovered.append)

    assert taken == recovered == ["dead"]
    assert take_over(job_engine, "me", 0.5, recovered.append) == []


def test_a_periodic_function_runs_again_and_again(registry, run_jobs, eventually):
    seen = []
    registry.periodic("sweep", 0.2)(lambda: seen.append(1))
    run_jobs()

    eventually(lambda: len(seen) >= 3)


def test_a_periodic_function_runs_in_one_worker_at_a_time(job_engine, registry):
    entered, leave, ran = threading.Event(), threading.Event(), []

    @registry.periodic("sweep", 60)
    def sweep():
        ran.append(1)
        entered.set()
        leave.wait(10)

    periodics = list(registry.periodics.values())
    for name in ("one", "two"):
        beat(job_engine, name)
    add_schedules(job_engine, periodics)
    first = threading.Thread(target=run_due, args=(job_engine, periodics, "one"))
    first.start()
    entered.wait(10)

    second = run_due(job_engine, periodics, "two")
    leave.set()
    first.join()

    assert second == []
    assert ran == [1]
    assert run_due(job_engine, periodics, "two") == []


def test_a_periodic_function_of_a_dead_worker_is_free_again(job_engine, registry):
    ran = []
    registry.periodic("sweep", 60)(lambda: ran.append(1))
    periodics = list(registry.periodics.values())
    add_schedules(job_engine, periodics)
    beat(job_engine, "working")
    for executor_id in ("working", "gone"):  # "gone" has no heartbeat row
        with unit_of_work(job_engine) as unit:
            unit.connection.execute(job_schedule.update().values(executor_id=executor_id))
        run_due(job_engine, periodics, "two")
        assert ran == ([] if executor_id == "working" else [1])


def test_a_failing_periodic_function_is_tried_again(job_engine, registry):
    @registry.periodic("sweep", 0)
    def sweep():
        raise ValueError("broken row")

    periodics = list(registry.periodics.values())
    add_schedules(job_engine, periodics)
    beat(job_engine, "one")

    assert run_due(job_engine, periodics, "one") == ["sweep"]
    time.sleep(0.01)
    assert run_due(job_engine, periodics, "one") == ["sweep"]


def test_writers_and_a_busy_worker_share_one_sqlite_file(sqlite_url, registry, eventually):
    """160 transactions that enqueue, from four threads, while the worker empties the queue: none fails, none is lost."""
    prepare_database(sqlite_url)
    engine = create_engine(sqlite_url)
    seen, failed = [], []
    registry.register("note")(lambda arguments: seen.append(arguments["number"]))

    def write(offset):
        for number in range(offset, offset + 40):
            try:
                with unit_of_work(engine) as unit:
                    enqueue(unit.connection, "note", str(number), {"number": number})
            except sa.exc.SQLAlchemyError as error:
                failed.append(error)

    start_worker(Settings(database_url=sqlite_url), registry)
    try:
        threads = [threading.Thread(target=write, args=(offset,)) for offset in (0, 40, 80, 120)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        eventually(lambda: len(seen) >= 160, 60)
    finally:
        stop_worker()
        engine.dispose()

    assert failed == []
    assert sorted(seen) == list(range(160))
