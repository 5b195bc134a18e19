"""Work that leaves the transaction, and work that comes round by the clock: a thin layer over DBOS.

Knows the database and DBOS, and nothing of the programme: what a job does is a function that the composition root puts
into a `JobRegistry`. DBOS is imported here alone.

A job is enqueued inside the caller's transaction and exists exactly when that commits. It is started once, and started
again only when the process that ran it died, so a job guards its effect by a conditional UPDATE. Arguments are JSON.
A periodic function is a sweep over rows that say themselves what is due; one process at a time runs it.
"""

from app.jobs.enqueueing import ArgumentNotJsonError, enqueue
from app.jobs.registry import JobAlreadyRegisteredError, JobRegistry, UnknownJobError
from app.jobs.system import prepare_database
from app.jobs.worker import run_worker, start_worker, stop_worker

__all__ = [
    "ArgumentNotJsonError",
    "JobAlreadyRegisteredError",
    "JobRegistry",
    "UnknownJobError",
    "enqueue",
    "prepare_database",
    "run_worker",
    "start_worker",
    "stop_worker",
]
