"""Projects and rectifications that run late come onto the ledger from their own pages, with what they say already."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.lowcode.register import register
from app.lowcode.service import save
from app.property_ratings.rectifications import Rectification
from app.security.actor import SYSTEM, acting_as
from app.supervision import queries, sources
from app.supervision.models import ITEMS
from tests.world import HOME, TODAY, signed_in_client


def made(name: str, /, **raw: Any) -> Any:
    return save(register(name), None, {"area": HOME} | raw, by=SYSTEM, today=TODAY)


def project() -> Any:
    return made(
        "projects", name="加装充电桩", lead_unit="mender单位", registered_on="2026-10-09", ends_on="2026-11-16", number="项7"
    )  # fmt: skip


def rectification() -> Any:
    company = made("property_companies", name="安居物业")
    compound = made("residential_compounds", name="富康新村", company=str(company.id))
    rating = made(
        "property_ratings", rated_on="2026-10-31", vetoes="安全事故", company=str(company.id), compound=str(compound.id)
    )  # fmt: skip
    return db.session.execute(select(Rectification).where(Rectification.rating_id == rating.id)).scalar_one()


def test_a_late_project_is_put_on_the_ledger_from_its_page(street: Flask) -> None:
    with street.app_context(), acting_as(SYSTEM):
        row = project()
        id_, uid = row.id, row.uid
    client = signed_in_client(street, "office")
    address = f"/supervision/take/projects/{id_}"
    assert f'href="{address}"' in client.get(f"/projects/show/{id_}").get_data(as_text=True)
    form = client.get(address).get_data(as_text=True)
    for words in ("加装充电桩", "项7", "2026-11-16", "2026-10-09"):
        assert words in form
    with street.app_context(), acting_as(SYSTEM):
        raw = sources.proposed("projects", row, TODAY)
    assert client.post(address, data=raw).status_code == 302
    with street.app_context(), acting_as(SYSTEM):
        item = queries.taken_over("projects", uid)
        assert item is not None
        assert (item.name, item.source, item.source_number) == ("加装充电桩", "overdue", "项7")
        assert (item.unit_id, item.assigned_on, item.due_on) == (
            row.lead_unit_id,
            date(2026, 10, 9),
            date(2026, 11, 16),
        )
    assert item.number in client.get(f"/projects/show/{id_}").get_data(as_text=True)


def test_a_rectification_is_taken_over_until_it_was_checked(street: Flask) -> None:
    with street.app_context(), acting_as(SYSTEM):
        row = rectification()
        source, raw = sources.SOURCES["rectifications"], sources.proposed("rectifications", row, TODAY)
        assert source.is_open(row)
        item = save(register(ITEMS), None, raw, by=SYSTEM, today=TODAY)
        assert (item.name, item.source, item.demand) == (row.name, "overdue", row.demands)
        assert (item.assigned_on, item.due_on, item.unit_id) == (row.opened_on, row.due_on, None)
        save(
            register("rectifications"), row,
            {"mended_on": "2026-11-18", "checked_by": "李四", "checked_on": "2026-11-20"}, by=SYSTEM, today=TODAY,
        )  # fmt: skip
        assert not source.is_open(row)
