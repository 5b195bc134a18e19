"""The table of what a worker can do: jobs by name, and periodic functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Job = Callable[[dict[str, Any]], None]
Sweep = Callable[[], None]


class JobAlreadyRegisteredError(ValueError):
    """Two functions want the same job name."""

    code = "job_already_registered"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"a job or periodic function named {name!r} is already registered")


class UnknownJobError(LookupError):
    """A job was enqueued under a name for which this worker has no function."""

    code = "unknown_job"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"no job is registered under the name {name!r}")


@dataclass(frozen=True, slots=True)
class Periodic:
    """A function that is due again some seconds after its last run ended."""

    name: str
    seconds: float
    run: Sweep


@dataclass(slots=True)
class JobRegistry:
    """Jobs and periodic functions; filled by the composition root before a worker starts."""

    jobs: dict[str, Job] = field(default_factory=dict)
    periodics: dict[str, Periodic] = field(default_factory=dict)

    def register(self, name: str) -> Callable[[Job], Job]:
        """Name the decorated function, which takes the JSON arguments, as a job; raise JobAlreadyRegisteredError."""

        def keep(job: Job) -> Job:
            self._refuse_taken(name)
            self.jobs[name] = job
            return job

        return keep

    def periodic(self, name: str, seconds: float) -> Callable[[Sweep], Sweep]:
        """Run the decorated function every so many seconds in one of the workers; raise JobAlreadyRegisteredError.

        A run that fails or is lost is made up by the next one: the function finds by itself what is due.
        """

        def keep(run: Sweep) -> Sweep:
            self._refuse_taken(name)
            self.periodics[name] = Periodic(name, seconds, run)
            return run

        return keep

    def run(self, name: str, arguments: Mapping[str, Any]) -> None:
        """Do the named job; raise UnknownJobError, or whatever the job raises."""
        job = self.jobs.get(name)
        if job is None:
            raise UnknownJobError(name)
        job(dict(arguments))

    def _refuse_taken(self, name: str) -> None:
        if name in self.jobs or name in self.periodics:
            raise JobAlreadyRegisteredError(name)
