"""What `init` brings for the three lists: small wishes run on a flow of their own, where needs run on one at all."""

from __future__ import annotations

from app.lowcode.flow.versions import ATTACHED, bring, choices, choose_flow
from app.profiles.service import register_on_init
from app.settings.profile import Profile
from app.settings.queries import setting
from app.three_lists.rules import WISH

WISHES = "wish_four_steps"


def load(_of: Profile) -> None:
    """The flow of wishes, where it is not there yet; what the office chose stays."""
    if "needs" not in setting(ATTACHED, {}):
        return
    bring(WISHES)
    if not any(each["column"] == "kind" for each in choices("needs")):
        choose_flow("needs", WISHES, column="kind", value=WISH)


def install() -> None:
    """Make the step of `init` known."""
    register_on_init("three_lists", load)
