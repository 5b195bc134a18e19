"""Gateways, by BPMN's rules for tokens: none looks at what has passed, so earlier rounds of a loop mislead no join."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import Any

from app.engine.kernel.element_specs import ElementSpec
from app.engine.kernel.errors import NoFlowTakenError
from app.engine.kernel.expressions import Formula
from app.engine.kernel.tokens import WAITING, Token


class BranchingSpec(ElementSpec):
    """A gateway with conditions on its outgoing flows, in the order of the diagram's text."""

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.branches: list[tuple[Formula, str]] = []
        self.always: list[str] = []
        """Flows without a condition; complex gateways alone have them beside others."""
        self.default: str | None = None

    def default_branch(self) -> list[Any]:
        """The default flow's target."""
        if self.default is None:
            raise NoFlowTakenError(self.process_key, self.bpmn_id)
        return [self._wf_spec.task_specs[self.default]]


class ExclusiveSpec(BranchingSpec):
    """An exclusive gateway: the first flow whose condition is true."""

    def following(self, token: Token) -> list[Any]:
        """One element."""
        if self.branches:
            context = token.context()
            for condition, target in self.branches:
                if condition.is_true(context):
                    return [self._wf_spec.task_specs[target]]
        return self.default_branch()


class JoinSpec(ElementSpec):
    """A gateway that waits for tokens on its incoming flows. A waiting token remembers which element it came from."""

    def arrived(self, token: Token) -> list[Token]:
        """All tokens that wait here, oldest first."""
        return [one for one in token.workflow.tasks.values() if one.task_spec is self and one.is_waiting]

    def _update_hook(self, token: Token) -> bool:
        token.internal_data["from"] = token.source
        token._set_state(WAITING)  # noqa: SLF001
        return False

    def merge(self, token: Token, others: list[Token]) -> None:
        """The others are used up, the token goes on alone."""
        for other in others:
            if other is not token:
                token.workflow.forget(other)
        token._ready()  # noqa: SLF001


class ParallelSpec(JoinSpec):
    """A parallel gateway: takes one token from each incoming flow, gives one to each outgoing flow."""

    @cached_property
    def needed(self) -> Counter[str]:
        """How many flows come from each element."""
        return Counter(self._inputs)

    def _update_hook(self, token: Token) -> bool:
        if len(self._inputs) <= 1:
            return True
        super()._update_hook(token)
        missing = Counter(self.needed)
        used = []
        for one in self.arrived(token):
            if missing[one.internal_data["from"]] > 0:
                missing[one.internal_data["from"]] -= 1
                used.append(one)
        if not +missing:
            self.merge(token, used)
        return False


class InclusiveSpec(BranchingSpec, JoinSpec):
    """An inclusive gateway: gives a token to each flow whose condition is true, and joins whatever can still come.

    Whether more can come is asked once nothing else can run, by BPMN's rule: a token elsewhere holds the join up when
    it can reach an incoming flow that has no token yet, and cannot reach one that has.
    """

    @property
    def waits_for_quiet(self) -> bool:  # type: ignore[override]
        """Only where flows join."""
        return len(self._inputs) > 1

    def _update_hook(self, token: Token) -> bool:
        return super()._update_hook(token) if self.waits_for_quiet else True

    def following(self, token: Token) -> list[Any]:
        """Every element whose flow's condition is true, else the default one."""
        if not self.branches:
            return self.default_branch()
        context = token.context()
        true = [target for condition, target in self.branches if condition.is_true(context)]
        return [self._wf_spec.task_specs[target] for target in true] or self.default_branch()

    def release(self, token: Token) -> bool:
        """Go on if nothing more can come; whether it did."""
        waiting = self.arrived(token)
        filled = {one.internal_data["from"] for one in waiting}
        empty = set(self._inputs) - filled
        if self.is_held_up(token, filled, empty):
            return False
        used = [next(one for one in waiting if one.internal_data["from"] == source) for source in filled]
        self.merge(min(used, key=lambda one: one.id), used)
        return True

    def is_held_up(self, token: Token, filled: set[str], empty: set[str]) -> bool:
        """Whether a token elsewhere can still reach one of the empty flows, and none of the filled ones."""
        return any(
            self._holds_up(one, filled, empty) for one in token.workflow.tasks.values() if one.task_spec is not self
        )

    def _holds_up(self, other: Token, filled: set[str], empty: set[str]) -> bool:
        reach = self.upstream
        name = other.task_spec.name
        return any(name in reach[flow] for flow in empty) and not any(name in reach[flow] for flow in filled)

    @cached_property
    def upstream(self) -> dict[str, frozenset[str]]:
        """For each incoming element, all elements from which a token can come to it without passing this gateway."""
        return {name: self._upstream_of(name) for name in self._inputs}

    def _upstream_of(self, name: str) -> frozenset[str]:
        seen, todo = {name}, [name]
        while todo:
            for before in self._wf_spec.task_specs[todo.pop()]._inputs:  # noqa: SLF001
                if before not in seen and before != self.name:
                    seen.add(before)
                    todo.append(before)
        return frozenset(seen)
