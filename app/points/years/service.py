"""Noting marks, honours, warnings and decisions of a worker's year, each once, with a reason and who answers for it."""

from __future__ import annotations

import secrets
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database.transactions import writing
from app.points import queries
from app.points.books.queries import book_in_force
from app.points.checking.rules import Checker
from app.points.checking.service import checker_of
from app.points.rules import PointsRefused
from app.points.steps.models import PointsStep
from app.points.steps.service import append_step, lock_chain
from app.points.years import rules
from app.points.years.models import ASSESSED, PointsYearNote, note_digest
from app.security.actor import Actor, NotPermitted, acting_as
from app.security.beyond import beyond_scope


def mark(
    worker: Any, year: int, *, stage: int, part: str, value: Decimal, reason: str, by: Actor, today: date
) -> PointsYearNote:  # fmt: skip
    """Mark one part of one stage, 0–100. Raises PointsRefused where it is marked already, NotPermitted."""
    return _mark(worker, year, stage, part, value, reason=reason, by=by, today=today, attempt_of=0)


def correct_mark(
    worker: Any, year: int, *, stage: int, part: str, value: Decimal, reason: str, by: Actor, today: date
) -> PointsYearNote:  # fmt: skip
    """Put another mark in the place of one that was wrong; both stay. Only the street or above. Raises as `mark`."""
    return _mark(worker, year, stage, part, value, reason=reason, by=by, today=today, attempt_of=1)


def _mark(
    worker: Any, year: int, stage: int, part: str, value: Decimal, *, reason: str, by: Actor, today: date,
    attempt_of: int,
) -> PointsYearNote:  # fmt: skip
    book = book_in_force(worker.area_code, min(date(year, 12, 31), today))
    plan = rules.plan_of([(each.name, each.parts) for each in book.weights] if book is not None else ())
    rules.refuse_mark(plan, stage=stage, part=part, value=value, year=year, today=today)
    rules.refuse_reason(reason)
    with acting_as(by), writing() as session:
        who = _assessor(worker, by)
        if not who.is_above_communities and (attempt_of or not rules.is_marked_by_community(part)):
            what = "更正评分" if attempt_of else f"“{part}”这一项"
            raise PointsRefused(f"{what}由街道或网格中心来填，请把情况报给街道。")
        note = PointsYearNote(kind=rules.MARK, year=year, stage=stage, part=part, value=value)
        with beyond_scope():
            lock_chain(session, worker.uid, worker.area_code)
            known = _count(session, worker, note)
            if known and not attempt_of:
                raise PointsRefused(f"{worker.name}{year}年的“{part}”已经评过，一项只评一次。评错了的由街道更正。")
            if attempt_of and not known:
                raise PointsRefused(f"{worker.name}{year}年的“{part}”还没有评过，请先评分。")
            note.attempt = known
            return _append(session, note, worker, reason=reason, by=by, today=today)


def commend(worker: Any, year: int, *, title: str, reason: str, by: Actor, today: date) -> PointsYearNote:
    """Note an honour (表彰). Raises PointsRefused, NotPermitted."""
    return _remark(rules.HONOUR, worker, year, title, reason=reason, by=by, today=today)


def warn(worker: Any, year: int, *, title: str, reason: str, by: Actor, today: date) -> PointsYearNote:
    """Note a warning (警示). Raises PointsRefused, NotPermitted."""
    return _remark(rules.WARNING, worker, year, title, reason=reason, by=by, today=today)


def _remark(kind: str, worker: Any, year: int, title: str, *, reason: str, by: Actor, today: date) -> PointsYearNote:
    rules.refuse_title(title)
    rules.refuse_reason(reason)
    with acting_as(by), writing() as session:
        _assessor(worker, by)
        note = PointsYearNote(kind=kind, year=year, stage=0, part=" ".join(title.split()))
        with beyond_scope():
            lock_chain(session, worker.uid, worker.area_code)
            if _count(session, worker, note):
                raise PointsRefused(f"{worker.name}{year}年已经记过“{note.part}”，一件只记一次。")
            return _append(session, note, worker, reason=reason, by=by, today=today)


def decide(worker: Any, year: int, *, outcome: str, reason: str, by: Actor, today: date) -> PointsYearNote:
    """What becomes of a worker who is proposed for 劝退调整: decided once, by a named person above his community.

    Nothing in the roster changes by itself. Raises PointsRefused, NotPermitted.
    """
    if outcome not in rules.OUTCOMES:
        raise PointsRefused("请选处理决定。")
    rules.refuse_reason(reason)
    if by.user_id is None:
        raise PointsRefused("处理决定要由一名具体的负责人来定。")
    with acting_as(by), writing() as session:
        if not _assessor(worker, by).is_above_communities:
            raise PointsRefused("劝退、调整由街道来定，请把意见报给街道。")
        note = PointsYearNote(kind=rules.DECISION, year=year, stage=0, part=outcome)
        with beyond_scope():
            lock_chain(session, worker.uid, worker.area_code)
            if _count_decisions(session, worker, year):
                raise PointsRefused(f"{worker.name}{year}年的处理决定已经定过，不能再改。")
            return _append(session, note, worker, reason=reason, by=by, today=today)


def _assessor(worker: Any, by: Actor) -> Checker:
    who = checker_of(by, worker.area_code)
    if who.person_uid is not None and who.person_uid == worker.uid:
        raise NotPermitted("不能给自己评分、表彰或处理，请由社区或街道的其他人来办。")
    return who


def _count(session: Session, worker: Any, note: PointsYearNote) -> int:
    statement = select(func.count()).select_from(PointsYearNote).where(
        PointsYearNote.worker_uid == worker.uid, PointsYearNote.year == note.year, PointsYearNote.kind == note.kind,
        PointsYearNote.stage == note.stage, PointsYearNote.part == note.part,
    )  # fmt: skip
    return session.execute(statement).scalar_one()


def _count_decisions(session: Session, worker: Any, year: int) -> int:
    statement = select(func.count()).select_from(PointsYearNote).where(
        PointsYearNote.worker_uid == worker.uid, PointsYearNote.year == year, PointsYearNote.kind == rules.DECISION
    )  # fmt: skip
    return session.execute(statement).scalar_one()


def _append(
    session: Session, note: PointsYearNote, worker: Any, *, reason: str, by: Actor, today: date
) -> PointsYearNote:  # fmt: skip
    note.attempt = note.attempt or 0
    note.step_uid, note.worker_uid, note.worker_id = secrets.token_hex(16), worker.uid, worker.id
    note.area_code = queries.grid_on(worker, min(today, date(note.year, 12, 31)))
    month = note.year * 100 + (6 if note.stage == 1 else 12)
    step = PointsStep(
        uid=note.step_uid, kind=ASSESSED, chain=worker.uid, area_code=note.area_code, month=month, on=today,
        worker_id=worker.id, content_digest=note_digest(note),
    )  # fmt: skip
    append_step(session, step, by=by, words=reason)
    session.add(note)
    session.flush()
    return note
