"""The download of an attachment, and a photo made small for a page."""

from __future__ import annotations

from flask import Flask, Response, abort, request, send_file
from flask.typing import ResponseReturnValue
from flask_appbuilder import AppBuilder, BaseView, expose
from werkzeug.wrappers import Response as BaseResponse

from app.files import pictures
from app.files.queries import open_attachment
from app.files.records import is_logged
from app.files.service import note_download
from app.security.permissions import signed_in_only


class FileView(BaseView):  # type: ignore[misc]
    """Serves files through their record only."""

    route_base = "/files"

    @expose("/<int:attachment_id>")
    @signed_in_only("附件跟着它的记录走：看得到记录的人才打得开，其他人得到“没有这个页面”")
    def download(self, attachment_id: int) -> ResponseReturnValue:
        """The bytes under their name; 404 for whoever may not read the record, as if there were none."""
        opened = open_attachment(attachment_id)
        if opened is None or not opened.path.is_file():
            abort(404)
        note_download(opened)
        answer = send_file(
            opened.path,
            mimetype=opened.item.media_type,
            as_attachment=True,
            download_name=opened.item.title,
            etag=opened.digest,
            max_age=0,
        )
        return _kept_apart(answer)

    @expose("/<int:attachment_id>/picture")
    @signed_in_only("和下载一样：看得到记录的人才看得到它的照片")
    def picture(self, attachment_id: int) -> ResponseReturnValue:
        """A photo made small, to stand on a page; 404 where each look has to be written down, and for what is no photo."""
        opened = open_attachment(attachment_id)
        if opened is None or not opened.item.is_image or is_logged(opened.record_kind):
            abort(404)
        tag = f"{opened.digest}-{pictures.LONGEST_SIDE}"
        try:
            # Whoever has it already is told so without making it again.
            data = b"" if request.if_none_match.contains(tag) else pictures.reduced(opened.path)
        except OSError:
            abort(404)
        answer = Response(data, mimetype=pictures.MEDIA_TYPE)
        answer.set_etag(tag)
        return _kept_apart(answer.make_conditional(request))


def _kept_apart(answer: BaseResponse) -> BaseResponse:
    """What people upload is neither guessed at, nor run, nor kept by others."""
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001
    """Put the download into the application."""
    appbuilder.add_view_no_menu(FileView)
