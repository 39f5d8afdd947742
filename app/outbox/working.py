"""The jobs of the outbox: one try of one message, and putting away what has long arrived."""

from __future__ import annotations

import time
from datetime import timedelta

from flask import current_app
from sqlalchemy import delete

from app.clock import local, utc_now
from app.database.transactions import writing
from app.extensions import db
from app.jobs.handlers import handler
from app.jobs.models import DONE, Job
from app.jobs.running import JobContext
from app.outbox import rules, sending, service
from app.outbox.models import SENT, WAITING, OutboxMessage, OutboxReceiver
from app.outbox.sending import Answer, MailServer

JOBS_KEPT, MESSAGES_KEPT = timedelta(days=2), timedelta(days=90)


@handler(service.JOB, title="送出消息")
def send(job: JobContext) -> None:
    """Try one message. A crash between the try and its answer leads to another try with the same delivery id."""
    message = db.session.get(OutboxMessage, int(job.payload["message"]))
    if message is None or message.state != WAITING:
        return
    receiver = db.session.get_one(OutboxReceiver, message.receiver_id)
    if not receiver.is_open:
        return  # asked for again when it is resumed
    if receiver.paused_until is not None and receiver.paused_until > utc_now():
        service.postpone(message, receiver.paused_until)
        return
    id_, answer = message.id, _attempt(message, receiver)
    service.note_answer(id_, answer)


def _attempt(message: OutboxMessage, receiver: OutboxReceiver) -> Answer:
    way, address, uid, kind, data = receiver.way, receiver.address, message.uid, message.kind, dict(message.data)
    made_at, secret = local(message.made_at).isoformat(timespec="seconds"), service.secret_of(receiver)
    db.session.rollback()  # no transaction stays open while the other side thinks
    if way == "email":
        subject, text = rules.mail_text(kind, data)
        return sending.mail(_mail_server(), rules.mail_addresses(address), uid, subject, text)
    body, now = rules.body_of(kind, made_at, data), int(time.time())
    headers = {
        "Content-Type": "application/json; charset=utf-8", "webhook-id": uid, "webhook-timestamp": str(now),
        "webhook-signature": rules.signature(secret, uid, now, body),
    }  # fmt: skip
    of = current_app.config
    allowed = rules.networks(of["OUTBOX_ALLOW"])
    return sending.post(address, headers, body, allowed=allowed, ca_file=of["OUTBOX_CA_FILE"])


def _mail_server() -> MailServer:
    of = current_app.config
    return MailServer(
        of["SMTP_HOST"], of["SMTP_PORT"], of["SMTP_SECURITY"], of["SMTP_USER"], of["SMTP_PASSWORD"], of["SMTP_FROM"],
        of["OUTBOX_CA_FILE"],
    )  # fmt: skip


@handler("outbox.tidy", title="清理已送出的消息", every="day")
def tidy(job: JobContext) -> None:  # noqa: ARG001
    """Messages that arrived long ago go, and the jobs that carried them."""
    now = utc_now()
    with writing() as session:
        session.execute(delete(Job).where(Job.kind == service.JOB, Job.state == DONE, Job.run_at < now - JOBS_KEPT))
        session.execute(
            delete(OutboxMessage).where(OutboxMessage.state == SENT, OutboxMessage.made_at < now - MESSAGES_KEPT)
        )
