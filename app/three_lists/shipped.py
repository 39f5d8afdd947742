"""What `init` brings for the three lists: projects run on their flow wherever nobody chose otherwise; small wishes on one
of their own, where needs run on one at all."""

from __future__ import annotations

from app.lowcode.flow.versions import ATTACHED, attach_shipped, bring, choices, choose_flow
from app.profiles.service import register_on_init
from app.settings.profile import Profile
from app.settings.queries import setting
from app.three_lists.models import PROJECTS
from app.three_lists.rules import WISH

PROJECT, WISHES = "project_to_closing", "wish_four_steps"


def load(_of: Profile) -> None:
    """The flows of projects and wishes, where they are not there yet; what the office chose stays."""
    attach_shipped(PROJECTS.name, PROJECT)
    if "needs" not in setting(ATTACHED, {}):
        return
    bring(WISHES)
    if not any(each["column"] == "kind" for each in choices("needs")):
        choose_flow("needs", WISHES, column="kind", value=WISH)


def install() -> None:
    """Make the step of `init` known."""
    register_on_init("three_lists", load)
