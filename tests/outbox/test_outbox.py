"""Messages written with what they tell, sent by a job to a real listener, tried again, shown with the last answer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.clock import utc_now
from app.database.transactions import writing
from app.events import telling
from app.extensions import db
from app.jobs.models import Job
from app.jobs.service import enqueue
from app.jobs.worker import run_pending
from app.lowcode.flow.models import FlowCase
from app.lowcode.service import SaveRefused
from app.notices.service import notify
from app.outbox import queries, rules, sending, service
from app.outbox.models import FAILED, SENT, WAITING, OutboxMessage, OutboxReceiver
from app.security.actor import SYSTEM, acting_as
from tests.events.world import build, report, take
from tests.world import HOME, NEXT_DOOR, STREET, signed_in_client


class Listener:
    """Somebody else's server: keeps what it is sent and answers as told."""

    def __init__(self) -> None:
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.calls.append(({key.lower(): value for key, value in self.headers.items()}, body))
                self.send_response(outer.answers.pop(0) if outer.answers else 200)
                self.end_headers()
                self.wfile.write("收到".encode())

            def log_message(self, *_words: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/in?from=gl"

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _headers, body in self.calls]


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def _world(app: Flask, context: Any) -> None:
    app.config["OUTBOX_ALLOW"] = "127.0.0.1"
    build()


def receiver(address: str, *kinds: str, area: str = STREET, way: str = "webhook") -> OutboxReceiver:
    with acting_as(SYSTEM):
        return service.add_receiver(
            "市平台", way=way, address=address, area_code=area, kinds=kinds or list(rules.KINDS)
        )


def messages() -> list[OutboxMessage]:
    db.session.rollback()
    with acting_as(SYSTEM):
        found = select(OutboxMessage).order_by(OutboxMessage.id).execution_options(populate_existing=True)
        return list(db.session.execute(found).scalars())


def later(hours: float) -> None:
    """Let time pass: what waits for a moment is due now."""
    past = utc_now() - timedelta(hours=hours)
    with acting_as(SYSTEM), writing() as session:
        session.execute(update(Job).where(Job.state == "waiting").values(run_at=past))
        session.execute(update(OutboxReceiver).values(paused_until=None))


@pytest.mark.usefixtures("_world")
def test_the_steps_of_an_event_are_told_in_order_signed_and_without_names(app: Flask, listener: Listener) -> None:
    of = receiver(listener.address)
    row = report(reporter="张三丰", phone="13812345678")
    take(row, "handle", "worker", result="已清走")
    take(row, "confirm", "clerk")
    take(row, "visit", "clerk", satisfaction="满意")
    assert listener.calls == []
    run_pending(app)
    assert [body["type"] for body in listener.bodies()] == [
        "event.reported", "event.handled", "event.closed", "event.visited"
    ]  # fmt: skip
    last = listener.bodies()[-1]["data"]
    assert (last["number"], last["state"], last["satisfaction"]) == (row.number, "已办结", "satisfied")
    assert all("张三丰" not in body.decode() and "1381234" not in body.decode() for _headers, body in listener.calls)
    headers, body = listener.calls[0]
    with acting_as(SYSTEM):
        secret = service.secret_of(of)
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert {(each.state, each.last_status, each.last_answer) for each in messages()} == {(SENT, 200, "收到")}


@pytest.mark.usefixtures("_world")
def test_a_message_exists_only_if_what_it_tells_was_written(listener: Listener) -> None:
    receiver(listener.address)

    def happens() -> None:
        with acting_as(SYSTEM), writing():
            assert service.tell("notice", key="k", area_code=HOME, data=lambda: {"title": "x"}) == 1
            assert service.tell("notice", key="k", area_code=HOME, data=lambda: {"title": "x"}) == 0
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        happens()
    assert messages() == []
    with acting_as(SYSTEM):
        jobs = db.session.execute(select(Job).where(Job.kind == service.JOB)).scalars().all()
    assert jobs == []


@pytest.mark.usefixtures("_world")
def test_only_what_was_asked_for_is_told_and_only_of_that_area(listener: Listener) -> None:
    receiver(listener.address, "event.closed", area=NEXT_DOOR)
    receiver(listener.address, "event.handled", area=HOME)
    row = report()
    take(row, "handle", "worker", result="已清走")
    take(row, "confirm", "clerk")
    assert [each.kind for each in messages()] == ["event.handled"]


@pytest.mark.usefixtures("_world")
def test_it_is_tried_again_with_the_same_id_until_it_arrives(app: Flask, listener: Listener) -> None:
    receiver(listener.address, "event.reported")
    listener.answers = [503, 500]
    report()
    run_pending(app)
    (message,) = messages()
    assert (message.state, message.tries, message.last_status) == (WAITING, 1, 503)
    report(location="别处")  # the receiver is known to be out of order: nobody knocks for this one
    run_pending(app)
    assert len(listener.calls) == 1
    for _round in range(3):
        later(1)
        run_pending(app)
    assert [each.state for each in messages()] == [SENT, SENT]
    ids = [headers["webhook-id"] for headers, _body in listener.calls]
    assert len(set(ids)) == 2
    assert len(ids) == 4


@pytest.mark.usefixtures("_world")
def test_after_many_tries_somebody_has_to_look_and_may_send_again(app: Flask, listener: Listener) -> None:
    receiver(listener.address, "event.reported")
    listener.answers = [404] * (len(rules.PAUSES) + 1)
    report()
    for _round in range(len(rules.PAUSES) + 1):
        run_pending(app)
        later(25)
    (message,) = messages()
    assert (message.state, message.last_status, message.tries) == (FAILED, 404, len(rules.PAUSES) + 1)
    with acting_as(SYSTEM):
        service.send_again(message.id)
    run_pending(app)
    assert messages()[0].state == SENT


@pytest.mark.usefixtures("_world")
def test_nobody_is_called_inside_unless_the_office_named_it(app: Flask, listener: Listener) -> None:
    app.config["OUTBOX_ALLOW"] = ""
    receiver(listener.address, "event.reported")
    receiver("http://localhost:1/", "event.reported")
    report()
    run_pending(app)
    assert listener.calls == []
    assert all("OUTBOX_ALLOW" in each.last_answer for each in messages())


@pytest.mark.usefixtures("_world")
def test_a_dead_address_holds_up_no_step(app: Flask) -> None:
    receiver("http://127.0.0.1:9/", "event.handled")
    row = report()
    take(row, "handle", "worker", result="已清走")
    run_pending(app)
    (message,) = messages()
    assert (message.state, message.last_status) == (WAITING, 0)
    assert "没有接通" in message.last_answer


@pytest.mark.usefixtures("_world")
def test_a_stopped_receiver_hears_nothing_new_and_the_rest_when_resumed(app: Flask, listener: Listener) -> None:
    of = receiver(listener.address, "event.reported")
    report()
    with acting_as(SYSTEM):
        service.change_receiver(of.id, is_open=False)
    report(location="别处")
    run_pending(app)
    assert (len(messages()), listener.calls) == (1, [])
    with acting_as(SYSTEM):
        service.change_receiver(of.id, is_open=True)
    run_pending(app)
    assert len(listener.calls) == 1


@pytest.mark.usefixtures("_world")
def test_a_deadline_that_passed_is_told_once(app: Flask, listener: Listener) -> None:
    receiver(listener.address, telling.OVERDUE)
    row = report()
    report(location="别处")
    with acting_as(SYSTEM), writing() as session:
        session.execute(update(FlowCase).where(FlowCase.row_id == row.id).values(due_at=utc_now() - timedelta(hours=2)))
    for number in range(2):
        with acting_as(SYSTEM):
            enqueue("events.tell_overdue", {}, key=f"look:{number}", by=SYSTEM, area_code="")
        run_pending(app)
    assert [body["data"]["uid"] for body in listener.bodies()] == [row.uid]


@pytest.mark.usefixtures("_world")
def test_notices_go_out_as_mail_where_a_server_is_set(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    receiver("office@example.cn, boss@example.cn", "notice", way="email")
    with acting_as(SYSTEM):
        for _time in range(2):
            notify(
                key="n1",
                kind="test",
                title="请核对十月台账",
                area_code=HOME,
                to_role="community_clerk",
                url="/reports/",
            )
    run_pending(app)
    (message,) = messages()
    assert "SMTP_HOST" in message.last_answer
    sent: list[Any] = []

    class Server:
        def __init__(self, host: str, port: int, **_more: Any) -> None:
            assert (host, port) == ("mail.example.cn", 587)

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_fault: object) -> None:
            """Nothing to close."""

        def starttls(self, **_more: Any) -> None:
            sent.append("tls")

        def login(self, user: str, password: str) -> None:
            sent.append((user, password))

        def send_message(self, mail: Any) -> dict[str, Any]:
            sent.append(mail)
            return {}

    monkeypatch.setattr(sending.smtplib, "SMTP", Server)
    app.config |= {"SMTP_HOST": "mail.example.cn", "SMTP_USER": "gl@example.cn", "SMTP_PASSWORD": "secret"}
    later(1)
    run_pending(app)
    assert messages()[0].state == SENT
    assert sent[:2] == ["tls", ("gl@example.cn", "secret")]
    assert (sent[2]["Subject"], sent[2]["To"]) == ("【系统提醒】请核对十月台账", "office@example.cn, boss@example.cn")
    assert sent[2]["Message-ID"] == f"<{message.uid}@gridledger>"
    assert "社区内勤" in sent[2].get_content()


@pytest.mark.usefixtures("_world")
def test_old_messages_and_their_jobs_go(app: Flask, listener: Listener) -> None:
    receiver(listener.address, "event.reported")
    report()
    run_pending(app)
    long_ago = utc_now() - timedelta(days=100)
    with acting_as(SYSTEM), writing() as session:
        session.execute(update(OutboxMessage).values(made_at=long_ago))
        session.execute(update(Job).values(run_at=long_ago))
        enqueue("outbox.tidy", {}, key="tidy:1", by=SYSTEM, area_code="")
    run_pending(app)
    with acting_as(SYSTEM):
        assert messages() == []
        assert db.session.execute(select(Job).where(Job.kind == service.JOB)).scalars().all() == []


@pytest.mark.usefixtures("_world")
def test_what_is_wrong_with_a_receiver_is_said_all_at_once() -> None:
    with acting_as(SYSTEM), pytest.raises(SaveRefused) as refused:
        service.add_receiver("", way="webhook", address="a.example", area_code="", kinds=["nothing"])
    assert set(refused.value.errors) == {"name", "address", "area", "kinds"}


def test_pages_add_show_test_and_stop(app: Flask, listener: Listener) -> None:
    app.config["OUTBOX_ALLOW"] = "127.0.0.1"
    with app.app_context():
        build()
    client = signed_in_client(app, "office")
    assert "还没有接收方" in client.get("/outbox/").get_data(as_text=True)
    assert client.post("/outbox/add", data={"name": "x"}).status_code == 422
    form = {"name": "市平台", "way": "webhook", "address": listener.address, "area": HOME, "kinds": ["event.closed"]}
    assert client.post("/outbox/add", data=form).status_code == 302
    with app.app_context(), acting_as(SYSTEM):
        (row,) = queries.receivers()
        secret = rules.secret_text(service.secret_of(row))
    address = f"/outbox/{row.id}"
    assert secret in client.get(address).get_data(as_text=True)
    client.post(f"{address}/test")
    run_pending(app)
    assert listener.bodies()[0]["type"] == "test"
    shown = client.get(address).get_data(as_text=True)
    assert "200 收到" in shown
    client.post(f"{address}/renew")
    assert secret not in client.get(address).get_data(as_text=True)
    client.post(f"{address}/stop")
    assert "已停用" in client.get("/outbox/").get_data(as_text=True)
    client.post(f"{address}/resume")
    assert client.get("/outbox/999").status_code == 404
    clerk = signed_in_client(app, "clerk")
    assert clerk.get("/outbox/").status_code == 403
