"""吹哨报到单 for one whistle, and the yearly sheet of departments, as papers of the report centre."""

from __future__ import annotations

from collections.abc import Sequence

from app.areas.queries import name_of
from app.clock import local
from app.letters.documents import sender_of
from app.letters.rules import lines_of, names_of
from app.lowcode.papers import Paper, PaperRequest, Subject, register_paper
from app.lowcode.queries import row_titles
from app.security.actor import acting_as
from app.whistles import queries, rules
from app.whistles.models import CALLS, KINDS, WHISTLES, Whistle, WhistleCall
from app.whistles.steps import street_of
from reports.contents import department_year, whistle_order
from reports.document import Document, FootLine, Paragraph, long_date


def build_sheet(request: PaperRequest) -> Document:
    """One whistle from its call to what came of it; without one, a paper that says so."""
    with acting_as(request.actor):
        row = queries.by_uid(request.subject)
        if row is None or row.blown_at is None:
            words = f"{request.period.title}没有吹哨。"
            return Document(f"{name_of(request.area_code)}吹哨报到单", (Paragraph(words),))
        calls = queries.calls_of(row.id)
        units = row_titles("units", {call.unit_id for call in calls} | {row.unit_id})
        return whistle_order.build(
            _call(row, units), tuple(_answer(call, units) for call in calls),
            whistle_order.Outcome(feedback=row.feedback or ""),
            results=tuple(_result(call, units) for call in calls), street=name_of(street_of(row)),
        )  # fmt: skip


def _call(row: Whistle, units: dict[int, str]) -> whistle_order.Whistle:
    issuer = sender_of(street_of(row))
    assert row.blown_at is not None
    return whistle_order.Whistle(
        number=row.second_number or row.number or "", kind=row_titles(KINDS, {row.kind_id}).get(row.kind_id, ""),
        blown_by=issuer.office if issuer is not None else name_of(street_of(row)), signed_by=row.blown_by or "",
        blown_at=local(row.second_blown_at or row.blown_at), source=queries.source_name(row), place=row.location,
        problem="\n".join(lines_of(row.problem)), lead=units.get(row.unit_id, ""), supporting=names_of(row.partners),
        done_so_far=row.done_so_far or "", report_at=row.report_at, due_on=row.due_on, round=row.round,
        follows=(row.number or "") if row.round > 1 else "",
    )  # fmt: skip


def _answer(call: WhistleCall, units: dict[int, str]) -> whistle_order.Answer:
    return whistle_order.Answer(
        units.get(call.unit_id, ""), call.arrived_by or call.person or "",
        local(call.signed_at) if call.signed_at else None, local(call.arrived_at) if call.arrived_at else None,
    )  # fmt: skip


def _result(call: WhistleCall, units: dict[int, str]) -> whistle_order.Result:
    return whistle_order.Result(
        units.get(call.unit_id, ""), call.measures or "", call.finding or "", call.is_solved, call.response, call.arrival,
        call.effect, call.score,
    )  # fmt: skip


def subjects(request: PaperRequest) -> Sequence[Subject]:
    """Whistles blown in the period."""
    with acting_as(request.actor):
        rows = queries.blown_between(request.area_code, request.period.first, request.period.last)
        return [Subject(row.uid, f"{row.number} {row.name}", row.area_code) for row in rows]


def build_year(request: PaperRequest) -> Document:
    """Departments by what streets and district gave them."""
    with acting_as(request.actor):
        first, last = request.period.first, request.period.last
        lines = rules.year_of(
            queries.answers_between(request.area_code, first, last), queries.grades_of(request.area_code, first.year)
        )
        return department_year.build(
            lines, area=name_of(request.area_code), period=request.period.title, as_of=min(last, request.today),
            share=rules.STREET_SHARE,
            foot_line=FootLine(
                (("考核单位（盖章）", ""), ("填表人", ""), ("审核人", ""), ("负责人", ""), ("填报日期", long_date(request.today)))
            ),
        )  # fmt: skip


def install() -> None:
    """Make them known; again changes nothing."""
    register_paper(
        Paper(
            "whistle_sheet", "吹哨报到单", "supervision", WHISTLES, build_sheet,
            periods=("month", "quarter", "half", "year", "week"), subject="吹哨", subjects=subjects, is_frozen=False,
            numbered_by="letter", signed_by="signature_lines",
        )
    )  # fmt: skip
    register_paper(
        Paper(
            "department_year",
            "部门吹哨报到年度考核表",
            "supervision",
            CALLS,
            build_year,
            periods=("year",),
            is_frozen=False,
        )
    )
