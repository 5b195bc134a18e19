"""What one evaluation carries along: the variables, the work done so far, and the reasons of nulls."""

from collections.abc import Callable, Mapping, Sequence
from time import thread_time_ns
from typing import Any

from app.feel.errors import FeelLimitError, Problem, Undefined
from app.feel.limits import (
    MAX_CALL_DEPTH,
    MAX_CPU_MILLISECONDS,
    MAX_STEPS,
    STEPS_PER_CALL,
    STEPS_PER_LOOK_AT_THE_CLOCK,
)
from app.feel.values import BuiltinFunction, FeelFunction, HostFunction

# Local variables: (innermost value, frame around it), None outside of all.
Frame = tuple[Any, Any] | None


class Budget:
    """The work of one evaluation, shared by everything that it calls."""

    __slots__ = ("_began", "_next_look", "calls", "steps")

    def __init__(self) -> None:
        self.steps = 0
        self.calls = 0
        self._began = thread_time_ns()
        self._next_look = STEPS_PER_LOOK_AT_THE_CLOCK

    def spend(self, steps: int) -> None:
        """Count work; raises FeelLimitError when it is too much."""
        self.steps += steps
        if self.steps < self._next_look:
            return
        if self.steps > MAX_STEPS:
            raise FeelLimitError(
                f"the evaluation needs more than {MAX_STEPS} steps", hint="Shorten the lists that it runs over"
            )
        if thread_time_ns() - self._began > MAX_CPU_MILLISECONDS * 1_000_000:
            raise FeelLimitError(
                f"the evaluation needs more than {MAX_CPU_MILLISECONDS} ms", hint="Shorten the lists that it runs over"
            )
        self._next_look = self.steps + STEPS_PER_LOOK_AT_THE_CLOCK


class Run:
    """One evaluation."""

    __slots__ = ("budget", "problems", "trace", "variables")

    def __init__(
        self,
        variables: Mapping[str, Any],
        problems: list[Problem] | None = None,
        trace: list[Any] | None = None,
        budget: Budget | None = None,
    ) -> None:
        self.variables = variables
        self.problems = problems
        self.trace = trace
        self.budget = budget

    def null(self, reason: str) -> Any:
        """Null, with the reason recorded."""
        if self.problems is not None:
            self.problems.append(Problem(reason))
        return None

    def spend(self, steps: int) -> None:
        """Count work; raises FeelLimitError when it is too much."""
        budget = self.budget
        if budget is None:
            budget = self.budget = Budget()
        budget.spend(steps)

    def with_variables(self, variables: Mapping[str, Any]) -> "Run":
        """The same evaluation over other variables: the body of a function that was made elsewhere."""
        self.spend(0)
        return Run(variables, self.problems, self.trace, self.budget)

    def quiet(self) -> "Run":
        """The same evaluation without a record of what is null."""
        self.spend(0)
        return Run(self.variables, None, self.trace, self.budget)

    def enter(self) -> None:
        """One user-defined function deeper; raises FeelLimitError when it never ends."""
        self.spend(STEPS_PER_CALL)
        assert self.budget is not None, "spend makes it"
        self.budget.calls += 1
        if self.budget.calls > MAX_CALL_DEPTH:
            raise FeelLimitError(
                f"functions call each other more than {MAX_CALL_DEPTH} deep", hint="Check where the recursion ends"
            )

    def leave(self) -> None:
        """Back from a user-defined function."""
        assert self.budget is not None, "entered before"
        self.budget.calls -= 1


Code = Callable[[Run, Frame], Any]
TestCode = Callable[[Any, Run, Frame], "bool | None"]


def invoke(function: object, arguments: Sequence[object], run: Run) -> Any:
    """The result of a function value; raises Undefined if it is no function or the arguments do not fit."""
    if isinstance(function, FeelFunction):
        return function.invoke(run, arguments)
    if isinstance(function, HostFunction):
        if len(arguments) > len(function.parameters):
            raise Undefined(f"{function.name} takes {len(function.parameters)} arguments, {len(arguments)} were given")
        return function.call(*arguments)
    if isinstance(function, BuiltinFunction):
        return function.call(arguments, run)
    raise Undefined("what is called here is no function")
