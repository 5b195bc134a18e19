"""The demo's people: an operator, a bureau, eight agencies, eight enterprises, thirty experts of ten employers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import cycle, islice

from sqlalchemy.orm import Session

from app.domain.credit_code import with_check_digit
from app.domain.expert import Category, add_expert
from app.domain.organisation import Organisation, OrganisationEntry, OrganisationKind, register_organisation
from app.domain.person import PersonEntry, register_person
from app.domain.role_grant import Role, Terms, grant_role
from app.web.demo.enterprises import ENTERPRISES, DemoEnterprise, declare

PASSWORD = "demo-ningxia-2026"  # noqa: S105 -- the demo's people have it in common, and it is printed

OFFICE = (
    ("reviewer1", "马砚秋", "Ma Yanqiu", Role.REVIEWER),
    ("reviewer2", "纪安澜", "Ji Anlan", Role.REVIEWER),
    ("reviewer3", "丁若川", "Ding Ruochuan", Role.REVIEWER),
    ("supervisor1", "苏明远", "Su Mingyuan", Role.SUPERVISOR),
    ("supervisor2", "罗素心", "Luo Suxin", Role.SUPERVISOR),
    ("finance1", "何静安", "He Jing'an", Role.FINANCE),
    ("admin", "祁雁回", "Qi Yanhui", Role.PROCESS_ADMIN),
    ("system", "石仲明", "Shi Zhongming", Role.SYSTEM_ADMIN),
    ("system2", "黄清和", "Huang Qinghe", Role.SYSTEM_ADMIN),
)
BUREAU = (
    ("bureau1", "白见山", "Bai Jianshan", Role.BUREAU),
    ("auditor1", "冯知远", "Feng Zhiyuan", Role.AUDITOR),
)
AGENCIES = (
    ("agency1", "宁夏砺信信用服务有限公司", "Ningxia Lixin Credit Services", "韩知白", Category.CREDIT),
    ("agency2", "宁夏朔云数字服务有限公司", "Ningxia Shuoyun Digital Services", "曹朔宁", Category.INFORMATISATION),
    ("agency3", "银川正筹管理咨询有限公司", "Yinchuan Zhengchou Consulting", "郭正筹", Category.MANAGEMENT),
    ("agency4", "宁夏衡笺知识产权代理有限公司", "Ningxia Hengjian IP Agency", "沈衡笺", Category.INTELLECTUAL_PROPERTY),
    ("agency5", "石嘴山砺新检测技术有限公司", "Shizuishan Lixin Testing", "方砺新", Category.TECHNOLOGY),
    ("agency6", "宁夏明川律师事务所", "Mingchuan Law Firm", "赵明川", Category.LEGAL),
    ("agency7", "吴忠沐粟企业服务有限公司", "Wuzhong Musu Business Services", "田沐粟", Category.MANAGEMENT),
    ("agency8", "固原栖谷信息科技有限公司", "Guyuan Qigu Information Technology", "温栖谷", Category.INFORMATISATION),
)
EMPLOYERS = (
    "宁夏大学", "北方民族大学", "宁夏社会科学院", "宁夏农林科学院", "宁夏质量协会", "银川市法学会",
    "宁夏软件行业协会", "宁夏信用协会", "宁夏注册会计师协会", "宁夏知识产权保护中心",
)  # fmt: skip
SURNAMES = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
GIVEN = ("文渊", "思齐", "书瑶", "景行", "清和", "怀瑾", "知行", "若水", "云起", "长风")


@dataclass(frozen=True, slots=True)
class DemoAgency:
    """An agency with the person who acts for it."""

    organisation_id: int
    name_zh: str
    person_id: int
    category: Category


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody of the demo, by login, and the agencies in order."""

    people: dict[str, int]
    agencies: tuple[DemoAgency, ...]
    enterprises: tuple[DemoEnterprise, ...]


def settle(session: Session, *, now: datetime) -> Cast:
    """Register everybody."""
    people: dict[str, int] = {}
    operator = _organisation(
        session, 1, OrganisationKind.OPERATOR, "宁夏小微企业服务券运营中心", now, "Voucher Operator"
    )
    bureau = _organisation(session, 2, OrganisationKind.BUREAU, "非公有制经济服务局", now, "Private Economy Bureau")
    for login, name, _, role in OFFICE:
        people[login] = _person(session, login, name, role, operator.id, now)
    for login, name, _, role in BUREAU:
        people[login] = _person(session, login, name, role, bureau.id, now)
    agencies = []
    for number, (login, name_zh, name_en, contact, category) in enumerate(AGENCIES, 10):
        firm = _organisation(session, number, OrganisationKind.AGENCY, name_zh, now, name_en)
        people[login] = _person(session, login, contact, Role.AGENCY, firm.id, now)
        agencies.append(DemoAgency(firm.id, name_zh, people[login], category))
    _experts(session, people, now)
    firms = _enterprises(session, people, now)
    declare(session, firms, recorded_by=people["reviewer1"], now=now)
    return Cast(people, tuple(agencies), tuple(firms.values()))


def _enterprises(session: Session, people: dict[str, int], now: datetime) -> dict[str, DemoEnterprise]:
    firms = {}
    for number, (login, name_zh, name_en, contact) in enumerate(ENTERPRISES, 80):
        firm = _organisation(session, number, OrganisationKind.ENTERPRISE, name_zh, now, name_en)
        firm.responsible_person, firm.bank_account = contact, f"64000000770{number:05d}"
        people[login] = _person(session, login, contact, Role.ENTERPRISE, firm.id, now)
        firms[login] = DemoEnterprise(firm.id, name_zh, people[login])
    return firms


def _experts(session: Session, people: dict[str, int], now: datetime) -> None:
    employers = [
        _organisation(session, 30 + number, OrganisationKind.EMPLOYER, name, now)
        for number, name in enumerate(EMPLOYERS)
    ]
    fields = list(Category)
    for number in range(30):
        employer = employers[number % len(employers)]
        login = f"expert{number + 1}"
        name = SURNAMES[number] + GIVEN[number % len(GIVEN)]
        people[login] = _person(session, login, name, Role.EXPERT, employer.id, now)
        known = set(islice(cycle(fields), number % 7, number % 7 + 4))
        add_expert(session, people[login], employer_id=employer.id, categories=known, now=now)


def _organisation(
    session: Session, number: int, kind: OrganisationKind, name_zh: str, now: datetime, name_en: str = ""
) -> Organisation:
    entry = OrganisationEntry(
        name_zh=name_zh,
        name_en=name_en,
        credit_code=with_check_digit(f"91640{100 + number % 5 * 100}MA77{number:05d}"),
        kind=kind,
        responsible_person=f"{SURNAMES[number % len(SURNAMES)]}长礼",
        address=f"宁夏回族自治区第{number}街 {number} 号",
        phone=f"0951-55{number:05d}",
    )
    return register_organisation(session, entry, now=now)


def _person(session: Session, login: str, name: str, role: Role, organisation_id: int, now: datetime) -> int:
    entry = PersonEntry(login=login, name=name, password=PASSWORD, email=f"{login}@quanliu.example")
    person = register_person(session, entry, now=now, is_cheap=True)
    terms = Terms(is_member_admin=role in (Role.AGENCY, Role.ENTERPRISE))
    grant_role(session, person.id, role, organisation_id, by=None, now=now, terms=terms)
    return person.id
