"""The button that says a notice is done."""

from __future__ import annotations

from flask import Flask

from app.notices.queries import notices_of
from app.notices.service import notify
from app.security.actor import SYSTEM, acting_as
from tests.world import HOME, NEXT_DOOR, add_user, as_user, build_areas, signed_in_client


def test_only_those_it_is_meant_for_mark_a_notice(app: Flask) -> None:
    with app.app_context():
        build_areas()
        add_user("clerk", "community_clerk", HOME)
        add_user("next", "community_clerk", NEXT_DOOR)
        with acting_as(SYSTEM):
            number = notify(key="k", kind="x", title="报月报", area_code=HOME, to_role="community_clerk").id
    assert signed_in_client(app, "next").post(f"/notices/{number}/done").status_code == 403
    client = signed_in_client(app, "clerk")
    assert client.post(f"/notices/{number}/read").status_code == 302
    answer = client.post(f"/notices/{number}/done", data={"next": "/meetings"})
    assert (answer.status_code, answer.location) == (302, "/meetings")
    assert client.get(f"/notices/{number}/done").status_code == 405
    with app.app_context(), as_user("clerk") as clerk:
        assert [(item.is_read, item.is_done) for item in notices_of(clerk)] == [(True, True)]
