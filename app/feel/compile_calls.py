"""Compiles calls and function definitions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.feel.builtins.registry import Builtin
from app.feel.errors import FeelSyntaxError, Undefined
from app.feel.nodes import Call, FunctionOf, Name, Node
from app.feel.runtime import Code, Frame, Run, invoke
from app.feel.scope import MISSING, Scope, reader, variable
from app.feel.types import ANY, FeelType, coerce, resolve_type
from app.feel.values import FeelFunction, HostFunction

if TYPE_CHECKING:
    from app.feel.compiler import Compiler

_LARGE = 500
_SIZE_PER_STEP = 100


def compile_call(compiler: "Compiler", node: Call, scope: Scope | None) -> Code:
    """A call of a built-in, of a function of the host, or of one made by FEEL."""
    codes = [compiler.compile(argument, scope) for argument in node.arguments]
    if isinstance(node.callee, Name):
        callee = reader(node.callee.name, scope, compiler.surroundings, called=True)
    else:
        callee = compiler.compile(node.callee, scope)
    names = node.names

    def call(run: Run, frame: Frame) -> Any:
        function = callee(run, frame)
        arguments = [code(run, frame) for code in codes]
        try:
            if names is not None:
                return call_by_name(function, dict(zip(names, arguments, strict=True)), run)
            if type(function) is Builtin:
                charge(arguments, run)
                return function.call(arguments, run)
            return invoke(function, arguments, run)
        except Undefined as undefined:
            return run.null(undefined.reason)

    return call


def charge(arguments: Sequence[Any], run: Run) -> None:
    """Count the size of large arguments as work, because a built-in reads them whole."""
    for argument in arguments:
        if isinstance(argument, str | list | dict) and len(argument) > _LARGE:
            run.spend(len(argument) // _SIZE_PER_STEP)


def call_by_name(function: Any, arguments: dict[str, Any], run: Run) -> Any:
    """The result of a call with named arguments; raises Undefined if a name is unknown."""
    if isinstance(function, Builtin):
        charge(tuple(arguments.values()), run)
        return function.call_by_name(arguments, run)
    if not isinstance(function, FeelFunction | HostFunction):
        raise Undefined("what is called here is no function")
    unknown = arguments.keys() - set(function.parameters)
    if unknown:
        raise Undefined(f"{function.name} has no parameter {min(unknown)}")
    given = [arguments.get(name, MISSING) for name in function.parameters]
    while given and given[-1] is MISSING:
        given.pop()
    return invoke(function, [None if value is MISSING else value for value in given], run)


def compile_function(compiler: "Compiler", node: FunctionOf, scope: Scope | None) -> Code:
    """`function(a, b) …`: a value that remembers the variables around it."""
    names = tuple(name for name, _ in node.parameters)
    types = [_type(compiler, declared) for _, declared in node.parameters]
    result = _type(compiler, node.result)
    inner = scope
    for name in names:
        inner = variable(name, inner)
    body = compiler.compile(node.body, inner)

    def define(run: Run, frame: Frame) -> FeelFunction:
        home = run.variables

        def apply(caller: Any, arguments: Sequence[Any]) -> Any:
            if len(arguments) != len(names):
                raise Undefined(f"the function takes {len(names)} arguments, {len(arguments)} were given")
            local = frame
            for value, wanted in zip(arguments, types, strict=True):
                local = (coerce(value, wanted), local)
            active: Run = caller if caller.variables is home else caller.with_variables(home)
            active.enter()
            try:
                value = body(active, local)
            finally:
                active.leave()
            return coerce(value, result)

        return FeelFunction(names, apply)

    return define


def _type(compiler: "Compiler", node: Node | None) -> FeelType:
    if node is None:
        return ANY
    try:
        return resolve_type(node, compiler.surroundings.types)
    except KeyError as error:
        raise FeelSyntaxError(
            f"the type {error.args[0]} is not known", line=1, column=1, hint="Define it, or use a type of FEEL"
        ) from error
