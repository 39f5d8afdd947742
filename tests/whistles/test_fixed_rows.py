"""Pages do not offer what is always refused: blown whistles and matters under supervision stay, and say why."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, delete
from app.security.actor import SYSTEM, acting_as
from app.supervision import rules as supervision_rules
from app.supervision.models import ITEMS, SupervisionItem
from app.whistles import rules
from app.whistles.models import WHISTLES, Whistle
from tests.supervision import world as supervision_world
from tests.whistles.world import blown, draft
from tests.world import PASSWORD, as_user, signed_in_client

BLOWN, SUPERVISED = rules.blown_reason(1), supervision_rules.kept_reason(1)
Ids = tuple[int, int]


@pytest.fixture
def whistles(street: Flask) -> Ids:
    """A drafted and a blown one."""
    with street.app_context():
        return draft(name="草拟的哨").id, blown()[0].id


@pytest.fixture
def matters(app: Flask) -> Ids:
    """One that nobody supervises, one with its first supervision."""
    with app.app_context():
        supervision_world.build()
        free = supervision_world.matter(name="没督办的", due_on="2026-12-25")
        row = supervision_world.matter()
        supervision_world.sweep(supervision_world.NOW)
        supervision_world.take(row, "issue_first", "leader")
        return free.id, row.id


def left(app: Flask, model: type[Whistle | SupervisionItem], *ids: int) -> list[int]:
    with app.app_context(), acting_as(SYSTEM):
        return [id_ for id_ in ids if getattr(db.session.get(model, id_), "deleted_at", "") is None]


def offers(client: FlaskClient, name: str, id_: int) -> tuple[bool, bool, str]:
    """Whether the page offers 修改 and 删除, and its text."""
    page = client.get(f"/{name}/show/{id_}").get_data(as_text=True)
    return f'href="/{name}/edit/{id_}"' in page, f'action="/{name}/delete/{id_}"' in page, page


def test_a_blown_whistle_offers_neither_and_says_why(street: Flask, whistles: Ids) -> None:
    drafted, called = whistles
    client = signed_in_client(street, "office")
    assert offers(client, WHISTLES, drafted)[:2] == (True, True)
    may_edit, may_delete, page = offers(client, WHISTLES, called)
    assert (may_edit, may_delete, page.count(BLOWN)) == (False, False, 1)
    assert client.get(f"/{WHISTLES}/edit/{called}").headers["Location"] == f"/{WHISTLES}/show/{called}"
    assert client.get(f"/{WHISTLES}/edit/{drafted}").status_code == 200


def test_deleting_it_all_the_same_is_refused_in_words(street: Flask, whistles: Ids) -> None:
    drafted, called = whistles
    client = signed_in_client(street, "office")
    sent = client.post(f"/{WHISTLES}/delete/{called}", follow_redirects=True)
    assert (sent.status_code, BLOWN in sent.get_data(as_text=True)) == (200, True)
    ticked = client.post(
        f"/{WHISTLES}/bulk", data={"action": "delete", "id": [drafted, called]}, follow_redirects=True
    )  # fmt: skip
    assert f"违建棚屋：{BLOWN}" in ticked.get_data(as_text=True)
    assert left(street, Whistle, drafted, called) == [drafted, called]
    token = client.post("/api/v1/security/login", json={"username": "office", "password": PASSWORD}).json
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    answer = client.delete(f"/api/v1/{WHISTLES}/{called}", headers=headers)
    assert (answer.status_code, answer.json["message"]) == (422, {"": BLOWN})
    client.post(f"/{WHISTLES}/bulk", data={"action": "delete", "id": [drafted]})
    assert left(street, Whistle, drafted, called) == [called]


def test_a_matter_under_supervision_is_edited_and_never_deleted(app: Flask, matters: Ids) -> None:
    free, supervised = matters
    client = signed_in_client(app, "office")
    assert offers(client, ITEMS, free)[:2] == (True, True)
    may_edit, may_delete, page = offers(client, ITEMS, supervised)
    assert (may_edit, may_delete, page.count(SUPERVISED)) == (True, False, 1)
    with app.app_context(), as_user("office") as office:
        row = db.session.get(SupervisionItem, supervised)
        with pytest.raises(SaveRefused, match="要留在台账里"):
            delete(register(ITEMS), row, by=office)
        delete(register(ITEMS), db.session.get(SupervisionItem, free), by=office)
    assert left(app, SupervisionItem, free, supervised) == [supervised]


def test_who_may_not_write_is_told_nothing_of_it(street: Flask, whistles: Ids) -> None:
    page = signed_in_client(street, "police").get(f"/{WHISTLES}/show/{whistles[1]}").get_data(as_text=True)
    assert "违建棚屋" in page
    assert BLOWN not in page
