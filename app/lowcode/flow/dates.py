"""Dates of flows for papers: matters of any register on a flow, past the limit of the state they stand in or near it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from app.areas.queries import names_of
from app.clock import SHANGHAI, local
from app.extensions import db
from app.lowcode.dates import Dated, DateSource, Overdue, date_sources, register_dates
from app.lowcode.flow.models import FlowCase
from app.lowcode.flow.versions import attached
from app.lowcode.queries import row_titles
from app.lowcode.register import Register
from app.periods.rules import Period
from app.security.wall import within

MOST_READ = 500
NAME = "flows"


def late(code: str, period: Period, day: date, limit: int) -> Overdue:  # noqa: ARG001
    """Cases whose limit lay before that day and that have not ended; what ended since tells no limit any more."""
    rows: list[Dated] = []
    count = 0
    for reg in _registers():
        where = (FlowCase.due_at < _begin(day),)
        rows += _read(reg, code, where, day, limit)
        count += db.session.execute(_cases(reg, code, where, func.count())).scalar_one()
    return Overdue(tuple(sorted(rows, key=lambda row: row.on)[:limit]), count)


def coming(code: str, first: date, last: date) -> list[Dated]:
    """Cases whose limit falls on these days."""
    where = (FlowCase.due_at >= _begin(first), FlowCase.due_at < _begin(last + timedelta(days=1)))
    return [row for reg in _registers() for row in _read(reg, code, where, first, MOST_READ)]


def _registers() -> Sequence[Register]:
    """Registers on a flow whose room does not tell of their dates itself."""
    known = {source.name for source in date_sources()}
    return [reg for reg in attached() if reg.name not in known]


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=SHANGHAI)


def _cases(reg: Register, code: str, where: tuple[ColumnElement[bool], ...], *columns: Any) -> Select[Any]:
    model = reg.model
    return (
        select(*columns)
        .select_from(FlowCase)
        .join(model, (FlowCase.register == reg.name) & (FlowCase.row_id == model.id))
        .where(within(model.area_code, (code,)), model.deleted_at.is_(None), FlowCase.is_ended.is_(False), *where)
    )


def _read(reg: Register, code: str, where: tuple[ColumnElement[bool], ...], day: date, limit: int) -> list[Dated]:
    statement = _cases(reg, code, where, reg.model, FlowCase.due_at).order_by(FlowCase.due_at, reg.model.id)
    pairs = db.session.execute(statement.limit(limit)).all()
    units = units_of([row for row, _due in pairs])
    return [Dated(reg.title_of(row, day), units[row.id], local(due).date()) for row, due in pairs]


def units_of(rows: Sequence[Any]) -> dict[int, str]:
    """Row id → the unit that answers for it, else the name of its area."""
    asked = defaultdict(set)
    for row in rows:
        asked["unit" if getattr(row, "unit_id", None) else "area"].add(getattr(row, "unit_id", None) or row.area_code)
    units, areas = row_titles("units", asked["unit"]), names_of(sorted(asked["area"]))
    return {
        row.id: units.get(getattr(row, "unit_id", None) or 0, "") or areas.get(row.area_code, row.area_code)
        for row in rows
    }


SOURCE = register_dates(DateSource(NAME, "限时办理事项", late, coming))
