"""What `init` brings for mediation: its register runs on the five steps, wherever nobody chose otherwise."""

from __future__ import annotations

from app.lowcode.flow.versions import attach_shipped
from app.mediations.models import CASES
from app.profiles.service import register_on_init
from app.settings.profile import Profile

FLOW = "mediation_five_steps"


def load(_of: Profile) -> None:
    """The flow of mediation, where the register has none."""
    attach_shipped(CASES, FLOW)


def install() -> None:
    """Make the step of `init` known."""
    register_on_init("mediations", load)
