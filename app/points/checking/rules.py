"""Rules of checking: who may check an entry, and what state it is in."""

from __future__ import annotations

from dataclasses import dataclass

from app.points.rules import PointsRefused

STREET = "street"
"""Of the code list points_checker: only the street or those above it check."""

VERIFIED, RETURNED = "verified", "returned"


@dataclass(frozen=True, slots=True)
class Checker:
    """Who wants to check: his account, the uid of his own roster row, and whether a post of his lies above communities."""

    user_id: int | None
    person_uid: str | None
    is_above_communities: bool


def refuse_checker(
    checker: Checker, *, rule_code: str, check_by: str, recorded_by: int | None, worker_uid: str
) -> None:
    """Raises PointsRefused for the recorder, for the worker himself, and where the street has to check."""
    if checker.user_id is not None and checker.user_id == recorded_by:
        raise PointsRefused("自己记的不能自己核，请由另一位同志核对。")
    if checker.person_uid is not None and checker.person_uid == worker_uid:
        raise PointsRefused("不能核自己的积分，请由社区或街道的其他人来核。")
    if check_by == STREET and not checker.is_above_communities:
        raise PointsRefused(f"规则 {rule_code} 由街道或网格中心来核，社区不能核。")


def state_name(*, is_counter: bool, is_reversed: bool, needs_check: bool, verdict: str | None) -> str:
    """待核, 已核, 退回, 已记 (nobody has to check it), 冲正 (a counter-entry) or 已冲正 (taken back by one)."""
    if is_counter:
        return "冲正"
    if verdict == RETURNED:
        return "退回"
    if is_reversed:
        return "已冲正"
    if verdict == VERIFIED:
        return "已核"
    return "待核" if needs_check else "已记"
