"""Invented papers told from figures: 月报, 一页纸, 周小结, 排名通报, 年度总结."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from reports.contents import area_ranking, digest, digest_rows, one_page, week_summary, year_summary
from reports.contents.figures import Figure
from reports.document import Document
from tests.reports.block_papers import MADE_AT


def figures() -> tuple[Figure, ...]:
    return (
        Figure("reported", "上报事件", 1300, "本期登记的事件数，不含作废", "件", 1180),
        Figure("closed", "办结事件", 1265, "本期应办结且已办结的事件数", "件", 1160),
        Figure(
            "closed_rate",
            "办结率",
            Decimal("97.31"),
            "办结事件÷上报事件",
            "%",
            Decimal("98.31"),
            target=Decimal("98.00"),
        ),
    )


def street_digest(*, is_draft: bool = True) -> Document:
    party = digest.Topic(
        "党建引领",
        (
            Figure("grids", "网格", 120, "期末有效的网格数", "个", 120, "stock"),
            Figure("branches", "党组织", 160, "期末有效的党组织数", "个", 158, "stock"),
            Figure("members", "党员", 3218, "期末组织关系在册的党员数", "名", None, "stock"),
            Figure("activities", "党组织活动", 166, "本期登记的党组织活动次数", "次", 0),
        ),
    )
    events = digest.Topic(
        "事件上报",
        figures(),
        (
            digest.AreaLine("枫叶社区", (520, 510, Decimal("98.08"))),
            digest.AreaLine("桂苑社区", (430, 411, Decimal("95.58"))),
            digest.AreaLine("锦绣社区", (350, 344, Decimal("98.29"))),
        ),
        parts=(
            digest.Topic("普通事件", (Figure("plain", "普通事件", 1100, "类别为普通的事件", "件", 1000),)),
            digest.Topic("矛盾纠纷", (Figure("disputes", "矛盾纠纷", 0, "类别为矛盾纠纷的事件", "件", 3),)),
        ),
        ranked_by="closed_rate",
    )
    return digest.build(
        area="枫叶街道",
        period="2026年10月",
        sections=(digest.Section("基本情况", (party, events, digest.Topic("走访服务"))),),
        counted_until=date(2026, 10, 31),
        issuer="枫叶街道网格中心",
        issued_on=date(2026, 11, 3),
        history=digest.History(
            "近六个月事件",
            ("上报", "办结"),
            tuple(
                digest.MonthLine(f"{month}月", values)
                for month, values in zip(
                    range(5, 11),
                    ((980, 950), (1010, 990), (1105, 1090), (None, None), (1180, 1160), (1300, 1265)),
                    strict=True,
                )
            ),
        ),
        is_draft=is_draft,
        created_at=MADE_AT,
    )


def sections() -> tuple[digest_rows.Section, ...]:
    lines = tuple(digest_rows.AreaLine(name, (520 - 90 * n, 510 - 99 * n, Decimal("98.08") - n)) for n, name in AREAS)
    return (digest_rows.Section("工作情况", (digest_rows.Topic("事件上报", figures(), lines),)),)


AREAS = tuple(enumerate(("枫叶社区", "桂苑社区", "锦绣社区")))


LATE = (
    one_page.Late("三号楼北侧重新划线，留四米消防通道", "锦程物业", date(2026, 10, 15)),
    one_page.Late("10月月报", "桂苑社区", date(2026, 10, 28), is_missing=True),
)


COMING = (
    one_page.Coming(date(2026, 11, 12), "网格员业务培训", "枫叶街道"),
    one_page.Coming(date(2026, 11, 5), "各社区报送10月月报", "各社区"),
)


def leaders_page() -> Document:
    return one_page.build(
        area="枫叶街道",
        period="2026年10月",
        figures=figures(),
        problems=("办结率97.31%，没有达到98.00%的目标；其中桂苑社区95.58%。", "桂苑社区没有报送10月月报。"),
        late=LATE,
        coming=COMING,
        as_of=date(2026, 10, 31),
        created_at=MADE_AT,
    )


def week() -> Document:
    return week_summary.build(
        area="枫叶街道",
        period="2026年第44周",
        sections=sections(),
        late=LATE,
        coming=COMING,
        as_of=date(2026, 11, 1),
        created_at=MADE_AT,
    )


def ranking() -> Document:
    measure = area_ranking.Measure
    return area_ranking.build(
        ("枫叶社区", "桂苑社区", "锦绣社区", "锦程社区"),
        (
            measure(
                "办结率", "%", "办结事件÷上报事件",
                (Decimal("98.1"), Decimal("95.6"), Decimal("98.1"), None),
                (Decimal("97.0"), Decimal("98.0"), Decimal("96.0"), Decimal("90.0")), "percent",
            ),
            measure("逾期事项", "件", "期末超过时限还没有办结的事项数", (0, 5, 2, 1), is_high_good=False),
        ),
        area="枫叶街道", period="2026年第三季度", period_before="第二季度", counted_until=date(2026, 9, 30),
        issuer="枫叶街道网格中心", issued_on=date(2026, 10, 9), created_at=MADE_AT,
    )  # fmt: skip


def year() -> Document:
    months = tuple(digest_rows.MonthLine(f"{n}月", (900 + n * 31 % 170, 40 + n * 7 % 19)) for n in range(1, 13))
    return year_summary.build(
        area="枫叶街道",
        year=2026,
        sections=sections(),
        counted_until=date(2026, 12, 31),
        months=digest_rows.History("各月工作量", ("上报事件", "走访"), months),
        achievements=("建成三个小区议事厅，居民议事会每月召开。",),
        issuer="枫叶街道办事处",
        issued_on=date(2027, 1, 8),
        is_draft=True,
        created_at=MADE_AT,
    )
