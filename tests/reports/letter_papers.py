"""Invented letters, the whistle order and the 公示."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from reports.contents import letters, public_notice, whistle_order
from reports.document import Attachments, Document, Imprint, OfficialHead, Paragraph, Signature, Table, TableColumn
from tests.reports.block_papers import MADE_AT


def letter() -> Document:
    return Document(
        "关于桂苑社区道路积水问题的督办函",
        (
            Paragraph("贵单位承办的枫督〔2026〕12号事项已逾期5日，截至2026年11月3日仍未反馈办理结果。"),
            Paragraph("请于2026年11月10日前将办理结果书面（盖章）反馈我办。"),
            Attachments(("问题清单",)),
            Signature("枫叶街道网格中心", date(2026, 11, 3), is_sealed=False),
        ),
        style="official",
        head=OfficialHead("函", "枫叶街道网格中心", "枫网函〔2026〕8号", addressee="区城市管理局"),
        imprint=Imprint(("区委督查室",)),
        created_at=MADE_AT,
    )


SENDER = letters.Sender(
    "枫叶街道网格中心", "枫网函〔2026〕9号", date(2026, 11, 3), "秦小满", "0512-55500103", is_sealed=False
)


def supervision() -> Document:
    matter = letters.Matter
    return letters.build_supervision(
        SENDER,
        (
            matter(
                "事202610-0031", "桂苑小区东门道路积水", "桂苑小区东门", "区城市管理局", date(2026, 10, 12),
                date(2026, 10, 26), "疏通雨水口，书面说明原因", date(2026, 11, 10),
            ),
            matter(
                "事202610-0044", "沿河路路灯不亮", "沿河路12号杆", "区城市管理局", date(2026, 10, 20), date(2026, 11, 5),
                "更换灯具", date(2026, 11, 12),
            ),
        ),
        addressee="区城市管理局", about="桂苑社区道路积水等问题", urged="其间已于10月28日电话催办一次", level=2,
        copies_to=("区委督查室",), created_at=MADE_AT,
    )  # fmt: skip


def liaison() -> Document:
    return letters.build_liaison(
        SENDER,
        ("为做好冬季取暖安全检查，我街道定于11月中旬对沿街商户开展联合检查。",),
        addressee="区消防救援大队",
        about="联合开展冬季取暖安全检查",
        asked=("派两名检查人员参加", "提供检查要点和宣传材料"),
        reply_by=date(2026, 11, 9),
        attachments=("检查安排表",),
        created_at=MADE_AT,
    )


def whistle() -> Document:
    return whistle_order.build(
        whistle_order.Whistle(
            "哨〔2026〕12号", "综合执法", "枫叶街道", "陆鸣远", datetime(2026, 10, 28, 9, 30),  # noqa: DTZ001
            "居民来电（事202610-0031）", "桂苑小区东门", "夜市占道经营，油烟扰民，街道劝导三次后仍然出摊", "区城市管理局",
            ("区市场监管局", "派出所"), "网格员已上门劝导三次，发放告知书。", "10月29日9时，街道一楼会议室", date(2026, 11, 6),
        ),
        (
            whistle_order.Answer(
                "区城市管理局", "石磊", datetime(2026, 10, 28, 10, 5), datetime(2026, 10, 29, 8, 55)  # noqa: DTZ001
            ),
        ),
        whistle_order.Outcome("清理摊位12个，登记7户", "划定临时疏导点", True, Decimal(30), Decimal(28), Decimal("36.5")),
        street="枫叶街道", created_at=MADE_AT,
    )  # fmt: skip


def notice() -> Document:
    return public_notice.build(
        about="居民议事会成员候选人名单",
        paragraphs=("经楼栋推荐、社区党委审核，现将候选人名单公示如下。",),
        issuer="桂苑社区居民委员会",
        signed_on=date(2026, 11, 3),
        shown_from=date(2026, 11, 3),
        shown_until=date(2026, 11, 9),
        contact="秦小满",
        phone="0512-55500103",
        table=Table((TableColumn("姓名"), TableColumn("楼栋")), (("高*博", "三号楼"), ("贺*鸣", "五号楼"))),
        created_at=MADE_AT,
    )
