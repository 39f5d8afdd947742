"""月报 of streets and district made by themselves on the first of the month, and made up for when the machine was off."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.areas.models import Area
from app.areas.queries import live, name_of
from app.extensions import db
from app.jobs.handlers import handler
from app.jobs.running import JobContext
from app.lowcode.papers import PaperRequest, paper
from app.notices.service import notify
from app.periods.rules import Period, parse
from app.report_center.documents import DIGEST, printable
from app.report_center.kept_prints import record_print
from app.report_center.models import PrintRecord
from app.report_center.queries import submission_level
from app.security.actor import SYSTEM
from app.settings.queries import has_profile, profile

KIND = "report_center.monthly_digests"
MOST_MONTHS = 6
"""Longer than that nobody waits for a digest; older months are printed by hand."""


def months_due(today: date, last_made: str | None) -> list[Period]:
    """Months to make: those after the last one made (a key such as 2026-09), up to last month; last month at first."""
    wanted = [Period.of("month", today).previous()]
    if last_made:
        while len(wanted) < MOST_MONTHS and wanted[0].previous() > parse(last_made):
            wanted.insert(0, wanted[0].previous())
    return [month for month in wanted if not last_made or month > parse(last_made)]


def areas_above(day: date) -> list[str]:
    """Codes of areas above the communities, the highest first."""
    statement = (
        select(Area.code)
        .where(live(day), func.length(Area.code) < submission_level().digits, Area.code.startswith(profile().top_code))
        .order_by(func.length(Area.code), Area.code)
    )
    return list(db.session.execute(statement).scalars())


def _made(period: Period) -> set[str]:
    statement = select(PrintRecord.area_code).where(
        PrintRecord.is_scheduled.is_(True), PrintRecord.paper == DIGEST, PrintRecord.period == period.key
    )
    return set(db.session.execute(statement).scalars())


@handler(KIND, title="每月自动生成月报", every="month")
def make_digests(job: JobContext) -> dict[str, Any]:
    """One area a chunk; what was made is found again by its record, so that a crash makes nothing twice."""
    if not has_profile():
        return {"count": 0}
    last = db.session.execute(
        select(func.max(PrintRecord.period)).where(PrintRecord.is_scheduled.is_(True), PrintRecord.paper == DIGEST)
    ).scalar()
    unfinished = job.checkpoint.get("months")
    months = [parse(key) for key in unfinished] if unfinished else months_due(job.today, last)
    keys, count = [month.key for month in months], 0
    of = paper(DIGEST)
    for month in months:
        known = _made(month)
        for code in areas_above(month.last):
            if code in known:
                continue
            request = PaperRequest(code, month, job.today, SYSTEM)
            made = printable(of, request)
            with job.chunk({"months": keys}):
                row = record_print(of, request, made, formats=("pdf",), is_scheduled=True)
                notify(
                    key=f"scheduled:{month.key}:{code}", kind="report", title=f"{month.title}月报已自动生成",
                    area_code=code, to_role="street_office", why=f"{name_of(code)}，可以核对、打印。", record=row,
                    url=f"/reports/prints/{row.uid}", is_todo=False,
                )  # fmt: skip
            count += 1
    return {"count": count}
