"""What follows from saving a check: name, rows counted, who looked again, and the fact that the roster is right."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import inspect, select

from app.extensions import db
from app.facts.news import is_news
from app.facts.service import happened
from app.fields.codes import code_list
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.roster_checks import queries, rules
from app.roster_checks.models import RESOURCE, RosterCheck
from app.security.actor import current_actor
from app.security.beyond import beyond_scope
from app.security.models import Account

ACCURATE, INACCURATE = "roster_accurate", "roster_inaccurate"
SAMPLING = ("sampled", "wrong", "sampled_on")


def fill(row: RosterCheck) -> None:
    """核对居民名册 2026年10月; how many rows there were; who looked at the sample, when it was written down."""
    if row.roster and row.month:
        row.name = f"核对{code_list('checked_roster').label_of(row.roster)} {row.month.year}年{row.month.month}月"
    if row.counted is None and row.roster and row.area_code:
        with db.session.no_autoflush:
            row.counted = queries.count_rows(row.roster, row.area_code)
    if row.sampled is None:
        row.sampled_by = row.sampled_by_id = None
    elif any(getattr(inspect(row).attrs, name).history.has_changes() for name in SAMPLING):
        actor = current_actor()
        row.sampled_by, row.sampled_by_id = actor.name, actor.user_id


def refuse(row: RosterCheck, _day: date) -> None:
    """A sample of an empty roster proves nothing; one is looked at by somebody else, who may, and is large enough."""
    if row.sampled is None:
        return
    if not row.counted:
        raise SaveRefused({"sampled": "核对那天这个网格的这本名册里没有记录，没有可抽查的。"})
    actor = current_actor()
    if row.sampled_by_id == actor.user_id and not actor.covers(RESOURCE, "review", row.area_code):
        raise SaveRefused({"sampled": "抽查由社区或街道来做，您先填核对的部分，抽查的几栏留空。"})
    if row.sampled_by_id is not None and _person_of(row.sampled_by_id) == _worker_of(row):
        raise SaveRefused({"sampled": "自己核对的名册不能自己抽查，请由另一位同志来做。"})
    if sentence := rules.too_few(row.sampled, row.counted):
        raise SaveRefused({"sampled": sentence})


def tell(row: RosterCheck, _day: date) -> None:
    """The sample proved the roster right, or does not any more; points hear of both."""
    holds = row.deleted_at is None and rules.verdict(row.sampled, row.wrong) == rules.ACCURATE
    who = _worker_of(row)
    cause = [who, row.area_code, row.roster, row.month.isoformat()]
    if is_news(row, ACCURATE, INACCURATE, holds=holds, cause=cause, on=row.checked_on):
        details: dict[str, Any] = {"cause": cause, "person_register": "grid_workers", "person_uid": who}
        happened(ACCURATE, row, on=row.checked_on, details=details)


def _worker_of(row: RosterCheck) -> str:
    with beyond_scope():
        worker = db.session.get(register("grid_workers").model, row.worker_id)
    return worker.uid if worker is not None else ""


def _person_of(user_id: int) -> str | None:
    with beyond_scope():
        return db.session.execute(select(Account.person_uid).where(Account.user_id == user_id)).scalar()
