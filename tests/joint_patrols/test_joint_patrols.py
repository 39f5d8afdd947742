"""Joint patrols: each month's makes itself once, a missed one is flagged, the paper counts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from app.database.transactions import writing
from app.extensions import db
from app.jobs.handlers import handler_of
from app.joint_patrols import rules, views
from app.joint_patrols.models import PATROLS, PLANS, JointPatrol
from app.joint_patrols.steps import make_patrols
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, save
from app.periods.rules import parse
from app.security.actor import SYSTEM, acting_as
from reports.document import Table
from tests.world import HOME, NEXT_DOOR, TODAY, add_user, as_user, build_areas

SIDES = {"party_side": "支部王敏", "owners_side": "业委会周正", "property_side": "没有"}


def made(name: str, /, **raw: Any) -> Any:
    return save(register(name), None, {"area": HOME} | raw, by=SYSTEM, today=TODAY)


@pytest.fixture
def plan(context: Any) -> Any:
    """富康新村 is walked on the 10th, planned in October."""
    build_areas()
    with acting_as(SYSTEM):
        compound = made("residential_compounds", name="富康新村")
        row = made(PLANS, compound=str(compound.id), day="10")
        with writing():
            row.created_at = datetime(2026, 10, 20, tzinfo=UTC)
    return row


def patrols() -> list[JointPatrol]:
    return list(db.session.execute(select(JointPatrol).order_by(JointPatrol.planned_on)).scalars())


def test_every_month_makes_its_own_patrol_once(plan: Any) -> None:
    assert plan.name == "富康新村每月10日"
    assert handler_of("joint_patrols").every == "day"
    with acting_as(SYSTEM):
        assert make_patrols(date(2026, 10, 21)) == 0, "the plan was made after the 10th"
        assert make_patrols(date(2026, 11, 1)) == 1
        assert make_patrols(date(2026, 11, 22)) == 0
        assert make_patrols(date(2026, 12, 31)) == 1
        assert [(row.name, row.planned_on) for row in patrols()] == [
            ("富康新村2026年11月联合巡查", date(2026, 11, 10)), ("富康新村2026年12月联合巡查", date(2026, 12, 10))
        ]  # fmt: skip
        save(register(PLANS), plan, {"is_stopped": "1"}, by=SYSTEM, today=TODAY)
        assert make_patrols(date(2027, 1, 2)) == 0


def test_a_missed_one_is_a_todo_until_it_is_held(plan: Any) -> None:
    add_user("neiqin", "community_clerk", HOME)
    add_user("linju", "community_clerk", NEXT_DOOR)
    with acting_as(SYSTEM):
        make_patrols(TODAY)
    with as_user("neiqin") as clerk:
        (todo,) = views.patrols(clerk, TODAY)
        assert (todo.title, todo.due_on) == ("漏巡：富康新村2026年11月联合巡查", date(2026, 11, 10))
        (row,) = patrols()
        with pytest.raises(SaveRefused, match="谁参加"):
            save(register(PATROLS), row, {"held_on": "2026-11-20"}, by=clerk, today=TODAY)
        with pytest.raises(SaveRefused) as refused:
            save(register(PATROLS), row, {"held_on": "2026-11-20", "party_side": "支部王敏"}, by=clerk, today=TODAY)
        assert set(refused.value.errors) == {"owners_side", "property_side"}
        save(register(PATROLS), row, {"held_on": "2026-11-20"} | SIDES, by=clerk, today=TODAY)
        assert views.patrols(clerk, TODAY) == []
    with as_user("linju") as neighbour:
        assert views.patrols(neighbour, TODAY) == []


def test_what_was_found_is_asked_for_until_it_is_mended(plan: Any) -> None:
    add_user("neiqin", "community_clerk", HOME)
    add_user("linju", "community_clerk", NEXT_DOOR)
    fault = {"location": "北门", "problem": "门禁失灵", "mender": "物业", "mend_by": "2026-11-24"}
    with acting_as(SYSTEM):
        make_patrols(TODAY)
        (row,) = patrols()
        save(register(PATROLS), row, {"held_on": "2026-11-10", "findings": [fault]} | SIDES, by=SYSTEM, today=TODAY)
    with as_user("neiqin") as clerk:
        assert views.faults(clerk, date(2026, 11, 20)) == []
        (todo,) = views.faults(clerk, TODAY)
        assert (todo.title, todo.due_on) == ("巡查发现的问题要改好：北门 门禁失灵", date(2026, 11, 24))
        save(register(PATROLS), row, {"findings": [fault | {"is_mended": "是"}]}, by=clerk, today=TODAY)
        assert views.faults(clerk, TODAY) == []
    with as_user("linju") as neighbour:
        assert views.faults(neighbour, TODAY) == []


def test_the_day_is_one_that_every_month_has(plan: Any) -> None:
    with acting_as(SYSTEM), pytest.raises(SaveRefused, match="1 到 28"):
        made(PLANS, compound=str(plan.compound_id), day="30")
    assert rules.state_of(TODAY, None, TODAY) == "待巡查"


def test_the_paper_counts_patrols_and_faults(plan: Any) -> None:
    with acting_as(SYSTEM):
        make_patrols(TODAY)
        (row,) = patrols()
        finding = {
            "location": "北门",
            "problem": "门禁失灵",
            "mender": "物业",
            "mend_by": "2026-11-27",
            "is_mended": "是",
        }
        save(
            register(PATROLS), row, {"held_on": "2026-11-10", "findings": [finding]} | SIDES, by=SYSTEM,
            today=TODAY,
        )  # fmt: skip
        document = paper("patrol_table").build(PaperRequest(HOME, parse("2026-11"), TODAY, SYSTEM))
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    assert table.note == "应巡1次，已巡1次，漏巡0次；发现问题1个，已整改1个。"
    assert table.rows[0][6:] == ("北门", "门禁失灵", "物业", date(2026, 11, 27), "已整改")
