"""Erasing a worker: all of it in one transaction, signed by the audit chain."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.database.transactions import writing
from app.files.erasing import erase_attachments
from app.files.service import attach
from app.lowcode.erasing import empty_row
from app.notices.models import Notice
from app.points import service as points
from app.points.erasing import queries, rules
from app.points.erasing.models import RESOURCE, Erasure
from app.points.erasing.rules import EraseRefused
from app.points.models import PointsText
from app.points.proposing.models import PointsProposal
from app.points.service import EvidenceFile
from app.points.steps.models import PointsStepText
from app.points.steps.service import lock_chain
from app.security import audit
from app.security.actor import Actor, NotPermitted, acting_as
from app.security.beyond import beyond_scope
from app.security.erasing import forget_account

RECORD_KIND = "erasures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Why, by which document, with the signed sheet, and his name as somebody typed it to confirm."""

    reason: str
    document: str
    sheet: EvidenceFile | None
    confirmed: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What would go, what hinders it, and what to think of before."""

    held: rules.Held
    obstacles: Sequence[str]
    warnings: Sequence[str]


def preview(worker: Any, *, by: Actor, today: date) -> Preview:
    """Look without writing anything. Raises NotPermitted."""
    _require(by, worker.area_code)
    with acting_as(by), beyond_scope():
        traces = queries.traces_of(worker)
        standing = queries.standing_of(worker, traces)
        return Preview(queries.held(traces), rules.obstacles(standing, today=today), rules.warnings(standing))


def erase(worker: Any, request: Request, *, by: Actor, today: date) -> Erasure:
    """Take the worker out of roster, words, files, history and account; ids, numbers and sums stay.

    Raises EraseRefused naming every obstacle, NotPermitted, FileRefused.
    """
    _require(by, worker.area_code)
    with acting_as(by), writing() as session, beyond_scope():
        # Whoever records, checks or disputes at this moment comes before or after, never in between.
        points.lock_ledger(session, worker.uid, worker.area_code)
        lock_chain(session, worker.uid, worker.area_code)
        session.refresh(worker, with_for_update=True)
        traces = queries.traces_of(worker)
        if found := rules.obstacles(queries.standing_of(worker, traces), today=today):
            raise EraseRefused("".join(found))
        rules.refuse_request(
            reason=request.reason, document=request.document, confirmed=request.confirmed, name=worker.name
        )
        if request.sheet is None:
            raise EraseRefused("请附上签字的申请单或批准件（照片或扫描件）。")
        made = _noted(session, worker, request, queries.held(traces), by)
        _empty(session, worker, traces)
        audit.record(
            "erased", queries.workers().name, area_code=worker.area_code, row_uid=worker.uid,
            note=f"{made.document}：{made.reason}",
        )  # fmt: skip
    return made


def _require(by: Actor, area_code: str) -> None:
    if not by.covers(RESOURCE, "write", area_code):
        raise NotPermitted("清除个人信息由街道办办理，您的岗位或范围不包括这个人。")


def _noted(session: Session, worker: Any, request: Request, held: rules.Held, by: Actor) -> Erasure:
    made = Erasure(
        uid=secrets.token_hex(16), area_code=worker.area_code, worker_uid=worker.uid, worker_id=worker.id,
        reason=request.reason.strip(), document=request.document.strip(), at=utc_now(), by_id=by.user_id,
        by_name=by.name, gone={str(what): count for what, count in held.lines() if count},
    )  # fmt: skip
    session.add(made)
    session.flush()
    sheet = request.sheet
    assert sheet is not None
    # The file's own name is left out: it often names whom the sheet is about.
    attach(RECORD_KIND, made.uid, made.area_code, f"签字件{sheet.name[sheet.name.rfind('.') :]}", sheet.data)
    return made


def _empty(session: Session, worker: Any, traces: queries.Traces) -> None:
    for kind, uids in traces.files():
        erase_attachments(session, kind, uids)
    said, spoken, proposed = PointsText.__table__, PointsStepText.__table__, PointsProposal.__table__
    session.execute(
        update(said).where(said.c.entry_uid.in_(traces.entry_uids))
        .values(matter=None, note=None, recorded_by_name=None)
    )  # fmt: skip
    session.execute(
        update(spoken).where(spoken.c.step_uid.in_(traces.step_uids)).values(matter=None, words=None, by_name=None)
    )
    session.execute(update(proposed).where(proposed.c.worker_uid == worker.uid).values(reason=None))
    session.execute(delete(Notice).where(traces.notices()))
    if traces.user_id is not None:
        forget_account(session, traces.user_id, name=rules.ERASED_NAME)
    empty_row(session, queries.workers(), worker, keep=rules.KEPT, words={"name": rules.ERASED_NAME})
