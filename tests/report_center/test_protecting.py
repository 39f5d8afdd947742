"""Watermark and password of a PDF, read again by independent programs; digests that make themselves."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import UTC, date, datetime

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import utc_now
from app.extensions import db
from app.jobs import planning
from app.jobs.models import DONE, Job
from app.jobs.service import enqueue
from app.jobs.worker import run_pending
from app.periods.rules import parse
from app.report_center.kept_prints import kept_document
from app.report_center.models import PrintRecord
from app.report_center.protecting import check_password, protected
from app.report_center.rules import SubmissionRefused
from app.report_center.scheduled import KIND, months_due
from app.security.actor import SYSTEM, acting_as
from reports.document import Document, Paragraph
from reports.rendering import render
from tests.report_center.conftest import build_world
from tests.world import DISTRICT, HOME, OTHER_STREET, STREET, signed_in_client

PAPER = render(Document("台账", tuple(Paragraph(f"第{n}段") for n in range(200)), style="official"), "pdf")


def _text(data: bytes, *options: str) -> str:
    found = subprocess.run(
        [shutil.which("pdftotext") or "pdftotext", *options, "-", "-"], input=data, capture_output=True, check=True
    )
    return found.stdout.decode()


def test_a_watermark_is_seen_and_not_in_the_text() -> None:
    marked = protected(PAPER, watermark="桂花社区 王敏 2026-11-22")
    assert _text(marked) == _text(PAPER)
    with pikepdf.open(io.BytesIO(marked)) as document:
        assert len(document.pages) > 3
        for page in document.pages:
            forms = [form for form in page.Resources.XObject.values() if form.Subtype == pikepdf.Name.Form]
            assert len(forms) == 1
        assert len(marked) < len(PAPER) + 60_000
    assert protected(PAPER) == PAPER


def test_a_password_is_aes_256_and_opens_the_paper() -> None:
    locked = protected(PAPER, password="shequ-2026")
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(locked))
    with pikepdf.open(io.BytesIO(locked), password="shequ-2026") as document:
        assert document.is_encrypted
        assert (document.encryption.R, document.encryption.bits) == (6, 256)
        assert document.encryption.stream_method == pikepdf.models.encryption.EncryptionMethod.aesv3
        assert not document.allow.extract
        assert document.allow.print_highres
    assert _text(locked, "-upw", "shequ-2026") == _text(PAPER)


def test_passwords() -> None:
    assert check_password("") == ""
    assert check_password("abc-123") == "abc-123"
    for wrong in ("abc", "x" * 65, "密码密码密码"):
        with pytest.raises(SubmissionRefused):
            check_password(wrong)


def test_the_page_marks_and_locks(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        build_world()
        db.session.remove()
    client = signed_in_client(sqlite_app, "secretary")
    form = {"paper": "digest", "area": HOME, "period": "2026-10", "format": "pdf"}
    plain = client.post("/reports/file", data=form).data
    marked = client.post("/reports/file", data={**form, "mark": "1"}).data
    assert _text(marked) == _text(plain)
    assert marked != plain
    locked = client.post("/reports/file", data={**form, "password": "shequ-2026"}).data
    with pikepdf.open(io.BytesIO(locked), password="shequ-2026") as document:
        assert document.is_encrypted
    refused = client.post("/reports/file", data={**form, "password": "abc"}, follow_redirects=True)
    assert "打开密码要" in refused.get_data(as_text=True)
    both = client.post(
        "/reports/file", data={**form, "format": ["pdf", "xlsx"], "password": "shequ-2026"}, follow_redirects=True
    )
    assert "只能加在 PDF 上" in both.get_data(as_text=True)


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (None, ["2026-10"]), ("2026-09", ["2026-10"]), ("2026-10", []), ("2026-07", ["2026-08", "2026-09", "2026-10"]),
        ("2025-01", ["2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10"]),
    ],
)  # fmt: skip
def test_months_that_were_missed_are_made_up_for(last: str | None, expected: list[str]) -> None:
    assert [month.key for month in months_due(date(2026, 11, 3), last)] == expected


def _run(app: Flask, key: str) -> Job:
    with app.app_context(), acting_as(SYSTEM):
        id_ = enqueue(KIND, {"on": "2026-11-22"}, key=key, by=SYSTEM, area_code="").id
        db.session.remove()
    run_pending(app)
    with app.app_context(), acting_as(SYSTEM):
        job = db.session.get(Job, id_)
        assert job is not None
        assert job.state == DONE, job.error
        return job


def test_digests_make_themselves_once(app: Flask) -> None:
    with app.app_context():
        build_world()
        db.session.remove()
    assert _run(app, "first").result == {"count": 3}
    assert _run(app, "again").result == {"count": 0}
    with app.app_context(), acting_as(SYSTEM):
        rows = db.session.execute(select(PrintRecord).order_by(PrintRecord.id)).scalars().all()
        assert [(row.area_code, row.period, row.is_scheduled) for row in rows] == [
            (code, "2026-10", True) for code in (DISTRICT, STREET, OTHER_STREET)
        ]
        assert parse(rows[0].period).title in rows[0].title
        assert kept_document(rows[1]) is not None
        assert rows[0].at <= utc_now()
        uid = rows[1].uid
        db.session.remove()
    office = signed_in_client(app, "street")
    assert "自动生成" in office.get("/reports/").get_data(as_text=True)
    assert "数据截至" in office.get(f"/reports/prints/{uid}").get_data(as_text=True)


def test_the_worker_asks_for_them_each_month(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with sqlite_app.app_context():
        for day in (date(2026, 11, 3), date(2026, 11, 28), date(2026, 12, 9)):
            monkeypatch.setattr(planning, "_planned", {})
            planning.plan(datetime(day.year, day.month, day.day, 1, tzinfo=UTC))
        with acting_as(SYSTEM):
            keys = set(db.session.execute(select(Job.key).where(Job.kind == KIND)).scalars())
    assert keys == {f"{KIND}:2026-11", f"{KIND}:2026-12"}
