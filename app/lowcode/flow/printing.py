"""The steps of a case as papers tell them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.clock import local, utc_now
from app.lowcode.flow.models import FlowStep
from app.lowcode.flow.queries import running, steps
from app.lowcode.register import Register
from reports.contents.steps_taken import Step


def steps_taken(reg: Register, row: Any) -> list[Step]:
    """Every step of a row the caller may see, the first one first; [] where its register runs on no flow."""
    at = running(reg, row, utc_now())
    return [
        Step(moment_text(each.at), each.by_name, _what(each), _note(each), moment_text(each.due_at))
        for each in reversed(steps(at.row if at is not None else None))
    ]


def moment_text(at: datetime | None) -> str:
    """2026-11-24 17:30; '' for none."""
    return f"{local(at):%Y-%m-%d %H:%M}" if at is not None else ""


def _what(step: FlowStep) -> str:
    return f"{step.action_name}（同人办理）" if step.is_same_person else step.action_name


def _note(step: FlowStep) -> str:
    return step.note or "；".join(f"{label}：{value}" for label, value in step.filled)
