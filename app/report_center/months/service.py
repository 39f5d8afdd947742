"""核对, 定稿, 重新打开: closing and freezing in one transaction, opening with a signed sheet, by two where the district says."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.areas.queries import name_of
from app.clock import utc_now
from app.database.transactions import writing
from app.extensions import db
from app.files.service import attach
from app.jobs.service import enqueue
from app.periods import service as periods
from app.periods.queries import lock_month, state_of
from app.periods.rules import FINAL, Period
from app.periods.service import CannotClose, register_closing_check
from app.report_center import queries as submissions
from app.report_center.comparison import start_days
from app.report_center.months import queries
from app.report_center.months.freezing import freeze
from app.report_center.months.models import ASKED, OPENED, FinalMonth, MonthReopening
from app.report_center.months.rendering import KIND
from app.report_center.months.rules import check_reason, months_that_hold
from app.report_center.punctuality import provisional_deadlines
from app.report_center.rules import PASSED, STATE_NAMES
from app.security import audit
from app.security.actor import SYSTEM, NotPermitted, current_actor, require
from app.security.beyond import beyond_scope
from app.settings.queries import profile

RECORD_KIND = "month_reopenings"


@dataclass(frozen=True, slots=True)
class SignedSheet:
    """The scanned sheet by which somebody in charge allows the opening."""

    name: str
    data: bytes


def hold(area_code: str, month: Period, *, today: date) -> None:
    """填报中 → 核对中. Raises CannotClose, NotPermitted."""
    with writing():
        row = periods.hold(area_code, month, today=today)
        audit.record("held", "periods", area_code=area_code, row_uid=row.uid, note=month.title)


def finalise(area_code: str, month: Period, *, today: date) -> FinalMonth:
    """→ 已定稿: figures, rules and papers of the area and all below it are frozen, all or nothing; files follow as a job.

    Raises CannotClose naming every obstacle, NotPermitted.
    """
    if month.last >= today:
        following = month.following()
        raise CannotClose(f"{month.title}还没有过完，{following.year}年{following.number}月1日起才能定稿。")
    with writing() as session:
        row = periods.finalise(area_code, month, today=today)
        made = freeze(session, area_code, month, today=today)
        audit.record(
            "finalised", "periods", area_code=area_code, row_uid=row.uid,
            note=f"{month.title}第{made.edition}次，{made.paper_count} 份报表，校验 {made.digest[:12]}",
        )  # fmt: skip
        enqueue(
            KIND, {"final_month": made.id}, key=f"{KIND}:{made.uid}", by=SYSTEM, area_code=area_code,
            title=f"生成{name_of(area_code)}{month.title}定稿文件",
        )  # fmt: skip
    return made


def reopen(area_code: str, month: Period, *, reason: str, sheet: SignedSheet | None) -> MonthReopening:
    """已定稿 → 填报中 with the signed sheet, or the first of two consents where the district asks for two.

    Raises CannotClose, NotPermitted and FileRefused.
    """
    actor = require("periods", "finalise", area_code)
    try:
        words = check_reason(reason)
    except ValueError as wrong:
        raise CannotClose(str(wrong)) from None
    with writing() as session:
        lock_month(month)
        row = _ask(area_code, month, words)
        if sheet is None:
            raise CannotClose("重新打开已定稿的月份，要附上领导签字的申请单（照片或扫描件）。")
        with beyond_scope():
            session.add(row)
            session.flush()
        attach(RECORD_KIND, row.uid, area_code, sheet.name, sheet.data)
        audit.record("reopening_asked", "periods", area_code=area_code, row_uid=row.uid, note=f"{month.title}：{words}")
        if profile().reopening_persons < 2 or actor.is_system:
            _open(row, month)
    return row


def back_to_filling(area_code: str, month: Period, *, reason: str) -> None:
    """核对中 → 填报中. Raises CannotClose (also for a final month), NotPermitted."""
    if state_of(area_code, month).state == FINAL:
        raise CannotClose(f"{month.title}已经定稿，要附上签字的申请单才能重新打开。")
    with writing():
        row = periods.reopen(area_code, month, reason=reason)
        audit.record("reopened", "periods", area_code=area_code, row_uid=row.uid, note=f"{month.title}：{reason}")


def _ask(area_code: str, month: Period, reason: str) -> MonthReopening:
    holding = queries.final_month(area_code, month)
    if holding is None:
        raise CannotClose(f"{month.title}没有定稿，不用重新打开。")
    if holding.area_code != area_code:
        raise CannotClose(f"{month.title}是由{name_of(holding.area_code)}定稿的，要由那一级重新打开。")
    later = queries.months_still_final(area_code, months_that_hold(month, start_days()))
    if later:
        names = "、".join(each.title for each in later)
        raise CannotClose(f"{names}也已定稿，里面的季报、年报用到{month.title}的数。请先重新打开{names}。")
    waiting = waiting_for_second(area_code, month)
    if waiting is not None:
        raise CannotClose(f"{waiting.asked_by}已经申请重新打开{month.title}，请由另一位同志确认，不用再申请。")
    actor = current_actor()
    return MonthReopening(
        uid=secrets.token_hex(16), area_code=area_code, month=month.key, edition=holding.edition, state=ASKED,
        reason=reason, asked_at=utc_now(), asked_by_id=actor.user_id, asked_by=actor.name,
    )  # fmt: skip


def waiting_for_second(area_code: str, month: Period) -> MonthReopening | None:
    """The opening that waits for a second person's consent."""
    with beyond_scope():
        return db.session.execute(
            select(MonthReopening)
            .where(
                MonthReopening.area_code == area_code, MonthReopening.month == month.key,
                MonthReopening.state == ASKED,
            )
            .with_for_update()
        ).scalar()  # fmt: skip


def confirm_reopening(area_code: str, month: Period) -> MonthReopening:
    """The second person's consent. Raises CannotClose when nothing waits, NotPermitted for the one who asked."""
    actor = require("periods", "finalise", area_code)
    with writing():
        lock_month(month)
        row = waiting_for_second(area_code, month)
        if row is None:
            raise CannotClose(f"没有等着确认的申请：{month.title}可能已经重新打开。请刷新页面再看。")
        if row.asked_by_id is not None and row.asked_by_id == actor.user_id:
            raise NotPermitted("申请和确认要由两位同志分别来做，请换一位确认。")
        _open(row, month)
    return row


def withdraw_reopening(area_code: str, month: Period) -> None:
    """Take back an opening nobody has confirmed. Raises CannotClose."""
    require("periods", "finalise", area_code)
    with writing() as session:
        row = waiting_for_second(area_code, month)
        if row is None:
            raise CannotClose(f"没有等着确认的申请：{month.title}可能已经重新打开。请刷新页面再看。")
        audit.record("reopening_withdrawn", "periods", area_code=area_code, row_uid=row.uid, note=month.title)
        with beyond_scope():
            session.delete(row)


def _open(row: MonthReopening, month: Period) -> None:
    actor = current_actor()
    periods.reopen(row.area_code, month, reason=row.reason)
    with beyond_scope():
        row.state, row.opened_at, row.opened_by_id, row.opened_by = OPENED, utc_now(), actor.user_id, actor.name
    audit.record("reopened", "periods", area_code=row.area_code, row_uid=row.uid, note=f"{month.title}：{row.reason}")


def unpassed(area_code: str, month: Period) -> list[str]:
    """Papers of the month that no street has passed yet, in words: 定稿 would freeze drafts."""
    with beyond_scope():
        cells = submissions.submission_grid(area_code, month).cells
    late = [cell for cell in cells.values() if cell.state != PASSED]
    return [f"{cell.area}的{cell.paper_title}还是“{STATE_NAMES[cell.state]}”" for cell in late]


def install() -> None:
    """What blocks finalising from this room."""
    register_closing_check("report_center", unpassed)
    register_closing_check("report_deadlines", provisional_deadlines)
