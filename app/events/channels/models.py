"""Channels with their tokens, and every request they were answered to."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database.scope import ScopeRule, below
from app.database.types import UtcMoment, area_code_type
from app.events.channels.rules import MOST_KEY_LENGTH
from app.security.models import BIG_ID


class IntakeChannel(Model):
    """A program of somebody else's that may send events of one area in, under one source, and nothing more."""

    __tablename__ = "intake_channels"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("settings"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(40))
    """Code of the list event_source that its events carry."""
    handling: Mapped[str] = mapped_column(String(40))
    """Whether its events run on a flow of ours or stay with the platform (list event_handling)."""
    area_code: Mapped[str] = mapped_column(area_code_type())
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    token_hint: Mapped[str] = mapped_column(String(8))
    """The token's last characters, so that people can tell which one is in use."""
    is_open: Mapped[bool] = mapped_column(default=True)
    made_at: Mapped[datetime] = mapped_column(UtcMoment())
    made_by_name: Mapped[str] = mapped_column(String(64))


class IntakeRequest(Model):
    """One request that was answered: its key, what it said, and the answer that a repetition gets again."""

    __tablename__ = "intake_requests"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("settings", writers="services"),)
    __table_args__: ClassVar[tuple[Any, ...]] = (UniqueConstraint("channel_id", "key"),)

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("intake_channels.id"))
    area_code: Mapped[str] = mapped_column(area_code_type())
    key: Mapped[str] = mapped_column(String(MOST_KEY_LENGTH))
    digest: Mapped[str] = mapped_column(String(64))
    event_uid: Mapped[str] = mapped_column(String(32), default="")
    number: Mapped[str] = mapped_column(String(40), default="")
    is_new: Mapped[bool] = mapped_column(default=True)
    """False where it brought a ticket up to date that was there."""
    received_at: Mapped[datetime] = mapped_column(UtcMoment())
