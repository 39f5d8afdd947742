"""The right to look into the 通讯录; whose telephones one sees there, the registers say."""

from __future__ import annotations

from app.security.roles import Resource, declare_resource

RESOURCE = "contacts"
declare_resource(Resource(RESOURCE, "通讯录", "daily", permissions=("read", "export")))
