"""No page is forgotten: what the walk over every page and the screenshots look at is whole."""

from __future__ import annotations

from flask import Flask

from tests.gallery import NO_PAGES, STOPS, is_page, stops


def test_every_page_is_looked_at(app: Flask) -> None:
    looked_at = {stop.endpoint for stop in stops(app)}

    missing = {rule.endpoint for rule in app.url_map.iter_rules() if is_page(rule)} - looked_at

    assert missing == set(), "list these in STOPS of tests/gallery.py: their addresses have arguments"


def test_names_of_pictures_are_unique(app: Flask) -> None:
    names = [stop.name for stop in stops(app)]

    assert len(names) == len(set(names))


def test_what_is_listed_or_left_out_exists(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}

    assert {stop.endpoint for stop in STOPS} | NO_PAGES.keys() <= endpoints
