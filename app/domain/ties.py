"""Ties between people and organisations, found in the records: a bounded walk, each find explained by its path.

A person is tied to an organisation by one step of their own (they work there, act for it, hold shares, declared it, are
responsible for it, share its telephone), and to others by at most `MOST_STEPS` steps from that one: declared affiliation,
shareholding, and the same responsible person, address, telephone or account.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.domain.affiliation import Affiliation
from app.domain.contact_key import name_key, phone_key
from app.domain.declared_interest import DeclaredInterest
from app.domain.expert import Expert
from app.domain.organisation import Organisation, OrganisationKind
from app.domain.person import Person
from app.domain.role_grant import RoleGrant
from app.domain.shareholding import Shareholding

MOST_STEPS = 2
"""How far the walk goes from one organisation to the next: the employer's affiliate, and what that one holds."""
OFFICES = (OrganisationKind.OPERATOR, OrganisationKind.BUREAU)
"""Where the office works: being a member there ties nobody, or nobody could refuse an affiliate of the operator."""


class Tie(StrEnum):
    """What ties two to each other, as it stands in the records; the strongest first."""

    EMPLOYER = "employer"
    MEMBER = "member"
    DECLARED = "declared"
    SHAREHOLDER = "shareholder"
    RESPONSIBLE = "responsible"
    PERSON_PHONE = "person_phone"
    AFFILIATION = "affiliation"
    SHAREHOLDING = "shareholding"
    RESPONSIBLE_PERSON = "responsible_person"
    ADDRESS = "address"
    PHONE = "phone"
    BANK_ACCOUNT = "bank_account"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: by which tie, to which organisation."""

    tie: Tie
    organisation_id: int


Path = tuple[Step, ...]
"""From a person (or an organisation) to an organisation, step by step."""

SHARED = (
    (Tie.RESPONSIBLE_PERSON, "responsible_key"),
    (Tie.BANK_ACCOUNT, "account_key"),
    (Tie.PHONE, "phone_key"),
    (Tie.ADDRESS, "address_key"),
)
"""What two organisations may have in common, the strongest sign first."""


def own_ties(connection: sa.Connection, person_ids: Collection[int]) -> dict[int, dict[int, Tie]]:
    """The organisations that persons are tied to by a step of their own, by person; two queries."""
    if not person_ids:
        return {}
    wanted = sorted(person_ids)
    people = connection.execute(sa.select(Person.id, Person.name, Person.phone).where(Person.id.in_(wanted))).all()
    names = _by_key((name_key(one.name), one.id) for one in people)
    phones = _by_key((phone_key(one.phone), one.id) for one in people)
    rows = connection.execute(sa.union_all(*_of_records(wanted), *_of_contacts(names, phones))).all()
    found: dict[int, dict[int, Tie]] = {}
    for person_id, organisation_id, tie, key in sorted(rows, key=lambda row: _STRENGTH[Tie(row[2])]):
        sharing = {Tie.RESPONSIBLE: names, Tie.PERSON_PHONE: phones}.get(Tie(tie))
        for one in sharing[key] if sharing is not None else (person_id,):
            found.setdefault(one, {}).setdefault(organisation_id, Tie(tie))
    return found


def near(connection: sa.Connection, starts: Mapping[int, Path]) -> dict[int, Path]:
    """The organisations within `MOST_STEPS` of those given, each with a shortest path; one query a step.

    Args:
        starts: the organisations to begin from, with the path that led to each.
    """
    found = dict(starts)
    edge = sorted(found)
    for _ in range(MOST_STEPS):
        reached: dict[int, Path] = {}
        for here, there, tie in _edges(connection, edge) if edge else ():
            if there not in found and there not in reached:
                reached[there] = (*found[here], Step(tie, there))
        found |= reached
        edge = sorted(reached)
    return found


def tied_organisations(connection: sa.Connection, person_id: int) -> dict[int, Path]:
    """Every organisation that a person is tied to, with the path that leads there."""
    own = own_ties(connection, [person_id]).get(person_id, {})
    return near(connection, {there: (Step(tie, there),) for there, tie in own.items()})


def tied_people(connection: sa.Connection, organisation_id: int, person_ids: Collection[int]) -> dict[int, Path]:
    """Those of the persons who are tied to an organisation, each with the shortest path from person to organisation."""
    around = near(connection, {organisation_id: ()})
    found: dict[int, Path] = {}
    for person_id, own in own_ties(connection, person_ids).items():
        paths = [_back(organisation_id, there, tie, around[there]) for there, tie in own.items() if there in around]
        if paths:
            found[person_id] = min(paths, key=len)
    return found


def _back(organisation_id: int, there: int, tie: Tie, path: Path) -> Path:
    """From a person to their organisation `there`, and on to the one that the walk began from."""
    before = (organisation_id, *(step.organisation_id for step in path))
    return (Step(tie, there), *(Step(step.tie, one) for step, one in reversed(tuple(zip(path, before, strict=False)))))


def _of_records(person_ids: list[int]) -> Iterator[sa.Select[int, int, str, str]]:
    """Ties that stand in a row of their own: person, organisation, tie, no key."""
    member = (
        _row(RoleGrant.person_id, RoleGrant.organisation_id, Tie.MEMBER)
        .join(Organisation, Organisation.id == RoleGrant.organisation_id)
        .where(RoleGrant.revoked_at.is_(None), Organisation.kind.not_in(OFFICES), RoleGrant.person_id.in_(person_ids))
    )
    employer = _row(Expert.person_id, Expert.employer_id, Tie.EMPLOYER).where(Expert.person_id.in_(person_ids))
    declared = _row(DeclaredInterest.person_id, DeclaredInterest.organisation_id, Tie.DECLARED).where(
        DeclaredInterest.person_id.in_(person_ids)
    )
    held = Shareholding.holder_person_id
    shares = _row(held, Shareholding.organisation_id, Tie.SHAREHOLDER).where(
        held.in_(person_ids), Shareholding.until_on.is_(None)
    )
    return (one.add_columns(sa.literal("", sa.String)) for one in (employer, member, declared, shares))


def _of_contacts(names: Collection[str], phones: Collection[str]) -> Iterator[sa.Select[int, int, str, str]]:
    """Organisations by name and telephone of those responsible or reached there: nobody, organisation, tie, the key."""
    for tie, column, keys in (
        (Tie.RESPONSIBLE, Organisation.responsible_key, names), (Tie.PERSON_PHONE, Organisation.phone_key, phones),
    ):  # fmt: skip
        found = _row(sa.literal(0), Organisation.id, tie).add_columns(column)
        yield found.where(column.in_(sorted(keys)), Organisation.kind.not_in(OFFICES))


def _by_key(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for key, person_id in pairs:
        if key:
            found.setdefault(key, []).append(person_id)
    return found


def _edges(connection: sa.Connection, organisation_ids: list[int]) -> list[tuple[int, int, Tie]]:
    """Every step from these organisations to others: from, to, by which tie; the strongest tie first."""
    one, other = Affiliation.organisation_id, Affiliation.affiliate_id
    holder, held = Shareholding.holder_organisation_id, Shareholding.organisation_id
    now_held = sa.and_(Shareholding.until_on.is_(None), holder.is_not(None))
    here, there = aliased(Organisation), aliased(Organisation)
    selects = [
        _row(one, other, Tie.AFFILIATION).where(one.in_(organisation_ids)),
        _row(other, one, Tie.AFFILIATION).where(other.in_(organisation_ids)),
        _row(holder, held, Tie.SHAREHOLDING).where(holder.in_(organisation_ids), now_held),
        _row(held, holder, Tie.SHAREHOLDING).where(held.in_(organisation_ids), now_held),
    ]
    for tie, name in SHARED:
        mine, theirs = getattr(here, name), getattr(there, name)
        joined = _row(here.id, there.id, tie).join(there, sa.and_(mine == theirs, here.id != there.id))
        selects.append(joined.where(here.id.in_(organisation_ids), mine != ""))
    rows = [(row[0], row[1], Tie(row[2])) for row in connection.execute(sa.union_all(*selects))]
    return sorted(rows, key=lambda row: (_STRENGTH[row[2]], row[0], row[1]))


_STRENGTH = {tie: place for place, tie in enumerate(Tie)}


def _row(one: Any, other: Any, tie: Tie) -> sa.Select[int, int, str]:
    return sa.select(one, other, sa.literal(str(tie), sa.String))
