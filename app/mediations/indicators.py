"""Figures of mediation: cases received, and cases agreed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from app.lowcode.indicators import Indicator, register_indicator
from app.mediations.models import CASES, MediationCase
from app.mediations.rules import AGREED
from app.periods.rules import Period
from app.security.wall import within


def _cases(prefixes: tuple[str, ...]) -> Select[Any]:
    return select(MediationCase.id).where(within(MediationCase.area_code, prefixes), MediationCase.deleted_at.is_(None))


def _received(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    return _cases(prefixes).where(MediationCase.received_on.between(period.first, period.last))


def _agreed(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    return _cases(prefixes).where(
        MediationCase.state.in_(AGREED), MediationCase.agreed_on.between(period.first, period.last)
    )


def install() -> None:
    """Make both known; again changes nothing."""
    for name, title, rule, statement in (
        ("mediations_received", "受理调解", "受理日期在本期内的调解案件数。", _received),
        ("mediations_agreed", "调解成功", "达成协议日期在本期内、协议没有推翻的调解案件数。", _agreed),
    ):
        register_indicator(Indicator(name, title, rule, "件", CASES, statement, register=CASES))
