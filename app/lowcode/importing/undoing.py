"""Taking a published batch back: reversed, kept because somebody edited it since, or refused with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.clock import utc_now
from app.database.transactions import writing
from app.jobs.telling import counted
from app.lowcode import bulk
from app.lowcode.drafting import Drafter, RowChange
from app.lowcode.importing import continuing, publishing
from app.lowcode.importing.models import PUBLISHED, UNDONE, ImportBatch
from app.lowcode.importing.undo_planning import CHUNK, Bucket, Plan, Reversal, Row, Spared, plan_undo
from app.lowcode.register import Register, register
from app.lowcode.service import SaveRefused
from app.security import audit
from app.security.actor import Actor
from app.security.beyond import beyond_scope
from app.security.changes import in_batch

MOST_ATTEMPTS = 20
"""So many rows that a register's own rules will not take back are set aside one by one; more refuse the whole."""


class UndoRefused(ValueError):
    """Nothing was taken back; the message says why."""


@dataclass(frozen=True)
class UndoOutcome:
    """Rows by what became of them. `reversed` counts those of the batch's register, `others` those it wrote elsewhere."""

    batch: int
    reversed: int = 0
    kept: tuple[Spared, ...] = ()
    refused: tuple[Spared, ...] = ()
    others: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Counts with names and reasons."""
        return {
            "batch": self.batch,
            "reversed": self.reversed,
            "others": self.others,
            "kept": [_named(each) for each in self.kept],
            "refused": [_named(each) for each in self.refused],
        }


def _named(spared: Spared) -> dict[str, Any]:
    return {"register": spared.register, "row": spared.row, "title": spared.title, "why": spared.why}


AfterUndo = Callable[[UndoOutcome], None]
"""What else belongs into the transaction that takes a batch back."""


def undo_batch(
    reg: Register, batch_id: int, *, by: Actor, today: date, then: AfterUndo | None = None
) -> UndoOutcome:  # fmt: skip
    """Reverse what one batch wrote and do `then`, in one transaction. Raises UndoRefused."""
    refused: dict[Row, str] = {}
    while True:
        try:
            with writing() as session:
                outcome = _undo(session, reg, batch_id, by, today, refused)
                if then is not None:
                    then(outcome)
            publishing.follow_up(reg, batch_id)
            return outcome
        except (IntegrityError, StaleDataError) as clash:
            raise UndoRefused("撤销时有人正在改动同样的记录，没有撤销。请稍后再试。") from clash
        except SaveRefused as refusal:
            if refusal.row is None or refusal.row[:2] in refused or len(refused) == MOST_ATTEMPTS:
                name = f"“{refusal.row[2]}”" if refusal.row else "有一条记录"
                raise UndoRefused(f"{name}不能撤销：{refusal} 整批都没有撤销，请先核对这一条。") from refusal
            # The transaction is gone; once more, without the row.
            refused[refusal.row[:2]] = f"不能撤销：{refusal}"


def _undo(
    session: Session, reg: Register, batch_id: int, by: Actor, today: date, refused: dict[Row, str]
) -> UndoOutcome:
    batch_id = continuing.root_id(session.get_one(ImportBatch, batch_id))
    wanted = select(ImportBatch).where(ImportBatch.id == batch_id).with_for_update()
    batch = session.execute(wanted.execution_options(populate_existing=True)).scalar_one()
    if batch.state != PUBLISHED:
        raise UndoRefused("这一批已经撤销过，或从没有写入。")
    # Changes noted from now on under this batch are those of taking it back.
    batch.undone_at = utc_now()
    plan = plan_undo(session, reg, batch_id, by=by, refused=refused)
    with in_batch(batch_id):
        _reverse(session, plan, batch_id, by, today)
    outcome = _outcome(reg, batch_id, plan)
    batch.state, batch.undone = UNDONE, outcome.as_json()
    continuing.take_back_with(session, batch)
    text = f"撤销批次 {batch.id}：还原 {outcome.reversed}，保留 {len(outcome.kept)}，未能还原 {len(outcome.refused)}"
    audit.record("undone", reg.name, area_code=batch.area_code, row_uid=batch.uid, note=text)
    return outcome


def _outcome(reg: Register, batch_id: int, plan: Plan) -> UndoOutcome:
    counts = {name: len(reversals) for name, reversals in plan.reversals.items() if reversals}

    def spared(bucket: Bucket) -> tuple[Spared, ...]:
        return tuple(each for each in plan.spared.values() if each.bucket == bucket)

    return UndoOutcome(batch_id, counts.pop(reg.name, 0), spared("kept"), spared("refused"), counts)


def _reverse(session: Session, plan: Plan, batch_id: int, by: Actor, today: date) -> None:
    """New rows go first, so that their keys are free; changed ones in the opposite order of their change.

    Registers whose rows bring something about in others (movements) come before those others, which then get back
    exactly what they had.
    """
    for name in sorted(plan.reversals, key=lambda name: not register(name).on_saved):
        reg, reversals = register(name), list(plan.reversals[name].values())
        for part in (
            [each for each in reversals if each.is_new],
            [each for each in reversed(reversals) if not each.is_new],
        ):
            changes = _drafted(session, reg, part)
            bulk.update_rows(session, reg, changes, by=by, today=today, batch_id=batch_id)
            session.expire_all()


def _drafted(session: Session, reg: Register, reversals: Sequence[Reversal]) -> Iterator[RowChange]:
    drafter, now = Drafter(reg), utc_now()
    for start in range(0, len(reversals), CHUNK):
        part = reversals[start : start + CHUNK]
        with beyond_scope():
            found = select(reg.model).where(reg.model.id.in_([each.row_id for each in part]))
            found = found.execution_options(populate_existing=True)
            rows = {row.id: row for row in session.execute(found).scalars()}
        for each in counted(part):
            row = rows[each.row_id]
            change = drafter.removal(row, now) if each.is_new else drafter.revert(row, each.before)
            if change.after:
                yield change
