"""Monthly progress of projects: telling it, what was told and what is missing, and the months a project stood still."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from app.clock import local
from app.database.transactions import writing
from app.extensions import db
from app.fields.sentence import Sentence
from app.lowcode.service import SaveRefused
from app.periods.rules import Period
from app.security.actor import Actor, NotPermitted, acting_as
from app.security.beyond import beyond_scope
from app.security.models import Change
from app.security.wall import within
from app.three_lists import rules
from app.three_lists.models import Project, ProjectProgress

PUT_OFF = Sentence("项目暂缓，这个月没有实施。")


def month_before(day: date) -> Period:
    """The last month that was over by the morning of a day."""
    return Period.of("month", day.replace(day=1) - timedelta(days=1))


def lines_of(project_id: int) -> Sequence[ProjectProgress]:
    """Lines of a project within scope, the newest month first."""
    wanted = select(ProjectProgress).where(ProjectProgress.project_id == project_id)
    return db.session.execute(wanted.order_by(ProjectProgress.month_on.desc())).scalars().all()


def missed_of(project: Project, lines: Sequence[ProjectProgress], today: date) -> list[date]:
    """First days of the months without a line. A project that is put off now is asked once it goes on."""
    if project.state not in (*rules.ON_THE_WAY, *rules.FINISHED):
        return []
    return rules.missed_months(project.opened_on, project.finished_on, {each.month_on for each in lines}, today)


def tell(project: Project, raw: Mapping[str, str], *, by: Actor, today: date) -> ProjectProgress:
    """The line of one month; told again it replaces what was said, and the history keeps both.

    `raw` are `month` (2026-10), `percent` and `words` as typed. Raises SaveRefused, NotPermitted.
    """
    with acting_as(by), writing():
        fresh = db.session.get(Project, project.id)
        if fresh is None or fresh.deleted_at is not None or not may_tell(fresh, by):
            raise NotPermitted("这个项目不在您负责的范围内，或您的岗位不能报它的进展。")
        percent_text, words = raw.get("percent", "").strip().rstrip("%％"), raw.get("words", "").strip()
        percent = int(percent_text) if percent_text.isdecimal() and len(percent_text) <= 3 else None
        allowed = {f"{day:%Y-%m}": day for day in rules.may_tell_of(fresh.opened_on, fresh.state, today)}
        month = allowed.get(raw.get("month", ""))
        errors = rules.progress_errors(month, percent, words, allowed.values())
        if percent_text and percent is None:
            errors["percent"] = Sentence("完成百分比填 0 到 100 的整数。")
        if errors or month is None:
            raise SaveRefused(errors)
        with beyond_scope():  # the lead unit tells of a project it does not keep
            return _write(fresh, month, percent, words, told_by=by.name, today=today)


def may_tell(project: Project, actor: Actor) -> bool:
    """Those who keep the project, and the people of its lead unit who see it."""
    if actor.covers("projects", "write", project.area_code):
        return True
    return project.lead_unit_id in unit_ids(actor) and actor.covers("projects", "read", project.area_code)


def unit_ids(actor: Actor) -> tuple[int, ...]:
    """Units the person has a post in."""
    posts = actor.access.posts if actor.access is not None else ()
    return tuple(sorted({post.unit_id for post in posts if post.unit_id is not None}))


def stood_still(project: Project, *, until: date) -> None:
    """A project that goes on again: the months at whose end it was put off have a line that says so."""
    since = _put_off_on(project)
    if since is None:
        return
    told = {each.month_on for each in lines_of(project.id)}
    month = Period.of("month", since)
    while month.last < until:
        if month.first not in told:
            _write(project, month.first, None, str(PUT_OFF), told_by="系统", today=until)
        month = month.following()


def _put_off_on(project: Project) -> date | None:
    """The day it was last put off, as the history has it."""
    wanted = select(Change.at, Change.after).where(
        Change.register == Project.__tablename__, Change.row_id == project.id, Change.action == "changed"
    )
    with beyond_scope():
        for at, after in db.session.execute(wanted.order_by(Change.id.desc())):
            if (after or {}).get("state") == "paused":
                return local(at).date()
    return None


def _write(
    project: Project, month: date, percent: int | None, words: str, *, told_by: str, today: date
) -> ProjectProgress:  # fmt: skip
    wanted = select(ProjectProgress).where(ProjectProgress.project_id == project.id, ProjectProgress.month_on == month)
    row = db.session.execute(wanted).scalar()
    if row is None:
        row = ProjectProgress(area_code=project.area_code, project_id=project.id, month_on=month)
        db.session.add(row)
    row.percent, row.words, row.told_by, row.told_on = percent, words, told_by, today
    db.session.flush()
    return row


def silent(
    prefixes: tuple[str, ...], month: Period, day: date, *, limit: int, units: tuple[int, ...] = ()
) -> Sequence[Project]:  # fmt: skip
    """Projects on the way through a whole month that had no line of it when a day ended, by the day they end: those of
    areas, and those a unit leads wherever the reader sees them."""
    statement = select(Project).where(_silent(prefixes, month, day, units)).order_by(Project.ends_on, Project.id)
    return db.session.execute(statement.limit(limit)).scalars().all()


def count_silent(prefixes: tuple[str, ...], month: Period, day: date) -> int:
    """How many there were."""
    return db.session.execute(select(func.count(Project.id)).where(_silent(prefixes, month, day))).scalar_one()


def _silent(
    prefixes: tuple[str, ...], month: Period, day: date, units: tuple[int, ...] = ()
) -> ColumnElement[bool]:  # fmt: skip
    told = select(ProjectProgress.project_id).where(
        ProjectProgress.month_on == month.first, ProjectProgress.told_on <= day
    )
    was_on_the_way: Any = Project.state.in_(rules.ON_THE_WAY) | (
        Project.state.in_(rules.FINISHED) & (Project.finished_on > month.last) & (Project.finished_on > day)
    )
    return (
        (within(Project.area_code, prefixes) | Project.lead_unit_id.in_(units)) & Project.deleted_at.is_(None) & was_on_the_way
        & (Project.opened_on < month.first) & Project.id.not_in(told)
    )  # fmt: skip
