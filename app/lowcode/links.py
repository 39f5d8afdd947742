"""Reading links from what people type: an id from a form, or the name of the row meant."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.fields.refusal import Refused
from app.lowcode.register import register
from app.lowcode.sent import sent_id

NUMBER = "number"
"""The column by which offices call a row (编号, 工单号), where it has one."""


class LinkFinder:
    """Looks rows of other registers up among those the actor sees; remembers answers for a file of many rows."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], int] = {}

    def read(self, target: str, raw: Any) -> int | None:
        """The id of the row meant. Raises Refused when there is none or more than one."""
        text = "" if raw is None else str(raw).strip()
        if text in ("", "无", "—", "-"):
            return None
        key = (target, text)
        if key not in self._known:
            self._known[key] = self._find(target, text)
        return self._known[key]

    def _find(self, target: str, text: str) -> int:
        reg = register(target)
        model = reg.model
        alive = select(model.id).where(model.deleted_at.is_(None))
        if id_ := sent_id(text):
            found = db.session.execute(alive.where(model.id == id_)).scalar()
            if found is not None:
                return int(found)
        for name in dict.fromkeys((reg.row_title, NUMBER)):
            if not hasattr(model, name):
                continue
            ids = db.session.execute(alive.where(getattr(model, name) == text).limit(2)).scalars().all()
            if ids:
                break
        if len(ids) == 1:
            return int(ids[0])
        if ids:
            raise Refused(f"“{reg.title}”里有几条都叫“{text}”，请从列表中选。", code="link_ambiguous")
        raise Refused(f"“{reg.title}”里没有“{text}”，请先登记，或从列表中选。", code="link_unknown")
