"""Invented papers of points: 公示表, 异议处理单, 更正清单, 各单位汇总表, 排名通报."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from reports.contents import points_areas, points_corrections, points_dispute, points_ranking, points_show, points_year
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
        apart=(
            points_ranking.Apart(
                "秦禾", "枫叶社区第一网格",
                "记录合计 +4.0，在岗 26 天，不满全期 92 天的 50%，不折算、不排名、不评等次，得 104.0",
            ),
        ),
        area="枫叶街道", period="2026年第三季度", basis="《枫叶街道网格员积分考核办法》（枫街发〔2026〕3号）",
        pro_rata="新到岗和离岗的按在岗天数折算", issuer="枫叶街道办事处", issued_on=date(2026, 10, 12),
    )  # fmt: skip


def worker_year() -> points_year.WorkerYear:
    mark = points_year.Mark
    return points_year.WorkerYear(
        "韦青", "枫叶社区第一网格", Decimal("86.5"), Decimal("90.7"),
        (
            "半年 = 部门 90.0×60% + 社区 80.0×30% + 服务对象 100.0×10% = 88.0",
            "年终 = 部门 95.0×60% + 社区 90.0×30% + 服务对象 85.0×10% = 92.5",
            "全年 = 半年 88.0×40% + 年终 92.5×60% = 90.7",
        ),
        grade="合格", why="“优秀”最多占 20%（1 名），按名次列入下一等",
        months=tuple((f"{n}月", Decimal(value)) for n, value in enumerate((6, 7, 9, 5, 8, 7, 6, 9, 8, 10, -2, 13), 1)),
        marks=(
            mark("半年", "部门", Decimal(90), "六个部门书面意见的平均", "沈亦舟", date(2026, 7, 6)),
            mark("半年", "社区", Decimal(80), "两次抽查发现名册更新不及时", "周晓岚", date(2026, 7, 3)),
            mark("半年", "服务对象", Decimal(100), "二十户回访都满意", "沈亦舟", date(2026, 7, 6)),
        ),
        notes=(
            points_year.Note("表彰", "县级优秀网格员", "乾网格办〔2026〕8号", "沈亦舟", date(2026, 9, 10)),
            points_year.Note("警示", "约谈提醒", "十一月一起积水没有按时签收", "周晓岚", date(2026, 11, 20)),
        ),
    )  # fmt: skip


def year() -> Document:
    return points_year.build(2026, worker_year())


def year_list() -> Document:
    low = points_year.WorkerYear(
        "乔木",
        "桂苑社区第二网格",
        Decimal(-12),
        Decimal("55.0"),
        grade="不合格",
        proposal="劝退调整",
        decision="调整岗位（沈亦舟，2027-01-12）",
    )
    open_ = points_year.WorkerYear("孟晓", "桂苑社区第一网格", Decimal(40), None)
    return points_year.build_list(2026, (worker_year(), open_, low), area="枫叶街道", foot_line=FOOT)


POINTS_PAPERS = {
    "points_year": year,
    "points_year_list": year_list,
    "points_show": show,
    "points_dispute": dispute,
    "points_corrections": corrections,
    "points_areas": areas,
    "points_ranking": ranking,
}
