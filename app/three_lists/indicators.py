"""Figures of the three lists: needs gathered, open and solved, projects under way."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from app.lowcode.indicators import Indicator, register_indicator
from app.periods.rules import Period
from app.security.wall import within
from app.three_lists import rules
from app.three_lists.models import Need, Project


def _needs(prefixes: tuple[str, ...]) -> Select[Any]:
    return select(Need.id).where(within(Need.area_code, prefixes), Need.deleted_at.is_(None))


def _counts(statement: Select[Any]) -> Select[Any]:
    """Needs sent back or withdrawn are no needs of the list."""
    return statement.where(Need.state.is_(None) | Need.state.not_in(("returned", "cancelled")))


def _gathered(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    return _counts(_needs(prefixes)).where(Need.registered_on.between(period.first, period.last))


def _solved(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    return _counts(_needs(prefixes)).where(Need.solved_on.between(period.first, period.last))


def _open(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    return _counts(_needs(prefixes)).where(
        Need.registered_on <= period.last, Need.solved_on.is_(None) | (Need.solved_on > period.last)
    )


def _under_way(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    return select(Project.id).where(
        within(Project.area_code, prefixes),
        Project.deleted_at.is_(None),
        Project.opened_on <= period.last,
        Project.finished_on.is_(None) | (Project.finished_on > period.last),
    )


def _done(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    return select(Project.id).where(
        within(Project.area_code, prefixes),
        Project.deleted_at.is_(None),
        Project.state.in_(rules.FINISHED),
        Project.finished_on.between(period.first, period.last),
    )


GATHERED = register_indicator(
    Indicator(
        "needs_gathered",
        "新征集需求",
        "提出日期在本期内的需求件数，已退回和已撤销的不算。",
        "件",
        "needs",
        _gathered,
        register="needs",
    )
)
OPEN = register_indicator(
    Indicator(
        "needs_open",
        "未解决需求",
        "到本期最后一天已提出、还没有解决的需求件数，已退回和已撤销的不算。",
        "件",
        "needs",
        _open,
        register="needs",
    )
)
SOLVED = register_indicator(
    Indicator("needs_solved", "已解决需求", "解决日期在本期内的需求件数。", "件", "needs", _solved, register="needs")
)
UNDER_WAY = register_indicator(
    Indicator(
        "projects_under_way",
        "实施中的项目",
        "到本期最后一天已立项、还没有完成也没有终止的项目个数。",
        "个",
        "projects",
        _under_way,
        register="projects",
    )
)
DONE = register_indicator(
    Indicator(
        "projects_done",
        "完成的项目",
        "完成日期在本期内、验收合格或已销号的项目个数。",
        "个",
        "projects",
        _done,
        register="projects",
    )
)
