"""矛盾调解台账, and the files kept as items of a case's dossier."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database.scope import ScopeRule, below
from app.fields.types import Code, Date, IdNumber, LongText, PersonName, Phone, Text
from app.lowcode.column import computed, field, place, sealed
from app.lowcode.register import Register, steps_of
from app.lowcode.roster import Identified, RosterRow
from app.mediations import rules

CASES = "mediation_cases"
_later = steps_of("app.mediations.steps")


class MediationCase(RosterRow, Model):
    """One dispute between two sides."""

    __tablename__ = "mediation_cases"

    name: Mapped[str] = field(
        "案由", Text(80), listed=True, searched=True, required=True, pinyin=True, synonyms=("纠纷事由", "事由"),
        help="例：楼上漏水赔偿；不要写当事人姓名",
    )  # fmt: skip
    number: Mapped[str | None] = field("案号", Text(40), listed=True, searched=True, help="不填时自动编号")
    kind: Mapped[str | None] = field(
        "纠纷类型", Code("dispute_kind"), listed=True, filtered=True, synonyms=("类型", "纠纷类别")
    )
    source: Mapped[str | None] = field("案件来源", Code("mediation_source"), filtered=True, default="oral")
    level: Mapped[str | None] = field(
        "调解层级", Code("dispute_level"), listed=True, filtered=True, help="现在由哪一级调；调成了就是在哪一级解决的"
    )
    state: Mapped[str | None] = field(
        "状态", Code("mediation_state"), listed=True, filtered=True, default="received", synonyms=("调解状态",)
    )
    area = place("所属网格", synonyms=("网格", "社区", "所属社区"))
    received_on: Mapped[date | None] = field(
        "受理日期", Date, listed=True, synonyms=("日期", "登记日期"), help="不填时是今天"
    )
    dispute: Mapped[str | None] = field("纠纷情况", LongText, synonyms=("简要情况", "案情", "主要事实"))
    request: Mapped[str | None] = field("申请事项", LongText, synonyms=("请求",))

    applicant: Mapped[str] = field("申请人", PersonName, required=True, group="当事人", synonyms=("甲方", "当事人甲"))
    applicant_id = sealed("申请人身份证号", IdNumber, group="当事人", exported=False)
    applicant_phone: Mapped[str | None] = field("申请人电话", Phone, mask="phone", group="当事人")
    applicant_address: Mapped[str | None] = field("申请人住址", Text(120), mask="address", group="当事人")
    respondent: Mapped[str] = field(
        "被申请人", PersonName, required=True, group="当事人", synonyms=("乙方", "当事人乙")
    )
    respondent_id = sealed("被申请人身份证号", IdNumber, group="当事人", exported=False)
    respondent_phone: Mapped[str | None] = field("被申请人电话", Phone, mask="phone", group="当事人")
    respondent_address: Mapped[str | None] = field("被申请人住址", Text(120), mask="address", group="当事人")
    others: Mapped[str | None] = field("其他当事人", Text(120), group="当事人", help="几个人用顿号隔开")
    agents: Mapped[str | None] = field("委托代理人", Text(80), group="当事人", help="填了就要有委托书")

    mediators: Mapped[str | None] = field("调解员", Text(80), group="调解", help="几个人用顿号隔开")
    agreement_form: Mapped[str | None] = field("协议形式", Code("agreement_form"), filtered=True, group="调解")
    agreed_on: Mapped[date | None] = field("达成协议日期", Date, group="调解")
    facts: Mapped[str | None] = field("事实和责任", LongText, group="调解")
    terms: Mapped[str | None] = field("约定内容", LongText, group="调解")
    performance: Mapped[str | None] = field("履行方式、地点", Text(160), group="调解")
    perform_by: Mapped[date | None] = field("履行期限", Date, group="调解")
    confirm_by = computed(
        "司法确认截止", lambda row, _today: rules.confirm_by(row.agreed_on), Date, group="调解",
        help="达成协议后三十天内可以一起向法院申请",
    )  # fmt: skip
    performed_on: Mapped[date | None] = field("履行日期", Date, group="后续")
    confirmed_on: Mapped[date | None] = field("司法确认日期", Date, group="后续")
    visited_on: Mapped[date | None] = field("回访日期", Date, group="后续")
    visit: Mapped[str | None] = field("回访情况", LongText, group="后续")
    note: Mapped[str | None] = field("备注", LongText, group="后续")


class DossierFile(Identified, Model):
    """A file kept as one item of a case's dossier."""

    __tablename__ = "dossier_files"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below(CASES),)
    __history__: ClassVar[bool] = True
    __table_args__ = (UniqueConstraint("case_id", "attachment_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("mediation_cases.id", ondelete="CASCADE"), index=True)
    item: Mapped[str] = mapped_column(String(20))
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachments.id"))


REGISTER = Register(
    MediationCase,
    name=CASES,
    title="矛盾调解台账",
    noun="调解案件",
    keys=(("area", "number"),),
    group="residents",
    icon="hands",
    checks=(rules.check,),
    prepare=(_later("fill"),),
    on_saved=(_later("pull_files", "area_code"),),
    about="邻里、家庭、物业等纠纷，一案一卷：受理、甄别、调处、转递、回访，三十天内调完。身份证号加密保存。",
)
