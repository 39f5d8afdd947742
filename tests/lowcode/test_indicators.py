"""Indicators: figures that agree with their rows, behind the wall, on both databases."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import Select, literal, select

from app.areas.models import Area
from app.database.transactions import writing
from app.lowcode import indicators
from app.lowcode.indicators import Indicator, IndicatorIsWrong, figure_for, register_indicator
from app.periods.rules import Period, parse
from app.security.actor import SYSTEM, acting_as
from app.security.wall import within
from tests.world import GRID, HOME, NEXT_DOOR, STREET, add_user, as_user, build_areas

context = pytest.mark.usefixtures("context")
OCTOBER = parse("2026-10")


def _grids(prefixes: tuple[str, ...], _period: Period) -> Select:
    return select(Area.id).where(Area.level == "grid", within(Area.area_code, prefixes)).order_by(Area.name)


def _named(prefixes: tuple[str, ...], period: Period) -> Select:
    return _grids(prefixes, period).where(Area.responsible_name.is_not(None))


def _population(prefixes: tuple[str, ...], period: Period) -> Select:
    return _grids(prefixes, period).with_only_columns(Area.id, Area.population)


GRIDS = Indicator("test_grids", "网格数", "本辖区内有效的网格", "个", "areas", _grids, register="areas")
RATE = Indicator("test_rate", "网格长到位率", "有负责人的网格 ÷ 全部网格", "%", "areas", _named, _grids)
PEOPLE = Indicator("test_people", "网格人口", "各网格登记人口之和", "人", "areas", _population)


def _street() -> dict[str, int]:
    build_areas()
    with acting_as(SYSTEM), writing() as session:
        grids = session.execute(select(Area).where(Area.level == "grid").order_by(Area.code)).scalars().all()
        grids[0].responsible_name, grids[0].population = "林一", 120
        grids[1].population = 80
        grids[2].responsible_name, grids[2].population = "周二", 1000
        return {grid.code: grid.id for grid in grids}


@context
def test_a_figure_agrees_with_the_rows_it_drills_down_to() -> None:
    ids = _street()
    home = [ids[GRID], ids[HOME + "002"]]
    with acting_as(SYSTEM):
        assert GRIDS.value((HOME,), OCTOBER) == GRIDS.count((HOME,), OCTOBER) == 2
        assert GRIDS.rows((HOME,), OCTOBER) == home
        assert GRIDS.rows((HOME,), OCTOBER, limit=1, offset=1) == home[1:]
        assert GRIDS.value(("",), OCTOBER) == 3
        assert GRIDS.value((), OCTOBER) == 0
        assert RATE.value((HOME,), OCTOBER) == Decimal("50.0")
        assert RATE.rows((HOME,), OCTOBER) == home[:1]
        assert RATE.rest((HOME,), OCTOBER) == home[1:]
        assert GRIDS.rest((HOME,), OCTOBER) == []
        assert PEOPLE.value((HOME,), OCTOBER) == 200
        assert PEOPLE.count((HOME,), OCTOBER) == 2
        figure = RATE.figure((STREET,), OCTOBER)
        assert (figure.numerator, figure.denominator, figure.value) == (2, 3, Decimal("66.7"))


@context
def test_nothing_to_divide_by_is_no_figure_and_no_rows_sum_to_zero() -> None:
    _street()
    with acting_as(SYSTEM):
        assert RATE.value((), OCTOBER) is None
        assert PEOPLE.value((), OCTOBER) == 0


@context
def test_figures_stop_at_the_wall() -> None:
    ids = _street()
    clerk = add_user("clerk", "community_clerk", HOME)
    with as_user("clerk"):
        # Whatever prefixes are asked for: the statement itself is cut.
        for prefixes in (("",), (NEXT_DOOR,), (STREET,)):
            assert ids[NEXT_DOOR + "001"] not in GRIDS.rows(prefixes, OCTOBER)
        assert GRIDS.value(("",), OCTOBER) == 2
        assert GRIDS.count((NEXT_DOOR,), OCTOBER) == 0
        assert PEOPLE.value(("",), OCTOBER) == 200
        assert RATE.value(("",), OCTOBER) == Decimal("50.0")
        assert RATE.rest(("",), OCTOBER) == [ids[HOME + "002"]]
    assert RATE.prefixes_of(clerk) == (HOME,)
    assert RATE.prefixes_of(clerk, STREET) == (HOME,)
    assert RATE.prefixes_of(clerk, GRID) == (GRID,)
    assert RATE.prefixes_of(clerk, NEXT_DOOR) == ()
    assert RATE.prefixes_of(SYSTEM, HOME) == (HOME,)
    assert figure_for(GRIDS, clerk, OCTOBER, area_code=NEXT_DOOR) is None
    seen = figure_for(GRIDS, clerk, OCTOBER, area_code=GRID)
    assert seen is not None
    assert seen.value == 1


@context
def test_a_rate_above_a_hundred_is_shown_as_it_is() -> None:
    _street()

    def twice(prefixes: tuple[str, ...], period: Period) -> Select:
        return _grids(prefixes, period).with_only_columns(Area.id, literal(2))

    rate = Indicator("test_over", "x", "x", "%", "areas", twice, _grids, places=2)
    with acting_as(SYSTEM):
        assert rate.value((STREET,), OCTOBER) == Decimal("200.00")


def test_names_and_rules_are_needed_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indicators, "_INDICATORS", {})
    assert register_indicator(GRIDS) is register_indicator(GRIDS)
    assert indicators.indicator("test_grids") is GRIDS
    assert list(indicators.all_indicators()) == [GRIDS]
    with pytest.raises(IndicatorIsWrong):
        register_indicator(Indicator("test_grids", "x", "x", "个", "areas", _grids))
    with pytest.raises(IndicatorIsWrong):
        Indicator("a", "标题", "", "个", "areas", _grids)
    with pytest.raises(KeyError):
        indicators.indicator("a")
