"""Built-ins on strings; positions count characters from 1."""

from typing import Any

from app.feel.builtins.arguments import items, number, text, whole
from app.feel.builtins.regex import compile_pattern, expand_replacement, guard_work
from app.feel.builtins.registry import builtin
from app.feel.errors import FeelLimitError, Undefined
from app.feel.limits import MAX_STRING_CHARACTERS
from app.feel.runtime import Run

_CHARACTERS_PER_STEP = 100


def bounded(value: str, run: Run) -> str:
    """The string, if it is not too long; its length counts as work."""
    _check_length(len(value))
    run.spend(len(value) // _CHARACTERS_PER_STEP)
    return value


def _check_length(length: int) -> None:
    if length > MAX_STRING_CHARACTERS:
        raise FeelLimitError(f"a string grows beyond {MAX_STRING_CHARACTERS} characters", hint="Shorten its parts")


def _substring(_run: Run, string: Any, start: Any, length: Any = None) -> str:
    value, first = text(string), whole(start)
    if first == 0 or (length is not None and number(length) < 1):
        raise Undefined("the start position or the length of a substring is 0")
    index = first - 1 if first > 0 else len(value) + first
    if not 0 <= index < len(value):
        raise Undefined(f"a string of {len(value)} characters has no position {first}")
    return value[index:] if length is None else value[index : index + whole(length)]


def _substring_before(_run: Run, string: Any, match: Any) -> str:
    before, found, _ = text(string).partition(text(match)) if text(match) else ("", "", "")
    return before if found else ""


def _substring_after(_run: Run, string: Any, match: Any) -> str:
    if not text(match):
        return text(string)
    return text(string).partition(text(match))[2]


def _replace(run: Run, value: Any, pattern: Any, replacement: Any, flags: Any = None) -> str:
    found = compile_pattern(text(pattern), "" if flags is None else text(flags))
    if found.compiled.search("") is not None:
        raise Undefined("the pattern matches the empty string, so there is nothing to replace")
    expand = expand_replacement(text(replacement), found.compiled.groups)
    subject = guard_work(found, text(value), run)
    return bounded(found.compiled.sub(expand, subject), run)


def _matches(run: Run, value: Any, pattern: Any, flags: Any = None) -> bool:
    found = compile_pattern(text(pattern), "" if flags is None else text(flags))
    return found.compiled.search(guard_work(found, text(value), run)) is not None


def _split(run: Run, string: Any, delimiter: Any) -> list[str]:
    found = compile_pattern(text(delimiter), "")
    subject = guard_work(found, text(string), run)
    parts, end = [], 0
    for match in found.compiled.finditer(subject):
        if match.end() > match.start():
            parts.append(subject[end : match.start()])
            end = match.end()
    run.spend(len(parts))
    return [*parts, subject[end:]]


def _string_join(run: Run, parts: Any, delimiter: Any = None) -> str:
    strings = [text(part) for part in items(parts) if part is not None]
    between = "" if delimiter is None else text(delimiter)
    _check_length(sum(map(len, strings)) + len(between) * len(strings))
    return bounded(between.join(strings), run)


STRINGS = (
    builtin("substring", ("string, start position, length?", _substring)),
    builtin("string length", ("string", lambda _run, string: len(text(string)))),
    builtin("upper case", ("string", lambda _run, string: text(string).upper())),
    builtin("lower case", ("string", lambda _run, string: text(string).lower())),
    builtin("substring before", ("string, match", _substring_before)),
    builtin("substring after", ("string, match", _substring_after)),
    builtin("contains", ("string, match", lambda _run, string, match: text(match) in text(string))),
    builtin("starts with", ("string, match", lambda _run, string, match: text(string).startswith(text(match)))),
    builtin("ends with", ("string, match", lambda _run, string, match: text(string).endswith(text(match)))),
    builtin("replace", ("input, pattern, replacement, flags?", _replace)),
    builtin("matches", ("input, pattern, flags?", _matches)),
    builtin("split", ("string, delimiter", _split)),
    builtin("string join", ("list, delimiter?", _string_join)),
)
