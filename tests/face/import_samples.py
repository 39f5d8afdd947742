"""Invented data for the pages of an import: every part filled, and every part empty."""

from dataclasses import replace
from typing import Any

from app.lowcode import page_models as pm

WORDS = {"header": "这是表头", "data": "这是数据", "other": "不读这一行"}


def row(number: int, kind: Any, now: str, word: str, *cells: str, **more: Any) -> pm.SheetRow:
    """A row of the picture with its select."""
    others = (pm.Option(key, text) for key, text in WORDS.items() if key != now)
    return pm.SheetRow(number, kind, word, cells, f"row-{number}", (pm.Option(now, word, True), *others), **more)


KINDS = (
    pm.KindChoice("additions", "只有新增和变动的", "表里有谁就处理谁。", "例：这个月新来的 3 名网格员", True),
    pm.KindChoice("whole", "全量名单", "表里应当是所有人。", "例：社区报来的全部网格员"),
)
UPLOAD = pm.ImportPage(
    title="导入网格员名册",
    step="upload",
    cancel_url="/list",
    submit_url="/import/layout",
    kinds=KINDS,
    upload_fields=(pm.FieldView(name="file", label="表格文件", widget="file", accept=".xlsx,.xls,.csv"),),
    more_fields=(
        pm.FieldView(
            name="area", label="没写区域的行归到", widget="choice",
            options=(pm.Option("1", "晨光社区", True), pm.Option("2", "柳岸社区")),
        ),
        pm.FieldView(name="clears_blanks", label="空格子也清空", widget="flag", help="一般不勾。"),
    ),
    template=pm.Link("下载模板", "/empty"),
    batches=(
        pm.PanelItem("网格员2026.10.xlsx", "/empty", "李建国 2026-10-03 09:20", pm.Chip("已写入", "green")),
        pm.PanelItem("2026年9月.xls", "/empty", "王敏 2026-09-02 16:05", pm.Chip("已撤销", "grey")),
    ),
    all_batches_url="/import/batches",
)  # fmt: skip
LAYOUT = pm.ImportPage(
    title="导入网格员名册",
    step="layout",
    cancel_url="/list",
    submit_url="/import/check",
    back_url="/import/upload",
    file_name="晨光社区网格员2026.xlsx",
    notes=(pm.Note("表里没有“所属网格”这一列。", "amber"),),
    sheet=pm.SheetView(
        letters=tuple("ABCDEF"),
        rows=(
            row(1, "title", "other", "标题", "晨光社区网格员花名册", "", "", "", "", ""),
            row(2, "note", "other", "说明", "填表说明：电话填手机号", "", "", "", "", ""),
            row(3, "header", "header", "表头", "序号", "姓名", "身份证号码", "手机号", "专兼职", "备注", is_corrected=True),
            row(4, "data", "data", "数据", "1", "王敏", "320100…1", "138****0002", "专职", "", is_hidden=True),
            pm.SheetRow(5, "gap", "第 5–70 行，共 66 行都是数据，没有画出来"),
            row(71, "data", "data", "数据", "68", "张桂兰", "320100…2", "137****8712", "专职", ""),
            pm.SheetRow(72, "blank", "空行", ("", "", "", "", "", "")),
            row(73, "total", "other", "合计", "合计", "68 人", "", "", "", ""),
            row(74, "signature", "other", "签字", "填表人：", "", "", "审核人：", "", ""),
        ),
        tabs=(
            pm.SheetTab("网格员", "68 行", "/import/layout", "blue", True),
            pm.SheetTab("离职", "不读", "/import/layout?2"),
        ),
        text="认出 68 行数据。",
        fields=(
            pm.FieldView(
                name="way", label="这张表", widget="choice",
                options=(pm.Option("", "照认出的读", True), pm.Option("out", "这张表不读")),
            ),
        ),
        skipped=(
            pm.SkippedRows("标题或说明行", "1 行", "第 1 行", ("晨光社区网格员花名册",)),
            pm.SkippedRows("合计、小计行", "1 行", "第 73 行", ("合计",)),
            pm.SkippedRows("空行", "1 行", "第 72 行"),
        ),
        reset_label="这张表恢复成自动认的样子",
    ),
    pairs=(
        pm.ColumnPair(
            "B", "姓名", ("王敏", "李建国", "张桂兰"), "map:姓名",
            (pm.Option("", "不导入"), pm.Option("name", "姓名", True)), pm.Chip("肯定", "green"),
        ),
        pm.ColumnPair(
            "D", "手机号", ("138****0002", "139****5561"), "map:手机号",
            (pm.Option("", "不导入"), pm.Option("phone", "联系电话", True)), pm.Chip("上次这样对应", "green"),
        ),
        pm.ColumnPair(
            "E", "专兼职", ("专职", "兼职"), "map:专兼职",
            (pm.Option("", "不导入"), pm.Option("kind", "专/兼职", True)), pm.Chip("猜的，请看一眼", "amber"),
        ),
        pm.ColumnPair(
            "F", "备注", (), "map:备注", (pm.Option("", "不导入", True), pm.Option("note", "备注")),
            pm.Chip("没认出", "grey"),
        ),
    ),
    columns=(
        pm.Option("name", "姓名"), pm.Option("phone", "联系电话"), pm.Option("kind", "专/兼职"), pm.Option("note", "备注"),
    ),
)  # fmt: skip
CHECK = pm.ImportPage(
    title="导入网格员名册",
    step="check",
    cancel_url="/list",
    submit_url="/import/write",
    submit_label="写入",
    back_url="/import/layout",
    file_name="晨光社区网格员2026.xlsx",
    tabs=(
        pm.CountTab("有问题", "2", "/import/check?error", "red"),
        pm.CountTab("新增", "58", "/import/check?new", "green"),
        pm.CountTab("变更", "7", "/import/check", "blue", True),
        pm.CountTab("没有变化", "231", "/import/check?same"),
    ),
    incoming=(
        pm.IncomingRow(
            "第 4 行", "王敏",
            (pm.ValueChange("联系电话", "138****0002", "139****0001"), pm.ValueChange("学历", "大专", "")), url="/show",
        ),
        pm.IncomingRow(
            "第 6 行", "张桂兰", (pm.ValueChange("所属网格", "第二网格"),),
            (pm.Note("身份证号：第 18 位校验不对，请核对原件。", "red"),),
        ),
    ),
    pager=pm.Pager("第 1 页，共 2 页", "", "/import/check?page=2"),
    downloads=(pm.Action("下载标好的原表", "/empty"), pm.Action("只下载有问题的行", "/empty")),
    modes=(
        pm.KindChoice("good", "好的先写入，有问题的退回", "写入 65 行，退回 2 行。", "改好后拖回来", True),
        pm.KindChoice("all", "全部没有问题才写入", "只要有一行有问题，就一行都不写。", "适合一次要交齐的名单"),
    ),
)  # fmt: skip
MISSING = replace(
    CHECK,
    tabs=(pm.CountTab("名册有、表里没有", "2", "/import/check", "amber", True),),
    incoming=(
        pm.IncomingRow("", "李建国", url="/show", pick="1", is_picked=True),
        pm.IncomingRow("", "赵晨", url="/show", pick="2"),
    ),
    picking=pm.Picking(label="迁出", help="确实不在的勾上“迁出”，没勾的不动。", count_text="已勾 1 行，共 2 行"),
    pager=None,
    downloads=(),
    modes=(),
    write_fields=(
        pm.FieldView(name="all", label="写入方式", widget="static", value="65 行都没有问题，全部写入。", width="full"),
        pm.FieldView(name="left_on", label="迁出日期", widget="date", value="2026-11-26", width="short"),
    ),
)
WRITE = pm.ImportPage(
    title="导入网格员名册",
    step="write",
    cancel_url="/list",
    file_name="晨光社区网格员2026.xlsx",
    progress=pm.Progress(
        31, 65, "正在写入", "大约还要 4 秒", "/progress",
        pm.Action("取消", "/stop", "plain", "post", "停止后什么都不会写入。"),
    ),
)  # fmt: skip
UNDO = pm.Action("撤销这一批", "/undo", "danger", "post", "撤销这一批写入的 65 条。")
WRITTEN = replace(
    WRITE,
    progress=None,
    result=pm.Note("已写入：新增 58 条，变更 7 条。", "green"),
    result_facts=(pm.FactView("批次", pm.CellView("第 12 批")), pm.FactView("导入人", pm.CellView("王敏"))),
    result_actions=(pm.Action("看名册", "/list", "primary"), pm.Action("再导入一份", "/import/upload")),
    undo=UNDO,
)
UNDONE = replace(
    WRITTEN,
    result=pm.Note("这一批已撤销：还原 63 条，保留 1 条，未能还原 1 条。", "grey"),
    undo=None,
    buckets=(
        pm.BucketView("已还原 63 条", "green"),
        pm.BucketView("保留 1 条", "amber", (pm.PanelItem("王敏", "/show", "导入之后又改过 联系电话"),)),
        pm.BucketView("未能还原 1 条", "red", (pm.PanelItem("赵晨", "/show", "本月报表已经定稿"),)),
    ),
)
BATCHES = pm.BatchesPage(
    title="导入记录",
    lines=(
        pm.BatchLine(
            "第 12 批", "网格员名册", "网格员2026.10.xlsx", "/import/written", "王敏", "2026-10-03 09:20",
            pm.Chip("已写入", "green"), "新增 58 · 变更 7", "9f2c11ab03de4477", UNDO,
        ),
        pm.BatchLine(
            "第 11 批", "党员名册", "党员.xls", "/import/written", "李建国", "2026-10-02 09:20", pm.Chip("已撤销"), "", "03de44779f2c11ab",
        ),
    ),
    registers=(pm.Option("", "全部名册", True), pm.Option("grid_workers", "网格员名册")),
    list_url="/import/batches",
    main_action=pm.Action("导入网格员名册", "/import/upload", "primary"),
    pager=pm.Pager("第 1 页", "", "/import/batches?page=2"),
)  # fmt: skip


def import_screens(frame: pm.Frame, bare: pm.Frame) -> dict[str, tuple[str, Any, pm.Frame]]:
    """Screen → template, page and frame."""
    filled = {
        "upload": UPLOAD, "layout": LAYOUT, "check": CHECK, "missing": MISSING, "write": WRITE, "written": WRITTEN,
        "undone": UNDONE,
    }  # fmt: skip
    screens: dict[str, tuple[str, Any, pm.Frame]] = {
        f"import/{name}": ("register/import.html", page, frame) for name, page in filled.items()
    }
    for step in ("upload", "layout", "check", "write"):
        empty = pm.ImportPage(title="导入", step=step, cancel_url="/")
        screens[f"import/{step}-empty"] = ("register/import.html", empty, bare)
    screens["import/batches"] = ("register/import_batches.html", BATCHES, frame)
    nothing = replace(BATCHES, lines=(), pager=None, main_action=None)
    screens["import/batches-empty"] = ("register/import_batches.html", nothing, bare)
    return screens
