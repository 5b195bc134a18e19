"""The calendar's pages: a year to look at, what the bureau changes, the yearly notice, and how a deadline was counted."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from lxml import html

from app.db import reading, unit_of_work
from app.domain.calendar import SHANGHAI, calendar_of, deadline, end_of
from app.domain.calendar_change import CalendarChange
from app.engine.tables import user_task
from app.web.context import Context
from app.web.reckoning import Pause, reckoning_of
from tests import answers
from tests.walk import Walk

ENGLISH = {"Accept-Language": "en"}
CHANGE = {
    "day": "2026-12-24", "kind": "holiday", "name_zh": "临时放假", "name_en": "", "reason": "供暖检修",
    "source": "宁政办发〔2026〕7 号",
}  # fmt: skip
NOTICE = "2027-01-01..2027-01-03 holiday 元旦\n2027-02-05..2027-02-12 holiday 春节\n2027-02-20 workday"


def text_of(answer: Any) -> str:
    return words_of(html.fromstring(answer.text).xpath("//main")[0])


def words_of(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


def test_anybody_sees_the_year_with_its_holidays_and_make_up_days(client_of: Any) -> None:
    said = text_of(client_of(None).get("/calendar?year=2026", headers=ENGLISH))

    assert "National Day" in said
    assert "Sat 10 Oct make-up working day published calendar" in said
    assert "There is no notice" not in said


def test_a_year_without_a_notice_warns(client_of: Any) -> None:
    said = text_of(client_of(None).get("/calendar?year=2090", headers=ENGLISH))

    assert "There is no notice of the holidays of this year yet." in said


@pytest.mark.parametrize(
    ("year", "status"), [("2000", 404), ("2001", 200), ("2100", 200), ("2101", 404), ("soon", 404), ("", 200)]
)
def test_only_years_of_the_calendar_have_a_page(client_of: Any, year: str, status: int) -> None:
    assert client_of(None).get(f"/calendar?year={year}").status_code == status


def test_a_change_counts_at_once_and_stands_in_the_history_with_reason_and_source(
    client_of: Any, parts: Context
) -> None:
    bureau = client_of("bureau")

    answer = bureau.post("/calendar/days", data=CHANGE, follow_redirects=True)

    assert "案件中已经确定的期限不变" in text_of(answer)
    with reading(parts.database) as unit:
        assert not calendar_of(unit.session).is_working_day(date(2026, 12, 24))
    for said in ("供暖检修", "宁政办发〔2026〕7 号", "白见山"):
        assert said in text_of(bureau.get("/calendar?year=2026"))


def test_the_public_reads_the_change_but_not_who_made_it(client_of: Any) -> None:
    client_of("bureau").post("/calendar/days", data=CHANGE)

    said = text_of(client_of(None).get("/calendar?year=2026"))

    assert "供暖检修" in said
    assert "白见山" not in said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"day": ""}, "Choose a day."),
        ({"day": "2026-13-01"}, "Choose a day."),
        ({"kind": "feast"}, "Choose how the day counts."),
        ({"name_zh": ""}, "Write the name of the holiday."),
        ({"name_zh": "长" * 61}, "At most 60 characters."),
        ({"reason": " "}, "Write why"),
        ({"source": ""}, "Name the paper"),
        (
            {"day": "2026-10-01", "kind": "holiday", "name_zh": "国庆节", "name_en": "National Day"},
            "counts like that already",
        ),
        ({"day": "2026-12-24", "kind": "make_up"}, "Only a Saturday or Sunday"),
        ({"day": "2101-01-01"}, "from 2001 to 2100"),
    ],
)
def test_a_change_that_cannot_be_says_why_and_keeps_what_was_typed(
    client_of: Any, parts: Context, typed: dict[str, str], said: str
) -> None:
    bureau = client_of("bureau")
    with bureau.session_transaction() as session:
        session["language"] = "en"
    sent = CHANGE | typed

    answer = bureau.post("/calendar/days", data=sent)

    page = html.fromstring(answer.text)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert page.xpath("//input[@id='source']/@value") == [sent["source"].strip()]
    with reading(parts.database) as unit:
        assert unit.session.scalar(sa.select(sa.func.count()).select_from(CalendarChange)) == 0


@pytest.mark.parametrize("login", [None, "agency", "reviewer_a", "supervisor", "auditor", "admin"])
def test_nobody_but_the_bureau_changes_the_calendar(client_of: Any, login: str | None) -> None:
    client = client_of(login)

    for address in ("/calendar/days", "/calendar/notice", "/calendar/notice/preview"):
        assert client.post(address, data=CHANGE).status_code in {302, 403}
    assert "/calendar/notice" not in client.get("/calendar").text


def test_the_notice_is_looked_at_before_it_counts_and_no_open_deadline_moves(
    client_of: Any, parts: Context, cast: dict[str, int]
) -> None:
    walk = Walk(parts, cast, now=datetime(2027, 2, 3, 9, 0, tzinfo=SHANGHAI))
    walk.submitted()  # two verifications, due in five working days by the calendar as it stands
    walk.set_clock()
    fixed = end_of(date(2027, 2, 16))
    bureau = client_of("bureau")
    with bureau.session_transaction() as session:
        session["language"] = "en"
    sent = {"year": "2027", "text": NOTICE, "source": "国办发明电〔2026〕12 号"}

    preview = text_of(bureau.post("/calendar/notice/preview", data=sent))
    adopted = text_of(bureau.post("/calendar/notice", data=sent, follow_redirects=True))

    assert "2 open deadlines would come out otherwise" in preview
    assert "No open deadline moves" in preview
    assert "Tue 16 Feb Thu 18 Feb" in preview
    assert "The notice of 2027 is in force." in adopted
    assert "There is no notice" not in adopted
    with reading(parts.database) as unit:
        due = sa.select(user_task.c.due_at).where(user_task.c.due_at.is_not(None))
        assert set(unit.connection.scalars(due)) == {fixed}
        assert deadline(unit.session, walk.now, 5) == end_of(date(2027, 2, 18))


def test_looking_at_the_notice_changes_nothing(client_of: Any, parts: Context) -> None:
    client_of("bureau").post("/calendar/notice/preview", data={"year": "2027", "text": NOTICE, "source": "x"})

    with reading(parts.database) as unit:
        assert unit.session.scalar(sa.select(sa.func.count()).select_from(CalendarChange)) == 0


@pytest.mark.parametrize("address", ["/calendar/notice/preview", "/calendar/notice"])
def test_a_notice_that_cannot_be_read_names_its_lines_and_is_kept_as_typed(client_of: Any, address: str) -> None:
    text = "2027-02-06 holiday 春节\n27.2. off"

    answer = client_of("bureau").post(address, data={"year": "2027", "text": text, "source": "x"})

    assert answer.status_code == 422
    assert "27.2. off" in text_of(answer)
    assert html.fromstring(answer.text).xpath("//textarea")[0].text.strip().splitlines() == text.splitlines()


def test_a_notice_without_a_source_is_not_taken_in(client_of: Any, parts: Context) -> None:
    answer = client_of("bureau").post("/calendar/notice", data={"year": "2027", "text": NOTICE, "source": " "})

    assert answer.status_code == 422
    assert "2027-02-20 workday" in answer.text


def test_the_lines_come_back_from_the_preview(client_of: Any) -> None:
    answer = client_of("bureau").post("/calendar/notice/lines", data={"year": "2027", "text": NOTICE, "source": "文号"})

    assert html.fromstring(answer.text).xpath("//textarea")[0].text.strip() == NOTICE
    assert html.fromstring(answer.text).xpath("//input[@id='source']/@value") == ["文号"]


@pytest.mark.parametrize(
    ("query", "until"),
    [
        ("from=2026-09-30&days=0", "Wed 30 Sep 24:00"),
        ("from=2026-09-30&days=1", "Thu 8 Oct 24:00"),
        ("from=2026-09-30&days=4", "Mon 12 Oct 24:00"),
        ("from=2026-10-08T23:59&days=1", "Fri 9 Oct 24:00"),
        ("from=2026-10-08T16:00:00%2B00:00&days=1", "Sat 10 Oct 24:00"),
        ("from=2026-12-31&days=1", "Mon 4 Jan 24:00"),
    ],
)
def test_anybody_can_count_a_deadline(client_of: Any, query: str, until: str) -> None:
    said = text_of(client_of(None).get(f"/deadlines?{query}", headers=ENGLISH))

    assert f"Until {until}" in said


def test_each_day_of_a_deadline_says_why_it_counts_or_not(client_of: Any) -> None:
    page = html.fromstring(client_of(None).get("/deadlines?from=2026-09-30&days=3", headers=ENGLISH).text)

    lines = [words_of(one) for one in page.xpath("//ol[@class='ql-count']/li")]

    assert lines[0] == "Wed 30 Sep begins here; this day does not count"
    assert lines[1] == "Thu 1 Oct National Day (does not count)"
    assert lines[4] == "Sun 4 Oct weekend (does not count)"
    assert lines[-3:] == ["1 Thu 8 Oct", "2 Fri 9 Oct", "3 Sat 10 Oct make-up working day"]


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 200), ("from=2026-09-30", 200), ("from=2026-09-30&days=250", 200), ("from=2026-09-30&days=251", 422), ("from=2026-09-30&days=-1", 422),
     ("from=2026-09-30&days=two", 422), ("from=yesterday&days=2", 422), ("from=2000-12-31&days=2", 422), ("from=2099-12-31&days=250", 200),
     ("from=2100-01-01&days=1", 422)],
)  # fmt: skip
def test_what_cannot_be_counted_is_said_and_kept(client_of: Any, query: str, status: int) -> None:
    answer = client_of(None).get(f"/deadlines?{query}")

    assert answer.status_code == status
    if status == 422:
        assert html.fromstring(answer.text).xpath("//*[@aria-invalid='true']")


def test_a_deadline_is_laid_open_by_the_calendar_of_the_day_on_which_it_was_fixed(
    client_of: Any, app: Flask, parts: Context
) -> None:
    fixed_at, due = datetime(2026, 12, 22, 10, 0, tzinfo=SHANGHAI), end_of(date(2026, 12, 24))
    with unit_of_work(parts.database) as unit:
        parts.clock.set(unit, datetime(2026, 12, 23, 10, 0, tzinfo=SHANGHAI))
    client_of("bureau").post("/calendar/days", data=CHANGE)

    with app.test_request_context(headers=ENGLISH):
        found = reckoning_of(fixed_at, due)
        later = reckoning_of(fixed_at + timedelta(days=2), end_of(date(2026, 12, 25)))

    assert found is not None
    assert (found.working_days, [one.number for one in found.days]) == (2, [1, 2])
    assert later is not None
    assert [one.number for one in later.days] == [1]


@pytest.mark.parametrize(
    "due",
    [
        None,
        datetime(2026, 11, 25, 10, 0, tzinfo=SHANGHAI),  # not at the end of a day
        end_of(date(2026, 11, 22)),  # before it began
        end_of(date(2026, 11, 28)),  # a Saturday
        end_of(date(2028, 11, 24)),  # too long to read
    ],
)
def test_what_was_not_counted_in_working_days_is_not_laid_open(app: Flask, due: datetime | None) -> None:
    with app.test_request_context():
        assert reckoning_of(datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI), due) is None


def test_days_of_a_pause_do_not_count_and_say_why(app: Flask) -> None:
    pause = Pause(datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI), datetime(2026, 11, 26, 17, 0, tzinfo=SHANGHAI), "补正")

    with app.test_request_context():
        found = reckoning_of(datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI), end_of(date(2026, 11, 27)), [pause])

    assert found is not None
    assert [(one.number, "补正" in one.words) for one in found.days] == [
        (1, False),
        (None, True),
        (None, True),
        (2, False),
    ]


def test_a_verification_that_waited_for_corrections_is_counted_from_its_first_day_with_the_pause(
    client_of: Any, parts: Context, cast: dict[str, int]
) -> None:
    walk = Walk(parts, cast)
    walk.submitted(2)
    walk.pass_time(days=1)
    walk.act("verify_authenticity", "reviewer_a", answers.authenticity() | answers.asks(("licence", None)))
    walk.act("verify_compliance", "reviewer_b", answers.compliance())
    walk.pass_time(days=3)
    walk.act(
        "mend_application",
        "agency",
        answers.application(2) | {"licence": walk.licence, "qualifications": [walk.licence]},
    )
    walk.set_clock()

    page = html.fromstring(
        client_of("reviewer_a").get(f"/tasks/{walk.task('verify_authenticity')}", headers=ENGLISH).text
    )

    lines = [words_of(one) for one in page.xpath("//ol[@class='ql-count']/li")]
    counted = [words_of(one) for one in page.xpath("//ol[@class='ql-count']/li[@data-counts='yes']")]
    assert counted == ["1 11 月 3 日（周二）", "2 11 月 9 日（周一）", "3 11 月 10 日（周二）", "4 11 月 11 日（周三）",
                       "5 11 月 12 日（周四）"]  # fmt: skip
    assert sum("申请人补正材料" in one for one in lines) == 3


def test_task_and_case_lay_their_deadline_open(client_of: Any, parts: Context, cast: dict[str, int]) -> None:
    walk = Walk(parts, cast)
    case = walk.submitted()
    walk.set_clock()
    reviewer = client_of("reviewer_a")
    addresses = [f"/tasks/{walk.task('verify_authenticity')}", f"/cases/{case}"]

    shown = [
        html.fromstring(reviewer.get(one).text).xpath("count(//details//ol[@class='ql-count'])") for one in addresses
    ]

    assert shown == [1.0, 1.0]


def test_a_public_notice_lays_its_last_day_open(client_of: Any, parts: Context, cast: dict[str, int]) -> None:
    walk = Walk(parts, cast)
    walk.announced()
    walk.set_clock()

    page = html.fromstring(client_of(None).get("/public/notices/1").text)

    assert page.xpath("count(//details//ol[@class='ql-count']/li[@data-counts='yes'])") == 5.0
