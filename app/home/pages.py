"""The first page as plain values: to-dos, figures, who has not submitted, a chart, quick doors."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import current_app, url_for

from app.areas.queries import name_of
from app.home import choices, rules
from app.home.choices import Door
from app.home.submissions import submissions_of
from app.language import gettext as _
from app.lowcode.frame import chosen_area
from app.lowcode.indicators import Indicator, all_indicators
from app.lowcode.page_models.home import ChartView, FigureCard, HomePage, Series, TodoItem
from app.lowcode.page_models.parts import Action, Link, Note
from app.lowcode.series import Line, lines_of
from app.notices.queries import todos_of
from app.notices.rules import Todo, due_text
from app.periods.rules import Period
from app.security.actor import Actor
from app.settings.queries import has_profile


def home_page(actor: Actor, *, today: date) -> HomePage:
    """The page for one person on one day."""
    if not has_profile():
        return HomePage(
            today_text=_(rules.today_text(today)), notes=(Note(_("还没有建立区划，请管理员先完成初始化。")),)
        )
    area = chosen_area(actor)
    months = last_months(today)
    cards, chart = _figures(actor, area, months)
    todos = todos_of(actor, today)
    shown = todos[: choices.MOST_TODOS]
    papers = submissions_of(actor, area, months[-1], today=today)
    return HomePage(
        today_text=_(rules.today_text(today)),
        deadline_text=_(papers.deadline_text),
        deadline_tone=papers.deadline_tone,
        todos=tuple(_todo(todo, today) for todo in shown),
        todos_more=Link(_("全部 %(n)s 件", n=len(todos)), url_for("MyTasksView.index"))
        if len(shown) < len(todos)
        else None,
        figures=cards,
        figures_text=_("%(area)s，%(day)s", area=name_of(area), day=_("到今天为止")) if cards else "",
        missing_title=papers.title,
        missing=papers.rows,
        missing_text=papers.text,
        missing_more=papers.more,
        chart=chart,
        doors=_doors(actor),
    )


def last_months(today: date) -> tuple[Period, ...]:
    """The last six months, oldest first; the running one ends today, since what lies ahead has not happened."""
    months = [Period.of("month", today)]
    while len(months) < choices.MONTHS_SHOWN:
        months.insert(0, months[0].previous())
    return (*months[:-1], Period(months[-1].first, today, "month"))


def _todo(todo: Todo, today: date) -> TodoItem:
    return TodoItem(
        text=_(todo.title),
        url=todo.url or "#todos",
        due_text=_(due_text(todo.due_on, today=today)),
        tone=todo.tone or "grey",
        why=_(todo.why),
    )


def figure_url(indicator: Indicator, period: Period, area: str) -> str:
    """The page that lists the rows of a figure."""
    return url_for("FigureView.show", name=indicator.name, period=period.key, area=area)


def _figures(actor: Actor, area: str, months: tuple[Period, ...]) -> tuple[tuple[FigureCard, ...], ChartView | None]:
    """Cards and chart from one statement."""
    role = choices.leading_role(actor.access)
    readable = {item.name: item for item in all_indicators() if item.prefixes_of(actor, area)}
    names = [name for name in choices.FIGURES.get(role, choices.FIGURES[""]) if name in readable]
    names = names[: choices.MOST_CANDIDATES]
    charts = [
        (title, parts)
        for title, parts in choices.CHARTS.get(role, choices.CHARTS[""])
        if all(part in readable for part in parts)
    ]
    parts = charts[0][1] if charts else ()
    wanted = [readable[name] for name in dict.fromkeys((*names, *parts))]
    lines = {line.indicator.name: line for line in lines_of([(i, i.prefixes_of(actor, area)) for i in wanted], months)}
    names.sort(key=lambda name: not any(lines[name].values))
    cards = tuple(_card(lines[name], months, area) for name in names[: choices.MOST_FIGURES])
    return cards, _chart(charts[0][0], [lines[name] for name in parts], months, area) if charts else None


def _card(line: Line, months: tuple[Period, ...], area: str) -> FigureCard:
    of, values = line.indicator, line.values
    now, before = values[-1], values[-2]
    is_worse = of.name in choices.WORSE_WHEN_MORE and bool(now)
    return FigureCard(
        label=_(of.title),
        value=rules.number_text(now),
        unit=_(of.unit) if now is not None else "",
        url=figure_url(of, months[-1], area),
        change_text=_(rules.change_text(now, before, of.unit)) if of.has_history else "",
        change_tone="amber" if is_worse else "grey",
        spark=_spark(line) if of.has_history else (),
        rule=_(of.rule),
    )


def _spark(line: Line) -> tuple[float, ...]:
    """The months that have a value; a line needs two, and says nothing where all are the same."""
    known = tuple(float(value) for value in line.values if value is not None)
    return known if len(set(known)) > 1 else ()


def _chart(title: str, lines: list[Line], months: tuple[Period, ...], area: str) -> ChartView | None:
    values = [value for line in lines for value in line.values if value is not None]
    if not any(values):
        return None
    return ChartView(
        title=_("近六个月%(what)s", what=_(title)),
        labels=tuple(_("%(n)s月", n=month.number) for month in months),
        series=tuple(
            Series(_(line.indicator.title), tuple(None if v is None else float(v) for v in line.values))
            for line in lines
        ),
        top=rules.scale_top(values),
        unit=_(lines[0].indicator.unit),
        url=figure_url(lines[0].indicator, months[-1], area),
    )


def _doors(actor: Actor) -> tuple[Action, ...]:
    found: dict[str, Action] = {}
    for door in choices.DOORS:
        if door.kind not in found and _is_open(door, actor):
            values: dict[str, Any] = {"register_name": door.register} if door.register else {}
            found[door.kind] = Action(_(door.label), url_for(door.endpoint, **values), icon=door.icon)
    return tuple(found.values())[: choices.MOST_DOORS]


def _is_open(door: Door, actor: Actor) -> bool:
    return door.endpoint in current_app.view_functions and actor.allows(door.resource, door.permission)
