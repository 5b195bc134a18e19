"""The words that FEEL keeps for itself, and the properties whose names have several words."""

KEYWORDS = frozenset(
    (
        *("if", "then", "else", "for", "return", "some", "every", "satisfies"),
        *("and", "or", "in", "between", "instance", "of", "function", "external", "true", "false", "null"),
    )
)
CONSTANTS: dict[str, object] = {"true": True, "false": False, "null": None}
SPACED_PROPERTIES = ("time offset", "start included", "end included")
SPACED_TYPES = ("date and time", "days and time duration", "years and months duration")
