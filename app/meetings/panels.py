"""What meetings put beside other records: beside a 业委会 its own meetings and the 业主大会 of its 小区."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import select

from app.extensions import db
from app.language import gettext as _
from app.lowcode.page_models.parts import PanelItem
from app.lowcode.page_models.records import Panel
from app.lowcode.register import Register
from app.lowcode.viewing import Viewer
from app.meetings.models import Meeting

SHOWN = 6


def meetings_of_owners(reg: Register, row: Any, viewer: Viewer) -> Panel | None:
    """The last meetings of a committee's 小区, newest first."""
    if reg.name != "owners_committees" or row.compound_id is None or not viewer.actor.allows("meetings", "read"):
        return None
    live = select(Meeting).where(Meeting.compound_id == row.compound_id, Meeting.deleted_at.is_(None))
    found = db.session.execute(live.order_by(Meeting.held_on.desc(), Meeting.id.desc()).limit(SHOWN)).scalars()
    items = tuple(
        PanelItem(held.name or "", url_for("MeetingView.show", meeting_id=held.id), held.held_on.isoformat())
        for held in found
    )
    return Panel(_("业主大会和业委会会议"), items, empty_text=_("这个小区还没有记过业主大会或业委会会议。"))
