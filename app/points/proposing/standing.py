"""What proposals ask of somebody, and how they stand in the way of 定稿."""

from __future__ import annotations

from datetime import date

from app.areas.queries import names_of
from app.areas.rules import COMMUNITY_DIGITS
from app.fields.sentence import Sentence
from app.notices.rules import Todo
from app.periods.rules import Period
from app.points.proposing.queries import open_count, open_in_months
from app.points.sum_queries import month_number
from app.security.actor import Actor
from app.security.beyond import beyond_scope

ADDRESS = "/points/proposals/"


def to_confirm(actor: Actor, today: date) -> list[Todo]:  # noqa: ARG001 - a to-do source
    """One line for all that waits for the actor."""
    count = open_count(actor)
    if not count:
        return []
    title, why = Sentence("处理 %(n)s 条超期扣分建议", n=count), Sentence("确认后才记分，不记的写明原因")
    return [Todo(title, why=why, url=ADDRESS, tone="amber", kind="points")]


def unconfirmed(area_code: str, month: Period) -> list[str]:
    """Proposals of the month that nobody has dealt with, by community, in words."""
    number = month_number(month.first)
    communities: dict[str, int] = {}
    with beyond_scope():
        for code, count in open_in_months(area_code, number, number).items():
            communities[code[:COMMUNITY_DIGITS]] = communities.get(code[:COMMUNITY_DIGITS], 0) + count
        names = names_of(set(communities))
    return [f"{names.get(code, code)}还有 {count} 条超期扣分建议没有处理" for code, count in communities.items()]
