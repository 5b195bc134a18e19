"""Every route and every role: the table is complete, and it is what happens."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter, Rule

from app.domain.role_grant import ROLES
from app.web.permissions import PERMISSIONS, PUBLIC, SIGNED_IN

LOGIN_OF = {
    "agency": "agency", "reviewer": "reviewer_a", "supervisor": "supervisor", "bureau": "bureau", "auditor": "auditor",
    "process_admin": "admin", "expert": "expert_1", "system_admin": "system", "finance": "finance",
}  # fmt: skip
REFUSED = {302, 401, 403}
BY_THEMSELVES = {
    "static", "sign_in.sign_in", "sign_in.sign_out", "account.sign_out_everywhere", "second_step.show",
    "second_step.enter", "passkeys.sign_in",
}  # fmt: skip
"""They sign in or out, or answer like a refusal to whoever has not given the first proof."""


def test_every_route_stands_in_the_table_and_nothing_else(app: Flask) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}

    assert routes - PERMISSIONS.keys() == set()
    assert PERMISSIONS.keys() - routes == set()


def test_the_table_names_only_roles_that_exist() -> None:
    named = set().union(*PERMISSIONS.values()) - PUBLIC - SIGNED_IN

    assert named <= ROLES


@pytest.mark.parametrize("role", [None, *sorted(LOGIN_OF)])
def test_each_role_reaches_its_own_routes_and_no_others(app: Flask, client_of: Any, role: str | None) -> None:
    client = client_of(LOGIN_OF[role] if role else None)
    wrong = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint in BY_THEMSELVES:
            continue
        for method in sorted(rule.methods & {"GET", "POST", "PUT"}):  # type: ignore[operator]
            allowed = PERMISSIONS[rule.endpoint]
            may = allowed == PUBLIC or (role is not None and (allowed == SIGNED_IN or role in allowed))
            answer = client.open(address(rule), method=method)
            refused = answer.status_code in {401, 403} or (
                answer.status_code == 302 and "/sign-in" in answer.headers["Location"]
            )
            if refused == may and not (may and answer.status_code == 403 and is_about_one_thing(rule)):
                wrong.append((method, rule.rule, role, answer.status_code))

    assert wrong == []


def test_what_is_forbidden_looks_alike_whether_it_exists_or_not(client_of: Any, app: Flask) -> None:
    client = client_of("reviewer_a")

    answers = [
        client.get(f"/api/v1/instances/{number}/history", headers={"Accept": "application/json"}) for number in (1, 999)
    ]

    assert {answer.status_code for answer in answers} == {404}
    as_expert = client_of("expert_1")
    bodies = {as_expert.get(f"/api/v1/instances/{number}").data for number in (1, 999)}
    assert len(bodies) == 1


def address(rule: Rule) -> str:
    """The rule's address with a number that nothing has, or a word."""
    path = rule.rule
    for name, converter in rule._converters.items():
        value = "999999" if isinstance(converter, IntegerConverter) else "nothing"
        path = path.replace(f"<int:{name}>", value).replace(f"<string:{name}>", value).replace(f"<{name}>", value)
    return path


def is_about_one_thing(rule: Rule) -> bool:
    """A file that is not there is forbidden like one that is not yours."""
    return bool(rule.arguments)
