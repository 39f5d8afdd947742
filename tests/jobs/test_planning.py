"""Work that comes by itself: once each hour, day or month, whichever worker looks first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import SHANGHAI
from app.extensions import db
from app.jobs import handlers, planning
from app.jobs.handlers import JobRefused, handler
from app.jobs.models import FAILED, Job
from app.jobs.planning import plan
from app.jobs.running import JobContext
from app.jobs.worker import run_pending
from app.security.actor import SYSTEM, acting_as

pytestmark = pytest.mark.usefixtures("context")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _own_handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handlers, "_HANDLERS", {})
    monkeypatch.setattr(planning, "_planned", {})


def test_each_day_and_month_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[tuple[str, Any]] = []
    for kind, every in (("sweep", "day"), ("digest", "month"), ("import", "")):
        handler(kind, every=every)(lambda job: runs.append((job.key, job.payload["on"])))  # type: ignore[arg-type]
    for now in (at("2026-11-30 09:00"), at("2026-11-30 09:30"), at("2026-12-03 09:00")):
        plan(now)
        run_pending(app)
        monkeypatch.setattr(planning, "_planned", {})  # as another process would
    assert runs == [
        ("digest:2026-11", "2026-11-30"), ("sweep:2026-11-30", "2026-11-30"),
        ("digest:2026-12", "2026-12-03"), ("sweep:2026-12-03", "2026-12-03"),
    ]  # fmt: skip


def test_a_failed_one_is_not_started_again_by_itself(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    @handler("sweep", every="day")
    def refuse(_job: JobContext) -> None:
        raise JobRefused("不行。")

    assert plan(at("2026-11-30 09:00")) == 1
    assert plan(at("2026-11-30 09:00")) == 0
    run_pending(app)
    monkeypatch.setattr(planning, "_planned", {})
    assert plan(at("2026-11-30 09:00")) == 0
    with acting_as(SYSTEM):
        assert db.session.execute(select(Job.state)).scalars().all() == [FAILED]


def test_each_hour_once_and_old_turns_go(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[str | None] = []
    handler("sweep", every="hour")(lambda job: runs.append(job.key))  # type: ignore[arg-type]
    for now in (at("2026-11-22 09:10"), at("2026-11-22 09:50"), at("2026-11-22 10:00")):
        plan(now)
        run_pending(app)
        monkeypatch.setattr(planning, "_planned", {})
    assert runs == ["sweep:2026-11-22T09", "sweep:2026-11-22T10"]
    plan(at("2026-11-22 11:00") + timedelta(days=4))
    with acting_as(SYSTEM):
        assert db.session.execute(select(Job.key)).scalars().all() == ["sweep:2026-11-26T11"]
