"""What follows from saving a matter, telling its progress, or moving it on: number, limit, level, receipt, doors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.areas.rules import STREET_DIGITS
from app.clock import SHANGHAI, local, today
from app.database.transactions import is_writing
from app.extensions import db
from app.fields.limits import NaturalHours, limit_text
from app.letters.rules import names_of
from app.lowcode.flow.queries import Start
from app.lowcode.flow.service import Done
from app.lowcode.register import Register
from app.lowcode.service import SaveRefused
from app.numbering.rules import Series
from app.numbering.series import register_series
from app.numbering.service import take
from app.registers.unit_names import units_named
from app.security.actor import current_actor
from app.security.beyond import beyond_scope
from app.security.letting_in import close_door, let_in, units_inside
from app.settings.working_calendar import office_day, working_calendar
from app.supervision import rules
from app.supervision.models import ITEMS, SupervisionItem, SupervisionOrder, SupervisionProgress

SERIES = register_series(Series("supervision_item", "督办编号", "督{word}-{year}-{number:03d}"))
"""督001-2026-012: the middle is the street's last digits, 000 for a district's own."""
LIMIT_COLUMNS = ("due_on", "assigned_on", "days")
SEEN = "配合督办"


def fill_item(row: SupervisionItem) -> None:
    """Day it was given out, working days or limit, number, where they were not given."""
    row.assigned_on = row.assigned_on or today()
    if row.due_on is None:
        row.days = row.days or rules.USUAL_DAYS
        due = working_calendar().deadline(row.assigned_on, row.days)
        row.due_on, row.is_provisional = due.day, due.is_provisional
    elif row.id is None and working_calendar().add_working_days(row.assigned_on, row.days or 0) != row.due_on:
        row.days = None
    if not row.number and row.area_code and is_writing():
        word = row.area_code[STREET_DIGITS - 3 : STREET_DIGITS] or "000"
        issued = take(
            SERIES.name, area_code=row.area_code[:STREET_DIGITS], year=row.assigned_on.year, record=row, word=word
        )
        row.number = issued.text


def start(row: Any) -> Start:
    """A matter's clock runs from the day it was given out: so many working days, or to the close of a given day."""
    begins = datetime.combine(row.assigned_on or local(row.created_at).date(), time(), SHANGHAI)
    if row.days or row.due_on is None:
        return Start(begins, f"{row.days}工作日" if row.days else "")
    span = datetime.combine(row.due_on, office_day().closes, SHANGHAI) - begins
    return Start(begins, limit_text(NaturalHours(Decimal(int(span.total_seconds())) / 3600)))


def units(row: Any) -> tuple[int, ...]:
    """The lead unit answers; without one the area does."""
    return (row.unit_id,) if row.unit_id else ()


def refuse_other_limit(reg: Register, row: Any | None, values: Mapping[str, Any], day: date) -> dict[str, str]:  # noqa: ARG001
    """A guard of `lowcode.service.save`: a limit once given moves by 延期 only."""
    if reg.name != ITEMS or row is None:
        return {}
    changed = [name for name in LIMIT_COLUMNS if name in values and values[name] != getattr(row, name)]
    return dict.fromkeys(changed[:1], "期限定了就不能直接改。要延期，请在“办理”里申请，由领导批准。")


def refuse_removal(row: SupervisionItem, _day: date) -> None:
    """A supervision never goes away with its matter. Undoes the deletion it follows."""
    if row.deleted_at is not None and (why := rules.kept_reason(row.level or 0)):
        raise SaveRefused({"": why})


def let_partners_in(row: SupervisionItem, _day: date) -> None:
    """Helping units that are in the roster of units see the matter until it is closed."""
    wanted = set() if row.closed_on or row.deleted_at else set(_partner_ids(row))
    inside = set(units_inside(row))
    if gone := inside - wanted:
        close_door(row, why=SEEN, units=gone)
    let_in(row, sorted(wanted - inside), why=SEEN)


def _partner_ids(row: SupervisionItem) -> list[int]:
    return list(units_named(names_of(row.partners), row.area_code).units)


def fill_progress(row: SupervisionProgress) -> None:
    """The Monday of its week, the lead unit and a name."""
    if row.week_on:
        row.week_on = rules.monday(row.week_on)
    item = _item(row.item_id)
    if item is not None:
        row.unit_id = item.unit_id
        row.name = f"{item.name[:100]}（{row.week_on:%m-%d}起的一周）" if row.week_on else item.name[:100]
    row.told_by = row.told_by or current_actor().name or None


def _item(item_id: int | None) -> SupervisionItem | None:
    if item_id is None:
        return None
    with db.session.no_autoflush, beyond_scope():
        return db.session.get(SupervisionItem, item_id)


def note_progress(row: SupervisionProgress, _day: date) -> None:
    """Keep with the matter which weeks were told of, and the last line."""
    with beyond_scope():
        item = db.session.get(SupervisionItem, row.item_id)
        if item is None:
            return
        lines = db.session.execute(
            select(SupervisionProgress)
            .where(SupervisionProgress.item_id == item.id, SupervisionProgress.deleted_at.is_(None))
            .order_by(SupervisionProgress.week_on)
        ).scalars().all()  # fmt: skip
        item.told_weeks = [line.week_on.isoformat() for line in lines]
        item.last_progress, item.last_progress_on = (lines[-1].text, lines[-1].week_on) if lines else (None, None)
        db.session.flush()


def follow(reg: Register, row: Any, done: Done) -> None:
    """Keep what a step made of level, limit, receipt and doors."""
    if reg.name != ITEMS:
        return
    day, action = local(done.step.at).date(), done.action
    if level := rules.signed_level(action.key):
        row.level = max(row.level, level)
    if action.extends is not None and done.step.due_at is not None:
        row.due_on = local(done.step.due_at).date()
    if action.handles:
        row.result = done.step.note
        _note_receipt(row, replied_on=day)
    if done.flow.state(done.after.state).is_end:
        row.closed_on = day
        row.is_dropped = not done.flow.state(done.after.state).is_done
        if not row.is_dropped:
            _note_receipt(row, accepted_on=day)
        let_partners_in(row, day)
    db.session.flush()


def _note_receipt(row: SupervisionItem, **days: date) -> None:
    """Write the day into the order of the supervision that stands."""
    last = select(SupervisionOrder).where(SupervisionOrder.item_id == row.id).order_by(SupervisionOrder.id.desc())
    order = db.session.execute(last.limit(1)).scalar()
    if order is not None:
        for name, day in days.items():
            setattr(order, name, day)
