"""One row by itself: shown, its secrets revealed, a list for print."""

from app.lowcode import page_models as pm

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
