"""Forms on pages: what each control shows, computed here, laid out by the macros in `templates/forms/`.

Decides nothing about answers: `app.forms` does.
"""
