"""The wall: nobody reads or writes outside his posts, whichever way the statement is written."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import aliased

from app.areas.models import Area
from app.database.transactions import WriteOutsideTransaction, writing
from app.extensions import db
from app.security import audit, service
from app.security.actor import NOBODY, SYSTEM, NotPermitted, acting_as
from app.security.models import AuditEntry, Change, Post
from app.security.roles import Resource
from app.security.wall import criteria
from tests.world import GRID, HOME, NEXT_DOOR, NEXT_GRID, STREET, add_user, as_user, build_areas

pytestmark = pytest.mark.usefixtures("context")


def test_nobody_sees_nothing() -> None:
    build_areas()
    assert db.session.execute(select(Area)).all() == []
    with acting_as(NOBODY):
        assert db.session.execute(select(func.count()).select_from(Area)).scalar() == 0


def test_a_clerk_sees_own_areas_and_those_above_only() -> None:
    build_areas()
    add_user("wang", "community_clerk", HOME)
    with as_user("wang"):
        codes = set(db.session.execute(select(Area.code)).scalars())
        assert {HOME, GRID, STREET} <= codes
        assert NEXT_DOOR not in codes
        assert NEXT_GRID not in codes
        other = aliased(Area)
        assert NEXT_DOOR not in set(db.session.execute(select(other.code)).scalars())
        nested = select(Area.code).where(Area.code.in_(select(other.code).where(other.code == NEXT_DOOR)))
        assert db.session.execute(nested).all() == []


def _change(code: str, **values: str) -> None:
    with writing() as session:
        area = session.execute(select(Area).where(Area.code == code)).scalar_one()
        for name, value in values.items():
            setattr(area, name, value)


def test_foreign_rows_are_neither_changed_nor_moved() -> None:
    build_areas()
    add_user("office", "street_office", HOME)
    with as_user("office"):
        with pytest.raises(NotPermitted):
            _change(STREET, name="改名")
        with pytest.raises(NotPermitted):
            _change(GRID, area_code=NEXT_GRID)
        with writing() as session:
            count = session.execute(update(Area).values(name="全改")).rowcount
    with acting_as(SYSTEM):
        assert db.session.execute(select(Area.name).where(Area.code == NEXT_GRID)).scalar() == "第一网格"
    assert count == 3


def test_a_write_outside_a_transaction_raises() -> None:
    build_areas()
    with acting_as(SYSTEM):
        area = db.session.execute(select(Area).where(Area.code == GRID)).scalar_one()
        area.name = "改名"
        with pytest.raises(WriteOutsideTransaction):
            db.session.flush()
        db.session.rollback()


def test_a_revoked_post_counts_at_once() -> None:
    build_areas()
    add_user("wang", "community_clerk", HOME)
    with as_user("wang"):
        assert db.session.execute(select(Area)).all()
    with acting_as(SYSTEM), writing() as session:
        session.delete(session.execute(select(Post)).scalar_one())
    with as_user("wang"):
        assert db.session.execute(select(Area)).all() == []


def test_a_general_post_never_reaches_a_sensitive_line() -> None:
    access = add_user("wang", "community_clerk", HOME).access
    assert access is not None
    secret = Resource("areas", "x", "areas", line="平安", is_sensitive=True)
    general = access.posts[0]
    assert access._holds(general, secret, "read") is False


def test_history_and_chain_are_written_and_a_changed_link_is_found() -> None:
    build_areas()
    with acting_as(SYSTEM):
        with writing() as session:
            session.execute(select(Area).where(Area.code == GRID)).scalar_one().name = "改名"
        change = db.session.execute(select(Change).where(Change.action == "changed")).scalar_one()
        assert (change.before, change.after) == ({"name": "第一网格"}, {"name": "改名"})
        assert audit.verify() == []
        with writing() as session:
            session.execute(update(AuditEntry).where(AuditEntry.change_id == change.id).values(user_name="别人"))
        assert any("被改动过" in fault for fault in audit.verify())


def test_five_failures_lock_an_account(app) -> None:
    build_areas()
    add_user("wang", "community_clerk", HOME)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context():
        for _ in range(5):
            assert service.sign_in("wang", "falsch-1A") is None
        assert service.sign_in("wang", "Grid-2026-ok") is None


def test_ranges_use_the_index(sqlite_context) -> None:
    build_areas()
    actor = add_user("wang", "community_clerk", HOME)
    statement = select(Area.id).where(criteria(Area, actor))
    with acting_as(SYSTEM):
        text_ = str(statement.compile(db.engine, compile_kwargs={"literal_binds": True}))
        plan = db.session.execute(text("EXPLAIN QUERY PLAN " + text_)).all()
    assert all("SCAN areas" not in row[3] or "INDEX" in row[3] for row in plan), plan
    assert ") = 1" not in text_
