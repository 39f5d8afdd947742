"""The registers' part of a demonstration: sound rows, books that balance, relations that hold, published counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, select

from app.areas.models import Area
from app.commands.setup import make
from app.extensions import db
from app.fields import credit
from app.lowcode.indicators import indicator
from app.lowcode.register import Register, register, registers
from app.lowcode.service import after_saved, current_values, row_errors
from app.periods.rules import parse
from app.profiles import demo
from app.profiles.files import known_keys, read_file
from app.profiles.service import load_demo
from app.registers.demo.sizes import Sizes
from app.registers.owners_committees import rules
from app.registers.owners_committees.models import seats_of
from app.registers.party_members.rules import ROSTERS, Move, Standing, balance_of, receipt_state
from app.registers.terms import Term, state_of
from app.security import audit
from app.security.actor import SYSTEM, acting_as
from app.security.models import Account
from app.settings.profile import ProfileRefused
from tests.conftest import _application
from tests.world import TODAY

FEATURES = 200
"""Steps of features begin here; they have tests of their own."""
GROUPS = ("party", "grid", "property", "residents")
ROSTERS_WITH_PEOPLE = ("party_members", "residents", "grid_workers", "community_workers", "building_heads")


@contextmanager
def demonstration(
    request: pytest.FixtureRequest, folder: Path, keys: Path, profile: str, *, kind: str = "sqlite"
) -> Iterator[Flask]:
    """A profile with the steps of this room only."""
    for app in _application(kind, request, folder, keys):
        with pytest.MonkeyPatch.context() as patch, app.app_context():
            own = {name: step for name, step in demo._STEPS.items() if step.order < FEATURES}
            patch.setattr(demo, "_STEPS", own)
            make(app, profile, day=TODAY, with_demo=True)
        yield app


@pytest.fixture(scope="module")
def street(
    sqlite_template: Path, key_dir: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Flask]:
    """The invented street with its demonstration, built once; tests of this module only read it."""
    assert sqlite_template.exists()
    with demonstration(request, tmp_path_factory.mktemp("street"), key_dir, "demo") as app:
        yield app


@pytest.fixture
def inside(street: Flask) -> Iterator[None]:
    with street.app_context(), acting_as(SYSTEM):
        yield


def rows(name: str, *where: Any) -> list[Any]:
    model = register(name).model
    return list(db.session.execute(select(model).where(model.deleted_at.is_(None), *where)).scalars())


def count(name: str, *where: Any) -> int:
    return int(db.session.execute(select(func.count(register(name).model.id)).where(*where)).scalar_one())


def own_registers() -> list[Register]:
    """Those of this room; other rooms put registers into the same groups and fill them in steps of their own."""
    return [reg for reg in registers() if reg.group in GROUPS and reg.model.__module__.startswith("app.registers.")]


def findings() -> list[Any]:
    wrong: list[Any] = []
    for reg in own_registers():
        for row in rows(reg.name):
            values = current_values(reg, row, today=TODAY)
            wrong += [(reg.name, row.name, found) for found in row_errors(reg, values, today=TODAY).items()]
    return wrong


def two_people_under_one_number() -> list[Any]:
    people: dict[str, set[Any]] = defaultdict(set)
    for name in ROSTERS_WITH_PEOPLE:
        for row in rows(name):
            if row.id_number_hash:
                people[row.id_number_hash].add((row.name, row.sex, row.phone))
    return [found for found in people.values() if len(found) > 1]


@pytest.mark.usefixtures("inside")
def test_every_row_passes_the_checks_of_its_register() -> None:
    assert findings() == []


@pytest.mark.usefixtures("inside")
def test_every_value_is_one_its_column_would_take_without_a_doubt() -> None:
    wrong = []
    for reg in own_registers():
        columns = [column for column in reg.columns if column.kind in ("stored", "sealed")]
        for row in rows(reg.name):
            for column in columns:
                value = column.plain(row, today=TODAY)
                if value is not None and (
                    column.type.parse(column.type.show(value), today=TODAY) != value or column.type.doubts(value)
                ):
                    wrong.append((reg.name, row.name, column.name, value))
    assert wrong == []


@pytest.mark.usefixtures("inside")
def test_the_rosters_of_a_street_are_believable_in_size() -> None:
    assert 1_500 <= count("residents") <= 2_500
    assert 300 <= count("party_members", register("party_members").model.roster == "registered") <= 600
    kinds = Counter(row.kind for row in rows("party_organizations"))
    assert kinds["working_committee"] == 1
    assert (kinds["committee"], kinds["general_branch"]) == (2, 4)
    assert kinds["branch"] + kinds["joint_branch"] == 27 + 1  # a branch in each grid, and the office's own


@pytest.mark.usefixtures("inside")
def test_rows_were_entered_over_the_last_months_and_never_tomorrow() -> None:
    for reg in own_registers():
        days = [row.created_at.date() for row in rows(reg.name)]
        assert max(days) <= TODAY, reg.name
        assert min(days) < date(2026, 11, 1), reg.name
    months = Counter(row.created_at.strftime("%Y-%m") for row in rows("party_members"))
    assert len(months) >= 6


@pytest.mark.usefixtures("inside")
def test_saving_all_of_it_again_would_change_nothing() -> None:
    changed = []
    with db.session.no_autoflush:
        for name in ("party_dues", "party_movements", "residents", "resident_movements", "party_organizations"):
            reg = register(name)
            for row in rows(name)[:400]:
                after_saved(reg, row, today=TODAY)
                changed += [repr(dirty) for dirty in db.session.dirty if db.session.is_modified(dirty)]
    db.session.rollback()
    assert changed == []


# ---- party


def standings() -> list[Standing]:
    moves: dict[int, list[Move]] = defaultdict(list)
    for row in rows("party_movements"):
        moves[row.member_id].append(Move(row.moved_on, row.id, row.kind))
    return [
        Standing(row.roster, tuple(sorted(moves[row.id])), entered_on=row.entered_on, left_on=row.left_on)
        for row in rows("party_members")
    ]


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("number", [8, 9, 10, 11])
@pytest.mark.parametrize("roster", ROSTERS)
def test_every_month_balances(roster: str, number: int) -> None:
    period = parse(f"2026-{number:02d}")
    balance = balance_of(roster, standings(), first=period.first, last=period.last)
    assert balance.unexplained == 0
    assert balance.closing == balance.opening + balance.increase - balance.decrease
    assert balance.opening > 0


@pytest.mark.usefixtures("inside")
def test_members_come_and_go_in_each_of_the_last_months() -> None:
    for number in (9, 10):
        period = parse(f"2026-{number:02d}")
        balance = balance_of("registered", standings(), first=period.first, last=period.last)
        assert balance.increase + balance.decrease > 0


@pytest.mark.usefixtures("inside")
def test_two_letters_have_no_receipt() -> None:
    states = Counter(
        receipt_state(row.kind, row.sent_on, row.receipt_due_on, row.received_on, TODAY)
        for row in rows("party_movements")
    )
    assert (states["overdue"], states["awaited"]) == (1, 1)
    assert states["received"] >= 4


@pytest.mark.usefixtures("inside")
def test_terms_run_out_somewhere_and_one_is_over() -> None:
    states = Counter(
        state_of(Term(row.term_ends_on, row.extended_to), TODAY)
        for row in rows("party_organizations")
        if row.term_ends_on
    )
    assert states["expired"] == 1
    assert states["extended"] == 1
    assert 2 <= states["soon"] <= 8


@pytest.mark.usefixtures("inside")
def test_secretaries_are_members_of_what_they_lead() -> None:
    members = rows("party_members")
    leads = {(row.organization_id, row.name) for row in members if row.post == "secretary"}
    branches = [row for row in rows("party_organizations") if row.kind in ("branch", "joint_branch")]
    assert all((row.id, row.secretary) in leads for row in branches)
    names = {row.name for row in members}
    above = [
        row for row in rows("party_organizations") if row.kind in ("working_committee", "committee", "general_branch")
    ]
    assert all(row.secretary in names for row in above)


@pytest.mark.usefixtures("inside")
def test_some_members_owe_dues_but_most_have_paid() -> None:
    lines = [row for row in rows("party_dues") if row.month < TODAY.replace(day=1)]
    owing = {row.member_id for row in lines if not row.is_paid}
    assert 3 <= len(owing) <= 15
    assert sum(row.is_paid for row in lines) / len(lines) > 0.95


# ---- people across rosters


@pytest.mark.usefixtures("inside")
def test_one_number_is_one_person_in_all_rosters() -> None:
    assert two_people_under_one_number() == []
    where: dict[str, set[str]] = defaultdict(set)
    for name in ROSTERS_WITH_PEOPLE:
        for row in rows(name):
            where[row.id_number_hash or ""].add(name)
    assert sum(len(found) > 1 for found in where.values()) >= 100


@pytest.mark.usefixtures("inside")
def test_every_grid_has_one_head_and_all_but_one_a_full_time_worker() -> None:
    grids = list(db.session.execute(select(Area.code).where(Area.level == "grid")).scalars())
    unanswered = list(
        db.session.execute(select(Area.code).where(Area.level == "grid", Area.responsible_name.is_(None))).scalars()
    )
    assert len(unanswered) == 1  # the page of gaps shows it
    on_duty = [row for row in rows("grid_workers") if row.left_on is None]
    heads = Counter(row.area_code for row in on_duty if row.post == "head")
    assert [heads[code] for code in grids] == [int(code not in unanswered) for code in grids]
    served = {row.area_code for row in on_duty if row.kind == "full_time"}
    assert len(set(grids) - served) == 1
    assert {row.area_code for row in on_duty} == set(grids)
    assert any(row.state == "left" and row.left_on for row in rows("grid_workers"))


@pytest.mark.usefixtures("inside")
def test_who_answers_for_a_node_stands_in_a_roster() -> None:
    known = {row.uid: row for name in ("grid_workers", "community_workers", "party_members") for row in rows(name)}
    areas = db.session.execute(select(Area).where(Area.responsible_name.is_not(None))).scalars().all()
    assert len(areas) == 33
    assert all(known[area.responsible_uid].name == area.responsible_name for area in areas)
    above = {
        row.area_code: row.secretary
        for row in rows("party_organizations")
        if row.kind in ("committee", "general_branch")
    }
    assert all(area.responsible_name == above[area.code] for area in areas if area.level == "community")


@pytest.mark.usefixtures("inside")
def test_the_accounts_belong_to_people_of_the_rosters() -> None:
    wanted = {
        "grid_worker": "grid_workers",
        "community_secretary": "community_workers",
        "community_clerk": "community_workers",
    }
    for username, name in wanted.items():
        account = db.session.execute(
            select(Account).join(User, User.id == Account.user_id).where(User.username == username)
        ).scalar_one()
        person = next(row for row in rows(name) if row.uid == account.person_uid)
        assert (person.area_code, person.left_on) == (account.area_code, None)


@pytest.mark.usefixtures("inside")
def test_seven_of_nine_on_one_committee_are_members() -> None:
    shares = {row.name: rules.party_share(seats_of(row), TODAY) for row in rows("owners_committees")}
    assert Decimal("77.8") in shares.values()
    committees = {row.compound_id: row for row in rows("owners_committees")}
    homes = {row.id: row.name for row in rows("residential_compounds")}
    for compound, row in committees.items():
        assert rules.doubts(seats_of(row), TODAY) == []
        assert all(member.home.startswith(homes[compound]) for member in row.member_rows)
    states = Counter(state_of(Term(row.term_ends_on), TODAY) for row in committees.values())
    assert {"soon", "expired", "none"} <= set(states)


@pytest.mark.usefixtures("inside")
def test_party_members_on_a_committee_say_so_in_the_residents_roster() -> None:
    residents = {(row.name, row.phone): row.political_status for row in rows("residents")}
    for row in rows("owners_committees"):
        for member in row.member_rows:
            assert member.is_party_member == (residents[member.name, member.phone] == "01")


@pytest.mark.usefixtures("inside")
def test_members_who_are_residents_say_so_in_both_rosters() -> None:
    members = {row.id_number_hash: row for row in rows("party_members")}
    shared = [(row, members[row.id_number_hash]) for row in rows("residents") if row.id_number_hash in members]
    assert len(shared) >= 100
    for resident, member in shared:
        assert resident.political_status == ("02" if member.kind == "probationary" else "01")
        assert (resident.area_code, resident.left_on) == (member.area_code, None)
        assert member.left_on is None or member.roster != "registered"


@pytest.mark.usefixtures("inside")
def test_heads_of_buildings_live_there() -> None:
    homes = {row.id: (row.building_id, row.unit_number) for row in rows("dwellings")}
    households = {row.id: homes[row.dwelling_id] for row in rows("households")}
    lives = {row.id_number_hash: households[row.household_id] for row in rows("residents")}
    commercial = {row.id for row in rows("buildings") if row.kind == "commercial"}
    heads = rows("building_heads")
    assert len({row.building_id for row in heads if row.post == "building_head"}) > 60
    for row in heads:
        if row.building_id not in commercial:
            assert lives[row.id_number_hash][0] == row.building_id
            assert row.unit_number in (None, lives[row.id_number_hash][1])


@pytest.mark.usefixtures("inside")
def test_service_targets_are_residents_with_a_worker_of_their_grid() -> None:
    residents = {row.id: row for row in rows("residents")}
    workers = {row.id: row for row in rows("grid_workers")}
    for name, fewest in (("care_targets", 30), ("special_population", 3), ("key_attention", 3)):
        found = rows(name)
        assert len(found) >= fewest
        for row in found:
            assert residents[row.resident_id].id_number_hash == row.id_number_hash
            assert row.worker_id is None or workers[row.worker_id].area_code == row.area_code


@pytest.mark.usefixtures("inside")
def test_figures_move_from_month_to_month() -> None:
    import_module("app.registers.indicators")
    october, november = parse("2026-10"), parse("2026-11")
    names = ("residents", "members_registered", "members_reporting", "grid_workers", "residents_in", "members_in")
    figures = {
        name: [indicator(name).figure(("990101001",), period).numerator for period in (october, november)]
        for name in names
    }
    moved = [name for name, (before, after) in figures.items() if before != after]
    assert len(moved) >= 4


@pytest.mark.usefixtures("inside")
def test_loading_twice_adds_nothing() -> None:
    before = {reg.name: count(reg.name) for reg in own_registers()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "_STEPS", {name: step for name, step in demo._STEPS.items() if step.order < FEATURES})
        assert load_demo(today=TODAY) == ()
    assert {reg.name: count(reg.name) for reg in own_registers()} == before


@pytest.mark.usefixtures("inside")
def test_credit_codes_are_valid_and_belong_to_nobody() -> None:
    codes = [row.credit_code for name in ("property_companies", "units") for row in rows(name) if row.credit_code]
    assert len(codes) >= 4
    assert len(set(codes)) == len(codes)
    assert all(not credit.doubts_about(code) and code[2:8] == "990101" for code in codes)


@pytest.mark.usefixtures("inside")
def test_the_audit_chain_holds() -> None:
    assert audit.verify() == []


# ---- other districts


@pytest.fixture(scope="module")
def county(
    sqlite_template: Path, key_dir: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Flask]:
    """乾安 with its demonstration."""
    assert sqlite_template.exists()
    with demonstration(request, tmp_path_factory.mktemp("county"), key_dir, "qianan") as app:
        yield app


@pytest.fixture
def in_county(county: Flask) -> Iterator[None]:
    with county.app_context(), acting_as(SYSTEM):
        yield


@pytest.mark.usefixtures("in_county")
def test_the_party_tree_of_qianan_has_its_published_size_on_five_levels() -> None:
    organizations = {row.id: row for row in rows("party_organizations")}
    kinds = Counter(row.kind for row in organizations.values())
    assert kinds == {"working_committee": 3, "general_branch": 7, "branch": 122, "group": 475, "household": 2_175}
    above = {"general_branch": "working_committee", "branch": "general_branch", "group": "branch", "household": "group"}
    for row in organizations.values():
        parent = organizations.get(row.parent_id)
        assert (parent.kind if parent else None) == above.get(row.kind)
        assert parent is None or row.area_code.startswith(parent.area_code)


@pytest.mark.usefixtures("in_county")
def test_every_group_and_household_of_qianan_is_led_by_a_member_of_its_branch() -> None:
    members = {(row.area_code, row.name, row.phone) for row in rows("party_members") if row.roster == "registered"}
    led = [row for row in rows("party_organizations") if row.kind in ("group", "household")]
    assert all((row.area_code, row.leader, row.phone) in members for row in led)
    groups = {row.party_group_id for row in rows("buildings")}
    assert {row.id for row in led if row.kind == "group"} <= groups


@pytest.mark.usefixtures("in_county")
def test_every_row_of_qianan_passes_its_checks() -> None:
    assert findings() == []
    assert two_people_under_one_number() == []


@pytest.mark.postgres
def test_a_street_loads_on_postgresql_too(
    postgres_template: str, key_dir: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    assert postgres_template
    with (
        demonstration(request, tmp_path, key_dir, "fengqiao", kind="postgres") as app,
        app.app_context(),
        acting_as(SYSTEM),
    ):
        assert findings() == []
        assert two_people_under_one_number() == []
        assert audit.verify() == []


@pytest.mark.parametrize("key", known_keys())
def test_the_sizes_of_every_profile_are_read(key: str) -> None:
    sizes = Sizes.read(read_file(key).demo)
    assert sizes.members[0] >= 3  # a branch is founded with three


def test_a_size_nobody_knows_is_refused_by_name() -> None:
    with pytest.raises(ProfileRefused, match="bildings"):
        Sizes.read({"rosters": {"bildings": 3}})
