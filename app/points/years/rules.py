"""Rules of the year's assessment: which parts a result has, who may mark them, how the result follows, who is proposed.

A book says 半年 40 + 年终 60 and 部门 60, 社区 30, 服务对象 10 (六角办事处网格员考核办法) as two sets of weights: the one
whose parts are all times of the year are the stages, the other one is who marks each stage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from app.points.rules import STEP, ZERO, PointsRefused, signed

HUNDRED = Decimal(100)
MARK, HONOUR, WARNING, DECISION = "mark", "honour", "warning", "decision"
KIND_NAMES = {MARK: "评分", HONOUR: "表彰", WARNING: "警示", DECISION: "处理决定"}
OUTCOMES = {"keep": "留用", "improve": "留用，限期改进", "adjust": "调整岗位", "leave": "劝退"}
PROPOSING = ("劝退", "解聘", "辞退", "调整")
"""Words in what a grade brings that make it a proposal somebody has to decide; nothing follows by itself."""
STAGE_WORDS = ("半年", "年终", "全年")
LEDGER_WORD = "积分"
"""A part with this word in its name is the ledger's own score, and nobody marks it."""
SHORTEST_REASON = 5
LONGEST_TITLE = 100


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the year: 1 the first half, 2 the second (年终), 0 the whole year; percent of the year's result."""

    number: int
    name: str
    percent: Decimal

    def first_and_last(self, year: int) -> tuple[date, date]:
        """The days it is about."""
        first = date(year, 7 if self.number == 2 else 1, 1)
        return first, date(year, 6, 30) if self.number == 1 else date(year, 12, 31)

    def may_be_marked_from(self, year: int) -> date:
        """Its last month: before that there is not enough to judge by."""
        _first, last = self.first_and_last(year)
        return last.replace(day=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a book makes a year's result. Without `raters` a stage's result is the ledger's score."""

    stages: tuple[Stage, ...]
    raters: tuple[tuple[str, Decimal], ...] = ()

    @property
    def marked_parts(self) -> tuple[str, ...]:
        """The parts that somebody marks."""
        return tuple(name for name, _percent in self.raters if LEDGER_WORD not in name)

    def stage(self, number: int) -> Stage | None:
        """The stage of that number."""
        return next((each for each in self.stages if each.number == number), None)


WHOLE_YEAR = (Stage(0, "全年", HUNDRED),)


def plan_of(weights: Sequence[tuple[str, Sequence[tuple[str, Decimal]]]]) -> Plan:
    """The plan of a book's weights, each (name, parts). Without stages the year is one."""
    stages: tuple[Stage, ...] = ()
    raters: tuple[tuple[str, Decimal], ...] = ()
    for _name, parts in weights:
        if all(any(word in part for word in STAGE_WORDS) for part, _percent in parts):
            stages = stages or tuple(Stage(_number(part), part, percent) for part, percent in parts)
        else:
            raters = raters or tuple(parts)
    return Plan(tuple(sorted(stages, key=lambda each: each.number or 3)) or WHOLE_YEAR, raters)


def _number(part: str) -> int:
    return 0 if "全年" in part else 1 if part in ("半年", "上半年") else 2


NOTHING_TO_SAY: Mapping[int, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Result:
    """A year's result. `value` is None while something is missing; `how` tells each step in words."""

    value: Decimal | None
    how: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def result(
    plan: Plan, marks: Mapping[tuple[int, str], Decimal], scores: Mapping[int, Decimal | None],
    too_short: Mapping[int, str] = NOTHING_TO_SAY,
) -> Result:  # fmt: skip
    """The year of one worker. `marks` go from (stage, part) to the mark, `scores` from stage to the ledger's score.

    A stage he was not in post in has the score None: the others count for the whole year; `too_short` says why where he
    was there for too few days. One that has not begun has no score.
    """
    how, missing, values = [], [], []
    for stage in plan.stages:
        if stage.number not in scores:
            how.append(f"{stage.name}还没有开始")
            missing.append(f"{stage.name}得分")
            continue
        score = scores[stage.number]
        if score is None:
            how.append(f"{stage.name}{too_short.get(stage.number, '不在岗，不计')}")
            continue
        value, words, lacking = _of_stage(plan, stage, marks, score)
        how.append(words)
        missing += lacking
        values.append((stage, value))
    if missing or not values:
        return Result(None, tuple(how), tuple(missing))
    total = sum(stage.percent for stage, _value in values)
    year = sum(((value or ZERO) * stage.percent for stage, value in values), ZERO) / total
    rounded = year.quantize(STEP, ROUND_HALF_UP)
    if len(values) > 1:
        parts = " + ".join(f"{stage.name} {_plain(value)}×{_percent(stage.percent)}" for stage, value in values)
        how.append(f"全年 = {parts} = {_plain(rounded)}")
    return Result(rounded, tuple(how))


def _of_stage(
    plan: Plan, stage: Stage, marks: Mapping[tuple[int, str], Decimal], score: Decimal
) -> tuple[Decimal | None, str, list[str]]:
    if not plan.raters:
        return score, f"{stage.name} = 积分得分 {_plain(score)}", []
    values = {name: score if LEDGER_WORD in name else marks.get((stage.number, name)) for name, _percent in plan.raters}
    lacking = [f"{stage.name}{name}评分" for name, value in values.items() if value is None]
    if lacking:
        return (
            None,
            f"{stage.name}还缺{'、'.join(name for name, value in values.items() if value is None)}评分",
            lacking,
        )
    total = sum(percent for _name, percent in plan.raters)
    value = sum(((values[name] or ZERO) * percent for name, percent in plan.raters), ZERO) / total
    rounded = value.quantize(STEP, ROUND_HALF_UP)
    parts = " + ".join(f"{name} {_plain(values[name])}×{_percent(percent)}" for name, percent in plan.raters)
    return rounded, f"{stage.name} = {parts} = {_plain(rounded)}", []


def _plain(value: Decimal | None) -> str:
    return signed(value or ZERO).lstrip("+")


def _percent(value: Decimal) -> str:
    return f"{value.normalize():f}%"


def refuse_mark(plan: Plan, *, stage: int, part: str, value: Decimal, year: int, today: date) -> None:
    """Raises PointsRefused for a part the book does not have marked, a mark outside 0–100, and one that comes too early."""
    of = plan.stage(stage)
    if of is None or part not in plan.marked_parts:
        raise PointsRefused("现行积分细则没有这一项评分，请按细则写的评分人和时段来评。")
    if not ZERO <= value <= HUNDRED or value != value.quantize(STEP):
        raise PointsRefused("评分填 0 到 100 的数，最多一位小数。")
    if today < of.may_be_marked_from(year):
        raise PointsRefused(f"{of.name}评分从 {of.may_be_marked_from(year)} 起才能填。")


def refuse_reason(reason: str) -> None:
    """Raises PointsRefused without a reason to speak of."""
    if len("".join(reason.split())) < SHORTEST_REASON:
        raise PointsRefused(f"请写明理由，至少 {SHORTEST_REASON} 个字，网格员本人会看到。")


def refuse_title(title: str) -> None:
    """Raises PointsRefused for an honour or a warning without a name, or with one that is too long."""
    if not title.strip():
        raise PointsRefused("请写明是什么表彰或警示，例如“县级优秀网格员”。")
    if len(title.strip()) > LONGEST_TITLE:
        raise PointsRefused(f"名称最多写 {LONGEST_TITLE} 个字，详细情况写在理由里。")


def is_marked_by_community(part: str) -> bool:
    """Whether the community marks this part itself; all others are entered by the street or above it."""
    return "社区" in part or "村" in part


def proposal(consequence: str) -> str:
    """What a grade's consequence proposes (劝退调整); '' where nobody has to decide anything."""
    return consequence if any(word in consequence for word in PROPOSING) else ""
