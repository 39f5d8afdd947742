"""Which body issues the 纪要 of a meeting, and its number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.areas.queries import name_of
from app.extensions import db
from app.lowcode.register import register
from app.meetings.models import Meeting
from app.numbering.rules import Series
from app.numbering.series import register_series
from app.numbering.service import take
from app.settings.queries import has_profile, profile


@dataclass(frozen=True, slots=True)
class IssuingBody:
    """Who issues, and under which series its notes are numbered."""

    name: str
    series: str


def issuer_of(meeting: Meeting) -> IssuingBody | None:
    """The body that issues the note: the party organisation marked 可发文, else the area's office in the profile.

    None where the kind has no note, or the body may not issue papers.
    """
    if not meeting.rules_kind.has_note:
        return None
    if meeting.organization_id is not None:
        row = db.session.get(register("party_organizations").model, meeting.organization_id)
        return IssuingBody(row.name, f"minutes-{row.uid}") if row is not None and row.may_issue_papers else None
    if meeting.compound_id is not None or not has_profile():
        return None
    found = profile().issuer(meeting.area_code, name_of(meeting.area_code))
    return IssuingBody(found.office, "minutes-area") if found is not None else None


def take_issue(meeting: Meeting, body: IssuingBody, *, today: date) -> str:
    """The next 第N期 of the body in this year, inside `writing()`."""
    register_series(Series(body.series, "会议纪要期号", "第{number}期"))
    given = take(body.series, area_code=meeting.area_code, year=today.year, record=meeting)
    return given.text
