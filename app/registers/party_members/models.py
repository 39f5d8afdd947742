"""党员名册: 组织关系在册, 在职报到 and 流入 in one table, told apart by 名册类别 and never added together."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask_appbuilder import Model
from sqlalchemy.orm import Mapped

from app.fields.types import Code, Date, IdNumber, Integer, LongText, Month, Number, PersonName, Phone, Text
from app.lowcode.column import computed, field, link, place, sealed
from app.lowcode.register import Register, RowAction
from app.lowcode.roster import RosterRow
from app.registers.following import pull_along
from app.registers.party_dues.service import open_this_month
from app.registers.party_members import rules
from app.registers.party_members.service import move_out, write_by_norm


class PartyMember(RosterRow, Model):
    """One member in one of the three rosters; the same person may stand in two of them."""

    __tablename__ = "party_members"

    name: Mapped[str] = field(
        "姓名", PersonName, listed=True, searched=True, required=True, pinyin=True, synonyms=("党员姓名", "党员名字")
    )
    roster: Mapped[str] = field(
        "名册类别", Code("member_roster"), listed=True, filtered=True, required=True, default="registered",
        synonyms=("党员名册", "党员来源", "名册"), help="三本名册分别统计，不相加",
    )  # fmt: skip
    id_number = sealed("身份证号", IdNumber, synonyms=("身份证号码", "公民身份号码", "证件号码"))
    sex: Mapped[str | None] = field("性别", Code("sex"), filtered=True)
    ethnicity: Mapped[str | None] = field("民族", Code("ethnicity"))
    native_place: Mapped[str | None] = field("籍贯", Text(40), help="写到县", synonyms=("籍贯（省市县）", "祖籍"))
    born_on: Mapped[date | None] = field(
        "出生日期", Date(is_past=True), synonyms=("出生年月", "出生年月日", "出生时间"), help="以档案为准"
    )
    education: Mapped[str | None] = field("学历", Code("education"), synonyms=("文化程度",))
    employer: Mapped[str | None] = field(
        "工作单位及职务",
        Text(80),
        searched=True,
        synonyms=("工作单位", "单位及职务", "工作单位和职务", "单位职务", "单位", "工作岗位", "职业"),
    )
    working_since: Mapped[date | None] = field("参加工作时间", Date, synonyms=("参加工作日期", "工作时间"))
    phone: Mapped[str | None] = field(
        "联系电话", Phone, mask="phone", listed=True, searched=True, synonyms=("手机", "手机号", "手机号码", "电话")
    )
    address: Mapped[str | None] = field(
        "家庭住址",
        Text(120),
        mask="address",
        synonyms=("住址", "现住址", "现居住地", "居住地址", "现居住地址", "详细住址"),
    )

    organization = link(
        "所在支部", "party_organizations", listed=True, filtered=True, group="组织关系",
        synonyms=("所在党支部", "所属支部", "党支部", "所在组织", "所在党组织", "党组织名称", "所属党支部", "所属党组织", "组织关系所在党支部", "支部名称", "所在基层党组织", "支部"),
    )  # fmt: skip
    group_organization = link("党小组", "party_organizations", group="组织关系", synonyms=("所在党小组",))
    area = place("所属网格", group="组织关系", synonyms=("网格", "所在网格", "所属社区"))
    kind: Mapped[str | None] = field(
        "党员类别",
        Code("member_kind"),
        listed=True,
        filtered=True,
        group="组织关系",
        synonyms=(
            "正式/预备",
            "党员类型",
            "正式或预备",
            "党籍状态",
            "类别",
            "党员类别（正式、预备）",
        ),
    )
    post: Mapped[str | None] = field(
        "党内职务",
        Code("party_post"),
        listed=True,
        filtered=True,
        group="组织关系",
        synonyms=("党内职务名称", "党内现任职务", "职务", "党务职务"),
    )
    situation: Mapped[str | None] = field(
        "党员情况", Code("member_situation"), filtered=True, group="组织关系", synonyms=("人员类别", "党员状态")
    )
    joined_on: Mapped[date | None] = field(
        "入党时间",
        Date,
        group="组织关系",
        synonyms=("入党日期", "加入党组织日期", "加入党组织时间", "加入中国共产党时间", "入党年月"),
    )
    confirmed_on: Mapped[date | None] = field(
        "转正时间", Date, group="组织关系", synonyms=("转正日期", "转为正式党员日期", "转为正式党员时间", "转正年月")
    )
    party_age = computed(
        "党龄", lambda row, today: rules.party_age_on(row.kind, row.confirmed_on, today), Integer(unit="年"),
        listed=True, group="组织关系", help="从转正算起",
    )  # fmt: skip
    state: Mapped[str | None] = field(
        "组织关系状态", Code("member_state"), filtered=True, group="组织关系", default="in_book", synonyms=("状态",),
        help="登记党员变动后自动更新",
    )  # fmt: skip
    entered_on: Mapped[date | None] = field(
        "列入本册日期", Date, group="组织关系", synonyms=("转入时间", "报到时间", "流入时间"),
        help="一直在册、说不清日期的可以不填",
    )  # fmt: skip
    left_on: Mapped[date | None] = field("离开本册日期", Date, group="组织关系", synonyms=("转出时间",))

    home_organization: Mapped[str | None] = field(
        "组织关系所在党组织", Text(80), group="报到和流动", help="在职报到和流入的党员填写"
    )
    report_kind: Mapped[str | None] = field("报到类型", Text(20), group="报到和流动", help="例：双报到、在职报到")
    destination: Mapped[str | None] = field(
        "流动去向", Text(80), group="报到和流动", synonyms=("流出地", "流向", "流动地", "外出地点", "外出流向")
    )

    building = link("所在楼栋", "buildings", filtered=True, group="住处和党费", synonyms=("楼栋", "所住楼栋"))
    unit_number: Mapped[str | None] = field("单元", Text(20), group="住处和党费", synonyms=("楼道", "所在单元"))
    dues_standard: Mapped[Decimal | None] = field(
        "党费标准",
        Number(9, 2, unit="元/月", minimum=Decimal(0)),
        group="住处和党费",
        synonyms=("月党费标准", "党费交纳标准", "党费缴纳标准", "月交党费标准", "每月应交党费", "月缴党费", "党费基数"),
    )
    dues_paid_to: Mapped[date | None] = field(
        "交纳至", Month, group="住处和党费", synonyms=("党费交至", "党费交纳至", "党费缴至", "党费缴纳至", "已缴至")
    )
    note: Mapped[str | None] = field("备注", LongText, group="住处和党费")


REGISTER = Register(
    PartyMember,
    name="party_members",
    title="党员名册",
    noun="党员",
    keys=(("roster", "id_number"), ("roster", "name", "phone")),
    group="party",
    icon="people",
    line="党建",
    left_column="left_on",
    leave=move_out,
    checks=(rules.check,),
    prepare=(write_by_norm,),
    on_changed=(pull_along,),
    actions=(
        RowAction(
            "open_dues",
            "登记本月应交党费",
            "给选中的 {count} 名党员登记本月应交党费；已经登记的和不在册的不动。",
            open_this_month,
        ),
    ),
    about="在册、在职报到、流入三类党员都登记在这里，用“名册类别”区分，分别统计。会议的应到和表决人数从这里取。",
)
