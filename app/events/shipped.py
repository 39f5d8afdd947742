"""What `init` brings for events: example categories, and the flows they run on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

from app.clock import today
from app.events import rules
from app.events.models import EventCategory
from app.extensions import db
from app.lowcode.flow.versions import attach_shipped, bring, choices, choose_flow
from app.lowcode.register import register
from app.lowcode.service import save
from app.profiles.service import register_on_init
from app.security.actor import SYSTEM
from app.settings.profile import Profile

FILE = Path(__file__).resolve().parents[2] / "fixtures" / "events" / "categories.yaml"
AT_ONCE, TICKETS, EIGHT_STEPS = "event_three_steps", "event_upstream_tickets", "closed_loop_eight_steps"


def shipped_categories() -> list[dict[str, Any]]:
    """The example categories as plain values."""
    return list(yaml.safe_load(FILE.read_text(encoding="utf-8"))["categories"])


def load(of: Profile) -> None:
    """Flows of events where they are not there yet, categories where there are none; what the office made stays."""
    attach_shipped("events", AT_ONCE)
    for key in (TICKETS, EIGHT_STEPS):
        bring(key)
    if not any(each["column"] == "handling" for each in choices("events")):
        choose_flow("events", TICKETS, column="handling", value=rules.UPSTREAM)
    if db.session.execute(select(EventCategory.id).limit(1)).first() is None:
        for raw in shipped_categories():
            save(register("event_categories"), None, {**raw, "area": of.top_code}, by=SYSTEM, today=today())


def install() -> None:
    """Make the step of `init` known."""
    register_on_init("events", load)
