"""Standard loops and token quantities: an activity that is repeated in place, or that waits for several tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.engine.kernel.element_specs import ElementSpec
from app.engine.kernel.expressions import Formula
from app.engine.kernel.gateway_specs import JoinSpec
from app.engine.kernel.happenings import Kind
from app.engine.kernel.tokens import CANCELLED, COMPLETED, FUTURE, STARTED, Token

_KINDS = {COMPLETED: Kind.INSTANCES_COMPLETED, CANCELLED: Kind.INSTANCES_CANCELLED}


@dataclass(frozen=True, slots=True)
class Loop:
    """How long an activity is repeated: while `condition` is true, and at most `maximum` times."""

    condition: Formula | None
    maximum: int | None
    tests_before: bool


class LoopSpec(ElementSpec):
    """An activity with a standard loop: its rounds come one after the other and share the variables around it."""

    def __init__(self, wf_spec: Any, bpmn_id: str, *, instance: str, loop: Loop, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.instance = instance
        self.loop = loop

    def kind_of(self, before: int, after: int) -> Kind | None:
        """Kinds of its own, beside those of the rounds."""
        return Kind.INSTANCES_ENTERED if before == FUTURE and after not in _KINDS else _KINDS.get(after)

    def _update_hook(self, token: Token) -> bool:
        token.internal_data = {"rounds": 0}
        if self.loop.tests_before and not self._goes_on(token):
            return True
        token._set_state(STARTED)  # noqa: SLF001
        self._begin(token)
        return False

    def member_completed(self, token: Token, _member: Token) -> None:
        """One round is done."""
        token.internal_data["rounds"] += 1
        if self._goes_on(token):
            self._begin(token)
        else:
            token._ready()  # noqa: SLF001

    def _goes_on(self, token: Token) -> bool:
        rounds = token.internal_data["rounds"]
        if self.loop.maximum is not None and rounds >= self.loop.maximum:
            return False
        if self.loop.condition is None:
            return True
        return self.loop.condition.is_true(token.context() | {"loopCounter": rounds})

    def _begin(self, token: Token) -> None:
        scope = token.workflow
        scope.place(scope.spec.task_specs[self.instance], parent=token, source=self.name)


class QuantitySpec(JoinSpec):
    """The hidden gate before an activity with a startQuantity: lets one token through for so many."""

    is_hidden = True

    def __init__(self, wf_spec: Any, bpmn_id: str, *, quantity: int, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.quantity = quantity

    def _update_hook(self, token: Token) -> bool:
        super()._update_hook(token)
        waiting = self.arrived(token)
        if len(waiting) >= self.quantity:
            self.merge(token, waiting[-self.quantity :])
        return False
