"""Complex gateways: an activation condition over the tokens that have come decides when they go on."""

from __future__ import annotations

from typing import Any

from app.engine.kernel.expressions import Formula
from app.engine.kernel.gateway_specs import InclusiveSpec
from app.engine.kernel.tokens import WAITING, Token


class ComplexSpec(InclusiveSpec):
    """A complex gateway (§13.4.5): two phases, of which the hidden memory of the second is a waiting token.

    Waiting for start: when the activation condition is true, one token of each incoming flow is used up and the flows
    whose condition is true get one. Waiting for reset: the other flows' tokens are awaited as an inclusive gateway
    does; then flows whose condition is true with waitingForStart = false get one. A flow without a condition gets its
    token in the first phase alone.
    """

    activation: Formula | None = None

    def _update_hook(self, token: Token) -> bool:
        if not self.waits_for_quiet:
            return True
        super()._update_hook(token)
        self._start(token)
        return False

    def release(self, token: Token) -> bool:
        """Reset if nothing more can come; whether it did."""
        marker = self._marker(token)
        if marker is None:
            return self._start(token)
        used_first = set(marker.internal_data["reset"])
        rest = [one for one in self.arrived(token) if one is not marker and one.internal_data["from"] not in used_first]
        came = {one.internal_data["from"]: one for one in reversed(rest)}
        if self.is_held_up(token, used_first | came.keys(), set(self._inputs) - used_first - came.keys()):
            return False
        marker.internal_data["resets"] = True
        self.merge(marker, list(came.values()))
        return True

    def following(self, token: Token) -> list[Any]:
        """By the conditions, which may ask for `waitingForStart` and `activationCount`."""
        is_start = "resets" not in token.internal_data
        context = token.context() | {
            "waitingForStart": is_start,
            "activationCount": token.internal_data.get("count", len(self._inputs)),
        }
        true = [target for condition, target in self.branches if condition.is_true(context)]
        if is_start:
            true += self.always
            return [self._wf_spec.task_specs[target] for target in true] or self.default_branch()
        return [self._wf_spec.task_specs[target] for target in true]

    def _marker(self, token: Token) -> Token | None:
        return next((one for one in self.arrived(token) if "reset" in one.internal_data), None)

    def _start(self, token: Token) -> bool:
        waiting = self.arrived(token)
        if self._marker(token) is not None or self.activation is None or not waiting:
            return False
        count = len(waiting)
        if not self.activation.is_true(token.context() | {"activationCount": count, "waitingForStart": True}):
            return False
        used = {one.internal_data["from"]: one for one in reversed(waiting)}
        going = next(iter(used.values()))
        if len(used) < len(set(self._inputs)):
            marker = Token(token.workflow, self)
            marker.internal_data.update({"from": "", "reset": sorted(used)})
            marker._set_state(WAITING)  # noqa: SLF001
        going.internal_data["count"] = count
        self.merge(going, list(used.values()))
        return True
