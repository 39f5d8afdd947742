"""A street with two communities, their people, members and movements, and the accounts that hand papers in."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from app.database.transactions import writing
from app.extensions import db
from app.lowcode.papers import Paper, paper
from app.lowcode.register import register
from app.periods.rules import Period, parse
from app.security.actor import SYSTEM, acting_as
from tests.world import GRID, HOME, NEXT_DOOR, NEXT_GRID, OTHER_STREET, STREET, add_user, build_areas

OCTOBER = parse("2026-10")
SEPTEMBER = parse("2026-09")
ENTERED = datetime(2026, 1, 5, 2, tzinfo=UTC)


def fill_rosters() -> None:
    """Three members in HOME (one came in October, one left in October), one next door; two grid workers."""
    member, move = register("party_members").model, register("party_movements").model
    worker = register("grid_workers").model
    with acting_as(SYSTEM), writing() as session:
        people = [
            member(name="林一", roster="registered", area_code=GRID, state="in_book"),
            member(name="周二", roster="registered", area_code=GRID, entered_on=date(2026, 10, 8), state="in_book"),
            member(name="郑三", roster="registered", area_code=HOME, left_on=date(2026, 10, 20), state="moved_out"),
            member(name="王四", roster="reporting", area_code=GRID, state="in_book"),
            member(name="冯五", roster="registered", area_code=NEXT_GRID, state="in_book"),
        ]
        session.add_all(people)
        session.flush()
        session.add_all(
            [
                move(member_id=people[1].id, kind="transfer_in", moved_on=date(2026, 10, 8), area_code=GRID),
                move(member_id=people[2].id, kind="transfer_out", moved_on=date(2026, 10, 20), area_code=HOME),
                worker(name="陈六", area_code=GRID, hired_on=date(2025, 3, 1)),
                worker(name="褚七", area_code=NEXT_GRID, hired_on=date(2026, 10, 15)),
            ]
        )
        session.flush()
        for row in people:
            row.created_at = ENTERED


def people_of_the_street() -> None:
    """Accounts: clerk and secretary of each community, the street's office, a section, an office elsewhere."""
    add_user("clerk", "community_clerk", HOME)
    add_user("secretary", "community_secretary", HOME)
    add_user("next_secretary", "community_secretary", NEXT_DOOR)
    add_user("street", "street_office", STREET)
    add_user("leader", "street_leader", STREET)
    add_user("elsewhere", "street_office", OTHER_STREET)


def build_world() -> None:
    """Areas, accounts, rosters."""
    build_areas()
    people_of_the_street()
    fill_rosters()


@pytest.fixture
def digest() -> Paper:
    """月报, known once an application was made."""
    return paper("digest")


@pytest.fixture
def october() -> Period:
    return OCTOBER


@pytest.fixture
def small_street(sqlite_app: Flask) -> Flask:
    with sqlite_app.app_context():
        build_world()
        db.session.remove()
    return sqlite_app
