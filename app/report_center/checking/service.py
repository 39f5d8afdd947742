"""Writing remarks on cells and adjustments beside them; each in one transaction, none of them touches what was handed in."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.database.transactions import writing
from app.lowcode.papers import Paper
from app.periods.queries import refuse_if_final
from app.periods.rules import Period
from app.report_center.checking.models import Adjustment, CellRemark
from app.report_center.checking.queries import remarks_of
from app.report_center.checking.rules import MOST_REMARKS, check_adjustment, check_place, check_remark
from app.report_center.comparing import Place, cells_of
from app.report_center.models import Submission
from app.report_center.queries import may_review, version_of
from app.report_center.rules import LOCKED, STATE_NAMES, SubmissionRefused
from app.security import audit
from app.security.actor import Actor, NotPermitted, current_actor


def remark(paper: Paper, area_code: str, period: Period, place: Place, text: str) -> CellRemark:
    """Note what the community is to look at in one cell; a second remark on a cell replaces the first.

    It is sent with 退回. Raises SubmissionRefused, NotPermitted, MonthIsClosed.
    """
    actor = _require_review(area_code)
    words = check_remark(text)
    with writing() as session:
        row, reported = _handed_in(session, paper, area_code, period, place)
        known = remarks_of(row.id, row.number)
        for old in known:
            if old.place == place:
                old.remark, old.at, old.by_id, old.by_name = words, utc_now(), actor.user_id, actor.name
                return old
        if len(known) >= MOST_REMARKS:
            raise SubmissionRefused(f"已经写了 {MOST_REMARKS} 条意见。问题这么多，请直接退回并说明原因。")
        made = CellRemark(**_cell(row, place, reported, actor), remark=words)
        session.add(made)
    return made


def take_back_remark(paper: Paper, area_code: str, period: Period, place: Place) -> bool:
    """Strike a remark that was not sent yet; whether there was one. Raises NotPermitted, MonthIsClosed."""
    _require_review(area_code)
    with writing() as session:
        row, _reported = _handed_in(session, paper, area_code, period, place)
        for old in remarks_of(row.id, row.number):
            if old.place == place and old.sent_at is None:
                session.delete(old)
                return True
    return False


def send_remarks(session: Session, row: Submission) -> int:
    """The remarks on the version go back with it, in the caller's transaction; how many there are."""
    known = remarks_of(row.id, row.number)
    for each in known:
        each.sent_at = each.sent_at or utc_now()
    session.flush()
    return len(known)


def adjust(
    paper: Paper, area_code: str, period: Period, place: Place, *, adjusted: str, reason: str, on: date, today: date
) -> Adjustment:
    """调整说明: put the street's figure, its day and its reason beside what the community handed in.

    Raises SubmissionRefused, NotPermitted, MonthIsClosed.
    """
    actor = _require_review(area_code)
    with writing() as session:
        row, reported = _handed_in(session, paper, area_code, period, place)
        value, words = check_adjustment(reported, adjusted, reason, on, today=today)
        made = Adjustment(
            **_cell(row, place, reported, actor),
            adjusted=value,
            reason=words,
            adjusted_on=on,
        )
        session.add(made)
        audit.record(
            "adjusted", "report_center", area_code=area_code, row_uid=row.uid,
            note=f"{period.title}{paper.title} {place.text} {reported} {value}"[:200],
        )  # fmt: skip
    return made


def _handed_in(session: Session, paper: Paper, area_code: str, period: Period, place: Place) -> tuple[Submission, str]:
    """The locked row, and what its version prints in that cell."""
    refuse_if_final(area_code, period.last)
    row = session.execute(
        select(Submission)
        .where(Submission.area_code == area_code, Submission.paper == paper.name, Submission.period == period.key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar()
    if row is None or row.state not in LOCKED:
        state = STATE_NAMES[row.state] if row is not None else STATE_NAMES["missing"]
        raise SubmissionRefused(f"这份报表现在是“{state}”，没有提交稿可以核对。")
    stored = version_of(row.id, row.number)
    if stored is None:
        raise SubmissionRefused("这份报表的提交稿找不到了，请联系系统管理员核对备份。")
    return row, check_place(place, cells_of(stored.document))


def _cell(row: Submission, place: Place, reported: str, actor: Actor) -> dict[str, object]:
    return {
        "submission_id": row.id, "area_code": row.area_code, "number": row.number, "table_title": place.table[:200],
        "row_title": place.row[:200], "column_title": place.column[:200], "reported": reported[:200],
        "at": utc_now(), "by_id": actor.user_id, "by_name": actor.name,
    }  # fmt: skip


def _require_review(area_code: str) -> Actor:
    actor = current_actor()
    if not may_review(actor, area_code):
        raise NotPermitted("这份报表由街道核对，您的岗位不能写意见或调整说明。")
    return actor
