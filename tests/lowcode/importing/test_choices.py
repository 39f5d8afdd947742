"""What a person decides about a batch: who leaves, whether blanks empty, which doubts stand, and that a worker does it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.database.transactions import writing
from app.extensions import db
from app.jobs import worker
from app.jobs.models import DONE, FAILED
from app.jobs.queries import job_of
from app.lowcode import service as rows_service
from app.lowcode.importing import service
from app.lowcode.importing.models import CHECKED, PUBLISHED, ImportBatch, ImportRow
from app.lowcode.importing.outcome import Outcome, PublishWish
from app.lowcode.register import register
from app.security import audit
from app.security.actor import SYSTEM, acting_as
from tests.lowcode.importing.workbooks import make
from tests.world import GRID, HOME, NEXT_DOOR, add_user, as_user, build_areas

TODAY = date(2026, 11, 22)
HEAD = ["姓名", "身份证号", "联系电话", "备注"]


@pytest.fixture(autouse=True)
def street(context: Any) -> None:
    build_areas()
    add_user("sec", "community_secretary", HOME)
    add_user("next", "community_secretary", NEXT_DOOR)
    add_user("office", "street_office", HOME[:9])


def person(serial: int, note: str = "") -> list[Any]:
    return [make.NAMES[serial], make.id_number(serial), make.phone(serial), note]


def file(*rows: list[Any]) -> bytes:
    return make.xlsx(make.Page("名册", [HEAD, *rows]))


def check(data: bytes, name: str = "grid_workers", **more: Any) -> Outcome:
    with as_user("sec") as actor:
        return service.check(name, data, file_name="名册.xlsx", area=GRID, by=actor, today=TODAY, **more)


def publish(outcome: Outcome, wish: PublishWish | None = None) -> dict[str, Any]:
    assert outcome.batch_id is not None
    with as_user("sec") as actor:
        return service.publish_checked(outcome.batch_id, wish or PublishWish(), by=actor, today=TODAY)


def rows(name: str = "grid_workers") -> list[Any]:
    with acting_as(SYSTEM):
        model = register(name).model
        return list(db.session.execute(select(model).where(model.deleted_at.is_(None)).order_by(model.id)).scalars())


def staged(batch: int | None, verdict: str) -> list[ImportRow]:
    with as_user("sec"):
        found = select(ImportRow).where(ImportRow.batch_id == batch, ImportRow.verdict == verdict)
        return list(db.session.execute(found.order_by(ImportRow.id)).scalars())


def test_chosen_rows_leave_and_are_not_missed_again() -> None:
    publish(check(file(person(0), person(1), person(2))))
    outcome = check(file(person(0)), whole=True)
    assert outcome.counts["missing"] == 2
    second, third = rows()[1:]
    written = publish(outcome, PublishWish(leaving=frozenset({second.id}), left_on=date(2026, 11, 20)))
    assert (written["gone"], written["stayed"]) == (1, [])
    assert [row.left_on for row in rows()] == [None, date(2026, 11, 20), None]
    assert rows()[1].state == "left"
    again = check(file(person(0)), whole=True)
    assert again.counts["missing"] == 1
    assert [row.target_id for row in staged(again.batch_id, "missing")] == [third.id]
    with acting_as(SYSTEM):
        assert audit.verify() == []


def test_undo_brings_back_who_left() -> None:
    publish(check(file(person(0), person(1))))
    outcome = check(file(person(0)), whole=True)
    publish(outcome, PublishWish(leaving="all"))
    assert rows()[1].left_on == TODAY
    with as_user("sec") as actor:
        assert service.undo(outcome.batch_id or 0, by=actor, today=TODAY).reversed == 1
    assert rows()[1].left_on is None


def test_only_missing_rows_leave_whatever_is_asked() -> None:
    publish(check(file(person(0), person(1))))
    first = rows()[0]
    outcome = check(file(person(0)), whole=True)
    assert publish(outcome, PublishWish(leaving=frozenset({first.id, 99_999})))["gone"] == 0
    assert first.left_on is None


def test_who_cannot_leave_on_that_day_stays_and_is_named() -> None:
    with acting_as(SYSTEM):
        values = {"name": "后来人", "area": GRID, "hired_on": "2026-11-01"}
        rows_service.save(register("grid_workers"), None, values, by=SYSTEM, today=TODAY)
    outcome = check(file(person(0)), whole=True)
    wish = PublishWish(leaving="all", left_on=date(2026, 10, 1))
    with pytest.raises(service.PublishRefused, match="离岗日期早于聘用日期"):
        publish(outcome, PublishWish(mode="all", leaving="all", left_on=wish.left_on))
    assert len(rows()) == 1
    written = publish(outcome, wish)
    assert (written["new"], written["gone"]) == (1, 0)
    assert written["stayed"] == [["后来人", "离岗日期早于聘用日期，请核对。"]]


def test_residents_and_party_members_leave_by_a_movement() -> None:
    with acting_as(SYSTEM):
        for name, more in (("residents", {"living_kind": "together"}), ("party_members", {"roster": "registered"})):
            values = {"name": "王远山", "area": GRID, **more}
            rows_service.save(register(name), None, values, by=SYSTEM, today=TODAY)
    for name, movements, kind in (
        ("residents", "resident_movements", "move_out"), ("party_members", "party_movements", "transfer_out"),
    ):  # fmt: skip
        outcome = check(file(person(0)), name, whole=True)
        assert publish(outcome, PublishWish(leaving="all"))["gone"] == 1
        old = rows(name)[0]
        assert (old.left_on, old.state) == (TODAY, "moved_out")
        assert [(row.kind, row.moved_on) for row in rows(movements)] == [(kind, TODAY)]


def test_a_register_without_a_day_of_leaving_lets_nobody_leave() -> None:
    assert not register("buildings").can_be_left
    with acting_as(SYSTEM), writing(), pytest.raises(rows_service.SaveRefused):
        rows_service.leave(register("buildings"), object(), on=TODAY, today=TODAY)


def test_a_blank_cell_empties_only_where_that_was_asked() -> None:
    publish(check(file(person(0, "旧"), person(1, "旧"))))
    data = file([*person(0)[:3], ""], [*person(1)[:3], "无"])
    assert check(data).counts["same"] == 2
    outcome = check(data, clears_blanks=True)
    assert outcome.counts["changed"] == 2
    assert staged(outcome.batch_id, "changed")[0].shown == [["备注", "旧", ""]]
    publish(outcome)
    assert [(row.note, row.phone) for row in rows()] == [(None, make.phone(0)), (None, make.phone(1))]
    with as_user("sec") as actor:
        service.undo(outcome.batch_id or 0, by=actor, today=TODAY)
    assert [row.note for row in rows()] == ["旧", "旧"]


def test_a_blank_required_cell_is_refused_instead_of_emptying() -> None:
    publish(check(file(person(0))))
    outcome = check(file(["", *person(0)[1:]]), clears_blanks=True)
    assert (outcome.error_rows, outcome.counts["changed"]) == (1, 0)
    assert "必须填写" in outcome.errors[0].message


def test_doubtful_rows_wait_for_confirmation_where_they_are_asked_about() -> None:
    head = ["企业名称", "统一社会信用代码"]
    data = make.xlsx(make.Page("物业", [head, ["旧号物业", "91350203M0001QAY9B"], ["无码物业", ""]]))
    with as_user("office") as actor:
        outcome = service.check("property_companies", data, file_name="物业.xlsx", area=HOME, by=actor, today=TODAY)
        assert (outcome.counts["new"], outcome.errors) == (2, ())
        doubtful = [
            row.id for row in db.session.execute(select(ImportRow).where(ImportRow.is_doubtful.is_(True))).scalars()
        ]
        assert len(doubtful) == 1
        batch = outcome.batch_id or 0
        with pytest.raises(service.PublishRefused, match="1 行需要确认保留"):
            service.publish_checked(batch, PublishWish(mode="all", confirmed=frozenset()), by=actor, today=TODAY)
        wish = PublishWish(mode="all", confirmed=frozenset(doubtful))
        assert service.publish_checked(batch, wish, by=actor, today=TODAY)["new"] == 2


def test_unconfirmed_rows_are_given_back_with_their_doubt() -> None:
    data = make.xlsx(make.Page("物业", [["企业名称", "统一社会信用代码"], ["旧号物业", "91350203M0001QAY9B"]]))
    with as_user("office") as actor:
        outcome = service.check("property_companies", data, file_name="物业.xlsx", area=HOME, by=actor, today=TODAY)
        wish = PublishWish(confirmed=frozenset())
        written = service.publish_checked(outcome.batch_id or 0, wish, by=actor, today=TODAY)
        assert (written["new"], written["left"]) == (0, 1)
        row = db.session.execute(select(ImportRow)).scalar_one()
        assert row.verdict == "error"
        assert "没有确认保留" in row.faults[-1][2]


def upload(data: bytes) -> ImportBatch:
    with as_user("sec") as actor:
        reg = register("grid_workers")
        return service.upload(reg, data, file_name="名册.xlsx", area=GRID, is_whole=False, by=actor)[0]


def test_the_worker_checks_and_writes(app: Flask) -> None:
    batch = upload(file(person(0), person(1)))
    with as_user("sec") as actor:
        job = service.start_check(batch, mapping={}, by=actor, next_url="/grid_workers/list/")
        assert service.start_check(batch, mapping={}, by=actor).id == job.id
    worker.run_pending(app)
    with as_user("sec") as actor:
        done = job_of(job.id)
        assert done is not None
        assert (done.state, done.error, done.result["url"]) == (DONE, "", "/grid_workers/list/")
        kept = service.batch_of(batch.id, actor)
        assert (kept.state, kept.summary["counts"]["new"], kept.checked_on) == (CHECKED, 2, TODAY)
        job = service.start_publish(kept, PublishWish(), by=actor)
    worker.run_pending(app)
    with as_user("sec") as actor:
        done = service.current_job(service.batch_of(batch.id, actor))
        assert done is not None
        assert (done.id, done.state, done.result["written"]["new"]) == (job.id, DONE, 2)
        assert service.batch_of(batch.id, actor).state == PUBLISHED
    assert len(rows()) == 2


def test_a_refusal_reaches_whoever_asked_the_worker(app: Flask) -> None:
    batch = upload(file(person(0), person(0)))
    with as_user("sec") as actor:
        service.start_check(batch, mapping={}, by=actor)
    worker.run_pending(app)
    with as_user("sec") as actor:
        service.start_publish(service.batch_of(batch.id, actor), PublishWish(mode="all"), by=actor)
    worker.run_pending(app)
    with as_user("sec") as actor:
        job = service.current_job(service.batch_of(batch.id, actor))
        assert job is not None
        assert job.state == FAILED
        assert "什么都没有写入" in job.error
    assert rows() == []
