"""Where a blank table was not recognised rightly, a person says how it is: of a collection, and of one's own filling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, redirect, request, url_for
from flask_appbuilder import BaseView, expose

from app.language import gettext as _
from app.lowcode.importing import sheets
from app.lowcode.importing.containers import FileIsRefused
from app.lowcode.page_models.parts import Note
from app.requested_tables import correcting, layout_pages
from app.requested_tables.corrections import BlankCorrection
from app.requested_tables.fillings import Opened
from app.requested_tables.models import RESOURCE
from app.requested_tables.opening import gathered, kept, read
from app.requested_tables.proposing import known_words
from app.requested_tables.rules import StepRefused
from app.security.actor import SYSTEM, NotPermitted, current_actor
from app.security.addresses import safe_next
from app.security.permissions import permitted


class BlankLayoutView(BaseView):  # type: ignore[misc]
    """/requested_tables/…/layout."""

    route_base = "/requested_tables"
    default_view = "collection"

    @expose("/collections/<int:collection_id>/layout", methods=["GET", "POST"])
    @permitted(RESOURCE, "write")
    def collection(self, collection_id: int) -> Any:
        """The blank table of a collection."""
        of, actor = gathered(collection_id), current_actor()
        wish = read(of)
        return self._layout(
            wish.blank, BlankCorrection.from_json(of.corrections), asks_owner=True, subtitle=of.title,
            keep=lambda said: correcting.correct_collection(of, wish, said, by=actor),
            address=lambda number: url_for("BlankLayoutView.collection", collection_id=of.id, sheet=number),
            next_url=url_for("CollectionView.desk", collection_id=of.id),
        )  # fmt: skip

    @expose("/fill/<int:filling_id>/layout", methods=["GET", "POST"])
    @permitted(RESOURCE, "export")
    def filling(self, filling_id: int) -> Any:
        """The blank table one fills oneself."""
        of, actor = kept(filling_id), current_actor()
        chosen = request.args.get("next", "")
        return self._layout(
            of.blank, BlankCorrection.from_json(of.filling.corrections), asks_owner=False, subtitle=_name(of),
            keep=lambda said: correcting.correct_filling(of, said, by=actor),
            address=lambda number: url_for(
                "BlankLayoutView.filling", filling_id=of.filling.id, sheet=number, next=chosen or None
            ),
            next_url=safe_next(chosen) if chosen else url_for("FillingView.choose", filling_id=of.filling.id),
        )  # fmt: skip

    def _layout(
        self, blank: bytes, said: BlankCorrection, *, asks_owner: bool, subtitle: str,
        keep: Callable[[BlankCorrection], None], address: Callable[[int], str], next_url: str,
    ) -> Any:  # fmt: skip
        book, known = sheets.read(blank), frozenset(known_words(SYSTEM))
        current = request.args.get("sheet", -1, type=int)
        notes: list[Note] = []
        if request.method == "POST":
            if not 0 <= current < len(book.sheets):
                abort(404)
            try:
                said = layout_pages.said_now(request.form, book.sheets[current], known, said)
                keep(said)
            except (ValueError, FileIsRefused, StepRefused, NotPermitted) as refusal:
                notes.append(Note(str(refusal), "red"))
            else:
                if request.form.get("action", "done") == "done":
                    return redirect(next_url)
        page = layout_pages.layout_page(
            book.sheets, known, said, address, title=_("表是怎么认的"), subtitle=subtitle, current=current,
            asks_owner=asks_owner, back_url=next_url, notes=notes,
        )  # fmt: skip
        return self.render_template("requested_tables/layout.html", page=page), 422 if notes else 200


def _name(of: Opened) -> str:
    return of.filling.title or of.filling.file_name
