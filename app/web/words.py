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


def criterion_name(criterion: str) -> str:
    """One criterion of the rubric (A8.4)."""
    names = {
        "qualification": gettext("Qualification"),
        "professional_ability": gettext("Professional ability"),
        "service_record": gettext("Service record"),
        "quality_management": gettext("Quality management"),
        "price": gettext("Price"),
        "practicality": gettext("Practicality"),
        "quality": gettext("Quality"),
        "item_price": gettext("Price"),
    }
    return names.get(criterion, criterion)


def reply_name(reply: str) -> str:
    """What became of an expert's part in a discussion (A8.5)."""
    names = {
        "open": gettext("not yet replied"),
        "revised": gettext("revised"),
        "confirmed": gettext("confirmed"),
        "overdue": gettext("no reply in time, the first scores stand"),
    }
    return names.get(reply, reply)


def instance_status(status: str) -> str:
    """How a case stands, as lists say it."""
    names = {
        "running": gettext("under way"),
        "suspended": gettext("suspended"),
        "completed": gettext("concluded"),
        "cancelled": gettext("cancelled"),
    }
    return names.get(status, status)


def voucher_state(state: str) -> str:
    """How a voucher stands."""
    names = {
        "live": gettext("valid"),
        "used": gettext("used"),
        "expired": gettext("expired"),
        "voided": gettext("void"),
        "withdrawn": gettext("withdrawn"),
    }
    return names.get(state, state)


def move_kind(kind: str) -> str:
    """What happened in the queue."""
    names = {
        "joined": gettext("joined the queue"),
        "reserved": gettext("money reserved"),
        "lowered": gettext("amount lowered"),
        "left": gettext("left"),
        "money": gettext("money became free"),
    }
    return names.get(kind, kind)
