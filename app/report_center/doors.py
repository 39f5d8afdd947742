"""From a figure to its rows: the addresses under the figures of a paper on screen and of the list of figures."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import url_for

from app.lowcode.indicators import indicator
from app.lowcode.papers import PaperRequest
from app.periods.rules import Period
from app.report_center.comparison import counting_period
from reports.document import Cell
from reports.renderers.html import Opens

BOOKS = {
    "party_members": "members_registered", "party_members_in": "members_in", "party_members_out": "members_out",
    "party_reporting": "members_reporting", "party_floating_in": "members_floating_in",
}  # fmt: skip
"""Figures of the books of members → the figure that has their rows."""


def figure_url(name: str, period: Period, area: str) -> str:
    """Where the rows of a figure are listed, for an area and the days a paper counts."""
    address = {"period": period.key, "area": area}
    if period.start_day != 1:
        address["start"] = str(period.start_day)
    return url_for("FigureView.show", name=name) + "?" + urlencode(address)


def opener(request: PaperRequest) -> Opens:
    """For a paper of this moment: the rows of each figure its reader may see. What was handed in has none: it stands."""
    period = counting_period("digest", request.period)

    def opens(cell: Cell) -> str:
        area = cell.area or request.area_code
        try:
            of = indicator(BOOKS.get(cell.figure, cell.figure))
        except KeyError:
            return ""
        return figure_url(of.name, period, area) if request.actor.covers(of.resource, of.permission, area) else ""

    return opens
