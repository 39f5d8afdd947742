"""Reading templates, their versions and what was printed from them; all within scope."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.extensions import db
from app.office_templates.models import FilledPaper, OfficeTemplate, TemplateVersion
from app.report_center.short_codes import plain
from app.security.wall import within


def templates_for(area_code: str) -> list[OfficeTemplate]:
    """Templates that may be used in an area: its own and those of areas above, the nearest first."""
    rows = db.session.execute(
        select(OfficeTemplate).where(OfficeTemplate.is_retired.is_(False)).order_by(OfficeTemplate.name)
    ).scalars()
    found = [row for row in rows if area_code.startswith(row.area_code)]
    return sorted(found, key=lambda row: (-len(row.area_code), row.name))


def template(template_id: int) -> OfficeTemplate | None:
    """One template."""
    return db.session.get(OfficeTemplate, template_id)


def versions_of(template_id: int) -> Sequence[TemplateVersion]:
    """All versions, newest first."""
    return (
        db.session.execute(
            select(TemplateVersion)
            .where(TemplateVersion.template_id == template_id)
            .order_by(TemplateVersion.id.desc())
        )
        .scalars()
        .all()
    )


def version(template_id: int, number: int) -> TemplateVersion | None:
    """One version."""
    return db.session.execute(
        select(TemplateVersion).where(TemplateVersion.template_id == template_id, TemplateVersion.number == number)
    ).scalar()


def prints_of(template_id: int, area_code: str, *, limit: int = 30) -> Sequence[FilledPaper]:
    """What was printed from it in and below an area, newest first."""
    return (
        db.session.execute(
            select(FilledPaper)
            .where(FilledPaper.template_id == template_id, within(FilledPaper.area_code, (area_code,)))
            .order_by(FilledPaper.id.desc())
            .limit(limit)
        )
        .scalars()
        .all()
    )


def print_by_code(short_code: str) -> FilledPaper | None:
    """The print a short code names; spaces, dashes and small letters do not matter."""
    return db.session.execute(select(FilledPaper).where(FilledPaper.short_code == plain(short_code))).scalar()


def print_of(uid: str) -> FilledPaper | None:
    """One print."""
    return db.session.execute(select(FilledPaper).where(FilledPaper.uid == uid)).scalar()
