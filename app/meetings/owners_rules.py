"""Rules of 业主大会: owners decide by number and by square metres at once (民法典第二百七十八条).

A matter stands where owners holding at least two thirds of the exclusive area, who are at least two thirds of all
owners, took part; carried is it by more than half of those who took part in both counts, the three weighty matters by
at least three quarters in both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from app.fields.sentence import Sentence, one_after_another
from app.meetings.rules import Finding, Share

TAKING_PART = Share(2, 3, is_strict=False)
ORDINARY = Share(1, 2)
WEIGHTY = Share(3, 4, is_strict=False)


@dataclass(frozen=True, slots=True)
class OwnersMatter:
    """One kind of matter that owners decide together; the share follows from it."""

    key: str
    label: str
    majority: Share

    @property
    def is_weighty(self) -> bool:
        """Whether three quarters are needed."""
        return self.majority == WEIGHTY


MATTERS: tuple[OwnersMatter, ...] = (
    OwnersMatter("procedure", "制定、修改议事规则", ORDINARY),
    OwnersMatter("covenant", "制定、修改管理规约", ORDINARY),
    OwnersMatter("committee", "选举、更换业委会成员", ORDINARY),
    OwnersMatter("property_company", "选聘、解聘物业服务企业", ORDINARY),
    OwnersMatter("use_of_fund", "使用维修资金", ORDINARY),
    OwnersMatter("raise_fund", "筹集维修资金", WEIGHTY),
    OwnersMatter("rebuild", "改建、重建建筑物及其附属设施", WEIGHTY),
    OwnersMatter("change_of_use", "改变共有部分用途或利用共有部分经营", WEIGHTY),
    OwnersMatter("other", "其他共有和共同管理事项", ORDINARY),
)
"""The nine items of 民法典第二百七十八条, in its order."""


def matter_of(key: str) -> OwnersMatter:
    """The kind of matter; one that is not known is an ordinary one."""
    return next((matter for matter in MATTERS if matter.key == key), MATTERS[-1])


@dataclass(frozen=True, slots=True)
class Owners:
    """So many owners, and the square metres of exclusive area that are theirs."""

    count: int = 0
    area: Decimal = Decimal(0)

    def __add__(self, other: Owners) -> Owners:
        """Both together."""
        return Owners(self.count + other.count, self.area + other.area)


@dataclass(frozen=True, slots=True)
class OwnersBallot:
    """What the count of one matter brought."""

    in_favour: Owners
    against: Owners = Owners()
    abstained: Owners = Owners()

    @property
    def took_part(self) -> Owners:
        """All whose ballots were counted."""
        return self.in_favour + self.against + self.abstained


def _both(share: Share, part: Owners, whole: Owners) -> bool:
    return share.is_met_by(part.count, whole.count) and share.is_met_by(part.area, whole.area)


def percent(part: int | Decimal, whole: int | Decimal) -> str:
    """76.92 %, cut off rather than rounded, so that what falls short by a hair never reads as enough; — of nothing."""
    if whole <= 0:
        return "—"
    hundredths = Decimal(part) * 10_000 // Decimal(whole)
    return f"{hundredths / 100:.2f}%"


def participation(whole: Owners, took_part: Owners) -> Finding:
    """Whether enough owners with enough square metres took part."""
    rule = Sentence("参与表决的业主，人数和专有部分面积都要占三分之二以上。")
    parts = {
        "n": took_part.count, "n_share": percent(took_part.count, whole.count), "m": f"{took_part.area:,.2f}",
        "m_share": percent(took_part.area, whole.area),
    }  # fmt: skip
    is_met = _both(TAKING_PART, took_part, whole)
    found = (
        "参与表决的业主 %(n)s 人，占 %(n_share)s；面积 %(m)s 平方米，占 %(m_share)s；达到三分之二。"
        if is_met
        else "参与表决的业主 %(n)s 人，占 %(n_share)s；面积 %(m)s 平方米，占 %(m_share)s；没有达到三分之二，表决无效。"
    )
    return Finding(is_met, rule, Sentence(found, **parts), TAKING_PART.least(whole.count), took_part.count)


def majority_rule(matter: OwnersMatter) -> Sentence:
    """What the matter needs, in words."""
    if matter.is_weighty:
        return Sentence(
            "%(matter)s：参与表决的业主中，同意的人数和面积都要占四分之三以上。", matter=Sentence(matter.label)
        )
    return Sentence("%(matter)s：参与表决的业主中，同意的人数和面积都要过半数。", matter=Sentence(matter.label))


def outcome(matter: OwnersMatter, whole: Owners, ballot: OwnersBallot) -> Finding:
    """Whether the matter is carried: enough took part, and enough of them are in favour."""
    took_part, yes = ballot.took_part, ballot.in_favour
    enough = participation(whole, took_part)
    is_passed = enough.is_met and _both(matter.majority, yes, took_part)
    told = Sentence(
        "同意 %(n)s 人，占参与的 %(n_share)s；面积 %(m)s 平方米，占参与的 %(m_share)s；%(result)s。",
        n=yes.count, n_share=percent(yes.count, took_part.count), m=f"{yes.area:,.2f}",
        m_share=percent(yes.area, took_part.area), result=Sentence("通过" if is_passed else "没有通过"),
    )  # fmt: skip
    needed = matter.majority.least(took_part.count)
    return Finding(is_passed, majority_rule(matter), one_after_another(enough.sentence, told), needed, yes.count)


def ballot_errors(whole: Owners, ballot: OwnersBallot) -> Iterator[tuple[str, str]]:
    """Why a count cannot stand: (part of the ballot, sentence). A count that falls short stands, and is not carried."""
    if whole.count <= 0 or whole.area <= 0:
        yield "in_favour", Sentence("请先在会议里填写业主总人数和专有部分总面积，才能算出比例。")
        return
    for name in ("in_favour", "against", "abstained"):
        part: Owners = getattr(ballot, name)
        if part.count < 0 or part.area < 0:
            yield name, Sentence("人数和面积不能小于 0。")
        elif bool(part.count) != bool(part.area):
            yield name, Sentence("人数和面积要一起填写：有人就有面积，有面积就有人。")
    took_part = ballot.took_part
    if not took_part.count:
        yield "in_favour", Sentence("同意、反对、弃权都是 0，请填写人数和面积。")
    if took_part.count > whole.count:
        many = "参与表决的业主合计 %(n)s 人，比业主总人数 %(all)s 人还多，请核对。"
        yield "in_favour", Sentence(many, n=took_part.count, all=whole.count)
    if took_part.area > whole.area:
        large = "参与表决的面积合计 %(m)s 平方米，比专有部分总面积 %(all)s 平方米还大，请核对。"
        yield "in_favour_area", Sentence(large, m=f"{took_part.area:,.2f}", all=f"{whole.area:,.2f}")
