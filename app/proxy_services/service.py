"""Opening an order for somebody who became entitled."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.database.transactions import writing
from app.fields.sentence import Sentence
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, save
from app.proxy_services import queries
from app.proxy_services.models import ORDERS, ProxyOrder
from app.proxy_services.rules import Entitlement
from app.security.actor import Actor, acting_as


def open_order(resident: Any, rule: Entitlement, note: str, *, by: Actor, today: date) -> ProxyOrder:
    """An order for a resident by a rule. Raises SaveRefused where he was served, or nobody may do the item; NotPermitted."""
    with acting_as(by), writing():
        item = queries.item_named(rule.item, resident.area_code)
        if item is None:
            raise SaveRefused({"": Sentence("代办事项清单里没有“%(item)s”，请先登记这个事项。", item=rule.item)})
        if queries.order_of(resident.id, rule.key) is not None:
            raise SaveRefused({"": Sentence("这位居民的“%(item)s”已经有代办单了。", item=rule.item)})
        raw = {"resident": str(resident.id), "item": str(item.id), "area": resident.area_code, "note": note}
        order: ProxyOrder = save(register(ORDERS), None, raw, by=by, today=today)
        order.entitlement = rule.key
    return order
