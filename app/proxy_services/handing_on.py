"""Orders of somebody who is away go to his B岗 or to whoever takes his place; first receiver and steps stay."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.database.transactions import writing
from app.jobs.handlers import handler
from app.jobs.running import JobContext
from app.lowcode.queries import row_titles
from app.lowcode.register import register
from app.lowcode.service import save
from app.notices.service import notify
from app.proxy_services import queries, rules
from app.proxy_services.models import ORDERS, ProxyOrder
from app.security.actor import SYSTEM, acting_as
from app.settings.queries import has_profile

KIND = "proxy_services.hand_on"


def hand_on(day: date) -> int:
    """Give the unfinished orders of all who are away to those who stand in, and tell them; how many. Again changes nothing.

    They keep what they got when the other one is back: he may be given it again in the order itself.
    """
    away = queries.in_place_of(day)
    if not away:
        return 0
    count = 0
    with acting_as(SYSTEM), writing():
        for order, item in queries.held_by(away):
            assert order.worker_id is not None
            a, b = (item.person_a_id, item.person_b_id) if item is not None else (None, None)
            to = rules.stand_in(order.worker_id, a, b, away)
            if to is not None:
                absent = row_titles("community_workers", {order.worker_id}).get(order.worker_id, "")
                _tell(save(register(ORDERS), order, {"worker": str(to)}, by=SYSTEM, today=day), absent)
                count += 1
    return count


def _tell(order: ProxyOrder, absent: str) -> None:
    assert order.worker_id is not None
    user = queries.user_of(order.worker_id)
    if user is None:
        return
    notify(
        key=f"proxy:{order.uid}:{order.worker_id}", kind="proxy", area_code=order.area_code, to_user=user,
        title=f"{absent}不在，代办单 {order.number or ''} 转给您办", why="您是AB岗里接着办的人",
        url=f"/{ORDERS}/show/{order.id}", due_on=order.due_on,
    )  # fmt: skip


@handler(KIND, title="承办人不在，代办单转给B岗", every="hour")
def handed_on(job: JobContext) -> dict[str, Any]:
    """Leaves that began since."""
    return {"count": hand_on(job.today)} if has_profile() else {"count": 0}
