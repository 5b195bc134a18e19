"""How large a form and its answers may be; what lies beyond is refused before it can cost anything."""

from __future__ import annotations

FORM_MAX_BYTES = 256 * 1024
FORM_MAX_JSON_DEPTH = 24
FORM_MAX_FIELDS = 300
FORM_MAX_NESTING = 4
"""Groups within rows within groups: deeper forms cannot be read on a phone."""

TEXT_MAX_CHARACTERS = 200
LONG_TEXT_MAX_CHARACTERS = 5_000
LONGEST_TEXT_CHARACTERS = 20_000
"""The first two hold where a form names no `maxLength`; the third is the most that a form may allow."""

INTEGER_MAX = 2**53 - 1
"""Beyond it a browser's numbers are no longer exact."""

ROWS_MAX = 50
MOST_ROWS = 200
OPTIONS_MAX = 100
FILES_MAX = 10
MOST_FILES = 20
FILE_MAX_MIB = 20

ANSWERS_MAX_NODES = 20_000
ANSWERS_MAX_DEPTH = 12

PATTERN_MAX_CHARACTERS = 200
PATTERN_MAX_WAYS = 20_000
"""In how many ways a pattern may at most split a text while it backtracks."""
