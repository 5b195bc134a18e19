"""How large a FEEL text and its work may be; all of it is far above honest use."""

MAX_TEXT_CHARACTERS = 64_000
MAX_DEPTH = 60  # brackets, ifs, functions inside each other; each costs a few Python frames
MAX_STEPS = 200_000  # rounds of loops, calls, and list items made by one evaluation
STEPS_PER_CALL = 5  # a call of a user-defined function costs about as much as five rounds
MAX_CALL_DEPTH = 48  # user-defined functions that call each other
MAX_STRING_CHARACTERS = 1_000_000
MAX_NUMBER_DIGITS = 34  # decimal128, as the standard asks
MAX_REGEX_WORK = 100_000_000  # an upper bound on the steps of a search, estimated from pattern and text; about a second
