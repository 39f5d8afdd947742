"""剔除 in its place: panels, doors, paper, the flow, and what its steps bring about. Its pages are those of a register."""

from __future__ import annotations

from flask import Flask
from flask_appbuilder import AppBuilder

from app.events.exclusions import demo, pages, papers, steps
from app.events.exclusions.models import EXCLUSIONS
from app.lowcode import list_page, show_page
from app.lowcode import service as rows
from app.lowcode.flow import service as flow_service
from app.lowcode.flow.versions import attach_shipped
from app.profiles.service import register_on_init
from app.settings.profile import Profile

FLOW = "event_exclusion"


def load(_of: Profile) -> None:
    """The flow by which applications are decided."""
    attach_shipped(EXCLUSIONS, FLOW)


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001 - every room installs alike
    """Make all of it known."""
    show_page.add_panel(pages.panel)
    list_page.add_doors(pages.doors)
    rows.add_guard(steps.refuse_late_change)
    flow_service.add_follower(steps.follow)
    papers.install()
    demo.install()
    register_on_init("event_exclusions", load)
