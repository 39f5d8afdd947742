"""The download page: the right name, the right headers, and nothing for a neighbour."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from app.areas.models import Area
from app.extensions import db
from app.files import records
from app.files.records import behind_the_wall, register_record_kind
from app.files.service import attach
from app.security.actor import SYSTEM, acting_as
from app.security.models import AuditEntry
from tests.files.contents import PDF
from tests.world import GRID, HOME, NEXT_DOOR, add_user, as_user, build_areas, signed_in_client


@pytest.fixture
def attachment_id(app: Flask, monkeypatch: pytest.MonkeyPatch) -> int:
    """A PDF beside the grid of HOME."""
    monkeypatch.setattr(records, "_KINDS", {})
    register_record_kind(behind_the_wall(Area, is_logged=True))
    with app.app_context():
        build_areas()
        add_user("office", "street_office", HOME)
        add_user("leader", "street_leader", HOME)
        add_user("next", "street_office", NEXT_DOOR)
        with acting_as(SYSTEM):
            uid = db.session.execute(select(Area.uid).where(Area.code == GRID)).scalar_one()
        with as_user("office"):
            return attach("areas", uid, GRID, "桂花社区“议事会”记录.pdf", PDF).id


def _downloads(app: Flask) -> list[AuditEntry]:
    with app.app_context(), acting_as(SYSTEM):
        return list(db.session.execute(select(AuditEntry).where(AuditEntry.action == "downloaded")).scalars())


def test_a_download_has_its_name_and_stays_a_download(app: Flask, attachment_id: int) -> None:
    answer = signed_in_client(app, "leader").get(f"/files/{attachment_id}", buffered=True)
    assert (answer.status_code, answer.data) == (200, PDF)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert "filename*=UTF-8''%E6%A1%82%E8%8A%B1" in disposition
    (entry,) = _downloads(app)
    assert (entry.user_name, entry.resource, entry.area_code) == ("leader同志", "areas", GRID)


@pytest.mark.parametrize("is_logged", [False, True])
def test_a_photo_stands_small_on_a_page_without_what_the_camera_wrote(
    app: Flask, attachment_id: int, is_logged: bool
) -> None:
    register_record_kind(behind_the_wall(Area, is_logged=is_logged))
    taken, kept = Image.new("RGB", (1200, 600), "red"), io.BytesIO()
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "相机"  # held upright; its maker
    taken.save(kept, "JPEG", exif=exif)
    with app.app_context(), as_user("office"):
        uid = db.session.execute(select(Area.uid).where(Area.code == GRID)).scalar_one()
        photo = attach("areas", uid, GRID, "处置后.jpg", kept.getvalue()).id
    leader = signed_in_client(app, "leader")
    answer = leader.get(f"/files/{photo}/picture")
    assert answer.status_code == (404 if is_logged else 200), "each look at such records is written down: no small ones"
    assert leader.get(f"/files/{attachment_id}/picture").status_code == 404, "a PDF is no photo"
    assert signed_in_client(app, "next").get(f"/files/{photo}/picture").status_code == 404
    assert _downloads(app) == []
    if not is_logged:
        small = Image.open(io.BytesIO(answer.data))
        assert (small.size, small.format, dict(small.getexif())) == ((180, 360), "JPEG", {})
        assert len(answer.data) < len(kept.getvalue())
        assert answer.headers["Cache-Control"] == "private, no-cache"
        again = leader.get(f"/files/{photo}/picture", headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_a_neighbour_and_a_stranger_get_nothing(app: Flask, attachment_id: int) -> None:
    neighbour = signed_in_client(app, "next")
    for number in (attachment_id, attachment_id + 1000):
        answer = neighbour.get(f"/files/{number}")
        assert answer.status_code == 404
        assert b"%PDF" not in answer.data
    assert app.test_client().get(f"/files/{attachment_id}").status_code == 302
    assert _downloads(app) == []


def test_a_file_lost_from_the_disk_is_a_missing_page(app: Flask, attachment_id: int) -> None:
    for path in (app.config["DATA_DIR"] / "files").rglob("*"):
        if path.is_file():
            path.unlink()
    assert signed_in_client(app, "leader").get(f"/files/{attachment_id}").status_code == 404
