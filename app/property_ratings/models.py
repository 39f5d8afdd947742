"""物业评价台账: one rating of one company in one compound on a day, its deductions as lines; nobody types a colour."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database.scope import below
from app.fields.types import Date, Flag, LongText, Number, Text
from app.lowcode.column import computed, field, lines, link, place
from app.lowcode.register import Register, steps_of
from app.lowcode.roster import ChildRow, RosterRow
from app.property_ratings import rules
from app.registers.following import lies_with

_later = steps_of("app.property_ratings.steps")


class RatingDeduction(ChildRow, Model):
    """Points taken for one fault."""

    __tablename__ = "rating_deductions"
    __scope__ = (below("property_ratings"),)

    parent_id: Mapped[int] = mapped_column(ForeignKey("property_ratings.id", ondelete="CASCADE"), index=True)
    item: Mapped[str] = field("扣分事项", Text(120), required=True)
    points: Mapped[Decimal] = field("扣分", Number(5, 1, unit="分", minimum=Decimal(0)), required=True)
    evidence: Mapped[str | None] = field("佐证", Text(60))
    mend_by: Mapped[date | None] = field("整改期限", Date)
    is_mended: Mapped[bool | None] = field("已整改", Flag)


class PropertyRating(RosterRow, Model):
    """One rating."""

    __tablename__ = "property_ratings"

    name: Mapped[str | None] = field(
        "评价", Text(120), listed=True, searched=True, pinyin=True, help="不填时由企业、小区和日期组成"
    )
    company = link(
        "物业企业", "property_companies", filtered=True, required=True,
        synonyms=("物业公司", "企业名称", "物业企业名称"),
    )  # fmt: skip
    compound = link("服务小区", "residential_compounds", filtered=True, synonyms=("小区", "小区名称"))
    area = place("所属社区", synonyms=("社区",), help="选了小区的，以小区所在社区为准")
    rated_on: Mapped[date] = field(
        "评价日期", Date(is_past=True), listed=True, required=True, synonyms=("日期", "考评日期")
    )
    deductions = lines("扣分事项", RatingDeduction, group="打分", help="满分 100 分，按事项扣")
    bonus: Mapped[Decimal | None] = field("加分", Number(5, 1, unit="分", minimum=Decimal(0)), group="打分")
    vetoes: Mapped[str | None] = field(
        "一票否决事项", Text(120), group="打分", help="例：安全事故、拒不整改。几件用顿号隔开；有一件就是红"
    )
    score = computed(
        "得分", lambda row, _today: rules.scored(row).score, Number(5, 1, unit="分"), listed=True, group="打分"
    )
    colour_shown = computed(
        "等次", lambda row, _today: row.colour or None, Text(2), listed=True, group="打分",
        tones={"绿": "green", "黄": "amber", "红": "red"}, help="由得分算出，不能手填",
    )  # fmt: skip
    note: Mapped[str | None] = field("备注", LongText, group="打分")

    colour: Mapped[str] = mapped_column(String(2), default="")
    """Kept by app.property_ratings.steps: it depends on the ratings before this one."""
    # Read together for a whole page: the score counts them.
    deduction_rows: Mapped[list[RatingDeduction]] = relationship(
        viewonly=True, lazy="selectin", order_by=RatingDeduction.position
    )


REGISTER = Register(
    PropertyRating,
    name="property_ratings",
    title="物业评价台账",
    noun="物业评价",
    keys=(("area", "name"),),
    group="property",
    icon="check",
    line="物业",
    checks=(rules.check,),
    prepare=(lies_with("compound"), _later("name_it")),
    on_saved=(_later("colour_again"),),
    about="每期给每个小区的物业企业打分：满分 100 分，按事项扣分。绿、黄、红由得分算出。",
)
