"""Figures of a paper on screen open their rows: each of this moment, for those who may see them; a kept paper stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from app.factory import create_app
from app.home.figures import Asked, figure_page, read_period
from app.lowcode.indicators import indicator
from app.lowcode.papers import PaperRequest
from app.periods.rules import Period
from app.report_center.digest import build_live
from app.report_center.doors import opener
from app.security.actor import SYSTEM, acting_as
from app.security.queries import actor_named
from reports.contents.digest import stray_figures
from reports.document import Cell, Table
from reports.renderers.html import render_fragment
from tests.report_center.test_every_paper import DAY
from tests.street import COMMUNITY, TOP, Street

MONTH = Period.of("month", DAY).previous()
LINK = re.compile(r'<td[^>]*><a href="([^"]+)">([^<]+)</a></td>')


@pytest.fixture(scope="module")
def street(demo_street: Street) -> Iterator[Flask]:
    app = create_app({"DATA_DIR": str(demo_street.folder), "TODAY": DAY.isoformat()})
    with app.app_context(), app.test_request_context(), acting_as(SYSTEM):
        yield app


def _doors(area: str, user: str = "") -> list[tuple[str, str]]:
    actor = actor_named(user, today=DAY) if user else SYSTEM
    request = PaperRequest(area, MONTH, DAY, actor)
    found = LINK.findall(render_fragment(build_live(request), opener(request)))
    return [(unescape(url), shown) for url, shown in found]


def test_every_figure_of_the_digest_opens_its_rows(street: Flask) -> None:
    for area in (TOP, COMMUNITY):
        document = build_live(PaperRequest(area, MONTH, DAY, SYSTEM))
        named = [
            value
            for block in document.blocks if isinstance(block, Table)
            for row in block.rows for value in row if isinstance(value, Cell) and value.figure
        ]  # fmt: skip
        assert len(_doors(area)) == len(named) > 20
        assert stray_figures(document) == ()
    assert any(f"area={COMMUNITY}" in url for url, _shown in _doors(TOP)), "values of areas below open theirs"


def test_the_page_behind_a_figure_says_the_same_number(street: Flask) -> None:
    wrong = {}
    for url, shown in _doors(TOP):
        address = urlsplit(url)
        asked = {key: values[0] for key, values in parse_qs(address.query).items()}
        period = read_period(asked["period"], DAY, start_day=asked.get("start", ""))
        of = indicator(address.path.rpartition("/")[2])
        page = figure_page(of, Asked(period, asked["area"]), SYSTEM, today=DAY)
        said, printed = (text.removesuffix("%").replace(",", "").replace("—", "") for text in (page.value, shown))
        if (Decimal(said) if said else None) != (Decimal(printed) if printed else None):
            wrong[url] = (shown, page.value)
    assert wrong == {}


def test_a_reader_gets_no_door_to_what_he_may_not_see(street: Flask) -> None:
    assert _doors(TOP, "grid_worker") == []


def test_names_of_figures_that_are_no_indicators_open_nothing(street: Flask) -> None:
    opens = opener(PaperRequest(TOP, MONTH, DAY, SYSTEM))
    assert opens(Cell(1, "integer", figure="no_such_figure")) == ""
