"""Entries that programs record: one for the same request however often it comes, on both databases, and by REST."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.points import proof, recording, service
from app.points.models import PointsEntry
from app.points.recording import Asked
from app.points.rules import AlreadyRecorded, Matter, PointsRefused
from app.points.service import EvidenceFile
from app.security.actor import SYSTEM, NotPermitted, acting_as
from tests.points.test_refusals import token_of
from tests.points.world import Points, build, rule, saved
from tests.world import HOME, TODAY, as_user

ON = date(2026, 10, 9)


@pytest.fixture
def world(context: Any) -> Points:
    found = build()
    rule("B01", "2")
    return found


def asked(world: Points, **more: Any) -> Asked:
    plain = Asked(worker=world.worker, rule="B01", on=ON, matter=Matter.in_words("帮老人修水管", on=ON))
    return replace(plain, **more)


def test_the_same_request_is_one_entry_and_another_is_refused(world: Points) -> None:
    photo = EvidenceFile("照片.txt", "一张照片".encode())
    first = recording.record(asked(world, evidence=[photo]), by=world.secretary, today=TODAY)
    again = recording.record(asked(world, evidence=[photo]), by=world.secretary, today=TODAY)
    bare = recording.record(asked(world), by=world.street, today=TODAY)
    assert [first.is_new, again.is_new, bare.is_new] == [True, False, False]
    assert {first.entry.id, again.entry.id, bare.entry.id} == {first.entry.id}
    other = EvidenceFile("另一张.txt", "另一张照片".encode())
    for change in ({"evidence": [other]}, {"measured": Decimal(2)}):
        with pytest.raises(AlreadyRecorded, match="一件事只记一次") as refused:
            recording.record(asked(world, **change), by=world.secretary, today=TODAY)
        assert refused.value.entry_id == first.entry.id
    assert proof.faults() == []


def test_a_repeated_request_does_not_undo_a_correction(world: Points) -> None:
    first = recording.record(asked(world), by=world.secretary, today=TODAY)
    service.reverse(first.entry, reason="记错了人", by=world.secretary, today=TODAY)
    with pytest.raises(PointsRefused, match="记过又冲正了"):
        recording.record(asked(world), by=world.secretary, today=TODAY)
    second = recording.record(asked(world, is_again=True), by=world.secretary, today=TODAY)
    assert (second.is_new, second.entry.attempt) == (True, 1)
    assert not recording.record(asked(world, is_again=True), by=world.secretary, today=TODAY).is_new


def test_a_stranger_neither_records_nor_learns_of_an_entry(world: Points) -> None:
    recording.record(asked(world), by=world.secretary, today=TODAY)
    with pytest.raises(NotPermitted, match="不在您负责的范围内"):
        recording.record(asked(world), by=world.neighbour, today=TODAY)


def test_eight_at_once_are_answered_with_one_entry(app: Flask) -> None:
    with app.app_context():
        worker_id = build().worker.id
        rule("B01", "2")
        db.session.remove()
    barrier = Barrier(8)

    def attempt(_number: int) -> tuple[int, bool]:
        with app.app_context(), as_user("shuji") as actor:
            worker = db.session.get(recording.register("grid_workers").model, worker_id)
            wish = Asked(worker=worker, rule="B01", on=ON, matter=Matter.in_words("同一件事", on=ON))
            barrier.wait()
            made = recording.record(wish, by=actor, today=TODAY)
            found = made.entry.id, made.is_new
            db.session.remove()
        return found

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(8)))
    assert len({id_ for id_, _is_new in answers}) == 1
    assert sum(is_new for _id, is_new in answers) == 1
    with app.app_context():
        assert proof.faults() == []


def test_rest_records_reads_and_takes_back(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        found = build()
        rule("B01", "2", needs_evidence="1")
        need = saved("needs", None, {"name": "装扶手", "area": HOME}).id
        worker_id = found.worker.id
    client = sqlite_app.test_client()
    head, address = token_of(client, "shuji"), "/api/v1/points_entries/"
    sent = {"worker": worker_id, "rule": "B01", "on": ON.isoformat(), "record": {"register": "needs", "id": need}}
    made = client.post(address, json=sent, headers=head)
    assert (made.status_code, made.get_json()["is_new"]) == (201, True)
    entry = made.get_json()["result"]
    assert (entry["points"], entry["matter"]["title"], entry["state"]) == ("2.0", "装扶手", "已记")
    again = client.post(address, json=sent, headers=head)
    assert (again.status_code, again.get_json()["id"]) == (200, entry["id"])
    listed = client.get(f"{address}?worker={worker_id}&month=2026-10", headers=head).get_json()
    assert (listed["count"], listed["points"], listed["result"][0]["id"]) == (1, "2.0", entry["id"])
    stranger = token_of(client, "linju")
    assert client.get(f"{address}{entry['id']}", headers=stranger).status_code == 404
    assert client.get(f"{address}?worker={worker_id}", headers=stranger).status_code == 422
    assert client.post(f"{address}{entry['id']}/reverse", json={"reason": "x"}, headers=stranger).status_code == 404
    empty = client.post(f"{address}{entry['id']}/reverse", json={}, headers=head)
    assert (empty.status_code, "请写明为什么冲正" in empty.get_json()["message"][""]) == (422, True)
    back = client.post(f"{address}{entry['id']}/reverse", json={"reason": "记错了"}, headers=head)
    assert (back.status_code, back.get_json()["result"]["points"]) == (201, "-2.0")
    assert client.post(address, json=sent, headers=head).status_code == 422
    assert client.post(address, json=sent | {"again": True}, headers=head).status_code == 201
    described = client.get("/api/v1/_openapi").get_json()["paths"]
    assert {address, f"{address}{{id}}", f"{address}{{id}}/reverse"} <= set(described)
    with sqlite_app.app_context(), acting_as(SYSTEM):
        rows = db.session.execute(select(PointsEntry.points).order_by(PointsEntry.id)).scalars().all()
        assert rows == [2, -2, 2]
        assert proof.faults() == []
