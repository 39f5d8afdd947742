"""Reading corrections of a period: counter-entries with what they take back, and entries that decisions made up for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.database.scope import range_of
from app.extensions import db
from app.lowcode.register import register
from app.points.checking.rules import RETURNED
from app.points.disputes.rules import REJECTED, UPHELD
from app.points.models import PointsEntry, PointsText
from app.points.queries import ERASED
from app.points.steps.models import PointsStep


@dataclass(frozen=True, slots=True)
class Correction:
    """One correcting entry with what it corrects; `original` None where a missing entry was made up for."""

    entry: PointsEntry
    original: PointsEntry | None
    kind: str
    worker_name: str
    matter: str
    reason: str
    by: str


def corrections_in(area_code: str, first: date, last: date) -> list[Correction]:
    """Corrections that stand on the days between two, by grid, worker and number, as far as the actor sees them."""
    low, high = range_of(area_code)
    there = (
        (PointsEntry.area_code >= low) & (PointsEntry.area_code < high) & PointsEntry.on.between(first, last)
    )  # fmt: skip
    found = [*_counters(there, low, high), *_made(there, low, high)]
    return sorted(found, key=lambda each: (each.entry.area_code, each.entry.worker_id, each.entry.seq))


def _counters(there: Any, low: str, high: str) -> list[Correction]:
    original, said, step = aliased(PointsEntry), aliased(PointsText), PointsStep
    worker = register("grid_workers").model
    statement = (
        select(PointsEntry, original, PointsText, said.matter, step.kind, worker.name)
        .join(original, original.id == PointsEntry.reverses_id)
        .outerjoin(PointsText, PointsText.entry_uid == PointsEntry.uid)
        .outerjoin(said, said.entry_uid == original.uid)
        .outerjoin(
            step,
            (step.counter_id == PointsEntry.id) & step.kind.in_((RETURNED, UPHELD, REJECTED))
            & (step.area_code >= low) & (step.area_code < high),
        )
        .outerjoin(worker, worker.id == PointsEntry.worker_id)
        .where(there)
    )  # fmt: skip
    kinds = {RETURNED: "退回", UPHELD: "异议冲正", REJECTED: "异议冲正", None: "冲正"}
    return [
        Correction(entry, old, kinds[kind], name or "", matter or ERASED, *_words(text))
        for entry, old, text, matter, kind, name in db.session.execute(statement)
    ]


def _made(there: Any, low: str, high: str) -> list[Correction]:
    worker = register("grid_workers").model
    statement = (
        select(PointsEntry, PointsText, worker.name)
        .join(PointsStep, PointsStep.made_id == PointsEntry.id)
        .outerjoin(PointsText, PointsText.entry_uid == PointsEntry.uid)
        .outerjoin(worker, worker.id == PointsEntry.worker_id)
        .where(PointsStep.kind.in_((UPHELD, REJECTED)), PointsStep.area_code >= low, PointsStep.area_code < high, there)
    )
    return [
        Correction(entry, None, "异议补记", name or "", (text.matter if text else None) or ERASED, *_words(text))
        for entry, text, name in db.session.execute(statement)
    ]


def _words(text: PointsText | None) -> tuple[str, str]:
    return ((text.note if text else None) or ""), ((text.recorded_by_name if text else None) or "")
