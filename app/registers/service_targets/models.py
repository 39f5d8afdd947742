"""关爱服务对象 (民政), 特殊人群 and 重点关注 (平安): three rosters, three permissions.

个人信息保护法 asks for a purpose and the smallest scope: kinds and measures of the two lists of 平安 leave the house
only when a column is chosen by name, and no general search finds any of the three.
"""

from __future__ import annotations

from datetime import date

from flask_appbuilder import Model
from sqlalchemy.orm import Mapped

from app.fields.types import Code, Date, IdNumber, LongText, PersonName, Phone, Text
from app.lowcode.column import field, link, place, sealed
from app.lowcode.register import Register
from app.lowcode.roster import RosterRow
from app.registers.following import lies_with
from app.registers.service_targets import rules, service

_ID_WORDS = ("身份证号码", "公民身份号码", "证件号码")
_PHONE_WORDS = ("手机", "手机号", "手机号码", "电话")
_PREPARE = (lies_with("resident"), service.take_over_from_resident)


class CareTarget(RosterRow, Model):
    """One person who is looked after."""

    __tablename__ = "care_targets"

    resident = link("居民", "residents", synonyms=("对应居民",), help="从居民名册里选，姓名、证件、电话不用再填")
    name: Mapped[str | None] = field(
        "姓名", PersonName, listed=True, searched=True, pinyin=True, synonyms=("对象姓名", "服务对象")
    )
    id_number = sealed("身份证号", IdNumber, synonyms=_ID_WORDS)
    sex: Mapped[str | None] = field("性别", Code("sex"), filtered=True)
    phone: Mapped[str | None] = field(
        "联系电话", Phone, mask="phone", listed=True, searched=True, synonyms=_PHONE_WORDS
    )
    area = place("所属网格", synonyms=("网格", "所在网格"), help="选了居民的，以居民所在网格为准")
    kind: Mapped[str] = field(
        "对象类别", Code("care_target"), listed=True, filtered=True, required=True, group="服务",
        synonyms=("类别", "人员类别", "关爱类别"),
    )  # fmt: skip
    disability_kind: Mapped[str | None] = field("残疾类别", Code("disability_kind"), group="服务")
    disability_grade: Mapped[str | None] = field("残疾等级", Code("disability_grade"), group="服务")
    benefits: Mapped[str | None] = field("享受待遇", Text(100), group="服务", synonyms=("享受政策", "补助"))
    frequency: Mapped[str | None] = field(
        "走访频次", Code("visit_frequency"), listed=True, filtered=True, group="服务", synonyms=("走访要求",)
    )
    worker = link(
        "包联网格员", "grid_workers", listed=True, filtered=True, group="服务", synonyms=("网格员", "联系人员")
    )
    last_visited_on: Mapped[date | None] = field(
        "最近走访日期", Date(is_past=True), listed=True, group="服务", synonyms=("上次走访",)
    )
    guardian: Mapped[str | None] = field(
        "监护人或家属", PersonName, group="服务", synonyms=("监护人", "家属", "紧急联系人")
    )
    guardian_phone: Mapped[str | None] = field("监护人电话", Phone, mask="phone", group="服务", synonyms=("家属电话",))
    since_on: Mapped[date | None] = field("列入日期", Date, group="服务", synonyms=("登记日期",))
    left_on: Mapped[date | None] = field("解除日期", Date, group="服务", synonyms=("退出日期",))
    note: Mapped[str | None] = field("备注", LongText, group="服务")


REGISTER = Register(
    CareTarget,
    name="care_targets",
    title="关爱服务对象名册",
    noun="关爱服务对象",
    keys=(("kind", "id_number"), ("kind", "resident")),
    group="residents",
    icon="people",
    line="民政",
    is_sensitive=True,
    left_column="left_on",
    checks=(rules.check,),
    prepare=_PREPARE,
    about="独居、空巢、高龄、低保、残疾、留守儿童等需要关爱的居民，只有民政条线能看。",
)


class SpecialPerson(RosterRow, Model):
    """One person of the kinds named in GB/T 31000."""

    __tablename__ = "special_population"

    resident = link("居民", "residents", synonyms=("对应居民",), help="从居民名册里选，姓名、证件、电话不用再填")
    name: Mapped[str | None] = field("姓名", PersonName, listed=True, searched=True, pinyin=True)
    id_number = sealed("身份证号", IdNumber, synonyms=_ID_WORDS, exported=False)
    sex: Mapped[str | None] = field("性别", Code("sex"))
    phone: Mapped[str | None] = field("联系电话", Phone, mask="phone", searched=True, synonyms=_PHONE_WORDS)
    area = place("所属网格", synonyms=("网格", "所在网格"), help="选了居民的，以居民所在网格为准")
    kind: Mapped[str] = field(
        "人员类别", Code("special_population"), listed=True, filtered=True, required=True, group="管理服务",
        synonyms=("类别",), exported=False,
    )  # fmt: skip
    basis: Mapped[str | None] = field("列入依据", Text(100), group="管理服务", synonyms=("法律文书",), exported=False)
    measures: Mapped[str | None] = field(
        "管理服务措施", LongText, group="管理服务", synonyms=("管控措施", "帮扶措施"), exported=False
    )
    frequency: Mapped[str | None] = field("走访频次", Code("visit_frequency"), listed=True, group="管理服务")
    worker = link(
        "责任网格员", "grid_workers", listed=True, filtered=True, group="管理服务", synonyms=("网格员", "责任人")
    )
    police: Mapped[str | None] = field("责任民警", PersonName, group="管理服务", synonyms=("民警",))
    last_visited_on: Mapped[date | None] = field(
        "最近走访日期", Date(is_past=True), listed=True, group="管理服务", synonyms=("上次走访",)
    )
    guardian: Mapped[str | None] = field("监护人或家属", PersonName, group="管理服务", synonyms=("监护人", "家属"))
    guardian_phone: Mapped[str | None] = field("监护人电话", Phone, mask="phone", group="管理服务")
    since_on: Mapped[date | None] = field("列入日期", Date, listed=True, group="管理服务")
    left_on: Mapped[date | None] = field("解除日期", Date, group="管理服务", synonyms=("解矫日期", "期满日期"))
    note: Mapped[str | None] = field("备注", LongText, group="管理服务", exported=False)


SPECIAL = Register(
    SpecialPerson,
    name="special_population",
    title="特殊人群名册",
    noun="特殊人群",
    keys=(("kind", "id_number"), ("kind", "resident")),
    group="residents",
    icon="person",
    line="平安",
    is_sensitive=True,
    left_column="left_on",
    checks=(rules.check,),
    prepare=_PREPARE,
    about="社区矫正、安置帮教、严重精神障碍等人员，只有平安条线能看；谁看过、导出过都有记录。",
)


class AttentionPerson(RosterRow, Model):
    """One person or household to whom attention is paid for a time."""

    __tablename__ = "key_attention"

    resident = link("居民", "residents", synonyms=("对应居民",), help="从居民名册里选，姓名、证件、电话不用再填")
    name: Mapped[str | None] = field("姓名", PersonName, listed=True, searched=True, pinyin=True)
    id_number = sealed("身份证号", IdNumber, synonyms=_ID_WORDS, exported=False)
    sex: Mapped[str | None] = field("性别", Code("sex"))
    phone: Mapped[str | None] = field("联系电话", Phone, mask="phone", searched=True, synonyms=_PHONE_WORDS)
    area = place("所属网格", synonyms=("网格", "所在网格"), help="选了居民的，以居民所在网格为准")
    kind: Mapped[str] = field(
        "关注类别", Code("key_attention"), listed=True, filtered=True, required=True, group="关注",
        synonyms=("类别",), exported=False,
    )  # fmt: skip
    matter: Mapped[str | None] = field(
        "诉求或事由", LongText, group="关注", synonyms=("诉求", "事由", "主要诉求"), exported=False
    )
    measures: Mapped[str | None] = field("工作措施", LongText, group="关注", synonyms=("稳控措施",), exported=False)
    leader: Mapped[str | None] = field("包案领导", PersonName, listed=True, group="关注", synonyms=("包保领导",))
    worker = link("责任网格员", "grid_workers", listed=True, filtered=True, group="关注", synonyms=("网格员", "责任人"))
    frequency: Mapped[str | None] = field("走访频次", Code("visit_frequency"), group="关注")
    last_visited_on: Mapped[date | None] = field(
        "最近走访日期", Date(is_past=True), listed=True, group="关注", synonyms=("上次走访",)
    )
    review_on: Mapped[date | None] = field("复核日期", Date, group="关注", help="到期没有必要的及时解除")
    guardian: Mapped[str | None] = field("监护人或家属", PersonName, group="关注", synonyms=("监护人", "家属"))
    since_on: Mapped[date | None] = field("列入日期", Date, listed=True, group="关注")
    left_on: Mapped[date | None] = field("解除日期", Date, group="关注", synonyms=("化解日期",))
    note: Mapped[str | None] = field("备注", LongText, group="关注", exported=False)


ATTENTION = Register(
    AttentionPerson,
    name="key_attention",
    title="重点关注名册",
    noun="重点关注对象",
    keys=(("kind", "id_number"), ("kind", "resident")),
    group="residents",
    icon="person",
    line="平安",
    is_sensitive=True,
    left_column="left_on",
    checks=(rules.check,),
    prepare=_PREPARE,
    about="信访、矛盾纠纷、极端风险等需要一段时间重点关注的人，只有平安条线能看；没有必要时及时解除。",
)
