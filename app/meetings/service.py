"""Locking, issuing and opening again; receipts of resolutions; files."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app.clock import utc_now
from app.database.transactions import writing
from app.extensions import db
from app.facts.service import happened
from app.fields.sentence import Sentence, one_after_another
from app.files.service import attach, remove
from app.lowcode.service import SaveRefused
from app.meetings import owners_votes, rules, timing
from app.meetings.attendance import attendees_of, ballot_of, changeable, mark_of, votes_of
from app.meetings.closing import refuse_in_closed_month
from app.meetings.issuing import issuer_of, take_issue
from app.meetings.models import Meeting, Resolution, Topic
from app.notices.service import settle
from app.security import audit
from app.security.actor import current_actor, require

LONGEST_RECEIPT = 20_000


def obstacles(meeting: Meeting, today: date) -> list[str]:
    """Why the minutes cannot be made final yet, in words."""
    marks = [mark_of(row) for row in attendees_of(meeting.id)]
    ballots = [(vote.matter, ballot_of(vote)) for vote in votes_of(meeting.id)]
    topics = db.session.execute(select(Topic.id).where(Topic.parent_id == meeting.id).limit(1)).scalar()
    found = rules.lock_obstacles(
        meeting.rules_kind, marks, ballots, held_on=meeting.held_on, today=today, has_topics=topics is not None,
        host=meeting.host or "", recorder=meeting.recorder or "",
    )  # fmt: skip
    return found + owners_votes.obstacles_of(meeting)


def lock(meeting_id: int, *, today: date) -> Meeting:
    """定稿: nothing of the minutes changes any more. Publishes `meeting_held`. Raises SaveRefused, NotPermitted."""
    with writing() as session:
        meeting = changeable(meeting_id)
        found = obstacles(meeting, today)
        if found:
            raise SaveRefused({"": Sentence("还不能定稿：%(why)s", why=one_after_another(*found))})
        meeting.state_code, meeting.locked_at, meeting.locked_by = "final", utc_now(), current_actor().name
        session.flush()
        happened(
            "meeting_held", meeting, on=meeting.held_on,
            details={"kind": meeting.kind, "due": meeting.due_count, "present": meeting.present_count},
        )  # fmt: skip
        if meeting.rules_kind.is_training:
            _tell_who_was_trained(meeting)
    return meeting


def _tell_who_was_trained(meeting: Meeting) -> None:
    """One fact for each who was there and stands in a roster, always in the same order."""
    there = [row for row in attendees_of(meeting.id) if row.status == "present" and row.person_uid]
    for row in sorted(there, key=lambda row: (row.person_register, row.person_uid)):
        details = {"person_register": row.person_register, "person_uid": row.person_uid}
        happened("training_attended", meeting, on=meeting.held_on, details=details)


def reopen(meeting_id: int, *, reason: str) -> Meeting:
    """Open locked minutes again; the reason goes into the audit chain. Publishes `meeting_reopened`.

    Raises SaveRefused, NotPermitted.
    """
    if not reason.strip():
        raise SaveRefused({"reason": "请写明重新打开的原因，它会留在记录里。"})
    with writing() as session:
        meeting = session.get(Meeting, meeting_id, populate_existing=True)
        if meeting is None or not meeting.is_final:
            raise SaveRefused({"": "这次会议没有定稿，不用重新打开。"})
        require("meetings", "write", meeting.area_code)
        refuse_in_closed_month(meeting.area_code, meeting.held_on)
        meeting.state_code, meeting.locked_at, meeting.locked_by = "draft", None, None
        audit.record(
            "reopened", "meetings", area_code=meeting.area_code, row_uid=meeting.uid, note=reason.strip()[:200]
        )
        session.flush()
        happened("meeting_reopened", meeting, on=meeting.held_on, details={"kind": meeting.kind})
    return meeting


def issue(meeting_id: int, *, today: date) -> Meeting:
    """编发纪要: give the note its number. Raises SaveRefused where the body may not issue, or the minutes are open."""
    with writing() as session:
        meeting = session.get(Meeting, meeting_id, populate_existing=True)
        if meeting is None:
            raise SaveRefused({"": "这次会议已不在。"})
        require("meetings", "write", meeting.area_code)
        if not meeting.is_final:
            raise SaveRefused({"": "会议记录定稿以后才能编发纪要。"})
        if meeting.issue:
            raise SaveRefused({"": f"这次会议的纪要已经编为{meeting.issue}。"})
        body = issuer_of(meeting)
        if body is None:
            raise SaveRefused({"": "召开这次会议的组织不能发文。可以发文的，请先在党组织名册里把“可发文”填为“是”。"})
        meeting.issue, meeting.issued_on = take_issue(meeting, body, today=today), today
    return meeting


def finish(
    resolution_id: int, *, done_on: date | None, receipt: str, today: date, version: int | None = None
) -> Resolution:
    """办结: tick a resolution off with its receipt. Publishes `resolution_done`. Raises SaveRefused, NotPermitted."""
    with writing() as session:
        row = _resolution(resolution_id, version)
        if row.state_code == "done":
            raise SaveRefused({"": "这件事已经办结。"})
        errors = dict(
            timing.resolution_errors(row.text, None, held_on=row.held_on or date.min, done_on=done_on, today=today)
        )
        if done_on is None:
            errors["done_on"] = "请填写办结日期。"
        if not receipt.strip():
            errors["receipt"] = "请写明办理结果，例如：已安装充电桩 4 个，居民代表验收。"
        if errors:
            raise SaveRefused(errors)
        row.state_code, row.done_on, row.receipt = "done", done_on, receipt.strip()[:LONGEST_RECEIPT]
        session.flush()
        settle(row)
        assert done_on is not None
        happened(
            "resolution_done", row, on=done_on,
            details={
                "due_on": row.due_on.isoformat() if row.due_on else None,
                "is_late": bool(row.due_on and done_on > row.due_on),
                "person_register": row.person_register, "person_uid": row.person_uid,
            },
        )  # fmt: skip
    return row


def reopen_resolution(resolution_id: int) -> Resolution:
    """Take a tick back (the wrong one was ticked, the work was not accepted). Publishes `resolution_reopened`.

    Raises SaveRefused, NotPermitted.
    """
    with writing() as session:
        row = _resolution(resolution_id)
        if row.state_code != "done":
            raise SaveRefused({"": "这件事还没有办结。"})
        done_on = row.done_on or date.min
        row.state_code, row.done_on = "open", None
        session.flush()
        happened("resolution_reopened", row, on=done_on)
    return row


def _resolution(resolution_id: int, version: int | None = None) -> Resolution:
    row = db.session.get(Resolution, resolution_id, populate_existing=True)
    if row is None or row.deleted_at is not None:
        raise SaveRefused({"": "这条议定事项已不在。"})
    require("resolutions", "write", row.area_code)
    if version is not None and version != row.version:
        raise SaveRefused({"": "您打开这一页以后，别人改过这条事项。请看最新的内容，再填一次。"})
    return row


def add_file(record: Meeting | Resolution, *, label: str, name: str, data: bytes) -> None:
    """Attach a photo or paper; its name begins with what it is (签到表). Raises FileRefused, NotPermitted."""
    kept = f"{label}_{name}" if label and not name.startswith(label) else name
    attach(record.__tablename__, record.uid, record.area_code, kept, data)


def remove_file(meeting_id: int, attachment_id: int) -> None:
    """Take a file away while the minutes are open. Raises SaveRefused, NotPermitted."""
    with writing():
        changeable(meeting_id)
        remove(attachment_id)
