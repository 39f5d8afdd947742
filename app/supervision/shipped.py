"""What `init` brings for supervision: its flow, where the office has none yet."""

from __future__ import annotations

from app.lowcode.flow.shipped import read_shipped
from app.lowcode.flow.versions import ATTACHED, add_version, attach_flow, newest
from app.profiles.service import register_on_init
from app.settings.profile import Profile
from app.settings.queries import setting
from app.supervision.models import ITEMS

FLOW = "three_supervisions"


def load(_of: Profile) -> None:
    """The flow as first version, attached to the ledger; what the office made stays."""
    if newest(FLOW) is None:
        add_version(read_shipped(FLOW))
    if ITEMS not in setting(ATTACHED, {}):
        attach_flow(read_shipped(FLOW))


def install() -> None:
    """Make the step of `init` known."""
    register_on_init("supervision", load)
