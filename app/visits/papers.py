"""走访台账 as a paper of the report centre."""

from __future__ import annotations

from app.areas.queries import name_of
from app.fields.codes import code_list
from app.lowcode.papers import Paper, PaperRequest, register_paper
from app.lowcode.queries import area_names, row_titles
from app.security.actor import acting_as
from app.visits import queries, rules
from app.visits.models import RESOURCE
from reports.contents import visits
from reports.document import Document, FootLine, long_date


def build_ledger(request: PaperRequest) -> Document:
    """Every visit of the period."""
    with acting_as(request.actor):
        rows = queries.between(request.area_code, request.period.first, request.period.last)
        areas = area_names({row.area_code for row in rows})
        households = row_titles("households", {row.household_id for row in rows})
        workers = row_titles("grid_workers", {row.worker_id for row in rows if row.worker_id})
        ways = code_list("visit_way")
        listed = [
            visits.Visited(
                row.visited_on, households.get(row.household_id, ""), areas.get(row.area_code, ""),
                "、".join(part for part in (workers.get(row.worker_id or 0, ""), row.companions or "") if part),
                ways.label_of(row.way) if row.way else "", row.found, row.follow_what or "",
                rules.follow_state(row.follow, row.follow_by, row.followed_on, request.today), row.result or "",
            )
            for row in rows
        ]  # fmt: skip
        return visits.build(
            listed, area=name_of(request.area_code), period=request.period.title,
            as_of=min(request.period.last, request.today),
            foot_line=FootLine(
                (("填报单位（盖章）", ""), ("填表人", ""), ("负责人", ""), ("填报日期", long_date(request.today)))
            ),
        )  # fmt: skip


def install() -> None:
    """Make it known; again changes nothing."""
    register_paper(
        Paper(
            "visit_ledger",
            "走访台账",
            "residents",
            RESOURCE,
            build_ledger,
            periods=("month", "week", "quarter", "year"),
        )
    )
