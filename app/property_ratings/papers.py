"""物业评价表 of an area and period, with the last rating of each company in each compound."""

from __future__ import annotations

from app.areas.queries import name_of, names_of
from app.lowcode.papers import Paper, PaperRequest, register_paper
from app.lowcode.queries import row_titles
from app.property_ratings import queries, rules
from app.security.actor import acting_as
from reports.contents import property_ratings
from reports.document import Document, FootLine, long_date

FOOT = ("填报单位（盖章）", "填表人", "审核人", "负责人", "联系电话")


def build_ratings(request: PaperRequest) -> Document:
    """The table; the colours before each rating count for its own."""
    with acting_as(request.actor):
        all_rows = queries.ratings_between(request.area_code, request.period.first, request.period.last)
        rows = rules.latest(all_rows)
        before = queries.colours_before(request.area_code, request.period.first)
        for row in all_rows:
            if row not in rows:
                before.setdefault((row.company_id, row.compound_id), []).append(row.colour)
        companies = row_titles("property_companies", {row.company_id for row in rows})
        compounds = row_titles("residential_compounds", {row.compound_id for row in rows if row.compound_id})
        areas = names_of({row.area_code for row in rows})
        rated = [
            rules.scored(
                row, company=companies.get(row.company_id, ""), estate=compounds.get(row.compound_id or 0, ""),
                area=areas.get(row.area_code, ""), before=before.get((row.company_id, row.compound_id), ()),
            )
            for row in rows
        ]  # fmt: skip
    return property_ratings.build(
        rated, area=name_of(request.area_code), period=request.period.title,
        as_of=min(request.period.last, request.today),
        foot_line=FootLine((*((label, "") for label in FOOT), ("填报日期", long_date(request.today)))),
    )  # fmt: skip


def install() -> None:
    """Make it known; again changes nothing."""
    register_paper(
        Paper(
            "property_rating_table", "物业评价表", "property", "property_ratings", build_ratings,
            periods=("month", "quarter", "half", "year"),
        )
    )  # fmt: skip
