"""指标口径 as plain values: every figure with its rule, formula, period and owner, what it is now and was before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from app.areas.queries import name_of
from app.language import gettext as _
from app.lowcode.frame import GROUPS
from app.lowcode.indicators import Indicator, all_indicators
from app.lowcode.page_models.parts import Note, Option
from app.lowcode.period_options import month_options
from app.periods.rules import LATEST_START, Period
from app.report_center.comparison import Bases, bases_of, chosen_basis, counting_period
from app.report_center.counting import Counted, count, nature_of
from app.report_center.doors import figure_url
from app.report_center.queries import SHIFT_SETTING
from app.report_center.ranking import rankable, ranked
from app.report_center.wording_rules import BASIS_NAMES, span
from app.security.actor import Actor
from app.security.roles import resource
from app.settings.queries import profile, setting
from reports.contents.figures import Figure, change, change_on_year, shown

NATURES = {"stock": "期末数", "flow": "本期发生数", "now": "只有现在的数"}


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure: what it is, how it is counted, what it was."""

    title: str
    url: str
    value: str
    made_of: str
    before: str
    last_year: str
    to_date: str
    rule: str
    formula: str
    nature: str
    owner: str


@dataclass(frozen=True, slots=True)
class FigureGroup:
    """Figures of one kind of work."""

    title: str
    lines: tuple[FigureLine, ...]


@dataclass(frozen=True, slots=True)
class CountingForm:
    """How papers count, for whoever may say so: first day of the period, what is compared, days off, what is ranked."""

    url: str
    start_days: tuple[Option, ...]
    bases: tuple[Option, ...]
    is_shifted: bool
    ranked: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorPage:
    """/indicators."""

    title: str
    aside: str
    page_url: str
    area: str
    periods: tuple[Option, ...]
    groups: tuple[FigureGroup, ...]
    notes: tuple[Note, ...]
    form: CountingForm | None


def indicator_page(area: str, period: Period, actor: Actor, *, today: date) -> IndicatorPage:
    """All figures the actor may read of that area, counted for one period."""
    counted = counting_period("digest", period)
    visible = [each for each in all_indicators() if actor.covers(each.resource, each.permission, area)]
    now = count(visible, area, counted, digits=len(area))
    bases = bases_of(visible, area, counted, digits=len(area))
    lines = {each.name: _line(each, now[each.name], bases, area, counted) for each in visible}
    groups = []
    for key, label, _icon in GROUPS:
        if key == "system":
            continue  # accounts are no work of the office
        of_group = tuple(lines[each.name] for each in visible if resource(each.resource).group == key)
        if of_group:
            groups.append(FigureGroup(_(label), of_group))
    return IndicatorPage(
        title=_("指标口径"),
        aside=_("%(area)s　统计期 %(span)s", area=name_of(area), span=span(counted)),
        page_url=url_for("IndicatorView.index"),
        area=area,
        periods=month_options(period, today),
        groups=tuple(groups),
        notes=tuple(Note(note, "amber") for note in bases.notes),
        form=_form() if actor.covers("settings", "write", profile().top_code) else None,
    )


def _line(each: Indicator, counted: Counted, bases: Bases, area: str, period: Period) -> FigureLine:
    nature = nature_of(each)
    top, bottom = sum(counted.top.values()), sum(counted.bottom.values())
    figure = Figure(
        each.name, each.title, counted.whole(), each.rule, "%" if each.denominator is not None else each.unit,
        previous=_whole(bases.before, each) if nature != "now" else None,
        last_year=_whole(bases.last_year, each) if nature != "now" else None,
        to_date=_whole(bases.to_date, each), places=each.places,
    )  # fmt: skip
    unit = "" if figure.is_rate or figure.value is None else _(each.unit)
    return FigureLine(
        title=_(each.title),
        url=figure_url(each.name, period, area),
        value=shown(figure, figure.value) + unit,
        made_of=f"{top:,} ÷ {bottom:,}" if each.denominator is not None else "",
        before=_(change(figure).in_table()),
        last_year=_(change_on_year(figure).in_table()),
        to_date=shown(figure, figure.to_date) + unit if figure.to_date is not None else "",
        rule=_(each.rule),
        formula=_(each.worked_out),
        nature=_(NATURES[nature]),
        owner=_(each.answered_by),
    )


def _whole(counted: dict[str, Counted], each: Indicator) -> Any:
    return counted[each.name].whole() if each.name in counted else None


def _form() -> CountingForm:
    start = counting_period("digest", Period.numbered("month", 2026, 10)).start_day
    natural = Option("1", _("自然月（1日到月末）"), start == 1)
    others = (
        Option(str(day), _("上月%(first)s日到本月%(last)s日", first=day, last=day - 1), start == day)
        for day in range(LATEST_START, 14, -1)
    )
    bases = tuple(Option(key, _(label), key == chosen_basis()) for key, label in BASIS_NAMES.items())
    shifted = setting(SHIFT_SETTING, default=True) is not False
    chosen = {each.name for each in ranked()}
    rates = tuple(Option(each.name, _(each.title), each.name in chosen) for each in rankable())
    return CountingForm(url_for("IndicatorView.set_counting"), (natural, *others), bases, shifted, rates)
