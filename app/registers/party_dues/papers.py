"""The paper of dues: 党费欠交名单 at the end of a period."""

from __future__ import annotations

from datetime import timedelta

from app.areas.queries import name_of
from app.lowcode.papers import Paper, PaperRequest, register_paper
from app.lowcode.queries import row_titles
from app.registers.party_dues.queries import arrears
from reports.contents import dues_arrears
from reports.document import Document, FootLine, long_date


def build_arrears(request: PaperRequest) -> Document:
    """Who owes at the end of the period, or today while it runs. The running month is not owed yet."""
    day = min(request.period.last + timedelta(days=1), request.today)
    owing = arrears((request.area_code,), day)
    bodies = row_titles("party_organizations", {one.organization_id for one in owing if one.organization_id})
    return dues_arrears.build(
        [
            dues_arrears.Owing(one.name, bodies.get(one.organization_id or 0, ""), one.months, one.is_serious)
            for one in owing
        ],
        area=name_of(request.area_code),
        as_of=min(request.period.last, request.today),
        foot_line=FootLine(
            (("填表人", ""), ("审核人", ""), ("负责人", ""), ("联系电话", ""), ("日期", long_date(request.today)))
        ),
    )


def install() -> None:
    """Make it known; again changes nothing."""
    register_paper(
        Paper(
            "party_dues_arrears", "党费欠交名单", "party", "party_dues", build_arrears,
            periods=("month", "quarter", "half", "year"),
        )
    )  # fmt: skip
