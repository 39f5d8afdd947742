"""A job within one long transaction: others see how far it is, and that nothing is there yet; called off, nothing was done."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from flask import Flask

from app.clock import utc_now
from app.database.transactions import writing
from app.jobs import queries, telling
from app.jobs.models import RUNNING, Job
from app.jobs.running import JobStops
from app.jobs.service import enqueue
from app.jobs.telling import counted
from app.security.actor import SYSTEM, acting_as

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "EVERY_SECONDS", 0.0)


def _go_on() -> None:
    """Nobody called it off."""


def test_what_is_gone_through_is_told_and_nothing_stays_behind(app: Flask) -> None:
    seen: list[tuple[int, int] | None] = []
    with telling.telling(7, 2, 250, stop_here=_go_on):
        seen += [telling.told(7, 2) for _ in counted(range(300))]
        seen.append(telling.told(7, 2))
    assert list(dict.fromkeys(seen)) == [(0, 250), (100, 250), (200, 250), (250, 250)]  # never more than there is
    assert telling.told(7, 2) is None
    assert not list((Path(app.config["DATA_DIR"]) / "progress").iterdir())


def test_what_is_gone_through_twice_is_done_after_the_second_time() -> None:
    with telling.telling(7, 1, 200, stop_here=_go_on, passes=2):
        list(counted(range(200)))
        assert telling.told(7, 1) == (100, 200)
        list(counted(range(200)))
        assert telling.told(7, 1) == (200, 200)


def test_outside_a_job_items_only_pass() -> None:
    assert list(counted(iter("abc"))) == ["a", "b", "c"]


def test_another_attempt_and_a_spoilt_file_tell_nothing(app: Flask) -> None:
    with telling.telling(7, 2, 100, stop_here=_go_on):
        list(counted(range(100)))
        assert telling.told(7, 2) == (100, 100)
        assert telling.told(7, 3) is None
        (Path(app.config["DATA_DIR"]) / "progress" / "7").write_text("2 x", "ascii")
        assert telling.told(7, 2) is None


def test_a_job_that_is_called_off_ends_within_its_transaction() -> None:
    def stop() -> None:
        raise JobStops

    taken: list[int] = []
    with pytest.raises(JobStops), telling.telling(7, 1, 500, stop_here=stop):
        taken.extend(counted(range(500)))
    assert len(taken) == telling.LOOKED_AFTER
    assert telling.told(7, 1) is None


def test_just_the_attempt_that_was_called_off_hears_of_it() -> None:
    assert not telling.ask_to_stop(7, 2), "no transaction is open"
    with telling.telling(7, 2, 500, stop_here=_go_on):
        assert not telling.ask_to_stop(7, 1)
        assert not telling.is_asked_to_stop(7, 2)
        assert telling.ask_to_stop(7, 2)
        assert telling.is_asked_to_stop(7, 2)
        assert not telling.is_asked_to_stop(7, 3)
    assert not telling.is_asked_to_stop(7, 2)


def test_the_worker_and_a_page_write_at_the_same_time(app: Flask) -> None:
    failed: list[OSError] = []

    def click() -> None:
        try:
            with app.app_context():
                for _ in range(100):
                    telling.ask_to_stop(7, 2)
        except OSError as fault:
            failed.append(fault)

    with telling.telling(7, 2, 100_000, stop_here=_go_on):
        thread = threading.Thread(target=click)
        thread.start()
        while thread.is_alive():
            list(counted(range(telling.LOOKED_AFTER)))
        thread.join()
    assert not failed


def test_the_page_shows_what_the_database_cannot() -> None:
    with acting_as(SYSTEM):
        with writing():
            job = enqueue("import_undo", {})
        with writing():
            job.state, job.attempt, job.total_count, job.started_at = RUNNING, 1, 400, utc_now()
        before = queries.progress_of(job, now=utc_now())
        with telling.telling(job.id, 1, 400, stop_here=_go_on):
            list(counted(range(300)))
            within = queries.progress_of(job, now=utc_now())
        after = queries.progress_of(
            Job(id=job.id, attempt=1, state="done", done_count=0, total_count=400), now=utc_now()
        )
    assert [(each.done, each.total) for each in (before, within, after)] == [(0, 400), (300, 400), (400, 400)]
