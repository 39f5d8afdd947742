"""Reports of one matter: each goes to a case of its own standing and keeps its own return visit."""

from __future__ import annotations

from datetime import date

from app.events import rules
from app.events.models import Event
from app.extensions import db
from app.fields.sentence import Sentence
from app.lowcode.flow.service import StepRefused
from app.lowcode.service import SaveRefused
from app.security.beyond import beyond_scope


def refuse_early_visit(row: Event, _day: date) -> None:
    """A merged report goes to a case of its own standing, and is asked how it was once that case is closed."""
    if row.merged_into_id is None:
        return
    with beyond_scope():
        main = db.session.get(Event, row.merged_into_id)
    if main is None or main.id == row.id or main.merged_into_id is not None or main.state in rules.GONE:
        raise SaveRefused({"merged_into": "要并入的事件不能是它自己，也不能是已并案或作废的，请填主件的工单号。"})
    if row.satisfaction and main.state != "closed":
        raise SaveRefused({"satisfaction": f"主件 {main.number} 还没有办结，办结后再回访。"})


def refuse_visit_before_the_end(row: Event) -> None:
    """Whoever reported the same thing is asked, and called in vain, only once there is something to ask about."""
    with beyond_scope():
        main = db.session.get(Event, row.merged_into_id) if row.merged_into_id is not None else None
    if main is not None and main.state != "closed":
        raise StepRefused({"": Sentence("主件 %(number)s 还没有办结，办结后再回访。", number=main.number or "")})
