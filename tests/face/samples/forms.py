"""Sample forms: full, with a conflict, empty."""

from dataclasses import replace

from app.lowcode import page_models as pm

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
