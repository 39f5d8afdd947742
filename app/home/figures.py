"""The page behind a figure: its rule in words and, page by page, the rows it is counted from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from flask import url_for

from app.areas.queries import name_of
from app.home import rules
from app.home.page_models import FigurePage
from app.language import gettext as _
from app.lowcode import queries
from app.lowcode.figure_rows import RowTable, described
from app.lowcode.indicators import Figure, Indicator
from app.lowcode.list_page import row_views
from app.lowcode.page_models.importing import CountTab
from app.lowcode.page_models.lists import EmptyState, HeadColumn, Pager
from app.lowcode.page_models.parts import Action, Note
from app.lowcode.period_options import month_options
from app.lowcode.register import Register, registers
from app.lowcode.viewing import viewer_of
from app.periods.rules import Period, PeriodIsWrong, parse
from app.security.actor import Actor

PAGE = 50
COUNTED, REST = "counted", "rest"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see of a figure."""

    period: Period
    area: str
    part: str = COUNTED
    page: int = 1


def read_period(text: str, today: date, *, start_day: str = "") -> Period:
    """The period of an address; the running month where it names none. One that is running ends today.

    `start_day` is the day its months begin on, for figures of papers that do not count calendar months.
    """
    try:
        period = parse(text) if text else Period.of("month", today)
        period = period.counted_from(int(start_day) if start_day.isdecimal() else 1)
    except PeriodIsWrong:
        period = Period.of("month", today)
    is_running = period.contains(today) and period.start_day == 1
    return Period(period.first, today, period.kind) if is_running else period


def figure_page(of: Indicator, asked: Asked, actor: Actor, *, today: date) -> FigurePage:
    """The page; `asked.area` lies in what the actor may see of it."""
    prefixes = of.prefixes_of(actor, asked.area)
    figure = of.figure(prefixes, asked.period)
    counted = of.count(prefixes, asked.period)
    reg = next((reg for reg in registers() if reg.name == of.register), None)
    offset = (asked.page - 1) * PAGE
    take = of.rest if asked.part == REST else of.rows
    ids = take(prefixes, asked.period, limit=PAGE + 1, offset=offset)
    shown = ids[:PAGE]
    table = _table(of, reg, shown, actor, today)
    has_more = len(ids) > PAGE
    first = offset + 1
    return FigurePage(
        title=_(of.title),
        rule=_(of.rule),
        value=rules.number_text(figure.value),
        unit=_(of.unit) if figure.value is not None else "",
        made_of=_made_of(figure),
        scope_text=_scope(of, asked, today),
        page_url=url_for("FigureView.show", name=of.name),
        periods=month_options(asked.period, today) if of.has_history else (),
        hidden=(("area", asked.area), *_start(asked.period)),
        tabs=_tabs(of, asked, figure, counted),
        columns=table.columns if table else (),
        rows=table.rows if table else (),
        pager=Pager(
            _("第 %(first)s–%(last)s 条", first=f"{first:,}", last=f"{first + len(shown) - 1:,}"),
            _address(of, asked, page=asked.page - 1) if asked.page > 1 else "",
            _address(of, asked, page=asked.page + 1) if has_more else "",
        )
        if shown
        else None,
        empty=None if shown and table else _empty(of, asked, is_listed=table is not None),
        register_door=_register_door(reg, asked, actor),
        notes=_notes(table, shown),
    )


def _start(period: Period) -> tuple[tuple[str, str], ...]:
    return (("start", str(period.start_day)),) if period.start_day != 1 else ()


def _made_of(figure: Figure) -> str:
    if figure.denominator is None:
        return ""
    return f"{rules.number_text(figure.numerator)} ÷ {rules.number_text(figure.denominator)}"


def _scope(of: Indicator, asked: Asked, today: date) -> str:
    place = name_of(asked.area)
    if not of.has_history or asked.period.last == today:
        return _("%(area)s，到 %(day)s 为止", area=place, day=today.isoformat())
    return _("%(area)s，%(period)s", area=place, period=asked.period.title)


def _address(of: Indicator, asked: Asked, *, part: str = "", page: int = 1) -> str:
    pairs = {"period": asked.period.key, "area": asked.area}
    if asked.period.start_day != 1:
        pairs["start"] = str(asked.period.start_day)
    if (part or asked.part) == REST:
        pairs["part"] = REST
    if page > 1:
        pairs["page"] = str(page)
    return f"{url_for('FigureView.show', name=of.name)}?{urlencode(pairs)}"


def _tabs(of: Indicator, asked: Asked, figure: Figure, counted: int) -> tuple[CountTab, ...]:
    """算在内 and 没算在内, for a share whose two sides count rows of one table."""
    if figure.denominator is None:
        return ()
    rest = int(figure.denominator) - counted
    return (
        CountTab(_("算在内的"), f"{counted:,}", _address(of, asked, part=COUNTED), is_current=asked.part != REST),
        CountTab(_("没算在内的"), f"{rest:,}", _address(of, asked, part=REST), is_current=asked.part == REST),
    )


def _table(of: Indicator, reg: Register | None, ids: Sequence[int], actor: Actor, today: date) -> RowTable | None:
    if reg is None:
        describe = described(of.register)
        return describe(ids) if describe else None
    if not actor.allows(reg.name, "read"):
        return None
    rows = queries.rows_by_id(reg, ids)
    labels = queries.labels_of(reg.listed, rows)
    viewer = viewer_of(reg, actor, today=today)
    heads = tuple(HeadColumn(column.name, _(column.label), column.type.align) for column in reg.listed)
    return RowTable(heads, row_views(reg, reg.listed, rows, viewer, labels))


def _empty(of: Indicator, asked: Asked, *, is_listed: bool) -> EmptyState:
    if not is_listed:
        return EmptyState(_("这项数字没有逐条清单"), _(of.rule))
    if asked.part == REST:
        return EmptyState(_("没有漏下的"), _("应当算的都算在内了。"))
    return EmptyState(_("没有符合的记录"), _("换一个月份，或在右上角换一个范围再看。"))


def _register_door(reg: Register | None, asked: Asked, actor: Actor) -> Action | None:
    if reg is None or not actor.allows(reg.name, "read"):
        return None
    url = url_for("RegisterView.list", register_name=reg.name, area=asked.area)
    return Action(_("打开%(title)s", title=_(reg.title)), url, icon="list")


def _notes(table: RowTable | None, shown: Sequence[int]) -> tuple[Note, ...]:
    if table is None or len(table.rows) == len(shown):
        return ()
    hidden = len(shown) - len(table.rows)
    return (Note(_("本页有 %(n)s 条您不能查看，只计数。", n=hidden), "grey"),)
