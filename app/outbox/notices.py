"""Notices of the program, told to mailboxes and webhooks that want them."""

from __future__ import annotations

from typing import Any

from app.areas.queries import name_of as area_name
from app.notices.models import Notice
from app.notices.service import add_listener
from app.outbox import service
from app.outbox.rules import NOTICE
from app.security.queries import user_names
from app.security.roles import ROLES


def told(notice: Notice) -> None:
    """A notice that is new."""
    service.tell(NOTICE, key=f"{NOTICE}:{notice.id}", area_code=notice.area_code, data=lambda: _data(notice))


def _data(notice: Notice) -> dict[str, Any]:
    to = ROLES[notice.role].name if notice.role else user_names({notice.user_id or 0}).get(notice.user_id or 0, "")
    return {
        "title": notice.title, "why": notice.why, "path": notice.url, "to": to, "area_code": notice.area_code,
        "area": area_name(notice.area_code), "due_on": notice.due_on.isoformat() if notice.due_on else None,
    }  # fmt: skip


def install() -> None:
    """Listen; again changes nothing."""
    add_listener(told)
