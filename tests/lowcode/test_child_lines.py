"""Child rows keep their ids when a form is saved again: other rows may refer to them."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.registers.owners_committees.models import OwnersCommitteeMember
from app.security.actor import SYSTEM, acting_as
from tests.world import HOME, add_user, build_areas, signed_in_client


def _ids(app: Flask) -> list[int]:
    with app.app_context(), acting_as(SYSTEM):
        statement = select(OwnersCommitteeMember.id).order_by(OwnersCommitteeMember.position)
        found = list(db.session.execute(statement).scalars())
        db.session.remove()
    return found


def test_saving_again_keeps_adds_and_removes(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        build_areas()
        add_user("sec", "community_secretary", HOME)
        db.session.remove()
    client = signed_in_client(sqlite_app, "sec")
    base = {"name": "桂花苑业主委员会", "area": HOME, "members-0-name": "张清和", "members-1-name": "李望舒"}
    answer = client.post("/owners_committees/add", data=base)
    assert answer.status_code == 302, re.findall(r'class="error"[^>]*>([^<]+)', answer.get_data(as_text=True))
    first = _ids(sqlite_app)
    assert len(first) == 2
    edit = re.sub("show", "edit", answer.headers["Location"])
    page = client.get(edit).get_data(as_text=True)
    ids = dict(re.findall(r'name="(members-\d-id)" value="(\d+)"', page))
    assert [int(value) for value in ids.values()] == first
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    again = {**base, **ids, "version": version[1], "members-1-name": "李望舒二", "members-2-name": "王远山"}
    assert client.post(edit, data=again).status_code == 302
    assert _ids(sqlite_app)[:2] == first
    assert len(_ids(sqlite_app)) == 3
