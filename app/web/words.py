"""Words of the programme in the reader's language that no form or diagram carries."""

from __future__ import annotations

from flask_babel import gettext


def category_name(category: str) -> str:
    """One of the seven categories of article 7."""
    names = {
        "informatisation": gettext("Informatisation"),
        "technology": gettext("Technology and quality"),
        "management": gettext("Management consulting"),
        "legal": gettext("Legal"),
        "intellectual_property": gettext("Intellectual property"),
        "credit": gettext("Credit"),
        "other": gettext("Other urgent needs"),
    }
    return names.get(category, category)


def instance_status(status: str) -> str:
    """How a case stands, as lists say it."""
    names = {
        "running": gettext("under way"),
        "suspended": gettext("suspended"),
        "completed": gettext("concluded"),
        "cancelled": gettext("cancelled"),
    }
    return names.get(status, status)
