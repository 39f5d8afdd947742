"""Writing messages with what they tell, trying them, and keeping receivers."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.database.transactions import writing
from app.fields.sentence import Sentence
from app.jobs.service import enqueue
from app.lowcode.service import SaveRefused
from app.outbox import queries, rules
from app.outbox.models import FAILED, SENT, WAITING, OutboxMessage, OutboxReceiver
from app.outbox.sending import Answer
from app.security import audit
from app.security.actor import SYSTEM, NotPermitted, current_actor
from app.security.beyond import beyond_scope

JOB = "outbox.send"
LONGEST_NAME, LONGEST_ADDRESS = 40, 400


def wants(kind: str, area_code: str) -> list[OutboxReceiver]:
    """Who wants to hear of what happens there."""
    with beyond_scope():
        found = queries.open_receivers()
    return [each for each in found if kind in each.kinds and area_code.startswith(each.area_code)]


def tell(kind: str, *, key: str, area_code: str, data: Callable[[], Mapping[str, Any]]) -> int:
    """Write a message for everybody who wants to hear of it, in the caller's transaction; how many.

    It exists if and only if that commits. The same key again is the same message. Nothing is sent here, and `data` is
    not asked where nobody listens.
    """
    wanted = wants(kind, area_code)
    if not wanted:
        return 0
    with writing() as session, beyond_scope():
        ids = [each.id for each in wanted]
        told = set(session.execute(select(OutboxMessage.receiver_id).where(
            OutboxMessage.receiver_id.in_(ids), OutboxMessage.key == key)).scalars())  # fmt: skip
        fresh = [each for each in wanted if each.id not in told]
        content = data() if fresh else {}
        for receiver in fresh:
            _write(session, receiver, kind, key, area_code, content)
        return len(fresh)


def _write(
    session: Session, receiver: OutboxReceiver, kind: str, key: str, area_code: str, data: Mapping[str, Any]
) -> OutboxMessage:  # fmt: skip
    message = OutboxMessage(
        uid=secrets.token_hex(16), receiver_id=receiver.id, area_code=area_code, kind=kind, key=key[:120],
        data=dict(data), state=WAITING, tries=0, last_status=0, last_answer="", made_at=utc_now(),
    )  # fmt: skip
    session.add(message)
    session.flush()
    _ask_to_send(message, receiver.paused_until)
    return message


def _ask_to_send(message: OutboxMessage, not_before: datetime | None) -> None:
    later = f":{int(not_before.timestamp())}" if not_before is not None else ""
    enqueue(
        JOB, {"message": message.id}, key=f"{JOB}:{message.uid}:{message.tries}{later}", by=SYSTEM,
        area_code=message.area_code, not_before=not_before,
    )  # fmt: skip


def postpone(message: OutboxMessage, until: datetime) -> None:
    """Another message found the receiver out of order: wait with this one, too, without trying."""
    with writing(), beyond_scope():
        _ask_to_send(message, until)


def note_answer(message_id: int, answer: Answer) -> None:
    """Keep what came of a try, and plan the next one where it failed."""
    now = utc_now()
    with writing() as session, beyond_scope():
        message = session.get(OutboxMessage, message_id, with_for_update=True, populate_existing=True)
        if message is None or message.state != WAITING:
            return
        receiver = session.get_one(OutboxReceiver, message.receiver_id, populate_existing=True)
        message.tries, message.tried_at = message.tries + 1, now
        message.last_status, message.last_answer = answer.status, answer.text[: rules.MOST_ANSWER]
        if answer.is_good:
            message.state, receiver.failures, receiver.paused_until = SENT, 0, None
            return
        pause = rules.pause_after(message.tries)
        if rules.is_mended_by_waiting(answer.status):
            receiver.failures += 1
            receiver.paused_until = now + (rules.pause_after(receiver.failures) or rules.PAUSES[-1])
        if pause is None:
            message.state = FAILED
            return
        _ask_to_send(message, now + pause)


def send_again(message_id: int) -> OutboxMessage:
    """Try a message that was given up anew, now. Raises NotPermitted."""
    with writing() as session:
        message = queries.message(message_id)
        if message is None or not current_actor().covers("settings", "write", message.area_code):
            raise NotPermitted("没有这条消息，或不在您负责的范围内。")
        if message.state == FAILED:
            message.state, message.tries = WAITING, 0
            session.flush()
            with beyond_scope():
                receiver = session.get_one(OutboxReceiver, message.receiver_id)
                receiver.paused_until = None
                _ask_to_send(message, utc_now())
    return message


def secret_of(receiver: OutboxReceiver) -> bytes:
    """The secret that signs calls to a receiver."""
    name = f"{receiver.uid}:{receiver.secret_number}".encode()
    return hmac.new(current_app.config["WEBHOOK_KEY"], name, hashlib.sha256).digest()


def add_receiver(name: str, *, way: str, address: str, area_code: str, kinds: Sequence[str]) -> OutboxReceiver:
    """Somebody more who is told. Raises SaveRefused with every reason, NotPermitted."""
    name, address, kinds = name.strip(), address.strip(), [kind for kind in rules.KINDS if kind in kinds]
    errors: dict[str, str] = {}
    if not name or len(name) > LONGEST_NAME:
        errors["name"] = Sentence("请填名称，最多 %(n)s 个字。", n=LONGEST_NAME)
    if way not in rules.WAYS:
        errors["way"] = Sentence("请选用什么方式。")
    else:
        fault = rules.address_fault(address) if way == "webhook" else rules.mail_fault(address)
        if fault or len(address) > LONGEST_ADDRESS:
            errors["address"] = fault or Sentence("地址太长。")
    if not area_code:
        errors["area"] = Sentence("请选区域，只告诉对方这个区域里的事。")
    if not kinds:
        errors["kinds"] = Sentence("请至少选一种要告诉对方的事。")
    if errors:
        raise SaveRefused(errors)
    with writing() as session:
        row = OutboxReceiver(
            uid=secrets.token_hex(16), name=name, way=way, address=address, area_code=area_code, kinds=kinds,
            secret_number=1, is_open=True, failures=0, made_at=utc_now(), made_by_name=current_actor().name,
        )  # fmt: skip
        session.add(row)
        session.flush()
        _note(row, "receiver_added")
    return row


def change_receiver(receiver_id: int, *, is_open: bool | None = None, renews_secret: bool = False) -> OutboxReceiver:
    """Stop or resume a receiver, or give it another secret. Raises NotPermitted."""
    with writing() as session:
        row = _writable(receiver_id)
        if renews_secret:
            row.secret_number += 1
        if is_open is not None:
            row.is_open, row.failures, row.paused_until = is_open, 0, None
        session.flush()
        _note(row, "receiver_changed")
        if is_open:
            with beyond_scope():
                for message in queries.waiting(row.id):
                    _ask_to_send(message, utc_now())
    return row


def send_test(receiver_id: int) -> OutboxMessage:
    """A message that says nothing, to see whether it arrives. Raises NotPermitted."""
    with writing() as session:
        row = _writable(receiver_id)
        with beyond_scope():
            row.paused_until = None
            data = {"title": "这是一条试发的消息，不用处理。"}
            return _write(session, row, rules.TEST, f"{rules.TEST}:{secrets.token_hex(8)}", row.area_code, data)


def _writable(receiver_id: int) -> OutboxReceiver:
    row = queries.receiver(receiver_id)
    if row is None:
        raise NotPermitted("没有这个接收方，或不在您负责的范围内。")
    return row


def _note(row: OutboxReceiver, action: str) -> None:
    audit.record(action, "settings", area_code=row.area_code, row_uid=row.uid, note=f"{row.name} {row.address}"[:200])
