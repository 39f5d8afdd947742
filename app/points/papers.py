"""网格员积分台账 (one worker), 积分汇总表 (by worker, by area) and 更正清单, from rows to documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from app.areas.queries import child_level_name, full_name, names_of
from app.areas.rules import COMMUNITY_DIGITS
from app.extensions import db
from app.lowcode.papers import Paper, PaperRequest, Subject, register_paper
from app.lowcode.queries import area_names
from app.lowcode.register import register
from app.lowcode.sent import sent_id
from app.points import area_queries, corrections, queries, sum_queries
from app.points.rules import TEXT_MATTER
from app.security.actor import acting_as
from reports.contents import points_areas, points_corrections, points_ledger
from reports.document import Document, FootLine, long_date

LEDGERS_AT_ONCE = 100
"""So many workers' entries are read and held together."""


def build_ledger(request: PaperRequest) -> Document:
    """Every entry of one worker in the period, balances from the year's first day. `subject` is the worker's uid."""
    with acting_as(request.actor):
        uid = _uid_of(request.subject)
    return _ledgers(request, (Subject(uid, "", request.area_code),))[0]


def build_ledgers(request: PaperRequest, subjects: Sequence[Subject]) -> Iterator[Document]:
    """The same of many workers: four statements for a hundred of them."""
    for begin in range(0, len(subjects), LEDGERS_AT_ONCE):
        yield from _ledgers(request, subjects[begin : begin + LEDGERS_AT_ONCE])


def _ledgers(request: PaperRequest, subjects: Sequence[Subject]) -> list[Document]:
    uids, period = [each.id for each in subjects], request.period
    model = register("grid_workers").model
    with acting_as(request.actor):
        workers = {row.uid: row for row in db.session.execute(select(model).where(model.uid.in_(uids))).scalars()}
        lines = queries.lines_of_each(uids, period.first, period.last)
        openings = sum_queries.openings(uids, period)
        grids = {uid: lines[uid][-1].area_code if uid in lines else row.area_code for uid, row in workers.items()}
        names = names_of({code for grid in grids.values() for code in (grid, grid[:COMMUNITY_DIGITS])})
    made = []
    for each in subjects:
        if each.id not in workers:
            nobody = points_ledger.Worker("", full_name(each.area_code))
            made.append(points_ledger.build(nobody, (), period=period.title))
            continue
        paper = points_ledger.build(
            _person(workers[each.id], grids[each.id], names),
            [_entry(line) for line in lines.get(each.id, ())],
            period=period.title,
            opening=openings.get(each.id, sum_queries.NOTHING).balance,
            foot_line=foot("网格员（签字）", request.today),
        )
        made.append(paper)
    return made


def _person(worker: Any, grid: str, names: dict[str, str]) -> points_ledger.Worker:
    community = names.get(grid[:COMMUNITY_DIGITS], "") if len(grid) > COMMUNITY_DIGITS else ""
    return points_ledger.Worker(worker.name, names.get(grid, ""), community, worker.badge or "")


def _entry(line: queries.Line) -> points_ledger.Entry:
    evidence = "系统记录" if line.matter_kind != TEXT_MATTER else ""
    if line.evidence_count:
        evidence = f"附件{line.evidence_count}份"
    return points_ledger.Entry(
        number=line.seq,
        on=line.on,
        matter_number="",
        matter=line.matter if not line.note else f"{line.matter}（{line.note.replace(chr(10), '；')}）",
        rule_code=line.rule_code,
        points=line.points,
        evidence=evidence,
        recorded_by=line.recorded_by,
        state=line.state,
    )


def _uid_of(subject: str) -> str:
    """The worker's uid, also where a number of the roster's row was typed (`run.py report --id`)."""
    id_ = sent_id(subject)
    if not id_:
        return subject
    model = register("grid_workers").model
    return db.session.execute(select(model.uid).where(model.id == id_)).scalar() or subject


def ledger_subjects(request: PaperRequest) -> Sequence[Subject]:
    """Every worker of the area who was in post in the period or has entries in it."""
    with acting_as(request.actor):
        return [
            Subject(line.worker_uid, line.name, line.area_code)
            for line in sum_queries.summary(request.area_code, request.period)
        ]


def build_summary(request: PaperRequest) -> Document:
    """All workers of an area in the period, by grid; nobody is ranked."""
    with acting_as(request.actor):
        rows = sum_queries.summary(request.area_code, request.period)
        names = area_names({row.area_code for row in rows})
        area = full_name(request.area_code)
        return points_ledger.build_summary(
            [
                points_ledger.WorkerLine(
                    row.name,
                    names.get(row.area_code, ""),
                    row.opening,
                    row.total.gained,
                    row.total.deducted,
                    row.total.entry_count,
                )
                for row in rows
            ],
            area=area,
            period=request.period.title,
            foot_line=foot("填表人", request.today),
        )


def build_areas(request: PaperRequest) -> Document:
    """The areas right below one, with their sums; nobody and nothing is ranked."""
    with acting_as(request.actor):
        rows = area_queries.areas_sums(request.area_code, request.period, today=request.today)
        return points_areas.build(
            [
                points_areas.AreaLine(
                    row.name, row.worker_count, row.total.entry_count, row.total.gained, row.total.deducted,
                    row.waiting_count, row.disputed_count,
                )
                for row in rows
            ],
            area=full_name(request.area_code),
            period=request.period.title,
            area_word=child_level_name(request.area_code) or "网格",
            foot_line=foot("填表人", request.today),
        )  # fmt: skip


def build_corrections(request: PaperRequest) -> Document:
    """What was taken back and made up for on days of the period."""
    with acting_as(request.actor):
        period = request.period
        found = corrections.corrections_in(request.area_code, period.first, period.last)
        names = area_names({each.entry.area_code for each in found})
        return points_corrections.build(
            [_correction(each, names) for each in found],
            area=full_name(request.area_code),
            period=period.title,
            foot_line=foot("填表人", request.today),
        )


def _correction(each: corrections.Correction, names: dict[str, str]) -> points_corrections.Correction:
    old = each.original
    return points_corrections.Correction(
        worker=each.worker_name, grid=names.get(each.entry.area_code, each.entry.area_code), kind=each.kind,
        matter=each.matter, number=each.entry.seq, on=each.entry.on, points=each.entry.points,
        reason=each.reason.replace("\n", "；"), by=each.by, old_number=old.seq if old is not None else None,
        old_on=old.on if old is not None else None, old_points=old.points if old is not None else None,
    )  # fmt: skip


def foot(signer: str, today: date) -> FootLine:
    """The line under a paper of points, with who fills it in first."""
    return FootLine(((signer, ""), ("审核人", ""), ("负责人", ""), ("联系电话", ""), ("日期", long_date(today))))


LEDGER = register_paper(
    Paper(
        name="points_ledger",
        title="网格员积分台账",
        group="points",
        resource="points_entries",
        build=build_ledger,
        periods=("month", "quarter", "half", "year"),
        subject="网格员",
        subjects=ledger_subjects,
        build_each=build_ledgers,
    )
)
SUMMARY = register_paper(
    Paper(
        name="points_summary",
        title="网格员积分汇总表",
        group="points",
        resource="points_entries",
        build=build_summary,
        periods=("month", "quarter", "half", "year"),
    )
)
AREAS = register_paper(
    Paper(
        name="points_areas",
        title="各单位积分汇总表",
        group="points",
        resource="points_entries",
        build=build_areas,
        periods=("month", "quarter", "half", "year"),
    )
)
CORRECTIONS = register_paper(
    Paper(
        name="points_corrections",
        title="网格员积分更正清单",
        group="points",
        resource="points_entries",
        build=build_corrections,
        periods=("month", "quarter", "half", "year"),
    )
)
