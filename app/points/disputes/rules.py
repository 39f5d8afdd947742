"""Rules of 公示 and disputes: how long, who may, by when, and what has changed since a list went on show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from app.points.rules import ZERO, PointsRefused

SHOWN, DISPUTED, UPHELD, REJECTED = "shown", "disputed", "upheld", "rejected"
SHORTEST_REASON = 5
LONGEST_MATTER = 200


@dataclass(frozen=True, slots=True)
class Limits:
    """Working days: how long a list is on show, how long it may be disputed, how long deciding may take; and on which
    day of the following month it goes on show by itself (None: somebody begins it)."""

    show_days: int = 5
    decide_days: int = 5
    dispute_days: int = 5
    show_day: int | None = None


@dataclass(frozen=True, slots=True)
class Decider:
    """Who wants to decide: his account, and the uid of his own roster row."""

    user_id: int | None
    person_uid: str | None


def refuse_reason(reason: str) -> None:
    """Raises PointsRefused where a dispute or a decision gives no reason to speak of."""
    if len("".join(reason.split())) < SHORTEST_REASON:
        raise PointsRefused(f"请把理由写清楚，至少 {SHORTEST_REASON} 个字，别人要凭它来核实。")


def refuse_late(month_title: str, *, last_day: date | None, today: date) -> None:
    """Raises PointsRefused once the days for disputes are over; `last_day` None means that it has not been on show yet."""
    if last_day is not None and today > last_day:
        raise PointsRefused(f"{month_title}的积分异议提到 {last_day} 为止，异议期已过，不能再提。请向社区或街道反映。")


def is_time_to_show(day: int | None, last: date, today: date) -> bool:
    """Whether `day` of the month after the one that ends on `last` has come; never without a day."""
    if day is None:
        return False
    return today >= last + timedelta(days=day)


def refuse_decider(
    decider: Decider, *, recorded_by: Iterable[int | None], checked_by: int | None, worker_uid: str
) -> None:
    """Raises PointsRefused for whoever recorded or checked the entry, and for the worker himself."""
    if decider.user_id is not None and decider.user_id in set(recorded_by):
        raise PointsRefused("这条是您记的，异议要由记录人和核对人之外的人来处理。")
    if decider.user_id is not None and decider.user_id == checked_by:
        raise PointsRefused("这条是您核的，异议要由记录人和核对人之外的人来处理。")
    if decider.person_uid is not None and decider.person_uid == worker_uid:
        raise PointsRefused("不能处理自己的异议，请由社区或街道的其他人来办。")


def moved_workers(
    shown: Mapping[str, Decimal], now: Mapping[str, Decimal], decided: Mapping[str, Decimal]
) -> tuple[str, ...]:
    """Workers whose points are not what was shown and what decisions made of it; in the order of their keys.

    All three go from a worker to points: as they went on show, as they are, and what decisions on disputes added.
    """
    everybody = sorted(shown.keys() | now.keys())
    return tuple(
        worker for worker in everybody if now.get(worker, ZERO) != shown.get(worker, ZERO) + decided.get(worker, ZERO)
    )


def refuse_show(month_title: str, *, last: date, today: date, waiting: int, disputes: int, proposals: int = 0) -> None:
    """Raises PointsRefused while the month runs, and while entries or disputes of it are open."""
    if today <= last:
        raise PointsRefused(f"{month_title}还没有过完，月底以后才能公示。")
    if waiting:
        raise PointsRefused(f"{month_title}还有 {waiting} 条积分没有核，核完再公示。")
    if proposals:
        raise PointsRefused(f"{month_title}还有 {proposals} 条超期扣分建议没有确认，确认或写明不记以后再公示。")
    if disputes:
        raise PointsRefused(f"{month_title}还有 {disputes} 件异议没有处理，处理完再公示。")
