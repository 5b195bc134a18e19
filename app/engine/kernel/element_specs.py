"""What all elements do alike, and the plain ones: start, end, pass through, task, decision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

from app.engine.kernel.error_path import catch_error, find_boundary
from app.engine.kernel.errors import NoFlowTakenError, UncaughtBpmnError
from app.engine.kernel.expressions import Formula, json_of, values_of
from app.engine.kernel.happenings import Kind
from app.engine.kernel.model import DecisionElement, Element, ServiceTaskElement, UserTaskElement
from app.engine.kernel.tokens import CANCELLED, COMPLETED, FUTURE, Token

_KINDS = {COMPLETED: Kind.COMPLETED, CANCELLED: Kind.CANCELLED}


@dataclass(slots=True)
class Split:
    """The flows that leave an activity, where some have conditions: an implicit inclusive split."""

    process_key: str
    element_id: str
    always: list[str] = field(default_factory=list)
    branches: list[tuple[Formula, str]] = field(default_factory=list)
    default: str | None = None

    def targets(self, token: Token) -> list[str]:
        """Those without condition, those whose condition is true, and the default where no condition is."""
        context = token.context()
        true = [target for condition, target in self.branches if condition.is_true(context)]
        if not true and self.default is not None:
            true = [self.default]
        if not true and not self.always:
            raise NoFlowTakenError(self.process_key, self.element_id)
        return [*self.always, *true]


class ElementSpec(BpmnSpecMixin):  # type: ignore[misc]
    """An element of a diagram; the hooks with an underscore are SpiffWorkflow's.

    Nothing is predicted: tokens are placed when they arrive, never before.
    """

    is_hidden = False
    """Hidden elements are not on the diagram and leave no trace in the history."""
    waits_for_quiet = False
    """Whether a waiting token here is asked again once nothing else can run."""
    caught_code: str | None = None
    """The error code that an event catches, '' for every one; None where it catches no errors."""
    condition: Any = None
    """What a conditional event waits for."""
    is_watch = False
    """Whether tokens here only watch for the start of an event subprocess and do not keep their scope at work."""
    is_several = False
    """Whether the event waits through members, one for each of its definitions."""
    handler: str | None = None
    """The element that undoes the activity."""
    completion_quantity = 1
    """How many tokens each outgoing flow gets."""
    split: Split | None = None
    """Conditions on the flows that leave an activity."""
    element: Element
    process_key: str

    def kind_of(self, before: int, after: int) -> Kind | None:
        """What a change of state means for the history."""
        if self.is_hidden:
            return None
        return Kind.ENTERED if before == FUTURE and after not in _KINDS else _KINDS.get(after)

    def _update(self, token: Token) -> None:
        if self._update_hook(token):
            token._ready()  # noqa: SLF001

    def _update_hook(self, _token: Token) -> bool:
        """Arrive; whether the element can run at once."""
        return True

    def _on_ready(self, token: Token) -> None:
        """Nothing: the library would check the drawing again at every step."""

    def _run_hook(self, _token: Token) -> bool:
        """Do the element's work; False when somebody else finishes it later."""
        return True

    def _on_complete(self, token: Token) -> None:
        if self.handler is not None:
            token.workflow.remember(self.name, 0)
        following = self.following(token)
        token.workflow.hand_on(token, following if self.completion_quantity == 1 else self._multiplied(following))

    def _multiplied(self, following: list[Any]) -> list[Any]:
        return [spec for spec in following for _ in range(self.completion_quantity)]

    def _on_cancel(self, token: Token) -> None:
        """Clear up what is inside."""

    def following(self, token: Token) -> list[Any]:
        """The elements that get a token when this one is done."""
        if self.split is not None:
            return [self._wf_spec.task_specs[name] for name in self.split.targets(token)]
        return self.outputs  # type: ignore[no-any-return]


class ProcessSpec(WorkflowSpec):  # type: ignore[misc]
    """A process or embedded subprocess.

    SpiffWorkflow's own process spec would add a join and an end behind every end event; here a process is over when
    it holds no token.
    """

    def __init__(self, name: str, process_key: str, filename: str) -> None:
        super().__init__(name=name, filename=filename)
        self.process_key = process_key
        self.data_objects: dict[str, Any] = {}
        self.has_inclusive_join = False
        self.has_conditions = False
        """Whether a conditional event lies anywhere in the bundle."""
        self.watches: list[str] = []
        """The watches of its event subprocesses."""
        self.undo_handler: str | None = None
        """Its event subprocess that compensates it."""
        self.is_handler = False
        """Whether it is an event subprocess itself."""
        self.start = StartSpec(self, ":start")

    def begin(self, scope: Any) -> None:
        """Place the first tokens: the watches of event subprocesses, then the start."""
        for name in self.watches:
            scope.place(self.task_specs[name])
        scope.place(self.start)

    def settle(self, scope: Any) -> None:
        """After each step: the scope is over when it holds no token but watches."""
        if self.watches and scope.tasks and all(one.task_spec.is_watch for one in _outermost(scope)):
            scope.withdraw_all()
        if not scope.tasks:
            scope.end()


def _outermost(scope: Any) -> Iterator[Token]:
    return (one for one in scope.tasks.values() if one.parent is None)


class StartSpec(ElementSpec):
    """The hidden beginning of a process, before its start event. The colon keeps its name apart from every XML id."""

    is_hidden = True


class PassSpec(ElementSpec):
    """A start event, a milestone or an exclusive merge: the token passes."""


class EndSpec(ElementSpec):
    """An end event; one that terminates withdraws every other token of its process."""

    def __init__(self, wf_spec: Any, bpmn_id: str, *, terminates: bool = False, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.terminates = terminates

    def _on_complete(self, token: Token) -> None:
        if self.terminates:
            for other in list(token.workflow.tasks.values()):
                if other is not token:
                    other.cancel()
        super()._on_complete(token)


class ErrorEndSpec(ElementSpec):
    """An error end event: the nearest boundary event around its subprocess that catches the code takes over."""

    def __init__(self, wf_spec: Any, bpmn_id: str, *, error_code: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.error_code = error_code

    def _run_hook(self, token: Token) -> bool:
        if not catch_error(token, self.error_code):
            raise UncaughtBpmnError(self.process_key, self.bpmn_id, self.error_code)
        return True


class UserTaskSpec(ElementSpec):
    """A user task: the token waits for a person."""

    element: UserTaskElement

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.manual = True


class ServiceTaskSpec(ElementSpec):
    """A service task: calls its operation at once, or waits for a worker that does."""

    element: ServiceTaskElement

    def _run_hook(self, token: Token) -> bool:
        if self.element.is_async:
            return False
        host = token.workflow.top_workflow.host
        guarded = find_boundary(token, None) is not None
        try:
            result = host.call_operation(self.element, self.inputs_of(token), engine_task_id=token.id, guarded=guarded)
        except Exception as error:
            code = getattr(error, "code", None)
            if not (guarded and isinstance(code, str) and catch_error(token, code)):
                raise
        else:
            self.take(token, result)
        return True

    def inputs_of(self, token: Token) -> dict[str, Any]:
        """The operation's arguments, as JSON values."""
        return json_of(self.element.inputs, token.context(), self.element)

    def take(self, token: Token, result: Any) -> None:
        """Write the outputs into the variables."""
        token.data.update(json_of(self.element.outputs, {**token.context(), "result": result}, self.element))


class DecisionSpec(ElementSpec):
    """A business rule task: asks for a decision."""

    element: DecisionElement

    def _run_hook(self, token: Token) -> bool:
        inputs = values_of(self.element.inputs, token.context(), self.element)
        result = token.workflow.top_workflow.host.decide(self.element, inputs)
        token.data.update(json_of(self.element.outputs, {**token.context(), "result": result}, self.element))
        return True
