"""Rules of 定稿: which periods end with a month, what a frozen month signs, and what became of a figure since."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.periods.rules import Period, PeriodKind
from reports.document import ratio

LONGER: tuple[PeriodKind, ...] = ("quarter", "half", "year")
LONGEST_REASON = 200
Number = int | Decimal


def periods_ending(month: Period) -> tuple[Period, ...]:
    """The weeks that end in the month, the month itself, and the quarter, half-year and year that end with it: their
    papers are final with it.
    """
    weeks = [Period.of("week", month.first)]
    while weeks[-1].following().last <= month.last:
        weeks.append(weeks[-1].following())
    longer = (Period.of(kind, month.last) for kind in LONGER)
    return (*weeks, month, *(each for each in longer if each.last == month.last))


def months_that_hold(month: Period, start_days: Iterable[int] = ()) -> tuple[Period, ...]:
    """Later months whose frozen papers (季报 …) contain days of this month: they must be opened before it.

    So does the next month where papers count from another day than the first (`start_days`): 26 October is in 十一月.
    Weeks that run over the month's end do not: opening October would always take November with it for one 周小结.
    """
    ends = {Period.of("month", Period.of(kind, month.first).last) for kind in LONGER}
    if any(day != 1 for day in start_days):
        ends.add(month.following())
    return tuple(sorted(ends - {month}))


@dataclass(frozen=True, slots=True)
class Kept:
    """One figure of one area as it was frozen: both sides, and the ids of the rows they were counted from."""

    area_code: str
    indicator: str
    numerator: Number
    denominator: Number | None
    rows: tuple[int, ...]
    base: tuple[int, ...] = ()
    """Ids of the denominator's rows."""
    start_day: int = 1
    """The day its month was counted from."""
    period: str = ""
    """Key of the week, quarter, half-year or year it is of; '' where it is the month's own."""

    @property
    def key(self) -> tuple[str, str, int]:
        """Where, what, and from which day counted."""
        return self.area_code, self.indicator, self.start_day

    @property
    def is_nothing(self) -> bool:
        """Whether there was nothing to count."""
        return not (self.numerator or self.denominator or self.rows or self.base)

    def value(self, places: int) -> Number | None:
        """The figure, or the percentage; None over a zero denominator."""
        return self.numerator if self.denominator is None else ratio(self.numerator, self.denominator, places)


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one figure between two states: the rows that left and that came, of both sides."""

    area_code: str
    indicator: str
    before: Kept | None
    after: Kept | None
    gone: tuple[int, ...]
    come: tuple[int, ...]
    base_gone: tuple[int, ...] = ()
    base_come: tuple[int, ...] = ()


def moved(before: Iterable[Kept], after: Iterable[Kept]) -> list[Moved]:
    """Figures that differ in value or in rows, in the order of indicator, then area. One that is nothing is as none."""
    old, new = ({each.key: each for each in figures if not each.is_nothing} for figures in (before, after))
    found = []
    for key in sorted(old.keys() | new.keys(), key=lambda key: (key[1], key[0], key[2])):
        was, now = old.get(key), new.get(key)
        if was == now:
            continue
        found.append(
            Moved(
                key[0], key[1], was, now, *_difference(was.rows if was else (), now.rows if now else ()),
                *_difference(was.base if was else (), now.base if now else ()),
            )
        )  # fmt: skip
    return found


def _difference(before: Sequence[int], after: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    old, new = set(before), set(after)
    return tuple(sorted(old - new)), tuple(sorted(new - old))


def packed_ids(ids: Sequence[int]) -> bytes:
    """Ids as steps from one to the next, deflated: a thousand neighbouring rows take a few bytes."""
    steps, last = [], 0
    for id_ in sorted(ids):
        steps.append(id_ - last)
        last = id_
    return zlib.compress(json.dumps(steps, separators=(",", ":")).encode(), 6)


def unpacked_ids(data: bytes) -> tuple[int, ...]:
    """What `packed_ids` was given, in order."""
    found, last = [], 0
    for step in json.loads(zlib.decompress(data)):
        last += step
        found.append(last)
    return tuple(found)


def number_text(value: Number | None) -> str:
    """A figure as it is kept: '' for none, else digits without exponent."""
    return "" if value is None else format(value, "f") if isinstance(value, Decimal) else str(value)


def number_of(text: str) -> Number | None:
    """What `number_text` wrote."""
    if not text:
        return None
    return Decimal(text) if "." in text else int(text)


def manifest(head: Mapping[str, Any], papers: Iterable[Sequence[str]], figures: Iterable[Sequence[str]]) -> bytes:
    """What one 定稿 signs: its head, each paper's place and digest, each figure with a digest of its rows; sorted."""
    tree = {"figures": sorted(map(list, figures)), "head": dict(head), "papers": sorted(map(list, papers))}
    return json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def check_reason(reason: str) -> str:
    """Why a final month is opened, trimmed. Raises ValueError in words."""
    words = reason.strip()
    if not words:
        raise ValueError("请写明重新打开的原因，它会印在以后的每一份报表上。")
    if len(words) > LONGEST_REASON:
        raise ValueError(f"原因最多写 {LONGEST_REASON} 个字，现在是 {len(words)} 个。")
    return words


def mark_of(month: str, openings: Sequence[tuple[str, str]], *, is_final: bool) -> str:
    """The sentence later prints carry once a month was opened again; '' where it never was.

    `openings` are (day as printed, reason), oldest first.
    """
    if not openings:
        return ""
    days = "；".join(f"{day}（{reason}）" for day, reason in openings)
    state = f"本稿为第{len(openings) + 1}次定稿" if is_final else "目前还没有再次定稿"
    return f"注：{month}定稿后曾重新打开：{days}。{state}。"


def beside_final(month: str, today: str) -> str:
    """The sentence of a paper that is made anew though its month is final: those of single grids, and papers that came
    with a later version of the program.
    """
    return f"注：{month}已经定稿，这一份不在定稿之内，按{today}的记录统计，数字可能和定稿不同。"
