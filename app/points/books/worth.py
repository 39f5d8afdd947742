"""What a matter is worth under a book: value or units or percent → points, the caps that cut it, grades, weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from app.points.books.rules import HUNDRED, ZERO, Book, BookRule, Grade, Group, Terms, Weights, amount, signed
from app.points.rules import STEP, PointsRefused, Worth

SHARE = Decimal("0.0001")
HALF_MONTH = 15


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


def group_sums(book: Book, points: Mapping[str, Decimal]) -> list[tuple[Group, Decimal]]:
    """Each group with its points of a month (its base, and the sums of its rules by code), within cap and floor."""
    sums = []
    for group in book.groups:
        gained = sum((max(points.get(rule.code, ZERO), ZERO) for rule in group.rules), ZERO)
        lost = sum((min(points.get(rule.code, ZERO), ZERO) for rule in group.rules), ZERO)
        if group.cap is not None:
            gained = min(gained, group.cap)
        limit = group_limit(group, Decimal(-1))
        sums.append((group, group.base + gained + (lost if limit is None else max(lost, -limit))))
    return sums


def score(book: Book, points: Mapping[str, Decimal]) -> Decimal:
    """Score of one month: base of the book, and the groups within their limits."""
    return book.base + sum((value for _group, value in group_sums(book, points)), ZERO)


def weighted(weights: Weights, scores: Mapping[str, Decimal]) -> Decimal:
    """The parts' scores put together by their weights, to one place, half up. Raises PointsRefused naming a part that
    has no score yet: a missing one is not nought."""
    missing = [name for name, _percent in weights.parts if name not in scores]
    if missing:
        raise PointsRefused(f"还没有{'、'.join(missing)}的评分，“{weights.name}”算不出来。")
    total = sum((scores[name] * percent for name, percent in weights.parts), ZERO)
    return (total / HUNDRED).quantize(STEP, ROUND_HALF_UP)


def grade_of(book: Book, value: Decimal, *, has_veto: bool = False) -> Grade | None:
    """The grade of a score; None in a gap of the table. A veto (一票否决) puts into the lowest grade."""
    ordered = ordered_grades(book)
    if has_veto and ordered:
        return ordered[-1]
    return next((grade for grade in ordered if _holds(grade, value)), None)


def ordered_grades(book: Book) -> list[Grade]:
    """Grades from the highest to the lowest."""
    return sorted(book.grades, key=lambda grade: (grade.at_least is not None, grade.at_least or ZERO), reverse=True)


def _holds(grade: Grade, value: Decimal) -> bool:
    if grade.at_least is not None and value < grade.at_least:
        return False
    if grade.below is not None and value >= grade.below:
        return False
    return grade.up_to is None or value <= grade.up_to


def most_in_grade(grade: Grade, workers: int) -> int | None:
    """How many of so many workers may have the grade: 20 % of 9 is 1, never rounded up; None without a quota."""
    return None if grade.quota is None else int(grade.quota * workers / HUNDRED)


def share_in_post(
    terms: Terms, *, first: date, last: date, hired_on: date | None = None, left_on: date | None = None
) -> Decimal:
    """Which part of a period (both days counted in) somebody was in post, 0 to 1, by the book's written rule.

    "months" counts a calendar month in which he was in post for 15 days or more. Without a rule everybody counts whole.
    """
    begin, end = max(first, hired_on or first), min(last, left_on or last)
    if end < begin:
        return ZERO
    if terms.pro_rata == "none":
        return Decimal(1)
    if terms.pro_rata == "days":
        return (Decimal((end - begin).days + 1) / ((last - first).days + 1)).quantize(SHARE, ROUND_HALF_UP)
    months = _months(first, last)
    counted = sum(1 for low, high in months if (min(high, end) - max(low, begin)).days + 1 >= HALF_MONTH)
    return (Decimal(counted) / len(months)).quantize(SHARE, ROUND_HALF_UP)


def _months(first: date, last: date) -> list[tuple[date, date]]:
    found, low = [], first
    while low <= last:
        following = date(low.year + low.month // 12, low.month % 12 + 1, 1)
        found.append((low, min(last, date.fromordinal(following.toordinal() - 1))))
        low = following
    return found


def in_proportion(value: Decimal, share: Decimal) -> Decimal | None:
    """Points of part of a period as they would be for the whole of it, to one place; None where he was not in post."""
    return None if share == ZERO else (value / share).quantize(STEP, ROUND_HALF_UP)
