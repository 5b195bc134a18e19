"""Pages, API, sign-in and permissions: translates between people's browsers and the verbs of engine and domain.

Decides nothing: a rule of the programme found here is in the wrong place.
"""
