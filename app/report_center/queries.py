"""Reading 报送: who has handed in what, the locked versions, what was printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import g, has_request_context, request
from sqlalchemy import and_, select

from app.areas.models import Area
from app.areas.queries import in_area, live
from app.areas.rules import level_of
from app.extensions import db
from app.fields.calendar import Deadline
from app.lowcode.papers import Paper, papers
from app.periods.rules import Period
from app.report_center.models import RESOURCE, PrintRecord, Submission, SubmissionStep, SubmissionVersion
from app.report_center.rules import (
    DEADLINE_DAY,
    LOCKED,
    MISSING,
    PASSED,
    RETURNED,
    SUBMITTED,
    deadline_of,
    working_deadline,
)
from app.security.actor import Actor, current_actor
from app.security.beyond import beyond_scope
from app.security.roles import ROLES
from app.settings.profile import Level
from app.settings.queries import profile, setting
from app.settings.working_calendar import working_calendar
from reports import canonical
from reports.document import Document

DEADLINE_SETTING = "report_deadline_day"
SHIFT_SETTING = "report_deadline_shift"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one paper of one area stands."""

    area_code: str
    area: str
    paper: str
    paper_title: str
    state: str = MISSING
    number: int = 0
    reason: str = ""
    submitted_at: datetime | None = None
    is_nil: bool = False


@dataclass(frozen=True, slots=True)
class SubmissionGrid:
    """Communities × papers of one period."""

    period: Period
    deadline: date
    papers: tuple[Paper, ...]
    areas: tuple[tuple[str, str], ...]
    """(code, name), in the order of the codes."""
    cells: dict[tuple[str, str], Standing]
    """(area code, paper name) → where it stands."""

    def row(self, code: str) -> tuple[Standing, ...]:
        """The papers of one community, in order."""
        return tuple(self.cells[code, each.name] for each in self.papers)

    def with_state(self, *states: str) -> tuple[Standing, ...]:
        """All cells in one of these states, by community."""
        return tuple(cell for code, _name in self.areas for cell in self.row(code) if cell.state in states)


def submission_level() -> Level:
    """The level that hands papers in: 社区 (key `community`), else the one above the grids."""
    of = profile()
    if "community" in of.level_by_key:
        return of.level_by_key["community"]
    place = [level.key for level in of.levels].index(of.grid_level)
    return of.levels[max(place - 1, 0)]


def is_asked_of(area_code: str) -> bool:
    """Whether that area hands papers in."""
    return len(area_code) == submission_level().digits


def submitted_papers(period: Period) -> tuple[Paper, ...]:
    """Papers that go up for such a period: those marked so that exist for months."""
    if period.kind != "month":
        return ()
    return tuple(each for each in papers() if each.is_submitted and "month" in each.periods)


def deadline_day() -> int:
    """The day of the following month until which papers are handed in."""
    day = str(setting(DEADLINE_SETTING, DEADLINE_DAY))
    return int(day) if day.isdecimal() else DEADLINE_DAY


def deadline(period: Period) -> date:
    """The last day to hand in."""
    return exact_deadline(period).day


def exact_deadline(period: Period) -> Deadline:
    """The last day to hand in and whether it is 暂定: by the setting `report_deadline_day` (5 unless set).

    A day off moves it to the next working day, unless the office set `report_deadline_shift` to false.
    """
    found = deadline_of(period.last, deadline_day())
    if setting(SHIFT_SETTING, default=True) is False:
        return Deadline(found, is_provisional=False)
    return working_deadline(found, working_calendar())


def submission_grid(area_code: str, period: Period) -> SubmissionGrid:
    """Every community in and below an area, every paper asked for, as far as the actor may see. One statement, once
    for each page that is only read: the first page asks for one grid three times.
    """
    if not has_request_context() or request.method != "GET":
        return _read_grid(area_code, period)
    actor = current_actor()
    kept: dict[Any, SubmissionGrid] = g.setdefault("submission_grids", {})
    key = (area_code, period.key, actor.user_id, actor.is_system)
    if key not in kept:
        kept[key] = _read_grid(area_code, period)
    return kept[key]


def _read_grid(area_code: str, period: Period) -> SubmissionGrid:
    asked, level = submitted_papers(period), submission_level()
    statement = (
        select(Area.code, Area.name, Submission)
        .outerjoin(Submission, and_(Submission.area_code == Area.code, Submission.period == period.key))
        .where(in_area(area_code), Area.level == level.key, live(period.last))
        .order_by(Area.code)
    )
    areas: dict[str, str] = {}
    known: dict[tuple[str, str], Any] = {}
    for code, name, row in db.session.execute(statement):
        areas[code] = name
        if row is not None:
            known[code, row.paper] = row
    cells = {
        (code, each.name): _standing(code, name, each, known.get((code, each.name)))
        for code, name in areas.items()
        for each in asked
    }
    return SubmissionGrid(period, deadline(period), asked, tuple(areas.items()), cells)


def _standing(code: str, name: str, of: Paper, row: Submission | None) -> Standing:
    if row is None:
        return Standing(code, name, of.name, of.title)
    return Standing(code, name, of.name, of.title, row.state, row.number, row.reason, row.submitted_at, row.is_nil)


def missing(area_code: str, period: Period) -> tuple[Standing, ...]:
    """Papers not handed in yet, or given back and not handed in again, by community."""
    return submission_grid(area_code, period).with_state(MISSING, RETURNED)


def submission(area_code: str, paper: str, period: Period) -> Submission | None:
    """The row of one paper, within scope; None where nothing was written yet."""
    return db.session.execute(
        select(Submission)
        .where(Submission.area_code == area_code, Submission.paper == paper, Submission.period == period.key)
        .execution_options(populate_existing=True)
    ).scalar()


def words_for(paper: str, area_code: str, period: Period) -> dict[str, str]:
    """What the office wrote into a paper; {} before it did."""
    with beyond_scope():
        row = submission(area_code, paper, period)
        return dict(row.words) if row is not None else {}


def is_draft(paper: str, area_code: str, period: Period) -> bool:
    """Whether a print carries 草稿: a community's until it is passed, a street's until all of its communities' are."""
    if paper not in {each.name for each in submitted_papers(period)}:
        return False
    with beyond_scope():
        if len(area_code) > submission_level().digits:
            return False
        cells = submission_grid(area_code, period).cells
        return any(cell.state != PASSED for (_code, name), cell in cells.items() if name == paper)


@dataclass(frozen=True, slots=True)
class StoredPaper:
    """A version as it was handed in."""

    number: int
    document: Document
    digest: str
    at: datetime
    by: str


def locked_version(paper: str, area_code: str, period: Period) -> StoredPaper | None:
    """The version that counts now: of a paper handed in or passed; None while it is being filled. Within scope."""
    row = submission(area_code, paper, period)
    if row is None or row.state not in LOCKED:
        return None
    return version_of(row.id, row.number)


def version_of(submission_id: int, number: int) -> StoredPaper | None:
    """One version of a submission, within scope."""
    row = db.session.execute(
        select(SubmissionVersion).where(
            SubmissionVersion.submission_id == submission_id, SubmissionVersion.number == number
        )
    ).scalar()
    if row is None:
        return None
    return StoredPaper(row.number, canonical.from_bytes(row.document), row.digest, row.at, row.by_name)


def steps_of(submission_id: int) -> list[SubmissionStep]:
    """The history of a submission, newest first."""
    statement = (
        select(SubmissionStep).where(SubmissionStep.submission_id == submission_id).order_by(SubmissionStep.id.desc())
    )
    return list(db.session.execute(statement).scalars())


def version_numbers(submission_id: int) -> list[tuple[int, datetime, str, str]]:
    """(number, moment, person, digest) of all versions, newest first; without the papers themselves."""
    statement = (
        select(SubmissionVersion.number, SubmissionVersion.at, SubmissionVersion.by_name, SubmissionVersion.digest)
        .where(SubmissionVersion.submission_id == submission_id)
        .order_by(SubmissionVersion.number.desc())
    )
    return [tuple(row) for row in db.session.execute(statement).all()]  # type: ignore[misc]


def waiting_for_review(prefixes: Sequence[str]) -> list[tuple[str, str, str]]:
    """(area code, paper, period) of what was handed in below those areas and not looked at, oldest first."""
    statement = (
        select(Submission.area_code, Submission.paper, Submission.period)
        .where(Submission.state == SUBMITTED)
        .order_by(Submission.period, Submission.area_code)
        .limit(500)
    )
    rows = db.session.execute(statement).all()
    return [tuple(row) for row in rows if any(row[0].startswith(prefix) for prefix in prefixes)]  # type: ignore[misc]


def owned_areas(actor: Actor, permission: str) -> tuple[str, ...]:
    """Areas that hand papers in and in which the actor himself sits with that permission.

    A street may look into its communities and give papers back, but it never writes theirs.
    """
    if actor.access is None:
        return ()
    digits = submission_level().digits
    return tuple(
        sorted(
            {
                post.area_code
                for post in actor.access.posts
                if len(post.area_code) == digits
                and post.role in ROLES
                and (RESOURCE, permission) in actor.access.grants.get(post.role, frozenset())
            }
        )
    )


def owns(actor: Actor, permission: str, area_code: str) -> bool:
    """Whether the actor sits in that very area with that permission; the system everywhere."""
    return actor.is_system or area_code in owned_areas(actor, permission)


def may_review(actor: Actor, area_code: str) -> bool:
    """Whether the actor looks at papers of that area from above it."""
    return actor.is_system or any(
        area_code.startswith(prefix) and len(prefix) < len(area_code) for prefix in actor.prefixes(RESOURCE, "review")
    )


def recent_prints(area_code: str, *, limit: int = 12) -> list[PrintRecord]:
    """What was printed in and below an area, newest first, within scope."""
    low, high = area_code, area_code + "~"
    statement = (
        select(PrintRecord)
        .where(PrintRecord.area_code >= low, PrintRecord.area_code < high)
        .order_by(PrintRecord.id.desc())
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def level_name_of(area_code: str) -> str:
    """What the level of an area is called."""
    return level_of(area_code, profile().levels).name
