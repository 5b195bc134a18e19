"""How large a FEEL text and its work may be; all of it is far above honest use."""

MAX_TEXT_CHARACTERS = 64_000
MAX_DEPTH = 60  # brackets, ifs, functions inside each other; each costs a few Python frames
MAX_STEPS = 200_000  # rounds of loops, calls, and list items made by one evaluation
MAX_CALL_DEPTH = 48  # user-defined functions that call each other
MAX_STRING_CHARACTERS = 1_000_000
MAX_NUMBER_DIGITS = 34  # decimal128, as the standard asks
MAX_REGEX_WORK = 20_000_000  # a bound on the steps of a backtracking search, estimated from pattern and text
