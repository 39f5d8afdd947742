"""Rules of party members: ages, 转正, who votes, and which movement raises or lowers which roster.

Sources: 党章第一、七条; 《中国共产党发展党员工作细则》第二十八至三十三条; 《中国共产党党员教育管理工作条例》.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from app.fields.age import full_years, years_after
from app.registers.rules import Finding, age_at, agrees_with_id, birthday, in_order, not_ahead

YOUNGEST = 18
"""党章第一条."""
PROBATION_YEARS = 1
LONGEST_PROBATION_YEARS = 2
"""细则第三十二条: the probation is one year and may be prolonged once, by a year at most."""

Roster = Literal["registered", "reporting", "floating_in"]
ROSTERS: tuple[Roster, ...] = ("registered", "reporting", "floating_in")
"""组织关系在册, 在职报到, 流入: never added together."""

REMINDER_DAYS = 30
"""A receipt not in hand that many days after the letter is asked for, where no day was written down."""


def check(values: Mapping[str, Any], today: date) -> Iterator[Finding]:
    """Ages and days of one member."""
    yield from not_ahead(values, today, born_on="出生日期", joined_on="入党时间", working_since="参加工作时间")
    yield from agrees_with_id(values)
    joined, confirmed = values.get("joined_on"), values.get("confirmed_on")
    born = birthday(values)
    if joined and born is None:
        yield "born_on", "填了入党时间，请把出生日期或身份证号也填上，好核对年龄。"
    if joined and born and (born > joined or (age_at(values, joined) or 0) < YOUNGEST):
        yield "joined_on", f"入党时间（{joined}）时还不满 {YOUNGEST} 周岁，请核对入党时间和出生日期。"
    if confirmed and not joined:
        yield "joined_on", "填了转正时间，请把入党时间也填上。"
    if confirmed and joined and confirmed < years_after(joined, PROBATION_YEARS):
        yield "confirmed_on", f"转正要在入党满一年以后，最早是 {years_after(joined, PROBATION_YEARS)}。"
    yield from _kind(values, today)
    yield from in_order(values, "entered_on", "left_on", labels=("列入本册日期", "离开本册日期"))


def _kind(values: Mapping[str, Any], today: date) -> Iterator[Finding]:
    kind, confirmed = values.get("kind"), values.get("confirmed_on")
    if kind == "probationary" and confirmed and confirmed <= today:
        yield "kind", f"{confirmed} 已经转正，党员类别请改为“正式党员”。"
    if kind == "full" and confirmed and confirmed > today:
        yield "confirmed_on", "转正时间还没有到，党员类别请选“预备党员”。"
    if kind == "probationary" and values.get("post") not in (None, "ordinary"):
        yield "post", "预备党员没有被选举权，不能担任党内职务。"


def may_vote(kind: str | None, confirmed_on: date | None, on: date) -> bool:
    """Whether a member has a vote on that day: full, and confirmed by then. 党章第七条: the probationary have none."""
    return kind == "full" and (confirmed_on is None or confirmed_on <= on)


def probation_ends_on(kind: str | None, joined_on: date | None, *, is_extended: bool = False) -> date | None:
    """The day a probationary member's 转正 is to be decided; None for others."""
    if kind != "probationary" or joined_on is None:
        return None
    return years_after(joined_on, LONGEST_PROBATION_YEARS if is_extended else PROBATION_YEARS)


def party_age_on(kind: str | None, confirmed_on: date | None, today: date) -> int | None:
    """党龄 in full years from 转正 (党章第七条)."""
    return full_years(confirmed_on, today) if kind == "full" and confirmed_on and confirmed_on <= today else None


# ---- movements

_ANY_EXIT = {"removed": -1, "withdrew": -1, "expelled": -1, "deceased": -1, "lost_contact": 0, "found_again": 0}

EFFECTS: dict[str, dict[str, int]] = {
    "registered": {
        "transfer_in": 1, "admitted": 1, "resumed": 1,
        "transfer_out": -1, "suspended": -1, "probation_cancelled": -1,
        "confirmed": 0, "probation_extended": 0, "floating_out": 0, "returned": 0,
        **_ANY_EXIT,
    },
    "reporting": {"report_in": 1, "report_end": -1, **_ANY_EXIT},
    "floating_in": {"floating_in": 1, "returned": -1, "transfer_out": -1, **_ANY_EXIT},
}  # fmt: skip
"""Roster → movement → what it adds to the number of the roster. One who works elsewhere (流出) or cannot be reached
(失联) stays on the book until he is removed; 党员教育管理工作条例第三十二条."""

STATES = {
    "transfer_in": "in_book", "admitted": "in_book", "resumed": "in_book", "returned": "in_book",
    "found_again": "in_book", "transfer_out": "moved_out", "lost_contact": "lost", "floating_out": "floating",
    "suspended": "suspended", "removed": "removed", "withdrew": "removed", "expelled": "removed",
    "probation_cancelled": "removed", "deceased": "deceased", "report_in": "in_book", "report_end": "moved_out",
    "floating_in": "in_book",
}  # fmt: skip
"""What a movement makes of the column 组织关系状态; 转正 leaves it."""

LEAVING = {"registered": "transfer_out", "reporting": "report_end", "floating_in": "returned"}
"""Roster → the movement by which one leaves it in the ordinary way."""

NEEDS_RECEIPT = ("transfer_in", "transfer_out")
"""组织关系介绍信 carries a receipt that comes back to whoever wrote it."""


@dataclass(frozen=True, slots=True, order=True)
class Move:
    """One dated movement of one member; `id` orders those of one day."""

    on: date
    id: int
    kind: str = field(compare=False)


def effect_of(roster: str, kind: str) -> int | None:
    """+1, −1 or 0; None where a movement does not belong to a roster."""
    return EFFECTS.get(roster, {}).get(kind)


def check_movement(roster: str, name: str, moves: Iterable[Move], label: Mapping[str, str]) -> str:
    """Nothing where a member's movements make sense in their order, else why not. `label` names kinds in Chinese."""
    is_in: bool | None = None
    for move in sorted(moves):
        effect = effect_of(roster, move.kind)
        shown = label.get(move.kind, move.kind)
        if effect is None:
            return f"{name}所在的名册没有“{shown}”这种变动，请核对变动类别。"
        if effect == 1 and is_in is True:
            return f"{name}在 {move.on} 之前已经在册，不能再次{shown}，请核对日期。"
        if effect == -1 and is_in is False:
            return f"{name}在 {move.on} 之前已经离册，不能再次{shown}，请核对日期。"
        if effect == 0 and is_in is False:
            return f"{name}在 {move.on} 已经不在册，不能登记“{shown}”，请核对日期。"
        if effect:
            is_in = effect == 1
    return ""


def is_in_roster(
    roster: str, moves: Iterable[Move], on: date, *, entered_on: date | None, left_on: date | None
) -> bool:
    """Whether a member stands in his roster at the end of a day.

    The last raising or lowering movement up to that day decides; before the first one, it is the opposite of it;
    without any, the days written in the roster do (no day: always).
    """
    counted = [move for move in sorted(moves) if effect_of(roster, move.kind)]
    before = [move for move in counted if move.on <= on]
    if before:
        return effect_of(roster, before[-1].kind) == 1
    if counted and effect_of(roster, counted[0].kind) == 1:
        return False
    if counted:
        return entered_on is None or entered_on <= on
    return (entered_on is None or entered_on <= on) and (left_on is None or on < left_on)


@dataclass(frozen=True)
class Balance:
    """One roster over some days: 上期 + 增 − 减 = 本期. `unexplained` is what the movements do not account for."""

    roster: str
    opening: int
    increases: Mapping[str, int]
    decreases: Mapping[str, int]
    notes: Mapping[str, int]
    """Movements that change no number: 转正, 流出, 失联 …"""
    closing: int

    @property
    def increase(self) -> int:
        """All that came."""
        return sum(self.increases.values())

    @property
    def decrease(self) -> int:
        """All that went."""
        return sum(self.decreases.values())

    @property
    def unexplained(self) -> int:
        """Closing minus what it should be; 0 when the books balance."""
        return self.closing - (self.opening + self.increase - self.decrease)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the balance needs of one member: the roster, the days written there, all movements."""

    roster: str
    moves: tuple[Move, ...] = ()
    entered_on: date | None = None
    left_on: date | None = None

    def is_in(self, on: date) -> bool:
        """Whether the member counts at the end of that day."""
        return is_in_roster(self.roster, self.moves, on, entered_on=self.entered_on, left_on=self.left_on)


def balance_of(roster: str, members: Iterable[Standing], *, first: date, last: date) -> Balance:
    """The balance of one roster over the days `first` to `last`, both included."""
    day_before = date.fromordinal(first.toordinal() - 1)
    opening = closing = 0
    sums: dict[int, dict[str, int]] = {1: {}, -1: {}, 0: {}}
    for member in members:
        if member.roster != roster:
            continue
        opening += member.is_in(day_before)
        closing += member.is_in(last)
        for move in member.moves:
            effect = effect_of(roster, move.kind)
            if effect is not None and first <= move.on <= last:
                sums[effect][move.kind] = sums[effect].get(move.kind, 0) + 1
    return Balance(roster, opening, sums[1], sums[-1], sums[0], closing)


def receipt_due(sent_on: date, due_on: date | None) -> date:
    """The last day for a receipt: the one written down, else REMINDER_DAYS after the letter."""
    return due_on or date.fromordinal(sent_on.toordinal() + REMINDER_DAYS)


def receipt_state(
    kind: str | None, sent_on: date | None, due_on: date | None, received_on: date | None, today: date
) -> str:
    """`received`, `awaited` or `overdue` for movements that carry a receipt; "" for others."""
    if kind not in NEEDS_RECEIPT or sent_on is None:
        return ""
    if received_on is not None:
        return "received"
    return "overdue" if today > receipt_due(sent_on, due_on) else "awaited"
