"""The inside of an ad hoc subprocess: its activities are all begun, at once or one after the other, in the text's order."""

from __future__ import annotations

from typing import Any

from app.engine.kernel.element_specs import ProcessSpec
from app.engine.kernel.expressions import Formula


class AdHocSpec(ProcessSpec):
    """Ends when every activity is done, or earlier by its completion condition, which is asked after each of them."""

    is_sequential = False
    condition: Formula | None = None
    cancels_rest = True

    def begin(self, scope: Any) -> None:
        """Place the first token, or all."""
        rest = [one.name for one in self.start.outputs]
        scope.caller.internal_data["rest"] = rest if self.is_sequential else []
        for name in [] if self.is_sequential else rest:
            scope.place(self.task_specs[name])
        self.settle(scope)

    def settle(self, scope: Any) -> None:
        """After each step: see whether it is enough, whether the next one begins, whether all is done."""
        if scope.completed:
            return
        memory = scope.caller.internal_data
        if self._is_enough(scope):
            memory["rest"] = []
            if self.cancels_rest:
                scope.withdraw_all()
        if not scope.tasks and memory["rest"]:
            name, *memory["rest"] = memory["rest"]
            scope.place(self.task_specs[name])
            return
        super().settle(scope)

    def _is_enough(self, scope: Any) -> bool:
        begun = scope.caller.internal_data.setdefault("asked", False)
        scope.caller.internal_data["asked"] = True
        if self.condition is None or not begun:
            return False
        return self.condition.value({**scope.data, **scope.top_workflow.host.functions()}) is True
