"""The ratios every loop of work is judged by: a room names its two selections, name, rule and formula come from here."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.lowcode.indicators import Indicator, Selection


@dataclass(frozen=True, slots=True)
class RatioKind:
    """One kind of ratio: what it is called and what stands above and below the line."""

    key: str
    title: str
    numerator: str
    denominator: str
    is_high_good: bool = True

    @property
    def rule(self) -> str:
        """已办结件数 ÷ 应办结件数."""
        return f"{self.numerator} ÷ {self.denominator}"


CLOSED = RatioKind("closed", "办结率", "期内受理、到统计时已办结的件数", "期内受理的件数")
CLOSED_ON_TIME = RatioKind(
    "closed_on_time", "限时办结率", "办结时限在本期内、在时限之前办结的件数", "办结时限在本期内的件数"
)
SATISFIED = RatioKind("satisfied", "满意度", "回访结果为满意和基本满意的件数", "期内已回访的件数")
REPLIED = RatioKind("replied", "回复率", "应回复在本期内、已经回复的件数", "应回复在本期内的件数")
ARRIVED = RatioKind("arrived", "报到率", "报到时限在本期内、已经报到的次数", "报到时限在本期内的次数")
REWORKED = RatioKind("reworked", "返工率", "核查不通过的次数", "期内处置的件数", is_high_good=False)
KINDS = (CLOSED, CLOSED_ON_TIME, SATISFIED, REPLIED, ARRIVED, REWORKED)


def ratio_indicator(
    kind: RatioKind, of: str, subject: str, numerator: Selection, denominator: Selection, *, resource: str,
    register: str = "", target: Decimal | None = None, owner: str = "", places: int = 2,
) -> Indicator:  # fmt: skip
    """事件限时办结率 and its kin: `of` is the key of what is judged (events), `subject` its word (事件).

    A denominator of zero prints —, over 100 % is not clamped, the last place is rounded half-up.
    """
    return Indicator(
        f"{of}_{kind.key}", f"{subject}{kind.title}", kind.rule, "%", resource, numerator, denominator,
        register=register, places=places, target=target, owner=owner,
        is_high_good=kind.is_high_good,
    )  # fmt: skip
