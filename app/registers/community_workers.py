"""社区工作者名册: who works in the community's office."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask_appbuilder import Model
from sqlalchemy.orm import Mapped

from app.fields.age import full_years
from app.fields.types import Code, Date, IdNumber, Integer, LongText, PersonName, Phone, Text
from app.lowcode.column import computed, field, place, sealed
from app.lowcode.register import Register
from app.lowcode.roster import RosterRow
from app.registers.leaving import close_account_of_leaver
from app.registers.rules import in_order, not_ahead


class CommunityWorker(RosterRow, Model):
    """One worker of one community."""

    __tablename__ = "community_workers"

    name: Mapped[str] = field(
        "姓名",
        PersonName,
        listed=True,
        searched=True,
        required=True,
        pinyin=True,
        synonyms=("社工", "社区工作者", "社工姓名", "社区工作者姓名", "工作人员", "工作人员姓名"),
    )
    id_number = sealed("身份证号", IdNumber, synonyms=("身份证号码", "公民身份号码", "证件号码"))
    sex: Mapped[str | None] = field("性别", Code("sex"), filtered=True)
    ethnicity: Mapped[str | None] = field("民族", Code("ethnicity"))
    political_status: Mapped[str | None] = field("政治面貌", Code("political_status"), filtered=True)
    education: Mapped[str | None] = field("学历", Code("education"), synonyms=("文化程度",))
    phone: Mapped[str | None] = field(
        "联系电话", Phone, mask="phone", listed=True, searched=True, synonyms=("手机", "手机号", "手机号码", "电话")
    )
    area = place("所属社区", group="岗位", synonyms=("社区", "所在社区", "工作单位"))
    post: Mapped[str | None] = field(
        "岗位",
        Code("community_post"),
        listed=True,
        filtered=True,
        group="岗位",
        synonyms=("职务", "社区职务", "现任职务", "担任职务", "职务岗位", "岗位名称"),
    )
    duty: Mapped[str | None] = field(
        "分管工作",
        Text(100),
        listed=True,
        group="岗位",
        synonyms=("分工", "负责工作", "工作分工", "职责分工", "分管业务", "负责条线", "分管条线"),
    )
    grade: Mapped[str | None] = field(
        "社会工作者等级",
        Code("social_worker_grade"),
        filtered=True,
        group="岗位",
        synonyms=("社工证", "持证情况", "社工等级", "社工证等级", "职业资格", "社会工作者职业资格", "社工职称"),
    )
    employed_on: Mapped[date | None] = field(
        "入职日期",
        Date,
        listed=True,
        group="岗位",
        synonyms=("聘用日期", "入职时间", "聘用时间", "参加社区工作时间", "进入社区工作时间", "上岗时间", "到岗时间"),
    )
    contract_ends_on: Mapped[date | None] = field("合同到期", Date, group="岗位", synonyms=("合同到期日",))
    state: Mapped[str | None] = field(
        "状态",
        Code("worker_state"),
        listed=True,
        filtered=True,
        group="岗位",
        synonyms=("在岗状态", "是否在岗", "在岗情况"),
    )
    left_on: Mapped[date | None] = field(
        "离岗日期", Date, group="岗位", help="填写后，本人的登录账号同时停用", synonyms=("离职时间", "离岗时间")
    )
    years = computed(
        "从业年数",
        lambda row, today: full_years(row.employed_on, today) if row.employed_on and row.employed_on <= today else None,
        Integer(unit="年"),
        group="岗位",
    )
    note: Mapped[str | None] = field("备注", LongText)


def check(values: dict[str, Any], today: date) -> Iterator[tuple[str, str]]:
    """Days in order."""
    yield from not_ahead(values, today, employed_on="入职日期")
    yield from in_order(values, "employed_on", "contract_ends_on", labels=("入职日期", "合同到期"))
    yield from in_order(values, "employed_on", "left_on", labels=("入职日期", "离岗日期"))


REGISTER = Register(
    CommunityWorker,
    name="community_workers",
    title="社区工作者名册",
    keys=(("id_number",), ("name", "phone")),
    group="grid",
    icon="people",
    left_column="left_on",
    checks=(check,),
    on_saved=(close_account_of_leaver,),
    about="社区两委、专职社工、内勤都登记在这里；会议的参加人、事项的责任人从这里选。",
)
