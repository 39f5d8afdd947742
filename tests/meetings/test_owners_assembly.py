"""业主大会 from the form to the printed minutes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, save
from app.meetings import attendance, queries, service
from app.meetings.inputs import OwnersVoteInput, VoteInput
from app.meetings.models import Meeting
from app.meetings.owners_rules import Owners, OwnersBallot
from app.meetings.papers import install_papers
from app.periods.rules import parse
from reports.document import Facts, Table
from reports.rendering import render
from tests.meetings import world
from tests.world import HOME, TODAY, as_user, signed_in_client

in_world = pytest.mark.usefixtures("built")


@pytest.fixture
def built(context: object) -> None:
    """The world of meetings, with an application context open."""
    world.build()
    world.profile_with({})
    install_papers()


def _assembly(**values: Any) -> Meeting:
    compound = world.row("residential_compounds", name="富康新村", area=HOME, household_count="300", floor_area="30000")
    members = [{"name": name, "post": "member"} for name in world.NAMES[:5]]
    world.row(
        "owners_committees", name="富康新村业主委员会", compound=compound.id, area=HOME, elected_on="2024-03-01",
        members=members,
    )  # fmt: skip
    return world.meeting("owners_assembly", compound=compound.id, **values)


def _count(yes: int, no: int = 0, *, kind: str = "property_company") -> OwnersVoteInput:
    ballot = OwnersBallot(Owners(yes, Decimal(yes * 100)), Owners(no, Decimal(no * 100)))
    return OwnersVoteInput("续聘物业", kind, ballot)


@in_world
def test_owners_and_metres_come_from_the_compound_and_the_list_from_its_committee() -> None:
    meeting = _assembly()
    assert meeting.owners == Owners(300, Decimal(30000))
    with as_user("clerk"):
        assert [row.name for row in attendance.attendees_of(meeting.id)] == list(world.NAMES[:5])
        assert queries.convening_committee(meeting)[1] == "富康新村业主委员会"  # type: ignore[index]


@in_world
def test_a_matter_is_settled_by_both_counts_and_anew_when_the_owners_change() -> None:
    meeting = _assembly()
    with as_user("clerk"):
        world.topic(meeting, owners_votes=[_count(150, 60), _count(150, 60, kind="rebuild")])
        votes = queries.record_of(meeting).topics[0].owners_votes
        assert [vote.is_passed for vote in votes] == [True, False]
        assert votes[0].owners == Owners(300, Decimal(30000))
    with as_user("clerk") as clerk:
        save(register("meetings"), world.fresh(meeting), {"owners_count": "320"}, by=clerk, today=TODAY)
        votes = queries.record_of(world.fresh(meeting)).topics[0].owners_votes
        assert [vote.is_passed for vote in votes] == [False, False]  # 210 of 320 are less than two thirds


@in_world
def test_heads_are_not_counted_in_an_assembly_nor_owners_elsewhere() -> None:
    meeting = _assembly()
    with as_user("clerk"):
        with pytest.raises(SaveRefused) as refused:
            world.topic(meeting, votes=[VoteInput("续聘物业", 3, 0, 0)])
        assert "不进行表决" in refused.value.errors["votes-0-in_favour"]
        branch = world.branch()
        world.members(branch, 4)
        other = world.meeting(organization=branch.id)
        with pytest.raises(SaveRefused) as refused:
            world.topic(other, owners_votes=[_count(200)])
        assert "只能记在业主大会" in refused.value.errors["owners_votes-0-in_favour"]


@in_world
def test_minutes_without_the_whole_of_owners_cannot_be_counted() -> None:
    bare = world.row("residential_compounds", name="枫林里", area=HOME)
    meeting = world.meeting("owners_assembly", compound=bare.id)
    with as_user("clerk"), pytest.raises(SaveRefused) as refused:
        world.topic(meeting, owners_votes=[_count(200)])
    assert "业主总人数" in refused.value.errors["owners_votes-0-in_favour"]


@in_world
def test_minutes_are_locked_without_a_committee_and_printed_with_both_counts() -> None:
    meeting = _assembly()
    with as_user("clerk") as clerk:
        world.topic(meeting, owners_votes=[_count(180, 60)])
        assert any("没有点名" in reason for reason in service.obstacles(world.fresh(meeting), TODAY))
        world.came(meeting)
        assert service.obstacles(world.fresh(meeting), TODAY) == []
        service.lock(meeting.id, today=TODAY)
        made = paper("minutes").build(PaperRequest(HOME, parse("2026-11"), TODAY, clerk, meeting.uid))
    facts = dict(next(block for block in made.blocks if isinstance(block, Facts)).pairs)
    assert (facts["业主总人数"], facts["专有部分总面积"]) == ("300人", "30,000.00平方米")
    assert facts["召集人"] == "富康新村业主委员会"
    assert "应到" not in facts
    table = next(block for block in made.blocks if isinstance(block, Table))
    assert table.rows[0][1:6] == ("240", "80.00%", "180", "75.00%", "60")
    assert table.rows[1][1:6] == ("24,000.00", "80.00%", "18,000.00", "75.00%", "6,000.00")
    assert all(row[-1] == "通过" for row in table.rows)
    assert "同意的人数和面积都要过半数" in render(made, "html").decode()
    for format_ in ("pdf", "docx", "xlsx"):
        assert render(made, format_)


def test_the_form_reads_what_was_typed_and_the_page_shows_it(app: Flask) -> None:
    with app.app_context():
        world.build()
        world.profile_with({})
        meeting_id = _assembly().id
    client = signed_in_client(app, "clerk")
    page = client.get(f"/meetings/topic/{meeting_id}/add").get_data(as_text=True)
    assert "业主共 300 人" in page
    assert 'name="owners_votes-__n__-in_favour_area"' in page
    assert 'name="votes-__n__-in_favour"' not in page
    line = {"matter": "筹集维修资金", "matter_kind": "raise_fund", "method": "written", "in_favour": "230",
            "in_favour_area": "很多", "against": "10", "against_area": "1000"}  # fmt: skip
    form = {"title": "维修资金", "save": "done"} | {f"owners_votes-0-{name}": value for name, value in line.items()}
    refused = client.post(f"/meetings/topic/{meeting_id}/add", data=form)
    assert refused.status_code == 422
    assert "很多" in refused.get_data(as_text=True)
    form["owners_votes-0-in_favour_area"] = "22,999.50"
    assert client.post(f"/meetings/topic/{meeting_id}/add", data=form).status_code == 302
    shown = client.get(f"/meetings/show/{meeting_id}").get_data(as_text=True)
    for text in ("22,999.50", "占 80.00%", "四分之三以上", "富康新村业主委员会", ">通过<"):
        assert text in shown, text
