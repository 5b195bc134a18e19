"""Events with several definitions: each definition is a hidden member that waits by itself.

A multiple event happens with the first of them, a parallel multiple event when all have happened.
"""

from __future__ import annotations

from typing import Any

from app.engine.kernel.event_specs import BoundarySpec, CatchSpec, WatchSpec
from app.engine.kernel.timers import next_round
from app.engine.kernel.tokens import STARTED, Token


class MemberSpec(CatchSpec):
    """One definition of an event with several."""

    is_hidden = True


class Several(CatchSpec):
    """What makes an event wait through members."""

    is_several = True

    def __init__(self, wf_spec: Any, bpmn_id: str, *, needs_all: bool, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.needs_all = needs_all
        self.members: list[str] = []

    def _update_hook(self, token: Token) -> bool:
        token._set_state(STARTED)  # noqa: SLF001
        self._begin(token)
        return False

    def _begin(self, token: Token) -> None:
        for name in self.members:
            token.workflow.place(self._wf_spec.task_specs[name], parent=token, source=self.name)

    def withdraw_rivals(self, token: Token, winner: Token) -> None:
        """Where one definition is enough and it happens once, the others are waited for no longer."""
        if not self.needs_all and getattr(self, "interrupts", True):
            for other in token.members():
                if other is not winner:
                    other.cancel()

    def member_completed(self, token: Token, member: Token) -> None:
        """One definition has happened."""
        if self.needs_all and token.members():
            return
        self.fire(token)
        if token.is_finished:
            return
        if self.needs_all:  # it interrupts nothing: wait for all of it anew
            self._begin(token)
        else:
            self._begin_again(token, member)

    def _begin_again(self, token: Token, member: Token) -> None:
        """Wait for one definition anew, unless it was a timer that has run out."""
        spec, scope = member.task_spec, token.workflow
        if spec.timer is None:
            scope.place(spec, parent=token, source=self.name)
            return
        again = next_round(member.internal_data, scope.top_workflow.host.now())
        if again is not None:
            scope.place(spec, parent=token, source=self.name).internal_data = again


class SeveralCatchSpec(Several):
    """A multiple catch or start event."""


class SeveralBoundarySpec(Several, BoundarySpec):
    """A multiple boundary event."""


class SeveralWatchSpec(Several, WatchSpec):
    """The watch of an event subprocess whose start event is multiple."""
