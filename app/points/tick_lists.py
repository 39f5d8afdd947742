"""Lists of points whose lines are ticked and then dealt with together: what waits to be checked, what is proposed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from flask import flash, redirect, request, url_for

from app.language import gettext as _
from app.lowcode.page_models.lists import CellView, HeadColumn
from app.lowcode.sent import sent_id
from app.points.forms import REFUSALS
from app.points.pages import tone_of
from app.points.rules import signed

MOST_AT_ONCE = 500


class Line(Protocol):
    """What every line of such a list tells."""

    @property
    def matter(self) -> str: ...
    @property
    def worker_name(self) -> str: ...
    @property
    def on(self) -> date: ...
    @property
    def points(self) -> Decimal: ...
    @property
    def rule_code(self) -> str: ...
    @property
    def rule_name(self) -> str: ...
    @property
    def area_code(self) -> str: ...


def heads() -> tuple[HeadColumn, ...]:
    """The columns that all of them begin with."""
    return (
        HeadColumn("matter", _("事项")),
        HeadColumn("worker", _("网格员")),
        HeadColumn("on", _("日期")),
        HeadColumn("points", _("分值"), "right"),
        HeadColumn("rule", _("规则")),
        HeadColumn("grid", _("网格")),
    )


def cells(line: Line, names: Mapping[str, str]) -> tuple[CellView, ...]:
    """A line in these columns; `names` go from area code to name."""
    return (
        CellView(line.matter),
        CellView(line.worker_name),
        CellView(line.on.isoformat(), "date"),
        CellView(signed(line.points), "number", tone=tone_of(line.points)),
        CellView(f"{line.rule_code} {line.rule_name}"),
        CellView(names.get(line.area_code, line.area_code)),
    )


def act_on_ticked(
    find: Callable[[list[int]], Sequence[Any]], act: Callable[[Sequence[Any]], str], *, nothing: str, back: str
) -> Any:
    """Deal with what was ticked, all or none, say so, and lead back to the list `back`.

    `act` answers what was done; what it raises of the refusals of points is told to the user.
    """
    ids = [number for text in request.form.getlist("id")[:MOST_AT_ONCE] if (number := sent_id(text))]
    found = find(ids)
    if not found:
        flash(nothing, "amber")
        return redirect(url_for(back))
    try:
        done = act(found)
    except REFUSALS as refused:
        flash(str(refused), "red")
    else:
        flash(done, "green")
    return redirect(url_for(back))
