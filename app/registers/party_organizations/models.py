"""党组织名册: 党工委, 党委, 党总支, 党支部, 党小组 and 党员中心户 in their own tree."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_appbuilder import Model
from sqlalchemy.orm import Mapped

from app.database.scope import below_and_above
from app.fields.types import Code, Date, Flag, Integer, LongText, PersonName, Phone, Text
from app.lowcode.column import computed, field, link, place
from app.lowcode.register import Register
from app.lowcode.roster import RosterRow
from app.registers import terms
from app.registers.party_organizations import rules, service


def term_of(row: Any) -> terms.Term:
    """The organisation's term of office."""
    return terms.Term(row.term_ends_on, row.extended_to)


class PartyOrganization(RosterRow, Model):
    """One organisation of the party."""

    __tablename__ = "party_organizations"
    # A community's committee stands below the street's, which lies above its area.
    __scope__ = (below_and_above("party_organizations"),)

    name: Mapped[str] = field(
        "党组织名称", Text(80), listed=True, searched=True, required=True, pinyin=True,
        synonyms=("名称", "党组织全称", "支部名称", "党支部名称", "组织名称", "基层党组织名称", "党组织", "支部", "党支部"), help="写全称",
    )  # fmt: skip
    short_name: Mapped[str | None] = field("简称", Text(40), searched=True)
    number: Mapped[str | None] = field(
        "党组织代码", Text(30), searched=True, synonyms=("组织代码", "党组织编码", "党组织编号", "组织编码")
    )
    kind: Mapped[str] = field(
        "党组织类别", Code("party_organization_kind"), listed=True, filtered=True, required=True,
        synonyms=("类别", "组织类别", "党组织类型"),
    )  # fmt: skip
    parent = link(
        "所属上级",
        "party_organizations",
        listed=True,
        filtered=True,
        synonyms=("上级党组织", "隶属党组织", "上级组织", "上级党组织名称", "隶属关系"),
    )
    area = place("隶属网格", synonyms=("所属网格", "所属社区", "网格", "隶属网格/小区"))
    compound = link("隶属小区", "residential_compounds", synonyms=("所在小区",))
    is_functional: Mapped[bool | None] = field("功能型", Flag, help="不接转组织关系的填“是”")
    may_issue_papers: Mapped[bool | None] = field("可发文", Flag, help="可以用自己的名义印发纪要、通知的填“是”")

    secretary: Mapped[str | None] = field(
        "书记",
        PersonName,
        listed=True,
        searched=True,
        group="班子",
        synonyms=("党组织书记", "支部书记", "负责人", "书记姓名", "支部书记姓名", "党支部书记", "党组织负责人"),
    )
    deputy_secretary: Mapped[str | None] = field("副书记", Text(80), searched=True, group="班子")
    organization_member: Mapped[str | None] = field("组织委员", Text(40), group="班子")
    publicity_member: Mapped[str | None] = field("宣传委员", Text(40), group="班子")
    discipline_member: Mapped[str | None] = field("纪检委员", Text(40), group="班子")
    other_members: Mapped[str | None] = field("其他委员", Text(120), group="班子")
    leader: Mapped[str | None] = field(
        "组长或户主", PersonName, searched=True, group="班子", synonyms=("组长", "党小组长", "户主", "中心户户长"),
        help="党小组填组长，党员中心户填户主",
    )  # fmt: skip
    phone: Mapped[str | None] = field(
        "联系电话",
        Phone,
        mask="phone",
        searched=True,
        group="班子",
        synonyms=("电话", "书记电话", "书记联系电话", "书记手机", "联系方式"),
    )

    founded_on: Mapped[date | None] = field(
        "成立日期", Date, group="成立和换届", synonyms=("成立时间", "批准成立时间", "建立时间", "成立年月")
    )
    founding_paper: Mapped[str | None] = field("批准文号", Text(60), group="成立和换届", synonyms=("成立文号",))
    term_years: Mapped[int | None] = field(
        "任期", Integer(unit="年", minimum=1, maximum=5), group="成立和换届", synonyms=("任期（年）", "任期年限", "任期起止", "任期起止时间"), span=("elected_on", "term_ends_on"),
        help="社区的党委、党总支、党支部 5 年，其他支部一般 3 年",
    )  # fmt: skip
    elected_on: Mapped[date | None] = field(
        "换届日期",
        Date,
        group="成立和换届",
        synonyms=("换届时间", "本届选举日期", "最近换届时间", "本届换届时间", "本届换届日期"),
    )
    term_ends_on: Mapped[date | None] = field(
        "届满日期", Date, listed=True, group="成立和换届", synonyms=("届满时间", "任期届满", "任期届满时间", "任期届满日期", "下次换届时间", "应换届时间"),
        help="不填时按换届日期和任期推算",
    )  # fmt: skip
    extended_to: Mapped[date | None] = field("延期至", Date, group="成立和换届", synonyms=("延期换届至",))
    extension_paper: Mapped[str | None] = field("延期批复文号", Text(60), group="成立和换届", synonyms=("延期批复",))
    term_state = computed(
        "换届状态",
        lambda row, today: terms.state_of(term_of(row), today) if row.kind in rules.ELECTED else "none",
        Code("term_state"),
        listed=True,
        group="成立和换届",
        tones=terms.TONES,
    )

    place_of_activity: Mapped[str | None] = field(
        "活动场所", Text(100), group="其他", synonyms=("活动阵地", "阵地", "党员活动场所", "活动地点")
    )
    activist_count: Mapped[int | None] = field(
        "入党积极分子数", Integer(minimum=0), group="其他", synonyms=("积极分子数",)
    )
    note: Mapped[str | None] = field("备注", LongText, group="其他")


REGISTER = Register(
    PartyOrganization,
    name="party_organizations",
    title="党组织名册",
    noun="党组织",
    keys=(("number",), ("area", "name")),
    group="party",
    icon="flag",
    line="党建",
    checks=(rules.check,),
    prepare=(service.fill_end_of_term,),
    on_saved=(service.refuse_wrong_parent,),
    about="党工委、党委、党总支、党支部登记书记和任期；党小组、党员中心户登记组长或户主。上级在“所属上级”里选。",
)
