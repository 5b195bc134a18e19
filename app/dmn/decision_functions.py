"""Decision services and business knowledge models as functions, and functions as something to ask."""

from collections.abc import Sequence
from typing import Any

from app.dmn.model import Decision, Input, Step
from app.feel.errors import Undefined
from app.feel.runtime import Code, Frame, Run
from app.feel.types import ANY, FeelType, coerce
from app.feel.values import FeelFunction


def returning(function: FeelFunction, wanted: FeelType) -> FeelFunction:
    """The function with its result held to a type."""
    if wanted is ANY or wanted.accepts(function):
        return function

    def invoke(run: Any, arguments: Sequence[Any]) -> Any:
        return coerce(function.invoke(run, arguments), wanted)

    return FeelFunction(function.parameters, invoke, function.name)


def outputs_code(names: list[str]) -> Code:
    """The value of a service: of its only output decision, or a context of all."""
    if len(names) == 1:
        name = names[0]
        return lambda run, _frame: run.variables.get(name)
    return lambda run, _frame: {name: run.variables.get(name) for name in names}


def function_as_decision(function_id: str, name: str, function: FeelFunction) -> Decision:
    """A function that is asked by name, its parameters as inputs."""

    def ask(run: Run, _frame: Frame) -> Any:
        try:
            return function.invoke(run, [run.variables[parameter] for parameter in function.parameters])
        except Undefined as undefined:
            return run.null(undefined.reason)

    declared = tuple(Input(parameter, ANY) for parameter in function.parameters)
    return Decision(function_id or name, name, declared, (Step(name, ask, ANY),), {})


def service_function(name: str, service: Decision) -> FeelFunction:
    """The decision service as a function of its inputs."""

    def invoke(caller: Any, arguments: Sequence[Any]) -> Any:
        if len(arguments) != len(service.declared):
            raise Undefined(f"{name} takes {len(service.declared)} arguments, {len(arguments)} were given")
        variables: dict[str, Any] = dict(service.knowledge)
        spaces = service.open_spaces(variables)
        for declared, value in zip(service.declared, arguments, strict=True):
            spaces[declared.space][declared.name] = coerce(value, declared.type)
        run: Run = caller.with_variables(variables)
        run.enter()
        result: Any = None
        try:
            for step in service.steps:
                local = run if step.space == service.space else run.with_variables(spaces[step.space])
                result = spaces[step.space][step.name] = coerce(step.code(local, None), step.type)
        finally:
            run.leave()
        return result

    parameters = tuple(declared.name for declared in service.declared)
    return FeelFunction(parameters, invoke, name)
