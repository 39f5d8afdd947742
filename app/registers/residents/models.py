"""居民名册 and 人口变动台账."""

from __future__ import annotations

from datetime import date

from flask_appbuilder import Model
from sqlalchemy.orm import Mapped

from app.fields.age import age_on
from app.fields.types import Code, Date, IdNumber, Integer, LongText, PersonName, Phone, Text
from app.lowcode.column import computed, field, link, place, sealed
from app.lowcode.register import Register
from app.lowcode.roster import RosterRow
from app.registers.following import lies_with, pull_along
from app.registers.homes import families
from app.registers.residents import rules, service


class Resident(RosterRow, Model):
    """One person in one household."""

    __tablename__ = "residents"

    name: Mapped[str] = field(
        "姓名",
        PersonName,
        listed=True,
        searched=True,
        required=True,
        pinyin=True,
        synonyms=("居民姓名", "人员姓名", "居民名字", "家庭成员姓名", "成员姓名", "家庭成员", "人口姓名", "住户姓名"),
    )
    id_number = sealed("身份证号", IdNumber, synonyms=("身份证号码", "公民身份号码", "证件号码"))
    sex: Mapped[str | None] = field("性别", Code("sex"), listed=True, filtered=True)
    born_on: Mapped[date | None] = field(
        "出生日期", Date(is_past=True), synonyms=("出生年月", "出生年月日", "出生"), help="填了身份证号的不用填"
    )
    age = computed("年龄", lambda row, today: age_on(row.born_on, today), Integer, listed=True)
    ethnicity: Mapped[str | None] = field("民族", Code("ethnicity"))
    political_status: Mapped[str | None] = field("政治面貌", Code("political_status"), filtered=True)
    education: Mapped[str | None] = field("学历", Code("education"), synonyms=("文化程度",))
    marriage: Mapped[str | None] = field("婚姻状况", Code("marriage"), synonyms=("婚姻状态", "婚姻"))
    phone: Mapped[str | None] = field(
        "联系电话", Phone, mask="phone", listed=True, searched=True, synonyms=("手机", "手机号", "手机号码", "电话")
    )
    employer: Mapped[str | None] = field(
        "工作单位", Text(80), searched=True, synonyms=("服务处所", "就业单位", "工作单位及职业", "单位")
    )

    household = link(
        "所在户",
        "households",
        filtered=True,
        group="居住",
        synonyms=("户", "户名", "所属户", "户主姓名/户号"),
        parts_exported=True,
    )
    relation: Mapped[str | None] = field(
        "与户主关系",
        Code("relation_to_head"),
        listed=True,
        group="居住",
        synonyms=("关系", "与户主的关系", "户主关系", "家庭关系", "与户主"),
    )
    area = place("所属网格", group="居住", synonyms=("网格", "所属区域", "区域"), help="选了户的，以户所在网格为准")
    role: Mapped[str | None] = field(
        "住户身份", Code("resident_role"), filtered=True, group="居住", synonyms=("业主/家人/租客", "身份")
    )
    living_kind: Mapped[str | None] = field(
        "居住类型",
        Code("living_kind"),
        listed=True,
        filtered=True,
        group="居住",
        synonyms=("人户情况", "人户状态", "人口类型", "居住性质", "人员类型"),
    )
    registration: Mapped[str | None] = field(
        "户口类型", Code("residence_registration"), group="居住", synonyms=("户口", "户口性质", "户籍类型", "户别")
    )
    registered_address: Mapped[str | None] = field(
        "户籍地",
        Text(120),
        mask="address",
        group="居住",
        synonyms=("户籍地址", "户口所在地", "户籍所在地", "户籍地详址", "户籍"),
    )
    state: Mapped[str | None] = field(
        "人员状态", Code("resident_state"), listed=True, filtered=True, group="居住", default="present",
        help="登记人口变动后自动更新", synonyms=("状态", "人口状态"),
    )  # fmt: skip
    moved_in_on: Mapped[date | None] = field(
        "入住时间", Date, group="居住", synonyms=("入住日期", "迁入时间", "入住日期（年月）", "来本地时间", "居住时间")
    )
    left_on: Mapped[date | None] = field("离开时间", Date, group="居住", synonyms=("搬离时间", "迁出时间", "有效期"))
    labels: Mapped[str | None] = field(
        "住户标签", Text(60), searched=True, group="居住", synonyms=("标签", "人员标签", "特殊标签", "人群标签")
    )
    note: Mapped[str | None] = field("备注", LongText, group="居住")


REGISTER = Register(
    Resident,
    name="residents",
    title="居民名册",
    noun="居民",
    keys=(("id_number", "living_kind"), ("household", "name")),
    group="residents",
    icon="people",
    left_column="left_on",
    leave=service.move_out,
    checks=(rules.check,),
    prepare=(lies_with("household"), service.fill_from_id),
    on_changed=(pull_along,),
    follow=families,
    about="按户登记每个人；户口在这里人不在的、人在这里户口不在的都登记，用“居住类型”区分。",
)


class ResidentMovement(RosterRow, Model):
    """One dated change of one resident."""

    __tablename__ = "resident_movements"

    name: Mapped[str | None] = field(
        "摘要", Text(80), listed=True, searched=True, pinyin=True, help="不填时由姓名和变动类别组成"
    )
    resident = link("居民", "residents", filtered=True, required=True, synonyms=("姓名", "居民姓名"))
    kind: Mapped[str] = field(
        "变动类别", Code("resident_movement"), listed=True, filtered=True, required=True, synonyms=("变动", "变动类型")
    )
    moved_on: Mapped[date] = field(
        "变动日期", Date(is_past=True), listed=True, required=True, synonyms=("日期", "变动时间")
    )
    from_place: Mapped[str | None] = field("从哪里来", Text(100), synonyms=("迁出地", "来源地"))
    to_place: Mapped[str | None] = field("到哪里去", Text(100), synonyms=("迁入地", "去向"))
    note: Mapped[str | None] = field("备注", LongText)


MOVEMENTS = Register(
    ResidentMovement,
    name="resident_movements",
    title="人口变动台账",
    noun="人口变动",
    keys=(("resident", "kind", "moved_on"),),
    group="residents",
    icon="list",
    prepare=(lies_with("resident"), service.name_movement),
    on_saved=(service.apply_to_resident,),
    about="迁入、迁出、出生、去世、外出、返回等逐笔登记，登记后居民名册自动更新。",
)
