"""Nothing typed is lost: the sign-in runs out, a page is older than the sign-in, two windows write the same draft."""

from __future__ import annotations

import io
import re

import pytest

from app.db import reading
from app.domain.kept_post import KeptPost
from app.engine.drafts import read_draft
from app.web.demo.pdf import small_pdf
from tests.filling import claimed, hidden, sending
from tests.people import PASSWORD
from tests.walk import Walk


@pytest.fixture
def walk(parts, cast):
    """A case to be led to a stage."""
    return Walk(parts, cast)


def run_out(client):
    """Let the client's sign-in be too long ago."""
    with client.session_transaction() as session:
        session["seen_at"] = 0


def sign_in(client, login, target):
    """Sign in from the page that the client was led to."""
    return client.post("/sign-in", data={"login": login, "password": PASSWORD, "next": target}, follow_redirects=True)


def draft_of(parts, task_id, person_id):
    """The answers of a person's draft."""
    with reading(parts.database) as unit:
        draft = read_draft(unit.connection, task_id, person_id)
    return draft.answers if draft else None


def test_a_post_that_meets_the_sign_in_page_comes_back_as_a_draft_with_its_files(walk, client_of):
    walk.start()
    task_id, client = walk.task("submit_application"), client_of("agency")
    page = claimed(client, task_id)
    run_out(client)
    upload = {"licence": (io.BytesIO(small_pdf(["licence"])), "执照.pdf")}

    met = client.post(f"/tasks/{task_id}", data=sending(page, introduction="写了一半", _action="submit", **upload),
                      content_type="multipart/form-data")  # fmt: skip
    back = sign_in(client, "agency", hidden(client.get(met.headers["Location"]).text.partition("<main")[2], "next"))

    assert "登录已过期" in back.text
    assert "写了一半" in back.text
    assert "执照.pdf" in back.text
    assert len(walk.open("submit_application")) == 1


def test_what_was_kept_is_for_the_person_who_typed_it_alone(walk, client_of, parts, cast):
    walk.submitted()
    task_id, client = walk.task("verify_authenticity"), client_of("reviewer_a")
    page = claimed(client, task_id)
    run_out(client)
    client.post(f"/tasks/{task_id}", data=sending(page, remarks="马砚秋写的"))

    other = sign_in(client, "supervisor", "/kept-post")

    assert "马砚秋写的" not in other.text
    assert draft_of(parts, task_id, cast["supervisor"]) is None


def test_nothing_is_kept_for_whom_nobody_knows(walk, app, parts):
    walk.submitted()

    answer = app.test_client().post(f"/tasks/{walk.task('verify_authenticity')}", data={"remarks": "谁写的"})

    assert answer.headers["Location"] == "/sign-in"
    with reading(parts.database) as unit:
        assert unit.session.query(KeptPost).count() == 0


def test_a_kept_post_does_not_overwrite_what_another_window_saved_meanwhile(walk, client_of):
    walk.submitted()
    task_id, client = walk.task("verify_authenticity"), client_of("reviewer_a")
    page = claimed(client, task_id)
    run_out(client)
    client.post(f"/tasks/{task_id}", data=sending(page, remarks="过期前写的"))
    other = client_of("reviewer_a")
    other.post(f"/tasks/{task_id}", data=sending(page, remarks="另一窗口写的", _action="save_draft"))

    back = sign_in(client, "reviewer_a", "/kept-post")

    assert back.status_code == 409
    assert "过期前写的" in back.text
    assert "另一窗口写的" in back.text


def test_a_page_older_than_the_sign_in_is_kept_too(walk, app, client_of):
    walk.submitted()
    task_id, client = walk.task("verify_authenticity"), client_of("reviewer_a")
    page = claimed(client, task_id)
    app.config["WTF_CSRF_ENABLED"] = True

    answer = client.post(f"/tasks/{task_id}", data=sending(page, remarks="旧页面写的", csrf_token="another session's"),
                         headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=True)  # fmt: skip
    foreign = client.post(f"/tasks/{task_id}", data=sending(page, remarks="外站", csrf_token="guessed"),
                          headers={"Sec-Fetch-Site": "cross-site"})  # fmt: skip

    assert "旧页面写的" in answer.text
    assert foreign.status_code == 400


def test_saving_a_draft_says_that_the_sign_in_has_run_out(walk, client_of):
    walk.submitted()
    task_id, client = walk.task("verify_authenticity"), client_of("reviewer_a")
    page = claimed(client, task_id)
    run_out(client)

    answer = client.post(f"/tasks/{task_id}/draft", data=sending(page), headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json["code"]) == (401, "unauthorized")


def test_of_two_windows_one_chooses_field_by_field(walk, client_of, parts, cast):
    walk.submitted()
    task_id, client = walk.task("verify_authenticity"), client_of("reviewer_a")
    page = claimed(client, task_id)
    first = {"remarks": "第一个窗口", "licence_is_authentic": "holds"}
    second = {"remarks": "第二个窗口", "licence_is_authentic": "fails"}
    client.post(f"/tasks/{task_id}", data=sending(page, _action="save_draft", **first))

    differ = client.post(f"/tasks/{task_id}", data=sending(page, _action="save_draft", **second)).text
    choices = {"_take:/remarks": "there", "_take:/licence_is_authentic": "here"}
    client.post(f"/tasks/{task_id}", data=sending(differ, _action="save_draft", **second, **choices))

    assert set(re.findall(r'name="(_take:[^"]+)"', differ)) == set(choices)
    assert draft_of(parts, task_id, cast["reviewer_a"]) == {"remarks": "第一个窗口", "licence_is_authentic": "fails"}
