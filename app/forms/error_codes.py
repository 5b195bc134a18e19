"""The codes of what can be wrong with an answer; an author may word any of them anew (`x-ql.errors`)."""

from __future__ import annotations

ERROR_CODES = frozenset({
    "required", "malformed", "control_character", "not_offered", "must_be_ticked", "repeated",
    "too_short", "too_long", "wrong_pattern", "too_small", "too_large", "wrong_step",
    "too_few", "too_many", "too_early", "too_late", "before_other", "after_other",
    "reason_required_from", "reason_required_below", "not_applicable", "unknown_field", "answers_too_large",
    "unknown_file", "file_type", "file_size", "file_empty",
})  # fmt: skip
