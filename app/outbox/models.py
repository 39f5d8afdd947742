"""Those who are told, and every message to them until it has arrived."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database.scope import ScopeRule, below
from app.database.types import UtcMoment, area_code_type, json_type
from app.security.models import BIG_ID

WAITING, SENT, FAILED = "waiting", "sent", "failed"


class OutboxReceiver(Model):
    """An address that is told what happens in an area: a webhook, or a mailbox."""

    __tablename__ = "outbox_receivers"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("settings"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    way: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(String(400))
    area_code: Mapped[str] = mapped_column(area_code_type())
    kinds: Mapped[list[str]] = mapped_column(json_type())
    """Keys of rules.KINDS."""
    secret_number: Mapped[int] = mapped_column(default=1)
    """The secret is derived from the installation's key, the uid and this; a backup of the database holds none."""
    is_open: Mapped[bool] = mapped_column(default=True)
    failures: Mapped[int] = mapped_column(default=0)
    """Tries that failed one after the other, whatever the message."""
    paused_until: Mapped[datetime | None] = mapped_column(UtcMoment())
    made_at: Mapped[datetime] = mapped_column(UtcMoment())
    made_by_name: Mapped[str] = mapped_column(String(64))


class OutboxMessage(Model):
    """One message to one receiver, written in the transaction of what it tells."""

    __tablename__ = "outbox_messages"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("settings", writers="services"),)
    __table_args__: ClassVar[tuple[Any, ...]] = (
        UniqueConstraint("receiver_id", "key"),
        Index("ix_outbox_messages_receiver", "receiver_id", "id"),
    )

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    """The delivery's id: the same at every try, so that the other side knows a second arrival."""
    receiver_id: Mapped[int] = mapped_column(ForeignKey("outbox_receivers.id"))
    area_code: Mapped[str] = mapped_column(area_code_type())
    kind: Mapped[str] = mapped_column(String(30))
    key: Mapped[str] = mapped_column(String(120))
    """What happened, by name: told twice, it is one message."""
    data: Mapped[dict[str, Any]] = mapped_column(json_type())
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    last_status: Mapped[int] = mapped_column(default=0)
    """What the other side answered last (HTTP); 0 where nothing did."""
    last_answer: Mapped[str] = mapped_column(String(200), default="")
    made_at: Mapped[datetime] = mapped_column(UtcMoment())
    tried_at: Mapped[datetime | None] = mapped_column(UtcMoment())
