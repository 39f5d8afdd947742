"""`verify` finds whatever somebody with the database's password changes: every column, every lost and every added row."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from sqlalchemy import Column, Table, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.extensions import db
from app.fields.types.figures import ExactNumber
from app.periods import service as periods
from app.periods.rules import Period
from app.points import proof, service
from app.points.checking import service as checking
from app.points.disputes import service as disputes
from app.points.models import PointsEntry, PointsHead, PointsSum, PointsText
from app.points.steps.models import PointsShowLine, PointsStep, PointsStepHead, PointsStepText, PointsWaiting
from app.report_center.months import proof as months_proof
from app.report_center.months import service as months
from app.security.actor import SYSTEM, acting_as
from app.security.beyond import beyond_scope
from tests.points.test_checking import give, past_the_triggers
from tests.points.world import build
from tests.world import HOME, TODAY

LEDGER: tuple[Any, ...] = (
    PointsEntry, PointsText, PointsSum, PointsHead, PointsStep, PointsStepText, PointsShowLine, PointsStepHead,
    PointsWaiting,
)  # fmt: skip
ERASABLE = frozenset({"matter", "note", "recorded_by_name", "measured", "words", "by_name"})
"""What erasing a person empties, all of it at once."""

TELLS_NOTHING = frozenset({"points_heads.area_code", "points_step_heads.area_code", "points_steps.id"})
"""From where the head of a chain is seen, and the number of a step nothing refers to: no figure and no word hangs on them."""


def another(column: Column[Any], value: Any) -> Any:
    """A value of the column's type that is not `value`."""
    kind = type(value) if value is not None else column.type.python_type
    if isinstance(column.type, ExactNumber):
        kind = Decimal
    if kind is date:
        return (value or date(2026, 1, 1)) + timedelta(days=1)
    if kind is datetime:
        return value + timedelta(seconds=1)
    if kind is bytes:
        return secrets.token_bytes(len(value))
    if kind is Decimal:
        return (value or Decimal(0)) + 1
    if kind is int:
        return (value or 0) + 1_000
    length = getattr(column.type, "length", None) or 40
    return (("换" + (value or ""))[:length]) if column.name not in ("area_code", "chain") else f"{value}9"[-length:]


def ledger_with_everything() -> None:
    """Entries that wait, that were checked and taken back, a month on show."""
    world = build()
    first = give(world, "清理楼道")
    checking.verify([first], by=world.street, today=TODAY)
    second = give(world, "修好路灯")
    checking.verify([second], by=world.street, today=TODAY)
    disputes.show(HOME, Period.numbered("month", 2026, 10), by=world.secretary, today=TODAY)
    service.reverse(second, reason="记在了别人名下", by=world.street, today=TODAY)
    give(world, "等着核的事")


def faults_after(change: Any) -> list[str]:
    """What verify says after one change, which is then taken back, so that the next one meets a sound ledger."""
    db.session.connection().execute(change)
    db.session.expunge_all()
    try:
        return proof.faults()
    finally:
        db.session.rollback()


def rows_of(table: Table) -> list[Any]:
    return list(db.session.connection().execute(select(table)).mappings())


def is_row(table: Table, row: Any) -> Any:
    conditions = [column == row[column.name] for column in table.primary_key.columns]
    return and_(*conditions)


def changes(table: Table) -> Iterator[tuple[str, Any]]:
    """Every column of one row changed (what erasing empties: emptied alone as well), every row lost, one row doubled."""
    rows = rows_of(table)
    for column in table.columns:
        for row in rows[-1:] if column.nullable and rows[-1][column.name] is None else rows[:1]:
            changed = {column.name: another(column, row[column.name])}
            yield f"{table.name}.{column.name}", update(table).where(is_row(table, row)).values(changed)
            others = any(row[name] is not None for name in ERASABLE & set(row) - {column.name})
            if column.name in ERASABLE and row[column.name] is not None and others:
                emptied = update(table).where(is_row(table, row)).values({column.name: None})
                yield f"{table.name}.{column.name} emptied", emptied
    for number, row in enumerate(rows):
        yield f"{table.name}, row {number} lost", delete(table).where(is_row(table, row))
    key = next(iter(table.primary_key.columns))
    unique = {"id", "uid", "seq", key.name}
    doubled = {
        column.name: another(column, rows[-1][column.name]) if column.name in unique else rows[-1][column.name]
        for column in table.columns
    }
    yield f"{table.name}, row added", insert(table).values(doubled)


def test_verify_finds_every_column_changed_and_every_row_lost_or_added(context: Any) -> None:
    ledger_with_everything()
    assert proof.faults() == []
    tables = [model.__table__ for model in LEDGER]
    for table in tables:
        with past_the_triggers(table.name):
            pass
    unseen = []
    with acting_as(SYSTEM), beyond_scope():
        for table in tables:
            for what, change in changes(table):
                try:
                    found = faults_after(change)
                except IntegrityError:
                    db.session.rollback()
                    continue  # the database itself refuses it
                if what not in TELLS_NOTHING and not all(found or [""]):
                    unseen.append(what)
    assert unseen == []
    assert proof.faults() == []


def test_a_final_month_whose_points_come_to_nought_is_proved(context: Any) -> None:
    world = build()
    made = give(world, "记错的事", checker=None)
    service.reverse(made, reason="记在了别人名下", by=world.secretary, today=TODAY)
    with acting_as(SYSTEM), patch.dict(periods._CHECKS, clear=True):
        final = months.finalise(HOME, Period.of("month", made.on), today=TODAY)
        assert final.figure_count
        assert months_proof.faults() == []
