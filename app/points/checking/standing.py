"""What waiting entries ask of somebody, and how they stand in the way of 定稿."""

from __future__ import annotations

from datetime import date

from app.areas.queries import names_of
from app.areas.rules import COMMUNITY_DIGITS
from app.fields.sentence import Sentence
from app.notices.rules import Todo
from app.periods.rules import Period
from app.points.checking.queries import count_to_check, waiting_in_months
from app.points.sum_queries import month_number
from app.security.actor import Actor
from app.security.beyond import beyond_scope


def to_check(actor: Actor, today: date) -> list[Todo]:  # noqa: ARG001 - a to-do source
    """One line for all that waits for the actor."""
    count = count_to_check(actor)
    if not count:
        return []
    return [
        Todo(
            Sentence("核对 %(n)s 条积分记录", n=count), why=Sentence("核完才能公示和定稿"), url="/points/checking/",
            tone="amber", kind="points",
        )
    ]  # fmt: skip


def unchecked(area_code: str, month: Period) -> list[str]:
    """Entries of the month that nobody has checked, by community, in words."""
    number = month_number(month.first)
    communities: dict[str, int] = {}
    with beyond_scope():
        for code, count in waiting_in_months(area_code, number, number).items():
            communities[code[:COMMUNITY_DIGITS]] = communities.get(code[:COMMUNITY_DIGITS], 0) + count
        names = names_of(set(communities))
    return [f"{names.get(code, code)}还有 {count} 条积分没有核" for code, count in communities.items()]
