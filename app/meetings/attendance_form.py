"""Ticking attendance: what the browser sent, and the form as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from app.fields.cells import clean
from app.language import gettext as _
from app.lowcode.page_models.parts import Note
from app.lowcode.sent import sent_id
from app.meetings import rules
from app.meetings.models import Attendee
from app.meetings.page_models import AttendancePage, AttendeeView, GuestView
from app.meetings.pages import quorum_view
from app.meetings.queries import MeetingRecord


def typed_marks(form: Any) -> dict[int, tuple[str, str]]:
    """Attendee id → (status, reason)."""
    found = {}
    for name in form:
        head, _dash, id_ = name.partition("-")
        if head == "status" and (number := sent_id(id_)):
            found[number] = (form[name], clean(form.get(f"reason-{id_}", "")))
    return found


def attendance_page(
    record: MeetingRecord, *, marks: Mapping[int, tuple[str, str]] | None = None,
    errors: Mapping[str, str] | None = None, guest: tuple[str, str] = ("", ""),
) -> AttendancePage:  # fmt: skip
    """The form; `marks` are those typed, where they were refused."""
    meeting, marks, errors = record.meeting, marks or {}, dict(errors or {})
    expected = [row for row in record.attendees if row.status != "observer"]
    people = tuple(_person(number, row, marks, errors) for number, row in enumerate(expected, 1))
    general = tuple(_(text) for key, text in errors.items() if not key.startswith("status-"))
    wrong = sum(key.startswith("status-") for key in errors)
    if wrong:
        general = (_("没有保存：有 %(n)s 人要补写原因，看下面标红的地方。", n=wrong), *general)
    notes: tuple[Note, ...] = ()
    if not expected:
        notes = (Note(_("名册里没有找到应到的人。请先在名册登记，再点“按名册更新”。"), "amber"),)
    return AttendancePage(
        title=_("点名"),
        subtitle=f"{record.body_name} {meeting.name} {meeting.held_on.isoformat()}",
        submit_url=url_for("MeetingView.attendance", meeting_id=meeting.id),
        cancel_url=url_for("MeetingView.show", meeting_id=meeting.id),
        version=meeting.version,
        quorum=quorum_view(meeting, record.kind, record.tally),
        statuses=tuple((key, _(label)) for key, label in rules.STATUSES if key not in ("pending", "observer")),
        people=people,
        guests=tuple(
            GuestView(
                row.name, row.office, url_for("MeetingView.remove_guest", meeting_id=meeting.id, attendee_id=row.id)
            )
            for row in record.with_status("observer")
        ),
        guest_url=url_for("MeetingView.add_guest", meeting_id=meeting.id),
        reasons=(*rules.LEAVE_REASONS, *rules.EXCLUSION_REASONS),
        has_votes=record.kind.may_vote,
        errors=general,
        notes=notes,
        guest_name=guest[0],
        guest_office=guest[1],
        refresh_url=url_for("MeetingView.refresh", meeting_id=meeting.id),
        sheet_url=url_for("MeetingView.paper", meeting_id=meeting.id, name="sign_in", format_="pdf"),
    )


def _person(
    number: int, row: Attendee, marks: Mapping[int, tuple[str, str]], errors: Mapping[str, str]
) -> AttendeeView:
    status, reason = marks.get(row.id, (row.status, row.reason))
    error = _(errors.get(f"status-{row.id}", ""))
    return AttendeeView(row.id, number, row.name, row.office, row.has_vote, status, reason, error)
