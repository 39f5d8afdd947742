"""Projects, rectifications, mediations and proxy orders that run late come onto the ledger from their own pages, with what they say already."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.clock import utc_now
from app.database.transactions import writing
from app.extensions import db
from app.lowcode.flow.queries import running
from app.lowcode.flow.service import Sent, act
from app.lowcode.register import register
from app.lowcode.service import save
from app.mediations import shipped as mediations
from app.property_ratings.rectifications import Rectification
from app.proxy_services import shipped as proxies
from app.security.actor import SYSTEM, acting_as
from app.settings.queries import profile
from app.supervision import queries, sources
from app.supervision.models import ITEMS
from tests.supervision.world import person
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


def test_mediations_and_proxy_orders_go_by_their_numbers_and_the_days_of_their_flows(street: Flask) -> None:
    with street.app_context(), acting_as(SYSTEM), writing():
        mediations.load(profile())
        proxies.load(profile())
    with street.app_context(), acting_as(SYSTEM):
        dispute = made("mediation_cases", name="漏水", applicant="孟甲", respondent="周乙", received_on="2026-11-16")
        item = made("proxy_items", name="优待证")
        order = made("proxy_orders", person="孟丙", item=str(item.id), asked_on="2026-11-16")
        ids = {"mediation_cases": dispute.id, "proxy_orders": order.id}
        titles = {"mediation_cases": f"矛盾调解 {dispute.number}", "proxy_orders": f"上门代办 {order.number}"}
        for name, row in (("mediation_cases", dispute), ("proxy_orders", order)):
            raw = sources.proposed(name, row, TODAY)
            assert (raw["name"], raw["source"], raw["assigned_on"]) == (titles[name], "overdue", "2026-11-16")
            assert raw["due_on"] > raw["assigned_on"]
            assert not any(person in text for person in ("孟甲", "周乙", "孟丙") for text in raw.values())
            assert sources.SOURCES[name].is_open(row)
    client = signed_in_client(street, "office")
    for name, id_ in ids.items():
        address = f"/supervision/take/{name}/{id_}"
        assert f'href="{address}"' in client.get(f"/{name}/show/{id_}").get_data(as_text=True)
        assert titles[name] in client.get(address).get_data(as_text=True)
    with street.app_context(), acting_as(SYSTEM):
        reg = register("proxy_orders")
        order = db.session.get_one(reg.model, ids["proxy_orders"])
        at, clerk = running(reg, order, utc_now()), person("clerk")
        assert at is not None
        act(reg, order, "cancel", Sent(at.version, {}, "本人不办了"), by=clerk, now=utc_now())
        assert not sources.SOURCES["proxy_orders"].is_open(order)
