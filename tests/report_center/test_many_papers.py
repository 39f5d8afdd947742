"""Papers of many areas at once: each says what it says alone, and one more community costs few statements."""

from __future__ import annotations

import secrets
from datetime import date

import pytest
from sqlalchemy import event

from app.areas.models import Area
from app.database.transactions import writing
from app.events.models import Event
from app.extensions import db
from app.letters.models import Letter
from app.lowcode.dates import date_sources
from app.lowcode.papers import PaperRequest, papers
from app.lowcode.register import register
from app.meetings.models import Meeting, Resolution
from app.report_center import dates
from app.report_center.counting import counted_together
from app.report_center.documents import live_document
from app.report_center.months import freezing
from app.report_center.months.rules import periods_ending
from app.security.actor import SYSTEM, acting_as
from app.security.roles import resource
from app.supervision.models import SupervisionItem
from tests.report_center.conftest import OCTOBER, build_world
from tests.world import GRID, HOME, NEXT_DOOR, NEXT_GRID, STREET, TODAY

context = pytest.mark.usefixtures("context")
MORE = 5
MOST_STATEMENTS_A_COMMUNITY = 100
"""Of some forty papers each (weeks, month); it was 170 for thirty where every paper asked for itself."""


def _dated_rows() -> None:
    """In both communities: a late project and one that ends soon, a late resolution, a meeting and an answer ahead, a late
    supervised matter and one to come, three events; nobody told of the projects' progress."""
    with acting_as(SYSTEM), writing() as session:
        for place, grid in ((HOME, GRID), (NEXT_DOOR, NEXT_GRID)):
            meeting = Meeting(name=f"议事会{place[-1]}", area_code=place, held_on=date(2026, 10, 14), kind="residents")
            session.add_all(
                [
                    register("projects").model(
                        name=f"改造{place}",
                        area_code=place,
                        state="running",
                        ends_on=date(2026, 10, 6),
                        opened_on=date(2026, 8, 3),
                    ),
                    register("projects").model(
                        name=f"收尾{grid}", area_code=grid, state="running", ends_on=date(2026, 11, 30)
                    ),
                    meeting,
                ]
            )
            session.flush()
            session.add_all(
                Resolution(meeting_id=meeting.id, text=f"{day:%d}日前修好", area_code=place, due_on=day)
                for day in (date(2026, 10, 2), date(2026, 10, 20), date(2026, 11, 25))
            )
            session.add_all(
                SupervisionItem(
                    name=f"{place}的事", area_code=place, source="superior", assigned_on=date(2026, 10, 1), due_on=day, told_weeks=[]
                )
                for day in (date(2026, 10, 9), date(2026, 11, 28))
            )  # fmt: skip
            session.add_all(
                Event(
                    name=f"第{day}件", area_code=area, source=source, state="closed", registered_on=date(2026, 10, day),
                    filed_on=date(2026, 10, day), handled_on=date(2026, 10, day), handled_by="林一鸣", is_on_time=True,
                )
                for day, area, source in ((5, place, "patrol"), (12, grid, "hotline"), (28, grid, "patrol"))
            )  # fmt: skip
            session.add(
                Letter(
                    name=f"关于{place}的函", number="1号", area_code=place, kind="supervision", state="issued",
                    addressee="物业公司", reply_by=date(2026, 10, 13),
                )
            )  # fmt: skip


@context
def test_dates_divided_among_areas_are_those_each_area_has_alone() -> None:
    build_world()
    _dated_rows()
    asked = [(code, period) for code in (HOME, NEXT_DOOR, STREET) for period in periods_ending(OCTOBER)]

    def found() -> list[object]:
        return [
            (dates.late_groups(code, period, TODAY), dates.coming_in(code, period.first, days=45))
            for code, period in asked
        ]

    with acting_as(SYSTEM):
        alone = found()
        with counted_together(STREET):
            together = found()
    assert together == alone
    late = [group.noun for groups, _coming in alone for group in groups]  # type: ignore[misc]
    assert len(set(late)) >= 3
    assert all(coming for _late, coming in alone)  # type: ignore[misc]


@context
def test_every_source_that_tells_areas_names_one_in_each_row() -> None:
    build_world()
    _dated_rows()
    with acting_as(SYSTEM):
        for source in date_sources():
            if not source.tells_areas:
                continue
            rows = [
                *(source.late(STREET, OCTOBER, TODAY, 100).rows if source.late else ()),
                *(source.coming(STREET, date(2026, 10, 1), date(2026, 12, 31)) if source.coming else ()),
            ]
            assert rows, source.name
            assert all(row.area_code.startswith((HOME, NEXT_DOOR)) for row in rows), source.name


@context
def test_every_frozen_paper_made_among_many_says_what_it_says_alone() -> None:
    build_world()
    _dated_rows()
    wanted = [
        (each, PaperRequest(code, period, TODAY, freezing.reader_of(STREET)))
        for period in periods_ending(OCTOBER)
        for each in papers()
        if each.is_frozen and each.subjects is None and period.kind in each.periods
        and not resource(each.resource).is_sensitive
        for code in (STREET, HOME, NEXT_DOOR)
    ]  # fmt: skip
    with acting_as(freezing.reader_of(STREET)):
        alone = [live_document(each, request) for each, request in wanted]
        with counted_together(STREET):
            together = [live_document(each, request) for each, request in wanted]
    for (each, request), one, other in zip(wanted, alone, together, strict=True):
        assert one == other, (each.name, request.area_code, request.period.key)


@context
def test_one_more_community_costs_a_month_few_statements() -> None:
    build_world()
    before = _statements_of_a_month()
    with acting_as(SYSTEM), writing() as session:
        for number in range(MORE):
            code = f"{STREET}{700 + number}"
            session.add(
                Area(uid=secrets.token_hex(16), code=code, area_code=code, parent_code=STREET, name=f"新{number}社区",
                     level="community")
            )  # fmt: skip
    assert 0 < _statements_of_a_month() - before <= MORE * MOST_STATEMENTS_A_COMMUNITY


def _statements_of_a_month() -> int:
    statements: list[str] = []

    def note(*given: object) -> None:
        statements.append(str(given[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    with acting_as(SYSTEM), writing(), counted_together(STREET):
        made = list(freezing._papers(STREET, OCTOBER, today=TODAY, mark=""))
    event.remove(db.engine, "before_cursor_execute", note)
    assert len(made) > 60
    return len(statements)
