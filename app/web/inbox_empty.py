"""What would stand in an empty list, and when."""

from __future__ import annotations

from flask_babel import gettext

from app.engine.inbox import View
from app.web.inbox_address import Asked


def nothing_here(asked: Asked) -> str:
    """The sentence of an empty list."""
    if asked.mistake is not None:
        return gettext("The query cannot be read, so nothing is listed. Mend it above; it is kept as you typed it.")
    if asked.terms:
        return gettext("No task in this view fits the filters. Take one of them out, or look in another view.")
    return {
        View.MINE: gettext(
            "Nothing is with you. Tasks that you claim, or that are drawn or assigned to you, appear here."
        ),
        View.CLAIMABLE: gettext("Nothing waits to be claimed. New cases for your role appear here as they arrive."),
        View.DUE_TODAY: gettext("Nothing is due today. A task appears here on its last day."),
        View.OVERDUE: gettext("Nothing is overdue. A task appears here when its last day has passed."),
        View.RETURNED: gettext("Nothing has come back. A step that is to be done once more appears here."),
        View.WAITING: gettext(
            "You wait for nobody. Cases in which you have done something and others are at work appear here."
        ),
        View.SNOOZED: gettext("You have put nothing aside. A task that you put aside stands here until it comes back."),
        View.COMING: gettext("Nothing is on its way. Cases that stand one step before your role appear here."),
        View.DONE: gettext("You have completed no task yet. Each one that you complete stays here."),
    }[asked.view]
