"""Telling other rooms that a need is solved or a project accepted, and that it is not any more (facts).

Who gets points for it is theirs to say; the fact names the grid worker only where the rosters leave no doubt about him.
What changes in the rosters later is no news.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from app.areas.rules import COMMUNITY_DIGITS
from app.extensions import db
from app.facts.news import is_news
from app.facts.service import happened
from app.lowcode.register import register
from app.security.beyond import beyond_scope
from app.three_lists import rules
from app.three_lists.models import Need, Project

NEED_SOLVED, NEED_UNSOLVED = "need_solved", "need_unsolved"
PROJECT_ACCEPTED, PROJECT_UNACCEPTED = "project_accepted", "project_unaccepted"


def tell_of_project(row: Project, day: date) -> None:
    """验收合格 by the grid worker whose name stands under 责任人, in the community the project lies in."""
    cause = [row.area_code, row.person or ""]
    on = row.finished_on or day
    if is_news(row, PROJECT_ACCEPTED, PROJECT_UNACCEPTED, holds=_holds(row), cause=cause, on=on):
        model = register("grid_workers").model
        within = model.area_code.startswith(row.area_code[:COMMUNITY_DIGITS], autoescape=True)
        who = _only_worker(within & (model.name == row.person), on) if row.person else ""
        _tell(PROJECT_ACCEPTED, row, on=on, cause=cause, who=who)


def tell_of_need(row: Need, day: date) -> None:
    """办结 in the grid whose only grid worker he is."""
    cause = [row.area_code]
    on = row.solved_on or day
    if is_news(row, NEED_SOLVED, NEED_UNSOLVED, holds=_holds(row), cause=cause, on=on):
        who = _only_worker(register("grid_workers").model.area_code == row.area_code, on)
        _tell(NEED_SOLVED, row, on=on, cause=cause, who=who)


def _holds(row: Need | Project) -> bool:
    return row.deleted_at is None and row.state in rules.FINISHED


def _tell(kind: str, row: Any, *, on: date, cause: list[str], who: str) -> None:
    person = {"person_register": "grid_workers", "person_uid": who} if who else {}
    happened(kind, row, on=on, details={"cause": cause, **person})


def _only_worker(condition: Any, on: date) -> str:
    """The uid of the one grid worker in post on a day of whom it is true; '' where there is none or more than one."""
    model = register("grid_workers").model
    statement = select(model.uid).where(
        condition, model.deleted_at.is_(None),
        model.hired_on.is_(None) | (model.hired_on <= on), model.left_on.is_(None) | (model.left_on >= on),
    )  # fmt: skip
    with beyond_scope():
        found = db.session.execute(statement.limit(2)).scalars().all()
    return found[0] if len(found) == 1 else ""
