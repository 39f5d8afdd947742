"""Proving final months: every manifest made anew from what is stored, every signature and every kept file held to it."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator

from sqlalchemy import select

from app.areas.queries import name_of
from app.extensions import db
from app.files import store
from app.periods.rules import parse
from app.report_center.months.freezing import figure_line
from app.report_center.months.models import FinalMonth, FrozenFile, FrozenPaper
from app.report_center.months.queries import kept_figures
from app.report_center.months.rules import manifest
from app.security.beyond import beyond_scope
from app.security.keys import keyring


def faults() -> list[str]:
    """What does not fit, in words (for `verify`)."""
    with beyond_scope():
        statement = select(FinalMonth).order_by(FinalMonth.area_code, FinalMonth.month, FinalMonth.edition)
        months = list(db.session.execute(statement).scalars())
        return [*_month_faults(months), *_file_faults()]


def _month_faults(months: list[FinalMonth]) -> Iterator[str]:
    macs: dict[tuple[str, str], tuple[int, bytes]] = {}
    for month in months:
        where = f"{name_of(month.area_code)}{parse(month.month).title}第{month.edition}次定稿"
        edition, previous = macs.get((month.area_code, month.month), (0, b""))
        macs[month.area_code, month.month] = (month.edition, bytes(month.mac))
        if month.edition != edition + 1:
            yield f"{where}：前面缺少一次定稿"
        lines = []
        for row in _papers_of(month.id):
            digest = _digest(row)
            if digest != row.digest:
                yield f"{where}：{row.title}的内容被改动过"
            lines.append((row.area_code, row.paper, row.period, row.subject, digest))
        head = {
            "area": month.area_code, "month": month.month, "edition": month.edition, "rules": month.rules,
            "mark": month.mark,
        }  # fmt: skip
        figures = [figure_line(each) for each in kept_figures(month.id)]
        signed = manifest(head, lines, figures)
        if not keyring().is_signed(signed, previous, bytes(month.mac)) or (
            hashlib.sha256(signed).hexdigest() != month.digest
        ):
            yield f"{where}：报表、数字或规则与定稿时不符"


def _digest(row: FrozenPaper) -> str:
    try:
        return hashlib.sha256(zlib.decompress(row.document)).hexdigest()
    except zlib.error:
        return ""


def _papers_of(month_id: int) -> Iterator[FrozenPaper]:
    statement = select(FrozenPaper).where(FrozenPaper.final_month_id == month_id).execution_options(yield_per=200)
    yield from db.session.execute(statement).scalars()


def _file_faults() -> Iterator[str]:
    statement = select(FrozenFile.digest, FrozenPaper.title, FrozenFile.format).join(
        FrozenPaper, FrozenPaper.id == FrozenFile.frozen_paper_id
    )
    for digest, title, format_ in db.session.execute(statement):
        if not store.path_of(digest).is_file():
            yield f"定稿文件《{title}》（{format_}）不见了，请从备份恢复，或再打印一次"
