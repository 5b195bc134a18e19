"""What can go wrong in the engine; each class is one broken rule, with its figures as attributes.

EngineError
├── NotFound
│   ├── UnknownProcessError, UnknownInstanceError, UnknownTaskError, UnknownBundleFileError
│   └── MessageNotAwaitedError
├── Conflict (somebody else was first, or the moment has passed)
│   ├── StaleVersionError
│   ├── TaskNotOpenError
│   ├── TaskClaimedByAnotherError
│   ├── InstanceNotRunningError
│   └── BusinessKeyTakenError
├── Refused (never yours to do)
│   ├── NotACandidateError
│   ├── SeparationOfDutiesError
│   ├── NotTheAssigneeError
│   └── MayNotStartError
├── DeploymentRefusedError (problems[])
├── AnswersInvalidError (errors[])
└── HistoryBrokenError
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class EngineError(Exception):
    """The root of the tree; `code` is stable and may be shown."""

    code = "engine_error"


class NotFound(EngineError):  # noqa: N818 -- a branch of the tree, not raised itself
    """What was named does not exist."""


class Conflict(EngineError):  # noqa: N818
    """Somebody else was first, or the moment has passed; reading again shows how things stand."""


class Refused(EngineError):  # noqa: N818
    """This person may not do that here."""


class UnknownProcessError(NotFound):
    """No process of that key (and version) is deployed."""

    code = "unknown_process"

    def __init__(self, process_key: str, version: int | None = None) -> None:
        self.process_key, self.version = process_key, version
        super().__init__(f"no process {process_key!r}" + (f" version {version}" if version else "") + " is deployed")


class UnknownInstanceError(NotFound):
    """No such case."""

    code = "unknown_instance"

    def __init__(self, instance_id: int) -> None:
        self.instance_id = instance_id
        super().__init__(f"there is no instance {instance_id}")


class UnknownTaskError(NotFound):
    """No such user task, or none that this person may see."""

    code = "unknown_task"

    def __init__(self, task_id: int) -> None:
        self.task_id = task_id
        super().__init__(f"there is no user task {task_id}")


class UnknownBundleFileError(NotFound):
    """The bundle holds no such file."""

    code = "unknown_bundle_file"

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"the deployment holds no file {path!r}")


class MessageNotAwaitedError(NotFound):
    """No running case waits for this message with this correlation."""

    code = "message_not_awaited"

    def __init__(self, message: str, correlation: str) -> None:
        self.message, self.correlation = message, correlation
        super().__init__(f"no case waits for message {message!r} with {correlation!r}")


class StaleVersionError(Conflict):
    """What the person saw has changed since."""

    code = "stale_version"

    def __init__(self, what: str, expected: int, found: int | None) -> None:
        self.what, self.expected, self.found = what, expected, found
        super().__init__(f"{what} has changed since (version {expected} was seen, it is {found})")


class TaskNotOpenError(Conflict):
    """The user task has been completed or withdrawn meanwhile."""

    code = "task_not_open"

    def __init__(self, task_id: int, status: str, completed_by: int | None = None) -> None:
        self.task_id, self.status, self.completed_by = task_id, status, completed_by
        super().__init__(f"user task {task_id} is {status}")


class TaskClaimedByAnotherError(Conflict):
    """Another person has claimed the task; the loser reads who."""

    code = "task_claimed_by_another"

    def __init__(self, task_id: int, assignee_id: int) -> None:
        self.task_id, self.assignee_id = task_id, assignee_id
        super().__init__(f"user task {task_id} is with person {assignee_id}")


class InstanceNotRunningError(Conflict):
    """The case is suspended, completed or cancelled."""

    code = "instance_not_running"

    def __init__(self, instance_id: int, status: str) -> None:
        self.instance_id, self.status = instance_id, status
        super().__init__(f"instance {instance_id} is {status}")


class BusinessKeyTakenError(Conflict):
    """Another case of this process has that number already."""

    code = "business_key_taken"

    def __init__(self, process_key: str, business_key: str) -> None:
        self.process_key, self.business_key = process_key, business_key
        super().__init__(f"{process_key} already has a case {business_key!r}")


class NotACandidateError(Refused):
    """The person holds no role, or belongs to the wrong organisation, for this task."""

    code = "not_a_candidate"

    def __init__(self, task_id: int, person_id: int) -> None:
        self.task_id, self.person_id = task_id, person_id
        super().__init__(f"person {person_id} may not take user task {task_id}")


class SeparationOfDutiesError(Refused):
    """The person already acted where two different people are asked for."""

    code = "separation_of_duties"

    def __init__(self, task_id: int, element_id: str) -> None:
        self.task_id, self.element_id = task_id, element_id
        super().__init__(f"whoever did {element_id!r} may not do user task {task_id}")


class NotTheAssigneeError(Refused):
    """Only the person who holds the task may do this with it."""

    code = "not_the_assignee"

    def __init__(self, task_id: int) -> None:
        self.task_id = task_id
        super().__init__(f"user task {task_id} is not yours")


class MayNotStartError(Refused):
    """The person does not hold the role that begins this process."""

    code = "may_not_start"

    def __init__(self, process_key: str, person_id: int) -> None:
        self.process_key, self.person_id = process_key, person_id
        super().__init__(f"person {person_id} may not start {process_key}")


class DeploymentRefusedError(EngineError):
    """The uploaded files may not become a deployment; `problems` says why, and how to mend each."""

    code = "deployment_refused"

    def __init__(self, problems: Sequence[Any]) -> None:
        self.problems = list(problems)
        super().__init__(f"deployment refused: {len(self.problems)} problem(s)")


class AnswersInvalidError(EngineError):
    """The form was not filled in as it asks; `errors` names each field."""

    code = "answers_invalid"

    def __init__(self, errors: Sequence[Any]) -> None:
        self.errors = list(errors)
        super().__init__(f"{len(self.errors)} answer(s) need mending")


class HistoryBrokenError(EngineError):
    """The chain of a case's history does not hold: an event was changed, dropped or added."""

    code = "history_broken"

    def __init__(self, instance_id: int, sequence: int) -> None:
        self.instance_id, self.sequence = instance_id, sequence
        super().__init__(f"the history of instance {instance_id} breaks at event {sequence}")
