"""组织生活开展情况, the year of the branches, as plain values for its template."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for

from app.language import gettext as _
from app.lowcode.page_models.parts import Action, Link
from app.meetings.page_models import MatrixCell, MatrixLine, MatrixPage
from app.meetings.queries import Cell, Matrix
from app.meetings.timing import due_times

BRANCHES_A_PAGE = 40


def matrix_page(found: Matrix, *, area_label: str, year: int, today: date, page: int, may_print: bool) -> MatrixPage:
    """组织生活开展情况 of a year."""
    as_of = min(today, date(year, 12, 31))
    first = (page - 1) * BRANCHES_A_PAGE
    shown = found.lines[first : first + BRANCHES_A_PAGE]
    heads = []
    for kind in found.kinds:
        due, in_year = due_times(kind.frequency, year=year, as_of=as_of)
        heads.append((kind.name, _("应开 %(due)s，全年 %(all)s", due=due, all=in_year)))
    here: dict[str, Any] = {"year": year}
    lines = tuple(
        MatrixLine(
            line.name,
            url_for("RegisterView.list", register_name="meetings", organization=line.organization_id),
            tuple(
                _matrix_cell(cell, kind.key, line.organization_id)
                for cell, kind in zip(line.cells, found.kinds, strict=True)
            ),
            line.missing,
        )
        for line in shown
    )  # fmt: skip
    print_ = tuple(
        Action(label, url_for("MeetingYearView.paper", year=year, format_=format_), icon=icon)
        for format_, label, icon in (("pdf", _("打印"), "print"), ("xlsx", "Excel", "export"))
    )
    more = first + BRANCHES_A_PAGE < len(found.lines)
    return MatrixPage(
        title=_("组织生活开展情况"),
        aside=f"{area_label} {year}年",
        lead=_(
            "截至 %(day)s。会议记录定稿后才算已开；党小组会按开得最少的小组算；不满 7 名正式党员的支部不要求开支委会。",
            day=as_of.isoformat(),
        ),
        heads=tuple(heads),
        lines=lines,
        years=tuple(
            Link(_("%(year)s年", year=y), url_for("MeetingYearView.matrix", year=y), is_current=y == year)
            for y in range(today.year - 2, today.year + 1)
        ),
        actions=print_ if may_print and lines else (),
        prev_url=url_for("MeetingYearView.matrix", page=page - 1, **here) if page > 1 else "",
        next_url=url_for("MeetingYearView.matrix", page=page + 1, **here) if more else "",
        pager_text=_("第 %(a)s–%(b)s 个，共 %(n)s 个", a=first + 1, b=first + len(shown), n=len(found.lines))
        if shown
        else "",
        empty_text=_("这个范围里还没有登记党支部。请先在党组织名册里登记。"),
    )


def _matrix_cell(cell: Cell, kind: str, organization_id: int) -> MatrixCell:
    if cell.held is None:
        return MatrixCell(_("不适用"), None)
    url = url_for("RegisterView.list", register_name="meetings", organization=organization_id, kind=kind)
    hint = _("草稿 %(n)s", n=cell.drafts) if cell.drafts else ""
    if cell.held >= cell.due:
        return MatrixCell(str(cell.held) if cell.held or cell.due else "—", "green" if cell.held else None, url, hint)
    if cell.held:
        return MatrixCell(_("%(held)s，差 %(n)s", held=cell.held, n=cell.due - cell.held), "amber", url, hint)
    return MatrixCell(_("未开"), "red", url, hint)
