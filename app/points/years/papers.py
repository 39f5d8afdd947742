"""网格员年度考核表 (one worker) and its list (an area), from rows to documents."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from app.areas.queries import full_name
from app.lowcode.papers import Paper, PaperRequest, Subject, register_paper
from app.lowcode.queries import area_names
from app.points.papers import foot
from app.points.years.queries import Note, YearLine, YearSheet, months_of, year_sheet
from app.points.years.rules import DECISION, KIND_NAMES, MARK, OUTCOMES
from app.security.actor import acting_as
from reports.contents import points_year
from reports.document import Document


def subjects(request: PaperRequest) -> Sequence[Subject]:
    """Everybody who was in post in the year."""
    with acting_as(request.actor):
        sheet = year_sheet(request.area_code, request.period.year, today=request.today)
        return [Subject(line.person.uid, line.person.name, line.person.area_code) for line in sheet.lines]


def build_worker(request: PaperRequest) -> Document:
    """One worker's year. `subject` is his uid."""
    with acting_as(request.actor):
        year = request.period.year
        sheet = year_sheet(request.area_code, year, today=request.today)
        line = sheet.of(request.subject)
        if line is None:
            return points_year.build_list(year, (), area=full_name(request.area_code))
        names = area_names({line.person.area_code})
        months = tuple(
            (f"{month}月", points) for month, points in months_of(line.person.uid, year, today=request.today)
        )
        return points_year.build(year, _worker(line, sheet, names, months=months))


def build_list(request: PaperRequest) -> Document:
    """All workers of an area in the year, by grid."""
    with acting_as(request.actor):
        sheet = year_sheet(request.area_code, request.period.year, today=request.today)
        names = area_names({line.person.area_code for line in sheet.lines})
        return points_year.build_list(
            sheet.year, [_worker(line, sheet, names) for line in sheet.lines], area=full_name(request.area_code),
            why_unranked=sheet.why_unranked, foot_line=foot("填表人", request.today),
        )  # fmt: skip


def _worker(
    line: YearLine, sheet: YearSheet, names: dict[str, str], *, months: tuple[tuple[str, Decimal], ...] = ()
) -> points_year.WorkerYear:
    person, decision = line.person, line.decision
    counting = {(note.stage, note.part): note for note in line.of_kind(MARK)}
    return points_year.WorkerYear(
        name=person.name, grid=names.get(person.area_code, person.area_code), points=line.points,
        result=line.result.value, how=line.result.how, grade=line.grade.name if line.grade else "",
        why=line.grade.why if line.grade else "", proposal=line.proposal,
        decision=f"{OUTCOMES.get(decision.part, '')}（{decision.by}，{decision.on}）" if decision else "",
        months=months, marks=tuple(_mark(note, sheet) for note in counting.values()),
        notes=tuple(
            points_year.Note(KIND_NAMES[note.kind], _what(note), note.reason, note.by, note.on)
            for note in line.notes
            if note.kind != MARK
        ),
    )  # fmt: skip


def _mark(note: Note, sheet: YearSheet) -> points_year.Mark:
    stage = sheet.plan.stage(note.stage)
    assert note.value is not None
    return points_year.Mark(stage.name if stage else "", note.part, note.value, note.reason, note.by, note.on)


def _what(note: Note) -> str:
    return OUTCOMES.get(note.part, note.part) if note.kind == DECISION else note.part


# Not frozen with December: the year is assessed in the weeks after, and each mark and decision is append-only itself.
_COMMON = {"group": "points", "resource": "points_entries", "periods": ("year",), "is_frozen": False}
YEAR = register_paper(
    Paper(
        name="points_year", title="网格员年度考核表", build=build_worker, subject="网格员", subjects=subjects,
        signed_by="signature_lines",
        **_COMMON,  # type: ignore[arg-type]
    )
)  # fmt: skip
YEAR_LIST = register_paper(
    Paper(name="points_year_list", title="网格员年度考核汇总表", build=build_list, **_COMMON)  # type: ignore[arg-type]
)
