"""The unified social credit code (统一社会信用代码, GB 32100-2015): form, check digit, region."""

from __future__ import annotations

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

REGION = "64"
"""The division code of Ningxia: characters 3 and 4 of a code that is registered there."""


def is_valid(code: str) -> bool:
    """Whether the code has 18 characters of the standard's alphabet and the right check digit."""
    try:
        return bool(uscc.validate(code) == code)
    except ValidationError:
        return False


def is_of_region(code: str) -> bool:
    """Whether an organisation of that code is registered in the autonomous region."""
    return code[2:4] == REGION


def with_check_digit(first_17: str) -> str:
    """The whole code of its first 17 characters; used to make the demo's organisations."""
    return first_17 + str(uscc.calc_check_digit(first_17))
