"""The paper with every block type, and the heads, foot and moment that the samples share."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

from PIL import Image, ImageDraw

from reports.document import (
    AttachmentHead,
    Attachments,
    Cell,
    Chart,
    Document,
    Facts,
    FootLine,
    Heading,
    Imprint,
    OfficialHead,
    Page,
    PageBreak,
    Paragraph,
    Picture,
    Roll,
    Run,
    Series,
    Signature,
    SignatureLines,
    Space,
    Speech,
    Table,
    TableColumn,
)

MADE_AT = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)


FOOT_LINE = FootLine(
    (
        ("填报单位（盖章）", "枫叶街道办事处"),
        ("填表人", "周晓岚"),
        ("审核人", "陆鸣远"),
        ("负责人", "沈亦舟"),
        ("联系电话", "0512-5550 0101"),
        ("填报日期", "2026-11-03"),
    )
)


STREET_HEAD = OfficialHead("文件", "枫叶街道办事处文件", "枫街办〔2026〕5号", addressee="各社区居民委员会")


STREET_IMPRINT = Imprint(("区委办", "区民政局"), "枫叶街道党政办公室", date(2026, 11, 3))


def picture() -> bytes:
    image = Image.new("RGB", (400, 240), "#dfe9fb")
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 60, 360, 200), outline="#1d5bd6", width=6)
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def every_block(*, style: str = "table") -> Document:
    """One paper that holds every block type, most of them in more than one manner."""
    grouped = Table(
        (
            TableColumn("序号", 0.6, "integer", "center"),
            TableColumn("社区", 2),
            TableColumn("上报", 1, "integer", group="事件", is_summed=True),
            TableColumn("办结", 1, "integer", group="事件", is_summed=True),
            TableColumn("办结率", 1.2, "percent"),
            TableColumn("经费（元）", 1.4, "decimal", is_summed=True),
            TableColumn("身份证号", 2.4, "id"),
            TableColumn("填报日期", 1.4, "date"),
        ),
        (
            (
                1,
                "枫叶社区",
                1234,
                1200,
                Decimal("97.24"),
                Decimal("15000.50"),
                "11010519491231002X",
                date(2026, 10, 31),
            ),
            (2, "=1+1", 66, 65, None, Decimal("-3.25"), "320505199001010011", date(2026, 10, 30)),
            (3, "桂苑社区", 0, 0, Decimal("101.88"), None, "", None),
        ),
        caption="表1　各社区事件办理情况",
        totals=("", "合计", 1300, 1265, Decimal("97.31"), Decimal("14997.25"), "", None),
        note="注：办结率为办结数除以上报数。",
    )
    blocks = (
        Heading("总体情况", 1),
        Heading("基本情况", 2),
        Heading("党建引领", 3),
        Heading("组织设置", 4),
        Paragraph("本月共上报事件1,300件，办结1,265件，办结率97.31%，<b>不是</b>标记 & 符号照样打印。"),
        Paragraph((Run("责任分工。"), Run("黑体说明，", "hei"), Run("楷体说明，", "kai"), Run("加重说明。", "bold"))),
        Facts(
            (
                ("会议时间", "2026年10月12日 09:00"),
                ("地点", "枫叶社区二楼会议室"),
                ("到会率", Cell(Decimal("93.75"), "percent")),
                ("应到", 32),
                ("备注", "@提醒"),
            )
        ),
        grouped,
        Table((TableColumn("姓名"), TableColumn("电话", kind="id")), (), empty_text="本期没有走访记录"),
        Chart(
            "近六个月事件",
            ("5月", "6月", "7月", "8月", "9月", "10月"),
            (
                Series("上报", (980, 1010, 1105, None, 1180, 1300)),
                Series("办结", (950, 990, 1090, 1100, 1160, 1265)),
            ),
            kind="line",
            unit="件",
        ),
        Chart(
            "各社区事件",
            ("枫叶社区", "桂苑社区", "锦绣花园社区"),
            (Series("普通事件", (52, 41, 60)), Series("隐患", (8, 12, 5)), Series("纠纷", (3, 4, 6))),
            kind="stacked_bar",
            unit="件",
        ),
        Chart("走访户数", ("枫叶社区", "桂苑社区"), (Series("走访", (320, Decimal("287.5"))),), unit="户"),
        Chart(
            "事件来源占比",
            ("网格巡查", "居民上报", "12345热线", "领导交办"),
            (Series("事件", (520, 310, 200, Decimal("3.5"))),),
            kind="share",
            unit="件",
            height=34,
        ),
        Chart(
            "各社区每月上报",
            ("8月", "9月", "10月"),
            (Series("枫叶社区", (12, None, 30)), Series("桂苑社区", (7, 9, 41))),
            kind="heat",
            unit="件",
            height=34,
        ),
        Roll(
            "出席",
            ("陆鸣远（街道党工委）", "沈亦舟（街道办事处）", "周晓岚（枫叶社区）", "高文博（桂苑社区）", "贺兰·阿依"),
        ),
        Roll("请假", ("江月（病假）",)),
        Speech("陆鸣远", "这个月的重点是换届前的名册核对，\n请各社区在十五日前报齐。"),
        SignatureLines(("主持人（签字）", "记录人（签字）")),
        Picture(picture(), 60, "图1　活动现场"),
        Space(2),
        PageBreak("landscape"),
        AttachmentHead("四十行的宽表", 1),
        Table(
            tuple(TableColumn(f"第{n}项", kind="integer", is_summed=True) for n in range(1, 13)),
            tuple(tuple(row * n for n in range(1, 13)) for row in range(1, 41)),
            caption="表2　四十行的宽表",
            totals=tuple(820 * n for n in range(1, 13)),
        ),
        PageBreak("portrait"),
        Attachments(("各社区事件办理情况表", "未达目标单位名单")),
        Signature("枫叶街道办事处", date(2026, 11, 3)),
    )
    return Document(
        "枫叶街道网格化治理情况样张",
        blocks,
        style="official" if style == "official" else "table",
        subtitle="" if style == "official" else "填报单位：枫叶街道办事处　统计期：2026年10月",
        head=OfficialHead("文件", "枫叶街道办事处文件", "枫街办〔2026〕5号", addressee="各社区居民委员会")
        if style == "official"
        else None,
        imprint=Imprint(("区委办", "区民政局"), "枫叶街道党政办公室", date(2026, 11, 3))
        if style == "official"
        else None,
        foot_line=None if style == "official" else FOOT_LINE,
        is_draft=True,
        short_code="" if style == "official" else "K7-2M9Q",
        created_at=MADE_AT,
    )


A3 = Page("A3", "landscape")
