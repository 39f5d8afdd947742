"""The papers of meetings: 会议记录, 会议纪要, 签到表, 组织生活开展情况表."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from app.areas.queries import name_of
from app.lowcode.papers import Paper, PaperRequest, Subject, register_paper
from app.meetings import notice, owners_rules, queries, rules, timing
from app.meetings.issuing import issuer_of
from app.meetings.kinds import OwnCode
from app.meetings.models import Attendee, OwnersVote
from app.meetings.queries import MeetingRecord, TopicRecord
from app.meetings.saving import automatic_name
from app.meetings.sign_in_sheet import sign_in_of
from app.periods.rules import PeriodKind
from app.settings.queries import profile
from reports.contents import meeting_matrix, minutes, resolutions_note
from reports.document import Document, FootLine, Imprint, Paragraph, Table

PLAIN_OFFICES = ("", "党员")
MATRIX_NOTE = "定稿的会议才计算在内；党小组会按所属党小组中开得最少的计算。"


def _record(request: PaperRequest) -> MeetingRecord | None:
    meeting = queries.meeting_by_key(request.subject) if request.subject else None
    return queries.record_of(meeting) if meeting is not None else None


def _nothing(title: str, request: PaperRequest) -> Document:
    return Document(
        title=f"{name_of(request.area_code)}{title}",
        blocks=(Paragraph(f"{request.period.title}没有会议。"),),
        subtitle=f"统计期：{request.period.title}",
    )


def build_minutes(request: PaperRequest) -> Document:
    """会议记录 of one meeting."""
    record = _record(request)
    return _nothing("会议记录", request) if record is None else minutes_of(record)


def minutes_of(record: MeetingRecord) -> Document:
    """会议记录; 草稿 until it is locked."""
    meeting = record.meeting
    return minutes.build(
        minutes.Meeting(
            organisation=record.body_name, kind=_kind_after(record), began_at=record.began_at,
            place=meeting.venue or "",
            host=meeting.host or "", recorder=meeting.recorder or "", name=meeting.name or "",
            number=meeting.number or "", ended_at=record.ended_at, published_from=meeting.published_from,
            published_until=meeting.published_until, owners=_owners(record), convened_by=_convened_by(record),
        ),
        _attendance(record),
        [_item(topic, record) for topic in record.topics] + _loose(record),
        is_draft=not meeting.is_final,
        short_code=meeting.uid[:8].upper(),
    )  # fmt: skip


def _kind_after(record: MeetingRecord) -> str:
    """第一网格党支部 + 党员大会, not 党支部支部党员大会."""
    name = record.kind.name
    return name.removeprefix("支部") if record.body_name.endswith("支部") else name


def _attendance(record: MeetingRecord) -> minutes.Attendance:
    count = record.tally
    votes = record.kind.may_vote
    return minutes.Attendance(
        due_count=count.due,
        present=tuple(_name(row) for row in record.with_status("present")),
        on_leave=_absences(record.with_status("leave")),
        absent=_absences(record.with_status("absent")),
        excluded=_absences(record.with_status("excluded")),
        observers=tuple(_with_office(row) for row in record.with_status("observer")),
        voters_due=count.voters_due if votes else None,
        voters_present=count.voters_present if votes else None,
        quorum=rules.quorum_finding(record.kind, count).sentence if record.kind.quorum else "",
    )


def _absences(rows: Sequence[Attendee]) -> tuple[minutes.Absence, ...]:
    return tuple(minutes.Absence(row.name, row.reason) for row in rows)


def _name(row: Attendee) -> str:
    """A unit is named with whom it sent; one without a vote is marked so."""
    if row.person_register == "units" and row.office:
        return f"{row.name}（{row.office}）"
    return f"{row.name}（预备党员）" if row.office == "预备党员" else row.name


def _with_office(row: Attendee) -> str:
    """Whom a council member speaks for is no office, and does not stand behind his name."""
    is_plain = row.office in PLAIN_OFFICES or row.person_register == "council_members"
    return row.name if is_plain else f"{row.name}（{row.office}）"


def _item(topic: TopicRecord, record: MeetingRecord) -> minutes.Item:
    method = OwnCode("vote_method").show
    speeches = tuple(minutes.Said(speech.speaker, speech.text) for speech in topic.speeches)
    if topic.topic.points:
        speeches = (*speeches, minutes.Said("讨论要点", topic.topic.points))
    return minutes.Item(
        topic.topic.title,
        topic.topic.proposer,
        speeches,
        tuple(
            minutes.Vote(v.matter, v.in_favour, v.against, v.abstained, v.is_passed, method(v.method))
            for v in topic.votes
        ),
        tuple(
            minutes.Resolution(row.text, record.duties[row.id], row.due_on, row.person or "")
            for row in topic.resolutions
        ),
        tuple(_owners_vote(vote) for vote in topic.owners_votes),
    )  # fmt: skip


def _owners(record: MeetingRecord) -> minutes.OwnersPart | None:
    if record.kind.counted_by != "owners":
        return None
    whole = record.meeting.owners
    return minutes.OwnersPart(whole.count, whole.area)


def _convened_by(record: MeetingRecord) -> str:
    found = queries.convening_committee(record.meeting) if record.kind.counted_by == "owners" else None
    return found[1] if found is not None else ""


def _owners_vote(vote: OwnersVote) -> minutes.OwnersVote:
    matter, ballot = owners_rules.matter_of(vote.matter_kind), vote.ballot
    found = owners_rules.outcome(matter, vote.owners, ballot)
    return minutes.OwnersVote(
        vote.matter, matter.label, OwnCode("owners_vote_method").show(vote.method),
        _part(ballot.took_part, vote.owners), _part(ballot.in_favour, ballot.took_part),
        _part(ballot.against, ballot.took_part), _part(ballot.abstained, ballot.took_part),
        found.rule, found.sentence, vote.is_passed,
    )  # fmt: skip


def _part(part: owners_rules.Owners, whole: owners_rules.Owners) -> minutes.OwnersPart:
    share = owners_rules.percent
    return minutes.OwnersPart(part.count, part.area, share(part.count, whole.count), share(part.area, whole.area))


def _loose(record: MeetingRecord) -> list[minutes.Item]:
    if not record.loose:
        return []
    rows = tuple(
        minutes.Resolution(row.text, record.duties[row.id], row.due_on, row.person or "") for row in record.loose
    )
    return [minutes.Item("其他议定事项", resolutions=rows)]


def build_note(request: PaperRequest) -> Document:
    """会议纪要 of one meeting."""
    record = _record(request)
    return _nothing("会议纪要", request) if record is None else note_of(record)


def note_of(record: MeetingRecord) -> Document:
    """会议纪要 in the form of GB/T 9704; 草稿 until it is issued with its number."""
    meeting = record.meeting
    body = issuer_of(meeting)
    issuer = body.name if body is not None else record.body_name
    resolved = [
        resolutions_note.Resolved(
            row.text, record.duties[row.id], row.due_on, title=topic.topic.title if number == 0 else ""
        )
        for topic in record.topics
        for number, row in enumerate(topic.resolutions)
    ]
    single = all(len(topic.resolutions) <= 1 for topic in record.topics)
    if not single or record.loose:
        # Several resolutions of one topic are counted on; a heading for the first alone would hide the others.
        resolved = [replace(item, title="") for item in resolved] + [
            resolutions_note.Resolved(row.text, record.duties[row.id], row.due_on) for row in record.loose
        ]
    present = record.with_status("present")
    return resolutions_note.build(
        resolutions_note.Held(
            _called(record), meeting.held_on, meeting.venue or "会议室", meeting.host or ""
        ),
        resolved,
        resolutions_note.Rolls(
            tuple(_with_office(row) for row in present),
            tuple(_with_office(row) for row in record.with_status("leave")),
            tuple(_with_office(row) for row in record.with_status("observer")),
        ),
        mark=f"{issuer}{'' if issuer.endswith('会议') else '会议'}纪要",
        issue=meeting.issue or "",
        issuer=issuer,
        issued_on=meeting.issued_on or meeting.held_on,
        heard=[topic.topic.title for topic in record.topics if not topic.resolutions and not topic.votes],
        considered=[line for line in (meeting.considered or "").splitlines() if line.strip()],
        imprint=Imprint(printed_by=issuer, printed_on=meeting.issued_on) if meeting.issued_on else None,
        is_draft=not meeting.issue,
    )  # fmt: skip


def _called(record: MeetingRecord) -> str:
    """The name somebody gave it; else whose meeting of what kind it was."""
    meeting = record.meeting
    if meeting.name and meeting.name != automatic_name(meeting.kind, meeting.held_on):
        return meeting.name
    return f"{record.body_name}{_kind_after(record)}"


def build_sign_in(request: PaperRequest) -> Document:
    """签到表 of one meeting."""
    record = _record(request)
    return _nothing("会议签到表", request) if record is None else sign_in_of(record, request.actor, today=request.today)


def build_matrix(request: PaperRequest) -> Document:
    """组织生活开展情况表 of a year, up to the day of printing."""
    year = request.period.year
    as_of = min(request.period.last, request.today)
    found = queries.matrix((request.area_code,), year=year, as_of=as_of)
    heads = [
        meeting_matrix.MeetingKind(kind.name, *timing.due_times(kind.frequency, year=year, as_of=as_of))
        for kind in found.kinds
    ]
    branches = [
        meeting_matrix.BranchYear(
            line.name,
            {kind.name: cell.held for kind, cell in zip(found.kinds, line.cells, strict=True) if cell.held is not None},
        )
        for line in found.lines
    ]
    document = meeting_matrix.build(
        heads, branches, organisation=name_of(request.area_code) or profile().name, year=year, as_of=as_of,
        foot_line=FootLine((("填报单位（盖章）", ""), ("填表人", ""), ("审核人", ""), ("填报日期", as_of.isoformat()))),
    )  # fmt: skip
    table = document.blocks[0]
    assert isinstance(table, Table)
    return replace(document, blocks=(replace(table, note=f"{table.note}{MATRIX_NOTE}"),))


def subjects(request: PaperRequest) -> list[Subject]:
    """Every meeting of the period within the area."""
    period = request.period
    return [
        Subject(row.uid, f"{row.held_on.isoformat()} {row.name}", row.area_code)
        for row in queries.meetings_between(request.area_code, period.first, period.last)
    ]


def issued_subjects(request: PaperRequest) -> list[Subject]:
    """Meetings of the period whose resolutions may be issued as 纪要."""
    period = request.period
    rows = queries.meetings_between(request.area_code, period.first, period.last)
    return [
        Subject(row.uid, f"{row.held_on.isoformat()} {row.name}", row.area_code)
        for row in rows
        if issuer_of(row) is not None
    ]


PERIODS: tuple[PeriodKind, ...] = ("month", "quarter", "half", "year", "week")


def install_papers() -> None:
    """Make the papers known; again changes nothing."""
    of_meeting: Any = partial(Paper, group="meetings", resource="meetings", subject="会议", periods=PERIODS)
    for made in (
        of_meeting(
            "minutes", "会议记录", build=build_minutes, subjects=subjects, numbered_by="record",
            signed_by="signature_lines",
        ),
        of_meeting(
            "resolutions_note", "会议纪要", build=build_note, subjects=issued_subjects, numbered_by="minutes",
            signed_by="head",
        ),
        of_meeting(
            "public_notice", "公示", build=notice.build_notice, subjects=notice.subjects, numbered_by="record",
            signed_by="signature",
        ),
        of_meeting(
            "sign_in", "签到表", build=build_sign_in, subjects=subjects, is_frozen=False, numbered_by="record",
            signed_by="nobody",
        ),
        Paper("meeting_matrix", "组织生活开展情况表", "meetings", "meetings", build_matrix, periods=("year",)),
    ):  # fmt: skip
        register_paper(made)
