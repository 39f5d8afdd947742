"""Sample lists: full, wide, empty, with nothing found."""

from dataclasses import replace

from app.lowcode import page_models as pm

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
