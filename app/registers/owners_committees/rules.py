"""Rules of owners' committees: size, share of party members, terms, and when an owners' assembly has decided.

Sources: 《业主大会和业主委员会指导规则》第三十一条 (5 to 11, odd); 民法典第二百七十八条 (taking part, majority).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from app.registers import terms
from app.registers.rules import Finding, in_order, not_ahead
from reports.document import ratio

FEWEST, MOST = 5, 11

SPECIAL_MATTERS = "筹集建筑物及其附属设施的维修资金；改建、重建建筑物；改变共有部分的用途或者利用共有部分从事经营活动"
"""民法典第二百七十八条第一款第六至八项 (第七项 改建重建, 第八项 改变用途)."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat: which post, whether a party member holds it, from when until when."""

    post: str | None
    is_party_member: bool
    since_on: date | None = None
    until_on: date | None = None
    name: str = ""

    def is_held(self, on: date) -> bool:
        """Whether somebody sits there on that day; the last day counts."""
        return (self.since_on is None or self.since_on <= on) and (self.until_on is None or on <= self.until_on)


def sitting(seats: Iterable[Seat], on: date) -> list[Seat]:
    """Members of a day, without 候补 and 秘书."""
    return [seat for seat in seats if seat.is_held(on) and seat.post not in ("reserve", "secretary")]


def party_share(seats: Iterable[Seat], on: date) -> Decimal | None:
    """Party members in per cent of all members, one place half-up: 7 of 9 → 77.8; None without members."""
    members = sitting(seats, on)
    return ratio(sum(seat.is_party_member for seat in members), len(members), 1)


def holders(seats: Iterable[Seat], post: str, on: date) -> str:
    """Names of those who hold a post on a day."""
    return "、".join(seat.name for seat in seats if seat.post == post and seat.is_held(on))


def check(values: Mapping[str, Any], today: date) -> Iterator[Finding]:
    """Days of one committee."""
    yield from not_ahead(values, today, founded_on="成立日期", elected_on="换届日期", filed_on="备案日期")
    yield from terms.days_in_order(values)
    yield from in_order(values, "founded_on", "filed_on", labels=("成立日期", "备案日期"))


def doubts(seats: Iterable[Seat], on: date) -> list[str]:
    """What is unusual about the members of a day, in words; the office decides."""
    members = sitting(seats, on)
    number = len(members)
    found = []
    if not number:
        return ["还没有登记委员。"]
    if not FEWEST <= number <= MOST:
        found.append(f"现有委员 {number} 人，规定是 {FEWEST} 到 {MOST} 人。")
    if number % 2 == 0:
        found.append(f"现有委员 {number} 人，应为单数。")
    heads = [seat for seat in members if seat.post == "director"]
    if len(heads) != 1:
        found.append("还没有主任。" if not heads else f"登记了 {len(heads)} 名主任，应只有一名。")
    return found


@dataclass(frozen=True, slots=True)
class Ballot:
    """An owners' vote, counted by head and by floor area: all, those taking part, those in favour."""

    owners: int
    area: Decimal
    taking_part: int
    area_taking_part: Decimal
    in_favour: int
    area_in_favour: Decimal


def may_decide(ballot: Ballot) -> bool:
    """民法典第二百七十八条: those taking part are two thirds of the owners and hold two thirds of the area, or more."""
    two_thirds = Fraction(2, 3)
    return bool(
        ballot.owners
        and ballot.area
        and ballot.taking_part >= two_thirds * ballot.owners
        and Fraction(ballot.area_taking_part) >= two_thirds * Fraction(ballot.area)
    )


def is_carried(ballot: Ballot, *, is_special: bool) -> bool:
    """Of those taking part, more than half by both counts; for SPECIAL_MATTERS three quarters or more."""
    if not may_decide(ballot):
        return False
    shares = (
        Fraction(ballot.in_favour, ballot.taking_part),
        Fraction(ballot.area_in_favour) / Fraction(ballot.area_taking_part),
    )
    if is_special:
        return all(share >= Fraction(3, 4) for share in shares)
    return all(share > Fraction(1, 2) for share in shares)
