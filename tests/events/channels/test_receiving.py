"""Events by REST: once for each key, only what the token allows, refusals in words; pages of channels."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.events.channels import queries, service
from app.events.channels.models import IntakeRequest
from app.events.models import Event
from app.events.rules import OWN, UPSTREAM
from app.extensions import db
from app.lowcode.flow.queries import running
from app.lowcode.register import register
from app.security import audit
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.security.models import Change
from tests.events.world import NOW, build, take
from tests.world import GRID, HOME, NEXT_DOOR, STREET, signed_in_client

BODY = {
    "name": "路灯不亮",
    "content": "北门路灯三天不亮",
    "location": "北门",
    "reporter": "张三丰",
    "phone": "13812345678",
}
ADDRESS = "/api/v1/intake/events"


@pytest.fixture(autouse=True)
def _world(app: Flask) -> None:
    with app.app_context():
        build()


@pytest.fixture
def inside(app: Flask) -> Callable[[], AbstractContextManager[Any]]:
    """`with inside():` acts as the system, outside any request."""

    @contextmanager
    def open_() -> Iterator[None]:
        with app.app_context(), acting_as(SYSTEM):
            yield
            db.session.remove()

    return open_


def opened(app: Flask, handling: str = OWN, area: str = HOME) -> tuple[int, str]:
    """A channel's id and token."""
    with app.app_context(), acting_as(SYSTEM):
        row, token = service.open_channel("市热线", source="hotline", handling=handling, area_code=area)
        return row.id, token


def send(client: FlaskClient, token: str, key: str = "k1", body: Any = None) -> Any:
    headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
    return client.post(ADDRESS, json=BODY if body is None else body, headers=headers)


def events(app: Flask) -> list[Event]:
    with app.app_context(), acting_as(SYSTEM):
        return list(db.session.execute(select(Event).order_by(Event.id)).scalars())


def is_open(app: Flask, token: str) -> bool:
    with app.app_context():
        return queries.channel_of(token) is not None


def test_the_same_key_and_body_get_the_same_answer_and_one_event(app: Flask) -> None:
    _row, token = opened(app)
    first = send(app.test_client(), token)
    assert first.status_code == 201, first.json
    again = send(app.test_client(), token, body=dict(reversed(BODY.items())))
    assert (again.status_code, again.json) == (201, first.json)
    assert (first.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]) == (None, "true")
    (row,) = events(app)
    assert (row.number, row.uid, row.source, row.area_code) == (
        first.json["number"],
        first.json["uid"],
        "hotline",
        HOME,
    )
    other = send(app.test_client(), token, body={**BODY, "name": "井盖坏了"})
    assert other.status_code == 409
    assert "换一个新的键" in other.json["message"]
    assert len(events(app)) == 1
    assert send(app.test_client(), token, "k2").json["number"] != first.json["number"]


def test_what_comes_in_stands_in_history_and_chain_and_goes_on_by_its_flow(app: Flask, inside: Any) -> None:
    _row, token = opened(app)
    assert send(app.test_client(), token, body={**BODY, "area": GRID}).status_code == 201
    (row,) = events(app)
    with inside():
        changes = db.session.execute(select(Change).where(Change.register == "events")).scalars().all()
        at_ = running(register("events"), row, NOW)
        assert audit.verify() == []
        assert {change.by_name for change in changes} == {"渠道：市热线"}
        assert at_ is not None
        assert at_.case.state == "reported"
        take(row, "handle", "worker", result="修好了")
        take(row, "confirm", "clerk")


def test_a_refused_request_keeps_nothing_and_may_come_again_mended(app: Flask) -> None:
    _row, token = opened(app)
    client = app.test_client()
    refused = send(client, token, body={**BODY, "phone": "12", "reported_at": "哪天"})
    assert refused.status_code == 422
    assert set(refused.json["message"]) == {"phone", "reported_at"}
    assert send(client, token, body={**BODY, "area": NEXT_DOOR}).status_code == 422
    assert send(client, token, body=["不是对象"]).status_code == 422
    assert send(client, token, "").status_code == 400
    big = send(client, token, body={**BODY, "content": "长" * 40_000})
    assert (big.status_code, "64 KB" in big.json["message"]) == (413, True)
    assert events(app) == []
    assert send(client, token).status_code == 201


def test_a_token_opens_nothing_but_this_door(app: Flask, inside: Any) -> None:
    id_, token = opened(app)
    client = app.test_client()
    headers = {"Authorization": f"Bearer {token}"}
    for address in ("/api/v1/events/", "/api/v1/residents/", "/api/v1/events/_info", "/event_channels/", "/"):
        assert client.get(address, headers=headers).status_code in (302, 401), address
    for wrong in ("", "glc_nothing", token[:-1], token + "x"):
        assert send(client, wrong).status_code == 401
    with inside():
        service.set_open(id_, is_open=False)
    assert send(client, token).status_code == 401
    with inside():
        service.set_open(id_, is_open=True)
        _again, new = service.renew_token(id_)
    assert (send(client, token).status_code, send(client, new).status_code) == (401, 201)
    with inside():
        channel = queries.channel_of(new)
    assert channel is not None
    person = service.actor_for(channel)
    assert person.prefixes("events", "write") == (HOME,)
    assert not person.allows("residents", "read")
    assert not person.allows("events", "export")


def test_a_persons_token_is_no_channels(app: Flask) -> None:
    client = signed_in_client(app, "office")
    assert client.post(ADDRESS, json=BODY, headers={"Idempotency-Key": "k"}).status_code == 401


def test_a_platforms_ticket_comes_again_with_news_and_is_never_doubled(app: Flask) -> None:
    _row, token = opened(app, UPSTREAM, STREET)
    client, ticket = (
        app.test_client(),
        {
            "name": "噪音扰民",
            "number": "SH001",
            "reported_at": "2026-11-20 10:00",
            "area": HOME,
            "upstream_state": "已受理",
        },
    )
    first = send(client, token, "k1", ticket)
    assert (first.status_code, first.json["is_new"], first.json["number"]) == (201, True, "SH001")
    news = {**ticket, "area": NEXT_DOOR, "upstream_state": "已办结", "closed_at": "2026-11-22 09:00"}
    later = send(client, token, "k2", news)
    assert (later.json["is_new"], later.json["uid"]) == (False, first.json["uid"])
    (row,) = events(app)
    assert (row.state, row.area_code, row.upstream_state) == ("closed", HOME, "已办结")
    assert send(client, token, "k2", news).json == later.json


def test_many_at_once_with_the_same_key_make_one_event(app: Flask, inside: Any) -> None:
    """Eight senders at a time, each with the three keys of three matters."""
    _row, token = opened(app)
    answers: list[tuple[str, int, Any]] = []

    def sender() -> None:
        for number in range(3):
            answer = send(app.test_client(), token, f"k{number}", {**BODY, "name": f"第{number}件"})
            answers.append((f"k{number}", answer.status_code, answer.get_data()))

    threads = [threading.Thread(target=sender) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status for _key, status, _body in answers} == {201}
    assert len({(key, body) for key, _status, body in answers}) == 3
    assert len(events(app)) == 3
    with inside():
        assert db.session.execute(select(func.count()).select_from(IntakeRequest)).scalar() == 3


def test_a_ticket_sent_twice_at_once_under_two_keys_is_one_ticket(app: Flask) -> None:
    _row, token = opened(app, UPSTREAM, HOME)
    statuses: list[int] = []

    def sender(key: str) -> None:
        statuses.append(
            send(app.test_client(), token, key, {"name": "噪音", "number": "SH9", "upstream_state": key}).status_code
        )

    threads = [threading.Thread(target=sender, args=(f"k{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [201] * 6
    assert len(events(app)) == 1


def test_pages_open_a_channel_show_its_token_once_and_stop_it(app: Flask, inside: Any) -> None:
    client = signed_in_client(app, "office")
    assert "还没有接入渠道" in client.get("/event_channels/").get_data(as_text=True)
    refused = client.post("/event_channels/add", data={"name": "", "area": NEXT_DOOR[:6]})
    assert refused.status_code == 422
    form = {"name": "市热线", "source": "hotline", "area": HOME, "handling": OWN}
    shown = client.post("/event_channels/add", data=form).get_data(as_text=True)
    with inside():
        id_ = queries.channels()[0].id
    token = next(word for word in shown.replace("<", " ").replace(">", " ").split() if word.startswith("glc_"))
    assert is_open(app, token)
    later = client.get(f"/event_channels/{id_}").get_data(as_text=True)
    assert token not in later
    assert f"…{token[-4:]}" in later
    assert send(app.test_client(), token).status_code == 201
    assert ">1<" in client.get("/event_channels/").get_data(as_text=True)
    client.post(f"/event_channels/{id_}/stop")
    assert not is_open(app, token)
    client.post(f"/event_channels/{id_}/resume")
    renewed = client.post(f"/event_channels/{id_}/renew").get_data(as_text=True)
    assert "glc_" in renewed
    assert not is_open(app, token)
    assert client.get("/event_channels/999").status_code == 404


def test_who_may_not_write_settings_there_opens_no_channel(app: Flask) -> None:
    id_, _token = opened(app)
    client = signed_in_client(app, "clerk")
    assert client.get("/event_channels/").status_code == 403
    assert client.post(f"/event_channels/{id_}/renew").status_code == 403
    channel = service.actor_for(queries.Channel(1, "x", "hotline", OWN, HOME))
    with app.app_context(), acting_as(channel), pytest.raises(NotPermitted):
        service.renew_token(id_)
