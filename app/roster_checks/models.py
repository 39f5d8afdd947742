"""名册核对: one row says that a grid worker went through one roster of his grid in one month, and how a sample came out."""

from __future__ import annotations

from datetime import date

from flask_appbuilder import Model
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.fields.types import Code, Date, Integer, LongText, Month, Text
from app.lowcode.column import computed, field, link, place
from app.lowcode.register import Register, steps_of
from app.lowcode.roster import RosterRow
from app.roster_checks import rules

RESOURCE = "roster_checks"


_later = steps_of("app.roster_checks.steps")


class RosterCheck(RosterRow, Model):
    """One roster of one grid in one month."""

    __tablename__ = "roster_checks"

    name: Mapped[str | None] = field(
        "名册核对", Text(120), listed=True, searched=True, pinyin=True, help="不用填，由名册和月份组成"
    )
    area = place("网格", listed=True, synonyms=("所属网格", "核对的网格"))
    roster: Mapped[str] = field(
        "哪本名册", Code("checked_roster"), listed=True, filtered=True, required=True, synonyms=("名册", "核对名册")
    )
    month: Mapped[date] = field(
        "核对月份", Month, listed=True, filtered=True, required=True, synonyms=("月份", "所属月份")
    )
    worker = link(
        "核对人", "grid_workers", listed=True, filtered=True, required=True, synonyms=("网格员", "核对的网格员")
    )
    checked_on: Mapped[date] = field("核对日期", Date(is_past=True), listed=True, required=True, synonyms=("日期",))
    changes_made: Mapped[str | None] = field("改了什么", LongText, help="新增、变更、迁出了谁；没有变动就写“无变动”")
    row_count = computed("名册条数", lambda row, _today: row.counted, Integer, help="核对那天这个网格的记录数")
    sampled: Mapped[int | None] = field(
        "抽查条数", Integer(minimum=1, maximum=999, unit="条"), group="抽查", synonyms=("抽查数",),
        help="由核对人以外的人抽查，名单由系统抽出",
    )  # fmt: skip
    wrong: Mapped[int | None] = field(
        "有误条数", Integer(minimum=0, maximum=999, unit="条"), group="抽查", synonyms=("错误条数", "差错条数")
    )
    sampled_on: Mapped[date | None] = field("抽查日期", Date(is_past=True), group="抽查")
    sample_note: Mapped[str | None] = field("哪里有误", LongText, group="抽查", synonyms=("抽查情况",))
    sampler = computed("抽查人", lambda row, _today: row.sampled_by, Text(64), group="抽查")
    verdict = computed(
        "结果", lambda row, _today: rules.verdict(row.sampled, row.wrong), Text(4), listed=True, group="抽查",
        tones=rules.TONES,
    )  # fmt: skip

    counted: Mapped[int | None]
    """Rows the roster held when the check was first written down."""
    sampled_by: Mapped[str | None] = mapped_column(String(64))
    sampled_by_id: Mapped[int | None]
    """Account of who looked at the sample; None is the system."""


REGISTER = Register(
    RosterCheck,
    name=RESOURCE,
    title="名册核对",
    noun="核对记录",
    keys=(("area", "roster", "month"),),
    group="grid",
    icon="check",
    permissions=("read", "write", "export", "import", "review"),
    checks=(rules.check,),
    prepare=(_later("fill"),),
    on_saved=(_later("refuse"), _later("tell")),
    about="网格员每月把本网格的一本名册核一遍，记一条；别人按系统抽出的名单抽查，全部无误才算“准确”，细则开了自动记分的就记分。",
)
