"""The job table: keys, rights, checkpoints, fences, cancelling, trying again."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.areas.models import Area
from app.clock import utc_now
from app.database.transactions import writing
from app.extensions import db
from app.jobs import handlers, queries, service, worker
from app.jobs.handlers import Handler, JobRefused, UnknownJob, register_handler
from app.jobs.models import CANCELLED, DONE, FAILED, RUNNING, WAITING, Job
from app.jobs.running import JobContext, LeaseIsLost
from app.jobs.service import enqueue
from app.jobs.worker import claim, reap, run_pending, run_worker
from app.security.actor import NOBODY, SYSTEM, NotPermitted, acting_as, current_actor
from app.security.service import set_active
from tests.world import GRID, HOME, NEXT_DOOR, NEXT_GRID, add_user, as_user, build_areas

pytestmark = pytest.mark.usefixtures("context")
Define = Callable[..., None]


@pytest.fixture
def define(monkeypatch: pytest.MonkeyPatch) -> Define:
    """Defines handlers that are gone after the test."""
    monkeypatch.setattr(handlers, "_HANDLERS", {})

    def add(kind: str, work: Callable[[JobContext], Any], *, tries: int = 5) -> None:
        register_handler(Handler(kind, f"任务{kind}", work, tries))

    return add


def _job(job_id: int) -> Job:
    with acting_as(SYSTEM):
        found = queries.job_of(job_id)
    assert found is not None
    return found


def _make_due(job_id: int, **values: Any) -> None:
    with acting_as(SYSTEM), writing() as session:
        session.execute(update(Job).where(Job.id == job_id).values(run_at=utc_now(), **values))


def _enqueue_and_fail() -> None:
    with writing():
        enqueue("a", {"numbers": [1]})
        _ = 1 / 0


def test_a_job_exists_only_if_its_transaction_commits(app: Flask, define: Define) -> None:
    define("a", lambda job: {"sum": sum(job.payload["numbers"])})
    with acting_as(SYSTEM):
        with pytest.raises(ZeroDivisionError):
            _enqueue_and_fail()
        assert db.session.execute(select(func.count()).select_from(Job)).scalar() == 0
        with writing():
            job = enqueue("a", {"numbers": [1, 2]})
    assert run_pending(app) == 1
    done = _job(job.id)
    assert (done.state, done.result, done.attempt, done.lease_until) == (DONE, {"sum": 3}, 1, None)
    assert run_pending(app) == 0


def test_an_unknown_kind_and_an_unknown_person_are_refused(define: Define) -> None:
    with acting_as(SYSTEM), pytest.raises(UnknownJob):
        enqueue("never heard of", {})
    define("a", lambda job: None)
    with acting_as(NOBODY), pytest.raises(NotPermitted):
        enqueue("a", {})


def test_one_key_is_one_job_for_ever(app: Flask, define: Define) -> None:
    runs: list[dict[str, Any]] = []
    define("digest", lambda job: runs.append(job.payload))
    with acting_as(SYSTEM):
        first = enqueue("digest", {"month": 12}, key="digest:2026-12")
        assert enqueue("digest", {"month": 12}, key="digest:2026-12").id == first.id
        run_pending(app)
        assert enqueue("digest", {"month": 12}, key="digest:2026-12").id == first.id
    assert run_pending(app) == 0
    assert runs == [{"month": 12}]


def test_two_transactions_asking_for_one_key_at_once_get_one_job(app: Flask, define: Define) -> None:
    define("digest", lambda job: None)
    barrier = threading.Barrier(4)
    ids: list[int] = []

    def ask() -> None:
        with app.app_context(), acting_as(SYSTEM):
            barrier.wait()
            ids.append(enqueue("digest", {}, key="digest:2026-12").id)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 4
    assert len(set(ids)) == 1


def test_a_job_runs_with_the_rights_its_person_has_then(app: Flask, define: Define) -> None:
    build_areas()
    seen: list[tuple[str, set[str]]] = []

    def look(_job: JobContext) -> None:
        seen.append((current_actor().name, set(db.session.execute(select(Area.code)).scalars())))

    def touch_neighbour(job: JobContext) -> None:
        with acting_as(SYSTEM):
            grid = db.session.execute(select(Area).where(Area.code == NEXT_GRID)).scalar_one()
        with job.chunk({"done": True}):
            grid.name = "改名"

    define("look", look)
    define("touch", touch_neighbour)
    add_user("office", "street_office", HOME)
    with as_user("office"):
        enqueue("look", {})
        touching = enqueue("touch", {})
    run_pending(app)
    assert seen[0][0] == "office同志"
    assert GRID in seen[0][1]
    assert NEXT_GRID not in seen[0][1]
    assert (_job(touching.id).state, _job(touching.id).checkpoint) == (FAILED, {})
    assert "不在您负责的范围内" in _job(touching.id).error
    with acting_as(SYSTEM):
        assert db.session.execute(select(Area.name).where(Area.code == NEXT_GRID)).scalar() == "第一网格"


def test_a_closed_account_ends_its_jobs_and_is_never_taken_for_the_system(app: Flask, define: Define) -> None:
    build_areas()
    define("a", lambda job: {"ran": True})
    add_user("office", "street_office", HOME)
    with as_user("office"):
        jobs = [enqueue("a", {}).id, enqueue("a", {}).id]
    with acting_as(SYSTEM):
        set_active("office", active=False)
    _make_due(jobs[1], user_id=None)
    run_pending(app)
    assert [_job(job_id).state for job_id in jobs] == [FAILED, FAILED]
    assert "账号已经停用" in _job(jobs[1]).error


def test_a_failure_is_tried_again_later_from_the_checkpoint(
    app: Flask, define: Define, caplog: pytest.LogCaptureFixture
) -> None:
    starts: list[dict[str, Any]] = []

    def fail_twice(job: JobContext) -> dict[str, Any]:
        starts.append(job.checkpoint)
        with job.chunk({"next": len(starts)}, done=len(starts), total=3):
            pass
        if len(starts) < 3:
            raise RuntimeError("SELECT secret FROM table")
        return {"runs": len(starts)}

    define("a", fail_twice)
    with acting_as(SYSTEM):
        job_id = enqueue("a", {}).id
    with caplog.at_level(logging.ERROR):
        assert run_pending(app) == 1
    waiting = _job(job_id)
    assert (waiting.state, waiting.checkpoint) == (WAITING, {"next": 1})
    assert waiting.run_at > utc_now() + timedelta(seconds=3)
    assert "SELECT" not in waiting.error
    number = waiting.error.split("编号 ")[1][:8]
    assert number in caplog.text
    assert "SELECT secret" in caplog.text
    for _ in range(2):
        _make_due(job_id)
        run_pending(app)
    assert starts == [{}, {"next": 1}, {"next": 2}]
    assert (_job(job_id).state, _job(job_id).error, _job(job_id).done_count) == (DONE, "", 3)


def test_a_job_that_never_gets_further_ends_and_can_be_started_again(app: Flask, define: Define) -> None:
    is_mended: list[bool] = []

    def work(_job: JobContext) -> None:
        if not is_mended:
            raise RuntimeError("broken")

    define("a", work, tries=2)
    with acting_as(SYSTEM):
        job_id = enqueue("a", {}).id
        run_pending(app)
        _make_due(job_id)
        run_pending(app)
        assert _job(job_id).state == FAILED
        assert "试了 2 次" in _job(job_id).error
        is_mended.append(True)
        service.try_again(job_id)
        run_pending(app)
        assert (_job(job_id).state, _job(job_id).error) == (DONE, "")
        with pytest.raises(JobRefused):
            service.try_again(job_id)


def test_a_refusal_is_told_in_words_and_not_tried_again(app: Flask, define: Define) -> None:
    def refuse(_job: JobContext) -> None:
        raise JobRefused("文件里没有一行数据。")

    define("a", refuse)
    with acting_as(SYSTEM):
        job_id = enqueue("a", {}).id
    run_pending(app)
    assert (_job(job_id).state, _job(job_id).error) == (FAILED, "文件里没有一行数据。")


def test_an_asked_for_again_key_keeps_the_checkpoint_unless_the_payload_changed(app: Flask, define: Define) -> None:
    starts: list[dict[str, Any]] = []

    def work(job: JobContext) -> None:
        starts.append(job.checkpoint)
        job.save_checkpoint({"next": 7})
        raise JobRefused("这次不行。")

    define("a", work)
    for payload in ({"x": 1}, {"x": 1}, {"x": 2}):
        with acting_as(SYSTEM):
            enqueue("a", payload, key="a:1")
        run_pending(app)
    assert starts == [{}, {"next": 7}, {}]


def test_cancelling(app: Flask, define: Define) -> None:
    build_areas()

    def work(job: JobContext) -> None:
        for number in range(1, 10):
            with job.chunk({"next": number}, done=number, total=9):
                pass
            if number == 3:
                service.cancel(job.id)

    define("a", work)
    add_user("office", "community_clerk", HOME)
    add_user("other", "community_clerk", HOME)
    add_user("next", "street_office", NEXT_DOOR)
    with as_user("office"):
        waiting, running = enqueue("a", {}).id, enqueue("a", {}).id
    with as_user("next"), pytest.raises(NotPermitted):
        service.cancel(waiting)
    with as_user("other"), pytest.raises(NotPermitted):
        service.cancel(waiting)
    with as_user("office"):
        service.cancel(waiting)
    assert run_pending(app) == 1
    assert _job(waiting).state == CANCELLED
    stopped = _job(running)
    assert stopped.state == CANCELLED
    # The chunk in which the worker learns of it is still written whole.
    assert stopped.checkpoint["next"] in (3, 4)
    with as_user("office"), pytest.raises(JobRefused):
        service.cancel(running)


def test_a_worker_that_lost_its_lease_writes_nothing(define: Define) -> None:
    define("a", lambda job: None)
    build_areas()
    with acting_as(SYSTEM):
        job_id = enqueue("a", {}).id
    stop = threading.Event()
    slow = claim(utc_now(), lease=timedelta(seconds=-1), stop_event=stop)
    assert slow is not None
    assert claim(utc_now(), lease=timedelta(seconds=60), stop_event=stop) is None
    assert reap(utc_now()) == 1
    fast = claim(utc_now(), lease=timedelta(seconds=60), stop_event=stop)
    assert fast is not None
    assert fast.attempt == slow.attempt + 1
    with acting_as(SYSTEM):
        grid = db.session.execute(select(Area).where(Area.code == GRID)).scalar_one()
    with pytest.raises(LeaseIsLost), slow.chunk({"next": 1}):
        grid.name = "慢了"
    with fast.chunk({"next": 1}):
        grid.responsible_name = "快"
    with acting_as(SYSTEM):
        row = db.session.execute(select(Area.name, Area.responsible_name).where(Area.code == GRID)).one()
    assert tuple(row) == ("第一网格", "快")
    assert _job(job_id).checkpoint == {"next": 1}


def test_a_job_that_kills_its_workers_is_given_up(define: Define) -> None:
    define("a", lambda job: None, tries=2)
    with acting_as(SYSTEM):
        job_id = enqueue("a", {}).id
    for _ in range(2):
        assert claim(utc_now(), lease=timedelta(seconds=-1), stop_event=threading.Event())
        reap(utc_now())
    assert _job(job_id).state == FAILED
    assert "多次中断" in _job(job_id).error


def test_a_heartbeat_keeps_a_long_job(app: Flask, define: Define) -> None:
    app.config["JOB_LEASE_SECONDS"] = 0.4
    reaped: list[int] = []

    def sleep(_job: JobContext) -> None:
        until = time.monotonic() + 1.2
        while time.monotonic() < until:
            time.sleep(0.1)
            with app.app_context():
                reaped.append(reap(utc_now()))

    define("a", sleep)
    with acting_as(SYSTEM):
        job_id = enqueue("a", {}).id
    run_pending(app)
    assert set(reaped) == {0}
    assert (_job(job_id).state, _job(job_id).attempt) == (DONE, 1)


def test_a_worker_in_a_thread_wakes_at_once_and_hands_back_when_stopped(
    app: Flask, define: Define, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "POLL_SECONDS", 30)
    started = threading.Event()

    def work(job: JobContext) -> None:
        for number in range(job.checkpoint.get("next", 0) + 1, 1000):
            with job.chunk({"next": number}, done=number, total=1000):
                pass
            started.set()
            time.sleep(0.01)

    define("a", work)
    stop = threading.Event()
    thread = threading.Thread(target=run_worker, args=(app, stop))
    thread.start()
    try:
        time.sleep(0.3)
        with acting_as(SYSTEM):
            job_id = enqueue("a", {}).id
        assert started.wait(10)
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()
    job = _job(job_id)
    assert (job.state, job.lease_until) == (WAITING, None)
    assert job.checkpoint["next"] >= 1


def test_progress_is_shown_in_words(app: Flask, define: Define) -> None:
    shown: list[queries.JobProgress] = []

    def work(job: JobContext) -> None:
        job.progress(30, 90, "正在检查第 30 行")
        with app.app_context():
            row = _job(job.id)
            assert row.started_at is not None
            shown.append(queries.progress_of(row, now=row.started_at + timedelta(minutes=2)))
        job.progress(31, 90)  # within a second of the last: not worth a transaction
        with app.app_context():
            assert _job(job.id).done_count == 30

    define("a", work)
    with acting_as(SYSTEM):
        job_id = enqueue("a", {}).id
    run_pending(app)
    progress = shown[0]
    assert (progress.state_text, progress.done, progress.total) == ("处理中", 30, 90)
    assert (progress.text, progress.left_text) == ("正在检查第 30 行", "大约还要 4 分钟")
    assert queries.progress_of(_job(job_id), now=utc_now()).is_finished


def test_neighbours_do_not_see_jobs(define: Define) -> None:
    build_areas()
    define("a", lambda job: None)
    add_user("office", "community_clerk", HOME)
    add_user("admin", "system_admin", HOME)
    add_user("next", "system_admin", NEXT_DOOR)
    with as_user("office"):
        job_id = enqueue("a", {}).id
        assert [job.id for job in queries.my_jobs()] == [job_id]
    with as_user("admin"):
        assert [job.id for job in queries.jobs_in_scope()] == [job_id]
    with as_user("next"):
        assert queries.job_of(job_id) is None
        assert queries.jobs_in_scope() == []


def test_a_kind_means_one_function(define: Define) -> None:
    define("a", len)
    define("a", len)
    with pytest.raises(ValueError, match="'a'"):
        define("a", repr)
    assert [item.kind for item in handlers.handlers()] == ["a"]
    assert RUNNING not in [item.kind for item in handlers.handlers()]
