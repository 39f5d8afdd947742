"""Rules of proposals: which facts only propose, and who may say what becomes of one."""

from __future__ import annotations

from typing import Literal

EVENT_OVERDUE, RESOLUTION_OVERDUE = "event_overdue", "resolution_overdue"
LATE = frozenset({EVENT_OVERDUE, RESOLUTION_OVERDUE})
"""Of the code list points_fact: being late proposes a deduction and never makes one by itself."""

State = Literal["open", "confirmed", "declined", "withdrawn"]
STATES: dict[State, str] = {"open": "待确认", "confirmed": "已记分", "declined": "不记分", "withdrawn": "已撤回"}


def unfit(auto_on: str | None, *, is_deduction: bool, recorder: str | None) -> str:
    """Why a rule may not be given, or proposed, by itself for a fact; '' where it may."""
    if not auto_on:
        return ""
    if auto_on not in LATE:
        return "自动记分只用于加分；扣分要由人核实后再记。" if is_deduction else ""
    if not is_deduction:
        return "超期办结只用于扣分：系统提出建议，由人确认后才记。"
    if recorder == "system":
        return "超期扣分由人确认后才记，“谁可以记”请选社区或街道。"
    return ""
