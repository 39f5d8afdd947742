"""Freezing a month: every paper's Document, every figure with its rows, the rules in force; in the caller's transaction."""

from __future__ import annotations

import hashlib
import secrets
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.areas.queries import below
from app.clock import utc_now
from app.lowcode.indicators import Indicator, all_indicators
from app.lowcode.papers import Paper, PaperRequest, build_subjects, papers
from app.periods.rules import Period
from app.periods.sources import rules_in_force
from app.report_center.comparison import start_days
from app.report_center.counting import Counted, count, counted_together, nature_of, split_rows
from app.report_center.documents import live_document, stood_document
from app.report_center.months import queries
from app.report_center.months.models import FinalMonth, FrozenFigure, FrozenPaper
from app.report_center.months.rules import Kept, manifest, number_text, packed_ids, periods_ending
from app.report_center.queries import submission_level
from app.security.access import Access, LivePost
from app.security.actor import Actor, acting_as, current_actor
from app.security.beyond import beyond_scope
from app.security.keys import keyring
from app.security.roles import resource, resources
from app.settings.queries import profile
from reports import canonical
from reports.document import Document, Paragraph

WRITTEN_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class _Paper:
    area_code: str
    paper: Paper
    period: Period
    subject: str
    title: str
    number: int
    document: bytes
    """Canonical JSON, packed: a thousand ledgers as objects would fill the memory of a small server."""
    digest: str


def reader_of(area_code: str) -> Actor:
    """In whose eyes frozen papers are made: reads and prints all general resources of the area, with every mask on.

    One paper is frozen for everybody who may print it, so it must not show what only some may see.
    """
    held = frozenset((each.name, permission) for each in resources() for permission in ("read", "export"))
    return Actor(None, "定稿", Access(0, (LivePost("final", area_code),), {"final": held}))


def freeze(session: Session, area_code: str, month: Period, *, today: date) -> FinalMonth:
    """Freeze the month of an area and all below it as its next edition; `mark` tells of earlier openings."""
    earlier = queries.editions(area_code, month)
    edition = earlier[-1].edition + 1 if earlier else 1
    mark = queries.mark(area_code, month, is_final=True)
    actor = current_actor()
    with counted_together(area_code):
        made = list(_papers(area_code, month, today=today, mark=mark))
    with beyond_scope():
        figures = [*_figures(area_code, month), *_figures_of_other_periods(area_code, month)]
        rules = rules_in_force(area_code, month)
        lines = [(each.area_code, each.paper.name, each.period.key, each.subject, each.digest) for each in made]
        head = {"area": area_code, "month": month.key, "edition": edition, "rules": rules, "mark": mark}
        signed = manifest(head, lines, (figure_line(each) for each in figures))
        row = FinalMonth(
            uid=secrets.token_hex(16), area_code=area_code, month=month.key, edition=edition, at=utc_now(),
            by_id=actor.user_id, by_name=actor.name, rules=rules, mark=mark, paper_count=len(made),
            figure_count=len(figures), digest=hashlib.sha256(signed).hexdigest(),
            mac=keyring().sign(signed, earlier[-1].mac if earlier else b""),
        )  # fmt: skip
        session.add(row)
        session.flush()
        _write(session, FrozenPaper, (_paper_row(row.id, each) for each in made))
        _write(session, FrozenFigure, (_figure_row(row.id, each) for each in figures))
    return row


def figure_line(each: Kept) -> tuple[str, ...]:
    """What the manifest holds of a figure: place, name, both sides, a digest of the ids of its rows, the day it was
    counted from where that is not the first, and its period where that is not the month.
    """
    rows = hashlib.sha256(packed_ids(each.rows) + b"/" + packed_ids(each.base)).hexdigest()
    line = (each.area_code, each.indicator, number_text(each.numerator), number_text(each.denominator), rows)
    if each.period:
        return (*line, str(each.start_day), each.period)
    return line if each.start_day == 1 else (*line, str(each.start_day))


def _write(session: Session, model: Any, rows: Iterable[dict[str, Any]]) -> None:
    waiting: list[dict[str, Any]] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == WRITTEN_AT_ONCE:
            session.connection().execute(insert(model.__table__), waiting)
            waiting = []
    if waiting:
        session.connection().execute(insert(model.__table__), waiting)


def _paper_row(final_month_id: int, each: _Paper) -> dict[str, Any]:
    return {
        "final_month_id": final_month_id, "area_code": each.area_code, "paper": each.paper.name,
        "period": each.period.key, "subject": each.subject, "title": each.title, "number": each.number,
        "formats": ",".join(each.paper.formats), "document": each.document, "digest": each.digest,
    }  # fmt: skip


def _figure_row(final_month_id: int, each: Kept) -> dict[str, Any]:
    return {
        "final_month_id": final_month_id, "area_code": each.area_code, "indicator": each.indicator,
        "start_day": each.start_day, "period": each.period,
        "numerator": number_text(each.numerator), "denominator": number_text(each.denominator),
        "rows": packed_ids(each.rows), "base": packed_ids(each.base),
    }  # fmt: skip


def areas_of(area_code: str, month: Period) -> tuple[str, ...]:
    """The area, and those below it down to the ones that hand papers in, as they lived on the month's last day.

    Left out are those that finalised the month themselves before: their papers stay what they were.
    """
    asked, deepest = [area_code], submission_level().digits
    with beyond_scope():
        for level in profile().levels:
            if len(area_code) < level.digits <= deepest:
                asked += [row.code for row in below(area_code, level.key, today=month.last)]
    closed = tuple(queries.closed_below(area_code, month))
    return tuple(code for code in asked if not code.startswith(closed))


def _papers(area_code: str, month: Period, *, today: date, mark: str) -> Iterator[_Paper]:
    reader, codes = reader_of(area_code), areas_of(area_code, month)
    for period in periods_ending(month):
        for paper in papers():
            if not paper.is_frozen or period.kind not in paper.periods or resource(paper.resource).is_sensitive:
                continue
            # The first area holds all others: each meeting and worker is asked for once.
            request = PaperRequest(codes[0], period, today, reader)
            if paper.subjects is not None:
                yield from _of_subjects(paper, request, mark)
                continue
            for code in codes:
                asked = replace(request, area_code=code)
                with acting_as(reader):
                    document, number = _document(paper, asked)
                yield _packed(paper, asked, marked(document, mark), number)


def _document(paper: Paper, request: PaperRequest) -> tuple[Document, int]:
    with beyond_scope():
        handed_in = stood_document(paper, request)
    if handed_in is not None:
        return handed_in
    return live_document(paper, request), 0


def _of_subjects(paper: Paper, request: PaperRequest, mark: str) -> Iterator[_Paper]:
    """What is about one meeting or worker is not handed in, so that it is always the paper of now."""
    closed = tuple(queries.closed_below(request.area_code, queries.closing_month(request.period)))
    found = paper.subjects(request) if paper.subjects is not None else ()
    subjects = [each for each in found if not each.area_code.startswith(closed)]
    for each, document in zip(subjects, build_subjects(paper, request, subjects), strict=True):
        asked = replace(request, area_code=each.area_code, subject=each.id)
        yield _packed(paper, asked, marked(document, mark), 0)


def _packed(paper: Paper, request: PaperRequest, document: Document, number: int) -> _Paper:
    data = canonical.to_bytes(document)
    return _Paper(
        request.area_code, paper, request.period, request.subject, document.title[:160], number,
        zlib.compress(data, 6), hashlib.sha256(data).hexdigest(),
    )  # fmt: skip


def marked(document: Document, mark: str) -> Document:
    """The paper with the sentence about openings as its last paragraph."""
    return replace(document, blocks=(*document.blocks, Paragraph(mark))) if mark else document


def _figures(area_code: str, month: Period) -> Iterator[Kept]:
    """Every figure that has a history, split by the areas that hand papers in; once for each first day papers count from."""
    digits = max(len(area_code), submission_level().digits)
    for day in start_days():
        for each in _with_history():
            yield from _split(each, area_code, month.counted_from(day), digits)


def _with_history() -> list[Indicator]:
    return [each for each in all_indicators() if nature_of(each) != "now"]


def _figures_of_other_periods(area_code: str, month: Period) -> Iterator[Kept]:
    """The figures of each week, quarter, half-year and year that ends in the month, as the next one compares with them.

    Without the ids of rows: they are those of its months. One statement for all whole numbers of a period.
    """
    digits, counted = max(len(area_code), submission_level().digits), _with_history()
    others = [each for each in periods_ending(month) if each != month]
    for period in dict.fromkeys(each.counted_from(day) for each in others for day in start_days()):
        for each in count(counted, area_code, period, digits=digits).values():
            yield from _of_period(each, area_code, period)


def _of_period(counted: Counted, area_code: str, period: Period) -> Iterator[Kept]:
    name, is_share = counted.indicator.name, counted.indicator.denominator is not None
    for code in sorted(counted.top.keys() | counted.bottom.keys()) or [area_code]:
        base = counted.bottom.get(code, 0) if is_share else None
        yield Kept(code, name, counted.top.get(code, 0), base, (), (), period.start_day, period.key)


def _split(each: Indicator, area_code: str, month: Period, digits: int) -> Iterator[Kept]:
    top, bottom = split_rows(each, area_code, month, digits=digits)
    nothing: tuple[Any, list[int]] = (0, [])
    # A figure that is nothing anywhere is kept as nothing: later rows must not make it something.
    for code in sorted(top.keys() | bottom.keys()) or [area_code]:
        number, ids = top.get(code, nothing)
        base, base_ids = bottom.get(code, nothing)
        yield Kept(
            code, each.name, number, base if each.denominator is not None else None, tuple(sorted(ids)),
            tuple(sorted(base_ids)), month.start_day,
        )  # fmt: skip


def figures_now(area_code: str, month: Period) -> list[Kept]:
    """The figures of a month as they would be frozen this moment."""
    with beyond_scope():
        return list(_figures(area_code, month))


def by_indicator(figures: Iterable[Kept]) -> dict[str, list[Kept]]:
    """Figures grouped by what they are."""
    found: dict[str, list[Kept]] = defaultdict(list)
    for each in figures:
        found[each.indicator].append(each)
    return dict(found)
