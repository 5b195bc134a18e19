"""Script tasks: the script is a FEEL expression, so that no text of a diagram is ever run as a program."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.engine.kernel.durations import moment_of
from app.engine.kernel.element_specs import ElementSpec
from app.engine.kernel.error_path import catch_error
from app.engine.kernel.expressions import Formula
from app.engine.kernel.happenings import Kind
from app.engine.kernel.json_values import to_json
from app.engine.kernel.model import DataPorts
from app.engine.kernel.tokens import COMPLETED, WAITING, Token


class ScriptSpec(ElementSpec):
    """A script task: the entries of the context that its script gives become variables.

    A date and time instead means that the task is done at that moment. An error with a code that a function of the
    host raises goes to the nearest event that catches it.
    """

    timer = True
    """Tells the case that a waiting token here has a moment."""

    def __init__(self, wf_spec: Any, bpmn_id: str, *, script: Formula | None, ports: DataPorts, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.script = script
        self.ports = ports

    def _run_hook(self, token: Token) -> bool:
        if self.script is None:
            return True
        try:
            value = self.script.value(token.context() | self.ports.read(token.data))
        except Exception as error:
            code = getattr(error, "bpmn_code", None)
            if not (isinstance(code, str) and catch_error(token, code)):
                raise
            return True
        if isinstance(value, datetime):
            token.internal_data["due"] = moment_of(value).isoformat()
            token._set_state(WAITING)  # noqa: SLF001
            return False
        if isinstance(value, Mapping):
            token.data.update(self.ports.written(to_json(value)))
        return True

    def ring(self, token: Token) -> None:
        """The moment at which the task is done."""
        token.workflow.top_workflow.note(Kind.TIMER_FIRED, token)
        token._set_state(COMPLETED)  # noqa: SLF001
        self._on_complete(token)
