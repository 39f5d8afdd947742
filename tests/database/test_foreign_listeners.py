"""Nothing walks all objects of a session at a flush."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session
from sqlalchemy_utils.aggregates import manager

from app.areas.models import Area
from app.database.transactions import writing
from app.security.actor import SYSTEM, acting_as


def test_a_flush_does_not_walk_the_session(sqlite_context: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    walks: list[Session] = []
    walk = Session.__iter__

    def counted(session: Session) -> Any:
        walks.append(session)
        return walk(session)

    monkeypatch.setattr(Session, "__iter__", counted)
    with acting_as(SYSTEM), writing() as session:
        session.add(
            Area(uid=secrets.token_hex(16), code="99", area_code="99", name="试验省", level="district", extra={})
        )
        session.flush()
        assert walks == []
        list(session)
        assert len(walks) == 1, "the count itself does not work"


def test_no_session_hears_sqlalchemy_utils(sqlite_context: Any) -> None:
    assert not event.contains(Session, "after_flush", manager.construct_aggregate_queries)
