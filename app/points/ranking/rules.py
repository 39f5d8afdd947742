"""Rules of ranking: what a period's points come to for whoever was not there all the time, ranks, grades with quotas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from app.points.books.grades import grade_of, most_in_grade, ordered_grades
from app.points.books.rules import HUNDRED, Grade, ProRata, amount
from app.points.rules import STEP, ZERO, signed

HALF_A_MONTH = 15
UNGRADED = "未定等次"

PRO_RATA_TEXTS: Mapping[ProRata, str] = {
    "days": "新到岗和离岗的按在岗天数折算",
    "months": "新到岗和离岗的按在岗月数折算",
    "none": "新到岗和离岗的不折算",
}


def pro_rata_text(pro_rata: ProRata) -> str:
    """新到岗和离岗的按在岗天数折算: how a ranking tells its rule."""
    return PRO_RATA_TEXTS[pro_rata]


class NotRanked(ValueError):
    """There is no ranking here; the message says why and what would be needed."""


@dataclass(frozen=True, slots=True)
class Stay:
    """From when to when somebody was in post; None is an open end."""

    hired_on: date | None = None
    left_on: date | None = None

    def days_in(self, first: date, last: date) -> int:
        """Days in post between two days, both counted in."""
        begin = max(first, self.hired_on or first)
        end = min(last, self.left_on or last)
        return max(0, (end - begin).days + 1)


@dataclass(frozen=True, slots=True)
class Score:
    """What a worker's period comes to. `how` says in words how `value` follows from `points`."""

    worker: str
    points: Decimal
    value: Decimal
    how: str
    has_veto: bool = False
    is_short: bool = False
    """In post for less of the period than the book asks: not scaled up, not ranked, not graded."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A score with its rank among `among` workers; the same score has the same rank (1, 1, 3)."""

    score: Score
    rank: int
    among: int


@dataclass(frozen=True, slots=True)
class Graded:
    """A placed score with its grade, None in a gap of the book's table. `why` says what moved it from the grade its
    score alone would bring, or that the book has none for it."""

    placed: Placed
    grade: Grade | None
    why: str = ""

    @property
    def name(self) -> str:
        """优秀; 未定等次 where the book has no grade for the score."""
        return self.grade.name if self.grade is not None else UNGRADED

    @property
    def consequence(self) -> str:
        """What the grade brings; '' where it brings nothing."""
        return self.grade.consequence if self.grade is not None else ""


def refuse_ranking(*, is_ranked: bool, basis: str) -> None:
    """Raises NotRanked where the book does not switch the ranking on, or cites no document for it."""
    if not is_ranked:
        raise NotRanked("现行积分细则没有开启排名，只看本人积分和合计。要排名的，由街道在细则里开启并写明依据文件。")
    if not basis.strip():
        raise NotRanked("现行积分细则开启了排名，但没有写依据文件，所以不排。请在细则里补上依据文件。")


def score(
    worker: str, points: Decimal, stay: Stay, *, first: date, last: date, start: Decimal, pro_rata: ProRata,
    has_veto: bool = False, least_share: Decimal = ZERO,
) -> Score | None:  # fmt: skip
    """What a period of whole months or a week comes to; None for whoever was not in post in it.

    `start` is what everybody begins a month with. With it a period counts as the mean of its months, so that grades
    written for a hundred fit a month and a year alike; without it points are added up. Whoever was there for less than
    `least_share` percent keeps his points as they are: the fewer the days, the more scaling makes of chance.
    """
    there, whole = _shares(stay, first, last, pro_rata)
    if there == 0:
        return None
    is_short = there * HUNDRED < least_share * whole
    scaled = points if is_short or there == whole else (points * whole / there)
    months = max(1, _months_between(first, last))
    value = scaled if start == ZERO else start + scaled / months
    rounded = value.quantize(STEP, ROUND_HALF_UP)
    least = least_share if is_short else None
    how = _how(points, there, whole, months, start, rounded, pro_rata, least)
    return Score(worker, points, rounded, how, has_veto, is_short)


def _shares(stay: Stay, first: date, last: date, pro_rata: ProRata) -> tuple[int, int]:
    whole_days = (last - first).days + 1
    days = stay.days_in(first, last)
    if days == 0 or pro_rata == "none":
        return (whole_days if days else 0), whole_days
    if pro_rata == "days":
        return days, whole_days
    months = list(_months(first, last))
    worked = sum(stay.days_in(begin, end) >= min(HALF_A_MONTH, (end - begin).days + 1) for begin, end in months)
    return worked, len(months)


def _months(first: date, last: date) -> Iterable[tuple[date, date]]:
    begin = first
    while begin <= last:
        following = (begin.replace(day=1) + timedelta(days=32)).replace(day=1)
        end = min(last, following - timedelta(days=1))
        yield begin, end
        begin = following


def _months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _how(
    points: Decimal, there: int, whole: int, months: int, start: Decimal, value: Decimal, pro_rata: ProRata,
    least: Decimal | None,
) -> str:  # fmt: skip
    parts = [f"记录合计 {signed(points)}"]
    unit = "个月" if pro_rata == "months" else "天"
    if least is not None:
        parts.append(f"在岗 {there} {unit}，不满全期 {whole} {unit}的 {amount(least)}%，不折算、不排名、不评等次")
    elif there != whole:
        parts.append(f"在岗 {there} {unit}，按全期 {whole} {unit}折算")
    if start != ZERO:
        parts.append(f"按 {months} 个月平均" if months > 1 else "")
        parts.append(f"加基础分 {signed(start).lstrip('+')}")
    return "，".join(part for part in parts if part) + f"，得 {signed(value).lstrip('+')}"


def ranked(scores: Iterable[Score]) -> tuple[Placed, ...]:
    """Highest first; the same score has the same rank, and the next one counts all before it (1, 1, 3)."""
    ordered = sorted(scores, key=lambda each: (-each.value, each.worker))
    placed: list[Placed] = []
    for number, each in enumerate(ordered, 1):
        is_tie = bool(placed) and placed[-1].score.value == each.value
        placed.append(Placed(each, placed[-1].rank if is_tie else number, len(ordered)))
    return tuple(placed)


def graded(placed: Sequence[Placed], grades: Iterable[Grade], *, among: int | None = None) -> tuple[Graded, ...]:
    """Grades of ranked workers by a book's table.

    A quota is never exceeded: where those with the same score would go over it, all of them go into the next grade.
    A veto puts its worker into the lowest. Without grades nobody is graded. Quotas are of `among` workers (default: of
    those who are placed).
    """
    ordered = ordered_grades(grades)
    if not ordered:
        return ()
    found = {each.score.worker: _by_score(each, ordered) for each in placed}
    for grade, following in pairwise(ordered):
        room = most_in_grade(grade, len(placed) if among is None else among)
        if room is None:
            continue
        inside = [each for each in placed if found[each.score.worker].grade == grade and not each.score.has_veto]
        for each in inside:
            before = sum(other.score.value >= each.score.value for other in inside)
            if before > room:
                why = f"“{grade.name}”最多占 {grade.quota:f}%（{room} 名），按名次列入下一等"
                found[each.score.worker] = Graded(each, following, why)
    for each in placed:
        if each.score.has_veto:
            found[each.score.worker] = Graded(each, ordered[-1], "有一票否决的记录，列入最低等次")
    return tuple(found[each.score.worker] for each in placed)


def _by_score(placed: Placed, ordered: Sequence[Grade]) -> Graded:
    grade = grade_of(ordered, placed.score.value)
    if grade is None:
        return Graded(placed, None, f"细则里没有 {amount(placed.score.value)} 分的等次，请街道补全细则")
    return Graded(placed, grade)
