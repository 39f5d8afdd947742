"""工作交接单 of each hand-over, printed from what was written down on the day."""

from __future__ import annotations

from collections.abc import Sequence

from app.areas.queries import full_name, name_of
from app.lowcode.papers import Paper, PaperRequest, Subject, register_paper
from app.my_tasks.handover import handover_by_uid, handovers_between
from app.my_tasks.models import RESOURCE, Handover
from app.my_tasks.things import things_of
from app.security.actor import acting_as
from reports.contents import handover_sheet
from reports.document import Document, Paragraph

NAME = "handover_sheet"


def build_sheet(request: PaperRequest) -> Document:
    """One hand-over; without one, a paper that says so."""
    with acting_as(request.actor):
        row = handover_by_uid(request.subject)
        if row is None:
            words = f"{request.period.title}没有工作交接。"
            return Document(f"{name_of(request.area_code)}工作交接单", (Paragraph(words),))
        return handover_sheet.build(_sheet(row))


def subjects(request: PaperRequest) -> Sequence[Subject]:
    """Hand-overs of the period."""
    with acting_as(request.actor):
        rows = handovers_between(request.area_code, request.period.first, request.period.last)
        return [Subject(row.uid, f"{row.handed_on} {row.from_name} → {row.to_name}", row.area_code) for row in rows]


def _sheet(row: Handover) -> handover_sheet.Handover:
    return handover_sheet.Handover(
        full_name(row.area_code), row.from_name, row.to_name, row.reason, row.handed_on,
        tuple(handover_sheet.Line(*line) for line in row.lines),
        things_of(row),
    )  # fmt: skip


def install() -> None:
    """Make it known; again changes nothing."""
    register_paper(
        Paper(
            NAME, "工作交接单", "grid", RESOURCE, build_sheet, periods=("month", "quarter", "half", "year"),
            subject="交接", subjects=subjects, is_frozen=False, numbered_by="record", signed_by="signature_lines",
        )
    )  # fmt: skip
