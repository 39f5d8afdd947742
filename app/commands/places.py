"""An area as somebody types it on the command line."""

from __future__ import annotations

from sqlalchemy import select

from app.areas.models import Area
from app.commands.refusal import CommandRefused
from app.extensions import db
from app.settings.queries import profile


def known_area(code: str | None) -> str:
    """The code, when there is such an area within reach of the acting person; the profile's top where none is given.

    Raises CommandRefused.
    """
    wanted = (code or "").strip() or profile().top_code
    if db.session.execute(select(Area.id).where(Area.code == wanted)).scalar() is None:
        raise CommandRefused(f"没有编码为 {wanted} 的区域，或它不在这个账号负责的范围内。请核对 --area。")
    return wanted
