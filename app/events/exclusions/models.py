"""The register of applications to leave an event out of the rates."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_appbuilder import Model
from sqlalchemy import Index, String, and_
from sqlalchemy import Text as LongColumn
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.events.exclusions import rules
from app.fields.types import Code, Date, LongText, Text
from app.lowcode.column import computed, field, link, place
from app.lowcode.register import Register, steps_of
from app.lowcode.roster import RosterRow
from app.registers.following import lies_with

EXCLUSIONS = "event_exclusions"
_later = steps_of("app.events.exclusions.steps")


class EventExclusion(RosterRow, Model):
    """One event and why it should not count. State, day and names of the decision are written by its flow only."""

    __tablename__ = "event_exclusions"

    name: Mapped[str | None] = field("申请", Text(160), listed=True, searched=True, help="不用填，由工单号和何事组成")
    event = link("事件", "events", filtered=True, required=True, help="输入工单号或何事")
    area = place("办理区域", help="以事件为准")
    reason: Mapped[str] = field(
        "剔除理由", Code("exclusion_reason"), listed=True, filtered=True, required=True, synonyms=("理由", "剔除原因")
    )
    earlier = link("重复的是哪一件", "events", help="重复诉求要写明先前那一件")
    claim: Mapped[str] = field("情况说明", LongText, searched=True, required=True, help="写清依据；佐证材料传到“附件”")
    state: Mapped[str | None] = field(
        "状态", Code("exclusion_state"), listed=True, filtered=True, default="draft", group="审定"
    )
    applied_by_shown = computed("申请人", lambda row, _today: row.applied_by, Text(64), group="审定")
    applied_on_shown = computed("申请日期", lambda row, _today: row.applied_on, Date, listed=True, group="审定")
    decided_by_shown = computed("审定人", lambda row, _today: row.decided_by, Text(64), group="审定")
    decided_on_shown = computed("审定日期", lambda row, _today: row.decided_on, Date, listed=True, group="审定")
    decision_shown = computed("审定意见", lambda row, _today: row.decision, LongText, group="审定")

    applied_by: Mapped[str | None] = mapped_column(String(64))
    applied_on: Mapped[date | None]
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_on: Mapped[date | None]
    decision: Mapped[str | None] = mapped_column(LongColumn)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805
        table: Any = cls
        open_ = and_(table.deleted_at.is_(None), table.state.in_(rules.STANDING))
        return (
            Index("ix_event_exclusions_area", "area_code", "id"),
            # An event is asked about once at a time.
            Index(
                "uq_event_exclusions_event", "event_id", unique=True, sqlite_where=open_, postgresql_where=open_
            ),
        )  # fmt: skip


REGISTER = Register(
    EventExclusion,
    name=EXCLUSIONS,
    title="剔除申请",
    noun="剔除申请",
    keys=(),
    group="events",
    icon="filter",
    is_in_menu=False,
    checks=(rules.check_exclusion,),
    prepare=(lies_with("event"), _later("begin")),
    on_saved=(_later("refuse_wrong_event", "event_id", "earlier_id"),),
    about="重复或不合理的诉求，附上佐证申请剔除，由另外的人审定。同意剔除的事件还在台账里，只是不算进各项比率；清单和剔除前后的数可以打印。",
)
