"""Invented papers of points: 公示表, 异议处理单, 更正清单, 各单位汇总表, 排名通报."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from reports.contents import points_areas, points_corrections, points_dispute, points_ranking, points_show
from reports.document import Document, FootLine

OCTOBER = "2026年10月"
FOOT = FootLine((("填表人", "周晓岚"), ("审核人", ""), ("负责人", ""), ("联系电话", "0512-55500103"), ("日期", "")))


def show() -> Document:
    workers = (
        points_show.ShownWorker("韦*", "枫叶社区第一网格", Decimal("3.5"), Decimal(-2), 3),
        points_show.ShownWorker("田*", "枫叶社区第二网格", Decimal(8), Decimal(0), 5),
        points_show.ShownWorker("欧阳**", "枫叶社区第二网格", Decimal(0), Decimal(0), 0),
    )
    return points_show.build(
        [points_show.Show("枫叶社区", date(2026, 11, 2), date(2026, 11, 6), workers)], area="枫叶社区", period=OCTOBER,
        phone="0512-55500103", foot_line=FOOT,
    )  # fmt: skip


def dispute() -> Document:
    record = points_dispute.Record
    return points_dispute.build(
        points_dispute.Dispute(
            "韦青", "枫叶社区第一网格", OCTOBER, "三号楼消防通道当天已经清理，不是超时没有签收，有现场照片。",
            date(2026, 11, 3), date(2026, 11, 10), file_count=2,
            records=(
                record("有异议的记录", 14, date(2026, 10, 12), "C03", "消防通道堵塞没有按时签收", Decimal(-2), "沈亦舟"),
                record("冲正", 17, date(2026, 10, 12), "C03", "冲正第 14 号：消防通道堵塞没有按时签收", Decimal(2), "周晓岚"),
                record("补记", 18, date(2026, 10, 12), "C01", "消防通道堵塞当天清理", Decimal(2), "周晓岚"),
            ),
            decision=points_dispute.Decision(
                True, date(2026, 11, 5), "周晓岚", "经查看签收记录和现场照片，当天 10 时已经签收，异议成立。"
            ),
        ),
        as_of=date(2026, 11, 6),
    )  # fmt: skip


def corrections() -> Document:
    of = points_corrections.Correction
    return points_corrections.build(
        (
            of("韦青", "枫叶社区第一网格", "异议冲正", "消防通道堵塞没有按时签收", 17, date(2026, 10, 12), Decimal(2),
               "当天已经签收", "周晓岚", 14, date(2026, 10, 12), Decimal(-2)),
            of("韦青", "枫叶社区第一网格", "异议补记", "消防通道堵塞当天清理", 18, date(2026, 10, 12), Decimal(2),
               "当天已经签收", "周晓岚"),
            of("田野", "枫叶社区第二网格", "冲正", "组织居民议事会", 9, date(2026, 10, 20), Decimal(-3),
               "核对时发现记在了别人名下", "沈亦舟", 6, date(2026, 9, 20), Decimal(3)),
        ),
        area="枫叶社区", period=OCTOBER, foot_line=FOOT,
    )  # fmt: skip


def areas() -> Document:
    line = points_areas.AreaLine
    return points_areas.build(
        (
            line("枫叶社区", 2, 8, Decimal("11.5"), Decimal(-2), 1, 1),
            line("桂苑社区", 3, 4, Decimal(4), Decimal(0)),
            line("锦绣社区", 0, 0, Decimal(0), Decimal(0)),
        ),
        area="枫叶街道", period=OCTOBER, area_word="社区", foot_line=FOOT,
    )  # fmt: skip


def ranking() -> Document:
    of = points_ranking.Ranked
    return points_ranking.build(
        (
            of(1, "田野", "枫叶社区第二网格", Decimal(24), Decimal("108.0"), "优秀"),
            of(2, "韦青", "枫叶社区第一网格", Decimal("13.5"), Decimal("104.5"), "合格",
               "“优秀”最多占 20%（1 名），按名次列入下一等"),
            of(2, "孟晓", "桂苑社区第一网格", Decimal("13.5"), Decimal("104.5"), "合格"),
            of(4, "乔木", "桂苑社区第二网格", Decimal(-12), Decimal("88.0"), "合格"),
        ),
        area="枫叶街道", period="2026年第三季度", basis="《枫叶街道网格员积分考核办法》（枫街发〔2026〕3号）",
        pro_rata="新到岗和离岗的按在岗天数折算", issuer="枫叶街道办事处", issued_on=date(2026, 10, 12),
    )  # fmt: skip


POINTS_PAPERS = {
    "points_show": show,
    "points_dispute": dispute,
    "points_corrections": corrections,
    "points_areas": areas,
    "points_ranking": ranking,
}
