"""应到 and 到会: the list drawn up from the rosters, ticked from the printed sheet, with guests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.database.transactions import writing
from app.extensions import db
from app.lowcode.service import SaveRefused
from app.meetings import rules
from app.meetings.closing import LOCKED, refuse_in_closed_month
from app.meetings.models import Attendee, Meeting, Topic, TopicVote
from app.meetings.sources import Expected, expected_for
from app.security.actor import require

LONGEST_REASON = 100


@dataclass(frozen=True, slots=True)
class Difference:
    """How the list differs from the rosters as they are now: names that are missing, names that are too many."""

    missing: tuple[str, ...]
    left_over: tuple[str, ...]


def attendees_of(meeting_id: int) -> list[Attendee]:
    """Everybody on the list, guests last, in print order."""
    statement = select(Attendee).where(Attendee.parent_id == meeting_id)
    rows = db.session.execute(statement.order_by(Attendee.position, Attendee.id)).scalars().all()
    return sorted(rows, key=lambda row: row.status == "observer")


def mark_of(row: Attendee) -> rules.Mark:
    """What the rules count of an attendee."""
    return rules.Mark(row.name, row.status, row.has_vote, row.reason)


def tally_of(rows: list[Attendee]) -> rules.Tally:
    """The numbers of a list."""
    return rules.tally(mark_of(row) for row in rows)


def _key(row: Attendee) -> tuple[str, str, str]:
    return row.person_register, row.person_uid, row.name if row.person_register == "party_organizations" else ""


def draw_up(meeting: Meeting) -> None:
    """Bring 应到 up to the rosters of the meeting's day, inside the caller's `writing()`.

    Those nobody has ticked yet come and go with the rosters; who was ticked stays as he was ticked.
    """
    wanted = {person.key: person for person in expected_for(meeting)}
    rows = attendees_of(meeting.id)
    known = {_key(row): row for row in rows if row.person_register}
    for key, row in known.items():
        if key not in wanted and row.status == "pending":
            db.session.delete(row)
    for position, (key, person) in enumerate(wanted.items()):
        found = known.get(key)
        if found is None:
            db.session.add(_attendee(meeting, person, position))
        else:
            _write(found, {"position": position, "has_vote": person.has_vote, "office": person.office[:100]})
            if found.status == "pending":
                _write(found, {"name": person.name})
    db.session.flush()
    _count(meeting)


def _attendee(meeting: Meeting, person: Expected, position: int) -> Attendee:
    return Attendee(
        parent_id=meeting.id, area_code=meeting.area_code, person_register=person.register, person_uid=person.uid,
        name=person.name, office=person.office[:100], has_vote=person.has_vote, status="pending",
        reason=person.excuse[:LONGEST_REASON], position=position,
    )  # fmt: skip


def _write(row: Any, values: Mapping[str, Any]) -> None:
    # Setting what is there already would count as a change in the history.
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _count(meeting: Meeting) -> None:
    count = tally_of(attendees_of(meeting.id))
    _write(meeting, {"due_count": count.due, "present_count": count.present, "leave_count": count.leave})


def difference(meeting: Meeting, rows: list[Attendee]) -> Difference:
    """What 按名册更新 would change. Two to four statements; not asked for locked meetings."""
    wanted = {person.key: person.name for person in expected_for(meeting)}
    known = {_key(row): row for row in rows if row.person_register}
    missing = tuple(name for key, name in wanted.items() if key not in known)
    return Difference(missing, tuple(r.name for key, r in known.items() if key not in wanted and r.status == "pending"))


def changeable(meeting_id: int, version: int | None = None) -> Meeting:
    """The meeting, fresh and open to changes, inside `writing()`. Raises SaveRefused, NotPermitted."""
    meeting = db.session.get(Meeting, meeting_id, populate_existing=True)
    if meeting is None or meeting.deleted_at is not None:
        raise SaveRefused({"": "这次会议已不在，可能刚被删除。"})
    require("meetings", "write", meeting.area_code)
    if meeting.is_final:
        raise SaveRefused({"": LOCKED})
    if version is not None and version != meeting.version:
        raise SaveRefused({"": "您打开这一页以后，别人改过这次会议。请返回重新打开，再填一次。"})
    refuse_in_closed_month(meeting.area_code, meeting.held_on)
    return meeting


def refresh(meeting_id: int) -> None:
    """按名册更新. Raises SaveRefused, NotPermitted."""
    with writing():
        draw_up(changeable(meeting_id))


def save_marks(meeting_id: int, marks: Mapping[int, tuple[str, str]], *, version: int | None = None) -> rules.Tally:
    """Tick attendance: id of the attendee → (status, reason). Those not named stay as they are.

    Raises SaveRefused with every reason at once, keyed `status-<id>`; also when votes already counted would no longer
    stand. NotPermitted.
    """
    with writing():
        meeting = changeable(meeting_id, version)
        rows = attendees_of(meeting.id)
        for row in rows:
            if row.id in marks and row.status != "observer":
                status, reason = marks[row.id]
                _write(row, {"status": status, "reason": reason.strip()[:LONGEST_REASON]})
                if status in ("present", "pending"):
                    _write(row, {"reason": ""})
        errors = rules.mark_errors({f"status-{row.id}": mark_of(row) for row in rows if row.id in marks})
        if errors:
            raise SaveRefused(errors)
        count = tally_of(rows)
        _refuse_broken_votes(meeting, count)
        db.session.flush()
        _count(meeting)
        settle_votes(meeting, count)
    return count


def _refuse_broken_votes(meeting: Meeting, count: rules.Tally) -> None:
    for vote in votes_of(meeting.id):
        errors = rules.ballot_errors(meeting.rules_kind, count, ballot_of(vote))
        if errors:
            raise SaveRefused({"": f"这样点名，已经记下的表决“{vote.matter}”就不成立了：{errors[0]}请先核对表决票数。"})


def settle_votes(meeting: Meeting, count: rules.Tally) -> None:
    """Work out anew whether each vote is carried, since 应到 or 实到 changed."""
    for vote in votes_of(meeting.id):
        result = rules.outcome(meeting.rules_kind, count, ballot_of(vote))
        _write(
            vote,
            {"voters_due": count.voters_due, "voters_present": count.voters_present, "is_passed": result.is_met},
        )


def votes_of(meeting_id: int) -> list[TopicVote]:
    """All votes of a meeting in the order of its topics."""
    statement = select(TopicVote).join(Topic, Topic.id == TopicVote.parent_id).where(Topic.parent_id == meeting_id)
    ordered = statement.order_by(Topic.position, Topic.id, TopicVote.position, TopicVote.id)
    return list(db.session.execute(ordered).scalars())


def ballot_of(vote: TopicVote) -> rules.Ballot:
    """The votes cast, as the rules take them."""
    return rules.Ballot(vote.in_favour, vote.against, vote.abstained)


def add_guest(meeting_id: int, *, name: str, office: str = "") -> Attendee:
    """列席: somebody who sits in and is not counted. Raises SaveRefused, NotPermitted."""
    name, office = name.strip(), office.strip()
    if not name:
        raise SaveRefused({"guest": "请填写列席人的姓名。"})
    with writing() as session:
        meeting = changeable(meeting_id)
        rows = attendees_of(meeting.id)
        if any(row.name == name and row.office == office for row in rows):
            raise SaveRefused({"guest": f"{name}已经在名单里了。"})
        guest = Attendee(
            parent_id=meeting.id, area_code=meeting.area_code, name=name[:80], office=office[:100], has_vote=False,
            status="observer", reason="", position=len(rows),
        )  # fmt: skip
        session.add(guest)
    return guest


def remove_guest(meeting_id: int, attendee_id: int) -> None:
    """Take a guest off the list again. Raises SaveRefused, NotPermitted."""
    with writing() as session:
        meeting = changeable(meeting_id)
        guest = session.get(Attendee, attendee_id)
        if guest is None or guest.parent_id != meeting.id or guest.status != "observer":
            raise SaveRefused({"": "只能移去列席人员；应到人员请按实际情况点名。"})
        session.delete(guest)
