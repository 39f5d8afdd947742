"""函件登记: a letter or whistle order with its matters, and every signed version of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database.after_migration import after_migration, append_only
from app.database.scope import ScopeRule, below
from app.database.types import UtcMoment, area_code_type
from app.fields.types import Code, Date, Integer, LongText, PersonName, Text
from app.letters import rules
from app.lowcode.column import computed, field, lines, place
from app.lowcode.register import Register, steps_of
from app.lowcode.roster import ChildRow, RosterRow

RESOURCE = "letters"


_later = steps_of("app.letters.service")


class LetterMatter(ChildRow, Model):
    """One matter on the list of a 督办函."""

    __tablename__ = "letter_matters"
    __scope__ = (below(RESOURCE),)

    parent_id: Mapped[int] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    number: Mapped[str | None] = field("编号", Text(40))
    problem: Mapped[str] = field("问题", Text(200), required=True)
    location: Mapped[str | None] = field("位置", Text(80))
    unit: Mapped[str | None] = field("责任单位", Text(60))
    assigned_on: Mapped[date] = field("派发日期", Date, required=True)
    was_due_on: Mapped[date] = field("原定时限", Date, required=True)
    demand: Mapped[str | None] = field("督办要求", Text(120))
    due_on: Mapped[date] = field("新的时限", Date, required=True)


class Letter(RosterRow, Model):
    """One letter. Number, state and signature are set when it is signed and cannot be typed."""

    __tablename__ = "letters"

    name: Mapped[str] = field(
        "事由", Text(80), listed=True, searched=True, required=True, synonyms=("标题", "关于"),
        help="写在“关于……的函”中间的话，例：富康新村3幢消防通道被占",
    )  # fmt: skip
    kind: Mapped[str] = field(
        "函件种类", Code("letter_kind"), listed=True, filtered=True, required=True, synonyms=("种类", "类型")
    )
    area = place("发函区域", listed=True, synonyms=("区域", "社区"), help="由这个区域的单位发出和编号")
    number_shown = computed("文号", lambda row, _today: row.number or None, Text(40), listed=True)
    state_shown = computed(
        "状态", lambda row, _today: row.state, Code("letter_state"), listed=True,
        tones={"draft": "amber", "issued": "green", "void": "grey"},
    )  # fmt: skip
    addressee: Mapped[str] = field(
        "主送单位", Text(60), listed=True, searched=True, required=True, synonyms=("受函单位", "主责部门"),
        help="吹哨单填主责部门",
    )  # fmt: skip
    copies_to: Mapped[str | None] = field(
        "抄送单位", Text(200), synonyms=("配合部门",), help="几个用顿号隔开；吹哨单填配合部门"
    )

    body: Mapped[str | None] = field(
        "正文", LongText, group="内容", synonyms=("内容", "问题"),
        help="一行一段。督办函填此前催办的情况；吹哨单填问题",
    )  # fmt: skip
    asked: Mapped[str | None] = field("请求或要求", LongText, group="内容", help="一行一条，打印成“一是、二是”")
    matters = lines("督办事项", LetterMatter, group="内容", help="督办函的问题清单")
    level: Mapped[int | None] = field("第几次督办", Integer(minimum=1, maximum=3), group="内容")
    reply_by: Mapped[date | None] = field(
        "答复或办结期限", Date, listed=True, group="内容", synonyms=("答复期限", "办结时限")
    )
    attachments: Mapped[str | None] = field("附件名称", LongText, group="内容", help="一行一个，只写名称")
    contact: Mapped[str | None] = field("联系人", PersonName, group="内容")
    phone: Mapped[str | None] = field("联系电话", Text(30), group="内容", help="填办公电话，会印在函上")

    whistle_kind: Mapped[str | None] = field("哨型", Text(20), group="吹哨", help="例：简单哨、重点哨、应急哨")
    source: Mapped[str | None] = field("哨源", Text(40), group="吹哨", help="例：网格员巡查、居民反映")
    location: Mapped[str | None] = field("地点", Text(80), group="吹哨")
    done_so_far: Mapped[str | None] = field("已做的工作", LongText, group="吹哨")
    report_at: Mapped[str | None] = field("报到要求", Text(80), group="吹哨", help="什么时间到哪里报到")
    follows: Mapped[str | None] = field("前次吹哨编号", Text(40), group="吹哨", help="二次吹哨才填")

    signed_shown = computed("签发日期", lambda row, _today: row.signed_on, Date, group="签发")
    signatory_shown = computed("签发人", lambda row, _today: row.signatory or None, PersonName, group="签发")
    note: Mapped[str | None] = field("备注", LongText, group="签发", help="不打印")

    state: Mapped[str] = mapped_column(String(10), default=rules.DRAFT)
    number: Mapped[str] = mapped_column(String(80), default="")
    number_id: Mapped[int | None]
    """The number given (numbering.IssuedNumber); kept while the text is mended, void with the letter."""
    signed_on: Mapped[date | None]
    signatory: Mapped[str] = mapped_column(String(40), default="")
    issue: Mapped[int] = mapped_column(default=0)
    """第几稿: number of the last signed version; 0 before the first."""

    matter_rows: Mapped[list[LetterMatter]] = relationship(
        viewonly=True, lazy="selectin", order_by=LetterMatter.position
    )


class LetterVersion(Model):
    """One signed version: the paper itself as canonical JSON and its SHA-256. Never changed, never deleted."""

    __tablename__ = "letter_versions"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below(RESOURCE, writers="services"),)
    __table_args__ = (UniqueConstraint("letter_id", "issue"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"))
    area_code: Mapped[str] = mapped_column(area_code_type(), index=True)
    issue: Mapped[int]
    number: Mapped[str] = mapped_column(String(80))
    document: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))
    signatory: Mapped[str] = mapped_column(String(40))
    signed_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcMoment())
    by_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(64))


@after_migration
def lock_versions(connection: Connection) -> None:
    """What was signed stays as it was, whoever asks."""
    append_only(connection, "letter_versions")


REGISTER = Register(
    Letter,
    name=RESOURCE,
    title="函件登记",
    noun="函件",
    keys=(),
    group="reports",
    icon="file",
    checks=(rules.check,),
    why_fixed=lambda row: rules.fixed_reason(row.state),
    why_kept=lambda row: rules.kept_reason(row.state, row.issue, row.number),
    on_saved=(_later("refuse_signed"),),
    permissions=("read", "write", "export", "import", "review"),
    about="督办函、工作联系函、吹哨单在这里起草。保存后点“核对和签发”：编文号、定签发人，签发后不能再改。",
)
