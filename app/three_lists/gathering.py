"""Needs out of other rooms: what a visit found and marked 列入需求 stands on the list by itself (乾安: 走访→需求汇总)."""

from __future__ import annotations

from app.clock import today
from app.facts.models import Fact
from app.facts.subscriptions import subscribe
from app.lowcode.register import register
from app.lowcode.service import save
from app.security.actor import current_actor

LONGEST_NAME, LONGEST_PERSON = 80, 40


def gather(fact: Fact) -> None:
    """One need of what one visit found, told under the visitor's name, so that somebody else reviews it."""
    told = fact.details
    raw = {
        "name": str(told.get("name", ""))[:LONGEST_NAME], "content": str(told.get("content", "")), "area": fact.area_code,
        "source": "visit", "proposer": str(told.get("proposer", ""))[:LONGEST_PERSON], "registered_on": fact.on.isoformat(),
        "wanted_by": str(told.get("wanted_by", "")), "note": f"走访：{told.get('visit', '')}",
    }  # fmt: skip
    save(register("needs"), None, raw, by=current_actor(), today=today())


def install() -> None:
    """Hear of visits; again changes nothing."""
    subscribe("visit_needs", "three_lists.gather", gather)
