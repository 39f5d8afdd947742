"""What `init` brings for proxy services: the flow with its gates, and rules of entitlement that can be read."""

from __future__ import annotations

from app.lowcode.flow.versions import attach_shipped
from app.profiles.service import register_on_init
from app.proxy_services.models import ORDERS
from app.proxy_services.rules import EntitlementIsWrong, read_entitlements
from app.settings.profile import Profile, ProfileRefused

FLOW = "proxy_service_gates"


def load(of: Profile) -> None:
    """The flow, where the register has none. Raises ProfileRefused for rules that cannot be read."""
    try:
        read_entitlements(of.entitlements)
    except EntitlementIsWrong as wrong:
        raise ProfileRefused(str(wrong)) from wrong
    attach_shipped(ORDERS, FLOW)


def install() -> None:
    """Make the step of `init` known."""
    register_on_init("proxy_services", load)
