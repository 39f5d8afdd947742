"""Reads of meetings: one with all that belongs to it, what waits to be done, and the year of every branch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import func, select

from app.areas.queries import name_of, names_of
from app.extensions import db
from app.lowcode.queries import row_titles
from app.lowcode.register import register
from app.lowcode.sent import sent_id
from app.meetings import rules, timing
from app.meetings.attendance import attendees_of, tally_of
from app.meetings.default_kinds import BRANCHES
from app.meetings.kinds import kinds
from app.meetings.models import Attendee, Meeting, OwnersVote, Resolution, Topic, TopicSpeech, TopicVote
from app.meetings.sources import sitting_committee
from app.security.wall import within


@dataclass(frozen=True)
class TopicRecord:
    """One topic with all that belongs to it, in order."""

    topic: Topic
    speeches: tuple[TopicSpeech, ...]
    votes: tuple[TopicVote, ...]
    owners_votes: tuple[OwnersVote, ...]
    resolutions: tuple[Resolution, ...]


@dataclass(frozen=True)
class MeetingRecord:
    """One meeting with all that belongs to it. `duties` names who sees to each resolution, by its id."""

    meeting: Meeting
    kind: rules.MeetingKind
    body_name: str
    attendees: tuple[Attendee, ...]
    tally: rules.Tally
    topics: tuple[TopicRecord, ...]
    loose: tuple[Resolution, ...]
    """Resolutions of no topic."""
    duties: dict[int, str]

    @property
    def resolutions(self) -> tuple[Resolution, ...]:
        """All of them in the order of the agenda."""
        return (*(row for topic in self.topics for row in topic.resolutions), *self.loose)

    def with_status(self, *statuses: str) -> list[Attendee]:
        """Attendees of these statuses in print order."""
        return [row for row in self.attendees if row.status in statuses]

    @property
    def began_at(self) -> datetime:
        """Day and hour; midnight where no hour is written."""
        return datetime.combine(self.meeting.held_on, timing.read_time(self.meeting.begins_at) or time())

    @property
    def ended_at(self) -> datetime | None:
        """Day and hour of the end, where it is written."""
        end = timing.read_time(self.meeting.ends_at)
        return datetime.combine(self.meeting.held_on, end) if end else None


def record_of(meeting: Meeting) -> MeetingRecord:
    """Everything about a meeting; about ten statements."""
    topics = db.session.execute(
        select(Topic).where(Topic.parent_id == meeting.id).order_by(Topic.position, Topic.id)
    ).scalars().all()  # fmt: skip
    ids = [topic.id for topic in topics]
    speeches, votes, counts = (_children(model, ids) for model in (TopicSpeech, TopicVote, OwnersVote))
    resolutions = db.session.execute(
        select(Resolution)
        .where(Resolution.meeting_id == meeting.id, Resolution.deleted_at.is_(None))
        .order_by(Resolution.position, Resolution.id)
    ).scalars().all()  # fmt: skip
    by_topic: dict[int | None, list[Resolution]] = defaultdict(list)
    for row in resolutions:
        by_topic[row.topic_id if row.topic_id in ids else None].append(row)
    attendees = attendees_of(meeting.id)
    return MeetingRecord(
        meeting,
        meeting.rules_kind,
        body_name(meeting),
        tuple(attendees),
        tally_of(attendees),
        tuple(
            TopicRecord(
                topic,
                tuple(speeches[topic.id]),
                tuple(votes[topic.id]),
                tuple(counts[topic.id]),
                tuple(by_topic[topic.id]),
            )
            for topic in topics
        ),
        tuple(by_topic[None]),
        responsible_names(resolutions),
    )


def _children(model: Any, topic_ids: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    if topic_ids:
        statement = select(model).where(model.parent_id.in_(topic_ids)).order_by(model.position, model.id)
        for row in db.session.execute(statement).scalars():
            found[row.parent_id].append(row)
    return found


def body_name(meeting: Meeting) -> str:
    """Who held it: the organisation, the 小区 or the area."""
    if meeting.organization_id is not None:
        titles = row_titles("party_organizations", {meeting.organization_id})
        return titles.get(meeting.organization_id) or name_of(meeting.area_code)
    if meeting.compound_id is not None:
        return row_titles("residential_compounds", {meeting.compound_id}).get(meeting.compound_id, "")
    return name_of(meeting.area_code)


def convening_committee(meeting: Meeting) -> tuple[int, str] | None:
    """Id and name of the 业委会 of the meeting's 小区 that sits on its day; None where there is none, or it is hidden."""
    if meeting.compound_id is None:
        return None
    row = sitting_committee(meeting.compound_id, meeting.held_on)
    return (row.id, row.name) if row is not None else None


def responsible_names(rows: Sequence[Resolution]) -> dict[int, str]:
    """Who sees to each resolution: the unit, the party organisation, else the area; three statements."""
    units = row_titles("units", {row.unit_id for row in rows if row.unit_id})
    bodies = row_titles("party_organizations", {row.organization_id for row in rows if row.organization_id})
    areas = names_of(row.area_code for row in rows)
    return {
        row.id: units.get(row.unit_id or 0) or bodies.get(row.organization_id or 0) or areas.get(row.area_code, "")
        for row in rows
    }


def meeting_by_key(key: str) -> Meeting | None:
    """The live meeting of that uid or id, within scope."""
    condition = Meeting.id == id_ if (id_ := sent_id(key)) else Meeting.uid == key
    return db.session.execute(select(Meeting).where(condition, Meeting.deleted_at.is_(None))).scalar()


def meetings_between(area_code: str, first: date, last: date) -> list[Meeting]:
    """Meetings of an area, in order of day."""
    statement = select(Meeting).where(
        within(Meeting.area_code, (area_code,)), Meeting.held_on >= first, Meeting.held_on <= last,
        Meeting.deleted_at.is_(None),
    )  # fmt: skip
    return list(db.session.execute(statement.order_by(Meeting.held_on, Meeting.begins_at, Meeting.id)).scalars())


def open_resolutions(
    prefixes: tuple[str, ...],
    *,
    due_by: date,
    due_from: date | None = None,
    limit: int | None = None,
    as_of: date | None = None,
) -> list[Resolution]:
    """Resolutions not done (now, or at the end of `as_of`) whose limit has come by that day, the oldest limit first;
    of those whose limit is not before `due_from` where that is said."""
    statement = (
        select(Resolution)
        .where(
            within(Resolution.area_code, prefixes), _open_on(as_of), Resolution.due_on <= due_by,
            Resolution.deleted_at.is_(None), Resolution.due_on >= (due_from or date.min),
        )
        .order_by(Resolution.due_on, Resolution.id)
        .limit(limit)
    )  # fmt: skip
    return list(db.session.execute(statement).scalars())


def count_overdue(prefixes: tuple[str, ...], today: date, *, as_of: date | None = None) -> int:
    """How many resolutions are past their limit and not done (now, or at the end of `as_of`)."""
    statement = select(func.count(Resolution.id)).where(
        within(Resolution.area_code, prefixes), _open_on(as_of), Resolution.due_on < today,
        Resolution.deleted_at.is_(None),
    )  # fmt: skip
    return db.session.execute(statement).scalar_one()


def _open_on(day: date | None) -> Any:
    """Not done now; or not yet done at the end of a day, though it may have been since."""
    is_open = Resolution.state_code == "open"
    return is_open if day is None else is_open | (Resolution.done_on > day)


def drafts_before(prefixes: tuple[str, ...], day: date, *, limit: int) -> list[Meeting]:
    """Meetings held before that day whose minutes are still open."""
    statement = select(Meeting).where(
        within(Meeting.area_code, prefixes), Meeting.state_code == "draft", Meeting.held_on < day,
        Meeting.deleted_at.is_(None),
    )  # fmt: skip
    return list(db.session.execute(statement.order_by(Meeting.held_on, Meeting.id).limit(limit)).scalars())


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind in one branch: times held (final minutes), drafts besides, due by now. `held` None: does not apply."""

    held: int | None
    drafts: int
    due: int


@dataclass(frozen=True, slots=True)
class BranchLine:
    """One branch's year, its cells in the order of the kinds."""

    organization_id: int
    name: str
    area_code: str
    cells: tuple[Cell, ...]

    @property
    def missing(self) -> int:
        """How many kinds were held less often than due."""
        return sum(cell.held is not None and cell.held < cell.due for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Matrix:
    """A year of branches × kinds."""

    kinds: tuple[rules.MeetingKind, ...]
    lines: tuple[BranchLine, ...]


def matrix_kinds() -> tuple[rules.MeetingKind, ...]:
    """Kinds that a branch or its groups must hold so and so often."""
    return tuple(
        kind
        for kind in kinds()
        if kind.frequency is not None
        and kind.body == "organization"
        and (not kind.body_kinds or set(kind.body_kinds) & {*BRANCHES, "group"})
    )


def matrix(prefixes: tuple[str, ...], *, year: int, as_of: date) -> Matrix:
    """The year of every branch in the areas, up to and including `as_of`; four statements.

    党小组会 counts the group that held fewest, since every group must hold it.
    """
    model = register("party_organizations").model
    alive = (within(model.area_code, prefixes), model.deleted_at.is_(None))
    found = select(model.id, model.name, model.area_code).where(model.kind.in_(BRANCHES), *alive)
    branches = db.session.execute(found.order_by(model.area_code, model.id)).all()
    groups: dict[int, list[int]] = defaultdict(list)
    for group_id, parent_id in db.session.execute(
        select(model.id, model.parent_id).where(model.kind == "group", *alive)
    ):
        groups[parent_id].append(group_id)
    held = _held(prefixes, year, as_of)
    members = _full_members(prefixes)
    wanted = matrix_kinds()
    lines = tuple(
        BranchLine(id_, name, area, tuple(_cell(kind, id_, groups[id_], held, members, year, as_of) for kind in wanted))
        for id_, name, area in branches
    )
    return Matrix(wanted, lines)


def _held(prefixes: tuple[str, ...], year: int, as_of: date) -> dict[tuple[int, str, str], int]:
    statement = (
        select(Meeting.organization_id, Meeting.kind, Meeting.state_code, func.count(Meeting.id))
        .where(
            within(Meeting.area_code, prefixes), Meeting.held_on >= date(year, 1, 1), Meeting.held_on <= as_of,
            Meeting.organization_id.is_not(None), Meeting.deleted_at.is_(None),
        )
        .group_by(Meeting.organization_id, Meeting.kind, Meeting.state_code)
    )  # fmt: skip
    return {(body, kind, state): count for body, kind, state, count in db.session.execute(statement)}


def _full_members(prefixes: tuple[str, ...]) -> dict[int, int]:
    model = register("party_members").model
    statement = (
        select(model.organization_id, func.count(model.id))
        .where(
            within(model.area_code, prefixes), model.roster == "registered", model.kind == "full",
            model.left_on.is_(None), model.deleted_at.is_(None),
        )
        .group_by(model.organization_id)
    )  # fmt: skip
    return {body: count for body, count in db.session.execute(statement) if body is not None}


def _cell(
    kind: rules.MeetingKind, branch_id: int, groups: list[int], held: dict[tuple[int, str, str], int],
    members: dict[int, int], year: int, as_of: date,
) -> Cell:  # fmt: skip
    due, _in_year = timing.due_times(kind.frequency, year=year, as_of=as_of)
    if kind.body_kinds == ("group",):
        if not groups:
            return Cell(None, 0, 0)
        drafts = sum(held.get((id_, kind.key, "draft"), 0) for id_ in groups)
        return Cell(min(held.get((id_, kind.key, "final"), 0) for id_ in groups), drafts, due)
    count = held.get((branch_id, kind.key, "final"), 0)
    if kind.fewest_full_members and members.get(branch_id, 0) < kind.fewest_full_members and not count:
        return Cell(None, 0, 0)
    return Cell(count, held.get((branch_id, kind.key, "draft"), 0), due)
