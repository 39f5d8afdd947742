"""物业评价表: scores of property companies and the colour that follows from them; nobody types a colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal

from reports.document import (
    Block,
    Document,
    Facts,
    FootLine,
    Page,
    Table,
    TableColumn,
    Value,
    long_date,
    ratio,
    show,
)

Colour = Literal["绿", "黄", "红"]
COLOURS: Final[tuple[Colour, ...]] = ("绿", "黄", "红")
FULL: Final = Decimal(100)
GREEN_FROM: Final = Decimal(85)
YELLOW_FROM: Final = Decimal(60)
YELLOWS_TO_RED: Final = 3
"""So many yellow periods in a row make red."""


@dataclass(frozen=True, slots=True)
class Deduction:
    """Points taken for one fault: what, evidence, until when it is to be mended, whether it was looked at again."""

    item: str
    points: Decimal
    evidence: str = ""
    mend_by: date | None = None
    is_mended: bool | None = None


@dataclass(frozen=True, slots=True)
class Rated:
    """One company in one estate: what was taken and given this period, vetoes, the colours of the periods before."""

    company: str
    estate: str
    area: str = ""
    deductions: tuple[Deduction, ...] = ()
    bonus: Decimal = Decimal(0)
    vetoes: tuple[str, ...] = ()
    """安全事故, 拒不整改 …: one is enough for red."""
    colours_before: tuple[Colour, ...] = ()
    """Oldest first, the last period at the end."""

    @property
    def score(self) -> Decimal:
        """100 less what was taken, plus the bonus; never below 0 nor above 100."""
        points = FULL - sum((each.points for each in self.deductions), Decimal(0)) + self.bonus
        return min(FULL, max(Decimal(0), points))


def colour_of(rated: Rated) -> tuple[Colour, str]:
    """The colour of the period and why: a veto, the score, or three yellow periods in a row."""
    if rated.vetoes:
        return "红", f"一票否决：{'、'.join(rated.vetoes)}"
    if rated.score < YELLOW_FROM:
        return "红", f"得分低于{YELLOW_FROM}分"
    if rated.score >= GREEN_FROM:
        return "绿", ""
    before = rated.colours_before[-(YELLOWS_TO_RED - 1) :]
    if len(before) == YELLOWS_TO_RED - 1 and set(before) == {"黄"}:
        return "红", f"连续{YELLOWS_TO_RED}期为黄"
    return "黄", f"得分低于{GREEN_FROM}分"


def build(
    rated: Sequence[Rated],
    *,
    area: str,
    period: str,
    as_of: date,
    foot_line: FootLine | None = None,
    is_draft: bool = False,
    short_code: str = "",
    created_at: datetime | None = None,
) -> Document:
    """Scores with colours, how many companies have each colour, then every deduction with its limit."""
    rows = [(each, *colour_of(each)) for each in sorted(rated, key=lambda each: (-each.score, each.company))]
    blocks: list[Block] = [_scores(rows)]
    if rows:
        # In words: a chart in house colours would show green companies blue, and print all colours grey.
        counted = [(wanted, sum(colour == wanted for _each, colour, _why in rows)) for wanted in COLOURS]
        shares = [
            (f"{wanted}（家）", f"{count}，占{show(ratio(count, len(rows), 1), 'percent', 1)}")
            for wanted, count in counted
        ]
        blocks.append(Facts(tuple(shares), columns=3))
    blocks.append(_deductions([each for each, _colour, _why in rows]))
    return Document(
        title=f"{area}{period}物业服务评价表",
        blocks=tuple(blocks),
        page=Page("A4", "landscape"),
        subtitle=f"填报单位：{area}　　统计截至：{long_date(as_of)}",
        foot_line=foot_line,
        is_draft=is_draft,
        short_code=short_code,
        created_at=created_at,
    )


def _scores(rows: Sequence[tuple[Rated, Colour, str]]) -> Table:
    columns = (
        TableColumn("序号", 0.6, "integer", "center"),
        TableColumn("物业企业", 2.4),
        TableColumn("服务小区", 1.8),
        TableColumn("所属社区", 1.4),
        TableColumn("扣分", 0.8, "decimal", places=1),
        TableColumn("加分", 0.8, "decimal", places=1),
        TableColumn("得分", 0.8, "decimal", places=1),
        TableColumn("本期", 0.7, align="center"),
        TableColumn("上期", 0.7, align="center"),
        TableColumn("问题数", 0.8, "integer", is_summed=True),
        TableColumn("已整改", 0.8, "integer", is_summed=True),
        TableColumn("说明", 2.2),
    )
    lines: list[tuple[Value, ...]] = []
    for number, (each, colour, why) in enumerate(rows, 1):
        taken = sum((one.points for one in each.deductions), Decimal(0))
        mended = sum(1 for one in each.deductions if one.is_mended)
        before = each.colours_before[-1] if each.colours_before else "—"
        lines.append(
            (
                number, each.company, each.estate, each.area, taken, each.bonus, each.score, colour, before,
                len(each.deductions), mended, why,
            )
        )  # fmt: skip
    note = (
        f"得分{GREEN_FROM}分及以上为绿，{YELLOW_FROM}分至{GREEN_FROM}分以下为黄，{YELLOW_FROM}分以下为红；"
        f"有一票否决事项的为红；连续{YELLOWS_TO_RED}期为黄的转为红。颜色由得分算出，不能手填。"
    )
    return Table(columns, tuple(lines), caption="表1　得分和等次", note=note, empty_text="本期没有评价记录")


def _deductions(rated: Sequence[Rated]) -> Table:
    columns = (
        TableColumn("物业企业", 2.0),
        TableColumn("服务小区", 1.6),
        TableColumn("扣分事项", 3.6),
        TableColumn("扣分", 0.8, "decimal", places=1),
        TableColumn("佐证", 1.4),
        TableColumn("整改期限", 1.2, "date"),
        TableColumn("复查", 1.0, align="center"),
    )
    shown = {None: "待复查", True: "已整改", False: "未整改"}
    rows = tuple(
        (each.company, each.estate, one.item, one.points, one.evidence, one.mend_by, shown[one.is_mended])
        for each in rated
        for one in each.deductions
    )
    return Table(columns, rows, caption="表2　扣分事项和整改", empty_text="本期没有扣分")
