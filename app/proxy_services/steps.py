"""What follows from saving an order or moving it on: who it is about, A or B, the three gates, and its day."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from app.areas.rules import COMMUNITY_DIGITS
from app.clock import local, today
from app.database.transactions import is_writing
from app.extensions import db
from app.fields.sentence import Sentence
from app.lowcode.flow.models import FlowStep
from app.lowcode.flow.service import Done, StepRefused
from app.lowcode.queries import row_titles
from app.lowcode.register import Register, register
from app.numbering.rules import Series
from app.numbering.series import register_series
from app.numbering.service import take
from app.proxy_services import queries, rules
from app.proxy_services.entitlements import entitlements
from app.proxy_services.models import ORDERS, ProxyItem, ProxyOrder
from app.security.actor import current_actor
from app.security.beyond import beyond_scope
from app.settings.working_calendar import working_calendar

SERIES = register_series(Series("proxy_order", "代办单编号", "代{year}-{number:03d}"))
DAYS = 1
"""Working days from the sealed bag to the signature at the door (枫桥: 一天办结)."""


def fill(row: ProxyOrder) -> None:
    """Person, name, number, day, who took it first, and A or B."""
    _from_resident(row)
    row.asked_on = row.asked_on or today()
    item = _item(row)
    if item is not None:
        row.name = f"{row.person or ''} {item.name}".strip()[:120]
        if row.worker_id is None:
            row.worker_id = rules.assigned(item.person_a_id, item.person_b_id, queries.in_place_of(today()))
        if not row.entitlement:
            row.entitlement = rules.entitled_by(item.name, entitlements())
    if row.id is None and not row.first_by:
        row.first_by = current_actor().name[:64]
    if row.number or not is_writing():
        return
    community = row.area_code[:COMMUNITY_DIGITS]
    while not row.number:
        issued = take(SERIES.name, area_code=community, year=row.asked_on.year, record=row)
        if not queries.is_number_taken(community, issued.text):
            row.number = issued.text


def _from_resident(row: ProxyOrder) -> None:
    if row.resident_id is None:
        return
    with db.session.no_autoflush:
        resident = db.session.get(register("residents").model, row.resident_id)
    if resident is None:
        return
    row.area_code = resident.area_code
    row.person = row.person or resident.name
    row.phone = row.phone or resident.phone
    if not row.address and resident.household_id:
        row.address = row_titles("households", {resident.household_id}).get(resident.household_id, "")[:120] or None


def _item(row: ProxyOrder) -> ProxyItem | None:
    if row.item_id is None:
        return None
    with beyond_scope(), db.session.no_autoflush:
        return db.session.get(ProxyItem, row.item_id)


def follow(reg: Register, row: Any, done: Done) -> None:
    """Each gate has a photo of its own; what went in comes out; the day begins with the sealed bag. Raises StepRefused."""
    if reg.name != ORDERS:
        return
    _refuse_old_photo(done.step)
    key, day = done.action.key, local(done.step.at).date()
    if key == "seal":
        row.sealed_on, row.due_on = day, _due(day)
    elif key == "reseal":
        missing = rules.not_returned(row.items_in, row.items_out)
        if missing:
            names = "、".join(missing)
            raise StepRefused({"items_out": Sentence("收了没有交回：%(names)s。请核对袋子里的材料。", names=names)})
    elif key == "resume":
        row.due_on = _due(day)
    elif key == "deliver":
        row.delivered_on = day
    else:
        return
    db.session.flush()


def _due(day: date) -> date:
    return working_calendar().deadline(day, DAYS).day


def _refuse_old_photo(step: FlowStep) -> None:
    new = [digest for _shows, _name, digest in step.files]
    if not new:
        return
    earlier = select(FlowStep.files).where(FlowStep.case_id == step.case_id, FlowStep.id != step.id)
    used = {digest for files in db.session.execute(earlier).scalars() for _shows, _name, digest in files}
    refusal = rules.same_photo(used, new)
    if refusal:
        raise StepRefused({f"photo:{step.files[0][0]}": refusal})


def known_values(reg: Register, row: Any, action: Any) -> dict[str, str]:
    """What a form of a gate begins with: the papers the item takes, and those that came in."""
    if reg.name != ORDERS:
        return {}
    if action.key == "seal" and not row.items_in:
        item = _item(row)
        return {"items_in": item.materials or ""} if item is not None else {}
    return {"items_out": row.items_in or ""} if action.key == "reseal" else {}
