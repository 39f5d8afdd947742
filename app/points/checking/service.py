"""Checking entries: confirming them, or sending them back, upon which the counter-entry follows by itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from app.areas.rules import COMMUNITY_DIGITS
from app.database.transactions import writing
from app.notices.service import notify
from app.points import queries, service, sum_queries
from app.points.checking.rules import RETURNED, VERIFIED, Checker, refuse_checker
from app.points.models import PointsEntry
from app.points.rules import PointsRefused
from app.points.steps import waiting
from app.points.steps.models import PointsStep
from app.points.steps.service import append_step
from app.security.actor import Actor, NotPermitted, acting_as
from app.security.beyond import beyond_scope


def checker_of(actor: Actor, area_code: str) -> Checker:
    """The actor as one who checks or decides in that area. Raises NotPermitted where it is not his to do."""
    if not actor.covers("points_entries", "review", area_code):
        raise NotPermitted("这条记录不在您负责的范围内，或您的岗位不能核积分。")
    above = [each for each in actor.prefixes("points_entries", "review") if len(each) < COMMUNITY_DIGITS]
    person = queries.person_uid(actor.user_id) if actor.user_id is not None and not actor.is_system else None
    return Checker(actor.user_id, person, any(area_code.startswith(prefix) for prefix in above))


def verify(entries: Iterable[PointsEntry], *, by: Actor, today: date) -> int:
    """Confirm entries, all or none; how many. Raises PointsRefused naming the entry and the rule, NotPermitted."""
    count = 0
    with acting_as(by), writing() as session:
        for entry in sorted(entries, key=lambda each: (each.worker_uid, each.seq)):
            step = _first_check(session, entry, kind=VERIFIED, by=by, today=today)
            with beyond_scope():
                append_step(session, step, by=by)
            count += 1
    return count


def send_back(entry: PointsEntry, *, reason: str, by: Actor, today: date) -> PointsEntry:
    """Send an entry back with a reason: it is taken back by a counter-entry, which is returned.

    Raises PointsRefused, NotPermitted, MonthIsClosed.
    """
    if not reason.strip():
        raise PointsRefused("请写明为什么退回，记录人和网格员都会看到。")
    with acting_as(by), writing() as session:
        step = _first_check(session, entry, kind=RETURNED, by=by, today=today)
        counter = service.reverse(entry, reason=f"退回：{reason.strip()}", by=by, today=today)
        step.counter_id = counter.id
        with beyond_scope():
            append_step(session, step, by=by, words=reason)
            _tell_recorder(entry, reason.strip())
    return counter


def _tell_recorder(entry: PointsEntry, reason: str) -> None:
    if entry.recorded_by is not None:
        notify(
            key=f"points_returned:{entry.uid}", kind="积分", title=f"您记的第 {entry.seq} 号积分被退回", why=reason,
            area_code=entry.area_code, to_user=entry.recorded_by, url=f"/points/entries/{entry.id}", is_todo=False,
        )  # fmt: skip


def _first_check(session: Session, entry: PointsEntry, *, kind: str, by: Actor, today: date) -> PointsStep:
    """The step of a check that is permitted; the entry waits no longer. Raises PointsRefused, NotPermitted."""
    refuse_checker(
        checker_of(by, entry.area_code), rule_code=entry.rule_code, check_by=entry.check_by or "",
        recorded_by=entry.recorded_by, worker_uid=entry.worker_uid,
    )  # fmt: skip
    with beyond_scope():
        # Who comes second waits here for the first, and then finds nothing waiting.
        service.lock_ledger(session, entry.worker_uid, entry.area_code)
        if not waiting.remove(session, entry.id):
            raise PointsRefused(_why_not_waiting(entry))
    return PointsStep(
        kind=kind, chain=entry.worker_uid, area_code=entry.area_code, month=sum_queries.month_number(entry.on), on=today,
        worker_id=entry.worker_id, entry_id=entry.id,
    )  # fmt: skip


def _why_not_waiting(entry: PointsEntry) -> str:
    if entry.check_by is None:
        return f"第 {entry.seq} 号不用核：规则 {entry.rule_code} 没有要求核对。"
    return f"第 {entry.seq} 号已经核过、退回或冲正，不用再核。请刷新页面。"
