"""What a matter is worth under a book: value or units or percent → points, the caps that cut it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from app.points.books.rules import ZERO, Book, BookRule, Group, amount, signed
from app.points.rules import STEP, PointsRefused, Worth


@dataclass(frozen=True, slots=True)
class Given:
    """One live entry as caps and replays read it (neither taken back nor a counter-entry). `points` are signed;
    `measured` is how many units or what percent, None for a fixed value."""

    code: str
    on: date
    points: Decimal
    measured: Decimal | None = None
    uid: str = ""


def full_value(rule: BookRule, measured: Decimal | None = None) -> Worth:
    """The rule's value before any cap, with the sentence that says how it came about.

    Raises PointsRefused where the rule needs a number and none, or none that makes sense, is given.
    """
    if rule.measure == "fixed":
        return Worth(rule.value)
    if measured is None:
        asked = f"有多少{rule.unit}" if rule.measure == "per_unit" else f"达到多少{rule.unit}"
        raise PointsRefused(f"规则 {rule.code} 按数计分，请填{asked}。")
    if measured < ZERO or (measured == ZERO and rule.measure == "per_unit"):
        raise PointsRefused(f"规则 {rule.code} 的数量要大于 0，现在是 {amount(measured)}。")
    if rule.measure == "per_unit":
        points = (rule.value * measured).quantize(STEP, ROUND_HALF_UP)
        return Worth(points, f"{amount(measured)} {rule.unit} × {signed(rule.value)} 分 = {signed(points)} 分。")
    for step in rule.steps:
        if measured >= step.at_least and (step.up_to is None or measured <= step.up_to):
            low = f"{amount(step.at_least)}{rule.unit}"
            return Worth(
                step.value, f"达到 {amount(measured)}{rule.unit}，在 {low} 这一档，得 {signed(step.value)} 分。"
            )
    rest = rule.otherwise or ZERO
    return Worth(rest, f"达到 {amount(measured)}{rule.unit}，不在写明的各档之内，得 {signed(rest)} 分。")


def worth(
    rule: BookRule, group: Group | None, earlier: Iterable[Given], *, on: date, measured: Decimal | None = None
) -> Worth:
    """The value, cut by whichever cap leaves least: the rule's a day, month and year, the group's a month.

    `earlier` are the worker's live entries of that year (others do no harm). Raises PointsRefused where a cap is used up.
    """
    full = full_value(rule, measured)
    if full.points == ZERO:
        return full
    left, words, cap, used = min(
        ((cap - used, words, cap, used) for words, cap, used in _limits(rule, group, earlier, on, full.points)),
        default=(None, "", ZERO, ZERO),
        key=lambda limit: limit[0],
    )
    if left is None or left >= abs(full.points):
        return full
    if left <= ZERO:
        raise PointsRefused(f"{words} {cap.quantize(STEP)} 分，已经记满，不能再记。事情可以照常登记。")
    sentence = (
        f"{words} {cap.quantize(STEP)} 分，已记 {used.quantize(STEP)} 分，这一次按剩下的 {left.quantize(STEP)} 分记。"
    )
    return Worth(left if full.points > ZERO else -left, full.sentence + sentence)


def _limits(
    rule: BookRule, group: Group | None, earlier: Iterable[Given], on: date, points: Decimal
) -> list[tuple[str, Decimal, Decimal]]:
    """(words, cap, used so far) of every cap that holds. Gains and deductions are counted apart, so that the order of a
    month's entries cannot matter more than it must."""
    same_sign = [given for given in earlier if (given.points > ZERO) == (points > ZERO)]
    own = [given for given in same_sign if given.code == rule.code and given.on.year == on.year]
    own_month = [given for given in own if given.on.month == on.month]
    found = []
    if rule.cap_day is not None:
        found.append((f"“{rule.name}”每天最多", rule.cap_day, _sum(given for given in own if given.on == on)))
    if rule.cap_month is not None:
        found.append((f"“{rule.name}”每月最多", rule.cap_month, _sum(own_month)))
    if rule.cap_year is not None:
        found.append((f"“{rule.name}”每年最多", rule.cap_year, _sum(own)))
    limit = group_limit(group, points) if group is not None else None
    if group is not None and limit is not None:
        codes = {each.code for each in group.rules}
        in_group = [
            given
            for given in same_sign
            if given.code in codes and (given.on.year, given.on.month) == (on.year, on.month)
        ]
        words = f"“{group.name}”一组加分每月最多" if points > ZERO else f"“{group.name}”一组每月最多扣"
        found.append((words, limit, _sum(in_group)))
    return found


def group_limit(group: Group, points: Decimal) -> Decimal | None:
    """The most a month may bring (points above zero) or cost (below) in a group; None without a limit."""
    if points > ZERO:
        return group.cap
    return None if group.floor is None else max(ZERO, group.base - group.floor)


def _sum(entries: Iterable[Given]) -> Decimal:
    return abs(sum((given.points for given in entries), ZERO))


@dataclass(frozen=True, slots=True)
class Replayed:
    """One entry under another book: what it would be worth and why; `points` is zero where the book has no such rule
    or a cap is used up."""

    given: Given
    points: Decimal
    why: str = ""


def replay(book: Book, entries: Sequence[Given]) -> list[Replayed]:
    """A worker's live entries of a year, in the order they were made, valued by `book` from the first to the last."""
    so_far: list[Given] = []
    done = []
    for given in entries:
        result = _replay_one(book, given, so_far)
        done.append(result)
        if result.points != ZERO:
            so_far.append(Given(given.code, given.on, result.points))
    return done


def _replay_one(book: Book, given: Given, so_far: Sequence[Given]) -> Replayed:
    found = book.find(given.code)
    if found is None:
        return Replayed(given, ZERO, f"新细则没有规则 {given.code}，不计分。")
    group, rule = found
    if rule.measure != "fixed" and given.measured is None:
        return Replayed(given, given.points, f"规则 {rule.code} 改为{_how(rule)}，原记录没有数量，暂按原分。")
    try:
        value = worth(rule, group, so_far, on=given.on, measured=given.measured)
    except PointsRefused as refused:
        return Replayed(given, ZERO, str(refused).removesuffix("事情可以照常登记。"))
    return Replayed(given, value.points, value.sentence)


def _how(rule: BookRule) -> str:
    return "按数量计分" if rule.measure == "per_unit" else "分档计分"
