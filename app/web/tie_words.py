"""Ties in words: what leads from a person to an organisation, step by step, as it stands in the records."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext

from app.domain.ties import Path, Tie


def path_words(path: Path, names: Mapping[int | None, str]) -> str:
    """A path of ties as one sentence."""
    steps, here = [], ""
    for step in path:
        there = names.get(step.organisation_id, "")
        steps.append(_step(step.tie, here, there))
        here = there
    return gettext("; ").join(steps)


def _step(tie: Tie, here: str, there: str) -> str:
    own = {
        Tie.EMPLOYER: gettext("works at %(there)s", there=there),
        Tie.MEMBER: gettext("acts for %(there)s", there=there),
        Tie.DECLARED: gettext("declared an interest in %(there)s", there=there),
        Tie.SHAREHOLDER: gettext("holds shares of %(there)s", there=there),
        Tie.RESPONSIBLE: gettext("has the name of the responsible person of %(there)s", there=there),
        Tie.PERSON_PHONE: gettext("shares a telephone with %(there)s", there=there),
    }
    return own.get(tie) or _between(tie, here, there)


def _between(tie: Tie, here: str, there: str) -> str:
    both = {
        Tie.AFFILIATION: gettext("%(here)s and %(there)s are declared affiliates", here=here, there=there),
        Tie.SHAREHOLDING: gettext("%(here)s and %(there)s are tied by shares", here=here, there=there),
        Tie.RESPONSIBLE_PERSON: gettext("%(here)s and %(there)s have one responsible person", here=here, there=there),
        Tie.ADDRESS: gettext("%(here)s and %(there)s have one address", here=here, there=there),
        Tie.PHONE: gettext("%(here)s and %(there)s have one telephone", here=here, there=there),
        Tie.BANK_ACCOUNT: gettext("%(here)s and %(there)s have one bank account", here=here, there=there),
    }
    return both[tie]
