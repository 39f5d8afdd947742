"""The checker's part about grades: gaps, overlaps, ends that fall off, quotas that cannot be kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise

from app.points.books.findings import Finding
from app.points.books.grades import ordered_grades
from app.points.books.rules import HUNDRED, ZERO, Book, Grade, amount
from app.points.rules import STEP

WHOLE = Decimal(1)


def grade_findings(book: Book) -> Iterator[Finding]:
    """What is wrong with a book's table of grades; a book without one is in order."""
    if not book.grades:
        return
    rising = ordered_grades(book.grades)[::-1]
    names = [grade.name for grade in rising]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Finding(f"等次“{name}”", "写了两次，请改名或删掉一个。", is_fault=True)
    yield from _ends(rising)
    for low, high in pairwise(rising):
        yield from _border(low, high)
    yield from _quotas(rising)


def _ends(rising: Sequence[Grade]) -> Iterator[Finding]:
    for grade in rising:
        top = grade.up_to if grade.up_to is not None else grade.below
        if grade.at_least is not None and top is not None and top < grade.at_least:
            yield Finding(f"等次“{grade.name}”", f"写反了：{grade.text}，上限比下限小。", is_fault=True)
    for grade in rising[1:]:
        if grade.at_least is None:
            yield Finding(f"等次“{grade.name}”", "没有写从多少分起，和最低的等次分不开。", is_fault=True)
    lowest, highest = rising[0], rising[-1]
    if lowest.at_least is not None and lowest.at_least > ZERO:
        low = amount(lowest.at_least)
        yield Finding("等次", f"{low} 分以下没有等次，得分再低也评不出来。请给最低的等次去掉下限。", is_fault=False)
    if highest.up_to is not None and highest.up_to < HUNDRED:
        yield Finding("等次", f"{amount(highest.up_to)} 分以上没有等次。请给“{highest.name}”去掉上限。")


def _border(low: Grade, high: Grade) -> Iterator[Finding]:
    """Two neighbouring grades: do they meet, overlap, or leave scores between them without a grade?"""
    if high.at_least is None or (low.up_to is None and low.below is None):
        return
    both = f"“{low.name}”（{low.text}）和“{high.name}”（{high.text}）"
    # The first score of one place that the lower grade no longer holds.
    free = low.below if low.below is not None else (low.up_to or ZERO) + STEP
    if free > high.at_least:
        yield Finding("等次", f"{both}重叠：{amount(high.at_least)} 分算哪一等说不清，请改。", is_fault=True)
    elif free < high.at_least:
        yield Finding("等次", _gap(low, high, both, free))


def _gap(low: Grade, high: Grade, both: str, free: Decimal) -> str:
    assert high.at_least is not None
    last = high.at_least - STEP
    if high.at_least - free < WHOLE:
        middle = f"{amount(free)}–{amount(last)}" if last > free else amount(free)
        return (
            f"{both}之间的 {middle} 分没有等次。分数有一位小数，请把“{low.name}”写成“不到 {amount(high.at_least)} 分”。"
        )
    first = free.to_integral_value(ROUND_CEILING)
    return (
        f"{both}之间空着：{amount(first)}–{amount(high.at_least - WHOLE)} 分（到 {amount(last)} 分）没有等次，"
        "落在里面的人评不出来。请补一个等次，或把上下两等接起来。"
    )


def _quotas(rising: Sequence[Grade]) -> Iterator[Finding]:
    for grade in rising:
        if grade.quota is not None and not ZERO < grade.quota <= HUNDRED:
            yield Finding(f"等次“{grade.name}”", "名额比例要在 0% 到 100% 之间。", is_fault=True)
    limited = [grade.quota for grade in rising if grade.quota is not None]
    total = sum(limited, ZERO)
    if len(limited) == len(rising) and total < HUNDRED:
        sentence = f"每一等都限了名额，加起来只有 {amount(total)}%，其余的人评不上任何一等。请让一个等次不限名额。"
        yield Finding("等次", sentence, is_fault=True)
    lowest = rising[0]
    if lowest.quota is not None and lowest.quota < HUNDRED:
        sentence = f"最低的等次限了 {amount(lowest.quota)}% 的名额。有多少算多少，不该限，也不该凑人数。"
        yield Finding(f"等次“{lowest.name}”", sentence)
