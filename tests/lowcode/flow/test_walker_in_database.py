"""Random walks through the database: everybody tries everything on needs, wishes, disputes, bags and projects."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.clock import local
from app.extensions import db
from app.lowcode import service as rosters
from app.lowcode.flow import service, sweeping
from app.lowcode.flow.asking import is_same_person, why_not
from app.lowcode.flow.models import FlowStep
from app.lowcode.flow.queries import Running, person_of, role_names, running, steps
from app.lowcode.flow.rules import Action
from app.lowcode.flow.versions import load_flows
from app.lowcode.register import register
from app.mediations import dossier
from app.mediations import queries as mediation_queries
from app.mediations import rules as mediation_rules
from app.mediations import shipped as mediation_shipped
from app.proxy_services import rules as proxy_rules
from app.proxy_services import shipped as proxy_shipped
from app.security import service as accounts
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.security.roles import ROLES
from app.settings.profile import read_profile
from app.settings.working_calendar import working_time
from app.three_lists import service as list_service
from app.three_lists import shipped as list_shipped
from app.three_lists.models import Need, Project
from app.three_lists.rules import FINISHED
from tests.files.contents import picture
from tests.world import GRID, HOME, NEXT_DOOR, PROFILE, STREET, TODAY, add_user, as_user, build_areas

START = datetime(2026, 11, 23, 1, tzinfo=UTC)
PEOPLE = (
    ("gezi", "grid_worker", GRID), ("neiqin", "community_clerk", HOME), ("shuji", "community_secretary", HOME),
    ("linju", "community_secretary", NEXT_DOOR), ("keshi", "street_section", STREET), ("jiedao", "street_office", STREET),
    ("ducha", "inspector", STREET),
)  # fmt: skip
OTHERS = tuple(
    (f"other{place}", role, STREET)
    for place, role in enumerate(ROLES)
    if role not in {"department", *(known for _name, known, _area in PEOPLE)}
)
"""One of each role that is left."""
TRIES, FEWEST, LONGEST_REST = 110, 12, 9


@dataclass
class Street:
    """Who walks, a unit, and a second need to merge into."""

    people: dict[str, str]
    unit: Any
    main: Any


def saved(name: str, /, **values: Any) -> Any:
    with acting_as(SYSTEM):
        return rosters.save(register(name), None, values, by=SYSTEM, today=TODAY)


@pytest.fixture
def street(context: Any) -> Street:
    build_areas()
    with acting_as(SYSTEM):
        of = read_profile(PROFILE | {"flows": ["visit_need_transfer"]}, source="试验")
        load_flows(of)
        for room in (list_shipped, mediation_shipped, proxy_shipped):
            room.load(of)
    for name, role, area in (*PEOPLE, *OTHERS):
        add_user(name, role, area)
    unit = saved("units", name="清溪卫生院", area=STREET)
    with acting_as(SYSTEM):
        user = accounts.open_account("weisheng", name="卫生院", area_code=STREET, password="Grid-2026-ok")
        accounts.add_post(user, role="department", area_code=STREET, unit_id=unit.id)
    assert db.session.execute(select(User).where(User.username == "weisheng")).scalar_one()
    main = saved("needs", name="主件", area=GRID, state="collected")
    return Street({name: role for name, role, _area in (*PEOPLE, *OTHERS)} | {"weisheng": "department"}, unit, main)


def filled(action: Action, street: Street, dice: random.Random, now: datetime) -> dict[str, str]:
    """What somebody types, now and then nothing."""
    days = {"published_until": 2, "look_again": 2, "published_from": 0}
    known = {"unit": str(street.unit.id), "into": str(street.main.id), "resource": "", "items_in": "身份证\n照片",
             "items_out": dice.choice(("身份证\n照片\n优待证", "身份证")),
             "evaluator": dice.choice(("王小禾", "周大妈", "周大妈")), "person": "王小禾"}  # fmt: skip
    kinds = {"limit": "3工作日", "date": "2026-11-23", "number": "3"}
    values = {}
    for each in action.fields:
        if dice.random() < 0.1:
            continue
        values[each.name] = (
            dice.choice(each.choices)
            if each.choices
            else f"{local(now) + timedelta(days=days[each.name]):%Y-%m-%d}"
            if each.name in days
            else known.get(each.name, kinds.get(each.kind, "好"))
        )
    return values


def photos(action: Action, dice: random.Random, old: bytes) -> tuple[service.Photo, ...]:
    return tuple(
        service.Photo(need.name, "a.png", old if dice.random() < 0.2 else picture("PNG"))
        for need in action.photos
        if dice.random() < 0.8
    )


def where(reg: Any, row: Any, now: datetime) -> tuple[Any, Running]:
    with acting_as(SYSTEM):
        fresh = db.session.get(reg.model, row.id, populate_existing=True)
        at = running(reg, fresh, now)
    assert at is not None
    return fresh, at


def some_action(at: Running, dice: random.Random) -> Action:
    """Mostly one that leads on from here, seldom one that ends it, now and then any at all."""
    here = at.flow.actions_from(at.case.state)
    on = [each for each in here if not at.flow.state(each.to).is_end]
    if dice.random() < 0.2 or not here:
        return dice.choice(at.flow.actions)
    return dice.choice(on if on and dice.random() < 0.85 else here)


def somebody(action: Action, street: Street, dice: random.Random) -> str:
    """Mostly one whose role may do it, else anybody."""
    fitting = [name for name, role in street.people.items() if role in action.roles]
    return dice.choice(fitting if fitting and dice.random() < 0.7 else list(street.people))


def walk(
    name: str, make: Callable[[], Any], street: Street, seed: int, holds: Callable[[Any, Running], None]
) -> list[Running]:
    """Random tries, with a new row whenever one has ended or rests for long; each is a step that keeps what must hold, or a refusal in
    words that changed nothing. Where every case stands at last.
    """
    reg, dice, now, old = register(name), random.Random(seed), START, picture("PNG")
    row, ended, taken, idle = make(), list[Running](), 0, 0
    for _try in range(TRIES):
        now += timedelta(minutes=dice.choice((1, 30, 300, 3000)))
        if dice.random() < 0.1:
            with acting_as(SYSTEM):
                sweeping.bring_up_to_date(reg, now)
                sweeping.move_overdue(now)
        _row, before = where(reg, row, now)
        if idle > LONGEST_REST or (before.flow.state(before.case.state).is_end and dice.random() < 0.5):
            ended.append(before)
            row, old, idle = make(), picture("PNG"), 0
            continue
        idle += 1
        action = some_action(before, dice)
        with as_user(somebody(action, street, dice)) as actor:
            person = person_of(actor)
            refusal = why_not(before.flow, before.case, action, person, now, working_time(), role_names())
            sent = service.Sent(
                before.version,
                filled(action, street, dice, now),
                dice.choice(("", "说明", "说明", "说明")),
                photos(action, dice, old),
            )
            try:
                step = service.act(reg, row, action.key, sent, by=actor, now=now)
            except (service.StepRefused, NotPermitted) as refused:
                told = refused.errors.values() if isinstance(refused, service.StepRefused) else (str(refused),)
                assert told
                assert all(text.endswith("。") for text in told)
                db.session.rollback()
                _fresh, after = where(reg, row, now)
                assert (after.case.state, len(steps(after.row))) == (before.case.state, len(steps(before.row)))
                continue
        assert not refusal
        fresh, after = where(reg, row, now)
        assert after.case.state == step.to_state == action.to
        assert (step.by_id, step.at, step.from_state) == (person.user_id, now, before.case.state)
        if "not_handler" in action.relations:
            assert person.user_id not in before.case.handler_ids or is_same_person(before.case, action, person)
        said = after.flow.state(after.case.state).value
        assert fresh.state == said
        holds(fresh, after)
        taken, idle = taken + 1, 0
    assert taken >= FEWEST, "the walk went nowhere"
    return [*ended, where(reg, row, now)[1]]


def chain(at: Running) -> Sequence[FlowStep]:
    """Steps of a case, the first first; each begins where the one before ended."""
    found = list(reversed(steps(at.row)))
    assert [step.seq for step in found] == list(range(1, len(found) + 1))
    assert all(first.to_state == then.from_state for first, then in pairwise(found))
    return found


def any_need(need: Need, _at: Running) -> None:
    if need.state == "claimed":
        assert need.claimed_by_id is not None
    if need.state in FINISHED:
        assert need.solved_on is not None
    if need.state == "merged":
        assert need.merged_into_id is not None


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("kind", ["elderly", "wish"])
def test_needs_and_wishes(street: Street, kind: str, seed: int) -> None:
    def make() -> Need:
        raw = {"name": "老人看病没人陪", "kind": kind, "area": GRID}
        with as_user("gezi") as worker:
            return rosters.save(register("needs"), None, raw, by=worker, today=TODAY)  # type: ignore[no-any-return]

    for at in walk("needs", make, street, seed, any_need):
        assert at.flow.key == ("wish_four_steps" if kind == "wish" else "visit_need_transfer")
        chain(at)


@pytest.mark.parametrize("seed", range(2))
def test_disputes(street: Street, seed: int) -> None:
    def make() -> Any:
        raw = {"name": "漏水", "area": GRID, "applicant": "孟", "respondent": "周", "received_on": "2026-11-20"}
        with as_user("neiqin") as clerk:
            case = rosters.save(register("mediation_cases"), None, raw, by=clerk, today=TODAY)
            for item in mediation_rules.ITEMS[:-1] if seed % 2 else ():
                dossier.keep(case, item.key, "a.png", picture("PNG"), by=clerk)
        return case

    levels: dict[int, str] = {}

    def holds(row: Any, at: Running) -> None:
        rank = mediation_rules.LEVELS.index
        if steps(at.row)[0].action == "pass_on":
            assert rank(row.level) == rank(levels[row.id]) + 1
        levels[row.id] = row.level
        if row.state in mediation_rules.AGREED and row.agreement_form:
            assert all(getattr(row, name) for name in mediation_rules.AGREEMENT)
        if row.state == "archived":
            with acting_as(SYSTEM):
                there = mediation_queries.items_there(row.id)
                assert mediation_rules.lacking(mediation_queries.facts_of(row), there) == ()

    for at in walk("mediation_cases", make, street, seed, holds):
        done = [step.action for step in chain(at)]
        assert done.count("extend") <= 1
        assert done.count("pass_on") <= 3


@pytest.mark.parametrize("seed", range(2))
def test_bags(street: Street, seed: int) -> None:
    item = saved("proxy_items", name="优待证", area=STREET)

    def make() -> Any:
        raw = {"person": "孟", "item": str(item.id), "area": GRID}
        with as_user("neiqin") as clerk:
            return rosters.save(register("proxy_orders"), None, raw, by=clerk, today=TODAY)

    def holds(row: Any, _at: Running) -> None:
        if row.state in ("resealed", "delivered", "followed"):
            assert proxy_rules.not_returned(row.items_in, row.items_out) == ()
        assert row.delivered_on is None or row.sealed_on <= row.delivered_on

    for at in walk("proxy_orders", make, street, seed, holds):
        gates = [(shows, digest) for step in chain(at) for shows, _name, digest in step.files]
        assert [shows for shows, _digest in gates] == list(proxy_rules.GATES[: len(gates)])
        assert len({digest for _shows, digest in gates}) == len(gates)


@pytest.mark.parametrize("seed", range(2))
def test_projects(street: Street, seed: int) -> None:
    needs: dict[int, Need] = {}

    def make() -> Project:
        need = saved("needs", name="老人看病没人陪", area=GRID, state="listed")
        lead = str(street.unit.id) if len(needs) % 2 else ""
        with as_user("shuji") as secretary:
            raw = {"name": "陪诊", "area": HOME, "person": "王小禾", "lead_unit": lead}
            project = list_service.make_project([need], [], raw, by=secretary, today=TODAY)
        needs[project.id] = need
        return project

    def holds(row: Project, at: Running) -> None:
        last = steps(at.row)[0]
        if last.action == "accept":
            handed_in = next(step for step in steps(at.row) if step.action in ("finish", "finish_lead"))
            assert last.by_id != handed_in.by_id
            assert [shows for shows, _name, _digest in handed_in.files] == ["完工"]
        if row.state in FINISHED:
            assert row.evaluator not in (None, "", row.person)
            assert row.finished_on is not None
        if row.state == "closed":
            assert row.published_until is not None
            assert row.published_until < local(last.at).date()
        assert (row.lead_unit_id is not None) or row.state in ("planned", "cancelled")
        with acting_as(SYSTEM):
            need = db.session.get(Need, needs[row.id].id, populate_existing=True)
            assert need is not None
            assert (need.state in FINISHED) == (row.state in FINISHED)

    for at in walk("projects", make, street, seed, holds):
        assert at.flow.key == "project_to_closing"
        chain(at)
