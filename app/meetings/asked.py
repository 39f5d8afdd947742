"""What an address asks for: the meeting or resolution behind an id, and what is sent or stored for it."""

from __future__ import annotations

from flask import Response, abort, flash, request

from app.database.transactions import writing
from app.files.kinds import FileRefused
from app.language import gettext as _
from app.lowcode import queries as rows
from app.lowcode.exporting import download
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.meetings import pages, service
from app.meetings.models import Meeting, Resolution
from app.security import audit
from app.security.actor import current_actor

LARGEST_ID = 2**31 - 1


def possible_id(id_: int) -> int:
    """The id, where a table can have it; 404 where the database could not even be asked."""
    if id_ > LARGEST_ID:
        abort(404)
    return id_


def meeting_or_404(meeting_id: int, permission: str = "read") -> Meeting:
    """The meeting, where the actor may see it (404) and holds the permission there (403)."""
    row = rows.get(register("meetings"), possible_id(meeting_id))
    if row is None:
        abort(404)
    if permission != "read" and not current_actor().covers("meetings", permission, row.area_code):
        abort(403)
    return row  # type: ignore[no-any-return]


def resolution_or_404(resolution_id: int, permission: str = "read") -> Resolution:
    """The resolution, where the actor may see it (404) and holds the permission there (403)."""
    row = rows.get(register("resolutions"), possible_id(resolution_id))
    if row is None:
        abort(404)
    if permission != "read" and not current_actor().covers("resolutions", permission, row.area_code):
        abort(403)
    return row  # type: ignore[no-any-return]


def flash_reasons(refused: SaveRefused) -> None:
    """Say on the next page why nothing was saved."""
    for sentence in refused.errors.values():
        flash(_(sentence), "red")


def sent(body: bytes, title: str, format_: str, area_code: str, uid: str | None) -> Response:
    """A rendered paper as a download, noted in the audit chain."""
    with writing():
        audit.record("printed", "meetings", area_code=area_code, row_uid=uid, note=f"{title} {format_}")
    return download(body, f"{title}.{format_}")


def store_files(record: Meeting | Resolution, label: str) -> None:
    """Keep the files of the form with the record, and say what became of each."""
    sent = [file for file in request.files.getlist("file") if file.filename]
    if not sent:
        flash(_("请先选择照片或文件。"), "amber")
        return
    kept = label if label in pages.FILE_KINDS or label == "回执" else ""
    for file in sent:
        try:
            service.add_file(record, label=kept, name=file.filename or "", data=file.read())
            flash(_("已上传：%(name)s", name=file.filename), "green")
        except FileRefused as refused:
            flash(f"{file.filename}：{refused}", "red")
