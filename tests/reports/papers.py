"""Invented papers that the tests of all renderers share: each paper of the product, and one with every block type."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

from PIL import Image, ImageDraw

from reports.contents import (
    area_ranking,
    digest,
    digest_rows,
    dues_arrears,
    household_card,
    letters,
    meeting_matrix,
    minutes,
    one_page,
    party_branches,
    points_ledger,
    property_ratings,
    public_notice,
    resolutions_note,
    roster,
    sign_in,
    three_lists,
    week_summary,
    whistle_order,
    year_summary,
)
from reports.contents.figures import Figure
from reports.document import (
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
from tests.reports.points_papers import POINTS_PAPERS

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
    """One paper that holds all thirteen block types, most of them in more than one manner."""
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


def meeting_minutes() -> Document:
    return minutes.build(
        minutes.Meeting(
            "桂苑社区",
            "居民议事会",
            datetime(2026, 10, 12, 14, 0),  # noqa: DTZ001 - a wall clock, as the recorder wrote it
            "社区二楼议事厅",
            "高文博",
            "秦小满",
            name="十月议事会：停车位与飞线充电",
            number="第三届第5次",
            ended_at=datetime(2026, 10, 12, 16, 20),  # noqa: DTZ001
        ),
        minutes.Attendance(
            20,
            (
                "高文博",
                "秦小满",
                "贺一鸣",
                "韦青",
                "田野",
                "方知远",
                "孟晓",
                "乔木",
                "施然",
                "柳岸",
                "骆宾",
                "梅影",
                "闻笛",
                "石磊",
            ),
            on_leave=(minutes.Absence("江月", "住院"), minutes.Absence("谷雨", "出差")),
            absent=(minutes.Absence("程实"),),
            observers=("陆鸣远（街道党建办）", "宋词（锦程物业）"),
            quorum="应到20人，实到14人，达到三分之二，可以议事。",
        ),
        (
            minutes.Item(
                "地面停车位重新划线",
                "田野、孟晓",
                (
                    minutes.Said("田野", "三号楼北侧现在停得太乱，消防车进不来，建议重新划线，留出四米通道。"),
                    minutes.Said("宋词", "物业可以出划线的钱，大约要停用两天，\n停用期间请大家把车停到东门外。"),
                ),
                (minutes.Vote("三号楼北侧重新划线并保留消防通道", 12, 1, 1, True),),
                (minutes.Resolution("三号楼北侧重新划线，留四米消防通道", "锦程物业", date(2026, 11, 15), "宋词"),),
            ),
            minutes.Item(
                "整治飞线充电",
                speeches=(minutes.Said("柳岸", "五号楼还有三户从窗口拉线，要先有充电桩再劝。"),),
                resolutions=(minutes.Resolution("在车棚增装十个充电口", "桂苑社区居委会", None, "韦青"),),
            ),
        ),
        created_at=MADE_AT,
    )


def note() -> Document:
    return resolutions_note.build(
        resolutions_note.Held("第三季度网格工作联席会议", date(2026, 10, 20), "街道三楼会议室", "街道党工委书记陆鸣远"),
        (
            resolutions_note.Resolved(
                "十一月底前完成全部楼栋消防通道排查，发现一处登记一处",
                "街道应急办",
                date(2026, 11, 30),
                "消防通道排查",
                ("各社区",),
            ),
            resolutions_note.Resolved(
                "各社区每月5日前核对网格员名册，人员离岗当日登记。", "街道党建办", None, "名册核对"
            ),
        ),
        resolutions_note.Rolls(
            (
                "陆鸣远（街道党工委）",
                "沈亦舟（街道办事处）",
                "周晓岚（枫叶社区）",
                "高文博（桂苑社区）",
                "冯春（锦绣社区）",
            ),
            ("江月（街道城管科）",),
            ("宋词（锦程物业）",),
        ),
        mark="枫叶街道党工委会议纪要",
        issue="第5期",
        issuer="枫叶街道党政办公室",
        issued_on=date(2026, 10, 22),
        heard=("街道网格中心关于第三季度事件办理情况的汇报", "街道应急办关于消防通道的通报。"),
        considered=("三季度办结率有所提高，但个别社区名册更新不及时",),
        imprint=Imprint(("区委社会工作部",), "枫叶街道党政办公室", date(2026, 10, 22)),
        is_draft=True,
        created_at=MADE_AT,
    )


def sign_in_sheet() -> Document:
    return sign_in.build(
        tuple(
            sign_in.Guest(name, "枫叶社区 网格员", f"1380000{n:04d}")
            for n, name in enumerate(("韦青", "田野", "孟晓", "乔木"), 1)
        ),
        meeting="网格员业务培训",
        begins_at=datetime(2026, 10, 15, 9, 0),  # noqa: DTZ001
        place="街道一楼大厅",
        host="沈亦舟",
        sessions=("上午", "下午"),
        blank_rows=16,
        created_at=MADE_AT,
    )


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


def matrix() -> Document:
    kinds = (
        meeting_matrix.MeetingKind("支部党员大会", 4, 4),
        meeting_matrix.MeetingKind("支部委员会", 10, 12),
        meeting_matrix.MeetingKind("党课", 3, 4),
        meeting_matrix.MeetingKind("主题党日", 10, 12),
        meeting_matrix.MeetingKind("组织生活会", 0, 1),
    )
    branches = (
        meeting_matrix.BranchYear(
            "枫叶社区第一党支部", {"支部党员大会": 4, "支部委员会": 10, "党课": 3, "主题党日": 10, "组织生活会": 0}
        ),
        meeting_matrix.BranchYear("枫叶社区第二党支部", {"支部党员大会": 3, "党课": 0, "主题党日": 9, "组织生活会": 1}),
        meeting_matrix.BranchYear(
            "锦程物业联合党支部", {"支部党员大会": 4, "支部委员会": 8, "党课": 4, "主题党日": 10, "组织生活会": 0}
        ),
    )
    return meeting_matrix.build(
        kinds, branches, organisation="枫叶街道党工委", year=2026, as_of=date(2026, 10, 31), created_at=MADE_AT
    )


def arrears() -> Document:
    owing = (
        dues_arrears.Owing("赵安", "第一网格党支部", tuple(date(2026, month, 1) for month in range(4, 10)), True),
        dues_arrears.Owing("钱成", "第二网格党支部", (date(2026, 9, 1),)),
    )
    return dues_arrears.build(owing, area="枫叶社区", as_of=date(2026, 10, 31), foot_line=FOOT_LINE, created_at=MADE_AT)


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


PAPERS = {
    **POINTS_PAPERS,
    "every_block_table": every_block,
    "every_block_official": lambda: every_block(style="official"),
    "letter": letter,
    "minutes": meeting_minutes,
    "note": note,
    "sign_in": sign_in_sheet,
    "digest": street_digest,
    "ledger": worker_ledger,
    "points_summary": points_summary,
    "roster": worker_roster,
    "lists": lists,
    "matrix": matrix,
    "arrears": arrears,
    "leaders_page": leaders_page,
    "week": week,
    "ranking": ranking,
    "year": year,
    "branches": branches,
    "ratings": ratings,
    "supervision": supervision,
    "liaison": liaison,
    "whistle": whistle,
    "public_notice": notice,
    "household": household,
}
A3 = Page("A3", "landscape")
