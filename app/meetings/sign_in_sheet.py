"""签到表 of a meeting: to be signed before attendance is ticked, with who came and why not after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select

from app.extensions import db
from app.lowcode.register import registers
from app.lowcode.viewing import viewer_of
from app.meetings import rules
from app.meetings.models import Attendee
from app.meetings.queries import MeetingRecord
from app.security.actor import Actor
from reports.contents import sign_in
from reports.document import Document, Table

SIGNED = {"present": "已到", "leave": "", "absent": "", "excluded": "", "pending": "", "observer": "列席"}


BLANK_ROWS = 5


ROWS_A_PAGE = 23
"""Rows of a sign-in sheet on its first page; blank ones must not make a second page by themselves."""


def sign_in_of(record: MeetingRecord, actor: Actor, *, today: date) -> Document:
    """签到表: to be signed before attendance is ticked, with who came and why not after it."""
    expected = [row for row in record.attendees if row.status != "observer" or not record.tally.due]
    guests = [row for row in record.attendees if row.status == "observer" and row not in expected]
    rows = [*expected, *guests]
    phones = phones_of(rows, actor, today=today)
    is_ticked = record.tally.pending < record.tally.due or bool(record.tally.excluded)
    document = sign_in.build(
        [sign_in.Guest(row.name, row.office, phones.get(row.id, "")) for row in rows],
        meeting=f"{record.body_name} {record.meeting.name}",
        begins_at=record.began_at,
        place=record.meeting.venue or "",
        host=record.meeting.host or "",
        blank_rows=0 if is_ticked else _blank_rows(len(rows)),
    )
    return _with_marks(document, rows) if is_ticked else document


def _blank_rows(count: int) -> int:
    room = -count % ROWS_A_PAGE
    return min(BLANK_ROWS, room) if room >= 2 else BLANK_ROWS


def _with_marks(document: Document, rows: Sequence[Attendee]) -> Document:
    """The sheet with who came in the column 签名, and leave, absence and exclusion with their reasons in 备注."""
    names = dict(rules.STATUSES)
    *head, table = document.blocks
    assert isinstance(table, Table)
    marked = []
    for cells, row in zip(table.rows, rows, strict=True):
        remark = "" if row.status in ("present", "pending", "observer") else names[row.status]  # type: ignore[index]
        marked.append((*cells[:4], SIGNED[row.status], f"{remark}：{row.reason}" if row.reason else remark))
    columns = (*table.columns[:-1], replace(table.columns[-1], width=2.2))
    return replace(document, blocks=(*head, replace(table, columns=columns, rows=tuple(marked))))


def phones_of(rows: Sequence[Attendee], actor: Actor, *, today: date) -> dict[int, str]:
    """Telephone by attendee id, as the actor may see it; read from the rosters, never kept with the meeting."""
    found: dict[int, str] = {}
    for reg in registers():
        wanted = {row.person_uid: row.id for row in rows if row.person_register == reg.name and row.person_uid}
        columns = [column for column in reg.declared_columns if column.name == "phone"]
        if not wanted or not columns or not actor.allows(reg.name, "read"):
            continue
        viewer = viewer_of(reg, actor, today=today)
        statement = select(reg.model).where(reg.model.uid.in_(wanted), reg.model.deleted_at.is_(None))
        for person in db.session.execute(statement).scalars():
            found[wanted[person.uid]] = viewer.show(columns[0], person)
    return found
