"""What all elements do alike, and the plain ones: start, end, pass through, task, decision."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

from app.engine.kernel.error_path import catch_error, find_boundary
from app.engine.kernel.errors import UncaughtBpmnError
from app.engine.kernel.expressions import json_of, values_of
from app.engine.kernel.happenings import Kind
from app.engine.kernel.model import DecisionElement, Element, ServiceTaskElement, UserTaskElement
from app.engine.kernel.tokens import CANCELLED, COMPLETED, FUTURE, Token

_KINDS = {COMPLETED: Kind.COMPLETED, CANCELLED: Kind.CANCELLED}


class ElementSpec(BpmnSpecMixin):  # type: ignore[misc]
    """An element of a diagram; the hooks with an underscore are SpiffWorkflow's.

    Nothing is predicted: tokens are placed when they arrive, never before.
    """

    is_hidden = False
    """Hidden elements are not on the diagram and leave no trace in the history."""
    waits_for_quiet = False
    """Whether a waiting token here is asked again once nothing else can run."""
    caught_code: str | None = None
    """The error code that a boundary event catches, '' for every one; None where it catches no errors."""
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
        token.workflow.hand_on(token, self.following(token))

    def _on_cancel(self, token: Token) -> None:
        """Clear up what is inside."""

    def following(self, _token: Token) -> list[Any]:
        """The elements that get a token when this one is done."""
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
        self.start = StartSpec(self, ":start")


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
