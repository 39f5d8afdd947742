"""联合巡查情况表 as a paper of the report centre."""

from __future__ import annotations

from app.areas.queries import name_of, names_of
from app.joint_patrols import queries, rules
from app.joint_patrols.models import PATROLS, JointPatrol
from app.lowcode.papers import Paper, PaperRequest, register_paper
from app.lowcode.queries import row_titles
from app.security.actor import acting_as
from reports.contents import joint_patrols
from reports.document import Document, FootLine, long_date


def build_table(request: PaperRequest) -> Document:
    """Every patrol planned in the period."""
    with acting_as(request.actor):
        rows = queries.between(request.area_code, request.period.first, request.period.last)
        compounds = row_titles("residential_compounds", {row.compound_id for row, _found in rows})
        areas = names_of({row.area_code for row, _found in rows})
        patrols = [
            joint_patrols.Patrolled(
                compounds.get(row.compound_id, ""), areas.get(row.area_code, ""), row.planned_on, row.held_on, _people(row),
                rules.state_of(row.planned_on, row.held_on, request.today),
                tuple(
                    joint_patrols.Found(
                        one.location, one.problem, one.mender or "", one.mend_by, "已整改" if one.is_mended else "未整改"
                    )
                    for one in found
                ),
            )
            for row, found in rows
        ]  # fmt: skip
        return joint_patrols.build(
            patrols, area=name_of(request.area_code), period=request.period.title,
            as_of=min(request.period.last, request.today),
            foot_line=FootLine(
                (("填报单位（盖章）", ""), ("填表人", ""), ("负责人", ""), ("填报日期", long_date(request.today)))
            ),
        )  # fmt: skip


def _people(row: JointPatrol) -> str:
    return "；".join(text for text in (row.party_side, row.owners_side, row.property_side) if text)


def install() -> None:
    """Make it known; again changes nothing."""
    register_paper(
        Paper("patrol_table", "联合巡查情况表", "property", PATROLS, build_table, periods=("month", "quarter", "year"))
    )
