"""All built-in functions by name."""

from app.feel.builtins.booleans import BOOLEANS
from app.feel.builtins.contexts import CONTEXTS
from app.feel.builtins.conversions import CONVERSIONS
from app.feel.builtins.dates import DATES
from app.feel.builtins.lists import LISTS
from app.feel.builtins.numbers import NUMBERS
from app.feel.builtins.ranges import RANGES
from app.feel.builtins.registry import Builtin
from app.feel.builtins.statistics import STATISTICS
from app.feel.builtins.strings import STRINGS

BUILTINS: dict[str, Builtin] = {
    each.name: each
    for each in (
        *BOOLEANS,
        *CONTEXTS,
        *CONVERSIONS,
        *DATES,
        *LISTS,
        *NUMBERS,
        *RANGES,
        *STATISTICS,
        *STRINGS,
    )
}
