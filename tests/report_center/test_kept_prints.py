"""A print is found by its code and printed again byte for byte; official papers carry no code."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from app.database.transactions import writing
from app.extensions import db
from app.lowcode.papers import Paper, PaperRequest, paper
from app.lowcode.register import register
from app.report_center.documents import Printable, printable
from app.report_center.kept_prints import coded, kept_document, record_by_code
from app.report_center.models import PrintRecord
from app.report_center.short_codes import ALPHABET, in_fours, new_code, plain
from app.security.actor import SYSTEM, acting_as
from reports.document import Document, Paragraph
from reports.rendering import render
from tests.report_center.conftest import OCTOBER, build_world
from tests.world import GRID, HOME, TODAY, signed_in_client


def test_codes_can_be_read_aloud() -> None:
    code = new_code()
    assert len(code) == 8
    assert not set(code) - set(ALPHABET)
    assert not set("01OIL") & set(ALPHABET)
    assert plain(f" {in_fours(code).lower()} ") == code


def test_ledgers_carry_a_code_and_official_papers_and_notices_none(digest: Paper) -> None:
    table = Document("台账", (Paragraph("x"),))
    made, code = coded(digest, Printable(table))
    assert code is not None
    assert made.document.short_code == in_fours(code)
    for document in (replace(table, style="official"), replace(table, title="积分公示")):
        assert coded(digest, Printable(document)) == (Printable(document), None)


@pytest.mark.usefixtures("context")
def test_a_roster_is_traced_but_not_kept(digest: Paper) -> None:
    build_world()
    with acting_as(SYSTEM):
        of = paper("grid_workers")
        made, code = coded(of, printable(of, PaperRequest(HOME, OCTOBER, TODAY, SYSTEM)))
        assert code is not None
        assert in_fours(code).encode() in render(made.document, "html")


def test_printing_again_gives_the_same_bytes(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        build_world()
        db.session.remove()
    client = signed_in_client(sqlite_app, "secretary")
    form = {"paper": "digest", "area": HOME, "period": "2026-10"}
    first = {each: client.post("/reports/file", data={**form, "format": each}).data for each in ("pdf", "xlsx", "docx")}
    client.post("/reports/file", data={"paper": "grid_workers", "area": HOME, "period": "2026-10", "format": "html"})
    member = register("party_members").model
    with sqlite_app.app_context(), acting_as(SYSTEM), writing() as session:
        session.add(member(name="何八", roster="registered", area_code=GRID))
    with sqlite_app.app_context(), acting_as(SYSTEM):
        rows = db.session.execute(select(PrintRecord).order_by(PrintRecord.id)).scalars().all()
        uids = {row.formats: row.uid for row in rows[:3]}
        roster, code = rows[3].uid, rows[3].short_code
        assert [row.short_code for row in rows[:3]] == [None] * 3
        assert rows[0].data_on == OCTOBER.last
        assert kept_document(rows[3]) is None
        assert code is not None
        assert record_by_code(code) is not None
        db.session.remove()
    for format_, uid in uids.items():
        again = client.get(f"/reports/prints/{uid}/file?format={format_}")
        assert again.data == first[format_], format_
    page = client.get(f"/reports/prints/{uids['pdf']}").get_data(as_text=True)
    assert "数据截至" in page
    assert "2026-10-31" in page
    assert client.get(f"/reports/prints/{roster}/file?format=html").status_code == 404
    assert "不留底稿" in client.get(f"/reports/prints/?code={in_fours(code)}", follow_redirects=True).get_data(
        as_text=True
    )
    neighbour = signed_in_client(sqlite_app, "next_secretary")
    assert neighbour.get(f"/reports/prints/{uids['pdf']}").status_code == 404
    assert "没有找到" in neighbour.get(f"/reports/prints/?code={code}").get_data(as_text=True)
