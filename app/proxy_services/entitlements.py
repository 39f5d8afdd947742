"""Which services this district says people become entitled to."""

from __future__ import annotations

from app.proxy_services.rules import Entitlement, read_entitlements
from app.settings.queries import has_profile, profile


def entitlements() -> tuple[Entitlement, ...]:
    """The rules of its profile."""
    return read_entitlements(profile().entitlements) if has_profile() else ()
