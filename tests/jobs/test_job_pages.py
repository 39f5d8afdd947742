"""The addresses behind a progress bar."""

from __future__ import annotations

import pytest
from flask import Flask

from app.jobs import handlers
from app.jobs.handlers import Handler, register_handler
from app.jobs.running import JobContext
from app.jobs.service import enqueue
from app.jobs.worker import run_pending
from tests.world import HOME, NEXT_DOOR, add_user, as_user, build_areas, signed_in_client


def _work(job: JobContext) -> dict[str, str]:
    with job.chunk({"next": 1}, done=3, total=3):
        job.progress(3, 3, "三个社区都已生成")
    return {"url": "/report-center/files/1"}


@pytest.fixture
def job_id(app: Flask, monkeypatch: pytest.MonkeyPatch) -> int:
    """A waiting job of the clerk of HOME."""
    monkeypatch.setattr(handlers, "_HANDLERS", {})
    register_handler(Handler("test.pages", "生成月报", _work, 5))
    with app.app_context():
        build_areas()
        add_user("clerk", "community_clerk", HOME)
        add_user("next", "street_office", NEXT_DOOR)
        with as_user("clerk"):
            return enqueue("test.pages", {}).id


def test_progress_and_what_comes_after(app: Flask, job_id: int) -> None:
    client = signed_in_client(app, "clerk")
    waiting = client.get(f"/jobs/{job_id}/progress").get_json()
    assert (waiting["text"], waiting["is_finished"], waiting["next_url"]) == ("等待中", False, "")
    run_pending(app)
    assert client.get(f"/jobs/{job_id}/progress").get_json() == {
        "state": "done", "done": 3, "total": 3, "text": "三个社区都已生成", "left_text": "", "is_finished": True,
        "next_url": "/report-center/files/1",
    }  # fmt: skip


def test_cancel_and_again(app: Flask, job_id: int) -> None:
    client = signed_in_client(app, "clerk")
    answer = client.post(f"/jobs/{job_id}/cancel", data={"next": "https://example.org/"})
    assert (answer.status_code, answer.location) == (302, "/")
    assert client.get(f"/jobs/{job_id}/progress").get_json()["state"] == "cancelled"
    assert run_pending(app) == 0
    client.post(f"/jobs/{job_id}/again")
    assert run_pending(app) == 1
    assert client.post(f"/jobs/{job_id}/again").status_code == 302
    assert client.get(f"/jobs/{job_id}/cancel").status_code == 405


def test_a_neighbour_neither_sees_nor_stops_it(app: Flask, job_id: int) -> None:
    client = signed_in_client(app, "next")
    assert client.get(f"/jobs/{job_id}/progress").status_code == 404
    for act in ("cancel", "again"):
        assert client.post(f"/jobs/{job_id}/{act}").status_code == 403
    assert run_pending(app) == 1
