"""全部打印: one PDF with bookmarks, a ZIP, a job that may be called off, a file for its user only."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from pathlib import Path

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import utc_now
from app.database.transactions import writing
from app.extensions import db
from app.jobs import service as jobs
from app.jobs.models import CANCELLED, DONE, FAILED, Job
from app.jobs.worker import run_pending
from app.lowcode.papers import PaperRequest, paper
from app.report_center import documents
from app.report_center.models import PrintRecord
from app.report_center.printing import folder_of, order, plan, result_of, sweep
from app.report_center.rules import SubmissionRefused
from app.security.actor import SYSTEM, acting_as
from reports.rendering import render
from tests.report_center.conftest import OCTOBER, build_world
from tests.world import HOME, NEXT_DOOR, STREET, TODAY, as_user, signed_in_client

NAMES = ("digest", "grid_workers")


@pytest.fixture
def world(app: Flask) -> Flask:
    with app.app_context():
        build_world()
        db.session.remove()
    return app


@pytest.fixture
def small_world(sqlite_app: Flask) -> Flask:
    with sqlite_app.app_context():
        build_world()
        db.session.remove()
    return sqlite_app


def _ask(app: Flask, *, user: str = "street", area: str = STREET, container: str = "pdf", formats: tuple = ()) -> int:
    with app.app_context(), as_user(user) as actor:
        of = [paper(name) for name in NAMES]
        return order(of, area, OCTOBER, container=container, formats=formats, by=actor).id


def _job(app: Flask, job_id: int) -> Job:
    with acting_as(SYSTEM):
        job = db.session.get(Job, job_id)
        assert job is not None
        return job


def _bookmarks(path: Path) -> list[tuple[str, list[str]]]:
    with pikepdf.open(path) as document, document.open_outline() as outline:
        return [(item.title, [child.title for child in item.children]) for item in outline.root]


def test_one_pdf_holds_all_pages_and_bookmarks(world: Flask) -> None:
    job_id = _ask(world)
    run_pending(world)
    with world.app_context():
        job = _job(world, job_id)
        assert job.state == DONE, job.error
        path = result_of(job)
        assert path is not None
        pages = 0
        with as_user("street") as actor:
            for code in (HOME, NEXT_DOOR):
                for name in NAMES:
                    document = paper(name).build(PaperRequest(code, OCTOBER, TODAY, actor))
                    pages += len(pikepdf.open(io.BytesIO(render(document, "pdf"))).pages)
        with pikepdf.open(path) as whole:
            assert len(whole.pages) == pages == job.result["pages"]
        assert _bookmarks(path) == [
            ("桂花社区", ["月报", "网格员名册"]),
            ("银杏社区", ["月报", "网格员名册"]),
        ]
        with acting_as(SYSTEM):
            rows = db.session.execute(select(PrintRecord).where(PrintRecord.job_id == job_id)).scalars().all()
        assert sorted((row.area_code, row.paper) for row in rows) == sorted(
            (code, name) for code in (HOME, NEXT_DOOR) for name in NAMES
        )
        assert sorted(item.name for item in folder_of(job_id).iterdir()) == ["result.pdf"]


def test_a_zip_holds_every_format(world: Flask) -> None:
    job_id = _ask(world, container="zip", formats=("pdf", "xlsx"))
    run_pending(world)
    with world.app_context():
        path = result_of(_job(world, job_id))
        assert path is not None
        with zipfile.ZipFile(path) as archive:
            assert sorted(archive.namelist()) == sorted(
                f"{area}/{title}_2026-10.{suffix}"
                for area in ("桂花社区", "银杏社区")
                for title in ("月报", "网格员名册")
                for suffix in ("pdf", "xlsx")
            )
            assert archive.testzip() is None


def test_only_its_user_gets_the_file(small_world: Flask) -> None:
    job_id = _ask(small_world)
    run_pending(small_world)
    owner = signed_in_client(small_world, "street")
    assert "下载文件" in owner.get(f"/reports/jobs/{job_id}").get_data(as_text=True)
    with owner.get(f"/reports/jobs/{job_id}/file") as answer:
        assert answer.data.startswith(b"%PDF-")
        assert "no-store" in answer.headers["Cache-Control"]
    for name in ("secretary", "leader", "elsewhere"):
        other = signed_in_client(small_world, name)
        assert other.get(f"/reports/jobs/{job_id}").status_code == 404
        assert other.get(f"/reports/jobs/{job_id}/file").status_code == 404


def test_a_community_prints_its_own_only(small_world: Flask) -> None:
    job_id = _ask(small_world, user="secretary", area=HOME)
    with small_world.app_context(), as_user("next_secretary") as actor:
        payload = {"papers": list(NAMES)}
        assert plan(payload, PaperRequest(HOME, OCTOBER, TODAY, actor)) == []
        own = plan(payload, PaperRequest(STREET, OCTOBER, TODAY, actor))
        assert {piece.area_code for piece in own} == {NEXT_DOOR}
    run_pending(small_world)
    with small_world.app_context():
        path = result_of(_job(small_world, job_id))
        assert path is not None
        assert [title for title, _papers in _bookmarks(path)] == ["桂花社区"]


def test_what_has_no_papers_says_so(small_world: Flask) -> None:
    with small_world.app_context(), as_user("elsewhere") as actor:
        with pytest.raises(SubmissionRefused, match="勾选"):
            order([], STREET, OCTOBER, container="pdf", formats=(), by=actor)
        job_id = order([paper("digest")], STREET, OCTOBER, container="pdf", formats=(), by=actor).id
    run_pending(small_world)
    with small_world.app_context():
        job = _job(small_world, job_id)
        assert job.state == FAILED
        assert "没有可以打印的报表" in job.error


def test_called_off_and_begun_again(small_world: Flask) -> None:
    job_id = _ask(small_world)
    with small_world.app_context(), as_user("street"):
        jobs.cancel(job_id)
    run_pending(small_world)
    with small_world.app_context():
        job = _job(small_world, job_id)
        assert job.state == CANCELLED
        assert result_of(job) is None
    client = signed_in_client(small_world, "street")
    assert "打印已取消" in client.get(f"/reports/jobs/{job_id}").get_data(as_text=True)
    client.post(f"/jobs/{job_id}/again", data={"next": f"/reports/jobs/{job_id}"})
    run_pending(small_world)
    with small_world.app_context():
        assert _job(small_world, job_id).state == DONE


def test_a_broken_off_bundle_goes_on_where_it_stopped(small_world: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    rendered: list[str] = []

    def failing(document: object, format_: str) -> bytes:
        rendered.append(format_)
        if len(rendered) == 3:
            raise OSError("disk")
        return render(document, format_)  # type: ignore[arg-type]

    monkeypatch.setattr(documents, "render", failing)
    job_id = _ask(small_world)
    run_pending(small_world)
    with small_world.app_context():
        job = _job(small_world, job_id)
        assert job.checkpoint == {"next": 2}, "what is to be printed is written once, beside the parts"
        assert job.done_count == 2
        with acting_as(SYSTEM), writing() as session:
            again = session.get(Job, job_id)
            assert again is not None
            again.run_at = utc_now()
    run_pending(small_world)
    with small_world.app_context():
        assert _job(small_world, job_id).state == DONE
        assert len(rendered) == 5  # two, the one that failed, then the two that were left
        with acting_as(SYSTEM):
            assert len(db.session.execute(select(PrintRecord.id)).all()) == 4


def test_a_bundle_whose_folder_was_lost_begins_anew(small_world: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    rendered: list[str] = []

    def failing(document: object, format_: str) -> bytes:
        rendered.append(format_)
        if len(rendered) == 3:
            raise OSError("disk")
        return render(document, format_)  # type: ignore[arg-type]

    monkeypatch.setattr(documents, "render", failing)
    job_id = _ask(small_world)
    run_pending(small_world)
    with small_world.app_context():
        shutil.rmtree(folder_of(job_id))
        with acting_as(SYSTEM), writing() as session:
            again = session.get(Job, job_id)
            assert again is not None
            again.run_at = utc_now()
    run_pending(small_world)
    with small_world.app_context():
        job = _job(small_world, job_id)
        assert job.state == DONE
        assert len(rendered) == 3 + 4
        assert result_of(job) is not None


def test_old_results_are_swept(small_world: Flask) -> None:
    job_id = _ask(small_world)
    run_pending(small_world)
    with small_world.app_context():
        assert sweep() == 0
        os.utime(folder_of(job_id), (0, 0))
        assert sweep() == 1
    page = signed_in_client(small_world, "street").get(f"/reports/jobs/{job_id}").get_data(as_text=True)
    assert "过期" in page
