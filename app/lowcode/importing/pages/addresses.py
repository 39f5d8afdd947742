"""Addresses of the steps, and what every page of an import shows."""

from __future__ import annotations

from typing import Any

from flask import url_for

from app.language import gettext as _
from app.lowcode.importing.models import CHECKED, UPLOADED, ImportBatch
from app.lowcode.register import Register


def frame_of(reg: Register) -> dict[str, Any]:
    """Title and the way out, as keywords of `ImportPage`."""
    return {
        "title": _("导入%(title)s", title=_(reg.title)),
        "cancel_url": url_for("RegisterView.list", register_name=reg.name),
    }


def step_url(endpoint: str, batch: ImportBatch, **more: Any) -> str:
    """A step of a batch: layout, rows, work, result, marked, undo."""
    return url_for(f"ImportView.{endpoint}", register_name=batch.register, batch_id=batch.id, **more)


def current_url(batch: ImportBatch) -> str:
    """Where a batch stands now."""
    steps = {UPLOADED: "layout", CHECKED: "rows"}
    return step_url(steps.get(batch.state, "result"), batch)
