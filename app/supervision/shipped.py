"""What `init` brings for supervision: its flow, where the office has none yet."""

from __future__ import annotations

from app.lowcode.flow.versions import attach_shipped
from app.profiles.service import register_on_init
from app.settings.profile import Profile
from app.supervision.models import ITEMS

FLOW = "three_supervisions"


def load(_of: Profile) -> None:
    """The flow, attached to the ledger; what the office made stays."""
    attach_shipped(ITEMS, FLOW)


def install() -> None:
    """Make the step of `init` known."""
    register_on_init("supervision", load)
