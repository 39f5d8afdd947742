"""Facts: one transaction with what happened, each subscriber once, nothing left when anything fails."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.areas.models import Area
from app.database.transactions import WriteOutsideTransaction, writing
from app.extensions import db
from app.facts import service, subscriptions
from app.facts.models import Fact, FactReceipt
from app.facts.service import FactsInCircle, deliver, deliver_missed, happened
from app.facts.subscriptions import subscribe
from app.security.actor import SYSTEM, NotPermitted, acting_as, current_actor
from tests.world import GRID, HOME, NEXT_DOOR, TODAY, add_user, as_user, build_areas

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture(autouse=True)
def _own_subscriptions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriptions, "_SUBSCRIPTIONS", {})


def _grid() -> Area:
    with acting_as(SYSTEM):
        return db.session.execute(select(Area).where(Area.code == GRID)).scalar_one()


def _count(model: type) -> int:
    with acting_as(SYSTEM):
        return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def test_a_subscriber_runs_in_the_same_transaction_under_the_callers_name() -> None:
    build_areas()
    add_user("office", "street_office", HOME)
    heard: list[tuple[str, str, dict, str, bool]] = []

    def hear(fact: Fact) -> None:
        actor = current_actor()
        heard.append((fact.record_kind, fact.record_uid, fact.details, actor.name, actor.is_system))

    subscribe("grid_renamed", "test.hear", hear)
    grid = _grid()
    with as_user("office"), writing():
        fact = happened("grid_renamed", grid, on=TODAY, details={"old": "一"})
    assert heard == [("areas", grid.uid, {"old": "一"}, "office同志", True)]
    assert (fact.by_name, fact.area_code, fact.on) == ("office同志", GRID, TODAY)
    assert _count(FactReceipt) == 1


def test_each_fact_reaches_each_subscriber_once() -> None:
    build_areas()
    heard: list[int] = []
    subscribe("grid_renamed", "test.hear", lambda fact: heard.append(fact.id))
    with acting_as(SYSTEM), writing():
        fact = happened("grid_renamed", _grid(), on=TODAY)
    assert deliver(fact) == []
    assert heard == [fact.id]


def _rename(grid: Area) -> None:
    with writing():
        grid.name = "改名"
        happened("grid_renamed", grid, on=TODAY)


def test_a_failing_subscriber_undoes_everything() -> None:
    build_areas()

    def fail(_fact: Fact) -> None:
        raise ValueError("nein")

    subscribe("grid_renamed", "test.fail", fail)
    grid = _grid()
    with acting_as(SYSTEM):
        with pytest.raises(ValueError, match="nein"):
            _rename(grid)
        assert db.session.execute(select(Area.name).where(Area.code == GRID)).scalar() == "第一网格"
    assert _count(Fact) == 0
    assert _count(FactReceipt) == 0


def test_a_late_subscriber_catches_up_in_order() -> None:
    build_areas()
    with acting_as(SYSTEM), writing():
        facts = [happened("grid_renamed", _grid(), on=TODAY).id for _ in range(3)]
    heard: list[int] = []
    subscribe("grid_renamed", "test.late", lambda fact: heard.append(fact.id))
    with acting_as(SYSTEM):
        assert deliver_missed("grid_renamed", "test.late", limit=2) == 2
        assert deliver_missed("grid_renamed", "test.late", limit=2) == 1
        assert deliver_missed("grid_renamed", "test.late", limit=2) == 0
    assert heard == facts
    with pytest.raises(KeyError, match=r"test\.nobody"):
        deliver_missed("grid_renamed", "test.nobody")


def test_a_fact_needs_a_transaction() -> None:
    build_areas()
    with acting_as(SYSTEM), pytest.raises(WriteOutsideTransaction):
        happened("grid_renamed", _grid(), on=TODAY)


def test_facts_in_a_circle_are_stopped() -> None:
    build_areas()
    grid = _grid()
    subscribe("grid_renamed", "test.again", lambda _fact: happened("grid_renamed", grid, on=TODAY))  # type: ignore[arg-type,return-value]
    with acting_as(SYSTEM), pytest.raises(FactsInCircle), writing():
        happened("grid_renamed", grid, on=TODAY)
    assert _count(Fact) == 0
    assert service._depth.get() == 0


def test_a_name_means_one_function() -> None:
    def hear(_fact: Fact) -> None: ...

    first = subscribe("a", "test.one", hear)
    assert subscribe("a", "test.one", hear) == first
    with pytest.raises(ValueError, match=r"test\.one"):
        subscribe("a", "test.one", lambda _fact: None)
    assert [item.name for item in subscriptions.subscriptions("a")] == ["test.one"]
    assert "test.one" in [item.name for item in subscriptions.subscriptions()]
    assert subscriptions.subscriptions("b") == ()


def test_neighbours_do_not_see_facts() -> None:
    build_areas()
    add_user("next", "auditor", NEXT_DOOR)
    add_user("home", "auditor", HOME)
    with acting_as(SYSTEM), writing():
        happened("grid_renamed", _grid(), on=TODAY)
    with as_user("next"):
        assert db.session.execute(select(Fact)).all() == []
    with as_user("home"):
        assert len(db.session.execute(select(Fact)).all()) == 1


def test_a_fact_does_not_carry_foreign_rows_past_the_wall() -> None:
    build_areas()
    add_user("office", "street_office", HOME)
    grid = _grid()
    with acting_as(SYSTEM):
        neighbour = db.session.execute(select(Area).where(Area.code == NEXT_DOOR)).scalar_one()
    with as_user("office"), pytest.raises(NotPermitted):
        _rename_both(neighbour, grid)
    assert _count(Fact) == 0


def _rename_both(neighbour: Area, grid: Area) -> None:
    with writing():
        neighbour.name = "改名"
        happened("grid_renamed", grid, on=TODAY)
