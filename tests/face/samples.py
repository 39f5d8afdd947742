"""Invented pages, full ones and empty ones, for looking at the templates and for testing them."""

from dataclasses import replace

from app.lowcode import page_models as pm
from tests.face.import_samples import import_screens

MENU = (
    pm.MenuGroup("", (pm.MenuEntry("首页", "/home", "home"),)),
    pm.MenuGroup(
        "党建",
        (
            pm.MenuEntry("党组织", "/empty"),
            pm.MenuEntry("党员", "/empty"),
            pm.MenuEntry("在职报到党员", "/empty"),
            pm.MenuEntry("党员流动", "/empty", badge="3"),
            pm.MenuEntry("党费台账", "/empty"),
        ),
        "flag",
    ),
    pm.MenuGroup(
        "网格",
        (
            pm.MenuEntry("网格员", "/list", is_current=True),
            pm.MenuEntry("社区工作者", "/empty"),
            pm.MenuEntry("楼栋长、单元长", "/empty"),
            pm.MenuEntry("区域树", "/empty"),
        ),
        "grid",
    ),
    pm.MenuGroup(
        "居民", (pm.MenuEntry("居民", "/empty"), pm.MenuEntry("户", "/empty"), pm.MenuEntry("房屋", "/empty")), "people"
    ),
    pm.MenuGroup("物业", (pm.MenuEntry("物业企业", "/empty"), pm.MenuEntry("业委会", "/empty")), "building"),
    pm.MenuGroup("资源需求项目", (pm.MenuEntry("资源清单", "/empty"), pm.MenuEntry("需求清单", "/empty")), "hands"),
    pm.MenuGroup("会议", (pm.MenuEntry("会议", "/empty"), pm.MenuEntry("议定事项", "/empty", badge="2")), "meeting"),
    pm.MenuGroup("积分", (pm.MenuEntry("积分台账", "/empty"), pm.MenuEntry("积分规则", "/empty")), "star"),
    pm.MenuGroup("报表", (pm.MenuEntry("报表中心", "/empty"), pm.MenuEntry("报送情况", "/empty")), "chart"),
    pm.MenuGroup("系统", (pm.MenuEntry("账号和岗位", "/empty"), pm.MenuEntry("日志", "/empty")), "gear"),
)
AREAS = (
    pm.AreaChoice("220723", "乾安县", 0, True),
    pm.AreaChoice("220723001", "宇宙街道", 1),
    *(
        pm.AreaChoice(f"2207230010{n:02d}", name, 2)
        for n, name in enumerate(("晨光社区", "柳岸社区", "安字社区", "永康社区", "明珠社区"), 1)
    ),
    pm.AreaChoice("220723002", "天字街道", 1),
    *(pm.AreaChoice(f"2207230020{n:02d}", name, 2) for n, name in enumerate(("东风社区", "团结社区", "和平社区"), 1)),
)
FRAME = pm.Frame(
    office_name="乾安县网格台账",
    user_name="王敏",
    user_note="晨光社区 · 社区内勤",
    area_label="乾安县",
    areas=AREAS,
    area_url="/area",
    all_areas_url="/empty",
    search_url="/search",
    todo_count=7,
    todo_url="/home",
    large_type_url="/large",
    language_url="/language",
    languages=(pm.Option("zh-CN", "中文", True), pm.Option("en", "English")),
    user_links=(pm.Link("登录记录", "/empty"), pm.Link("修改密码", "/password")),
    sign_out_url="/sign-out",
    menu=MENU,
    crumbs=(pm.Link("首页", "/home"), pm.Link("网格", "/list"), pm.Link("网格员名册")),
)
BARE_FRAME = pm.Frame(office_name="网格台账")

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
GIVEN = ("建国", "秀英", "敏", "桂兰", "志强", "丽华", "永康", "晓燕", "国栋", "玉梅", "海涛", "春霞", "文博")
GRIDS = ("晨光社区第一网格", "晨光社区第二网格", "柳岸社区第一网格", "安字社区商贸网格", "永康社区第三网格")


def grid_worker_rows(count: int) -> tuple[pm.RowView, ...]:
    """Invented grid workers; every ninth has a contract that ran out."""
    rows = []
    for n in range(count):
        ended = n % 9 == 4
        rows.append(
            pm.RowView(
                str(1001 + n),
                (
                    pm.CellView(SURNAMES[n % 20] + GIVEN[(n * 7) % 13]),
                    pm.CellView(
                        f"13{n % 10}****{1000 + n * 37 % 9000}", "masked", reveal_url=f"/reveal?row={1001 + n}"
                    ),
                    pm.CellView(GRIDS[n % 5], url="/empty"),
                    pm.CellView("专职" if n % 3 else "兼职"),
                    pm.CellView(f"20{12 + n % 12}-0{1 + n % 9}-1{n % 9}", "date"),
                    pm.CellView(f"2026-1{n % 3}-20", "date", tone="red" if ended else None),
                    pm.CellView(str(120 + n * 13 % 170), "number"),
                    pm.CellView("合同到期", "chip", tone="red") if ended else pm.CellView("在岗", "chip", tone="green"),
                ),
                url="/show",
                is_marked=ended,
            )
        )
    return tuple(rows)


LIST = pm.ListPage(
    title="网格员名册",
    list_url="/list",
    count_text="共 2,000+ 名",
    columns=(
        pm.HeadColumn("name", "姓名", sort_url="/list?order=name"),
        pm.HeadColumn("phone", "联系电话"),
        pm.HeadColumn("area", "所属网格", sort_url="/list?order=area", sorted="asc"),
        pm.HeadColumn("kind", "专/兼职"),
        pm.HeadColumn("since", "任职日期", sort_url="/list?order=since"),
        pm.HeadColumn("until", "合同到期", sort_url="/list?order=until"),
        pm.HeadColumn("points", "本月积分", align="right", sort_url="/list?order=points"),
        pm.HeadColumn("state", "状态"),
    ),
    rows=grid_worker_rows(25),
    search_value="",
    search_hint="姓名、拼音首字母、电话",
    filters=(
        pm.FilterView(
            name="kind",
            label="专/兼职",
            options=(pm.Option("", "不限"), pm.Option("full", "专职", True), pm.Option("part", "兼职")),
            is_primary=True,
        ),
        pm.FilterView(name="area", label="网格", kind="area", choices_url="/choices", is_primary=True),
        pm.FilterView(
            name="state",
            label="状态",
            options=(pm.Option("", "不限"), pm.Option("on", "在岗"), pm.Option("off", "离岗")),
            is_primary=True,
        ),
        pm.FilterView(name="since", label="任职日期", kind="dates"),
        pm.FilterView(name="school", label="学历", options=(pm.Option("", "不限"), pm.Option("1", "大专及以上"))),
        pm.FilterView(name="party", label="只看党员", kind="flag"),
        pm.FilterView(name="note", label="备注", kind="text"),
    ),
    chips=(pm.ChipView("专/兼职：专职", "/list?1"), pm.ChipView("任职日期：2012-01-01 以后", "/list?2")),
    clear_url="/list",
    kept=(("order", "area"), ("size", "25")),
    main_action=pm.Action("新增", "/form", "primary", icon="plus"),
    toolbar=(
        pm.Action("导入", "/import/upload", icon="import"),
        pm.Action("导出", "/empty", icon="export"),
        pm.Action("打印", "/print", icon="print"),
    ),
    column_chooser=pm.ColumnChooser(
        "/columns",
        tuple(
            pm.Option(str(n), name, n < 7)
            for n, name in enumerate(
                (
                    "姓名",
                    "联系电话",
                    "所属网格",
                    "专/兼职",
                    "任职日期",
                    "合同到期",
                    "本月积分",
                    "学历",
                    "政治面貌",
                    "备注",
                )
            )
        ),
    ),
    bulk_actions=(
        pm.Action("导出所选 {count} 名", "/bulk/export", method="post", icon="export"),
        pm.Action("删除", "/bulk/delete", "danger", "post", "删除 {count} 名网格员，可在回收站恢复 30 天。", "trash"),
    ),
    pager=pm.Pager(
        "第 1 页 · 1–25",
        "",
        "/list?page=2",
        (pm.Link("25", "/list", True), pm.Link("50", "/list?size=50"), pm.Link("100", "/list?size=100")),
    ),
)
WIDE_LIST = replace(
    LIST,
    columns=LIST.columns[:7] + tuple(pm.HeadColumn(f"extra{n}", f"自定义列{n}") for n in range(8)) + LIST.columns[7:],
    rows=tuple(
        replace(row, cells=row.cells[:7] + tuple(pm.CellView(f"内容内容 {n}") for n in range(8)) + row.cells[7:])
        for row in grid_worker_rows(50)
    ),
)
EMPTY_LIST = pm.ListPage(
    title="业委会",
    list_url="/empty",
    count_text="",
    lead_text="",
    search_hint="小区、负责人",
    main_action=pm.Action("新增", "/form", "primary", icon="plus"),
    empty=pm.EmptyState(
        "这里还没有业委会",
        "登记本辖区各小区的业主委员会和物管会：届期、委员、联系方式。届满前六个月会自动提醒。",
        (
            pm.Action("新增一个", "/form", "primary", icon="plus"),
            pm.Action("从表格导入", "/import/upload", icon="import"),
        ),
    ),
)
NOTHING_LIST = replace(
    LIST,
    rows=(),
    count_text="0 名",
    search_value="王",
    empty=pm.EmptyState(
        "没有符合条件的网格员",
        "去掉下面任意一个条件就能看到人：",
        culprits=(pm.ChipView("任职日期：2012-01-01 以后", "/list?1"), pm.ChipView("专/兼职：专职", "/list?2")),
        clear_url="/list",
    ),
)

CHOOSE = pm.Option("", "请选择")
FORM = pm.FormPage(
    title="修改网格员：王敏",
    submit_url="/form",
    cancel_url="/show",
    hidden=(("version", "7"),),
    groups=(
        pm.FieldGroup(
            "本人",
            (
                pm.FieldView(name="name", label="姓名", value="王敏", is_required=True, max_length=40),
                pm.FieldView(
                    name="id_number", label="身份证号", widget="sealed", masked="320105********0011", max_length=18
                ),
                pm.FieldView(
                    name="phone",
                    label="联系电话",
                    widget="phone",
                    value="1380013800",
                    is_required=True,
                    error="手机号要 11 位数字，现在是 10 位。",
                ),
                pm.FieldView(
                    name="school",
                    label="学历",
                    widget="choice",
                    options=(CHOOSE, pm.Option("1", "大专", True), pm.Option("2", "本科")),
                    width="short",
                ),
                pm.FieldView(name="years", label="从业年数", widget="number", value="6", unit="年", width="short"),
                pm.FieldView(name="party", label="中共党员", widget="flag", value="1"),
                pm.FieldView(
                    name="created", label="登记时间", widget="static", value="2026-10-03 09:12 由 李建国 登记"
                ),
            ),
        ),
        pm.FieldGroup(
            "岗位",
            (
                pm.FieldView(
                    name="area",
                    label="所属网格",
                    widget="link",
                    value="220723001001001",
                    selected_label="晨光社区第一网格",
                    choices_url="/choices",
                    is_required=True,
                    help="一名专职网格员只在一个网格。",
                ),
                pm.FieldView(
                    name="since",
                    label="任职日期",
                    widget="date",
                    value="2021-03-05",
                    help="可以写 2021.3.5、20210305 或 2021年3月5日。",
                ),
                pm.FieldView(
                    name="duties",
                    label="承担的事",
                    widget="choices",
                    options=(
                        pm.Option("1", "走访", True),
                        pm.Option("2", "代办", True),
                        pm.Option("3", "调解"),
                        pm.Option("4", "巡查"),
                    ),
                    width="full",
                ),
                pm.FieldView(
                    name="family",
                    label="家庭成员",
                    widget="lines",
                    lines=(
                        pm.LineView(
                            (
                                pm.FieldView(name="family-0-name", label="姓名", value="张永康"),
                                pm.FieldView(
                                    name="family-0-kind",
                                    label="关系",
                                    widget="choice",
                                    options=(pm.Option("1", "配偶", True),),
                                    width="short",
                                ),
                                pm.FieldView(
                                    name="family-0-on",
                                    label="生日",
                                    widget="date",
                                    value="1988-13-01",
                                    error="没有 13 月。",
                                ),
                                pm.FieldView(
                                    name="family-0-work",
                                    label="单位",
                                    widget="link",
                                    choices_url="/choices",
                                    selected_label="柳岸社区居委会",
                                    value="3",
                                ),
                            ),
                            "41",
                        ),
                    ),
                    blank_line=pm.LineView(
                        (
                            pm.FieldView(name="family-__n__-name", label="姓名"),
                            pm.FieldView(
                                name="family-__n__-kind",
                                label="关系",
                                widget="choice",
                                options=(CHOOSE, pm.Option("1", "配偶")),
                                width="short",
                            ),
                            pm.FieldView(name="family-__n__-on", label="生日", widget="date"),
                            pm.FieldView(name="family-__n__-work", label="单位", widget="link", choices_url="/choices"),
                        )
                    ),
                    width="full",
                ),
            ),
        ),
        pm.FieldGroup(
            "其他",
            (
                pm.FieldView(name="note", label="备注", widget="textarea", width="full", max_length=500),
                pm.FieldView(name="photo", label="照片", widget="file", accept="image/*", help="不超过 5 MB。"),
                pm.FieldView(name="month", label="起算月份", widget="month", value="2026-10"),
                pm.FieldView(name="readonly", label="编号", value="WG-0012", is_readonly=True),
            ),
            help="这些内容不会出现在打印的名册里。",
            is_closed=True,
        ),
    ),
    error_count=2,
    errors=("岗位：2026-11-01 起 晨光社区第一网格 已有一名专职网格员，请先让前任离岗。",),
)
CONFLICT_FORM = replace(
    FORM,
    error_count=0,
    errors=(),
    conflict=pm.Conflict(
        "李建国 在 10:32 保存了这条记录，那时您正在修改。",
        (
            pm.ConflictLine("联系电话", "138****0001", "138****0002", "139****0001"),
            pm.ConflictLine("学历", "大专", "本科"),
        ),
        "/show",
    ),
)
EMPTY_FORM = pm.FormPage(title="新增", submit_url="/form", cancel_url="/list")

SHOW = pm.ShowPage(
    title="王敏",
    subtitle="晨光社区第一网格 · 专职网格员",
    chips=(pm.Chip("在岗", "green"), pm.Chip("合同还有 28 天", "amber")),
    main_action=pm.Action("修改", "/form", "primary", icon="edit"),
    actions=(
        pm.Action("打印", "/print", icon="print"),
        pm.Action("离岗", "/leave", method="get"),
        pm.Action(
            "删除",
            "/delete",
            "danger",
            "post",
            "删除网格员“王敏”，可在回收站恢复 30 天。他的积分台账不受影响。",
            "trash",
        ),
    ),
    groups=(
        pm.FactGroup(
            "本人",
            (
                pm.FactView("姓名", pm.CellView("王敏")),
                pm.FactView("身份证号", pm.CellView("320105********0011", "masked", reveal_url="/reveal")),
                pm.FactView("联系电话", pm.CellView("138****0002", "masked", reveal_url="/reveal")),
                pm.FactView("学历", pm.CellView("大专")),
                pm.FactView("政治面貌", pm.CellView("中共党员")),
                pm.FactView("特长", pm.CellView("")),
            ),
        ),
        pm.FactGroup(
            "岗位",
            (
                pm.FactView("所属网格", pm.CellView("乾安县 宇宙街道 晨光社区 第一网格", url="/empty"), is_wide=True),
                pm.FactView("任职日期", pm.CellView("2021-03-05", "date")),
                pm.FactView("合同到期", pm.CellView("2026-12-20", "date", tone="amber")),
                pm.FactView("专/兼职", pm.CellView("专职")),
                pm.FactView("本月积分", pm.CellView("186", "number", url="/empty")),
                pm.FactView(
                    "任职经历",
                    pm.CellView(""),
                    heads=(
                        pm.HeadColumn("from", "从"),
                        pm.HeadColumn("to", "到"),
                        pm.HeadColumn("where", "网格"),
                        pm.HeadColumn("days", "天数", "right"),
                    ),
                    rows=(
                        pm.RowView(
                            "1",
                            (
                                pm.CellView("2018-04-01"),
                                pm.CellView("2021-03-04"),
                                pm.CellView("柳岸社区第一网格"),
                                pm.CellView("1,069", "number"),
                            ),
                        ),
                        pm.RowView(
                            "2",
                            (
                                pm.CellView("2021-03-05"),
                                pm.CellView("今"),
                                pm.CellView("晨光社区第一网格"),
                                pm.CellView("2,089", "number"),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    ),
    panels=(
        pm.Panel(
            "同一人的其他身份",
            (
                pm.PanelItem("党员", "/empty", "晨光社区第二党支部", pm.Chip("正式", "grey")),
                pm.PanelItem("楼栋长", "/empty", "幸福里小区 3 号楼"),
            ),
        ),
        pm.Panel(
            "走访记录",
            (
                pm.PanelItem("11月18日 走访 张桂兰 家", "/empty", "独居老人，水管已报修"),
                pm.PanelItem("11月11日 走访 沿街商铺 6 户", "/empty"),
            ),
            more=pm.Link("全部 43 次", "/empty"),
        ),
        pm.Panel("文件", (pm.PanelItem("聘用合同.pdf", "/empty", "1.2 MB · 2021-03-05"),), "files"),
        pm.Panel(
            "变更记录",
            (
                pm.PanelItem("王敏 把 联系电话 从 139****0001 改为 138****0002", note="11月3日 10:32"),
                pm.PanelItem("李建国 从 “名册2026.xlsx” 第 7 行导入", "/empty", "10月3日 09:12"),
            ),
            "history",
            more=pm.Link("全部记录", "/empty"),
        ),
    ),
)
EMPTY_SHOW = pm.ShowPage(title="未命名", panels=(pm.Panel("文件", (), "files"),), groups=(pm.FactGroup("", ()),))

REVEAL = pm.RevealPage(
    title="查看完整内容",
    text="您要查看 王敏 的身份证号。请选择为了办哪件事。",
    submit_url="/reveal",
    cancel_url="/show",
    reasons=(
        pm.Option("1", "核对居民身份"),
        pm.Option("2", "上级部门调取"),
        pm.Option("3", "为本人办理事项"),
        pm.Option("4", "更正登记错误"),
    ),
)
PRINT = pm.PrintPage(
    title="打印网格员名册",
    submit_url="/print",
    cancel_url="/list",
    count_text="按当前条件共 312 名",
    columns=tuple(
        pm.Option(str(n), name, n < 6)
        for n, name in enumerate(
            (
                "序号",
                "姓名",
                "性别",
                "联系电话",
                "所属网格",
                "专/兼职",
                "任职日期",
                "合同到期",
                "学历",
                "政治面貌",
                "本月积分",
                "备注",
            )
        )
    ),
    papers=(
        pm.Option("A4", "A4 竖向"),
        pm.Option("A4-landscape", "A4 横向", True),
        pm.Option("A3-landscape", "A3 横向"),
    ),
    formats=(
        pm.Option("pdf", "PDF", True),
        pm.Option("xlsx", "Excel"),
        pm.Option("docx", "Word"),
        pm.Option("html", "网页"),
    ),
    fields=(
        pm.FieldView(name="title", label="表名", value="乾安县宇宙街道网格员花名册"),
        pm.FieldView(name="unit", label="填报单位", value="宇宙街道晨光社区"),
    ),
)

MONTHS = ("12月", "1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月")
HOME = pm.HomePage(
    today_text="今天 11月22日 星期日",
    deadline_text="十月月报还有 3 天",
    todos=(
        pm.TodoItem("柳岸社区 10月会议议定事项“修补东门路灯”还没有回执", "/empty", "已过 2 天", "red", "议定事项"),
        pm.TodoItem("十月月报还没有提交", "/empty", "今天到期", "red", "报送"),
        pm.TodoItem("晨光社区第二党支部届满，还没有登记换届", "/empty", "还有 6 天", "amber", "换届"),
        pm.TodoItem("李建国 组织关系转出，回执还没有收到", "/empty", "还有 9 天", "amber", "党员流动"),
        pm.TodoItem("3 名网格员合同本月到期", "/list", "还有 12 天", "amber", "合同"),
        pm.TodoItem("导入批次“网格员2026.10.xlsx”有 2 行没写", "/empty", "", "grey", "导入"),
    ),
    todos_more=pm.Link("全部 14 件", "/empty"),
    figures=(
        pm.FigureCard(
            "网格员在岗",
            "312",
            "/list",
            "名",
            "比上月 +3",
            "green",
            (300, 301, 305, 304, 309, 309, 312),
            "统计时点在岗的专职和兼职网格员",
        ),
        pm.FigureCard(
            "居民", "48,216", "/empty", "人", "比上月 +127", "grey", (47900, 47950, 48010, 48100, 48089, 48216)
        ),
        pm.FigureCard("本月走访", "1,204", "/empty", "次", "比上月 −88", "amber", (1100, 1250, 1190, 1302, 1292, 1204)),
        pm.FigureCard("议定事项办结", "86.4", "/empty", "%", "22 件中 19 件", "grey", (70, 75, 72, 80, 84, 86.4)),
        pm.FigureCard("需求对接", "17", "/empty", "项", "比上月 +5", "green", (8, 9, 14, 11, 12, 17)),
        pm.FigureCard("没有负责人的网格", "2", "/empty", "个", "请补上", "red", (0, 0, 1, 1, 2, 2)),
    ),
    figures_text="乾安县的数字",
    missing_title="十月月报还有 4 个社区没交",
    missing=(
        pm.SubmissionRow("晨光社区", (pm.Chip("已退回", "amber"),), "/empty"),
        pm.SubmissionRow("安字社区", (pm.Chip("未报", "red"),), "/empty"),
        pm.SubmissionRow("永康社区", (pm.Chip("未报", "red"),), "/empty"),
        pm.SubmissionRow("东风社区", (pm.Chip("已提交", "blue"),), "/empty"),
    ),
    missing_more=pm.Link("看全部并催报", "/empty"),
    chart=pm.ChartView(
        "各月办理的事",
        MONTHS,
        (
            pm.Series("走访", (820, 760, 910, 1010, 1102, 1080, 1130, 1190, 1250, 1302, 1292, 1204)),
            pm.Series("代办", (310, 290, 330, 402, 380, 410, 390, 420, 433, 460, 471, 440)),
            pm.Series("调解", (41, 35, 52, 60, 48, 55, 63, 71, 66, 58, 62, None)),
        ),
        1400,
        unit="件",
        url="/empty",
    ),
    doors=(
        pm.Action("导入名册", "/import/upload", icon="import"),
        pm.Action("记一次会议", "/empty", icon="meeting"),
        pm.Action("打印本月", "/empty", icon="print"),
    ),
)
LINES_HOME = replace(HOME, chart=replace(HOME.chart, kind="lines") if HOME.chart else None, missing=())
EMPTY_HOME = pm.HomePage(today_text="今天 11月22日 星期日", missing_title="十月月报")

SIGN_IN = pm.AccountPage(
    title="登录",
    submit_url="/sign-in",
    office_name="乾安县网格台账",
    fields=(
        pm.FieldView(name="username", label="账号", autocomplete="username", is_required=True),
        pm.FieldView(
            name="password", label="密码", widget="password", autocomplete="current-password", is_required=True
        ),
    ),
    submit_label="登录",
    help=("忘了密码请找本单位管理员重置。连续输错 5 次会锁定 15 分钟。",),
    errors=("账号或密码不对，请再试一次。大写锁定键是否开着？",),
)
PASSWORD = pm.AccountPage(
    title="修改密码",
    submit_url="/password",
    office_name="乾安县网格台账",
    fields=(
        pm.FieldView(
            name="old", label="现在的密码", widget="password", autocomplete="current-password", is_required=True
        ),
        pm.FieldView(
            name="new",
            label="新密码",
            widget="password",
            autocomplete="new-password",
            is_required=True,
            help="至少 10 位，字母和数字都要有。",
        ),
        pm.FieldView(
            name="again",
            label="再输一次新密码",
            widget="password",
            autocomplete="new-password",
            is_required=True,
            error="两次输入的不一样。",
        ),
    ),
    submit_label="修改密码",
    cancel_url="/home",
)
ERROR = pm.ErrorPage(
    title="没有权限看这一页",
    text="这条记录不在您负责的范围里，或者您的岗位不包含这类名册。",
    advice=("如果确实需要，请让管理员给您加岗位。", "如果是从别人发的链接点进来的，请从左边菜单重新进入。"),
    actions=(pm.Action("回首页", "/home", "primary"), pm.Action("返回上一页", "/list")),
    reference="20261122-8F3K",
)
SEARCH = pm.SearchPage(
    title="查找“王敏”",
    value="王敏",
    search_url="/search",
    groups=(
        pm.SearchGroup(
            "网格员",
            "2 名",
            (
                pm.PanelItem("王敏", "/show", "晨光社区第一网格 · 138****0002", pm.Chip("在岗", "green")),
                pm.PanelItem("王敏", "/show", "永康社区第三网格 · 137****1102"),
            ),
        ),
        pm.SearchGroup(
            "居民",
            "1,000+ 名",
            (pm.PanelItem("王敏", "/empty", "幸福里小区 3 号楼 2 单元 301"),),
            pm.Link("看全部", "/empty"),
        ),
    ),
)
NOTHING_FOUND = pm.SearchPage(
    title="查找“哈哈”",
    value="哈哈",
    search_url="/search",
    empty=pm.EmptyState("没有找到“哈哈”", "可以只写姓、拼音首字母（wm）或电话后四位。"),
)

NOTES = (
    pm.Note("已保存。", "green", (pm.Link("再新增一名", "/form"),)),
    pm.Note("今天 18:00 起备份，约两分钟不能保存。", "blue"),
    pm.Note("这个月已经定稿，只能看不能改。", "amber"),
    pm.Note("没有保存：网络断了，请再点一次保存。", "red"),
)

# name → (template, page, frame): every template with full and with empty data.
SCREENS: dict[str, tuple[str, object, pm.Frame | None]] = {
    "home": ("home/home.html", HOME, FRAME),
    "home-lines": ("home/home.html", LINES_HOME, FRAME),
    "home-empty": ("home/home.html", EMPTY_HOME, BARE_FRAME),
    "list": ("register/list.html", LIST, FRAME),
    "list-wide": ("register/list.html", WIDE_LIST, FRAME),
    "list-100": ("register/list.html", replace(LIST, rows=grid_worker_rows(100)), FRAME),
    "empty": ("register/list.html", EMPTY_LIST, FRAME),
    "nothing": ("register/list.html", NOTHING_LIST, FRAME),
    "list-bare": ("register/list.html", pm.ListPage(title="空", list_url="/"), BARE_FRAME),
    "show": ("register/show.html", SHOW, FRAME),
    "show-empty": ("register/show.html", EMPTY_SHOW, BARE_FRAME),
    "form": ("register/form.html", FORM, FRAME),
    "form-conflict": ("register/form.html", CONFLICT_FORM, FRAME),
    "form-empty": ("register/form.html", EMPTY_FORM, BARE_FRAME),
    "reveal": ("register/reveal.html", REVEAL, FRAME),
    "reveal-empty": ("register/reveal.html", replace(REVEAL, reasons=(), error="请选择一件事。"), BARE_FRAME),
    "print": ("register/print.html", PRINT, FRAME),
    "print-empty": ("register/print.html", replace(PRINT, columns=(), papers=(), formats=(), fields=()), BARE_FRAME),
    **import_screens(FRAME, BARE_FRAME),
    "search": ("search/results.html", SEARCH, FRAME),
    "search-nothing": ("search/results.html", NOTHING_FOUND, FRAME),
    "sign-in": ("account/sign_in.html", SIGN_IN, None),
    "sign-in-flash": (
        "account/sign_in.html",
        replace(SIGN_IN, errors=(), help=()),
        replace(BARE_FRAME, flashes=NOTES[:1]),
    ),
    "password": ("account/change_password.html", PASSWORD, None),
    "error": ("errors/error.html", ERROR, FRAME),
    "error-alone": ("errors/error.html", replace(ERROR, advice=(), actions=(), reference=""), None),
    "notes": ("register/list.html", EMPTY_LIST, replace(FRAME, flashes=NOTES)),
    "large": ("register/list.html", LIST, replace(FRAME, is_large_type=True)),
    "large-form": ("register/form.html", FORM, replace(FRAME, is_large_type=True)),
    "english": ("register/list.html", LIST, replace(FRAME, language="en")),
}
