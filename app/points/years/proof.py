"""Proving the notes of a year: each held against the step that signs it, and every such step has its note."""

from __future__ import annotations

from sqlalchemy import select

from app.extensions import db
from app.points.steps.models import PointsStep
from app.points.years.models import ASSESSED, PointsYearNote, note_digest
from app.security.beyond import beyond_scope


def faults() -> list[str]:
    """What does not fit, in words (for `verify`)."""
    with beyond_scope():
        steps = select(PointsStep.uid, PointsStep.content_digest).where(PointsStep.kind == ASSESSED)
        signed = {uid: digest for uid, digest in db.session.execute(steps)}  # noqa: C416 - rows are not tuples to mypy
        found = []
        for note in db.session.execute(select(PointsYearNote)).scalars():
            digest = signed.pop(note.step_uid, None)
            if digest is None:
                found.append(f"年度考核 {note.worker_uid[:8]} {note.year}：不是由系统记入的")
            elif digest != note_digest(note):
                found.append(f"年度考核 {note.worker_uid[:8]} {note.year}：内容被改动过")
        found += [f"年度考核记录 {uid[:8]}：内容不见了" for uid in sorted(signed)]
        return found
