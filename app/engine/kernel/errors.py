"""What can go wrong in the kernel; each class is one broken rule, with its figures as attributes.

KernelError
├── KernelRefusal           the diagram asks for what the kernel cannot run soundly (at deployment)
├── ExpressionFailedError   an expression gave no usable value
│   └── ConditionNotBooleanError
├── NoFlowTakenError        a gateway had no true condition and no default
├── StepLimitError          the case runs in an endless circle
├── TaskNotOpenError        there is no such open task (any more)
├── UncaughtBpmnError       an error end event that no boundary catches
├── NotJsonError            process data may hold JSON values only
├── ReservedNameError       a process variable has the name of a function of expressions
└── StateUnreadableError    a stored state does not fit the model
"""

from __future__ import annotations

from collections.abc import Sequence


class KernelError(Exception):
    """The root of the tree; `code` is stable and may be shown."""

    code = "kernel_error"


class KernelRefusal(KernelError):  # noqa: N818 -- a refusal is an answer to a deployment, named so in the API
    """The diagram asks for what the kernel cannot run soundly; nothing of it was kept."""

    code = "diagram_refused"

    def __init__(self, file: str, element: str, reason: str, remedy: str) -> None:
        self.file, self.element, self.reason, self.remedy = file, element, reason, remedy
        super().__init__(f"{file}, {element}: {reason}. {remedy}")


class ExpressionFailedError(KernelError):
    """An expression gave no value that can be used where it stands."""

    code = "expression_failed"

    def __init__(
        self, process_key: str, element_id: str, expression: str, reason: str, problems: Sequence[str]
    ) -> None:
        self.process_key, self.element_id, self.expression = process_key, element_id, expression
        self.reason, self.problems = reason, tuple(problems)
        because = f" ({'; '.join(self.problems)})" if problems else ""
        super().__init__(f"{process_key}, {element_id}: `{expression}` {reason}{because}")


class ConditionNotBooleanError(ExpressionFailedError):
    """A condition is neither true nor false: the case must not guess its way."""

    code = "condition_not_boolean"


class NoFlowTakenError(KernelError):
    """No condition of a gateway is true, and it has no default flow."""

    code = "no_flow_taken"

    def __init__(self, process_key: str, element_id: str) -> None:
        self.process_key, self.element_id = process_key, element_id
        super().__init__(f"{process_key}, {element_id}: no condition is true and there is no default flow")


class StepLimitError(KernelError):
    """One run took more steps than allowed: almost surely an endless circle without a person or a timer in it."""

    code = "step_limit"

    def __init__(self, limit: int, element: str) -> None:
        self.limit, self.element = limit, element
        super().__init__(f"more than {limit} steps in one run, the last at {element}")


class TaskNotOpenError(KernelError):
    """No task of that number is open in this state."""

    code = "task_not_open"

    def __init__(self, engine_task_id: int) -> None:
        self.engine_task_id = engine_task_id
        super().__init__(f"task {engine_task_id} is not open")


class UncaughtBpmnError(KernelError):
    """An error end event was reached, and no boundary event around it catches its code."""

    def __init__(self, process_key: str, element_id: str, error_code: str) -> None:
        self.process_key, self.element_id, self.code = process_key, element_id, error_code
        super().__init__(f"{process_key}, {element_id}: nothing catches the error {error_code!r}")


class NotJsonError(KernelError):
    """A value for the process data has no JSON form."""

    code = "not_json"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class ReservedNameError(KernelError):
    """A process variable has the name of a function or an input of expressions, which would hide one of the two."""

    code = "reserved_name"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"a process variable may not be called {name!r}")


class StateUnreadableError(KernelError):
    """A stored state does not fit the model it is loaded with."""

    code = "state_unreadable"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the stored state cannot be read: {reason}")
