"""Steps of 报送: filling in words, handing in, giving back, passing; each in one transaction, each kept."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.areas.queries import name_of
from app.clock import utc_now
from app.database.transactions import writing
from app.lowcode.papers import Paper, PaperRequest
from app.notices.service import notify, settle
from app.periods.queries import refuse_if_final
from app.periods.rules import Period
from app.report_center.checking.service import send_remarks
from app.report_center.comparison import counting_period
from app.report_center.documents import live_document, word_fields, work_done
from app.report_center.models import Submission, SubmissionStep, SubmissionVersion
from app.report_center.queries import is_asked_of, may_review, owns, submitted_papers
from app.report_center.rules import (
    MISSING,
    ActionName,
    SubmissionRefused,
    check_period,
    check_reason,
    next_state,
)
from app.security import audit
from app.security.actor import Actor, NotPermitted, current_actor
from app.security.beyond import beyond_scope
from reports import canonical
from reports.document import Document, Paragraph

LONGEST_WORDS = 4000
MOST_NAMED = 6
NOTICE = "submission"
_CHANGED_MEANWHILE = "这份报表刚刚被别人改动过。请刷新页面，看清现在的状态再操作。"


def fill(
    paper: Paper, area_code: str, period: Period, words: Mapping[str, str], *, today: date, at: datetime | None = None
) -> Submission:
    """Keep what the office wrote itself. Raises SubmissionRefused, NotPermitted, MonthIsClosed."""
    _require_own("fill", area_code)
    _refuse_unasked(paper, area_code, period)
    kept = {name: words.get(name, "").strip()[:LONGEST_WORDS] for name, _label in word_fields(paper)}
    if period.first > today:
        raise SubmissionRefused(f"{period.title}还没有开始，不用填写。")
    with _step(paper, area_code, period, "fill") as (session, row):
        if row.words != kept:
            row.words = kept
            _note(session, row, "fill", at=at)
    return row


def submit(
    paper: Paper, area_code: str, period: Period, *, today: date, at: datetime | None = None
) -> SubmissionVersion:
    """Hand the paper in: its Document is frozen as the next version.

    Raises SubmissionRefused, NotPermitted, MonthIsClosed.
    """
    document = _ready(paper, area_code, period, today=today)
    return _hand_in(paper, area_code, period, document, at=at)


def submit_nil(
    paper: Paper, area_code: str, period: Period, *, today: date, at: datetime | None = None
) -> SubmissionVersion:
    """零报告: hand in that nothing happened. Refused, naming the figures, where something did.

    Raises SubmissionRefused, NotPermitted, MonthIsClosed.
    """
    document = _ready(paper, area_code, period, today=today)
    done = work_done(paper, PaperRequest(area_code, period, today, current_actor()), document)
    if done:
        raise SubmissionRefused(f"不能零报告：{period.title}有{'、'.join(done[:MOST_NAMED])}。请核对后正常提交。")
    sentence = Paragraph(f"本期零报告：{period.title}没有发生需要报送的新情况。")
    said = replace(document, blocks=(sentence, *document.blocks))
    return _hand_in(paper, area_code, period, said, at=at, is_nil=True)


def _ready(paper: Paper, area_code: str, period: Period, *, today: date) -> Document:
    """The paper as it is to be handed in, after all that speaks against it was asked."""
    actor = _require_own("submit", area_code)
    _refuse_unasked(paper, area_code, period)
    check_period(counting_period(paper.name, period).last, period.title, today=today)
    return replace(live_document(paper, PaperRequest(area_code, period, today, actor)), is_draft=False)


def _hand_in(
    paper: Paper, area_code: str, period: Period, document: Document, *, at: datetime | None, is_nil: bool = False
) -> SubmissionVersion:
    actor = current_actor()
    data = canonical.to_bytes(document)
    moment = at or utc_now()
    with _step(paper, area_code, period, "submit") as (session, row):
        row.number += 1
        row.is_nil = is_nil
        row.submitted_at, row.submitted_by_id, row.submitted_by = moment, actor.user_id, actor.name
        row.reason, row.reviewed_at, row.reviewed_by = "", None, ""
        version = SubmissionVersion(
            submission_id=row.id, area_code=area_code, number=row.number, document=data,
            digest=canonical.sha256(document), at=moment, by_id=actor.user_id, by_name=actor.name,
        )  # fmt: skip
        session.add(version)
        _note(session, row, "submit", reason="零报告" if is_nil else "", at=moment)
        audit.record("submitted", "report_center", area_code=area_code, row_uid=row.uid, note=_title(paper, period))
        settle(row)
        _tell(
            row, "street_office", f"{name_of(area_code)}报来{period.title}{paper.title}", why="请核对后审核通过或退回。"
        )
    return version


def give_back(paper: Paper, area_code: str, period: Period, *, reason: str, at: datetime | None = None) -> Submission:
    """退回, with the reason the community reads and the remarks on single cells.

    Raises SubmissionRefused, NotPermitted, MonthIsClosed.
    """
    actor = _require_review(area_code)
    with _step(paper, area_code, period, "return") as (session, row):
        words = check_reason(reason, remarks=send_remarks(session, row))
        row.reason, row.reviewed_at, row.reviewed_by = words, at or utc_now(), actor.name
        _note(session, row, "return", reason=words, at=at)
        audit.record("returned", "report_center", area_code=area_code, row_uid=row.uid, note=_title(paper, period))
        settle(row)
        for role in ("community_secretary", "community_clerk"):
            _tell(row, role, f"{period.title}{paper.title}被退回", why=words)
    return row


def pass_paper(paper: Paper, area_code: str, period: Period, *, at: datetime | None = None) -> Submission:
    """审核通过: prints carry no 草稿 any more. Raises SubmissionRefused, NotPermitted, MonthIsClosed."""
    actor = _require_review(area_code)
    with _step(paper, area_code, period, "pass") as (session, row):
        if row.submitted_by_id is not None and row.submitted_by_id == actor.user_id:
            raise SubmissionRefused("自己提交的报表不能自己审核，请换一位同志。")
        row.reviewed_at, row.reviewed_by = at or utc_now(), actor.name
        _note(session, row, "pass", at=at)
        audit.record("passed", "report_center", area_code=area_code, row_uid=row.uid, note=_title(paper, period))
        settle(row)
        _tell(row, "community_secretary", f"{period.title}{paper.title}已审核通过", why="可以打印正式稿。")
    return row


@contextmanager
def _step(paper: Paper, area_code: str, period: Period, action: ActionName) -> Iterator[tuple[Session, Submission]]:
    """One step on the row of a paper, made where there is none: state checked first, set last, one transaction."""
    try:
        with writing() as session:
            refuse_if_final(area_code, period.last)
            row = _row_for_update(session, paper, area_code, period)
            state = next_state(row.state if row else MISSING, action)
            row = row or _new_row(session, paper, area_code, period)
            yield session, row
            row.state = state
    except (StaleDataError, IntegrityError) as clash:
        raise SubmissionRefused(_CHANGED_MEANWHILE) from clash


def _row_for_update(session: Session, paper: Paper, area_code: str, period: Period) -> Submission | None:
    return session.execute(
        select(Submission)
        .where(Submission.area_code == area_code, Submission.paper == paper.name, Submission.period == period.key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar()


def _new_row(session: Session, paper: Paper, area_code: str, period: Period) -> Submission:
    row = Submission(
        uid=secrets.token_hex(16), area_code=area_code, paper=paper.name, period=period.key, state=MISSING, words={},
        number=0, reason="", submitted_by="", reviewed_by="",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _note(session: Session, row: Submission, action: str, *, reason: str = "", at: datetime | None = None) -> None:
    actor = current_actor()
    session.add(
        SubmissionStep(
            submission_id=row.id, area_code=row.area_code, action=action, number=row.number, reason=reason,
            at=at or utc_now(), by_id=actor.user_id, by_name=actor.name,
        )
    )  # fmt: skip


def _tell(row: Submission, role: str, title: str, *, why: str) -> None:
    with beyond_scope():
        notify(
            key=f"submission:{row.uid}:{row.number}:{role}:{row.version}", kind=NOTICE, title=title,
            area_code=row.area_code, to_role=role, why=why, record=row, is_todo=False,
            url=f"/reports/submissions/{row.area_code}/{row.paper}/{row.period}",
        )  # fmt: skip


def _title(paper: Paper, period: Period) -> str:
    return f"{period.title}{paper.title}"


def _require_own(permission: str, area_code: str) -> Actor:
    actor = current_actor()
    if not owns(actor, permission, area_code):
        raise NotPermitted("报表由社区自己填写、由社区书记提交；您的岗位不能替这个社区做。")
    return actor


def _require_review(area_code: str) -> Actor:
    actor = current_actor()
    if not may_review(actor, area_code):
        raise NotPermitted("这份报表由街道审核，您的岗位不能审核或退回它。")
    return actor


def _refuse_unasked(paper: Paper, area_code: str, period: Period) -> None:
    if paper not in submitted_papers(period) or not is_asked_of(area_code):
        raise SubmissionRefused(f"“{paper.title}”不需要由这一级按{period.title}报送。")
