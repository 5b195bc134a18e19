"""The query language: what it reads, how it is written, where and how it refuses."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.query import FIELDS, Kind, QueryError, Term, parse_query, print_query, without

TEXT = st.text('ab宁夏mE 	:：,，"“”\\-<>=1.', min_size=1, max_size=12)
DAYS = st.integers(0, 999).map(lambda count: f"{count}d")
DATES = st.dates(date(1900, 1, 1)).map(str) | st.sampled_from(["2026-11", "1999-01"])


@st.composite
def terms(draw):
    """Any term that can be written."""
    denied = draw(st.booleans())
    field = draw(st.sampled_from([None, *FIELDS.values()]))
    if field is None:
        return Term("", (draw(TEXT),), is_denied=denied)
    kinds = {Kind.TEXT: TEXT, Kind.CHOICE: st.sampled_from(field.choices or ("",)), Kind.DAYS: DAYS, Kind.DAY: DATES}
    values = draw(st.lists(kinds[field.kind], min_size=1, max_size=3))
    if field.words:
        values = [value.lower() if value.lower() in field.words else value for value in values]
    order = draw(st.sampled_from(["", "<", "<=", ">", ">="])) if field.kind in (Kind.DAYS, Kind.DAY) else ""
    return Term(field.name, tuple(values), order, denied)


@given(st.lists(terms(), max_size=6).map(tuple))
def test_what_is_printed_reads_as_it_was(query):
    assert parse_query(print_query(query)) == query


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_at_a_place_inside_it(text):
    refused = None
    try:
        found = parse_query(text)
    except QueryError as error:
        refused = error

    if refused is None:
        assert parse_query(print_query(found)) == found
    else:
        assert 0 <= refused.position <= len(text)
        assert all((refused.message_zh, refused.message_en, refused.hint_zh, refused.hint_en))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("step:verify_authenticity", Term("step", ("verify_authenticity",))),
        ("due:<3d", Term("due", ("3d",), "<")),
        ("due:<=3", Term("due", ("3d",), "<=")),
        ("due:none", Term("due", ("none",))),
        ("waiting:agency,enterprise", Term("waiting", ("agency", "enterprise"))),
        ('applicant:"宁夏 砺信"', Term("applicant", ("宁夏 砺信",))),
        ("applicant:“宁夏”", Term("applicant", ("宁夏",))),
        ("步骤：初审，复核", Term("step", ("初审", "复核"))),
        ("age:>5天", Term("age", ("5d",), ">")),
        ("-flag:yes", Term("flag", ("yes",), is_denied=True)),
        ("ASSIGNEE:ME", Term("assignee", ("me",))),
        ("started:>=2026-11-02", Term("started", ("2026-11-02",), ">=")),
        ("砺信", Term("", ("砺信",))),
        ("-", Term("", ("-",))),
        ('-"a b"', Term("", ("a b",), is_denied=True)),
        (r'"say \"so\""', Term("", ('say "so"',))),
    ],
)
def test_a_term_is_read(text, found):
    assert parse_query(text) == (found,)


@pytest.mark.parametrize(
    ("text", "position", "hint"),
    [
        ("stpe:x", 0, "step:"),
        ("a due:", 6, "due:<3d"),
        ("due:soon", 4, "due:<3d"),
        ("due:1000d", 4, "due:<3d"),
        ("state:late", 6, "overdue"),
        ("number:>5", 7, "number:2026"),
        ('a "b', 2, "another"),
        ("started:2026-13", 8, "2026-11"),
        ("step:a,", 7, "step:verify"),
    ],
)
def test_what_cannot_be_read_is_refused_where_it_goes_wrong(text, position, hint):
    with pytest.raises(QueryError) as refused:
        parse_query(text)

    assert refused.value.position == position
    assert hint in refused.value.hint_en


def test_a_term_can_be_taken_out():
    query = parse_query('due:<3d "a b" -flag:yes')

    assert [without(query, index) for index in range(3)] == ['"a b" -flag:yes', "due:<3d -flag:yes", 'due:<3d "a b"']
