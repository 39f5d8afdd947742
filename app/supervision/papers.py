"""督办台账 as a paper of the report centre."""

from __future__ import annotations

from datetime import date

from app.areas.queries import name_of, names_of
from app.fields.codes import code_list
from app.lowcode.flow.versions import flow_of
from app.lowcode.papers import Paper, PaperRequest, register_paper
from app.lowcode.queries import row_titles
from app.lowcode.register import register
from app.security.actor import acting_as
from app.supervision import queries, rules
from app.supervision.models import ITEMS, SupervisionItem
from reports.contents import supervision
from reports.document import Document, FootLine, long_date


def build_ledger(request: PaperRequest) -> Document:
    """Every matter that was on the ledger in the period."""
    with acting_as(request.actor):
        rows = queries.of_period(request.area_code, request.period.first, request.period.last)
        units = row_titles("units", {row.unit_id for row in rows if row.unit_id})
        areas, sources = names_of({row.area_code for row in rows}), code_list("supervision_source")
        states, as_of = _state_names([row.id for row in rows]), min(request.period.last, request.today)
        matters = [
            supervision.Supervised(
                row.number or "", sources.label_of(row.source), row.name,
                units.get(row.unit_id or 0) or areas.get(row.area_code, ""), row.partners or "", row.assigned_on,
                row.due_on, states.get(row.id, ""), _standing(row, as_of), rules.LEVEL_NAMES[row.level],
                row.last_progress or "",
                rules.missed_words(rules.missed_weeks(row.assigned_on, row.closed_on, row.told_weeks, as_of)),
                row.closed_on,
            )
            for row in rows
        ]  # fmt: skip
        return supervision.build(
            matters, area=name_of(request.area_code), period=request.period.title, as_of=as_of,
            foot_line=FootLine(
                (("填报单位（盖章）", ""), ("填表人", ""), ("审核人", ""), ("负责人", ""), ("填报日期", long_date(request.today)))
            ),
        )  # fmt: skip


def _state_names(ids: list[int]) -> dict[int, str]:
    current = flow_of(register(ITEMS))
    names = {state.key: state.name for state in current[0].states} if current is not None else {}
    return {id_: names.get(state, "") for id_, state in queries.states_of(ids).items()}


def _standing(row: SupervisionItem, on: date) -> str:
    if row.closed_on is not None and row.closed_on <= on:
        return "已销号"
    if row.due_on is None:
        return ""
    days = (on - row.due_on).days
    return f"逾期{days}天" if days > 0 else f"还有{-days}天"


def install() -> None:
    """Make it known; again changes nothing."""
    register_paper(
        Paper(
            "supervision_ledger", "督办进展台账", "supervision", ITEMS, build_ledger,
            periods=("week", "month", "quarter", "half", "year"),
        )
    )  # fmt: skip
