"""Rules of whistles: kinds with their clocks, moments in order, scores, and the yearly sheet of departments."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from app.fields.limits import LimitRefused, read_limit
from app.fields.sentence import Sentence
from reports.contents.department_year import Line

FAILED: Final = ("unsigned", "absent", "undone", "unsolved")
"""States of a call after which the street may blow again."""
OVER: Final = ("scored",)
LIMITS: Final[Mapping[str, str]] = {"called": "sign_within", "signed": "arrive_within", "arrived": "finish_within"}
"""State of a call → the column of its kind that says how long it may take."""
STREET_SHARE: Final = Decimal("0.5")
"""What the streets' scores weigh in a department's year (红桥)."""
PARTS: Final[tuple[tuple[str, Decimal], ...]] = (
    ("response", Decimal("0.3")), ("arrival", Decimal("0.3")), ("effect", Decimal("0.4")),
)  # fmt: skip
"""What 响应, 到场 and 效果 weigh in one score."""
GRACE: Final = timedelta(days=30)
"""How long after its last day a called department still sees the whistle and its event, where nobody scores it."""
MOST_EARLY = timedelta(minutes=5)
_CENT = Decimal("0.01")


def check_kind(values: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:  # noqa: ARG001
    """Each clock of a kind can be read."""
    for name in LIMITS.values():
        text = values.get(name)
        if text:
            try:
                read_limit(text)
            except LimitRefused as refused:
                yield name, str(refused)


def blown_reason(round_: int) -> str:
    """Why a whistle is neither edited nor deleted; '' of a draft."""
    return Sentence("已经吹过的哨不能再改、也不能删。要补充的，写在办理的说明里。") if round_ else ""


def arrival_fault(arrived_at: datetime | None, blown_at: datetime | None, now: datetime) -> str:
    """Why a moment of arrival cannot be; '' where it can."""
    if arrived_at is None or blown_at is None:
        return ""
    if arrived_at < blown_at.replace(second=0, microsecond=0):
        return "到场时间早于吹哨时间，请核对。"
    return "到场时间还没到，请核对。" if arrived_at > now + MOST_EARLY else ""


def whistle_step(state: str, calls: Collection[str]) -> str:
    """What the program does with a whistle once its calls stand so: 'settle', 'fail', 'fail_again', '' nothing."""
    if calls and all(each in OVER for each in calls):
        return "settle" if state in ("blown", "failed", "second", "second_on", "failed_again") else ""
    if not any(each in FAILED for each in calls):
        return ""
    return {"blown": "fail", "second": "fail_again", "second_on": "fail_again"}.get(state, "")


def points(response: Decimal, arrival: Decimal, effect: Decimal) -> Decimal:
    """One score out of 100: 响应 30 %, 到场 30 %, 效果 40 %."""
    given = {"response": response, "arrival": arrival, "effect": effect}
    return _rounded(sum((given[name] * weight for name, weight in PARTS), Decimal(0)))


@dataclass(frozen=True, slots=True)
class Answered:
    """How one department answered one whistle, as its year counts it. None is not yet."""

    unit: str
    score: Decimal | None
    is_signed_in_time: bool
    is_arrived_in_time: bool
    is_done_in_time: bool
    is_over: bool


def year_of(
    answers: Iterable[Answered], other: Mapping[str, Decimal], units: Sequence[str] = ()
) -> list[Line]:  # fmt: skip
    """A line for each department that was called or graded, the best total first, then by name."""
    by_unit: dict[str, list[Answered]] = {unit: [] for unit in (*units, *other)}
    for each in answers:
        by_unit.setdefault(each.unit, []).append(each)
    lines = [_line(unit, found, other.get(unit)) for unit, found in by_unit.items()]
    return sorted(lines, key=lambda line: (line.total is None, -(line.total or line.weighed or Decimal(0)), line.unit))


def _line(unit: str, found: Sequence[Answered], other: Decimal | None) -> Line:
    scores = [each.score for each in found if each.score is not None]
    streets = _rounded(sum(scores, Decimal(0)) / len(scores)) if scores else None
    weighed = _rounded(streets * STREET_SHARE) if streets is not None else None
    total = _rounded(weighed + other * (1 - STREET_SHARE)) if weighed is not None and other is not None else None
    return Line(
        unit, len(found), sum(each.is_over for each in found), sum(each.is_signed_in_time for each in found),
        sum(each.is_arrived_in_time for each in found), sum(each.is_done_in_time for each in found), streets, weighed,
        other, total,
    )  # fmt: skip


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(_CENT, ROUND_HALF_UP)
