"""What fills a template for one area and period: names looked up once, figures counted together, rows masked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from app.areas.queries import full_name, name_of
from app.areas.rules import parent_of
from app.lowcode.indicators import Indicator
from app.lowcode.papers import PaperRequest
from app.office_templates.checking import Needs
from app.office_templates.names import FigureName, GeneralName, meant, register_named
from app.office_templates.rules import Contents, Row, TemplateRefused, Value, shown
from app.report_center.comparison import Bases, bases_of, counting_period
from app.report_center.counting import Counted, count, nature_of
from app.report_center.papers import roster_rows
from app.settings.queries import profile
from reports.contents.figures import Figure, change, change_on_year
from reports.document import Cell


def contents_for(needs: Needs, request: PaperRequest) -> Contents:
    """Values and rows, counted as the papers of the report centre count. Raises TemplateRefused, naming what the
    reader may not see.
    """
    known = {name: meant(name) for name in needs.names}
    figures = {each.indicator.name: each.indicator for each in known.values() if isinstance(each, FigureName)}
    _refuse_unseen(list(figures.values()), request)
    told = _figures(list(figures.values()), request)
    values: dict[str, Value] = {}
    for name, each in known.items():
        if isinstance(each, GeneralName):
            values[name] = _general(each.key, request)
        elif isinstance(each, FigureName):
            values[name] = _form(*told[each.indicator.name], each)
    rows = {name: _records(name, request) for name in needs.registers}
    return Contents(values, rows)


def _refuse_unseen(figures: Sequence[Indicator], request: PaperRequest) -> None:
    for each in figures:
        if not request.actor.covers(each.resource, each.permission, request.area_code):
            raise TemplateRefused(f"您的岗位看不到“{each.title}”，不能打印带这个数字的模板。")


def _figures(figures: Sequence[Indicator], request: PaperRequest) -> dict[str, tuple[Figure, Counted]]:
    code, period = request.area_code, counting_period("digest", request.period)
    if not figures:
        return {}
    now = count(figures, code, period, digits=len(code))
    bases = bases_of(figures, code, period, digits=len(code))
    return {each.name: (_figure(each, now[each.name], bases), now[each.name]) for each in figures}


def _figure(each: Indicator, counted: Counted, bases: Bases) -> Figure:
    is_comparable = nature_of(each) != "now"

    def base(of: dict[str, Counted]) -> Any:
        return of[each.name].whole() if each.name in of else None

    return Figure(
        each.name, each.title, counted.whole(), each.rule, "%" if each.denominator is not None else each.unit,
        previous=base(bases.before) if is_comparable else None,
        last_year=base(bases.last_year) if is_comparable else None,
        to_date=base(bases.to_date), places=each.places,
    )  # fmt: skip


def _form(figure: Figure, counted: Counted, asked: FigureName) -> Value:
    """A figure as the template asks for it; rates as text with their percent sign."""
    match asked.form:
        case "change":
            return change(figure).in_table()
        case "change_on_year":
            return change_on_year(figure).in_table()
        case "unit":
            return figure.unit
        case "rule":
            return figure.rule
        case "numerator":
            return sum(counted.top.values())
        case "denominator":
            return sum(counted.bottom.values()) if asked.indicator.denominator is not None else None
    value = {"": figure.value, "previous": figure.previous, "last_year": figure.last_year, "to_date": figure.to_date}[
        asked.form
    ]
    if value is not None and figure.is_rate:
        return f"{value}%"
    return value


def _general(key: str, request: PaperRequest) -> Value:
    code, period = request.area_code, counting_period("digest", request.period)
    parent = parent_of(code, profile().levels)
    general: dict[str, Value] = {
        "area": name_of(code),
        "full_name": full_name(code) or name_of(code),
        "parent": name_of(parent) if parent else "",
        "office": profile().office_name,
        "period": str(period.title),
        "year": str(period.year),
        "month": str(period.last.month),
        "first_day": period.first,
        "last_day": period.last,
        "printed_on": request.today,
        "printed_by": request.actor.name,
    }
    return general[key]


def _records(name: str, request: PaperRequest) -> list[Row]:
    reg = register_named(name)
    if reg is None or not request.actor.covers(reg.name, "export", request.area_code):
        raise TemplateRefused(f"您的岗位不能导出“{name}”，不能打印逐行列出它的模板。")
    columns = reg.columns
    names = [(column.label, column.name) for column in columns]
    found: list[Row] = []
    for row in roster_rows(reg, request, columns):
        record: dict[str, Value] = {}
        for (label, key), cell in zip(names, row, strict=True):
            plain: Any = cell.value if isinstance(cell, Cell) else cell
            record[label] = record[key] = ("是" if plain else "否") if isinstance(plain, bool) else plain
        found.append(record)
    return found


def digest_of_rows(contents: Contents) -> str:
    """SHA-256 of all rows, so that a change is seen without keeping anybody's data twice."""
    made = hashlib.sha256()
    for name, rows in sorted(contents.rows.items()):
        made.update(name.encode())
        for row in rows:
            made.update("\x1f".join(f"{key}={shown(value)}" for key, value in sorted(row.items())).encode())
            made.update(b"\x1e")
    return made.hexdigest() if contents.rows else ""


def plain_values(contents: Contents) -> dict[str, str]:
    """Values as they are printed, for the record of a print."""
    return {name: shown(value) for name, value in contents.values.items()}
