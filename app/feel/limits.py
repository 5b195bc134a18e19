"""How large a FEEL text and its work may be; all of it is far above honest use."""

MAX_TEXT_CHARACTERS = 10_000  # some 40 ms of reading
MAX_DEPTH = 60  # brackets, ifs, functions inside each other; each costs a few Python frames
MAX_STEPS = 60_000  # rounds of loops, calls, and list items made by one evaluation; some 30 ms
STEPS_PER_CALL = 14  # what a call of a user-defined function costs, in rounds
MAX_CPU_MILLISECONDS = 45  # of one evaluation; the steps end it earlier, except on a slow machine
STEPS_PER_LOOK_AT_THE_CLOCK = 256
MAX_CALL_DEPTH = 48  # user-defined functions that call each other
MAX_STRING_CHARACTERS = 1_000_000
MAX_NUMBER_DIGITS = 34  # decimal128, as the standard asks
MAX_REGEX_WORK = 1_500_000  # an upper bound on the steps of a search, estimated from pattern and text; up to 40 ms
