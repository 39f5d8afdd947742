"""公示 of what a meeting resolved, for the days its record names; nothing private may stand in it."""

from __future__ import annotations

from app.areas.queries import name_of
from app.lowcode.papers import PaperRequest, Subject
from app.meetings import queries
from app.meetings.queries import MeetingRecord
from reports.contents import public_notice
from reports.document import Document, Paragraph, Table, TableColumn, Value, long_date

PHONE_TO_WRITE = "＿＿＿＿＿＿＿＿"
"""The office's own number is in no register and is written by hand; private ones never stand in a 公示."""


def build_notice(request: PaperRequest) -> Document:
    """公示 of one meeting; where it cannot be made, a paper that says why."""
    meeting = queries.meeting_by_key(request.subject) if request.subject else None
    record = queries.record_of(meeting) if meeting is not None else None
    if record is None:
        words = f"{request.period.title}没有登记了公示起止日期的会议。"
        return Document(f"{name_of(request.area_code)}公示", (Paragraph(words),), subtitle=request.period.title)
    try:
        return notice_of(record)
    except (public_notice.PrivateDataInNotice, ValueError) as refused:
        return Document(f"{record.body_name}公示", (Paragraph(f"{refused}。"),), is_draft=True)


def notice_of(record: MeetingRecord) -> Document:
    """The notice; 草稿 until the meeting's record is locked. Raises PrivateDataInNotice, ValueError for wrong days."""
    meeting = record.meeting
    assert meeting.published_from is not None
    assert meeting.published_until is not None
    kind = record.kind.name.removeprefix("支部") if record.body_name.endswith("支部") else record.kind.name
    held = f"{long_date(meeting.held_on)}，{record.body_name}召开{kind}，议定以下事项，现予公示。"
    return public_notice.build(
        about=f"{record.body_name}{kind}议定事项", paragraphs=[held], issuer=record.body_name,
        signed_on=meeting.published_from, shown_from=meeting.published_from, shown_until=meeting.published_until,
        contact=meeting.recorder or PHONE_TO_WRITE, phone=PHONE_TO_WRITE, table=_table(record),
        is_draft=not meeting.is_final,
    )  # fmt: skip


def _table(record: MeetingRecord) -> Table:
    columns = (
        TableColumn("序号", 0.6, "integer", "center"),
        TableColumn("议定事项", 4.4),
        TableColumn("责任单位", 2.0),
        TableColumn("完成时限", 1.4, "date"),
    )
    resolved = [row for topic in record.topics for row in topic.resolutions] + list(record.loose)
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (number, row.text, record.duties[row.id], row.due_on) for number, row in enumerate(resolved, 1)
    )
    return Table(columns, rows, empty_text="会议没有议定事项")


def subjects(request: PaperRequest) -> list[Subject]:
    """Meetings of the period within the area that are put on show from one day to another."""
    rows = queries.meetings_between(request.area_code, request.period.first, request.period.last)
    return [
        Subject(row.uid, f"{row.held_on.isoformat()} {row.name}", row.area_code)
        for row in rows
        if row.published_from is not None and row.published_until is not None
    ]
