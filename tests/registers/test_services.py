"""What saving brings about, on both databases: movements, dues, rows that follow, accounts of leavers, to-dos."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.areas.reorganising import Moves
from app.database.transactions import writing
from app.extensions import db
from app.lowcode import service
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.periods.rules import Period, parse
from app.registers import leaving, queries, todos
from app.registers.owners_committees import queries as committees
from app.registers.party_dues import queries as dues
from app.registers.party_dues import service as dues_service
from app.registers.party_members import queries as members
from app.registers.party_organizations import queries as organizations
from app.registers.views import _follow
from app.security.actor import SYSTEM, Actor, acting_as
from app.security.models import Account
from app.security.queries import actor_named, signed_in
from tests.registers.values import ValueMaker
from tests.world import GRID, HOME, NEXT_DOOR, STREET, TODAY, add_user, build_areas

OTHER_GRID = HOME + "002"
NOVEMBER = Period.numbered("month", 2026, 11)


@pytest.fixture
def secretary(app: Flask) -> Iterator[Actor]:
    """The secretary of 桂花社区, acting."""
    with app.app_context():
        build_areas()
        add_user("shuji", "community_secretary", HOME)
        actor = actor_named("shuji", today=TODAY)
        assert actor is not None
        with acting_as(actor):
            yield actor


@pytest.fixture
def maker(secretary: Actor) -> ValueMaker:
    return ValueMaker(secretary, area=GRID, today=TODAY)


def fresh(row: Any) -> Any:
    """The row as the database has it now, read as the system."""
    with acting_as(SYSTEM):
        return db.session.get(type(row), row.id, populate_existing=True)


def member(maker: ValueMaker, **values: str) -> Any:
    return maker.row(register("party_members"), **({"entered_on": ""} | values))


def move(maker: ValueMaker, who: Any, kind: str, on: str, **values: str) -> Any:
    plain = {
        "member": str(who.id),
        "kind": kind,
        "moved_on": on,
        "received_on": "",
        "receipt_due_on": "",
        "sent_on": "",
    }
    return maker.row(register("party_movements"), **(plain | values))


def change(row: Any, by: Actor, **values: str) -> Any:
    return service.save(register(row.__tablename__), row, values, by=by, today=TODAY)


# ---- the party


def test_a_movement_changes_its_member_and_taking_it_back_undoes_that(maker: ValueMaker, secretary: Actor) -> None:
    who = member(maker, state="in_book")
    out = move(maker, who, "transfer_out", "2026-11-03")
    assert (fresh(who).state, fresh(who).left_on) == ("moved_out", date(2026, 11, 3))
    assert out.name == f"{who.name} 转出"
    assert out.area_code == who.area_code
    service.delete(register("party_movements"), out, by=secretary)
    assert (fresh(who).state, fresh(who).left_on) == ("in_book", None)


def test_a_movement_that_contradicts_another_is_refused_and_writes_nothing(maker: ValueMaker) -> None:
    who = member(maker)
    move(maker, who, "deceased", "2026-11-03")
    with pytest.raises(SaveRefused, match="已经离册"):
        move(maker, who, "transfer_out", "2026-11-04")
    assert fresh(who).state == "deceased"
    with pytest.raises(SaveRefused, match="没有“报到”"):
        move(maker, member(maker), "report_in", "2026-11-04")


def test_confirmation_makes_a_full_member(maker: ValueMaker) -> None:
    who = member(maker, kind="probationary", joined_on="2025-07-01", confirmed_on="", post="ordinary")
    move(maker, who, "confirmed", "2026-11-10")
    assert (fresh(who).kind, fresh(who).confirmed_on) == ("full", date(2026, 11, 10))


def test_who_left_may_be_registered_elsewhere(maker: ValueMaker) -> None:
    who = member(maker, id_number="11010519491231002X", born_on="", sex="")
    again = {"id_number": "11010519491231002X", "born_on": "", "sex": "", "entered_on": ""}
    with pytest.raises(SaveRefused, match="已经有了"):
        maker.row(register("party_members"), **again)
    move(maker, who, "transfer_out", "2026-11-03")
    assert maker.row(register("party_members"), **again).id != who.id


def test_a_month_balances_and_names_what_does_not(maker: ValueMaker) -> None:
    stays, goes, comes = (member(maker) for _ in range(3))
    move(maker, goes, "transfer_out", "2026-11-03")
    move(maker, comes, "transfer_in", "2026-11-20")
    move(maker, stays, "floating_out", "2026-11-21")
    member(maker, roster="reporting")
    prefixes = (HOME,)
    found = members.balance(prefixes, NOVEMBER)["registered"]
    assert (found.opening, found.increase, found.decrease, found.closing) == (2, 1, 1, 2)
    assert found.notes == {"floating_out": 1}
    assert found.unexplained == 0
    assert members.roster_counts(prefixes, NOVEMBER.last) == {"registered": 2, "reporting": 1, "floating_in": 0}
    odd = member(maker, entered_on="2026-11-05")
    assert members.balance(prefixes, NOVEMBER)["registered"].unexplained == 1
    assert members.unexplained_members(prefixes, NOVEMBER) == [odd.id]
    assert members.balance((NEXT_DOOR,), NOVEMBER)["registered"].closing == 0


def test_expected_and_voters_of_a_branch_on_a_day(maker: ValueMaker) -> None:
    reg = register("party_organizations")
    committee = maker.row(reg, kind="committee")
    branch = maker.row(reg, kind="branch", parent=str(committee.id))
    group = maker.row(
        reg, kind="group", parent=str(branch.id), secretary="", deputy_secretary="", elected_on="", term_ends_on="",
        extended_to="", extension_paper="", term_years="",
    )  # fmt: skip
    full = member(maker, organization=str(branch.id), group_organization=str(group.id))
    new = member(maker, organization=str(branch.id), kind="probationary", joined_on="2026-07-01", confirmed_on="",
                 post="ordinary")  # fmt: skip
    away = member(maker, organization=str(branch.id))
    move(maker, away, "floating_out", "2026-01-05")
    gone = member(maker, organization=str(branch.id))
    move(maker, gone, "transfer_out", "2026-11-10")
    member(maker, organization=str(branch.id), roster="reporting")
    ids = {person.id for person in members.expected(branch.id, TODAY)}
    assert ids == {full.id, new.id, away.id}
    assert {person.id for person in members.voters(committee.id, TODAY)} == {full.id, away.id}
    assert gone.id in {person.id for person in members.voters(branch.id, date(2026, 11, 9))}
    assert [person.id for person in members.expected(group.id, TODAY)] == [full.id]
    assert {person.id: person.excuse for person in members.expected(branch.id, TODAY)}[away.id] == "外出流动"
    assert [row.id for row in organizations.branches_below(committee.id)] == [branch.id]
    assert organizations.counts_by_kind((HOME,))["branch"] >= 1
    assert organizations.doubts_about(branch) != []


def test_no_organisation_stands_above_itself(maker: ValueMaker, secretary: Actor) -> None:
    reg = register("party_organizations")
    top = maker.row(reg, kind="committee")
    below = maker.row(reg, kind="committee", parent=str(top.id))
    with pytest.raises(SaveRefused, match="本来就在所选党组织的上面"):
        change(top, secretary, parent=str(below.id))
    with pytest.raises(SaveRefused, match="不能是自己"):
        change(top, secretary, parent=str(top.id))
    branch = maker.row(reg, kind="branch")
    with pytest.raises(SaveRefused, match="不能作这个党组织的上级"):
        change(top, secretary, parent=str(branch.id))


def test_the_end_of_a_term_follows_from_election_and_years(maker: ValueMaker) -> None:
    row = maker.row(
        register("party_organizations"), elected_on="2022-05-01", term_years="5", term_ends_on="", extended_to="",
        extension_paper="",
    )  # fmt: skip
    assert row.term_ends_on == date(2027, 5, 1)


def test_the_street_committee_is_seen_from_below(maker: ValueMaker, secretary: Actor) -> None:
    reg = register("party_organizations")
    with acting_as(SYSTEM):
        street = ValueMaker(SYSTEM, area=STREET, today=TODAY, start=500).row(
            reg, kind="working_committee", compound="", area=STREET
        )
    own = maker.row(reg, kind="committee", parent=str(street.id))
    assert change(own, secretary, parent=str(street.id), short_name="桂花").parent_id == street.id


def test_dues_move_paid_to_and_arrears_are_listed(maker: ValueMaker, secretary: Actor) -> None:
    reg, who = register("party_dues"), member(maker)
    lines = [
        maker.row(reg, member=str(who.id), month=f"2026-{month:02}", is_due="true", is_paid=paid, paid_on="")
        for month, paid in ((7, "true"), (8, "true"), (9, "false"), (10, "true"))
    ]
    assert fresh(who).dues_paid_to == date(2026, 8, 1)
    owing = dues.arrears((HOME,), TODAY)
    assert [(one.member_id, one.months) for one in owing] == [(who.id, (date(2026, 9, 1),))]
    printed = paper("party_dues_arrears").build(PaperRequest(HOME, parse("2026-10"), TODAY, secretary))
    assert printed.blocks[0].rows[0][3:5] == (1, "2026年9月")  # type: ignore[union-attr]
    before = paper("party_dues_arrears").build(PaperRequest(HOME, parse("2026-08"), TODAY, secretary))
    assert before.blocks[0].rows == ()  # type: ignore[union-attr]
    dues_service.mark_paid(lines[2], secretary)
    assert fresh(who).dues_paid_to == date(2026, 10, 1)
    assert dues.arrears((HOME,), TODAY) == []
    assert dues_service.open_month(who, date(2026, 10, 20), by=secretary) is None
    opened = dues_service.open_month(who, date(2026, 11, 20), by=secretary)
    assert (opened.month, opened.is_paid, opened.area_code) == (date(2026, 11, 1), False, who.area_code)


# ---- homes and people


def home(maker: ValueMaker) -> tuple[Any, Any, Any, Any]:
    """A building, a home in it, its household and one resident."""
    maker.made.clear()
    resident = maker.row(register("residents"))
    household = db.session.get(register("households").model, resident.household_id)
    dwelling = db.session.get(register("dwellings").model, household.dwelling_id)
    building = db.session.get(register("buildings").model, dwelling.building_id)
    return building, dwelling, household, resident


def test_names_are_put_together(maker: ValueMaker) -> None:
    compound = maker.row(register("residential_compounds"), name="富康新村")
    building = maker.row(register("buildings"), compound=str(compound.id), number="3号楼", name="")
    dwelling = maker.row(register("dwellings"), building=str(building.id), unit_number="一单元", room_number="501室")
    household = maker.row(register("households"), dwelling=str(dwelling.id), head="张国安", name="")
    assert (building.number, building.name) == ("3幢", "富康新村3幢")
    assert (dwelling.unit_number, dwelling.room_number) == ("1单元", "501")
    assert (dwelling.name, household.name) == ("富康新村3幢1单元501室", "富康新村3幢1单元501室 张国安")


def test_all_follow_their_building_into_another_grid(maker: ValueMaker, secretary: Actor) -> None:
    building, dwelling, household, resident = home(maker)
    with acting_as(SYSTEM):
        hidden = ValueMaker(SYSTEM, area=GRID, today=TODAY, start=700).row(
            register("special_population"), resident=str(resident.id)
        )
    change(building, secretary, area=OTHER_GRID)
    for row in (building, dwelling, household, resident, hidden):
        assert fresh(row).area_code == OTHER_GRID, type(row).__name__


def test_a_building_dealt_out_by_a_split_takes_its_people_along(maker: ValueMaker) -> None:
    building, dwelling, household, resident = home(maker)
    with acting_as(SYSTEM), writing():
        fresh(building).area_code = OTHER_GRID
        fresh(household).area_code = NEXT_DOOR + "001"  # where the rest went
        db.session.flush()
        _follow(Moves({}, {building.uid: OTHER_GRID}, TODAY, "文"))
    for row in (dwelling, household, resident):
        assert fresh(row).area_code == OTHER_GRID


def test_a_target_takes_over_what_the_roster_knows(maker: ValueMaker) -> None:
    *_rest, resident = home(maker)
    with acting_as(SYSTEM):
        target = ValueMaker(SYSTEM, area=GRID, today=TODAY, start=700).row(
            register("care_targets"), resident=str(resident.id), name="", id_number="", phone="", sex=""
        )
        assert (target.name, target.phone) == (resident.name, resident.phone)
        assert target.id_number_hash == resident.id_number_hash
        assert target.id_number.open() == resident.id_number.open()


def test_movements_change_a_resident(maker: ValueMaker, secretary: Actor) -> None:
    *_rest, resident = home(maker)
    reg = register("resident_movements")
    moved = maker.row(reg, resident=str(resident.id), kind="move_out", moved_on="2026-11-01")
    assert (fresh(resident).state, fresh(resident).left_on) == ("moved_out", date(2026, 11, 1))
    service.delete(reg, moved, by=secretary)
    assert (fresh(resident).state, fresh(resident).left_on) == ("present", None)


def test_figures_of_an_area(maker: ValueMaker) -> None:
    building, *_rest = home(maker)
    reg = register("grid_workers")
    maker.row(reg, kind="full_time", post="head", time_share="50")
    maker.row(reg, kind="part_time", time_share="70", post="part_time")
    maker.row(reg, kind="part_time", time_share="", post="part_time", left_on="2026-11-22", state="left")
    found = queries.worker_figures((HOME,), TODAY)
    assert (found.full_time, found.part_time, str(found.time_share)) == (1, 1, "60.0")
    assert [worker.post for worker in queries.workers_on(HOME, TODAY)] == ["head", "part_time"]
    assert len(queries.workers_on(HOME, date(2026, 11, 21))) == 3
    assert queries.three_heads((HOME,), TODAY)["head", "full_time"] == 1
    assert sum(queries.dwelling_counts((HOME,)).values()) == 1
    assert queries.household_count((HOME,)) == 1
    assert queries.population((HOME,)).local == 1
    everywhere = queries.stairwells_without_member((HOME,))
    member(maker, building=str(building.id), unit_number="1号门")
    left = queries.stairwells_without_member((HOME,))
    assert {one.unit for one in everywhere} - {one.unit for one in left} == {"1单元"}


def test_gaps_of_grids(maker: ValueMaker) -> None:
    reg = register("grid_workers")
    maker.row(reg, post="head")
    without = {code for code, _name, _note in queries.grids_without(HOME, reg.model.post == "head", TODAY, limit=9)}
    assert GRID not in without
    assert OTHER_GRID in without
    maker.row(reg, post="head")
    assert [code for code, _name, _note in queries.grids_with_several_heads(HOME, TODAY, limit=9)] == [GRID]


def test_committee_columns_and_cross_posts(maker: ValueMaker) -> None:
    phones = [f"1390000{number:04}" for number in range(9)]
    rows = [
        {"name": f"委员{'甲乙丙丁戊己庚辛壬'[n]}", "post": "director" if n == 0 else "member", "phone": phones[n],
         "is_party_member": "true" if n < 7 else "false", "since_on": "2023-06-01", "until_on": ""}
        for n in range(9)
    ]  # fmt: skip
    reg = register("owners_committees")
    row = maker.row(reg, members=rows)
    db.session.expire_all()
    shown = {column.name: column.get(row, today=TODAY) for column in reg.declared_columns if column.kind == "computed"}
    assert (shown["member_count"], shown["party_member_count"], shown["party_member_share"]) == (9, 7, "77.8%")
    assert (shown["director"], shown["term_state"]) == ("委员甲", "extended")
    who = member(maker, name="委员甲", phone=phones[0], post="deputy_secretary")
    assert [(one.member_id, one.committee_post, one.party_post) for one in committees.cross_posts(row.id)] == [
        (who.id, "director", "deputy_secretary")
    ]


# ---- accounts and to-dos


def _account_of(uid: str) -> Account:
    with acting_as(SYSTEM):
        account = db.session.execute(select(Account).where(Account.person_uid == uid)).scalar()
    assert account is not None
    return account


def test_leaving_closes_the_account(maker: ValueMaker, secretary: Actor) -> None:
    worker = maker.row(register("grid_workers"), contract_ends_on="")
    add_user("wangge", "grid_worker", GRID)
    with acting_as(SYSTEM), writing() as session:
        user = actor_named("wangge", today=TODAY)
        assert user is not None
        session.get(Account, user.user_id).person_uid = worker.uid
    account = _account_of(worker.uid)
    key = account.session_key
    worker = change(worker, secretary, left_on="2026-12-01")
    assert signed_in(account.user_id) is not None
    assert leaving.close_accounts_of_leavers(date(2026, 11, 30)) == 0
    assert leaving.close_accounts_of_leavers(date(2026, 12, 1)) == 1
    assert signed_in(account.user_id) is None
    assert fresh(worker).state == "left"
    assert _account_of(worker.uid).session_key != key
    assert leaving.close_accounts_of_leavers(date(2026, 12, 1)) == 0


def test_leaving_today_closes_it_at_once(maker: ValueMaker, secretary: Actor) -> None:
    worker = maker.row(register("grid_workers"))
    add_user("wangge", "grid_worker", GRID)
    with acting_as(SYSTEM), writing() as session:
        user = actor_named("wangge", today=TODAY)
        assert user is not None
        session.get(Account, user.user_id).person_uid = worker.uid
    change(worker, secretary, left_on="2026-11-22")
    assert signed_in(_account_of(worker.uid).user_id) is None


def test_to_dos_come_to_who_keeps_the_roster(maker: ValueMaker, secretary: Actor) -> None:
    maker.row(register("party_organizations"), term_ends_on="2026-11-01", extended_to="", extension_paper="")
    maker.row(register("owners_committees"), term_ends_on="2027-03-01", extended_to="", extension_paper="")
    maker.row(register("property_companies"), contract_ends_on="2026-11-21")
    maker.row(register("grid_workers"), contract_ends_on="2027-01-15")
    late = move(maker, member(maker), "transfer_out", "2026-10-01")
    move(maker, member(maker), "transfer_out", "2026-11-20")
    member(maker, kind="probationary", joined_on="2025-12-01", confirmed_on="", post="ordinary")
    assert "red" in [todo.tone for todo in todos.party_elections(secretary, TODAY)]
    assert [todo.tone for todo in todos.committee_elections(secretary, TODAY)] == ["amber"]
    assert [todo.tone for todo in todos.property_contracts(secretary, TODAY)] == ["red"]
    assert [todo.tone for todo in todos.worker_contracts(secretary, TODAY)] == ["amber"]
    found = [(todo.url, todo.due_on) for todo in todos.receipts(secretary, TODAY)]
    assert found == [(f"/party_movements/show/{late.id}", date(2026, 10, 31))]
    assert [todo.due_on for todo in todos.confirmations(secretary, TODAY)] == [date(2026, 12, 1)]
    add_user("linju", "community_secretary", NEXT_DOOR)
    add_user("lingdao", "street_leader", STREET)
    for name in ("linju", "lingdao"):
        other = actor_named(name, today=TODAY)
        assert other is not None
        with acting_as(other):
            found = [find(other, TODAY) for find in (todos.party_elections, todos.property_contracts, todos.receipts)]
        assert found == [[], [], []], name


def test_many_to_dos_of_one_kind_become_one_line(maker: ValueMaker, secretary: Actor) -> None:
    for _ in range(6):
        maker.row(register("party_organizations"), term_ends_on="2026-11-01", extended_to="", extension_paper="")
    found = todos.party_elections(secretary, TODAY)
    assert [(todo.tone, todo.url) for todo in found] == [("red", "/party_organizations/list/")]
    assert "6" in found[0].title
    assert replace(found[0], why="").due_on == date(2026, 11, 1)
