"""Two sets of answers become one: mine, with the places that I choose taken from the other."""

from __future__ import annotations

import pytest

from app.web.forms.merge import chosen_there, taken_over

MINE = {"name": "甲", "staff": [{"name": "一"}], "contract": {"number": "1"}}
THEIRS = {"name": "乙", "staff": [{"name": "二"}, {"name": "三", "age": 3}], "note": "丙"}


@pytest.mark.parametrize(
    ("pointers", "changed"),
    [
        ([], {}),
        (["/name"], {"name": "乙"}),
        (["/note"], {"note": "丙"}),
        (["/staff/0/name"], {"staff": [{"name": "二"}]}),
        (["/staff/1/name", "/staff/1/age"], {"staff": [{"name": "一"}, {"name": "三", "age": 3}]}),
        (["/contract/number"], {"contract": {}}),
        (["/staff/7/name", "/nothing", "/name/deeper"], {}),
    ],
)
def test_a_place_is_taken_from_the_other_as_it_stands_there(pointers, changed):
    assert taken_over(MINE, THEIRS, pointers) == MINE | changed


def test_neither_side_is_changed():
    before = (repr(MINE), repr(THEIRS))

    taken_over(MINE, THEIRS, ["/staff/0/name", "/note"])["staff"][0]["name"] = "改"

    assert (repr(MINE), repr(THEIRS)) == before


def test_only_what_is_to_come_from_there_is_taken():
    assert chosen_there([("_take:/a", "here"), ("_take:/b/0/c", "there"), ("b", "there")]) == ["/b/0/c"]
