"""Invented ledgers, rosters and tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from reports.contents import (
    dues_arrears,
    household_card,
    party_branches,
    points_ledger,
    property_ratings,
    roster,
    three_lists,
)
from reports.document import Document, TableColumn
from tests.reports.block_papers import FOOT_LINE, MADE_AT


def worker_ledger() -> Document:
    entry = points_ledger.Entry
    return points_ledger.build(
        points_ledger.Worker("韦青", "枫叶社区第一网格", "枫叶社区", "FY-017"),
        (
            entry(
                1,
                date(2026, 10, 2),
                "事〔2026〕00018",
                "上报三号楼消防通道堵塞并办结",
                "P02",
                Decimal(2),
                "照片2张",
                "沈亦舟",
                "周晓岚",
            ),
            entry(
                2,
                date(2026, 10, 9),
                "访〔2026〕00102",
                "走访独居老人，联系家人换装煤气报警器",
                "P01",
                Decimal("1.5"),
                "走访表",
                "沈亦舟",
                "周晓岚",
            ),
            entry(
                3,
                date(2026, 10, 12),
                "事〔2026〕00018",
                "冲正：同一事项重复记分",
                "P02",
                Decimal(-2),
                "",
                "沈亦舟",
                "周晓岚",
                "冲正",
            ),
            entry(
                4,
                date(2026, 10, 20),
                "会〔2026〕00009",
                "组织居民议事会",
                "P07",
                Decimal(3),
                "签到表",
                "沈亦舟",
                "",
                "待核",
                counts=False,
            ),
        ),
        period="2026年10月",
        opening=Decimal(100),
        foot_line=FOOT_LINE,
        short_code="K7-2M9R",
        created_at=MADE_AT,
    )


def points_summary() -> Document:
    line = points_ledger.WorkerLine
    return points_ledger.build_summary(
        (
            line("韦青", "枫叶社区第一网格", Decimal(100), Decimal("3.5"), Decimal(-2), 3),
            line("田野", "枫叶社区第二网格", Decimal("96.5"), Decimal(8), Decimal(0), 5, 1),
            line("孟晓", "桂苑社区第一网格", Decimal(100), Decimal(0), Decimal(0), 0),
        ),
        area="枫叶街道",
        period="2026年10月",
        foot_line=FOOT_LINE,
        created_at=MADE_AT,
    )


ROSTER_COLUMNS = (
    TableColumn("姓名"),
    TableColumn("性别", align="center"),
    TableColumn("出生日期", kind="date"),
    TableColumn("身份证号", kind="id"),
    TableColumn("专/兼职", align="center"),
    TableColumn("所属网格"),
    TableColumn("分管户数", kind="integer", is_summed=True),
    TableColumn("联系电话", kind="id"),
    TableColumn("备注"),
)


def worker_roster(count: int = 60) -> Document:
    names = ("韦青", "田野", "孟晓", "乔木", "施然", "柳岸", "欧阳明月")
    rows = tuple(
        (
            names[n % len(names)],
            "男女"[n % 2],
            date(1975 + n % 30, n % 12 + 1, n % 28 + 1),
            f"320505{1975 + n % 30}{n % 12 + 1:02d}{n % 28 + 1:02d}{n % 1000:03d}X",
            "专职" if n % 3 else "兼职",
            f"枫叶社区第{n % 9 + 1}网格",
            200 + n % 100,
            f"139{n:08d}",
            "十月起兼任楼栋长，分管三号楼至七号楼" if n % 11 == 0 else "",
        )
        for n in range(count)
    )
    return roster.build(
        ROSTER_COLUMNS,
        rows,
        title="枫叶街道网格员花名册",
        subtitle="填报单位：枫叶街道办事处　数据截至：2026-10-31",
        foot_line=FOOT_LINE,
        short_code="K7-2M9S",
        created_at=MADE_AT,
    )


def lists() -> Document:
    return three_lists.build(
        area="枫叶社区",
        as_of=date(2026, 10, 31),
        resources=(
            three_lists.Resource(
                "资001",
                "枫叶小学",
                "场地",
                "室内操场",
                "600平方米",
                "周六、周日全天",
                "提前三天联系，自备鞋套",
                "林知",
                "0512-55500102",
                date(2026, 12, 31),
                3,
            ),
            three_lists.Resource(
                "资002",
                "锦程物业",
                "人才",
                "持证电工",
                "2人",
                "工作日18:00后",
                "材料自备",
                "宋词",
                "13800000002",
                None,
                0,
            ),
        ),
        needs=(
            three_lists.Need(
                "需001",
                "走访",
                "柳岸",
                "五号楼",
                "车棚没有充电口，居民从窗口拉线",
                "安全",
                86,
                "急",
                date(2026, 11, 30),
                "已立项",
            ),
            three_lists.Need(
                "需002", "议事会", "孟晓", "枫叶小区", "孩子放学后没人看护", "民生", None, "一般", None, "待认领"
            ),
        ),
        projects=(
            three_lists.Project(
                "项001",
                "车棚充电口改造",
                ("需001",),
                ("资002",),
                "枫叶社区居委会",
                ("锦程物业", "街道应急办"),
                "韦青",
                Decimal("18500.00"),
                "为民服务资金",
                date(2026, 10, 8),
                date(2026, 11, 25),
                "已装6个，余4个待验收",
                Decimal("96.50"),
            ),
        ),
        names=three_lists.ListNames(resources="服务清单"),
        foot_line=FOOT_LINE,
        created_at=MADE_AT,
    )


def arrears() -> Document:
    owing = (
        dues_arrears.Owing("赵安", "第一网格党支部", tuple(date(2026, month, 1) for month in range(4, 10)), True),
        dues_arrears.Owing("钱成", "第二网格党支部", (date(2026, 9, 1),)),
    )
    return dues_arrears.build(owing, area="枫叶社区", as_of=date(2026, 10, 31), foot_line=FOOT_LINE, created_at=MADE_AT)


def branches() -> Document:
    branch = party_branches.Branch
    return party_branches.build(
        (
            branch(
                "中共枫叶社区第一网格支部委员会", above="枫叶社区党总支", place="第一网格", founded_on=date(2019, 7, 1),
                elected_on=date(2022, 1, 10), ends_on=date(2027, 1, 9), secretary="陆鸣远", organiser="周晓岚",
                publicist="韦青", discipline="田野", full=32, probationary=1, floating=3, retired=12, groups=3, activists=2,
                room="社区二楼", phone="0512-55500101",
            ),
            branch("锦程物业联合党支部", full=2, ends_on=date(2026, 3, 1), note="两家物业联合组建"),
        ),
        organisation="枫叶街道党工委", as_of=date(2026, 10, 31), foot_line=FOOT_LINE, created_at=MADE_AT,
    )  # fmt: skip


def ratings() -> Document:
    rated, taken = property_ratings.Rated, property_ratings.Deduction
    return property_ratings.build(
        (
            rated(
                "锦程物业", "枫叶小区", "枫叶社区",
                (taken("消防通道堆物", Decimal("5.5"), "照片2张", date(2026, 11, 5), True), taken("电梯停用超过两天", Decimal(12))),
                Decimal(1), colours_before=("黄", "黄"),
            ),
            rated("安居物业", "桂苑小区", "桂苑社区", (taken("保洁不到位", Decimal(3), "照片1张", date(2026, 11, 8), False),)),
        ),
        area="枫叶街道", period="2026年第三季度", as_of=date(2026, 9, 30), foot_line=FOOT_LINE, created_at=MADE_AT,
    )  # fmt: skip


def household() -> Document:
    return household_card.build(
        household_card.Home(
            "桂苑小区三号楼2单元501室", "桂苑社区", "第二网格", "韦青", "田野", "自住", Decimal("89.50"), "孟*", "138****0001",
            ("独居老人",),
        ),
        (
            household_card.Resident(
                "孟㛃", "户主", "男", date(1949, 5, 2), "320505********0011", "138****0001", "群众", "退休", ("独居老人",)
            ),
        ),
        (household_card.Contact(date(2026, 10, 9), "走访", "血压偏高，已联系社区医生上门", "韦青", "已随访"),),
        as_of=date(2026, 10, 31), created_at=MADE_AT,
    )  # fmt: skip
