"""剔除 on the page of an event and on the list of applications, as plain values."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import select

from app.areas.rules import STREET_DIGITS
from app.events.exclusions import rules
from app.events.exclusions.models import EXCLUSIONS, EventExclusion
from app.events.exclusions.papers import PAPER
from app.extensions import db
from app.fields.codes import code_list
from app.language import gettext as _
from app.lowcode.page_models.parts import Action, Chip, PanelItem
from app.lowcode.page_models.records import Panel
from app.lowcode.register import Register
from app.lowcode.viewing import Viewer
from app.security.actor import Actor

TONES: dict[str, Any] = {rules.APPROVED: "red", rules.SUBMITTED: "amber"}


def panel(reg: Register, row: Any, viewer: Viewer) -> Panel | None:
    """Beside an event: applications about it, and the door to a new one while none stands."""
    if reg.name != "events" or not viewer.actor.allows(EXCLUSIONS, "read"):
        return None
    about = select(EventExclusion).where(EventExclusion.event_id == row.id, EventExclusion.deleted_at.is_(None))
    found = db.session.execute(about.order_by(EventExclusion.id)).scalars().all()
    reasons, states = code_list("exclusion_reason"), code_list("exclusion_state")
    items = [
        PanelItem(
            reasons.label_of(each.reason), url_for("RegisterView.show", register_name=EXCLUSIONS, row_id=each.id),
            note=each.claim, chip=Chip(states.label_of(each.state or rules.DRAFT), TONES.get(each.state or "", "grey")),
        )
        for each in found
    ]  # fmt: skip
    is_open = any(each.state in rules.STANDING for each in found)
    if not is_open and viewer.actor.covers(EXCLUSIONS, "write", row.area_code):
        items.append(
            PanelItem(_("申请剔除"), url_for("RegisterView.add", register_name=EXCLUSIONS, event=row.id, area=row.area_code),
                      note=_("重复或不合理的诉求，附佐证，由另外的人审定"))
        )  # fmt: skip
    return Panel(_("剔除"), tuple(items)) if items else None


def doors(reg: Register, actor: Actor) -> tuple[Action, ...]:
    """From the list of events to the applications, and from these to their paper."""
    if reg.name == "events" and actor.allows(EXCLUSIONS, "read"):
        return (Action(_("剔除申请"), url_for("RegisterView.list", register_name=EXCLUSIONS), icon="filter"),)
    if reg.name == EXCLUSIONS and (held := actor.prefixes("events", "read")):
        area = min(held, key=len)[:STREET_DIGITS]
        return (Action(_("打印剔除清单"), url_for("ReportView.index", paper=PAPER, area=area), icon="print"),)
    return ()
