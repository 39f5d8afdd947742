"""Reading what is kept about a worker and would go, and what hinders it. All of it beyond the caller's scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import ColumnElement, Select, func, literal, or_, select

from app.database.scope import range_of
from app.extensions import db
from app.files.erasing import count_of
from app.lowcode.register import Register, register
from app.notices.models import Notice
from app.periods.queries import state_of
from app.periods.rules import FINAL
from app.points.disputes import queries as disputes
from app.points.erasing.models import Erasure
from app.points.erasing.rules import Held, Standing
from app.points.models import PointsEntry, PointsSum, PointsText
from app.points.proposing.models import PointsProposal
from app.points.steps.models import PointsStep, PointsStepText, PointsWaiting
from app.points.steps.service import RECORD_KIND as STEPS
from app.security.erasing import count_changes, has_bulk_line
from app.security.models import Account

ENTRIES = "points_entries"
MOST_LISTED = 500
RETURNED_KEY = "points_returned:"
"""Keys of notices to recorders begin so (app.points.checking.service)."""


@dataclass(frozen=True, slots=True)
class Traces:
    """Whose it is: the rows of others that hold something of a worker, by their uids."""

    worker_uid: str
    worker_id: int
    user_id: int | None

    @property
    def entry_uids(self) -> Select[str]:
        """His entries, asked within a statement: ten years of them are more than a statement takes as values."""
        return select(PointsEntry.uid).where(PointsEntry.worker_uid == self.worker_uid)

    @property
    def step_uids(self) -> Select[str]:
        """Steps about him: checks, disputes, decisions, notes of his years."""
        return select(PointsStep.uid).where(PointsStep.chain == self.worker_uid)

    def files(self) -> tuple[tuple[str, Any], ...]:
        """Kinds of records with the records that his files hang on."""
        return (ENTRIES, self.entry_uids), (STEPS, self.step_uids), (workers().name, (self.worker_uid,))

    def notices(self) -> ColumnElement[bool]:
        """To him, or telling why an entry of his was sent back."""
        returned = select(literal(RETURNED_KEY) + PointsEntry.uid).where(PointsEntry.worker_uid == self.worker_uid)
        about = Notice.key.in_(returned)
        return or_(about, Notice.user_id == self.user_id) if self.user_id is not None else about


def workers() -> Register:
    """The roster of grid workers."""
    return register("grid_workers")


def traces_of(worker: Any) -> Traces:
    """Where something of a worker is kept."""
    user_id = db.session.execute(select(Account.user_id).where(Account.person_uid == worker.uid).limit(1)).scalar()
    return Traces(worker.uid, worker.id, user_id)


def held(traces: Traces) -> Held:
    """What would go."""
    uid = traces.worker_uid
    said, spoken, declined = PointsText, PointsStepText, PointsProposal
    return Held(
        entry_texts=_count(
            select(func.count()).select_from(said).where(
                said.entry_uid.in_(traces.entry_uids), said.recorded_by_name.is_not(None) | said.matter.is_not(None)
            )
        ),
        step_texts=_count(
            select(func.count()).select_from(spoken).where(
                spoken.step_uid.in_(traces.step_uids), spoken.by_name.is_not(None) | spoken.words.is_not(None)
            )
        ),
        proposal_reasons=_count(
            select(func.count()).select_from(declined).where(declined.worker_uid == uid, declined.reason.is_not(None))
        ),
        files=sum(count_of(kind, uids) for kind, uids in traces.files()),
        changes=count_changes(workers().name, [uid]) + has_bulk_line(workers().name, traces.worker_id, uid),
        notices=_count(select(func.count()).select_from(Notice).where(traces.notices())),
        has_account=traces.user_id is not None,
    )  # fmt: skip


def standing_of(worker: Any, traces: Traces) -> Standing:
    """What hinders."""
    waiting = select(func.count()).select_from(PointsWaiting).where(PointsWaiting.worker_uid == worker.uid)
    active = select(User.active).where(User.id == traces.user_id)
    return Standing(
        name=worker.name, left_on=worker.left_on, waiting=_count(waiting),
        open_disputes=sum(each.is_open for each in disputes.disputes_of(worker.uid)),
        has_open_account=bool(traces.user_id is not None and db.session.execute(active).scalar()),
        open_months=_open_months(worker.uid),
    )  # fmt: skip


def _open_months(worker_uid: str) -> list[str]:
    statement = select(PointsSum.month, PointsSum.area_code).where(
        PointsSum.worker_uid == worker_uid, PointsSum.month % 100 > 0
    )
    found = {
        number: disputes.month_of(number)
        for number, area_code in db.session.execute(statement.distinct().order_by(PointsSum.month))
        if state_of(area_code, disputes.month_of(number)).state != FINAL
    }
    return [month.title for month in found.values()]


def erasure_of(worker_uid: str) -> Erasure | None:
    """When and why he was erased, as far as the actor sees it."""
    return db.session.execute(select(Erasure).where(Erasure.worker_uid == worker_uid)).scalar()


def erasure(erasure_id: int) -> Erasure | None:
    """One erasure within the actor's scope."""
    return db.session.execute(select(Erasure).where(Erasure.id == erasure_id)).scalar()


def erasures_in(area_code: str) -> Sequence[Erasure]:
    """Erasures in an area, latest first, as far as the actor sees them."""
    low, high = range_of(area_code)
    statement = select(Erasure).where(Erasure.area_code >= low, Erasure.area_code < high)
    return db.session.execute(statement.order_by(Erasure.id.desc()).limit(MOST_LISTED)).scalars().all()


def worker_to_erase(worker_id: int) -> Any | None:
    """The row of the roster within scope, in the recycle bin too: what lies there is kept all the same."""
    model = workers().model
    return db.session.execute(select(model).where(model.id == worker_id)).scalar()


def _count(statement: Select[int]) -> int:
    return db.session.execute(statement).scalar_one()
