"""An organisation registers itself, and its administrator invites colleagues; on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.account_link import LinkSpentError
from app.domain.credit_code import with_check_digit
from app.domain.membership import Inviter, NotMemberAdminError, invite_member, members, remove_member
from app.domain.organisation import InvalidCreditCodeError, Organisation, OrganisationKind
from app.domain.outbox import OutboxEmail
from app.domain.registration import (
    LINK_LASTS,
    MAILS_A_DAY,
    EmailNotUsableError,
    OrganisationKnownError,
    Registration,
    RegistrationEntry,
    ask_registration,
    confirm_registration,
    forget_old_registrations,
)
from app.domain.role_grant import organisations_administered, roles_held
from tests import people
from tests.people import PASSWORD

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
CODE = with_check_digit("91640100MA7699999")
SITE = "https://quanliu.example"


def entry(**changes: object) -> RegistrationEntry:
    typed = {
        "kind": OrganisationKind.AGENCY, "credit_code": CODE, "name_zh": "宁夏砺信信用服务有限公司", "responsible_person": "魏长礼",
        "contact": "韩知白", "email": "Han@example.cn", "phone": "", "language": "zh",
    }  # fmt: skip
    return RegistrationEntry(**(typed | changes))  # type: ignore[arg-type]


def ask(database: sa.Engine, at: datetime = NOON, **changes: object) -> str:
    """Register and return the token of the last mail, "" if none has gone."""
    with unit_of_work(database) as unit:
        ask_registration(unit.session, entry(**changes), site=SITE, now=at)
    with reading(database) as unit:
        link = unit.session.scalar(sa.select(OutboxEmail.link).order_by(OutboxEmail.id.desc()))
    return (link or "").rsplit("/", 1)[-1]


def confirm(database: sa.Engine, token: str, at: datetime = NOON) -> int:
    with unit_of_work(database) as unit:
        return confirm_registration(unit.session, token, password=PASSWORD, now=at, is_cheap=True).id


def count(database: sa.Engine, table: type) -> int:
    with reading(database) as unit:
        return int(unit.session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_a_confirmed_registration_is_an_organisation_whose_person_administers_it(database: sa.Engine) -> None:
    token = ask(database)
    assert count(database, Organisation) == 0

    person_id = confirm(database, token)

    with reading(database) as unit:
        organisation = unit.session.scalars(sa.select(Organisation)).one()
        assert roles_held(unit.connection, person_id) == {("agency", organisation.id)}
        assert organisations_administered(unit.connection, person_id) == [organisation.id]
        mail = unit.session.scalars(sa.select(OutboxEmail)).one()
        assert (mail.address, mail.is_secret) == ("Han@example.cn", True)


@pytest.mark.parametrize(("before_the_end", "is_good"), [(timedelta(seconds=1), True), (timedelta(0), False)])
def test_the_link_is_good_for_two_days_and_not_at_their_end(
    database: sa.Engine, before_the_end: timedelta, is_good: bool
) -> None:
    token, at = ask(database), NOON + LINK_LASTS - before_the_end

    if is_good:
        confirm(database, token, at)
    else:
        with pytest.raises(LinkSpentError):
            confirm(database, token, at)


def test_the_link_is_good_once(database: sa.Engine) -> None:
    token = ask(database)
    confirm(database, token)

    with pytest.raises(LinkSpentError):
        confirm(database, token)


def test_a_known_organisation_gets_the_same_mail_and_is_refused_only_behind_the_link(database: sa.Engine) -> None:
    confirm(database, ask(database))
    token = ask(database, email="stranger@example.cn", contact="陌生人")

    with pytest.raises(OrganisationKnownError) as refused:
        confirm(database, token)
    with reading(database) as unit:
        subjects = unit.session.scalars(sa.select(OutboxEmail.subject)).all()
    assert len(set(subjects)) == 1
    assert "韩知白" not in refused.value.message_zh + refused.value.message_en


def test_a_wrong_code_or_address_is_refused_before_anything_is_kept(database: sa.Engine) -> None:
    for changes, error in (
        ({"credit_code": CODE[:-1] + "*"}, InvalidCreditCodeError),
        ({"email": "han"}, EmailNotUsableError),
    ):
        with pytest.raises(error):
            ask(database, **changes)

    assert count(database, Registration) == 0


@pytest.mark.parametrize(
    ("after", "mails"), [(timedelta(hours=23, minutes=59), MAILS_A_DAY), (timedelta(days=1), MAILS_A_DAY + 1)]
)
def test_nobody_is_sent_more_than_three_mails_a_day(database: sa.Engine, after: timedelta, mails: int) -> None:
    for _ in range(MAILS_A_DAY + 1):
        ask(database)
    ask(database, NOON + after)

    assert count(database, OutboxEmail) == mails


def test_what_nobody_confirms_is_forgotten_after_a_week(database: sa.Engine) -> None:
    ask(database)
    for after, left in ((timedelta(days=7), 1), (timedelta(days=7, seconds=1), 0)):
        with unit_of_work(database) as unit:
            forget_old_registrations(unit.session, now=NOON + after)
        assert count(database, Registration) == left


def invite(database: sa.Engine, organisation_id: int, by: int) -> tuple[int, str]:
    with unit_of_work(database) as unit:
        made = invite_member(
            unit.session,
            organisation_id,
            name="田沐粟",
            email="tian@example.cn",
            language="zh",
            by=Inviter(by, SITE),
            now=NOON,
        )
        return made.id, made.login


def test_a_member_admin_invites_colleagues_of_their_own_organisation(database: sa.Engine) -> None:
    boss = confirm(database, ask(database))
    with reading(database) as unit:
        (firm,) = organisations_administered(unit.connection, boss)

    (first, login), (_, second) = invite(database, firm, boss), invite(database, firm, boss)

    assert (login, second) == (f"{CODE.lower()}-2", f"{CODE.lower()}-3")
    with reading(database) as unit:
        assert roles_held(unit.connection, first) == {("agency", firm)}
        assert organisations_administered(unit.connection, first) == []
        assert len(members(unit.session, firm)) == 3


def test_nobody_else_invites_and_nobody_into_another_organisation(database: sa.Engine) -> None:
    boss = confirm(database, ask(database))
    with unit_of_work(database) as unit:
        (firm,) = organisations_administered(unit.connection, boss)
        foreign = people.organisation(unit.session, 7, OrganisationKind.AGENCY, "别家机构").id
    colleague, _ = invite(database, firm, boss)

    for organisation_id, by in ((firm, colleague), (foreign, boss), (999, boss)):
        with pytest.raises(NotMemberAdminError):
            invite(database, organisation_id, by)


def test_a_member_admin_removes_colleagues_and_not_themselves(database: sa.Engine) -> None:
    boss = confirm(database, ask(database))
    with reading(database) as unit:
        (firm,) = organisations_administered(unit.connection, boss)
    colleague, _ = invite(database, firm, boss)

    with unit_of_work(database) as unit:
        assert remove_member(unit.session, firm, colleague, by=boss, reason="离职", now=NOON)
        assert not remove_member(unit.session, firm, colleague, by=boss, reason="离职", now=NOON)
    with reading(database) as unit:
        assert roles_held(unit.connection, colleague) == frozenset()
    with pytest.raises(NotMemberAdminError), unit_of_work(database) as unit:
        remove_member(unit.session, firm, boss, by=boss, reason="离职", now=NOON)
