"""网格员积分公示表 (masked, for the notice board) and 积分异议处理单, from rows to documents."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.areas.queries import full_name, names_of
from app.extensions import db
from app.fields.masks import mask
from app.files.queries import attachments_of
from app.lowcode.papers import Paper, PaperRequest, Subject, register_paper
from app.lowcode.queries import area_names
from app.lowcode.register import register
from app.lowcode.sent import sent_id
from app.points import queries
from app.points.disputes import queries as shown
from app.points.disputes.rules import UPHELD
from app.points.disputes.standing import communities
from app.points.papers import foot
from app.points.steps.models import PointsStep
from app.points.steps.service import RECORD_KIND
from app.security.actor import acting_as
from app.security.beyond import beyond_scope
from app.settings.working_calendar import working_calendar
from reports.contents import points_dispute, points_show
from reports.document import Document


def build_show(request: PaperRequest) -> Document:
    """The last 公示 of the month, of each community of the area or, in a grid, of the grid alone."""
    with acting_as(request.actor):
        codes = communities(request.area_code, request.period)
        steps = [step for code in codes if (step := shown.last_show(code, request.period)) is not None]
        return points_show.build(
            [_show(step, request.area_code) for step in steps],
            area=full_name(request.area_code),
            period=request.period.title,
            foot_line=foot("填表人", request.today),
        )


def _show(step: PointsStep, area_code: str) -> points_show.Show:
    lines = [line for line in shown.shown_lines(step) if line.area_code.startswith(area_code)]
    model = register("grid_workers").model
    with beyond_scope():
        found = db.session.execute(select(model.id, model.name).where(model.id.in_([line.worker_id for line in lines])))
        names = {row.id: row.name for row in found}
        places = names_of({step.area_code, *(line.area_code for line in lines)})
    until = step.due_on or step.on
    return points_show.Show(
        places.get(step.area_code, step.area_code),
        step.on,
        until,
        tuple(
            points_show.ShownWorker(
                mask("name", names.get(line.worker_id, ""), "public"), places.get(line.area_code, line.area_code),
                line.gained, line.deducted, line.entry_count,
            )
            for line in lines
        ),
        is_provisional=working_calendar().is_provisional(until),
    )  # fmt: skip


def dispute_subjects(request: PaperRequest) -> Sequence[Subject]:
    """Disputes about the month's points."""
    with acting_as(request.actor):
        found = shown.disputes_in(request.area_code, month=request.period)
        return [Subject(str(each.id), f"{each.worker_name}　{each.reason[:20]}", each.area_code) for each in found]


def build_dispute(request: PaperRequest) -> Document:
    """One dispute with its decision and the entries that play a part. `subject` is the step's id."""
    with acting_as(request.actor):
        found = shown.dispute(sent_id(request.subject) or 0)
        if found is None:
            return points_dispute.build_none(area=full_name(request.area_code), period=request.period.title)
        names = area_names({found.area_code})
        decision = None
        if found.verdict is not None and found.decided_on is not None:
            decision = points_dispute.Decision(
                found.verdict == UPHELD, found.decided_on, found.decided_by, found.decision
            )
        of = points_dispute.Dispute(
            worker=found.worker_name, grid=names.get(found.area_code, found.area_code),
            month=shown.month_of(found.month).title, reason=found.reason, filed_on=found.filed_on,
            due_on=found.due_on, matter=found.matter, file_count=len(attachments_of(RECORD_KIND, found.uid)),
            records=tuple(_records(found)), decision=decision,
        )  # fmt: skip
        return points_dispute.build(of, as_of=request.today)


def _records(found: shown.Dispute) -> list[points_dispute.Record]:
    parts = (("有异议的记录", found.entry_id), ("冲正", found.counter_id), ("补记", found.made_id))
    records = []
    for role, entry_id in parts:
        entry = queries.entry(entry_id) if entry_id is not None else None
        if entry is not None:
            line = queries.line_of(entry)
            records.append(
                points_dispute.Record(
                    role, line.seq, line.on, line.rule_code, line.matter, line.points, line.recorded_by
                )
            )
    return records


SHOW = register_paper(
    Paper(
        name="points_show",
        title="网格员积分公示表",
        group="points",
        resource="points_entries",
        build=build_show,
        periods=("month",),
    )
)
DISPUTE = register_paper(
    Paper(
        name="points_dispute",
        title="网格员积分异议处理单",
        group="points",
        resource="points_entries",
        build=build_dispute,
        periods=("month",),
        subject="异议",
        subjects=dispute_subjects,
        numbered_by="record",
        signed_by="signature_lines",
    )
)
