"""Writing what channels send: one event for each key, in one transaction with the answer; channels and their tokens."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.database.transactions import writing
from app.events.channels import queries, rules
from app.events.channels.models import IntakeChannel, IntakeRequest
from app.events.channels.queries import Channel
from app.events.models import Event
from app.events.rules import UPSTREAM
from app.fields.codes import code_list
from app.fields.sentence import Sentence
from app.lowcode.register import register
from app.lowcode.service import RowIsStale, SaveRefused, save
from app.security import audit
from app.security.access import Access, LivePost
from app.security.actor import Actor, NotPermitted, acting_as, current_actor
from app.security.beyond import beyond_scope

ROLE = "channel"
RIGHTS = frozenset({("events", "read"), ("events", "write"), ("event_categories", "read"), ("areas", "read")})
"""What a channel's token opens. It can read no more than it needs to find its own ticket, area and category again."""
TRIES = 4
LONGEST_NAME = 40


class KeyIsTaken(ValueError):
    """The key came before with another content."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a request. `is_repeated`: it was given before, and nothing was done this time."""

    uid: str
    number: str
    is_new: bool
    received_at: datetime
    is_repeated: bool


def actor_for(channel: Channel) -> Actor:
    """The channel as one who acts: nobody's account, and these rights in its area only."""
    access = Access(0, (LivePost(ROLE, channel.area_code),), {ROLE: RIGHTS})
    return Actor(None, f"渠道：{channel.name}", access)


def receive(channel: Channel, key: str, body: Any, *, today: date) -> Receipt:
    """Take in what a channel sent under a key: once, however often it comes.

    Raises BodyRefused, SaveRefused (nothing is kept, so the same key may come again, mended), KeyIsTaken, NotPermitted.
    """
    values = rules.read_body(
        body, source=channel.source, handling=channel.handling, area=channel.area_code
    )  # fmt: skip
    content = rules.digest(body)
    for _try in range(TRIES):
        try:
            return _receive_once(channel, key, content, values, today)
        except (IntegrityError, RowIsStale):
            continue  # the same request, or one about the same ticket, was written meanwhile: look again
    raise SaveRefused({"": "同一件事正在登记，请稍后用原来的键再发一次。"})


def _receive_once(channel: Channel, key: str, content: str, values: Mapping[str, Any], today: date) -> Receipt:
    with acting_as(actor_for(channel)) as actor, writing() as session:
        with beyond_scope():
            known = queries.answered(channel.id, key)
            if known is not None:
                return _again(known, content)
        row, is_new = _save(session, values, actor, today)
        request = IntakeRequest(
            channel_id=channel.id, area_code=channel.area_code, key=key, digest=content, received_at=utc_now(),
            event_uid=row.uid, number=row.number or "", is_new=is_new,
        )  # fmt: skip
        with beyond_scope():
            session.add(request)
        return Receipt(row.uid, request.number, is_new, request.received_at, is_repeated=False)


def _again(known: IntakeRequest, content: str) -> Receipt:
    if known.digest != content:
        raise KeyIsTaken("这个键已经用过，上次送来的内容和这次不同。一件新的事请换一个新的键。")
    return Receipt(known.event_uid, known.number, known.is_new, known.received_at, is_repeated=True)


def _save(session: Session, values: Mapping[str, Any], actor: Actor, today: date) -> tuple[Event, bool]:
    """The event and whether it is new: a platform's ticket that is there already is brought up to date."""
    reg = register("events")
    row = _ticket(session, values) if values["handling"] == UPSTREAM else None
    # The community it was given to here stays, as with a workbook that comes again.
    raw = values if row is None else {name: value for name, value in values.items() if name != "area"}
    try:
        return save(reg, row, raw, by=actor, today=today), row is None
    except SaveRefused as refused:
        if isinstance(refused.__cause__, IntegrityError):
            raise refused.__cause__ from refused
        if row is None and values["handling"] == UPSTREAM and _ticket(session, values) is not None:
            # PostgreSQL shows what others committed since the first look: the key was taken between the two.
            raise RowIsStale from refused
        raise


def _ticket(session: Session, values: Mapping[str, Any]) -> Event | None:
    """The platform's ticket that is there already, held until the end of the transaction."""
    same = select(Event).where(
        Event.source == values["source"], Event.number == values["number"], Event.deleted_at.is_(None)
    )
    return session.execute(same.with_for_update()).scalar()


def open_channel(name: str, *, source: str, handling: str, area_code: str) -> tuple[IntakeChannel, str]:
    """A new channel with its token, which nobody can read again. Raises SaveRefused, NotPermitted."""
    name = name.strip()
    errors: dict[str, str] = {}
    if not name or len(name) > LONGEST_NAME:
        errors["name"] = Sentence("请填渠道名称，最多 %(n)s 个字。", n=LONGEST_NAME)
    if source not in {item.code for item in code_list("event_source").items if not item.is_retired}:
        errors["source"] = Sentence("请选来源，送来的事件都记这个来源。")
    if handling not in {item.code for item in code_list("event_handling").items}:
        errors["handling"] = Sentence("请选流转方式。")
    if not area_code:
        errors["area"] = Sentence("请选区域，送来的事件都在这个区域里。")
    if errors:
        raise SaveRefused(errors)
    token = rules.new_token()
    with writing() as session:
        row = IntakeChannel(
            uid=secrets.token_hex(16), name=name, source=source, handling=handling, area_code=area_code, is_open=True,
            made_at=utc_now(), made_by_name=current_actor().name, **_kept(token),
        )  # fmt: skip
        session.add(row)
        session.flush()
        _note(row, "channel_opened")
    return row, token


def _kept(token: str) -> dict[str, str]:
    return {"token_hash": rules.token_hash(token), "token_hint": token[-rules.HINT_LENGTH :]}


def renew_token(channel_id: int) -> tuple[IntakeChannel, str]:
    """Another token; the old one is worth nothing from now on. Raises NotPermitted."""
    token = rules.new_token()
    with writing() as session:
        row = _writable(channel_id)
        row.token_hash, row.token_hint = _kept(token).values()
        session.flush()
        _note(row, "channel_renewed")
    return row, token


def set_open(channel_id: int, *, is_open: bool) -> IntakeChannel:
    """Stop a channel, or let it send again. Raises NotPermitted."""
    with writing() as session:
        row = _writable(channel_id)
        row.is_open = is_open
        session.flush()
        _note(row, "channel_opened" if is_open else "channel_stopped")
    return row


def _writable(channel_id: int) -> IntakeChannel:
    row = queries.channel(channel_id)
    if row is None:
        raise NotPermitted("没有这个渠道，或不在您负责的范围内。")
    return row


def _note(row: IntakeChannel, action: str) -> None:
    audit.record(action, "settings", area_code=row.area_code, row_uid=row.uid, note=row.name)
