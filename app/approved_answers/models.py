"""口径库: one row is one question with the answer its office approved."""

from __future__ import annotations

from datetime import date

from flask_appbuilder import Model
from sqlalchemy.orm import Mapped

from app.approved_answers import rules
from app.database.scope import below_and_above
from app.fields.types import Code, Date, LongText, PersonName, Text
from app.lowcode.column import computed, field, place
from app.lowcode.register import Register
from app.lowcode.roster import RosterRow

RESOURCE = "approved_answers"


class ApprovedAnswer(RosterRow, Model):
    """One question and its answer."""

    __tablename__ = "approved_answers"
    # A street's answers are those of its communities too.
    __scope__ = (below_and_above("approved_answers"),)

    name: Mapped[str] = field(
        "问题",
        Text(200),
        listed=True,
        searched=True,
        required=True,
        pinyin=True,
        synonyms=("诉求", "咨询问题", "群众问题"),
    )
    category: Mapped[str | None] = field(
        "类别", Code("answer_category"), listed=True, filtered=True, required=True, synonyms=("诉求类别", "问题类别")
    )
    answer: Mapped[str] = field(
        "口径", LongText, required=True, searched=True, synonyms=("答复", "答复口径", "标准答复")
    )
    basis: Mapped[str | None] = field(
        "依据", Text(200), searched=True, required=True, synonyms=("政策依据", "文件依据"), help="文件名、文号或条款"
    )
    office: Mapped[str] = field(
        "答复单位", Text(80), listed=True, searched=True, required=True, synonyms=("责任单位", "解释单位")
    )
    area = place("适用范围", synonyms=("范围", "适用区域"), help="选街道的，各社区都看得到")
    keywords: Mapped[str | None] = field("关键词", Text(100), searched=True, help="群众常用的别的说法，用顿号隔开")
    approved_by: Mapped[str | None] = field("批准人", PersonName, group="批准和有效期")
    approved_on: Mapped[date | None] = field("批准日期", Date, group="批准和有效期")
    valid_until: Mapped[date | None] = field(
        "有效期至", Date, listed=True, group="批准和有效期", help="不填就是长期有效", synonyms=("有效期", "到期日")
    )
    state = computed(
        "状态", lambda row, today: rules.state_of(row.approved_on, row.valid_until, today), Text(4), listed=True,
        group="批准和有效期", tones={"在用": "green", "快到期": "amber", "已过期": "red", "待批准": "grey"},
    )  # fmt: skip
    note: Mapped[str | None] = field("备注", LongText, group="批准和有效期")


REGISTER = Register(
    ApprovedAnswer,
    name=RESOURCE,
    title="口径库",
    noun="口径",
    keys=(("area", "name"),),
    group="daily",
    icon="info",
    checks=(rules.check,),
    about="群众常问的问题和批准过的答复口径。写答复时按类别和原话自动推荐，过期的不推荐。",
)
