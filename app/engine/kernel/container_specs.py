"""Elements that hold tokens: an activity with its boundary events, a multi-instance, a subprocess, a call activity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask

from app.engine.kernel.element_specs import ElementSpec
from app.engine.kernel.event_specs import BoundarySpec
from app.engine.kernel.expressions import Formula, json_of
from app.engine.kernel.happenings import Kind
from app.engine.kernel.json_values import to_json
from app.engine.kernel.model import Output
from app.engine.kernel.scopes import SubprocessScope
from app.engine.kernel.tokens import CANCELLED, COMPLETED, FUTURE, STARTED, Token
from app.engine.kernel.undo import place_undo

MAX_INSTANCES = 10_000

_KINDS = {COMPLETED: Kind.INSTANCES_COMPLETED, CANCELLED: Kind.INSTANCES_CANCELLED}


class GuardSpec(ElementSpec):
    """The hidden frame around an activity with boundary events: its outputs are the activity and the events."""

    is_hidden = True

    def _update_hook(self, token: Token) -> bool:
        token._set_state(STARTED)  # noqa: SLF001
        for spec in reversed(self.outputs):  # the events are armed before the activity begins
            token.workflow.place(spec, parent=token, source=token.source)
        return False

    def withdraw_rivals(self, token: Token, winner: Token) -> None:
        """An interrupting event has fired: the activity and the other events are withdrawn."""
        for other in token.members():
            if other is not winner:
                other.cancel()

    def member_completed(self, token: Token, member: Token) -> None:
        """The activity is done, or an interrupting event has gone on in its place."""
        if isinstance(member.task_spec, BoundarySpec) and not member.task_spec.interrupts:
            return
        self.withdraw_rivals(token, member)
        token._set_state(COMPLETED)  # noqa: SLF001
        token.workflow.hand_on(token, ())


@dataclass(frozen=True, slots=True)
class Behaviour:
    """An event that the activity throws for its instances: for each of them, for the first, or when a condition is true."""

    throw: Any
    only_first: bool = False
    condition: Formula | None = None

    def is_due(self, done: int, context: dict[str, Any]) -> bool:
        """Whether it is to be thrown after the instance that makes `done` of them."""
        if self.only_first:
            return done == 1
        return self.condition is None or self.condition.is_true(context)


@dataclass(frozen=True, slots=True)
class Repetition:
    """How often an activity is done, and with what."""

    sequential: bool
    items: Formula | None
    """Gives the list; None when `cardinality` gives a number, and the items are 1, 2, 3 …"""
    cardinality: Formula | None
    item_name: str | None
    output_list: str | None
    output_item: str | None
    condition: Formula | None
    """Ends the activity early when true after an instance."""
    behaviours: tuple[Behaviour, ...] = ()


class MultiInstanceSpec(ElementSpec):
    """An activity done once for each item, at the same time or one after the other.

    An instance works on a copy of the variables with its item; of what it writes, only `output_item` is kept, as an
    entry of `output_list` in the order of the items.
    """

    def __init__(self, wf_spec: Any, bpmn_id: str, *, instance: str, repetition: Repetition, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.instance = instance
        self.repetition = repetition

    def kind_of(self, before: int, after: int) -> Kind | None:
        """Kinds of its own, beside those of the instances."""
        return Kind.INSTANCES_ENTERED if before == FUTURE and after not in _KINDS else _KINDS.get(after)

    def _update_hook(self, token: Token) -> bool:
        items = self._items(token)
        token.internal_data = {"total": len(items), "done": 0, "out": []}
        if not items:  # done at once, but as a step of the run, so that an endless circle is noticed
            self._keep_outputs(token)
            return True
        token._set_state(STARTED)  # noqa: SLF001
        if self.repetition.sequential:
            token.internal_data["rest"] = items[1:]
            self._begin(token, 0, items[0])
        else:
            for index, item in enumerate(items):
                self._begin(token, index, item)
        return False

    def member_completed(self, token: Token, member: Token) -> None:
        """One instance is done."""
        state = token.internal_data
        state["done"] += 1
        if self.repetition.output_item is not None:
            state["out"].append([member.internal_data["index"], member.data.get(self.repetition.output_item)])
        for behaviour in self.repetition.behaviours:
            if behaviour.is_due(state["done"], self._context(token, member)):
                behaviour.throw.throw(token)
        if token.is_finished:  # the event that was thrown has interrupted the activity
            return
        if state["done"] == state["total"] or self._is_enough(token, member):
            self._finish(token)
        elif self.repetition.sequential:
            item, *state["rest"] = state["rest"]
            self._begin(token, state["done"], item)

    def _begin(self, token: Token, index: int, item: Any) -> None:
        scope = token.workflow
        spec = scope.spec.task_specs[self.instance]
        instance = Token(scope, spec, token, source=self.name)
        instance.data = dict(token.data)
        if self.repetition.item_name is not None:
            instance.data[self.repetition.item_name] = item
        instance.internal_data["index"] = index
        spec._update(instance)  # noqa: SLF001

    def _finish(self, token: Token) -> None:
        for instance in token.members():
            instance.cancel()
        self._keep_outputs(token)
        token.complete()

    def _keep_outputs(self, token: Token) -> None:
        if self.repetition.output_list is not None:
            token.data[self.repetition.output_list] = self._collected(token)

    def _collected(self, token: Token) -> list[Any]:
        return [value for _, value in sorted(token.internal_data["out"], key=lambda entry: int(entry[0]))]

    def _is_enough(self, token: Token, member: Token) -> bool:
        condition = self.repetition.condition
        return condition is not None and condition.is_true(self._context(token, member))

    def _context(self, token: Token, member: Token) -> dict[str, Any]:
        done, total = token.internal_data["done"], token.internal_data["total"]
        context = member.context() | {
            "numberOfInstances": total,
            "numberOfCompletedInstances": done,
            "numberOfActiveInstances": 1 if self.repetition.sequential else total - done,
            "numberOfTerminatedInstances": 0,
        }
        if self.repetition.output_list is not None:
            context[self.repetition.output_list] = self._collected(token)
        return context

    def _items(self, token: Token) -> list[Any]:
        context = token.context()
        if self.repetition.items is not None:
            items = self.repetition.items.value(context)
            if not isinstance(items, list) or len(items) > MAX_INSTANCES:
                reason = f"is {items!r:.100}, not a list of at most {MAX_INSTANCES} items"
                raise self.repetition.items.refuse(context, reason)
            return list(to_json(items))
        cardinality = self.repetition.cardinality
        if cardinality is None:
            raise AssertionError("a repetition has items or a cardinality")
        count = to_json(cardinality.value(context))
        if type(count) is not int or not 0 <= count <= MAX_INSTANCES:
            raise cardinality.refuse(context, f"is {count!r}, not a whole number from 0 to {MAX_INSTANCES}")
        return list(range(1, count + 1))


class SubprocessSpec(ElementSpec, SubWorkflowTask):  # type: ignore[misc]
    """An embedded subprocess: works on the variables of the process around it."""

    def __init__(self, wf_spec: Any, bpmn_id: str, *, subworkflow_spec: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, subworkflow_spec=subworkflow_spec, **kwargs)

    def _update_hook(self, token: Token) -> bool:
        token._set_state(STARTED)  # noqa: SLF001
        top = token.workflow.top_workflow
        if "undoing" in token.internal_data:
            self._reopen(token)
        else:
            top.open_subprocess(token, self.data_for(token))
        return False

    def _reopen(self, token: Token) -> None:
        """Go in again to undo what was completed inside: by the subprocess's own handler, or step by step."""
        scope = token.workflow.top_workflow.restore_subprocess(token, self.data_for(token))
        records = token.internal_data["undoing"]
        if scope.spec.undo_handler is None:
            place_undo(scope, records, asked_by=0)
        else:
            scope.records = records
            scope.place(scope.spec.task_specs[scope.spec.undo_handler])

    def _on_cancel(self, token: Token) -> None:
        scope = token.workflow.top_workflow.subprocesses.pop(token.id, None)
        if scope is not None:
            scope.withdraw_all()

    def data_for(self, token: Token) -> dict[str, Any]:
        """The variables that the subprocess works on."""
        return token.data

    def scope_completed(self, token: Token, scope: SubprocessScope) -> None:
        """The subprocess is over; the token goes on as a step of the run, so that nesting costs no stack."""
        if scope.records or scope.spec.undo_handler is not None:
            token.internal_data["done"] = scope.records
        token._ready()  # noqa: SLF001

    def _on_complete(self, token: Token) -> None:
        if "undoing" in token.internal_data:  # what is undone leads nowhere
            token.workflow.hand_on(token, ())
            return
        if self.handler is None and "done" in token.internal_data:
            token.workflow.remember(self.name, token.internal_data["done"])
        super()._on_complete(token)


class CallSpec(SubprocessSpec):
    """A call activity: runs another process of the bundle.

    Without `ql:call` the called process works on the caller's variables, as an embedded subprocess does. With it, it
    gets the inputs alone, and only the outputs, which see its variables as `result`, come back.
    """

    def __init__(
        self, wf_spec: Any, bpmn_id: str, *, mapping: tuple[tuple[Output, ...], ...] | None, **kwargs: Any
    ) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.mapping = mapping

    def data_for(self, token: Token) -> dict[str, Any]:
        """The caller's variables, or the inputs alone."""
        return token.data if self.mapping is None else json_of(self.mapping[0], token.context(), self.element)

    def scope_completed(self, token: Token, scope: SubprocessScope) -> None:
        """Take the outputs."""
        if self.mapping is not None:
            token.data.update(json_of(self.mapping[1], {**token.context(), "result": scope.data}, self.element))
        super().scope_completed(token, scope)
