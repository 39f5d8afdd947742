"""A rule book (积分细则) as plain values: groups of rules with caps, grades, weights, limits and switches.

Sources of what a book may hold: 江山市贺村镇 镇委〔2023〕9号 (parts of 100 and a capped bonus), 六角办事处网格员考核办法
(half-year and year-end weights, who scores, grades), 乾安县 “一事一记、每事积分”.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from app.fields.sentence import Sentence
from app.settings.profile import ProfileRefused

ZERO = Decimal(0)
HUNDRED = Decimal(100)

Measure = Literal["fixed", "per_unit", "steps"]
Recorder = Literal["any", "street", "system"]
Checker = Literal["none", "other", "street"]
ProRata = Literal["days", "months", "none"]
QuotaPer = Literal["community", "street"]

MEASURES: dict[Measure, str] = {"fixed": "每次固定分", "per_unit": "按数量", "steps": "按达到多少分档"}
RECORDERS: dict[Recorder, str] = {"any": "社区和街道都可以", "street": "街道以上", "system": "只由系统自动记"}
CHECKERS: dict[Checker, str] = {"none": "不用核", "other": "社区另一人核", "street": "街道核"}
PRO_RATA: dict[ProRata, str] = {
    "days": "按在岗天数折算",
    "months": "按在岗月数折算，当月在岗满半个月算一个月",
    "none": "不折算",
}
USUAL_SHARE = Decimal(50)
"""Half, as 公务员考核规定 leaves those without a grade who were on leave for more than half of the year."""
QUOTA_PER: dict[QuotaPer, str] = {"community": "按社区算", "street": "全街道一起算"}


class BookRefused(ProfileRefused):
    """A rule book that cannot be used; the message says what is wrong in it, in words.

    `sentence` is the message without the place, `key` the value it is about ('' where it is about none).
    """

    def __init__(self, message: str, *, sentence: str = "", key: str = "") -> None:
        super().__init__(message)
        self.sentence, self.key = sentence or message, key


@dataclass(frozen=True, slots=True)
class Step:
    """From `at_least` (percent or count) on a result brings `value`; `up_to` is the last result of the step as the
    document prints it, None where the next step ends it."""

    at_least: Decimal
    value: Decimal
    up_to: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookRule:
    """One rule. `value` carries its sign: points a time (fixed), points a unit (per_unit), the most (steps).

    Caps are points without sign, None where there is none. `checker` "none" means that an entry counts at once.
    """

    code: str
    name: str
    value: Decimal
    measure: Measure = "fixed"
    unit: str = ""
    steps: tuple[Step, ...] = ()
    otherwise: Decimal | None = None
    """Points below the lowest step; None where the document does not say (then nothing is given)."""
    cap_day: Decimal | None = None
    cap_month: Decimal | None = None
    cap_year: Decimal | None = None
    needs_evidence: bool = False
    evidence: str = ""
    """What proves the matter, in words for those who record."""
    recorder: Recorder = "any"
    checker: Checker = "none"
    is_veto: bool = False
    """一票否决: one live entry puts its worker into the lowest grade of the period, whatever his points."""
    auto_on: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    note: str = ""

    @property
    def is_deduction(self) -> bool:
        return self.value < ZERO

    @property
    def value_text(self) -> str:
        """+2 分；每户 −5 分；≥95% 15 分、≥90% 10 分、其余 0 分."""
        if self.measure == "per_unit":
            return f"每{self.unit} {signed(self.value)} 分"
        if self.measure == "steps":
            parts = [f"{step_text(step, self.unit)} {signed(step.value)} 分" for step in self.steps]
            return "、".join([*parts, f"其余 {signed(self.otherwise or ZERO)} 分"])
        return f"{signed(self.value)} 分" if self.value or not self.is_veto else "不计分"

    @property
    def caps_text(self) -> str:
        """每天最多 2 分，每月最多 20 分; '' without caps."""
        caps = (("每天", self.cap_day), ("每月", self.cap_month), ("每年", self.cap_year))
        return "，".join(f"{word}最多 {amount(cap)} 分" for word, cap in caps if cap is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rules under one heading. `base` is what everybody begins a month with, `cap` the most the group's gains bring in
    a month (on top of `base`), `floor` the least the group may come to (0: 扣完为止); None where there is no limit."""

    name: str
    rules: tuple[BookRule, ...] = ()
    base: Decimal = ZERO
    cap: Decimal | None = None
    floor: Decimal | None = None
    is_bonus: bool = False
    """附加分: stands beside the hundred."""
    note: str = ""

    @property
    def text(self) -> str:
        """基础分 20，加分每月最多 10，扣到 0 为止."""
        parts = []
        if self.base:
            parts.append(f"基础分 {amount(self.base)}")
        if self.cap is not None:
            parts.append(f"加分每月最多 {amount(self.cap)} 分")
        if self.floor is not None:
            parts.append(f"扣到 {amount(self.floor)} 分为止")
        return "，".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """One grade (等次): scores from `at_least` to `up_to`, both counted in, or under `below`, not counted in. Without an
    upper end it goes up to the next grade. `quota` is the most in percent of the workers of a community."""

    name: str
    at_least: Decimal | None = None
    up_to: Decimal | None = None
    below: Decimal | None = None
    quota: Decimal | None = None
    consequence: str = ""

    @property
    def text(self) -> str:
        """80–94 分；95 分以上；不到 60 分."""
        if self.at_least is not None and self.up_to is not None:
            return f"{amount(self.at_least)}–{amount(self.up_to)} 分"
        parts = [f"{amount(self.at_least)} 分以上"] if self.at_least is not None else []
        if self.below is not None:
            parts.append(f"不到 {amount(self.below)} 分")
        if self.up_to is not None:
            parts.append(f"{amount(self.up_to)} 分以下")
        return "、".join(parts) or "其余"


@dataclass(frozen=True, slots=True)
class Weights:
    """Parts that make one result: 半年 40 + 年终 60; 部门 60, 社区 30, 服务对象 10. Percent by name."""

    name: str
    parts: tuple[tuple[str, Decimal], ...]

    @property
    def total(self) -> Decimal:
        return sum((percent for _name, percent in self.parts), ZERO)

    @property
    def text(self) -> str:
        """半年 40%，年终 60%."""
        return "，".join(f"{name} {amount(percent)}%" for name, percent in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Switches and limits of a book; days are working days (工作日)."""

    is_ranked: bool = False
    ranking_basis: str = ""
    """The document that asks for a ranking; it must be attached before the switch works."""
    notice_days: int = 5
    dispute_days: int = 5
    decide_days: int = 5
    show_day: int | None = None
    """Day of the following month on which a month goes on show by itself; None: somebody begins it."""
    pro_rata: ProRata = "days"
    pro_rata_note: str = ""
    least_share: Decimal = USUAL_SHARE
    """Percent of a period one must have been in post to be scaled up, ranked and graded; 0 sets no floor."""
    quota_per: QuotaPer = "community"
    """Among whose workers the quotas of grades are counted."""

    @property
    def floor(self) -> Sentence:
        """在岗不满全期 50% 的不折算、不排名、不评等次; empty where the book sets no floor."""
        if self.pro_rata == "none" or not self.least_share:
            return Sentence()
        return Sentence("在岗不满全期 %(n)s%% 的不折算、不排名、不评等次", n=amount(self.least_share))


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """One version of a rule book. `key` names the book through all its versions, `basis` the document it cites."""

    key: str
    name: str
    valid_from: date
    valid_to: date | None = None
    basis: str = ""
    base: Decimal = ZERO
    """What everybody begins a month with, beside the bases of the groups."""
    groups: tuple[Group, ...] = ()
    grades: tuple[Grade, ...] = ()
    weights: tuple[Weights, ...] = ()
    terms: Terms = Terms()
    note: str = ""

    def rules(self) -> Iterator[tuple[Group, BookRule]]:
        """All rules with their groups, in the order of the book."""
        for group in self.groups:
            for rule in group.rules:
                yield group, rule

    def find(self, code: str) -> tuple[Group, BookRule] | None:
        """The rule of a code with its group."""
        return next(((group, rule) for group, rule in self.rules() if rule.code == code), None)

    @property
    def start(self) -> Decimal:
        """Points of a month in which nothing happened."""
        return self.base + sum((group.base for group in self.groups), ZERO)


def amount(value: Decimal) -> str:
    """20, 2.5: points without idle zeros, with a real minus."""
    text = f"{abs(value).normalize():f}"
    return f"−{text}" if value < ZERO else text


def signed(value: Decimal) -> str:
    """+2, −2.5, 0."""
    return f"+{amount(value)}" if value > ZERO else amount(value)


def step_text(step: Step, unit: str) -> str:
    """≥95%；90%–94%."""
    low = f"{amount(step.at_least)}{unit}"
    return f"≥{low}" if step.up_to is None else f"{low}–{amount(step.up_to)}{unit}"
