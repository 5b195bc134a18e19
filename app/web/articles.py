"""Articles of the measure as quiet links to the page that says what each rule means."""

from __future__ import annotations

import re

from flask import url_for
from markupsafe import Markup, escape

from app.domain.rules import rules
from app.web.languages import pick

_ID = re.compile(r"[AB]\d+(?:\.\d+)?")


def article_url(article: str) -> str:
    """The address of a rule; "" for what is no rule of the measure."""
    return url_for("public.show_rules", _anchor=article) if article in rules() else ""


def article_link(articles: str | None) -> Markup:
    """Every article that a text names (`A4.1, A11.9`) as a quiet link; what is no rule stays text."""
    text = articles or ""
    made, done = Markup(), 0
    for found in _ID.finditer(text):
        made += escape(text[done : found.start()]) + _link(found.group())
        done = found.end()
    return made + escape(text[done:])


def _link(article: str) -> Markup:
    rule = rules().get(article)
    if rule is None:
        return Markup('<span class="ql-art">{}</span>').format(article)
    return Markup('<a class="ql-art" href="{}" title="{}">{}</a>').format(article_url(article), pick(rule), article)
