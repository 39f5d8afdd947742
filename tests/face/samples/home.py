"""Sample first pages."""

from dataclasses import replace

from app.lowcode import page_models as pm

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
